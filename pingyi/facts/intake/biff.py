"""The records of an old Excel workbook (BIFF8) → its sheets: every cell but the letters of its texts, and what stands
beside the cells.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from pingyi.facts.intake.compound import BROKEN
from pingyi.facts.intake.grid import Grid, Style
from pingyi.facts.intake.number_formats import BUILT_IN, format_of
from pingyi.facts.intake.package import FROM_1904 as DATES
from pingyi.facts.intake.sheet import Box, Spot, Unreadable

BOF, EOF, SHEET, LOCKED, FROM_1904 = 0x809, 0x0A, 0x85, 0x2F, 0x22
ROW, COLUMNS, MERGED = 0x208, 0x7D, 0xE5
FONT, FORMAT, STYLE = 0x31, 0x41E, 0xE0
NUMBER, RK, MANY, FORMULA, TRUTH = 0x203, 0x27E, 0xBD, 0x06, 0x205
TEXTS = (0xFD, 0x204, 0xD6)
CELLS = (NUMBER, RK, MANY, FORMULA, TRUTH, *TEXTS)
WIDEST = 255
"""Records that hold cells, and the last column that this format has."""

HIDDEN_ROW, HIDDEN_COLUMN, STRUCK = 0x20, 0x01, 0x08
VERSION = 0x600
NO_FONT = 4
"""The number of a font that there is not: those behind it are counted one higher."""

ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}

Record = tuple[int, bytes]


@dataclass
class Old:
    """One sheet. texts: cells whose letters the reader of texts must give, each with its look. used: columns in which
    something is calculated or written.
    """

    grid: Grid
    texts: dict[Spot, Style] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)


def sheets(stream: bytes) -> list[Old]:
    """Every sheet of cells. Raises: Unreadable, also for a workbook with a password."""
    try:
        book = list(_records(stream, 0))
        _refuse_foreign(book)
        styles = list(_styles(book))
        return [_sheet(stream, at, Old(Grid(name, concealed)), styles) for name, at, concealed in _sheets(book)]
    except (struct.error, IndexError, ValueError):
        raise Unreadable(BROKEN) from None


def _records(stream: bytes, at: int) -> Iterator[Record]:
    """The records from a place to the end of its part; parts within it (charts) are passed over."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        depth += (kind == BOF) - (kind == EOF)
        if depth == 1:
            yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length
        if depth == 0:
            return
    raise IndexError(at)


def _refuse_foreign(book: list[Record]) -> None:
    """Raises: Unreadable for a version before 1997, for dates from 1904, and for a password."""
    for kind, body in book:
        if kind == BOF and struct.unpack_from("<H", body)[0] != VERSION:
            raise Unreadable("是 Excel 97 以前的格式，请在 Excel 中打开，另存为 .xlsx")
        if kind == LOCKED:
            raise Unreadable("XLS 文件加了密码，请去掉密码再送")
        if kind == FROM_1904 and body[0]:
            raise Unreadable(DATES)


def _sheets(book: list[Record]) -> Iterator[tuple[str, int, bool]]:
    """Name, place in the stream, and whether it is hidden, of each sheet of cells."""
    for kind, body in book:
        if kind == SHEET and body[5] == 0:
            at, hidden = struct.unpack_from("<IB", body)
            yield _text(body[6], body[7:]), at, bool(hidden & 3)


def _text(count: int, body: bytes) -> str:
    """A text of so many characters: whether they are wide, and the characters."""
    wide = body[0] & 1
    return body[1 : 1 + count * (1 + wide)].decode("utf-16-le" if wide else "latin-1")


def _styles(book: list[Record]) -> Iterator[Style]:
    """The looks of cells by their number."""
    codes = dict(BUILT_IN)
    fonts = [bool(body[2] & STRUCK) for kind, body in book if kind == FONT]
    struck = {nth + (nth >= NO_FONT): one for nth, one in enumerate(fonts)}
    for kind, body in book:
        if kind == FORMAT:
            id, count = struct.unpack_from("<HH", body)
            codes[id] = _text(count, body[4:])
    for kind, body in book:
        if kind == STYLE:
            font, number = struct.unpack_from("<HH", body)
            yield Style(format_of(codes.get(number, "")), struck.get(font, False))


def _sheet(stream: bytes, at: int, old: Old, styles: list[Style]) -> Old:
    grid = old.grid
    for kind, body in _records(stream, at):
        if kind in CELLS:
            for row, place, style, value in _cells(kind, body):
                _put(old, kind, Spot(row + 1, place), styles[style], value)
        elif kind == ROW and body[12] & HIDDEN_ROW:
            grid.hidden_rows.add(struct.unpack_from("<H", body)[0] + 1)
        elif kind == COLUMNS and body[8] & HIDDEN_COLUMN:
            first, last = struct.unpack_from("<HH", body)
            grid.hidden_columns |= set(range(first, min(last, WIDEST) + 1))
        elif kind == MERGED:
            grid.merged.extend(_merged(body))
    return old


def _merged(body: bytes) -> Iterator[Box]:
    for nth in range(struct.unpack_from("<H", body)[0]):
        top, bottom, left, right = struct.unpack_from("<4H", body, 2 + 8 * nth)
        yield Box(top + 1, bottom + 1, left, right)


def _cells(kind: int, body: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    """Row and column from 0, look, and the bytes of the value, of each cell of a record."""
    row, place, style = struct.unpack_from("<3H", body)
    if place > WIDEST:
        raise IndexError(place)
    if kind != MANY:
        yield row, place, style, body[6:]
        return
    for nth in range((len(body) - 6) // 6):
        yield row, place + nth, struct.unpack_from("<H", body, 4 + 6 * nth)[0], body[6 + 6 * nth : 10 + 6 * nth]


def _put(old: Old, kind: int, at: Spot, style: Style, value: bytes) -> None:
    """Put a cell into its sheet; of a text only where it stands."""
    old.used.add(at.place)
    if kind in TEXTS:
        old.texts[at] = style
    elif kind == FORMULA and value[6:8] == b"\xff\xff":
        _put_result(old, at, style, value)
    elif kind == TRUTH:
        _put_truth(old.grid, at, style, value[0], is_error=bool(value[1]))
    else:
        number = _rk(value) if kind in (RK, MANY) else struct.unpack_from("<d", value)[0]
        old.grid.number(*at, repr(number), style)


def _put_result(old: Old, at: Spot, style: Style, value: bytes) -> None:
    """Put the result of a formula that is no number."""
    if value[0] == 0:
        old.texts[at] = style
    elif value[0] == 3:
        old.grid.empty.append(at)
    else:
        _put_truth(old.grid, at, style, value[2], is_error=value[0] == 2)


def _put_truth(grid: Grid, at: Spot, style: Style, value: int, *, is_error: bool) -> None:
    if is_error:
        grid.error(*at, ERRORS.get(value, "#?"), style)
    else:
        grid.put(*at, "TRUE" if value else "FALSE", style)


def _rk(value: bytes) -> float:
    """A number in four bytes: the upper half of a float, or a whole number; a hundredth of it where bit 0 is set."""
    packed = int(struct.unpack_from("<i", value)[0])
    number = packed >> 2 if packed & 2 else struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0]
    return float(number / 100 if packed & 1 else number)
