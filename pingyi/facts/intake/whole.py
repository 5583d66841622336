"""What can be said only of a table as a whole: which rows are the same, and which contradict each other."""

from dataclasses import dataclass, field
from typing import Any

import polars as pl

from pingyi.common.codebook import Table
from pingyi.facts.intake.cells import dtype
from pingyi.facts.intake.cycle_rules import DAYS, with_cycles
from pingyi.facts.intake.event_rules import SIGNED, signed_points
from pingyi.facts.intake.mark_rules import brought, given_rules
from pingyi.facts.intake.notepad import Notepad
from pingyi.facts.intake.setting import Setting
from pingyi.facts.intake.sheet import ROW, SHEET, Stamp

BATCH = "batch"
"""The column that says in which batch, or with which check of ballots, a row came."""


@dataclass
class Part:
    """One sheet, its cells typed. duplicates: rows that were dropped as the same as an earlier one."""

    notepad: Notepad
    stamp: Stamp
    frame: pl.DataFrame
    rows_in: int
    duplicates: int = 0


@dataclass
class Whole:
    """All rows of a table. frame: the table's columns, `row` and the helper column."""

    table: Table
    parts: list[Part] = field(default_factory=list)
    frame: pl.DataFrame = field(default_factory=pl.DataFrame)

    def notepad(self, nth: int) -> Notepad:
        """The notepad of a sheet."""
        return self.parts[nth].notepad


def joined(table: Table, parts: list[Part], setting: Setting) -> Whole:
    """The sheets of a table one below the other; values that are no choices become null (they are noted already)."""
    wanted = {one.name: dtype(one, setting.choice(table.name, one.name)) for one in table.columns}
    empty = pl.DataFrame(schema={**wanted, ROW: pl.UInt32, SHEET: pl.UInt32})
    frames = [
        part.frame.drop(SIGNED, strict=False)
        .cast({name: kind for name, kind in wanted.items() if isinstance(kind, pl.Enum)}, strict=False)
        .with_columns(pl.lit(nth, pl.UInt32).alias(SHEET))
        for nth, part in enumerate(parts)
    ]
    return Whole(table, parts, _filled(table.name, pl.concat([empty, *frames]), setting))


def _filled(table: str, frame: pl.DataFrame, setting: Setting) -> pl.DataFrame:
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


def settle(whole: Whole, setting: Setting) -> None:
    """Drop rows that repeat an earlier one; note rows with the key of an earlier one and other content."""
    key = key_of(whole, setting)
    named = whole.frame.with_row_index("at").with_columns(key).filter("keyed")
    keys = [one for one in named.columns if one.startswith("key:")]
    again = named.filter(pl.struct(keys).is_duplicated()) if named.select(keys).is_duplicated().any() else named.clear()
    if again.is_empty():
        return
    again = again.with_columns(pl.col("at").min().over(keys).alias("first")).filter(pl.col("at") != pl.col("first"))
    content = [name for name in whole.table.names if name not in DESCRIBING.get(whole.table.name, ())]
    before = whole.frame[again["first"].to_list()]
    same = pl.select(pl.all_horizontal([again[name].eq_missing(before[name]) for name in content])).to_series()
    _drop(whole, again.filter(same))
    pairs = zip(again.filter(~same).iter_rows(named=True), before.filter(~same).iter_rows(named=True), strict=True)
    for later, first in pairs:
        _contradicts(whole, later, first)


def key_of(whole: Whole, setting: Setting) -> list[pl.Expr]:
    """The key of each row, and whether it has one.

    Ratings have a key only on a form, marks where it is known who gave them; a row in doubt has none.
    """
    table, name = whole.table, whole.table.name
    keys = {column: pl.col(column) for column in table.key}
    keyed = pl.all_horizontal([pl.col(one.name).is_not_null() for one in table.columns if one.key and one.required])
    if name == "ratings":
        keyed &= pl.col("form").is_not_null()
    if name == "marks":
        keyed &= _is_told_apart(setting)
        keys |= _keys_of_marks(setting)
    return [keyed.alias("keyed"), *(expression.alias(f"key:{column}") for column, expression in keys.items())]


