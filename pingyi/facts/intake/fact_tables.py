"""All rows of a table: the sheets of its files one below the other, which rows are the same, and which contradict.

Rows with a key count once, whoever sends them again; rows without one would count twice, so a batch that came twice, as
a whole or in part, is noted. Only the sender knows whether a file replaces an earlier one or adds to it
(`pingyi.facts.intake.folder`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from pingyi.common.codebook import Table
from pingyi.facts.intake.cell_values import dtype_of
from pingyi.facts.intake.issue_log import IssueLog
from pingyi.facts.intake.row_rules import DAYS, SIGNED, given_rules, is_brought, signed_points, with_cycles
from pingyi.facts.intake.setting import Setting
from pingyi.facts.intake.sheet_grid import ROW, SHEET, Stamp

BATCH = "batch"
"""The column that says in which batch, or with which check of ballots, a row came."""


@dataclass
class Part:
    """One sheet, its cells typed. duplicates: rows that were dropped as the same as an earlier one.

    stored: of a file that was read block by block, the parts that hold its rows (`pingyi.facts.intake.streaming`).
    """

    log: IssueLog
    stamp: Stamp
    frame: pl.DataFrame
    rows_in: int
    duplicates: int = 0
    stored: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class FactTable:
    """All rows of a table. frame: the table's columns, `row` and the helper column."""

    table: Table
    parts: list[Part]
    frame: pl.DataFrame

    def log_of(self, nth: int) -> IssueLog:
        """The log of a sheet."""
        return self.parts[nth].log


def join_parts(table: Table, parts: list[Part], setting: Setting) -> FactTable:
    """The sheets of a table one below the other; values that are no choices become null (they are noted already)."""
    wanted = {one.name: dtype_of(one, setting.choice(table.name, one.name)) for one in table.columns}
    empty = pl.DataFrame(schema={**wanted, ROW: pl.UInt32, SHEET: pl.UInt32})
    frames = [
        part.frame.drop(SIGNED, strict=False)
        .cast({name: kind for name, kind in wanted.items() if isinstance(kind, pl.Enum)}, strict=False)
        .with_columns(pl.lit(nth, pl.UInt32).alias(SHEET))
        for nth, part in enumerate(parts)
    ]
    return FactTable(table, parts, _fill_blanks(table.name, pl.concat([empty, *frames]), setting))


def _fill_blanks(table: str, frame: pl.DataFrame, setting: Setting) -> pl.DataFrame:
    """Blanks that mean one thing only: one case, the cycle of the day; points with the sign that they count with."""
    if table == "events":
        return signed_points(frame.with_columns(pl.col("times").fill_null(1)), setting)
    if table == "contacts":
        return frame.with_columns(pl.col("times").fill_null(1))
    if table == "problems":
        return frame.with_columns(pl.col("supervised").fill_null(0))
    return with_cycles(table, frame, setting) if table in DAYS else frame


DESCRIBING = {"history": ("name", "listed_as")}
"""Columns that only describe what the key says: rows that differ in them alone are the same row."""


def settle_repeated_keys(whole: FactTable, setting: Setting) -> None:
    """Drop rows that repeat an earlier one; note rows with the key of an earlier one and other content."""
    named = whole.frame.with_row_index("at").with_columns(_key_of(whole, setting)).filter("keyed")
    keys = [one for one in named.columns if one.startswith("key:")]
    again = named.filter(pl.struct(keys).is_duplicated()) if named.select(keys).is_duplicated().any() else named.clear()
    if again.is_empty():
        return
    again = again.with_columns(pl.col("at").min().over(keys).alias("first")).filter(pl.col("at") != pl.col("first"))
    content = [name for name in whole.table.names if name not in DESCRIBING.get(whole.table.name, ())]
    before = whole.frame[again["first"].to_list()]
    same = pl.select(pl.all_horizontal([again[name].eq_missing(before[name]) for name in content])).to_series()
    repeated = again.filter(same)
    for nth, count in repeated.group_by(SHEET).len().iter_rows():
        whole.parts[nth].duplicates += count
    kept = whole.frame.with_row_index("at").join(repeated.select("at"), on="at", how="anti", maintain_order="left")
    whole.frame = kept.drop("at")
    for later, first in zip(
        again.filter(~same).iter_rows(named=True), before.filter(~same).iter_rows(named=True), strict=True
    ):
        _note_contradiction(whole, later, first)


def _key_of(whole: FactTable, setting: Setting) -> list[pl.Expr]:
    """The key of each row, and whether it has one.

    Ratings have a key only on a form, marks where it is known who gave them; a row in doubt has none.
    """
    table, name = whole.table, whole.table.name
    keys = {column: pl.col(column) for column in table.key}
    keyed = pl.all_horizontal([pl.col(one.name).is_not_null() for one in table.columns if one.key and one.required])
    if name == "ratings":
        keyed &= pl.col("form").is_not_null()
    if name == "marks":
        only_one, keys_of_marks = _key_of_marks(setting)
        keyed &= only_one
        keys |= keys_of_marks
    return [keyed.alias("keyed"), *(expression.alias(f"key:{column}") for column, expression in keys.items())]


