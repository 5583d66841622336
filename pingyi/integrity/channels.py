"""A unit whose channels disagree: what comes by one way is rated otherwise than what comes by another.

Statistic: chi-square of channels × levels within a unit. Null: channels differ as they do for the other units (people
say less on the telephone): the unit's table has its own margins and the others' association, fitted by raking (no
three-way interaction; Deming and Stephan 1940, Bartlett 1935). Then `inflation`, and the share of false findings 1 ‰
over the units of a method (Benjamini and Hochberg 1995). Ready counts are looked at like ratings.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from pingyi.integrity.chance import Floats, calmed, chi_square_tail, false_share
from pingyi.integrity.finding import ALPHA, Finding, Looked, chance, placed, share, together
from pingyi.integrity.material import Material
from pingyi.integrity.strata import LEAST
from pingyi.integrity.strata import together as neighbours

ID = "channels"
TITLE = "渠道之间不一致"

VOTES = 10
"""Answers of a unit by one channel, at least."""

ROUNDS = 30
"""Rounds of raking: a table of a few channels and levels is settled long before."""


@dataclass(frozen=True, slots=True)
class Table:
    """One unit: channels × levels as seen and as fitted, with the statistic and its chance."""

    seen: Floats
    fitted: Floats
    statistic: float
    p: float


def look(material: Material) -> Looked:
    """Units of each method with several channels."""
    return together([_of_method(material, method) for method in material.methods()])


def _of_method(material: Material, method: str) -> Looked:
    names, cells = material.levels(method), _cells(material, method)
    channels = cells["channel"].unique().sort().to_list()
    if len(channels) < 2:
        return Looked()
    units = cells["unit"].unique().sort().to_list()
    seen = np.zeros((len(units), len(channels), len(names)))
    places = (_codes(cells["unit"], units), _codes(cells["channel"], channels), _codes(cells["level"], names))
    np.add.at(seen, places, cells["votes"].to_numpy())
    tables = [(unit, table) for unit, table in zip(units, _tables(seen), strict=True) if table]
    shares = false_share(calmed([table.p for _, table in tables]))
    findings = [
        _finding(material, method, unit, channels, table, p)
        for (unit, table), p in zip(tables, shares.tolist(), strict=True)
        if p < ALPHA
    ]
    return Looked(tuple(findings), len(tables))


def _cells(material: Material, method: str) -> pl.DataFrame:
    """Answers of each unit, channel and level, counted ones included."""
    one = material.ratings.select("method", "unit", "channel", "level", votes=pl.lit(1, pl.Int64))
    both = pl.concat([one, material.counts.select(one.columns)])
    known = both.filter(pl.col("method") == method, pl.col("level").is_in(material.levels(method))).drop_nulls()
    cells = known.group_by("unit", "channel", "level").agg(pl.col("votes").sum())
    return cells.sort("unit", "channel", "level")


def _codes(values: pl.Series, names: list[str]) -> Floats:
    codes: Floats = values.replace_strict(names, range(len(names)), return_dtype=pl.Int64).to_numpy()
    return codes


def _tables(seen: Floats) -> list[Table | None]:
    """A test of each unit against what the other units lead to expect."""
    channel, level = seen.sum(axis=2), seen.sum(axis=1)
    even = channel[:, :, None] * level[:, None, :] / np.maximum(level.sum(axis=1), 1)[:, None, None]
    rest, rest_even = seen.sum(axis=0) - seen, even.sum(axis=0) - even
    return [_table(*one) for one in zip(seen, even * (rest + 1) / (rest_even + 1), strict=True)]


def _table(seen: Floats, start: Floats) -> Table | None:
    used = seen.sum(axis=1) >= VOTES
    if used.sum() < 2:
        return None
    fitted = np.zeros_like(seen)
    fitted[used] = _raked(start[used], seen[used])
    groups = neighbours(fitted[used].min(axis=0) * LEAST / 3)
    if len(groups) < 2:
        return Table(seen, fitted, 0.0, 1.0)
    own, usual = seen[used] @ groups.T, fitted[used] @ groups.T
    statistic = float(((own - usual) ** 2 / np.maximum(usual, 1e-9)).sum())
    return Table(seen, fitted, statistic, chi_square_tail(statistic, (own.shape[0] - 1) * (own.shape[1] - 1)))


def _raked(start: Floats, seen: Floats) -> Floats:
    """The table that has the margins of `seen` and the association of `start`."""
    table = np.maximum(start, 1e-9)
    for _ in range(ROUNDS):
        table = table * (seen.sum(axis=0) / np.maximum(table.sum(axis=0), 1e-12))[None, :]
        table = table * (seen.sum(axis=1) / np.maximum(table.sum(axis=1), 1e-12))[:, None]
    return table


def _finding(material: Material, method: str, unit: str, channels: list[str], table: Table, p: float) -> Finding:
    gap = np.where(table.fitted > 0, (table.seen - table.fitted) ** 2 / np.maximum(table.fitted, 1e-9), 0)
    nth = int(gap.sum(axis=1).argmax())
    level = int(np.abs(table.seen - table.fitted)[nth].argmax())
    votes, name = table.seen[nth].sum(), material.levels(method)[level]
    sentence = (
        f"{material.title(method)}中，{material.name(unit)}由“{channels[nth]}”渠道得到的 {votes:.0f} 票里“{name}”占 "
        f"{share(table.seen[nth, level] / votes)}，照它的其他渠道和各单位的渠道差别应占 "
        f"{share(table.fitted[nth, level] / votes)}，可能性{chance(p)}。请核对这一渠道的来源。"
    )
    rows = _rows(material, method, unit, channels[nth])
    return Finding(ID, method, "unit", unit, unit, table.statistic, p, ALPHA, sentence, rows)


def _rows(material: Material, method: str, unit: str, channel: str) -> pl.DataFrame:
    mine = {"method": method, "unit": unit, "channel": channel}
    tables = {"ratings": material.ratings, "counts": material.counts}
    return pl.concat([placed(frame.filter(**mine), name) for name, frame in tables.items()])
