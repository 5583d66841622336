"""Detectors find what was planted, keep quiet on clean campaigns, and touch nothing."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from math import comb, exp, factorial
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import fastexcel
import numpy as np
import polars as pl
import pytest

from pingyi.integrity import DETECTORS, changes, find, without
from pingyi.integrity.detector import CAMPAIGN, PLACE
from pingyi.integrity.leads import ASKED_FOR, LEADS, ROWS, WITHOUT, write_leads
from pingyi.integrity.search import CAUTION, NOTHING, SCREENINGS, leave_out
from pingyi.integrity.significance import (
    binomial_tail,
    chi_square_tail,
    deflate,
    false_share,
    fit_leniency,
    negative_binomial_tail,
)
from pingyi.plan import Plan
from pingyi.scenarios.difference import Result
from pingyi.scenarios.difference import compare_results as difference
from pingyi.scoring.review import Review
from tests.canvassing import clean_campaign
from tests.canvassing.clean_campaign import Facts, Lived, lived
from tests.canvassing.plants import PLANTS, SAYS
from tests.canvassing.trial import FALSE, FOUND, Flagged, Tally, Try, table, trial
from tests.small import project, write
from tests.support import plan_with
from tests.tiny import plan, units

pytestmark = pytest.mark.slow

SEED = 3


@pytest.fixture(scope="module")
def clean() -> Lived:
    return lived(plan_with("pingyang-2020", {}), 40, SEED)


def test_nothing_is_flagged_in_a_clean_campaign(clean):
    found = find(clean.plan, clean.facts)
    assert found.findings == []
    assert found.sentences == [CAUTION, NOTHING]
    assert found.frame.height == found.rows.height == 0
    assert found.looked_at["looked_at"].min() > 0


@pytest.mark.parametrize("name", PLANTS)
def test_each_plant_is_found_by_its_detector_at_its_rows(clean, name):
    planted = PLANTS[name](clean, np.random.default_rng(SEED))
    assert planted is not None
    found = find(clean.plan, planted.facts, [planted.detector])
    assert planted.found_by(found.findings)
    assert all(one.p < one.threshold for one in found.findings)
    assert found.frame["sentence"].str.contains("请").all()
    assert found.sentences[0] == CAUTION


def test_every_detector_has_a_plant(clean):
    planted = [plant(clean, np.random.default_rng(SEED)) for plant in PLANTS.values()]
    assert {one.detector for one in planted if one} == set(DETECTORS)
    assert [*SAYS] == [*PLANTS]


def test_plants_are_the_same_for_the_same_seed(clean):
    one, two = (PLANTS["within_the_hour"](clean, np.random.default_rng(SEED)) for _ in range(2))
    assert one.facts["ratings"].equals(two.facts["ratings"])
    assert one.rows.equals(two.rows)


def two_plants(clean: Lived) -> Lived:
    burst = PLANTS["within_the_hour"](clean, np.random.default_rng(SEED))
    return Lived(clean.plan, PLANTS["round_marks"](Lived(clean.plan, burst.facts), np.random.default_rng(SEED)).facts)


def test_facts_stay_as_they_are_and_their_order_does_not_matter(clean):
    dirty = two_plants(clean)
    before = {name: frame.clone() for name, frame in dirty.facts.items()}
    found = find(dirty.plan, dirty.facts)
    assert {one.detector for one in found.findings} >= {"bursts", "digits"}
    assert all(frame.equals(dirty.facts[name]) for name, frame in before.items())
    shuffled = {name: frame.sample(fraction=1, shuffle=True, seed=7) for name, frame in dirty.facts.items()}
    again = find(dirty.plan, shuffled)
    assert again.frame.equals(found.frame)
    assert again.rows.equals(found.rows)
    assert again.looked_at.equals(found.looked_at)


def test_a_small_trial_finds_enough_and_flags_little():
    told: list[str] = []
    tally = trial(1, units=40, campaigns=["pingyang-2020"], first=1, told=told.append)
    assert sum(one.found for one in tally.tries) >= FOUND * len(tally.tries)
    assert len(tally.flags) <= FALSE * tally.tested.total()
    assert tally.by_detector["planted"].min() > 0
    assert tally.weakest[0] == len(PLANTS) == tally.by_plant.height
    assert "\n达到要求" in table(tally)
    assert len(told) == 1


def test_a_trial_in_which_a_plant_is_missed_or_a_clean_subject_flagged_does_not_pass():
    good = Try("kind_batch", "hands", 9, True, "a, seed 1: kind_batch")
    missed = replace(good, found=False)
    tested = Counter(dict.fromkeys(DETECTORS, 200))
    assert Tally([good] * 20, tested).passed
    assert not Tally([good] * 18 + [missed] * 2, tested).passed
    assert not Tally([good] * 20, tested, [Flagged("hands", "a, seed 1")] * 3).passed
    assert "没有达到" in table(Tally([missed], tested))


SAT = {"id": "sat", "full": "10", "ratings": {"levels": {"好": "1", "中": "0.6", "差": "0"}}}
PLACED = {"source": "ratings.csv", "sheet": None}


def steady(per: int = 60, names: str = "甲 乙 丙 丁 戊 己") -> list[dict[str, object]]:
    """Each unit is rated every few days by somebody else; the first gets most of the best level."""
    rng = np.random.default_rng(1)
    rows = []
    for place, unit in enumerate(names.split()):
        for nth in range(per):
            at = datetime(2020, 1, 6, 8, 30) + timedelta(days=int(rng.integers(300)), minutes=int(rng.integers(500)))
            level = str(rng.choice(["好", "中", "差"], p=[0.75 - place / 20, 0.2, 0.05 + place / 20]))
            rows.append({"unit": unit, "level": level, "rated_on": at, "respondent": f"{unit}{nth}"})
    return rows


def facts_of(rows: list[dict[str, object]], **more: pl.DataFrame) -> dict[str, pl.DataFrame]:
    frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.lit("sat").alias("method"))
    return {"units": pl.DataFrame(units("甲 乙 丙 丁 戊 己")), "ratings": frame} | more


def rush(unit: str, number: int) -> list[dict[str, object]]:
    start = datetime(2020, 5, 7, 9, 0)
    moments = (start + timedelta(seconds=20 * nth) for nth in range(number))
    return [{"unit": unit, "level": "好", "rated_on": at, "respondent": f"r{nth}"} for nth, at in enumerate(moments)]


def test_without_a_finding_the_lists_are_those_of_the_clean_facts():
    facts = facts_of(steady() + rush("己", 200))
    made = plan(SAT)
    found = find(made, facts, ["bursts"])
    assert [one.unit for one in found.findings] == ["己"]
    (tried,) = without(made, facts, found.top(3))
    assert tried.finding.rows.height == 200
    rest = facts_of(steady())["ratings"]
    assert leave_out(facts, tried.finding.rows)["ratings"].equals(rest)
    (move,) = [one for one in tried.difference.moves if one.unit == "己"]
    assert move.new_place > move.place
    assert tried.lists == {"先进": (("甲",), ("己",))}
    results = [Result.of(Review.begin(made, one).through("outcomes")) for one in (facts, facts_of(steady()))]
    assert tried.difference == difference(*results)
    assert "假如不计这 200 条记录" in tried.sentence
    row = changes(found.findings, [tried]).row(0, named=True)
    assert (row["number"], row["rows"], row["units"]) == (1, 200, len(tried.difference.touched))


def test_only_so_many_findings_are_tried():
    facts = facts_of(steady() + rush("己", 60) + rush("戊", 60))
    found = find(plan(SAT), facts, ["bursts"])
    assert len(found.findings) == 2
    assert len(without(plan(SAT), facts, found.top(5), most=1)) == 1


def test_facts_without_places_are_numbered_and_others_keep_theirs():
    rows = steady() + rush("己", 60)
    bare = find(plan(SAT), facts_of(rows), ["bursts"]).rows
    assert bare["row"].to_list() == list(range(len(rows) - 59, len(rows) + 1))
    placed = facts_of([row | PLACED | {"row": 1000 + nth} for nth, row in enumerate(rows)])
    named = find(plan(SAT), placed, ["bursts"]).rows
    assert named["row"].to_list() == list(range(1000 + len(rows) - 60, 1000 + len(rows)))
    assert named["source"].unique().to_list() == ["ratings.csv"]
    assert named.columns == ["number", *PLACE]


def test_ratings_dated_by_day_alone_are_no_burst():
    rows = [row | {"rated_on": datetime.combine(row["rated_on"], datetime.min.time())} for row in steady()]
    assert find(plan(SAT), facts_of(rows), ["bursts"]).findings == []


def test_ready_counts_speak_in_the_comparison_of_channels():
    made = plan(SAT | {"ratings": SAT["ratings"] | {"channels": [{"id": "电话"}, {"id": "短信"}]}})
    ratings = [row | {"channel": "电话"} for row in steady()]
    counted = pl.DataFrame(ratings).group_by("unit", "level").agg(votes=pl.len().cast(pl.Int64)).sort("unit", "level")
    counts = counted.with_columns(method=pl.lit("sat"), channel=pl.lit("短信"))
    assert find(made, facts_of(ratings, counts=counts), ["channels"]).findings == []
    turned = pl.when(pl.col("unit") == "甲").then(pl.col("level").replace({"好": "差", "差": "好"})).otherwise("level")
    bought = counts.with_columns(level=turned)
    found = find(made, facts_of(ratings, counts=bought), ["channels"])
    assert [one.unit for one in found.findings] == ["甲"]
    assert found.findings[0].rows["table"].unique().to_list() in (["counts"], ["ratings"])


def test_a_campaign_without_ratings_is_looked_at_too():
    found = find(plan(SAT), {"units": pl.DataFrame(units())})
    assert found.findings == []
    assert found.looked_at["looked_at"].sum() == 0


@pytest.mark.parametrize(
    ("k", "n", "share"), [(3, 5, Fraction(1, 3)), (40, 60, Fraction(1, 5)), (7, 7, Fraction(1, 9))]
)
def test_the_binomial_tail_is_that_of_fractions(k, n, share):
    exact = sum(comb(n, j) * share**j * (1 - share) ** (n - j) for j in range(k, n + 1))
    assert binomial_tail(k, n, float(share)) == pytest.approx(float(exact), rel=1e-9)


def test_other_tails_are_those_of_their_formulas():
    poisson = 1 - sum(exp(-2) * 2**j / factorial(j) for j in range(9))
    assert negative_binomial_tail(9, 2, 0) == pytest.approx(poisson, rel=1e-5)
    assert negative_binomial_tail(6, 0.5, 1) == pytest.approx((0.5 / 1.5) ** 6, rel=1e-9)
    assert chi_square_tail(3.841458820694124, 1) == pytest.approx(0.05, rel=1e-9)
    assert chi_square_tail(5.991464547107979, 2) == pytest.approx(0.05, rel=1e-9)
    assert chi_square_tail(18.307038053275146, 10) == pytest.approx(0.05, rel=1e-9)


def test_chances_are_corrected_for_how_many_there_are():
    assert false_share([0.01, 0.04, 0.03, 0.5]).tolist() == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])
    usual = np.linspace(0.05, 0.95, 19)
    assert deflate(usual) == pytest.approx(usual)
    odd = usual**5
    assert np.sort(deflate(odd))[9] == pytest.approx(0.5)


def answers(rng: np.random.Generator, shares: list[float]) -> pl.DataFrame:
    """200 hands of six answers each, each hand with one of the shares of level 1."""
    rows = [
        (f"h{hand}", f"c{cell}", str(int(rng.random() < shares[hand % len(shares)])))
        for hand in range(200)
        for cell in range(6)
    ]
    return pl.DataFrame(rows, schema=["hand", "cell", "level"], orient="row")


def test_people_who_lean_make_equal_answers_likely():
    rng = np.random.default_rng(5)
    level, leaning = fit_leniency(answers(rng, [0.5])), fit_leniency(answers(rng, [0.2, 0.8]))
    assert level.lean < 0.05
    assert level.frame["p"].mean() == pytest.approx(2 / 2**6, rel=0.3)
    assert leaning.lean == pytest.approx(0.36, abs=0.1)
    assert 0.8**6 + 0.2**6 < leaning.frame["p"].mean() < 0.45


def test_who_never_looks_does_not_make_straight_answers_usual():
    rng = np.random.default_rng(5)
    honest = answers(rng, [0.5])
    blind = pl.DataFrame({"hand": ["b"] * 60, "cell": ["c0"] * 60, "level": ["1"] * 60})
    blind = blind.with_columns(
        hand=pl.concat_str(pl.lit("b"), pl.int_range(60) // 6), cell=pl.concat_str(pl.lit("c"), pl.int_range(60) % 6)
    )
    assert fit_leniency(pl.concat([honest, blind])).lean < 0.05


MIXED = SAT | {"ratings": SAT["ratings"] | {"items": list("123456789")}}
BALLOT = SAT | {"ratings": SAT["ratings"] | {"form": {"exactly": {"好": "4"}, "unmarked": "中"}}}
MARKED = {"id": "sat", "full": "100", "marks": {"range": ["0", "100"], "decimals": "1", "markers": {"主管": "1"}}}
RATE = {"id": "sat", "full": "10", "measures": {"of": "rate", "numerator": "a", "denominator": "b"}}
SIX = "甲 乙 丙 丁 戊 己"


def day(rng: np.random.Generator) -> datetime:
    return datetime(2020, 1, 6, 8, 30) + timedelta(days=int(rng.integers(300)), minutes=int(rng.integers(500)))


def level(rng: np.random.Generator) -> str:
    return str(rng.choice(["好", "中", "差"], p=[0.6, 0.25, 0.15]))


def of_one_person(odd: bool) -> tuple[Plan, Facts]:
    """Twelve ratings of one unit in a year by one person, or by twelve."""
    rng = np.random.default_rng(2)
    more = [
        {"unit": "己", "level": level(rng), "rated_on": day(rng), "respondent": "x" if odd else f"x{nth}"}
        for nth in range(12)
    ]
    return plan(SAT), facts_of(steady() + more)


def of_one_device(odd: bool) -> tuple[Plan, Facts]:
    """Ten forms from one device with the same nine mixed answers, or with ten times nine answers."""
    same = ["好", "好", "中", "差", "好", "中", "好", "差", "好"]
    return plan(MIXED), facts_of(forms(lambda nth, rng: {"device": "d" if nth < 10 else f"d{nth}"}, odd, 10, same))


def forms(about: Callable[[int, Any], dict[str, Any]], odd: bool, many: int, same: list[str]) -> list[dict[str, Any]]:
    """150 forms of nine answers about six units; the first so many forms answer the same where they are odd."""
    rng, rows = np.random.default_rng(3), []
    for nth in range(150):
        head = {"form": f"f{nth:03d}", "unit": SIX.split()[nth % 6], "rated_on": day(rng), "respondent": f"r{nth}"}
        own = [level(rng) for _ in range(9)]
        answers = same if odd and nth < many else own
        rows += [head | about(nth, rng) | {"item": str(at + 1), "level": one} for at, one in enumerate(answers)]
    return rows


def of_a_rush(odd: bool) -> tuple[Plan, Facts]:
    """Forty ratings of one unit within a quarter of an hour, or over the year."""
    rng = np.random.default_rng(4)
    more = rush("己", 40) if odd else [row | {"rated_on": day(rng)} for row in rush("己", 40)]
    return plan(SAT), facts_of(steady() + [row | {"level": level(rng)} for row in more])


def of_a_run(odd: bool) -> tuple[Plan, Facts]:
    """The last 15 of a unit's ratings are bad ones, or bad ones are as many but anywhere."""
    rows = steady()
    own = sorted((row for row in rows if row["unit"] == "己"), key=lambda row: row["rated_on"])
    order = [*["中", "好", "好"] * 15, *["差"] * 15]
    levels = order if odd else [str(one) for one in np.random.default_rng(5).permutation(order)]
    rest = [row for row in rows if row["unit"] != "己"]
    return plan(SAT), facts_of(rest + [row | {"level": one} for row, one in zip(own, levels, strict=True)])


