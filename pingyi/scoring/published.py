"""The published tables: what a run hands out, the count alone, with the names of units, in a fixed order.

Most are a table of the result in the columns that the codebook lists; what is more than that has a file in
`sql/published/`.
"""

import duckdb

from pingyi.common.codebook import codebook
from pingyi.scoring import script
from pingyi.scoring.loading import RENAMED

NAMES = {
    **{"name": ("unit", "roster", "name"), "organ": ("unit", "roster", "organ")},
    **{
        "component_name": ("component", "plan_components", "name"),
        "clause": ("component", "plan_components", "clause"),
    },
}
"""Columns that a published table may have beside those of the result: by which key, from which table and column."""


def published_names() -> list[str]:
    """The published tables, in alphabetical order."""
    return sorted(codebook().results)


def published(connection: duckdb.DuckDBPyConnection, name: str) -> duckdb.DuckDBPyRelation:
    """A published table of a database in which all stages are done."""
    if name in script.names("published"):
        return connection.sql(script.text(f"published/{name}"))
    return connection.sql(_projection(name, connection.table(name).columns))


def _projection(name: str, own: list[str]) -> str:
    """The SELECT of a published table that is a table of the result. own: the columns of that table."""
    columns, beside = [], dict[str, str]()
    for column in codebook().results[name].names:
        if RENAMED.get(column, column) in own:
            columns.append(f'own.{RENAMED.get(column, column)} as "{column}"')
        else:
            key, table, source = NAMES[column]
            beside[table] = f" left join {table} on own.{key} = {table}.{key}"
            columns.append(f'{table}.{source} as "{column}"')
    counted = " where own.draw = 0" if "draw" in own else ""
    order = ", ".join(["own.position"] * ("position" in own) + [str(nth) for nth in range(1, len(columns) + 1)])
    return f"select {', '.join(columns)} from {name} as own{''.join(beside.values())}{counted} order by {order}"
