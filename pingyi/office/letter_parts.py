"""What a letter is made of, ready to be set: Word and paper set the same parts, so they cannot say different things."""

from dataclasses import dataclass
from typing import Literal

WHOLE = 1000
"""A bar's own and mean are given in thousandths of the full marks."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a section."""

    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph: of the letter itself, an entry of an enumeration, or a note below a table."""

    text: str
    kind: Literal["body", "item", "note"] = "body"


@dataclass(frozen=True, slots=True)
class Bar:
    """Marks as a share of the full marks, with the mean of the unit's like as a tick; None: no mean to show."""

    own: int
    mean: int | None


Cell = str | Bar | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. width: its share of the line, in millimetres of 160."""

    head: str
    width: int
    align: Literal["left", "right", "center"] = "left"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


Block = Heading | Line | Grid


@dataclass(frozen=True, slots=True)
class Letter:
    """One unit's letter.

    name: the unit's own. notices: what must be seen first, on every page. reference: which unit it is, for the foot of
    each page. greeting: to whom it goes. office: who signs.
    """

    unit: str
    name: str
    campaign: str
    title: str
    notices: tuple[str, ...]
    reference: str
    greeting: str
    blocks: tuple[Block, ...]
    office: str


NUMBERS = "一二三四五六七八九十"


def numbered(sections: list[tuple[str, list[Block]]]) -> tuple[Block, ...]:
    """The sections that have something to say, one after the other, numbered as documents number them."""
    filled = [(title, blocks) for title, blocks in sections if blocks]
    found: list[Block] = []
    for number, (title, blocks) in zip(NUMBERS, filled, strict=False):
        found += [Heading(f"{number}、{title}"), *blocks]
    return tuple(found)


def grid(columns: list[Column], rows: list[tuple[Cell, ...]]) -> list[Block]:
    """The table, without the columns in which every cell is empty; no table where there is no row."""
    kept = [at for at in range(len(columns)) if any(row[at] not in ("", None) for row in rows)]
    told = tuple(tuple(row[at] for at in kept) for row in rows)
    return [Grid(_widened([columns[at] for at in kept]), told)] if rows else []


def _widened(columns: list[Column]) -> tuple[Column, ...]:
    """The columns over the whole width of the page: the widest takes what is left over."""
    spare = WIDTH - sum(column.width for column in columns)
    widest = max(range(len(columns)), key=lambda at: columns[at].width)
    return tuple(
        Column(column.head, column.width + (spare if at == widest else 0), column.align)
        for at, column in enumerate(columns)
    )


WIDTH = 160
"""Millimetres between the margins."""
