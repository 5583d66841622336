"""Leaves: how votes, cases, given marks and measured numbers make a component's own marks, step by step."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor

from pingyi.common.wording import shown
from pingyi.rules.formulas import (
    Formula,
    at_least,
    at_most,
    marks,
    number,
    plan_number,
    product,
    quotient,
    share,
    total,
    total_there,
    weighed_mean,
)

# ---------------------------------------------------------------- levels that people give, and few votes

AS_THEY_ARE = ("own", "few_flagged")
"""Rules for few votes that leave a unit its own marks, by their names in `rating_marks`."""


def rate_levels(levels: Mapping[str, Decimal | None], out_of: Decimal, votes: Mapping[str, Formula]) -> Formula:
    """（满意 40×1＋基本满意 5×0.6＋不满意 2×0）÷47: of levels that have a value. votes: of each level."""
    valued = {level: value for level, value in levels.items() if value is not None}
    earned = total(product(votes[level], plan_number(value)) for level, value in valued.items())
    return rate_of(earned, count_valued(levels, votes), out_of)


def count_valued(levels: Mapping[str, Decimal | None], votes: Mapping[str, Formula]) -> Formula:
    """Votes whose level has a value."""
    valued = [votes[level] for level, value in levels.items() if value is not None]
    return total_there(valued, str(sum(one.value for one in valued)))


def rate_of(earned: Formula, votes: Formula, out_of: Decimal) -> Formula:
    """What votes are worth ÷ what they could be worth."""
    return Formula("÷", (earned, product(votes, plan_number(out_of)) if out_of != 1 else votes))


def rate_raters(rates: Sequence[Fraction]) -> Formula:
    """The mean of what each rater's own ratings come to; who rated how stays hidden."""
    mean = sum(rates, Fraction(0)) / len(rates)
    return number(mean, f"{len(rates)} 名评价人各自满意率的平均 {share(mean).text}", places=4)


def weigh_rates(rates: Sequence[tuple[Formula, Decimal]], whole: Decimal | None = None) -> Formula:
    """The rates of items or groups by their weights. whole: all weights, where silent ones count as zero."""
    present = sum((weight for _, weight in rates), Decimal(0))
    whole = present if whole is None else whole
    return rates[0][0] if len(rates) == 1 and whole == present else weighed_mean(rates, whole)


def share_with_mean(own: Formula, mean: Formula, own_share: Formula) -> Formula:
    """What a unit with few votes gets: its own share of its own marks, the rest of the mean."""
    rest = Formula("−", (number(1, "1"), own_share), said=share(1 - own_share.value).text)
    return total([product(mean, rest), product(own, own_share)])


# ---------------------------------------------------------------- what cases cost or earn, within cap and floor


def price_cases(points: Decimal, times: int, factors: Iterable[Decimal]) -> Formula:
    """每件 −1×2 件×2: so many cases of the same points and circumstances."""
    return product(plan_number(points, "每件"), number(times, f"{times} 件"), *map(plan_number, factors))


def climb_ladder(ladder: Sequence[Decimal], first: int, last: int, factors: Iterable[Decimal]) -> Formula:
    """The points of the first to the last case of an item whose points climb; the highest rung goes on."""
    rungs = total(plan_number(ladder[min(case, len(ladder)) - 1]) for case in range(first, last + 1))
    multiplied = [*map(plan_number, factors)]
    return product(rungs, *multiplied) if multiplied else rungs


def sum_points(base: Decimal, amounts: Sequence[Formula]) -> Formula:
    """The base and what each kind of case costs or earns."""
    return total([marks(base, "基础分"), *amounts] if base or len(amounts) > 1 else amounts)


def cap_sum(value: Formula, most: Decimal | None) -> Formula:
    """The sum, or the cap where it is above."""
    if most is None:
        return value
    return at_most(value, most, f"多出的 {shown(abs(value.value - Fraction(most)))} 分不再加，按最高限计")


def floor_sum(value: Formula, least: Decimal | None) -> Formula:
    """The sum, or the floor where it is below."""
    if least is None:
        return value
    ended = "扣完为止" if least == 0 else "按最低限计"
    return at_least(value, least, f"多出的 {shown(abs(value.value - Fraction(least)))} 分不再扣，{ended}")


# ---------------------------------------------------------------- marks that classes of raters give

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


# ---------------------------------------------------------------- numbers that are measured


def count_measured(numerators: Sequence[Decimal], name: str) -> Formula:
    """Counts of one cycle together."""
    return _name_number(name, total(map(plan_number, numerators)))


def rate_measured(numerators: Sequence[Decimal], denominators: Sequence[Decimal], names: tuple[str, str]) -> Formula:
    """按时办结 47÷应办 50: what is measured in one cycle together."""
    above, below = (total(map(plan_number, each)) for each in (numerators, denominators))
    return Formula("÷", (_name_number(names[0], above), _name_number(names[1], below)))


def _name_number(name: str, formula: Formula) -> Formula:
    return number(formula.value, f"{name} {formula.text}") if formula.is_number and name else formula
