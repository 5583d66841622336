"""The votes of one unit in one leaf as what they could be known by: sums over words, and what their levels are worth.

A vote has a cycle, a group of raters, a channel, an item and a level. Votes that share all but the level are a line.
Everything that a document can say of them (a sum, a rate, marks) is a vector: by how much it moves with each cell, a
cell being a line and a level. Of marks that weigh groups or items, it is the first derivative.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from pingyi.plan.base import of_category
from pingyi.plan.ratings import Ratings

Vector = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Row = Mapping[str, Any]

DIMENSIONS = ("cycle", "group", "channel", "item")
"""By what votes are told apart beside their level."""

APART = ("group", "channel", "item")
"""Of these, the ones that documents take one at a time."""


@dataclass(frozen=True, eq=False)
class Votes:
    """One unit's votes in one leaf. lines: words by dimension. numbers: votes of each line by level of the plan."""

    rule: Ratings
    category: str
    lines: Sequence[tuple[str, ...]]
    numbers: npt.NDArray[np.int64]

    @classmethod
    def of(cls, rule: Ratings, category: str, rows: Iterable[Row]) -> "Votes":
        """The votes of rows of the published table `tally`."""
        levels = {level: at for at, level in enumerate(rule.levels)}
        sums: dict[tuple[str, ...], list[int]] = {}
        for row in rows:
            line = sums.setdefault(tuple(row[name] or "" for name in DIMENSIONS), [0] * len(levels))
            line[levels[row["level"]]] += row["votes"]
        lines = sorted(sums)
        return cls(rule, category, lines, np.array([sums[line] for line in lines], np.int64).reshape(-1, len(levels)))

    @cached_property
    def counted(self) -> Flags:
        """Which levels have a value."""
        return np.array([value is not None for value in self.rule.levels.values()])

    @cached_property
    def worth(self) -> Vector:
        """What each level is worth, as a share of the most; 0 without a value."""
        return np.array([float((value or 0) / self.rule.out_of) for value in self.rule.levels.values()])

    def words(self, *dimensions: str) -> list[tuple[str, ...]]:
        """The words of some dimensions that lines have, together."""
        at = [DIMENSIONS.index(name) for name in dimensions]
        return sorted({tuple(line[place] for place in at) for line in self.lines})

    def several(self, dimension: str) -> bool:
        """Whether the lines have more than one word of a dimension."""
        return len(self.words(dimension)) > 1

    @cached_property
    def present(self) -> Flags:
        """Which cells have votes."""
        return self.numbers.ravel() > 0

    @cached_property
    def closed(self) -> Flags:
        """Which cells are known to be empty: of levels with a value, in a cycle and item without votes that count."""
        flags = np.zeros(self.numbers.shape, np.bool_)
        for cycle, item in self.words("cycle", "item"):
            lines = self.where(cycle=cycle, item=item)
            if not self._given(lines):
                flags |= np.outer(lines, self.counted)
        return flags.ravel()

    @cached_property
    def _words(self) -> dict[str, npt.NDArray[np.str_]]:
        return {name: np.array([line[at] for line in self.lines]) for at, name in enumerate(DIMENSIONS)}

    def where(self, **words: str) -> Flags:
        """The lines that have these words."""
        flags = np.ones(len(self.lines), np.bool_)
        for name, word in words.items():
            flags &= self._words[name] == word
        return flags

    def sum(self, lines: Flags, level: int | None = None) -> Vector:
        """How a sum moves: of all votes with a value on some lines, or of one level."""
        levels = self.counted if level is None else np.arange(len(self.counted)) == level
        return np.outer(lines, levels).astype(np.float64).ravel()

    def value(self, vector: Vector) -> int:
        """What a sum comes to."""
        return int(np.rint(vector @ self.numbers.ravel()))

    def rate(self, lines: Flags) -> Vector:
        """How the rate of some lines moves, as if they were one vote each."""
        given = self.numbers[lines][:, self.counted].sum()
        earned = (self.numbers[lines] @ self.worth).sum()
        mean = earned / given if given else 0.0
        return np.outer(lines, np.where(self.counted, self.worth - mean, 0.0)).ravel()

    def marks(self, lines: Flags) -> Vector:
        """How the marks of some lines move, groups and items weighed as the plan does; nothing without votes."""
        found = np.zeros(self.numbers.size)
        for of_group, group in self._parts(lines, "group", self.rule.groups):
            items = [part for part in self._parts(of_group, "item", self.rule.items) if self._given(part[0])]
            whole = sum(weight for _, weight in items)
            for own, item in items if whole else ():
                found += group * item / whole / self._given(own) * self.rate(own)
        return found

    def _given(self, lines: Flags) -> int:
        return int(self.numbers[lines][:, self.counted].sum())

    def _parts(self, lines: Flags, dimension: str, names: Mapping[str, Any]) -> Iterator[tuple[Flags, float]]:
        """The lines apart by group or item where the plan weighs them, with the weight of each."""
        if all(weight is None for weight in names.values()):
            yield lines, 1.0
            return
        for (word,) in self.words(dimension):
            weight = names.get(word, 1)
            own = of_category(weight, self.category) if isinstance(weight, Mapping) else weight
            yield lines & self.where(**{dimension: word}), float(own or 0)

    @property
    def weighed(self) -> bool:
        """Whether the plan weighs groups or items."""
        return any(weight is not None for weight in [*self.rule.groups.values(), *self.rule.items.values()])

    def windows(self) -> list[Flags]:
        """The lines of each cycle that is scored apart, or all of them where the year is."""
        if self.rule.score_per == "year":
            return [np.ones(len(self.lines), np.bool_)]
        return [self.where(cycle=cycle) for (cycle,) in self.words("cycle")]

    def sums(self, *dimensions: str, levels: Collection[int] | None = None) -> dict[tuple[str, ...], Vector]:
        """The sums by words of some dimensions; with `levels`, by level too (its place is the last word)."""
        flags = {words: self.where(**dict(zip(dimensions, words, strict=True))) for words in self.words(*dimensions)}
        if levels is None:
            return {words: self.sum(lines) for words, lines in flags.items()}
        return {(*words, str(at)): self.sum(lines, at) for words, lines in flags.items() for at in levels}

    def places(self, *, counted: bool) -> list[int]:
        """The places of levels with a value, or of those without."""
        return [at for at, has in enumerate(self.counted) if has == counted]

    def any(self, sums: Mapping[tuple[str, ...], Vector], small: Callable[[int], bool]) -> bool:
        """Whether one of some sums is small."""
        return any(small(self.value(vector)) for vector in sums.values())
