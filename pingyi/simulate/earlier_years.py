"""What earlier years and public draws leave behind: lists, grades of organs, lots."""

import math
from datetime import date, timedelta

import numpy as np
import polars as pl

from pingyi.plan import ListRule, Plan
from pingyi.plan.order import Order
from pingyi.plan.ranking import Standing, YearsRunning
from pingyi.simulate.world import Floats, World, schema_of

YEARS = 2
"""Earlier years that are told at least."""

USUAL, PART = 10, 6
"""Length of a list that has none in the plan; and no list holds more than one in so many units."""

STAY = 5
"""One in so many of a list's units was on it in all the years."""


def draw_history(world: World) -> pl.DataFrame:
    """Earlier entries of every list that the plan looks back at; a few units are on a list year after year."""
    rules = lists_looked_back_at(world.plan)
    entries: dict[tuple[int, str], list[str]] = {}
    for ago in range(1, _years_back(world.plan) + 1):
        standing = world.quality + 0.8 * world.rng.standard_normal(len(world.quality))
        for rule in rules:
            entries[ago, rule.id] = _draw_entries(world, rule, standing, entries, ago)
    rows = [
        {"year": world.plan.campaign.year - ago, "unit": unit, "list": name}
        for (ago, name), units in entries.items()
        for unit in units
    ]
    return pl.DataFrame(rows, schema=schema_of("history", "year unit list"))


def lists_looked_back_at(plan: Plan) -> list[ListRule]:
    """The lists whose earlier years some rule of the plan reads, lists before those that draw from them."""
    names = [running.list_ for running in _running_conditions(plan)]
    names += [rule.also.listed for rule in plan.every_list if rule.also]
    names += [rule.list_ for rule in plan.rechecks]
    names += [plan.units.exempt.listed] if plan.units.exempt else []
    turns = Order(plan).depths
    return sorted((rule for rule in plan.every_list if rule.id in names), key=lambda rule: turns["list", rule.id])


def _running_conditions(plan: Plan) -> list[YearsRunning]:
    conditions = [when for one in plan.outcomes for when in (one.when, one.unless) if when]
    conditions += [rule.when for rule in plan.every_list]
    return [when.running for when in conditions if when.running]


def _years_back(plan: Plan) -> int:
    """How many years back the plan looks."""
    running = [one.years - 1 for one in _running_conditions(plan)]
    direct = [rule.also.years_ago for rule in plan.every_list if rule.also]
    rechecked = [rule.years_ago for rule in plan.rechecks]
    return max([YEARS, *running, *direct, *rechecked, plan.units.exempt.years if plan.units.exempt else 0])


def _draw_entries(
    world: World, rule: ListRule, standing: Floats, entries: dict[tuple[int, str], list[str]], ago: int
) -> list[str]:
    """The units of a list in one year: those that stay on it, then the rest by that year's standing.

    The worst unit was on every bad list last year.
    """
    sign = 1 if rule.side == "top" else -1
    place = {unit: -sign * standing[nth] for nth, unit in enumerate(world.ids)}
    systems = world.roster_column("system")
    pools = [entries[ago, name] for name in rule.pool if (ago, name) in entries]
    pool = [unit for members in pools for unit in members]
    pool = pool or [unit for unit, system in zip(world.ids, systems, strict=True) if not system]
    size = min(_list_size(rule, len(pool)), max(1, len(world.ids) // PART))
    running = max((one.years for one in _running_conditions(world.plan) if one.list_ == rule.id), default=1)
    staying = math.ceil(size / STAY) if size > 1 or ago < running else 0
    lasting = entries.get((1, rule.id), [])[:staying]
    others = sorted((unit for unit in dict.fromkeys(pool) if unit not in lasting), key=lambda unit: place[unit])
    listed = [*lasting, *others][:size]
    if ago == 1 and rule.side == "bottom" and world.worst in pool and world.worst not in listed:
        listed[-1] = world.worst
    return listed


def _list_size(rule: ListRule, pool: int) -> int:
    if rule.quota:
        return sum(rule.quota.take.values()) + (rule.quota.rest or 0)
    return rule.take or (math.ceil(rule.share.part * pool) if rule.share else USUAL)


def exempt_units(world: World, entries: pl.DataFrame) -> list[str]:
    """Units that earlier lists free from this year's review."""
    rule, year = world.plan.units.exempt, world.plan.campaign.year
    if rule is None:
        return []
    listed = entries.filter((pl.col("list") == rule.listed) & (pl.col("year") >= year - rule.years))
    years = listed.group_by("unit").agg(pl.col("year").n_unique())
    return years.filter(pl.col("year") == rule.years)["unit"].sort().to_list()


def draw_grades(world: World) -> pl.DataFrame:
    """A grade for every organ: equal parts, better organs rather higher."""
    names, organs = world.plan.units.grades, world.roster_column("organ")
    unique = list(dict.fromkeys(organs)) if names else []
    noise = world.rng.standard_normal(len(unique))
    means = [world.quality[[place for place, one in enumerate(organs) if one == organ]].mean() for organ in unique]
    ranked = np.argsort(-(np.array(means) + 0.5 * noise), kind="stable").tolist()
    grade = {unique[nth]: names[place * len(names) // len(unique)] for place, nth in enumerate(ranked)}
    rows = [{"organ": organ, "grade": grade[organ]} for organ in unique]
    return pl.DataFrame(rows, schema=schema_of("grades", "organ grade"))


def draw_lots(world: World) -> pl.DataFrame:
    """A public draw for every standing whose last tie-breaker is one."""
    rows = [
        {
            "standing": one.id,
            "seed": str(world.rng.integers(10**7, 10**8)),
            "drawn_on": _day_of_lot(world.plan, one),
            "document": "模拟公开抽签记录",
        }
        for one in world.plan.standings
        if one.by_lot
    ]
    return pl.DataFrame(rows, schema=schema_of("lots", "standing seed drawn_on document"))


def _day_of_lot(plan: Plan, standing: Standing) -> date:
    """The day after the last window below the standing, or the eve of the first window that waits for its lists."""
    names = [standing.of]
    for name in names:
        names += plan.component(name).of
    end = max(plan.cycles[plan.component(name).per][-1].end for name in names)
    lists = [rule.id for rule in plan.every_list if rule.by == standing.id]
    waiting = [one for one in plan.components if not one.of and any(name in lists for name in one.listed)]
    eves = [plan.cycles[one.per][0].start - timedelta(days=1) for one in waiting if one.id not in names]
    return min([end + timedelta(days=1), *eves])
