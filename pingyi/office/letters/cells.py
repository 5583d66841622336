"""Small cells of a table of votes: which must not be shown, so that nobody learns how a handful of people rated.

A letter leaves the office. A cell below `LEAST` votes is not shown. What could be found by subtracting the shown cells
from the total is not shown either: a second cell, the next smallest, goes with it, and more until nothing can be found.
"""

from collections.abc import Sequence
from typing import Literal

from pingyi.disclosure import LEAST

OPEN = 3
"""Values that the votes of a small cell may have, for all that anybody can work out; ties may rule out one of them."""

Seen = Literal["shown", "few", "apart"]
"""few: too few votes. apart: enough, and withheld so that the few cannot be found."""


def seen(votes: Sequence[int]) -> list[Seen] | None:
    """How the cells of one breakdown are shown beside their total; None: only the total may be shown."""
    small = [at for at, number in enumerate(votes) if number < LEAST]
    rest = sorted((at for at in range(len(votes)) if at not in small), key=lambda at: (votes[at], at))
    if not small:
        return ["shown"] * len(votes)
    for more in range(len(rest) + 1):
        apart, shown = rest[:more], rest[more:]
        most = min((votes[at] for at in shown), default=None)
        if _safe([votes[at] for at in small], [votes[at] for at in apart], most):
            return ["few" if at in small else "apart" if at in apart else "shown" for at in range(len(votes))]
    return None


def _safe(small: list[int], apart: list[int], most: int | None) -> bool:
    """Whether the sum of what is withheld, which anybody can find, gives nothing away.

    It must be made of several cells and `LEAST` votes, and must leave a small cell several values.
    """
    whole = sum(small) + sum(apart)
    open_values = _values(len(small), len(apart), whole, most)
    return len(small) + len(apart) > 1 and whole >= LEAST and open_values >= OPEN


def _values(small: int, apart: int, whole: int, most: int | None) -> int:
    """How many values a small cell can have: small cells have 1 to LEAST − 1 votes, others LEAST to `most`."""
    highest = whole - (small - 1) - apart * LEAST
    others = None if apart and most is None else (small - 1) * (LEAST - 1) + apart * (most or 0)
    lowest = 1 if others is None else whole - others
    return min(highest, LEAST - 1) - max(lowest, 1) + 1
