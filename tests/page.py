"""The worked examples of the reference page, `docs/方案语言.md`: read from the page, made a campaign, computed.

An example is a fenced block that begins with its title. Its sections begin at the margin and end in a full-width colon:
the plan (方案, YAML), the facts (under the titles and heads of `codebook.yaml`), changes of the plan (改, path: value),
and what comes out (得分, 名次, 名单 …), which belongs to the plan as changed so far.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ruamel.yaml import YAML

from pingyi.common.codebook import Column, codebook
from pingyi.plan import Plan
from pingyi.plan.language_reference import PAGE
from pingyi.plan.reader import PlanFile, plain
from pingyi.plan.tree import Tree, patched
from tests import tiny
from tests.support import ROOT

BLOCK = re.compile(r"^```例\n(.*?)^```$", re.DOTALL | re.MULTILINE)
HEAD = re.compile(r"^(\S+?)：(.*)$")
TITLES = {table.title: name for name, table in codebook().facts.items()}
"""Fact tables by the titles under which the page writes them."""

METHODS = {"ratings": "ratings", "counts": "ratings", "marks": "marks", "measures": "measures"}
"""The kind of leaf that a fact table is about, for rows that do not name theirs: the only leaf of that kind."""

USUAL: dict[str, dict[str, Any]] = {
    "ratings": {"rated_on": datetime(2020, 3, 1)},
    "events": {"happened_on": date(2020, 3, 1), "times": 1, "status": "confirmed", "document": "某文", "factors": []},
    "lots": {"drawn_on": date(2020, 12, 1), "document": "某文"},
    "decisions": {"decided_on": date(2020, 11, 5), "decided_by": "领导小组", "document": "某文"},
}
"""What the page does not repeat in every table; it says so at its beginning."""

QUARTERS = [
    {"id": "一季度", "from": "2020-01-01", "to": "2020-03-31"},
    {"id": "二季度", "from": "2020-04-01", "to": "2020-06-30"},
    {"id": "三季度", "from": "2020-07-01", "to": "2020-09-30"},
    {"id": "四季度", "from": "2020-10-01", "to": "2020-12-31"},
]


@dataclass(frozen=True)
class Section:
    """One section of an example. said: what stands on the line of its head. body: the indented lines below."""

    name: str
    said: str
    body: str

    @property
    def rows(self) -> list[dict[str, str | None]]:
        """The body as a table: cells parted by |, a dash for nothing."""
        return tiny.table(self.body)


@dataclass(frozen=True)
class Example:
    """One example: its title and its sections in order."""

    title: str
    sections: tuple[Section, ...]

    def of(self, name: str) -> Section | None:
        """The first section of this name."""
        return next((one for one in self.sections if one.name == name), None)


@dataclass
class Case:
    """A plan of an example, with the facts, and the results that the page gives for it."""

    tree: Tree
    example: Example
    as_of: date | None
    wanted: list[Section] = field(default_factory=list)


def page() -> str:
    """The text of the reference page."""
    return (ROOT / PAGE).read_text(encoding="utf-8")


def examples() -> list[Example]:
    """Every example of the page."""
    return [_example(block) for block in BLOCK.findall(page())]


def _example(block: str) -> Example:
    title, *lines = block.splitlines()
    parts: list[tuple[str, str, list[str]]] = []
    for line in lines:
        if head := HEAD.match(line):
            parts.append((head[1], head[2].strip(), []))
        elif line.strip():
            parts[-1][2].append(line)
    return Example(title, tuple(Section(name, said, "\n".join(body)) for name, said, body in parts))


def cases(example: Example) -> Iterator[Case]:
    """The plans of an example: as written, and with each change (several in a row go together)."""
    known, plan = example.of("截至"), example.of("方案")
    assert plan is not None, example.title
    tree, as_of = campaign(tree_of(plan.body)), date.fromisoformat(known.said) if known else None
    case = Case(tree, example, as_of)
    for section in example.sections:
        if section.name == "改":
            if case.wanted:
                yield case
                case = Case(tree, example, as_of)
            case.tree = patched(case.tree, dict([_change(section.said)]))
        elif section.name not in TITLES and section.name not in ("方案", "截至"):
            case.wanted.append(section)
    yield case


def tree_of(text: str) -> Tree:
    """A piece of a plan file as the reader of plan files takes it: every scalar stays text."""
    tree: Tree = plain(PlanFile("page"), YAML(typ="safe", pure=True).compose(text), ())
    return tree


def _change(said: str) -> tuple[str, Any]:
    path, _, value = said.partition(": ")
    return path, tree_of(f"value: {value}")["value"]


def campaign(piece: Tree) -> Tree:
    """A whole plan around a piece of one: the page's little campaign, ranked by the first component."""
    piece = dict(piece)
    first = piece["components"][0]["id"]
    blank = tiny.tree({"id": first})
    cycles = blank["cycles"] | {"quarter": QUARTERS} | piece.pop("cycles", {})
    units = blank["units"] | piece.pop("units", {})
    standings = [{"id": "排名", "of": first, "ties": ["share"]}]
    return blank | {"cycles": cycles, "units": units, "standings": standings, "lists": []} | piece


