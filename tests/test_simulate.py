"""Simulated facts: the same from the same seed, within the plan's rules, true to the known truth, for any plan."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from pingyi.common import paths
from pingyi.facts.intake import read_facts
from pingyi.fieldwork.sampling import draw_sample as draw
from pingyi.plan import Component, Plan
from pingyi.plan.events import Deadline
from pingyi.plan.reader import read_plan
from pingyi.plan.work import days_of_task
from pingyi.scoring.review import Review
from pingyi.simulate import NotSimulated, Simulated, simulate, simulate_into, write
from pingyi.simulate.earlier_years import draw_history, lists_looked_back_at
from pingyi.simulate.event_facts import due_day, rank_by_gravity
from pingyi.simulate.made_up_units import made_up_roster, roster_of
from pingyi.simulate.rating_facts import POINTS, counts_raters
from pingyi.simulate.sampling_frame import GREATEST, draw_clients
from pingyi.simulate.world import new_world
from tests import tiny
from tests.support import plan_with

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
SEED = 2020

OTHER = """
campaign:
  {id: other-2031, title: 乙县评议, place: 乙县, year: 2031, document: 方案, issued: 2031-01-05, office: 乙县评议办}
calendar: []
cycles:
  month:
    - {id: 1月, from: 2031-01-01, to: 2031-01-31}
    - {id: 2月, from: 2031-02-01, to: 2031-02-28}
    - {id: 3月, from: 2031-03-01, to: 2031-03-31}
  year:
    - {id: 全年, from: 2031-01-01, to: 2031-11-30}
  vote:
    - {id: 表决, from: 2031-12-01, to: 2031-12-05}
units:
  categories: [甲类, 乙类]
  columns: {staff: 编制数}
  grades: [先进, 一般]
components:
  - id: poll
    name: 问卷
    full: 40
    per: month
    over_cycles: mean
    ratings:
      levels: {优: 90, 良: 75, 中: 60, 差: 30, 不了解: null}
      out_of: 90
      items: {态度: 0.4, 效率: 0.6}
      groups: {群众: 0.7, 企业: 0.3}
      each: {by: respondent, keep: last}
      own_unit: false
  - id: panel
    name: 评委
    full: 100
    marks: {range: [60, 100], decimals: 0, trim: {top: 15%, bottom: 15%}, means_nothing: [60]}
    weight: 0.5
  - id: speed
    name: 按期率
    full: 100
    weight: 0.5
    measures: {of: rate, numerator: 按期件, denominator: 全部件}
    convert: [{per_point: {full: 100, target: 98%, points: 3}}, {floor: 0}, {cap: 100}]
  - id: work
    name: 工作
    full: 40
    of: [panel, speed]
    convert: [{scale: {from: 100, to: 40}}]
  - id: papers
    name: 来文
    full: 5
    per: month
    over_cycles: mean
    measures: {of: count, numerator: 差错}
    convert: [{points_by_rank: {places: {1: 5, 2: 4, 3: 3}, after: 1, lowest_first: true}}]
  - id: lapses
    name: 失误
    full: 15
    events:
      base: 15
      floor: 0
      cap: 15
      items:
        absent: {name: 脱岗, ladder: [-1, -2, -5]}
        scene: {name: 舆情}
        trial: {name: 违法, points: -15, veto: not_ranked}
        praise: {name: 来信表扬, points: [0.2, 0.5]}
      same_deed: {keep: gravest}
  - id: all
    name: 总分
    full: 100
    of: [poll, work, papers, lapses]
  - id: ballot
    name: 表决
    full: 10
    per: vote
    listed: [入围]
    ratings:
      levels: {赞成: 1, 反对: 0, 弃权: null}
      form: {at_most: {反对: 2}}
standings:
  - {id: rank, of: all, ties: [poll, share]}
  - {id: final, of: ballot, ties: [draw]}
shortlists:
  - {id: 入围, from: units, by: rank, side: top, take: 6}
lists:
  - {id: 先进, from: 入围, by: final, side: top, take: 2}
  - {id: 落后, from: units, by: rank, side: bottom, take: 3, good: false}
effects: {约谈: {}}
outcomes:
  - {id: talk, list: 落后, effect: 约谈, to: unit, when: {running: {list: 落后, years: 3}}}
