"""Tables for reading: rows of a frame as cells with their words, and the exact value beside what is shown."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from pingyi.common import wording
from pingyi.common.codebook import codebook
from pingyi.plan import Component
from pingyi.results.result_tables import ResultTables

Row = Mapping[str, Any]
Words = Callable[[Any], str] | Mapping[str, str]
"""What turns a code into words, or the words of codes."""

STAR = "＊"
"""What stands behind marks that were not earned but given until facts come in."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows. value: the exact number, where the text is rounded. unit: whose section it leads to."""

    text: str
    value: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, whether it holds numbers, and how a row's cell is made.

    wide: it may hold long text; long: it holds sentences. below: a second, smaller line of the head.
    """

    head: str
    numeric: bool
    cell: Callable[[Row], Cell]
    wide: bool = False
    below: str = ""
    long: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the page. id: unique on it. note: what to know before reading. tall: scrolls within its box."""

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    @property
    def tall(self) -> bool:
        """Whether it is long enough to be searched and to scroll."""
        return len(self.rows) > 12


def table(id: str, title: str, frame: pl.DataFrame, columns: Iterable[Column | None], *, note: str = "") -> Table:
    """A frame's rows, in their order, as a table of these columns. None: a column that it does without."""
    shown = tuple(column for column in columns if column is not None)
    rows = tuple(tuple(column.cell(row) for column in shown) for row in frame.iter_rows(named=True))
    return Table(id, title, shown, rows, note)


def head(source: str, name: str) -> str:
    """The glossary's head of a published column, with its unit."""
    column = codebook().results[source].column(name)
    return f"{column.head}（{column.unit}）" if column.unit else column.head


def glossary_columns(
    source: str, *names: str, wide: Collection[str] = (), long: Collection[str] = (), **said: Words | str
) -> list[Column]:
    """Columns of a published table as the glossary has them: its head, and cells by its kind.

    Dates and counts as they are, decimals as marks (分) or else as per cent, yes or no as a mark, the rest as text.
    wide, long: names of columns that hold long text or sentences. said: the words of a column's codes, or the one word
    that marks where something holds.
    """
    return [_glossary_column(source, name, said.get(name), wide=name in wide, long=name in long) for name in names]


def result_columns(
    results: ResultTables,
    source: str,
    *names: str,
    wide: Collection[str] = (),
    long: Collection[str] = (),
    **said: Words | str,
) -> list[Column]:
    """Columns of a published table as the glossary has them (`glossary_columns`).

    Units lead to their sections; components, items, standings and lists are called by their titles.
    """
    plan = results.plan
    titles = {"component": plan.component_titles, "item": plan.item_names}
    titles |= {"standing": plan.standing_titles, "list": plan.list_titles}
    found = glossary_columns(source, *names, wide=wide, long=long, **(titles | said))
    return [unit(results.unit_names) if name == "unit" else one for name, one in zip(names, found, strict=True)]


def organ_columns(results: ResultTables) -> list[Column]:
    """The column `organ` of a table, where it says something."""
    return [text("organ", results.organ_head, wide=True)] if results.organs_differ else []


def full_marks_line(one: Component) -> str:
    """The full marks of a component, below a head; empty where categories have others."""
    full = set(one.full.values()) if one.full else set()
    return f"满分 {wording.plain(full.pop())}" if len(full) == 1 else ""


def _glossary_column(source: str, name: str, said: Words | str | None, *, wide: bool, long: bool) -> Column:
    if isinstance(said, str):
        return yes(name, head(source, name), said)
    column = codebook().results[source].column(name)
    makers = {"date": day, "integer": count, "yes_no": yes, "decimal": marks if column.unit == "分" else rate}
    if said is None and column.kind in makers:
        return makers[column.kind](name, head(source, name))
    return text(name, head(source, name), said, wide=wide, long=long)


def text(name: str, head: str, said: Words | None = None, *, wide: bool = False, long: bool = False) -> Column:
    """Text; `said` turns a code into words, or names the words of codes. wide: it may be long; long: sentences."""
    if isinstance(said, Mapping):
        return Column(head, False, lambda row: Cell(wording.named(row[name], said)), wide, long=long)
    return Column(head, False, lambda row: Cell((said(row[name]) if said else row[name]) or ""), wide, long=long)


def unit(names: Mapping[str, str], head: str = "单位", name: str = "unit") -> Column:
    """A unit by name, leading to its own section."""
    return Column(head, False, lambda row: Cell(names.get(row[name], row[name] or ""), unit=row[name] or ""))


def linked(name: str, head: str, to: str) -> Column:
    """A name, leading to the section of the unit in the column `to`, where there is one."""
    return Column(head, False, lambda row: Cell(row[name] or "", unit=row[to] or ""))


def marks(name: str, head: str, below: str = "", *, starred: str = "") -> Column:
    """Marks with two places; the exact number goes along. starred: a column that is true where a star is to stand."""

    def cell(row: Row) -> Cell:
        plain = _number_cell(row[name], wording.shown)
        return replace(plain, text=f"{plain.text}{STAR}") if starred and row[starred] else plain

    return Column(head, True, cell, below=below)


def plan_number(name: str, head: str) -> Column:
    """A number of the plan, without trailing zeros."""
    return Column(head, True, lambda row: _number_cell(row[name], wording.plain))


def amount(name: str, head: str) -> Column:
    """A gain or a loss; nothing where there is none."""
    return Column(head, True, lambda row: _number_cell(row[name], wording.signed, nothing=""))


def rate(name: str, head: str) -> Column:
    """A share as per cent with one place."""
    return Column(head, True, lambda row: _number_cell(row[name], lambda value: wording.percent(value, 1)))


def day(name: str, head: str) -> Column:
    """A date; nothing where there is none."""
    return Column(head, False, lambda row: _plain_cell(row[name]))


def count(name: str, head: str) -> Column:
    """A whole number."""
    return Column(head, True, lambda row: _plain_cell(row[name]))


def number_in_words(name: str, head: str) -> Column:
    """A number in words, or the word that stands for one that is not shown."""
    return Column(head, True, lambda row: Cell(row[name] or ""))


def yes(name: str, head: str, word: str = "是") -> Column:
    """A mark where something holds."""
    return Column(head, False, lambda row: Cell(word if row[name] else ""))


def _plain_cell(value: Any) -> Cell:
    return Cell("" if value is None else str(value))


def _number_cell(value: Any, said: Callable[[Any], str], nothing: str = wording.NOTHING) -> Cell:
    return Cell(nothing) if value is None else Cell(said(value), value=wording.exact(value))
