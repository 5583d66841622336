"""What a review has come to: its tables by key and as frames, each fetched once, and what things in them are called."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property, wraps
from typing import Any, TypeVar

import polars as pl
from duckdb import ColumnExpression, ConstantExpression

from pingyi.common import wording
from pingyi.facts.as_of_date import last_day
from pingyi.plan import Component, ListRule
from pingyi.plan.order import MARKS, Order
from pingyi.plan.ranking import Standing
from pingyi.results.list_states import UNDECIDED, ListState, read_list_states
from pingyi.scoring.count import looking_at_share
from pingyi.scoring.review import Review

Row = dict[str, Any]
Key = tuple[Hashable, ...]
Grouped = dict[Key, list[Row]]
Made = TypeVar("Made")

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


_STEM = pl.col("event").str.strip_chars_start("0")
EVENT_ORDER = (pl.col("happened_on"), _STEM.str.len_chars(), _STEM, pl.col("event"))
"""What events stand in order by: their day, then their number as `number_order` has it."""


def _row_by(table: str, *keys: str) -> "cached_property[dict[Key, Row]]":
    """A property of `ResultTables`: the one row of a table for each value of some columns."""
    return cached_property(lambda tables: {tuple(row[key] for key in keys): row for row in tables.rows(table)})


def _rows_by(table: str, *keys: str) -> "cached_property[Grouped]":
    """A property of `ResultTables`: the rows of a table for each value of some columns."""
    return cached_property(lambda tables: group_rows(tables.rows(table), *keys))


def _value_by(table: str, value: str, *keys: str) -> "cached_property[dict[Key, Any]]":
    """A property of `ResultTables`: one column of a table for each value of others."""
    return cached_property(lambda tables: {tuple(row[key] for key in keys): row[value] for row in tables.rows(table)})


def _keys_of(table: str, *keys: str) -> "cached_property[set[Key]]":
    """A property of `ResultTables`: the values of some columns."""
    return cached_property(lambda tables: {tuple(row[key] for key in keys) for row in tables.rows(table)})


class ResultTables:
    """The tables of one review, of the count itself: resampled counts (draw 1 …) are left out.

    Rows come from the database, with ids for names and marks in atoms where a column is called exact; `published`
    frames are those that are handed out, with names and marks in 分. What a later stage fills is empty until then.
    """

    def __init__(self, review: Review, run: Mapping[str, Any] | None = None) -> None:
        """Look at a review; nothing is fetched before it is asked for.

        run: what is known of the run that it belongs to (its manifest, or at least its id and date).
        """
        self.review, self.plan, self.run = review, review.plan, run or {}
        self.made_once: dict[Callable[[ResultTables], Any], Any] = {}
        self.connection = review.run.connection
        self._rows: dict[str, list[Row]] = {}
        self._counted: dict[tuple[str, tuple[str, ...]], pl.DataFrame] = {}
        self._published: dict[str, pl.DataFrame] = {}
        self._adjudicated: dict[tuple[str, str], pl.DataFrame] = {}

    # ------------------------------------------------------------ tables

    @cached_property
    def _names(self) -> set[str]:
        return {name for (name,) in self.connection.sql("select table_name from duckdb_tables()").fetchall()}

    def has(self, table: str) -> bool:
        """Whether a table is there: those of later stages are not."""
        return table in self._names

    def rows(self, table: str) -> list[Row]:
        """The rows of a table in the order of its columns; none where its stage has not been reached."""
        if table not in self._rows and self.has(table):
            counted = self._count_alone(table)
            self._rows[table] = [dict(zip(counted.columns, row, strict=True)) for row in counted.fetchall()]
        return self._rows.get(table, [])

    def counted(self, table: str, columns: tuple[str, ...] = ("*",)) -> pl.DataFrame:
        """A table as a frame, or some columns of it, its rows in the order of all columns."""
        if (table, columns) not in self._counted:
            self._counted[table, columns] = self._count_alone(table).select(*columns).pl()
        return self._counted[table, columns]

    def _count_alone(self, table: str) -> Any:
        relation = self.connection.table(table)
        return (relation.filter("draw = 0") if "draw" in relation.columns else relation).order("all")

    def published(self, table: str) -> pl.DataFrame:
        """A table as it is handed out: with names, in a fixed order."""
        if table not in self._published:
            self._published[table] = self.review.published(table)
        return self._published[table]

    # ------------------------------------------------------------ the day and the count

    @cached_property
    def day(self) -> date:
        """The day on which the campaign is looked at."""
        return self.review.as_of

    @property
    def early(self) -> bool:
        """Whether that day comes before the plan's last one: what is said holds for the time being."""
        return self.day < last_day(self.plan)

    @cached_property
    def resample_count(self) -> int:
        """How often votes were drawn anew; 0 where there are none."""
        (most,) = self.connection.sql("select max(draw) from tally").fetchall()[0]
        return int(most or 0)

    # ------------------------------------------------------------ units

    @cached_property
    def roster(self) -> dict[str, Row]:
        """Units by id."""
        return {row["unit"]: row for row in self.rows("roster")}

    @cached_property
    def unit_names(self) -> dict[str, str]:
        """What each unit is called; the organ, then the id are added where names repeat."""
        return wording.units_apart((unit, row["name"], row["organ"]) for unit, row in self.roster.items())

    @cached_property
    def unit_organs(self) -> dict[str, str]:
        """The organ of each unit."""
        return {unit: row["organ"] for unit, row in self.roster.items()}

    @cached_property
    def organs_differ(self) -> bool:
        """Whether organs say more than units do: not where there is one for all, or where each unit is its own."""
        named = [(row["organ"], row["name"]) for row in self.roster.values()]
        return len({organ for organ, _ in named}) > 1 and any(
            organ is not None and organ != name for organ, name in named
        )

    @cached_property
    def unit_kinds(self) -> dict[str, str]:
        """Category of each unit, or its system where it has none: its like."""
        systems = self.plan.units.systems
        return {
            unit: row["category"] or systems.get(row["system"], row["system"]) or wording.NO_CATEGORY
            for unit, row in self.roster.items()
        }

    def subject_name(self, kind: str, subject: str) -> str:
        """Whom a consequence is for by name: a unit, whose persons go by its name, an organ or a township."""
        return self.unit_names.get(subject, subject) if kind.startswith("unit") else subject

    def name_subjects(self, sums: pl.DataFrame) -> pl.DataFrame:
        """Sums of consequences with names for the ids of units. sums: `outcome_sums`."""
        names = [self.subject_name(kind, subject) for kind, subject in sums.select("subject_kind", "subject").rows()]
        return sums.with_columns(pl.Series("subject", names, dtype=pl.String))

    traits = _value_by("traits", "value", "unit", "trait")
    """Roster cells by unit and column, as text."""
    scope = _row_by("scope", "component", "unit")
    """Full marks and weights by component and unit for which it exists."""

    # ------------------------------------------------------------ marks

    marks = _row_by("component_marks", "component", "unit")
    """Published marks by component and unit."""
    cycle_marks = _row_by("cycle_marks", "component", "unit", "cycle")
    """Marks of a cycle after its conversions, by component, unit and cycle."""
    part_marks = _row_by("part_marks", "component", "unit", "cycle")
    """What a component gives in a cycle of the node above it, by component, unit and that cycle."""
    group_means = _value_by("group_means", "exact", "component", "child", "cycle", "category")
    """The mean that stands for a missing child, by node, child, cycle and category."""
    event_marks = _row_by("event_marks", "component", "unit", "cycle")
    """What a component from events comes to before conversions, by component, unit and cycle."""
    conversions = _rows_by("conversions", "component", "phase", "step", "cycle")
    """What conversions made of each unit's marks, by component, phase, step and cycle: who else was there."""
    rating_marks = _rows_by("rating_marks", "component", "unit")
    """How the cycles of a component from levels come about, by component and unit."""

    @cached_property
    def rated_units(self) -> Grouped:
        """Units with votes of their own, by component and cycle: over whom a mean may be taken."""
        return group_rows((row for row in self.rows("rating_marks") if row["own"] is not None), "component", "cycle")

    # ------------------------------------------------------------ facts

    votes = _rows_by("tally", "component", "unit")
    """Votes that count by component and unit."""
    given = _rows_by("marks", "component", "unit")
    """Marks that somebody gave, by component and unit."""
    measures = _rows_by("measures", "component", "unit")
    """Measured numbers by component and unit."""

    @cached_property
    def counted_marks(self) -> Grouped:
        """Marks that count with the class of raters and the cycle that they belong to, by component and unit."""
        return group_rows((row for row in self.rows("mark_rows") if row["reason"] is None), "component", "unit")

    @cached_property
    def rating_files(self) -> Grouped:
        """How many ratings each file brought for a unit, handed in one by one or as counts, and in which rows."""
        found = list(self.rows("received"))
        if self.has("counts"):
            heads = ("component", "unit", "source", "ratings", "first", "last")
            columns = 'component, unit, source, sum(votes)::bigint, min("row"), max("row")'
            relation = self.connection.table("counts").aggregate(columns, "component, unit, source").order("all")
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

        view: `adjudicated_ratings` or `adjudicated_counts`. Ratings of a store are not among them: `ratings_of`.
        """
        if (view, component) not in self._adjudicated:
            self._adjudicated[view, component] = self._select_adjudicated(view, component)
        return self._adjudicated[view, component]

    def ratings_of(self, component: str, unit: str) -> pl.DataFrame:
        """What became of each rating of a unit in a component, in the order of their places in the files."""
        rule = self.plan.component(component).ratings
        if self.has_store and rule and not rule.form:
            with looking_at_share(self.review.run, unit, unit):
                return self._select_adjudicated("adjudicated_ratings", component).filter(pl.col("unit") == unit)
        return self.adjudicated("adjudicated_ratings", component).filter(pl.col("unit") == unit)

    @cached_property
    def has_store(self) -> bool:
        """Whether there are more ratings than are looked at together."""
        return bool(self.has("rating_parts") and self.rows("rating_parts"))

    def _select_adjudicated(self, view: str, component: str) -> pl.DataFrame:
        mine = ColumnExpression("component") == ConstantExpression(component)
        found: pl.DataFrame = self.connection.view(view).filter(mine).project(UNNAMED).order("source, sheet, row").pl()
        return found.with_columns(pl.col(pl.Enum, pl.Categorical).cast(pl.String))

    @cached_property
    def asked(self) -> dict[Key, dict[str, Decimal]]:
        """The classes of raters asked to mark a unit and their weights, by component and unit."""
        rows = group_rows(self.rows("asked"), "component", "unit")
        return {key: {row["class"]: row["weight"] for row in same} for key, same in rows.items()}

    # ------------------------------------------------------------ places

    totals = _row_by("totals", "standing", "unit")
    """Places by standing and unit."""
    ranked = _rows_by("totals", "standing", "grp")
    """The units that a standing ranks in a group, by standing and group."""
    unranked = _value_by("unranked", "reason", "standing", "unit")
    """Why a standing does not rank a unit."""
    vetoed = _keys_of("vetoed", "unit")
    """Units that a veto keeps out of every ranking."""
    ranges = _row_by("place_ranges", "standing", "unit")
    """Where resampled counts place a unit, by standing and unit."""

    @cached_property
    def level_votes(self) -> dict[Key, dict[str, int]]:
        """Votes of each level that break ties, by standing and unit."""
        rows = group_rows(self.rows("rating_votes"), "standing", "unit")
        return {key: {row["level"]: row["votes"] for row in same} for key, same in rows.items()}

    def placed_units(self, standing: Standing) -> pl.DataFrame:
        """The published units of a standing by place, group by group, the largest first.

        With their organ, the marks of each part of the total (`of <component>`, 分), and the places of nine in ten
        resampled counts (low, high).
        """
        totals, ranges = (self.published(name).filter(standing=standing.id) for name in ("totals", "place_ranges"))
        frame = totals.join(ranges.select("unit", "low", "high"), on="unit", how="left")
        for part in self.ranked_component(standing.id).of:
            marks = self.published("component_marks").filter(component=part)
            frame = frame.join(marks.select("unit", pl.col("marks").alias(f"of {part}")), on="unit", how="left")
        organ = pl.col("unit").replace_strict(self.unit_organs, default="", return_dtype=pl.String)
        sizes = pl.len().over("group").cast(pl.Int64)
        return frame.with_columns(organ=organ).sort(-sizes, "group", "place", "unit")

    # ------------------------------------------------------------ lists, and what follows

    pools = _row_by("list_pools", "list", "unit")
    """Who could enter, by list and unit."""
    unmet = _keys_of("list_unmet", "list", "unit")
    """Lists and units kept out by a condition."""
    drawn = _row_by("list_drawn", "list", "unit")
    """Who was drawn, before it is asked who stays, by list and unit."""
    spared = _keys_of("list_spared", "list", "unit")
    """Lists and units that a condition takes off again although their place would put them there."""
    entries = _row_by("list_entries", "list", "unit")
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
    def earlier(self) -> dict[Key, str]:
        """Earlier entries by list, unit and year: the predecessor that was listed; empty where it was the unit."""
        rows = self.rows("earlier_entries")
        return {(row["list"], row["unit"], row["year"]): row["former"] or "" for row in rows}

    @cached_property
    def list_states(self) -> dict[str, ListState]:
        """How every list of the plan stands."""
        known = read_list_states(self.rows("list_states"))
        return {rule.id: known.get(rule.id, UNDECIDED) for rule in self.plan.every_list}

    def undecided_of(self, rules: Iterable[ListRule]) -> list[ListRule]:
        """Those of the lists that nobody has decided."""
        return [rule for rule in rules if not self.list_states[rule.id].decided]

    @property
    def undecided_lists(self) -> list[ListRule]:
        """Final lists that nobody has decided."""
        return self.undecided_of(self.plan.lists)

    @cached_property
    def stated_titles(self) -> dict[str, str]:
        """Titles of lists by id, each with its state in a word."""
        return {rule.id: self.list_states[rule.id].briefly(rule.title) for rule in self.plan.every_list}

    def stated_title(self, rule: ListRule) -> str:
        """The title of a list, with its state: proposed, or decided when, by whom, with which document."""
        return self.list_states[rule.id].titled(rule.title)

    def entries_of(self, rule: ListRule) -> pl.DataFrame:
        """The published entries of a list by place, group by group where groups have places of their own."""
        return in_groups(self.published("list_entries").filter(pl.col("list") == rule.id))

    @cached_property
    def outcomes(self) -> Grouped:
        """Consequences by unit, in the order of the plan."""
        return group_rows(sorted(self.rows("outcomes"), key=lambda row: row["position"]), "unit")

    # ------------------------------------------------------------ the plan as documents go through it

    @property
    def organ_head(self) -> str:
        """What the plan calls organs."""
        return self.plan.terms.get("organ", "主管部门")

    @property
    def group_names(self) -> dict[str, str]:
        """What people call the groups of a quota or a standing; those without a name are the rest."""
        return self.plan.units.systems | {"": "其余"}

    @property
    def period(self) -> tuple[date, date] | None:
        """First and last day of the campaign's calendar."""
        phases = self.plan.calendar
        return (min(phase.start for phase in phases), max(phase.end for phase in phases)) if phases else None

    @cached_property
    def open_components(self) -> set[str]:
        """Components that wait for no list: they are evaluated for everybody."""
        stages = Order(self.plan).stages
        return {one.id for one in self.plan.components if stages["component", one.id] == MARKS}

    @cached_property
    def top_components(self) -> list[Component]:
        """Open components that no open component contains."""
        inner = {child for one in self.plan.components if one.id in self.open_components for child in one.of}
        return [one for one in self.plan.components if one.id in self.open_components - inner]

    @cached_property
    def rated_leaves(self) -> list[Component]:
        """Leaves scored from ratings of everybody."""
        return [one for one in self.plan.components if one.ratings and one.id in self.open_components]

    @cached_property
    def ballot_leaves(self) -> list[Component]:
        """Leaves scored from ratings of listed units only."""
        return [one for one in self.plan.components if one.ratings and one.id not in self.open_components]

    @cached_property
    def shortlist_standings(self) -> set[str]:
        """Standings that only shortlists rank by."""
        return {rule.by for rule in self.plan.shortlists} - {rule.by for rule in self.plan.lists}

    @property
    def final_standings(self) -> list[Standing]:
        """Standings that not only shortlists rank by."""
        return [one for one in self.plan.standings if one.id not in self.shortlist_standings]

    @property
    def outer_lists(self) -> list[ListRule]:
        """Final lists that do not draw from another final list."""
        final = {rule.id for rule in self.plan.lists}
        return [rule for rule in self.plan.lists if not final & set(rule.pool)]

    def ranked_component(self, standing: str) -> Component:
        """The component whose marks a standing ranks by. Raises: KeyError."""
        return self.plan.component({one.id: one.of for one in self.plan.standings}[standing])


def once_per_review(make: Callable[[ResultTables], Made]) -> Callable[[ResultTables], Made]:
    """A function of the tables that is worked out once for them: what only some documents need."""

    @wraps(make)
    def made(tables: ResultTables) -> Made:
        if make not in tables.made_once:
            tables.made_once[make] = make(tables)
        found: Made = tables.made_once[make]
        return found

    return made


def in_groups(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows by place; where groups have places of their own, group by group, the largest first."""
    size = [-pl.len().over("group").cast(pl.Int64), pl.col("group")] if has_groups(rows) else []
    return rows.sort(*size, "place", "unit")


def has_groups(rows: pl.DataFrame) -> bool:
    """Whether groups have places of their own: 1 2 3, and again 1 2. rows: place, group."""
    return rows.filter(pl.col("place") == 1)["group"].fill_null("").n_unique() > 1
