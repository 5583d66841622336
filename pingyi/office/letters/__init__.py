"""A letter for each unit, and what it is made of: Word and paper set the same parts, so they say the same.

content    what each unit's letter says: the sections and their texts
comparison    marks and places of a unit, and where it stands among its like
vote_breakdown    what people said of a unit, small cells withheld
marginal_value    what one more point would take
letter_files    the letters in Word and as PDF, in a folder of their own
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from pingyi.office.paper_layout import sign_width

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
Cells = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. width: in millimetres; what is written in its cells may widen or narrow it."""

    head: str
    width: float
    align: Literal["left", "right"] = "left"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. A row of one cell goes over all columns: what follows belongs to it."""

    columns: tuple[Column, ...]
    rows: tuple[Cells, ...]


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


def table_columns(widths: Mapping[str, float], numbers: Collection[str] = ()) -> list[Column]:
    """Columns by head and width in millimetres. numbers: heads of those that are set to the right."""
    return [Column(head, width, "right" if head in numbers else "left") for head, width in widths.items()]


LINE_WIDTH = 160
"""Millimetres between the margins."""
SIGN, PADDING = 3.2, 3.0
"""Millimetres of a Chinese sign in a table, and of what a cell keeps free."""
FIGURE = 0.66
"""Chinese signs that a letter or figure takes in a wide font; in the fonts that offices have, half a sign."""
LONGEST = 40
"""A text of more signs than this asks for no more room."""
FIGURES = re.compile(r"[\d.+\-—–−:/%]+")
"""What is no text, and stays in one line: days and numbers."""


def fit_grid(columns: list[Column], rows: list[Cells]) -> list[Block]:
    """The table, as wide as the line: columns are as wide as what stands in them asks for.

    Columns in which every cell is empty are left out; where there is no row there is no table.
    """
    whole = [row for row in rows if len(row) == len(columns)]
    kept = [at for at in range(len(columns)) if any(row[at] not in ("", None) for row in whole)]
    if not kept:
        return []
    told = tuple(tuple(row[at] for at in kept) if len(row) == len(columns) else row for row in rows)
    texts = [[_cell_text(row[at]) for row in whole] for at in kept]
    return [Grid(_fit_columns([columns[at] for at in kept], texts), told)]


def _cell_text(cell: Cell) -> str:
    """What stands in a cell, set in as deep as it is; a bar asks for nothing."""
    if isinstance(cell, Bar):
        return ""
    return cell.text + "　" * cell.depth if isinstance(cell, Deep) else str(cell or "")


def _fit_columns(columns: list[Column], texts: list[list[str]]) -> tuple[Column, ...]:
    """Numbers and days get what they ask for; texts at most their width, and then of what is left as they lack it.

    Where all that is more than the line, texts alone give way: a number in two lines is another number.
    """
    firm = [
        one.align == "right" or all(map(FIGURES.fullmatch, cells)) for one, cells in zip(columns, texts, strict=True)
    ]
    wishes = [_wished_width(column, cells) for column, cells in zip(columns, texts, strict=True)]
    widths = [wish if one else min(wish, column.width) for column, wish, one in zip(columns, wishes, firm, strict=True)]
    spare, lacks = LINE_WIDTH - sum(widths), [wish - width for wish, width in zip(wishes, widths, strict=True)]
    part = min(max(spare, 0) / sum(lacks), 1) if sum(lacks) else 0
    widths = [width + lack * part for width, lack in zip(widths, lacks, strict=True)]
    held = [one and spare < 0 and not all(firm) for one in firm]
    fixed = sum(width for width, one in zip(widths, held, strict=True) if one)
    scale = (LINE_WIDTH - fixed) / (sum(widths) - fixed)
    scaled = [width if one else width * scale for width, one in zip(widths, held, strict=True)]
    return tuple(replace(column, width=round(width, 1)) for column, width in zip(columns, scaled, strict=True))


def _wished_width(column: Column, cells: list[str]) -> float:
    """How wide a column would be if no line of it were broken; one of bars is as wide as it says."""
    longest = max(map(letter_signs, cells))
    return min(max(longest, letter_signs(column.head)), LONGEST) * SIGN + PADDING if longest else column.width


def letter_signs(text: str) -> float:
    """How wide a text is in Chinese signs, whatever fonts a computer has."""
    return sign_width(re.sub(r"[\u200b\n]", "", text), FIGURE)
