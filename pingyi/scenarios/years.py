"""This year beside the year before: what of each change comes from new rules, and what from new facts.

In between stands what this year's facts would have come to under last year's rules. The step from there to this year is
the rules', the step from last year to there is the facts'; the two add up to the change, exactly.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl

from pingyi.common import wording
from pingyi.plan import Plan
from pingyi.plan.tree import Tree, patched
from pingyi.scenarios.fitting import LeftOut, fitted
from pingyi.scenarios.matched import Roster, matched, under_new_codes
from pingyi.scenarios.result import Names, Result
from pingyi.scoring.review import Review
from pingyi.scoring.stages import STAGES

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
NO_COUNTS: dict[str, Any] = {"units.published": []}
"""What last year's document says of last year's roster is not asked of this year's."""


@dataclass(frozen=True)
class Year:
    """A campaign's plan file, which must be whole, and its facts: checked frames by table."""

    tree: Tree
    facts: Mapping[str, pl.DataFrame]

    @cached_property
    def plan(self) -> Plan:
        """The typed plan."""
        return Plan.model_validate(self.tree)

    @cached_property
    def units(self) -> dict[str, str]:
        """The roster: unit → name."""
        return wording.units_apart(self.facts["units"].select("unit", "name", "organ").cast(pl.String).iter_rows())

    @property
    def roster(self) -> Roster:
        """The roster, to be matched with another year's."""
        return Roster(self.plan, self.facts["units"], self.units)


@dataclass(frozen=True)
class Years:
    """Two years compared, unit by unit.

    totals: a row for each unit of both years and standing of both plans, sorted: total_before, total_between, total_now
    (分), change = from_rules + from_facts; the same of places, where positive is up. marks: the same for components.
    Null where a unit has none; without a value in between a change cannot be split.
    new, gone: units of one year alone; one that got another code or name is the same unit. changed: units that were
    merged or split, and so have nobody to be compared with → how. left_out: rows of this year that last year's rules do
    not know; missing: heads of roster columns that they ask for and this year's roster has not.
    """

    totals: pl.DataFrame
    marks: pl.DataFrame
    new: dict[str, str]
    gone: dict[str, str]
    changed: dict[str, str]
    left_out: tuple[LeftOut, ...]
    missing: tuple[str, ...]
    before: Plan
    now: Plan
    names: Names


def moved(tree: Tree, years: int) -> Tree:
    """A plan as it would stand so many years later: every date, the campaign's year, and the year in its id.

    What is no date but a text that mentions one stays as it is. 29 February becomes the 28th where there is none.
    """
    later: Tree = _later(tree, years)
    campaign = dict(later["campaign"])
    campaign["year"] = str(int(campaign["year"]) + years)
    for key in ("id", "previous"):
        if campaign.get(key):
            campaign[key] = YEAR.sub(lambda found: str(int(found[0]) + years), campaign[key])
    return later | {"campaign": campaign}


def _later(value: Any, years: int) -> Any:
    if isinstance(value, dict):
        return {key: _later(one, years) for key, one in value.items()}
    if isinstance(value, list):
        return [_later(one, years) for one in value]
    if isinstance(value, str) and DAY.fullmatch(value):
        return later(date.fromisoformat(value), years).isoformat()
    return value


def later(day: date, years: int) -> date:
    """The same day so many years later; the last of February for its 29th where there is none."""
    year = day.year + years
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def compare_years(now: Year, before: Year) -> Years:
    """What changed since the year before, and why. Raises: CheckFailed."""
    apart = now.plan.campaign.year - before.plan.campaign.year
    rules = Plan.model_validate(patched(moved(before.tree, apart), NO_COUNTS))
    fit = fitted(now.facts, rules, now.plan)
    found = matched(now.roster, before.roster)
    last = under_new_codes(scored(before.plan, before.facts), found.same)
    results = last, scored(rules, fit.facts), scored(now.plan, now.facts)
    names = results[2].names | results[0].names
    return Years(
        _totals(results, [*found.same], names),
        _marks(results, [*found.same], names),
        found.new,
        found.gone,
        found.changed,
        tuple(fit.left_out),
        tuple(fit.missing),
        before.plan,
        now.plan,
        names,
    )


def scored(plan: Plan, facts: Mapping[str, pl.DataFrame]) -> Result:
    """What a plan makes of facts. Raises: CheckFailed."""
    review = Review.begin(plan, facts)
    try:
        return Result.of(review.through(STAGES[-1]))
    finally:
        review.close()


Results = tuple[Result, Result, Result]
"""Last year, this year's facts under last year's rules, this year."""

STEPS = ("before", "between", "now")


def _totals(results: Results, units: list[str], names: Names) -> pl.DataFrame:
    frame = _beside([one.totals for one in results], ["unit", "standing"], ["total", "place"])
    before, between, now = (pl.col(f"place_{step}").cast(pl.Int64) for step in STEPS)
    places = {"places": before - now, "places_from_rules": between - now, "places_from_facts": before - between}
    return _told(frame, units, names.units, _of_both(results, "standings")).with_columns(**_split("total"), **places)


def _marks(results: Results, units: list[str], names: Names) -> pl.DataFrame:
    frame = _beside([one.marks for one in results], ["unit", "component"], ["marks"])
    return _told(frame, units, names.units, _of_both(results, "components")).with_columns(**_split("marks"))


def _told(frame: pl.DataFrame, units: list[str], names: dict[str, str], known: dict[str, str]) -> pl.DataFrame:
    """The rows of these units and of what is known, in its order, names beside ids."""
    part = frame.columns[1]
    kept = frame.filter(pl.col("unit").is_in(units), pl.col(part).is_in(list(known)))
    order = pl.col(part).replace_strict({id: nth for nth, id in enumerate(known)}, return_dtype=pl.Int64)
    lead = [pl.col("unit"), pl.col("unit").replace(names).alias("name")]
    lead += [pl.col(part), pl.col(part).replace(known).alias(f"{part}_name")]
    return kept.sort(order, "unit").select(*lead, pl.exclude("unit", part))


def _beside(frames: list[pl.DataFrame], keys: list[str], values: list[str]) -> pl.DataFrame:
    """The frames side by side: every key of any of them, `<value>_<step>` of each."""
    renamed = [
        frame.rename({value: f"{value}_{step}" for value in values}) for frame, step in zip(frames, STEPS, strict=True)
    ]
    whole = renamed[0]
    for one in renamed[1:]:
        whole = whole.join(one, on=keys, how="full", coalesce=True)
    return whole


def _of_both(results: Results, kind: str) -> dict[str, str]:
    """What both plans have, standings or components, by the names of this year."""
    before, _, now = (getattr(one.names, kind) for one in results)
    return {id: name for id, name in now.items() if id in before}


def _split(value: str) -> dict[str, pl.Expr]:
    """The change, and its two parts."""
    before, between, now = (pl.col(f"{value}_{step}") for step in STEPS)
    return {"change": now - before, "from_rules": now - between, "from_facts": between - before}