def of_one_level(odd: bool) -> tuple[Plan, Facts]:
    """An interviewer of 15 forms, each with nine times the best level, or with answers like everybody's."""
    by = lambda nth, rng: {"interviewer": "v" if nth < 15 else f"v{nth % 7}"}  # noqa: E731
    return plan(MIXED), facts_of(forms(by, odd, 15, ["好"] * 9))


def of_a_hand(odd: bool) -> tuple[Plan, Facts]:
    """One of eight interviewers hears the best level far more often than the others do, or as often."""
    rng = np.random.default_rng(6)
    rows = [
        row
        | {"interviewer": f"v{nth % 8}"}
        | ({"level": "好"} if odd and nth % 8 == 3 and rng.random() < 0.85 else {"level": level(rng)})
        for nth, row in enumerate(steady(120))
    ]
    return plan(SAT), facts_of(rows)


def of_round_rates(odd: bool) -> tuple[Plan, Facts]:
    """Rates of 200 cases: most of them on a multiple of five per cent, or anywhere."""
    rng = np.random.default_rng(7)
    numbers = rng.integers(110, 196, 120)
    numerator = np.where(rng.random(120) < 0.8, np.round(numbers / 10) * 10, numbers) if odd else numbers
    rows = [{"method": "sat", "unit": SIX.split()[nth % 6], "cycle": "全年"} for nth in range(120)]
    measures = pl.DataFrame(rows).with_columns(numerator=pl.Series(numerator.astype(float)), denominator=pl.lit(200.0))
    return plan(RATE), {"units": pl.DataFrame(units(SIX)), "measures": measures}


