"""Files of ratings that are large together, read block by block: memory does not grow with them.

A block is read, checked and typed as a small file would be, and becomes a part of the store (`pingyi.facts.store`) with
a note of what was said of it. Whoever is stopped goes on with the next block; a file of which something is wrong leaves
no part. What can be said only of all ratings together is asked of the parts (`stored_checks`).

Ballots, which the plan judges as a whole, are few and stay in the frame.
"""

import atexit
import codecs
import csv
import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

import polars as pl
from duckdb import DuckDBPyConnection

from pingyi.common.codebook import Table
from pingyi.common.database import connect_in_memory
from pingyi.common.files import hash_file, replace_whole
from pingyi.facts.intake.fact_tables import Part
from pingyi.facts.intake.file_formats import (
    END_OF_FILE,
    FRAME_ROWS,
    MB,
    NEWER,
    PRIVATE,
    RESAVE_AS_UTF8,
    TITLES,
    UTF16,
    Records,
    arrow_frame,
    level_titles,
    may_be_gb18030,
    note_ragged,
    quote_fault,
    refuse_one_column,
    refuse_other,
    text_frame,
    whole_parquet,
)
from pingyi.facts.intake.issue_log import IssueLog, Mended, Notice
from pingyi.facts.intake.layout import read_rows, start_at_head
from pingyi.facts.intake.sheet_grid import (
    ROW,
    Sheet,
    Stamp,
    Unreadable,
    columns_in_use,
    heads_by_place,
    sheet_without_blanks,
    without_blank_rows,
)
from pingyi.facts.intake.table_checks import RATER, list_nobodies, part_nobodies
from pingyi.facts.store import SUFFIX, write_part

LARGE = 48 * MB
"""Bytes of all files of ratings, from which on they are read block by block: about two million of them."""

BLOCK = 500_000
"""Rows that are held at a time."""

STREAMED = (".csv", ".parquet")
"""Formats that can be read so; a sheet of a workbook holds no more than a million rows."""

MOST = 20_000
"""Faults of a file after which nobody reads on, and cells put right that are listed one by one."""

LEADING_ZERO = r"^0\d+$"

CHUNK = 1 << 22
"""Bytes of a file that are looked at together."""

WHOLE = "whole.json"
"""What says that all blocks of a file are there."""

Progress = Callable[[str, int], None]
"""Told the name of a file and how many of its rows have been read."""


def untold(_file: str, _rows: int) -> None:
    """Progress that nobody is told."""


Check = Callable[[pl.DataFrame, Table, IssueLog], pl.DataFrame]
"""Raw rows → typed rows, with everything noted that is wrong."""

Heads = dict[str, str | None]


def are_large(paths: Iterable[Path]) -> bool:
    """Whether files of ratings are large together. Those that cannot be looked at are told of where they are read."""
    total = 0
    for path in filter(can_stream, paths):
        with suppress(OSError):
            total += path.stat().st_size
    return total >= LARGE


def can_stream(path: Path) -> bool:
    """Whether a file is of a format that is read block by block."""
    return path.suffix.lower() in STREAMED


