"""Whether a part of the answers differs from the rest once it is known whom they were about.

The generalised Cochran–Mantel–Haenszel statistic: in each stratum (a unit and item) the levels of one part and of the
rest form a table with given margins; differences from what the margins lead to expect are added over the strata and
weighed with their exact covariance. Chi-square with one degree for each level but one. Source: Mantel (1963), JASA 58;
Landis, Heyman and Koch (1978), International Statistical Review 46.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pingyi.integrity.chance import Floats

LEAST = 5.0
"""Expected answers of a level, at least; rarer ones are joined with the next level (Cochran's rule)."""


@dataclass(frozen=True, slots=True)
class Test:
    """One part: its answers, seen and expected by level, the statistic and its degrees of freedom (0: no test)."""

    answers: int
    seen: Floats
    expected: Floats
    statistic: float
    freedom: int


def compared(
    part: NDArray[np.int64], stratum: NDArray[np.int64], level: NDArray[np.int64], votes: Floats
) -> list[Test]:
    """A test of each part against the rest. Arrays: one entry a cell (part, stratum, level from 0) with its votes.

    Levels are ordered; strata with a single answer, or without the rest, say nothing and count nothing.
    """
    parts, strata, levels = (int(one.max()) + 1 for one in (part, stratum, level))
    whole = np.zeros((strata, levels))
    np.add.at(whole, (stratum, level), votes)
    tests = []
    for nth in range(parts):
        own = part == nth
        cells = np.zeros((strata, levels))
        np.add.at(cells, (stratum[own], level[own]), votes[own])
        tests.append(_test(cells, whole))
    return tests


def _test(cells: Floats, whole: Floats) -> Test:
    some = cells.sum(axis=1) > 0
    own, all_ = cells[some], whole[some]
    n, total = own.sum(axis=1), all_.sum(axis=1)
    told = total > n
    own, all_, n, total = own[told], all_[told], n[told], total[told]
    expected = (all_ * (n / total)[:, None]).sum(axis=0)
    weight = n * (total - n) / (total**2 * np.maximum(total - 1, 1))
    spread = np.diag((weight * total) @ all_) - np.einsum("s,sa,sb->ab", weight, all_, all_)
    statistic, freedom = _joined(own.sum(axis=0) - expected, spread, expected)
    return Test(int(n.sum()), own.sum(axis=0), expected, statistic, freedom)


def _joined(difference: Floats, spread: Floats, expected: Floats) -> tuple[float, int]:
    """The statistic with rare levels joined to their neighbours, and its degrees of freedom."""
    groups = together(expected)
    if groups.shape[0] < 2:
        return 0.0, 0
    d, v = groups @ difference, groups @ spread @ groups.T
    return float(d[:-1] @ np.linalg.pinv(v[:-1, :-1]) @ d[:-1]), groups.shape[0] - 1


def together(expected: Floats) -> Floats:
    """Which levels are joined, as rows of zeros and ones: neighbours until `LEAST` answers are expected of each."""
    rows: list[Floats] = []
    open_ = np.zeros(len(expected))
    for level, number in enumerate(expected):
        open_[level] = 1
        if (open_ * expected).sum() >= LEAST and number > 0:
            rows.append(open_)
            open_ = np.zeros(len(expected))
    if rows:
        rows[-1] = rows[-1] + open_
    return np.array(rows).reshape(-1, len(expected))
