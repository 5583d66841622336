"""The look of the workbook: one type, few colours, each with one meaning, and how wide a text is."""

from collections.abc import Iterable
from math import ceil
from typing import Any

from pingyi.figures.theme import BAD, BAD_LIGHT, GRID, INK, SOFT

FONT, SIZE = "微软雅黑", 10
HEAD, NODE, GIVEN, ABSENT = "#E8EDF2", "#F5F7FA", "#FFF4CC", "#ECEFF2"
"""Grounds of heads, of inner nodes, of values that could be a formula and are none, and of what does not apply."""

BAR = "#CFE3F1"
LINE = 17.0
"""Height of a line of text (pt)."""

NUMBERS: dict[str, str | int] = {
    "marks": "0.00",
    "points": '+0.00;"−"0.00;0.00',
    "count": "#,##0",
    "number": "General",
    "share": "0%",
    "date": "yyyy-mm-dd",
    "id": 49,
}
"""How cells of each kind are shown; others are text. 49: Text itself."""

MIDDLE = ("id", "date", "yes", "place")
RIGHT = ("marks", "points", "count", "number", "share")


class Styles:
    """Formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def get(self, **properties: Any) -> Any:
        """The format with these properties on top of the common ones."""
        whole = {"font_name": FONT, "font_size": SIZE, "font_color": INK, "valign": "vcenter"} | properties
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

    @property
    def title(self) -> Any:
        """The format of a sheet's title."""
        return self.get(bold=True, font_size=15)

    @property
    def soft(self) -> Any:
        """The format of a line on where things come from and how to read them."""
        return self.get(font_color=SOFT, text_wrap=True)

    @property
    def warning(self) -> Any:
        """The format of a line that must not be overlooked."""
        return self.get(font_color=BAD, bold=True, text_wrap=True)

    @property
    def link(self) -> Any:
        """The format of a link."""
        return self.get(font_color="#0072B2", underline=1)


def bars(most: Any) -> dict[str, Any]:
    """Bars in the cells of a column, from nothing to so many marks."""
    return {
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
        "max_value": float(most),
    }


def width(text: str) -> int:
    """How many columns of a typewriter a text takes; a Chinese character takes two."""
    return max((sum(1 + (sign > "⺀") for sign in line) for line in text.split("\n")), default=0)


def lines(text: str, room: float) -> int:
    """How many lines a text takes where so many columns are free."""
    return sum(max(1, ceil(width(line) / max(room - 3, 1))) for line in text.split("\n"))


def height(texts: Iterable[tuple[str, float]]) -> float:
    """The height of a row (pt) whose cells hold these texts in so much room."""
    return LINE * max((lines(text, room) for text, room in texts), default=1) + 3
