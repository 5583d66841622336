"""Which answers, taken together, change the lists most.

Few combinations are all tried. Of many, a search looks at some: it starts from the official answers, takes up other
answers one by one, those first that move most on their own, and keeps each that moves more; then it goes through the
readings again and again and exchanges answers (the official one among them) wherever that moves more, until nothing
does or its budget is spent. It is deterministic and no proof that nothing else moves more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Any

from pingyi.common.faults import CheckFailed
from pingyi.plan.work import Answer
from pingyi.scenarios.difference import Difference
from pingyi.scenarios.readings import Laboratory, Trial

FEW = 64
"""So many combinations are all tried."""

BUDGET = 48
"""So often a search scores the campaign, single answers not counted: they are known already."""

Choice = tuple[int, ...]
"""For each reading the answer taken: 0 the official one, 1 … the others in the order of the plan."""


@dataclass(frozen=True)
class Combination:
    """The answers that together change the lists most. taken: none where no combination changes anything.

    evaluated: combinations looked at, of `possible` ones (the official answers not counted).
    """

    taken: tuple[Trial, ...]
    difference: Difference | None
    evaluated: int
    possible: int

    @property
    def exhaustive(self) -> bool:
        """Whether every combination was looked at."""
        return self.evaluated == self.possible


@dataclass
class Search:
    """The readings whose answers can move a unit, and what has been found out about combining them."""

    laboratory: Laboratory
    readings: list[list[Trial]]
    budget: int = BUDGET
    known: dict[Choice, Difference | None] = field(default_factory=dict)
    scored: int = 0

    def __post_init__(self) -> None:
        for place, answers in enumerate(self.readings):
            for nth, trial in enumerate(answers, start=1):
                self.known[self._with(self.official, place, nth)] = trial.difference

    @property
    def official(self) -> Choice:
        """The official answers."""
        return (0,) * len(self.readings)

    @property
    def possible(self) -> int:
        """How many combinations there are, the official answers not counted."""
        return prod(len(answers) + 1 for answers in self.readings) - 1

    def exhaustively(self) -> Choice:
        """The best of all combinations."""
        for choice in product(*(range(len(answers) + 1) for answers in self.readings)):
            if any(choice):
                self._score(choice)
        return self.best

    def greedily(self) -> Choice:
        """A good combination, within the budget."""
        chosen = self.official
        for single in sorted(self.known, key=self.rank):
            (taken,) = [(place, nth) for place, nth in enumerate(single) if nth]
            if not chosen[taken[0]]:
                chosen = self._better(chosen, self._with(chosen, *taken))
        before: Choice = ()
        while before != chosen:
            before, chosen = chosen, self._exchanged(chosen)
        return self.best

    def _exchanged(self, chosen: Choice) -> Choice:
        """The choice after every reading's answer has been exchanged for each other one that moves more."""
        for place, answers in enumerate(self.readings):
            for nth in range(len(answers) + 1):
                chosen = self._better(chosen, self._with(chosen, place, nth))
        return chosen

    @property
    def best(self) -> Choice:
        """The best of what has been looked at."""
        return min([*self.known, self.official], key=self.rank)

    def rank(self, choice: Choice) -> tuple[Any, ...]:
        """Combinations in order: what moves most, then the fewest other answers, then the order of the plan."""
        found = self.known.get(choice)
        memberships, units = found.size if found else (0, 0)
        changed = [(place, nth) for place, nth in enumerate(choice) if nth]
        return -memberships, -units, len(changed), changed

    def taken(self, choice: Choice) -> tuple[Trial, ...]:
        """The answers of a choice that are not official."""
        return tuple(answers[nth - 1] for answers, nth in zip(self.readings, choice, strict=True) if nth)

    def _better(self, chosen: Choice, other: Choice) -> Choice:
        if other not in self.known and any(other) and self.scored < self.budget:
            self._score(other)
        return min(chosen, other, key=self.rank) if other in self.known else chosen

    def _score(self, choice: Choice) -> None:
        """Look at a combination; one that makes no sound plan, or needs other facts, moves nothing."""
        if choice in self.known:
            return
        self.known[choice] = None
        patch = together([one.answer for one in self.taken(choice) if one.answer])
        plan = self.laboratory.patched(patch) if patch else None
        if plan and not self.laboratory.needs(plan):
            self.scored += 1
            try:
                self.known[choice] = self.laboratory.tried(plan)
            except CheckFailed:
                self.known[choice] = None

    def _with(self, choice: Choice, place: int, nth: int) -> Choice:
        return (*choice[:place], nth, *choice[place + 1 :])


def most_moving(laboratory: Laboratory, found: list[Trial], *, budget: int = BUDGET) -> Combination:
    """The combination of other answers that changes the lists most. found: every answer, tried alone.

    More memberships of lists that differ are more change, then more units touched. Answers that come after the last
    list are left alone: they move no unit.
    """
    search = Search(laboratory, list(_by_reading(found)), budget)
    if not search.readings:
        return Combination((), None, 0, 0)
    choice = search.exhaustively() if search.possible <= min(FEW, budget) else search.greedily()
    difference = search.known.get(choice)
    taken = search.taken(choice) if difference and any(difference.size) else ()
    evaluated = sum(any(one) for one in search.known)
    return Combination(taken, difference if taken else None, evaluated, search.possible)


def _by_reading(found: list[Trial]) -> Iterator[list[Trial]]:
    readings: dict[str, list[Trial]] = {}
    for trial in found:
        if trial.moves_lists:
            readings.setdefault(trial.reading.id, []).append(trial)
    yield from readings.values()


def together(answers: list[Answer]) -> Mapping[str, Any]:
    """The patches of several answers as one; nothing where two of them set the same path, or one within another's."""
    patch: dict[str, Any] = {}
    for answer in answers:
        for path in answer.patch:
            if any(f"{path}.".startswith(f"{set_}.") or f"{set_}.".startswith(f"{path}.") for set_ in patch):
                return {}
        patch |= answer.patch
    return patch
