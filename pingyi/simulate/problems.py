"""Problems to rectify, one story with the book of events: what is not put right in time is what costs points."""

import math
from datetime import date, timedelta

import numpy as np
import polars as pl

from pingyi.facts.as_of_date import last_day
from pingyi.plan import Plan
from pingyi.simulate.deeds import gravity
from pingyi.simulate.reports import progress
from pingyi.simulate.voices import THEMES, opinions
from pingyi.simulate.world import Schema, World

PART, MOST, LEAST = 3, 40, 8
"""One unit in so many has a problem that cost nothing; problems in all where deeds do not make more; at least."""

TERM = (20, 40)
"""Days that a unit has to rectify a problem."""

FATES = {"in_time": 0.52, "late": 0.18, "open": 0.22, "refused": 0.08}
"""What becomes of a problem that cost nothing, with shares."""

POSTS = ["窗口负责人", "业务科负责人", "综合科负责人", "分管副职"]
"""Posts that answer for putting a problem right."""

FED_BACK = 0.6
"""Share of rectified problems that were fed back to those who rate."""

COLUMNS: Schema = {
    "problem": pl.String,
    "unit": pl.String,
    "found_on": pl.Date,
    "due": pl.Date,
    "state": pl.String,
    "supervised": pl.Int64,
    "rectified_on": pl.Date,
    "fed_back_on": pl.Date,
    "text": pl.String,
    "responsible": pl.String,
    "document": pl.String,
}

Row = dict[str, object]


def problems(world: World, events: pl.DataFrame | None) -> dict[str, pl.DataFrame]:
    """The tables problems, progress and opinions; none for a plan that does not speak of putting anything right."""
    if not rectifies(world.plan):
        return {}
    span = span_of(world.plan)
    deeds = _of_deeds(world, events, span) if events is not None else []
    listed = _listed(world, [*deeds, *_others(world, len(deeds), span)])
    return {
        "problems": listed,
        "progress": progress(world, listed, span[1]),
        "opinions": opinions(world, listed, span),
    }


def rectifies(plan: Plan) -> bool:
    """Whether a plan has problems to rectify: it sets tasks, re-evaluations or consequences, or follows deeds."""
    followed = any(one.events and one.events.same_deed for one in plan.components)
    return bool(plan.tasks or plan.rechecks or plan.outcomes) or followed


def span_of(plan: Plan) -> tuple[date, date]:
    """From when to when things go on: the calendar of the plan, or its windows within the campaign's year."""
    windows = [cycle.start for cycles in plan.cycles.values() for cycle in cycles]
    starts = [phase.start for phase in plan.calendar] or windows
    return max(min(starts), date(plan.campaign.year, 1, 1)), last_day(plan)


def _of_deeds(world: World, events: pl.DataFrame, span: tuple[date, date]) -> list[Row]:
    """A problem for each deed of the book of events that cost points, under the id of the deed."""
    rng = world.apart("problems", "deeds")
    rules = [one.events for one in world.plan.components if one.events and one.events.same_deed]
    ranks = {item: (rank, len(found)) for rule in rules for found in [gravity(rule)] for item, rank in found.items()}
    bad = events.filter(pl.col("item").is_in([*ranks]) & pl.col("deed").is_not_null())
    deeds = bad.group_by("deed", maintain_order=True).agg("unit", "item", "happened_on")
    return [
        _of_deed(rng, deed, units[0], [ranks[item] for item in items], (min(days), max(days)), span)
        for deed, units, items, days in deeds.iter_rows()
    ]


def _of_deed(
    rng: np.random.Generator,
    deed: str,
    unit: str,
    ranks: list[tuple[int, int]],
    days: tuple[date, date],
    span: tuple[date, date],
) -> Row:
    """Due before the first entry; refused where the gravest of several items was entered, else put right after all."""
    due = days[0] - timedelta(days=int(rng.integers(1, 11)))
    found = min(due, max(span[0], due - timedelta(days=int(rng.integers(*TERM)))))
    highest, items = max(ranks)
    state = "refused" if highest == items - 1 > 0 else str(rng.choice(["rectified", "open"], p=[0.7, 0.3]))
    supervised = min(2, len(ranks) - 1 + min(highest, 2))
    row = {"problem": deed, "unit": unit, "found_on": found, "due": due, "state": state, "supervised": supervised}
    return _ended(rng, row, days[1] + timedelta(days=int(rng.integers(3, 31))), span[1])


def _others(world: World, deeds: int, span: tuple[date, date]) -> list[Row]:
    """Problems that cost nothing, rather of the worse units."""
    rng = world.apart("problems")
    places = [place for place, unit in enumerate(world.ids) if unit not in world.exempt]
    wanted = min(MOST, max(LEAST, math.ceil(len(places) / PART)))
    weights = np.exp(-0.5 * world.quality[places])
    number = max(wanted - deeds, deeds // 3)
    chosen = rng.choice(places, number, p=weights / weights.sum()).tolist()
    return [_other(rng, world.ids[place], span) for place in chosen]


def _other(rng: np.random.Generator, unit: str, span: tuple[date, date]) -> Row:
    days = max(1, (span[1] - span[0]).days - TERM[1])
    found = span[0] + timedelta(days=int(rng.integers(0, days)))
    due = found + timedelta(days=int(rng.integers(*TERM)))
    fate = str(rng.choice([*FATES], p=[*FATES.values()]))
    row: Row = {"unit": unit, "found_on": found, "due": due, "supervised": 0}
    if fate == "in_time":
        day = found + timedelta(days=int(rng.integers(5, (due - found).days + 1)))
        return _ended(rng, row | {"state": "rectified"}, day, span[1])
    row |= {"supervised": int(rng.integers(0, 3)), "state": "rectified" if fate == "late" else fate}
    return _ended(rng, row, due + timedelta(days=int(rng.integers(1, 26))), span[1])


def _ended(rng: np.random.Generator, row: Row, day: date, last: date) -> Row:
    """The problem with the day on which it was put right, if that was by the last day, and when it was fed back."""
    if row["state"] != "rectified" or day > last:
        return row | {"state": "open" if row["state"] == "rectified" else row["state"]}
    fed_back = day + timedelta(days=int(rng.integers(1, 15))) if rng.random() < FED_BACK else None
    return row | {"rectified_on": day, "fed_back_on": fed_back}


def _listed(world: World, rows: list[Row]) -> pl.DataFrame:
    """The problems in order of time with ids, words and documents."""
    rng = world.apart("problems", "words")
    themes = [THEMES[nth][0] for nth in rng.integers(0, len(THEMES), len(rows)).tolist()]
    posts = world.apart("problems", "posts").choice(POSTS, len(rows)).tolist()
    told = [row | {"text": text, "responsible": post} for row, text, post in zip(rows, themes, posts, strict=True)]
    frame = pl.DataFrame(told, schema=COLUMNS)
    number = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(3)
    year = pl.col("found_on").dt.year().cast(pl.String)
    return frame.sort("found_on", "unit", "due", maintain_order=True).with_columns(
        problem=pl.coalesce("problem", pl.concat_str(pl.lit("P"), number)),
        document=pl.concat_str(pl.lit("模拟交办〔"), year, pl.lit("〕第"), number, pl.lit("号")),
    )
