"""Rows of a sheet that are no rows of the table: its head once more, sums, notes. Each is one fault, not one a cell."""

import polars as pl

from pingyi.common.codebook import Table
from pingyi.facts.intake.heads import plain
from pingyi.facts.intake.notepad import Notepad
from pingyi.facts.intake.sheet import ROW

SUMS = (
    r"^[\s\u3000]*(?:[合总小共累][\s\u3000]*计|总[\s\u3000]*数|平[\s\u3000]*均[值数分]?)[\s\u3000]*[:：]?[\s\u3000]*$"
)
WORDS = ("id", "choice", "text")

AGAIN = "又是一遍表头，像是拼接文件时带进来的；请删去这一行"
SUM = "是合计行，不是数据；请删去这一行"
NOTE = "只有一格有内容，像是标题或脚注，不是数据；请删去这一行"

FEW = 3
"""Columns that every row must have, from which on a row with one filled cell is no row."""


def without_strays(raw: pl.DataFrame, table: Table, notepad: Notepad) -> pl.DataFrame:
    """The rows that can be rows of the table; the others are noted. Typed columns have none."""
    names = [name for name in raw.columns if name != ROW]
    if not names or any(raw[name].dtype != pl.String for name in names):
        return raw
    kinds = [(_again(names, notepad), AGAIN), (_sum(names, table), SUM), (_note(names, table), NOTE)]
    marks = [mark.alias(str(nth)) for nth, (mark, _) in enumerate(kinds)]
    if not raw.select(pl.any_horizontal(marks).any()).item():
        return raw
    marked = raw.with_columns(marks)
    stray = pl.any_horizontal(str(nth) for nth in range(len(kinds)))
    for row in marked.filter(stray).iter_rows(named=True):
        said = next(said for nth, (_, said) in enumerate(kinds) if row[str(nth)])
        notepad.line(row[ROW], next((row[name] for name in names if row[name]), ""), said)
    return raw.filter(~pl.any_horizontal(mark for mark, _ in kinds))


def _again(names: list[str], notepad: Notepad) -> pl.Expr:
    """Whether the cells of a row are the heads above them."""
    if len(names) < 2:
        return pl.lit(False)
    same = [pl.col(name).is_in([notepad.heads[name], plain(notepad.heads[name])]) for name in names]
    return pl.all_horizontal(same).fill_null(False)


def _sum(names: list[str], table: Table) -> pl.Expr:
    words = [name for name in names if table.column(name).kind in WORDS]
    return pl.any_horizontal(pl.col(words).str.contains(SUMS).fill_null(False)) if words else pl.lit(False)


def _note(names: list[str], table: Table) -> pl.Expr:
    if sum(column.required for column in table.columns) < FEW or len(names) < FEW:
        return pl.lit(False)
    return pl.sum_horizontal(pl.col(names).is_not_null().cast(pl.UInt8)) == 1
