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

from pingyi.plan import Component, Plan
from pingyi.plan.ratings import Ratings
from pingyi.simulate import simulate
from pingyi.simulate.made_up_units import made_up_roster
from pingyi.simulate.rating_facts import RATINGS, level_shares, sort_levels
from pingyi.simulate.world import Ints, draw_columns, draw_days, draw_moments, draw_pseudonyms

SHEET, ITEMS, WAYS, BALLOT, RATE, MARKS = (
    f"trial.{name}" for name in ("sheet", "items", "ways", "ballot", "rate", "marks")
)
"""The questionnaires that are added."""

SHEETS, PICKS = 120, 5
"""Sheets that rate all units; picks of the best and of the worst on a ballot."""

KIND = 0.25
"""Share of answers that somebody one spread kinder (or stricter) than most gives better (or worse)."""

SAME_DAY, NEXT_CALL = 0.25, 0.15
"""Shares of forms that come on the day of the unit's form before, and minutes after it."""

PEAKS, WIDTH, ANY_TIME = (10.25, 15.25), 0.9, 0.1
"""Hours around which people answer, how far around, and the share of forms at any hour of the day."""

INTERVIEWERS, THEIR_WAY = 12, 0.02
"""Interviewers, and the share of answers that one of them hears better or worse than others."""

TWO_PEOPLE, TERMINAL = 0.05, 0.08
"""Shares of respondents who use somebody else's device, and of ratings given on the unit's terminal."""

KEY = ["method", "paper"]

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
    facts = simulated.facts | {"ratings": with_habits(rng, sort_levels(rule.levels), ballots, ratings)}
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
    valued = [level for level in sort_levels(rule.levels) if rule.levels[level] is not None]
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
    days = draw_moments(rng, draw_days(rng, cycles, rng.integers(0, len(cycles), SHEETS)))
    names, people = sort_levels(rule.levels), draw_pseudonyms(rng, SHEETS)
    rows = {
        "form": [f"{SHEET}-{one:05d}" for one in form + 1],
        "method": [SHEET] * len(form),
        "unit": units["unit"].gather(unit.tolist()).to_list(),
        "level": [names[one] for one in draw_columns(rng, shares, unit)],
        "rated_on": days[form],
        "respondent": people[form].tolist(),
    }
    blank = {name: pl.lit(None, kind).alias(name) for name, kind in RATINGS.items()}
    frame = pl.DataFrame(rows)
    return frame.with_columns(blank[name] for name in RATINGS if name not in frame.columns).select(*RATINGS)


def with_habits(rng: np.random.Generator, levels: list[str], ballots: list[str], ratings: pl.DataFrame) -> pl.DataFrame:
    """Ratings of people with habits, with `device`, `interviewer` and `batch`, in order of method and time.

    levels: from best to worst. ballots: methods without interviewers, in which every level is given on purpose.
    """
    numbered = ratings.with_columns(paper=pl.coalesce("form", pl.int_range(pl.len()).cast(pl.String)))
    papers = numbered.group_by(KEY, maintain_order=True).agg(
        pl.col("rated_on", "unit", "respondent").first(), single=pl.col("form").first().is_null()
    )
    papers = _with_devices(rng, _with_interviewers(rng, ballots, _with_times(rng, papers)))
    joined = numbered.drop("rated_on").join(
        papers.drop("unit", "respondent"), on=KEY, how="left", maintain_order="left"
    )
    ordered = _answered(rng, levels, ballots, joined).sort("method", "rated_on", "paper", "unit", "item")
    return ordered.select(*ratings.columns, "device", "interviewer", "batch")


