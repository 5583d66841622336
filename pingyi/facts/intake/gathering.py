"""Fact files → checked, typed frames, or every fault of every file at once: each file is read once, the roster first,
since all others are asked by it.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from pathlib import Path

import duckdb
import polars as pl

from pingyi.common.codebook import Table, codebook
from pingyi.common.faults import describe_os_error, nearest
from pingyi.common.files import hash_file
from pingyi.facts.intake.cache import Cache, parts_folder
from pingyi.facts.intake.cell_values import PSEUDONYMS, type_columns
from pingyi.facts.intake.corrected import NAME, Corrected
from pingyi.facts.intake.fact_tables import (
    FactTable,
    Part,
    deliver_table,
    join_parts,
    note_repeated_batches,
    settle_repeated_keys,
)
from pingyi.facts.intake.file_formats import CHANGING, Mark, is_unchanged, mark_of, sheets_of, try_bytes
from pingyi.facts.intake.folder import ADDS, REPLACES, Folder, Listed, listed_files, look, wait_until_quiet
from pingyi.facts.intake.issue_log import FactsRefused, IssueLog, Mended, Notice, Receipt
from pingyi.facts.intake.layout import OPTIONS, RULES, is_of_table, read_rows, start_at_head
from pingyi.facts.intake.row_rules import ask_rules, is_brought, number_rules, numbers_as_text, rules_of, with_sign
from pingyi.facts.intake.setting import Setting, Unit
from pingyi.facts.intake.sheet_grid import ROW, SHEET, Sheet, Stamp, stamp_of
from pingyi.facts.intake.stored_checks import StoredRatings
from pingyi.facts.intake.stored_rows import StoredRows
from pingyi.facts.intake.streaming import Progress, Stream, are_large, can_stream, temporary_store, untold
from pingyi.facts.intake.table_checks import (
    check_roster,
    check_tables,
    count_records,
    note_uneven_zeros,
    set_nobodies_apart,
)
from pingyi.facts.keys import key_mark
from pingyi.facts.ledger import FILE, Entry, Ledger, effective_entries
from pingyi.plan import Component, Plan


@dataclass(frozen=True)
class Facts:
    """All facts of a campaign.

    tables: every fact table of the codebook, its columns in order, then source, sheet and row (the row that a
    spreadsheet shows; in Parquet the row of data, from 1). Choices are Enums in the order of the plan or the roster;
    numbers are DECIMAL(18, 6); moments are local and have no zone; factors are lists. Pseudonyms stay text: DuckDB's
    `md5_number(respondent)` makes 128-bit integers of them while it loads, 0.05 s a million.
    key: the mark of the key that made pseudonyms in them; empty where none was needed.
    receipts: one for each sheet. mended: every cell whose spelling was put right. notices: what is no fault, and that
    somebody should know, such as hidden rows that were taken. ledger: the corrections that the tables hold already.
    stored: reads ratings of a store again.
    """

    tables: dict[str, pl.DataFrame]
    receipts: list[Receipt]
    mended: list[Mended]
    notices: list[Notice] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)
    key: str = ""
    stored: StoredRows | None = field(default=None, compare=False, repr=False)


def read_facts(
    folder: Path,
    plan: Plan,
    *,
    key: bytes | None = None,
    cache: Path | None = None,
    quiet: float = 0,
    as_of: date | None = None,
    known_on: date | None = None,
    without: Collection[str] = (),
    ledger: Ledger | None = None,
    complete: bool = True,
    progress: Progress = untold,
) -> Facts:
    """All facts of a folder, checked against the plan.

    folder: holds for each table `<table>.csv`, `.xlsx`, `.xls` or `.parquet`, or a folder `<table>/` of such files; the
    name may be the table's Chinese title. `units` and the tables that the plan's components need must be there, with
    their heads alone where nothing happened; other tables without a file are empty.
    key: turns telephone and identity numbers in columns of pseudonyms into pseudonyms; without it they are faults.
    cache: a folder for parts that were read and accepted; it may be deleted at any time. quiet: seconds for which
    every file must have lain unchanged. as_of: components whose first cycle begins after this day need no table.
    known_on: corrections put down after this day are not known yet. without: names of files that are passed over, as
    if they had not come. ledger: what was corrected; the folder's own unless given. complete: whether tables that
    components need must be there; work before the review (forms, draws of samples) does not ask for them. progress:
    told of the files of ratings that are large together, while they are read.
    Raises: FactsRefused (a FactFaults) with all faults of all files, LedgerBroken.
    """
    found = look(folder, codebook().facts.values()).without(without)
    if quiet > 0:
        wait_until_quiet((path for paths in found.files.values() for path in paths), quiet)
    known = (Ledger.read(folder / FILE) if ledger is None else ledger).until(known_on)
    listed = [one for one in listed_files(found) if one.file not in without]
    gathering = Gathering(found, plan, key, cache, known, listed, progress)
    tables = _gather_all(gathering)
    _note_missing_tables(found, gathering.setting, as_of, complete=complete)
    logs = gathering.logs
    receipts = [one for file in gathering.files for one in file.receipts()]
    findings = [one for log in logs for one in log.findings]
    if faults := [*found.faults, *(one.fault for one in findings)]:
        raise FactsRefused(faults, receipts, findings)
    if gathering.cache:
        gathering.cache.drop_unused()
    mended = [one for log in logs for one in log.mended]
    delivered = {name: deliver_table(whole, gathering.setting) for name, whole in tables.items()}
    return Facts(
        tables=delivered | (gathering.stored.tables() if gathering.stored else {}),
        receipts=receipts,
        mended=mended,
        notices=found.notices + [one for log in logs for one in log.notices],
        ledger=known,
        key=key_mark(key) if key and any(one.after == PSEUDONYMS for one in mended) else "",
        stored=gathering.stored_rows,
    )


@dataclass
class File:
    """One file as it was read. mark: as it was then; none where it could not be read."""

    path: Path
    log: IssueLog
    stamp: Stamp = field(default_factory=lambda: Stamp("", 0))
    mark: Mark | None = None
    parts: list[Part] = field(default_factory=list)

    @property
    def logs(self) -> list[IssueLog]:
        """Of the file, and of each of its sheets that has one of its own."""
        return [self.log, *(part.log for part in self.parts if part.log is not self.log)]

    def receipts(self) -> Iterator[Receipt]:
        """One for each sheet; one for the file where it has none that could be read."""
        for part in self.parts:
            rest = part.rows_in - part.duplicates
            rejected = min(self._faulty_rows(part), rest)
            origin = (part.log.file, part.log.sheet, self.stamp.sha256, self.stamp.bytes)
            yield Receipt(*origin, part.rows_in, rest - rejected, rejected, part.duplicates)
        if not self.parts:
            yield Receipt(self.log.file, None, self.stamp.sha256, self.stamp.bytes, 0, 0, 0, 0)

    def _faulty_rows(self, part: Part) -> int:
        """Rows of a sheet with something wrong; all of them where the head, the sheet or the file is wrong."""
        own = {one.row for one in part.log.findings}
        of_file = self.log.findings if part.log is not self.log else []
        whole = of_file or any(row <= part.log.head_row for row in own)
        return part.rows_in if whole else len(own)


@dataclass
class Gathering:
    """All files of a folder on their way into tables.

    key: makes pseudonyms. cache_folder: of parts read before. ledger: what was corrected later. listed: what senders
    say of their files. setting, cache: those of the roster, once it is known. stored: the ratings, where they are too
    many for the memory.
    """

    folder: Folder
    plan: Plan
    key: bytes | None
    cache_folder: Path | None
    ledger: Ledger
    listed: list[Listed]
    progress: Progress = untold
    stored: StoredRatings | None = None
    files: list[File] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.use_roster({})

    def use_roster(self, roster: dict[str, Unit]) -> None:
        """Let the units of this roster be those that rows may name."""
        self.setting = Setting(self.plan, roster, self.key)
        self.cache = Cache.of_setting(self.cache_folder, self.plan, roster, self.key)

    @property
    def logs(self) -> list[IssueLog]:
        """Of every file and sheet."""
        return [log for file in self.files for log in file.logs]

    def gather_table(self, name: str) -> FactTable:
        """A table with everything noted that is wrong with it."""
        paths = self.folder.files.get(name, [])
        large = name == "ratings" and are_large(paths)
        files = [
            self._stream_file(path) if large and can_stream(path) else self._read_file(path, name) for path in paths
        ]
        self.files.extend(files)
        self._set_replaced_aside(files)
        whole = join_parts(self.setting.table(name), [part for file in files for part in file.parts], self.setting)
        added = [(one.file, one.earlier) for one in self.listed if one.relation == ADDS]
        if any(part.stored for part in whole.parts):
            self._settle_store(whole, added)
            return whole
        note_repeated_batches(whole, self.setting, added)
        note_uneven_zeros(whole)
        settle_repeated_keys(whole, self.setting)
        if name == "ratings":
            set_nobodies_apart(whole)
        if entries := self._entries_of(whole):
            self._lay_corrections(whole, entries)
            settle_repeated_keys(whole, self.setting)
        return whole

    def _settle_store(self, whole: FactTable, added: list[tuple[str, str]]) -> None:
        """Settle the ratings of a store as those in memory: asked what can be asked of all only, then corrected."""
        stored = self.stored = StoredRatings(whole, self._store_folder)
        set_nobodies_apart(whole)
        stored.put_rest(self._ballots)
        stored.note_repeated_batches(added)
        stored.note_uneven_zeros()
        note_uneven_zeros(whole)
        stored.settle_repeated_keys(self.setting)
        settle_repeated_keys(whole, self.setting)
        if entries := self._entries_of(whole):
            self._correct_store(stored, entries)

    def _correct_store(self, stored: StoredRatings, entries: list[Entry]) -> None:
        """Lay the ledger over the rows that it may speak of: of these those that it changes leave the store."""
        whole = stored.whole
        again = (self._read_again(stored, file, rows) for file, rows in stored.rows_meant(entries).items())
        meant = pl.concat([whole.frame.clear(), *again])
        whole.frame = pl.concat([whole.frame, stored.standing(stored.rest), meant])
        self._lay_corrections(whole, entries)
        place = [SHEET, ROW]
        stored.leave_out(meant.join(whole.frame, on=place, how="anti"))
        whole.frame = whole.frame.join(meant, on=place, how="anti", maintain_order="left")
        stored.put_rest(self._ballots)
        stored.settle_repeated_keys(self.setting, of=NAME)
        settle_repeated_keys(whole, self.setting)

    @property
    def stored_rows(self) -> StoredRows | None:
        """What reads ratings of the store again."""
        return StoredRows(self.stored, self.setting, partial(self._read_again, self.stored)) if self.stored else None

    def _read_again(self, stored: StoredRatings, name: str, rows: Sequence[int]) -> pl.DataFrame:
        """Rows of a file that was read block by block, as they were read."""
        whole = stored.whole
        nth, file = next(
            (nth, file) for nth, part in enumerate(whole.parts) for file in self.files
            if file.log.file == name and any(part is one for one in file.parts)
        )  # fmt: skip
        found = self._stream_of(file).read_rows(rows)
        frame = join_parts(whole.table, [Part(file.log, file.stamp, found, 0)], self.setting).frame
        return frame.with_columns(pl.lit(nth, pl.UInt32).alias(SHEET))

    def _stream_file(self, path: Path) -> File:
        """A large file of ratings, block by block into the store."""
        file = File(path, IssueLog(self.folder.name_of(path), path.as_posix()))
        try:
            file.mark = mark_of(path)
            file.stamp = Stamp(hash_file(path), file.mark[0])
            file.parts = [self._stream_of(file).read()]
        except (OSError, duckdb.Error) as error:
            file.log.note_whole(describe_os_error(error) or f"读不出来：{error}")
        return file

    def _stream_of(self, file: File) -> Stream:
        folder = self._store_folder / parts_folder(self.cache, file.log.file, file.stamp)
        table, check = self.setting.table("ratings"), self._type_and_ask
        nothing, ballots = self._no_ratings, self._ballots
        return Stream(file.path, file.log, file.stamp, folder, table, check, nothing, ballots, self.progress)

    @cached_property
    def _no_ratings(self) -> pl.DataFrame:
        """A typed frame of ratings without rows."""
        return self._type_and_ask(
            pl.DataFrame(schema={ROW: pl.UInt32}), self.setting.table("ratings"), IssueLog("", "")
        )

    @property
    def _ballots(self) -> list[str]:
        """Components whose ratings are judged by whole forms."""
        return [one.id for one in self.setting.scored_by("ratings") if one.ratings and one.ratings.form]

    @cached_property
    def _store_folder(self) -> Path:
        """Where parts lie: with what was read before, or until the program ends."""
        return self.cache.folder if self.cache else temporary_store()

    def _entries_of(self, whole: FactTable) -> list[Entry]:
        return [one for one in effective_entries(self.ledger.entries) if one.draft.table == whole.table.name]

    def _set_replaced_aside(self, files: list[File]) -> None:
        by_name = {file.log.file: file for file in files}
        for one in self.listed:
            earlier = by_name.get(one.earlier)
            if one.relation == REPLACES and earlier and one.file in by_name and one.file != one.earlier:
                earlier.log.list_notice(f"被 {one.file} 替代（{one.list.name} 第 {one.row} 行），没有计入")
                for part in earlier.parts:
                    part.duplicates, part.frame, part.stored = part.rows_in, part.frame.clear(), []

    def _lay_corrections(self, whole: FactTable, entries: list[Entry]) -> None:
        log = IssueLog(NAME, NAME, heads={column.name: column.head for column in whole.table.columns})
        corrected = Corrected(whole.table, whole.frame, log)
        raw = corrected.lay_entries(entries)
        stamp = stamp_of(self.ledger.text.encode())
        part = Part(log, stamp, self._type_and_ask(raw, whole.table, log), rows_in=raw.height)
        self.files.append(File(self.folder.path / FILE, log, stamp, parts=[part]))
        rows = join_parts(whole.table, [part], self.setting).frame
        whole.frame = pl.concat([corrected.frame, rows.with_columns(pl.lit(len(whole.parts), pl.UInt32).alias(SHEET))])
        whole.parts.append(part)

    def _read_file(self, path: Path, name: str) -> File:
        """A file's parts, out of the cache where it has them."""
        file = File(path, IssueLog(self.folder.name_of(path), path.as_posix()))
        arrived = try_bytes(path, file.log)
        if arrived is None:
            return file
        file.stamp, file.mark = arrived.stamp, arrived.mark
        kept = self.cache.kept_parts(name, file.log, file.stamp) if self.cache else None
        if kept is not None:
            file.parts = kept
            return file
        sheets = self._sheets_of_table(sheets_of(arrived, file.log), name, file.log)
        file.parts = [self._read_part(sheet, name) for sheet in sheets]
        if self.cache and file.parts and not any(log.findings for log in file.logs):
            self.cache.keep_parts(name, file.log, file.stamp, file.parts)
        return file

    def _sheets_of_table(self, sheets: list[Sheet], name: str, log: IssueLog) -> list[Sheet]:
        """The sheets that hold rows of the table; notes beside them are passed over, and listed."""
        table = self.setting.table(name)
        meant = [sheet for sheet in sheets if sheet.log is log or is_of_table(sheet, table)]
        if sheets and not meant:
            heads = "、".join(one.head for one in table.columns if one.required)
            log.note_whole(f"没有一张工作表是{table.title}，表头应有 {heads}")
        for sheet in sheets:
            own = sheet.log.sheet in (RULES, OPTIONS)
            if meant and not own and not any(sheet is one for one in meant):
                log.list_notice(f"工作表“{sheet.log.sheet}”不是{table.title}，没有导入")
        return meant

    def _read_part(self, sheet: Sheet, name: str) -> Part:
        """The sheet's rows, typed, with every row asked what the plan asks."""
        table, log = self.setting.table(name), sheet.log
        below = start_at_head(sheet, table)
        if below is None:
            nothing = type_columns(sheet.frame.select(ROW).clear(), table, self.setting, log)
            return Part(log, sheet.stamp, nothing, rows_in=sheet.frame.height + sheet.ragged)
        frame = self._type_and_ask(read_rows(below, table), table, log)
        return Part(log, sheet.stamp, frame, rows_in=below.frame.height + below.ragged)

    def _type_and_ask(self, raw: pl.DataFrame, table: Table, log: IssueLog) -> pl.DataFrame:
        frame = type_columns(raw, table, self.setting, log)
        asked = with_sign(frame, raw) if table.name == "events" else frame
        rules = [*number_rules(self.setting, table.name), *rules_of(table.name)]
        ask_rules(rules, asked, raw, table, self.setting, log)
        return frame


