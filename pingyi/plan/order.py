"""In which order the parts of a plan are evaluated.

A component waits for its children and for the lists it is limited to; a standing for its components; a list for its
standing, for the lists it draws from or asks after, and, where it is a good one, for every veto that could keep a unit
off it. What waits for nothing has turn 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from pingyi.rules.base import Found, Inconsistency

if TYPE_CHECKING:
    from pingyi.plan import Component, ListRule, Plan
    from pingyi.plan.ranking import Standing

Thing = tuple[str, str]
"""("component" | "standing" | "list", id)."""

KINDS = ("component", "standing", "list")
"""The order within a turn."""

MARKS, SHORTLIST, STANDING = "marks", "shortlist", "standing"
STAGES = (MARKS, SHORTLIST, STANDING)
"""The stages in which turns are taken, in their order."""


@dataclass(frozen=True)
class Order:
    """Turn and stage of every component, standing and list of a plan."""

    plan: Plan

    @cached_property
    def waits(self) -> dict[Thing, set[Thing]]:
        """What each thing waits for."""
        waits = (
            {("component", one.id): _component_waits(one) for one in self.plan.components}
            | {("standing", one.id): _standing_waits(one) for one in self.plan.standings}
            | {("list", one.id): _list_waits(one) for one in self.plan.every_list}
        )
        for rule in self.plan.every_list:
            if rule.good:
                _wait_for_vetoes(waits, ("list", rule.id), self.plan)
        return waits

    @cached_property
    def circle(self) -> list[Thing]:
        """Things that wait for each other; empty in a sound plan."""
        try:
            TopologicalSorter(self.waits).prepare()
        except CycleError as error:
            return list(error.args[1])
        return []

    @cached_property
    def depths(self) -> dict[Thing, int]:
        """How many things each waits for one after the other, itself included."""
        depths: dict[Thing, int] = {}
        for thing in TopologicalSorter(self.waits).static_order():
            depths[thing] = 1 + max((depths[other] for other in self.waits.get(thing, ())), default=0)
        return depths

    @cached_property
    def turns(self) -> dict[Thing, int]:
        """The turn of each thing, from 1: no two stages share one."""
        steps = {thing: (STAGES.index(self.stages[thing]), self.depths[thing]) for thing in self.waits}
        numbers = {step: nth for nth, step in enumerate(sorted(set(steps.values())), start=1)}
        return {thing: numbers[step] for thing, step in steps.items()}

    @cached_property
    def stages(self) -> dict[Thing, str]:
        """The stage of each thing: marks need no list; shortlists and what they rank by; all the rest."""
        shortlisted = _with_needs(self.waits, {("list", one.id) for one in self.plan.shortlists})
        return {thing: self._stage_of(thing, shortlisted) for thing in self.waits}

    def _stage_of(self, thing: Thing, shortlisted: set[Thing]) -> str:
        if thing[0] == "component" and not any(need[0] == "list" for need in _with_needs(self.waits, {thing})):
            return MARKS
        return SHORTLIST if thing in shortlisted else STANDING

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
    conditions = (rule.when, rule.provided)
    lists = {one for one in (*rule.pool, *rule.leave_out_direct_of) if one != "units"}
    lists |= {one.running.list_ for one in conditions if one.running} - {rule.id}
    marks = {("component", one) for condition in conditions for one in condition.marks}
    return {("standing", rule.by)} | {("list", one) for one in lists} | marks


def _wait_for_vetoes(waits: dict[Thing, set[Thing]], rule: Thing, plan: Plan) -> None:
    """Let a list wait for leaves whose vetoes keep units off it, but for those that wait for the list themselves."""
    for one in plan.components:
        leaf = ("component", one.id)
        vetoes = one.events and any(item.veto == "not_ranked" for item in one.events.items.values())
        if vetoes and rule not in _with_needs(waits, {leaf}):
            waits[rule].add(leaf)


def _with_needs(waits: dict[Thing, set[Thing]], things: set[Thing]) -> set[Thing]:
    """These things, what they wait for, what that waits for, and so on."""
    found, waiting = set(things), list(things)
    while waiting:
        fresh = waits.get(waiting.pop(), set()) - found
        found |= fresh
        waiting.extend(fresh)
    return found


def nothing_waits_for_itself(plan: Plan) -> Found:
    circle = Order(plan).circle
    if circle:
        wanted = "互相等待，无法先后计算：" + " → ".join(id for _, id in circle)
        yield Inconsistency("components", circle[0][1], wanted)