def of_round_counts(odd: bool) -> tuple[Plan, Facts]:
    """Shares of good votes in ready counts of many units: on multiples of five per cent, or anywhere."""
    rng, names = np.random.default_rng(8), [f"u{nth}" for nth in range(60)]
    good = rng.integers(50, 95, 60)
    good = np.round(good / 5).astype(int) * 5 if odd else good
    rows = [
        {"method": "sat", "unit": unit, "level": one, "votes": int(votes), "cycle": "全年"}
        for unit, number in zip(names, good, strict=True)
        for one, votes in (("好", number), ("差", 100 - number))
    ]
    return plan(SAT), {"units": pl.DataFrame(units(" ".join(names))), "counts": pl.DataFrame(rows)}


def of_two_channels(odd: bool) -> tuple[Plan, Facts]:
    """One unit is praised by text message and scolded by telephone, or all units are praised a little more there."""
    made = plan(SAT | {"ratings": SAT["ratings"] | {"channels": [{"id": "电话"}, {"id": "短信"}]}})
    rng, rows = np.random.default_rng(9), []
    for nth, row in enumerate(steady(100)):
        channel = ("电话", "短信")[nth % 2]
        bought = odd and row["unit"] == "己" and channel == "短信"
        best = 0.95 if bought else 0.7 if channel == "短信" else 0.55
        one = str(rng.choice(["好", "中", "差"], p=[best, (1 - best) / 2, (1 - best) / 2]))
        rows.append(row | {"channel": channel, "level": one})
    return made, facts_of(rows)


