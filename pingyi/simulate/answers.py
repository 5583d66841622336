"""Cases that a unit must answer by a deadline: answered in time, late, after more time was granted, or not yet."""

from calendar import monthrange
from datetime import date, timedelta
from itertools import islice

import numpy as np
import polars as pl

from pingyi.plan import Component
from pingyi.plan.events import Deadline, Item
from pingyi.rules.base import working_days
from pingyi.simulate.happenings import COLUMNS, a_state, said_points
from pingyi.simulate.world import World, days_within

CASES, AT_ALL = 0.5, 12
"""Cases of a unit in the middle; of all units together, at least."""

ENDS = {"in_time": 0.5, "late": 0.16, "extended": 0.14, "extended_late": 0.06, "open": 0.14}
"""What becomes of a case, with shares."""

LATE = 12
"""Days by which a late answer is late, at most."""


def answers(world: World, component: Component, units: list[int]) -> pl.DataFrame:
    """The cases of every item with a deadline, those answered in time too: the plan decides what each one costs."""
    assert component.events is not None
    rng = world.apart("answers", component.id)
    cases = [
        (place, id, item)
        for id, item in component.events.items.items()
        if item.within
        for place in units
        for _ in range(_number(world, component, rng, place, len(units)))
    ]
    ends = _ends(rng, len(cases))
    rows = [_case(world, component, rng, *case, end) for case, end in zip(cases, ends, strict=True)]
    return pl.DataFrame(rows, schema=COLUMNS)


def _ends(rng: np.random.Generator, number: int) -> list[str]:
    """How so many cases end: in every way at least once, if there are enough of them."""
    rest = rng.choice([*ENDS], max(number - len(ENDS), 0), p=[*ENDS.values()]).tolist()
    ends: list[str] = rng.permutation([*[*ENDS][: number - len(rest)], *rest]).tolist()
    return ends


def _number(world: World, component: Component, rng: np.random.Generator, place: int, units: int) -> int:
    usual = max(CASES, AT_ALL / units)
    return int(rng.poisson(usual * np.exp(-0.3 * world.qualities[component.id][place])))


def _case(
    world: World, component: Component, rng: np.random.Generator, place: int, id: str, item: Item, end: str
) -> dict[str, object]:
    assert component.events is not None
    assert item.within is not None
    granted = end.startswith("extended") and item.extended is not None
    opened = _opened(world, component, rng, item.within)
    due = due_day((granted and item.extended) or item.within, opened)
    return {
        "unit": world.ids[place],
        "item": id,
        "happened_on": opened,
        "times": 1,
        "points": said_points(rng, component.events, item),
        "factors": [],
        "status": a_state(rng),
        "opened_on": opened,
        "closed_on": _closed(rng, end, opened, due),
        "extended": granted,
    }


def _opened(world: World, component: Component, rng: np.random.Generator, deadline: Deadline) -> date:
    """A day of a window, early enough that the deadline falls into it."""
    cycles = world.cycles(component)
    cycle = cycles[int(rng.integers(0, len(cycles)))]
    day: date = days_within(rng, [cycle], np.zeros(1, dtype=np.int64))[0].item()
    return max(cycle.start, min(day, cycle.end - timedelta(days=_longest(deadline))))


def _longest(deadline: Deadline) -> int:
    """Calendar days that a deadline takes at most, about."""
    return {"days": 1, "working_days": 2, "months": 31}[deadline.kind] * deadline.number + 10


def _closed(rng: np.random.Generator, end: str, opened: date, due: date) -> date | None:
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
    days = working_days(opened + timedelta(days=1), opened + timedelta(days=_longest(deadline) + deadline.number))
    return next(islice(days, deadline.number - 1, None))
