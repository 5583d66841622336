"""One campaign's facts in memory, on which plans are scored one after the other.

Reading facts and counting ratings is most of a review. Plans that differ in a few rules share both: only the tables of
the plan that differ are exchanged, and only the stages that look at them, and those after them, are done again.
"""

import re
from collections.abc import Mapping
from functools import cache

import polars as pl

from pingyi.facts.as_of_date import last_day
from pingyi.facts.lineage import bounded_lives
from pingyi.plan import Plan
from pingyi.plan.tables import TABLES, Row, plan_rows
from pingyi.scenarios.result import Result
from pingyi.scoring import script
from pingyi.scoring.review import Review
from pingyi.scoring.run import Run
from pingyi.scoring.stages import STAGES, count_people

LOAD = ("schema/facts",)
"""What makes the types of the facts."""

COUNT = tuple(
    f"{folder}/{name}"
    for folder in ("tally", "checks/tally")
    for name in script.names(folder)
    if name != "respondents"  # counted anew for every plan: weights may make nobody of somebody
)
"""What counts the ratings: half the work of a review."""

ALONE = "set threads = 1"
"""Statements over some thousand rows gain nothing from a second core, and others may be at work on it."""

PLANNED = "pragma enable_optimizer"
"""Later stages plan their statements badly on purpose (`pingyi.scoring.stages`); the count is worth a good plan."""


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
        """A review of the facts under this plan, with the count done if the plan before shares it."""
        rows, old = plan_rows(plan), self.review
        if old is None or last_day(plan) != last_day(old.plan) or self._loads_otherwise(rows):
            self.close()
            return Review.begin(plan, self.facts)
        run = Run(old.run.connection, plan)
        for name in TABLES:
            if rows[name] != self.rows[name]:
                _exchange(run, name, rows[name])
        run.connection.execute(ALONE)
        run.connection.execute(script.text("schema/scores"))
        if self._differs(rows, COUNT):
            run.connection.execute(PLANNED)
            return Review(run)
        count_people(run)
        return Review(run, ("tally",))

    def _loads_otherwise(self, rows: dict[str, list[Row]]) -> bool:
        """Whether facts would be loaded otherwise: in other types, with working days of other deadlines, or without
        those outside of their unit's life, which are told by cycles and items."""
        if not bounded_lives(self.facts["units"]).is_empty():
            return True
        return self._differs(rows, LOAD) or rows["plan_deadlines"] != self.rows["plan_deadlines"]

    def _differs(self, rows: dict[str, list[Row]], files: tuple[str, ...]) -> bool:
        """Whether these files see anything else in the plan than they did."""
        words = words_of(files)
        tables = [name for name in TABLES if name in words]
        return any(_seen(rows[name], words) != _seen(self.rows[name], words) for name in tables)


def _seen(rows: list[Row], words: frozenset[str]) -> list[Row]:
    return [{column: value for column, value in row.items() if column in words} for row in rows]


def _exchange(run: Run, name: str, rows: list[Row]) -> None:
    """Put other rows into a table of the plan."""
    run.connection.execute("delete from " + name)
    if rows:
        run.connection.register("incoming", pl.DataFrame(rows, infer_schema_length=None))
        run.connection.execute("insert into " + name + " by name select * from incoming")
        run.connection.unregister("incoming")


@cache
def words_of(files: tuple[str, ...]) -> frozenset[str]:
    """Every word of these files, and of the files of the roster whose tables they read: what else there is in a plan
    they do not see, since none takes a table of the plan whole.
    """
    words = frozenset(word for name in files for word in _words(name))
    return words.union(*(_words(f"roster/{name}") for name in script.names("roster") if name in words))


def _words(name: str) -> set[str]:
    return set(re.findall(r"\w+", re.sub(r"--.*", "", script.text(name))))