def of_a_list(odd: bool) -> tuple[Plan, Facts]:
    """A tenth of the ballots picks the same four of twenty candidates, or four of its own."""
    rng, rows, names = np.random.default_rng(10), [], [f"u{nth:02d}" for nth in range(20)]
    for nth in range(200):
        picks = names[8:12] if odd and nth % 10 == 0 else [str(one) for one in rng.choice(names, 4, replace=False)]
        head = {"form": f"b{nth}", "rated_on": day(rng), "respondent": f"r{nth}", "method": "sat", "level": "好"}
        rows += [head | {"unit": unit} for unit in picks]
    return plan(BALLOT), {"units": pl.DataFrame(units(" ".join(names))), "ratings": pl.DataFrame(rows)}


def of_no_spread(odd: bool) -> tuple[Plan, Facts]:
    """An organ gives all of its eight units the same mark, or marks like the other organs'."""
    rng, names = np.random.default_rng(11), [f"u{nth:02d}" for nth in range(48)]
    roster = units(" ".join(names), organ={name: f"{'甲乙丙丁戊己'[nth % 6]}局" for nth, name in enumerate(names)})
    marks = [round(float(rng.uniform(70, 95)), 1) for _ in names]
    given = [88.3 if odd and nth % 6 == 2 else mark for nth, mark in enumerate(marks)]
    rows = [
        {"method": "sat", "unit": name, "marker": "主管", "mark": mark} for name, mark in zip(names, given, strict=True)
    ]
    return plan(MARKED), {"units": pl.DataFrame(roster), "marks": pl.DataFrame(rows)}


