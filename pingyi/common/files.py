"""Files on the disk: whole or not at all, there after the power fails, one process at a time, under names that fit.

Everything that takes a file's or a folder's place is written beside it first, here and nowhere else.
"""

import hashlib
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from pingyi.common.faults import PingyiError

FRESH = ".new"
"""Ending of a file that is not whole yet."""

LONGEST = 80
"""Signs of a name before its ending; Windows and archives take about three times as many bytes."""

FORBIDDEN = r'[\x00-\x1f\x7f<>:"/\\|?*]'
RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)
"""Devices of Windows, whatever ending they are given."""


class PlaceTaken(PingyiError):
    """Something is there already; nothing is ever overwritten."""


def safe(text: str) -> str:
    """The text as the name of a file: no folder, no hidden file, nothing that Windows refuses; never empty."""
    plain = re.sub(FORBIDDEN, "_", text).strip(" ")[:LONGEST].rstrip(". ")
    plain = re.sub(r"^\.+", lambda dots: "_" * len(dots[0]), plain)
    return RESERVED.sub(r"_\1", plain) or "_"


def to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    windows = os.name == "nt"  # it opens no folders, and flushes only what is open for writing
    if windows and path.is_dir():
        return
    file = os.open(path, os.O_RDWR if windows else os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to, whose file takes the place of another when the block ends, and is gone when it fails.

    Whoever reads meanwhile, and whatever breaks: either the earlier file is there or the new one, whole and on the
    disk.
    """
    fresh = path.with_name(f".{path.name}{FRESH}")  # hidden: among facts it is none
    try:
        yield fresh
        to_disk(fresh)
        os.replace(fresh, path)
        to_disk(path.parent)
    finally:
        fresh.unlink(missing_ok=True)


def replace_whole(path: Path, data: bytes) -> None:
    """Put these bytes in place of a file, whole or not at all."""
    with replacing(path) as fresh:
        fresh.write_bytes(data)


def refuse_taken(path: Path) -> None:
    """Raises: PlaceTaken where something is there."""
    if path.exists():
        raise PlaceTaken(f"{path.as_posix()} 已经有了，不覆盖；请换一个名字")


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A folder to fill, which gets its name when the block ends, and is gone when the block fails.

    Raises: PlaceTaken.
    """
    refuse_taken(folder)
    part = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    part.mkdir(parents=True)
    try:
        yield part
        for path in filter(Path.is_file, part.rglob("*")):
            to_disk(path)
        os.replace(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


@contextmanager
def held(lock: Path, busy: Callable[[str], Exception]) -> Iterator[None]:
    """Keep other processes off what the lock stands for. busy: number of the process that holds it → what to raise.

    The file says who holds it; that it is held the system knows, which lets go of it when the process dies, however it
    dies. A file left by a process that died holds nobody off.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    file = _open_lock(lock, busy)
    try:
        os.truncate(file, 0)
        os.write(file, str(os.getpid()).encode())
        yield
    finally:
        with suppress(PermissionError):  # Windows removes no open file
            lock.unlink(missing_ok=True)
        os.close(file)


def _open_lock(lock: Path, busy: Callable[[str], Exception]) -> int:
    """The open lock file, held; one that its holder removed meanwhile is not the lock any more."""
    while True:
        file = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock_file(file)
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(file), lock.stat()):
                    return file
        except OSError as error:
            holder = os.read(file, 20).decode("ascii", errors="replace").strip()
            os.close(file)
            raise (busy(holder) if isinstance(error, HELD) else error) from None
        os.close(file)


if sys.platform == "win32":
    import msvcrt

    HELD: type[OSError] = PermissionError

    def _lock_file(file: int) -> None:
        """Hold a byte far behind the number of the process, which others may read."""
        os.lseek(file, 1 << 20, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        os.lseek(file, 0, os.SEEK_SET)

else:
    import fcntl

    HELD: type[OSError] = BlockingIOError

    def _lock_file(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def hash_file(path: Path) -> str:
    """SHA-256 of a file, in hex, whatever its size. Raises: OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def code_sha256(*rooms: str) -> str:
    """One SHA-256 over the Python, SQL and YAML files of these rooms of the package, or of all of it, by relative name
    and content.
    """
    base, code = Path(__file__).parents[1], hashlib.sha256()
    folders = [base / room for room in rooms] or [base]
    files = (path for folder in folders for path in folder.rglob("*") if path.suffix in (".py", ".sql", ".yaml"))
    for path in sorted(files):
        code.update(f"{path.relative_to(base).as_posix()}\0{hash_file(path)}\n".encode())
    return code.hexdigest()
