"""What documents show of votes, so that no small number can be read off or subtracted: decided once for a whole run.

Letters, report, notice and annual report go out; each asks `Disclosure` before it shows a number. The workbook, the run
folder (tables, notebooks, database) and `explain` hold every number: they are for the office and its auditor.

A breakdown of a unit is shown whole or not at all. First those with a small number go; then, as long as the audit can
work out a number that is withheld, the next kind of breakdown, in the order of `STEPS`. Without any there are only the
marks.

Sums over units tie the units to each other. A number that is open within its unit is open altogether if the other units
can make up for its moves in every sum that is shown. Where they cannot, the next smallest unit is shown as little as
the one in question, or the sums are shown in less detail.
"""

from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, Literal, TypeVar

import numpy as np
import polars as pl

from pingyi.disclosure.audit import DIMENSIONS, Matrix, Moves, Together, Vector, Votes, Words, unit_rows
from pingyi.plan import Component, Plan
from pingyi.plan.ratings import Ratings
from pingyi.results.result_tables import ResultTables, once_per_review

APART = "不单列"
"""Stands where a number is withheld; the same for small numbers and for those that go with them."""

LEAST = 5
"""Raters from which on a number may be shown; no rater at all tells nothing about anybody."""

BY = {"channel": "channel", "group": "grp", "item": "item"}
"""By what the levels of all units may be taken apart, the first that a plan has several of; and its database column."""

SINGLE = ("group", "channel", "item")
"""Dimensions that documents take one at a time."""

BESIDE = 20
"""One unit in so many is shown less before the sums over all units are shown in less detail."""

STEPS: tuple[Mapping[str, Any], ...] = (
    {},
    {"lines": False},
    {"rates": False},
    {"crossed": False},
    {"apart": frozenset()},
    {"levels": frozenset(), "aside": frozenset()},
    {"cycles": False},
    {"total": False},
)
"""What is withheld of a unit one after the other; at the end everything is."""

Detail = Literal["words", "levels", "sum", "nothing"]
"""How far all units together are taken apart: levels by cycle and word, levels by cycle, all votes, not even those."""

One = TypeVar("One", bound=Hashable)


def is_small(number: int) -> bool:
    """Whether so few raters must not be shown."""
    return 0 < number < LEAST


def open_sums(numbers: Mapping[One, int]) -> frozenset[One]:
    """The parts of a known sum that may be shown: without small ones, and without the next ones until these are open.

    What is withheld is made of several parts and of LEAST raters in all: each part may be any number up to that.
    """
    order = sorted(numbers, key=lambda one: (numbers[one], str(one)))
    gone = {one for one in order if is_small(numbers[one])}
    for one in order:
        if not gone or (len(gone) > 1 and sum(numbers[each] for each in gone) >= LEAST):
            break
        gone |= {one} if numbers[one] else set()
    return frozenset(numbers) - gone


# One unit in one leaf.


