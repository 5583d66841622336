"""Ratings by the million, for campaigns of a city or a province: drawn and written a batch after the other, so that
neither memory nor time hangs on more than their number.

They are simpler than those of a small campaign (`rating_facts`): each says one level of one unit. Most persons rate a
unit once, some again; a few dates lie outside of all windows; the batches follow each other in time, as they come.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from pingyi.common.database import connect_in_memory
from pingyi.common.faults import PingyiError
from pingyi.plan import Component
from pingyi.plan.ratings import Ratings
from pingyi.simulate.rating_facts import OUTSIDE, level_shares, sort_levels
from pingyi.simulate.world import ASTRAY, Days, Ints, World, draw_columns

BATCH = 1_000_000
"""Ratings of a file."""

SPREAD = 0.9
"""How much units differ in their ratings (standard deviation of the logarithm)."""

PERSONS, AGAIN = 0.6, 0.08
"""Different persons for each rating; share of ratings by somebody who rated the unit shortly before."""

UNKNOWN_UNIT, UNKNOWN_LEVEL = "000000000", "说不清楚"
"""What a file with planted faults names that neither roster nor plan know."""

FAULTS = 3
"""Rows of each kind of planted fault."""


class NoRatings(PingyiError):
    """The plan has no component whose ratings are given one by one."""

    exit_code = 2


@dataclass(frozen=True)
class Batch:
    """One file of ratings. first, last: its days. nth, of: which one it is of how many."""

    component: Component
    rows: int
    nth: int
    of: int
    first: np.datetime64
    last: np.datetime64


def write_ratings(
    world: World, number: int, folder: Path, told: Callable[[Path, int], None], *, faults: bool = False
) -> list[Path]:
    """So many ratings as files of Parquet, a batch a file; told of each with the ratings so far.

    faults: whether the last file names units and levels that nobody knows; it is refused then. Raises: NoRatings.
    """
    batches, written, so_far = list(_batches(world, number)), list[Path](), 0
    folder.mkdir(parents=True, exist_ok=True)
    for place, batch in enumerate(batches):
        frame = _draw_batch(world, batch)
        if faults and place == len(batches) - 1:
            frame = _plant_faults(frame)
        path = folder / f"{batch.component.id}-{batch.nth + 1:04d}.parquet"
        _write_batch(frame, path, world.seed)
        so_far += batch.rows
        written.append(path)
        told(path, so_far)
    return written


def _batches(world: World, number: int) -> Iterator[Batch]:
    """The batches of all components that are rated one by one, which share the ratings equally."""
    rated = [one for one in world.plan.components if one.ratings and not one.ratings.form and world.scored_units(one)]
    if not rated:
        raise NoRatings("方案里没有逐条评价的指标，造不出大量评价记录。")
    for place, component in enumerate(rated):
        mine = number * (place + 1) // len(rated) - number * place // len(rated)
        cycles = world.cycles_of(component)
        first, end = np.datetime64(cycles[0].start, "D"), np.datetime64(cycles[-1].end, "D") + 1
        files = max(1, -(-mine // BATCH))
        days = [first + (end - first) * nth // files for nth in range(files + 1)]
        for nth in range(files):
            rows = mine * (nth + 1) // files - mine * nth // files
            yield Batch(component, rows, nth, files, days[nth], max(days[nth + 1] - 1, days[nth]))


def _draw_batch(world: World, batch: Batch) -> pl.DataFrame:
    """The ratings of a batch, in order of time; persons by number."""
    component, rule = batch.component, batch.component.ratings
    assert rule is not None
    rng = world.rng_for("ratings", component.id, str(batch.nth))
    units = world.scored_units(component)
    who = world.rng_for("ratings", component.id)
    weights = who.lognormal(0, SPREAD, len(units))
    unit: Ints = rng.choice(len(units), batch.rows, p=weights / weights.sum())
    person: Ints = rng.integers(0, max(int(batch.rows * batch.of * PERSONS), 1), batch.rows)
    before: Ints = np.maximum(np.arange(batch.rows) - rng.integers(1, 1000, batch.rows), 0)
    again = rng.random(batch.rows) < AGAIN
    unit, person = np.where(again, unit[before], unit), np.where(again, person[before], person)
    shares, names = level_shares(rule.levels, world.qualities[component.id][units]), sort_levels(rule.levels)
    ids = np.array(world.ids)[units]
    return pl.DataFrame(
        {
            "指标": pl.repeat(component.id, batch.rows, eager=True),
            "单位": pl.Series(ids[unit]),
            "等次": pl.Series(np.array(names)[draw_columns(rng, shares, unit)]),
            "评价时间": _draw_times(rng, batch),
            "评价人代号": person,
            **_draw_words(world, rng, rule, units, unit),
        }
    ).sort("评价时间", "单位", "评价人代号")


def _draw_times(rng: np.random.Generator, batch: Batch) -> Days:
    """Seconds of the days of the batch; a few of the first one before, of the last one after all of them."""
    days = (batch.last - batch.first).astype(int) + 1
    day = batch.first + rng.integers(0, days, batch.rows)
    share = OUTSIDE * batch.of / 2
    astray = rng.integers(1, ASTRAY + 1, batch.rows)
    if batch.nth == 0:
        day = np.where(rng.random(batch.rows) < share, batch.first - astray, day)
    if batch.nth == batch.of - 1:
        day = np.where(rng.random(batch.rows) < share, batch.last + astray, day)
    times: Days = day.astype("datetime64[us]") + rng.integers(7 * 3600, 22 * 3600, batch.rows).astype("timedelta64[s]")
    return times


def _draw_words(
    world: World, rng: np.random.Generator, rule: Ratings, units: list[int], unit: Ints
) -> dict[str, pl.Series]:
    """Channel, class and item of each rating, where the plan tells them apart."""
    words: dict[str, pl.Series] = {}
    if rule.channels:
        open_to = np.array([world.units_fitting(one.units) for one in rule.channels], dtype=float).T[units]
        weights = open_to / np.arange(1, len(rule.channels) + 1)
        shares = weights / weights.sum(axis=1, keepdims=True)
        names = np.array([one.id for one in rule.channels])
        words["渠道"] = pl.Series(names[draw_columns(rng, shares, unit)])
    for head, values in (("评价人类别", list(rule.groups)), ("评价内容", list(rule.items))):
        if values:
            words[head] = pl.Series(np.array(values)[rng.integers(0, len(values), len(unit))])
    if rule.items:
        words["表单编号"] = pl.Series(rng.integers(1 << 40, 1 << 41, len(unit))).cast(pl.String)
    return words


def _plant_faults(frame: pl.DataFrame) -> pl.DataFrame:
    place = pl.int_range(pl.len())
    return frame.with_columns(
        pl.when(place < FAULTS).then(pl.lit(UNKNOWN_UNIT)).otherwise("单位").alias("单位"),
        pl.when(place >= pl.len() - FAULTS).then(pl.lit(UNKNOWN_LEVEL)).otherwise("等次").alias("等次"),
    )


def _write_batch(frame: pl.DataFrame, path: Path, seed: int) -> None:
    """Write a batch, its persons under pseudonyms of 32 digits."""
    connection = connect_in_memory()
    connection.register("incoming", frame)
    named = connection.sql(f"select * replace (md5(concat('{seed}/', 评价人代号)) as 评价人代号) from incoming")
    named.write_parquet(str(path), compression="zstd")
    connection.close()
