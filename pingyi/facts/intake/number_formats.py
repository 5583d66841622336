"""What a spreadsheet shows of the value that a cell stores: 0.81 as 81%, 94 as 00094, 4.567 as 4.57, a number as a day.

People see what is shown and the file holds what is stored. A number format is a code of sections between semicolons,
each of tokens, after ECMA-376 part 1, 18.8.30 and 18.8.31.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cached_property, lru_cache
from itertools import takewhile
from math import isfinite
from typing import NamedTuple

DIGITS = 15
"""Digits of a number that spreadsheets keep and show."""

EXCEL_EPOCH, LAST_DAY = datetime(1899, 12, 30), 2_958_466
"""Day 0 of the serial numbers of days, and the first number that can no longer be shown as a day."""

BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00", 41: "#,##0",
    42: "#,##0", 43: "#,##0.00", 44: "#,##0.00", 46: "[h]:mm:ss", 48: "##0.0E+0", 49: "@",
} | dict.fromkeys([*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)], "yyyy-mm-dd")  # fmt: skip
"""Number formats that every spreadsheet knows without their being written down; days differ in their order only."""

GENERAL = ("", "general", "g/通用格式", "@")
FIXED = re.compile(r"0(?:\.(0+))?(?:_.)?")
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
SCALES = re.compile(r"[%％‰万千百亿]")
"""Signs behind a number that make another number of it."""


class Showing(NamedTuple):
    """What a cell shows.

    text: none where only the program that shows it can tell. same: whether it is the same value.
    """

    text: str | None
    same: bool


UNTOLD = Showing(None, False)
MOMENT = Showing(None, True)
"""A day: which of its parts are shown, and in which order, is a matter of the machine."""


def plain_number(raw: str) -> str:
    """A number of the file as it is shown at most: fifteen digits, no exponent. Raises: ValueError."""
    text = raw.strip()
    if SHORT.fullmatch(text):
        return text
    number = float(text)
    if not isfinite(number) or "_" in text:
        raise ValueError(text)
    shown = format(Decimal(f"{number:.{DIGITS}g}").normalize(), "f")
    return "0" if shown == "-0" else shown


def has_too_many_digits(number: str) -> bool:
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

    def holds_for(self, number: Decimal) -> bool:
        """Whether the condition is met; so it is where there is none."""
        if self.condition is None:
            return True
        how, bound = self.condition
        return {"<": number < bound, ">": number > bound, "=": number == bound, "<>": number != bound,
                "<=": number <= bound, ">=": number >= bound}[how]  # fmt: skip

    @cached_property
    def is_of_text(self) -> bool:
        """Whether it has a place for a text."""
        return any(one.kind == "at" for one in self.tokens)

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

    @property
    def readable(self) -> Iterator[Token]:
        """Tokens that leave something to be read: currency signs as texts; no room, filling, colours, conditions."""
        for one in self.tokens:
            if one.kind == "bracket":
                if sign := CURRENCY.match(one.text):
                    yield Token("quoted", sign[1])
            elif one.kind not in ("space", "fill"):
                yield one


def _split_sections(code: str) -> Iterator[list[Token]]:
    section: list[Token] = []
    for found in TOKEN.finditer(code):
        kind = found.lastgroup or "other"
        if kind == "other" and found[0] == ";":
            yield section
            section = []
        else:
            section.append(Token(kind, found[kind]))
    yield section


@dataclass(frozen=True)
class Format:
    """How values are shown. fixed: decimals that are always shown, if nothing else is done to a number."""

    sections: tuple[Section, ...]
    of_text: Section | None
    fixed: int | None = None

    def show_number(self, stored: str) -> tuple[str, Showing | None]:
        """A plain number as it is to be kept, a day in place of the number of one; what is shown, if that is other."""
        if self.fixed is not None:
            whole, _, rest = stored.partition(".")
            if len(rest) == self.fixed:
                return stored, None
            if len(rest) < self.fixed:
                return stored, Showing(f"{whole}.{rest:0<{self.fixed}}", True)
        number = Decimal(stored)
        nth, section = self._section_for(number)
        if section is None or section.is_foreign:
            return stored, UNTOLD
        if section.is_moment:
            return _show_moment(stored)
        minus = number < 0 and (nth == 0 or section.condition is not None or len(self.sections) == 1)
        shown = _arrange_number(list(section.readable), number, minus)
        return stored, None if shown == Showing(stored, True) else shown

    def show_text(self, stored: str) -> Showing | None:
        """What is shown of a text, if that is other."""
        if self.of_text is None:
            return None
        shown = "".join(stored if one.kind == "at" else one.text for one in self.of_text.readable)
        return None if shown.strip() == stored.strip() else Showing(shown.strip(), False)

    def _section_for(self, number: Decimal) -> tuple[int, Section | None]:
        if any(one.condition for one in self.sections):
            return next(((nth, one) for nth, one in enumerate(self.sections) if one.holds_for(number)), (0, None))
        many = len(self.sections)
        nth = 2 if many > 2 and number == 0 else 1 if many > 1 and number < 0 else 0
        return nth, self.sections[nth]


@lru_cache(maxsize=4096)
def format_of(code: str) -> Format | None:
    """The format that a code writes; none for one that shows what is stored."""
    if code.strip().lower() in GENERAL:
        return None
    sections = [Section(tuple(one)) for one in _split_sections(code)]
    texts = [one for one in sections if one.is_of_text]
    of_text = sections[3] if len(sections) > 3 else texts[-1] if texts else None
    numbers = [one for one in sections[:3] if one is not of_text]
    if not numbers:
        numbers = [Section((*(one if one.kind != "at" else Token("general", "") for one in sections[0].tokens),))]
    simple = FIXED.fullmatch(code)
    return Format(tuple(numbers), of_text, len(simple[1] or "") if simple else None)


def _show_moment(stored: str) -> tuple[str, Showing]:
    """A day, or the moment to a thousandth of a second."""
    days = float(stored)
    if not 0 <= days < LAST_DAY:
        return stored, UNTOLD
    moment = EXCEL_EPOCH + timedelta(milliseconds=round(days * 86_400_000))
    part = f"{moment.microsecond // 1000:03d}".rstrip("0")
    return f"{moment:%Y-%m-%d %H:%M:%S}" + (f".{part}" if part else ""), MOMENT


def _arrange_number(tokens: list[Token], number: Decimal, minus: bool) -> Showing:
    """A number by a section with placeholders of digits, or none. minus: whether its sign is shown on its own."""
    places = [nth for nth, one in enumerate(tokens) if one.kind in ("digit", "general", "point", "power")]
    if not places:
        return Showing("".join(one.text for one in tokens if one.kind != "comma").strip(), False)
    first, last = places[0], places[-1] + 1
    last += _leading_commas(tokens[last:])
    ahead, behind = _join_literals(tokens[:first]), _join_literals(tokens[last:])
    scaled = number * 100 ** sum(one.text == "%" and one.kind == "other" for one in tokens)
    digits, value, whole = _arrange_digits(tokens[first:last], abs(scaled))
    signed = minus or any(sign in ahead for sign in "-(－")
    # what stands beside the digits may make another number of them
    other = re.search(r"[\d.]\s*$", ahead) or re.match(r"\s*[\d.]", behind) or SCALES.match(behind.strip())
    same = whole and value == abs(number) and signed == (number < 0) and not other
    return Showing(f"{'-' * (minus and value != 0)}{ahead}{digits}{behind}".strip(), same)


def _leading_commas(tokens: Sequence[Token]) -> int:
    return sum(1 for _ in takewhile(lambda one: one.kind == "comma", tokens))


def _join_literals(tokens: list[Token]) -> str:
    return "".join(one.text for one in tokens if one.kind in LITERAL)


def _arrange_digits(pattern: list[Token], number: Decimal) -> tuple[str, Decimal, bool]:
    """Digits as a pattern arranges them, the number that they are, and whether nothing stands between them."""
    if any(one.kind == "general" for one in pattern):
        return plain_number(str(number)), number, len(pattern) == 1
    if any(one.kind == "power" for one in pattern):
        return _arrange_power(pattern, number)
    point = next((nth for nth, one in enumerate(pattern) if one.kind == "point"), len(pattern))
    left, right = pattern[:point], [one.text for one in pattern[point:] if one.kind == "digit"]
    thousands = _leading_commas(pattern[::-1])  # each comma behind the last digit divides by a thousand
    exact = Context(prec=1000)
    rounded = (number / 1000**thousands).quantize(Decimal(1).scaleb(-len(right)), ROUND_HALF_UP, exact)
    whole, _, rest = f"{rounded:f}".partition(".")
    least = len("".join(right).rstrip("#?"))
    grouped = any(one.kind == "comma" for one in left[: len(left) - (thousands if point == len(pattern) else 0)])
    ahead = _fill_places(left, whole if rounded >= 1 else "", grouped)
    decimals = rest[: max(len(rest.rstrip("0")), least)]
    stray = any(one.kind in LITERAL for one in pattern)
    return ahead + ("." + decimals if point < len(pattern) else ""), rounded, not stray


def _fill_places(pattern: list[Token], digits: str, grouped: bool) -> str:
    """The digits before the point, in their places from the right; the first place takes all that are left."""
    zeros = sum(one.kind == "digit" and one.text == "0" for one in pattern)
    if grouped or not any(one.kind in LITERAL for one in pattern):
        padded = digits.rjust(zeros, "0")
        return f"{int(padded or 0):0{len(padded)},}" if grouped and padded else padded
    left, shown = list(digits), ""
    places = sum(one.kind == "digit" for one in pattern)
    for one in reversed(pattern):
        if one.kind != "digit":
            shown = one.text * (one.kind in LITERAL) + shown
            continue
        places -= 1
        own = "".join(left) if places == 0 else "".join(left[-1:])
        left = [] if places == 0 else left[:-1]
        shown = (own or "0" * (one.text == "0")) + shown
    return shown


def _arrange_power(pattern: list[Token], number: Decimal) -> tuple[str, Decimal, bool]:
    power = next(nth for nth, one in enumerate(pattern) if one.kind == "power")
    point = next((nth for nth, one in enumerate(pattern) if one.kind == "point"), power)
    decimals = sum(one.kind == "digit" for one in pattern[point:power])
    digits = sum(one.kind == "digit" for one in pattern[power:])
    mantissa, _, exponent = f"{number:.{decimals}E}".partition("E")
    sign = "-" if int(exponent) < 0 else pattern[power].text[1:].replace("-", "")
    shown = f"{mantissa}E{sign}{abs(int(exponent)):0{digits}d}"
    return shown, Decimal(shown), True
