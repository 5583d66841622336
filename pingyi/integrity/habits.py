"""Habits of people that are no fault: hours and days, kindness and severity, shared devices, interviewers."""

import numpy as np
import polars as pl

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
