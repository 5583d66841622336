"""Units that change their code, merge, split, begin or end within the year (方案语言「变动的单位」)."""

from datetime import date

import polars as pl
import pytest

from pingyi.facts.lineage import find_circles, successions
from pingyi.scenarios.years import carried_lists
from pingyi.scoring.review import Review
from tests.reference.changing import takers
from tests.rules.ranked import EXEMPT_ONE, LOWEST, campaign, component, history, listed, places, told
from tests.rules.test_decisions import decided
from tests.tiny import counts, plan, review, units

pytestmark = pytest.mark.slow

TWICE = {"id": "连续", "side": "bottom", "good": False, "when": {"running": {"list": "末位", "years": 2}}}
MID = date(2020, 6, 30)


def running(changes, entries):
    """Who is on the list for two years running, the two lowest being on this year's list."""
    facts = history("year|unit|list\n" + "\n".join(f"2019|{unit}|末位" for unit in entries.split()))
    found = campaign({"甲": 90, "乙": 80, "丙": 70}, lists=[LOWEST, TWICE], facts=facts, traits=changes)
    return found, listed(found, "连续")


@pytest.mark.parametrize(
    ("predecessors", "entries", "members"),
    [
        ({}, "丙", ["丙"]),
        ({"丙": "旧"}, "旧", ["丙"]),
        ({"丙": "旧、老"}, "老", ["丙"]),
        ({"丙": "旧"}, "丙", ["丙"]),
        ({"乙": "旧", "丙": "旧"}, "旧", ["丙", "乙"]),
        ({"乙": "丙"}, "丙", ["丙", "乙"]),
        ({"乙": "丙", "丙": "乙"}, "丙", ["乙"]),
        ({"乙": "丙", "丙": "旧"}, "丙", ["乙"]),
        ({"乙": "丙", "丙": "旧、丙"}, "丙", ["丙", "乙"]),
        ({}, "旧", []),
    ],
    ids=["same", "recoded", "merged", "absorbing", "split", "split off", "exchanged", "reissued", "kept", "nobody's"],
)
def test_earlier_entries_follow_a_unit_through_its_changes(predecessors, entries, members):
    assert running({"predecessor": predecessors}, entries)[1] == members


def test_a_code_given_to_a_new_unit_brings_it_nothing_from_before_it_was_founded():
    founded = {"founded_on": {"丙": date(2020, 2, 1)}}
    assert running(founded, "丙")[1] == []
    assert running(founded | {"predecessor": {"丙": "丙"}}, "丙")[1] == ["丙"]


def test_what_a_unit_merged_within_the_year_was_listed_for_is_its_successors():
    changes = {"merged_into": {"乙": "丙"}, "abolished_on": {"乙": MID}, "predecessor": {"乙": "旧"}}
    assert running(changes, "旧")[1] == ["丙"]


def test_an_inherited_year_is_told_by_the_name_it_was_listed_under():
    facts = {"history": [{"year": 2019, "unit": "旧", "list": "末位", "name": "旧所", "listed_as": None}]}
    found = campaign({"甲": 90, "丙": 70}, lists=[LOWEST, TWICE], facts=facts, traits={"predecessor": {"丙": "旧"}})
    assert told(found, "inherited") == [("notice", "inherited", "末位", "丙", "2019 年以前身 旧 旧所 的名义列入")]


def test_exemption_and_direct_entry_follow_too():
    lists = [{}, LOWEST | {"also": {"listed": "末位"}}]
    facts = history("year|unit|list\n2019|旧|先进\n2019|老|末位")
    changes = {"predecessor": {"甲": "旧", "乙": "老"}}
    marks = {"甲": 90, "乙": 80, "丙": 70, "丁": 60}
    found = campaign(marks, lists=lists, facts=facts, traits=changes, units=EXEMPT_ONE)
    assert (listed(found), listed(found, "末位")) == (["乙", "丙"], ["丁", "丙", "乙"])


# ------------------------------------------------------------------ lives


