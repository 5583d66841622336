"""The tables that explanations are made from, each fetched once and kept by what it is asked for."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from decimal import Decimal
from functools import cached_property
from typing import Any

import polars as pl
from duckdb import ColumnExpression, ConstantExpression

from pingyi.results.list_states import ListState, read_list_states
from pingyi.scoring.review import Review

Row = dict[str, Any]
Key = tuple[Hashable, ...]
Grouped = dict[Key, list[Row]]

COUNT = "draw = 0"
"""The count alone of a table that also holds resampled counts."""

UNNAMED = "columns(lambda name: name <> 'respondent')"
"""All columns but the pseudonyms of those who rated: who they are plays no part in what is explained."""


def group_rows(rows: Iterable[Row], *keys: str) -> Grouped:
    """The rows by the values of some columns, in their order."""
    found: defaultdict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        found[tuple(row[key] for key in keys)].append(row)
    return dict(found)


def number_order(number: str) -> tuple[int, str, str]:
    """What numbers of events are ordered by: 9 before 10, whatever zeros stand before them."""
    stem = number.lstrip("0")
    return len(stem), stem, number


def _row_by(table: str, *keys: str, where: str = "") -> "cached_property[dict[Key, Row]]":
    """A property of `Tables`: the one row of a table for each value of some columns."""
    return cached_property(lambda tables: {tuple(row[key] for key in keys): row for row in tables.rows(table, where)})


def _rows_by(table: str, *keys: str, where: str = "") -> "cached_property[Grouped]":
    """A property of `Tables`: the rows of a table for each value of some columns."""
    return cached_property(lambda tables: group_rows(tables.rows(table, where), *keys))


def _value_by(table: str, value: str, *keys: str, where: str = "") -> "cached_property[dict[Key, Any]]":
    """A property of `Tables`: one column of a table for each value of others."""
    return cached_property(
        lambda tables: {tuple(row[key] for key in keys): row[value] for row in tables.rows(table, where)}
    )


def _keys_of(table: str, *keys: str, where: str = "") -> "cached_property[set[Key]]":
    """A property of `Tables`: the values of some columns."""
    return cached_property(lambda tables: {tuple(row[key] for key in keys) for row in tables.rows(table, where)})


class Tables:
    """Rows of the count (draw 0) of one review. Numbers in atoms arrive as whole numbers."""

    def __init__(self, review: Review) -> None:
        """Look at a review; nothing is fetched before it is asked for."""
        self.connection, self.plan = review.run.connection, review.plan
        names = self.connection.sql("select table_name from duckdb_tables()").fetchall()
        self.known = {name for (name,) in names}
        self._adjudicated: dict[tuple[str, str], pl.DataFrame] = {}

    def rows(self, table: str, where: str = "") -> list[Row]:
        """Rows of a table in the order of its columns; none where its stage has not been reached."""
        if table not in self.known:
            return []
        relation = self.connection.table(table)
        relation = (relation.filter(where) if where else relation).order("all")
        heads = relation.columns
        return [dict(zip(heads, row, strict=True)) for row in relation.fetchall()]

    # ------------------------------------------------------------ units

    @cached_property
    def roster(self) -> dict[str, Row]:
        """Units by id."""
        return {row["unit"]: row for row in self.rows("roster")}

    traits = _value_by("traits", "value", "unit", "trait")
    """Roster cells by unit and column, as text."""
    scope = _row_by("scope", "component", "unit")
    """Full marks and weights by component and unit for which it exists."""

    # ------------------------------------------------------------ marks

    marks = _row_by("component_marks", "component", "unit", where=COUNT)
    """Published marks by component and unit."""
    cycle_marks = _row_by("cycle_marks", "component", "unit", "cycle", where=COUNT)
    """Marks of a cycle after its conversions, by component, unit and cycle."""
    part_marks = _row_by("part_marks", "component", "unit", "cycle", where=COUNT)
    """What a component gives in a cycle of the node above it, by component, unit and that cycle."""
    group_means = _value_by("group_means", "exact", "component", "child", "cycle", "category", where=COUNT)
    """The mean that stands for a missing child, by node, child, cycle and category."""
    event_marks = _row_by("event_marks", "component", "unit", "cycle")
    """What a component from events comes to before conversions, by component, unit and cycle."""
    conversions = _rows_by("conversions", "component", "phase", "step", "cycle", where=COUNT)
    """What conversions made of each unit's marks, by component, phase, step and cycle: who else was there."""
    rating_marks = _rows_by("rating_marks", "component", "unit", where=COUNT)
    """How the cycles of a component from levels come about, by component and unit."""
    rated_units = _rows_by("rating_marks", "component", "cycle", where=f"{COUNT} and own is not null")
    """Units with votes of their own, by component and cycle: over whom a mean may be taken."""

    # ------------------------------------------------------------ facts

    votes = _rows_by("tally", "component", "unit", where=COUNT)
    """Votes that count by component and unit."""
    given = _rows_by("marks", "component", "unit")
    """Marks that somebody gave, by component and unit."""
    counted_marks = _rows_by("mark_rows", "component", "unit", where="reason is null")
    """Marks that count with the class of raters and the cycle that they belong to, by component and unit."""
    measures = _rows_by("measures", "component", "unit")
    """Measured numbers by component and unit."""

    @cached_property
    def rating_files(self) -> Grouped:
        """How many ratings each file brought for a unit, handed in one by one or as counts, and in which rows."""
        heads = ("component", "unit", "source", "ratings", "first", "last")
        found = []
        for table, votes in (("ratings", "count(*)"), ("counts", "sum(votes)")):
            if table in self.known:
                columns = f'component::varchar, unit::varchar, source, {votes}::bigint, min("row"), max("row")'
                relation = self.connection.table(table).aggregate(columns, "component, unit, source").order("all")
                found += [dict(zip(heads, row, strict=True)) for row in relation.fetchall()]
        return group_rows(found, "component", "unit")

    @cached_property
    def events(self) -> Grouped:
        """Events with what they cost or earn, by component and unit; facts and points in one row."""
        facts = {row["event"]: row for row in self.rows("events")}
        rows = [facts[row["event"]] | row for row in self.rows("event_points")]
        ordered = sorted(rows, key=lambda row: (row["happened_on"], *number_order(row["event"])))
        return group_rows(ordered, "component", "unit")

    @cached_property
    def excluded(self) -> dict[Key, dict[Key, str]]:
        """Why rows do not count: by table, component and unit, then by file, sheet and row."""
        rows = group_rows(self.rows("excluded_facts"), "fact_table", "component", "unit")
        return {
            key: {(row["source"], row["sheet"], row["row"]): row["reason"] for row in same}
            for key, same in rows.items()
        }

    def adjudicated(self, view: str, component: str) -> pl.DataFrame:
        """What became of each row handed in for a component, in the order of their places in the files.

        view: `adjudicated_ratings` or `adjudicated_counts`.
        """
        if (view, component) not in self._adjudicated:
            mine = ColumnExpression("component") == ConstantExpression(component)
            found = self.connection.view(view).filter(mine).project(UNNAMED).order("source, sheet, row").pl()
            self._adjudicated[view, component] = found.with_columns(pl.col(pl.Enum, pl.Categorical).cast(pl.String))
        return self._adjudicated[view, component]

    @cached_property
    def asked(self) -> dict[Key, dict[str, Decimal]]:
        """The classes of raters asked to mark a unit and their weights, by component and unit."""
        rows = group_rows(self.rows("asked"), "component", "unit")
        return {key: {row["class"]: row["weight"] for row in same} for key, same in rows.items()}

    # ------------------------------------------------------------ places

    totals = _row_by("totals", "standing", "unit", where=COUNT)
    """Places by standing and unit."""
    unranked = _value_by("unranked", "reason", "standing", "unit")
    """Why a standing does not rank a unit."""
    vetoed = _keys_of("vetoed", "unit")
    """Units that a veto keeps out of every ranking."""
    ranges = _row_by("place_ranges", "standing", "unit")
    """Where resampled counts place a unit, by standing and unit."""

    @cached_property
    def ranked(self) -> dict[Key, int]:
        """How many units a standing ranks in a group."""
        return {key: len(rows) for key, rows in group_rows(self.totals.values(), "standing", "grp").items()}

    @cached_property
    def level_votes(self) -> dict[Key, dict[str, int]]:
        """Votes of each level that break ties, by standing and unit."""
        rows = group_rows(self.rows("rating_votes", COUNT), "standing", "unit")
        return {key: {row["level"]: row["votes"] for row in same} for key, same in rows.items()}

    # ------------------------------------------------------------ lists, and what follows

    pools = _row_by("list_pools", "list", "unit", where=COUNT)
    """Who could enter, by list and unit."""
    unmet = _keys_of("list_unmet", "list", "unit", where=COUNT)
    """Lists and units kept out by a condition."""
    drawn = _row_by("list_drawn", "list", "unit", where=COUNT)
    """Who was drawn, before it is asked who stays, by list and unit."""
    spared = _keys_of("list_spared", "list", "unit", where=COUNT)
    """Lists and units that a condition takes off again although their place would put them there."""
    entries = _row_by("list_entries", "list", "unit", where=COUNT)
    """Entries by list and unit."""
    decisions = _row_by("decisions", "list", "unit")
    """What was recorded of a decided list, by list and unit."""
    proposals = _keys_of("list_proposals", "list", "unit")
    """Lists that are decided and units that today's facts would put on them."""
    margins = _row_by("margins", "list", "unit")
    """How far from the cut, by list and unit."""
    chances = _row_by("list_chances", "list", "unit")
    """How often resampled counts list a unit, by list and unit."""
    grades = _value_by("grades", "grade", "organ")
    """Yearly grades by organ."""
    outcome_sums = _value_by("outcome_sums", "amount", "subject_kind", "subject", "effect")
    """What amounts come to, by kind of subject, subject and effect."""

    @cached_property
    def list_states(self) -> dict[str, ListState]:
        """How each list stands."""
        return read_list_states(self.rows("list_states"))

    @cached_property
    def earlier(self) -> dict[Key, str]:
        """Earlier entries by list, unit and year: the predecessor that was listed; empty where it was the unit."""
        rows = self.rows("earlier_entries")
        return {(row["list"], row["unit"], row["year"]): row["former"] or "" for row in rows}

    @cached_property
    def outcomes(self) -> Grouped:
        """Consequences by unit, in the order of the plan."""
        return group_rows(sorted(self.rows("outcomes"), key=lambda row: row["position"]), "unit")
