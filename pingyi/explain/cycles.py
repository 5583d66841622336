"""Marks of the cycles of a component, and how they are put together."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pingyi.explain.parts import Step
from pingyi.plan import Component, Plan
from pingyi.rules.formulas import marks


@dataclass(frozen=True, slots=True)
class Cycle:
    """One cycle's way to its marks; the last step is where it stands.

    quiet: nothing happened, no line needed. due: it has begun. held: a veto keeps conversions from lifting it above 0.
    """

    cycle: str
    steps: tuple[Step, ...]
    quiet: bool = False
    due: bool = True
    held: bool = False

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
    """The line that puts several cycles together, those that have begun; None where there is but one."""
    if len(cycles) < 2:
        return None
    due = [cycle for cycle in cycles if cycle.due]
    have = [(marks(cycle.value, cycle.cycle), cycle) for cycle in due if cycle.value is not None]
    silent = [cycle.cycle for cycle in due if cycle.value is None]
    whole = one.aggregation.needs_all or one.cycle_missing == "not_scored"
    if not have or (silent and whole):
        told = "有周期不计分，合计不成立" if have else "各周期都不计分" if due else "各周期都还没有开始"
        return Step("各周期合计", None, told)
    if silent and one.cycle_missing == "zero":
        have = [(marks(cycle.value or 0, cycle.cycle), cycle) for cycle in due]
    note = f"{'、'.join(silent)}没有得分，{_SILENT[one.cycle_missing]}" if silent else ""
    numbered = [(formula, one.cycle_full.get(cycle.cycle, Decimal(1))) for formula, cycle in have]
    return Step(one.aggregation.title, one.aggregation.formula(numbered), note)


_SILENT = {"left_out": "不计入", "zero": "计 0 分"}
"""What stands in for a cycle without marks."""
