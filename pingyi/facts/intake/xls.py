"""An old Excel file (.xls) → its sheets.

The workbook is a stream of records (BIFF8) in a container of sectors (OLE compound file) whose tables can be damaged in
many ways. Numbers and all that stands beside them are read here, the letters of texts by calamine, and both are lined
up by the columns that are used. Calamine is given a new container made of what was found here: what was checked is what
is read.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import fastexcel
import polars as pl

from pingyi.facts.intake.number_formats import BUILT_IN, format_of
from pingyi.facts.intake.sheet_grid import Box, Grid, Spot, Structure, Style, Unreadable
from pingyi.facts.intake.xlsx import FROM_1904 as DATES_FROM_1904

BROKEN = "不是完整的 XLS 文件（可能损坏或被截断）"
DAMAGED = (struct.error, LookupError, ValueError)
"""What reading a container or a stream that is not whole may raise."""


def read_xls(data: bytes) -> Iterator[Grid]:
    """Every sheet of cells, in the order of the workbook. Raises: Unreadable."""
    try:
        stream = _workbook_stream(data)
        sheets = _read_sheets(stream)
        texts = dict(_read_texts(_new_container(stream)))
        for sheet in sheets:
            _put_texts(sheet, texts[sheet.grid.name])
            yield sheet.grid
    except DAMAGED:
        raise Unreadable(BROKEN) from None


# ---------------------------------------------------------------- the container

END = 0xFFFFFFF0
"""Sector numbers from here on are none."""

ENTRY = 128
NAMES = ("Workbook", "Book")
MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SECTOR, SMALLEST, NAMED, LISTED = 512, 4096, 109, 127
FREE, LAST, TABLE, LIST = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC
"""How a new container is laid out: its sectors, the shortest stream that has sectors of its own, the places for sectors
of the table in the header and in each list; what the table says of sectors that lead nowhere.
"""


def _workbook_stream(data: bytes) -> bytes:
    size = 1 << _unpack_number(data, 30, "H")
    small = 1 << _unpack_number(data, 32, "H")
    if size not in (512, 4096) or small > size:
        raise ValueError(size)
    table = _sector_table(data, size)
    root, start, length = _find_streams(_join_sectors(data[size:], size, table, _unpack_number(data, 48)))
    if length >= _unpack_number(data, 56):
        return _join_sectors(data[size:], size, table, start)[:length]
    minis = _unpack_numbers(_join_sectors(data[size:], size, table, _unpack_number(data, 60)))
    return _join_sectors(_join_sectors(data[size:], size, table, root), small, minis, start)[:length]


def _sector_table(data: bytes, size: int) -> Sequence[int]:
    sectors = list(struct.unpack_from("<109I", data, 76))
    more, seen = _unpack_number(data, 68), 0
    while more < END:
        block = _unpack_numbers(data[(more + 1) * size : (more + 2) * size])
        sectors, more, seen = [*sectors, *block[:-1]], block[-1], seen + 1
        if seen * size > len(data):
            raise ValueError(more)
    used = [one for one in sectors if one < END][: _unpack_number(data, 44)]
    return _unpack_numbers(b"".join(data[(one + 1) * size : (one + 2) * size] for one in used))


def _find_streams(entries: bytes) -> tuple[int, int, int]:
    """First sector of the small streams; first sector and length of the workbook."""
    root = END
    for at in range(0, len(entries) - ENTRY + 1, ENTRY):
        length = _unpack_number(entries, at + 64, "H")
        name = entries[at : at + max(length - 2, 0)].decode("utf-16-le")
        if entries[at + 66] == 5:
            root = _unpack_number(entries, at + 116)
        elif name in NAMES:
            return root, _unpack_number(entries, at + 116), _unpack_number(entries, at + 120)
    raise ValueError("no workbook")


def _join_sectors(data: bytes, size: int, table: Sequence[int], sector: int) -> bytes:
    """Sectors one after the other. Raises: IndexError, ValueError where they run in a circle or out of the file."""
    parts = []
    while sector < END:
        part = data[sector * size : (sector + 1) * size]
        parts.append(part)
        if not part or len(parts) > len(table):
            raise ValueError(sector)
        sector = table[sector]
    return b"".join(parts)


def _unpack_numbers(data: bytes) -> Sequence[int]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _unpack_number(data: bytes, at: int, kind: str = "I") -> int:
    return int(struct.unpack_from(f"<{kind}", data, at)[0])


def _new_container(stream: bytes) -> bytes:
    """A plain container for a workbook's stream: lists of the table, the table, the entries, the stream; no more."""
    stream = stream.ljust(SMALLEST, b"\0")
    sectors = -(-len(stream) // SECTOR)
    lists, tables = _sectors_needed(sectors)
    first = lists + tables + 1
    following = [LIST] * lists + [TABLE] * tables + [LAST, *range(first + 1, first + sectors), LAST]
    table = struct.pack(f"<{len(following)}I", *following).ljust(tables * SECTOR, b"\xff")
    entries = _new_entry("Root Entry", 5, 1, LAST, 0) + _new_entry(NAMES[0], 2, FREE, first, len(stream))
    parts = [_new_header(lists, tables), table, entries.ljust(SECTOR, b"\0"), stream.ljust(sectors * SECTOR, b"\0")]
    return b"".join(parts)


def _sectors_needed(sectors: int) -> tuple[int, int]:
    """How many sectors the lists of the table's sectors take, and the table, so that it covers everything."""
    lists = tables = 0
    while True:
        needed = -(-(lists + tables + 1 + sectors) // (SECTOR // 4))
        wanted = (-(-max(needed - NAMED, 0) // LISTED), needed)
        if wanted == (lists, tables):
            return wanted
        lists, tables = wanted


def _new_header(lists: int, tables: int) -> bytes:
    """The first sector, and the lists of those sectors of the table that it has no room for."""
    begin = struct.pack("<8s16xHHHHH6xI", MAGIC, 0x3E, 3, 0xFFFE, 9, 6, 0)
    begin += struct.pack("<8I", tables, lists + tables, 0, SMALLEST, LAST, 0, 0 if lists else LAST, lists)
    places = [*range(lists, lists + tables), *[FREE] * (NAMED + LISTED * lists)][: NAMED + LISTED * lists]
    rest = places[NAMED:]
    more = [
        struct.pack(f"<{LISTED + 1}I", *rest[LISTED * nth : LISTED * (nth + 1)], LAST if nth + 1 == lists else nth + 1)
        for nth in range(lists)
    ]
    return b"".join([begin, struct.pack(f"<{NAMED}I", *places[:NAMED]), *more])


def _new_entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHBBIII36xIQ", text, len(text), kind, 1, FREE, FREE, child, start, size)


# ---------------------------------------------------------------- the records

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
class OldSheet:
    """One sheet. texts: cells whose letters the reader of texts must give, each with its look. used: columns in which
    something is calculated or written.
    """

    grid: Grid
    texts: dict[Spot, Style] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)


def _read_sheets(stream: bytes) -> list[OldSheet]:
    """Every sheet of cells without its texts. Raises: Unreadable, also for a workbook with a password, DAMAGED."""
    book = list(_iter_records(stream, 0))
    _refuse_foreign(book)
    styles = list(_read_styles(book))
    return [
        _read_sheet(stream, at, OldSheet(Grid(name, Structure(concealed))), styles)
        for name, at, concealed in _list_sheets(book)
    ]


def _iter_records(stream: bytes, at: int) -> Iterator[Record]:
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
            raise Unreadable(DATES_FROM_1904)


def _list_sheets(book: list[Record]) -> Iterator[tuple[str, int, bool]]:
    """Name, place in the stream, and whether it is hidden, of each sheet of cells."""
    for kind, body in book:
        if kind == SHEET and body[5] == 0:
            at, hidden = struct.unpack_from("<IB", body)
            yield _decode_text(body[6], body[7:]), at, bool(hidden & 3)


def _decode_text(count: int, body: bytes) -> str:
    """A text of so many characters: whether they are wide, and the characters."""
    wide = body[0] & 1
    return body[1 : 1 + count * (1 + wide)].decode("utf-16-le" if wide else "latin-1")


def _read_styles(book: list[Record]) -> Iterator[Style]:
    codes = dict(BUILT_IN)
    fonts = [bool(body[2] & STRUCK) for kind, body in book if kind == FONT]
    struck = {nth + (nth >= NO_FONT): one for nth, one in enumerate(fonts)}
    for kind, body in book:
        if kind == FORMAT:
            id, count = struct.unpack_from("<HH", body)
            codes[id] = _decode_text(count, body[4:])
    for kind, body in book:
        if kind == STYLE:
            font, number = struct.unpack_from("<HH", body)
            yield Style(format_of(codes.get(number, "")), struck.get(font, False))


def _read_sheet(stream: bytes, at: int, old: OldSheet, styles: list[Style]) -> OldSheet:
    grid = old.grid
    for kind, body in _iter_records(stream, at):
        if kind in CELLS:
            for row, place, style, value in _split_cells(kind, body):
                _put_cell(old, kind, Spot(row + 1, place), styles[style], value)
        elif kind == ROW and body[12] & HIDDEN_ROW:
            grid.structure.hidden_rows.add(struct.unpack_from("<H", body)[0] + 1)
        elif kind == COLUMNS and body[8] & HIDDEN_COLUMN:
            first, last = struct.unpack_from("<HH", body)
            grid.structure.hidden_columns |= set(range(first, min(last, WIDEST) + 1))
        elif kind == MERGED:
            for box in _merged_boxes(body):
                grid.merge_cells(box)
    return old


def _merged_boxes(body: bytes) -> Iterator[Box]:
    for nth in range(struct.unpack_from("<H", body)[0]):
        top, bottom, left, right = struct.unpack_from("<4H", body, 2 + 8 * nth)
        yield Box(top + 1, bottom + 1, left, right)


def _split_cells(kind: int, body: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    """Row and column from 0, look, and the bytes of the value, of each cell of a record."""
    row, place, style = struct.unpack_from("<3H", body)
    if place > WIDEST:
        raise IndexError(place)
    if kind != MANY:
        yield row, place, style, body[6:]
        return
    for nth in range((len(body) - 6) // 6):
        yield row, place + nth, struct.unpack_from("<H", body, 4 + 6 * nth)[0], body[6 + 6 * nth : 10 + 6 * nth]


def _put_cell(old: OldSheet, kind: int, at: Spot, style: Style, value: bytes) -> None:
    """Put a cell into its sheet; of a text only where it stands."""
    old.used.add(at.place)
    if kind in TEXTS:
        old.texts[at] = style
    elif kind == FORMULA and value[6:8] == b"\xff\xff":
        _put_result(old, at, style, value)
    elif kind == TRUTH:
        _put_truth(old.grid, at, style, value[0], is_error=bool(value[1]))
    else:
        number = _unpack_rk(value) if kind in (RK, MANY) else struct.unpack_from("<d", value)[0]
        old.grid.put_number(*at, repr(number), style)


def _put_result(old: OldSheet, at: Spot, style: Style, value: bytes) -> None:
    if value[0] == 0:
        old.texts[at] = style
    elif value[0] == 3:
        old.grid.structure.empty.append(at)
    else:
        _put_truth(old.grid, at, style, value[2], is_error=value[0] == 2)


def _put_truth(grid: Grid, at: Spot, style: Style, value: int, *, is_error: bool) -> None:
    if is_error:
        grid.put_error(*at, ERRORS.get(value, "#?"), style)
    else:
        grid.put_cell(*at, "TRUE" if value else "FALSE", style)


def _unpack_rk(value: bytes) -> float:
    """A number in four bytes: the upper half of a float, or a whole number; a hundredth of it where bit 0 is set."""
    packed = int(struct.unpack_from("<i", value)[0])
    number = packed >> 2 if packed & 2 else struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0]
    return float(number / 100 if packed & 1 else number)


def _read_texts(data: bytes) -> Iterator[tuple[str, pl.DataFrame]]:
    """Every sheet's name and cells as text. Raises: Unreadable; a reader that panics has met a damaged file."""
    try:
        reader = fastexcel.read_excel(data)
        for place, name in enumerate(reader.sheet_names):
            cells, _ = reader.load_sheet(place, dtypes="string", header_row=None, skip_rows=0).to_arrow_with_errors()
            yield name, pl.DataFrame(pl.from_arrow(cells))
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        said = (str(error).splitlines() or [""])[0][:80]
        raise Unreadable(f"不是完整的 XLS 文件（{said}）") from None


def _put_texts(sheet: OldSheet, texts: pl.DataFrame) -> None:
    """Put the texts into their cells. texts: all rows, and the columns from the first that is used to the last.

    Raises: ValueError, LookupError where the two do not fit together.
    """
    if not sheet.used:
        return
    first, last = min(sheet.used), max(sheet.used)
    if texts.width != last - first + 1:
        raise ValueError(texts.width)
    columns = [texts[name].to_list() for name in texts.columns]
    for at, style in sheet.texts.items():
        text = columns[at.place - first][at.row - 1]
        if text:
            sheet.grid.put_text(at.row, at.place, text, style)
