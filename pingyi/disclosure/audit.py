"""What can be worked out of one unit's votes in one leaf from what is known of them: linear algebra.

A vote has a cycle, a group of raters, a channel, an item and a level. Votes that share all but the level are a line.
Everything that a document can say of them (a sum, a rate, marks) is a vector: by how much it moves with each cell, a
cell being a line and a level. Of marks that weigh groups or items, it is the first derivative.

A number can be worked out if it is the same in all tables that agree with what is known. The audit looks for another
one: every cell with votes may move both ways a little, and of the empty cells one may grow. Where no such move changes
a number, it counts as worked out. So what passes is open for anybody who solves equations and inequalities; whole
numbers and what else people know are not looked at.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from pingyi.plan.ratings import Ratings
from pingyi.rules.base import of_category

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Words = tuple[str, ...]

DIMENSIONS = ("cycle", "group", "channel", "item")
"""By what votes are told apart beside their level."""

NOUGHT = 1e-7
"""Below this a move is none: known vectors are scaled to length 1, and sixteen figures are carried."""


@dataclass(frozen=True, eq=False)
class Votes:
    """One unit's votes in one leaf. lines: words by dimension. numbers: votes of each line by level of the plan."""

    rule: Ratings
    category: str
    lines: Sequence[Words]
    numbers: npt.NDArray[np.int64]
    _lines_by: dict[Words, dict[Words, Flags]] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def from_tally(cls, rule: Ratings, category: str, rows: Iterable[Mapping[str, Any]]) -> "Votes":
        """The votes of rows of the published table `tally`, blanks for words that are missing."""
        levels = {level: at for at, level in enumerate(rule.levels)}
        sums: dict[Words, list[int]] = {}
        for row in rows:
            line = sums.setdefault(tuple(row[name] for name in DIMENSIONS), [0] * len(levels))
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

    @cached_property
    def present(self) -> Flags:
        """Which cells have votes."""
        return self.numbers.ravel() > 0

    @cached_property
    def closed(self) -> Flags:
        """Which cells are known to be empty: of levels with a value, in a cycle and item without votes that count."""
        flags = np.zeros(self.numbers.shape, np.bool_)
        for lines in self.lines_by("cycle", "item").values():
            if not self.count_votes(lines):
                flags |= np.outer(lines, self.counted)
        return flags.ravel()

    @property
    def weighed(self) -> bool:
        """Whether the plan weighs groups or items."""
        return any(weight is not None for weight in [*self.rule.groups.values(), *self.rule.items.values()])

    def lines_by(self, *dimensions: str) -> dict[Words, Flags]:
        """The lines of each combination of words of some dimensions, sorted."""
        if dimensions not in self._lines_by:
            at = [DIMENSIONS.index(name) for name in dimensions]
            words = [tuple(line[place] for place in at) for line in self.lines]
            self._lines_by[dimensions] = {one: np.array([own == one for own in words]) for one in sorted(set(words))}
        return self._lines_by[dimensions]

    def has_several(self, dimension: str) -> bool:
        """Whether the lines have more than one word of a dimension."""
        return len(self.lines_by(dimension)) > 1

    def scored_lines(self) -> list[Flags]:
        """The lines of each cycle that is scored apart, or all of them where the year is."""
        return [*self.lines_by(*(() if self.rule.score_per == "year" else ("cycle",))).values()]

    def count_votes(self, lines: Flags) -> int:
        """How many votes on some lines have a value."""
        return int(self.numbers[lines][:, self.counted].sum())

    def has_none(self, **words: str) -> bool:
        """Whether no vote with a value has these words."""
        lines = self.lines_by(*words).get(tuple(words.values()))
        return lines is None or not self.count_votes(lines)

    def level_places(self, *, counted: bool) -> list[int]:
        """The places of levels with a value, or of those without."""
        return [at for at, has in enumerate(self.counted) if has == counted]

    def value_of(self, vector: Vector) -> int:
        """What a sum comes to."""
        return int(np.rint(vector @ self.numbers.ravel()))

    def sum_vector(self, lines: Flags, level: int | None = None) -> Vector:
        """How a sum moves: of all votes with a value on some lines, or of one level."""
        levels = self.counted if level is None else np.arange(len(self.counted)) == level
        return np.outer(lines, levels).astype(np.float64).ravel()

    def sum_vectors(self, *dimensions: str, levels: Collection[int] | None = None) -> dict[Words, Vector]:
        """The sums by words of some dimensions; with `levels`, by level too (its place is the last word)."""
        lines = self.lines_by(*dimensions)
        if levels is None:
            return {words: self.sum_vector(own) for words, own in lines.items()}
        return {(*words, str(at)): self.sum_vector(own, at) for words, own in lines.items() for at in levels}

    def level_vectors(self, row: Words, *, counted: bool) -> list[Vector]:
        """The sums of a cycle and item by level: of levels with a value, or of those without."""
        lines = self.lines_by("cycle", "item")[row]
        return [self.sum_vector(lines, at) for at in self.level_places(counted=counted)]

    def rate_vector(self, lines: Flags) -> Vector:
        """How the rate of some lines moves, as if they were one vote each."""
        given = self.numbers[lines][:, self.counted].sum()
        earned = (self.numbers[lines] @ self.worth).sum()
        mean = earned / given if given else 0.0
        return np.outer(lines, np.where(self.counted, self.worth - mean, 0.0)).ravel()

    def score_vector(self, lines: Flags) -> Vector:
        """How the marks of some lines move, groups and items weighed as the plan does; nothing without votes."""
        found = np.zeros(self.numbers.size)
        for of_group, group in self._weighed_lines(lines, "group", self.rule.groups):
            parts = self._weighed_lines(of_group, "item", self.rule.items)
            items = [part for part in parts if self.count_votes(part[0])]
            whole = sum(weight for _, weight in items)
            for own, item in items if whole else ():
                found += group * item / whole / self.count_votes(own) * self.rate_vector(own)
        return found

    def _weighed_lines(self, lines: Flags, dimension: str, names: Mapping[str, Any]) -> Iterator[tuple[Flags, float]]:
        """The lines apart by group or item where the plan weighs them, with the weight of each."""
        if all(weight is None for weight in names.values()):
            yield lines, 1.0
            return
        for (word,), those in self.lines_by(dimension).items():
            weight = names.get(word, 1)
            own = of_category(weight, self.category) if isinstance(weight, Mapping) else weight
            yield lines & those, float(own or 0)


