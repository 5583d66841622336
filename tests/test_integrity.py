"""Detectors find what was planted, keep quiet on clean campaigns, and touch nothing."""

from datetime import datetime, timedelta
from fractions import Fraction
from math import comb, exp, factorial

import numpy as np
import polars as pl
import pytest

from pingyi.integrity import DETECTORS, changes, find, without
from pingyi.integrity.alike import hands
from pingyi.integrity.chance import (
    binomial_tail,
    calmed,
    chi_square_tail,
    false_share,
    log_gamma,
    negative_binomial_tail,
)
from pingyi.integrity.finding import PLACE
from pingyi.integrity.life import Lived, lived
from pingyi.integrity.plant import PLANTS
from pingyi.integrity.search import CAUTION, NOTHING
from pingyi.integrity.trial import FALSE, FOUND, table, trial
from pingyi.integrity.without import left_out
from tests.support import plan_with
from tests.tiny import plan, units

SEED = 3


@pytest.fixture(scope="module")
def clean() -> Lived:
    return lived(plan_with("pingyang-2020", {}), 40, SEED)


def test_nothing_is_flagged_in_a_clean_campaign(clean):
    found = find(clean.plan, clean.facts)
    assert found.findings == []
    assert found.sentences == [NOTHING]
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
    tally = trial(1, units=40, campaigns=["jizhou-2012", "pingyang-2020"], first=11)
    shares = tally.by_detector
    assert tally.found.total() >= FOUND * tally.planted.total()
    assert tally.flagged.total() <= FALSE * tally.tested.total()
    assert (shares["flagged_share"].fill_null(0) <= FALSE).all()
    assert shares["planted"].min() > 0
    assert "达到要求" in table(tally)


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
    facts = facts_of(steady() + rush("己", 60))
    made = plan(SAT)
    found = find(made, facts, ["bursts"])
    assert [one.unit for one in found.findings] == ["己"]
    (tried,) = without(made, facts, found.top(3))
    assert tried.finding.rows.height == 60
    rest = facts_of(steady())["ratings"]
    assert left_out(facts, tried.finding.rows)["ratings"].equals(rest)
    assert tried.difference.touched == {"甲", "己"} | {move.unit for move in tried.difference.moves}
    assert "假如不计这 60 条记录" in tried.sentence
    row = changes(found.findings, [tried]).row(0, named=True)
    assert (row["number"], row["rows"], row["units"]) == (1, 60, len(tried.difference.touched))


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
    votes = {"好": 38, "中": 12, "差": 10}
    counted = [{"method": "sat", "unit": unit, "channel": "短信"} for unit in ["甲", "乙", "丙", "丁", "戊", "己"]]
    rows = [one | {"level": level, "votes": number} for one in counted for level, number in votes.items()]
    assert find(made, facts_of(ratings, counts=pl.DataFrame(rows)), ["channels"]).findings == []
    bought = [
        row | {"votes": {"好": 5, "中": 5, "差": 50}[row["level"]]} if row["unit"] == "甲" else row for row in rows
    ]
    found = find(made, facts_of(ratings, counts=pl.DataFrame(bought)), ["channels"])
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
    assert log_gamma([1, 5, 171])[[0, 1]] == pytest.approx([0, np.log(24)], abs=1e-11)


def test_chances_are_corrected_for_how_many_there_are():
    assert false_share([0.01, 0.04, 0.03, 0.5]).tolist() == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])
    usual = np.linspace(0.05, 0.95, 19)
    assert calmed(usual) == pytest.approx(usual)
    odd = usual**5
    assert np.sort(calmed(odd))[9] == pytest.approx(0.5)


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
    level, leaning = hands(answers(rng, [0.5])), hands(answers(rng, [0.2, 0.8]))
    assert level.lean < 0.05
    assert level.frame["p"].mean() == pytest.approx(2 / 2**6, rel=0.3)
    assert leaning.lean == pytest.approx(0.36, abs=0.1)
    assert leaning.frame["p"].mean() == pytest.approx(0.8**6 + 0.2**6, rel=0.3)


def test_who_never_looks_does_not_make_straight_answers_usual():
    rng = np.random.default_rng(5)
    honest = answers(rng, [0.5])
    blind = pl.DataFrame({"hand": ["b"] * 60, "cell": ["c0"] * 60, "level": ["1"] * 60})
    blind = blind.with_columns(
        hand=pl.concat_str(pl.lit("b"), pl.int_range(60) // 6), cell=pl.concat_str(pl.lit("c"), pl.int_range(60) % 6)
    )
    assert hands(pl.concat([honest, blind])).lean < 0.05
