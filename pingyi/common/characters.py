"""Characters of a text: those that the font of the documents can print, and those that count in a public seed."""

import unicodedata
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
FONT = next(FONTS.glob("*.otf"))

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"


def unprintable(text: str) -> list[str]:
    """The characters of a text that the font has no picture of, each once: on the paper a box would stand."""
    return [one for one in dict.fromkeys(text) if not one.isspace() and ord(one) not in _printable_codes()]


@cache
def _printable_codes() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(FONT, lazy=True) as font:
        return frozenset(font.getBestCmap())


def normal_seed(text: str) -> str:
    """The public seed of a draw or of a lot in plain width and form (NFKC), with single spaces between its words and
    none at its ends: what is the same on paper draws the same.

    Capital and small letters are different characters: on paper they are, too.
    """
    plain = unicodedata.normalize("NFKC", text)
    return " ".join("".join(one for one in plain if one not in INVISIBLE).split())


def describe_seed(seed: str) -> str:
    """The seed as a message shows it, with how many characters count."""
    spaces = seed.count(" ")
    return f"{seed}（{len(seed)} 个字符" + (f"，其中 {spaces} 个空格" if spaces else "") + "）"