def _is_told_apart(setting: Setting) -> pl.Expr:
    """Whether only one such mark can be: of a unit that brings it, of a class that gives one, of a named rater."""
    return _is_imported(setting) | _gives_one(setting) | (pl.col("marker").is_not_null() & ~_is_a_class(setting))


def _keys_of_marks(setting: Setting) -> dict[str, pl.Expr]:
    """Rater, class and cycle of a mark as far as they tell marks apart: one a year is brought, one a body gives."""
    imported = _is_imported(setting)
    nobody = imported | _gives_one(setting)
    return {
        "marker": pl.when(nobody).then(None).otherwise(pl.col("marker")),
        "group": pl.when(imported).then(None).otherwise(_class(setting)),
        "cycle": pl.when(imported).then(None).otherwise(pl.col("cycle")),
    }


def _class(setting: Setting) -> pl.Expr:
    """The class of raters to which a mark belongs: as it says, as its rater says, or the only one."""
    only = {one.id: next(iter(rule.markers)) for one, rule in given_rules(setting) if len(rule.markers) == 1}
    method, group = pl.col("method").cast(pl.String), pl.col("group").cast(pl.String)
    alone = method.replace_strict(only, default=None, return_dtype=pl.String)
    return pl.coalesce(group, pl.when(_is_a_class(setting)).then(pl.col("marker")), alone)


def _is_a_class(setting: Setting) -> pl.Expr:
    """Whether a class of raters stands where a rater is named."""
    found = pl.lit(False)
    for one, rule in given_rules(setting):
        found |= (pl.col("method") == one.id) & pl.col("marker").is_in(list(rule.markers))
    return found


def _gives_one(setting: Setting) -> pl.Expr:
    """Whether a class of raters is a body that gives one mark."""
    bodies = [one.id for one, rule in given_rules(setting) if rule.one_each]
    return pl.col("method").cast(pl.String).is_in(bodies)


def _is_imported(setting: Setting) -> pl.Expr:
    """Whether a row of marks was handed in by a unit that brings them: there can be one only, whoever signs it."""
    imported = pl.lit(False)
    for one in setting.scored_by("marks"):
        units = [unit for unit in setting.roster if brought(setting, one, unit)]
        imported |= (pl.col("method") == one.id) & pl.col("unit").cast(pl.String).is_in(units)
    return imported


def _drop(whole: Whole, same: pl.DataFrame) -> None:
    for nth, count in same.group_by(SHEET).len().iter_rows():
        whole.parts[nth].duplicates += count
    kept = whole.frame.with_row_index("at").join(same.select("at"), on="at", how="anti", maintain_order="left")
    whole.frame = kept.drop("at")


def _contradicts(whole: Whole, later: dict[str, Any], first: dict[str, Any]) -> None:
    table, notepad, other = whole.table, whole.notepad(later[SHEET]), whole.notepad(first[SHEET])
    differing = [one for one in table.columns if later[one.name] != first[one.name]]
    differ = "、".join(f"“{one.head}”" for one in differing)
    file = "" if other.shown == notepad.shown else f"{other.file} "
    if file and [one.name for one in differing] == [BATCH]:
        again = f"这些行 {file}里已有，只有“批次”不同（{first[BATCH]}）：同一批评价的两次结果，请只留后一次"
        notepad.cell(later[ROW], BATCH, later[BATCH] or "", again)
        return
    heads = "、".join(table.column(name).head for name in table.key if later[name] == first[name] is not None)
    where = f"{file}{other.place(first[ROW])}"
    found = "、".join(str(later[name]) for name in table.key if later[name] is not None)
    column = next(name for name in table.key if later[name] is not None)
    notepad.cell(later[ROW], column, found, f"与 {where}的{heads}相同，而{differ}不同；应只有一行")