def _with_times(rng: np.random.Generator, papers: pl.DataFrame) -> pl.DataFrame:
    """Hours have two peaks, weekends are quiet, some forms follow each other."""
    papers, number = papers.sort("method", "unit", "rated_on", "paper"), papers.height
    peak = np.where(rng.random(number) < 0.55, *PEAKS) + rng.standard_normal(number) * WIDTH
    hour = np.where(rng.random(number) < ANY_TIME, rng.uniform(8, 21, number), np.clip(peak, 7, 22))
    day = pl.col("rated_on").dt.truncate("1d")
    quiet = day - pl.duration(days=pl.max_horizontal(day.dt.weekday().cast(pl.Int64) - 5, 0))
    papers = papers.with_columns(
        day=quiet,
        hour=pl.Series(hour),
        same=pl.Series(rng.random(number) < SAME_DAY),
        call=pl.Series(rng.random(number)),
    )
    joined = pl.when("same").then(None).otherwise("day").forward_fill().over("method", "unit")
    papers = papers.with_columns(day=pl.coalesce(joined, "day"), wait=pl.Series(rng.uniform(1 / 60, 1 / 8, number)))
    before = pl.col("hour").shift().over("method", "unit", "day")
    hours = pl.when((pl.col("call") < NEXT_CALL) & before.is_not_null()).then(before + pl.col("wait")).otherwise("hour")
    moment = pl.col("day") + pl.duration(seconds=(hours * 3600).cast(pl.Int64))
    return papers.with_columns(rated_on=moment).drop("day", "hour", "same", "call", "wait")


def _with_interviewers(rng: np.random.Generator, ballots: list[str], papers: pl.DataFrame) -> pl.DataFrame:
    """An interviewer for a unit and a week, or a colleague; batches by half-months; how each form leans."""
    number = papers.height
    turn = pl.col("unit").rank("dense").cast(pl.Int64) * 7 + pl.col("rated_on").dt.week().cast(pl.Int64) * 3
    nth = (papers.select(turn).to_series().to_numpy() + rng.integers(0, 2, number)) % INTERVIEWERS
    lean = rng.standard_normal(number) * KIND * ~papers["single"].to_numpy()
    lean = lean + rng.standard_normal(INTERVIEWERS)[nth] * THEIR_WAY
    half = pl.when(pl.col("rated_on").dt.day() < 16).then(pl.lit("a")).otherwise(pl.lit("b"))
    named = papers.with_columns(
        interviewer=pl.Series([f"v{one:02d}" for one in nth.tolist()]),
        batch=pl.concat_str(pl.col("rated_on").dt.strftime("%m"), half),
        lean=pl.Series(lean),
    )
    voted = pl.col("method").is_in(ballots)
    return named.with_columns(pl.when(~voted).then(name).alias(name) for name in ("interviewer", "batch"))


def _with_devices(rng: np.random.Generator, papers: pl.DataFrame) -> pl.DataFrame:
    """Most people have a device of their own, some share one, units have terminals."""
    people = papers["respondent"].drop_nulls().unique().sort().to_list()
    whose = np.arange(len(people)) - (rng.random(len(people)) < TWO_PEOPLE)
    own = dict(zip(people, (f"d{one:06d}" for one in whose.tolist()), strict=True))
    device = pl.col("respondent").replace_strict(own, default=None, return_dtype=pl.String)
    hall = pl.col("single") & (pl.col("chance") < TERMINAL)
    papers = papers.with_columns(chance=pl.Series(rng.random(papers.height)))
    shared = pl.concat_str(pl.lit("hall-"), "unit")
    return papers.with_columns(device=pl.when(hall).then(shared).otherwise(device)).drop("chance", "single")


def _answered(rng: np.random.Generator, levels: list[str], ballots: list[str], ratings: pl.DataFrame) -> pl.DataFrame:
    """Answers moved to the best level, or one level down, as their form leans."""
    better = dict.fromkeys(levels, levels[0])
    worse = {level: levels[min(nth + 1, len(levels) - 1)] for nth, level in enumerate(levels)}
    moved = pl.Series(rng.random(ratings.height)) < pl.col("lean").abs()
    free = moved & ~pl.col("method").is_in(ballots) & pl.col("level").is_in(levels)
    kinder = pl.when(pl.col("lean") > 0).then(pl.col("level").replace(better)).otherwise(pl.col("level").replace(worse))
    return ratings.with_columns(level=pl.when(free).then(kinder).otherwise("level"))