PATTERNS: dict[str, tuple[str, Callable[[bool], tuple[Plan, Facts]], str, str]] = {
    "one person": ("repeats", of_one_person, "x", "12 次"),
    "one device": ("repeats", of_one_device, "d", "10 份的 9 个答案完全相同"),
    "a rush": ("bursts", of_a_rush, "己", "收到 40 份评价"),
    "a run": ("runs", of_a_run, "己", "连续 15 份完全相同（都是“差”）"),
    "one level": ("straight", of_one_level, "v", "15 份全填同一等次"),
    "a hand": ("hands", of_a_hand, "v3", "“好”占"),
    "round rates": ("digits", of_round_rates, "sat", "正好是整五整十"),
    "round counts": ("digits", of_round_counts, "sat", "正好是整五整十"),
    "two channels": ("channels", of_two_channels, "己", "“短信”渠道"),
    "a list": ("slates", of_a_list, "b0", "u08、u09、u10、u11"),
    "no spread": ("spread", of_no_spread, "丙局", "8 个评分都是 88.3 分"),
}
"""By name: the detector, the facts with and without the pattern, whom the finding is about, and what it says."""


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_is_found_and_said_and_its_clean_twin_is_not(name):
    detector, make, subject, says = PATTERNS[name]
    found = find(*make(True))
    (one,) = [one for one in found.findings if one.detector == detector and one.subject == subject]
    assert says in one.sentence
    assert one.p < one.threshold == found.material.threshold <= CAMPAIGN
    assert one.rows.height > 0
    assert find(*make(False)).findings == []


