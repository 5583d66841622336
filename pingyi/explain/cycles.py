"""Marks of the cycles of a component, and how they are put together."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pingyi.explain.formula import Formula, marks, number, product, quotient, rule, total
from pingyi.explain.parts import Step
from pingyi.plan import Component, Plan


@dataclass(frozen=True, slots=True)
class Cycle:
    """One cycle's way to its marks; the last step is where it stands. quiet: nothing happened, no line needed."""

    cycle: str
    steps: tuple[Step, ...]
    quiet: bool = False

    @property
    def value(self) -> Fraction | None:
        """Marks so far."""
        return self.steps[-1].value if self.steps else None


def label(*parts: str) -> str:
    """What a line is about: 半年度·服务态度."""
    return "·".join(part for part in parts if part)


def places(plan: Plan, one: Component) -> dict[str, int]:
    """The order of a component's cycles; what is pooled over all of them comes first."""
    return {"": -1} | {cycle.id: place for place, cycle in enumerate(plan.cycles[one.per])}


def combined(plan: Plan, one: Component, cycles: list[Cycle]) -> Step | None:
    """The line that puts several cycles together; None where there is but one."""
    if len(cycles) < 2:
        return None
    have = [(marks(cycle.value, cycle.cycle), cycle) for cycle in cycles if cycle.value is not None]
    if not have or (one.over_cycles in ("sum", "weights") and len(have) < len(cycles)):
        return Step("各周期合计", None, "有周期不计分，合计不成立" if have else "各周期都不计分")
    return Step(_NAMES[one.over_cycles], _combine(one, have))


_NAMES = {
    "sum": "各周期相加",
    "mean": "各周期平均",
    "weights": "各周期加权",
    "last": "取最后一个周期",
    "best": "取最高的周期",
}


def _combine(one: Component, have: list[tuple[Formula, Cycle]]) -> Formula:
    shown = [formula for formula, _ in have]
    match one.over_cycles:
        case "mean":
            return quotient(total(shown), number(len(shown), str(len(shown))))
        case "weights":
            return total(product(f, rule(one.cycle_full.get(cycle.cycle, Decimal(1)))) for f, cycle in have)
        case "last":
            return shown[-1]
        case "best":
            return max(shown, key=lambda formula: formula.value)
    return total(shown)