"""


CAMPAIGNS = paths.campaigns()
"""Every campaign with a plan has a stored sample."""


def seed_of(campaign: str) -> int:
    """The seed of a stored sample, as the note beside it says."""
    found = re.search(r"种子是 (\d+)", (ROOT / "data" / campaign / "说明.md").read_text(encoding="utf-8"))
    assert found is not None
    return int(found[1])


@cache
def made_of(campaign: str) -> Simulated:
    """A campaign simulated as its stored sample was."""
    made = plan_with(campaign, {})
    return simulate(made, roster_of(made, ROOT / "data" / campaign), seed_of(campaign))


@cache
def scored(campaign: str) -> Review:
    made = made_of(campaign)
    return Review.begin(made.plan, made.facts).through("outcomes")


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(ROOT / "parameters/pingyang-2020.yaml")


@pytest.fixture(scope="module")
def sample() -> Simulated:
    return made_of("pingyang-2020")


@pytest.fixture(scope="module")
def reviewed() -> Review:
    return scored("pingyang-2020")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    path = tmp_path_factory.mktemp("plan") / "other-2031.yaml"
    path.write_text(OTHER, encoding="utf-8")
    return read_plan(path)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.*"))}


def correlation(simulated: Simulated, review: Review, component: str) -> float:
    """How well marks follow the planted quality (rank correlation)."""
    marks = review.table("component_marks").filter((pl.col("component") == component) & pl.col("marks").is_not_null())
    both = marks.join(simulated.truth, on="unit").select(
        pl.col("marks").cast(pl.Float64).rank(), pl.col(component).rank()
    )
    return float(np.corrcoef(both.to_numpy().T)[0, 1])


# The same again


def test_the_same_seed_gives_the_same_files(sample: Simulated, plan: Plan, tmp_path: Path) -> None:
    write(sample, tmp_path / "one")
    write(simulate(plan, sample.roster, SEED), tmp_path / "two")
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")


def test_another_seed_gives_other_facts(sample: Simulated, plan: Plan) -> None:
    assert not simulate(plan, sample.roster, SEED + 1).truth.equals(sample.truth)


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_the_stored_sample_is_what_the_plan_makes(campaign: str, tmp_path: Path) -> None:
    write(made_of(campaign), tmp_path)
    stored, fresh = bytes_of(ROOT / "data" / campaign), bytes_of(tmp_path)
    kept = [name for name in stored if name.endswith(".csv") and "roster" not in name]
    assert kept == [name for name in fresh if name.endswith(".csv") and "roster" not in name]
    assert [name for name in kept if stored[name] != fresh[name]] == []


# Within the plan


def test_intake_takes_every_row(sample: Simulated, plan: Plan, tmp_path: Path) -> None:
    write(sample, tmp_path)
    facts = read_facts(tmp_path, plan)
    assert all(receipt.accepted == receipt.rows_in for receipt in facts.receipts)
    assert facts.mended == []
    assert facts.tables["ratings"].height == sample.tables["ratings"].height


def test_what_is_read_back_gives_the_same_lists(
    sample: Simulated, plan: Plan, reviewed: Review, tmp_path: Path
) -> None:
    write(sample, tmp_path)
    again = Review.begin(plan, read_facts(tmp_path, plan).tables).through("outcomes")
    assert again.table("list_entries").equals(reviewed.table("list_entries"))
    assert again.table("component_marks").equals(reviewed.table("component_marks"))


def test_levels_channels_and_groups_are_the_plans(sample: Simulated, plan: Plan) -> None:
    for method, rows in sample.tables["ratings"].group_by("method"):
        rule = plan.component(str(method[0])).ratings
        assert rule is not None
        assert set(rows["level"]) <= set(rule.levels)
        assert set(rows["channel"].drop_nulls()) <= {channel.id for channel in rule.channels}
        assert set(rows["group"].drop_nulls()) == set(rule.groups)


def test_a_channel_is_used_only_for_the_units_it_is_for(sample: Simulated, plan: Plan) -> None:
    units = sample.facts["units"]
    for component in plan.components:
        for channel in component.ratings.channels if component.ratings else []:
            rated = sample.tables["ratings"].filter(
                (pl.col("method") == component.id) & (pl.col("channel") == channel.id)
            )
            for column, values in channel.units.items():
                assert set(units.filter(pl.col("unit").is_in(rated["unit"].to_list()))[column]) <= set(values)


def test_the_second_channel_comes_as_counts(sample: Simulated, plan: Plan) -> None:
    second = plan.component("client").ratings.channels[1].id  # type: ignore[union-attr]
    assert set(sample.tables["counts"]["channel"]) == {second}
    assert second not in set(sample.tables["ratings"]["channel"])


def days(plan: Plan, component: Component) -> pl.Expr:
    """Whether a day lies in one of the windows."""
    inside = [pl.col("day").is_between(cycle.start, cycle.end) for cycle in plan.cycles[component.per]]
    return pl.any_horizontal(inside)


def test_most_dates_lie_in_a_window_and_a_few_outside(sample: Simulated, plan: Plan) -> None:
    rated = sample.tables["ratings"].with_columns(day=pl.col("rated_on").dt.date())
    for method in rated["method"].unique(maintain_order=True):
        share = rated.filter(pl.col("method") == method).select(days(plan, plan.component(method)).mean()).item()
        assert 0.98 < share < 1
    happened = sample.tables["events"].with_columns(day=pl.col("happened_on"))
    for component in (one for one in plan.components if one.events):
        own = happened.filter(pl.col("item").is_in([*component.events.items]))  # type: ignore[union-attr]
        assert own.select(days(plan, component).mean()).item() > 0.9


def test_respondents_are_pseudonyms_of_sixteen_hexadecimal_digits(sample: Simulated) -> None:
    assert sample.tables["ratings"]["respondent"].str.contains("^[a-f][0-9a-f]{15}$").all()


def test_voters_come_in_the_shares_of_the_quota(sample: Simulated, plan: Plan) -> None:
    sampling = plan.sampling[0]
    heads = sample.tables["ratings"].filter(pl.col("method") == sampling.component).unique("form")
    for group, share in sampling.quota.items():
        assert heads["group"].eq(group).mean() == pytest.approx(float(share), abs=0.05)


def test_a_ballot_is_mostly_marked_as_the_plan_asks(sample: Simulated, plan: Plan) -> None:
    form = plan.component("network").ratings.form  # type: ignore[union-attr]
    assert form is not None
    marked: dict[str, Counter[str]] = {}
    for number, level in sample.tables["ratings"].drop_nulls("form").select("form", "level").iter_rows():
        marked.setdefault(number, Counter())[level] += 1
    valid = [picks == Counter(form.exactly) for picks in marked.values()]
    assert len(valid) == 1000
    assert 0.9 < sum(valid) / len(valid) < 1


def test_nobody_is_marked_twice_on_a_ballot(sample: Simulated) -> None:
    ballots = sample.tables["ratings"].drop_nulls("form")
    assert ballots.select("form", "unit").is_unique().all()


def test_a_few_voters_hand_in_twice(sample: Simulated) -> None:
    heads = sample.tables["ratings"].drop_nulls("form").unique("form")
    assert 0 < heads["respondent"].is_duplicated().sum() < 0.1 * heads.height


def test_only_candidates_are_on_the_ballot(sample: Simulated, plan: Plan, reviewed: Review) -> None:
    entries = reviewed.table("list_entries")
    listed = entries.filter(pl.col("list").is_in(plan.component("network").listed))["unit"]
    assert set(sample.tables["ratings"].drop_nulls("form")["unit"]) == set(listed)


def test_points_are_said_where_the_plan_leaves_them_open(sample: Simulated, plan: Plan) -> None:
    for component in (one for one in plan.components if one.events):
        for id, item in component.events.items.items():  # type: ignore[union-attr]
            assert item.points is not None
            low, high = item.points
            points = sample.tables["events"].filter(pl.col("item") == id)["points"]
            assert points.null_count() == (points.len() if low == high else 0)
            assert all(low <= Decimal(point) <= high for point in points.drop_nulls())


def test_heavy_items_are_rare(sample: Simulated) -> None:
    numbers = Counter(sample.tables["events"]["item"])
    assert numbers["county"] > 10 * (numbers["head_case"] + numbers["unit_case"])


def test_a_deed_is_sometimes_noted_twice(sample: Simulated) -> None:
    assert sample.tables["events"]["deed"].drop_nulls().is_duplicated().any()


def test_marks_lie_in_their_range_and_band(sample: Simulated, plan: Plan) -> None:
    rule = plan.component("supervisor").marks
    assert rule is not None
    for mark, band in (
        sample.tables["marks"].filter(pl.col("method") == "supervisor").select("mark", "band").iter_rows()
    ):
        low, high = rule.bands[band]
        assert low <= Decimal(mark) <= high
        assert -int(Decimal(mark).as_tuple().exponent) <= rule.decimals


def test_an_organ_keeps_the_quota_of_bands(sample: Simulated, plan: Plan) -> None:
    rule = plan.component("supervisor").marks
    assert rule is not None
    assert rule.quota is not None
    first = pl.col("marker") == next(iter(rule.markers))
    marks = sample.tables["marks"].filter((pl.col("method") == "supervisor") & first)
    for _, own in marks.join(sample.facts["units"], on="unit").group_by("organ"):
        numbers = [Counter(own["band"])[band] for band in rule.bands]
        if own.height <= rule.quota.up_to:
            assert max(numbers) <= rule.quota.each_at_most
        else:
            assert max(numbers) - min(numbers) <= 1


def test_a_township_marks_its_own_units_and_those_it_shares_with_another_organ(sample: Simulated, plan: Plan) -> None:
    rule = plan.component("supervisor").marks
    assert rule is not None
    assert rule.markers["乡镇"].units == {"management": ["双重", "乡镇"]}
    units = sample.facts["units"].filter(pl.col("system").is_null())
    marks = sample.tables["marks"].filter(pl.col("marker") == "乡镇").join(units, on="unit")
    asked = units.filter(pl.col("management").is_in(["双重", "乡镇"]))
    spared = sample.truth.filter(pl.col("planted").str.contains("有一方没有赋分"))["unit"].to_list()
    assert len(spared) == 1
    assert set(asked["unit"]) - set(marks["unit"]) >= set(spared)
    assert set(marks["unit"]) <= set(asked["unit"])
    assert set(marks["management"]) == {"双重", "乡镇"}
    assert (marks["township"].is_not_null() & (marks["township"] != "")).all()
    assert (marks.filter(management="双重")["township"] != marks.filter(management="双重")["organ"]).all()


def test_systems_hand_in_twice_as_many_units_as_the_list_takes(sample: Simulated, plan: Plan) -> None:
    numbers = dict(sample.tables["systems"]["system"].value_counts().iter_rows())
    quota = plan.shortlists[0].quota
    assert quota is not None
    assert numbers == {system: 2 * number for system, number in quota.take.items()}
    assert set(sample.tables["systems"]["unit"]).isdisjoint(sample.roster["unit"])


# What was put in on purpose


def test_what_was_planted_is_found(sample: Simulated, reviewed: Review) -> None:
    """Exempt units, few votes and none, a tie at a cut, a unit on the worst list again."""
    planted = sample.truth.drop_nulls("planted").select("unit", "planted").rows()
    exempt = reviewed.table("roster").filter("exempt")["unit"]
    assert {unit for unit, what in planted if "免评" in what} == set(exempt) != set()
    rules = reviewed.table("rating_marks").filter(pl.col("component") == "client")
    for words, rule in (("无票", "none_mean"), ("不足", "few")):
        found = set(rules.filter(pl.col("rule") == rule)["unit"])
        assert {unit for unit, what in planted if words in what} - {""} <= found != set()
    assert "lot" in set(reviewed.table("list_entries")["decided_by"])
    assert "removed" in set(reviewed.table("outcomes")["outcome"])


def test_every_kind_of_management_meets_a_consequence(reviewed: Review) -> None:
    struck = reviewed.table("outcomes").join(reviewed.table("roster"), on="unit")
    assert set(struck["management"]) == {"单独", "双重", "乡镇"}


def test_the_lists_are_as_long_as_the_plan_says(reviewed: Review) -> None:
    lengths = dict(reviewed.table("list_entries")["list"].value_counts().iter_rows())
    assert 50 <= lengths.pop("不满意候选") <= 60
    assert lengths == {"满意候选": 50, "满意单位": 10, "不满意单位": 10, "最不满意单位": 3}


def test_marks_follow_the_truth(sample: Simulated, reviewed: Review) -> None:
    wanted = {"client": 0.6, "supervisor": 0.6, "inspection": 0.2, "network": 0.9}
    found = {component: correlation(sample, reviewed, component) for component in wanted}
    assert all(found[component] > least for component, least in wanted.items()), found


def test_satisfaction_lies_mostly_between_75_and_98_per_cent(reviewed: Review) -> None:
    marks = reviewed.table("component_marks").filter(pl.col("component") == "client")
    rates = marks["marks"].cast(pl.Float64) / 50
    assert rates.is_between(0.75, 0.98).mean() > 0.95


# Any plan


@pytest.fixture(scope="module")
def elsewhere(other: Plan) -> Simulated:
    return simulate(other, made_up_roster(other), 7)


@pytest.fixture(scope="module")
def tables(elsewhere: Simulated) -> Mapping[str, pl.DataFrame]:
    return elsewhere.tables


def test_facts_of_another_plan_are_taken_and_scored(other: Plan, elsewhere: Simulated, tmp_path: Path) -> None:
    write(elsewhere, tmp_path)
    facts = read_facts(tmp_path, other)
    assert all(receipt.accepted == receipt.rows_in for receipt in facts.receipts)
    review = Review.begin(other, facts.tables).through("outcomes")
    assert dict(review.table("list_entries")["list"].value_counts().iter_rows()) == {"入围": 7, "先进": 2, "落后": 3}
    assert "talk" in set(review.table("outcomes")["outcome"])
    for component, least in {"poll": 0.5, "panel": 0.5, "speed": 0.5, "papers": 0.1}.items():
        assert correlation(elsewhere, review, component) > least


def test_each_form_answers_every_item_in_every_month(tables: Mapping[str, pl.DataFrame]) -> None:
    poll = tables["ratings"].filter(pl.col("method") == "poll")
    answers = poll.group_by("form").agg(pl.col("item").sort(), pl.col("unit").n_unique())
    assert answers["item"].to_list() == [["态度", "效率"]] * answers.height
    assert (answers["unit"] == 1).all()
    assert set(poll["rated_on"].dt.month()) >= {1, 2, 3}
    assert set(poll["level"]) == {"优", "良", "中", "差", "不了解"}
    assert 0 < poll["own"].mean() < 0.1  # type: ignore[operator]
    assert "counts" not in tables


def test_a_form_with_only_an_upper_bound_marks_everybody(tables: Mapping[str, pl.DataFrame]) -> None:
    forms = tables["ratings"].filter(pl.col("method") == "ballot").group_by("form")
    marked = forms.agg(pl.len(), against=(pl.col("level") == "反对").sum())
    assert (marked["len"] == 7).all(), "the six of the list, and one that ties with the last"
    assert 0.9 < (marked["against"] <= 2).mean() < 1  # type: ignore[operator]


def test_marks_that_are_trimmed_come_from_several_people(tables: Mapping[str, pl.DataFrame]) -> None:
    panel = tables["marks"]
    assert set(panel["marker"]) == {None}
    assert panel.group_by("unit").len()["len"].min() > 5  # type: ignore[operator]
    assert panel["mark"].cast(pl.Int64).is_between(60, 100).all()


def test_measured_numbers_have_a_denominator_only_for_rates(tables: Mapping[str, pl.DataFrame]) -> None:
    measures = tables["measures"].with_columns(pl.col("numerator", "denominator").cast(pl.Int64))
    rates, numbers = (measures.filter(pl.col("method") == method) for method in ("speed", "papers"))
    assert (rates["numerator"] <= rates["denominator"]).all()
    assert numbers["denominator"].is_null().all()
    assert set(numbers["cycle"]) == {"1月", "2月", "3月"}


def test_ladders_bring_no_points_and_open_items_do(tables: Mapping[str, pl.DataFrame]) -> None:
    points: dict[str, list[Any]] = dict(tables["events"].group_by("item").agg("points").iter_rows())
    assert set(points["absent"]) == {None}
    assert all(Decimal(one) < 0 for one in points["scene"])
    assert all(Decimal("0.2") <= Decimal(one) <= Decimal("0.5") for one in points["praise"])


def test_a_plan_without_systems_and_management_has_neither(elsewhere: Simulated) -> None:
    assert "systems" not in elsewhere.tables
    assert elsewhere.roster["management"].is_null().all()
    assert set(elsewhere.tables["grades"]["grade"]) == {"先进", "一般"}
    assert set(elsewhere.tables["lots"]["standing"]) == {"final"}


# The year around the scoring: a plan that has everything, and the stored samples


def busy_plan() -> Plan:
    """Deadlines, signatures, deeds, checks that find nothing, draws, tasks, re-evaluations, rater means."""
    levels = {"好": "1", "差": "0"}
    items = {"slow": {"name": "超期", "points": "-1", "within": {"days": "10"}, "extended": {"months": "1"}}}
    stages = {"late": {"points": "-1"}, "worse": {"points": "-2"}, "worst": {"points": "-4"}}
    stages = {id: {"name": id} | item for id, item in stages.items()}
    checks = {"dirt": {"name": "脏", "points": "-0.5"}, "clean": {"name": "已查", "points": "0"}}
    rated = {"levels": levels, "channels": [{"id": "电话"}, {"id": "网上", "for": {"category": "站所"}}]}
    groups = {"levels": levels, "groups": {"干部": "0.5", "群众": "0.5"}, "own_unit": False}
    each = {"by": "respondent", "keep": "first"}
    looked = {"full": "5", "unmeasured": "full"}
    return tiny.plan(
        {"id": "all", "full": "100", "of": ["said", "slow", "deeds", "floor", "desk"], "missing": "zero"},
        {"id": "said", "full": "60", "of": ["calls", "meeting"], "missing": "spread"},
        {"id": "calls", "full": "30", "per": "half", "cycle_full": {"上半年": "15", "下半年": "15"}, "ratings": rated},
        {"id": "meeting", "full": "30", "ratings": groups | {"each": each}},
        {"id": "slow", "full": "10", "events": {"base": "10", "floor": "0", "items": items, "needs": "signed"}},
        {"id": "deeds", "full": "20", "events": {"base": "20", "items": stages, "same_deed": {"keep": "gravest"}}},
        {"id": "floor", **looked, "events": {"base": "5", "floor": "0", "items": checks}},
        {"id": "desk", **looked, "marks": {"range": ["0", "5"], "decimals": "1"}},
        lists=[
            {"id": "落后", "from": "units", "by": "rank", "side": "bottom", "take": "4", "good": False},
            {"id": "先进", "from": "units", "by": "rank", "side": "top", "take": "4"},
            {
                "id": "不及格",
                "from": "units",
                "by": "rank",
                "side": "bottom",
                "when": {"marks": {"all": {"below": "65"}}},
            },
        ],
        effects={"停职": {}},
        rechecks=[{"id": "复评", "list": "落后", "due": "2020-06-30", "blocks": ["停职"]}],
        tasks=[
            {"id": f"t{nth}", "phase": "一", "section": "甲科", "from": "2020-02-01", "due": due, **every}
            for nth, (due, every) in enumerate(TASKS.items())
        ],
        sampling=[
            {"id": "daily", "component": "calls", "take": "10", "per": ["unit", "day"], "cases": {"above": "20"}}
            | {"for": {"category": "站所"}},
            {
                "id": "callers",
                "component": "calls",
                "take": "6",
                "per": ["unit", "channel"],
                "leave_out": {"post": "领导"},
            },
            {"id": "panel", "component": "meeting", "take": "30", "quota": {"干部": "40%", "else": "60%"}},
            {"id": "files", "take": "1", "per": ["quarter"]},
        ],
        readings=[
            {"id": "means", "question": "?", "official": "否"}
            | {"otherwise": [{"answer": "是", "patch": {"components.calls.ratings.mean_first": "respondent"}}]}
        ],
    )


TASKS: dict[str, dict[str, str]] = {
    "2020-03-31": {},
    "2020-04-30": {},
    "2020-05-31": {},
    "2020-06-30": {"every": "month"},
    "2020-08-31": {"every": "month"},
}
"""Tasks by due day; all begin in February."""


@pytest.fixture(scope="module")
def busy() -> Simulated:
    plan = busy_plan()
    return simulate(plan, made_up_roster(plan), 11)


@pytest.fixture(scope="module")
def busy_review(busy: Simulated) -> Review:
    return Review.begin(busy.plan, busy.facts).through("outcomes")


@pytest.fixture
def year(campaign: str, request: pytest.FixtureRequest) -> Simulated:
    """The simulated year of the campaign that a test names: the plan that has everything, or a stored sample's."""
    made: Simulated = request.getfixturevalue("busy") if campaign == "busy" else made_of(campaign)
    return made


