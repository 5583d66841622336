"""Tables for reading in notebooks: cells as people read them, numbers to the right, the same HTML each time."""

from collections.abc import Collection

import polars as pl
from great_tables import GT

FONT = ["Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "sans-serif"]
GRID, HEAD = "#E4E7EB", "#F5F7FA"


def readable(texts: pl.DataFrame, *, id: str, numeric: Collection[str] = (), title: str = "", rows: int = 20) -> GT:
    """A table of texts under its column names; what is in a cell stays text.

    id: unique in the notebook, in ASCII. numeric: columns set to the right. rows: how many are shown; how many there
    are is said below.
    """
    table = GT(texts.head(rows), id=id).cols_align("left").cols_align("right", columns=list(numeric))
    table = table.tab_header(title=title) if title else table
    if texts.height > rows:
        table = table.tab_source_note(f"共 {texts.height} 行，这里是前 {rows} 行。")
    return _look(table)


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
