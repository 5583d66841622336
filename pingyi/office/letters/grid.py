"""Tables that fill the line: columns are as wide as what stands in them asks for, and empty ones are left out."""

import re
from dataclasses import replace
from functools import cache
from unicodedata import east_asian_width

from pingyi.office.letters.parts import Bar, Block, Cell, Column, Deep, Grid

WIDTH = 160
"""Millimetres between the margins."""
SIGN, PADDING = 3.2, 3.0
"""Millimetres of a Chinese sign in a table, and of what a cell keeps free."""
FIGURE = 0.66
"""Chinese signs that a letter or figure takes in a wide font; in the fonts that offices have, half a sign."""
LONGEST = 40
"""A text of more signs than this asks for no more room."""
FIGURES = re.compile(r"[\d.+\-—–−:/%]+")
"""What is no text, and stays in one line: days and numbers."""


def grid(columns: list[Column], rows: list[tuple[Cell, ...]]) -> list[Block]:
    """The table, without the columns in which every cell is empty; no table where there is no row."""
    whole = [row for row in rows if len(row) == len(columns)]
    kept = [at for at in range(len(columns)) if any(row[at] not in ("", None) for row in whole)]
    if not kept:
        return []
    told = tuple(tuple(row[at] for at in kept) if len(row) == len(columns) else row for row in rows)
    texts = [[_text(row[at]) for row in whole] for at in kept]
    return [Grid(_fitted([columns[at] for at in kept], texts), told)]


def _text(cell: Cell) -> str:
    """What stands in a cell, set in as deep as it is; a bar asks for nothing."""
    if isinstance(cell, Bar):
        return ""
    return cell.text + "　" * cell.depth if isinstance(cell, Deep) else str(cell or "")


def _fitted(columns: list[Column], texts: list[list[str]]) -> tuple[Column, ...]:
    """Numbers and days get what they ask for; texts at most their width, and then of what is left as they lack it.

    Where all that is more than the line, texts alone give way: a number in two lines is another number.
    """
    firm = [
        one.align == "right" or all(map(FIGURES.fullmatch, cells)) for one, cells in zip(columns, texts, strict=True)
    ]
    wishes = [_wish(column, cells) for column, cells in zip(columns, texts, strict=True)]
    widths = [wish if one else min(wish, column.width) for column, wish, one in zip(columns, wishes, firm, strict=True)]
    spare, lacks = WIDTH - sum(widths), [wish - width for wish, width in zip(wishes, widths, strict=True)]
    part = min(max(spare, 0) / sum(lacks), 1) if sum(lacks) else 0
    widths = [width + lack * part for width, lack in zip(widths, lacks, strict=True)]
    held = [one and spare < 0 and not all(firm) for one in firm]
    fixed = sum(width for width, one in zip(widths, held, strict=True) if one)
    scale = (WIDTH - fixed) / (sum(widths) - fixed)
    scaled = [width if one else width * scale for width, one in zip(widths, held, strict=True)]
    return tuple(replace(column, width=round(width, 1)) for column, width in zip(columns, scaled, strict=True))


def _wish(column: Column, cells: list[str]) -> float:
    """How wide a column would be if no line of it were broken; one of bars is as wide as it says."""
    longest = max(map(signs, cells))
    return min(max(longest, signs(column.head)), LONGEST) * SIGN + PADDING if longest else column.width


@cache
def signs(text: str) -> float:
    """How wide a text is in Chinese signs, whatever fonts a computer has."""
    return sum(1.0 if east_asian_width(sign) in "WFA" else FIGURE for sign in re.sub(r"[\u200b\n]", "", text))
