"""In which order the parts of a plan are evaluated.

A component waits for its children and for the lists it is limited to; a standing for its components; a list for its
standing and for the lists it draws from. What waits for nothing has turn 1.
"""

from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from pingyi.plan import Component, ListRule, Plan
from pingyi.plan.results import Standing

Thing = tuple[str, str]
"""("component" | "standing" | "list", id)."""

KINDS = ("component", "standing", "list")
"""The order within a turn."""

MARKS, SHORTLIST, STANDING = "marks", "shortlist", "standing"
"""The stages in which turns are taken."""


@dataclass(frozen=True)
class Order:
    """Turn and stage of every component, standing and list of a plan."""

    plan: Plan

    @cached_property
    def waits(self) -> dict[Thing, set[Thing]]:
        """What each thing waits for."""
        return (
            {("component", one.id): _component_waits(one) for one in self.plan.components}
            | {("standing", one.id): _standing_waits(one) for one in self.plan.standings}
            | {("list", one.id): _list_waits(one) for one in self.plan.every_list}
        )

    @cached_property
    def circle(self) -> list[Thing]:
        """Things that wait for each other; empty in a sound plan."""
        try:
            TopologicalSorter(self.waits).prepare()
        except CycleError as error:
            return list(error.args[1])
        return []

    @cached_property
    def turns(self) -> dict[Thing, int]:
        """The turn of each thing, from 1."""
        turns: dict[Thing, int] = {}
        for thing in TopologicalSorter(self.waits).static_order():
            turns[thing] = 1 + max((turns[other] for other in self.waits.get(thing, ())), default=0)
        return turns

    @cached_property
    def stages(self) -> dict[Thing, str]:
        """The stage of each thing: marks need no list; shortlists and what they rank by; all the rest."""
        shortlisted = self._with_needs({("list", one.id) for one in self.plan.shortlists})
        return {thing: self._stage(thing, shortlisted) for thing in self.waits}

    def _stage(self, thing: Thing, shortlisted: set[Thing]) -> str:
        if thing[0] == "component" and not any(need[0] == "list" for need in self._with_needs({thing})):
            return MARKS
        return SHORTLIST if thing in shortlisted else STANDING

    def _with_needs(self, things: set[Thing]) -> set[Thing]:
        found, waiting = set(things), list(things)
        while waiting:
            fresh = self.waits.get(waiting.pop(), set()) - found
            found |= fresh
            waiting.extend(fresh)
        return found

    def of_stage(self, stage: str) -> list[tuple[int, str, str]]:
        """(turn, kind, id) of all things of a stage, in the order of evaluation."""
        chosen = [(self.turns[thing], *thing) for thing in self.waits if self.stages[thing] == stage]
        return sorted(chosen, key=lambda one: (one[0], KINDS.index(one[1])))


def _component_waits(component: Component) -> set[Thing]:
    return {("component", child) for child in component.of} | {("list", one) for one in component.listed}


def _standing_waits(standing: Standing) -> set[Thing]:
    ties = [tie for tie in standing.keys if isinstance(tie, str)]
    return {("component", one) for one in [standing.of, *ties]}


def _list_waits(rule: ListRule) -> set[Thing]:
    pools = {("list", one) for one in rule.pool if one != "units"}
    marks = {("component", one) for condition in (rule.when, rule.provided) for one in condition.marks}
    return {("standing", rule.by)} | pools | marks
