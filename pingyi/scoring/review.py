"""One campaign in DuckDB, from its plan and facts through the stages to its result tables."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl

from pingyi.common.database import connect, connect_in_memory, save
from pingyi.common.faults import PingyiError
from pingyi.facts.as_of_date import as_it_stood
from pingyi.facts.store import has_store
from pingyi.plan import Plan
from pingyi.scoring.loading import insert_frame, load_campaign, open_store
from pingyi.scoring.published import published
from pingyi.scoring.run import Run
from pingyi.scoring.stages import STAGES, run_stage

ALONE = "set threads = 1"
"""Statements over some thousand rows gain nothing from a second core, and others may be at work on it."""

DRAWS, SEED = 100, 1
"""How often counts are drawn anew to say how sure a place is, and from which seed."""


class NotPublished(PingyiError):
    """A trial is not to be published."""


class Review:
    """A campaign under review.

    Begin one with `Review.begin`, take it `through` a stage, and read its tables:

        review = Review.begin(plan, facts).through("marks")
        review.table("component_marks")
    """

    def __init__(self, run: Run, done: tuple[str, ...] = ()) -> None:
        self.run, self.plan, self.done = run, run.plan, list(done)

    @classmethod
    def begin(
        cls,
        plan: Plan,
        facts: Mapping[str, pl.DataFrame],
        *,
        database: Path | None = None,
        draws: int = 0,
        seed: int = SEED,
        as_of: date | None = None,
        tried: Mapping[str, str] | None = None,
        wanted: frozenset[str] = frozenset(),
        running: Path | None = None,
    ) -> "Review":
        """A new review in memory, or in a new database file.

        facts: checked frames by table. draws: resampled counts beside the counted ones; 0 for none.
        as_of: the day for which the campaign is looked at; without it, when all is over.
        tried: of a trial, the statements that stand in for the package's, by name. wanted: the tables that are asked
        for, where not all are. A trial, and what is not whole, is never stored. running: where counts of many ratings
        are kept from run to run; without it they are counted anew.
        """
        assert database is None or (tried is None and not wanted), "a trial is never stored"
        connection = connect(database) if database else connect_in_memory()
        known = as_it_stood(facts, plan, as_of) if as_of else facts
        if not draws and not has_store(facts):
            connection.execute(ALONE)
        connection.begin()  # a hundred tables in one transaction take two thirds of the time
        load_campaign(connection, plan, known, as_of, database.parent if database else Path())
        connection.execute("create table stages_done (position integer, stage varchar)")
        connection.commit()
        save(connection)
        return cls(Run(connection, plan, draws, seed, tried, wanted, running))

    @classmethod
    def resume(
        cls,
        plan: Plan,
        database: Path,
        *,
        draws: int = 0,
        seed: int = SEED,
        read_only: bool = False,
        running: Path | None = None,
    ) -> "Review":
        """A review whose database exists, with the stages it has done. read_only: of a run that is finished.

        running: as in `begin`.
        """
        connection = connect(database, read_only=read_only)
        open_store(connection, database.parent)
        done = connection.table("stages_done").order("position").fetchall()
        return cls(Run(connection, plan, draws, seed, running=running), tuple(stage for _, stage in done))

    def through(self, stage: str) -> "Review":
        """This review with `stage` and all before it done; what is done is not done again.

        Raises: CheckFailed, KeyError for an unknown stage.
        """
        for name in STAGES[: STAGES.index(stage) + 1]:
            if name not in self.done:
                run_stage(self.run, name)
                self.done.append(name)
                self.run.connection.execute("insert into stages_done values (?, ?)", [len(self.done), name])
                save(self.run.connection)
        return self

    def table(self, name: str) -> pl.DataFrame:
        """A table as a frame, its rows in the order of all its columns: the same facts give the same frame."""
        frame: pl.DataFrame = self.run.connection.table(name).order("all").pl()
        return frame

    def published(self, name: str) -> pl.DataFrame:
        """A table as it is handed out (`pingyi.scoring.published`): the count alone, marks in 分, in a fixed order."""
        frame: pl.DataFrame = published(self.run.connection, name).pl()
        return frame

    def keep(self, name: str, frame: pl.DataFrame) -> None:
        """Fill a table that does not come from the stages (`sql/schema/comparisons.sql`) with a frame."""
        connection = self.run.connection
        connection.execute("delete from " + name)
        insert_frame(connection, name, frame.select(connection.table(name).columns))
        save(connection)

    @property
    def as_of(self) -> date:
        """The day on which the campaign is looked at."""
        day: date = self.run.connection.table("as_of").fetchall()[0][0]
        return day

    def refuse_trial(self) -> None:
        """Whether what this review comes to may be handed out. Raises: NotPublished for a trial."""
        if self.run.tried is not None:
            raise NotPublished(
                "这是试算，不是结果：不能写成报告，也不能封签。要改规则，请改方案，再用 pingyi run 运行。"
            )

    def close(self) -> None:
        """Let go of the database."""
        self.run.connection.close()
