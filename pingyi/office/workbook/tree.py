"""The score tree as a sheet: a row for each unit, leaves as numbers, everything above them as formulas."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pingyi.common import wording
from pingyi.explain.tables import Tables
from pingyi.office.workbook.known import unit_columns
from pingyi.office.workbook.parts import ABSENCE, Column, Here, Live, Noted, Row, Sheet
from pingyi.office.workbook.rolling import Node, manner, rolled, stored
from pingyi.plan import Component
from pingyi.report.book import Book

NAME = "得分树"
NOTES = (
    "下级指标是算好的数（不取舍，显示两位）；上级指标是公式，改动下级的数，上级随之重算。满分、条款和规则见表头和批注。",
    "灰底：不适用于这个单位。黄底：不能写成公式的，直接写入算出的数，原因见批注。",
)
DEEPEST = 7
"""Levels of columns that a spreadsheet can tuck away."""


def tree(book: Book) -> Sheet:
    """Every unit's marks, component by component, parents before their children."""
    tables = Tables(book.review)
    placed = list(_placed(book))
    components = [_component(tables, one, depth) for one, depth in placed]
    rows = book.frame("roster").to_dicts()
    flags = Column("flag", "缺数据的处理", "long", lambda row, here: _flags(book, tables, row), FLAGS)
    columns = (*unit_columns(book, category=True), *components, flags)
    return Sheet(NAME, "得分树：每个单位的每项得分", SAYS, columns, rows, NOTES, frozen=2)


SAYS = "每个单位的每项得分，上级由下级的公式合成"
FLAGS = "缺数据或不参评时怎样处理"


def _placed(book: Book) -> Iterator[tuple[Component, int]]:
    """All components with their depth: what nothing contains first, each followed by what it is made of."""
    children = {child for one in book.plan.components for child in one.of}
    for one in book.plan.components:
        if one.id not in children:
            yield from _below(book, one, 0)


def _below(book: Book, one: Component, depth: int) -> Iterator[tuple[Component, int]]:
    yield one, depth
    for child in one.of:
        yield from _below(book, book.plan.component(child), depth + 1)


def _component(tables: Tables, one: Component, depth: int) -> Column:
    full = set(one.full.values()) if one.full else set()
    most = max(full, default=Decimal(0))
    shown: Any = next(iter(full)) if len(full) == 1 else "满分按类别" if full else "不设满分"
    return Column(
        name=one.id,
        head=one.title,
        kind="marks",
        cell=lambda row, here: _cell(tables, one, row, here),
        says=one.says,
        above=(manner(tables, one) + ("，另计" if one.outside else ""), shown),
        note="　".join(text for text in (one.clause, one.says) if text),
        most=most if most > 0 else None,
        level=min(depth, DEEPEST),
        node=bool(one.of),
    )


def _cell(tables: Tables, one: Component, row: Row, here: Here) -> Any:
    """The marks of a leaf; of a node the formula that leads to them, or the marks and why there is none."""
    found = tables.marks.get((one.id, row["unit"]))
    if found is None:
        return ABSENCE
    marks = stored(found)
    if not one.of:
        return marks
    made = rolled(Node(tables, one, row["unit"], here.at))
    return Noted(marks, made) if isinstance(made, str) else Live(made.text, marks)


def _flags(book: Book, tables: Tables, row: Row) -> str:
    if row["absent"]:
        return wording.ABSENT[row["absent"]]
    unit = row["unit"]
    flagged = ((one.title, tables.marks.get((one.id, unit), {}).get("flag")) for one in book.plan.components)
    return "；".join(f"{title}：{wording.flags(flag)}" for title, flag in flagged if flag)
