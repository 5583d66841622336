"""Facts under rules that they were not collected for: what those rules can use of them, and what they cannot.

A row is left out if intake would refuse it under those rules (`facts.intake.row_rules`): its component, level, item,
cycle or the category of its unit is not known there. What the rules do not ask for is passed over instead.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from pingyi.common.codebook import codebook
from pingyi.facts.intake.row_rules import SIGNED, Rule, rules_of, signed_points
from pingyi.facts.intake.setting import Setting, Unit
from pingyi.plan import Component, Plan

SCORED = ("units", "ratings", "counts", "marks", "events", "measures")
"""The tables that marks are made from; what others say of unknown lists or grades is never asked."""

IGNORED = {"band", "management", "factors"}
"""Columns whose cells the scoring passes over where it does not know them: such a row still counts."""

NUMBERS = {"marks": ["mark"], "events": ["points"], "measures": ["numerator", "denominator"]}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows of a fact table that the rules cannot use. column: head of the first cell that they do not know."""

    table: str
    column: str
    rows: int


@dataclass(frozen=True)
class Fitted:
    """Facts as some rules can use them. missing: heads of roster columns that they ask for and the roster lacks."""

    facts: dict[str, pl.DataFrame]
    left_out: list[LeftOut]
    missing: list[str] = field(default_factory=list)


def fitted(facts: Mapping[str, pl.DataFrame], plan: Plan, own: Plan) -> Fitted:
    """The facts without the rows that a plan cannot use. own: the plan that they were collected for."""
    left_out: list[LeftOut] = []
    kept = dict(facts)
    setting = Setting(plan, {})
    for name in SCORED:
        if name in facts and facts[name].height:
            frame = _read_anew(name, kept[name], setting, own)
            reasons = _refused(name, frame, setting)
            left_out.extend(_counted(name, reasons, setting))
            kept[name] = frame.filter(reasons.is_null()).select(facts[name].columns)
        if name == "units":
            setting = Setting(plan, _roster(kept["units"]))
    missing = [head for column, head in plan.units.columns.items() if column not in facts["units"].columns]
    return Fitted(kept, left_out, missing)


def asked(plan: Plan) -> list[Any]:
    """What decides whether a plan can use a row: plans that agree in it can use the same facts."""
    return [plan.units.model_dump(exclude={"exempt", "published"}), *(_asked_of(plan, one) for one in plan.components)]


SCORING = {"few", "none", "out_of", "score_per", "group_missing", "mean_first", "own_unit"}
"""What of the rules for ratings says how votes are scored, and nothing of how they are given."""


def _asked_of(plan: Plan, one: Component) -> Any:
    said = one.model_dump(include={"id", "full", "marks", "events", "measures", "imported"})
    ratings = one.ratings.model_dump(exclude=SCORING) if one.ratings else None
    return said, ratings, [cycle.id for cycle in plan.cycles[one.per]]


def _roster(units: pl.DataFrame) -> dict[str, Unit]:
    return {row["unit"]: row for row in _whole("units", units).iter_rows(named=True)}


def _whole(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with every column that its table may have, choices as text."""
    absent = [name for name in codebook().facts[table].names if name not in frame.columns]
    texts = pl.col(pl.Enum).cast(pl.String)
    return frame.with_columns(texts).with_columns(pl.lit(None, pl.String).alias(name) for name in absent)


def _read_anew(table: str, frame: pl.DataFrame, setting: Setting, own: Plan) -> pl.DataFrame:
    """The frame as intake would deliver it to other rules: the only cycle by its name, no cell that nobody asks for."""
    whole = _whole(table, frame)
    numbers = [pl.col(name).cast(pl.Decimal(18, 6)) for name in NUMBERS.get(table, [])]
    whole = whole.with_columns(numbers)
    if table in ("ratings", "counts"):
        whole = whole.with_columns(_only_if_listed(column, setting) for column in ("group", "channel", "item"))
    if table in ("counts", "marks", "measures"):
        whole = whole.with_columns(cycle=_only_cycle(table, setting, Setting(own, {})))
    if table == "events":
        whole = signed_points(whole, setting).with_columns(pl.lit(True).alias(SIGNED))
    return whole


def _only_if_listed(column: str, setting: Setting) -> pl.Expr:
    """The column where the component of the row tells its values apart, else nothing."""
    lists = [one.id for one in setting.plan.components if one.ratings and getattr(one.ratings, f"{column}s")]
    return pl.when(pl.col("method").is_in(lists)).then(pl.col(column)).otherwise(None).alias(column)


def _only_cycle(table: str, setting: Setting, own: Setting) -> pl.Expr:
    """The cycle of a row, by the name it has under the rules where there is only one, there and where it came from."""
    single = {one.id for one in own.scored_by(table) if len(own.cycles(one)) == 1}
    cycles = {one.id: setting.cycles(one) for one in setting.scored_by(table)}
    only = {id: known[0].id for id, known in cycles.items() if len(known) == 1 and id in single}
    return pl.col("method").replace_strict(only, default=pl.col("cycle"), return_dtype=pl.String)


def _refused(table: str, frame: pl.DataFrame, setting: Setting) -> pl.Series:
    """For each row the column for which intake would refuse it, or null."""
    nobody = "unit" if table != "units" and not setting.roster else None
    reasons = pl.Series("reason", [nobody] * frame.height, dtype=pl.String)
    for rule in [rule for rule in rules_of(table) if IGNORED.isdisjoint(rule.columns)]:
        reasons = reasons.fill_null(pl.Series(_broken(rule, table, frame, setting), dtype=pl.String))
    return reasons


def _broken(rule: Rule, table: str, frame: pl.DataFrame, setting: Setting) -> Iterator[str | None]:
    decisive = frame.select(pl.col(rule.columns), pl.col(rule.filled).is_not_null())
    combinations = decisive.unique()
    wrong = {
        tuple(row.values()): one.column
        for row, one in rule.find_wrong(setting, table, combinations.iter_rows(named=True))
    }
    return (wrong.get(row) for row in decisive.iter_rows()) if wrong else iter([None] * frame.height)


def _counted(table: str, reasons: pl.Series, setting: Setting) -> list[LeftOut]:
    known = setting.table(table)
    return [LeftOut(table, known.column(one).head, rows) for one, rows in sorted(Counter(reasons.drop_nulls()).items())]
