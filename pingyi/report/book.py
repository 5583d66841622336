"""What the page is made from: the plan, the published tables and the explanations, each fetched once."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import polars as pl

from pingyi.common import wording
from pingyi.disclosure import Disclosure
from pingyi.explain import Explainer, Explanation
from pingyi.facts.as_of_date import last_day
from pingyi.figures.frames import named_units
from pingyi.plan import Component, ListRule
from pingyi.plan.order import MARKS, Order
from pingyi.plan.ranking import Standing
from pingyi.report import table as cells
from pingyi.report.table import Column, Words
from pingyi.report.withheld import Withheld
from pingyi.results.list_states import UNDECIDED, ListState, read_list_states
from pingyi.scoring.review import Review

UNSETTLED = ("open", "overdue", "refused")
"""States of problems that are not rectified."""


def in_groups(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows by place; where groups have places of their own, group by group, the largest first."""
    size = [-pl.len().over("group").cast(pl.Int64), pl.col("group")] if has_groups(rows) else []
    return rows.sort(*size, "place", "unit")


def has_groups(rows: pl.DataFrame) -> bool:
    """Whether groups have places of their own: 1 2 3, and again 1 2. rows: place, group."""
    return rows.filter(pl.col("place") == 1)["group"].fill_null("").n_unique() > 1


