"""Tables for reading: rows of a frame as cells with their words, and the exact value beside what is shown."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from pingyi.common import wording
from pingyi.common.codebook import codebook

Row = Mapping[str, Any]


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


def table(id: str, title: str, frame: pl.DataFrame, columns: Iterable[Column], *, note: str = "") -> Table:
    """A frame's rows, in their order, as a table of these columns."""
    columns = tuple(columns)
    rows = tuple(tuple(column.cell(row) for column in columns) for row in frame.iter_rows(named=True))
    return Table(id, title, columns, rows, note)


def head(source: str, name: str) -> str:
    """The glossary's head of a published column, with its unit."""
    column = codebook().results[source].column(name)
    return f"{column.head}（{column.unit}）" if column.unit else column.head


def text(
    name: str,
    head: str,
    said: Callable[[Any], str] | Mapping[str, str] | None = None,
    *,
    wide: bool = False,
    long: bool = False,
) -> Column:
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
        told = _number(row[name], wording.shown)
        return replace(told, text=f"{told.text}{STAR}") if starred and row[starred] else told

    return Column(head, True, cell, below=below)


STAR = "＊"
"""What stands behind marks that were not earned but given until facts come in."""


def plan_number(name: str, head: str) -> Column:
    """A number of the plan, without trailing zeros."""
    return Column(head, True, lambda row: _number(row[name], wording.plain))


def amount(name: str, head: str) -> Column:
    """A gain or a loss; nothing where there is none."""
    return Column(head, True, lambda row: _number(row[name], wording.signed, nothing=""))


def share(name: str, head: str) -> Column:
    """A share as per cent."""
    return Column(head, True, lambda row: _number(row[name], wording.percent))


def rate(name: str, head: str) -> Column:
    """A share as per cent with one place."""
    return Column(head, True, lambda row: _number(row[name], lambda value: wording.percent(value, 1)))


def day(name: str, head: str) -> Column:
    """A date; nothing where there is none."""
    return Column(head, False, lambda row: Cell("" if row[name] is None else str(row[name])))


def count(name: str, head: str) -> Column:
    """A whole number."""
    return Column(head, True, lambda row: Cell("" if row[name] is None else str(row[name])))


def told(name: str, head: str) -> Column:
    """A number in words, or the word that stands for one that is not shown."""
    return Column(head, True, lambda row: Cell(row[name] or ""))


def yes(name: str, head: str, word: str = "是") -> Column:
    """A mark where something holds."""
    return Column(head, False, lambda row: Cell(word if row[name] else ""))


def _number(value: Any, said: Callable[[Any], str], nothing: str = wording.NOTHING) -> Cell:
    return Cell(nothing) if value is None else Cell(said(value), value=wording.exact(value))