@pytest.mark.parametrize("name", PATTERNS)
def test_order_does_not_matter_and_facts_stay(name):
    made, facts = PATTERNS[name][1](True)
    numbered = {
        table: frame.with_row_index("row", 2).with_columns(source=pl.lit(table)) for table, frame in facts.items()
    }
    before = {table: frame.clone() for table, frame in numbered.items()}
    found = find(made, numbered)
    shuffled = {table: frame.sample(fraction=1, shuffle=True, seed=5) for table, frame in numbered.items()}
    assert find(made, shuffled).frame.equals(found.frame)
    assert find(made, shuffled).rows.equals(found.rows)
    assert all(frame.equals(numbered[table]) for table, frame in before.items())


def test_every_detector_has_a_pattern_and_words():
    assert {detector for detector, *_ in PATTERNS.values()} == set(DETECTORS) == set(SCREENINGS)
    assert all(one.title and one.asks and one.counts and one.questions for one in DETECTORS.values())


def cells(path: Path, sheet: str) -> list[list[str]]:
    """All cells of a sheet as text."""
    frame = fastexcel.read_excel(path).load_sheet(sheet, header_row=None, dtypes="string").to_polars()
    return [["" if cell is None else cell for cell in row] for row in frame.rows()]


def under(path: Path, sheet: str, head: str) -> list[dict[str, str]]:
    """The rows below the row of heads that begins with this one."""
    rows = cells(path, sheet)
    at = next(nth for nth, row in enumerate(rows) if row[0] == head)
    return [dict(zip(rows[at], row, strict=True)) for row in rows[at + 1 :]]


