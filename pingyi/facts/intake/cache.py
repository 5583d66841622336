"""Parts that were read and accepted before, so that importing a day costs what a day costs.

A part is kept under a name made of the file's bytes, the table, the plan, the roster, the key and this program:
whatever changes one of them changes the name. What is kept is checked against its own hash when it is taken out; what
does not fit is thrown away and read anew. The whole folder may be deleted at any time. Nothing with a fault is kept.
"""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from pingyi.common.files import code_sha256
from pingyi.facts.intake.fact_tables import Part
from pingyi.facts.intake.issue_log import IssueLog, Mended, Notice
from pingyi.facts.intake.sheet_grid import Stamp
from pingyi.facts.keys import keyed
from pingyi.facts.store import COUNTS_SUFFIX
from pingyi.plan import Plan

SUFFIX, PARTS_SUFFIX = ".part", ".parts"
PRIVATE = 0o700
"""Only the owner looks into the folder."""

UNUSED = 30 * 86400
"""Seconds after which a part that nobody asked for is thrown away."""

CODE = ("common", "plan", "facts")
"""The rooms of this program that decide how a file is read."""


@dataclass(frozen=True)
class Cache:
    """A folder of parts. setting: everything beside the file that decides what becomes of it, as a hash."""

    folder: Path
    setting: str

    @classmethod
    def of_setting(
        cls, folder: Path | None, plan: Plan, roster: Mapping[str, Any], key: bytes | None
    ) -> "Cache | None":
        """The cache for a plan, a roster and a key; none without a folder."""
        if folder is None:
            return None
        said = (
            plan.model_dump_json(),
            repr(list(roster.items())),
            keyed(key, "intake.cache") if key else "",
            program_hash(),
        )
        return cls(folder, _sha256("\0".join(said).encode()))

    def kept_parts(self, table: str, log: IssueLog, stamp: Stamp) -> list[Part] | None:
        """The parts of a file that were kept; nothing where they were not, or were damaged since."""
        path = self._part_path(table, stamp)
        try:
            digest, sheets, blobs = path.read_bytes().split(b"\n", 2)
            if digest.decode("ascii") != _sha256(sheets + blobs):
                raise ValueError(path)
            os.utime(path)
            return list(_restore_parts(json.loads(sheets), blobs, log, stamp))
        except OSError:
            return None
        except (ValueError, LookupError, TypeError, pl.exceptions.PolarsError):
            with suppress(OSError):
                path.unlink()
            return None

    def keep_parts(self, table: str, log: IssueLog, stamp: Stamp, parts: Sequence[Part]) -> None:
        """Keep the parts of a file that has no fault; a disk that is full costs the cache, and no import."""
        blobs = [_frame_bytes(part.frame) for part in parts]
        said = [_describe_part(part, len(blob)) for part, blob in zip(parts, blobs, strict=True)]
        own = [one.said for one in log.notices if parts[0].log is not log]
        sheets = json.dumps({"sheets": said, "notices": own}, ensure_ascii=False).encode()
        data = sheets + b"".join(blobs)
        path = self._part_path(table, stamp)
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            self.folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
            beside.write_bytes(b"\n".join([_sha256(data).encode(), sheets, b"".join(blobs)]))
            os.replace(beside, path)
        except OSError:
            with suppress(OSError):
                beside.unlink()

    def drop_unused(self) -> None:
        """Throw away what nobody asked for in a long time."""
        with suppress(OSError):
            for path in self.folder.glob(f"*{SUFFIX}"):
                if time.time() - path.stat().st_mtime > UNUSED:
                    path.unlink()
            for folder in (one for end in (PARTS_SUFFIX, COUNTS_SUFFIX) for one in self.folder.glob(f"*{end}")):
                if time.time() - folder.stat().st_mtime > UNUSED:
                    shutil.rmtree(folder, ignore_errors=True)

    def _part_path(self, table: str, stamp: Stamp) -> Path:
        return self.folder / (_sha256(f"{self.setting}{table}{stamp.sha256}".encode()) + SUFFIX)


def parts_folder(cache: Cache | None, file: str, stamp: Stamp) -> str:
    """The name of the folder for parts of a large file, which bear its name."""
    setting = cache.setting if cache else ""
    return _sha256(f"{setting}{file}\0{stamp.sha256}".encode()) + PARTS_SUFFIX


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@cache
def program_hash() -> str:
    """A hash of the code that reads files, and of the libraries that do it with us."""
    libraries = f"{pl.__version__} {version('fastexcel')} {version('lxml')}"
    return _sha256(f"{code_sha256(*CODE)} {libraries}".encode())


def _frame_bytes(frame: pl.DataFrame) -> bytes:
    out = BytesIO()
    frame.write_parquet(out, compression="zstd", statistics=False)
    return out.getvalue()


def _describe_part(part: Part, size: int) -> dict[str, Any]:
    log = part.log
    return {
        "bytes": size,
        "rows_in": part.rows_in,
        "sheet": log.sheet,
        "number": log.number,
        "heads": log.heads,
        "places": log.places,
        "head_row": log.head_row,
        "mended": [(one.row, one.column, one.before, one.after) for one in log.mended],
        "notices": [one.said for one in log.notices],
    }


def _restore_parts(said: dict[str, Any], blobs: bytes, log: IssueLog, stamp: Stamp) -> Iterator[Part]:
    """The parts that were kept, under the name that their file has now."""
    log.notices.extend(Notice(log.file, None, one) for one in said["notices"])
    at = 0
    for one in said["sheets"]:
        frame = pl.read_parquet(BytesIO(blobs[at : at + one["bytes"]]))
        at += one["bytes"]
        own = log if one["sheet"] is None else IssueLog(log.file, log.shown, one["sheet"], one["number"])
        own.heads, own.places, own.head_row = one["heads"], one["places"], one["head_row"]
        own.mended.extend(Mended(own.file, own.sheet, *cell) for cell in one["mended"])
        own.notices.extend(Notice(own.file, own.sheet, text) for text in one["notices"])
        yield Part(own, stamp, frame, one["rows_in"])
