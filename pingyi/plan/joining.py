"""How a component's marks come into the node above it, and into which of the node's cycles its own cycles fall."""

from typing import Literal

from pingyi.plan import Component, Plan
from pingyi.plan.time import Cycle

Joins = Literal["year", "cycle", "once", "outside"]


def joins(plan: Plan, node: Component, child: Component) -> Joins:
    """How a child comes into a node.

    year: with its marks of the year, in a node that is evaluated once. cycle: in each of the node's cycles with what it
    earned in it. once: with its marks of the year, added when the node's cycles are combined. outside: with its marks
    of the year, added when the node is converted.
    """
    if child.outside:
        return "outside"
    if len(plan.cycles[node.per]) == 1:
        return "year"
    return "once" if is_once(plan, child) else "cycle"


def is_once(plan: Plan, one: Component) -> bool:
    """Whether a component has one value for the year."""
    return len(scored_cycles(plan, one)) == 1


def children_join(plan: Plan, node: Component) -> list[Joins]:
    """How each child of a node comes into it."""
    return [joins(plan, node, plan.component(child)) for child in node.of]


def scored_cycles(plan: Plan, one: Component) -> list[str]:
    """The cycles in which a component is scored; the empty name where it is scored once.

    A leaf of one cycle keeps its name; a node of one cycle, and votes that are pooled over the year, have none.
    """
    cycles = [cycle.id for cycle in plan.cycles[one.per]]
    pooled = one.ratings is not None and one.ratings.score_per == "year"
    return [""] if pooled or (one.of and len(cycles) == 1) else cycles


def containing(plan: Plan, node: Component, cycle: Cycle) -> list[str]:
    """The node's cycles that hold the whole of a child's cycle: one, in a sound plan."""
    return [one.id for one in plan.cycles[node.per] if one.start <= cycle.start and cycle.end <= one.end]
