"""Small cells of a table with any number of margins: which must be withheld so that nobody can work them out.

A table counts raters by several words at once: unit, cycle, level. Its sums stand beside it, each one more cell: on an
axis that is summed, `ALL` is one more word. A shown cell of 1 to LEAST − 1 raters is withheld, and with it a
hypercube (Repsilber 1994; Giessing 2004): one further word on every summed axis, and all cells at the corners. On each
axis the two words have opposite signs, or the same one where one of them is ALL, so that adding a number to the
positive corners and taking it from the negative ones leaves every sum as it is. A hypercube is taken only if its
numbers allow that at least OPEN − 1 times: then there are OPEN tables that agree with everything that is shown, without
a negative number, and in each of them every corner has another value. What is withheld later changes nothing in that.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import numpy.typing as npt

LEAST = 5
"""Raters from which on a cell may be shown; no rater at all tells nothing about anybody."""

OPEN = 3
"""Values that a withheld cell has at least, for all that anybody can work out from the cells and sums shown."""

ALL = "\x00"
"""The word of a sum on its axis; no plan and no fact has it."""

Key = tuple[str, ...]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

ENDLESS = 1 << 40
NEAR = 24
"""Words of an axis that are tried beside one: with hundreds of units one of the next will do."""

SUMMED = 64
"""A hypercube's cost: a sum that must go is worth so many cells inside the table."""


def withheld(
    votes: Mapping[Key, int],
    summed: Sequence[bool],
    shown: Callable[[Key], bool] = lambda key: True,
    also: Collection[Key] = (),
) -> frozenset[Key]:
    """The cells and sums that must not be shown.

    votes: inner cells that can hold raters, a key being a word on each axis; a combination that is not there is known
    to be empty. summed: whether sums over an axis are known to anybody. shown: whether a cell or sum stands in a
    document at all; of what is not, nothing is returned. also: cells that are withheld for another reason, and must not
    be worked out either.
    """
    if not votes:
        return frozenset()
    table = _Table.of(votes, summed, shown)
    table.protect(also)
    return frozenset(table.key(place) for place in zip(*np.nonzero(table.hidden & table.shown), strict=True))


@dataclass
class _Table:
    """Cells and sums as arrays. real: can hold raters. safe: withheld, and known to have several values."""

    words: list[list[str]]
    summed: Sequence[bool]
    votes: Numbers
    real: Flags
    shown: Flags
    hidden: Flags = field(init=False)
    safe: Flags = field(init=False)
    weight: Numbers = field(init=False)

    @classmethod
    def of(cls, votes: Mapping[Key, int], summed: Sequence[bool], shown: Callable[[Key], bool]) -> "_Table":
        words = [sorted({key[axis] for key in votes}) for axis in range(len(summed))]
        places = [{word: place for place, word in enumerate(own)} for own in words]
        counts = np.zeros([len(own) for own in words], np.int64)
        real = np.zeros(counts.shape, np.bool_)
        for key, number in votes.items():
            at = tuple(known[word] for known, word in zip(places, key, strict=True))
            counts[at], real[at] = number, True
        for axis in (axis for axis, has in enumerate(summed) if has):
            counts = np.concatenate([counts, counts.sum(axis, keepdims=True)], axis)
            real = np.concatenate([real, real.any(axis, keepdims=True)], axis)
            words[axis] = [*words[axis], ALL]
        table = cls(words, summed, counts, real, real.copy())
        for place in zip(*np.nonzero(real), strict=True):
            table.shown[place] = shown(table.key(place))
        return table

    def __post_init__(self) -> None:
        self.hidden, self.safe = np.zeros_like(self.real), np.zeros_like(self.real)
        sums = [np.array([word == ALL for word in own], np.int64) for own in self.words]
        self.weight = SUMMED ** sum(np.ix_(*sums))

    def key(self, place: Sequence[int]) -> Key:
        return tuple(own[at] for own, at in zip(self.words, place, strict=True))

    def protect(self, also: Collection[Key]) -> None:
        """Withhold every small cell with the cheapest hypercube that keeps it open."""
        small = self.shown & (self.votes > 0) & (self.votes < LEAST)
        for key in also:
            small[tuple(own.index(word) for own, word in zip(self.words, key, strict=True))] = True
        self.hidden |= small
        for place in zip(*np.nonzero(small), strict=True):
            if not self.safe[place]:
                self._take(place)

    def _take(self, place: Sequence[int], near: int = NEAR) -> None:
        """Withhold the cheapest hypercube around a cell. With a sum on every axis there always is one."""
        partners = [self._partners(axis, at, near) for axis, at in enumerate(place)]
        sides = [(0, 1) if len(others) else (0,) for others, _ in partners]
        up = down = np.full([max(len(others), 1) for others, _ in partners], ENDLESS, np.int64)
        cost = np.zeros_like(up)
        for corner in product(*sides):
            index, sign = self._corner(place, partners, corner)
            votes, real = self.votes[index], self.real[index]
            up = np.where((sign < 0) | ~real, np.minimum(up, np.where(real, votes, 0)), up)
            down = np.where((sign > 0) | ~real, np.minimum(down, np.where(real, votes, 0)), down)
            new = self.shown[index] & ~self.hidden[index]
            cost = cost + np.where(new, self.weight[index] * (1 << 20) + votes, 0)
        open_ = up + down + 1 >= OPEN
        if not open_.any() and near < max(self.votes.shape):
            return self._take(place, near=max(self.votes.shape))
        chosen = np.unravel_index(int(np.where(open_, cost, np.iinfo(np.int64).max).argmin()), cost.shape)
        return self._withhold(place, partners, [int(at) for at in chosen])

    def _partners(self, axis: int, at: int, near: int) -> tuple[Numbers, Numbers]:
        """The other words of an axis, and their signs beside this one; none where no sum is known."""
        if not self.summed[axis]:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        last = len(self.words[axis]) - 1
        inner = [(at + step) % last for step in range(1, min(last, near))] if at < last else range(min(last, near))
        others = np.array([*inner, *([last] if at < last else [])], np.int64)
        return others, np.where((others == last) | (at == last), 1, -1)

    def _corner(
        self, place: Sequence[int], partners: list[tuple[Numbers, Numbers]], corner: tuple[int, ...]
    ) -> tuple[tuple[Numbers, ...], Numbers]:
        """Where one corner of all hypercubes lies, and its sign; both as wide as there are partners."""
        index, signs = [], []
        for at, (others, sign), far in zip(place, partners, corner, strict=True):
            many = max(len(others), 1)
            index.append(others if far else np.full(many, at, np.int64))
            signs.append(sign if far else np.ones(many, np.int64))
        whole = np.ones([1] * len(signs), np.int64)
        for sign in np.ix_(*signs) if signs else ():
            whole = whole * sign
        return np.ix_(*index), whole

    def _withhold(self, place: Sequence[int], partners: list[tuple[Numbers, Numbers]], chosen: list[int]) -> None:
        pairs = [[at, *others[nth : nth + 1]] for at, (others, _), nth in zip(place, partners, chosen, strict=True)]
        corners = np.ix_(*[np.array(pair, np.int64) for pair in pairs])
        self.hidden[corners] = True
        self.safe[corners] = True
