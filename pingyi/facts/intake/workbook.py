"""Excel workbooks → sheets, each with what it says beside its values, for whoever knows its head."""

from collections.abc import Iterator

from pingyi.facts.intake.grid import Grid
from pingyi.facts.intake.notepad import Notepad
from pingyi.facts.intake.sheet import ROW, Sheet, Stamp, Structure, Unreadable, without_blanks
from pingyi.facts.intake.xls import read_xls
from pingyi.facts.intake.xlsx import read_xlsx


def read_workbook(data: bytes, suffix: str, notepad: Notepad, stamp: Stamp) -> list[Sheet]:
    """The sheets with anything in them, each with a notepad of its own. Raises: Unreadable."""
    sheets = []
    for number, grid in enumerate(opened(data, suffix)):
        if grid.columns:
            own = Notepad(notepad.file, notepad.shown, grid.name, number)
            sheets.append(_sheet(own, stamp, grid, grid.structure))
    if not sheets:
        raise Unreadable("文件是空的")
    return sheets


def opened(data: bytes, suffix: str) -> Iterator[Grid]:
    """Every sheet of cells, as it is read. Raises: Unreadable."""
    return read_xls(data) if suffix == ".xls" else read_xlsx(data)


def _sheet(notepad: Notepad, stamp: Stamp, grid: Grid, found: Structure) -> Sheet:
    """The sheet from the first row that holds anything down: that is taken for its head until more is known."""
    frame = grid.frame
    heads = dict(zip(frame.columns, frame.row(0), strict=True))
    notepad.head_row = heads.pop(ROW)
    notepad.heads = {place: (head or f"第 {int(place) + 1} 列").strip() for place, head in heads.items()}
    for row, place, value, wanted in found.spoiled:
        notepad.cell(row, str(place), value, wanted)
    return without_blanks(notepad, stamp, heads, frame.slice(1), structure=found)
