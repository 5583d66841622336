"""Formulas as a spreadsheet writes them, each beside the exact number that it comes to.

Text and number grow together, so that a formula is written only where its number is known to be ours. Quotes are those
of a formula: `""` is an empty cell.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import trunc

from pingyi.common import wording
from pingyi.common.wording import Numeric
from pingyi.plan.converts import Convert

PLACES = 10
"""Decimal places of marks."""


@dataclass(frozen=True, slots=True)
class Term:
    """A part of a formula. value: None where the cell is empty. loose: it needs brackets before it is multiplied."""

    text: str
    value: Fraction | None
    loose: bool = False

    @property
    def tight(self) -> str:
        """The text as a factor."""
        return f"({self.text})" if self.loose else self.text

    @property
    def number(self) -> Fraction:
        """The value as arithmetic takes it: an empty cell is zero."""
        return self.value or Fraction(0)


def cell(at: str, value: Decimal | None) -> Term:
    """A cell and what stands in it."""
    return Term(at, None if value is None else Fraction(value))


def plain(value: Numeric) -> str:
    """A number of the plan as a formula writes it."""
    text = format(wording.rounded(value, PLACES), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def constant(value: Numeric) -> Term:
    """A number of the plan."""
    return Term(plain(value), Fraction(value), loose=value < 0)


def total(parts: Iterable[Term]) -> Term:
    """The sum of cells; empty ones count nothing."""
    parts = list(parts)
    return Term(f"SUM({','.join(one.text for one in parts)})", sum((one.number for one in parts), Fraction(0)))


def weighed(parts: Iterable[tuple[Term, Numeric]]) -> Term:
    """Each cell times its weight, added; empty ones count nothing."""
    parts = list(parts)
    text = "+".join(f"N({one.text})*{constant(weight).tight}" for one, weight in parts)
    return Term(text, sum((one.number * Fraction(weight) for one, weight in parts), Fraction(0)), loose=True)


def present(parts: Iterable[tuple[Term, Numeric]]) -> Term:
    """The weights of the cells that are not empty, added."""
    parts = list(parts)
    text = "+".join(f"{plain(weight)}*ISNUMBER({one.text})" for one, weight in parts)
    there = (Fraction(weight) for one, weight in parts if one.value is not None)
    return Term(text, sum(there, Fraction(0)), loose=True)


def added(*parts: Term) -> Term:
    """The parts added."""
    return Term("+".join(one.text for one in parts), sum((one.number for one in parts), Fraction(0)), loose=True)


def product(one: Term, other: Term) -> Term:
    """one × other."""
    return Term(f"{one.tight}*{other.tight}", one.number * other.number)


def quotient(above: Term, below: Term) -> Term:
    """above ÷ below; nothing where below is zero."""
    value = above.number / below.number if below.number else None
    return Term(f"{above.tight}/({below.text})", value)


def rounded(one: Term, places: int = PLACES) -> Term:
    """Half away from zero (四舍五入)."""
    return Term(f"ROUND({one.text},{places})", Fraction(wording.rounded(one.number, places)))


def unless(nothing: str, is_nothing: bool, one: Term) -> Term:
    """The part, or an empty cell where the condition holds."""
    return Term(f'IF({nothing},"",{one.text})', None if is_nothing else one.value)


def fewer(parts: Sequence[Term]) -> tuple[str, bool]:
    """The condition that one of the cells is empty, and whether it holds."""
    missing = any(one.value is None for one in parts)
    return f"COUNT({','.join(one.text for one in parts)})<{len(parts)}", missing


def converted(one: Term, convert: Convert, column: Callable[[str], Decimal]) -> Term | None:
    """What a conversion makes of a part; None where a formula of the same row cannot say it.

    column: the number in a roster column of the unit.
    """
    say = KINDS.get(convert.kind)
    return say(one, convert, column) if say else None


def _scale(one: Term, convert: Convert, column: Callable[[str], Decimal]) -> Term:
    assert convert.scale is not None
    return quotient(product(one, constant(convert.scale.to)), constant(convert.scale.start))


def _cap(one: Term, convert: Convert, column: Callable[[str], Decimal]) -> Term:
    assert convert.cap is not None
    return Term(f"MIN({one.text},{plain(convert.cap)})", min(one.number, Fraction(convert.cap)))


def _floor(one: Term, convert: Convert, column: Callable[[str], Decimal]) -> Term:
    assert convert.floor is not None
    return Term(f"MAX({one.text},{plain(convert.floor)})", max(one.number, Fraction(convert.floor)))


def _times(one: Term, convert: Convert, column: Callable[[str], Decimal]) -> Term:
    assert convert.times is not None
    return product(one, constant(convert.times))


def _times_column(one: Term, convert: Convert, column: Callable[[str], Decimal]) -> Term:
    assert convert.times_column is not None
    return product(one, constant(column(convert.times_column)))


def _per(one: Term, convert: Convert, column: Callable[[str], Decimal]) -> Term:
    assert convert.per is not None
    return quotient(one, constant(column(convert.per)))


def _per_point(one: Term, convert: Convert, column: Callable[[str], Decimal]) -> Term:
    rule = convert.per_point
    assert rule is not None
    below = f"{plain(rule.full)}-({plain(rule.target)}-{one.tight})*{plain(rule.points)}/{plain(rule.of)}"
    above = f"{plain(rule.full)}+({one.text}-{plain(rule.target)})*{plain(rule.over)}/{plain(rule.of)}"
    missed = one.number - Fraction(rule.target)
    each = Fraction(rule.points if missed < 0 else rule.over)
    value = Fraction(rule.full) + missed * each / Fraction(rule.of)
    return Term(f"IF({rounded(one).text}<{plain(rule.target)},{below},{above})", value)


def _round(one: Term, convert: Convert, column: Callable[[str], Decimal]) -> Term:
    rule = convert.round
    assert rule is not None
    if rule.mode == "half_up":
        return rounded(one, rule.places)
    unit = 10**rule.places
    return Term(f"TRUNC({rounded(one).text},{rule.places})", Fraction(trunc(one.number * unit), unit))


def stepped(one: Term, steps: Sequence[tuple[Decimal | None, Decimal]]) -> Term:
    """The marks of the highest bound that the part reaches; below the lowest an empty cell, or what the plan says."""
    below = [marks for bound, marks in steps if bound is None]
    text, value = (plain(below[0]), Fraction(below[0])) if below else ('""', None)
    for bound, marks in sorted((bound, marks) for bound, marks in steps if bound is not None):
        text = f"IF({rounded(one).text}>={plain(bound)},{plain(marks)},{text})"
        value = Fraction(marks) if one.number >= bound else value
    return Term(text, value)


KINDS: dict[str, Callable[[Term, Convert, Callable[[str], Decimal]], Term]] = {
    "scale": _scale,
    "cap": _cap,
    "floor": _floor,
    "times": _times,
    "times_column": _times_column,
    "per": _per,
    "per_point": _per_point,
    "round": _round,
}
"""Conversions that a formula can say of one row; `stepped` says steps, which must come last."""
