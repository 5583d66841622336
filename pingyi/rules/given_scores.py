"""Given scores: marks that classes of raters give, and rates or counts that are measured."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor

from pingyi.common.wording import shown
from pingyi.rules.formulas import Formula, marks, number, plan_number, quotient, total, weighed_mean

SPELLED = 6
"""Up to so many marks of one class are written out; more are told by their sum."""


def count_trimmed(given: int, top: Decimal, bottom: Decimal) -> tuple[int, int]:
    """How many of the highest and of the lowest marks are left out, of shares whole marks only."""
    return floor(Fraction(top) * given), floor(Fraction(bottom) * given)


def average_marks(kept: Sequence[Decimal], name: str) -> Formula:
    """The mean of the marks of one class of raters; one mark alone by the name of who gave it."""
    if len(kept) == 1:
        return marks(kept[0], name)
    told = f"{len(kept)} 个评分之和 {shown(sum(kept))}" if len(kept) > SPELLED else ""
    return quotient(total(map(marks, kept), told), number(len(kept), str(len(kept))))


def weigh_classes(averages: Sequence[tuple[Formula, Decimal]], whole: Decimal) -> Formula:
    """The classes by their weights. whole: all weights, or those of classes that gave marks."""
    return weighed_mean(averages, whole)


def count_measured(numerators: Sequence[Decimal], name: str) -> Formula:
    """Counts of one cycle together."""
    return _name_number(name, total(map(plan_number, numerators)))


def rate_measured(numerators: Sequence[Decimal], denominators: Sequence[Decimal], names: tuple[str, str]) -> Formula:
    """按时办结 47÷应办 50: what is measured in one cycle together."""
    above, below = (total(map(plan_number, each)) for each in (numerators, denominators))
    return Formula("÷", (_name_number(names[0], above), _name_number(names[1], below)))


def _name_number(name: str, formula: Formula) -> Formula:
    return number(formula.value, f"{name} {formula.text}") if formula.is_number and name else formula