class Book:
    """One review as the page needs it. run: what is known of the run (the manifest, or at least its id and date)."""

    def __init__(self, review: Review, run: Mapping[str, Any]) -> None:
        """Look at a review whose stages are done."""
        self.review, self.plan, self.run = review, review.plan, run
        self.frames: dict[str, pl.DataFrame] = {}
        self.raw: dict[str, pl.DataFrame] = {}

    def frame(self, name: str) -> pl.DataFrame:
        """A published table: of the count, with names, in a fixed order."""
        if name not in self.frames:
            self.frames[name] = self.review.published(name)
        return self.frames[name]

    def counted(self, name: str) -> pl.DataFrame:
        """A table of the database; of one that holds resampled counts too, the count alone."""
        if name not in self.raw:
            relation = self.review.run.connection.table(name)
            counted = relation.filter("draw = 0") if "draw" in relation.columns else relation
            self.raw[name] = counted.order("all").pl()
        return self.raw[name]

    def knows(self, name: str) -> bool:
        """Whether a table is there: those of later stages are not."""
        return name in self.tables

    @cached_property
    def tables(self) -> set[str]:
        """Names of the tables that there are so far."""
        return {one for (one,) in self.review.run.connection.sql("select table_name from duckdb_tables()").fetchall()}

    @cached_property
    def day(self) -> date:
        """The day on which the campaign is looked at."""
        day: date = self.counted("as_of")["day"][0]
        return day

    @property
    def early(self) -> bool:
        """Whether that day comes before the plan's last one: what is said holds for the time being."""
        return self.day < last_day(self.plan)

    @cached_property
    def names(self) -> dict[str, str]:
        """Names by unit; the organ and the id are added where names repeat."""
        named = named_units(self.frame("roster"))
        return dict(zip(named["unit"].to_list(), named["name"].to_list(), strict=True))

    def subject(self, kind: str, subject: str) -> str:
        """Whom a consequence is for by name: a unit, whose persons go by its name, an organ or a township."""
        return self.names.get(subject, subject) if kind.startswith("unit") else subject

    def named(self, sums: pl.DataFrame) -> pl.DataFrame:
        """Sums of consequences with names for the ids of units. sums: `outcome_sums`."""
        named = [self.subject(kind, subject) for kind, subject in sums.select("subject_kind", "subject").rows()]
        return sums.with_columns(pl.Series("subject", named, dtype=pl.String))

    @cached_property
    def organs(self) -> dict[str, str]:
        """The organ of each unit."""
        roster = self.frame("roster")
        return dict(zip(roster["unit"].to_list(), roster["organ"].to_list(), strict=True))

    @cached_property
    def organs_tell(self) -> bool:
        """Whether organs say more than units do: not where there is one for all, or where each unit is its own."""
        roster = self.frame("roster")
        return roster["organ"].n_unique() > 1 and roster.filter(pl.col("organ") != pl.col("name")).height > 0

    @property
    def organ_head(self) -> str:
        """What the plan calls organs."""
        return self.plan.terms.get("organ", "主管部门")

    @property
    def organ_columns(self) -> list[Column]:
        """The column `organ` of a table, where it says something."""
        return [cells.text("organ", self.organ_head, wide=True)] if self.organs_tell else []

    def columns_of(
        self, source: str, *names: str, wide: Collection[str] = (), long: Collection[str] = (), **said: Words | str
    ) -> list[Column]:
        """Columns of a published table as the glossary has them (`table.glossary_columns`).

        Units lead to their sections; components, items, standings and lists are called by their titles.
        """
        titles = {"component": self.components, "item": self.items, "standing": self.standings, "list": self.lists}
        found = cells.glossary_columns(source, *names, wide=wide, long=long, **(titles | said))
        return [cells.unit(self.names) if name == "unit" else one for name, one in zip(names, found, strict=True)]

    @cached_property
    def explanations(self) -> list[Explanation]:
        """Every unit explained."""
        return Explainer(self.review).units()

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Category of each unit, or its system where it has none: its like."""
        found = named_units(self.frame("roster")).select("unit", "group").rows()
        return {unit: self.plan.units.systems.get(group, group) for unit, group in found}

    @cached_property
    def disclosure(self) -> Disclosure:
        """What may be shown of votes by whatever leaves the office, decided once for all documents."""
        return Disclosure(self.plan, self.frame("tally"), self.frame("roster"), self.kinds)

    @cached_property
    def withheld(self) -> Withheld:
        """What the page shows of votes."""
        return Withheld(self.plan, self.disclosure)

    @cached_property
    def draws(self) -> int:
        """How often votes were drawn anew; 0 where there are none."""
        (most,) = self.review.run.connection.sql("select max(draw) from tally").fetchall()[0]
        return int(most or 0)

    @cached_property
    def open_components(self) -> set[str]:
        """Components that wait for no list: they are evaluated for everybody."""
        stages = Order(self.plan).stages
        return {one.id for one in self.plan.components if stages["component", one.id] == MARKS}

    @property
    def tops(self) -> list[Component]:
        """Open components that no open component contains."""
        inner = {child for one in self.plan.components if one.id in self.open_components for child in one.of}
        return [one for one in self.plan.components if one.id in self.open_components - inner]

    @cached_property
    def ballots(self) -> list[Component]:
        """Leaves scored from ratings of listed units only."""
        return [one for one in self.plan.components if one.ratings and one.id not in self.open_components]

    @cached_property
    def rated(self) -> list[Component]:
        """Leaves scored from ratings of everybody."""
        return [one for one in self.plan.components if one.ratings and one.id in self.open_components]

    @cached_property
    def shortlist_standings(self) -> set[str]:
        """Standings that only shortlists rank by."""
        final = {rule.by for rule in self.plan.lists}
        return {rule.by for rule in self.plan.shortlists} - final

    @property
    def finals(self) -> list[Standing]:
        """Standings that not only shortlists rank by."""
        return [one for one in self.plan.standings if one.id not in self.shortlist_standings]

    @property
    def outer_lists(self) -> list[ListRule]:
        """Final lists that do not draw from another final list."""
        final = {rule.id for rule in self.plan.lists}
        return [rule for rule in self.plan.lists if not final & set(rule.pool)]

    @cached_property
    def components(self) -> dict[str, str]:
        """Titles of components by id."""
        return {one.id: one.title for one in self.plan.components}

    @cached_property
    def items(self) -> dict[str, str]:
        """Names of the items of all catalogues by id."""
        return {id: item.name for one in self.plan.components if one.events for id, item in one.events.items.items()}

    @cached_property
    def groups(self) -> dict[str, str]:
        """What people call the groups of a quota or a standing; those without a name are the rest."""
        return self.plan.units.systems | {"": "其余"}

    @cached_property
    def standings(self) -> dict[str, str]:
        """Titles of standings by id."""
        return {one.id: one.title for one in self.plan.standings}

    @cached_property
    def lists(self) -> dict[str, str]:
        """Titles of lists by id."""
        return {rule.id: rule.title for rule in self.plan.every_list}

    @cached_property
    def states(self) -> dict[str, ListState]:
        """How every list of the plan stands."""
        known = read_list_states(self.counted("list_states").iter_rows(named=True)) if self.knows("list_states") else {}
        return {rule.id: known.get(rule.id, UNDECIDED) for rule in self.plan.every_list}

    @property
    def undecided(self) -> list[ListRule]:
        """Final lists that nobody has decided."""
        return self.proposed(self.plan.lists)

    @cached_property
    def stated(self) -> dict[str, str]:
        """Titles of lists by id, each with its state in a word."""
        return {rule.id: self.states[rule.id].briefly(rule.title) for rule in self.plan.every_list}

    @cached_property
    def list_rules(self) -> pl.DataFrame:
        """`plan_lists`, each list under its title with its state in a word, and whether it is decided."""
        settled = {id: state.decided for id, state in self.states.items()}
        return self.counted("plan_lists").with_columns(
            name=pl.col("list").replace_strict(self.stated, return_dtype=pl.String),
            decided=pl.col("list").replace_strict(settled, return_dtype=pl.Boolean),
        )

    def proposed(self, rules: Iterable[ListRule]) -> list[ListRule]:
        """Those of the lists that nobody has decided."""
        return [rule for rule in rules if not self.states[rule.id].decided]

    def titled(self, rule: ListRule) -> str:
        """The title of a list, with its state: proposed, or decided when, by whom, with which document."""
        return self.states[rule.id].titled(rule.title)

    def standing(self, id: str) -> Standing:
        """The standing of this id. Raises: KeyError."""
        return {one.id: one for one in self.plan.standings}[id]

    def ranked(self, standing: str) -> Component:
        """The component whose marks a standing ranks by."""
        return self.plan.component(self.standing(standing).of)

    @cached_property
    def fulls(self) -> dict[tuple[str, str], Decimal | None]:
        """The full marks of a standing's component, by standing and unit."""
        rows = self.counted("scope").select("component", "unit", "full_marks").rows()
        known = {(component, unit): full for component, unit, full in rows}
        return {
            (one.id, unit): full for one in self.plan.standings for (of, unit), full in known.items() if of == one.of
        }

    def entries(self, rule: ListRule) -> pl.DataFrame:
        """The entries of a list by place, group by group where groups have places of their own."""
        return in_groups(self.frame("list_entries").filter(pl.col("list") == rule.id))

    @property
    def period(self) -> tuple[date, date] | None:
        """First and last day of the campaign's calendar."""
        phases = self.plan.calendar
        return (min(phase.start for phase in phases), max(phase.end for phase in phases)) if phases else None


def full_below(one: Component) -> str:
    """The full marks of a component, below a head; empty where categories have others."""
    full = set(one.full.values()) if one.full else set()
    return f"满分 {wording.plain(full.pop())}" if len(full) == 1 else ""
