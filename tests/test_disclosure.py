"""Small numbers stay withheld: nobody who has all documents of a run can work one out."""

import json
import random
import re
from html.parser import HTMLParser

import numpy as np
import polars as pl
import pytest

from pingyi.common import paths
from pingyi.desk.explanation import INSIDE
from pingyi.disclosure import APART, LEAST, Disclosure, disclosure_of
from pingyi.disclosure.audit import Moves, Together, unit_rows
from pingyi.disclosure.suppression import open_sums
from pingyi.explain import explain_units
from pingyi.office.result_workbook import OWN
from pingyi.report.page import page
from pingyi.report.rating_sections import open_response_rates
from pingyi.report.withheld import Withheld
from pingyi.results.result_tables import ResultTables
from tests.outside.campaigns import random_book
from tests.outside.reading import named, printed
from tests.outside.solving import MOVED, leaves
from tests.reliability.disclosure import sample_book, worked_out
from tests.tiny import counts, plan, review, units

pytestmark = pytest.mark.slow

NAMED = ("pingyang-2020", "client", "1415", "年终")
"""A unit of the sample whose votes of one cycle could once be had by subtracting what its letter and the report say."""


@pytest.fixture(scope="module", params=[one for one in paths.campaigns() if one != NAMED[0]])
def book(request) -> ResultTables:
    return sample_book(request.param)


@pytest.fixture(scope="module")
def large() -> ResultTables:
    """The sample of the named unit, the largest one."""
    return sample_book(NAMED[0])


# ---------------------------------------------------------------- an outsider with all documents


def test_no_withheld_number_of_a_sample_is_worked_out(book):
    """Neither by all that is printed, nor do counts alone leave fewer than three values. (All of the example's
    thousands: `python -m tests.reliability`.)
    """
    many, wrong, narrow = worked_out(book, most=700)
    assert many
    assert wrong == []
    assert narrow == []


def test_a_named_unit_and_every_ninth_number_of_the_largest_sample_give_nothing_away(large):
    """Letter and report together: no small number of the cycle is printed, and none is left with one value."""
    _, id, unit, cycle = NAMED
    found = printed(large)
    assert found.odd == []
    (leaf,) = [one for one in leaves(large, found) if one.id == id]
    every = leaf.withheld()
    own = [name for name in every if {("unit", unit), ("cycle", cycle)} <= name[1]]
    assert own
    assert all(one.width > MOVED for one in leaf.ranges([*own, *every[::9]]))
    assert all(one.width > 2 - MOVED for one in leaf.ranges(own, marks=False, wide=2 - MOVED))
    shown = {name: number for name, number in found.numbers.items() if {("unit", unit), ("cycle", cycle)} <= name[1]}
    assert not [name for name, number in shown.items() if 0 < number < LEAST]


@pytest.mark.parametrize("seed", [3, 25, 36, 42, 84])
def test_no_withheld_number_of_a_random_campaign_is_worked_out(seed):
    """Seeds at which something was once worked out, and one in which nothing but marks can be told."""
    many, wrong, _ = worked_out(random_book(seed))
    assert many
    assert wrong == []


def test_the_outsider_works_out_what_one_more_number_gives_away(tiny):
    """Were one of two withheld channels printed, or a row with a single gap, the rest would be found."""
    found = printed(tiny)
    (leaf,) = leaves(tiny, found)
    sms = named("sat", unit="甲", channel="短信")
    assert sms in leaf.withheld()
    found.numbers[named("sat", unit="甲", channel="电话")] = 52
    assert [one.width <= MOVED for one in leaf.ranges([sms])] == [True]
    bad = named("sat", unit="甲", level="不满意")
    assert [one.width > MOVED for one in leaf.ranges([bad])] == [True]
    found.numbers[named("sat", unit="甲", level="满意")] = 42
    assert [one.width <= MOVED for one in leaf.ranges([bad])] == [True]


