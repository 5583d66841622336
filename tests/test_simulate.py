"""Simulated facts: the same from the same seed, within the plan's rules, true to the known truth, for any plan."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from pingyi.intake import read_facts
from pingyi.plan import Component, Plan
from pingyi.reading import read_plan
from pingyi.review import Review
from pingyi.simulate import NotSimulated, Simulated, simulate, simulate_into, write
from pingyi.simulate.roster import made_up_roster, roster_of

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


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(ROOT / "parameters/pingyang-2020.yaml")


@pytest.fixture(scope="module")
def sample(plan: Plan) -> Simulated:
    return simulate(plan, roster_of(plan, ROOT / "data/pingyang-2020"), SEED)


@pytest.fixture(scope="module")
def reviewed(sample: Simulated) -> Review:
    return Review.begin(sample.plan, sample.facts).through("outcomes")


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


def test_the_stored_sample_is_what_the_plan_makes(sample: Simulated, tmp_path: Path) -> None:
    write(sample, tmp_path)
    stored = bytes_of(ROOT / "data/pingyang-2020")
    made = {
        name: content for name, content in bytes_of(tmp_path).items() if name.endswith(".csv") and "roster" not in name
    }
    assert made == {name: stored[name] for name in made}


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


def test_a_township_marks_only_units_it_shares_with_another_organ(sample: Simulated) -> None:
    marks = sample.tables["marks"].filter(pl.col("marker") == "乡镇").join(sample.facts["units"], on="unit")
    assert marks.height > 0
    assert (marks["township"] != marks["organ"]).all()


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
    assert dict(review.table("list_entries")["list"].value_counts().iter_rows()) == {"入围": 6, "先进": 2, "落后": 3}
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
    assert (marked["len"] == 6).all()
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