def temporary_store() -> Path:
    """A folder for parts that nobody keeps: it is gone when the program ends."""
    folder = Path(tempfile.mkdtemp(prefix="pingyi-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@dataclass(frozen=True)
class Stream:
    """A large file on its way into parts.

    folder: of its parts. nothing: a typed frame without rows. ballots: components that are judged by whole forms.
    block: rows that are held at a time.
    """

    path: Path
    log: IssueLog
    stamp: Stamp
    folder: Path
    table: Table
    check: Check
    nothing: pl.DataFrame
    ballots: Sequence[str] = ()
    progress: Progress = untold
    block: int = field(default_factory=lambda: BLOCK)

    def read(self) -> Part:
        """The file as one part of its table: its ballots in the frame, the rest in `stored`."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.utime(self.folder)  # it is in use
        told = self._blocks_stored()
        rows = self._read_json(WHOLE).get("rows_in")
        if rows is None:
            rows, told = self._read_blocks(told)
            self._note_uneven_units(told)
            if not self.log.findings:
                self._write_json(WHOLE, {"rows_in": rows})
        if self.log.findings:
            shutil.rmtree(self.folder, ignore_errors=True)
            return Part(self.log, self.stamp, self.nothing, rows)
        self._say_again(told)
        ballots = [pl.read_parquet(self.folder / one["ballots"]) for one in told if one["ballots"]]
        frame = pl.concat([self.nothing, *ballots], how="vertical_relaxed")
        return Part(self.log, self.stamp, frame, rows, stored=[self._stored(one) for one in told if one["part"]])

    def _stored(self, said: dict[str, Any]) -> dict[str, Any]:
        part = said["part"]
        zeros = str(self.folder / said["zeros"]) if said["zeros"] else ""
        return {
            **part,
            "path": str(self.folder / part["path"]),
            "zeros": zeros,
            "forms": said["forms"],
            "unkeyed": said["unkeyed"],
        }

    def _note_uneven_units(self, told: Iterable[dict[str, Any]]) -> None:
        """Note where codes of units lost their zeros in one block and have them in another: one is a mistake."""
        padded = [one["padded"] for one in told if one["padded"]]
        if padded and any(one["zero_led"] for one in told):
            self.log.note_whole("单位编号有的写了前面的 0，有的没有写；应照名录写全", padded[0])

    def _say_again(self, told: Iterable[dict[str, Any]]) -> None:
        """Say of the file what was said of its blocks; of very many cells how many there are."""
        log, nobodies, more = self.log, Counter[str](), Counter[str]()
        for said in told:
            log.heads, log.places, log.head_row = said["heads"], said["places"], said["head_row"]
            for row, column, before, after in said["mended"]:
                if len(log.mended) < MOST or not row:
                    log.mended.append(Mended(log.file, None, row, column, before, after))
                else:
                    more[column] += 1
            log.notices += [one for text in said["notices"] if (one := Notice(log.file, None, text)) not in log.notices]
            nobodies.update(said["nobodies"])
        for column, many in more.items():
            log.list_replaced(column, f"另有 {many} 格", "同样改正，没有逐格列出")
        if nobodies:
            list_nobodies(log, nobodies)

    def read_rows(self, rows: Sequence[int]) -> pl.DataFrame:
        """Some rows of the file once more, typed."""
        found, last = [self.nothing], max(rows, default=0)
        for sheet, log in self._sheets():
            some = replace(sheet, frame=sheet.frame.filter(pl.col(ROW).is_in(list(rows))))
            if some.frame.height:
                typed = self.check(read_rows(some, self.table), self.table, log)
                found.append(part_nobodies(typed, pl.lit(self.log.file))[0])
            if sheet.frame.height and sheet.frame[ROW].item(-1) >= last:
                break
        return pl.concat(found, how="vertical_relaxed")

    # ------------------------------------------------------------ block by block

    def _read_blocks(self, told: list[dict[str, Any]]) -> tuple[int, list[dict[str, Any]]]:
        """The rows of the file, and what is said of its blocks; those told of already are passed over."""
        rows, done, connection = 0, len(told), connect_in_memory()
        try:
            for nth, (sheet, log) in enumerate(self._sheets()):
                rows += sheet.frame.height + sheet.ragged
                if nth >= done:
                    told.append(self._read_block(nth, sheet, log, connection))
                self.progress(self.log.file, rows)
                if len(self.log.findings) > MOST:
                    self.log.note_whole(f"错误太多，只读到第 {rows} 行，后面的没有再看")
                    break
        except Unreadable as error:
            self.log.note_whole(str(error))
        finally:
            connection.close()
        return rows, told

    def _sheets(self) -> Iterator[tuple[Sheet, IssueLog]]:
        """The blocks as sheets below the head of the file, each with a log of its own. Raises: Unreadable."""
        heads: dict[str, str] = {}
        for nth, (found, frame, ragged) in enumerate(self._raw_blocks()):
            log = IssueLog(self.log.file, self.log.shown, head_row=self.log.head_row)
            if nth == 0:
                first = start_at_head(sheet_without_blanks(log, self.stamp, found, frame, ragged), self.table)
                if first is None:
                    self._take_over(log)
                    return
                self.log.head_row, heads = log.head_row, {place: first.heads.get(place, "") for place in found}
                yield first, log
            else:
                frame = without_blank_rows(heads, frame)
                used = columns_in_use(frame, heads)
                yield Sheet(log, self.stamp, used, frame.select(*used, ROW), ragged), log

    def _raw_blocks(self) -> Iterator[tuple[Heads, pl.DataFrame, int]]:
        """Heads, rows as text or typed, and rows that are not as wide as the head. Raises: Unreadable."""
        suffix = self.path.suffix.lower()
        with self.path.open("rb") as file:
            refuse_other(file.read(CHUNK), suffix)
        return self._csv_blocks() if suffix == ".csv" else self._parquet_blocks()

    def _parquet_blocks(self) -> Iterator[tuple[Heads, pl.DataFrame, int]]:
        self.log.head_row, at = 0, 0
        with whole_parquet():
            from pyarrow import parquet

            file = parquet.ParquetFile(self.path)
            blocks = file.iter_batches(batch_size=self.block, use_threads=False)
            for block in blocks if file.metadata.num_rows else (file.schema_arrow.empty_table(),):
                frame = arrow_frame(block)
                heads = heads_by_place(frame.columns)
                frame.columns = list(heads)
                rows = pl.int_range(at + 1, at + 1 + pl.len(), dtype=pl.UInt32)
                yield heads, frame.with_columns(rows.alias(ROW)), 0
                at += frame.height

    def _csv_blocks(self) -> Iterator[tuple[Heads, pl.DataFrame, int]]:
        lines = Lines(self.path, text_encoding(self.path))
        rows = csv.reader(lines, strict=True)
        try:
            names, *above = level_titles(list(islice(rows, TITLES)))
            refuse_one_column(names)
            records, frame, ragged = Records(len(names)), text_frame([], [], len(names)), 0
            size = min(self.block, FRAME_ROWS)
            frames = records.to_frames(chain(above, rows), size)
            while some := list(islice(frames, self.block // size)):
                frame, before = pl.concat(some), ragged
                ragged = len(records.ragged)
                yield heads_by_place(names), frame, ragged - before
            if frame.is_empty() and not ragged:
                yield heads_by_place(names), frame, 0
        except csv.Error as error:
            raise Unreadable(quote_fault(str(error), rows.line_num)) from None
        note_ragged(self.log, records, 0 if lines.ended else records.last, frame)

    def _read_block(self, nth: int, sheet: Sheet, log: IssueLog, connection: DuckDBPyConnection) -> dict[str, Any]:
        """Check a block and store it, unless something is wrong in the file; what is said of it."""
        raw = read_rows(sheet, self.table)
        typed = self.check(raw, self.table, log)
        self._take_over(log)
        said: dict[str, Any] = {
            **{"heads": log.heads, "places": log.places, "head_row": log.head_row},
            "mended": [(one.row, one.column, one.before, one.after) for one in log.mended],
            "notices": [one.said for one in log.notices],
            **{"nobodies": {}, "ballots": "", "zeros": "", "forms": False, "unkeyed": False, "part": None},
            **{"zero_led": raw["unit"].cast(pl.String).str.starts_with("0").any() if "unit" in raw.columns else False},
            "hashes": {},
            "padded": next((one.before for one in log.mended if one.column == "unit" and _is_padded(one)), ""),
        }
        if self.log.findings:
            return said
        typed, nobodies = part_nobodies(typed, pl.lit(self.log.file))
        said["nobodies"] = dict(Counter(nobodies[RATER].to_list()))
        judged = pl.col("method").cast(pl.String).is_in(list(self.ballots))
        rest = typed.filter(~judged)
        for kind, frame in (("ballots", typed.filter(judged)), ("zeros", leading_zeros(rest, self.table))):
            if frame.height:
                said[kind] = f"{nth:05d}.{kind}{SUFFIX}"
                frame.write_parquet(self.folder / said[kind])
                said["hashes"][said[kind]] = hash_file(self.folder / said[kind])
        without = rest["form"].null_count()
        said["forms"], said["unkeyed"] = without < rest.height, without > 0
        if rest.height:
            rest = rest.with_columns(source=pl.lit(self.log.file), sheet=pl.lit(None, pl.String))
            path = self.folder / f"{nth:05d}{SUFFIX}"
            part = write_part(connection, rest, path)
            said["part"] = part | {"path": path.name, "first": str(part["first"]), "last": str(part["last"])}
            said["hashes"][path.name] = part["sha256"]
        self._write_json(f"{nth:05d}.json", said)
        return said

    def _take_over(self, log: IssueLog) -> None:
        """What is wrong in a block is wrong in the file; of its head it is said once."""
        known = {one.fault for one in self.log.findings if one.row <= log.head_row}
        self.log.findings += [one for one in log.findings if one.row > log.head_row or one.fault not in known]
        self.log.heads, self.log.places = log.heads, log.places

    # ------------------------------------------------------------ what lies in the folder

    def _blocks_stored(self) -> list[dict[str, Any]]:
        """What was said of the blocks that an earlier reading stored, as far as all of theirs is as it was written."""
        told: list[dict[str, Any]] = []
        while said := self._read_json(f"{len(told):05d}.json"):
            if not all(self._is_whole(name, digest) for name, digest in said["hashes"].items()):
                (self.folder / WHOLE).unlink(missing_ok=True)
                break
            told.append(said)
        return told

    def _is_whole(self, name: str, digest: str) -> bool:
        with suppress(OSError):
            return hash_file(self.folder / name) == digest
        return False

    def _read_json(self, name: str) -> dict[str, Any]:
        with suppress(OSError, ValueError):
            found: dict[str, Any] = json.loads((self.folder / name).read_text(encoding="utf-8"))
            return found
        return {}

    def _write_json(self, name: str, said: dict[str, Any]) -> None:
        replace_whole(self.folder / name, json.dumps(said, ensure_ascii=False).encode())


def _is_padded(one: Mended) -> bool:
    """Whether a code got back its zeros."""
    return len(one.before) < len(one.after) and one.after == one.before.zfill(len(one.after))


def leading_zeros(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Ids of ratings that begin with a zero: column, method, text, and where each stands first."""
    schema = {"column": pl.String, "method": pl.String, "text": pl.String, ROW: pl.UInt32}
    found = [pl.DataFrame(schema=schema)]
    for name in (one.name for one in table.columns if one.kind == "id" and (one.key or one.private)):
        held = rows.filter(pl.col(name).str.contains(LEADING_ZERO))
        first = held.group_by("method", name).agg(pl.col(ROW).min())
        found.append(first.select(pl.lit(name).alias("column"), pl.col("method").cast(pl.String), text=name, row=ROW))
    return pl.concat(found)


# ---------------------------------------------------------------- texts


def text_encoding(path: Path) -> str:
    """The encoding of a whole file. Raises: Unreadable, OSError."""
    with path.open("rb") as file:
        start = file.read(CHUNK)
    if start.startswith(UTF16):
        return "utf-16"
    if _decodes(path, "utf-8-sig"):
        sample = start.decode("utf-8-sig", errors="ignore")
        if not start.startswith(codecs.BOM_UTF8) and may_be_gb18030(sample, start):
            raise Unreadable(f"分不清是 UTF-8 还是 GB18030，{RESAVE_AS_UTF8}（带 BOM）")
        return "utf-8-sig"
    if _decodes(path, "gb18030"):
        return "gb18030"
    raise Unreadable(f"既不是完整的 UTF-8 也不是 GB18030 编码，文件可能损坏或被截断，{RESAVE_AS_UTF8}")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


@dataclass
class Lines:
    """The lines of a text file, one after the other. ended: whether the last one had an end."""

    path: Path
    encoding: str
    ended: bool = True

    def __iter__(self) -> Iterator[str]:
        """Raises: Unreadable where a line is no text, or holds characters of another encoding."""
        foreign = self.encoding == "gb18030"
        with self.path.open(encoding=self.encoding, newline="") as file:
            for number, line in enumerate(file, start=1):
                self.ended = line.endswith(("\n", "\r"))
                text = line.translate(NEWER) if foreign else line
                if "\0" in text:
                    raise Unreadable(f"不是文本文件，{RESAVE_AS_UTF8}")
                if foreign and PRIVATE.search(text):
                    raise Unreadable(f"第 {number} 行有自造字或别的编码的字（会变成乱码），{RESAVE_AS_UTF8}")
                yield text if self.ended else text.rstrip(END_OF_FILE)
