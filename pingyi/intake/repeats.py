"""A batch that came twice. Rows with a key count once, whoever sends them again; rows without one would count twice."""

from collections.abc import Sequence

import polars as pl

from pingyi.intake.setting import Setting
from pingyi.intake.whole import SHEET, Part, Whole, key_of

MANY = 20
"""Different rows that two batches do not have in common by chance."""


def repeated(parts: Sequence[Part], whole: Whole, setting: Setting) -> None:
    """Note files with the same bytes, and sheets with the same rows, as another one, where rows have no key."""
    unkeyed = (
        whole.frame.with_columns(key_of(whole, setting)).filter(~pl.col("keyed")).select(SHEET, *whole.table.names)
    )
    if len(parts) > 1 and unkeyed.height:
        again = _same_bytes(parts, unkeyed[SHEET].unique().to_list())
        _same_rows(parts, unkeyed.filter(~pl.col(SHEET).is_in(again)))


def _same_bytes(parts: Sequence[Part], unkeyed: Sequence[int]) -> list[int]:
    """The sheets that were noted."""
    seen: dict[str, str] = {}
    again = []
    for nth, part in enumerate(parts):
        first = seen.setdefault(part.stamp.sha256, part.notepad.file)
        if first != part.notepad.file and nth in unkeyed:
            part.notepad.whole(f"与 {first} 的内容完全相同；没有编号的行逐行计数，同一个文件不能交两次")
            again.append(nth)
    return again


def _same_rows(parts: Sequence[Part], unkeyed: pl.DataFrame) -> None:
    """Note sheets all of whose rows stand in another one: saved again in another format, or sent again with more."""
    rows = unkeyed.select(SHEET, hash=unkeyed.drop(SHEET).hash_rows(seed=1))
    counts = rows.group_by(SHEET, "hash").agg(times=pl.len())
    shared = counts.filter(pl.col("hash").is_duplicated())
    sizes = counts.group_by(SHEET).agg(size=pl.col("times").sum(), many=pl.len())
    suspects = sizes.join(shared.group_by(SHEET).agg(held=pl.len()), on=SHEET)
    suspects = suspects.filter(pl.col("held") == pl.col("many"), pl.col("many") >= MANY)
    pairs = (
        shared.join(suspects, on=SHEET)
        .join(shared, on="hash", suffix="_other")
        .filter(pl.col(SHEET) != pl.col(f"{SHEET}_other"), pl.col("times") <= pl.col("times_other"))
        .group_by(SHEET, f"{SHEET}_other", "size", "many")
        .agg(common=pl.len())
        .filter(pl.col("common") == pl.col("many"))
        .sort(SHEET, f"{SHEET}_other")
    )
    noted: set[int] = set()
    whole = set(pairs.select(SHEET, f"{SHEET}_other").rows())
    for sheet, other, size, *_ in pairs.rows():
        if sheet not in noted and not ((other, sheet) in whole and sheet < other):
            noted.add(sheet)
            parts[sheet].notepad.whole(
                f"全部 {size} 行都已在 {_named(parts[other])} 里；没有编号的行逐行计数，不能交两次"
            )


def _named(part: Part) -> str:
    return part.notepad.file + (f" 工作表“{part.notepad.sheet}”" if part.notepad.sheet else "")
