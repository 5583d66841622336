"""The book of events of a component: what quality brings, deeds in stages, deadlines, checks that found nothing.

Findings, complaints and commendations come as quality has it, more of the bad ones where it is low. Deeds that are
entered more than once grow heavier with time, as when a problem is left to itself. Cases with a deadline are answered
in time, late, after more time was granted, or not yet; the plan decides what each one costs.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from operator import itemgetter

import numpy as np
import polars as pl

from pingyi.plan import Component
from pingyi.plan.events import Deadline, Events, Item
from pingyi.rules.base import working_days
from pingyi.simulate.world import Row, World, draw_days, lead_astray, schema_of

LOSS, LEAST, MOST = 0.12, 0.2, 1.5
"""Share of the base that a unit loses in the middle, within so many events a unit."""

LEFT_ALONE = 0.5
"""Deeds that are entered at all, where one may be entered again and again."""

PRAISE, AT_ALL = 0.12, 3
"""Good events of a unit, in the middle; events of each kind to expect of all units together, at least."""

OUTSIDE, FACTOR, SEVERAL, SAME_DEED = 0.02, 0.1, 0.08, 0.4
"""Shares: dated outside all windows, with a factor, of several light cases, a deed noted a second time."""

STATES = {"confirmed": 0.88, "upheld": 0.03, "proposed": 0.04, "objected": 0.03, "withdrawn": 0.02}
"""Shares of the states in which events are when the year is scored."""

VETO_SIZE = 20.0
OPEN_SIZE = 2.0
"""Size (分) taken for an item with a veto, and for one whose points the entry alone says."""

LIGHT = 2.0
"""Size (分) up to which an entry may stand for several cases."""

STAGES = 4
"""Stages through which the planted deed goes, at most."""

CASES, CASES_AT_ALL = 0.5, 12
"""Cases with a deadline of a unit in the middle; of all units together, at least."""

ENDS = {"in_time": 0.5, "late": 0.16, "extended": 0.14, "extended_late": 0.06, "open": 0.14}
"""What becomes of a case, with shares."""

LATE = 12
"""Days by which a late answer is late, at most."""

SIGNED, SIGNING = 0.8, 25
"""Share of entries that the unit has signed where it must; days until it has, at most."""

TWICE = 0.3
"""Share of the units without a finding that are looked at a second time."""

EVENTS = schema_of(
    "events",
    "event unit item happened_on times points factors deed status signed_on opened_on closed_on extended document",
)


def draw_events(world: World, component: Component, rule: Events, units: list[int]) -> pl.DataFrame:
    """Events of a component for these units, in order of time, with ids and documents."""
    events = _draw_happenings(world, component, rule, units)
    events = _order_deeds(world, component, rule, units, events)
    events = pl.concat([events, _draw_cases(world, component, rule, units)])
    events = pl.concat([events, _draw_empty_checks(world, component, rule, units, events)])
    return _number_events(component, _sign_events(world, component, rule, events))


def _entry(unit: str, item: str, day: date, status: str, **more: object) -> Row:
    blank: Row = {"unit": unit, "item": item, "happened_on": day, "times": 1, "factors": [], "status": status}
    return blank | more


# What quality brings


@dataclass(frozen=True)
class Catalogue:
    """The items of one kind, good or bad, of a component, with how often each is drawn. number: events a unit."""

    items: list[str]
    shares: list[float]
    number: float
    good: bool


def _draw_happenings(world: World, component: Component, rule: Events, units: list[int]) -> pl.DataFrame:
    """Events for these units, without ids and documents; not yet in any order."""
    # items that cost nothing and those with a deadline come about in another way
    chosen = {id: item for id, item in rule.items.items() if item.fixed != 0 and not item.within}
    rows: list[Row] = []
    for good in (False, True):
        items = [id for id, item in chosen.items() if is_good(rule, item) == good]
        if items:
            catalogue = _catalogue(rule, items, good)
            usual = max(catalogue.number, AT_ALL / len(units))
            rows += [row for place in units for row in _draw_unit(world, component, rule, catalogue, place, usual)]
    return pl.DataFrame(rows, schema=EVENTS)


def _catalogue(rule: Events, items: list[str], good: bool) -> Catalogue:
    """How often each of these items is drawn: the heavier, the rarer."""
    sizes = np.array([item_size(rule.items[id]) for id in items])
    weights = 1 / np.maximum(sizes, 0.05) ** 2
    shares = weights / weights.sum()
    lost = (LEFT_ALONE if rule.same_deed else 1) * LOSS * float(rule.base) / float(shares @ sizes)
    return Catalogue(items, shares.tolist(), PRAISE if good else float(np.clip(lost, LEAST, MOST)), good)


def item_size(item: Item) -> float:
    """How much one case weighs (分)."""
    if item.veto:
        return VETO_SIZE
    if item.ladder:
        return abs(float(item.ladder[0]))
    ends = [float(end) for end in item.points or () if end is not None]
    return abs(sum(ends)) / len(ends) if len(ends) == 2 else OPEN_SIZE


def is_good(rule: Events, item: Item) -> bool:
    """Whether the item earns points; where the plan names none, it does if the component starts from nothing."""
    if item.veto:
        return False
    if item.points:
        return not item.deducts
    return item.ladder[0] > 0 if item.ladder else rule.base == 0 and rule.cap is not None


def _draw_unit(
    world: World, component: Component, rule: Events, catalogue: Catalogue, place: int, usual: float
) -> list[Row]:
    """The events of one kind of one unit. usual: of a unit in the middle."""
    rng, pull = world.rng, 0.4 if catalogue.good else -0.5
    number = int(rng.poisson(usual * np.exp(pull * world.qualities[component.id][place])))
    items = rng.choice(catalogue.items, number, p=catalogue.shares).tolist()
    deeds: list[str | None] = [None] * number
    if rule.same_deed:
        letter = "B" if catalogue.good else "A"
        deeds = [f"{component.id}-{world.ids[place]}-{letter}{nth + 1}" for nth in range(number)]
        twice = [nth for nth in range(number) if rng.random() < SAME_DEED]
        milder = np.sqrt(catalogue.shares)
        items += rng.choice(catalogue.items, len(twice), p=milder / milder.sum()).tolist()
        deeds += [deeds[nth] for nth in twice]
    return [_draw_event(world, component, rule, place, *pair) for pair in zip(items, deeds, strict=True)]


def _draw_event(world: World, component: Component, rule: Events, place: int, item: str, deed: str | None) -> Row:
    rng, cycles, entry = world.rng, world.cycles_of(component), rule.items[item]
    day = lead_astray(rng, cycles, draw_days(rng, cycles, rng.integers(0, len(cycles), 1)), OUTSIDE)[0].item()
    drawn: Row = {
        "times": int(rng.integers(2, 4)) if item_size(entry) <= LIGHT and rng.random() < SEVERAL else 1,
        "points": _draw_points(rng, rule, entry),
        "factors": [str(rng.choice([*entry.factors]))] if entry.factors and rng.random() < FACTOR else [],
        "deed": deed,
    }
    return _entry(world.ids[place], item, day, _draw_state(rng), **drawn)


def _draw_state(rng: np.random.Generator) -> str:
    return str(rng.choice([*STATES], p=[*STATES.values()]))


def _draw_points(rng: np.random.Generator, rule: Events, item: Item) -> str | None:
    """Points that the entry must say: within the range, in whole points or tenths; with their sign."""
    if item.ladder or item.fixed is not None:
        return None
    low, high = item.points or (None, None)
    if low is None or high is None:
        return str(int(rng.integers(1, 4)) * (1 if is_good(rule, item) else -1))
    places = max(0, *(-int(edge.normalize().as_tuple().exponent) for edge in (low, high)))
    places = max(places, 1 if high - low < 1 else 0)
    steps = int((high - low).scaleb(places))
    return format(low + Decimal(int(rng.integers(0, steps + 1))).scaleb(-places), "f")


# Deeds in stages


def rank_by_gravity(rule: Events) -> dict[str, int]:
    """The bad items by rising weight, each with its rank from 0."""
    bad = [id for id, item in rule.items.items() if item.fixed != 0 and not is_good(rule, item) and not item.veto]
    return {id: rank for rank, id in enumerate(sorted(bad, key=lambda id: item_size(rule.items[id])))}


def _order_deeds(
    world: World, component: Component, rule: Events, units: list[int], events: pl.DataFrame
) -> pl.DataFrame:
    """The events with bad deeds in stages; one deed of the worst unit is entered under every bad item in turn.

    The days of a deed are dealt out anew: the lightest item comes first. An entry without a deed is one of its own.
    """
    ranks = rank_by_gravity(rule)
    if rule.same_deed is None or not ranks or not units:
        return events
    bad = pl.col("item").is_in([*ranks])
    alone = pl.concat_str(pl.lit("#"), pl.int_range(pl.len()).cast(pl.String))
    ordered: list[Row] = []
    parts = events.filter(bad).with_columns(part=pl.coalesce("deed", alone)).partition_by("part", maintain_order=True)
    for part in parts:
        deed = part.drop("part").to_dicts()
        days = sorted(deed, key=itemgetter("happened_on"))
        items = sorted(deed, key=lambda row: ranks[row["item"]])
        ordered += [row | {"happened_on": day["happened_on"]} for row, day in zip(items, days, strict=True)]
    planted = _plant_deed(world, component, rule, units, [*ranks][:STAGES])
    return pl.concat([events.filter(~bad), pl.DataFrame([*ordered, *planted], schema=EVENTS)])


def _plant_deed(world: World, component: Component, rule: Events, units: list[int], items: list[str]) -> list[Row]:
    """One deed of the worst unit that goes through these items, spread evenly over the last window."""
    if len(items) < 2:
        return []
    cycle, unit = world.cycles_of(component)[-1], world.ids[min(units, key=lambda place: world.quality[place])]
    length, deed = (cycle.end - cycle.start).days, f"{component.id}-{unit}-A0"
    world.note_planted(unit, f"{component.title}：同一件事先后记为{'、'.join(rule.items[item].name for item in items)}")
    rows = []
    for nth, item in enumerate(items):
        day = cycle.start + timedelta(days=length * (2 + nth) // (2 + len(items)))
        points = _draw_points(world.rng_for("deeds", item), rule, rule.items[item])
        rows.append(_entry(unit, item, day, rule.counts[0], points=points, deed=deed))
    return rows


# Cases with a deadline


def _draw_cases(world: World, component: Component, rule: Events, units: list[int]) -> pl.DataFrame:
    """The cases of every item with a deadline, those answered in time too."""
    rng, usual = world.rng_for("answers", component.id), max(CASES, CASES_AT_ALL / len(units))
    cases = [
        (place, id, item.within, item)
        for id, item in rule.items.items()
        if item.within
        for place in units
        for _ in range(int(rng.poisson(usual * np.exp(-0.3 * world.qualities[component.id][place]))))
    ]
    ends = _draw_ends(rng, len(cases))
    rows = [_draw_case(world, component, rule, rng, *case, end) for case, end in zip(cases, ends, strict=True)]
    return pl.DataFrame(rows, schema=EVENTS)


def _draw_ends(rng: np.random.Generator, number: int) -> list[str]:
    """How so many cases end: in every way at least once, if there are enough of them."""
    rest = rng.choice([*ENDS], max(number - len(ENDS), 0), p=[*ENDS.values()]).tolist()
    ends: list[str] = rng.permutation([*[*ENDS][: number - len(rest)], *rest]).tolist()
    return ends


def _draw_case(
    world: World,
    component: Component,
    rule: Events,
    rng: np.random.Generator,
    place: int,
    id: str,
    within: Deadline,
    item: Item,
    end: str,
) -> Row:
    """A case opened on a day of a window, early enough that the deadline falls into it."""
    granted = end.startswith("extended") and item.extended is not None
    cycles = world.cycles_of(component)
    cycle = cycles[int(rng.integers(0, len(cycles)))]
    day: date = draw_days(rng, [cycle], np.zeros(1, dtype=np.int64))[0].item()
    opened = max(cycle.start, min(day, cycle.end - timedelta(days=_longest_days(within))))
    due = due_day((granted and item.extended) or within, opened)
    points, status = _draw_points(rng, rule, item), _draw_state(rng)
    drawn = {"points": points, "opened_on": opened, "closed_on": _draw_closing(rng, end, opened, due)}
    return _entry(world.ids[place], id, opened, status, **drawn, extended=granted)


def _longest_days(deadline: Deadline) -> int:
    """Calendar days that a deadline takes at most, about."""
    return {"days": 1, "working_days": 2, "months": 31}[deadline.kind] * deadline.number + 10


def _draw_closing(rng: np.random.Generator, end: str, opened: date, due: date) -> date | None:
    if end == "open":
        return None
    if end.endswith("late"):
        return due + timedelta(days=int(rng.integers(1, LATE + 1)))
    return opened + timedelta(days=int(rng.integers(0, (due - opened).days + 1)))


def due_day(deadline: Deadline, opened: date) -> date:
    """The last day of a deadline that began to run on the day after `opened`."""
    if deadline.days:
        return opened + timedelta(days=deadline.days)
    if deadline.months:
        month = opened.month - 1 + deadline.months
        year, month = opened.year + month // 12, month % 12 + 1
        return date(year, month, min(opened.day, monthrange(year, month)[1]))
    days = working_days(opened + timedelta(days=1), opened + timedelta(days=_longest_days(deadline) + deadline.number))
    return next(islice(days, deadline.number - 1, None))


# The book


def _draw_empty_checks(
    world: World, component: Component, rule: Events, units: list[int], events: pl.DataFrame
) -> pl.DataFrame:
    """Checks that found nothing, for units of which nothing else counts, where the plan asks whether anything came.

    An entry counts in a state that does, within a window.
    """
    items = [id for id, item in rule.items.items() if item.fixed == 0]
    rng, cycles, rows = world.rng_for("looked", component.id), world.cycles_of(component), list[Row]()
    if component.unmeasured and items:
        inside = [pl.col("happened_on").is_between(cycle.start, cycle.end) for cycle in cycles]
        found = set(events.filter(pl.any_horizontal(inside) & pl.col("status").is_in(rule.counts))["unit"])
        for unit in (world.ids[place] for place in units if world.ids[place] not in found):
            for _ in range(1 + (rng.random() < TWICE)):
                day = draw_days(rng, cycles, rng.integers(0, len(cycles), 1))[0].item()
                rows.append(_entry(unit, items[0], day, rule.counts[0]))
    return pl.DataFrame(rows, schema=EVENTS)


def _sign_events(world: World, component: Component, rule: Events, events: pl.DataFrame) -> pl.DataFrame:
    """When the unit signed each entry, where entries need it; some are still unsigned."""
    if rule.needs is None:
        return events
    rng = world.rng_for("signed", component.id)
    waits = rng.integers(1, SIGNING + 1, events.height).tolist()
    signed = (rng.random(events.height) < SIGNED).tolist()
    entries = zip(events["happened_on"], waits, signed, strict=True)
    days = [day + timedelta(days=wait) if yes else None for day, wait, yes in entries]
    return events.with_columns(signed_on=pl.Series(days, dtype=pl.Date))


def _number_events(component: Component, events: pl.DataFrame) -> pl.DataFrame:
    ordered = events.sort("happened_on", "unit", "item", maintain_order=True)
    number = pl.int_range(1, pl.len() + 1).cast(pl.String)
    event = pl.concat_str(pl.lit(f"{component.id}-"), number.str.zfill(4))
    year = pl.col("happened_on").dt.year().cast(pl.String)
    document = pl.concat_str(pl.lit("模拟〔"), year, pl.lit("〕第"), number, pl.lit("号"))
    return ordered.with_columns(event=event, document=document).select(*EVENTS)