@dataclass(frozen=True, slots=True)
class UnitShown:
    """What is shown of a unit's votes.

    total, cycles: all votes, and those of each cycle. apart: dimensions of which each word's votes are shown. crossed:
    the votes of each channel in each cycle. levels, aside: rows (cycle and item) of which levels with and without a
    value are shown. rates: rates of all and of each sum shown. lines: sums and rates by cycle, group and item together.
    """

    total: bool
    cycles: bool
    apart: frozenset[str]
    crossed: bool
    levels: frozenset[Words]
    aside: frozenset[Words]
    rates: bool
    lines: bool

    def rows_shown(self, *, counted: bool) -> frozenset[Words]:
        """The rows of which levels with a value are shown, or those without."""
        return self.levels if counted else self.aside

    def consistent_with(self, votes: Votes) -> "UnitShown":
        """The same without what would say a number that is withheld elsewhere, or that is the same as another."""
        cycles = self.total and (self.cycles or not votes.has_several("cycle"))
        apart = frozenset(one for one in SINGLE if self.total and (one in self.apart or not votes.has_several(one)))
        crosses = votes.has_several("cycle") and votes.has_several("channel")
        rates = self.rates and self.total and (cycles or votes.rule.score_per == "year")
        return replace(
            self,
            cycles=cycles,
            apart=apart,
            crossed=cycles and "channel" in apart and (self.crossed or not crosses),
            levels=self.levels if cycles and "item" in apart else frozenset(),
            rates=rates,
            lines=self.lines and rates and {"group", "item"} <= apart and cycles,
        )

    def no_more_than(self, other: "UnitShown") -> "UnitShown":
        """What both show; of levels all or nothing."""
        both = {one.name: getattr(self, one.name) & getattr(other, one.name) for one in fields(self)}
        for name in ("levels", "aside"):
            both[name] = both[name] if both[name] == getattr(self, name) else frozenset()
        return UnitShown(**both)

    def shown_breakdowns(self) -> list[Words]:
        """By which dimensions votes are shown; by none: all of them."""
        every: list[tuple[bool, Words]] = [
            (self.total, ()),
            (self.cycles, ("cycle",)),
            *((True, (one,)) for one in sorted(self.apart)),
            (self.cycles and "item" in self.apart, ("cycle", "item")),
            (self.crossed, ("cycle", "channel")),
            (self.lines, ("cycle", "group", "item")),
        ]
        return [dimensions for shown, dimensions in every if shown]


def show_without_small(votes: Votes) -> UnitShown:
    """Everything but the breakdowns that have a small number in them."""

    def is_clear(vectors: Collection[Vector]) -> bool:
        return not any(is_small(votes.value_of(vector)) for vector in vectors)

    def clear_by(*dimensions: str) -> bool:
        return is_clear(votes.sum_vectors(*dimensions).values())

    def clear_rows(*, counted: bool) -> frozenset[Words]:
        rows = votes.lines_by("cycle", "item")
        return frozenset(row for row in rows if is_clear(votes.level_vectors(row, counted=counted)))

    free = frozenset(one for one in SINGLE if clear_by(one))
    return UnitShown(
        total=clear_by(),
        cycles=clear_by("cycle"),
        apart=free if clear_by("cycle", "item") else free - {"item"},
        crossed=clear_by("cycle", "channel"),
        levels=clear_rows(counted=True),
        aside=clear_rows(counted=False),
        rates=True,
        lines=clear_by("cycle", "group", "item"),
    ).consistent_with(votes)


def known_vectors(votes: Votes, shown: UnitShown) -> Iterator[Vector]:
    """Everything that can be read of a unit: its marks, which everybody knows, and what documents show."""
    yield from (votes.score_vector(lines) for lines in votes.scored_lines())
    for dimensions in shown.shown_breakdowns():
        for lines in votes.lines_by(*dimensions).values():
            yield votes.sum_vector(lines)
            if shown.rates:
                yield votes.rate_vector(lines)
    for counted in (True, False):
        for row in sorted(shown.rows_shown(counted=counted)):
            yield from votes.level_vectors(row, counted=counted)


def withheld_vectors(votes: Votes, shown: UnitShown) -> Matrix:
    """What nobody may work out (a row each): numbers that are withheld, and small ones that stand nowhere."""
    apart: list[Words] = [(), *((one,) for one in DIMENSIONS)]
    every = {*apart, ("cycle", "channel"), ("cycle", "item")}
    gone = sorted(every - {*shown.shown_breakdowns()})
    found = [vector for dimensions in gone for vector in votes.sum_vectors(*dimensions).values()]
    for counted in (True, False):
        for row in votes.lines_by("cycle", "item"):
            if row not in shown.rows_shown(counted=counted):
                found += votes.level_vectors(row, counted=counted)
    found = [vector for vector in found if votes.value_of(vector)]
    levels = votes.level_places(counted=True)
    by_level = [vector for one in apart for vector in votes.sum_vectors(*one, levels=levels).values()]
    found += [vector for vector in by_level if is_small(votes.value_of(vector))]
    return np.array(found).reshape(-1, votes.numbers.size)


