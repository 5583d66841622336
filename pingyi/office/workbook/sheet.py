"""A table as a sheet: what its cells hold, how it is frozen, filtered and printed."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from pingyi.office.workbook import style
from pingyi.office.workbook.parts import ABSENCE, Banner, Column, Here, Live, Noted, Sheet
from pingyi.office.workbook.style import ABSENT, GIVEN, NODE, Styles

A3, A4 = 8, 9
WIDE, WIDEST = 150, 270
"""Columns of a typewriter from which on a sheet is printed on larger paper, and on several sheets side by side."""


LONGEST = {"text": 28, "long": 52}
"""Widest columns; what is longer breaks into lines."""


def add(book: Any, styles: Styles, sheet: Sheet, banner: Banner) -> None:
    """Write a sheet."""
    made = book.add_worksheet(sheet.name)
    letters = {one.name: xl_col_to_name(place) for place, one in enumerate(sheet.columns)}
    top = _top(sheet, banner)
    first = len(top) + 1 + _above(sheet)
    values = [
        [one.cell(row, Here(first + nth + 1, letters)) for one in sheet.columns] for nth, row in enumerate(sheet.rows)
    ]
    widths = [_width(one, [row[place] for row in values]) for place, one in enumerate(sheet.columns)]
    _columns(made, sheet, widths)
    _banner(made, styles, top, banner, widths)
    _heads(made, styles, sheet, len(top), widths)
    for nth, row in enumerate(values):
        _row(made, styles, sheet, first + nth, row, widths)
    _finish(made, sheet, first, banner, sum(widths))


def _top(sheet: Sheet, banner: Banner) -> list[tuple[str, str]]:
    """The lines above the table: their style and text."""
    warning = [("warning", banner.warning)] if banner.warning else []
    said = [
        ("title", sheet.title),
        ("soft", "　".join(text for text in (banner.campaign, banner.run) if text)),
        *warning,
        *(("soft", note) for note in sheet.notes),
    ]
    return [*said, ("link", f"← {banner.contents}")]


def _above(sheet: Sheet) -> int:
    return max((len(one.above) for one in sheet.columns), default=0)


def _width(one: Column, cells: Sequence[Any]) -> float:
    """Room for the head in a few lines, and for the longest cell up to what the kind allows."""
    head = style.width(one.head) + 4
    narrow = max((style.width(shown(one.kind, cell)) for cell in cells), default=0) + 4
    fits = min(max(narrow, 9), one.widest or LONGEST.get(one.kind, 24))
    return float(max(fits, min(head, 12), head / 3))


def shown(kind: str, cell: Any) -> str:
    """The text that a cell takes room for."""
    value = cell.value if isinstance(cell, Live | Noted) else cell
    if value is None or value is ABSENCE:
        return ""
    if isinstance(value, bool):
        return "是" if value else ""
    return f"{value:+.2f}" if kind in ("marks", "points") else str(value)


def _columns(made: Any, sheet: Sheet, widths: Sequence[float]) -> None:
    for place, one in enumerate(sheet.columns):
        made.set_column(place, place, widths[place], None, {"level": one.level} if one.level else {})


def _banner(made: Any, styles: Styles, top: Sequence[tuple[str, str]], banner: Banner, widths: Sequence[float]) -> None:
    """The lines above the table, across as many columns as they need."""
    last, room = _across(widths)
    for row, (kind, text) in enumerate(top):
        look = getattr(styles, kind)
        made.set_row(row, 26 if kind == "title" else style.height([(text, room)]))
        if kind == "link":
            made.write_url(row, 0, internal(banner.contents), look, text)
        else:
            made.merge_range(row, 0, row, last, text, look)


def _across(widths: Sequence[float]) -> tuple[int, float]:
    """The last of the columns that a line of text may take, and the room that it then has."""
    room = 0.0
    for place, one in enumerate(widths):
        room += one
        if room > WIDE or place == len(widths) - 1:
            return max(place, 1), room
    return 1, 20.0


def internal(sheet: str) -> str:
    """The address of a sheet of the same workbook."""
    quoted = sheet.replace("'", "''")
    return f"internal:'{quoted}'!A1"


def _heads(made: Any, styles: Styles, sheet: Sheet, first: int, widths: Sequence[float]) -> None:
    above = _above(sheet)
    for nth in range(above):
        texts = [str(one.above[nth]) if one.above else "" for one in sheet.columns]
        made.set_row(first + nth, style.height(zip(texts, widths, strict=True)))
        for place, one in enumerate(sheet.columns):
            _line(made, styles, first + nth, place, one.above[nth] if one.above else "")
    room = [one - 2 for one in widths]
    made.set_row(first + above, style.height(zip([one.head for one in sheet.columns], room, strict=True)) + 4)
    for place, one in enumerate(sheet.columns):
        made.write_string(first + above, place, one.head, styles.head())
        if one.note:
            made.write_comment(first + above, place, one.note, COMMENT)


def _line(made: Any, styles: Styles, row: int, place: int, value: Any) -> None:
    """A cell of a further line of the head: full marks are numbers."""
    look = styles.head(bold=False, font_size=9)
    if isinstance(value, Decimal):
        made.write_number(row, place, float(value), styles.head(bold=False, font_size=9, num_format='"满分 "General'))
    else:
        made.write_string(row, place, str(value), look)


COMMENT = {"x_scale": 2.2, "font_size": 9, "color": "#FFFBE6"}
"""The look of comments."""


def _row(made: Any, styles: Styles, sheet: Sheet, at: int, cells: Sequence[Any], widths: Sequence[float]) -> None:
    texts = [(shown(one.kind, cell), room) for one, cell, room in zip(sheet.columns, cells, widths, strict=True)]
    long = [pair for one, pair in zip(sheet.columns, texts, strict=True) if one.kind in LONGEST]
    made.set_row(at, style.height(long))
    for place, (one, cell) in enumerate(zip(sheet.columns, cells, strict=True)):
        write(made, styles, at, place, one, cell)


def write(made: Any, styles: Styles, row: int, place: int, one: Column, cell: Any) -> None:
    """Write a cell; a value that stands for a formula has a ground of its own and a comment that says why."""
    more: dict[str, Any] = {"bg_color": NODE, "bold": True} if one.node else {}
    if isinstance(cell, Noted):
        made.write_comment(row, place, cell.why, COMMENT)
        cell, more = cell.value, more | {"bg_color": GIVEN}
    if cell is ABSENCE:
        cell, more = None, {"bg_color": ABSENT}
    put(made, row, place, cell, styles.cell(one.kind, **more))


def put(made: Any, row: int, place: int, cell: Any, look: Any) -> None:
    """Write a value as what it is: numbers as numbers, dates as dates, all text as text."""
    match cell:
        case None | "":
            made.write_blank(row, place, None, look)
        case Live(formula, value):
            made.write_formula(row, place, f"={formula}", look, "" if value is None else float(value))
        case bool():
            made.write_string(row, place, "是" if cell else "", look)
        case int() | Decimal():
            made.write_number(row, place, float(cell), look)
        case date():
            made.write_datetime(row, place, cell, look)
        case _:
            made.write_string(row, place, str(cell), look)


def _finish(made: Any, sheet: Sheet, first: int, banner: Banner, room: float) -> None:
    """Freeze and filter the table, draw its bars, and set up its pages."""
    last, right = first + max(len(sheet.rows), 1) - 1, len(sheet.columns) - 1
    made.freeze_panes(first, sheet.frozen)
    made.autofilter(first - 1, 0, last, right)
    for place, one in enumerate(sheet.columns):
        if one.most:
            made.conditional_format(first, place, last, place, style.bars(one.most))
    made.ignore_errors({"number_stored_as_text": f"A{first + 1}:{xl_col_to_name(right)}{last + 1}"})
    made.outline_settings(symbols_right=False)
    made.repeat_rows(first - 1 - _above(sheet), first - 1)
    made.print_area(0, 0, last, right)
    if sheet.frozen:
        made.repeat_columns(0, sheet.frozen - 1)
    page(made, sheet.title, banner, A3 if room > WIDE else A4, ceil(room / WIDEST))


def page(made: Any, title: str, banner: Banner, paper: int, across: int = 1) -> None:
    """The pages of a sheet: landscape, so many across, numbered, with the warning on each."""
    made.set_landscape()
    made.set_paper(paper)
    made.fit_to_pages(across, 0)
    made.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    made.set_header(f"&L&8 {_page_text(banner.campaign)}&R&8 {_page_text(banner.brief)}")
    made.set_footer(f"&L&8 {_page_text(title)}&C&8 第 &P 页，共 &N 页&R&8 {_page_text(banner.run)}")


def _page_text(text: str) -> str:
    return text.replace("&", "&&")