def test_the_order_of_votes_never_matters(tiny):
    """Nor is anything drawn."""
    tally, frames = tiny.published("tally"), []
    for seed in range(3):
        rows = tally.rows()
        random.Random(seed).shuffle(rows)
        mixed = pl.DataFrame(rows, schema=tally.schema, orient="row")
        leaf = Disclosure(tiny.plan, mixed, tiny.published("roster"), tiny.unit_kinds).leaf("sat")
        frames.append(leaf.shown)
    assert frames[0] == frames[1] == frames[2]


# ---------------------------------------------------------------- the audit


def moves(known, numbers):
    present = np.array(numbers) > 0
    return Moves(
        unit_rows([np.array(one, float) for one in known], len(numbers)), present, np.zeros(len(numbers), bool)
    )


def test_a_single_gap_of_a_sum_is_fixed_and_two_are_not():
    every = np.eye(3)
    assert moves([[1, 1, 1], [0, 0, 1]], [3, 40, 7]).fixed_numbers(every).tolist() == [False, False, True]
    assert moves([[1, 1, 1], [0, 1, 0], [0, 0, 1]], [3, 40, 7]).fixed_numbers(every).tolist() == [True, True, True]


def test_marks_and_votes_fix_two_levels_and_leave_three_open():
    """99 of 100 satisfied: with two levels the marks say so, with one in between they do not."""
    assert moves([[1, 1], [0.01, -0.99]], [99, 1]).fixed_numbers(np.eye(2)).all()
    assert not moves([[1, 1, 1], [0.01, -0.39, -0.99]], [99, 0, 1]).fixed_numbers(np.eye(3)).any()


def test_where_all_are_satisfied_the_marks_say_that_nobody_is_not():
    assert moves([[1, 1, 1], [0, -0.4, -1]], [9, 0, 0]).fixed_numbers(np.eye(3)).all()


def test_a_sum_over_units_binds_the_only_one_that_moves():
    """Two units that move alike make up for each other; a third that moves otherwise is held."""
    same, other = np.array([[1.0], [0.0]]), np.array([[0.0], [1.0]])
    together = Together([same, same, other])
    held = [np.abs(together.held_sums(nth)).sum(axis=0) for nth in range(3)]
    assert np.allclose(held, [[0, 0], [0, 0], [0, 1]])


@pytest.mark.parametrize(
    ("numbers", "gone"),
    [
        ("20 30 5", ""),  # nobody is in a small group
        ("20 30 0", ""),  # an empty part tells of nobody
        ("3 40 12", "0 2"),  # the next smallest goes with it
        ("3 4 40", "0 1"),  # two small ones hide each other
        ("1 1 40", "0 1 2"),  # not if they are fewer than five together
        ("3", "0"),
        ("3 0 0", "0"),
    ],
)
def test_parts_of_a_known_sum(numbers, gone):
    parts = {str(at): int(one) for at, one in enumerate(numbers.split())}
    assert set(parts) - open_sums(parts) == set(gone.split())


# ---------------------------------------------------------------- what a campaign shows


def test_no_unit_is_told_a_small_count_or_a_formula_with_one(book):
    """Levels, channels, groups; and no formula names a level with its votes where one of them is small."""
    for told in explain_units(book):
        shown = Withheld(book).explanation(told)
        for part, before in zip(shown.parts, told.parts, strict=True):
            rule = Withheld(book).rules.get(part.component)
            if rule is None:
                assert part == before
                continue
            for table in part.facts:
                cells = [cell for row in table.rows for cell in row[1:]]
                assert not [cell for cell in cells if re.fullmatch("[1-4]", cell)], (told.unit, table)
            levels = "|".join(map(re.escape, rule.levels))
            small = re.findall(rf"(?:{levels}) ([1-4])(?!\d)", part.formula)
            assert small == [], (told.unit, part.formula)
            if before.replayed is not None:
                assert part.steps[-1].value == before.steps[-1].value


