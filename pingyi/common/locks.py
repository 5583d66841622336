"""One process at a time: a lock file that the system lets go of when its process dies, however it dies."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def held(lock: Path, busy: Callable[[str], Exception]) -> Iterator[None]:
    """Keep other processes off what the lock stands for. busy: number of the process that holds it → what to raise.

    The file says who holds it; that it is held the system knows. A file left by a process that died holds nobody off.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    file = _taken(lock, busy)
    try:
        os.truncate(file, 0)
        os.write(file, str(os.getpid()).encode())
        yield
    finally:
        with suppress(PermissionError):  # Windows removes no open file
            lock.unlink(missing_ok=True)
        os.close(file)


def _taken(lock: Path, busy: Callable[[str], Exception]) -> int:
    """The open lock file, held; one that its holder removed meanwhile is not the lock any more."""
    while True:
        file = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _hold(file)
            if _is(file, lock):
                return file
        except OSError as error:
            holder = os.read(file, 20).decode("ascii", errors="replace").strip()
            os.close(file)
            raise (busy(holder) if isinstance(error, HELD) else error) from None
        os.close(file)


if sys.platform == "win32":
    import msvcrt

    HELD: type[OSError] = PermissionError

    def _hold(file: int) -> None:
        """Hold a byte far behind the number of the process, which others may read."""
        os.lseek(file, 1 << 20, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        os.lseek(file, 0, os.SEEK_SET)

else:
    import fcntl

    HELD: type[OSError] = BlockingIOError

    def _hold(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is(file: int, lock: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), lock.stat())
    except FileNotFoundError:
        return False
