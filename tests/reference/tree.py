"""Marks of components: conversions, cycles put together, nodes over their children."""

from fractions import Fraction
from functools import cache
from typing import Any

from tests.reference import conversions, counting, events, leaves
from tests.reference.campaign import LATE, NONE, Campaign, Cycle, Mark, Stopped, Tree, listed
from tests.reference.numbers import key, number

Marks = dict[str, Mark]
"""Marks by unit."""


class Scores:
    """The marks of every component. members: who is on a list that limits a component."""

    def __init__(self, known: Campaign, members: Any) -> None:
        self.known, self.members = known, members
        self.year = cache(self._year)
        self.cycle_marks = cache(self._cycle_marks)
        self.units = cache(self._units)
        self.is_vetoed = cache(self._is_vetoed)

    def _units(self, id: str) -> list[str]:
        """The units for which a component exists."""
        limits = listed(self.known.components[id].get("listed"))
        inside = [unit for unit in self.known.units if self.known.lies_in_scope(id, unit)]
        return [unit for unit in inside if not limits or any(unit in self.members(name) for name in limits)]

    # ------------------------------------------------------------ a component over the year

    def _year(self, id: str) -> Marks:
        """The year's marks of every unit for which the component exists."""
        one, units = self.known.components[id], self.units(id)
        together = self._together(id)
        if self.known.kind(id) == "node":
            together = {unit: self._with_once(id, unit, mark) for unit, mark in together.items()}
        marks = self._converted(id, together, one.get("convert", []))
        if self.known.kind(id) == "node":
            marks = {unit: self._with_bonus(id, unit, mark) for unit, mark in marks.items()}
        brought = counting.imports(self.known, id)
        for unit in units:
            if self.known.brings(id, unit):
                marks[unit] = Mark(brought[unit]) if unit in brought else NONE
            elif self._is_unmeasured(id, unit):
                full = self.known.full(id, unit) if one["unmeasured"] == "full" else None
                marks[unit] = Mark(full).flagged("unmeasured")
            if self.is_vetoed(id, unit):
                marks[unit] = NONE.flagged("veto")
        return {unit: _told(marks[unit]) for unit in units}

    def _is_unmeasured(self, id: str, unit: str) -> bool:
        said = self.known.components[id].get("unmeasured")
        return bool(said) and not leaves.is_measured(self.known, id, unit)

    def _is_vetoed(self, id: str, unit: str) -> bool:
        """A veto is a state of the unit and travels up, whatever policies stand on the way."""
        if self.known.kind(id) == "events":
            if self.known.brings(id, unit):
                return False
            return any(mark.flags == {"veto"} for mark in self.cycle_marks(id).get(unit, {}).values())
        parts = self.known.children(id)  # it passes through a node that does not exist for the unit
        there = [child for child in parts if self.known.kind(child) == "node" or unit in self.units(child)]
        return any(self.is_vetoed(child, unit) for child in there)

    def _working(self, id: str) -> list[str]:
        """Units that are scored from their own facts or parts."""
        return [unit for unit in self.units(id) if not self.known.brings(id, unit)]

    def _cycle_marks(self, id: str) -> dict[str, Marks]:
        """By unit and cycle, after the conversions of each cycle; cycles that have not begun have none."""
        raw = (
            self._of_children(id) if self.known.kind(id) == "node" else leaves.values(self.known, id, self._working(id))
        )
        silent = {unit for unit in raw if self._is_unmeasured(id, unit)}
        due = {cycle.id for cycle in self.known.due(id)} | ({""} if self.known.due(id) else set())
        for unit, cycles in raw.items():
            for cycle in cycles:
                if cycle not in due:
                    cycles[cycle] = LATE
                elif unit in silent:
                    cycles[cycle] = NONE.flagged("unmeasured")
        for cycle in {cycle for cycles in raw.values() for cycle in cycles}:
            here = {unit: cycles[cycle] for unit, cycles in raw.items()}
            for unit, mark in self._converted(id, here, self.known.components[id].get("each_cycle", [])).items():
                raw[unit][cycle] = mark
        return raw

    def _together(self, id: str) -> Marks:
        return {unit: self._combined(id, unit, cycles) for unit, cycles in self.cycle_marks(id).items()}

    def _combined(self, id: str, unit: str, cycles: Marks, within: Cycle | None = None) -> Mark:
        """The cycles put together, those that have begun, as the component says."""
        one = self.known.components[id]
        named = [cycle for cycle in self.known.cycles(id) if cycle.id in cycles]
        if within is not None:
            named = [cycle for cycle in named if within.start <= cycle.start and cycle.end <= within.end]
        order = [cycle.id for cycle in named] or ([""] if "" in cycles else [])
        due = [cycle for cycle in order if not cycles[cycle].late]
        if not due:
            return LATE
        flags = {flag for cycle in due for flag in cycles[cycle].flags} | (
            {"not_due"} if len(due) < len(order) else set()
        )
        marks = [(cycle, cycles[cycle].value) for cycle in due]
        have = [(cycle, value) for cycle, value in marks if value is not None]
        if self.known.kind(id) == "node" and len(have) < len(due) and "not_ranked" in flags:
            return NONE.flagged(*flags)
        if not have:
            return NONE.flagged(*flags, *(["missing"] if flags == {"not_due"} else []))
        how, policy = one.get("over_cycles", "sum"), one.get("cycle_missing", "left_out")
        if len(have) < len(due):
            flags |= {"cycle_missing"}
            if how in ("sum", "weights") or policy == "not_scored":
                return NONE.flagged(*flags)
            if policy == "zero":
                have = [(cycle, Fraction(0) if value is None else value) for cycle, value in marks]
        zeroed = self.known.kind(id) == "events" and events.emptied_for_the_year(self.known, id, unit)
        return Mark(None, frozenset(flags), zeroed).with_value(_combine(how, one.get("cycle_full", {}), have))

    # ------------------------------------------------------------ conversions

    def _converted(self, id: str, marks: Marks, steps: list[Tree]) -> Marks:
        """All steps in order; what is not known stays so."""
        for step in steps:
            marks = self._one_step(id, marks, step)
        return marks

    def _one_step(self, id: str, marks: Marks, step: Tree) -> Marks:
        (kind, rule), *_ = step.items()
        have = [mark.value for mark in marks.values() if mark.value is not None]
        if kind == "share_of_best" and have and key(max(have)) <= 0:
            raise Stopped(f"{id}: the best of a share is not positive")
        found = {}
        for unit, mark in marks.items():
            if mark.value is None:
                found[unit] = mark
                continue
            value = conversions.step(kind, rule, mark.value, have, self.known.units[unit])
            found[unit] = mark.with_value(value) if value is not None else NONE.flagged(*mark.flags, "below_steps")
        return found

    # ------------------------------------------------------------ nodes

    def _inside(self, id: str) -> list[str]:
        return [
            child
            for child in self.known.children(id)
            if str(self.known.components[child].get("outside")).lower() != "true"
        ]

    def _is_once(self, node: str, child: str) -> bool:
        """Whether a child is scored once in a node of several cycles."""
        pooled = (self.known.components[child].get("ratings") or {}).get("score_per") == "year"
        return len(self.known.cycles(node)) > 1 and (pooled or len(self.known.cycles(child)) == 1)

    def _of_children(self, id: str) -> dict[str, Marks]:
        """A node's own sum or mean in each of its cycles, children that are scored once left aside."""
        children = [child for child in self._inside(id) if not self._is_once(id, child)]
        several = len(self.known.cycles(id)) > 1
        units = self._working(id)
        found: dict[str, Marks] = {unit: {} for unit in units}
        for cycle in self.known.cycles(id):
            views = {child: self.view(child, cycle) if several else self.year(child) for child in children}
            for unit in units:
                vetoed = self.is_vetoed(id, unit)
                mark = NONE.flagged("veto") if vetoed else self._node(id, unit, views)
                found[unit][cycle.id if several else ""] = mark
        return found

    def view(self, id: str, cycle: Cycle) -> Marks:
        """A component as a node of several cycles sees it in one of them: its cycles within, then its conversions."""
        one = self.known.components[id]
        silent = {unit for unit in self._working(id) if self._is_unmeasured(id, unit)}
        together = {
            unit: NONE.flagged("unmeasured") if unit in silent else self._combined(id, unit, cycles, cycle)
            for unit, cycles in self.cycle_marks(id).items()
        }
        marks = self._converted(id, together, one.get("convert", []))
        for unit in silent:
            if one["unmeasured"] == "full":
                marks[unit] = Mark(self._full_within(id, unit, cycle)).flagged("unmeasured")
        return marks

    def _full_within(self, id: str, unit: str, cycle: Cycle) -> Fraction | None:
        """Full marks of the cycles within one of the node's."""
        inside = [one for one in self.known.cycles(id) if cycle.start <= one.start and one.end <= cycle.end]
        if self.known.components[id].get("over_cycles", "sum") == "sum" and self.known.components[id].get("cycle_full"):
            return sum((self.known.full_of_cycle(id, unit, one.id) or Fraction(0) for one in inside), Fraction(0))
        return self.known.full(id, unit)

    def _node(self, id: str, unit: str, views: dict[str, Marks]) -> Mark:
        """The children that exist for a unit, added or weighed; what is missing is treated as the node says."""
        one = self.known.components[id]
        here = {child: marks[unit] for child, marks in views.items() if unit in marks}
        late = {child for child, mark in here.items() if mark.late}
        if here and late == set(here):
            return LATE
        if not here:
            later = any(self._is_once(id, child) and unit in self.units(child) for child in self._inside(id))
            return Mark(Fraction(0)) if later else NONE
        policy, used = one.get("missing", "not_ranked"), {}
        for child, mark in here.items():
            used[child] = mark.value if mark.value is not None else self._filled(id, unit, child, policy, views[child])
        missing = any(mark.value is None for mark in here.values())
        present = {child: value for child, value in used.items() if value is not None}
        if self.weighs(id) and not any(self._weight(child, unit) for child in present):
            return NONE.flagged("not_ranked") if policy == "not_ranked" and missing else NONE
        if not present or (len(present) < len(here) and policy != "spread"):
            return NONE.flagged("not_ranked") if policy == "not_ranked" else NONE
        value = self._weighed(id, unit, here, present) if self.weighs(id) else self._added(unit, here, present)
        return Mark(value).flagged(*([policy] if missing else []))

    def weighs(self, id: str) -> bool:
        """Whether a node weighs its children."""
        return any(self.known.components[child].get("weight") is not None for child in self._inside(id))

    def _filled(self, id: str, unit: str, child: str, policy: str, marks: Marks) -> Fraction | None:
        """What stands in for a missing child."""
        if policy == "zero":
            return Fraction(0)
        if policy != "mean_of_group":
            return None
        category = self.known.units[unit].get("category") or ""
        alike = [other for other in self.units(id) if (self.known.units[other].get("category") or "") == category]
        have = [marks[other].value for other in alike if other in marks and marks[other].value is not None]
        return sum(have, Fraction(0)) / len(have) if have else None  # type: ignore[arg-type]

    def _added(self, unit: str, here: dict[str, Mark], present: dict[str, Fraction]) -> Fraction:
        summed = sum(present.values(), Fraction(0))
        if len(present) == len(here):
            return summed
        full = {child: self.known.full(child, unit) or Fraction(0) for child in here}
        return summed * sum(full.values(), Fraction(0)) / sum((full[child] for child in present), Fraction(0))

    def _weight(self, child: str, unit: str) -> Fraction:
        return self.known.of_category(self.known.components[child]["weight"], unit) or Fraction(0)

    def _weighed(self, id: str, unit: str, here: dict[str, Mark], present: dict[str, Fraction]) -> Fraction:
        """Weights weigh shares of full marks."""
        weight = {
            child: self.known.of_category(self.known.components[child]["weight"], unit) or Fraction(0) for child in here
        }
        whole = sum((weight[child] for child in present), Fraction(0))
        full = self.known.full(id, unit)
        if full is None:
            return sum((weight[child] * value for child, value in present.items()), Fraction(0)) / whole
        shares = {child: value / (self.known.full(child, unit) or Fraction(0)) for child, value in present.items()}
        return full * sum((weight[child] * share for child, share in shares.items()), Fraction(0)) / whole

    def _with_once(self, id: str, unit: str, mark: Mark) -> Mark:
        """Children that are scored once in a node of several cycles, added when the cycles are together."""
        policy = self.known.components[id].get("missing", "not_ranked")
        once = {child: self.year(child) for child in self._inside(id) if self._is_once(id, child)}
        own = {child: marks[unit].value for child, marks in once.items() if unit in marks}
        if mark.value is None or not own:
            return mark
        used = [
            self._filled(id, unit, child, policy, once[child]) if value is None else value
            for child, value in own.items()
        ]
        whole = None if None in used else sum((value for value in used if value is not None), mark.value)
        if None in own.values() and (whole is not None or policy == "not_ranked"):
            mark = mark.flagged(policy)
        return mark.with_value(whole)

    def _with_bonus(self, id: str, unit: str, mark: Mark) -> Mark:
        """Children outside the full marks, after the node's conversions; missing, they are nothing."""
        if mark.value is None:
            return mark
        outside = [child for child in self.known.children(id) if child not in self._inside(id)]
        marks = [self.year(child)[unit].value for child in outside if unit in self.units(child)]
        return mark.with_value(mark.value + sum((value for value in marks if value is not None), Fraction(0)))


def _told(mark: Mark) -> Mark:
    """A mark that is none says why; that the rest is not due says nothing of what is."""
    silent = mark.value is None and not mark.late and mark.flags <= {"not_due"}
    return mark.flagged("missing") if silent else mark


def _combine(how: str, weights: Tree, have: list[tuple[str, Fraction]]) -> Fraction:
    values = [value for _, value in have]
    if how == "mean":
        return sum(values, Fraction(0)) / len(values)
    if how == "best":
        return max(values)
    if how == "last":
        return values[-1]
    if how == "weights":
        return sum((value * number(weights[cycle]) for cycle, value in have), Fraction(0))
    return sum(values, Fraction(0))
