"""The container of an old Excel file (OLE compound file) → the stream of its workbook."""

import struct
from collections.abc import Sequence

from pingyi.intake.sheet import Unreadable

BROKEN = "不是完整的 XLS 文件（可能损坏或被截断）"
END = 0xFFFFFFF0
"""Sector numbers from here on are none."""

HEADER, ENTRY = 512, 128
NAMES = ("Workbook", "Book")


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
    entries = _chain(data[HEADER:], size, table, _number(data, 48))
    root, found = _entries(entries)
    start, length = found
    if length >= _number(data, 56):
        return _chain(data[HEADER:], size, table, start)[:length]
    minis = _numbers(_chain(data[HEADER:], size, table, _number(data, 60)))
    return _chain(_chain(data[HEADER:], size, table, root), small, minis, start)[:length]


def _table(data: bytes, size: int) -> Sequence[int]:
    """Which sector follows which."""
    sectors = list(struct.unpack_from("<109I", data, 76))
    more, seen = _number(data, 68), 0
    while more < END:
        block = _numbers(data[HEADER + more * size : HEADER + (more + 1) * size])
        sectors, more, seen = [*sectors, *block[:-1]], block[-1], seen + 1
        if seen * size > len(data):
            raise ValueError(more)
    used = [one for one in sectors if one < END][: _number(data, 44)]
    return _numbers(b"".join(data[HEADER + one * size : HEADER + (one + 1) * size] for one in used))


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