def _gather_all(gathering: Gathering) -> dict[str, FactTable]:
    units = gathering.gather_table("units")
    units.frame = numbers_as_text(units.frame, gathering.plan)
    check_roster(units)
    gathering.use_roster({} if _names_no_units(units) else _roster(units.frame))
    tables = {name: units if name == "units" else gathering.gather_table(name) for name in codebook().facts}
    ratings = count_records(tables["ratings"].frame)
    if gathering.stored and not tables["counts"].frame.is_empty():  # only beside ready counts anybody asks
        ratings = pl.concat([ratings, gathering.stored.records()], how="vertical_relaxed")
    check_tables(tables, ratings, gathering.setting)
    for file in gathering.files:
        if file.mark is not None and not is_unchanged(file.path, file.mark):
            file.log.note_whole(CHANGING)
    _compare_with_lists(gathering)
    return tables


def _names_no_units(units: FactTable) -> bool:
    """Whether rows of the roster do not say which unit they are of; then no other file is blamed for naming one."""
    findings = [one for part in units.parts for one in part.log.findings]
    return units.frame["unit"].null_count() > 0 or any(one.row and one.place is None for one in findings)


def _roster(units: pl.DataFrame) -> dict[str, Unit]:
    """Unit → its columns; rows with faults included, so that other files are not blamed for them."""
    known = units.filter(pl.col("unit").is_not_null()).unique("unit", keep="first", maintain_order=True)
    return {row["unit"]: row for row in known.iter_rows(named=True)}


