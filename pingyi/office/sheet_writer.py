"""Tables as sheets of Excel: what a sheet is made of, its look, and how it is frozen, filtered and printed.

One type, few colours, each with one meaning.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Any, Literal

from xlsxwriter.utility import xl_col_to_name

from pingyi.common.spreadsheet_safe import text_width
from pingyi.figures.theme import BAD, BAD_LIGHT, GRID, INK, SOFT

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


def own_value(name: str) -> Callable[[Row, Here], Any]:
    """The cell of a column that shows what the row holds under a name."""
    return lambda row, here: row[name]


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

    @property
    def lines_above(self) -> int:
        """How many further lines its head has."""
        return max((len(one.above) for one in self.columns), default=0)


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


FONT, FONT_SIZE = "微软雅黑", 10
HEAD, NODE, GIVEN, ABSENT = "#E8EDF2", "#F5F7FA", "#FFF4CC", "#ECEFF2"
"""Grounds of heads, of inner nodes, of values that could be a formula and are none, and of what does not apply."""
BAR, LINK = "#CFE3F1", "#0072B2"
LINE_HEIGHT = 17.0
"""Height of a line of text (pt)."""
COMMENT = {"x_scale": 2.2, "font_size": 9, "color": "#FFFBE6"}
"""The look of comments."""
TEXT_FORMAT = 49
"""Text, which Excel knows by this number."""

NUMBERS: dict[str, str | int] = {
    "marks": "0.00",
    "points": '+0.00;"−"0.00;0.00',
    "count": "#,##0",
    "number": "General",
    "share": "0%",
    "date": "yyyy-mm-dd",
    "id": TEXT_FORMAT,
}
"""How cells of each kind are shown; others are text."""
MIDDLE = ("id", "date", "yes", "place")
RIGHT = ("marks", "points", "count", "number", "share")


class Styles:
    """Formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def get(self, **properties: Any) -> Any:
        """The format with these properties on top of the common ones."""
        whole = {"font_name": FONT, "font_size": FONT_SIZE, "font_color": INK, "valign": "vcenter"} | properties
        key = tuple(sorted(whole.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(whole)
        return self.made[key]

    def cell(self, kind: str, **more: Any) -> Any:
        """The format of a cell of a table."""
        align = "center" if kind in MIDDLE else "right" if kind in RIGHT else "left"
        wrap: dict[str, Any] = {} if kind in RIGHT or kind in MIDDLE else {"text_wrap": True}
        number = {"num_format": NUMBERS[kind]} if kind in NUMBERS else {}
        wrap |= {} if align == "center" else {"indent": 1}
        return self.get(**({"border": 1, "border_color": GRID, "align": align} | wrap | number | more))

    def head(self, **more: Any) -> Any:
        """The format of a head."""
        wanted = {"bold": True, "bg_color": HEAD, "border": 1, "border_color": GRID, "align": "center"}
        return self.get(**(wanted | {"text_wrap": True} | more))

    def line(self, kind: str) -> Any:
        """The format of a line above a table, by its kind in `LINES`."""
        return self.get(**LINES[kind])


LINES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 15},
    "soft": {"font_color": SOFT, "text_wrap": True},
    "warning": {"font_color": BAD, "bold": True, "text_wrap": True},
    "link": {"font_color": LINK, "underline": 1},
}
"""The looks of lines: a title, where things come from and how to read them, what must not be overlooked, a link."""


def row_height(texts: Iterable[tuple[str, float]]) -> float:
    """The height of a row (pt) whose cells hold these texts in so many columns of a typewriter."""
    lines = (
        sum(max(1, ceil(text_width(line) / max(room - 3, 1))) for line in text.split("\n")) for text, room in texts
    )
    return LINE_HEIGHT * max(lines, default=1) + 3


def widest_line(text: str) -> int:
    """How many columns of a typewriter the widest line of a text takes."""
    return max(map(text_width, text.split("\n")))


