"""A checked table as it is handed on: its columns in order, then where each row stands."""

from collections.abc import Iterable

import polars as pl

from pingyi.facts.intake.setting import Setting
from pingyi.facts.intake.sheet import ROW, SHEET
from pingyi.facts.intake.whole import Whole


def delivered(whole: Whole, setting: Setting) -> pl.DataFrame:
    """The table as `Facts` promises it."""
    frame = whole.frame
    if "factors" in frame.columns:
        frame = frame.with_columns(pl.col("factors").str.split("+"))
    if whole.table.name == "units":
        frame = frame.with_columns(pl.col("unit").cast(pl.Enum(list(setting.roster))))
    source = _said(frame[SHEET], [part.notepad.file for part in whole.parts]).alias("source")
    sheet = _said(frame[SHEET], [part.notepad.sheet for part in whole.parts]).alias("sheet")
    return frame.select(*whole.table.names, source, sheet, ROW)


def _said(places: pl.Series, words: Iterable[str | None]) -> pl.Series:
    """What stands for each place among the words."""
    words = list(words)
    known = pl.Enum(list(dict.fromkeys(word for word in words if word is not None)))
    return pl.Series(words, dtype=known).gather(places) if words else pl.Series([], dtype=known)
