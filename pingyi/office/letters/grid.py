"""Tables that fill the line: columns are as wide as what stands in them asks for, and empty ones are left out."""

import re
from dataclasses import replace
from functools import cache
from unicodedata import east_asian_width

from pingyi.office.letters.parts import Bar, Block, Cell, Column, Deep, Grid

WIDTH = 160
"""Millimetres between the margins."""
SIGN, PADDING = 3.2, 2.4
"""Millimetres of a Chinese sign in a table, and of what a cell keeps free."""
LONGEST = 40
"""A text of more signs than this asks for no more room."""


def grid(columns: list[Column], rows: list[tuple[Cell, ...]]) -> list[Block]:
    """The table, without the columns in which every cell is empty; no table where there is no row."""
    whole = [row for row in rows if len(row) == len(columns)]
    kept = [at for at in range(len(columns)) if any(row[at] not in ("", None) for row in whole)]
    if not kept:
        return []
    told = tuple(tuple(row[at] for at in kept) if len(row) == len(columns) else row for row in rows)
    wishes = [_wish(columns[at], [row[at] for row in whole]) for at in kept]
    return [Grid(_fitted([columns[at] for at in kept], wishes), told)]


def _wish(column: Column, cells: list[Cell]) -> float:
    """How wide a column would be if no line of it were broken."""
    if any(isinstance(cell, Bar) for cell in cells):
        return column.width
    texts = [cell.text + "　" * cell.depth if isinstance(cell, Deep) else str(cell or "") for cell in cells]
    return min(max(map(signs, [column.head, *texts])), LONGEST) * SIGN + PADDING


def _fitted(columns: list[Column], wishes: list[float]) -> tuple[Column, ...]:
    """Numbers get what they ask for; texts at most their width, and then of what is left as they lack it."""
    firm = [column.align == "right" for column in columns]
    widths = [wish if one else min(wish, column.width) for column, wish, one in zip(columns, wishes, firm, strict=True)]
    spare, lacks = WIDTH - sum(widths), [wish - width for wish, width in zip(wishes, widths, strict=True)]
    part = min(max(spare, 0) / sum(lacks), 1) if sum(lacks) else 0
    widths = [width + lack * part for width, lack in zip(widths, lacks, strict=True)]
    scale = WIDTH / sum(widths)
    return tuple(replace(column, width=round(width * scale, 1)) for column, width in zip(columns, widths, strict=True))


@cache
def signs(text: str) -> float:
    """How wide a text is in Chinese signs; letters and figures are about half as wide."""
    return sum(1.0 if east_asian_width(sign) in "WFA" else 0.56 for sign in re.sub(r"[\u200b\n]", "", text))
