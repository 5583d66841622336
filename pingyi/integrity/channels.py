"""A unit whose channels disagree: what comes by one way is rated otherwise than what comes by another.

Statistic: chi-square of one channel against the others of a unit by level, the largest of its channels (corrected for
their number). Null: channels differ as they do for the other units (people
say less on the telephone): the unit's table has its own margins and the others' association, fitted by raking (no
three-way interaction; Deming and Stephan 1940, Bartlett 1935). Then `inflation`, and the share of false findings
over the units of a method (Benjamini and Hochberg 1995). Ready counts are looked at like ratings.
"""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pingyi.integrity.chance import Floats, calmed, chi_square_tail, false_share
from pingyi.integrity.finding import Finding, Looked, doubt, placed, share, together
from pingyi.integrity.material import Material
from pingyi.integrity.strata import LEAST
from pingyi.integrity.strata import together as neighbours

Ints = NDArray[np.int64]

ID = "channels"
TITLE = "渠道之间不一致"

VOTES = 10
"""Answers of a unit by one channel, at least."""

LEAST_CELL = 3.0
"""Expected answers of a level by either way, at least; rarer levels are joined with the next."""

ROUNDS = 30
"""Rounds of raking: a table of a few channels and levels is settled long before."""


@dataclass(frozen=True, slots=True)
class Table:
    """The channel of a unit that is least like its other channels.

    channel: its position. seen, rest: levels by it and by the others. statistic: chi-square. p: chance, for all of the
    unit's channels.
    """

    channel: int
    seen: Floats
    rest: Floats
    statistic: float
    p: float


def look(material: Material) -> Looked:
    """Units of each method with several channels."""
    return together(
        [_of_method(material, method) for method in sorted({*material.methods(), *material.methods("counts")})]
    )


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
        if p < material.threshold
    ]
    return Looked(tuple(findings), len(tables))


def _cells(material: Material, method: str) -> pl.DataFrame:
    """Answers of each unit, channel and level, counted ones included."""
    one = material.ratings.select("method", "unit", "channel", "level", votes=pl.lit(1, pl.Int64))
    both = pl.concat([one, material.counts.select(one.columns)])
    known = both.filter(pl.col("method") == method, pl.col("level").is_in(material.levels(method))).drop_nulls()
    cells = known.group_by("unit", "channel", "level").agg(pl.col("votes").sum())
    return cells.sort("unit", "channel", "level")


def _codes(values: pl.Series, names: list[str]) -> Ints:
    codes: Ints = values.replace_strict(names, range(len(names)), return_dtype=pl.Int64).to_numpy()
    return codes


def _tables(seen: Floats) -> list[Table | None]:
    """A test of each unit against what the other units lead to expect."""
    channel, level = seen.sum(axis=2), seen.sum(axis=1)
    even = channel[:, :, None] * level[:, None, :] / np.maximum(level.sum(axis=1), 1)[:, None, None]
    rest, rest_even = seen.sum(axis=0) - seen, even.sum(axis=0) - even
    return [_table(*one) for one in zip(seen, even * (rest + 1) / (rest_even + 1), rest, strict=True)]


def _table(seen: Floats, start: Floats, others: Floats) -> Table | None:
    """The least likely channel of a unit, where two have enough answers.

    Two channels are equally unlikely, as each is compared with the other: then it is the one whose levels are further
    from those that other units got by it (`others`).
    """
    used = np.flatnonzero(seen.sum(axis=1) >= VOTES)
    if len(used) < 2:
        return None
    tables = [_channel(int(nth), seen[used], start[used], int(at)) for at, nth in enumerate(used)]
    least = min(tables, key=lambda one: (float(f"{one.p:.6g}"), -_far(one.seen, others[one.channel]), one.channel))
    return replace(least, p=min(1.0, least.p * len(used)))


def _far(own: Floats, others: Floats) -> float:
    """How far levels are from others': chi-square with the others' shares as known."""
    expected = (others + 1) / (others + 1).sum() * own.sum()
    return float(((own - expected) ** 2 / expected).sum())


def _channel(channel: int, seen: Floats, start: Floats, at: int) -> Table:
    """One channel against the others together."""
    two, usual = (np.array([one[at], one.sum(axis=0) - one[at]]) for one in (seen, start))
    fitted = _raked(usual, two)
    groups = neighbours(fitted.min(axis=0) * LEAST / LEAST_CELL)
    own, even = two @ groups.T, fitted @ groups.T
    statistic = float(((own - even) ** 2 / np.maximum(even, 1e-9)).sum()) if len(groups) > 1 else 0.0
    return Table(channel, two[0], two[1], statistic, chi_square_tail(statistic, len(groups) - 1))


def _raked(start: Floats, seen: Floats) -> Floats:
    """The table that has the margins of `seen` and the association of `start`."""
    table = np.maximum(start, 1e-9)
    for _ in range(ROUNDS):
        table = table * (seen.sum(axis=0) / np.maximum(table.sum(axis=0), 1e-12))[None, :]
        table = table * (seen.sum(axis=1) / np.maximum(table.sum(axis=1), 1e-12))[:, None]
    return table


def _finding(material: Material, method: str, unit: str, channels: list[str], table: Table, p: float) -> Finding:
    own, rest = table.seen / table.seen.sum(), table.rest / table.rest.sum()
    level = int(np.abs(own - rest).argmax())
    channel, name = channels[table.channel], material.levels(method)[level]
    sentence = (
        f"{material.title(method)}中，{material.name(unit)}由“{channel}”渠道得到 {table.seen.sum():.0f} 票，“{name}”占 "
        f"{share(own[level])}，其他渠道占 {share(rest[level])}；照各单位通常的渠道差别，{doubt(p)}。"
        f"请核对这一渠道的来源。"
    )
    rows = _rows(material, method, unit, channel)
    return Finding(ID, method, "unit", unit, unit, table.statistic, p, material.threshold, sentence, rows)


def _rows(material: Material, method: str, unit: str, channel: str) -> pl.DataFrame:
    mine = {"method": method, "unit": unit, "channel": channel}
    tables = {"ratings": material.ratings, "counts": material.counts}
    return pl.concat([placed(frame.filter(**mine), name) for name, frame in tables.items()])
