"""The workbook: numbers as they are, formulas that come to our marks, ids that keep their zeros, the same bytes."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from xml.etree.ElementTree import fromstring
from zipfile import ZipFile

import polars as pl
import pytest

from pingyi.common import paths, wording
from pingyi.facts.intake import read_facts
from pingyi.office.result_workbook import write_workbook
from pingyi.results.result_tables import ResultTables
from pingyi.scoring.review import Review
from tests import tiny
from tests.support import plan_with

pytestmark = pytest.mark.slow

RUN = {"id": "试-1", "finished": "2020-12-10T09:30:00"}
NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclass
class Cell:
    """A cell as the file holds it. value: text, a number, or None."""

    value: str | Fraction | None
    formula: str = ""


@dataclass
class Read:
    """A sheet read back. notes: comments by cell."""

    xml: str
    cells: dict[str, Cell]
    notes: dict[str, str]

    def at(self, letter, row):
        return self.cells.get(f"{letter}{row}", Cell(None))

    @property
    def head(self):
        """The row of heads, which the filter stands on, and the last row."""
        first, last = re.search(r'<autoFilter ref="[A-Z]+(\d+):[A-Z]+(\d+)"', self.xml).groups()
        return int(first), int(last)

    @property
    def columns(self):
        """Letters by head."""
        row = self.head[0]
        return {
            cell.value: ref[: -len(str(row))] for ref, cell in self.cells.items() if re.fullmatch(rf"[A-Z]+{row}", ref)
        }


def read(path):
    """Every sheet of a workbook, by name."""
    with ZipFile(path) as package:
        strings = ["".join(one.itertext()) for one in fromstring(package.read("xl/sharedStrings.xml"))]
        names = [one.attrib["name"] for one in fromstring(package.read("xl/workbook.xml")).iter(f"{NS}sheet")]
        return {name: sheet(package, place, strings) for place, name in enumerate(names, 1)}


def sheet(package, place, strings):
    text = package.read(f"xl/worksheets/sheet{place}.xml").decode()
    cells = {one.attrib["r"]: cell(one, strings) for one in fromstring(text).iter(f"{NS}c")}
    notes = {}
    if f"xl/worksheets/_rels/sheet{place}.xml.rels" in package.namelist():
        relations = package.read(f"xl/worksheets/_rels/sheet{place}.xml.rels").decode()
        for name in re.findall(r"\.\./(comments\d+\.xml)", relations):
            found = fromstring(package.read(f"xl/{name}"))
            notes |= {one.attrib["ref"]: "".join(one.itertext()) for one in found.iter(f"{NS}comment")}
    return Read(text, cells, notes)


def cell(element, strings):
    formula, value = element.find(f"{NS}f"), element.findtext(f"{NS}v")
    text = formula.text if formula is not None else ""
    if element.attrib.get("t") == "s":
        return Cell(strings[int(value)], text)
    return Cell(Fraction(value) if value else None, text)


class Sums:
    """A small evaluator of the formulas of one sheet, exact: what a spreadsheet would work out."""

    def __init__(self, cells):
        self.cells, self.rest = cells, ""

    def value(self, ref):
        found = self.cells.get(ref, Cell(None))
        return Sums(self.cells).worked_out(found.formula) if found.formula else found.value

    def worked_out(self, formula):
        self.rest = formula
        found = self.compared()
        assert self.rest == "", f"not read: {self.rest}"
        return found

    def taken(self, pattern):
        found = re.match(pattern, self.rest)
        self.rest = self.rest[found.end() :] if found else self.rest
        return found and found[0]

    def compared(self):
        left = self.added()
        sign = self.taken(">=|=|<")
        if not sign:
            return left
        right = self.added()
        return {">=": left >= right, "=": left == right, "<": left < right}[sign]

    def added(self):
        found = self.multiplied()
        while sign := self.taken(r"[+-]"):
            other = number(self.multiplied())
            found = number(found) + (other if sign == "+" else -other)
        return found

    def multiplied(self):
        found = self.one()
        while sign := self.taken(r"[*/]"):
            other = number(self.one())
            found = number(found) * other if sign == "*" else (number(found) / other if other else None)
        return found

    def one(self):
        if self.taken('""'):
            return ""
        if found := self.taken(r"\d+(\.\d+)?"):
            return Fraction(found)
        if self.taken("-"):
            return -self.one()
        if name := self.taken(r"[A-Z]+\("):
            return FUNCTIONS[name[:-1]](*self.arguments())
        if ref := self.taken(r"[A-Z]+\d+"):
            return self.value(ref)
        assert self.taken(r"\("), self.rest
        found = self.compared()
        assert self.taken(r"\)")
        return found

    def arguments(self):
        found = [self.compared()]
        while self.taken(","):
            found.append(self.compared())
        assert self.taken(r"\)")
        return found


def number(value):
    assert value != "", "text in a sum"
    return Fraction(value or 0)


def is_number(value):
    return value is not None and value != ""


FUNCTIONS = {
    "SUM": lambda *parts: sum((part for part in parts if is_number(part)), Fraction(0)),
    "COUNT": lambda *parts: sum(is_number(part) for part in parts),
    "ISNUMBER": is_number,
    "N": lambda part: part if is_number(part) else Fraction(0),
    "IF": lambda condition, one, other: one if condition else other,
    "MIN": min,
    "MAX": max,
    "ROUND": lambda value, places: None if value is None else Fraction(wording.rounded(value, int(places))),
    "TRUNC": lambda value, places: Fraction(int(value * 10 ** int(places)), 10 ** int(places)),
}


@cache
def book(campaign):
    """The stored sample of a campaign."""
    plan = plan_with(campaign, {})
    facts = read_facts(paths.facts_folder(campaign), plan).tables
    return ResultTables(Review.begin(plan, facts).through("outcomes"), RUN)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The workbooks of the samples, each written and read once."""
    folder = tmp_path_factory.mktemp("workbooks")
    return cache(lambda name: read(write_workbook(book(name), folder / f"{name}.xlsx", simulated=True)))