# ---------------------------------------------------------------- what did not come

NEEDS = {"ratings": ("ratings", "counts"), "marks": ("marks",), "events": ("events",), "measures": ("measures",)}
"""Method of a component → tables of which one must be there: missing is not the same as empty."""

WHAT_TO_DO = "请交来；确实一件也没有的，交只有表头的空表；还没有到时候的，用 --as-of 写明截至哪一天"
SEND_AGAIN = "可能没有传完，或在路上改动了；请让送的人重新传送"


def _note_missing_tables(folder: Folder, setting: Setting, as_of: date | None, *, complete: bool) -> None:
    """Note the roster, and every table that a component needs, where they are not there; each with who needs it.

    complete: whether tables of components are asked for, and not the roster alone.
    """
    if not folder.path.is_dir():
        return
    titles = {name: table.title for name, table in codebook().facts.items()}
    if "units" not in folder.named:
        wanted = f"缺少{titles['units']}（units.csv、units.xlsx 或 units.parquet）"
        folder.add_fault(folder.path, "", wanted, where="文件夹")
    needed: dict[tuple[str, ...], list[str]] = {}
    for one, tables in _needed_tables(setting, as_of) if complete else ():
        if folder.named.isdisjoint(tables):
            needed.setdefault(tables, []).append(one.title)
    for tables, users in needed.items():
        named = "或".join(f"{titles[name]}（{name}）" for name in tables)
        folder.add_fault(folder.path, "", f"缺少{named}：{'、'.join(users)}要用。{WHAT_TO_DO}", where="文件夹")