def test_the_workbook_names_what_was_found_where_and_what_hangs_on_it(tmp_path):
    roster = pl.DataFrame(units(SIX)).with_columns(name=pl.concat_str(pl.lit("=1+1|"), "unit"))
    facts = facts_of(steady() + rush("己", 200)) | {"units": roster}
    found = find(plan(SAT), facts)
    tried = without(plan(SAT), facts, found.top(1))
    path = write_leads(found, tried, tmp_path / "new" / "线索.xlsx", simulated=True)
    assert fastexcel.read_excel(path).sheet_names == [LEADS, ROWS, WITHOUT, ASKED_FOR]
    for sheet in (LEADS, ROWS, WITHOUT, ASKED_FOR):
        assert [CAUTION] in [[cell for cell in row if cell] for row in cells(path, sheet)]
        assert any(row[0].startswith("模拟数据") and "不得外传" in row[0] for row in cells(path, sheet))
    leads = under(path, LEADS, "序号")
    assert [row["看到了什么，请核对什么"] for row in leads] == [one.sentence for one in found.findings]
    assert leads[0]["单位"] == leads[0]["对象"] == "=1+1|己"
    assert leads[0]["不计这些记录会怎样"] == tried[0].sentence
    rows = under(path, ROWS, "序号")
    assert len(rows) == sum(one.rows.height for one in found.findings)
    assert {row["表"] for row in rows} == {"评价记录"}
    (changed,) = under(path, WITHOUT, "序号")
    assert changed["谁进谁出"] == "先进：列入 =1+1|甲，退出 =1+1|己"
    assert [row["查什么"] for row in under(path, ASKED_FOR, "查什么")] == [one.title for one in DETECTORS.values()]
    before = path.read_bytes()
    with ZipFile(path) as book:
        assert not any(b"<f>" in book.read(name) for name in book.namelist())
    assert write_leads(found, tried, path, simulated=True).read_bytes() == before