def marks_of(of):
    return {
        (row["unit"], row["component"]): row["marks"] for row in of.published("component_marks").iter_rows(named=True)
    }


def as_marks(value):
    return None if value in (None, "") else wording.rounded(value, 10)


def near(one, other):
    return one is None if other is None else abs(one - Fraction(other)) < Fraction(1, 10**10)


CAMPAIGNS = paths.campaigns()


@pytest.mark.parametrize("campaign", CAMPAIGNS)
class TestScoreTree:
    def test_every_cell_holds_our_marks(self, campaign, written):
        tree, of = written(campaign)["得分树"], book(campaign)
        ours, (first, last), columns = marks_of(of), tree.head, tree.columns
        assert last - first == of.published("roster").height
        for row in range(first + 1, last + 1):
            for one in of.plan.components:
                found = tree.at(columns[one.title], row).value
                assert near(found, ours.get((tree.at("A", row).value, one.id))), (row, one.id)

    def test_formulas_come_to_our_marks(self, campaign, written):
        tree, of = written(campaign)["得分树"], book(campaign)
        ours, columns, (first, last) = marks_of(of), tree.columns, tree.head
        nodes, sums = [one for one in of.plan.components if one.of], Sums(tree.cells)
        for row in range(first + 1, last + 1):
            for one in nodes:
                unit, ref = tree.at("A", row).value, f"{columns[one.title]}{row}"
                if (unit, one.id) not in ours or ref in tree.notes:
                    continue
                assert tree.cells[ref].formula
                assert as_marks(sums.value(ref)) == ours[unit, one.id], ref

    def test_only_what_systems_hand_in_stands_as_a_number(self, campaign, written):
        tree, of = written(campaign)["得分树"], book(campaign)
        brought = of.counted("scope").filter("imported").select("unit", "component").rows()
        cells = {ref: note for ref, note in tree.notes.items() if int(re.sub("[A-Z]", "", ref)) > tree.head[0]}
        assert len(cells) == len(brought)
        assert all("系统报送" in note for note in cells.values())

    def test_votes_come_to_our_marks(self, campaign, written):
        votes, of = written(campaign)["票数"], book(campaign)
        (first, last), columns, sums = votes.head, votes.columns, Sums(votes.cells)
        titles = {title: id for id, title in of.plan.component_titles.items()}
        rows = {
            (row["component"], row["unit"], row["cycle"]): row
            for row in of.published("rating_marks").iter_rows(named=True)
        }
        live = 0
        for row in range(first + 1, last + 1):
            here = [votes.at(columns[head], row).value or "" for head in ("指标", "单位编号", "周期")]
            ours = rows[titles[here[0]], here[1], here[2]]
            for head, name in (("自身得分（分）", "own"), ("得分（分）", "marks")):
                ref = f"{columns[head]}{row}"
                live += bool(votes.cells[ref].formula)
                assert as_marks(sums.value(ref)) == ours[name], ref
        assert live > (last - first) / 2

    def test_every_sheet_is_led_to_and_bears_its_mark(self, campaign, written):
        sheets = written(campaign)
        links = re.findall(r"location=\"'([^']+)'!A1\"", sheets["总览"].xml)
        assert links == [name for name in sheets if name != "总览"]
        for name, one in sheets.items():
            texts = [cell.value for cell in one.cells.values() if isinstance(cell.value, str)]
            assert any(text.startswith("模拟数据") for text in texts), name
            own = name == "总览" or book(campaign).plan.campaign.confidential
            assert any("不得外传" in text for text in texts) == own
            assert "模拟数据" in re.search("<oddHeader>(.*)</oddHeader>", one.xml)[1]
            assert 'fitToPage="1"' in one.xml
            assert name == "总览" or ('state="frozen"' in one.xml and "<autoFilter" in one.xml)


