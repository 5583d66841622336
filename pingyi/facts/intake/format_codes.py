"""The codes of number formats: sections between semicolons, each of tokens; and numbers as they are shown at most.

After ECMA-376 part 1, 18.8.30 and 18.8.31.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from math import isfinite
from typing import NamedTuple

DIGITS = 15
"""Digits of a number that spreadsheets keep and show."""

SHORT = re.compile(r"0|-?[1-9]\d{0,14}|-?(?:0|[1-9]\d{0,6})\.\d{0,7}[1-9]")
"""Numbers that stand as they are shown, without a look at their value."""

TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>general|g/通用格式)|(?P<power>e[+-])|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<at>@)"
    r"|(?P<half>am/pm|a/p|上午/下午|aaaa?)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
LITERAL = ("quoted", "escaped", "other")
CALENDAR = frozenset("ymdhse")
CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
CURRENCY = re.compile(r"\$([^-]*)")


class Showing(NamedTuple):
    """What a cell shows.

    text: none where only the program that shows it can tell. same: whether it is the same value.
    """

    text: str | None
    same: bool


UNTOLD = Showing(None, False)
MOMENT = Showing(None, True)
"""A day: which of its parts are shown, and in which order, is a matter of the machine."""


def plain(raw: str) -> str:
    """A number of the file as it is shown at most: fifteen digits, no exponent. Raises: ValueError."""
    text = raw.strip()
    if SHORT.fullmatch(text):
        return text
    number = float(text)
    if not isfinite(number) or "_" in text:
        raise ValueError(text)
    shown = format(Decimal(f"{number:.{DIGITS}g}").normalize(), "f")
    return "0" if shown == "-0" else shown


def too_long(number: str) -> bool:
    """Whether a plain number is whole and has more digits than a spreadsheet keeps."""
    return len(number) > DIGITS and "." not in number and len(number.lstrip("-")) > DIGITS


class Token(NamedTuple):
    """A piece of a format: its kind (a group of TOKEN) and what it says."""

    kind: str
    text: str


@dataclass(frozen=True)
class Section:
    """One of the parts between semicolons."""

    tokens: tuple[Token, ...]

    @cached_property
    def condition(self) -> tuple[str, Decimal] | None:
        """Compared how, and with what."""
        found = (CONDITION.fullmatch(one.text) for one in self.tokens if one.kind == "bracket")
        return next(((one[1], Decimal(one[2])) for one in found if one), None)

    def holds(self, number: Decimal) -> bool:
        """Whether the condition is met; so it is where there is none."""
        if self.condition is None:
            return True
        how, bound = self.condition
        return {"<": number < bound, ">": number > bound, "=": number == bound, "<>": number != bound,
                "<=": number <= bound, ">=": number >= bound}[how]  # fmt: skip

    def has(self, *kinds: str) -> bool:
        """Whether a token of one of these kinds is there."""
        return any(one.kind in kinds for one in self.tokens)

    @cached_property
    def is_moment(self) -> bool:
        """Whether a day or a time of day is shown."""
        return any(one.kind == "half" or (one.kind == "other" and one.text.lower() in CALENDAR) for one in self.tokens)

    @cached_property
    def is_foreign(self) -> bool:
        """Whether something is shown that is not told here: hours beyond a day, fractions, Chinese numerals, powers
        of a thousand."""
        brackets = [one.text.lower() for one in self.tokens if one.kind == "bracket"]
        elapsed = any(re.fullmatch("h+|m+|s+|dbnum.*|natnum.*", one) for one in brackets)
        shape = "".join(one.text for one in self.tokens if one.kind in ("digit", "power", "point", "other"))
        return elapsed or bool(re.search(r"[0#?] */ *[0-9#?]|^[^.Ee]*[0#?][^.Ee]*[0#?][^Ee]*[Ee][+-]", shape))


def split(code: str) -> Iterator[list[Token]]:
    """The tokens of each section of a code."""
    section: list[Token] = []
    for found in TOKEN.finditer(code):
        kind = found.lastgroup or "other"
        if kind == "other" and found[0] == ";":
            yield section
            section = []
        else:
            section.append(Token(kind, found[kind]))
    yield section


def said(tokens: tuple[Token, ...]) -> Iterator[Token]:
    """The tokens that leave something to be read: currency signs as texts; no room, filling, colours, conditions."""
    for one in tokens:
        if one.kind == "bracket":
            sign = CURRENCY.match(one.text)
            if sign:
                yield Token("quoted", sign[1])
        elif one.kind not in ("space", "fill"):
            yield one
