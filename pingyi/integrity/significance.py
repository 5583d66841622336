"""How unlikely a pattern is where nothing is wrong: tails, corrections for having looked many times, two models.

Tails are those of counts and of chi-square. `compare_strata` asks whether a part of the answers differs from the rest
once it is known whom they were about, `fit_leniency` how likely all answers of one hand are alike when people differ.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEW = 8
"""With fewer tests than this the middle one says nothing about all."""

LEAST = 5.0
"""Expected answers of a level, at least; rarer ones are joined with the next level (Cochran's rule)."""

BELIEF = 5.0
"""Answers that the method's shares are worth beside a unit's own: with few answers a unit's shares say little."""

STEPS, MOST = 40, 0.9
"""Halvings in search of ρ, and the largest it may be."""


# Tails


def binomial_tail(k: ArrayLike, n: ArrayLike, share: ArrayLike) -> Floats:
    """The chance of k or more of n, each with this share; 1 where k is not above the mean (it is not asked for)."""
    from scipy.stats import binom

    k_, n_, p = (np.asarray(one, dtype=np.float64) for one in (k, n, share))
    return np.where(k_ <= n_ * p, 1.0, binom.sf(k_ - 1, n_, np.clip(p, 0, 1)))


def negative_binomial_tail(k: ArrayLike, mean: ArrayLike, spread: ArrayLike) -> Floats:
    """The chance of a count of k or more with this mean and variance mean + spread × mean²; 1 up to the mean.

    Spread 0 is Poisson's distribution.
    """
    from scipy.special import betainc

    k_, mu, phi = (np.asarray(one, dtype=np.float64) for one in (k, mean, spread))
    mu, r = np.maximum(mu, 1e-12), 1 / np.maximum(phi, 1e-9)
    # not scipy.stats.nbinom: it takes r ÷ (r + mean), which loses the digits of its complement where spread is small
    return np.where(k_ <= mu, 1.0, betainc(k_, r, mu / (mu + r)))


def chi_square_tail(value: float, freedom: int) -> float:
    """The chance of a chi-square with so many degrees of freedom at or above a value; 1 without any freedom."""
    from scipy.stats import chi2

    return float(chi2.sf(value, freedom)) if freedom >= 1 else 1.0


# Corrections


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


def deflate(chances: ArrayLike) -> Floats:
    """P-values made larger until the middle one is no smaller than chance alone would make it (one half)."""
    p = np.clip(np.asarray(chances, dtype=np.float64), 1e-300, 1.0)
    softer: Floats = p ** (1 / inflation(p))
    return softer


def correct_for_all(chances: ArrayLike, tests: int | None = None) -> Floats:
    """P-values corrected for all tests: the chance that any one of so many is this small (Bonferroni)."""
    p = np.asarray(chances, dtype=np.float64)
    return np.minimum(1.0, p * (len(p) if tests is None else tests))


def false_share(chances: ArrayLike) -> Floats:
    """For each p-value the share of false findings among those at most as large (Benjamini and Hochberg 1995)."""
    from scipy.stats import false_discovery_control

    shares: Floats = false_discovery_control(np.asarray(chances, dtype=np.float64))
    return shares


# Tables


def codes_of(values: pl.Series, names: list[Any]) -> Ints:
    """The position of each value among the names."""
    codes: Ints = values.replace_strict(names, range(len(names)), return_dtype=pl.Int64).to_numpy()
    return codes


def add_up(values: ArrayLike, places: tuple[Ints, ...], shape: tuple[int, ...]) -> Floats:
    """A table of this shape with the values added up at their places."""
    sums = np.zeros(shape)
    np.add.at(sums, places, values)
    return sums


def join_rare_levels(expected: Floats) -> Floats:
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


@dataclass(frozen=True, slots=True)
class StratifiedTest:
    """One part: its answers, seen and expected by level, the statistic and its degrees of freedom (0: no test)."""

    answers: int
    seen: Floats
    expected: Floats
    statistic: float
    freedom: int


def compare_strata(part: Ints, stratum: Ints, level: Ints, votes: Floats) -> list[StratifiedTest]:
    """A test of each part against the rest. Arrays: one entry a cell (part, stratum, level from 0) with its votes.

    The generalised Cochran–Mantel–Haenszel statistic: in each stratum the levels of one part and of the rest form a
    table with given margins; differences from what the margins lead to expect are added over the strata and weighed
    with their exact covariance. Chi-square with one degree for each level but one. Source: Mantel (1963), JASA 58;
    Landis, Heyman and Koch (1978), International Statistical Review 46.
    Levels are ordered; strata with a single answer, or without the rest, say nothing and count nothing.
    """
    shape = int(stratum.max()) + 1, int(level.max()) + 1
    whole = add_up(votes, (stratum, level), shape)
    masks = (part == nth for nth in range(int(part.max()) + 1))
    return [_test_part(add_up(votes[own], (stratum[own], level[own]), shape), whole) for own in masks]


def _test_part(cells: Floats, whole: Floats) -> StratifiedTest:
    some = (cells.sum(axis=1) > 0) & (whole.sum(axis=1) > cells.sum(axis=1))
    own, all_ = cells[some], whole[some]
    n, total = own.sum(axis=1), all_.sum(axis=1)
    expected = (all_ * (n / total)[:, None]).sum(axis=0)
    weight = n * (total - n) / (total**2 * np.maximum(total - 1, 1))
    covariance = np.diag((weight * total) @ all_) - np.einsum("s,sa,sb->ab", weight, all_, all_)
    seen, groups = own.sum(axis=0), join_rare_levels(expected)
    statistic, freedom = 0.0, max(groups.shape[0] - 1, 0)
    if freedom:
        d, v = (groups @ (seen - expected))[:-1], (groups @ covariance @ groups.T)[:-1, :-1]
        statistic = float(d @ np.linalg.pinv(v) @ d)
    return StratifiedTest(int(n.sum()), seen, expected, statistic, freedom)


# Leniency


@dataclass(frozen=True)
class Leniency:
    """One row a hand in `frame`: hand, answers, alike (whether all are equal), and two chances.

    p: that all would be equal. own: where they are, that all would be of this level, or of one less likely.
    lean: ρ, how much more two answers of one hand agree than those of two.
    """

    frame: pl.DataFrame
    lean: float


@dataclass(frozen=True)
class HandCounts:
    """Answers by hand: how many, ordered pairs of them, whether all are equal, shares of levels, the commonest level.

    agreeing, apart: pairs that agree, and that would if hands did not lean.
    """

    number: Floats
    pairs: Floats
    alike: NDArray[np.bool_]
    agreeing: Floats
    apart: Floats
    shares: Floats
    most: Ints


def fit_leniency(answers: pl.DataFrame, prior: dict[str, float] | None = None) -> Leniency:
    """How likely each hand's answers are all alike, when some hands are kind to all and some strict with all.

    answers: `hand`, `cell` (what was answered: unit and item), `level`. prior: shares of levels that a little of the
    method's are drawn to; even ones without it.
    Answers of a hand follow the shares of each unit, but each hand leans its own way (Pólya's urn, the Dirichlet-
    multinomial distribution): two answers of one hand agree with the chance e + ρ (1 − e), where e is that of two
    hands. Pólya's urn then says how likely all n are alike. ρ is taken from the hands whose answers are *not* all
    alike, so that those who never look do not make themselves look usual. Source of the model: Mosimann (1962),
    Biometrika 49; of leaving out what is to be tested, the truncated likelihood.
    """
    levels = sorted({*answers["level"].unique(), *(prior or {})})
    even = {level: 1 / len(levels) for level in levels}
    belief = np.array([(prior or even).get(level, 0.0) for level in levels])
    names = answers["hand"].unique().sort()
    counts = _count_by_hand(answers, names, levels, belief)
    lean = _fit_lean(counts)
    each = chance_all_alike(counts.number, counts.shares, lean)
    likely = np.take_along_axis(each, counts.most[:, None], axis=1)
    own = np.where(counts.alike, np.where(each <= likely, each, 0).sum(axis=1), 1.0)
    columns = {"hand": names, "answers": counts.number.astype(np.int64), "alike": counts.alike}
    chances = {"p": np.minimum(1, each.sum(axis=1)), "own": np.minimum(1, own)}
    return Leniency(pl.DataFrame(columns | chances), lean)


def _count_by_hand(answers: pl.DataFrame, names: pl.Series, levels: list[str], belief: Floats) -> HandCounts:
    per = answers.group_by("hand", "cell", "level").len().sort("hand", "cell", "level")
    pair = per.select(pl.struct("hand", "cell").rle_id()).to_series().to_numpy()
    first = np.flatnonzero(np.diff(pair, prepend=-1))
    own = np.zeros((len(first), len(levels)))
    own[pair, codes_of(per["level"], levels)] = per["len"]
    hand = per["hand"].rle_id().to_numpy()[first]
    cell = (per["cell"].rank("dense") - 1).to_numpy().astype(np.int64)[first]
    by_hand = (len(names), len(levels))
    answered = add_up(own, (hand,), by_hand)
    shares = _shares_of_others(own, hand, cell, answered, belief)
    number, weight = answered.sum(axis=1), own.sum(axis=1)[:, None]
    middle = np.exp(add_up(weight * np.log(np.maximum(shares, 1e-300)), (hand,), by_hand) / number[:, None])
    squares = add_up(weight * shares, (hand,), by_hand) ** 2 - add_up(weight * shares**2, (hand,), by_hand)
    pairs, agreeing = number * (number - 1), (answered * (answered - 1)).sum(axis=1)
    most = answered.argmax(axis=1)
    return HandCounts(number, pairs, agreeing == pairs, agreeing, squares.sum(axis=1), middle, most)


def _shares_of_others(own: Floats, hand: Ints, cell: Ints, answered: Floats, belief: Floats) -> Floats:
    """For each hand and cell: the share of each level among the others' answers, drawn a little to the method's."""
    rest = own.sum(axis=0) - answered[hand] + BELIEF * belief
    rest = rest / rest.sum(axis=1, keepdims=True)
    others = add_up(own, (cell,), (int(cell.max()) + 1, own.shape[1]))[cell] - own
    shares: Floats = (others + BELIEF * rest) / (others.sum(axis=1, keepdims=True) + BELIEF)
    return shares


def chance_all_alike(number: Floats, shares: Floats, lean: float) -> Floats:
    """The chance that so many answers are all of each level: Π (A s + i) ÷ (A + i), A = (1 − ρ) ÷ ρ."""
    from scipy.special import gammaln

    if lean < 1e-6:
        exact: Floats = shares ** number[:, None]
        return exact
    a = (1 - lean) / lean
    urn = np.maximum(a * shares, 1e-9)
    up = gammaln(urn + number[:, None]) - gammaln(urn)
    down = gammaln(a + number) - gammaln(a)
    chances: Floats = np.exp(up - down[:, None])
    return chances


def _fit_lean(counts: HandCounts) -> float:
    """ρ for which hands that are not all alike agree with themselves as often as they do; at most that of all hands.

    Those whose answers differ tell a large ρ badly from a larger one; all hands together give a bound.
    """
    mixed, some = ~counts.alike, counts.number > 1
    pairs = np.maximum(counts.pairs, 1)
    agreeing, apart = counts.agreeing / pairs, counts.apart / pairs
    seen = float(agreeing[mixed].sum())
    of_all = float((agreeing - apart)[some].sum()) / max(float((1 - apart)[some].sum()), 1e-9)
    low, high = 0.0, min(MOST, max(0.0, of_all))
    for _ in range(STEPS if mixed.any() else 0):
        middle = (low + high) / 2
        alike = np.minimum(chance_all_alike(counts.number, counts.shares, middle).sum(axis=1), 1 - 1e-9)
        agree = (apart + middle * (1 - apart) - alike) / (1 - alike)
        low, high = (middle, high) if float(agree[mixed].sum()) < seen else (low, middle)
    return low