@pytest.fixture
def review(campaign: str, request: pytest.FixtureRequest) -> Review:
    """The same, scored."""
    made: Review = request.getfixturevalue("busy_review") if campaign == "busy" else scored(campaign)
    return made


def planted(simulated: Simulated, words: str) -> set[str]:
    """The units in whose truth these words stand."""
    return set(simulated.truth.filter(pl.col("planted").str.contains(words, literal=True))["unit"])


def test_intake_takes_every_row_of_a_plan_that_has_everything(busy: Simulated, tmp_path: Path) -> None:
    write(busy, tmp_path)
    facts = read_facts(tmp_path, busy.plan)
    assert all(receipt.accepted == receipt.rows_in for receipt in facts.receipts)
    assert facts.mended == []
    around = {"finished", "rechecks", "clients", "contacts", "problems", "progress", "opinions"}
    assert all(facts.tables[name].height == busy.tables[name].height > 0 for name in around)


def rows_due(plan: Plan, units: pl.DataFrame) -> dict[str, int]:
    """Rows of the frame that daily tasks ask for: one for each unit and day."""
    fitting = {
        task.id: units.filter(
            pl.all_horizontal(
                pl.lit(True),
                *(pl.col(name).cast(pl.String).fill_null("").is_in(values) for name, values in task.units.items()),
            )
        ).height
        for task in plan.tasks
        if task.shown_by == "clients"
    }
    return {task.id: fitting[task.id] * len(list(days_of_task(task))) for task in plan.tasks if task.id in fitting}


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_a_stored_sample_is_taken_and_small(campaign: str) -> None:
    plan = plan_with(campaign, {})
    facts = read_facts(ROOT / "data" / campaign, plan)
    assert all(receipt.accepted == receipt.rows_in for receipt in facts.receipts)
    assert facts.mended == []
    daily = sum(rows_due(plan, facts.tables["units"]).values())
    size = sum(path.stat().st_size for path in (ROOT / "data" / campaign).rglob("*.csv"))
    assert size < 4 * 2**20 + 50 * daily, "what units hand in each day comes on top"
    for one in plan.units.published:
        of = [pl.col(name).cast(pl.String).fill_null("").is_in(values) for name, values in one.units.items()]
        fitting = facts.tables["units"].filter(pl.all_horizontal(pl.lit(True), *of))
        assert (fitting["organ"].n_unique() if one.of == "organs" else fitting.height) == one.count


