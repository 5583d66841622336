"""Facts under rules that they were not collected for.

A row is left out if intake would refuse it under those rules (`pingyi.facts.intake.row_rules`): its component, level,
item, cycle or the category of its unit is not known there. What the rules do not ask for is passed over instead.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import polars as pl

from pingyi.common.codebook import codebook
from pingyi.facts.intake.row_rules import SIGNED, Rule, rules_of, signed_points
from pingyi.facts.intake.setting import Setting
from pingyi.facts.intake.streaming import temporary_store
from pingyi.facts.store import WORDS, count_kinds, has_store, only_kinds
from pingyi.plan import Component, Plan

SCORED = ("units", "ratings", "counts", "marks", "events", "measures")
"""The tables that marks are made from; what others say of unknown lists or grades is never asked."""

IGNORED = {"band", "management", "factors"}
"""Columns whose cells the scoring passes over where it does not know them: such a row still counts."""

NUMBERS = {"marks": ["mark"], "events": ["points"], "measures": ["numerator", "denominator"]}

FITTED = {"group", "channel", "item", "cycle", "points"}
"""Columns whose cells other rules may pass over, name otherwise, or count the other way."""

SCORING = {"few", "none", "out_of", "score_per", "group_missing", "mean_first", "own_unit"}
"""What of the rules for ratings says how votes are scored, and nothing of how they are given."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows of a fact table that the rules cannot use. column: head of the first cell that they do not know."""

    table: str
    column: str
    rows: int


@dataclass(frozen=True)
class FittedFacts:
    """Facts as some rules can use them. missing: heads of roster columns that they ask for and the roster lacks.

    own: the facts as they were collected. kinds: ratings of a store that the rules can use, where it holds others too.
    """

    own: Mapping[str, pl.DataFrame]
    facts: dict[str, pl.DataFrame]
    left_out: list[LeftOut] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    kinds: pl.DataFrame | None = None

    @property
    def differ(self) -> bool:
        """Whether they are not the facts as they were collected."""
        same = all(_says_the_same(self.facts[name], self.own[name]) for name in SCORED if name in self.own)
        return self.kinds is not None or not same

    @cached_property
    def with_store(self) -> dict[str, pl.DataFrame]:
        """The facts, with a store of the ratings that the rules can use, which lies there until the program ends."""
        if self.kinds is None:
            return self.facts
        return {**self.facts, **only_kinds(self.facts, self.kinds, temporary_store())}


def fit_facts(facts: Mapping[str, pl.DataFrame], plan: Plan, own: Plan) -> FittedFacts:
    """The facts without the rows that a plan cannot use. own: the plan that they were collected for."""
    facts_fit, refused, kinds = dict(facts), Counter[tuple[str, str]](), None
    setting = Setting(plan, {})
    for name in SCORED:
        if name in facts and facts[name].height:
            frame = _read_anew(name, facts[name], setting, own)
            reasons = _refusal_reasons(name, frame, setting)
            refused.update((name, column) for column in reasons.drop_nulls())
            facts_fit[name] = frame.filter(reasons.is_null()).select(facts[name].columns)
        if name == "units":
            setting = Setting.of(plan, {"units": _with_every_column("units", facts_fit["units"])})
    if has_store(facts):
        kinds = _usable_kinds(count_kinds(facts), setting, own, refused)
    left_out = [
        LeftOut(name, setting.table(name).column(column).head, refused[name, column])
        for name, column in sorted(refused, key=lambda one: (SCORED.index(one[0]), one[1]))
    ]
    missing = [head for column, head in plan.units.columns.items() if column not in facts["units"].columns]
    return FittedFacts(facts, facts_fit, left_out, missing, kinds)


def _usable_kinds(
    held: pl.DataFrame, setting: Setting, own: Plan, refused: Counter[tuple[str, str]]
) -> pl.DataFrame | None:
    """The kinds of ratings of a store that rules can use, with the words that they then have; nothing where they can
    use all as they are. refused: takes the ratings of the others.
    """
    frame = _read_anew("ratings", held, setting, own)
    judged = [one.id for one in setting.scored_by("ratings") if one.ratings and one.ratings.form]
    # ballots are judged by whole forms, which a store does not keep together
    reasons = _refusal_reasons("ratings", frame, setting).zip_with(
        ~frame["method"].is_in(judged), pl.repeat("form", frame.height, eager=True)
    )
    for column, number in zip(reasons, held["ratings"], strict=True):
        if column is not None:
            refused["ratings", column] += number
    now = held.hstack(frame.select(pl.col(name).alias(f"{name}_now") for name in WORDS)).filter(reasons.is_null())
    same = now.height == held.height and all(now[name].equals(now[f"{name}_now"]) for name in WORDS)
    return None if same else now


def _says_the_same(one: pl.DataFrame, other: pl.DataFrame) -> bool:
    """Whether two frames of the same table have the same rows, whatever holds their words."""
    return one is other or (
        one.height == other.height
        and all(
            one[name].cast(pl.String).equals(other[name].cast(pl.String))
            for name, kind in other.schema.items()
            if name in FITTED and kind != pl.Null
        )
    )


def rules_of_use(plan: Plan) -> list[Any]:
    """What decides whether a plan can use a row: plans that agree in it can use the same facts."""
    units = plan.units.model_dump(exclude={"exempt", "published"})
    return [units, *(_rules_of_component(plan, one) for one in plan.components)]


def _rules_of_component(plan: Plan, one: Component) -> Any:
    said = one.model_dump(include={"id", "full", "marks", "events", "measures", "imported"})
    ratings = one.ratings.model_dump(exclude=SCORING) if one.ratings else None
    return said, ratings, [cycle.id for cycle in plan.cycles[one.per]]


def _with_every_column(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with every column that its table may have, choices as text."""
    absent = [name for name in codebook().facts[table].names if name not in frame.columns]
    texts = pl.col(pl.Enum).cast(pl.String)
    return frame.with_columns(texts).with_columns(pl.lit(None, pl.String).alias(name) for name in absent)


def _read_anew(table: str, frame: pl.DataFrame, setting: Setting, own: Plan) -> pl.DataFrame:
    """The frame as intake would deliver it to other rules: the only cycle by its name, no cell that nobody asks for."""
    whole = _with_every_column(table, frame)
    whole = whole.with_columns(pl.col(name).cast(pl.Decimal(18, 6)) for name in NUMBERS.get(table, []))
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


def _refusal_reasons(table: str, frame: pl.DataFrame, setting: Setting) -> pl.Series:
    """For each row the column for which intake would refuse it, or null."""
    nobody = "unit" if table != "units" and not setting.roster else None
    reasons = pl.Series("reason", [nobody] * frame.height, dtype=pl.String)
    for rule in [rule for rule in rules_of(table) if IGNORED.isdisjoint(rule.columns)]:
        reasons = reasons.fill_null(pl.Series(_broken_columns(rule, table, frame, setting), dtype=pl.String))
    return reasons


def _broken_columns(rule: Rule, table: str, frame: pl.DataFrame, setting: Setting) -> Iterator[str | None]:
    decisive = frame.select(pl.col(rule.columns), pl.col(rule.filled).is_not_null())
    combinations = decisive.unique()
    wrong = {
        tuple(row.values()): one.column
        for row, one in rule.find_wrong(setting, table, combinations.iter_rows(named=True))
    }
    return (wrong.get(row) for row in decisive.iter_rows()) if wrong else iter([None] * frame.height)
