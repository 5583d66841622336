"""Lists: who may enter, how many, what a tie at the cut does, who stays; and lists that were decided."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import ceil, floor
from typing import Any

from tests.reference.campaign import Campaign, Tree, listed, true
from tests.reference.numbers import key, number, optional, rounded
from tests.reference.ranking import Ranking, decided
from tests.reference.tree import Scores


@dataclass(frozen=True)
class Entry:
    """One unit of a list."""

    unit: str
    place: int
    direct: bool = False
    decided_by: str | None = None


class Lists:
    """Every list of a campaign. ranking: the standing of a name, worked out."""

    def __init__(self, known: Campaign, scores: Scores, ranking: Any) -> None:
        self.known, self.scores, self.ranking = known, scores, ranking
        self._found: dict[str, dict[str, Entry]] = {}
        self.entries = cache(self._entries)
        self.rivals = cache(self._rivals)

    # ------------------------------------------------------------ decisions

    def decision(self, name: str) -> dict[str, Any] | None:
        """The recorded decision of a list, as far as it is known on the day."""
        rows = [row for row in self.known.rows("decisions") if row["list"] == name]
        return {row["unit"]: true(row["decided"]) for row in rows} if rows else None

    def _entries(self, name: str) -> dict[str, Entry]:
        """The members of a list: as decided, or as proposed."""
        decided = self.decision(name)
        if decided is None:
            return self.proposed(name)
        rule = self.known.every_list[name]
        proposed = self.proposed(name)
        members = [unit for unit, on in decided.items() if on]
        direct = {unit for unit in members if unit in proposed and proposed[unit].direct}
        return self._placed(rule, self.ranking(rule["by"]), members, direct)

    def proposed(self, name: str) -> dict[str, Entry]:
        """The members of a list by today's facts."""
        if name not in self._found:
            self._found[name] = self._chosen(self.known.every_list[name])
        return self._found[name]

    # ------------------------------------------------------------ conditions

    def holds(
        self, when: Tree | None, unit: str, owner: str | None, drawn: dict[str, int] | None, own_year: bool
    ) -> bool:
        """Whether all conditions hold. owner: the list itself; drawn: places on it; own_year: its members are known."""
        row = self.known.units[unit]
        when = when or {}
        told = [self.known.fits(unit, when.get("units"))]
        for component, bounds in when.get("marks", {}).items():
            mark = self.scores.year(component).get(unit)
            told.append(mark is not None and mark.value is not None and _within(key(mark.value), bounds))
        if when.get("place"):
            told.append(bool(drawn) and unit in drawn and _within(Fraction(drawn[unit]), when["place"]))  # type: ignore[operator]
        if when.get("grade"):
            grades = {one["organ"]: one["grade"] for one in self.known.rows("grades")}
            told.append(grades.get(row.get("organ")) in listed(when["grade"]))
        if when.get("running"):
            told.append(self._runs(when["running"], unit, owner, own_year))
        return all(told)

    def _runs(self, running: Tree, unit: str, owner: str | None, own_year: bool) -> bool:
        name, years = running["list"], int(running["years"])
        past = self.known.years_on(name, unit)
        before = all(self.known.year - ago in past for ago in range(1, years))
        return before and (unit in self.entries(name) if name != owner else own_year)

    # ------------------------------------------------------------ the rule

    def is_vetoed(self, unit: str, name: str) -> bool:
        """M2, E14: a veto anywhere keeps a unit off every good list.

        The spec is silent on a leaf that exists only for units of a list: its vetoes are not known when that list, or
        one that it draws from, is made; they count for every other.
        """
        found = (
            id for id in self.known.components if self.known.kind(id) == "events" and not self._comes_before(name, id)
        )
        return any("veto" in mark.flags for id in found if (mark := self.scores.year(id).get(unit)))

    def _comes_before(self, name: str, leaf: str) -> bool:
        """Whether a list is needed to know for whom a leaf exists."""
        return name in self._needed(listed(self.known.components[leaf].get("listed")))

    def _needed(self, names: list[str]) -> set[str]:
        """These lists and all that they wait for."""
        found: set[str] = set()
        waiting = [name for name in names if name != "units"]
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found.add(name)
            rule = self.known.every_list[name]
            waiting += [
                one for one in [*listed(rule["from"]), *listed(rule.get("leave_out_direct_of"))] if one != "units"
            ]
            for when in (rule.get("when") or {}, rule.get("provided") or {}):
                waiting += listed((when.get("running") or {}).get("list"))
        return found

    def pool(self, rule: Tree) -> list[str]:
        """Who the list is drawn from, before any condition."""
        found = []
        for source in listed(rule["from"]):
            members = self.known.units if source == "units" else self.entries(source)
            found += [unit for unit in members if unit not in self.known.absent and unit not in found]
        return found

    def _chosen(self, rule: Tree) -> dict[str, Entry]:
        pool, ranking = self.pool(rule), self.ranking(rule["by"])
        eligible = self.rivals(rule["id"])
        direct = self._direct(rule) & set(eligible)
        inside = (rule.get("also") or {}).get("place") == "inside"
        chosen = set(direct)
        for group in {self.group(rule, unit) for unit in eligible}:
            here = [unit for unit in eligible if self.group(rule, unit) == group]
            seats = self._seats(rule, group, pool, here, ranking)
            if seats is not None and inside:
                seats = max(seats - sum(unit in direct for unit in here), 0)
            rivals = [unit for unit in here if unit in ranking.ranked and unit not in direct]
            for unit in rivals:
                better = sum(self._before(rule, ranking, other, unit) for other in rivals)
                if seats is None or better < seats:
                    chosen.add(unit)
        drawn = {unit: one.place for unit, one in self._placed(rule, ranking, [*chosen], direct).items()}
        provided = rule.get("provided")
        stays = [unit for unit in chosen if not provided or self.holds(provided, unit, rule["id"], drawn, True)]
        return self._placed(rule, ranking, stays, direct)

    def _rivals(self, name: str) -> list[str]:
        """Who may enter: of the pool, by the list's own conditions, barred by no other list (E14), not vetoed."""
        rule = self.known.every_list[name]
        eligible = [unit for unit in self.pool(rule) if self.holds(rule.get("when"), unit, rule["id"], None, True)]
        barred = {
            unit
            for name in listed(rule.get("leave_out_direct_of"))
            for unit, one in self.entries(name).items()
            if one.direct
        }
        good = str(rule.get("good", True)).lower() == "true"
        return [unit for unit in eligible if unit not in barred and not (good and self.is_vetoed(unit, rule["id"]))]

    def _direct(self, rule: Tree) -> set[str]:
        also = rule.get("also")
        if not also:
            return set()
        year = self.known.year - int(also.get("years_ago", 1))
        return {unit for unit in self.known.units if year in self.known.years_on(also["listed"], unit)}

    def _before(self, rule: Tree, ranking: Ranking, one: str, other: str) -> bool:
        mine, theirs = ranking.ranked[one].order, ranking.ranked[other].order
        return mine > theirs if rule["side"] == "bottom" else mine < theirs

    def _placed(self, rule: Tree, ranking: Ranking, units: list[str], direct: set[str]) -> dict[str, Entry]:
        """Places among those on the list, within groups where the list has them; who has no total comes last."""
        found = {}
        for unit in units:
            same = [
                other for other in units if not rule.get("within") or self.group(rule, other) == self.group(rule, unit)
            ]
            ranked = [other for other in same if other in ranking.ranked]
            place = 1 + (
                sum(self._before(rule, ranking, other, unit) for other in ranked)
                if unit in ranking.ranked
                else len(ranked)
            )
            found[unit] = Entry(unit, place, unit in direct, self._decided(rule, ranking, unit))
        return found

    def _decided(self, rule: Tree, ranking: Ranking, unit: str) -> str | None:
        """What separates a ranked unit from those of equal total in the same group of the list (E16)."""
        if unit not in ranking.ranked:
            return None
        row = ranking.ranked[unit]
        rivals = [ranking.ranked[other] for other in self.rivals(rule["id"]) if other in ranking.ranked]
        equal = [
            other
            for other in rivals
            if self.group(rule, other.unit) == self.group(rule, unit) and other.before[0] == row.before[0]
        ]
        return decided(equal, row, ranking.by_lot, ranking.drawn)

    def group(self, rule: Tree, unit: str) -> str:
        """The share of the quota, or the group, that a unit belongs to."""
        row, quota = self.known.units[unit], rule.get("quota")
        if quota:
            value = row.get(quota["by"]) or ""
            if value in quota["take"]:
                return f"take:{value}"
            return f"rest:{row.get(quota['rest_by']) or ''}" if quota.get("rest_by") else "rest"
        return "·".join((row.get(column) or "") for column in sorted(listed(rule.get("within"))))

    def _seats(self, rule: Tree, group: str, pool: list[str], here: list[str], ranking: Ranking) -> int | None:
        quota, share = rule.get("quota"), rule.get("share")
        if quota:
            if group.startswith("take:"):
                return int(quota["take"][group[5:]])
            if quota.get("rest") is None:
                return 0
            return self._apportioned(rule, pool).get(group, 0) if quota.get("rest_by") else int(quota["rest"])
        if share is not None:
            said = share if isinstance(share, dict) else {"part": share}
            counted = [unit for unit in here if unit in ranking.ranked]
            if said.get("of") == "pool":
                counted = [unit for unit in pool if self.group(rule, unit) == group]
            return _whole(number(said["part"]) * len(counted), said.get("round", "down"))
        return None if rule.get("take") is None else int(rule["take"])

    def _apportioned(self, rule: Tree, pool: list[str]) -> dict[str, int]:
        """What is left of the seats, by the largest remainder over the pool."""
        units: dict[str, int] = {}
        for unit in pool:
            group = self.group(rule, unit)
            if group.startswith("rest:"):
                units[group] = units.get(group, 0) + 1
        rest, total = int(rule["quota"]["rest"]), sum(units.values())
        seats = {group: many * rest // total for group, many in units.items()}
        order = self.known.tree["units"]["categories"]

        def turn(group: str) -> Any:
            value = group[5:]
            return (
                -(units[group] * rest % total),
                -units[group],
                order.index(value) if value in order else len(order),
                value,
            )

        for group in sorted(units, key=turn)[: rest - sum(seats.values())]:
            seats[group] += 1
        return seats


def _whole(value: Fraction, how: str) -> int:
    if how == "up":
        return ceil(value)
    return floor(value) if how == "down" else int(rounded(value, 0))


def _within(value: Fraction, bounds: Tree) -> bool:
    low, below, above, up_to = (optional(bounds.get(name)) for name in ("from", "below", "above", "up_to"))
    return (
        (low is None or value >= low)
        and (below is None or value < below)
        and (above is None or value > above)
        and (up_to is None or value <= up_to)
    )