A3, A4 = 8, 9
WIDE, WIDEST = 150, 270
"""Columns of a typewriter from which on a sheet is printed on larger paper, and on several sheets side by side."""
LONGEST = {"text": 28, "long": 52}
"""Widest columns; what is longer breaks into lines."""


def write_sheet(book: Any, styles: Styles, sheet: Sheet, banner: Banner) -> None:
    """Write a sheet into a workbook."""
    made = book.add_worksheet(sheet.name)
    letters = {one.name: xl_col_to_name(place) for place, one in enumerate(sheet.columns)}
    top = _lines_on_top(sheet, banner)
    first = len(top) + 1 + sheet.lines_above
    values = [
        [one.cell(row, Here(first + nth + 1, letters)) for one in sheet.columns] for nth, row in enumerate(sheet.rows)
    ]
    widths = [_column_width(one, [row[place] for row in values]) for place, one in enumerate(sheet.columns)]
    for place, one in enumerate(sheet.columns):
        made.set_column(place, place, widths[place], None, {"level": one.level} if one.level else {})
    _write_top(made, styles, top, banner, widths)
    _write_heads(made, styles, sheet, len(top), widths)
    for nth, row in enumerate(values):
        _write_row(made, styles, sheet, first + nth, row, widths)
    _finish_sheet(made, sheet, first, banner, sum(widths))


def _lines_on_top(sheet: Sheet, banner: Banner) -> list[tuple[str, str]]:
    """The lines above the table: their kind and text."""
    return [
        ("title", sheet.title),
        ("soft", "　".join(text for text in (banner.campaign, banner.run) if text)),
        *([("warning", banner.warning)] if banner.warning else []),
        *(("soft", note) for note in sheet.notes),
        ("link", f"← {banner.contents}"),
    ]


def _column_width(one: Column, cells: Sequence[Any]) -> float:
    """Room for the head in a few lines, and for the longest cell up to what the kind allows."""
    head = widest_line(one.head) + 4
    narrow = max((widest_line(_shown_text(one.kind, cell)) for cell in cells), default=0) + 4
    fits = min(max(narrow, 9), one.widest or LONGEST.get(one.kind, 24))
    return float(max(fits, min(head, 12), head / 3))


def _shown_text(kind: str, cell: Any) -> str:
    """The text that a cell takes room for."""
    value = cell.value if isinstance(cell, Live | Noted) else cell
    if value is None or value is ABSENCE:
        return ""
    if isinstance(value, bool):
        return "是" if value else ""
    return f"{value:+.2f}" if kind in ("marks", "points") else str(value)


def _write_top(
    made: Any, styles: Styles, top: Sequence[tuple[str, str]], banner: Banner, widths: Sequence[float]
) -> None:
    """The lines above the table, across as many columns as they need."""
    last, room = _columns_across(widths)
    for row, (kind, text) in enumerate(top):
        made.set_row(row, 26 if kind == "title" else row_height([(text, room)]))
        if kind == "link":
            made.write_url(row, 0, sheet_address(banner.contents), styles.line(kind), text)
        else:
            made.merge_range(row, 0, row, last, text, styles.line(kind))


def _columns_across(widths: Sequence[float]) -> tuple[int, float]:
    """The last of the columns that a line of text may take, and the room that it then has."""
    room = 0.0
    for place, one in enumerate(widths):
        room += one
        if room > WIDE or place == len(widths) - 1:
            return max(place, 1), room
    return 1, 20.0


def sheet_address(sheet: str) -> str:
    """The address of a sheet of the same workbook."""
    quoted = sheet.replace("'", "''")
    return f"internal:'{quoted}'!A1"


