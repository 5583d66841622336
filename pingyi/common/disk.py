"""To the disk: what was written is there after the power fails, and a file is replaced by a whole one or not at all."""

import os
from contextlib import suppress
from pathlib import Path

FRESH = ".new"
"""Ending of a file that is not whole yet."""


def to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    windows_opens_no_folders = [PermissionError] if os.name == "nt" and path.is_dir() else []
    with suppress(*windows_opens_no_folders):
        file = os.open(path, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)


def replace_whole(path: Path, data: bytes) -> None:
    """Put these bytes in place of a file; whoever reads meanwhile, and whatever breaks, one of both is there, whole."""
    fresh = path.with_name(f".{path.name}{FRESH}")  # hidden: among facts it is none
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)
    to_disk(path.parent)
