"""Whether a file has arrived: whole, in the folder itself, not too large, and no longer written to."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pingyi.facts.intake.sheet import Stamp, Unreadable, stamp_of

MB = 1 << 20
LARGEST = {".csv": 1024 * MB, ".xlsx": 256 * MB, ".xls": 128 * MB, ".parquet": 4096 * MB}
"""Bytes of a file that is still read; a year's ratings of a large city stay below when they come by the day."""

UNFINISHED = (
    ".part",
    ".partial",
    ".tmp",
    ".temp",
    ".crdownload",
    ".download",
    ".downloading",
    ".filepart",
    ".opdownload",
    ".xltd",
    ".td",
)
"""How programs name a file that they have not finished writing."""

LOCKS = ("~${}", ".~{}", ".~lock.{}#")
"""What Excel, WPS and LibreOffice leave beside a file that somebody has open."""

CHANGING = "读的时候这个文件还在变，可能还没有写完；请等写完再导入"


@dataclass(frozen=True, slots=True)
class Mark:
    """What changes when somebody writes to a file."""

    bytes: int
    changed: int
    number: int

    @classmethod
    def of(cls, path: Path) -> "Mark":
        """The mark of a file as it is now."""
        state = path.stat()
        return cls(state.st_size, state.st_mtime_ns, state.st_ino)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file's bytes, read once: what is hashed is what is read. mark: as it was just before."""

    path: Path
    data: bytes
    stamp: Stamp
    mark: Mark


def arrived(path: Path) -> Arrived:
    """A file with its bytes. Raises: Unreadable where it is too large or was written to meanwhile, OSError."""
    mark = Mark.of(path)
    most = LARGEST[path.suffix.lower()]
    if mark.bytes > most:
        raise Unreadable(f"文件有 {mark.bytes // MB} MB，超过 {most // MB} MB，请按日或按单位分成几个文件")
    data = path.read_bytes()
    if len(data) != mark.bytes or Mark.of(path) != mark:
        raise Unreadable(CHANGING)
    return Arrived(path, data, stamp_of(data), mark)


def still(path: Path, mark: Mark) -> bool:
    """Whether nobody wrote to a file since."""
    try:
        return Mark.of(path) == mark
    except OSError:
        return False


def rest(paths: Iterable[Path], quiet: float) -> None:
    """Wait until no file was written to for so many seconds; at most that long, since writing goes on or has ended."""
    ages = [time.time() - path.stat().st_mtime for path in paths if path.exists()]
    youngest = min((age for age in ages if age >= 0), default=quiet)
    if youngest < quiet:
        time.sleep(quiet - youngest)


def is_unfinished(path: Path) -> bool:
    """Whether the name says that a program has not finished writing."""
    return path.name.lower().endswith(UNFINISHED)


def lock_of(path: Path) -> Path | None:
    """What a program left beside a file that somebody has open in it."""
    locks = (path.with_name(lock.format(path.name)) for lock in LOCKS)
    return next((lock for lock in locks if lock.exists()), None)


def strays(path: Path, base: Path) -> bool:
    """Whether a file, through links, lies outside of a folder, or nowhere."""
    return not path.resolve().is_relative_to(base.resolve()) or not path.exists()
