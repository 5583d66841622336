"""One campaign's facts in memory, on which plans are scored one after the other.

Reading facts and counting ratings is most of a review. Plans that differ in a few rules share both: only the tables of
the plan that differ are exchanged, and only the stages that look at them, and those after them, are done again.

Facts were collected for the rules of one plan. Of other rules it is said what they could use of them: a row is left out
if intake would refuse it under those rules (`pingyi.facts.intake.rules`): its component, level, item, cycle or the
category of its unit is not known there. What the rules do not ask for is passed over instead.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, Self

import polars as pl
from pydantic import ValidationError

from pingyi.common.codebook import codebook
from pingyi.facts.as_of_date import last_day
from pingyi.facts.intake.row_rules import SIGNED, Rule, rules_of, signed_points
from pingyi.facts.intake.setting import Setting
from pingyi.facts.lineage import bounded_lives
from pingyi.facts.store import has_store
from pingyi.plan import Component, Plan
from pingyi.plan.consistency import inconsistencies
from pingyi.plan.tables import TABLES, Row, plan_rows
from pingyi.plan.tree import Tree, patched
from pingyi.scenarios.difference import COMPARED, Difference, Result, compare_results
from pingyi.scoring import script
from pingyi.scoring.count import count_people
from pingyi.scoring.review import Review
from pingyi.scoring.run import Run
from pingyi.scoring.stages import STAGES

Patch = Mapping[str, Any]
"""Paths of the plan file and the values that they are to hold."""

LOAD = ("schema/facts",)
"""What makes the types of the facts."""

COUNT = tuple(
    f"{folder}/{name}"
    for folder in ("tally", "checks/tally")
    for name in script.names(folder)
    if name not in ("respondents", "monthly_rates")  # these look at what votes are worth, and are made anew
)
"""What counts the ratings: half the work of a review."""

ALONE = "set threads = 1"
"""Statements over some thousand rows gain nothing from a second core, and others may be at work on it."""

PLANNED = "pragma enable_optimizer"
"""Later stages plan their statements badly on purpose (`pingyi.scoring.stages`); the count is worth a good plan."""

OTHER_DATA = "要另外收集数据"


class Bench:
    """The facts of a campaign, and the plan that is in force on them at the moment."""

    def __init__(self, facts: Mapping[str, pl.DataFrame]) -> None:
        """facts: checked frames by table."""
        self.facts = facts
        self.review: Review | None = None
        self.rows: dict[str, list[Row]] = {}

    def result(self, plan: Plan) -> Result:
        """What this plan makes of the facts: the same as a review of its own would. Raises: CheckFailed."""
        review = self._review_under(plan)
        self.review = None
        result = Result.of(review.through(STAGES[-1]))
        self.review, self.rows = review, plan_rows(plan)
        return result

    def close(self) -> None:
        """Let go of the facts."""
        if self.review:
            self.review.close()
        self.review = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _review_under(self, plan: Plan) -> Review:
        """A review of the facts under this plan, with the count done if the plan before shares it."""
        rows, old = plan_rows(plan), self.review
        if old is None or last_day(plan) != last_day(old.plan) or self._loads_otherwise(rows):
            self.close()
            return Review.begin(plan, self.facts, wanted=COMPARED)
        run = Run(old.run.connection, plan, wanted=COMPARED)
        for name in TABLES:
            if rows[name] != self.rows[name]:
                _exchange_rows(run, name, rows[name])
        run.connection.execute(ALONE)
        run.connection.execute(script.text("schema/scores"))
        if self._sees_otherwise(rows, COUNT):
            run.connection.execute(PLANNED)
            return Review(run)
        count_people(run)
        run.create_table("tally/monthly_rates")
        return Review(run, ("tally",))

    def _loads_otherwise(self, rows: dict[str, list[Row]]) -> bool:
        """Whether facts would be loaded otherwise: in other types, with working days of other deadlines, or without
        those outside of their unit's life, which are told by cycles and items."""
        if not bounded_lives(self.facts["units"]).is_empty():
            return True
        return self._sees_otherwise(rows, LOAD) or rows["plan_deadlines"] != self.rows["plan_deadlines"]

    def _sees_otherwise(self, rows: dict[str, list[Row]], files: tuple[str, ...]) -> bool:
        """Whether one of these files sees anything else in the plan than it did."""
        changed = [name for name in TABLES if rows[name] != self.rows[name]]

        def sees(words: frozenset[str], name: str) -> bool:
            then, now = (
                [{column: value for column, value in row.items() if column in words} for row in table[name]]
                for table in (self.rows, rows)
            )
            return then != now

        return any(name in words and sees(words, name) for words in words_of(files) for name in changed)