def possible_moves(votes: Votes, shown: UnitShown) -> Moves:
    """How a unit's votes may move while all that can be read of the unit alone stays."""
    return Moves(unit_rows(known_vectors(votes, shown), votes.numbers.size), votes.present, votes.closed)


def withhold_until_safe(votes: Votes, shown: UnitShown) -> UnitShown:
    """The unit with as little withheld as it takes for the audit to find nothing."""
    for step in STEPS:
        shown = replace(shown, **step).consistent_with(votes)
        if not possible_moves(votes, shown).fixed_numbers(withheld_vectors(votes, shown)).any():
            break
    return shown


# All units of a leaf.


@dataclass(frozen=True, slots=True)
class LeafShown:
    """What is shown of a leaf. units: of each. detail: of all together. unlike: rates of units alike that are withheld.

    unlike: a kind of units; or a kind and a dimension, for the rates of each of its words. still: empty cells (unit,
    cycle, item, level) of withheld rows that anybody can tell to be empty.
    """

    units: Mapping[str, UnitShown]
    detail: Detail
    unlike: frozenset[Words]
    still: frozenset[Words]


@dataclass(frozen=True, eq=False)
class LeafDisclosure:
    """One leaf's votes, and what documents may show of them. units: votes by unit. kinds: the kind of each unit."""

    rule: Ratings
    units: Mapping[str, Votes]
    kinds: Mapping[str, str]
    _examined: dict[tuple[str, UnitShown], tuple[Moves, Matrix]] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def by(self) -> str:
        """The dimension by which the levels of all units are taken apart; empty for none."""
        words = {"channel": self.rule.channels, "group": self.rule.groups, "item": self.rule.items}
        return next((name for name in BY if len(words[name]) > 1), "")

    @property
    def counted(self) -> list[str]:
        """The levels with a value."""
        return [level for level, value in self.rule.levels.items() if value is not None]

    @property
    def uncounted(self) -> list[str]:
        """The levels without."""
        return [level for level, value in self.rule.levels.items() if value is None]

    @property
    def detail(self) -> Detail:
        """How far the votes of all units together are taken apart."""
        return self.shown.detail

    def whole(self, unit: str) -> bool:
        """Whether every row of a unit's levels is shown, and what does not count too."""
        own = self.shown.units.get(unit)
        return own is None or {*self.units[unit].lines_by("cycle", "item")} <= own.levels & own.aside

    def sums(self, unit: str) -> bool:
        """Whether the sums and rates are shown from which the marks are worked out."""
        own = self.shown.units.get(unit)
        return own is None or (own.lines if self.units[unit].weighed else own.cycles and own.rates)

    def total(self, unit: str, cycle: str = "") -> bool:
        """Whether all votes of a unit are shown, or those of a cycle; that there are none always is."""
        own = self.shown.units.get(unit)
        if own is None or not cycle:
            return own is None or own.total
        return own.cycles or self.units[unit].has_none(cycle=cycle)

    @property
    def every_total(self) -> bool:
        """Whether all votes are shown of every unit, and of all together."""
        return self.detail != "nothing" and all(own.total for own in self.shown.units.values())

    def row(self, unit: str, cycle: str, item: str) -> bool:
        """Whether the sum of a row of a unit's levels is shown."""
        own = self.shown.units.get(unit)
        return own is None or (own.cycles and "item" in own.apart) or self.units[unit].has_none(cycle=cycle, item=item)

    def level(self, unit: str, cycle: str, item: str, level: str) -> bool:
        """Whether a unit's votes of a level are shown."""
        own, counted = self.shown.units.get(unit), self.rule.levels[level] is not None
        return (
            own is None
            or (cycle, item) in own.rows_shown(counted=counted)
            or (unit, cycle, item, level) in self.shown.still
            or (counted and self.units[unit].has_none(cycle=cycle, item=item))
        )

    def spelt(self, unit: str, cycle: str, item: str) -> bool:
        """Whether every level with a value is shown in a row of a unit's levels."""
        own = self.shown.units.get(unit)
        return own is None or (cycle, item) in own.levels

    def apart(self, unit: str, dimension: str) -> bool:
        """Whether a unit's votes are shown by the words of a dimension."""
        own = self.shown.units.get(unit)
        return own is None or (own.cycles if dimension == "cycle" else dimension in own.apart)

    def crossed(self, unit: str) -> bool:
        """Whether a unit's votes are shown by cycle and channel together."""
        own = self.shown.units.get(unit)
        return own is None or own.crossed

    def rates(self, unit: str) -> bool:
        """Whether the rate of a unit's votes is shown, and those of their parts."""
        own = self.shown.units.get(unit)
        return own is None or own.rates

    def alike(self, kind: str, dimension: str = "") -> bool:
        """Whether the rate of all units of a kind is shown, or those of each word of a dimension."""
        return ((kind, dimension) if dimension else (kind,)) not in self.shown.unlike

    @cached_property
    def pooled(self) -> frozenset[tuple[str, str]]:
        """Cycles and words of which the levels of all units together are shown; the word is empty where none is."""
        if self.detail not in ("words", "levels"):
            return frozenset()
        by, sums = self._pooled_by(self.detail), dict[Words, int]()
        for votes in self.units.values():
            for words, vector in votes.sum_vectors(*by, levels=range(len(votes.counted))).items():
                sums[words] = sums.get(words, 0) + votes.value_of(vector)
        places = {key: (key[0], key[1] if len(by) > 1 else "") for key in sums}
        return frozenset(places.values()) - {places[key] for key, number in sums.items() if is_small(number)}

    def _pooled_by(self, detail: Detail) -> Words:
        return ("cycle", self.by) if self.by and detail == "words" else ("cycle",)

    @cached_property
    def shown(self) -> LeafShown:
        """What documents may show, worked out for all units together."""
        votes = sorted(self.units.items())
        alone = {unit: withhold_until_safe(own, show_without_small(own)) for unit, own in votes}
        if not alone:
            return LeafShown(alone, "words", frozenset(), frozenset())
        units, detail = self._most_detail(alone)
        unlike = self._withheld_rates(units, detail)
        return LeafShown(units, detail, unlike, self._still_cells(units, detail, unlike))

    def _most_detail(self, alone: dict[str, UnitShown]) -> tuple[dict[str, UnitShown], Detail]:
        """As much of the sums over all units as can be shown, with as few units as possible shown less for it."""
        every = self._rates_of_alike
        by_word = frozenset(one for one in every if len(one) > 1)
        trials: tuple[tuple[Detail, frozenset[Words]], ...] = (
            ("words", by_word), ("levels", by_word), ("words", every), ("levels", every), ("sum", every)
        )  # fmt: skip
        for detail, unlike in trials:
            most = len(alone) if detail == "sum" else len(alone) // BESIDE
            found = self._show_less(alone, detail, unlike, most)
            if found is not None:
                return found, detail
        return alone, "nothing"

    def _show_less(
        self, units: dict[str, UnitShown], detail: Detail, unlike: frozenset[Words], most: int
    ) -> dict[str, UnitShown] | None:
        """The units shown as little as it takes; None where showing `most` more of them less does not do."""
        for more in range(most + 1):
            exposed = self._exposed_units(units, detail, unlike)
            if not exposed:
                return units
            changed = self._show_next_less(units, exposed[0]) if more < most else None
            if changed is None:
                break
            units = changed
        return None

    def _show_next_less(self, units: dict[str, UnitShown], exposed: str) -> dict[str, UnitShown] | None:
        """The smallest other unit that shows more than the one in question, shown as little; first of its like."""
        kind = self.kinds[exposed]
        order = {unit: (self.kinds[unit] != kind, int(self.units[unit].numbers.sum()), unit) for unit in units}
        for unit in sorted(set(units) - {exposed}, key=lambda one: order[one]):
            less = units[unit].no_more_than(units[exposed]).consistent_with(self.units[unit])
            if less != units[unit]:
                return units | {unit: withhold_until_safe(self.units[unit], less)}
        return None

    @property
    def _rates_of_alike(self) -> frozenset[Words]:
        """Every kind of units, alone and with each dimension."""
        every = {self.kinds[unit] for unit in self.units}
        return frozenset([*((kind,) for kind in every), *((kind, one) for kind in every for one in DIMENSIONS)])

    def _withheld_rates(self, units: dict[str, UnitShown], detail: Detail) -> frozenset[Words]:
        """The rates of units alike that must not be shown: those by word go first."""
        every, gone = self._rates_of_alike, frozenset[Words]()
        for by_word in (True, False):
            while exposed := self._exposed_units(units, detail, gone):
                kinds = {self.kinds[unit] for unit in exposed}
                more = {one for one in every - gone if one[0] in kinds and (len(one) > 1) == by_word}
                if not more:
                    break
                gone |= more
        return every if exposed else gone

    def _exposed_units(self, units: dict[str, UnitShown], detail: Detail, unlike: frozenset[Words]) -> list[str]:
        """The units of which something withheld can be worked out, by what all documents say together."""
        bound = self._bound_moves(units, detail, unlike)
        return [unit for unit, moves, withheld in bound if moves.fixed_numbers(withheld).any()]

    def _still_cells(self, units: dict[str, UnitShown], detail: Detail, unlike: frozenset[Words]) -> frozenset[Words]:
        """Empty cells of withheld rows that anybody can tell to be empty: they may as well be shown."""
        found = []
        for unit, moves, _ in self._bound_moves(units, detail, unlike):
            votes, still = self.units[unit], moves.still_cells
            for row, lines in votes.lines_by("cycle", "item").items():
                for at, level in enumerate(votes.rule.levels):
                    hidden = row not in units[unit].rows_shown(counted=bool(votes.counted[at]))
                    if hidden and still[votes.sum_vector(lines, at) > 0].all():
                        found.append((unit, *row, level))
        return frozenset(found)

    def _bound_moves(
        self, units: dict[str, UnitShown], detail: Detail, unlike: frozenset[Words]
    ) -> Iterator[tuple[str, Moves, Matrix]]:
        """The units of which something is withheld, how their votes may move by what all documents say together, and
        what is withheld."""
        sums = self._shares_in_sums(units, detail, unlike)
        own = [self._examine_unit(unit, shown) for unit, shown in units.items()]
        together = Together([share[:, alone.present] @ alone.free for share, (alone, _) in zip(sums, own, strict=True)])
        for nth, (unit, (alone, withheld)) in enumerate(zip(units, own, strict=True)):
            if len(withheld):
                held = unit_rows(together.held_sums(nth) @ sums[nth], len(alone.present))
                yield unit, Moves(np.vstack([alone.known, held]), alone.present, alone.closed), withheld

    def _examine_unit(self, unit: str, shown: UnitShown) -> tuple[Moves, Matrix]:
        """How a unit's votes may move by what is said of it alone, and what nobody may work out of it."""
        if (unit, shown) not in self._examined:
            votes = self.units[unit]
            self._examined[unit, shown] = (possible_moves(votes, shown), withheld_vectors(votes, shown))
        return self._examined[unit, shown]

    def _shares_in_sums(self, units: Collection[str], detail: Detail, unlike: frozenset[Words]) -> list[Matrix]:
        """The share of each unit in all sums over units that are shown: a row for each sum."""
        shares = [dict(self._unit_shares(unit, detail, unlike)) for unit in units]
        place = {key: at for at, key in enumerate(sorted({key for own in shares for key in own}))}
        found = []
        for unit, own in zip(units, shares, strict=True):
            share = np.zeros((len(place), self.units[unit].numbers.size))
            for key, vector in own.items():
                share[place[key]] = vector
            found.append(share)
        return found

    def _unit_shares(self, unit: str, detail: Detail, unlike: frozenset[Words]) -> Iterator[tuple[Words, Vector]]:
        """What a unit adds to each sum over units that documents show.

        Where forms say how often each level is marked, the levels of all units are known from their number.
        """
        votes, kind = self.units[unit], self.kinds[unit]
        if detail != "nothing":
            yield ("all",), np.ones(votes.numbers.size)
        if detail in ("words", "levels") or (self.rule.form is not None and detail == "sum"):
            by, every = self._pooled_by(detail), range(len(votes.counted))
            yield from (((*by, *words), vector) for words, vector in votes.sum_vectors(*by, levels=every).items())
        for dimensions in ((), *((one,) for one in DIMENSIONS)):
            if (kind, *dimensions) not in unlike:
                for words, lines in votes.lines_by(*dimensions).items():
                    # what its like earned beyond their rate: nothing, all together
                    beyond = votes.worth - self._kind_rates[(kind, *dimensions, *words)]
                    yield ("alike", kind, *dimensions, *words), np.outer(lines, votes.counted * beyond).ravel()

    @cached_property
    def _kind_rates(self) -> dict[Words, float]:
        """The rate of all units of a kind, and of each word."""
        earned: dict[Words, list[float]] = {}
        for unit, votes in self.units.items():
            for dimensions in ((), *((one,) for one in DIMENSIONS)):
                for words, lines in votes.lines_by(*dimensions).items():
                    own = votes.numbers[lines].sum(axis=0)
                    sums = earned.setdefault((self.kinds[unit], *dimensions, *words), [0.0, 0.0])
                    sums[0] += float(own @ votes.worth)
                    sums[1] += float(own @ votes.counted)
        return {key: value / number if number else 0.0 for key, (value, number) in earned.items()}