class Moves:
    """The moves of a unit's votes that leave everything known as it is."""

    def __init__(self, known: Matrix, present: Flags, closed: Flags) -> None:
        """known: a vector over all cells in each row. present, closed: cells with votes, and empty for all to know."""
        self.present, self.closed, self.known = present, closed, known
        left, sizes, right = np.linalg.svd(self.known[:, self.present])
        rank = int((sizes > NOUGHT).sum())
        self.free: Matrix = right[rank:].T
        self._rest = left[:, rank:]
        self._inverse = (right[:rank].T / sizes[:rank]) @ left[:, :rank].T

    @cached_property
    def _growing_cells(self) -> tuple[npt.NDArray[np.int64], Matrix]:
        """Empty cells that may grow, and how the cells with votes move when one of them does."""
        empty = np.nonzero(~self.present & ~self.closed)[0]
        columns = self.known[:, empty]
        able = np.linalg.norm(self._rest.T @ columns, axis=0) < NOUGHT
        return empty[able], -self._inverse @ columns[:, able]

    @property
    def still_cells(self) -> Flags:
        """The empty cells that cannot grow: anybody can tell that they are empty."""
        flags = ~self.present
        flags[self._growing_cells[0]] = False
        return flags

    def fixed_numbers(self, targets: Matrix) -> Flags:
        """Which numbers no move changes. targets: a vector over all cells in each row."""
        moved = np.abs(targets[:, self.present] @ self.free).max(axis=1, initial=0.0)
        grown, answer = self._growing_cells
        by_growth = np.abs(targets[:, self.present] @ answer + targets[:, grown]).max(axis=1, initial=0.0)
        fixed: Flags = np.maximum(moved, by_growth) < NOUGHT
        return fixed


def unit_rows(vectors: Iterable[Vector], size: int) -> Matrix:
    """Vectors as rows of length 1, without those that are nought."""
    rows = [vector / length for vector in vectors if (length := float(np.linalg.norm(vector))) > NOUGHT]
    return np.array(rows, np.float64).reshape(-1, size)


ALMOST_ALL = 0.999
"""From this share on in how sums move it is looked up whether a unit moves them alone."""


class Together:
    """What sums over units leave to each: the others must be able to make up for what one of them moves.

    images: of each unit, how its moves change the sums (a row for each sum, a column for each move).
    """

    def __init__(self, images: list[Matrix]) -> None:
        """Look at all units."""
        bases = [_orthonormal_base(image) for image in images]
        ends = np.cumsum([base.shape[1] for base in bases])
        self._own = [slice(end - base.shape[1], end) for base, end in zip(bases, ends, strict=True)]
        self._moves = np.hstack(bases)
        self._whole, self._common = _split_directions(self._moves)

    def held_sums(self, nth: int) -> Matrix:
        """The combinations of sums that the nth unit must leave as they are (rows): the others cannot mend them.

        Beside those that nobody moves they are among those that move by this unit nearly alone, which are few: these
        are looked at, instead of all that the others move.
        """
        if len(self._own) == 1:
            return np.eye(len(self._common.T))
        own = self._moves[:, self._own[nth]]
        directions, shares, _ = np.linalg.svd(self._whole.T @ own, full_matrices=False)
        near = np.linalg.qr(self._whole @ directions[:, shares > ALMOST_ALL])[0]
        by_others = np.delete(near.T @ self._moves, self._own[nth], axis=1)
        return np.vstack([self._common, _split_directions(by_others)[1] @ near.T])


def _orthonormal_base(image: Matrix) -> Matrix:
    """An orthonormal base of what the columns span."""
    left, sizes, _ = np.linalg.svd(image, full_matrices=False)
    base: Matrix = left[:, sizes > NOUGHT]
    return base


def _split_directions(columns: Matrix) -> tuple[Matrix, Matrix]:
    """What columns span, each direction as long as it is short in them; and the directions outside, as rows."""
    upper = np.asarray(np.linalg.qr(columns.T, mode="r"))  # short, and spans the same, each direction as strongly
    left, sizes, _ = np.linalg.svd(upper.T)
    rank = int((sizes > NOUGHT).sum())
    return left[:, :rank] / sizes[:rank], left[:, rank:].T
