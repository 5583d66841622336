"""Every mended cell as a row of a CSV: what stood where, and what was read for it."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from pingyi.common.faults import PingyiError
from pingyi.common.spreadsheet_safe import write_csv
from pingyi.facts.intake.notepad import Mended


class ListRefused(PingyiError):
    """The list could not be written."""

    exit_code = 4


def write_mended(mended: Sequence[Mended], path: Path) -> Path:
    """The path, written. Row 0 stands for a whole column. Raises: ListRefused, also where there is a file already."""
    if path.exists():
        raise ListRefused(f"已有 {path.as_posix()}，不覆盖；请另给一个文件名")
    heads = ["文件", "工作表", "行", "列", "原来的写法", "读作"]
    rows = [(one.file, one.sheet or "", one.row, one.column, one.before, one.after) for one in mended]
    try:
        write_csv(pl.DataFrame(rows, schema=heads, orient="row"), path)
    except OSError as error:
        raise ListRefused(f"{path.as_posix()} 写不进去（{error.strerror or error}）") from None
    return path
