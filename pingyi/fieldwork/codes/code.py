"""A ballot code: nineteen random characters and one that shows whether they were typed right.

The alphabet leaves out what is taken for something else (0 O, 1 I L, 2 Z, U V: of each at most one stays) and has a
prime number of characters. Each place has a weight of its own, none a multiple of that prime, and the weighted sum is a
multiple of it: so any single wrong character is found, and any two that changed places.
"""

import re
import secrets
import unicodedata
from collections.abc import Iterable

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXY"
PRIME = len(ALPHABET)
RANDOM, GROUP = 19, 4
"""Random characters of a code (92 bits), and characters printed together."""

SEPARATORS = re.compile(r"[\s\-‐‑‒–—―−_·.]")


def new_code() -> str:
    """A code that nobody can guess, in groups: `K7M2-QX9P-…`."""
    body = [secrets.randbelow(PRIME) for _ in range(RANDOM)]
    return grouped("".join(ALPHABET[value] for value in [*body, -_weighted(body, first=2) % PRIME]))


def grouped(code: str) -> str:
    """The code as it is printed."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def plain(text: str) -> str:
    """What was typed, in plain capitals without what only parts it: full width, small letters and hyphens are fine."""
    return SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def is_whole(code: str) -> bool:
    """Whether a plain text can be a code: its length, its characters and their sum are right."""
    if len(code) != RANDOM + 1 or not set(code) <= set(ALPHABET):
        return False
    return _weighted([ALPHABET.index(letter) for letter in code], first=1) % PRIME == 0


def _weighted(values: Iterable[int], first: int) -> int:
    """The sum with weights from right to left; first: weight of the last value."""
    return sum(weight * value for weight, value in enumerate(reversed(list(values)), first))