def pingyi(folder: Path, *said: str) -> subprocess.CompletedProcess[str]:
    """Run the verb; whatever happens, no traceback reaches the office."""
    done = subprocess.run(
        [sys.executable, "-m", "pingyi.cli", "integrity", "small", *said],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done


def test_the_verb_says_what_it_looked_at_and_touches_no_fact(tmp_path):
    folder = project(tmp_path / "project")
    marked = "form,method,unit,level,rated_on,respondent,设备代号,访问员,批次"
    rating = "b{0},ballot,{1},{2},2020-11-0{3} 10:00,r{0},pad1,v1,001"
    ballots = [
        rating.format(nth, unit, level, 1 + nth % 9)
        for nth in range(12)
        for unit, level in (("甲", "满意"), ("丙", "不满意"), ("乙", "基本满意"), ("丁", "基本满意"))
    ]
    write(folder, "ratings", [marked, *ballots])
    before = {path: path.read_bytes() for path in (folder / "data").rglob("*.csv")}
    done = pingyi(folder)
    assert done.returncode == 0, done.stderr
    assert CAUTION in done.stdout
    assert "同一来源重复评价：查了 13 个，线索 0 条" in done.stdout
    assert (folder / "reports" / "small" / "核对线索.xlsx").exists()
    assert {path: path.read_bytes() for path in before} == before
    taken = pingyi(folder, "--out", "data/small/units.xlsx")
    assert (taken.returncode, (folder / "data/small/units.xlsx").exists()) == (0, True)
    again = pingyi(folder, "--out", "data/small/units.xlsx")
    assert (again.returncode, "不覆盖" in again.stderr) == (2, True)
    wrong = pingyi(folder, "--out", "leads.csv")
    assert (wrong.returncode, "应是 .xlsx 文件" in wrong.stderr) == (2, True)


def test_columns_for_checking_count_nothing():
    made, facts = of_a_hand(True)
    more = facts["ratings"].with_columns(device=pl.col("respondent"), batch=pl.lit("001"))
    bare = more.drop("device", "interviewer", "batch")
    results = [Result.of(Review.begin(made, facts | {"ratings": one}).through("outcomes")) for one in (more, bare)]
    assert difference(*results).nothing


def test_plants_know_nothing_of_detectors():
    """What is planted must not be found because it was made by the same code."""
    for name in ("clean_campaign", "planting", "plants"):
        text = Path(clean_campaign.__file__).with_name(f"{name}.py").read_text(encoding="utf-8")
        imported = re.findall(r"(?:from|import) pingyi\.integrity.*", text)
        assert set(imported) <= {"from pingyi.integrity.detector import Finding"}, name


def test_what_came_at_the_same_moment_stands_in_the_order_of_the_file():
    made, facts = of_a_run(True)
    noon = datetime(2020, 5, 7, 12)
    ordered = facts["ratings"].sort("unit", "rated_on").with_columns(rated_on=pl.lit(noon))
    frame = ordered.with_row_index("row", 2).with_columns(source=pl.lit("ratings.csv"))
    found = find(made, facts | {"ratings": frame}, ["runs"])
    assert [one.subject for one in found.findings] == ["己"]
    shuffled = facts | {"ratings": frame.sample(fraction=1, shuffle=True, seed=5)}
    assert find(made, shuffled, ["runs"]).rows.equals(found.rows)


def test_a_person_with_a_device_of_his_own_is_told_once():
    made, facts = of_one_person(True)
    facts["ratings"] = facts["ratings"].with_columns(device=pl.concat_str(pl.lit("d"), "respondent"))
    assert [one.kind for one in find(made, facts, ["repeats"]).findings] == ["respondent"]


def test_a_batch_of_a_few_strict_people_is_no_finding():
    """Five sheets of 24 answers, each strict with all: that is what these people think."""
    rng, rows, names = np.random.default_rng(12), [], [f"u{nth:02d}" for nth in range(24)]
    for nth in range(60):
        strict = nth < 5
        head = {"form": f"s{nth}", "rated_on": day(rng), "respondent": f"r{nth}", "method": "sat"}
        head["batch"] = "strict" if strict else f"b{nth % 6}"
        for unit in names:
            best = rng.random() < (0.35 if strict else 0.6 + 0.3 * ((nth % 11) / 10 - 0.5))
            rows.append(head | {"unit": unit, "level": "好" if best else "中"})
    found = find(plan(SAT), {"units": pl.DataFrame(units(" ".join(names))), "ratings": pl.DataFrame(rows)}, ["hands"])
    assert found.findings == []
    assert found.looked_at["looked_at"].to_list() == [6]


def test_people_who_are_kind_or_strict_to_all_make_no_batch_odd():
    """Sixty people without form numbers rate six units five times each; some find most of it good, some little."""
    rng, rows = np.random.default_rng(14), []
    for person in range(60):
        lean = float(rng.uniform(0.2, 1))
        for unit in SIX.split() * 5:
            one = {"unit": unit, "level": "好" if rng.random() < lean else "中", "respondent": f"p{person}"}
            rows.append(one | {"rated_on": day(rng), "batch": f"b{person % 6}"})
    assert find(plan(SAT), facts_of(rows), ["hands"]).findings == []
