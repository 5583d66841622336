"""One campaign's facts in memory, on which plans are scored one after the other.

Reading facts and counting ratings is most of a review. Plans that differ in a few rules share both: only the tables of
the plan that differ are exchanged, and only the stages that look at them, and those after them, are done again.
"""

import re
from collections.abc import Mapping
from functools import cache

import polars as pl

from pingyi import script
from pingyi.asof import last_day
from pingyi.plan import Plan
from pingyi.plan.base import Row
from pingyi.plan.rows import TABLES, plan_rows
from pingyi.review import Review
from pingyi.stages import STAGES, Run
from pingyi.whatif.result import Result

COUNTED = ("roster", "tally")
"""The stages whose tables nothing later changes; those that follow fill theirs turn by turn."""

PLANNED = "pragma enable_optimizer"
"""Later stages plan their statements badly on purpose (`pingyi.stages`); the count is worth a good plan."""


class Bench:
    """The facts of a campaign, and the plan that is in force on them at the moment."""

    def __init__(self, facts: Mapping[str, pl.DataFrame]) -> None:
        """facts: checked frames by table."""
        self.facts = facts
        self.review: Review | None = None
        self.rows: dict[str, list[Row]] = {}

    def result(self, plan: Plan) -> Result:
        """What this plan makes of the facts: the same as a review of its own would. Raises: CheckFailed."""
        review = self._under(plan)
        self.review = None
        result = Result.of(review.through(STAGES[-1]))
        self.review, self.rows = review, plan_rows(plan)
        return result

    def close(self) -> None:
        """Let go of the facts."""
        if self.review:
            self.review.close()
        self.review = None

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _under(self, plan: Plan) -> Review:
        """A review of the facts under this plan, with the stages done that it shares with the plan before."""
        rows = plan_rows(plan)
        changed = {name for name in TABLES if rows[name] != self.rows.get(name)}
        old = self.review
        if old is None or changed & read_by("load") or last_day(plan) != last_day(old.plan):
            self.close()
            return Review.begin(plan, self.facts)
        run = Run(old.run.connection, plan)
        for name in sorted(changed):
            _exchange(run, name, rows[name])
        run.connection.execute(script.text("schema/scores"))
        if changed & read_by("count"):
            run.connection.execute(PLANNED)
            return Review(run)
        run.create("ranking/rating_votes")
        return Review(run, COUNTED)


def _exchange(run: Run, name: str, rows: list[Row]) -> None:
    """Put other rows into a table of the plan."""
    run.connection.execute("delete from " + name)
    if rows:
        run.connection.register("incoming", pl.DataFrame(rows, infer_schema_length=None))
        run.connection.execute("insert into " + name + " by name select * from incoming")
        run.connection.unregister("incoming")


@cache
def read_by(part: str) -> frozenset[str]:
    """The plan's tables that loading facts looks at, or counting them: what their SQL names.

    Deadlines say for which days loading asks the calendar.
    """
    if part == "load":
        return _named("schema/facts") | {"plan_deadlines"}
    folders = [*COUNTED, *(f"checks/{stage}" for stage in COUNTED)]
    return frozenset().union(*(_named(f"{folder}/{name}") for folder in folders for name in script.names(folder)))


def _named(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"\bplan_\w+", script.text(name)))
