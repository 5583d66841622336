"""Small cells stay withheld: in tables with any margins, and in everything that a report shows of votes."""

import json
import re
from html.parser import HTMLParser

import pytest

from pingyi import places
from pingyi.disclosure import ALL, LEAST, withheld
from pingyi.disclosure.told import Told
from pingyi.intake import read_facts
from pingyi.reading import read_plan
from pingyi.report.answered import with_few
from pingyi.report.book import Book
from pingyi.report.opening import rated_table
from pingyi.report.page import page
from pingyi.report.withheld import APART
from pingyi.review import Review
from tests.reliability.disclosure import Table, solved, values
from tests.tiny import counts, plan, review, units

SAMPLES = ["lucheng-2018", "yuanba-2018", "jizhou-2012", "yinchuan-2018"]


def shown_table(rows: dict[str, str]) -> dict[tuple[str, ...], int]:
    """Two axes from rows of text: {"甲": "40 5 2"}."""
    return {(row, f"{at}"): int(one) for row, cells in rows.items() for at, one in enumerate(cells.split())}


@pytest.mark.parametrize(
    ("votes", "gone"),
    [
        ("20 30 5", ""),  # nobody is in a small group
        ("20 30 0", ""),  # an empty cell tells of nobody
        ("3 40 12", "0 2"),  # the next smallest goes with it
        ("3 4 40", "0 1"),  # two small ones hide each other
        ("1 1 40", "0 1"),
        ("3", f"0 {ALL}"),  # alone, its sum goes
        ("0 0 2", f"2 {ALL}"),  # empty cells could not lend a vote
    ],
)
def test_one_row(votes, gone):
    """A row of votes beside its sum."""
    table = {(str(at),): int(one) for at, one in enumerate(votes.split())}
    assert withheld(table, [True]) == {(one,) for one in gone.split()}


def test_two_rows_with_sums_both_ways():
    """A small cell takes a rectangle along; elsewhere everything stays."""
    table = shown_table({"甲": "40 5 2", "乙": "30 9 8", "丙": "50 20 30"})
    hidden = withheld(table, [True, True])
    assert ("甲", "2") in hidden
    assert len(hidden) == 4
    assert not any(key[0] == ALL or key[1] == ALL for key in hidden)


def test_where_no_sum_is_known_only_the_small_cell_goes():
    table = shown_table({"甲": "40 5 2", "乙": "30 9 8"})
    assert withheld(table, [False, False]) == {("甲", "2")}


def test_a_cell_that_is_not_shown_lends_its_votes_for_nothing():
    table = shown_table({"甲": "40 5 2", "乙": "30 9 8"})
    hidden = withheld(table, [True, False], shown=lambda key: key[0] != "乙")
    assert hidden == {("甲", "2")}


def test_what_is_withheld_elsewhere_is_not_found_here():
    table = shown_table({"甲": "40 50 20", "乙": "30 90 80"})
    hidden = withheld(table, [False, True], also=[("甲", ALL)])
    assert hidden - {("甲", ALL)}
    assert {key[0] for key in hidden} == {"甲"}


def test_the_judges_find_what_is_badly_hidden():
    """A single withheld cell of a row, and a pair whose sum is small."""
    table = Table({("a",): 3, ("b",): 40}, (True,), frozenset())
    assert solved(table, {("a",)}) == {("a",)}
    assert solved(table, {("a",), ("b",)}) == set()
    table = Table({("a",): 1, ("b",): 0, ("c",): 9}, (True,), frozenset())
    assert values(table, {("a",), ("b",)}, 9) == {("a",): {0, 1}, ("b",): {0, 1}}


# ---------------------------------------------------------------- what a campaign shows


@pytest.fixture(scope="module", params=SAMPLES)
def book(request) -> Book:
    made = read_plan(places.plan_file(request.param))
    facts = read_facts(places.facts_folder(request.param), made).tables
    return Book(Review.begin(made, facts).through("outcomes"), {"id": "1"})


def rows_of(book: Book, leaf: str) -> list[dict]:
    return [row for row in book.frame("tally").to_dicts() if row["component"] == leaf]


def test_no_unit_is_told_a_small_count_or_a_formula_with_one(book):
    """Levels, channels, groups, files; and no formula names a level with its votes where one of them is small."""
    for told in book.explanations:
        shown = book.withheld.explanation(told)
        for part, before in zip(shown.parts, told.parts, strict=True):
            rule = book.withheld.rules.get(part.component)
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