def test_a_unit_that_ended_takes_no_place_and_is_told_of():
    changes = {"merged_into": {"甲": "乙"}, "abolished_on": {"甲": MID}}
    found = campaign({"甲": 90, "乙": 80}, lists=[{}], traits=changes)
    assert (places(found), listed(found)) == ({"乙": (1, None)}, ["乙"])
    said = "2020-06-30 撤销，并入 乙，报来的评价和数据 1 条没有计入"
    assert told(found, "absent") == [("notice", "absent", None, "甲", said)]
    (silent,) = told(campaign({"乙": 80}, names="甲 乙", traits=changes), "absent")
    assert silent[4] == "2020-06-30 撤销，并入 乙，报来的评价和数据 0 条没有计入"


def test_a_unit_that_ended_after_its_list_was_decided_stays_on_it_and_is_drawn_from_it_no_more():
    """A fifth of the four that are left rounds down to nobody; of five it would be one."""
    final = {"id": "最优", "from": ["先进"], "share": {"part": "20%", "of": "pool"}, "take": None}
    facts = {"decisions": decided("甲乙丙丁戊", "甲乙丙丁戊")}
    marks = {"甲": 90, "乙": 80, "丙": 70, "丁": 60, "戊": 50}
    changes = {"merged_into": {"戊": "丁"}, "abolished_on": {"戊": MID}}
    found = campaign(marks, lists=[{"take": 5}, final], facts=facts, traits=changes)
    assert listed(found) == ["甲", "乙", "丙", "丁", "戊"]
    assert listed(found, "最优") == []
    assert listed(campaign(marks, lists=[{"take": 5}, final], facts=facts), "最优") == ["甲"]


BROUGHT = {
    "ratings": {"method": "sat", "unit": "甲", "level": "好", "rated_on": "2020-03-01 09:00:00"},
    "counts": {"method": "sat", "unit": "甲", "level": "好", "votes": 3, "counted_on": date(2020, 3, 1)},
    "marks": {"method": "score", "unit": "甲", "mark": "9", "given_on": date(2020, 3, 1)},
    "events": {"event": "e", "unit": "甲", "item": "bad", "happened_on": date(2020, 3, 1), "status": "confirmed"},
    "measures": {"method": "rate", "unit": "甲", "numerator": "1", "denominator": "2", "measured_on": date(2020, 3, 1)},
}
"""A fact of each kind about a unit that ended on 30 June."""


LEAVES = [
    component(),
    {"id": "sat", "full": "10", "ratings": {"levels": {"好": "1", "差": "0"}}},
    {"id": "check", "full": "5", "events": {"base": "5", "items": {"bad": {"name": "查实", "points": "-1"}}}},
    {"id": "rate", "full": "1", "measures": {"of": "rate", "numerator": "分子", "denominator": "分母"}},
]


@pytest.mark.parametrize(
    ("table", "called"),
    [("counts", "票数汇总"), ("marks", "评分"), ("events", "事项"), ("measures", "实测数据")],
)
def test_what_came_before_a_unit_was_founded_is_told_of(table, called):
    roster = units("甲 乙", founded_on={"甲": MID})
    found = review(plan(*LEAVES), {"units": roster, table: [BROUGHT[table]]})
    assert [row[4] for row in told(found, "excluded")] == [f"{called} 1 条：单位设立之前或撤销之后"]


@pytest.mark.parametrize("table", BROUGHT)
def test_whatever_was_handed_in_of_a_unit_that_ended_is_told(table):
    roster = units("甲 乙", abolished_on={"甲": MID}, merged_into={"甲": "乙"})
    found = review(plan(*LEAVES), {"units": roster, table: [BROUGHT[table]]})
    (row,) = told(found, "absent")
    assert row[4] == "2020-06-30 撤销，并入 乙，报来的评价和数据 1 条没有计入"


@pytest.mark.parametrize(("day", "members"), [(date(2020, 12, 30), ["乙"]), (date(2020, 12, 31), ["甲", "乙"])])
def test_a_unit_that_lasts_to_the_last_day_takes_part(day, members):
    assert listed(campaign({"甲": 90, "乙": 80}, traits={"abolished_on": {"甲": day}})) == members