def test_new_facts_come_again_from_the_same_seed(busy: Simulated) -> None:
    again = simulate(busy.plan, busy.roster, busy.seed)
    assert all(again.tables[name].equals(busy.tables[name]) for name in busy.tables)


# Cases with a deadline, signatures, deeds


@pytest.mark.parametrize(
    ("deadline", "opened", "due"),
    [
        ({"working_days": "5"}, date(2018, 9, 28), date(2018, 10, 10)),  # both days before the holidays are worked
        ({"working_days": "1"}, date(2018, 4, 27), date(2018, 4, 28)),
        ({"days": "10"}, date(2018, 9, 28), date(2018, 10, 8)),
        ({"months": "1"}, date(2018, 1, 31), date(2018, 2, 28)),
        ({"months": "2"}, date(2018, 11, 30), date(2019, 1, 30)),
    ],
)
def test_the_last_day_of_a_deadline(deadline: dict[str, str], opened: date, due: date) -> None:
    assert due_day(Deadline.model_validate(deadline), opened) == due


def cases(plan: Plan, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The events of items with a deadline, with the day on which an answer was due."""
    items = {id: item for one in plan.components if one.events for id, item in one.events.items.items() if item.within}
    rows = tables["events"].filter(pl.col("item").cast(pl.String).is_in([*items])).to_dicts()
    deadlines = [
        (items[row["item"]].extended if row["extended"] else None) or items[row["item"]].within for row in rows
    ]
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(
        due=pl.Series([due_day(one, row["opened_on"]) for one, row in zip(deadlines, rows, strict=True) if one])
    )


@pytest.mark.parametrize("campaign", ["busy", "yinchuan-2018"])
def test_cases_end_in_every_way_and_the_review_counts_days_as_they_do(year: Simulated, review: Review) -> None:
    """In time, late, extended, open; the day on which an answer was due is the same in Python and in SQL."""
    plan, tables = year.plan, year.tables
    rows = cases(plan, tables)
    ends = [
        ("open" if closed is None else "late" if closed > due else "in time")
        for closed, due in rows.select("closed_on", "due").rows()
    ]
    assert set(zip(ends, rows["extended"], strict=True)) >= {("in time", False), ("late", False), ("in time", True)}
    assert 0.4 < ends.count("in time") / len(ends) < 0.85
    assert 0 < ends.count("open") < len(ends) / 2
    assert (rows["happened_on"] == rows["opened_on"]).all()
    points = rows.join(review.table("event_points").select("event", "not_counted", due_there="due"), on="event")
    assert points.height == rows.height
    assert (points["due"] == points["due_there"]).all()


@pytest.mark.parametrize("campaign", ["busy", "yinchuan-2018"])
def test_most_but_not_all_entries_are_signed_where_the_plan_needs_it(year: Simulated) -> None:
    plan, tables = year.plan, year.tables
    for one in (one for one in plan.components if one.events):
        own = tables["events"].filter(pl.col("item").cast(pl.String).is_in([*one.events.items]))  # type: ignore[union-attr]
        signed = own["signed_on"].is_not_null()
        if one.events and one.events.needs:
            assert 0.6 < signed.mean() < 1  # type: ignore[operator]
            assert (own["signed_on"] > own["happened_on"]).drop_nulls().all()
        else:
            assert not signed.any()


@pytest.mark.parametrize("campaign", ["busy", "jizhou-2012"])
def test_a_deed_of_the_worst_unit_goes_through_every_stage_and_costs_once(year: Simulated, review: Review) -> None:
    plan, tables = year.plan, year.tables
    rule = next(one.events for one in plan.components if one.events and one.events.same_deed)
    stages = [*rank_by_gravity(rule)]
    deed = next(deed for (deed,), own in tables["events"].group_by("deed") if set(own["item"]) == set(stages))
    own = tables["events"].filter(pl.col("deed") == deed).sort("happened_on")
    assert own["item"].to_list() == stages
    why = review.table("event_points").join(own.select("event"), on="event").sort("event")["not_counted"].to_list()
    assert why.count(None) == 1
    assert why.count("same_deed") == len(stages) - 1
    problem = tables["problems"].filter(pl.col("problem") == deed).to_dicts()[0]
    assert (problem["state"], problem["supervised"]) == ("refused", 2)
    assert problem["due"] < own["happened_on"][0]


@pytest.mark.parametrize("campaign", ["busy", "jizhou-2012"])
def test_every_deed_that_costs_is_a_problem_that_was_due_before(year: Simulated) -> None:
    plan, tables = year.plan, year.tables
    bad = [
        item for one in plan.components if one.events and one.events.same_deed for item in rank_by_gravity(one.events)
    ]
    deeds = (
        tables["events"].filter(pl.col("item").cast(pl.String).is_in(bad)).group_by("deed").agg(pl.min("happened_on"))
    )
    both = deeds.join(tables["problems"], left_on="deed", right_on="problem")
    assert both.height == deeds.height > 0
    assert (both["due"] < both["happened_on"]).all()
    assert (both["rectified_on"] > both["happened_on"]).drop_nulls().all()


def test_the_entries_of_a_deed_grow_heavier() -> None:
    year = made_of("jizhou-2012")
    rule = next(one.events for one in year.plan.components if one.events and one.events.same_deed)
    ranks = rank_by_gravity(rule)
    entered = year.tables["events"].filter(pl.col("item").is_in([*ranks])).sort("happened_on")
    deeds = [own["item"].to_list() for _, own in entered.group_by("deed", maintain_order=True)]
    assert sum(len(set(items)) > 1 for items in deeds) > 1
    assert all(items == sorted(items, key=lambda item: ranks[item]) for items in deeds)


def test_deeds_that_earn_are_no_problems(sample: Simulated) -> None:
    assert sample.tables["events"]["deed"].drop_nulls().len() > 0
    assert set(sample.tables["problems"]["problem"]).isdisjoint(sample.tables["events"]["deed"].drop_nulls())


# What is not measured, groups that are missing, ties


@pytest.mark.parametrize("campaign", ["busy", "lucheng-2018"])
def test_only_the_planted_leaves_are_unmeasured(year: Simulated, review: Review) -> None:
    titles = {one.id: one.title for one in year.plan.components if one.unmeasured}
    states = review.published("leaf_states").filter(pl.col("component").cast(pl.String).is_in([*titles]))
    empty = states.filter("unmeasured").select(pl.col("unit", "component").cast(pl.String)).rows()
    wanted = {(unit, id) for id, title in titles.items() for unit in planted(year, f"{title}：没有数据")}
    assert set(empty) == wanted
    assert 0 < len(wanted) < 0.15 * states.height


@pytest.mark.parametrize("campaign", ["busy", "lucheng-2018"])
def test_nothing_was_found_only_where_nothing_else_counts(year: Simulated, review: Review) -> None:
    items = {id: item for one in year.plan.components if one.events for id, item in one.events.items.items()}
    clean = pl.col("item").is_in([id for id, item in items.items() if item.fixed == 0])
    leaves = [one.id for one in year.plan.components if one.unmeasured and one.events]
    counted = review.table("event_points").filter(pl.col("not_counted").is_null(), pl.col("component").is_in(leaves))
    kinds = counted.group_by("component", "unit").agg(clean.n_unique(), clean.any().alias("nothing"))
    assert (kinds["item"] == 1).all()
    assert 0.1 < kinds["nothing"].mean() < 0.9  # type: ignore[operator]


def test_marks_are_dated_where_it_matters_whether_they_are_there(busy: Simulated, sample: Simulated) -> None:
    year = busy.plan.cycles["year"][0]
    assert busy.tables["marks"]["given_on"].is_between(year.start, year.end).sum() == busy.tables["marks"].height > 0
    assert sample.tables["marks"]["given_on"].null_count() == sample.tables["marks"].height


@pytest.mark.parametrize("campaign", ["busy", "jizhou-2012"])
def test_one_unit_lacks_a_rating_that_its_siblings_stand_in_for(year: Simulated, review: Review) -> None:
    node = next(one for one in year.plan.components if one.missing == "spread")
    titles = [year.plan.component(child).title for child in node.of]
    lacking = [unit for title in titles for unit in planted(year, f"{title}：没有数据")]
    marks = review.table("component_marks").filter((pl.col("component") == node.id) & pl.col("flag").is_not_null())
    assert marks["unit"].to_list() == lacking
    assert len(lacking) == 1


def test_nobody_is_left_without_votes_where_the_plan_does_not_say_what_that_gives(elsewhere: Simulated) -> None:
    rated = elsewhere.tables["ratings"].filter(pl.col("method") == "poll")
    assert set(rated["unit"]) == set(elsewhere.roster["unit"])


@pytest.mark.parametrize("campaign", ["busy", "yuanba-2018"])
def test_one_unit_gets_nothing_from_one_of_the_weighted_groups(year: Simulated) -> None:
    plan, tables = year.plan, year.tables
    weighted = [one for one in plan.components if one.ratings and any(one.ratings.groups.values())]
    for one in weighted:
        rated = tables["ratings"].filter(pl.col("method") == one.id)
        numbers = rated.group_by("unit").agg(pl.col("group").n_unique())["group"].to_list()
        assert one.ratings is not None
        assert sorted(numbers)[:2] == [len(one.ratings.groups) - 1, len(one.ratings.groups)]
    assert weighted


def test_somebody_who_votes_belongs_to_one_group_but_for_a_few(busy: Simulated) -> None:
    rated = busy.tables["ratings"].filter(pl.col("method") == "meeting")
    groups = rated.group_by("respondent").agg(pl.col("group").n_unique(), pl.len()).filter(pl.col("len") > 1)
    assert 0 < (groups["group"] > 1).mean() < 0.2  # type: ignore[operator]


def test_some_rate_a_unit_twice_and_some_their_own(busy: Simulated) -> None:
    rated = busy.tables["ratings"].filter(pl.col("method") == "meeting")
    twice = rated.select(pl.struct("unit", "respondent").is_duplicated().mean()).item()
    assert 0.01 < twice < 0.15
    assert 0 < rated["own"].mean() < 0.1  # type: ignore[operator]


@pytest.mark.parametrize("campaign", ["busy", "jizhou-2012"])
def test_raters_are_few_where_a_reading_takes_the_mean_of_each(year: Simulated) -> None:
    plan, tables = year.plan, year.tables
    numbers = dict(
        tables["ratings"].group_by(pl.col("method").cast(pl.String)).agg(pl.n_unique("respondent")).iter_rows()
    )
    chosen = {one.id for one in plan.components if counts_raters(plan, one)}
    assert chosen
    assert {method for method, number in numbers.items() if number <= POINTS} == chosen


@pytest.mark.parametrize("campaign", [one for one in CAMPAIGNS if one != "lucheng-2018"])
def test_there_is_a_tie_at_a_cut(campaign: str) -> None:
    """Settled by keys or lots, or shared: wherever a plan takes a number of units."""
    entries = scored(campaign).table("list_entries").filter(pl.col("draw") == 0)
    assert set(entries["decided_by"].drop_nulls()) & {"lot", "shared"}


def test_tied_units_have_the_same_marks_from_other_people(busy: Simulated, busy_review: Review) -> None:
    tied = sorted(planted(busy, "同分"))
    assert len(tied) == 2
    totals = busy_review.table("totals").filter(pl.col("unit").is_in(tied))
    assert totals["total"].n_unique() == 1
    rated = busy.tables["ratings"].filter(pl.col("method") == "meeting")
    people = [set(rated.filter(pl.col("unit") == unit)["respondent"]) for unit in tied]
    assert len(people[0] & people[1]) < len(people[0]) / 2
    assert busy.tables["events"]["event"].is_unique().all()
    deeds = busy.tables["events"].drop_nulls("deed").group_by("deed").agg(pl.n_unique("unit"))
    assert (deeds["unit"] == 1).all()


@pytest.mark.parametrize("campaign", ["busy", "jizhou-2012"])
def test_somebody_falls_below_the_bound_of_a_list(year: Simulated, review: Review) -> None:
    plan = year.plan
    rules = [rule.id for rule in plan.every_list if any(bound.below for bound in rule.when.marks.values())]
    entries = review.table("list_entries").filter(pl.col("draw") == 0)
    assert set(rules) <= set(entries["list"])


@pytest.mark.parametrize("campaign", ["busy", "yuanba-2018"])
def test_the_last_of_this_year_was_on_the_bad_list_last_year(year: Simulated, review: Review) -> None:
    plan, tables = year.plan, year.tables
    totals = review.table("totals").filter(pl.col("draw") == 0)
    last = totals.sort("place")["unit"][-1]
    before = tables["history"].filter(pl.col("year") == plan.campaign.year - 1, pl.col("unit") == last)
    assert before.height > 0


@pytest.mark.parametrize("seed", range(6))
def test_the_worst_unit_was_on_every_bad_list_last_year(seed: int) -> None:
    plan = plan_with("yuanba-2018", {})
    world = new_world(plan, made_up_roster(plan), seed)
    rules = [rule.id for rule in lists_looked_back_at(plan) if rule.side == "bottom"]
    listed = draw_history(world).filter(pl.col("year") == plan.campaign.year - 1, pl.col("unit") == world.worst)["list"]
    assert listed.to_list() == rules != []


# Who was asked


@pytest.mark.parametrize("campaign", ["busy", "pingyang-2020", "yinchuan-2018", "lucheng-2018"])
def test_as_many_were_reached_as_there_are_ratings(year: Simulated) -> None:
    plan, tables = year.plan, year.tables
    keys = [pl.col(name).cast(pl.String).fill_null("") for name in ("method", "unit", "channel")]
    reached = tables["contacts"].filter(pl.col("disposition") == "complete").group_by(keys).agg(pl.sum("times"))
    parts = [tables["ratings"].select(*keys, times=pl.lit(1, pl.Int64))]
    parts += [tables["counts"].select(*keys, times="votes")] if "counts" in tables and tables["counts"].height else []
    named = [one.component for one in plan.sampling]
    drawn = [one.id for one in plan.components if one.id in named and one.ratings and not one.ratings.form]
    rated = pl.concat(parts).filter(pl.col("method").is_in(drawn)).group_by("method", "unit", "channel").sum()
    wanted = {row[:3]: row[3] for row in rated.iter_rows()}
    assert {row[:3]: row[3] for row in reached.iter_rows()} == wanted
    assert sum(tables["contacts"]["times"]) == pytest.approx(1.5 * sum(wanted.values()), rel=0.1)
    assert set(tables["contacts"]["disposition"]) >= {"complete", "refusal", "noncontact", "unknown", "ineligible"}
    assert tables["contacts"]["contact"].is_unique().all()


@pytest.mark.parametrize("campaign", ["busy", "pingyang-2020", "yinchuan-2018", "lucheng-2018"])
def test_every_rule_can_be_drawn_from_the_frame(year: Simulated) -> None:
    plan, tables = year.plan, year.facts
    frame = tables["clients"]
    assert frame.height < 4500 + sum(rows_due(plan, tables["units"]).values()), "data due each day come on top"
    for rule in (rule for rule in plan.sampling if rule.take):
        result = draw(rule, frame, tables["units"], "7")
        if rule.take == "all":
            assert 0 < result.strata["size"].sum() == result.drawn.height
            assert set(result.strata["why"]) == {"all"}
            continue
        full = result.strata.filter(pl.col("why") == "drawn")
        assert full.height > 0
        share = 0.25 if any(task.shown_by == "clients" for task in plan.tasks) else 0.8  # data of each day are thin
        assert full.height >= share * result.strata.filter(pl.col("why") != "all").height
        if rule.quota:
            assert result.short.is_empty()
            assert (result.strata["people"] > result.strata["wanted"]).all()


@pytest.mark.parametrize("campaign", ["busy", "lucheng-2018"])
def test_some_days_lie_just_below_at_and_just_above_the_bound(year: Simulated) -> None:
    plan, tables = year.plan, year.facts
    rule = next(rule for rule in plan.sampling if rule.cases)
    assert rule.cases is not None
    bound = int(rule.cases.start or rule.cases.above or 0)
    assert 0 < bound <= GREATEST
    sizes = Counter(tables["clients"].group_by(pl.col("unit").cast(pl.String), "served_on").len()["len"].to_list())
    assert all(sizes[size] for size in (bound - 1, bound, bound + 1))
    assert any(size < bound / 2 for size in sizes)


@pytest.mark.parametrize("campaign", ["busy", "yinchuan-2018"])
def test_a_few_are_in_the_frame_whom_a_rule_leaves_out(year: Simulated) -> None:
    plan, tables = year.plan, year.tables
    for rule in plan.sampling:
        for column, values in rule.leave_out.items():
            assert 0 < tables["clients"][column].is_in(values).sum() < 0.1 * tables["clients"].height


def test_cases_have_a_number_where_the_draw_goes_by_time(busy: Simulated) -> None:
    frame = busy.tables["clients"]
    assert frame["case"].drop_nulls().is_unique().all()
    assert 0 < frame["case"].null_count() < frame.height
    assert set(frame.drop_nulls("channel")["channel"]) == {"电话", "网上"}
    stations = busy.roster.filter(pl.col("category") == "站所")["unit"].to_list()
    assert set(frame.filter(pl.col("channel") == "网上")["unit"]) <= set(stations)


def framed(*rules: dict[str, Any]) -> pl.DataFrame:
    """The frame for these rules, of a plan with nothing but ratings."""
    rated = {"id": "sat", "full": "10", "ratings": {"levels": {"好": "1", "差": "0"}, "groups": ["甲", "乙"]}}
    plan = tiny.plan(rated, sampling=[{"id": f"s{nth}", "component": "sat"} | rule for nth, rule in enumerate(rules)])
    return draw_clients(new_world(plan, made_up_roster(plan), 4))


def test_strata_at_a_bound_hold_nobody_whom_another_rule_put_there() -> None:
    """Both rules draw by unit: three units have exactly as many rows as the first rule wants, none of the second."""
    by_unit = {"take": "5", "per": ["unit"]}
    frame = framed({**by_unit, "cases": {"from": "200"}}, {**by_unit, "take": "7"})
    assert frame["unit"].null_count() == 0
    assert sorted(frame.group_by("unit").len()["len"].to_list())[-3:] == [199, 200, 201]


def test_a_library_belongs_to_no_unit() -> None:
    frame = framed({"take": "20", "quota": {"甲": "30%", "乙": "70%"}})
    assert frame["unit"].null_count() == frame["case"].null_count() == frame.height
    assert dict(frame["group"].value_counts().iter_rows()) == {"甲": 8, "乙": 19}


# Problems, reports, opinions, tasks, re-evaluations


@pytest.mark.parametrize("campaign", ["busy", *CAMPAIGNS])
def test_problems_reports_and_opinions_are_one_story(year: Simulated) -> None:
    plan, tables = year.plan, year.facts
    problems, units = tables["problems"], tables["units"].height
    assert min(8, units) <= problems.height <= 60
    assert (problems["due"] >= problems["found_on"]).all()
    assert ((problems["state"] == "rectified") == problems["rectified_on"].is_not_null()).all()
    assert set(problems["supervised"]) <= {0, 1, 2}
    told = tables["progress"].join(problems, on="problem")
    assert told.height == tables["progress"].height
    end = pl.coalesce("rectified_on", pl.lit(date(plan.campaign.year, 12, 31)))
    assert told.select((pl.col("reported_on") >= pl.col("found_on")) & (pl.col("reported_on") <= end)).to_series().all()
    said = tables["opinions"]
    assert 12 <= said.height <= 60
    linked = said.drop_nulls("problem").join(problems, on="problem")
    assert linked.height == said["problem"].count() > 0
    assert (linked["unit"].cast(pl.String) == linked["unit_right"].cast(pl.String)).all()
    assert (linked["received_on"] <= linked["found_on"]).all()
    assert not said["text"].str.contains(r"\d{5,}").any()


def test_problems_end_in_every_way(busy_review: Review) -> None:
    found = set(scored("jizhou-2012").published("problem_states")["status"])
    assert found == {"in_time", "late", "overdue", "refused"}
    months = scored("jizhou-2012").published("problem_months")
    assert 0 < months["silent"].sum() < months["reported"].sum()
    assert months["fed_back"].sum() > 0
    assert busy_review.published("problem_states")["supervised"].max() == 2


def test_units_report_every_month_but_for_a_few() -> None:
    """Of the whole months in which a problem is open, some are without a report."""
    tables = made_of("jizhou-2012").tables
    open_ = tables["problems"].filter(pl.col("rectified_on").is_null(), pl.col("found_on").dt.month() < 11)
    months = open_.select((11 - pl.col("found_on").dt.month()).sum()).item()
    told = tables["progress"].join(open_, on="problem").with_columns(month=pl.col("reported_on").dt.month())
    inside = told.filter(pl.col("month") > pl.col("found_on").dt.month(), pl.col("month") < 12)
    assert inside.select(pl.struct("problem", "month").is_unique().all()).item()
    assert 0.6 * months < inside.height < 0.95 * months


def test_a_plan_that_puts_nothing_right_has_no_problems() -> None:
    plan = tiny.plan({"id": "sat", "full": "10", "ratings": {"levels": {"好": "1", "差": "0"}}})
    tables = simulate(plan, made_up_roster(plan), 3).tables
    assert set(tables) == {"ratings", "grades"}


def test_most_tasks_are_done_one_is_late_one_never_and_a_month_is_missing(busy: Simulated, busy_review: Review) -> None:
    states = busy_review.published("task_states")
    monthly = [task.id for task in busy.plan.tasks if task.every]
    for task in monthly:
        own = Counter(states.filter(pl.col("task") == task)["state"])
        assert own["overdue"] == 1
        assert own["done"] == own.total() - 1 > 0
    once = Counter(states.filter(~pl.col("task").cast(pl.String).is_in(monthly))["state"])
    assert once == {"late": 1, "overdue": 1, "done": 1}


@pytest.mark.parametrize("campaign", ["busy", "pingyang-2020"])
def test_most_of_last_years_units_passed_again_one_late_and_one_not_yet(review: Review) -> None:
    states = Counter(review.published("recheck_states")["state"])
    assert states["passed_late"] == 1
    assert states["overdue"] == 1
    assert states["passed"] == states.total() - 2 > 0


def test_facts_around_the_scoring_are_spread_over_the_year(busy: Simulated) -> None:
    days = [busy.tables["problems"]["found_on"], busy.tables["opinions"]["received_on"]]
    assert all((one.max() - one.min()) > timedelta(days=200) for one in days)  # type: ignore[operator]


# Folders


def test_a_folder_without_a_roster_gets_a_made_up_one(other: Plan, tmp_path: Path) -> None:
    first = {path: path.read_bytes() for path in simulate_into(other, tmp_path, 1)}
    assert (tmp_path / "units/roster.csv").exists()
    simulate_into(other, tmp_path, 1)
    again = {path: path.read_bytes() for path in first}
    facts = [path for path in first if path.suffix == ".csv"]
    assert [again[path] for path in facts] == [first[path] for path in facts]


def test_real_facts_are_never_overwritten(other: Plan, tmp_path: Path) -> None:
    (tmp_path / "marks.csv").write_text("真的", encoding="utf-8")
    with pytest.raises(NotSimulated, match=r"marks\.csv"):
        simulate_into(other, tmp_path, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["marks.csv"]


def test_a_real_roster_and_the_words_of_a_note_stay_as_they_are(sample: Simulated, tmp_path: Path) -> None:
    (tmp_path / "units").mkdir()
    (tmp_path / "units/名录.csv").write_text("真的", encoding="utf-8")
    (tmp_path / "说明.md").write_text("名录是真的。\n\n", encoding="utf-8")
    write(sample, tmp_path)
    write(sample, tmp_path)
    assert sorted(path.name for path in (tmp_path / "units").iterdir()) == ["systems.csv", "名录.csv"]
    note = (tmp_path / "说明.md").read_text(encoding="utf-8")
    assert note.startswith("名录是真的。")
    assert note.count("## 模拟数据") == 1
    assert "2020" in note


def test_files_open_in_excel_with_chinese_heads(sample: Simulated, tmp_path: Path) -> None:
    for path in write(sample, tmp_path):
        text = path.read_bytes()
        assert path.suffix == ".md" or text.startswith(b"\xef\xbb\xbf")
    assert pl.read_csv(tmp_path / "lots.csv").columns == ["名次", "抽签种子", "抽签日期", "依据文件"]