def _key_of_marks(setting: Setting) -> tuple[pl.Expr, dict[str, pl.Expr]]:
    """Whether only one such mark can be, and rater, class and cycle of a mark as far as they tell marks apart.

    A unit that brings its mark brings one a year, whoever signs it; a class that is a body gives one. The class of
    raters is as the mark says, as its rater says, or the only one.
    """
    method, group, marker = pl.col("method").cast(pl.String), pl.col("group").cast(pl.String), pl.col("marker")
    imported = names_a_class = pl.lit(False)
    for one in setting.scored_by("marks"):
        units = [unit for unit in setting.roster if is_brought(setting, one, unit)]
        imported |= (method == one.id) & pl.col("unit").cast(pl.String).is_in(units)
    for one, rule in given_rules(setting):
        names_a_class |= (method == one.id) & marker.is_in(list(rule.markers))
    gives_one = method.is_in([one.id for one, rule in given_rules(setting) if rule.one_each])
    only = {one.id: next(iter(rule.markers)) for one, rule in given_rules(setting) if len(rule.markers) == 1}
    alone = method.replace_strict(only, default=None, return_dtype=pl.String)
    own_class = pl.coalesce(group, pl.when(names_a_class).then(marker), alone)
    return imported | gives_one | (marker.is_not_null() & ~names_a_class), {
        "marker": pl.when(imported | gives_one).then(None).otherwise(marker),
        "group": pl.when(imported).then(None).otherwise(own_class),
        "cycle": pl.when(imported).then(None).otherwise(pl.col("cycle")),
    }


def _note_contradiction(whole: FactTable, later: dict[str, Any], first: dict[str, Any]) -> None:
    table, log, other = whole.table, whole.log_of(later[SHEET]), whole.log_of(first[SHEET])
    differing = [one for one in table.columns if later[one.name] != first[one.name]]
    differ = "、".join(f"“{one.head}”" for one in differing)
    file = "" if other.shown == log.shown else f"{other.file} "
    if file and [one.name for one in differing] == [BATCH]:
        again = f"这些行 {file}里已有，只有“批次”不同（{first[BATCH]}）：同一批评价的两次结果，请只留后一次"
        log.note_cell(later[ROW], BATCH, later[BATCH] or "", again)
        return
    heads = "、".join(table.column(name).head for name in table.key if later[name] == first[name] is not None)
    where = f"{file}{other.row_place(first[ROW])}"
    found = "、".join(str(later[name]) for name in table.key if later[name] is not None)
    column = next(name for name in table.key if later[name] is not None)
    log.note_cell(later[ROW], column, found, f"与 {where}的{heads}相同，而{differ}不同；应只有一行")


WHO = ("respondent", "device")
MANY = 20
"""Different rows that two batches do not have in common by chance."""

SHARED = 0.25
"""Share of the rows of the smaller of two batches, from which on it is asked whether it came again."""

RUN = 4
"""Rows in a row that two batches do not have in common by chance, even if each of them may be in both."""

ASK = "请在清单里写明：“与前批关系”填 替代 或 补充，“前批文件”填 {}"


Added = Collection[tuple[str, str]]
"""Names of a file and of an earlier one to which it adds, any where that is empty: their rows are not compared."""


def note_repeated_batches(whole: FactTable, setting: Setting, added: Added = ()) -> None:
    """Note files with the same bytes, and sheets with the same rows, as another one, where rows have no key."""
    parts, columns = whole.parts, whole.table.names
    unkeyed = whole.frame.with_columns(_key_of(whole, setting)).filter(~pl.col("keyed")).select(SHEET, *columns)
    if len(parts) > 1 and unkeyed.height:
        again = note_same_bytes(parts, unkeyed[SHEET].unique().to_list())
        rest = unkeyed.filter(~pl.col(SHEET).is_in(again))
        rest = rest.with_columns(hash=rest.drop(SHEET).hash_rows(seed=1))
        noted = note_same_rows(parts, _same_rows(rest), added)
        note_common_rows(parts, _common_rows(rest.filter(~pl.col(SHEET).is_in(noted))), added)


def note_same_bytes(parts: Sequence[Part], unkeyed: Sequence[int]) -> list[int]:
    """Note sheets of the same bytes as an earlier one; those that were noted. unkeyed: sheets with rows without key."""
    seen: dict[str, str] = {}
    again = []
    for nth, part in enumerate(parts):
        first = seen.setdefault(part.stamp.sha256, part.log.file)
        if first != part.log.file and nth in unkeyed:
            part.log.note_whole(f"与 {first} 的内容完全相同；没有编号的行逐行计数，同一个文件不能交两次")
            again.append(nth)
    return again


def _same_rows(unkeyed: pl.DataFrame) -> list[tuple[int, int, int]]:
    """Two sheets, all of whose rows stand in the other one, at least as often, and how many rows they are."""
    counts = unkeyed.group_by(SHEET, "hash").agg(times=pl.len())
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
    return pairs.select(SHEET, f"{SHEET}_other", "size").rows()