# All leaves of a run.


class Disclosure:
    """What documents may show of the votes of a run."""

    def __init__(self, plan: Plan, tally: pl.DataFrame, roster: pl.DataFrame, kinds: Mapping[str, str]) -> None:
        """tally, roster: published tables. kinds: of each unit, by which it is compared with its like."""
        self.rules: dict[str, Component] = {one.id: one for one in plan.components if one.ratings}
        self.categories = dict(roster.select("unit", "category").rows())
        self.tally, self.kinds = tally, kinds
        self._leaves: dict[str, LeafDisclosure] = {}

    def leaf(self, id: str) -> LeafDisclosure:
        """What may be shown of one leaf; worked out when first asked for."""
        if id not in self._leaves:
            rule = self.rules[id].ratings
            assert rule is not None
            units = {
                str(unit): Votes.from_tally(rule, self.categories.get(unit) or "", rows.iter_rows(named=True))
                for (component, unit), rows in self._rows_by_leaf.items()
                if component == id
            }
            self._leaves[id] = LeafDisclosure(rule, units, self.kinds)
        return self._leaves[id]

    def rows(self, id: str, unit: str) -> pl.DataFrame:
        """A unit's rows of the tally, blanks for words that are missing; not to be shown without asking."""
        own = self._rows_by_leaf.get((id, unit))
        return self.tally.clear() if own is None else own

    @cached_property
    def _rows_by_leaf(self) -> dict[tuple[Any, ...], pl.DataFrame]:
        filled = self.tally.with_columns(pl.col(*DIMENSIONS).fill_null(""))
        return filled.partition_by("component", "unit", as_dict=True)

    def sum(self, ids: Collection[str]) -> int | None:
        """All votes of some leaves, levels without value too; None where that is withheld."""
        if any(self.leaf(id).detail == "nothing" for id in ids if id in self.rules):
            return None
        return int(self.tally.filter(pl.col("component").is_in([*ids]))["votes"].sum() or 0)


@once_per_review
def disclosure_of(results: ResultTables) -> Disclosure:
    """What may be shown of the votes of a review by whatever leaves the office: decided once for all documents."""
    return Disclosure(results.plan, results.published("tally"), results.published("roster"), results.unit_kinds)
