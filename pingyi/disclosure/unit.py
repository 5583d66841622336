"""What documents show of one unit's votes in one leaf, and which of it is withheld until nothing can be worked out.

A breakdown is shown whole or not at all. First those with a small number go; then, as long as the audit can work out a
number that is withheld, the next kind of breakdown, in the order of `STEPS`. Without any there are only the marks.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from pingyi.disclosure.audit import Matrix, Moves, scaled
from pingyi.disclosure.votes import APART, DIMENSIONS, Vector, Votes

LEAST = 5
"""Raters from which on a number may be shown; no rater at all tells nothing about anybody."""

Place = tuple[str, str]
"""Cycle and item: a row of a unit's table of levels."""


def small(number: int) -> bool:
    """Whether so few raters must not be shown."""
    return 0 < number < LEAST


@dataclass(frozen=True, slots=True)
class Told:
    """What is shown of a unit's votes.

    total, cycles: all votes, and those of each cycle. apart: dimensions of which each word's votes are shown. crossed:
    the votes of each channel in each cycle. levels, aside: rows of which levels with and without a value are shown.
    rates: rates of all and of each sum shown. lines: sums and rates by cycle, group and item together.
    """

    total: bool
    cycles: bool
    apart: frozenset[str]
    crossed: bool
    levels: frozenset[Place]
    aside: frozenset[Place]
    rates: bool
    lines: bool

    def within(self, votes: Votes) -> "Told":
        """The same without what would say a number that is withheld elsewhere, or that is the same as another."""
        cycles = self.total and (self.cycles or not votes.several("cycle"))
        apart = frozenset(one for one in APART if self.total and (one in self.apart or not votes.several(one)))
        crossed = cycles and "channel" in apart and (self.crossed or not _crosses(votes))
        rows = self.levels if cycles and "item" in apart else frozenset[Place]()
        rates = self.rates and self.total and (cycles or votes.rule.score_per == "year")
        lines = self.lines and rates and {"group", "item"} <= apart and cycles
        return Told(self.total, cycles, apart, crossed, rows, self.aside, rates, lines)

    def no_more_than(self, other: "Told") -> "Told":
        """What both show; of levels all or nothing."""
        return Told(
            self.total and other.total,
            self.cycles and other.cycles,
            self.apart & other.apart,
            self.crossed and other.crossed,
            self.levels & other.levels if self.levels <= other.levels else frozenset(),
            self.aside & other.aside if self.aside <= other.aside else frozenset(),
            self.rates and other.rates,
            self.lines and other.lines,
        )


STEPS: tuple[Callable[[Told], Told], ...] = (
    lambda told: replace(told, lines=False),
    lambda told: replace(told, rates=False),
    lambda told: replace(told, crossed=False),
    lambda told: replace(told, apart=frozenset()),
    lambda told: replace(told, levels=frozenset(), aside=frozenset()),
    lambda told: replace(told, cycles=False),
    lambda told: replace(told, total=False),
)
"""What is withheld one after the other; at the end everything is."""


def _crosses(votes: Votes) -> bool:
    return votes.several("cycle") and votes.several("channel")


def first(votes: Votes) -> Told:
    """Everything but the breakdowns that have a small number in them."""
    free = frozenset(one for one in APART if not votes.any(votes.sums(one), small))
    items = votes.any(votes.sums("cycle", "item"), small)
    lines = votes.any(votes.sums("cycle", "group", "item"), small)
    return Told(
        total=not votes.any(votes.sums(), small),
        cycles=not votes.any(votes.sums("cycle"), small),
        apart=free - {"item"} if items else free,
        crossed=not votes.any(votes.sums("cycle", "channel"), small),
        levels=_rows(votes, counted=True),
        aside=_rows(votes, counted=False),
        rates=True,
        lines=not lines,
    ).within(votes)


