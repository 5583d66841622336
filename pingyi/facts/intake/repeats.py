"""A batch that came twice, as a whole or in part.

Rows with a key count once, whoever sends them again; rows without one would count twice. Only the sender
knows whether a file replaces an earlier one or adds to it (`sent_lists`).
"""

from collections.abc import Collection, Sequence

import polars as pl

from pingyi.facts.intake.setting import Setting
from pingyi.facts.intake.sheet import SHEET
from pingyi.facts.intake.whole import Part, Whole, key_of

WHO = ("respondent", "device")

MANY = 20
"""Different rows that two batches do not have in common by chance."""


SHARED = 0.25
"""Share of the rows of the smaller of two batches, from which on it is asked whether it came again."""

RUN = 4
"""Rows in a row that two batches do not have in common by chance, even if each of them may be in both."""

ASK = "请在清单里写明：“与前批关系”填 替代 或 补充，“前批文件”填 {}"


def repeated(parts: Sequence[Part], whole: Whole, setting: Setting, added: Collection[tuple[str, str]] = ()) -> None:
    """Note files with the same bytes, and sheets with the same rows, as another one, where rows have no key.

    added: names of a file and of an earlier one to which it adds, any where that is empty: their rows are not compared.
    """
    unkeyed = (
        whole.frame.with_columns(key_of(whole, setting)).filter(~pl.col("keyed")).select(SHEET, *whole.table.names)
    )
    if len(parts) > 1 and unkeyed.height:
        again = _same_bytes(parts, unkeyed[SHEET].unique().to_list())
        rest = unkeyed.filter(~pl.col(SHEET).is_in(again))
        noted = _same_rows(parts, rest, added)
        _note_overlaps(parts, rest.filter(~pl.col(SHEET).is_in(noted)), added)


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


def _same_rows(parts: Sequence[Part], unkeyed: pl.DataFrame, added: Collection[tuple[str, str]]) -> set[int]:
    """Note sheets all of whose rows stand in another one: saved again in another format, or sent again with more.

    The sheets that were noted.
    """
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
        again = (other, sheet) in whole and sheet < other
        if sheet not in noted and not again and not _adds(parts[sheet], parts[other], added):
            noted.add(sheet)
            parts[sheet].notepad.whole(
                f"全部 {size} 行都已在 {_named(parts[other])} 里；没有编号的行逐行计数，不能交两次。"
                f"{ASK.format(parts[other].notepad.file)}"
            )
    return noted


def _note_overlaps(parts: Sequence[Part], unkeyed: pl.DataFrame, added: Collection[tuple[str, str]]) -> None:
    """Note sheets that have many rows in common with an earlier one: sent again with a change, or half of it."""
    rows = unkeyed.select(SHEET, hash=unkeyed.drop(SHEET).hash_rows(seed=1), own=_tells(unkeyed))
    runs = pl.struct(pl.col("hash").shift(-nth).over(SHEET).alias(str(nth)) for nth in range(RUN)).hash(seed=2)
    whole = pl.col("hash").shift(1 - RUN).over(SHEET).is_not_null()
    in_a_row = rows.select(SHEET, hash=runs, whole=whole).filter("whole").drop("whole")
    pieces = [rows.filter("own").select(SHEET, "hash"), in_a_row]
    noted: set[tuple[int, int]] = set()
    for piece, more in zip(pieces, (0, RUN - 1), strict=True):
        for one, other, many in _overlaps(piece.unique()):
            if (one, other) not in noted and not _adds(parts[one], parts[other], added):
                noted.add((one, other))
                parts[other].notepad.whole(
                    f"有 {many + more} 行与 {_named(parts[one])} 的相同（共 {parts[other].rows_in} 行），像是改过重送或"
                    f"部分重送；没有编号的行逐行计数，会算两次。{ASK.format(parts[one].notepad.file)}"
                )


def _adds(one: Part, other: Part, added: Collection[tuple[str, str]]) -> bool:
    """Whether the sender says that one of two files adds to the other."""
    names = (one.notepad.file, other.notepad.file)
    return any(said in added for said in (names, names[::-1], (names[0], ""), (names[1], "")))


def _tells(rows: pl.DataFrame) -> pl.Expr:
    """Whether a row alone is no chance: it has a time of day, or says who or what was at it."""
    if "rated_on" not in rows.columns:
        return pl.lit(False)
    moment = pl.col("rated_on")
    return (moment.dt.truncate("1d") != moment).fill_null(False) | pl.any_horizontal(pl.col(WHO).is_not_null())


def _overlaps(pieces: pl.DataFrame) -> list[tuple[int, int, int]]:
    """Pairs of sheets with many different pieces in common, and how many."""
    sizes = pieces.group_by(SHEET).agg(size=pl.len())
    held = pieces.filter(pl.col("hash").is_duplicated())
    pairs = held.join(held, on="hash", suffix="_other").filter(pl.col(SHEET) < pl.col(f"{SHEET}_other"))
    common = pairs.group_by(SHEET, f"{SHEET}_other").agg(many=pl.len()).filter(pl.col("many") >= MANY)
    sized = common.join(sizes, on=SHEET).join(sizes, left_on=f"{SHEET}_other", right_on=SHEET, suffix="_other")
    close = sized.filter(pl.col("many") >= SHARED * pl.min_horizontal("size", "size_other"))
    return close.select(SHEET, f"{SHEET}_other", "many").sort(SHEET, f"{SHEET}_other").rows()


def _named(part: Part) -> str:
    return part.notepad.file + (f" 工作表“{part.notepad.sheet}”" if part.notepad.sheet else "")