@pytest.mark.parametrize(
    ("day", "members", "organ"),
    [(date(2020, 6, 29), {"甲"}, None), (MID, {"甲", "丙"}, "某办"), (None, {"甲", "丙"}, "某办")],
)
def test_a_unit_that_moved_is_of_its_new_category_and_organ_from_that_day_on(day, members, organ):
    """One of each category: 甲 leads the offices, 丙 is alone at the stations once it has come there."""
    moved = {"changed_on": {"丙": MID}, "former_category": {"丙": "机关"}, "former_organ": {"丙": "某局"}}
    roster = units("甲 丙", **moved, category={"丙": "站所"}, organ={"丙": "某办"})
    best = {"id": "先进", "from": "units", "by": "rank", "side": "top", "take": "1", "within": ["category"]}
    reward = {"id": "o", "list": "先进", "effect": "分", "to": "organ", "amount": "5", "clause": "五"}
    effects = {"分": {"name": "考核分", "unit": "分"}}
    made = plan(component(), lists=[best], effects=effects, outcomes=[reward])
    given = [{"method": "score", "unit": unit, "mark": mark, "given_on": date(2020, 3, 1)} for unit, mark in MARKS]
    frames = {"units": pl.DataFrame(roster, infer_schema_length=None), "marks": pl.DataFrame(given)}
    found = Review.begin(made, frames, as_of=day).through("outcomes")
    rewarded = dict(found.table("outcomes").select("unit", "subject").rows())
    assert (rewarded.keys(), rewarded.get("丙")) == (members, organ)
    said = "2020-06-30 由 机关 改为 站所 由 某局 划归 某办"
    assert [row[4] for row in told(found, "reclassified")] == ([said] if organ else [])


def test_a_unit_that_left_all_categories_is_told_of():
    left = {"changed_on": {"甲": MID}, "former_category": {"甲": "机关"}, "category": {"甲": None}}
    found = campaign({"甲": 90, "乙": 80}, traits=left | {"system": {"甲": "卫健"}})
    assert [row[4] for row in told(found, "reclassified")] == ["2020-06-30 由 机关 改为 空"]


MARKS = (("甲", "80"), ("丙", "70"))
LEAF = {"id": "sat", "full": "100", "per": "half", "over_cycles": "mean", "ratings": {"levels": {"好": "1", "差": "0"}}}


def test_facts_from_before_a_unit_was_founded_are_set_aside_with_the_reason():
    made = plan(LEAF)
    votes = counts("unit | 好 | 差\n甲 | 3 | 1", cycle="上半年") + counts("unit | 好 | 差\n甲 | 1 | 1", cycle="下半年")
    ratings = [
        {"method": "sat", "form": str(nth), "unit": "甲", "level": "好", "rated_on": f"{day} 09:00:00"}
        for nth, day in enumerate(("2020-08-31", "2020-09-01"))
    ]
    roster = units("甲 乙", founded_on={"甲": date(2020, 9, 1)})
    found = review(made, {"units": roster, "counts": votes, "ratings": ratings})
    rows = found.published("tally").filter(pl.col("unit") == "甲").select("cycle", "level", "votes").rows()
    assert sorted(rows) == [("下半年", "好", 2), ("下半年", "差", 1)]
    assert found.published("set_aside").rows() == [("sat", "outside_life", 1)]
    excluded = found.published("excluded_facts").select("fact_table", "unit", "reason", "votes").rows()
    assert sorted(excluded) == [("counts", "甲", "outside_life", 1), ("counts", "甲", "outside_life", 3)]
    told = found.table("adjudicated_ratings").select("form", pl.col("level", "unit").cast(str), "cycle", "reason")
    assert sorted(told.rows()) == [("0", "好", "甲", None, "outside_life"), ("1", "好", "甲", "下半年", None)]


def test_a_ballot_from_before_a_unit_was_founded_does_not_leave_it_unmarked():
    form = {"exactly": {"好": "1"}, "unmarked": "差"}
    made = plan(LEAF | {"per": "year", "over_cycles": "sum", "ratings": LEAF["ratings"] | {"form": form}})
    ballots = [
        {"method": "sat", "form": day, "unit": "乙", "level": "好", "rated_on": f"{day} 09:00:00"}
        for day in ("2020-03-01", "2020-09-01", "2020-10-01")
    ]
    found = review(made, {"units": units("甲 乙", founded_on={"甲": date(2020, 9, 1)}), "ratings": ballots})
    rows = found.published("tally").select("unit", "level", "votes").rows()
    assert sorted(rows) == [("乙", "好", 3), ("甲", "差", 2)]


