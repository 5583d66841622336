"""Every published number is worked out again from what its explanation names, and from nothing else.

Leaves from their rows of facts, inner nodes from their children, totals and places from marks, lists from places and
conditions, consequences from lists: for all units of all stored campaigns.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from pingyi import places
from pingyi.explain import Explainer
from pingyi.explain.rows import Rows
from pingyi.review import Review
from tests.replay import leaf, nodes, results, votes
from tests.replay.campaign import Campaign, known
from tests.replay.drops import drops
from tests.replay.kept import Store
from tests.test_explain import unreplayed
from tests.tiny import counts, plan, table, units

CAMPAIGNS = places.campaigns()


def worked_out(campaign: Campaign, component: str, unit: str, named: pl.DataFrame) -> Decimal | None:
    one = campaign.review.plan.component(component)
    return leaf.marks(campaign.review.plan, one, unit, campaign.store.only(named))


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_the_rows_named_for_a_leaf_give_its_marks_to_the_last_digit(name):
    """And each row that was handed in about the unit is named: counted, or set aside with its reason."""
    campaign = known(name)
    handed_in = _handed_in(campaign)
    wrong, unnamed, unreasoned = [], [], []
    for key in campaign.leaves:
        named = campaign.rows.behind(*key)
        if worked_out(campaign, *key, named) != campaign.published.marks[key]:
            wrong.append(key)
        own = named.filter((pl.col("unit") == key[1]) & pl.col("table").is_in(TABLES))
        if own.height != handed_in.get(key, 0):
            unnamed.append((key, own.height, handed_in.get(key, 0)))
        if own.filter(pl.col("reason").is_null() & (pl.col("part") == "aside")).height:
            unreasoned.append(key)
    assert campaign.leaves
    assert (wrong, unnamed, unreasoned) == ([], [], [])


TABLES = ("ratings", "counts", "marks", "measures")
"""Facts that name the component themselves."""


def _handed_in(campaign: Campaign) -> dict[tuple[str, str], int]:
    """Rows of facts about each component and unit."""
    found: dict[tuple[str, str], int] = {}
    for frame in (campaign.store.facts[name] for name in TABLES if name in campaign.store.facts):
        for component, unit, number in frame.group_by("method", "unit").agg(pl.len()).rows():
            found[component, unit] = found.get((component, unit), 0) + number
    return found


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_the_marks_of_children_give_those_of_the_node(name):
    published = known(name).published
    for one in published.plan.components:
        if one.of:
            found = nodes.marks(published.plan, one, published.roster, published.marks)
            assert found == {key: published.marks[key] for key in found}


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_every_published_mark_is_a_leaf_or_a_node_that_was_replayed(name):
    campaign = known(name)
    of_nodes = [
        key
        for one in campaign.review.plan.components
        if one.of
        for key in nodes.marks(campaign.review.plan, one, campaign.published.roster, campaign.published.marks)
    ]
    assert {*campaign.leaves, *of_nodes} == {*campaign.published.marks}


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_marks_and_tie_breakers_give_totals_and_places(name):
    published = known(name).published
    found = [row for one in published.plan.standings for row in results.totals(published, one)]
    told = [{head: row[head] for head in found[0]} for row in published.totals]
    key = lambda row: (row["standing"], row["unit"])  # noqa: E731
    assert sorted(found, key=key) == sorted(told, key=key)


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_places_and_conditions_give_the_lists(name):
    published = known(name).published
    for rule in published.plan.every_list:
        told = {unit: {"place": row["place"], "direct": row["direct"]} for unit, row in published.on(rule.id).items()}
        assert results.entries(published, rule) == told, rule.id


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_lists_and_conditions_give_the_consequences_and_their_sums(name):
    published = known(name).published
    found = [row for one in published.plan.outcomes for row in results.outcomes(published, one)]
    told = [{head: row[head] for head in OUTCOME} for row in published.outcomes]
    assert sorted(found, key=_outcome) == sorted(told, key=_outcome)
    told_sums = {(row["subject_kind"], row["subject"], row["effect"]): row["amount"] for row in published.sums}
    assert results.sums(published) == told_sums


OUTCOME = ("outcome", "unit", "subject", "amount", "effect", "subject_kind")


def _outcome(row: dict[str, Any]) -> tuple[str, str]:
    return row["outcome"], row["unit"]


# ---------------------------------------------------------------- nothing published lacks an explanation


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_every_formula_of_a_campaign_leads_to_the_published_marks(name):
    campaign = known(name)
    assert unreplayed(campaign.review) == []
    told = {(part.component, one.unit): part.marks for one in campaign.explainer.units() for part in one.parts}
    assert told == campaign.published.marks


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_every_place_entry_margin_and_consequence_is_explained(name):
    published, explainer = known(name).published, known(name).explainer
    told = {one.unit: one for one in explainer.units()}
    for row in published.totals:
        (placing,) = [one for one in told[row["unit"]].placings if one.standing == row["standing"]]
        assert (placing.place, placing.total) == (row["place"], row["total"])
        assert bool(placing.why) == bool(row["decided_by"])
    for row in published.entries:
        (verdict,) = [one for one in told[row["unit"]].verdicts if one.list == row["list"]]
        assert (verdict.listed, verdict.place) == (True, row["place"])
    listed = {(row["list"], row["unit"]) for row in published.entries}
    for one in told.values():
        assert [v.list for v in one.verdicts if v.listed != ((v.list, one.unit) in listed)] == []
        assert [v.list for v in one.verdicts if not v.why] == []


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_every_margin_and_consequence_stands_in_the_tree(name):
    campaign = known(name)
    told = {one.unit: one for one in campaign.explainer.units()}
    for row in campaign.review.published("margins").to_dicts():
        (verdict,) = [one for one in told[row["unit"]].verdicts if one.list == row["list"]]
        assert verdict.margin == row["margin"]
    for row in campaign.published.outcomes:
        found = [one for one in told[row["unit"]].consequences if one.outcome == row["outcome"]]
        assert [(one.subject, one.amount, one.clause) for one in found] == [
            (row["subject"], row["amount"], row["clause"])
        ]
    for row in campaign.published.sums:
        subject = row["subject_kind"], row["subject"], row["effect"]
        found = [one for unit in told.values() for one in unit.consequences if one.about == subject]
        assert {one.together for one in found} == {row["amount"]}


# ---------------------------------------------------------------- the replay can fail

DROPS = 60
"""Rows thrown away on trial in each campaign."""


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_a_counted_row_thrown_away_is_missed(name):
    tried = list(drops(known(name), DROPS))
    assert [(component, unit) for component, unit, before, after in tried if before == after] == []
    assert tried


def test_a_row_of_another_unit_thrown_away_moves_the_mean():
    campaign, tried = known("pingyang-2020"), 0
    drawn = [row for row in campaign.review.published("rating_marks").to_dicts() if row["rule"] == "few"]
    for key in [(row["component"], row["unit"]) for row in drawn[:5]]:
        named = campaign.rows.behind(*key).with_row_index("at")
        ratings = named.filter((pl.col("part") == "others") & (pl.col("table") == "ratings"))
        left = named.filter(pl.col("at") != ratings["at"][tried]).drop("at")
        assert worked_out(campaign, *key, left) != campaign.published.marks[key]
        tried += 1
    assert tried == 5


def test_a_ballot_that_is_not_whole_is_noticed():
    campaign = known("pingyang-2020")
    key = next(key for key in campaign.leaves if key[0] == "network")
    named = campaign.rows.behind(*key).with_row_index("at")
    gone = named.filter(pl.col("part") == "form")["at"][0]
    with pytest.raises(votes.NotWhole):
        worked_out(campaign, *key, named.filter(pl.col("at") != gone).drop("at"))


@pytest.mark.parametrize("name", ["pingyang-2020", "yinchuan-2018"])
def test_a_row_that_was_set_aside_would_move_a_number_if_it_counted(name):
    campaign, moved = known(name), 0
    kinds = {one.id for one in campaign.review.plan.components if one.events and not one.events.same_deed}
    aside = pl.col("part") == "aside"
    for key in [key for key in campaign.leaves if key[0] in kinds]:
        named = campaign.rows.behind(*key)
        if named.filter(aside).height:
            counted = named.with_columns(part=pl.when(aside).then(pl.lit("counted")).otherwise("part"))
            moved += worked_out(campaign, *key, counted) != campaign.published.marks[key]
    assert moved


# ---------------------------------------------------------------- rules that no stored campaign has


def replayed(component, rows, *others, names="甲 乙 丙", traits=None, **sections):
    """Every leaf of a tiny campaign, worked out from its named rows; the parts that its rows play."""
    made = plan(component, *others, **sections)
    facts = numbered({"units": units(names, **(traits or {})), **rows})
    done = Review.begin(made, facts).through("outcomes")
    explainer, store = Explainer(done), Store(facts)
    behind, parts = Rows(explainer.tables, facts), set()
    for (id, unit), row in explainer.tables.marks.items():
        one = made.component(id)
        if not one.of:
            named = behind.behind(id, unit)
            assert leaf.marks(made, one, unit, store.only(named)) == row["marks"], (id, unit)
            parts |= {(row["table"], row["unit"], row["part"]) for row in named.to_dicts() if row["table"] != "units"}
    done.close()
    return parts


def numbered(rows):
    """Plain rows as frames whose every row has a place."""
    given = {
        name: [row | {"source": name, "sheet": None, "row": at} for at, row in enumerate(r)] for name, r in rows.items()
    }
    return {name: pl.DataFrame(one, infer_schema_length=None) for name, one in given.items() if one}


SAT = {"满意": "1", "基本满意": "0.6", "不满意": "0"}
VOTES = counts("unit|满意|基本满意|不满意\n甲|3|0|1\n乙|40|0|2\n丙|31|9|0")


def sat(**more):
    return {"id": "sat", "full": "50", "ratings": {"levels": SAT} | more}


FEW = {
    "all who were rated": {},
    "the same category": {"mean_of": "same_category"},
    "who has enough votes": {"mean_of": "enough_votes"},
    "over the year": {"mean_of": "enough_votes", "counted_per": "year"},
}


@pytest.mark.parametrize("few", FEW.values(), ids=FEW)
def test_a_mean_names_the_rows_of_those_it_is_taken_over(few):
    component = sat(few={"below": "30", "own_share": "0.3"} | few)
    parts = replayed(component, {"counts": VOTES}, traits={"category": {"乙": "站所"}})
    assert ("counts", "丙", "others") in parts
    assert (("counts", "乙", "others") in parts) == (few.get("mean_of") != "same_category")


def rating(unit, level, day="2020-05-01", who=None, form=None, **more):
    return {
        "method": "sat",
        "unit": unit,
        "level": level,
        "rated_on": datetime.fromisoformat(day),
        "respondent": who,
        "form": form,
    } | more


TWICE = [
    rating("甲", "满意", "2020-05-01", "a", "1"),
    rating("甲", "不满意", "2020-05-02", "a", "2"),
    rating("甲", "满意", "2021-05-02", "b", "3"),
    rating("甲", "基本满意", "2020-05-02", None, "4"),
    rating("甲", "基本满意", "2020-05-02", None, "5"),
    rating("乙", "满意", "2020-05-02", "a", "2"),
]


@pytest.mark.parametrize("keep", ["first", "last"])
def test_of_two_ratings_by_the_same_person_the_other_is_set_aside(keep):
    parts = replayed(sat(each={"by": "respondent", "keep": keep}), {"ratings": TWICE})
    assert {part for _, unit, part in parts if unit == "甲"} == {"counted", "aside"}


def test_raters_of_their_own_unit_are_set_aside_and_each_raters_mean_comes_first():
    rows = [row | {"own": row["respondent"] == "b", "rated_on": datetime(2020, 6, 1)} for row in TWICE]
    assert ("ratings", "甲", "aside") in replayed(sat(own_unit="false", mean_first="respondent"), {"ratings": rows})


def test_weights_of_groups_and_items_are_replayed():
    component = sat(groups={"代表": "0.75", "群众": "0.25"}, items={"态度": "0.4", "效率": "0.6"}, group_missing="zero")
    given = [("代表", "态度", "满意"), ("代表", "效率", "不满意"), ("群众", "态度", "满意")]
    rows = [rating("甲", level, group=group, item=item) for group, item, level in given]
    replayed(component, {"ratings": [*rows, rating("乙", "满意", group="代表", item="效率")]})


def test_a_count_belongs_to_the_cycle_of_its_date_and_outside_them_it_is_set_aside():
    """M4: dated 1 July without a cycle; dated before the year."""
    blank = {"group": None, "item": None, "method": "sat", "level": "满意", "cycle": None, "channel": None}
    counted = [("甲", date(2020, 7, 1)), ("乙", date(2019, 7, 1))]
    rows = [blank | {"unit": unit, "votes": 3, "counted_on": day} for unit, day in counted]
    parts = replayed(sat() | {"per": "half", "over_cycles": "best"}, {"counts": rows})
    assert {("counts", "甲", "counted"), ("counts", "乙", "aside")} <= parts


@pytest.mark.parametrize("unmarked", ["基本满意", "not_counted"])
@pytest.mark.parametrize("otherwise", ["whole_form_void", "drop_level"])
def test_forms_are_named_whole(unmarked, otherwise):
    form = {"at_most": {"不满意": "1"}, "unmarked": unmarked, "else": otherwise}
    marked = [
        ("1", "甲", "满意"),
        ("1", "乙", "不满意"),
        ("2", "甲", "不满意"),
        ("2", "乙", "不满意"),
        ("3", "丙", "满意"),
    ]
    rows = [rating(unit, level, form=name, who=name) for name, unit, level in marked]
    parts = replayed(sat(form=form, each={"by": "respondent", "keep": "first"}), {"ratings": rows})
    assert ("ratings", "乙", "form") in parts
    assert ("ratings", "甲", "aside" if otherwise == "whole_form_void" else "beside") in parts


STRIKE = {"strike": {"name": "违规", "ladder": ["-1", "-3", "-10"], "factors": {"aggravated": "2"}}}
LATE = {"late": {"name": "逾期", "points": "-2", "within": {"days": "5"}}}
BLANK = {"factors": None, "times": 1, "deed": None, "document": "文", "points": None, "unit": "甲"}
DATES = ("happened_on", "opened_on", "closed_on")


def happened(*given):
    """Events with the columns that they leave out, dates as dates."""
    rows = [
        dict.fromkeys(DATES) | BLANK | {"status": "confirmed", "event": str(at)} | row for at, row in enumerate(given)
    ]
    return {"events": [row | {name: row[name] and date.fromisoformat(row[name]) for name in DATES} for row in rows]}


def test_rungs_of_a_ladder_are_kept_even_where_they_cost_nothing():
    """A lighter entry of the same deed does not count, but the next case stands one rung higher for it."""
    rule = {"base": "20", "floor": "0", "same_deed": {"keep": "gravest"}, "items": STRIKE}
    rows = happened(
        {"item": "strike", "happened_on": "2020-03-01", "deed": "x"},
        {"item": "strike", "happened_on": "2020-03-02", "deed": "x", "factors": ["aggravated"]},
        {"item": "strike", "happened_on": "2020-03-03", "status": "objected"},
        {"item": "strike", "happened_on": "2020-03-04"},
    )
    parts = replayed({"id": "checked", "full": "20", "events": rule}, rows)
    assert {part for *_, part in parts} == {"counted", "beside", "aside"}


def test_an_event_that_costs_nothing_shows_that_a_leaf_was_judged():
    rule = {"base": "20", "floor": "0", "items": LATE}
    late = {"item": "late", "happened_on": "2020-03-01", "opened_on": "2020-03-01"}
    rows = happened(late | {"closed_on": "2020-03-03"}, late | {"unit": "乙", "closed_on": "2020-05-03"})
    parts = replayed({"id": "checked", "full": "20", "unmeasured": "missing", "events": rule}, rows)
    assert parts == {("events", "甲", "beside"), ("events", "乙", "counted")}


def test_marks_that_are_trimmed_are_needed_and_marks_that_mean_nothing_are_not():
    marks = {"range": ["0", "10"], "trim": {"top": "20%", "bottom": "20%"}, "means_nothing": ["6"]}
    rows = [{"method": "panel", "unit": "甲", "marker": None, "mark": mark} for mark in ("1", "7", "8", "9", "10", "6")]
    parts = replayed({"id": "panel", "full": "10", "marks": marks}, {"marks": _decimal(rows, "mark")})
    assert parts == {("marks", "甲", "counted"), ("marks", "甲", "aside")}


def _decimal(rows, *columns):
    return [row | {name: Decimal(row[name]) for name in columns} for row in rows]


COMPARED = {
    "share_of_best": ([{"share_of_best": "10"}], True),
    "points_by_rank": ([{"points_by_rank": {"places": {"1": "5", "2": "3"}, "after": "0"}}], True),
    "per": ([{"per": "staff"}], False),
    "steps": ([{"steps": [["0.96", "10"], ["0", "3"]]}], False),
    "per_point": ([{"per_point": {"full": "10", "target": "98%", "points": "0.3"}}, {"round": {"places": "1"}}], False),
}


@pytest.mark.parametrize("kind", COMPARED)
def test_conversions_that_compare_name_the_rows_of_all(kind):
    convert, compares = COMPARED[kind]
    measures = {"of": "rate", "numerator": "按时", "denominator": "应办"}
    component = {"id": "rate", "full": "10", "measures": measures, "convert": convert}
    rows = _decimal(
        table("method|unit|numerator|denominator\nrate|甲|47|50\nrate|乙|50|51"), "numerator", "denominator"
    )
    people = {"columns": {"staff": "人数"}, "categories": ["机关"]}
    parts = replayed(component, {"measures": rows}, traits={"staff": {"甲": "4", "乙": "5", "丙": "6"}}, units=people)
    assert (("measures", "乙", "others") in parts) == compares
