"""How likely all answers of one hand are alike, when people differ: some are kind to all, some strict with all.

Answers of a hand follow the shares of each unit, but each hand leans its own way (Pólya's urn, the Dirichlet-
multinomial distribution): two answers of one hand agree with the chance e + ρ (1 − e), where e is that of two hands.
Pólya's urn then says how likely all n are alike. ρ is taken from the hands whose answers are *not* all alike, so that
those who never look do not make themselves look usual.

Source of the model: Mosimann (1962), Biometrika 49; of leaving out what is to be tested, the truncated likelihood.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pingyi.integrity.chance import Floats, log_gamma

BELIEF = 5.0
"""Answers that the method's shares are worth beside a unit's own: with few answers a unit's shares say little."""

STEPS, MOST = 40, 0.9
"""Halvings in search of ρ, and the largest it may be."""


@dataclass(frozen=True)
class Hands:
    """One row a hand in `frame`: hand, answers, alike (whether all are equal), and two chances.

    p: that all would be equal. own: where they are, that all would be of this level, or of one less likely.
    lean: ρ, how much more two answers of one hand agree than those of two.
    """

    frame: pl.DataFrame
    lean: float


@dataclass(frozen=True)
class Counts:
    """Answers by hand: how many, ordered pairs that agree and that would if hands did not lean, shares, first level."""

    number: Floats
    agreeing: Floats
    apart: Floats
    shares: Floats
    most: NDArray[np.int64]

    @property
    def pairs(self) -> Floats:
        """Ordered pairs of answers of each hand."""
        return self.number * (self.number - 1)

    @property
    def alike(self) -> NDArray[np.bool_]:
        """Whose answers are all equal."""
        equal: NDArray[np.bool_] = self.agreeing == self.pairs
        return equal


def hands(answers: pl.DataFrame, prior: dict[str, float] | None = None) -> Hands:
    """How likely each hand's answers are all alike.

    answers: `hand`, `cell` (what was answered: unit and item), `level`. prior: shares of levels that a little of the
    method's are drawn to; even ones without it.
    """
    levels = sorted({*answers["level"].unique(), *(prior or {})})
    even = {level: 1 / len(levels) for level in levels}
    belief = np.array([(prior or even).get(level, 0.0) for level in levels])
    names = answers["hand"].unique().sort()
    counts = _counts(answers, names, levels, belief)
    lean = _lean(counts)
    each = all_alike(counts.number, counts.shares, lean)
    likely = np.take_along_axis(each, counts.most[:, None], axis=1)
    own = np.where(counts.alike, np.where(each <= likely, each, 0).sum(axis=1), 1.0)
    columns = {"hand": names, "answers": counts.number.astype(np.int64), "alike": counts.alike}
    chances = {"p": np.minimum(1, each.sum(axis=1)), "own": np.minimum(1, own)}
    return Hands(pl.DataFrame(columns | chances), lean)


def _counts(answers: pl.DataFrame, names: pl.Series, levels: list[str], belief: Floats) -> Counts:
    per = answers.group_by("hand", "cell", "level").len().sort("hand", "cell", "level")
    pair = per.select(pl.struct("hand", "cell").rle_id()).to_series().to_numpy()
    first = np.flatnonzero(np.diff(pair, prepend=-1))
    own = np.zeros((len(first), len(levels)))
    own[pair, per["level"].replace_strict(levels, range(len(levels)), return_dtype=pl.Int64).to_numpy()] = per["len"]
    hand = per["hand"].rle_id().to_numpy()[first]
    cell = (per["cell"].rank("dense") - 1).to_numpy().astype(np.int64)[first]
    of_hand = _added(own, hand, len(names))
    shares = _shares(own, hand, cell, of_hand, belief)
    number, weight = of_hand.sum(axis=1), own.sum(axis=1)[:, None]
    middle = np.exp(_added(weight * np.log(np.maximum(shares, 1e-300)), hand, len(names)) / number[:, None])
    squares = _added(weight * shares, hand, len(names)) ** 2 - _added(weight * shares**2, hand, len(names))
    return Counts(number, (of_hand * (of_hand - 1)).sum(axis=1), squares.sum(axis=1), middle, of_hand.argmax(axis=1))


def _added(values: Floats, place: NDArray[np.int64], places: int) -> Floats:
    """Rows of values added up by place."""
    sums = np.zeros((places, values.shape[1]))
    np.add.at(sums, place, values)
    return sums


def _shares(own: Floats, hand: NDArray[np.int64], cell: NDArray[np.int64], of_hand: Floats, belief: Floats) -> Floats:
    """For each hand and cell: the share of each level among the others' answers, drawn a little to the method's."""
    rest = own.sum(axis=0) - of_hand[hand] + BELIEF * belief
    rest = rest / rest.sum(axis=1, keepdims=True)
    others = _added(own, cell, int(cell.max()) + 1)[cell] - own
    shares: Floats = (others + BELIEF * rest) / (others.sum(axis=1, keepdims=True) + BELIEF)
    return shares


def all_alike(number: Floats, shares: Floats, lean: float) -> Floats:
    """The chance that so many answers are all of each level: Π (A s + i) ÷ (A + i), A = (1 − ρ) ÷ ρ."""
    if lean < 1e-6:
        exact: Floats = shares ** number[:, None]
        return exact
    a = (1 - lean) / lean
    urn = np.maximum(a * shares, 1e-9)
    up = log_gamma(urn + number[:, None]) - log_gamma(urn)
    down = log_gamma(a + number) - log_gamma(np.full_like(number, a))
    chances: Floats = np.exp(up - down[:, None])
    return chances


def _lean(counts: Counts) -> float:
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
        alike = np.minimum(all_alike(counts.number, counts.shares, middle).sum(axis=1), 1 - 1e-9)
        agree = (apart + middle * (1 - apart) - alike) / (1 - alike)
        low, high = (middle, high) if float(agree[mixed].sum()) < seen else (low, middle)
    return low
