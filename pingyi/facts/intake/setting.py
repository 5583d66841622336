"""The plan and the roster as the checks of facts ask them: which components take a table, which values a column may
take, how files may write them, and which are near to a wrong one.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import polars as pl

from pingyi.common.characters import INVISIBLE
from pingyi.common.codebook import Column, Table, codebook
from pingyi.common.faults import nearest
from pingyi.facts.lineage import codes_of
from pingyi.plan import Component, Plan
from pingyi.plan.components import Cycle
from pingyi.plan.converts import number_columns
from pingyi.plan.events import STATES, Item
from pingyi.plan.ratings import Ratings
from pingyi.rules.base import Traits

GUARDED = re.compile(r"""="([^"]*)"|['’‘]([^'’‘]+)""")
"""How programs write a number so that a spreadsheet takes it for text: ="0101" or '0101."""


def tidy_text(text: str, key: bool) -> str:
    """The text without spaces and invisible characters at its ends; keys in plain width and form (NFKC) as well, and
    without the guard that kept a spreadsheet from taking them for numbers.
    """
    if key:
        text = unicodedata.normalize("NFKC", text)
    text = re.sub(rf"^[\s{INVISIBLE}]+|[\s{INVISIBLE}]+$", "", text)
    guarded = GUARDED.fullmatch(text) if key else None
    return (guarded[1] or guarded[2] or "").strip() if guarded else text


ON_ROSTER = "名录中没有"
"""Units and organs: names need not be unique there, so only ids are accepted."""

FEW = 8
"""So many values a message lists; of more it names the nearest."""

LOOKED_UP = 200
"""Wrong values for which near ones are sought; a message never prints more."""


