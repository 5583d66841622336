"""The public seed of a draw or of a lot: one normal form, so that what is the same on paper draws the same."""

import unicodedata

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"


def normal(text: str) -> str:
    """The seed in plain width and form (NFKC), with single spaces between its words and none at its ends.

    Capital and small letters are different characters: on paper they are, too.
    """
    plain = unicodedata.normalize("NFKC", text)
    return " ".join("".join(one for one in plain if one not in INVISIBLE).split())


def said(seed: str) -> str:
    """The seed as a message shows it, with how many characters count."""
    spaces = seed.count(" ")
    return f"{seed}（{len(seed)} 个字符" + (f"，其中 {spaces} 个空格" if spaces else "") + "）"
