"""The one door: every document that leaves the office asks here what it may show of votes.

Decided once for a run, over all its documents together. Letters, report, notice and annual report go out. The workbook,
the run folder (tables, notebooks, database) and `explain` hold every number: they are for the office and its auditor.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping
from functools import cached_property
from typing import Any, TypeVar

import polars as pl

from pingyi.disclosure.leaf import Detail, Leaf
from pingyi.disclosure.unit import LEAST, Told, small
from pingyi.disclosure.votes import Votes
from pingyi.plan import Component, Plan
from pingyi.plan.ratings import Ratings

APART = "不单列"
"""Stands where a number is withheld; the same for small numbers and for those that go with them."""

BY = {"channel": "channel", "group": "grp", "item": "item"}
"""By what the levels of all units may be taken apart, the first that a plan has several of; and its database column."""

One = TypeVar("One", bound=Hashable)


def open_sums(numbers: Mapping[One, int]) -> frozenset[One]:
    """The parts of a known sum that may be shown: without small ones, and without the next ones until these are open.

    What is withheld is made of several parts and of LEAST raters in all: each part may be any number up to that.
    """
    order = sorted(numbers, key=lambda one: (numbers[one], str(one)))
    gone = {one for one in order if small(numbers[one])}
    for one in order:
        if not gone or (len(gone) > 1 and sum(numbers[each] for each in gone) >= LEAST):
            break
        gone |= {one} if numbers[one] else set()
    return frozenset(numbers) - gone


class Shown:
    """What may be shown of one leaf."""

    def __init__(self, rule: Ratings, leaf: Leaf) -> None:
        """Look at a leaf's votes."""
        self.rule, self.leaf = rule, leaf

    @property
    def counted(self) -> list[str]:
        """The levels with a value."""
        return [level for level, value in self.rule.levels.items() if value is not None]

    @property
    def uncounted(self) -> list[str]:
        """The levels without."""
        return [level for level, value in self.rule.levels.items() if value is None]

    def told(self, unit: str) -> Told | None:
        """What is shown of a unit; None where it has no votes."""
        return self.leaf.shown.units.get(unit)

    @property
    def detail(self) -> Detail:
        """How far the votes of all units together are taken apart."""
        return self.leaf.shown.detail

    def whole(self, unit: str) -> bool:
        """Whether every row of a unit's levels is shown, and what does not count too."""
        told, votes = self.told(unit), self.leaf.units.get(unit)
        return told is None or votes is None or {*votes.words("cycle", "item")} <= told.levels & told.aside

    def sums(self, unit: str) -> bool:
        """Whether the sums and rates are shown from which the marks are worked out."""
        told, votes = self.told(unit), self.leaf.units.get(unit)
        return told is None or votes is None or (told.lines if votes.weighed else told.cycles and told.rates)

    def total(self, unit: str, cycle: str = "") -> bool:
        """Whether all votes of a unit are shown, or those of a cycle; that there are none always is."""
        told, votes = self.told(unit), self.leaf.units.get(unit)
        if told is None or votes is None:
            return True
        none = bool(cycle) and not votes.value(votes.sum(votes.where(cycle=cycle)))
        return none or (told.cycles if cycle else told.total)

    @property
    def every_total(self) -> bool:
        """Whether all votes are shown of every unit, and of all together."""
        return self.detail != "nothing" and all(told.total for told in self.leaf.shown.units.values())

    def row(self, unit: str, cycle: str, item: str) -> bool:
        """Whether the sum of a row of a unit's levels is shown."""
        told, votes = self.told(unit), self.leaf.units.get(unit)
        if told is None or votes is None:
            return True
        none = not votes.value(votes.sum(votes.where(cycle=cycle, item=item)))
        return none or (told.cycles and "item" in told.apart)

    def level(self, unit: str, cycle: str, item: str, level: str) -> bool:
        """Whether a unit's votes of a level are shown."""
        told, votes = self.told(unit), self.leaf.units.get(unit)
        if told is None or votes is None:
            return True
        counted = self.rule.levels[level] is not None
        none = counted and not votes.value(votes.sum(votes.where(cycle=cycle, item=item)))
        rows = told.levels if counted else told.aside
        return none or (cycle, item) in rows or (unit, cycle, item, level) in self.leaf.shown.still

    def spelt(self, unit: str, cycle: str, item: str) -> bool:
        """Whether every level with a value is shown in a row of a unit's levels."""
        told = self.told(unit)
        return told is None or (cycle, item) in told.levels

    def apart(self, unit: str, dimension: str) -> bool:
        """Whether a unit's votes are shown by the words of a dimension."""
        told = self.told(unit)
        return told is None or (told.cycles if dimension == "cycle" else dimension in told.apart)

    def crossed(self, unit: str) -> bool:
        """Whether a unit's votes are shown by cycle and channel together."""
        told = self.told(unit)
        return told is None or told.crossed

    def rates(self, unit: str) -> bool:
        """Whether the rate of a unit's votes is shown, and those of their parts."""
        told = self.told(unit)
        return told is None or told.rates

    def alike(self, kind: str, dimension: str = "") -> bool:
        """Whether the rate of all units of a kind is shown, or those of each word of a dimension."""
        return ((kind, dimension) if dimension else (kind,)) not in self.leaf.shown.unlike

    @cached_property
    def pooled(self) -> frozenset[tuple[str, str]]:
        """Cycles and words of which the levels of all units together are shown; the word is empty where none is."""
        if self.detail not in ("words", "levels"):
            return frozenset()
        sums = self.leaf.pooled(self.detail == "words")
        lines = {(key[0], key[1] if len(key) > 2 else "") for key in sums}
        few = {(key[0], key[1] if len(key) > 2 else "") for key, number in sums.items() if small(number)}
        return frozenset(lines - few)


