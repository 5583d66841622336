"""How titles and tables fit on paper, in Word and PDF alike, and the PDF that Typst sets from a template."""

import json
import re
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import typst

from pingyi.common.characters import FONTS
from pingyi.disclosure.scan import refuse_in_text
from pingyi.report.table import Column, Table

TEMPLATES = Path(__file__).parent / "templates"
FONT = "Noto Sans CJK SC"
"""The free Chinese font that templates name; it is embedded."""


@cache
def _compiler(template: str) -> typst.Compiler:
    """One compiler for each template: its fonts are read and the template is parsed once."""
    return typst.Compiler(TEMPLATES / template, root=TEMPLATES, font_paths=[FONTS], ignore_system_fonts=True)


def render_pdf(template: str, data: Any) -> bytes:
    """The PDF that a template makes of `data`, which reaches it as JSON text in `sys.inputs.data`.

    The same template and data give the same bytes. Raises: PersonsFound where a telephone or identity number would be
    printed; typst.TypstError where the template is wrong.
    """
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    refuse_in_text(text, template)
    made = _compiler(template).compile(format="pdf", sys_inputs={"data": text}, timestamp=0)
    assert isinstance(made, bytes)
    return made


FIGURE = 0.55
"""Chinese signs that a letter or figure takes."""


@cache
def sign_width(text: str, figure: float = FIGURE) -> float:
    """How wide a text is in Chinese signs. figure: how wide a letter or figure is."""
    return sum(1.0 if east_asian_width(sign) in "WFA" else figure for sign in text)


MOST_OF_TITLE = 20.0
"""Signs of 22 pt in a line of 156 mm."""
AFTER, BEFORE = "的和与及、》省市区县镇乡度", "的和与及、》"
"""A line may end after these signs, and does not begin with those."""


def title_lines(title: str) -> list[str]:
    """A title in one line where it fits, else in two of like length that tear no word.

    Where no good place to break it is found, Word and Typst decide.
    """
    if sign_width(title) <= MOST_OF_TITLE:
        return [title]
    places = [at for at in range(1, len(title)) if title[at - 1] in AFTER and title[at] not in BEFORE]
    good = [at for at in places if max(sign_width(title[:at]), sign_width(title[at:])) <= MOST_OF_TITLE]
    best = min(good, key=lambda at: abs(sign_width(title[:at]) - sign_width(title[at:])), default=None)
    return [title] if best is None else [title[:best], title[best:]]


PADDING = 0.9
"""What a cell keeps free on both sides together, in signs."""
HEAD_SIGNS, TEXT_SIGNS = 3.0, 4.0
"""Signs that a line of a head, and of text, has at least."""
LINES, MOST_LEAST = 4, 12.0
"""Long text is set in about so many lines, unless that takes more signs than this."""
SHORT = 16
"""A table of up to so many lines stays on one page."""
MOST, MOST_WIDE = 24.0, 40.0
"""Signs beyond which text asks for no more room; columns that may hold long text ask for more."""
SIZES = (10.5, 9.0, 8.0, 7.0, 6.0)
"""Sizes of print (pt) for tables; the largest that fits is taken."""
MM = 2.835
"""Points in a millimetre."""


def signs_in_line(width: float, size: float) -> float:
    """Signs of a size (pt) in a line of so many millimetres."""
    return width * MM / size


def print_size(table: Table, width: float, largest: float = SIZES[0]) -> float:
    """The size of print (pt) in which a table fits into so many millimetres."""
    sizes = [size for size in SIZES if size <= largest]
    return next((size for size in sizes if needed_signs(table) <= signs_in_line(width, size)), sizes[-1])


def needed_signs(table: Table) -> float:
    """Signs that a line must have for the table to fit."""
    return sum(low for low, _ in _column_bounds(table))


def column_shares(table: Table, room: float) -> list[float]:
    """The width of each column as a share of the table's. room: signs in a line of the page.

    Every column gets what it needs at least; what is left is dealt out evenly until columns have what they would use.
    """
    bounds = _column_bounds(table)
    dealt = _deal_evenly([high - low for low, high in bounds], max(room - needed_signs(table), 0.0))
    widths = [low + more for (low, _), more in zip(bounds, dealt, strict=True)]
    return [width / sum(widths) for width in widths]


def _deal_evenly(wishes: list[float], left: float) -> list[float]:
    """As much of each wish as an even deal gives: small wishes in full, large ones in part."""
    given = [0.0] * len(wishes)
    for done, at in enumerate(sorted(range(len(wishes)), key=wishes.__getitem__)):
        given[at] = min(wishes[at], left / (len(wishes) - done))
        left -= given[at]
    return given


def _column_bounds(table: Table) -> list[tuple[float, float]]:
    """What each column needs at least, and what it would use."""
    return [_bounds_of(column, [row[at].text for row in table.rows]) for at, column in enumerate(table.columns)]


def _bounds_of(column: Column, texts: list[str]) -> tuple[float, float]:
    longest = max(map(sign_width, texts), default=0.0)
    # figures and letters that a line does not break: 2020-05-11, 85.00
    whole = max((sign_width(word) for text in texts for word in re.findall(r"[!-~]{1,12}", text)), default=0.0)
    body = longest if column.numeric else min(longest, max(TEXT_SIGNS, whole, min(longest / LINES, MOST_LEAST)))
    least = max(body, min(max(sign_width(column.head), sign_width(column.below)), HEAD_SIGNS))
    return least + PADDING, max(min(longest, MOST_WIDE if column.wide else MOST), least) + PADDING


def count_lines(table: Table, room: float) -> int:
    """About how many lines of text the rows of a table take. room: signs in a line of the page."""
    widths = [share * room - PADDING for share in column_shares(table, room)]
    return sum(
        max(ceil(max(sign_width(cell.text), 1) / width) for cell, width in zip(row, widths, strict=True))
        for row in table.rows
    )


def table_data(table: Table, width: float, largest: float = SIZES[0], rows: int | None = None) -> dict[str, Any]:
    """A table as the templates take it, for a width in millimetres: heads, rows of text, widths and size of print.

    largest: size of print (pt). rows: of a longer table only so many are shown.
    """
    size = print_size(table, width, largest)
    room = signs_in_line(width, size)
    return {
        "title": table.title,
        "note": table.note,
        "heads": [{"text": column.head, "below": column.below} for column in table.columns],
        "numeric": [column.numeric for column in table.columns],
        "widths": column_shares(table, room),
        "size": size,
        "rows": [[cell.text for cell in row] for row in table.rows[:rows]],
        "all": len(table.rows),
        "whole": count_lines(table, room) <= SHORT,
    }
