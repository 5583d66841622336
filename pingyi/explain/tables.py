"""The tables that explanations are made from, each fetched once and kept by what it is asked for."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from decimal import Decimal
from functools import cached_property
from typing import Any

from pingyi.results.list_states import ListState, list_states
from pingyi.scoring.review import Review

Row = dict[str, Any]
Key = tuple[Hashable, ...]
Grouped = dict[Key, list[Row]]


class Tables:
    """Rows of the count (draw 0) of one review. Numbers in atoms arrive as whole numbers."""

    def __init__(self, review: Review) -> None:
        """Look at a review; nothing is fetched before it is asked for."""
        self.connection, self.plan = review.run.connection, review.plan
        names = self.connection.sql("select table_name from duckdb_tables()").fetchall()
        self.known = {name for (name,) in names}

    def rows(self, table: str, *, where: str = "", columns: str = "*") -> list[Row]:
        """Rows of a table in the order of its columns; none where its stage has not been reached."""
        if table not in self.known:
            return []
        relation = self.connection.table(table)
        relation = (relation.filter(where) if where else relation).project(columns).order("all")
        heads = relation.columns
        return [dict(zip(heads, row, strict=True)) for row in relation.fetchall()]

    def counted(self, table: str) -> list[Row]:
        """Rows of the count of a table that also holds resampled counts."""
        return self.rows(table, where="draw = 0")

    @cached_property
    def roster(self) -> dict[str, Row]:
        """Units by id."""
        return {row["unit"]: row for row in self.rows("roster")}

    @cached_property
    def traits(self) -> dict[Key, str]:
        """Roster cells by unit and column."""
        return {(row["unit"], row["trait"]): row["value"] for row in self.rows("traits")}

    @cached_property
    def scope(self) -> dict[Key, Row]:
        """Full marks and weights by component and unit for which it exists."""
        return {(row["component"], row["unit"]): row for row in self.rows("scope")}

    @cached_property
    def marks(self) -> dict[Key, Row]:
        """Published marks by component and unit."""
        return {(row["component"], row["unit"]): row for row in self.counted("component_marks")}

    @cached_property
    def cycle_marks(self) -> dict[Key, Row]:
        """Marks of a cycle after its conversions, by component, unit and cycle."""
        return {(row["component"], row["unit"], row["cycle"]): row for row in self.counted("cycle_marks")}

    @cached_property
    def part_marks(self) -> dict[Key, Row]:
        """What a component gives in a cycle of the node above it, by component, unit and that cycle."""
        return {(row["component"], row["unit"], row["cycle"]): row for row in self.counted("part_marks")}

    @cached_property
    def group_means(self) -> dict[Key, int]:
        """The mean that stands for a missing child, by node, child, cycle and category."""
        heads = ("component", "child", "cycle", "category")
        return {tuple(row[head] for head in heads): row["exact"] for row in self.counted("group_means")}

    @cached_property
    def event_marks(self) -> dict[Key, Row]:
        """What a component from events comes to before conversions, by component, unit and cycle."""
        return {(row["component"], row["unit"], row["cycle"]): row for row in self.rows("event_marks")}

    @cached_property
    def conversions(self) -> Grouped:
        """What conversions made of each unit's marks, by component, phase, step and cycle: who else was there."""
        return grouped(self.counted("conversions"), "component", "phase", "step", "cycle")

    @cached_property
    def votes(self) -> Grouped:
        """Votes that count by component and unit."""
        return grouped(self.counted("tally"), "component", "unit")

    @cached_property
    def rating_marks(self) -> Grouped:
        """How the cycles of a component from levels come about, by component and unit."""
        return grouped(self.counted("rating_marks"), "component", "unit")

    @cached_property
    def rated_units(self) -> Grouped:
        """Units with votes of their own, by component and cycle: over whom a mean may be taken."""
        rows = [row for found in self.rating_marks.values() for row in found if row["own"] is not None]
        return grouped(rows, "component", "cycle")

    @cached_property
    def rating_files(self) -> Grouped:
        """How many ratings each file brought for a unit, handed in one by one or as counts, and in which rows."""
        by = "component, unit, source"
        found = []
        for table, votes in (("ratings", "count(*)"), ("counts", "sum(votes)")):
            if table in self.known:
                heads = f'component::varchar, unit::varchar, source, {votes}::bigint, min("row"), max("row")'
                relation = self.connection.table(table).aggregate(heads, by).order("all")
                found += [dict(zip(FILE_HEADS, row, strict=True)) for row in relation.fetchall()]
        return grouped(found, "component", "unit")

    @cached_property
    def events(self) -> Grouped:
        """Events with what they cost or earn, by component and unit; facts and points in one row."""
        facts = {row["event"]: row for row in self.rows("events")}
        rows = [facts[row["event"]] | row for row in self.rows("event_points")]
        ordered = sorted(rows, key=lambda row: (row["happened_on"], *number_order(row["event"])))
        return grouped(ordered, "component", "unit")

    @cached_property
    def excluded(self) -> dict[Key, dict[Key, str]]:
        """Why rows do not count: by table, component and unit, then by file, sheet and row."""
        found: dict[Key, dict[Key, str]] = defaultdict(dict)
        for one in self.rows("excluded_facts"):
            at = one["source"], one["sheet"], one["row"]
            found[one["fact_table"], one["component"], one["unit"]][at] = one["reason"]
        return found

    @cached_property
    def given(self) -> Grouped:
        """Marks that somebody gave, by component and unit."""
        return grouped(self.rows("marks"), "component", "unit")

    @cached_property
    def counted_marks(self) -> Grouped:
        """Marks that count with the class of raters and the cycle that they belong to, by component and unit."""
        return grouped(self.rows("mark_rows", where="reason is null"), "component", "unit")

    @cached_property
    def asked(self) -> dict[Key, dict[str, Decimal]]:
        """The classes of raters asked to mark a unit and their weights, by component and unit."""
        rows = grouped(self.rows("asked"), "component", "unit")
        return {key: {row["class"]: row["weight"] for row in same} for key, same in rows.items()}

    @cached_property
    def measures(self) -> Grouped:
        """Measured numbers by component and unit."""
        return grouped(self.rows("measures"), "component", "unit")

    @cached_property
    def totals(self) -> dict[Key, Row]:
        """Places by standing and unit."""
        return {(row["standing"], row["unit"]): row for row in self.counted("totals")}

    @cached_property
    def ranked(self) -> dict[Key, int]:
        """How many units a standing ranks in a group."""
        return {key: len(rows) for key, rows in grouped(self.totals.values(), "standing", "grp").items()}

    @cached_property
    def unranked(self) -> dict[Key, str]:
        """Why a standing does not rank a unit."""
        return {(row["standing"], row["unit"]): row["reason"] for row in self.rows("unranked")}

    @cached_property
    def entries(self) -> dict[Key, Row]:
        """Entries by list and unit."""
        return {(row["list"], row["unit"]): row for row in self.counted("list_entries")}

    @cached_property
    def list_states(self) -> dict[str, ListState]:
        """How each list stands."""
        return list_states(self.rows("list_states"))

    @cached_property
    def decisions(self) -> dict[Key, Row]:
        """What was recorded of a decided list, by list and unit."""
        return {(row["list"], row["unit"]): row for row in self.rows("decisions")}

    @cached_property
    def proposals(self) -> set[Key]:
        """Lists that are decided and units that today's facts would put on them."""
        return {(row["list"], row["unit"]) for row in self.rows("list_proposals")}

    @cached_property
    def pools(self) -> dict[Key, Row]:
        """Who could enter, by list and unit."""
        return {(row["list"], row["unit"]): row for row in self.counted("list_pools")}

    @cached_property
    def margins(self) -> dict[Key, Row]:
        """How far from the cut, by list and unit."""
        return {(row["list"], row["unit"]): row for row in self.rows("margins")}

    @cached_property
    def unmet(self) -> set[Key]:
        """Lists and units kept out by a condition."""
        return {(row["list"], row["unit"]) for row in self.counted("list_unmet")}

    @cached_property
    def spared(self) -> set[Key]:
        """Lists and units that a condition takes off again although their place would put them there."""
        return {(row["list"], row["unit"]) for row in self.counted("list_spared")}

    @cached_property
    def drawn(self) -> dict[Key, Row]:
        """Who was drawn, before it is asked who stays, by list and unit."""
        return {(row["list"], row["unit"]): row for row in self.counted("list_drawn")}

    @cached_property
    def vetoed(self) -> set[str]:
        """Units that a veto keeps out of every ranking."""
        return {row["unit"] for row in self.rows("vetoed")}

    @cached_property
    def chances(self) -> dict[Key, Row]:
        """How often resampled counts list a unit, by list and unit."""
        return {(row["list"], row["unit"]): row for row in self.rows("list_chances")}

    @cached_property
    def ranges(self) -> dict[Key, Row]:
        """Where resampled counts place a unit, by standing and unit."""
        return {(row["standing"], row["unit"]): row for row in self.rows("place_ranges")}

    @cached_property
    def grades(self) -> dict[str, str]:
        """Yearly grades by organ."""
        return {row["organ"]: row["grade"] for row in self.rows("grades")}

    @cached_property
    def earlier(self) -> dict[Key, str]:
        """Earlier entries by list, unit and year: the predecessor that was listed; empty where it was the unit."""
        rows = self.rows("earlier_entries")
        return {(row["list"], row["unit"], row["year"]): row["former"] or "" for row in rows}

    @cached_property
    def level_votes(self) -> dict[Key, int]:
        """Votes that break ties, by standing, unit and level."""
        rows = self.counted("rating_votes")
        return {(row["standing"], row["unit"], row["level"]): row["votes"] for row in rows}

    @cached_property
    def outcome_sums(self) -> dict[Key, Decimal]:
        """What amounts come to, by kind of subject, subject and effect."""
        rows = self.rows("outcome_sums")
        return {(row["subject_kind"], row["subject"], row["effect"]): row["amount"] for row in rows}

    @cached_property
    def outcomes(self) -> Grouped:
        """Consequences by unit, in the order of the plan."""
        return grouped(sorted(self.rows("outcomes"), key=lambda row: row["position"]), "unit")


def number_order(number: str) -> tuple[int, str, str]:
    """What numbers of events are ordered by: 9 before 10, whatever zeros stand before them."""
    stem = number.lstrip("0")
    return len(stem), stem, number


FILE_HEADS = ("component", "unit", "source", "ratings", "first", "last")


def grouped(rows: Iterable[Row], *keys: str) -> Grouped:
    """The rows by the values of some columns, in their order."""
    found: defaultdict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        found[tuple(row[key] for key in keys)].append(row)
    return dict(found)