def _exchange_rows(run: Run, name: str, rows: list[Row]) -> None:
    """Put other rows into a table of the plan."""
    run.connection.execute("delete from " + name)
    if rows:
        run.connection.register("incoming", pl.DataFrame(rows, infer_schema_length=None))
        run.connection.execute("insert into " + name + " by name select * from incoming")
        run.connection.unregister("incoming")


@cache
def words_of(files: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    """The words of each of these files, and of each file of the roster whose table one of them reads: what else there
    is in a table of the plan a file does not see, since none takes one whole.
    """
    found, waiting = list[frozenset[str]](), list(files)
    for name in waiting:
        words = script.words(name)
        found.append(words)
        read = (f"roster/{one}" for one in script.names("roster") if one in words)
        waiting += [one for one in read if one not in waiting]
    return tuple(found)


class Laboratory(Bench):
    """A campaign's plan and facts, on which patches of the plan are tried."""

    def __init__(self, tree: Tree, facts: Mapping[str, pl.DataFrame]) -> None:
        """tree: the plan file, which must be whole. facts: checked frames by table."""
        super().__init__(facts)
        self.tree, self.plan = tree, Plan.model_validate(tree)

    @cached_property
    def official(self) -> Result:
        """What the plan as published comes to."""
        return self.result(self.plan)

    def patched(self, patch: Patch) -> Plan | None:
        """The plan with some paths set otherwise; none where that is no sound plan. Raises: NoSuchPath."""
        try:
            plan = Plan.model_validate(patched(self.tree, dict(patch)))
        except ValidationError:
            return None
        return None if inconsistencies(plan) else plan

    def tried(self, plan: Plan) -> Difference:
        """What differs under another plan. Raises: CheckFailed."""
        official = self.official
        return compare_results(official, self.result(plan))

    def needs(self, plan: Plan) -> str:
        """What other facts a plan would need before it could be tried, in words; empty where it needs none."""
        known = {one.id: one.method for one in self.plan.components}
        changed = [one.title for one in plan.components if one.method not in (known.get(one.id), "node")]
        if changed:
            return f"{OTHER_DATA}：{'、'.join(changed)}换了计分的依据"
        if _rules_of_use(plan) == _rules_of_use(self.plan):
            return ""
        if has_store(self.facts):
            return f"{OTHER_DATA}：评价记录太多，分块存放，没有按别的适用范围、等次、渠道逐条重读"
        fit, tables = fit_facts(self.facts, plan, self.plan), codebook().facts
        lost = [f"{tables[one.table].title}有 {one.rows} 行的“{one.column}”不适用" for one in fit.left_out]
        lost += [f"{tables['units'].title}没有“{head}”一列" for head in fit.missing]
        return f"{OTHER_DATA}：{'；'.join(lost)}" if lost else ""


# Facts under rules that they were not collected for.

SCORED = ("units", "ratings", "counts", "marks", "events", "measures")
"""The tables that marks are made from; what others say of unknown lists or grades is never asked."""

IGNORED = {"band", "management", "factors"}
"""Columns whose cells the scoring passes over where it does not know them: such a row still counts."""

NUMBERS = {"marks": ["mark"], "events": ["points"], "measures": ["numerator", "denominator"]}

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
    """Facts as some rules can use them. missing: heads of roster columns that they ask for and the roster lacks."""

    facts: dict[str, pl.DataFrame]
    left_out: list[LeftOut] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def fit_facts(facts: Mapping[str, pl.DataFrame], plan: Plan, own: Plan) -> FittedFacts:
    """The facts without the rows that a plan cannot use. own: the plan that they were collected for."""
    fit = FittedFacts(dict(facts))
    setting = Setting(plan, {})
    for name in SCORED:
        if name in facts and facts[name].height:
            frame = _read_anew(name, facts[name], setting, own)
            reasons, known = _refusal_reasons(name, frame, setting), setting.table(name)
            counted = sorted(Counter(reasons.drop_nulls()).items())
            fit.left_out.extend(LeftOut(name, known.column(column).head, rows) for column, rows in counted)
            fit.facts[name] = frame.filter(reasons.is_null()).select(facts[name].columns)
        if name == "units":
            setting = Setting.of(plan, {"units": _with_every_column("units", fit.facts["units"])})
    fit.missing.extend(head for column, head in plan.units.columns.items() if column not in facts["units"].columns)
    return fit


def _rules_of_use(plan: Plan) -> list[Any]:
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
