"""How likely all answers of one hand are alike, when people differ: some are kind to all, some strict with all.

Answers of a hand follow the shares of each unit, but each hand leans its own way (Pólya's urn, the Dirichlet-multinomial
distribution): two answers of one hand agree with the chance e + ρ (1 − e), where e is that of two hands. Pólya's urn
then says how likely all n are alike. ρ is taken from the hands whose answers are *not* all alike, so that those who
never look do not make themselves look usual.

Source of the model: Mosimann (1962), Biometrika 49; of leaving out what is to be tested, the truncated likelihood.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from pingyi.integrity.chance import Floats, log_gamma

BELIEF = 5.0
"""Answers that the method's shares are worth beside a unit's own: with few answers a unit's shares say little."""

STEPS, MOST = 40, 0.9
"""Halvings in search of ρ, and the largest it may be."""

KEY = ["hand", "cell", "level"]


@dataclass(frozen=True)
class Hands:
    """One row a hand in `frame`: hand, answers, alike (whether all are equal). chances: that all would be equal."""

    frame: pl.DataFrame
    chances: Floats
    lean: float


def hands(answers: pl.DataFrame, prior: dict[str, float] | None = None) -> Hands:
    """How likely each hand's answers are all alike.

    answers: `hand`, `cell` (what was answered: unit and item), `level`. prior: shares of levels that stand for the
    method's where only one hand answers; without it they are the method's own.
    """
    levels = sorted({*answers["level"].unique(), *(prior or {})})
    shares = _shares(answers, levels, prior)
    logs = [pl.col(level).log().mean().alias(f"log {level}") for level in levels]
    equal = [(pl.col(level).sum() ** 2 - (pl.col(level) ** 2).sum()).alias(f"pairs {level}") for level in levels]
    joined = answers.select(KEY).join(shares, on=["hand", "cell"])
    frame = joined.group_by("hand").agg(
        answers=pl.len(),
        agreeing=(pl.col("level").unique_counts() * (pl.col("level").unique_counts() - 1)).sum(),
        *logs,
        *equal,
    )
    frame = frame.sort("hand").with_columns(alike=pl.col("agreeing") == pl.col("answers") * (pl.col("answers") - 1))
    number = frame["answers"].to_numpy().astype(np.float64)
    middle = np.exp(frame.select(f"log {level}" for level in levels).to_numpy())
    pairs = frame.select(pl.sum_horizontal(f"pairs {level}" for level in levels)).to_series().to_numpy()
    lean = _lean(frame, number, middle, pairs)
    return Hands(frame.select("hand", "answers", "alike"), all_alike(number, middle, lean), lean)


def _shares(answers: pl.DataFrame, levels: list[str], prior: dict[str, float] | None) -> pl.DataFrame:
    """For each hand and cell: the share of each level among the others' answers, drawn a little to the method's."""
    per = answers.group_by("hand", "cell").agg(*((pl.col("level") == level).sum().alias(level) for level in levels))
    own = per.group_by("hand").agg(pl.col(levels).sum())
    cells = per.group_by("cell").agg(pl.col(levels).sum())
    total = {level: float(per[level].sum()) for level in levels}
    table = per.join(cells, on="cell", suffix=" of cell").join(own, on="hand", suffix=" of hand")
    known = prior or {level: 1 / len(levels) for level in levels}
    rest = {level: total[level] - pl.col(f"{level} of hand") + BELIEF * known.get(level, 0.0) for level in levels}
    everybody = pl.sum_horizontal(rest.values())
    others = {level: pl.col(f"{level} of cell") - pl.col(level) for level in levels}
    near = pl.sum_horizontal(others.values())
    return table.select(
        "hand",
        "cell",
        *((((others[level] + BELIEF * rest[level] / everybody) / (near + BELIEF)).alias(level)) for level in levels),
    )


def all_alike(number: Floats, shares: Floats, lean: float) -> Floats:
    """The chance that so many answers are all equal: for each level Π (A s + i) ÷ (A + i), A = (1 − ρ) ÷ ρ."""
    if lean < 1e-6:
        exact: Floats = np.minimum(1, (shares ** number[:, None]).sum(axis=1))
        return exact
    a = (1 - lean) / lean
    up = log_gamma(np.maximum(a * shares, 1e-9) + number[:, None]) - log_gamma(np.maximum(a * shares, 1e-9))
    down = log_gamma(a + number) - log_gamma(np.full_like(number, a))
    chances: Floats = np.minimum(1, np.exp(up - down[:, None]).sum(axis=1))
    return chances


def _lean(frame: pl.DataFrame, number: Floats, shares: Floats, pairs: Floats) -> float:
    """ρ for which hands that are not all alike agree with themselves as often as they do."""
    mixed = ~frame["alike"].to_numpy()
    couples = number * (number - 1)
    seen = float((frame["agreeing"].to_numpy() / np.maximum(couples, 1))[mixed].sum())
    apart = pairs / np.maximum(couples, 1)
    low, high = 0.0, MOST
    for _ in range(STEPS):
        middle = (low + high) / 2
        alike = np.minimum(all_alike(number, shares, middle), 1 - 1e-9)
        agree = (apart + middle * (1 - apart) - alike) / (1 - alike)
        low, high = (middle, high) if float(agree[mixed].sum()) < seen else (low, middle)
    return (low + high) / 2 if mixed.any() else 0.0
