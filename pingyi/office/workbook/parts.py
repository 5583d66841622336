"""What a sheet of the workbook is made of: columns, cells that are more than values, and what every sheet says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

Row = Mapping[str, Any]
Kind = Literal["id", "text", "long", "marks", "points", "number", "count", "date", "share", "yes", "place"]


@dataclass(frozen=True, slots=True)
class Live:
    """A formula, and the value that it has."""

    formula: str
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Noted:
    """A value that could be expected to be a formula and is none, and why."""

    value: Decimal | None
    why: str


ABSENCE = object()
"""What a cell holds that does not apply to its row."""


@dataclass(frozen=True, slots=True)
class Here:
    """Where a row stands: its number, and the letter of each column."""

    number: int
    letters: Mapping[str, str]

    def at(self, column: str) -> str:
        """The cell of a column in this row."""
        return f"{self.letters[column]}{self.number}"


@dataclass(frozen=True, slots=True)
class Column:
    """A column. above: further lines of its head. says: what it means. note: a comment on its head.

    most: where bars in its cells end; level: how deep it is tucked away; node: it is made of other columns. widest: in
    place of what the kind allows.
    """

    name: str
    head: str
    kind: Kind
    cell: Callable[[Row, Here], Any]
    says: str = ""
    above: tuple[Any, ...] = ()
    note: str = ""
    most: Decimal | None = None
    level: int = 0
    node: bool = False
    widest: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: what it is for, lines above the table, columns, rows. frozen: columns that stay in sight."""

    name: str
    title: str
    says: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    notes: tuple[str, ...] = ()
    frozen: int = 0


@dataclass(frozen=True, slots=True)
class Banner:
    """What every sheet says of the campaign and the run; warning: empty where there is none, brief: for page heads.

    contents: the sheet that leads to all others.
    """

    campaign: str
    run: str
    warning: str
    brief: str
    contents: str


def plain(name: str) -> Callable[[Row, Here], Any]:
    """The row's own value."""
    return lambda row, here: row[name]