def test_places_and_lists_are_ours(written):
    sheets, of = written("pingyang-2020"), book("pingyang-2020")
    places_, entries = sheets["排名·综合评议"], sheets["名单"]
    totals = of.published("totals").filter(pl.col("standing") == "total")
    first, last = places_.head
    columns = places_.columns
    found = {
        places_.at(columns["单位编号"], row).value: (
            int(places_.at(columns["名次"], row).value),
            as_marks(places_.at(columns["得分（分）"], row).value),
        )
        for row in range(first + 1, last + 1)
    }
    assert found == {row["unit"]: (row["place"], row["total"]) for row in totals.iter_rows(named=True)}
    assert entries.head[1] - entries.head[0] == of.published("list_entries").height
    assert "dataBar" in places_.xml


def test_ids_keep_their_zeros_and_dates_are_dates(written):
    events, of = written("pingyang-2020")["事项"], book("pingyang-2020")
    (first, _), columns = events.head, events.columns
    row = of.published("event_points").sort("happened_on", "event").row(0, named=True)
    assert events.at(columns["单位编号"], first + 1).value == row["unit"]
    days = int(events.at(columns["发生日期"], first + 1).value)
    assert date.fromordinal(date(1899, 12, 30).toordinal() + days) == row["happened_on"]
    tree = written("pingyang-2020")["得分树"]
    assert tree.at("A", tree.head[0] + 1).value == "0101"


def test_the_same_review_makes_the_same_bytes(tmp_path):
    of = book("yuanba-2018")
    one, other = (write_workbook(of, tmp_path / name, simulated=False) for name in ("a.xlsx", "b.xlsx"))
    assert one.read_bytes() == other.read_bytes()
    assert "模拟数据" not in read(one)["得分树"].xml
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx"]


