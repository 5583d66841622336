"""Tables for reading: result tables with Chinese heads, numbers as an office writes them, names in place of ids.

Frames in, tables out: `readable` for notebooks, `plain` for whoever writes the cells elsewhere.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
from great_tables import GT

from pingyi.words import NOTHING, counted, shown

FONT = ["Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "sans-serif"]
GRID, HEAD = "#E4E7EB", "#F5F7FA"

Words = Mapping[str, Mapping[str, str]]
Places = int | Mapping[str, int]


def with_names(frame: pl.DataFrame, roster: pl.DataFrame) -> pl.DataFrame:
    """The frame with name and organ of its `unit`, in its own order.

    roster: `roster`. What the frame says of name and organ itself is replaced.
    """
    people = roster.select("unit", "name", "organ")
    return frame.drop("name", "organ", strict=False).join(people, on="unit", how="left", maintain_order="left")


def plain(
    frame: pl.DataFrame, heads: Mapping[str, str], *, decimals: Places = 2, words: Words | None = None
) -> pl.DataFrame:
    """The columns of `heads`, in their order and under their heads, every cell the text that people read.

    heads: column → head. decimals: places of numbers that are not whole, rounded half up; for all columns or by column.
    words: column → stored word → what people call it. Empty cells are a dash.
    """
    cells = {
        head: [_text(value, _places(decimals, name), (words or {}).get(name, {})) for value in frame[name].to_list()]
        for name, head in heads.items()
    }
    return pl.DataFrame(cells, schema=dict.fromkeys(heads.values(), pl.String))


def _places(decimals: Places, column: str) -> int:
    return decimals if isinstance(decimals, int) else decimals.get(column, 2)


def _text(value: Any, places: int, words: Mapping[str, str]) -> str:
    """A cell's value as people read it."""
    match value:
        case None | "" | []:
            return NOTHING
        case bool():
            return "是" if value else "否"
        case int():
            return counted(value)
        case float():
            return shown(Decimal(repr(value)), places) if value == value else NOTHING
        case Decimal():
            return shown(value, places)
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case list():
            return "、".join(_text(one, places, words) for one in value)
        case _:
            return words.get(str(value), str(value))


def readable(
    frame: pl.DataFrame,
    heads: Mapping[str, str],
    *,
    id: str,
    title: str = "",
    note: str = "",
    decimals: Places = 2,
    words: Words | None = None,
    rows: int | None = None,
) -> GT:
    """A table for a notebook: heads in Chinese, numbers to the right, the same HTML each time; text stays text.

    id: unique in the notebook, in ASCII. note: below the table. rows: how many are shown; how many there are is said.
    Further arguments as for `plain`.
    """
    numeric = [head for name, head in heads.items() if frame.schema[name].is_numeric()]
    shown_rows = frame if rows is None else frame.head(rows)
    table = GT(plain(shown_rows, heads, decimals=decimals, words=words), id=id)
    table = table.cols_align("left").cols_align("right", columns=numeric) if heads else table
    table = table.tab_header(title=title) if title else table
    for line in (_more(frame.height, shown_rows.height), note):
        table = table.tab_source_note(line) if line else table
    return _look(table)


def _more(every: int, shown_rows: int) -> str:
    return f"共 {every} 行，这里是前 {shown_rows} 行。" if every > shown_rows else ""


def _look(table: GT) -> GT:
    return table.opt_table_font(font=FONT, add=False).tab_options(
        table_font_size="13px",
        table_margin_left="0",
        heading_align="left",
        heading_title_font_size="15px",
        column_labels_font_weight="normal",
        column_labels_background_color=HEAD,
        data_row_padding="4px",
        table_body_hlines_color=GRID,
        source_notes_font_size="12px",
    )
