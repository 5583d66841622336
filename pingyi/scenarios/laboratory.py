"""One campaign's facts in memory, on which plans are scored one after the other.

Reading facts and counting ratings is most of a review. Plans that differ in a few rules share both: only the tables of
the plan that differ are exchanged, and only the stages that look at them, and those after them, are done again.
"""

from collections.abc import Collection, Mapping
from functools import cache, cached_property
from typing import Any, Self

import polars as pl
from pydantic import ValidationError

from pingyi.common import paths
from pingyi.common.codebook import codebook
from pingyi.facts.as_of_date import last_day
from pingyi.facts.lineage import bounded_lives
from pingyi.plan import Plan
from pingyi.plan.consistency import inconsistencies
from pingyi.plan.tables import TABLES, Row, plan_rows
from pingyi.plan.tree import Tree, patched
from pingyi.scenarios.difference import COMPARED, Difference, Result, compare_results
from pingyi.scenarios.fitted_facts import FittedFacts, fit_facts, rules_of_use
from pingyi.scoring import script
from pingyi.scoring.count import count_people
from pingyi.scoring.review import ALONE, Review
from pingyi.scoring.run import Run, define
from pingyi.scoring.stages import STAGES, checks_of, statements_of

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

SCORE = (
    *("schema/scores", "conditions"),
    *(name for stage in STAGES[:-1] for name in (*statements_of(stage), *checks_of(stage))),
)
"""What is done before the consequences. Its views take tables of the plan whole: one file names what another sees."""

PLANNED = "pragma enable_optimizer"
"""Later stages plan their statements badly on purpose (`pingyi.scoring.stages`); the count is worth a good plan."""

OTHER_DATA = "要另外收集数据"


class Bench:
    """The facts of a campaign, and the plan that is in force on them at the moment."""

    def __init__(self, facts: Mapping[str, pl.DataFrame]) -> None:
        """facts: checked frames by table."""
        self.facts = self.loaded = facts
        self.review: Review | None = None
        self.rows: dict[str, list[Row]] = {}

    def result(self, plan: Plan) -> Result:
        """What this plan makes of the facts: the same as a review of its own would. Raises: CheckFailed."""
        review = self._review_under(plan)
        self.review = None
        result = Result.of(review.through(STAGES[-1]))
        self.review, self.rows = review, plan_rows(plan)
        return result

    def facts_under(self, _plan: Plan) -> Mapping[str, pl.DataFrame]:
        """The facts that a plan is scored on."""
        return self.facts

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
        rows, old, facts = plan_rows(plan), self.review, self.facts_under(plan)
        same_day = old is not None and last_day(plan) == last_day(old.plan)
        if old is None or not same_day or facts is not self.loaded or self._loads_otherwise(rows):
            self.close()
            self.loaded = facts
            return Review.begin(plan, facts, wanted=COMPARED, running=paths.cache_folder(plan.campaign.id))
        run = Run(old.run.connection, plan, wanted=COMPARED)
        for name in TABLES:
            if rows[name] != self.rows[name]:
                _exchange_rows(run, name, rows[name])
        run.connection.execute(ALONE)
        if not self._sees_otherwise(rows, (frozenset[str]().union(*words_of(SCORE)),)):
            return Review(run, STAGES[:-1])
        define(run.connection, script.text("schema/scores"))
        if self._sees_otherwise(rows, words_of(COUNT)):
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
        return self._sees_otherwise(rows, words_of(LOAD)) or rows["plan_deadlines"] != self.rows["plan_deadlines"]

    def _sees_otherwise(self, rows: dict[str, list[Row]], files: Collection[frozenset[str]]) -> bool:
        """Whether one of these files, each told by its words, sees anything else in the plan than it did."""
        changed = [name for name in TABLES if rows[name] != self.rows[name]]

        def sees(words: frozenset[str], name: str) -> bool:
            then, now = (
                [{column: value for column, value in row.items() if column in words} for row in table[name]]
                for table in (self.rows, rows)
            )
            return then != now

        return any(name in words and sees(words, name) for words in files for name in changed)


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
        self._last_fit: tuple[Plan, FittedFacts] | None = None

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

    def facts_under(self, plan: Plan) -> Mapping[str, pl.DataFrame]:
        """The facts, without what a plan does not ask for and under the names that it knows."""
        fit = self._fit(plan)
        return fit.with_store if fit.differ else self.facts

    def _fit(self, plan: Plan) -> FittedFacts:
        """The facts as a plan can use them: as they are where it asks of them what they were collected for."""
        if self._last_fit is None or self._last_fit[0] is not plan:
            same = rules_of_use(plan) == rules_of_use(self.plan)
            fit = FittedFacts(self.facts, dict(self.facts)) if same else fit_facts(self.facts, plan, self.plan)
            self._last_fit = plan, fit
        return self._last_fit[1]

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
        fit, tables = self._fit(plan), codebook().facts
        lost = [f"{tables[one.table].title}有 {one.rows} 行的“{one.column}”不适用" for one in fit.left_out]
        lost += [f"{tables['units'].title}没有“{head}”一列" for head in fit.missing]
        return f"{OTHER_DATA}：{'；'.join(lost)}" if lost else ""
