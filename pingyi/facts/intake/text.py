"""CSV text → a sheet. Cells stay text; nothing is sniffed, nothing that does not fit is dropped."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from itertools import chain, islice

import polars as pl

from pingyi.facts.intake.decoded import decoded
from pingyi.facts.intake.notepad import Notepad
from pingyi.facts.intake.sheet import ROW, Sheet, Stamp, Unreadable, numbered, without_blanks

BLOCK = 20_000
"""Rows of a CSV that are held as Python text at a time."""

TITLES = 10
"""Rows in which a title may stand above the head."""

COLUMNS = 1000
"""Columns that a table may have; more come from a separator that is none."""

CUT = "最后一行末尾没有换行，而别的行都有，文件可能被截断；核对后在 Excel 中打开另存，或在末尾加一个换行"

WRAPPED = "每一行整个被引号包住，成了一格；请去掉每行首尾的引号（成对的引号改回一个），或从原系统重新导出"

Record = list[str]


@dataclass
class Records:
    """The records of a file on their way into frames. ragged: number and width of those not as wide as the head."""

    width: int
    ragged: list[tuple[int, Record]] = field(default_factory=list)
    last: int = 1

    def frames(self, rows: Iterable[Record]) -> Iterator[pl.DataFrame]:
        """Frames of so many rows, all as wide as the head; others are kept apart, unless they are blank."""
        rows = iter(rows)
        while block := list(islice(rows, BLOCK)):
            numbers = list(range(self.last + 1, self.last + 1 + len(block)))
            self.last += len(block)
            if set(map(len, block)) != {self.width}:
                apart = [(number, cells) for number, cells in zip(numbers, block, strict=True) if not self.fits(cells)]
                self.ragged.extend((number, cells) for number, cells in apart if any(map(str.strip, cells)))
                numbers = [number for number, cells in zip(numbers, block, strict=True) if self.fits(cells)]
                block = [cells for cells in block if self.fits(cells)]
            yield frame_of(numbers, block, self.width)

    def fits(self, cells: Record) -> bool:
        """Whether a record is as wide as the head."""
        return len(cells) == self.width


def read_csv(data: bytes, notepad: Notepad, stamp: Stamp) -> Sheet:
    """A CSV file; row: the row that a spreadsheet shows. Raises: Unreadable."""
    text = decoded(data)
    rows = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        heads, *above = _levelled(list(islice(rows, TITLES)))
        records = Records(len(heads))
        frames = list(records.frames(chain(above, rows)))
    except csv.Error as error:
        raise Unreadable(_broken(str(error), rows.line_num)) from None
    frame = pl.concat(frames) if frames else frame_of([], [], len(heads))
    if len(heads) == 1 and "," in heads[0]:
        raise Unreadable(WRAPPED)
    if len(heads) == 1 and any(mark in heads[0] for mark in "\t;；，|"):
        raise Unreadable("各列之间应为半角逗号")
    cut = 0 if text.endswith(("\n", "\r")) else records.last
    _note(notepad, records, cut, frame)
    return without_blanks(notepad, stamp, numbered(heads), frame, ragged=len(records.ragged))


def _levelled(first: list[Record]) -> list[Record]:
    """The first records, titles above the head as wide as the head. Raises: Unreadable where there is none."""
    filled = [sum(map(bool, map(str.strip, cells))) for cells in first]
    if not any(filled):
        raise Unreadable("文件是空的" if len(first) < TITLES else "第 1 行应为表头")
    head = next((nth for nth, many in enumerate(filled) if many > 1), 0)
    width = len(first[head])
    if width > COLUMNS:
        raise Unreadable(f"有 {width} 列，太多；请核对分隔符")
    titles = [[*cells, *[""] * width][:width] for cells in first[:head]]
    return [*titles, *first[head:]]


def _broken(error: str, line: int) -> str:
    """What to say where the records cannot be told apart."""
    if "field larger" in error:
        return f"第 {line} 行附近有一格超过 {csv.field_size_limit()} 字，应是引号没有配对"
    return f"第 {line} 行的引号没有配对" + "，文件可能被截断" * ("unexpected end" in error)


def _note(notepad: Notepad, records: Records, cut: int, frame: pl.DataFrame) -> None:
    """Note the rows that are not as wide as the head, and the last one where it has no end."""
    for number, cells in records.ragged:
        if number != cut:
            notepad.line(number, f"{len(cells)} 格", f"表头有 {records.width} 格，每行应一样多")
    if cut > 1 and (_last(frame, cut) or (records.ragged and records.ragged[-1][0] == cut)):
        notepad.line(cut, "", CUT)


def _last(frame: pl.DataFrame, row: int) -> bool:
    """Whether a row holds anything."""
    cells = frame.tail(1).filter(pl.col(ROW) == row).drop(ROW)
    return any(cell and cell.strip() for record in cells.rows() for cell in record)


def frame_of(numbers: list[int], rows: list[Record], width: int) -> pl.DataFrame:
    """Records of the same width as a frame of text."""
    columns = zip(*rows, strict=True) if rows else [()] * width
    series = [pl.Series(str(place), column, dtype=pl.String) for place, column in enumerate(columns)]
    return pl.DataFrame([*series, pl.Series(ROW, numbers, dtype=pl.UInt32)])
