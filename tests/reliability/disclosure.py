"""Small cells: of random tables with their sums, how many withheld cells can be worked out again.

Two judges that share nothing with the code: elimination over a prime field (a cell that linear solving finds has no
vector in the null space) and, for small tables, a search through all tables of whole numbers that agree.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from pingyi.disclosure import ALL, LEAST, withheld
from tests.reliability.figure import Figure

PRIME = (1 << 61) - 1
SEARCHED, VISITED = 14, 200_000
"""Unknown numbers up to which all tables are searched, and steps of a search."""

Key = tuple[str, ...]
Equation = tuple[dict[Key, int], int]


@dataclass(frozen=True)
class Table:
    """inner: raters by words. summed: axes with known sums. unseen: cells and sums that stand in no document."""

    inner: dict[Key, int]
    summed: tuple[bool, ...]
    unseen: frozenset[Key]

    @property
    def every(self) -> dict[Key, int]:
        """Cells and sums."""
        found: dict[Key, int] = {}
        for key, number in self.inner.items():
            for sums in product(*[(False, True) if has else (False,) for has in self.summed]):
                at = tuple(ALL if sum_ else word for word, sum_ in zip(key, sums, strict=True))
                found[at] = found.get(at, 0) + number
        return found


def random_table(seed: int, biggest: int) -> Table:
    """A table of one to four axes with holes, small cells and empty ones."""
    dice = random.Random(seed)
    axes = dice.randint(1, 4)
    sizes = [dice.randint(1, biggest) for _ in range(axes)]
    words = [[f"{chr(97 + axis)}{word}" for word in range(size)] for axis, size in enumerate(sizes)]
    most = dice.choice([3, 6, 12, 60])
    keys = [key for key in product(*words) if dice.random() < 0.9] or [tuple(own[0] for own in words)]
    inner = {key: dice.choice([0, dice.randint(1, 4), dice.randint(0, most)]) for key in keys}
    summed = tuple(dice.random() < 0.8 for _ in range(axes))
    whole = Table(inner, summed, frozenset())
    unseen = frozenset(key for key in whole.every if dice.random() < dice.choice([0, 0, 0.2]))
    return Table(inner, summed, unseen)


def equations(table: Table, unknown: set[Key]) -> list[Equation]:
    """What is known of the unknown numbers: along each summed axis the words come to their sum."""
    every, found = table.every, []
    for axis in (axis for axis, has in enumerate(table.summed) if has):
        for whole in (key for key in every if key[axis] == ALL):
            parts = {key: 1 for key in every if key[axis] != ALL and key[:axis] == whole[:axis]
                     and key[axis + 1 :] == whole[axis + 1 :]} | {whole: -1}  # fmt: skip
            known = sum(sign * every[key] for key, sign in parts.items() if key not in unknown)
            left = {key: sign for key, sign in parts.items() if key in unknown}
            found += [(left, -known)] if left else []
    return found


def solved(table: Table, unknown: set[Key]) -> set[Key]:
    """The unknown numbers that linear solving finds: those whose row of the reduced equations names nothing else."""
    order = sorted(unknown)
    rows = [[left.get(key, 0) % PRIME for key in order] for left, _ in equations(table, unknown)]
    pivots = 0
    for column in range(len(order)):
        found = next((row for row in range(pivots, len(rows)) if rows[row][column]), None)
        if found is None:
            continue
        rows[pivots], rows[found] = rows[found], rows[pivots]
        inverse = pow(rows[pivots][column], -1, PRIME)
        rows[pivots] = [value * inverse % PRIME for value in rows[pivots]]
        for row in range(len(rows)):
            factor = rows[row][column]
            if row != pivots and factor:
                rows[row] = [(a - factor * b) % PRIME for a, b in zip(rows[row], rows[pivots], strict=True)]
        pivots += 1
    alone = [[at for at, value in enumerate(row) if value] for row in rows[:pivots]]
    return {order[at[0]] for at in alone if len(at) == 1}


def values(table: Table, unknown: set[Key], most: int) -> dict[Key, set[int]]:
    """Of each unknown number the values it has in some table that agrees, none above `most`."""
    order, rules = sorted(unknown), equations(table, unknown)
    found: dict[Key, set[int]] = {key: set() for key in order}
    steps = [0]

    def fits(given: dict[Key, int]) -> bool:
        for left, right in rules:
            rest = right - sum(sign * given[key] for key, sign in left.items() if key in given)
            free = [sign for key, sign in left.items() if key not in given]
            low, high = sum(most * min(sign, 0) for sign in free), sum(most * max(sign, 0) for sign in free)
            if not low <= rest <= high:
                return False
        return True

    def search(at: int, given: dict[Key, int]) -> None:
        steps[0] += 1
        if steps[0] > VISITED or not fits(given):
            return
        if at == len(order):
            for key, value in given.items():
                found[key].add(value)
            return
        for value in range(most + 1):
            search(at + 1, given | {order[at]: value})

    search(0, {})
    return found if steps[0] <= VISITED else {}


def tried(seeds: range, biggest: int) -> Iterator[tuple[int, Table, frozenset[Key]]]:
    """Random tables with what is withheld of them."""
    for seed in seeds:
        table = random_table(seed, biggest)
        yield seed, table, withheld(table.inner, table.summed, lambda key, table=table: key not in table.unseen)


def figures(full: bool) -> Iterator[Figure]:
    """Linear solving on tables of all sizes; every whole number on small ones."""
    many, goal = (1000, 1000) if full else (60, 1000)
    wrong, cells = [], 0
    for seed, table, hidden in tried(range(many), 6 if full else 4):
        cells += len(hidden)
        small = {key for key, number in table.every.items() if 0 < number < LEAST and key not in table.unseen}
        found = solved(table, set(hidden | table.unseen)) & hidden
        wrong += [f"table {seed}: {key} is recovered" for key in sorted(found)]
        wrong += [f"table {seed}: {key} is shown" for key in sorted(small - hidden)]
    said = f"{cells} cells and sums withheld"
    yield Figure("withheld cells found by linear solving", many, goal, wrong, said=said)
    wrong, counted = [], 0
    for seed, table, hidden in tried(range(10_000, 10_000 + (600 if full else 100)), 3):
        unknown = set(hidden | table.unseen)
        if not hidden or len(unknown) > SEARCHED or max(table.every[key] for key in unknown) > 9:
            continue
        seen = values(table, unknown, max(table.every[key] for key in unknown) + 2)
        counted += bool(seen)
        wrong += [f"table {seed}: {key} is {own}" for key, own in seen.items() if key in hidden and len(own) < 2]
    yield Figure("withheld cells with one value among all tables of whole numbers", counted, 30, wrong)
