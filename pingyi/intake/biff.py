"""The records of an old Excel workbook (BIFF8) → what they say beside values, sheet by sheet."""

import struct
from collections.abc import Iterator

from pingyi.intake.compound import BROKEN
from pingyi.intake.sheet import Box, Spot, Structure, Unreadable

BOF, EOF, SHEET, LOCKED, FROM_1904 = 0x809, 0x0A, 0x85, 0x2F, 0x22
ROW, COLUMNS, MERGED = 0x208, 0x7D, 0xE5
FORMAT, STYLE = 0x41E, 0xE0
NUMBER, RK, MANY, FORMULA = 0x203, 0x27E, 0xBD, 0x06
CELLS = (NUMBER, RK, MANY, FORMULA, 0xFD, 0x204, 0x205, 0xD6)
WIDEST = 255
"""Records that hold cells, and the last column that this format has."""

HIDDEN_ROW, HIDDEN_COLUMN = 0x20, 0x01
VERSION = 0x600
PERCENT = (9, 10)

Record = tuple[int, bytes]


def structures(stream: bytes) -> dict[str, Structure]:
    """Every sheet's structure by its name. Raises: Unreadable, also for a workbook with a password."""
    try:
        book = list(_records(stream, 0))
        _refuse_foreign(book)
        percent = frozenset(_percent_styles(book))
        return {name: _structure(stream, at, concealed, percent) for name, at, concealed in _sheets(book)}
    except (struct.error, IndexError, UnicodeDecodeError):
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
            raise Unreadable("工作簿的日期从 1904 年算起，会差四年；请在选项中改为 1900 年，核对日期后再送")


def _sheets(book: list[Record]) -> Iterator[tuple[str, int, bool]]:
    """Name, place in the stream, and whether it is hidden, of each sheet of cells."""
    for kind, body in book:
        if kind == SHEET and body[5] == 0:
            at, hidden = struct.unpack_from("<IB", body)
            yield _text(body[6:]), at, bool(hidden & 3)


def _text(body: bytes) -> str:
    """A short text: how many characters, whether they are wide, and the characters."""
    count, wide = body[0], body[1] & 1
    return body[2 : 2 + count * (1 + wide)].decode("utf-16-le" if wide else "latin-1")


def _percent_styles(book: list[Record]) -> Iterator[int]:
    own = {struct.unpack_from("<H", body)[0]: body[5:] for kind, body in book if kind == FORMAT}
    styles = [struct.unpack_from("<H", body, 2)[0] for kind, body in book if kind == STYLE]
    return (nth for nth, format in enumerate(styles) if format in PERCENT or b"%" in own.get(format, b""))


def _structure(stream: bytes, at: int, concealed: bool, percent: frozenset[int]) -> Structure:
    rows, columns, merged, percents = set[int](), set[int](), list[Box](), list[Spot]()
    for kind, body in _records(stream, at):
        if kind in CELLS and struct.unpack_from("<H", body, 2)[0] > WIDEST:
            raise IndexError(body)
        if kind == ROW and body[12] & HIDDEN_ROW:
            rows.add(struct.unpack_from("<H", body)[0] + 1)
        elif kind == COLUMNS and body[8] & HIDDEN_COLUMN:
            first, last = struct.unpack_from("<HH", body)
            columns |= set(range(first, min(last, WIDEST) + 1))
        elif kind == MERGED:
            merged.extend(_merged(body))
        elif kind in (NUMBER, RK, FORMULA, MANY):
            percents.extend(spot for spot, style in _styled(kind, body) if style in percent)
    return Structure(
        merged=tuple(sorted(merged)),
        hidden_rows=frozenset(rows),
        hidden_columns=frozenset(columns),
        concealed=concealed,
        percents=tuple(percents),
    )


def _merged(body: bytes) -> Iterator[Box]:
    for nth in range(struct.unpack_from("<H", body)[0]):
        top, bottom, left, right = struct.unpack_from("<4H", body, 2 + 8 * nth)
        yield Box(top + 1, bottom + 1, left, right)


def _styled(kind: int, body: bytes) -> Iterator[tuple[Spot, int]]:
    """The cells of a record with a number, each with its style."""
    row, place, style = struct.unpack_from("<3H", body)
    if kind != MANY:
        yield Spot(row + 1, place), style
        return
    for nth in range((len(body) - 6) // 6):
        yield Spot(row + 1, place + nth), struct.unpack_from("<H", body, 4 + 6 * nth)[0]