def note_same_rows(parts: Sequence[Part], pairs: Sequence[tuple[int, int, int]], added: Added) -> set[int]:
    """Note sheets all of whose rows stand in another one: saved again in another format, or sent again with more.

    pairs: such sheets, the other one, and their rows. The sheets that were noted.
    """
    noted: set[int] = set()
    whole = {(sheet, other) for sheet, other, _ in pairs}
    for sheet, other, size in pairs:
        again = (other, sheet) in whole and sheet < other
        if sheet not in noted and not again and not _adds(parts[sheet], parts[other], added):
            noted.add(sheet)
            parts[sheet].log.note_whole(
                f"全部 {size} 行都已在 {_describe_sheet(parts[other])} 里；没有编号的行逐行计数，不能交两次。"
                f"{ASK.format(parts[other].log.file)}"
            )
    return noted


def _common_rows(unkeyed: pl.DataFrame) -> list[tuple[int, int, int]]:
    """Two sheets that have many rows in common, an earlier one first, and how many: rows that are no chance alone, then
    rows in a row."""
    rows = unkeyed.select(SHEET, "hash", own=_is_no_chance(unkeyed))
    runs = pl.struct(pl.col("hash").shift(-nth).over(SHEET).alias(str(nth)) for nth in range(RUN)).hash(seed=2)
    whole = pl.col("hash").shift(1 - RUN).over(SHEET).is_not_null()
    in_a_row = rows.select(SHEET, hash=runs, whole=whole).filter("whole").drop("whole")
    pieces = [rows.filter("own").select(SHEET, "hash"), in_a_row]
    return [
        (one, other, many + more)
        for piece, more in zip(pieces, (0, RUN - 1), strict=True)
        for one, other, many in _overlaps(piece.unique())
    ]


def note_common_rows(parts: Sequence[Part], pairs: Sequence[tuple[int, int, int]], added: Added) -> None:
    """Note sheets that have many rows in common with an earlier one: sent again with a change, or half of it."""
    noted: set[tuple[int, int]] = set()
    for one, other, many in pairs:
        if (one, other) not in noted and not _adds(parts[one], parts[other], added):
            noted.add((one, other))
            same = f"有 {many} 行与 {_describe_sheet(parts[one])} 的相同（共 {parts[other].rows_in} 行）"
            parts[other].log.note_whole(
                f"{same}，像是改过重送或部分重送；没有编号的行逐行计数，会算两次。{ASK.format(parts[one].log.file)}"
            )


def _adds(one: Part, other: Part, added: Added) -> bool:
    """Whether the sender says that one of two files adds to the other."""
    names = (one.log.file, other.log.file)
    return any(said in added for said in (names, names[::-1], (names[0], ""), (names[1], "")))


def _is_no_chance(rows: pl.DataFrame) -> pl.Expr:
    """Whether a row alone is no chance: it has a time of day, or says who or what was at it."""
    if "rated_on" not in rows.columns:
        return pl.lit(False)
    moment = pl.col("rated_on")
    return (moment.dt.truncate("1d") != moment).fill_null(False) | pl.any_horizontal(pl.col(WHO).is_not_null())


def _overlaps(pieces: pl.DataFrame) -> list[tuple[int, int, int]]:
    sizes = pieces.group_by(SHEET).agg(size=pl.len())
    held = pieces.filter(pl.col("hash").is_duplicated())
    pairs = held.join(held, on="hash", suffix="_other").filter(pl.col(SHEET) < pl.col(f"{SHEET}_other"))
    common = pairs.group_by(SHEET, f"{SHEET}_other").agg(many=pl.len()).filter(pl.col("many") >= MANY)
    sized = common.join(sizes, on=SHEET).join(sizes, left_on=f"{SHEET}_other", right_on=SHEET, suffix="_other")
    close = sized.filter(pl.col("many") >= SHARED * pl.min_horizontal("size", "size_other"))
    return close.select(SHEET, f"{SHEET}_other", "many").sort(SHEET, f"{SHEET}_other").rows()


def _describe_sheet(part: Part) -> str:
    return part.log.file + (f" 工作表“{part.log.sheet}”" if part.log.sheet else "")


def deliver_table(whole: FactTable, setting: Setting) -> pl.DataFrame:
    """The table as `Facts` promises it."""
    frame = whole.frame
    if "factors" in frame.columns:
        frame = frame.with_columns(pl.col("factors").str.split("+"))
    if whole.table.name == "units":
        frame = frame.with_columns(pl.col("unit").cast(pl.Enum(list(setting.roster))))
    source = _words_of(frame[SHEET], [part.log.file for part in whole.parts]).alias("source")
    sheet = _words_of(frame[SHEET], [part.log.sheet for part in whole.parts]).alias("sheet")
    return frame.select(*whole.table.names, source, sheet, ROW)


def _words_of(places: pl.Series, words: Sequence[str | None]) -> pl.Series:
    known = pl.Enum(list(dict.fromkeys(word for word in words if word is not None)))
    return pl.Series(words, dtype=known).gather(places) if words else pl.Series([], dtype=known)