def facts(example: Example, plan: Plan) -> dict[str, list[dict[str, Any]]]:
    """The fact tables of an example, and its roster: the units that it names, unless it has one."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for section in example.sections:
        if (name := TITLES.get(section.name)) and name != "units":
            tables.setdefault(name, []).extend(_rows(name, section, plan))
    return {"units": _units(example, plan)} | tables


def _units(example: Example, plan: Plan) -> list[dict[str, Any]]:
    roster = example.of("参评单位名录")
    if roster is None:
        rows = [row for section in example.sections if section.name in TITLES for row in section.rows]
        return tiny.units(" ".join(dict.fromkeys(unit for row in rows if (unit := row.get("单位")))))
    known = {column.head: column for column in codebook().facts["units"].columns}
    heads = {head: name for name, head in plan.units.columns.items()} | {"单位": "unit"}
    heads |= {head: column.name for head, column in known.items()}
    rows = [
        {heads[head]: _value(known[head], value) if head in known else value for head, value in row.items()}
        for row in roster.rows
    ]
    return [tiny.units(str(row["unit"]))[0] | row for row in rows]


def _rows(name: str, section: Section, plan: Plan) -> Iterator[dict[str, Any]]:
    columns = {head: column for column in codebook().facts[name].columns for head in (column.head, *column.also)}
    leaves = [one.id for one in plan.components if one.method == METHODS.get(name)]
    for place, row in enumerate(section.rows, start=1):
        start = dict(USUAL.get(name, {})) | ({"method": leaves[0]} if name in METHODS and leaves else {})
        start |= {"event": str(place)} if name == "events" else {}
        start |= {"standing": plan.standings[0].id} if name == "lots" else {}
        made = start | {
            columns[head].name: _value(columns[head], cell) for head, cell in row.items() if head in columns
        }
        levels = {head: cell for head, cell in row.items() if head not in columns}
        if name == "counts" and "level" not in made:
            yield from (made | {"level": level, "votes": int(votes or 0)} for level, votes in levels.items())
        else:
            assert not levels, (name, levels)
            yield made


def _value(column: Column, cell: str | None) -> Any:
    """A cell as intake would take it."""
    if cell is None:
        return [] if column.kind == "list" else None
    match column.kind:
        case "integer":
            return int(cell)
        case "date":
            return date.fromisoformat(cell)
        case "moment":
            return datetime.fromisoformat(cell)
        case "yes_no":
            return cell == "是"
        case "list":
            return [column.values.get(one, one) for one in cell.split("、")]
        case _:
            return column.values.get(cell, cell)