def test_what_ends_later_is_not_known_on_a_day():
    roster = units("甲 乙", abolished_on={"甲": MID}, merged_into={"甲": "乙"})
    marks = [{"method": "score", "unit": unit, "mark": "50", "given_on": date(2020, 1, 5)} for unit in "甲乙"]
    made = plan({"id": "score", "full": "100", "marks": {"range": ["0", "100"]}})
    frames = {"units": pl.DataFrame(roster, infer_schema_length=None), "marks": pl.DataFrame(marks)}
    for day, ranked in ((MID, ["甲", "乙"]), (date(2020, 7, 1), ["乙"])):
        found = type(review(made, {"units": roster})).begin(made, frames, as_of=day).through("outcomes")
        assert sorted(found.table("totals")["unit"]) == sorted(ranked)


# ------------------------------------------------------------------ chains of years


def test_three_years_running_survive_a_new_code_each_year():
    """What carry writes is under the code of its year, so only the last code need be named."""
    thrice = TWICE | {"when": {"running": {"list": "末位", "years": 3}}}
    first = history("year|unit|list\n2018|旧|末位")["history"]
    rows = [row | {"year": 2019} for row in first]
    found = campaign(
        {"甲": 90, "新": 10}, lists=[LOWEST], traits={"predecessor": {"新": "旧"}}, facts={"history": rows}
    )
    carry = [row | {"year": row["year"] - 1} for row in carried_lists(found.run.connection, earlier=True).to_dicts()]
    assert [row for row in carry if row["year"] == 2018] == [
        {"year": 2018, "unit": "新", "list": "末位", "name": "新", "listed_as": "旧"}
    ]
    facts = {"history": carry}
    after = campaign({"甲": 90, "末": 10}, lists=[LOWEST, thrice], traits={"predecessor": {"末": "新"}}, facts=facts)
    assert listed(after, "连续") == ["末"]


def test_carrying_hands_over_what_a_merged_unit_was_listed_for_and_keeps_what_is_nobodys():
    facts = history("year|unit|list\n2019|甲|末位\n2019|旧|先进\n2019|旧|末位")
    changes = {"merged_into": {"甲": "乙"}, "abolished_on": {"甲": MID}}
    found = campaign({"甲": 90, "乙": 80}, lists=[{}, LOWEST], facts=facts, traits=changes)
    earlier = [row[1:3] for row in carried_lists(found.run.connection, earlier=True).rows() if row[0] == 2019]
    assert sorted(earlier) == [("乙", "末位"), ("旧", "先进"), ("旧", "末位")]


def test_an_entry_of_a_unit_that_ended_without_a_successor_is_carried_on_beside_others():
    facts = history("year|unit|list\n2019|甲|末位\n2019|乙|先进")
    found = campaign({"甲": 90, "乙": 80}, facts=facts, traits={"abolished_on": {"甲": MID}})
    earlier = [row[1:3] for row in carried_lists(found.run.connection, earlier=True).rows() if row[0] == 2019]
    assert sorted(earlier) == [("乙", "先进"), ("甲", "末位")]


# ------------------------------------------------------------------ laws


def roster(*rows):
    """A roster of unit, predecessors, merged into, founded on, abolished on."""
    heads = ("unit", "predecessor", "merged_into", "founded_on", "abolished_on")
    kinds = [pl.String] * 3 + [pl.Date] * 2
    return pl.DataFrame(rows, schema=dict(zip(heads, kinds, strict=True)), orient="row")


CHAIN = [("3", "2", None, None, None), ("2", "1", None, None, MID), ("4", None, "3", date(2020, 3, 1), MID)]


@pytest.mark.parametrize("code", ["1", "2", "3", "4"])
@pytest.mark.parametrize("year", [2018, 2020])
def test_the_judge_follows_the_same_way(code, year):
    found = successions(roster(*CHAIN)).filter(pl.col("code") == code, pl.col("since") <= year)
    rows = {row["unit"]: row for row in roster(*CHAIN).to_dicts()}
    assert set(found["unit"]) == takers(rows, code, year, False)


def test_only_units_that_ended_go_round_in_a_circle():
    one, two = ("1", None, "2", None, MID), ("2", "1", None, None, None)
    assert find_circles(roster(one, two, ("3", "4", None, None, None), ("4", "3", None, None, None))) == []
    assert find_circles(roster(one, ("2", None, "1", None, MID))) == [("1", "2")]
