"""Which characters the font of the documents can print; of others a box would stand on the paper.

The table of characters (cmap) of an OpenType font, in the two forms that fonts of Chinese have: 4 and 12.
"""

import struct
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
FONT = next(FONTS.glob("*.otf"))


def unprintable(text: str) -> list[str]:
    """The characters of a text that the font has no picture of, each once."""
    return [one for one in dict.fromkeys(text) if not one.isspace() and ord(one) not in _printable()]


@cache
def _printable() -> frozenset[int]:
    """The codes of all characters that the font can print."""
    data = FONT.read_bytes()
    start = _table(data, b"cmap")
    (many,) = struct.unpack_from(">H", data, start + 2)
    offsets = {struct.unpack_from(">I", data, start + 8 + 8 * nth)[0] for nth in range(many)}
    return frozenset(code for offset in offsets for code in _codes(data, start + offset))


def _table(data: bytes, name: bytes) -> int:
    (many,) = struct.unpack_from(">H", data, 4)
    places = (12 + 16 * nth for nth in range(many))
    return next(int(struct.unpack_from(">I", data, at + 8)[0]) for at in places if data[at : at + 4] == name)


def _codes(data: bytes, at: int) -> Iterable[int]:
    (form,) = struct.unpack_from(">H", data, at)
    return _groups(data, at) if form == 12 else _segments(data, at) if form == 4 else ()


def _groups(data: bytes, at: int) -> Iterator[int]:
    (many,) = struct.unpack_from(">I", data, at + 12)
    for nth in range(many):
        first, last, _ = struct.unpack_from(">3I", data, at + 16 + 12 * nth)
        yield from range(first, last + 1)


def _segments(data: bytes, at: int) -> Iterator[int]:
    """Runs of characters; a character within one may still have no picture, where its number leads to none."""
    (twice,) = struct.unpack_from(">H", data, at + 6)
    many = twice // 2
    ends, starts, deltas, offsets = (
        struct.unpack_from(f">{many}H", data, at + 14 + (twice * nth) + 2 * (nth > 0)) for nth in range(4)
    )
    for nth in range(many):
        for code in range(starts[nth], min(ends[nth], 0xFFFE) + 1):
            place = at + 16 + 3 * twice + 2 * nth + offsets[nth] + 2 * (code - starts[nth])
            glyph = struct.unpack_from(">H", data, place)[0] if offsets[nth] else code + deltas[nth]
            if glyph & 0xFFFF:
                yield code