class Disclosure:
    """What documents may show of the votes of a run."""

    def __init__(self, plan: Plan, tally: pl.DataFrame, roster: pl.DataFrame, kinds: Mapping[str, str]) -> None:
        """tally, roster: published tables. kinds: of each unit, by which it is compared with its like."""
        self.rules = {one.id: one for one in plan.components if one.ratings}
        self.categories = dict(roster.select("unit", "category").rows())
        self.tally, self.kinds = tally, kinds
        self._leaves: dict[str, Shown] = {}

    def leaf(self, id: str) -> Shown:
        """What may be shown of one leaf; worked out when first asked for."""
        if id not in self._leaves:
            self._leaves[id] = self._leaf(self.rules[id])
        return self._leaves[id]

    def _leaf(self, one: Component) -> Shown:
        rule = one.ratings
        assert rule is not None
        rows: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in self.tally.filter(pl.col("component") == one.id).iter_rows(named=True):
            rows[row["unit"]].append(row)
        units = {unit: Votes.of(rule, self.categories.get(unit) or "", own) for unit, own in rows.items()}
        return Shown(rule, Leaf(units, self.kinds, apart_by(rule), formed=rule.form is not None))

    def rows(self, id: str, unit: str) -> pl.DataFrame:
        """A unit's rows of the tally, blanks for words that are missing; not to be shown without asking."""
        own = self._by_leaf.get((id, unit))
        return self.tally.clear() if own is None else own

    @cached_property
    def _by_leaf(self) -> dict[tuple[Any, ...], pl.DataFrame]:
        filled = self.tally.with_columns(pl.col("cycle", "group", "channel", "item").fill_null(""))
        return filled.partition_by("component", "unit", as_dict=True)

    def sum(self, ids: Collection[str]) -> int | None:
        """All votes of some leaves, levels without value too; None where that is withheld."""
        if any(self.leaf(id).detail == "nothing" for id in ids if id in self.rules):
            return None
        return int(self.tally.filter(pl.col("component").is_in([*ids]))["votes"].sum() or 0)


def apart_by(rule: Ratings) -> str:
    """The dimension by which the levels of all units are taken apart; empty for none."""
    words = {"channel": rule.channels, "group": rule.groups, "item": rule.items}
    return next((name for name in BY if len(words[name]) > 1), "")