def test_levels_cannot_be_solved_from_the_rest(book):
    """Every unit's levels with the sums of units and cycles, as an outsider would write them down."""
    for leaf, rule in book.withheld.rules.items():
        told = book.withheld.leaf(leaf)
        inner: dict[tuple[str, ...], int] = {}
        for row in told.rows:
            for level in told.levels:
                inner.setdefault((row["unit"], row["cycle"], level), 0)
            inner[row["unit"], row["cycle"], row["level"]] += row["votes"]
        if not inner or any(row["item"] for row in told.rows) or len(inner) > 600:
            continue
        table = Table(inner, (True, True, True), frozenset())
        unknown = {key for key in table.every if not documents_show(told, key)}
        small = {key for key, number in inner.items() if 0 < number < LEAST}
        assert small <= unknown
        found = {key for key in solved(table, unknown) if key[1] != ALL or key[2] == ALL}
        assert found == set(), (leaf, rule)


def documents_show(told: Told, key: tuple[str, ...]) -> bool:
    """Whether an outsider sees this number: no level is summed over the cycles of one unit."""
    unit, cycle, level = key
    if unit != ALL and cycle == ALL and level != ALL:
        return False
    return told.level(unit, cycle, ALL if ALL in key else "", level)


def test_tables_of_votes_show_no_small_number(book):
    for one in [*book.rated, *book.ballots]:
        table = rated_table(book, one, "t")
        at = [column.head for column in table.columns].index("票数（票）")
        numbers = [row[at].text for row in table.rows]
        assert not [text for text in numbers if re.fullmatch("[1-4]", text)]


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


def test_no_figure_carries_a_small_number_of_votes(book):
    found = Figures(page(book.review, simulated=True, run={"id": "1"})).specs
    data = [row for spec in found for rows in spec.get("datasets", {}).values() for row in rows]
    votes = [row for row in data if "votes" in row]
    assert votes
    assert not [row for row in votes if 0 < row["votes"] < LEAST]


def test_respondents_stand_in_no_page(book):
    text = page(book.review, simulated=True, run={"id": "1"})
    facts = book.counted("ratings")
    for column in ("respondent", "form"):
        told = [str(one) for one in facts[column].drop_nulls().unique().to_list()[:200] if len(str(one)) > 8]
        assert not [one for one in told if one in text]


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
def tiny() -> Book:
    return Book(review(plan(SAT), {"units": units("甲 乙 丙 丁"), "counts": counts(VOTES)}), {})


def part_of(book: Book, unit: str):
    told = next(one for one in book.explanations if one.unit == unit)
    return book.withheld.explanation(told).part("sat")


def test_levels_and_channels_of_a_unit(tiny):
    """甲: two dissatisfied, three votes by message: neither is told, nor what would give them away."""
    part = part_of(tiny, "甲")
    levels = next(table for table in part.facts if table.title == "票数")
    assert levels.heads[-2:] == ("不了解（票）", "计分合计（票）")
    assert levels.rows[0][3] == APART
    assert levels.rows[0][4] == APART
    channels = next(table for table in part.facts if table.title == "按渠道")
    assert APART in {row[1] for row in channels.rows if row[0] == "短信"}
    assert "不满意" not in part.formula


def test_of_three_votes_nothing_is_told(tiny):
    part = part_of(tiny, "丙")
    assert {cell for table in part.facts if table.title == "票数" for row in table.rows for cell in row[1:]} <= {
        APART,
        "0",
    }
    assert "÷3" not in part.formula


def test_a_unit_with_many_votes_is_told_in_full(tiny):
    part = part_of(tiny, "丁")
    assert "÷110" in part.formula or APART in {cell for table in part.facts for row in table.rows for cell in row}


def test_letters_say_how_many_votes_must_change_only_where_levels_may_be_known(tiny):
    from pingyi.office.letters.content import letters

    said = {
        one.unit: "".join(str(block) for block in one.blocks)
        for one in letters(tiny, simulated=False, confidential=False)
    }
    assert "从最低的等次变起" not in said["甲"]
    assert "从最低的等次变起" in said["丁"]


def test_a_sum_withheld_in_one_table_is_withheld_in_all():
    """Three votes in all of a cycle: neither its levels nor its channels nor its sum."""
    rows = [
        {"unit": unit, "cycle": cycle, "item": "", "group": "", "channel": channel, "level": level, "votes": votes}
        for unit, cycle, channel, level, votes in [
            ("甲", "上", "电话", "好", 3), ("甲", "下", "电话", "好", 30), ("甲", "下", "短信", "差", 30),
            ("乙", "上", "电话", "好", 50), ("乙", "下", "电话", "差", 50),
        ]
    ]  # fmt: skip
    told = Told(rows, ["好", "差"])
    assert not told.total("甲", "上")
    assert not told.level("甲", "上", "", "好")
    assert not told.channel("甲", "上", "电话")
    assert not (told.total("甲", "下") and told.total("甲"))


def test_rates_of_few_answers_go_with_the_next(tiny):
    frame = tiny.frame("response_rates")
    assert with_few(frame).height == frame.height
