"""What an outsider can work out of what documents print: linear programming over all votes that may be.

Unknown are the votes of each unit by cycle, group, channel, item and level, as numbers from 0 on. Known are the sums
and rates that documents print, and the marks of every unit (its rate by cycle, exactly; where groups or items are
weighed, the weighed rate, as far as the sums are known that make it linear). Nobody is told which rule withholds what.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, vstack

from pingyi.plan.ratings import Ratings
from pingyi.results.result_tables import ResultTables
from pingyi.rules.base import of_category
from tests.outside.reading import Printed, Sum, named

DIMENSIONS = ("cycle", "group", "channel", "item")
FEW = 5
MOVED = 1e-3
"""A number that moves by less counts as worked out: the solver is exact to about a ten-millionth."""

ROUNDS = 12
"""So often everything is pushed at random before numbers are tried one by one."""

Cell = tuple[str, tuple[str, ...], str]
Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Range:
    """A withheld number as an outsider knows it."""

    name: Sum
    truth: int
    low: float
    high: float

    @property
    def width(self) -> float:
        """How far apart two values are that it may have."""
        return self.high - self.low

    def __str__(self) -> str:
        words = " ".join(word for _, word in sorted(self.name[1]))
        return f"{self.name[0]} {words} = {self.truth}: {self.low:.3f} to {self.high:.3f}"


class Leaf:
    """One leaf's unknown votes, and the equations that its documents give."""

    def __init__(self, book: ResultTables, id: str, found: Printed) -> None:
        """Look at a leaf; the truth is used for what marks and rates come to, and to name what is withheld."""
        rule = book.plan.component(id).ratings
        assert rule is not None
        self.book, self.id, self.rule, self.found = book, id, rule, found
        rows = book.published("tally").filter(component=id).fill_null("").to_dicts()
        self.units = sorted({row["unit"] for row in rows})
        words = [sorted({row[name] for row in rows}) for name in DIMENSIONS]
        self.words = dict(zip(DIMENSIONS, words, strict=True))
        self.cells: list[Cell] = [*product(self.units, product(*words), rule.levels)]
        at = {cell: place for place, cell in enumerate(self.cells)}
        self.truth = np.zeros(len(self.cells))
        for row in rows:
            self.truth[at[row["unit"], tuple(row[name] for name in DIMENSIONS), row["level"]]] += row["votes"]
        self.worth = {level: float(value / rule.out_of) for level, value in rule.levels.items() if value is not None}
        frame = {
            name: np.array([self._word(cell, name) for cell in self.cells])
            for name in ("unit", "kind", "level", *DIMENSIONS)
        }
        self.flags = {name: {str(word): own == word for word in set(own.tolist())} for name, own in frame.items()}
        self.nowhere = np.zeros(len(self.cells), np.bool_)
        self.counted = np.isin(frame["level"], [*self.worth])
        self.values = np.array([self.worth.get(level, 0.0) for _, _, level in self.cells])

    def _word(self, cell: Cell, name: str) -> str:
        unit, words, level = cell
        one = {"unit": unit, "kind": self.book.unit_kinds[unit], "level": level}
        return one[name] if name in one else words[DIMENSIONS.index(name)]

    def where(self, name: Sum) -> npt.NDArray[np.bool_]:
        """The cells of a sum."""
        words = dict(name[1])
        flags = np.ones(len(self.cells), np.bool_) if "level" in words else self.counted.copy()
        for kind, word in words.items():
            flags &= self.flags[kind].get(word, self.nowhere)
        return flags

    def value(self, name: Sum) -> int:
        """What a sum truly comes to."""
        return round(float(self.truth @ self.where(name)))

    def equations(self, *, marks: bool = True) -> Iterator[tuple[Vector, float]]:
        """All that is known; without marks and rates, what is known of numbers of votes alone."""
        for name, number in self.found.numbers.items():
            if name[0] == self.id:
                yield self.where(name).astype(float), float(number)
        for ids, number in self.found.whole:
            if ids == (self.id,):
                yield np.ones(len(self.cells)), float(number)
        if marks:
            yield from self._worths()

    def _worths(self) -> Iterator[tuple[Vector, float]]:
        """What rates and marks say."""
        for name in self.found.rates:
            if name[0] == self.id:
                yield self._rate(self.where(name)), 0.0
        for unit, cycle in product(self.units, [None] if self.rule.score_per == "year" else self.words["cycle"]):
            yield from self._marks(named(self.id, unit=unit, cycle=cycle))

    def _rate(self, flags: npt.NDArray[np.bool_]) -> Vector:
        own = flags & self.counted
        given = (self.truth * own).sum()
        rate = (self.truth * own * self.values).sum() / given if given else 0.0
        return own * (self.values - rate) if given else np.zeros(len(self.cells))

    def _marks(self, name: Sum) -> Iterator[tuple[Vector, float]]:
        """What a unit's marks say: of weighed groups and items only where every sum that they share is known."""
        rule, flags = self.rule, self.where(name)
        kinds = [kind for kind, own in (("group", rule.groups), ("item", rule.items)) if weighed(own)]
        if not kinds:
            yield self._rate(flags), 0.0
            return
        category = self.book.published("roster").filter(unit=dict(name[1])["unit"])["category"][0] or ""
        found, vector = {}, np.zeros(len(self.cells))
        for words in product(*(self.words[kind] for kind in kinds)):
            part = (name[0], name[1] | frozenset(zip(kinds, words, strict=True)))
            number = self.value(part)
            if number and self._known(part) is None:
                return
            found[words] = number
        for words, number in found.items():
            if number:
                share = self._share(rule, dict(zip(kinds, words, strict=True)), found, kinds, category)
                part = self.where((name[0], name[1] | frozenset(zip(kinds, words, strict=True))))
                vector += share / number * part * self.values
        yield vector, float(vector @ self.truth)

    def _known(self, name: Sum) -> int | None:
        """A sum that stands somewhere, perhaps under fewer words where a word is the only one."""
        same = {key: number for key, number in self.found.numbers.items() if key[0] == self.id}
        flags = self.where(name)
        return next((number for key, number in same.items() if (self.where(key) == flags).all()), None)

    def _share(
        self, rule: Ratings, words: dict[str, str], found: dict[tuple[str, ...], int], kinds: list[str], category: str
    ) -> float:
        group = of_category(rule.groups.get(words.get("group", ""), 1), category) if "group" in words else 1
        item, whole = 1.0, 1.0
        if "item" in words:
            heard = [dict(zip(kinds, one, strict=True)) for one, number in found.items() if number]
            heard = [one for one in heard if one.get("group") == words.get("group")]
            item = float(rule.items.get(words["item"]) or 0)
            whole = sum(float(rule.items.get(one["item"]) or 0) for one in heard) or 1.0
        return float(group or 0) * item / whole

    def withheld(self) -> list[Sum]:
        """Numbers that are withheld: that say so, small ones that stand nowhere, and breakdowns left out as a whole."""
        found = {self._plain(name) for name in self.found.gone if name[0] == self.id}
        by = [(), *((one,) for one in DIMENSIONS), ("cycle", "channel"), ("cycle", "item")]
        known = {self._plain(name) for name in self.found.numbers if name[0] == self.id}
        for unit, dimensions in product(self.units, by):
            sums = [self._named(unit, dimensions, words) for words in product(*(self.words[one] for one in dimensions))]
            here = [name for name in map(self._plain, sums) if self.value(name)]
            left_out = len(dimensions) == 1 and len(here) > 1 and not known & {*here}
            found |= {name for name in here if name not in known and (left_out or self.value(name) < FEW)}
            if len(dimensions) < 2:
                levels = [self._plain((name[0], name[1] | {("level", level)})) for name in sums for level in self.worth]
                found |= {name for name in levels if name not in known and 0 < self.value(name) < FEW}
        return sorted(found - known, key=str)

    def _named(self, unit: str, dimensions: tuple[str, ...], words: tuple[str, ...]) -> Sum:
        return named(self.id, unit=unit, **dict(zip(dimensions, words, strict=True)))

    def _plain(self, name: Sum) -> Sum:
        """The name without words that are the only ones of their kind in the leaf."""
        return name[0], frozenset((kind, word) for kind, word in name[1] if len(self.words.get(kind, "··")) > 1)

    def ranges(self, names: Iterable[Sum], *, marks: bool = True, wide: float = MOVED) -> list[Range]:
        """Two values that each withheld number may have: as far apart as `wide`, or else the lowest and the highest.

        marks: whether the outsider knows rates and marks, too.
        """
        rows = [(csr_matrix(vector), right) for vector, right in self.equations(marks=marks) if vector.any()]
        matrix = vstack([csr_matrix(np.zeros((0, len(self.cells)))), *(vector for vector, _ in rows)], "csr")
        right = np.array([right for _, right in rows])
        assert np.abs(matrix @ self.truth - right).max(initial=0) < 1e-6, "documents print what is not so"
        names = list(names)
        none = csr_matrix(np.zeros((0, len(self.cells))))
        targets = vstack([none, *(csr_matrix(self.where(name).astype(float)) for name in names)], "csr")
        low = high = targets @ self.truth
        dice = np.random.default_rng(1)
        for _ in range(ROUNDS):
            stuck = high - low <= wide
            if not stuck.any():
                break
            aim = targets.T @ (dice.choice([-1, 1], len(names)) * stuck)
            low, high = _wider(low, high, targets @ self._solved(aim, matrix, right))
        for nth, sign in product(np.nonzero(high - low <= wide)[0], (1, -1)):
            if high[nth] - low[nth] <= wide:
                low, high = _wider(low, high, targets @ self._solved(sign * targets[nth].toarray()[0], matrix, right))
        return [Range(*one) for one in zip(names, map(self.value, names), low, high, strict=True)]

    def _solved(self, aim: Vector, matrix: csr_matrix, right: Vector) -> Vector:
        """A table that agrees with everything that is known and lies far out in one direction."""
        most = 2 * float(self.truth.sum()) + FEW  # for the solver; a printed total is an equation
        found = linprog(aim, A_eq=matrix, b_eq=right, bounds=(0, most), method="highs")
        assert found.status == 0, found.message
        solution: Vector = found.x
        return solution


def _wider(low: Vector, high: Vector, values: Vector) -> tuple[Vector, Vector]:
    return np.minimum(low, values), np.maximum(high, values)


def weighed(names: dict[str, object]) -> bool:
    """Whether the plan weighs what it names."""
    return any(weight is not None for weight in names.values())


def leaves(book: ResultTables, found: Printed) -> list[Leaf]:
    """All leaves with votes."""
    rated = [one.id for one in book.plan.components if one.ratings]
    return [leaf for leaf in (Leaf(book, id, found) for id in rated) if leaf.units]
