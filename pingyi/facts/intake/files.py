"""A file of any format → sheets."""

from io import BytesIO
from pathlib import Path

import polars as pl

from pingyi.facts.intake.arrival import Arrived, arrived
from pingyi.facts.intake.content import refuse_other
from pingyi.facts.intake.notepad import Notepad
from pingyi.facts.intake.sheet import ROW, Sheet, Stamp, Unreadable, numbered, without_blanks
from pingyi.facts.intake.text import read_csv
from pingyi.facts.intake.workbook import read_workbook

WORKBOOKS = (".xlsx", ".xls")


def read_sheets(path: Path, notepad: Notepad) -> list[Sheet]:
    """The sheets of a file; where it cannot be read there are none, and the notepad says why."""
    file = taken(path, notepad)
    return sheets_of(file, notepad) if file else []


def taken(path: Path, notepad: Notepad) -> Arrived | None:
    """The bytes of a file; nothing where they cannot be had, and the notepad says why."""
    try:
        return arrived(path)
    except Unreadable as error:
        notepad.whole(str(error))
    except OSError as error:
        notepad.whole(f"读不出来：{error.strerror or error}")
    return None


def sheets_of(file: Arrived, notepad: Notepad) -> list[Sheet]:
    """The sheets that the bytes hold; where they are none, the notepad says why."""
    suffix = file.path.suffix.lower()
    try:
        refuse_other(file.data, suffix)
        if suffix in WORKBOOKS:
            return read_workbook(file.data, suffix, notepad, file.stamp)
        read = read_csv if suffix == ".csv" else read_parquet
        return [read(file.data, notepad, file.stamp)]
    except Unreadable as error:
        notepad.whole(str(error))
    return []


def read_parquet(data: bytes, notepad: Notepad, stamp: Stamp) -> Sheet:
    """A Parquet file, its columns as they are typed; row: the row of data, from 1. Raises: Unreadable.

    Read by pyarrow: a flipped bit can make polars ask for more memory than there is, which ends the whole program.
    """
    import pyarrow
    from pyarrow import parquet

    damaged = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError, MemoryError)
    try:
        table = parquet.ParquetFile(BytesIO(data)).read(use_threads=False)
        bare = pyarrow.schema(
            [one.remove_metadata() for one in table.schema]
        )  # hints of other programs, damaged or not
        frame = pl.DataFrame(pyarrow.Table.from_arrays(table.columns, schema=bare))
    except (pyarrow.ArrowException, *damaged) as error:
        raise Unreadable(f"不是完整的 Parquet 文件（{(str(error).splitlines() or [''])[0][:80]}）") from None
    heads, notepad.head_row = numbered(frame.columns), 0
    frame.columns = list(heads)
    frame = frame.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias(ROW))
    return without_blanks(notepad, stamp, heads, frame)