@dataclass
class Choice:
    """The values of a column, in the order of the plan or the roster.

    names: value → name, by which files may write it too where the name is nobody else's. also: other words for values.
    missing: how a message says that a value is not there. moved: values of before → what they are called now.
    """

    valid: tuple[str, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[str, str] = field(default_factory=dict)
    missing: str = "方案中没有"
    moved: Mapping[str, str] = field(default_factory=dict)
    _near: dict[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, valid: Iterable[str], missing: str = "方案中没有") -> "Choice":
        """Values without names, each kept once."""
        return cls(tuple(dict.fromkeys(valid)), missing=missing)

    @cached_property
    def spelled(self) -> dict[str, str]:
        """Every accepted spelling → value."""
        times = Counter(self.names.values())
        own = {tidy_text(name, True): value for value, name in self.names.items() if times[name] == 1}
        by_name = {} if self.is_roster else own
        return by_name | dict(self.also) | {tidy_text(value, True): value for value in self.valid}

    @property
    def is_roster(self) -> bool:
        """Whether these are units or organs of the roster."""
        return self.missing == ON_ROSTER

    @property
    def listed(self) -> bool:
        """Whether a message names all values instead of the nearest."""
        return len(self.valid) <= FEW and not self.is_roster

    @property
    def wanted(self) -> str:
        """What a message says of a value that is not among these."""
        if not self.listed:
            return self.missing
        names = {value: f"（{name}）" for value, name in self.names.items()}
        return f"应为 {'、'.join(word + names.get(word, '') for word in self.words)} 之一"

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The values as people write them."""
        shown = {value: word for word, value in self.also.items()}
        return tuple(shown.get(value, value) for value in self.valid)

    def near(self, found: str) -> str:
        """The nearest values with their names; nothing where a message names all, or once many have been sought."""
        if self.listed:
            return ""
        by_name = {name: value for value, name in self.names.items()}
        if found not in self._near and len(self._near) < LOOKED_UP:
            self._near[found] = (
                self.moved.get(found)
                or self._without_zeros(found)
                or nearest(found, self.words, dict(self.names))
                or nearest(found, by_name, by_name)
            )
        return self._near.get(found, "")

    def _without_zeros(self, found: str) -> str:
        """The code of the roster that is the same but for zeros in front: the roster lost them."""
        bare = found.lstrip("0")
        lost = self.is_roster and found.isdecimal() and bare != found and bare in self.valid
        return f"{bare} {self.names.get(bare, '')}（名录里的编号像是丢了前面的 0，应先改名录）" if lost else ""


Unit = dict[str, Any]
"""The roster's columns of one unit."""


@dataclass(frozen=True)
class Setting:
    """plan, and roster: unit → its columns (empty where no roster could be read: then no unit is doubted).

    key: makes pseudonyms of telephone numbers.
    """

    plan: Plan
    roster: dict[str, Unit]
    key: bytes | None = field(default=None, repr=False)

    @classmethod
    def of(cls, plan: Plan, facts: Mapping[str, pl.DataFrame]) -> "Setting":
        """The setting of checked facts."""
        return cls(plan, {unit["unit"]: unit for unit in facts["units"].iter_rows(named=True)})

    def table(self, name: str) -> Table:
        """The table with the plan's own columns and words."""
        return self._tables[name]

    def scored_by(self, table: str) -> list[Component]:
        """Components that take facts of this table, in the order of the plan."""
        method = "ratings" if table == "counts" else table
        return [
            one for one in self.plan.components if one.method == method or (table == "marks" and bool(one.imported))
        ]

    def component(self, table: str, method: str | None) -> Component | None:
        """The component that a row of the table means; none where its method is wrong."""
        return self._by_method.get((table, method or ""))

    def cycles(self, component: Component) -> list[Cycle]:
        """Cycles in which the component is evaluated."""
        return self.plan.cycles[component.per]

    @cached_property
    def items(self) -> dict[str, tuple[Component, Item]]:
        """The catalogues of all components in one: item → its component and entry."""
        return {id: (one, item) for one in self.plan.components if one.events for id, item in one.events.items.items()}

    def choice(self, table: str, column: str) -> Choice | None:
        """Values of a column; none where any text will do."""
        return self._choices.get((table, column)) or self._choices.get(("", column))

    def fits(self, unit: Unit, traits: Traits) -> bool:
        """Whether a unit of the roster has one of the values wanted in each column."""
        return all((unit.get(column) or "") in values for column, values in traits.items())

    def describe_traits(self, traits: Traits) -> str:
        """Columns and values as a message names them."""
        table = self.table("units")
        return "、".join(f"“{table.column(column).head}”为 {'、'.join(values)} " for column, values in traits.items())

    def words(self, table: str, column: str) -> dict[str, str]:
        """Value → how people write it."""
        choice = self.choice(table, column)
        return {value: word for word, value in choice.also.items()} if choice else {}

    @cached_property
    def _tables(self) -> dict[str, Table]:
        return {name: self._with_own_columns(table) for name, table in codebook().facts.items()}

    def _with_own_columns(self, table: Table) -> Table:
        terms = self.plan.terms
        columns = [replace(one, also=(*one.also, terms.get(one.name, one.head))) for one in table.columns]
        extra = self.plan.units.columns.items() if table.name == "units" else ()
        numbers = number_columns(self.plan)
        own = [Column(id, head, "decimal" if id in numbers else "text") for id, head in extra]
        return replace(table, columns=(*columns, *own))

    @cached_property
    def _by_method(self) -> dict[tuple[str, str], Component]:
        tables = ("ratings", "counts", "marks", "measures")
        return {(table, one.id): one for table in tables for one in self.scored_by(table)}

    @cached_property
    def _choices(self) -> dict[tuple[str, str], Choice]:
        choices = self._choices_of_units() | self._choices_of_votes() | self._choices_of_results()
        choices["contacts", "method"] = _named_choice(self.scored_by("ratings"))
        for table in ("ratings", "counts", "marks", "measures"):
            components = self.scored_by(table)
            choices[table, "method"] = _named_choice(components)
            choices[table, "cycle"] = Choice.of(cycle.id for one in components for cycle in self.cycles(one))
        return choices

    def _choices_of_units(self) -> dict[tuple[str, str], Choice]:
        units = self.plan.units
        choices = {("units", "category"): Choice.of(units.categories)}
        choices["units", "former_category"] = choices["units", "category"]
        choices["units", "system"] = Choice(tuple(units.systems), units.systems)
        if units.management:
            choices["units", "management"] = Choice.of(units.management)
        if self.roster:
            names = {id: unit["name"] or "" for id, unit in self.roster.items()}
            organs = [unit["organ"] for unit in self.roster.values() if unit["organ"]]
            choices["", "unit"] = Choice(tuple(self.roster), names, missing=ON_ROSTER, moved=self._moved_codes())
            choices["grades", "organ"] = Choice.of(organs, missing=ON_ROSTER)
        return choices

    def _moved_codes(self) -> dict[str, str]:
        """Codes that the roster names as predecessors → the units of today, as a message offers them."""
        moved: dict[str, list[str]] = {}
        for id, unit in self.roster.items():
            for code in codes_of(unit.get("predecessor")):
                moved.setdefault(code, []).append(f"{id} {unit['name'] or ''}".strip())
        return {code: f"{'、'.join(units)}（前身是 {code}，各表应写现在的编号）" for code, units in moved.items()}

    def _choices_of_votes(self) -> dict[tuple[str, str], Choice]:
        rules = [one.ratings for one in self.plan.components if one.ratings]
        given = [one.marks for one in self.plan.components if one.marks]
        bands = [band for rule in given for band in rule.bands]
        return {
            ("", "level"): Choice.of(level for rule in rules for level in rule.levels),
            ("", "group"): Choice.of(group for rule in rules for group in rule.groups),
            ("", "channel"): Choice.of(channel for rule in rules for channel in channel_ids(rule)),
            ("", "item"): Choice.of(item for rule in rules for item in rule.items),
            ("", "band"): Choice.of(bands),
            ("marks", "group"): Choice.of(one for rule in given for one in rule.markers),
        }

    def _choices_of_results(self) -> dict[tuple[str, str], Choice]:
        names = {id: item.name for id, (_, item) in self.items.items()}
        factors = Choice.of(factor for _, item in self.items.values() for factor in item.factors)
        known = codebook().facts["events"]
        words = {word: id for word, id in known.column("factors").values.items() if id in factors.valid}
        return {
            ("events", "item"): Choice(tuple(names), names),
            ("events", "status"): Choice(STATES, also=known.column("status").values),
            ("events", "factors"): replace(factors, also=words),
            ("history", "list"): _named_choice(self.plan.every_list),
            ("decisions", "list"): _named_choice(self.plan.every_list),
            ("grades", "grade"): Choice.of(self.plan.units.grades),
            ("lots", "standing"): _named_choice(self.plan.standings),
            ("rechecks", "list"): _named_choice(self.plan.every_list),
            ("finished", "task"): _named_choice(self.plan.tasks),
            ("contacts", "disposition"): _coded_choice("contacts", "disposition"),
            ("problems", "state"): _coded_choice("problems", "state"),
        }


def _coded_choice(table: str, column: str) -> Choice:
    words = codebook().facts[table].column(column).values
    return Choice(tuple(words.values()), also=words)


def channel_ids(rule: Ratings) -> list[str]:
    """Ids of the channels in which ratings may come."""
    return [channel.id for channel in rule.channels]


def _named_choice(things: Iterable[Any]) -> Choice:
    return Choice(tuple(one.id for one in things), {one.id: one.title for one in things if one.title != one.id})
