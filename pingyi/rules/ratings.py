"""Ratings: how the levels that people give make a unit's own marks, and what few votes make of those."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from pingyi.rules.formulas import (
    Formula,
    number,
    plan_number,
    product,
    share,
    total,
    total_there,
    weighed_mean,
)

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