def _needed_tables(setting: Setting, as_of: date | None) -> Iterator[tuple[Component, tuple[str, ...]]]:
    """Components that are due and say nothing of what is not there, with their tables; results that units bring."""
    roster = setting.roster
    for one in setting.plan.components:
        begun = as_of is None or setting.cycles(one)[0].start <= as_of
        if not begun or one.unmeasured:
            continue
        if one.method in NEEDS and (not roster or any(setting.fits(unit, one.units) for unit in roster.values())):
            yield one, NEEDS[one.method]
        if one.imported and any(is_brought(setting, one, unit) for unit in roster):
            yield one, NEEDS["marks"]


def _compare_with_lists(gathering: Gathering) -> None:
    folder = gathering.folder
    files = {file.log.file: file for file in gathering.files}
    compared: set[str] = set()
    for one in gathering.listed:
        if one.file in files:
            compared.add(one.file)
            _compare_with_list(files[one.file], one)
        else:
            wanted = "清单里有这个文件，这里没有：漏送了，或改了名字"
            folder.add_fault(one.list, one.name, wanted, nearest(one.file, files), where=f"第 {one.row} 行")
    for name, file in files.items():
        beside = [path.name for path in folder.lists if path.parent == (folder.path / name).parent]
        if beside and name not in compared:
            file.log.list_notice(f"不在 {'、'.join(beside)} 里，没有核对")


def _compare_with_list(file: File, listed: Listed) -> None:
    """Note the first thing in which a file is not what was sent; one that could not be read is noted already."""
    if not file.stamp.sha256:
        return
    rows = sum(part.rows_in for part in file.parts)
    came = {"bytes": (file.stamp.bytes, "字节"), "sha256": (file.stamp.sha256, ""), "rows": (rows, "行")}
    differing = [kind for kind, (value, _) in came.items() if listed.said.get(kind, str(value)) != str(value)]
    for kind in differing[:1]:
        (value, unit), where = came[kind], f"{listed.list.name} 第 {listed.row} 行"
        differ = (
            f"{where}写的是 {listed.said[kind]} {unit}，收到的有 {value} {unit}"
            if unit
            else f"内容与 {where}的 SHA-256 不符"
        )
        file.log.note_whole(f"{differ}；{SEND_AGAIN}")