class Figures(HTMLParser):
    """The data of every figure of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.on, self.specs = False, []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.on = tag == "script" and ("type", "application/json") in attrs

    def handle_data(self, data):
        if self.on and data.strip():
            self.specs.append(json.loads(data))
        self.on = False


def test_the_page_carries_no_small_number_of_votes_and_no_respondent(book):
    text = page(book.review, simulated=True, run={"id": "1"})
    data = [row for spec in Figures(text).specs for rows in spec.get("datasets", {}).values() for row in rows]
    votes = [row for row in data if "votes" in row]
    assert votes
    assert not [row for row in votes if 0 < row["votes"] < LEAST]
    facts = book.counted("ratings")
    for column in ("respondent", "form"):
        told = [str(one) for one in facts[column].drop_nulls().unique().to_list()[:200] if len(str(one)) > 8]
        assert not [one for one in told if one in text]


def test_what_holds_every_number_says_that_it_is_internal():
    assert "不得外传" in OWN
    assert "不要外传" in INSIDE


# ---------------------------------------------------------------- small campaigns

SAT = {"id": "sat", "name": "评价", "full": "50", "ratings": {
    "levels": {"满意": "1", "基本满意": "0.6", "不满意": "0", "不了解": None},
    "channels": [{"id": "电话"}, {"id": "短信"}]}}  # fmt: skip
VOTES = """unit|channel|满意|基本满意|不满意|不了解
甲|电话|40|10|2|3
甲|短信|2|0|1|0
乙|电话|30|9|8|9
丙|电话|2|1|0|0
丁|电话|60|20|30|0"""


@pytest.fixture(scope="module")
def tiny() -> ResultTables:
    return ResultTables(review(plan(SAT), {"units": units("甲 乙 丙 丁"), "counts": counts(VOTES)}), {})


def part_of(book: ResultTables, unit: str):
    told = next(one for one in explain_units(book) if one.unit == unit)
    return Withheld(book).explanation(told).part("sat")


def test_levels_and_channels_of_a_unit(tiny):
    """甲: three dissatisfied, three votes by message: no row of either is told, all votes are."""
    part = part_of(tiny, "甲")
    levels = next(table for table in part.facts if table.title == "票数")
    assert levels.heads[-2:] == ("不了解（票）", "计分合计（票）")
    assert levels.rows[0][1:] == (APART, APART, APART, APART, "55")
    assert [table.title for table in part.facts if table.title == "按渠道"] == []
    assert "不满意" not in part.formula


def test_of_three_votes_nothing_is_told(tiny):
    part = part_of(tiny, "丙")
    cells = {cell for table in part.facts if table.title == "票数" for row in table.rows for cell in row[1:]}
    assert cells <= {APART, "0"}
    assert "÷3" not in part.formula


def test_the_next_smallest_units_go_with_the_only_one_that_is_withheld():
    """Else 丙 has all votes less those of the others; and levels of all units would give both away."""
    told = plan(SAT | {"ratings": {"levels": {"满意": "1", "不满意": "0"}}})
    votes = "unit|满意|不满意\n甲|40|15\n乙|30|9\n丙|2|1\n丁|60|30\n戊|70|40"
    book = ResultTables(review(told, {"units": units("甲 乙 丙 丁 戊"), "counts": counts(votes)}), {})
    leaf = disclosure_of(book).leaf("sat")
    assert leaf.detail == "sum"
    assert [unit for unit in "甲乙丙丁戊" if not leaf.total(unit)] == ["乙", "丙"]
    many, wrong, _ = worked_out(book)
    assert (many > 0, wrong) == (True, [])


def test_nobody_is_told_how_many_answered_for_a_unit_whose_votes_are_withheld(tiny):
    answered = {"甲": 58, "乙": 56, "丙": 7, "丁": 110}
    rows = [{"unit": unit, "complete": number} for unit, number in answered.items()]
    rows.append({"unit": "", "complete": sum(answered.values())})
    frame = pl.DataFrame(rows).with_columns(component=pl.lit("sat"), channel=pl.lit(""), half=pl.lit(""), partial=0)
    assert open_response_rates(tiny, frame)["unit"].to_list() == ["", "甲", "乙", "丁"]


def test_letters_say_how_many_votes_must_change_only_where_levels_may_be_known(tiny):
    from pingyi.office.letters.content import compose_letters

    said = {
        one.unit: "".join(str(block) for block in one.blocks)
        for one in compose_letters(tiny, simulated=False, confidential=False)
    }
    assert "从最低的等次变起" not in said["甲"]
    assert "从最低的等次变起" in said["丁"]