def _write_heads(made: Any, styles: Styles, sheet: Sheet, first: int, widths: Sequence[float]) -> None:
    small = {"bold": False, "font_size": 9}
    above = sheet.lines_above
    for nth in range(above):
        lines = [one.above[nth] if one.above else "" for one in sheet.columns]
        made.set_row(first + nth, row_height(zip(map(str, lines), widths, strict=True)))
        for place, line in enumerate(lines):
            if isinstance(line, Decimal):  # full marks are numbers
                made.write_number(first + nth, place, float(line), styles.head(**small, num_format='"满分 "General'))
            else:
                made.write_string(first + nth, place, str(line), styles.head(**small))
    heads = [(one.head, width - 2) for one, width in zip(sheet.columns, widths, strict=True)]
    made.set_row(first + above, row_height(heads) + 4)
    for place, one in enumerate(sheet.columns):
        made.write_string(first + above, place, one.head, styles.head())
        if one.note:
            made.write_comment(first + above, place, one.note, COMMENT)


def _write_row(made: Any, styles: Styles, sheet: Sheet, at: int, cells: Sequence[Any], widths: Sequence[float]) -> None:
    """Write a row as high as its longest text."""
    together = list(zip(sheet.columns, cells, widths, strict=True))
    texts = ((_shown_text(one.kind, cell), room) for one, cell, room in together if one.kind in LONGEST)
    made.set_row(at, row_height(texts))
    for place, (one, cell, _) in enumerate(together):
        _write_cell(made, styles, at, place, one, cell)


def _write_cell(made: Any, styles: Styles, row: int, place: int, one: Column, cell: Any) -> None:
    """Write a cell; a value that stands for a formula has a ground of its own and a comment that says why."""
    more: dict[str, Any] = {"bg_color": NODE, "bold": True} if one.node else {}
    if isinstance(cell, Noted):
        made.write_comment(row, place, cell.why, COMMENT)
        cell, more = cell.value, more | {"bg_color": GIVEN}
    if cell is ABSENCE:
        cell, more = None, {"bg_color": ABSENT}
    write_value(made, row, place, cell, styles.cell(one.kind, **more))


def write_value(made: Any, row: int, place: int, cell: Any, look: Any) -> None:
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


def _finish_sheet(made: Any, sheet: Sheet, first: int, banner: Banner, room: float) -> None:
    """Freeze and filter the table, draw its bars, and set up its pages."""
    last, right = first + max(len(sheet.rows), 1) - 1, len(sheet.columns) - 1
    made.freeze_panes(first, sheet.frozen)
    made.autofilter(first - 1, 0, last, right)
    for place, one in enumerate(sheet.columns):
        if one.most:
            made.conditional_format(first, place, last, place, BARS | {"max_value": float(one.most)})
    made.ignore_errors({"number_stored_as_text": f"A{first + 1}:{xl_col_to_name(right)}{last + 1}"})
    made.outline_settings(symbols_right=False)
    made.repeat_rows(first - 1 - sheet.lines_above, first - 1)
    made.print_area(0, 0, last, right)
    if sheet.frozen:
        made.repeat_columns(0, sheet.frozen - 1)
    set_pages(made, sheet.title, banner, A3 if room > WIDE else A4, ceil(room / WIDEST))


BARS: dict[str, Any] = {
    "type": "data_bar",
    "bar_solid": True,
    "bar_color": BAR,
    "bar_border_color": BAR,
    "bar_negative_color": BAD_LIGHT,
    "bar_negative_border_color": BAD_LIGHT,
    "bar_axis_color": GRID,
    "min_type": "num",
    "min_value": 0,
    "max_type": "num",
}
"""Bars in the cells of a column, from nothing to the most that they may hold."""


def set_pages(made: Any, title: str, banner: Banner, paper: int, across: int = 1) -> None:
    """The pages of a sheet: landscape, so many across, numbered, with the warning on each."""
    campaign, brief, said, run = (
        text.replace("&", "&&") for text in (banner.campaign, banner.brief, title, banner.run)
    )
    made.set_landscape()
    made.set_paper(paper)
    made.fit_to_pages(across, 0)
    made.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    made.set_header(f"&L&8 {campaign}&R&8 {brief}")
    made.set_footer(f"&L&8 {said}&C&8 第 &P 页，共 &N 页&R&8 {run}")
