"""A plan as rows: the `plan_*` tables of a review, each with its columns and types beside the function of its rows.

These functions stand in the modules of the words that they are about; `plan_table` makes tables of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pingyi.rules.base import PLACES, Traits

if TYPE_CHECKING:
    from pingyi.plan import Plan

TYPES = {
    "text": "varchar",
    "list": "varchar[]",
    "integer": "integer",
    "decimal": f"decimal(18, {PLACES})",
    "yes_no": "boolean",
    "date": "date",
}
"""What a column holds, in the words of the codebook → its type in DuckDB."""

Row = dict[str, Any]
"""A row of a `plan_*` table."""

Rows = Iterator[tuple[Any, ...] | Row]
"""Rows as functions give them: values in the order of the columns, or by column; what is left out is null."""


@dataclass(frozen=True)
class PlanTable:
    """A table of the plan. columns: name → type in DuckDB. list_rows: its rows for a plan."""

    columns: dict[str, str]
    list_rows: Callable[[Plan], Rows]

    def complete_row(self, row: tuple[Any, ...] | Row) -> Row:
        """The row with every column. Numbers are text, so that no float is ever on their way into a DECIMAL column."""
        if isinstance(row, tuple):
            row = dict(zip(self.columns, row, strict=True))
        said = {name: format(value, "f") if isinstance(value, Decimal) else value for name, value in row.items()}
        return dict.fromkeys(self.columns) | said


TABLES: dict[str, PlanTable] = {}
"""Every table of the plan by name."""


def plan_table(name: str, columns: str) -> Callable[[Callable[[Plan], Rows]], Callable[[Plan], Rows]]:
    """Make a function that lists rows a table of this name.

    columns: `component, position integer, …`, in the order of the table; text where nothing else is said.
    """
    types = {column: TYPES[kind or "text"] for column, _, kind in (one.partition(" ") for one in columns.split(", "))}

    def register_table(list_rows: Callable[[Plan], Rows]) -> Callable[[Plan], Rows]:
        TABLES[name] = PlanTable(types, list_rows)
        return list_rows

    return register_table


def fields_of(word: object, *names: str) -> Row:
    """These fields of a word of the plan, for columns of the same names."""
    return {name: getattr(word, name) for name in names}


def each_trait(traits: Traits) -> Iterator[tuple[str, str]]:
    """Each column of the roster with each value wanted in it."""
    return ((trait, value) for trait, values in traits.items() for value in values)


def create_statements() -> str:
    """The SQL that creates every table of the plan, empty."""
    columns = {
        name: ", ".join(f'"{column}" {kind}' for column, kind in table.columns.items())
        for name, table in TABLES.items()
    }
    return "\n".join(f"create table {name} ({words});" for name, words in columns.items())


def plan_rows(plan: Plan) -> dict[str, list[Row]]:
    """Rows of every `plan_*` table of this plan, in the order of the file."""
    return {name: [table.complete_row(row) for row in table.list_rows(plan)] for name, table in TABLES.items()}
