"""Plan and facts into DuckDB tables, before any rule is applied."""

from collections.abc import Mapping

import duckdb
import polars as pl

from pingyi import script
from pingyi.plan import Plan
from pingyi.plan.rows import plan_rows

FACTS = ("ratings", "counts", "marks", "events", "measures", "history", "grades", "lots")
RENAMED = {"method": "component", "group": "grp"}
"""Column names of the fact files that would be reserved or unclear in SQL."""

NOT_TRAITS = ("unit", "name", "source", "sheet", "row")


def load(connection: duckdb.DuckDBPyConnection, plan: Plan, facts: Mapping[str, pl.DataFrame]) -> None:
    """Fill an empty database with a plan and its facts.

    facts: one checked frame for each fact table (`pingyi.intake`); tables left out stay empty.
    """
    connection.execute(script.text("macros"))
    _load_plan(connection, plan)
    connection.execute(script.text("schema/units"))
    _insert(connection, "units", facts["units"])
    _load_traits(connection, facts["units"])
    connection.execute(script.text("schema/facts"))
    for name in FACTS:
        if name in facts and facts[name].height:
            _insert(connection, name, facts[name].rename(RENAMED, strict=False))
    connection.execute(script.text("schema/scores"))
    connection.execute("create table draws as select 0 as draw")
    connection.execute(script.text("conditions"))


def _load_plan(connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    connection.execute(script.text("schema/plan"))
    for name, rows in plan_rows(plan).items():
        if rows:
            _insert(connection, name, pl.DataFrame(rows, infer_schema_length=None))


def _load_traits(connection: duckdb.DuckDBPyConnection, units: pl.DataFrame) -> None:
    columns = [name for name in units.columns if name not in NOT_TRAITS]
    traits = units.select("unit", pl.col(columns).cast(pl.String).fill_null("")).unpivot(
        index="unit", variable_name="trait", value_name="value"
    )
    _insert(connection, "traits", traits)


def _insert(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    """Insert by column name; columns that the table does not have are left behind, missing ones stay null.

    A table with a file in `sql/load/` goes through that SELECT on its way.
    """
    columns = connection.table(name).columns
    padded = frame.select(
        pl.col(column) if column in frame.columns else pl.lit(None, pl.String).alias(column) for column in columns
    )
    connection.register("incoming", padded)
    coded = name in script.names("load")
    rows = connection.sql(script.text(f"load/{name}")) if coded else connection.table("incoming")
    rows.insert_into(name)
    connection.unregister("incoming")
