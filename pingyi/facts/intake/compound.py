"""The container of an old Excel file (OLE compound file) → the stream of its workbook, and back.

A container has tables of sectors that can be damaged in many ways. The reader of cells is given a new one made of what
was found here: what was checked is what is read.
"""

import struct
from collections.abc import Sequence

from pingyi.facts.intake.sheet import Unreadable

BROKEN = "不是完整的 XLS 文件（可能损坏或被截断）"
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


def workbook_stream(data: bytes) -> bytes:
    """The records of the workbook. Raises: Unreadable."""
    try:
        return _stream(data)
    except (struct.error, IndexError, ValueError, UnicodeDecodeError):
        raise Unreadable(BROKEN) from None


def _stream(data: bytes) -> bytes:
    size = 1 << _number(data, 30, "H")
    small = 1 << _number(data, 32, "H")
    if size not in (512, 4096) or small > size:
        raise ValueError(size)
    table = _table(data, size)
    entries = _chain(data[size:], size, table, _number(data, 48))
    root, found = _entries(entries)
    start, length = found
    if length >= _number(data, 56):
        return _chain(data[size:], size, table, start)[:length]
    minis = _numbers(_chain(data[size:], size, table, _number(data, 60)))
    return _chain(_chain(data[size:], size, table, root), small, minis, start)[:length]


def _table(data: bytes, size: int) -> Sequence[int]:
    """Which sector follows which."""
    sectors = list(struct.unpack_from("<109I", data, 76))
    more, seen = _number(data, 68), 0
    while more < END:
        block = _numbers(data[(more + 1) * size : (more + 2) * size])
        sectors, more, seen = [*sectors, *block[:-1]], block[-1], seen + 1
        if seen * size > len(data):
            raise ValueError(more)
    used = [one for one in sectors if one < END][: _number(data, 44)]
    return _numbers(b"".join(data[(one + 1) * size : (one + 2) * size] for one in used))


def _entries(entries: bytes) -> tuple[int, tuple[int, int]]:
    """First sector of the small streams; first sector and length of the workbook."""
    root = END
    for at in range(0, len(entries) - ENTRY + 1, ENTRY):
        length = _number(entries, at + 64, "H")
        name = entries[at : at + max(length - 2, 0)].decode("utf-16-le")
        if entries[at + 66] == 5:
            root = _number(entries, at + 116)
        elif name in NAMES:
            return root, (_number(entries, at + 116), _number(entries, at + 120))
    raise ValueError("no workbook")


def _chain(data: bytes, size: int, table: Sequence[int], sector: int) -> bytes:
    """Sectors one after the other. Raises: IndexError, ValueError where they run in a circle or out of the file."""
    parts = []
    while sector < END:
        part = data[sector * size : (sector + 1) * size]
        parts.append(part)
        if not part or len(parts) > len(table):
            raise ValueError(sector)
        sector = table[sector]
    return b"".join(parts)


def _numbers(data: bytes) -> Sequence[int]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _number(data: bytes, at: int, kind: str = "I") -> int:
    return int(struct.unpack_from(f"<{kind}", data, at)[0])


def container(stream: bytes) -> bytes:
    """A plain container for a workbook's stream: lists of the table, the table, the entries, the stream; no more."""
    stream = stream.ljust(SMALLEST, b"\0")
    sectors = -(-len(stream) // SECTOR)
    lists, tables = _room(sectors)
    first = lists + tables + 1
    following = [LIST] * lists + [TABLE] * tables + [LAST, *range(first + 1, first + sectors), LAST]
    table = struct.pack(f"<{len(following)}I", *following).ljust(tables * SECTOR, b"\xff")
    entries = _entry("Root Entry", 5, 1, LAST, 0) + _entry(NAMES[0], 2, FREE, first, len(stream))
    parts = [_header(lists, tables), table, entries.ljust(SECTOR, b"\0"), stream.ljust(sectors * SECTOR, b"\0")]
    return b"".join(parts)


def _room(sectors: int) -> tuple[int, int]:
    """How many sectors the lists of the table's sectors take, and the table, so that it covers everything."""
    lists = tables = 0
    while True:
        needed = -(-(lists + tables + 1 + sectors) // (SECTOR // 4))
        wanted = (-(-max(needed - NAMED, 0) // LISTED), needed)
        if wanted == (lists, tables):
            return wanted
        lists, tables = wanted


def _header(lists: int, tables: int) -> bytes:
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


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHBBIII36xIQ", text, len(text), kind, 1, FREE, FREE, child, start, size)