def test_a_workbook_that_fails_leaves_the_older_one(tmp_path, monkeypatch):
    target = write_workbook(book("yuanba-2018"), tmp_path / "a.xlsx", simulated=False)
    before = target.read_bytes()
    monkeypatch.setattr("pingyi.office.result_workbook.write_sheet", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_workbook(book("yuanba-2018"), target, simulated=False)
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


def test_what_other_answers_would_change_is_told_where_it_was_tried(tmp_path):
    plan = tiny.plan(
        {"id": "a", "full": "10", "marks": {"range": ["0", "10"]}},
        readings=[
            {"id": "r", "question": "怎么算？", "official": "照算", "otherwise": [{"answer": "不算", "patch": {}}]}
        ],
    )
    review = tiny.review(plan, {"units": tiny.units(), "marks": [given("甲", "a", "9")]})
    cells = read(write_workbook(ResultTables(review, RUN), tmp_path / "a.xlsx", simulated=False))["存疑"].cells.values()
    assert {"怎么算？", "照算", "不算"} <= {one.value for one in cells}
    row = {"position": 0, "reading": "r", "question": "怎么算？", "answer": "不算", "memberships": 3, "told": "甲退出"}
    blank = pl.DataFrame([dict.fromkeys(review.run.connection.table("reading_effects").columns) | row])
    review.keep("reading_effects", blank)
    cells = read(write_workbook(ResultTables(review, RUN), tmp_path / "a.xlsx", simulated=False))["存疑"].cells.values()
    assert {"甲退出", Fraction(3)} <= {one.value for one in cells}


def given(unit, method, mark):
    return {"unit": unit, "method": method, "mark": mark, "marker": None, "cycle": None}


def leaf(id, full="50", **more):
    return {"id": id, "full": full, "marks": {"range": ["0", more.pop("top", full)], "decimals": 4}, **more}


MARKS = tiny.table("""
    unit | a       | b
    甲   | 33.3333 | 12.5
    乙   | 7.0001  | -
    丙   | -       | -
""")


def tree_of(node, leaves, folder):
    """The score tree of a plan with one node over leaves, its units' marks, and ours."""
    roster = tiny.tree(leaf("a"))["units"] | {"columns": {"heads": "人数"}}
    plan = tiny.plan({"id": "top", "of": [one["id"] for one in leaves], **node}, *leaves, units=roster)
    rows = [given(row["unit"], id, row[id]) for row in MARKS for id in ("a", "b") if row[id] is not None]
    units = [row | {"heads": "7"} for row in tiny.units()]
    review = tiny.review(plan, {"units": units, "marks": rows})
    of = ResultTables(review, RUN)
    return read(write_workbook(of, folder / "a.xlsx", simulated=False))["得分树"], marks_of(of)


SAID = {
    "sum": {"full": "100"},
    "zero": {"full": "100", "missing": "zero"},
    "spread": {"full": "100", "missing": "spread"},
    "scaled": {"full": "7", "missing": "zero", "convert": [{"scale": {"from": "100", "to": "7"}}]},
    "capped": {"missing": "zero", "convert": [{"cap": "20"}]},
    "floored": {"missing": "zero", "convert": [{"times": "-1"}, {"floor": "-10"}]},
    "stepped": {"missing": "zero", "convert": [{"steps": [[None, "0"], ["5", "1"], ["40", "3"]]}]},
    "rounded": {"missing": "zero", "convert": [{"round": {"places": "1"}}]},
    "cut": {"missing": "zero", "convert": [{"round": {"places": "1", "mode": "down"}}]},
    "by point": {
        "missing": "zero",
        "convert": [{"per_point": {"full": "9", "target": "10", "points": "0.5", "of": "3"}}],
    },
    "per head": {"missing": "zero", "convert": [{"per": "heads"}]},
    "times heads": {"missing": "zero", "convert": [{"times_column": "heads"}]},
    "in each cycle": {"missing": "zero", "each_cycle": [{"times": "3"}], "convert": [{"times": "0.1"}]},
    "over": {
        "missing": "zero",
        "convert": [{"per_point": {"full": "9", "target": "10", "points": "0.5", "of": "3", "over": "0.1"}}],
    },
}


@pytest.mark.parametrize("node", SAID.values(), ids=SAID)
def test_a_node_is_said_as_a_formula(node, tmp_path):
    tree, ours = tree_of(node, [leaf("a"), leaf("b")], tmp_path)
    check_formulas(tree, ours)


def check_formulas(tree, ours):
    first, last = tree.head
    column = tree.columns["top"]
    assert not [ref for ref in tree.notes if ref.startswith(column) and ref != f"{column}{first}"]
    for row in range(first + 1, last + 1):
        found = tree.at(column, row)
        assert found.formula
        assert as_marks(Sums(tree.cells).value(f"{column}{row}")) == ours[tree.at("A", row).value, "top"]


@pytest.mark.parametrize("missing", ["spread", "zero", "not_ranked"])
def test_weights_are_said_as_a_formula(missing, tmp_path):
    leaves = [leaf("a", weight="0.3"), leaf("b", weight="0.7")]
    check_formulas(*tree_of({"missing": missing}, leaves, tmp_path))


def test_a_bonus_stands_outside_what_is_spread(tmp_path):
    leaves = [leaf("a", "40"), leaf("c", "60"), leaf("b", "20", outside=True)]
    check_formulas(*tree_of({"full": "100", "missing": "spread"}, leaves, tmp_path))


BESIDE = {
    "added": {"full": "100"},
    "scaled": {"full": "10", "convert": [{"scale": {"from": "100", "to": "10"}}]},
    "weighed": {"full": "100", "missing": "zero"},
}


@pytest.mark.parametrize("name", BESIDE)
def test_a_bonus_is_added_last_and_may_be_missing(name, tmp_path):
    """Of 乙 there is none, and it counts nothing; it has no part in weights and conversions."""
    weight = {"weight": "1"} if name == "weighed" else {}
    leaves = [leaf("a", "100", **weight), leaf("b", "20", outside=True)]
    check_formulas(*tree_of(BESIDE[name], leaves, tmp_path))


def test_a_veto_in_a_bonus_is_the_reason_why_there_is_no_formula(tmp_path):
    items = {"case": {"name": "立案", "points": "-1", "veto": "not_ranked"}}
    bonus = {"id": "b", "full": "5", "outside": True, "events": {"items": items}}
    plan = tiny.plan({"id": "top", "full": "50", "of": ["a", "b"]}, leaf("a"), bonus)
    case = {"event": "e", "unit": "甲", "item": "case", "happened_on": "2020-03-01", "times": 1, "status": "confirmed"}
    case |= {"factors": [], "document": "文", "source": "events.csv", "row": 2, "deed": None}
    of = ResultTables(
        tiny.review(plan, {"units": tiny.units("甲"), "marks": [given("甲", "a", "9")], "events": [case]}), RUN
    )
    tree = read(write_workbook(of, tmp_path / "a.xlsx", simulated=False))["得分树"]
    assert "一票否决" in tree.notes[f"{tree.columns['top']}{tree.head[1]}"]


@pytest.mark.parametrize("missing", ["spread", "zero", "not_ranked"])
def test_weighed_children_count_as_shares_of_their_full_marks(missing, tmp_path):
    leaves = [leaf("a", "40", weight="0.3"), leaf("b", "20", weight="0.7")]
    check_formulas(*tree_of({"full": "100", "missing": missing}, leaves, tmp_path))


def test_a_leaf_that_is_struck_out_is_spread_over_the_rest(written):
    tree = written("jizhou-2012")["得分树"]
    row = tree.head[0] + 1
    columns, sums = tree.columns, Sums(dict(tree.cells))
    kept = [number(sums.value(f"{columns[head]}{row}")) for head in ("监测点即时测评", "监测点综合测评", "集中测评")]
    sums.cells[f"{columns['明察暗访测评']}{row}"] = Cell(None)
    assert as_marks(sums.value(f"{columns['综合满意度']}{row}")) == wording.rounded(sum(kept) * 80 / 72, 10)


NOT_SAID = {
    "by rank": ({"missing": "zero", "convert": [{"points_by_rank": {"places": {"1": "5"}, "after": "2"}}]}, "名次"),
    "of the best": ({"missing": "zero", "convert": [{"share_of_best": "10"}]}, "本行"),
    "two after steps": ({"missing": "zero", "convert": [{"steps": [["0", "1"]]}, {"times": "2"}]}, "本行"),
}


@pytest.mark.parametrize(("node", "why"), NOT_SAID.values(), ids=NOT_SAID)
def test_what_no_formula_can_say_is_written_with_the_reason(node, why, tmp_path):
    tree, ours = tree_of(node, [leaf("a"), leaf("b")], tmp_path)
    (first, last), column = tree.head, tree.columns["top"]
    for row in range(first + 1, last + 1):
        found = tree.at(column, row)
        assert not found.formula
        assert near(found.value, ours[tree.at("A", row).value, "top"])
        assert why in tree.notes[f"{column}{row}"]


def test_the_mean_of_the_group_is_a_number_and_the_rest_formulas(tmp_path):
    tree, ours = tree_of({"full": "100", "missing": "mean_of_group"}, [leaf("a"), leaf("b")], tmp_path)
    first, column = tree.head[0], tree.columns["top"]
    rows = {tree.at("A", row).value: row for row in range(first + 1, first + 4)}
    assert tree.at(column, rows["甲"]).formula
    assert "同类别平均" in tree.notes[f"{column}{rows['乙']}"]
    assert near(tree.at(column, rows["乙"]).value, ours["乙", "top"])


def test_cycles_put_together_are_numbers_with_the_reason(tmp_path):
    leaves = [leaf("a", per="half", top="25", cycle_full={"上半年": "25", "下半年": "25"})]
    plan = tiny.plan({"id": "top", "of": ["a"], "per": "half", "over_cycles": "mean"}, *leaves)
    rows = [given("甲", "a", "9") | {"cycle": cycle} for cycle in ("上半年", "下半年")]
    of = ResultTables(tiny.review(plan, {"units": tiny.units("甲"), "marks": rows}), RUN)
    tree = read(write_workbook(of, tmp_path / "a.xlsx", simulated=False))["得分树"]
    assert any("周期" in note for ref, note in tree.notes.items() if ref.startswith(tree.columns["top"]))


def test_text_never_becomes_a_formula(tmp_path):
    plan = tiny.plan({"id": "a", "name": "=1+1", "full": "10", "marks": {"range": ["0", "10"]}})
    units = [row | {"name": '=HYPERLINK("http://x")', "organ": "@x"} for row in tiny.units("甲 乙")]
    of = ResultTables(tiny.review(plan, {"units": units, "marks": [given("甲", "a", "9")]}), RUN)
    sheets = read(write_workbook(of, tmp_path / "a.xlsx", simulated=False))
    assert not [cell.formula for one in sheets.values() for cell in one.cells.values() if cell.formula]
    assert '=HYPERLINK("http://x")' in {cell.value for cell in sheets["得分树"].cells.values()}


def test_votes_that_are_weighed_are_numbers_with_the_reason(written):
    votes = written("yuanba-2018")["票数"]
    assert any("加权" in note for note in votes.notes.values())


def test_key_figures_and_lists_stand_on_the_first_sheet(written):
    of, front = book("pingyang-2020"), written("pingyang-2020")["总览"]
    values = {cell.value for cell in front.cells.values()}
    assert {of.plan.campaign.title, of.plan.campaign.document, "试-1", "关键数字"} <= values
    assert Fraction(of.published("roster").height) in values
    listed = of.published("list_entries").filter(pl.col("list").is_in([rule.id for rule in of.plan.lists]))
    totals = {wording.rounded(Decimal(total), 8) for total in listed["total"]}
    assert totals <= {wording.rounded(value, 8) for value in values if isinstance(value, Fraction)}
