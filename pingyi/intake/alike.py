"""Names in the roster that differ only by width or spaces: they would count as two organs, and nobody would see it."""

import unicodedata

import polars as pl

from pingyi.intake.sheet import ROW
from pingyi.intake.whole import SHEET, Whole

COLUMNS = ("organ", "township")


def note_alike(units: Whole) -> None:
    """Note every spelling of an organ or township beside its commonest one."""
    for column in COLUMNS:
        counts = units.frame[column].drop_nulls().value_counts(sort=True).rows()
        commonest: dict[str, str] = {}
        for name, _ in sorted(counts, key=lambda row: (-row[1], row[0])):
            commonest.setdefault(_bare(name), name)
        others = [name for name, _ in counts if commonest[_bare(name)] != name]
        for sheet, row, name in units.frame.filter(pl.col(column).is_in(others)).select(SHEET, ROW, column).iter_rows():
            wanted = "与别的行只差空格或全角、半角，会被当成两个；应统一写法"
            units.notepad(sheet).cell(row, column, name, wanted, commonest[_bare(name)])


def _bare(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
