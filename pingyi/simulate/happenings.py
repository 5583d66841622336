"""Events that quality brings: findings, complaints and commendations, more of the bad ones where quality is low."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import polars as pl

from pingyi.plan import Component
from pingyi.plan.events import Events, Item
from pingyi.simulate.world import Schema, World, days_within, some_astray

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

COLUMNS: Schema = {
    "event": pl.String,
    "unit": pl.String,
    "item": pl.String,
    "happened_on": pl.Date,
    "times": pl.Int64,
    "points": pl.String,
    "factors": pl.List(pl.String),
    "deed": pl.String,
    "status": pl.String,
    "signed_on": pl.Date,
    "opened_on": pl.Date,
    "closed_on": pl.Date,
    "extended": pl.Boolean,
    "document": pl.String,
}


@dataclass(frozen=True)
class Catalogue:
    """The items of one kind, good or bad, of a component, with how often each is drawn. number: events a unit."""

    items: list[str]
    shares: list[float]
    number: float
    good: bool


def happenings(world: World, component: Component, units: list[int]) -> pl.DataFrame:
    """Events of a component for these units, without ids and documents; not yet in any order."""
    assert component.events is not None
    rows = [
        row
        for catalogue in catalogues(component.events)
        for place in units
        for row in _of_unit(world, component, catalogue, place, max(catalogue.number, AT_ALL / len(units)))
    ]
    return pl.DataFrame(rows, schema=COLUMNS)


def catalogues(rule: Events) -> list[Catalogue]:
    """The bad items of a component, and the good ones; the heavier an item, the rarer.

    Items that cost nothing and those with a deadline come about in another way (`pingyi.simulate.event_book`).
    """
    chosen = {id: item for id, item in rule.items.items() if item.fixed != 0 and not item.within}
    kinds = [(good, [id for id, item in chosen.items() if is_good(rule, item) == good]) for good in (False, True)]
    return [_catalogue(rule, items, good) for good, items in kinds if items]


def _catalogue(rule: Events, items: list[str], good: bool) -> Catalogue:
    sizes = np.array([size(rule.items[id]) for id in items])
    weights = 1 / np.maximum(sizes, 0.05) ** 2
    shares = weights / weights.sum()
    lost = (LEFT_ALONE if rule.same_deed else 1) * LOSS * float(rule.base) / float(shares @ sizes)
    return Catalogue(items, shares.tolist(), PRAISE if good else float(np.clip(lost, LEAST, MOST)), good)


def size(item: Item) -> float:
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


def _of_unit(
    world: World, component: Component, catalogue: Catalogue, place: int, usual: float
) -> list[dict[str, object]]:
    """The events of one kind of one unit. usual: of a unit in the middle."""
    rule, rng = component.events, world.rng
    assert rule is not None
    pull = 0.4 if catalogue.good else -0.5
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
    return [_event(world, component, place, item, deed) for item, deed in zip(items, deeds, strict=True)]


def _event(world: World, component: Component, place: int, item: str, deed: str | None) -> dict[str, object]:
    rule, rng, cycles = component.events, world.rng, world.cycles(component)
    assert rule is not None
    entry = rule.items[item]
    days = days_within(rng, cycles, rng.integers(0, len(cycles), 1))
    return {
        "unit": world.ids[place],
        "item": item,
        "happened_on": some_astray(rng, cycles, days, OUTSIDE)[0].item(),
        "times": int(rng.integers(2, 4)) if size(entry) <= LIGHT and rng.random() < SEVERAL else 1,
        "points": said_points(rng, rule, entry),
        "factors": [str(rng.choice([*entry.factors]))] if entry.factors and rng.random() < FACTOR else [],
        "deed": deed,
        "status": a_state(rng),
    }


def a_state(rng: np.random.Generator) -> str:
    """The state of an event when the year is scored."""
    return str(rng.choice([*STATES], p=[*STATES.values()]))


def said_points(rng: np.random.Generator, rule: Events, item: Item) -> str | None:
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
