"""Plan and facts into DuckDB tables, before any rule is applied."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pingyi.facts.as_of_date import FORMER, last_day
from pingyi.facts.lineage import bounded_lives, set_outside_apart, successions
from pingyi.facts.store import LEFT_OUT, PARTS, connect_parts, has_store
from pingyi.plan import Plan
from pingyi.plan.tables import create_statements, plan_rows
from pingyi.rules.base import known_years, working_days
from pingyi.scoring import script
from pingyi.scoring.run import define

FACTS = (
    *("ratings", "counts", "marks", "events", "measures", "history", "grades", "lots"),
    *("contacts", "problems", "progress", "opinions", "rechecks", "finished", "decisions"),
)
RENAMED = {"method": "component", "group": "grp"}
"""Column names of the fact files that would be reserved or unclear in SQL."""

NOT_TRAITS = (
    *("unit", "name", "predecessor", "merged_into", "founded_on", "abolished_on"),
    *("changed_on", *FORMER.values()),
    *("source", "sheet", "row"),
)


def load_campaign(
    connection: duckdb.DuckDBPyConnection,
    plan: Plan,
    facts: Mapping[str, pl.DataFrame],
    as_of: date | None = None,
    folder: Path = Path(),
) -> None:
    """Fill an empty database with a plan and its facts.

    facts: one checked frame for each fact table (`pingyi.facts.intake`); tables left out stay empty.
    as_of: the day on which the campaign is looked at; without it, when all is over. folder: where relative paths of the
    store's parts begin.
    """
    define(connection, script.text("macros"))
    define(connection, create_statements())
    for name, rows in plan_rows(plan).items():
        if rows:
            _insert_rows(connection, name, rows)
    define(connection, script.text("schema/units"))
    insert_frame(connection, "units", facts["units"])
    _load_traits(connection, facts["units"])
    insert_frame(connection, "successions", successions(facts["units"]))
    define(connection, script.text("schema/facts"))
    within, outside = set_outside_apart(facts, plan)
    insert_frame(connection, "outside_life", outside.rename(RENAMED, strict=False))
    for name in FACTS:
        if name in within and within[name].height:
            insert_frame(connection, name, within[name].rename(RENAMED, strict=False))
    if has_store(facts):
        _load_store(connection, facts, folder)
    connection.execute("insert into as_of values (?)", [as_of or last_day(plan)])
    _load_workdays(connection, plan, facts)
    _load_served_days(connection, plan, facts)
    define(connection, script.text("schema/scores"))
    define(connection, script.text("schema/comparisons"))
    connection.execute("create table draws as select 0 as draw")


def _load_store(connection: duckdb.DuckDBPyConnection, facts: Mapping[str, pl.DataFrame], folder: Path) -> None:
    """Note which parts there are, and set apart what lies outside of a unit's life; the ratings stay where they are."""
    for name in (PARTS, LEFT_OUT):
        if name in facts and facts[name].height:
            insert_frame(connection, name, facts[name])
    open_store(connection, folder)
    if not bounded_lives(facts["units"]).is_empty():
        connection.sql(script.text("store/outside_life")).insert_into("outside_life")


def open_store(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Let statements see the parts of the store that a database knows of. folder: where relative paths begin."""
    try:
        known = connection.execute("select path, until from rating_parts").fetchall()
    except duckdb.CatalogException:
        return  # a run from before there were stores
    if known:
        connect_parts(connection, [folder / path for path, _ in known], known[0][1])


def _load_traits(connection: duckdb.DuckDBPyConnection, units: pl.DataFrame) -> None:
    columns = [name for name in units.columns if name not in NOT_TRAITS]
    traits = units.select("unit", pl.col(columns).cast(pl.String).fill_null("")).unpivot(
        index="unit", variable_name="trait", value_name="value"
    )
    insert_frame(connection, "traits", traits)


LONGEST = 4
"""Calendar days that a working day takes at most, the long holidays included, once a few are counted."""


def _load_workdays(connection: duckdb.DuckDBPyConnection, plan: Plan, facts: Mapping[str, pl.DataFrame]) -> None:
    """The working days that deadlines of the facts count in, where the plan has such deadlines."""
    items = [item for one in plan.components if one.events for item in one.events.items.values()]
    deadlines = [one for item in items for one in (item.within, item.extended)]
    numbers = [one.number for one in deadlines if one and one.working_days]
    events = facts.get("events", pl.DataFrame())
    if numbers and "opened_on" in events.columns and events["opened_on"].count():
        first: Any = events["opened_on"].min()
        last: Any = events["opened_on"].max()
        known = date(known_years()[-1], 12, 31)
        days = working_days(first, min(last + timedelta(days=LONGEST * max(numbers) + 10), known))
        rows = [{"day": day, "nth": nth} for nth, day in enumerate(days, start=1)]
        insert_frame(connection, "workdays", pl.DataFrame(rows))


def _load_served_days(connection: duckdb.DuckDBPyConnection, plan: Plan, facts: Mapping[str, pl.DataFrame]) -> None:
    """The days of the frame by unit, where a task of each day is shown by them."""
    clients = facts.get("clients", pl.DataFrame())
    if any(task.shown_by == "clients" for task in plan.tasks) and clients.height:
        days = clients.select("unit", day="served_on").drop_nulls().unique()
        insert_frame(connection, "served_days", days)


def _insert_rows(connection: duckdb.DuckDBPyConnection, name: str, rows: list[dict[str, Any]]) -> None:
    """Insert a few rows by column name in one statement, a quarter of what it takes to hand over a frame."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    one = f"({', '.join('?' * len(columns))})"
    heads = ", ".join(f'"{column}"' for column in columns)
    values = [row.get(column) for row in rows for column in columns]
    connection.execute(f"insert into {name} ({heads}) values {', '.join([one] * len(rows))}", values)


def insert_frame(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    """Insert by column name; columns that the table does not have are left behind, missing ones stay null.

    A table with a file in `sql/load/` goes through that SELECT on its way.
    """
    columns = connection.table(name).columns
    padded = frame.select(
        pl.col(column) if column in frame.columns else pl.lit(None, pl.String).alias(column) for column in columns
    )
    connection.register("incoming", padded)
    is_coded = name in script.names("load")
    rows = connection.sql(script.text(f"load/{name}")) if is_coded else connection.table("incoming")
    rows.insert_into(name)
    connection.unregister("incoming")
