"""The book of events of a component: what quality brings, checks that found nothing, deadlines, signatures."""

from datetime import timedelta

import polars as pl

from pingyi.plan import Component
from pingyi.plan.events import Events
from pingyi.simulate.answers import answers
from pingyi.simulate.deeds import in_stages
from pingyi.simulate.happenings import COLUMNS, happenings
from pingyi.simulate.world import World, days_within

SIGNED, SIGNING = 0.8, 25
"""Share of entries that the unit has signed where it must; days until it has, at most."""

TWICE = 0.3
"""Share of the units without a finding that are looked at a second time."""


def event_book(world: World, component: Component, units: list[int]) -> pl.DataFrame:
    """Events of a component for these units, in order of time, with ids and documents."""
    rule = component.events
    assert rule is not None
    events = in_stages(world, component, units, happenings(world, component, units))
    events = pl.concat([events, answers(world, component, units)])
    events = pl.concat([events, _looked(world, component, units, events)])
    return _numbered(component, _signed(world, component, rule, events))


def _looked(world: World, component: Component, units: list[int], events: pl.DataFrame) -> pl.DataFrame:
    """Checks that found nothing, for units of which nothing else counts, where the plan asks whether anything came."""
    rule = component.events
    assert rule is not None
    items = [id for id, item in rule.items.items() if item.fixed == 0]
    found = _counted(world, component, rule, events) if component.unmeasured and items else set()
    left = [place for place in units if world.ids[place] not in found] if component.unmeasured and items else []
    rng, cycles = world.apart("looked", component.id), world.cycles(component)
    rows = [
        {
            "unit": world.ids[place],
            "item": items[0],
            "happened_on": days_within(rng, cycles, rng.integers(0, len(cycles), 1))[0].item(),
            "times": 1,
            "factors": [],
            "status": rule.counts[0],
        }
        for place in left
        for _ in range(1 + (rng.random() < TWICE))
    ]
    return pl.DataFrame(rows, schema=COLUMNS)


def _counted(world: World, component: Component, rule: Events, events: pl.DataFrame) -> set[str]:
    """The units of which an entry counts: in a state that does, within a window."""
    inside = [pl.col("happened_on").is_between(cycle.start, cycle.end) for cycle in world.cycles(component)]
    return set(events.filter(pl.any_horizontal(inside) & pl.col("status").is_in(rule.counts))["unit"])


def _signed(world: World, component: Component, rule: Events, events: pl.DataFrame) -> pl.DataFrame:
    """When the unit signed each entry, where entries need it; some are still unsigned."""
    if rule.needs is None:
        return events
    rng = world.apart("signed", component.id)
    waits = rng.integers(1, SIGNING + 1, events.height).tolist()
    signed = (rng.random(events.height) < SIGNED).tolist()
    entries = zip(events["happened_on"], waits, signed, strict=True)
    days = [day + timedelta(days=wait) if yes else None for day, wait, yes in entries]
    return events.with_columns(signed_on=pl.Series(days, dtype=pl.Date))


def _numbered(component: Component, events: pl.DataFrame) -> pl.DataFrame:
    ordered = events.sort("happened_on", "unit", "item", maintain_order=True)
    number = pl.int_range(1, pl.len() + 1).cast(pl.String)
    event = pl.concat_str(pl.lit(f"{component.id}-"), number.str.zfill(4))
    year = pl.col("happened_on").dt.year().cast(pl.String)
    document = pl.concat_str(pl.lit("模拟〔"), year, pl.lit("〕第"), number, pl.lit("号"))
    return ordered.with_columns(event=event, document=document).select(*COLUMNS)