def _rows(votes: Votes, *, counted: bool) -> frozenset[Place]:
    """The rows of which no level is small."""
    levels = votes.places(counted=counted)
    rows = [(cycle, item) for cycle, item in votes.words("cycle", "item")]
    return frozenset(row for row in rows if not votes.any(_row(votes, row, levels), small))


def _row(votes: Votes, row: Place, levels: list[int]) -> dict[tuple[str, ...], Vector]:
    lines = votes.where(cycle=row[0], item=row[1])
    return {(str(at),): votes.sum(lines, at) for at in levels}


def known(votes: Votes, told: Told) -> Iterator[Vector]:
    """Everything that can be read of a unit: its marks, which everybody knows, and what documents show."""
    yield from (votes.marks(lines) for lines in votes.windows())
    every = np.ones(len(votes.lines), np.bool_)
    if told.total:
        yield votes.sum(every)
    if told.rates:
        yield votes.rate(every)
    for dimensions in _shown(told):
        for words, vector in votes.sums(*dimensions).items():
            yield vector
            if told.rates:
                yield votes.rate(votes.where(**dict(zip(dimensions, words, strict=True))))
    for rows, counted in ((told.levels, True), (told.aside, False)):
        for row in sorted(rows):
            yield from _row(votes, row, votes.places(counted=counted)).values()


def _shown(told: Told) -> Iterator[tuple[str, ...]]:
    """By which words votes are shown."""
    if told.cycles:
        yield ("cycle",)
    yield from ((one,) for one in sorted(told.apart))
    if told.cycles and "item" in told.apart:
        yield ("cycle", "item")
    if told.crossed:
        yield ("cycle", "channel")
    if told.lines:
        yield ("cycle", "group", "item")


def withheld(votes: Votes, told: Told) -> Matrix:
    """What nobody may work out (a row each): numbers that are withheld, and small ones that stand nowhere."""
    counted, shown = votes.places(counted=True), set(_shown(told))
    families = [(), ("cycle",), ("cycle", "channel"), ("cycle", "item"), *((one,) for one in APART)]
    gone = [one for one in families if one not in shown and not (one == () and told.total)]
    found = [vector for one in gone for vector in votes.sums(*one).values() if votes.value(vector)]
    for rows, has in ((told.levels, True), (told.aside, False)):
        left = [row for row in votes.words("cycle", "item") if row not in rows]
        found += [one for row in left for one in _row(votes, (row[0], row[1]), votes.places(counted=has)).values()]
    nowhere = [(), *((one,) for one in DIMENSIONS)]
    few = [vector for one in nowhere for vector in votes.sums(*one, levels=counted).values()]
    found = [one for one in found if votes.value(one)] + [one for one in few if small(votes.value(one))]
    return np.array(found).reshape(-1, votes.numbers.size)


def protected(votes: Votes, told: Told) -> Told:
    """The unit with as little withheld as it takes for the audit to find nothing."""
    for step in (lambda one: one, *STEPS):
        told = step(told).within(votes)
        if not moves(votes, told).fixed(withheld(votes, told)).any():
            break
    return told


def moves(votes: Votes, told: Told) -> Moves:
    """How a unit's votes may move while all that can be read of the unit alone stays."""
    return Moves(scaled(known(votes, told), votes.numbers.size), votes.present, votes.closed)


def cells_of(votes: Votes, row: Place, level: int) -> list[int]:
    """The cells of a level in a row of the table of levels."""
    lines = np.nonzero(votes.where(cycle=row[0], item=row[1]))[0]
    return [int(line) * len(votes.counted) + level for line in lines]


def hidden_rows(votes: Votes, told: Told) -> list[tuple[Place, int]]:
    """Rows and levels that are withheld."""
    found = []
    for (cycle, item), at in product(votes.words("cycle", "item"), range(len(votes.counted))):
        rows = told.levels if votes.counted[at] else told.aside
        found += [((cycle, item), at)] if (cycle, item) not in rows else []
    return found
