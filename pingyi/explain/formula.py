"""Formulas that can be read and replayed: exact numbers and operations, and the words for them.

A formula's text and its value come from the same tree: the words cannot say another number than the one they lead to.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from operator import mul, sub, truediv
from typing import Literal

from pingyi.common import wording
from pingyi.common.wording import Numeric

Sign = Literal["", "＋", "−", "×", "÷", "至少", "至多", "查表"]
"""A number, or what is done with the parts; 查表: a number looked up for the parts."""

RANK = {"＋": 1, "−": 1, "×": 2, "÷": 2}
"""How tightly a sign binds."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A number, or an operation on formulas.

    number: the value of a number, or what was looked up. said: words that stand for the whole, where they are better
    than signs. places: how many decimals of the number the words show; None: all. Percentages and votes are plain
    numbers here; only their words differ.
    """

    sign: Sign
    parts: tuple["Formula", ...] = ()
    number: Fraction = Fraction(0)
    said: str = ""
    places: int | None = None

    @property
    def value(self) -> Fraction:
        """What it comes to, exactly, worked out from its parts."""
        return self._worked_out([part.value for part in self.parts], self.number)

    @property
    def as_read(self) -> Fraction:
        """What somebody gets who works with the rounded numbers that the words show."""
        number = self.number if self.places is None else Fraction(wording.rounded(self.number, self.places))
        return self._worked_out([part.as_read for part in self.parts], number)

    def _worked_out(self, values: list[Fraction], number: Fraction) -> Fraction:
        match self.sign:
            case "＋":
                return sum(values, Fraction(0))
            case "−":
                return reduce(sub, values)
            case "×":
                return reduce(mul, values)
            case "÷":
                return reduce(truediv, values)
            case "至少":
                return max(values)
            case "至多":
                return min(values)
        return number

    @property
    def text(self) -> str:
        """The formula as it is read, without its result."""
        if self.said:
            return self.said
        texts = [self._inside(place, part) for place, part in enumerate(self.parts)]
        return self.sign.join(texts).replace("＋−", "−")

    def _inside(self, place: int, part: "Formula") -> str:
        rank, inner = RANK.get(self.sign, 0), 9 if part.said else RANK.get(part.sign, 9)
        loose = inner < rank or (self.sign in ("÷", "−") and place > 0 and inner == rank)
        loose = loose or (place > 0 and self.sign != "＋" and part.text.startswith("−"))
        return f"（{part.text}）" if loose else part.text

    @property
    def is_number(self) -> bool:
        """Whether there is nothing to work out."""
        return self.sign == ""


def number(value: Numeric, said: str, *, places: int | None = None) -> Formula:
    """A number and how it is written, with all its decimals or so many."""
    return Formula("", (), Fraction(value), said, places)


def marks(value: Numeric, name: str = "") -> Formula:
    """Marks by name, with two places: 半年度 22.87."""
    return number(value, f"{name} {wording.shown(value)}" if name else wording.shown(value), places=2)


def rule(value: Numeric, name: str = "") -> Formula:
    """A number of the plan as the plan writes it."""
    return number(value, f"{name} {wording.plain(value)}" if name else wording.plain(value))


def share(value: Numeric) -> Formula:
    """A share of the plan or a rate, as per cent."""
    whole = Fraction(value) * 100
    return number(value, wording.percent(value, 0 if whole.denominator == 1 else 2), places=4)


def total(parts: Iterable[Formula], said: str = "") -> Formula:
    """The sum; of one part, the part itself."""
    parts = tuple(parts)
    return parts[0] if len(parts) == 1 and not said else Formula("＋", parts, said=said)


def product(*parts: Formula) -> Formula:
    """The product."""
    return Formula("×", parts)


def quotient(above: Formula, below: Formula) -> Formula:
    """above ÷ below, or just above where below is one."""
    return above if below.value == 1 and below.is_number else Formula("÷", (above, below))


def at_least(part: Formula, bound: Decimal, because: str) -> Formula:
    """The part, or the bound where it is below. because: with what the bound gives."""
    said = f"{part.text} 低于 {wording.plain(bound)}，{because}"
    return Formula("至少", (part, rule(bound)), said=said)


def at_most(part: Formula, bound: Decimal, because: str) -> Formula:
    """The part, or the bound where it is above."""
    said = f"{part.text} 超过 {wording.plain(bound)}，{because}"
    return Formula("至多", (part, rule(bound)), said=said)


def less(whole: Formula, part: Formula) -> Formula:
    """whole − part."""
    return Formula("−", (whole, part))


def looked_up(part: Formula, value: Numeric, said: str) -> Formula:
    """A number that a table of the plan gives for the part."""
    return Formula("查表", (part,), Fraction(value), said)


def fraction(atoms: int | None) -> Fraction | None:
    """A number of the database in atoms (10^-24) as a fraction."""
    return None if atoms is None else Fraction(atoms, 10**24)
