"""Deeds that are entered more than once: the entries grow heavier with time, as when a problem is left to itself."""

from datetime import timedelta
from operator import itemgetter

import polars as pl

from pingyi.plan import Component
from pingyi.plan.events import Events
from pingyi.simulate.happenings import COLUMNS, is_good, said_points, size
from pingyi.simulate.world import World

STAGES = 4
"""Stages through which the planted deed goes, at most."""


def in_stages(world: World, component: Component, units: list[int], events: pl.DataFrame) -> pl.DataFrame:
    """The events with bad deeds in stages; one deed of the worst unit is entered under every bad item in turn."""
    rule = component.events
    assert rule is not None
    ranks = gravity(rule)
    if rule.same_deed is None or not ranks or not units:
        return events
    bad = pl.col("item").is_in([*ranks])
    ordered = [row for deed in _deeds(events.filter(bad)) for row in _heavier(deed, ranks)]
    planted = _planted(world, component, units, [*ranks][:STAGES])
    return pl.concat([events.filter(~bad), pl.DataFrame([*ordered, *planted], schema=COLUMNS)])


def gravity(rule: Events) -> dict[str, int]:
    """The bad items by rising weight, each with its rank from 0."""
    bad = [id for id, item in rule.items.items() if item.fixed != 0 and not is_good(rule, item) and not item.veto]
    return {id: rank for rank, id in enumerate(sorted(bad, key=lambda id: size(rule.items[id])))}


def _deeds(events: pl.DataFrame) -> list[list[dict[str, object]]]:
    """The entries of each deed; an entry without one is a deed of its own."""
    alone = pl.concat_str(pl.lit("#"), pl.int_range(pl.len()).cast(pl.String))
    parts = events.with_columns(part=pl.coalesce("deed", alone)).partition_by("part", maintain_order=True)
    return [part.drop("part").to_dicts() for part in parts]


def _heavier(deed: list[dict[str, object]], ranks: dict[str, int]) -> list[dict[str, object]]:
    """The entries of a deed with their days dealt out anew: the lightest item comes first."""
    days = sorted(deed, key=itemgetter("happened_on"))
    items = sorted(deed, key=lambda row: ranks[str(row["item"])])
    return [row | {"happened_on": day["happened_on"]} for row, day in zip(items, days, strict=True)]


def _planted(world: World, component: Component, units: list[int], items: list[str]) -> list[dict[str, object]]:
    """One deed of the worst unit that goes through these items, spread evenly over the last window."""
    rule, cycle = component.events, world.cycles(component)[-1]
    assert rule is not None
    unit = world.ids[min(units, key=lambda place: world.quality[place])]
    length = (cycle.end - cycle.start).days
    if len(items) > 1:
        world.plant(unit, f"{component.title}：同一件事先后记为{'、'.join(rule.items[item].name for item in items)}")
    return [
        {
            "unit": unit,
            "item": item,
            "happened_on": cycle.start + timedelta(days=length * (2 + nth) // (2 + len(items))),
            "times": 1,
            "points": said_points(world.apart("deeds", item), rule, rule.items[item]),
            "factors": [],
            "deed": f"{component.id}-{unit}-A0",
            "status": rule.counts[0],
        }
        for nth, item in enumerate(items if len(items) > 1 else [])
    ]
