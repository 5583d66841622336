"""Simulated facts made more like life, so that detectors have something to keep quiet about.

`pingyi.simulate` draws answers and moments one by one. Here people lean to kindness or severity over a whole form, come
at the same hours, on the same days and one after the other; interviewers differ a little, people share devices, halls
have terminals. Questionnaires that a plan may lack (several items, many units on a sheet, channels, ballots, rates,
marks) are added, with the levels of the plan. Nothing here is a pattern that should be found.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from pingyi.integrity.habits import with_habits
from pingyi.plan import Component, Plan
from pingyi.plan.ratings import Ratings
from pingyi.simulate import simulate
from pingyi.simulate.levels import by_value, level_shares
from pingyi.simulate.roster import made_up_roster
from pingyi.simulate.votes import COLUMNS
from pingyi.simulate.world import Ints, days_within, drawn, moments, pseudonyms

SHEET, ITEMS, WAYS, BALLOT, RATE, MARKS = (
    f"trial.{name}" for name in ("sheet", "items", "ways", "ballot", "rate", "marks")
)
"""The questionnaires that are added."""

SHEETS, PICKS = 120, 5
"""Sheets that rate all units; picks of the best and of the worst on a ballot."""

Facts = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class Lived:
    """A plan with the questionnaires added, and a year of it in which nothing is wrong."""

    plan: Plan
    facts: Facts


def lived(plan: Plan, units: int, seed: int) -> Lived:
    """A clean campaign of about so many units: whole organs of a made-up roster. The same seed gives the same facts."""
    rng = np.random.default_rng([seed, units])
    whole = plan.model_copy(update={"units": plan.units.model_copy(update={"published": []})})
    drawn_too = whole.model_copy(update={"components": [*whole.components, *_questionnaires(plan, units)]})
    roster = _some(max(made_up_roster(plan), made_up_roster(whole), key=lambda one: one.height), units, rng)
    simulated = simulate(drawn_too, roster, seed)
    rule = _rule(plan)
    sheets = _sheets(rng, drawn_too, rule, simulated.facts["units"], simulated.truth["quality"].to_numpy())
    ratings = pl.concat([simulated.tables["ratings"], sheets])
    ballots = [one.id for one in drawn_too.components if one.ratings and one.ratings.form]
    facts = simulated.facts | {"ratings": with_habits(rng, by_value(rule.levels), ballots, ratings)}
    sheet = _component(SHEET, rule, form={})
    return Lived(
        drawn_too.model_copy(update={"components": [*drawn_too.components, sheet]}),
        {name: delivered(frame, name) for name, frame in facts.items()},
    )


def delivered(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """A table with the places that intake notes: file, sheet and row."""
    row = pl.int_range(2, pl.len() + 2, dtype=pl.Int64)
    return frame.with_columns(source=pl.lit(f"{table}.csv"), sheet=pl.lit(None, pl.String), row=row)


def _rule(plan: Plan) -> Ratings:
    return next(one.ratings for one in plan.components if one.ratings)


def _component(id: str, rule: Ratings, **more: Any) -> Component:
    levels = {level: None if value is None else str(value) for level, value in rule.levels.items()}
    ratings = {"levels": levels, "out_of": str(rule.out_of), **more}
    return Component.model_validate({"id": id, "full": "10", "ratings": ratings})


def _questionnaires(plan: Plan, units: int) -> list[Component]:
    rule = _rule(plan)
    valued = [level for level in by_value(rule.levels) if rule.levels[level] is not None]
    picks = str(max(2, min(PICKS, units // 3)))
    form = {"exactly": {valued[0]: picks, valued[-1]: picks}, "unmarked": valued[len(valued) // 2]}
    rate = {"id": RATE, "full": "1", "measures": {"of": "rate", "numerator": "a", "denominator": "b"}}
    marks = {"id": MARKS, "full": "100", "marks": {"range": ["0", "100"], "decimals": "1"}}
    bands = {"bands": {"a": ["85", "100"], "b": ["70", "84.9"], "c": ["0", "69.9"]}}
    return [
        _component(ITEMS, rule, items=[f"{nth}" for nth in range(1, 7)]),
        _component(
            WAYS, rule, channels=[{"id": "w1"}, {"id": "w2"}, {"id": "w3"}], few={"below": "80", "then": "flag"}
        ),
        *([_component(BALLOT, rule, form=form)] if len(valued) > 2 else []),
        Component.model_validate(rate),
        Component.model_validate(marks | {"marks": {**marks["marks"], **bands}}),  # type: ignore[dict-item]
    ]


def _some(roster: pl.DataFrame, units: int, rng: np.random.Generator) -> pl.DataFrame:
    """Whole organs, in an order of chance, until there are enough units."""
    organs = roster["organ"].unique(maintain_order=True).to_list()
    chosen: list[str] = []
    for nth in rng.permutation(len(organs)).tolist():
        if roster.filter(pl.col("organ").is_in(chosen)).height < units:
            chosen.append(organs[nth])
    return roster.filter(pl.col("organ").is_in(chosen)).head(units)


def _sheets(rng: np.random.Generator, plan: Plan, rule: Ratings, units: pl.DataFrame, quality: Any) -> pl.DataFrame:
    """Sheets on which somebody rates every unit."""
    shares = level_shares(rule.levels, quality)
    unit: Ints = np.tile(np.arange(units.height), SHEETS)
    form = np.repeat(np.arange(SHEETS), units.height)
    cycles = plan.cycles[next(one.per for one in plan.components if one.ratings)]
    days = moments(rng, days_within(rng, cycles, rng.integers(0, len(cycles), SHEETS)))
    names, people = by_value(rule.levels), pseudonyms(rng, SHEETS)
    rows = {
        "form": [f"{SHEET}-{one:05d}" for one in form + 1],
        "method": [SHEET] * len(form),
        "unit": units["unit"].gather(unit.tolist()).to_list(),
        "level": [names[one] for one in drawn(rng, shares, unit)],
        "rated_on": days[form],
        "respondent": people[form].tolist(),
    }
    blank = {name: pl.lit(None, kind).alias(name) for name, kind in COLUMNS.items()}
    frame = pl.DataFrame(rows)
    return frame.with_columns(blank[name] for name in COLUMNS if name not in frame.columns).select(*COLUMNS)
