"""Which levels people give to a unit of a certain quality, and who gives them."""

from decimal import Decimal

import numpy as np

from pingyi.plan import Plan
from pingyi.plan.ratings import Ratings
from pingyi.rules.base import ELSE
from pingyi.simulate.world import Floats, sigmoid

BEST, WORST, PULL = 1.6, 3.3, 0.5
"""Log odds that an average unit gets the best level, and anything but the worst; what one unit of quality adds."""

NO_ANSWER = 0.04
"""Share of ratings that give a level without a value (don't know)."""


def by_value(levels: dict[str, Decimal | None]) -> list[str]:
    """Levels from best to worst, those without a value last."""
    return sorted(levels, key=lambda level: (levels[level] is None, -(levels[level] or 0)))


def level_shares(levels: dict[str, Decimal | None], quality: Floats) -> Floats:
    """The share of each level (in the order of `by_value`) for units of these qualities: rows sum to 1.

    A proportional-odds model: better quality shifts all levels upward alike.
    """
    empty = sum(value is None for value in levels.values())
    thresholds = np.linspace(BEST, WORST, max(len(levels) - empty - 1, 0))
    reached = sigmoid(thresholds + PULL * quality[:, None])
    valued = np.diff(reached, axis=1, prepend=0, append=1)
    return np.hstack([valued * (1 - NO_ANSWER * empty), np.full((len(quality), empty), NO_ANSWER)])


def group_shares(plan: Plan, component: str, rule: Ratings) -> Floats:
    """The share of each group of raters: the quota of the component's sampling, or equal shares.

    Groups that the quota does not name share what it leaves to others.
    """
    quotas = next((one.quota for one in plan.sampling if one.component == component and one.quota), {})
    unnamed = [group for group in rule.groups if group not in quotas]
    others = float(quotas.get(ELSE, 0)) / max(len(unnamed), 1)
    shares = np.array([float(quotas.get(group, others)) for group in rule.groups])
    return shares / shares.sum() if shares.sum() else np.full(len(shares), 1 / max(len(shares), 1))
