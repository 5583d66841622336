"""Tails of the distributions that the detectors compare with, and corrections for having looked many times.

Tails are summed term by term from a first term in logarithms, so that a chance of one in a billion keeps its digits.
No table and no library beyond numpy: the tails needed here are upper ones, of counts and of chi-square with whole
degrees of freedom.
"""

from collections.abc import Callable
from math import erfc

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ratio = Callable[[int], Floats]

TERMS, ENOUGH = 20_000, 1e-16
"""Terms of a tail at most; a term this much smaller than the sum ends it."""

FEW = 8
"""With fewer tests than this the middle one says nothing about all."""


def log_gamma(x: ArrayLike) -> Floats:
    """ln Γ(x) for x > 0, to about 13 digits: Stirling's series at x + 8, led back by Γ(x + 1) = x Γ(x)."""
    low = np.asarray(x, dtype=np.float64)
    steps = sum(np.log(low + step) for step in range(8))
    z = low + 8
    series = 1 / (12 * z) - 1 / (360 * z**3) + 1 / (1260 * z**5) - 1 / (1680 * z**7)
    stirling: Floats = (z - 0.5) * np.log(z) - z + 0.5 * np.log(2 * np.pi) + series - steps
    return stirling


def log_choose(n: ArrayLike, k: ArrayLike) -> Floats:
    """ln of the number of ways to choose k of n; minus infinity where there is none."""
    whole, part = np.broadcast_arrays(np.asarray(n, dtype=np.float64), np.asarray(k, dtype=np.float64))
    fits = (part >= 0) & (part <= whole)
    some, all_ = np.where(fits, part, 0), np.where(fits, whole, 0)
    ways = log_gamma(all_ + 1) - log_gamma(some + 1) - log_gamma(all_ - some + 1)
    return np.where(fits, ways, -np.inf)


def binomial_tail(k: ArrayLike, n: ArrayLike, share: ArrayLike) -> Floats:
    """The chance of k or more of n, each with this share; 1 where k is not above the mean (it is not asked for)."""
    k_, n_, p = _together(k, n, share)
    p = np.clip(p, 1e-300, 1 - 1e-12)
    first = log_choose(n_, k_) + k_ * np.log(p) + (n_ - k_) * np.log1p(-p)
    tail = _summed(first, lambda j: np.maximum(n_ - k_ - j + 1, 0) / (k_ + j) * (p / (1 - p)))
    return np.where(k_ <= n_ * p, 1.0, tail)


def negative_binomial_tail(k: ArrayLike, mean: ArrayLike, spread: ArrayLike) -> Floats:
    """The chance of a count of k or more with this mean and variance mean + spread × mean²; 1 up to the mean.

    Spread 0 is Poisson's distribution.
    """
    k_, mu, phi = _together(k, mean, spread)
    mu, r = np.maximum(mu, 1e-12), 1 / np.maximum(phi, 1e-9)
    p = mu / (mu + r)
    first = log_gamma(k_ + r) - log_gamma(r) - log_gamma(k_ + 1) + k_ * np.log(p) + r * np.log1p(-p)
    return np.where(k_ <= mu, 1.0, _summed(first, lambda j: (k_ + j - 1 + r) / (k_ + j) * p))


def chi_square_tail(value: float, freedom: int) -> float:
    """The chance of a chi-square of `freedom` (1, 2, 3 …) degrees at or above a value; 1 for none.

    Q(a + 1) = Q(a) + xᵃe⁻ˣ ÷ Γ(a + 1).
    """
    if freedom < 1:
        return 1.0
    x = max(value, 0.0) / 2
    a, tail = (0.5, erfc(x**0.5)) if freedom % 2 else (1.0, float(np.exp(-x)))
    while a < freedom / 2 and x > 0:
        tail += float(np.exp(a * np.log(x) - x - log_gamma(a + 1)))
        a += 1
    return min(tail, 1.0)


def inflation(chances: ArrayLike) -> float:
    """By how much everything deviates from the null: the middle −ln p over ln 2, where that is more than chance brings.

    Where everything deviates a little, it is the null that is wrong. Source: genomic control, Devlin and Roeder (1999),
    Biometrics 55. Up to half of the tests may be real deviations; the lower of two middle ones is taken. 1 where the
    middle is within two standard errors (2 ÷ √n, −ln p being exponential) of ln 2, and with fewer than eight tests.
    """
    p = np.clip(np.asarray(chances, dtype=np.float64), 1e-300, 1.0)
    if len(p) < FEW:
        return 1.0
    middle = float(np.sort(-np.log(p))[(len(p) - 1) // 2])
    return middle / float(np.log(2)) if middle > np.log(2) + 2 / np.sqrt(len(p)) else 1.0


def calmed(chances: ArrayLike) -> Floats:
    """P-values made larger until the middle one is no smaller than chance alone would make it (one half)."""
    p = np.clip(np.asarray(chances, dtype=np.float64), 1e-300, 1.0)
    softer: Floats = p ** (1 / inflation(p))
    return softer


def for_all(chances: ArrayLike, tests: int | None = None) -> Floats:
    """P-values corrected for all tests: the chance that any one of so many is this small (Bonferroni)."""
    p = np.asarray(chances, dtype=np.float64)
    return np.minimum(1.0, p * (len(p) if tests is None else tests))


def false_share(chances: ArrayLike) -> Floats:
    """For each p-value the share of false findings among those at most as large (Benjamini and Hochberg 1995)."""
    p = np.asarray(chances, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    ranked = p[order] * len(p) / np.arange(1, len(p) + 1)
    shares = np.empty(len(p))
    shares[order] = np.minimum(1.0, np.minimum.accumulate(ranked[::-1])[::-1])
    return shares


def _together(*values: ArrayLike) -> list[Floats]:
    return [np.array(one) for one in np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in values))]


def _summed(first: Floats, ratio: Ratio) -> Floats:
    """exp(first) × (1 + r₁ + r₁r₂ + …)."""
    term, total = np.ones_like(first), np.ones_like(first)
    for j in range(1, TERMS):
        term = term * ratio(j)
        total = total + term
        if not np.any(term > ENOUGH * total):
            break
    sums: Floats = np.minimum(1.0, np.exp(first) * total)
    return sums
