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


@dataclass(frozen=True, slots=True)
class Deep:
    """The name of a component so many steps below the top of the tree."""

    text: str
    depth: int


Cell = str | Bar | Deep | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. width: in millimetres; what is written in its cells may widen or narrow it."""

    head: str
    width: float
    align: Literal["left", "right", "center"] = "left"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. A row of one cell goes over all columns: what follows belongs to it."""

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
