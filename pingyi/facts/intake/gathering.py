"""The files of a table → one table, every file read once, with everything noted that is wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from pingyi.common.codebook import Table
from pingyi.facts.intake.arrival import CHANGING, Mark, still
from pingyi.facts.intake.cache import Cache
from pingyi.facts.intake.cells import typed
from pingyi.facts.intake.corrected import NAME, Corrected
from pingyi.facts.intake.event_rules import with_sign
from pingyi.facts.intake.files import sheets_of, taken
from pingyi.facts.intake.folder import Folder
from pingyi.facts.intake.heads import OPTIONS, RULES, headed, is_meant, renamed
from pingyi.facts.intake.merges import as_shown, refuse_empty, reveal, spread
from pingyi.facts.intake.nobody import tell_apart
from pingyi.facts.intake.notepad import Notepad, Receipt
from pingyi.facts.intake.number_rules import number_rules
from pingyi.facts.intake.repeats import repeated
from pingyi.facts.intake.rule import ask
from pingyi.facts.intake.rules import rules_of
from pingyi.facts.intake.sent_lists import ADDS, REPLACES, Listed
from pingyi.facts.intake.setting import Setting
from pingyi.facts.intake.sheet import ROW, SHEET, Sheet, Stamp, stamp_of
from pingyi.facts.intake.strays import without_strays
from pingyi.facts.intake.whole import Part, Whole, joined, settle
from pingyi.facts.intake.zeros import note_lost_zeros
from pingyi.facts.ledger import FILE, Ledger, effective

NOTHING = Stamp("", 0)


@dataclass
class File:
    """One file as it was read. mark: as it was then; none where it could not be read."""

    path: Path
    notepad: Notepad
    stamp: Stamp = NOTHING
    mark: Mark | None = None
    parts: list[Part] = field(default_factory=list)

    @property
    def notepads(self) -> list[Notepad]:
        """Of the file, and of each of its sheets that has one of its own."""
        return [self.notepad, *(part.notepad for part in self.parts if part.notepad is not self.notepad)]

    def receipts(self) -> Iterator[Receipt]:
        """One for each sheet; one for the file where it has none that could be read."""
        for part in self.parts:
            rest = part.rows_in - part.duplicates
            rejected = min(self._faulty(part), rest)
            origin = (part.notepad.file, part.notepad.sheet, self.stamp.sha256, self.stamp.bytes)
            yield Receipt(*origin, part.rows_in, rest - rejected, rejected, part.duplicates)
        if not self.parts:
            yield Receipt(self.notepad.file, None, self.stamp.sha256, self.stamp.bytes, 0, 0, 0, 0)

    def _faulty(self, part: Part) -> int:
        """Rows of a sheet with something wrong; all of them where the head, the sheet or the file is wrong."""
        own = {one.row for one in part.notepad.findings}
        of_file = {one.row for one in self.notepad.findings} if part.notepad is not self.notepad else set()
        whole = of_file or any(row <= part.notepad.head_row for row in own)
        return part.rows_in if whole else len(own)


@dataclass
class Gathering:
    """All files of a folder on their way into tables.

    cache: of parts read before. ledger: what was corrected later. listed: what senders say of their files.
    """

    folder: Folder
    setting: Setting
    cache: Cache | None = None
    ledger: Ledger = field(default_factory=Ledger)
    files: list[File] = field(default_factory=list)
    listed: list[Listed] = field(default_factory=list)

    @property
    def notepads(self) -> list[Notepad]:
        """Of every file and sheet."""
        return [notepad for file in self.files for notepad in file.notepads]

    def whole(self, name: str) -> Whole:
        """A table with everything noted that is wrong with it."""
        files = [self._file(path, name) for path in self.folder.files.get(name, [])]
        self.files.extend(files)
        self._replace(files)
        parts = [part for file in files for part in file.parts]
        whole = joined(self.setting.table(name), parts, self.setting)
        added = [(one.name, one.earlier) for one in self.listed if one.relation == ADDS]
        repeated(parts, whole, self.setting, added)
        note_lost_zeros(whole)
        settle(whole, self.setting)
        if name == "ratings":
            tell_apart(whole)
        self._correct(whole)
        return whole

    def _replace(self, files: list[File]) -> None:
        """Set the rows of files aside that another one replaces."""
        names = {file.notepad.file for file in files}
        for one in self.listed:
            for file in files:
                if one.relation == REPLACES and one.name in names and file.notepad.file == one.earlier != one.name:
                    file.notepad.notice(f"被 {one.name} 替代（{one.list.name} 第 {one.sent.row} 行），没有计入")
                    for part in file.parts:
                        part.duplicates, part.frame = part.rows_in, part.frame.clear()

    def _correct(self, whole: Whole) -> None:
        """Let the ledger's rows stand for those that it replaces."""
        entries = [one for one in effective(self.ledger.entries) if one.draft.table == whole.table.name]
        if not entries:
            return
        notepad = Notepad(NAME, NAME, heads={column.name: column.head for column in whole.table.columns})
        laid = Corrected(whole.table, whole.frame, notepad)
        raw = laid.lay(entries)
        stamp = stamp_of(self.ledger.text.encode())
        part = Part(notepad, stamp, self._asked(raw, whole.table, notepad), rows_in=raw.height)
        self.files.append(File(self.folder.path / FILE, notepad, stamp, parts=[part]))
        rows = joined(whole.table, [part], self.setting).frame
        whole.frame = pl.concat([laid.frame, rows.with_columns(pl.lit(len(whole.parts), pl.UInt32).alias(SHEET))])
        whole.parts.append(part)
        settle(whole, self.setting)

    def close(self) -> None:
        """Note the files that somebody wrote to while they were read."""
        for file in self.files:
            if file.mark is not None and not still(file.path, file.mark):
                file.notepad.whole(CHANGING)

    def _file(self, path: Path, name: str) -> File:
        """A file's parts, out of the cache where it has them."""
        file = File(path, Notepad(self.folder.name(path), self.folder.shown(path)))
        arrived = taken(path, file.notepad)
        if arrived is None:
            return file
        file.stamp, file.mark = arrived.stamp, arrived.mark
        kept = self.cache.parts(name, file.notepad, file.stamp) if self.cache else None
        if kept is not None:
            file.parts = kept
            return file
        sheets = self._meant(sheets_of(arrived, file.notepad), name, file.notepad)
        file.parts = [self._part(sheet, name) for sheet in sheets]
        if self.cache and file.parts and not any(notepad.findings for notepad in file.notepads):
            self.cache.keep(name, file.notepad, file.stamp, file.parts)
        return file

    def _meant(self, sheets: list[Sheet], name: str, notepad: Notepad) -> list[Sheet]:
        """The sheets that hold rows of the table; notes beside them are passed over, and listed."""
        table = self.setting.table(name)
        meant = [sheet for sheet in sheets if sheet.notepad is notepad or is_meant(sheet, table)]
        if sheets and not meant:
            heads = "、".join(one.head for one in table.columns if one.required)
            notepad.whole(f"没有一张工作表是{table.title}，表头应有 {heads}")
        for sheet in sheets:
            own = sheet.notepad.sheet in (RULES, OPTIONS)
            if meant and not own and not any(sheet is one for one in meant):
                notepad.notice(f"工作表“{sheet.notepad.sheet}”不是{table.title}，没有导入")
        return meant

    def _part(self, sheet: Sheet, name: str) -> Part:
        """The sheet's rows, typed, with every row asked what the plan asks."""
        table, notepad = self.setting.table(name), sheet.notepad
        below = headed(sheet, table)
        if below is None:
            nothing = typed(sheet.frame.select(ROW).clear(), table, self.setting, notepad)
            return Part(notepad, sheet.stamp, nothing, rows_in=sheet.frame.height + sheet.ragged)
        raw = renamed(below, table)
        raw = as_shown(raw, below.structure, table, notepad)
        refuse_empty(raw, below.structure, table, notepad)
        raw = spread(raw, below.structure, table, notepad)
        raw = without_strays(raw, table, notepad)
        reveal(raw, below.structure, notepad)
        frame = self._asked(raw, table, notepad)
        return Part(notepad, sheet.stamp, frame, rows_in=below.frame.height + below.ragged)

    def _asked(self, raw: pl.DataFrame, table: Table, notepad: Notepad) -> pl.DataFrame:
        """Rows as text, typed, each asked what the plan asks."""
        frame = typed(raw, table, self.setting, notepad)
        asked = with_sign(frame, raw) if table.name == "events" else frame
        for rule in [*number_rules(self.setting, table.name), *rules_of(table.name)]:
            ask(rule, asked, raw, table, self.setting, notepad)
        return frame
