"""The votes of one leaf as documents may show them: which counts by unit, cycle, level, channel and group to keep.

Documents show the levels of a unit by cycle and item, its channels by cycle, its groups; and of all units together the
levels by cycle. Each is a table with its sums; what is withheld of a sum in one of them is withheld in all.
"""

from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from typing import Any

from pingyi.disclosure.cells import ALL, Key, withheld

Row = dict[str, Any]

LEVELS, CHANNELS, GROUPS, ASIDE = ("item", "level"), ("channel",), ("group",), ("item", "uncounted")
"""By what votes are taken apart beside unit and cycle; never by two of these at once, but items and their levels."""

TABLES: tuple[tuple[str, ...], ...] = (LEVELS, CHANNELS, GROUPS)


class Told:
    """One leaf's votes. rows: of the published table `tally`. counted: levels that have a value."""

    def __init__(self, rows: Collection[Row], counted: Collection[str], uncounted: Collection[str] = ()) -> None:
        self.rows = [row for row in rows if row["level"] in counted]
        self.aside = [row | {"uncounted": row["level"]} for row in rows if row["level"] in uncounted]
        self.levels, self.uncounted = tuple(counted), tuple(uncounted)

    def of(self, unit: str) -> list[Row]:
        """The rows of a unit; of levels that do not count too."""
        return self._by_unit.get(unit, [])

    @cached_property
    def _by_unit(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in [*self.rows, *self.aside]:
            found.setdefault(row["unit"], []).append(row)
        return found

    def level(self, unit: str, cycle: str, item: str, level: str) -> bool:
        """Whether a unit's votes of a level are shown; ALL stands for a sum."""
        return (unit, cycle, item, level) not in self._hidden[LEVELS]

    def left_out(self, unit: str, cycle: str, item: str, level: str) -> bool:
        """Whether a unit's votes of a level that does not count are shown."""
        return (unit, cycle, item, level) not in self._hidden_aside

    def channel(self, unit: str, cycle: str, channel: str) -> bool:
        """Whether a unit's votes of a channel are shown."""
        return (unit, cycle, channel) not in self._hidden[CHANNELS]

    def group(self, unit: str, group: str) -> bool:
        """Whether a unit's votes of a group are shown."""
        return (unit, ALL, group) not in self._hidden[GROUPS]

    def total(self, unit: str, cycle: str = ALL) -> bool:
        """Whether all votes of a unit, in a cycle or in all, are shown."""
        return (unit, cycle) not in self._totals

    def whole(self, unit: str) -> bool:
        """Whether nothing of a unit is withheld."""
        return unit not in self._touched

    def summed(self, unit: str) -> bool:
        """Whether every sum of a unit over levels is shown: all its cycles, and all groups of raters."""
        return unit not in self._units_without_sums

    @cached_property
    def _hidden(self) -> dict[tuple[str, ...], frozenset[Key]]:
        """What is withheld of each table; repeated until no sum is withheld in one and known from another."""
        totals: frozenset[Key] = frozenset()
        while True:
            found: dict[tuple[str, ...], frozenset[Key]] = {by: self._of(by, totals) for by in TABLES}
            more = totals | {key[:2] for keys in found.values() for key in keys if set(key[2:]) == {ALL}}
            if more == totals:
                return found
            totals = more

    def _of(self, by: tuple[str, ...], totals: frozenset[Key]) -> frozenset[Key]:
        votes = _filled(self.rows, by, self.levels if by == LEVELS else ())
        also = [(*pair, *[ALL] * len(by)) for pair in totals]
        return withheld(votes, [True] * (2 + len(by)), SHOWN[by], also)

    @cached_property
    def _hidden_aside(self) -> frozenset[Key]:
        return withheld(_filled(self.aside, ASIDE, ()), [True, True, True, False], SHOWN[ASIDE])

    @cached_property
    def _totals(self) -> frozenset[Key]:
        return frozenset(key[:2] for keys in self._hidden.values() for key in keys if set(key[2:]) == {ALL})

    @cached_property
    def _touched(self) -> frozenset[str]:
        every = [*self._hidden.values(), self._hidden_aside]
        return frozenset(key[0] for keys in every for key in keys)

    @cached_property
    def _units_without_sums(self) -> frozenset[str]:
        groups = {key[0] for key in self._hidden[GROUPS]}
        sums = {key[0] for key in self._hidden[LEVELS] if key[-1] == ALL}
        return frozenset(groups | sums | {unit for unit, _ in self._totals})

    def by_kind(self, kind: str) -> frozenset[Key]:
        """Cycles and words of a kind (channel, group, item; "" for none) whose levels of all units may be shown."""
        votes: dict[Key, int] = {}
        for row in [*self.rows, *self.aside]:
            at = (row["cycle"] or "", (kind and row[kind]) or "", row["level"])
            votes[at] = votes.get(at, 0) + row["votes"]
        lines, levels = {key[:2] for key in votes}, {key[2] for key in votes}
        full = {(*line, level): votes.get((*line, level), 0) for line in lines for level in levels}
        sums = (key for key in self._hidden[LEVELS] if key[0] == key[2] == ALL and key[1] != ALL)
        also = [(cycle, ALL, level) for _, cycle, _, level in sums if level in levels]
        hidden = {key[:2] for key in withheld(full, [False, True, True], also=also)}
        return frozenset(lines - hidden)


def _filled(rows: Collection[Row], by: Sequence[str], levels: Sequence[str]) -> dict[Key, int]:
    """Votes by unit, cycle and what else they are taken apart by; of a line that has votes, every level."""
    votes: dict[Key, int] = {}
    for row in rows:
        key = (row["unit"], row["cycle"] or "", *(row[name] or "" for name in by))
        votes[key] = votes.get(key, 0) + row["votes"]
    lines = {key[:-1] for key in votes} if levels else ()
    return {(*line, level): 0 for line in lines for level in levels} | votes


def _levels_shown(key: Key) -> bool:
    unit, cycle, item, level = key
    if unit == ALL:
        return True
    return item == level == ALL if cycle == ALL else item != ALL or level == ALL


SHOWN: dict[tuple[str, ...], Callable[[Key], bool]] = {
    LEVELS: _levels_shown,
    CHANNELS: lambda key: True,
    GROUPS: lambda key: ALL in (key[0], key[1]),
    ASIDE: lambda key: key[1] != ALL and (key[0] == ALL or key[2] != ALL),
}
"""Which cells and sums of each table stand in documents."""
