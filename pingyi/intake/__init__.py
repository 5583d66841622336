"""Fact files → checked, typed frames, or every fault of every file at once.

folder     which files hold which table
files, workbook, decoded, sheet    one file → sheets of cells not yet understood
heads      the head of a sheet → columns of the table (`pingyi.codebook`)
spelling, parsing, cells           cells → values of their kind
choices, setting, rule, rules, *_rules    what the plan and the roster ask of each row
whole, quotas    what can be said only of a table as a whole
ledger     where a fault stands, and what became of the rows
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pingyi.codebook import codebook
from pingyi.faults import FactFaults, Fault
from pingyi.intake.cells import typed
from pingyi.intake.event_rules import with_sign
from pingyi.intake.files import read_sheets
from pingyi.intake.folder import Folder, look
from pingyi.intake.heads import is_meant, renamed
from pingyi.intake.ledger import Ledger, Mended, Receipt
from pingyi.intake.quotas import within_quotas
from pingyi.intake.rule import ask
from pingyi.intake.rules import rules_of
from pingyi.intake.setting import Setting, Unit
from pingyi.intake.sheet import ROW, Sheet
from pingyi.intake.whole import SHEET, Part, Whole, joined, settle, unlike
from pingyi.intake.work_rules import refer_to_problems
from pingyi.plan import Plan

__all__ = ["Facts", "FactsRefused", "Mended", "Receipt", "read_facts"]


@dataclass(frozen=True)
class Facts:
    """All facts of a campaign.

    tables: every fact table of the codebook, its columns in order, then source, sheet and row (the row that a
    spreadsheet shows, the head being row 1; in Parquet the row of data, from 1). Choices are Enums in the order of the
    plan or the roster; numbers are DECIMAL(18, 6); moments are local and have no zone; factors are lists. Pseudonyms
    stay text: DuckDB's `md5_number(respondent)` makes 128-bit integers of them while it loads, 0.05 s a million.
    receipts: one for each sheet. mended: every cell whose spelling was put right.
    """

    tables: dict[str, pl.DataFrame]
    receipts: list[Receipt]
    mended: list[Mended]


class FactsRefused(FactFaults):
    """No row was taken. receipts: every row is rejected that is not a duplicate."""

    def __init__(self, faults: list[Fault], receipts: list[Receipt]) -> None:
        super().__init__(faults)
        self.receipts = receipts


def read_facts(folder: Path, plan: Plan) -> Facts:
    """All facts of a folder, checked against the plan.

    folder: holds for each table `<table>.csv`, `.xlsx` or `.parquet`, or a folder `<table>/` of such files; the name
    may be the table's Chinese title. A table without a file is empty; only `units` must be there.
    Raises: FactsRefused (a FactFaults) with all faults of all files.
    """
    found = look(folder, codebook().facts.values())
    ledgers: list[Ledger] = []
    units = _whole(found, "units", Setting(plan, {}), ledgers)
    setting = Setting(plan, _roster(units.frame))
    names = [name for name in codebook().facts if name != "units"]
    wholes = {"units": units, **{name: _whole(found, name, setting, ledgers) for name in names}}
    within_quotas(wholes["marks"], wholes["history"].frame, setting)
    refer_to_problems(wholes)
    if not found.faults and "units" not in found.named:
        found.add(
            folder,
            "",
            where="文件夹",
            wanted=f"缺少{codebook().facts['units'].title}（units.csv、units.xlsx 或 units.parquet）",
        )
    faults = [*found.faults, *(fault for ledger in ledgers for fault in ledger.faults)]
    receipts = [_receipt(part, bool(faults)) for whole in wholes.values() for part in whole.parts]
    if faults:
        raise FactsRefused(faults, receipts)
    tables = {name: _delivered(whole, setting) for name, whole in wholes.items()}
    return Facts(tables, receipts, [one for ledger in ledgers for one in ledger.mended])


def _whole(folder: Folder, name: str, setting: Setting, ledgers: list[Ledger]) -> Whole:
    """A table with everything noted that is wrong with it."""
    parts: list[Part] = []
    for path in folder.files.get(name, []):
        ledger = Ledger(folder.name(path), folder.shown(path))
        sheets = _meant(read_sheets(path, ledger), name, setting, ledger)
        parts.extend(_part(sheet, name, setting) for sheet in sheets)
        ledgers.append(ledger)
        ledgers.extend(sheet.ledger for sheet in sheets if sheet.ledger is not ledger)
    whole = joined(setting.table(name), parts, setting)
    unlike(parts, whole, setting)
    settle(whole, setting)
    return whole


def _meant(sheets: list[Sheet], name: str, setting: Setting, ledger: Ledger) -> list[Sheet]:
    """The sheets that hold rows of the table; notes beside them are passed over."""
    table = setting.table(name)
    meant = [sheet for sheet in sheets if sheet.ledger is ledger or is_meant(sheet, table)]
    if sheets and not meant:
        heads = "、".join(one.head for one in table.columns if one.required)
        ledger.whole(f"没有一张工作表是{table.title}，表头应有 {heads}")
    return meant


def _part(sheet: Sheet, name: str, setting: Setting) -> Part:
    """The sheet's rows, typed, with every row asked what the plan asks."""
    table = setting.table(name)
    raw = renamed(sheet, table)
    frame = typed(raw, table, setting, sheet.ledger)
    asked = with_sign(frame, raw) if name == "events" else frame
    for rule in rules_of(name):
        ask(rule, asked, raw, table, setting, sheet.ledger)
    return Part(sheet.ledger, sheet.stamp, frame, rows_in=sheet.frame.height + sheet.ragged)


def _roster(units: pl.DataFrame) -> dict[str, Unit]:
    """Unit → its columns; rows with faults included, so that other files are not blamed for them."""
    known = units.filter(pl.col("unit").is_not_null()).unique("unit", keep="first", maintain_order=True)
    return {row["unit"]: row for row in known.iter_rows(named=True)}


def _receipt(part: Part, refused: bool) -> Receipt:
    taken = part.rows_in - part.duplicates
    accepted, rejected = (0, taken) if refused else (taken, 0)
    origin = (part.ledger.file, part.ledger.sheet, part.stamp.sha256, part.stamp.bytes)
    return Receipt(*origin, part.rows_in, accepted, rejected, part.duplicates)


def _delivered(whole: Whole, setting: Setting) -> pl.DataFrame:
    """The table as `Facts` promises it."""
    frame = whole.frame
    if "factors" in frame.columns:
        frame = frame.with_columns(pl.col("factors").str.split("+"))
    if whole.table.name == "units":
        frame = frame.with_columns(pl.col("unit").cast(pl.Enum(list(setting.roster))))
    source = _said(frame[SHEET], [part.ledger.file for part in whole.parts]).alias("source")
    sheet = _said(frame[SHEET], [part.ledger.sheet for part in whole.parts]).alias("sheet")
    return frame.select(*whole.table.names, source, sheet, ROW)


def _said(places: pl.Series, words: Iterable[str | None]) -> pl.Series:
    """What stands for each place among the words."""
    words = list(words)
    known = pl.Enum(list(dict.fromkeys(word for word in words if word is not None)))
    return pl.Series(words, dtype=known).gather(places) if words else pl.Series([], dtype=known)
