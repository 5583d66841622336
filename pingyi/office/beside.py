"""Documents reach their folder whole or not at all: written beside, to the disk, then put in place."""

import errno
import os
from collections.abc import Mapping
from pathlib import Path

from pingyi.common.faults import PingyiError

FRESH = ".new"
"""Ending of a document that is not whole yet."""


class NotWritten(PingyiError):
    """The documents could not be written; those that were there are as they were."""

    exit_code = 10


def write_all(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write files by name into a folder, which is made where it is missing. Raises: NotWritten."""
    paths = [folder / name for name in files]
    fresh = [path.with_name(path.name + FRESH) for path in paths]
    at = folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for at in paths:
            _free(at)
        for at, content in zip(fresh, files.values(), strict=True):
            _to_disk(at, content)
        for at in paths:
            os.replace(at.with_name(at.name + FRESH), at)
    except OSError as error:
        raise NotWritten(f"写不进 {at}：{_why(error)}。原有的文件没有改动。") from error
    finally:
        for made in fresh:
            _gone(made)
    return paths


def _free(path: Path) -> None:
    """Raises: OSError where a document is there and open in another program (Windows says so), or NotWritten."""
    if path.exists():
        path.open("r+b").close()
    for lock in (path.with_name(f".~lock.{path.name}#"), *(path.with_name("~$" + path.name[cut:]) for cut in range(3))):
        if lock.exists():
            raise NotWritten(
                f"写不进 {path}：文件正在 Word、WPS 或 LibreOffice 里打开，请关闭后再试"
                f"（如果没有人打开，删去 {lock.name}）。原有的文件没有改动。"
            )


def _to_disk(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _gone(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return


WHY = {
    errno.EACCES: "没有写入权限，或文件正在别的程序里打开，请关闭后再试",
    errno.EPERM: "没有写入权限，或文件正在别的程序里打开，请关闭后再试",
    errno.EROFS: "这个盘只能读",
    errno.ENOSPC: "磁盘满了",
    errno.ENOTDIR: "路径里有一段是文件，不是文件夹",
    errno.EEXIST: "那里已有同名的文件，不是文件夹",
    errno.EISDIR: "那里已有同名的文件夹",
}


def _why(error: OSError) -> str:
    return WHY.get(error.errno or 0, f"系统提示 {error.strerror or error}")
