"""What documents show of one leaf's votes: of every unit, and of all units together, so that nothing can be subtracted.

Sums over units tie the units to each other. A number that is open within its unit is open altogether if the other units
can make up for its moves in every sum that is shown. Where they cannot, the next smallest unit is shown as little as
the one in question, or the sums are shown in less detail.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from pingyi.disclosure.audit import Matrix, Moves, Together, scaled
from pingyi.disclosure.unit import Told, cells_of, first, hidden_rows, moves, protected, withheld
from pingyi.disclosure.votes import DIMENSIONS, Vector, Votes

Detail = Literal["words", "levels", "sum", "nothing"]
"""How far all units together are taken apart: levels by cycle and word, levels by cycle, all votes, not even those."""

BESIDE = 20
"""One unit in so many is shown less before the sums over all units are shown in less detail."""

Likeness = tuple[str, ...]
"""A kind of units alike; a kind and a dimension, for the rates of each of its words."""

Key = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Leaf:
    """One leaf's votes. units: votes by unit. kinds: the kind of each unit. by: the dimension of the figure of levels.

    formed: forms say how often each level is marked, so that the levels of all units are known from their number.
    """

    units: Mapping[str, Votes]
    kinds: Mapping[str, str]
    by: str = ""
    formed: bool = False

    @cached_property
    def shown(self) -> "Shown":
        """What documents may show."""
        told = {unit: protected(votes, first(votes)) for unit, votes in sorted(self.units.items())}
        if not told:
            return Shown(told, "words", frozenset(), frozenset())
        told, detail = self._together(told)
        unlike = self._unlike(told, detail)
        return Shown(told, detail, unlike, self._still(told, detail, unlike))

    def _together(self, told: dict[str, Told]) -> tuple[dict[str, Told], Detail]:
        """As much of the sums over all units as can be shown, with as few units as possible shown less for it."""
        every = self._likenesses
        by_word = frozenset(one for one in every if len(one) > 1)
        trials: tuple[tuple[Detail, frozenset[Likeness]], ...] = (
            ("words", by_word), ("levels", by_word), ("words", every), ("levels", every), ("sum", every)
        )  # fmt: skip
        for detail, unlike in trials:
            most = len(told) if detail == "sum" else len(told) // BESIDE
            found = self._beside(told, detail, unlike, most)
            if found is not None:
                return found, detail
        return told, "nothing"

    def _beside(
        self, told: dict[str, Told], detail: Detail, unlike: frozenset[Likeness], most: int
    ) -> dict[str, Told] | None:
        """The units shown as little as it takes; None where showing `most` more of them less does not do."""
        for more in range(most + 1):
            stuck = self._stuck(told, detail, unlike)
            if not stuck:
                return told
            changed = self._next(told, stuck[0]) if more < most else None
            if changed is None:
                break
            told = changed
        return None

    def _next(self, told: dict[str, Told], stuck: str) -> dict[str, Told] | None:
        """The smallest other unit that shows more than the one in question, shown as little; first of its like."""
        kind = self.kinds[stuck]
        order = {unit: (self.kinds[unit] != kind, int(self.units[unit].numbers.sum()), unit) for unit in told}
        for unit in sorted(set(told) - {stuck}, key=lambda one: order[one]):
            less = told[unit].no_more_than(told[stuck]).within(self.units[unit])
            if less != told[unit]:
                return told | {unit: protected(self.units[unit], less)}
        return None

    @property
    def _likenesses(self) -> frozenset[Likeness]:
        every = {self.kinds[unit] for unit in self.units}
        return frozenset([*((kind,) for kind in every), *((kind, one) for kind in every for one in DIMENSIONS)])

    def _unlike(self, told: dict[str, Told], detail: Detail) -> frozenset[Likeness]:
        """The rates of units alike that must not be shown: those by word go first."""
        every, gone = self._likenesses, frozenset[Likeness]()
        for by_word in (True, False):
            while stuck := self._stuck(told, detail, gone):
                kinds = {self.kinds[unit] for unit in stuck}
                more = {one for one in every - gone if one[0] in kinds and (len(one) > 1) == by_word}
                if not more:
                    break
                gone |= more
        return every if stuck else gone

    def _stuck(self, told: dict[str, Told], detail: Detail, unlike: frozenset[Likeness]) -> list[str]:
        """The units of which something withheld can be worked out, by what all documents say together."""
        return [
            unit
            for unit, bound in self._bound(told, detail, unlike)
            if bound.fixed(self._withheld(unit, told[unit])).any()
        ]

    def _still(self, told: dict[str, Told], detail: Detail, unlike: frozenset[Likeness]) -> frozenset[Key]:
        """Empty cells of withheld rows that anybody can tell to be empty: they may as well be shown."""
        found = []
        for unit, bound in self._bound(told, detail, unlike):
            votes, still = self.units[unit], bound.still
            names = [*votes.rule.levels]
            rows = hidden_rows(votes, told[unit])
            found += [(unit, *row, names[at]) for row, at in rows if still[cells_of(votes, row, at)].all()]
        return frozenset(found)

    def _bound(self, told: dict[str, Told], detail: Detail, unlike: frozenset[Likeness]) -> Iterator[tuple[str, Moves]]:
        """The units of which something is withheld, and how their votes may move by what all documents say together."""
        sums = self._sums(told, detail, unlike)
        own = [self._alone(unit, one) for unit, one in told.items()]
        images = [share[:, one.present] @ one.free for share, one in zip(sums, own, strict=True)]
        together = Together(images)
        for nth, (unit, alone) in enumerate(zip(told, own, strict=True)):
            if len(self._withheld(unit, told[unit])):
                held = scaled(together.held(nth) @ sums[nth], len(alone.present))
                yield unit, Moves(np.vstack([alone.known, held]), alone.present, alone.closed)

    def _alone(self, unit: str, told: Told) -> Moves:
        """How a unit's votes may move by what is said of it alone."""
        return self._of(unit, told)[0]

    def _withheld(self, unit: str, told: Told) -> Matrix:
        """What nobody may work out of a unit."""
        return self._of(unit, told)[1]

    def _of(self, unit: str, told: Told) -> tuple[Moves, Matrix]:
        if (unit, told) not in self._looked:
            votes = self.units[unit]
            self._looked[unit, told] = (moves(votes, told), withheld(votes, told))
        return self._looked[unit, told]

    @cached_property
    def _looked(self) -> dict[tuple[str, Told], tuple[Moves, Matrix]]:
        return {}

    def _sums(self, told: dict[str, Told], detail: Detail, unlike: frozenset[Likeness]) -> list[Matrix]:
        """The share of each unit in all sums over units that are shown: a row for each sum."""
        shares = [dict(self._shares(unit, detail, unlike)) for unit in told]
        place = {key: at for at, key in enumerate(sorted({key for own in shares for key in own}))}
        found = []
        for unit, own in zip(told, shares, strict=True):
            share = np.zeros((len(place), self.units[unit].numbers.size))
            for key, vector in own.items():
                share[place[key]] = vector
            found.append(share)
        return found

    def _shares(self, unit: str, detail: Detail, unlike: frozenset[Likeness]) -> Iterator[tuple[Key, Vector]]:
        """What a unit adds to each sum over units that documents show."""
        votes, kind = self.units[unit], self.kinds[unit]
        if detail != "nothing":
            yield ("all",), np.ones(votes.numbers.size)
        if detail in ("words", "levels") or (self.formed and detail == "sum"):
            by = ("cycle", self.by) if self.by and detail == "words" else ("cycle",)
            every = range(len(votes.counted))
            yield from (((*by, *words), vector) for words, vector in votes.sums(*by, levels=every).items())
        for likeness in ((kind,), *((kind, one) for one in DIMENSIONS)):
            if likeness not in unlike:
                yield from self._alike(votes, likeness)

    def _alike(self, votes: Votes, likeness: Likeness) -> Iterator[tuple[Key, Vector]]:
        """What a unit adds to what its like earned beyond their rate: nothing, all together."""
        dimensions = likeness[1:]
        for words in votes.words(*dimensions):
            lines = votes.where(**dict(zip(dimensions, words, strict=True)))
            rate = self._rates[(*likeness, *words)]
            yield ("alike", *likeness, *words), np.outer(lines, votes.counted * (votes.worth - rate)).ravel()

    @cached_property
    def _rates(self) -> dict[Key, float]:
        """The rate of all units of a kind, and of each word."""
        earned: dict[Key, list[float]] = {}
        for unit, votes in self.units.items():
            for dimensions in ((), *((one,) for one in DIMENSIONS)):
                for words in votes.words(*dimensions):
                    own = votes.numbers[votes.where(**dict(zip(dimensions, words, strict=True)))].sum(axis=0)
                    sums = earned.setdefault((self.kinds[unit], *dimensions, *words), [0.0, 0.0])
                    sums[0] += float(own @ votes.worth)
                    sums[1] += float(own @ votes.counted)
        return {key: value / number if number else 0.0 for key, (value, number) in earned.items()}

    def pooled(self, by: bool) -> dict[Key, int]:
        """Votes of all units by cycle, word (where `by`) and level."""
        found: dict[Key, int] = {}
        for votes in self.units.values():
            dimensions = ("cycle", self.by) if by and self.by else ("cycle",)
            for words, vector in votes.sums(*dimensions, levels=range(len(votes.counted))).items():
                found[words] = found.get(words, 0) + votes.value(vector)
        return found


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown. units: of each. detail: of all together. unlike: rates of units alike that are withheld.

    still: empty cells (unit, cycle, item, level) of withheld rows that anybody can tell to be empty.
    """

    units: Mapping[str, Told]
    detail: Detail
    unlike: frozenset[Likeness]
    still: frozenset[Key]
