"""What conversions make of marks, step by step: the formula of each kind, with what it stands on in this review."""

from dataclasses import dataclass
from fractions import Fraction

from pingyi.common import wording
from pingyi.common.wording import Numeric
from pingyi.explain.parts import Step
from pingyi.explain.tables import Tables
from pingyi.plan import Component
from pingyi.rules.formulas import Formula, from_atoms, marks, number, plan_number, share


@dataclass(frozen=True, slots=True)
class Conversion:
    """A conversion of one unit's marks: in which phase, cycle and step. is_rate: what it begins with is a rate."""

    tables: Tables
    component: str
    unit: str
    phase: str
    cycle: str
    step: int
    is_rate: bool

    def others(self) -> list[Fraction]:
        """What it begins with for all units."""
        rows = self.tables.conversions.get((self.component, self.phase, self.step, self.cycle), [])
        return [value for row in rows if (value := from_atoms(row["before"])) is not None]

    def show(self, value: Numeric) -> str:
        """A value as it is shown: a rate as per cent, marks with two decimals."""
        return share(value).text if self.is_rate else wording.shown(value)

    def column(self, name: str) -> Formula:
        """The number in a roster column of the unit."""
        title = self.tables.plan.units.columns.get(name, name)
        return plan_number(Fraction(self.tables.traits[self.unit, name]), title)


def conversion_steps(
    tables: Tables, one: Component, unit: str, *, phase: str, cycle: str, begun: Step | None, name: str, held: bool
) -> list[Step]:
    """The lines of a component's conversions in one phase, from the step that stands before them.

    held: a veto keeps every one of them from lifting the marks above zero.
    """
    found: list[Step] = []
    for place, convert in enumerate(one.each_cycle if phase == "cycle" else one.convert):
        before, rule = found[-1] if found else begun, convert.rule
        if before is None or before.value is None or rule is None:
            return found
        value = share(before.value) if before.percent else marks(before.value)
        here = Conversion(tables, one.id, unit, phase, cycle, place + 1, before.percent)
        formula = rule.formula(value, here)
        if formula.is_nothing:
            return [*found, Step(name, None, f"{value.text} 低于最低一档，不计分")]
        formula = formula.settled
        if not (formula.is_number and formula.value == before.value):
            moved = formula.value - before.value if rule.swallows else Fraction(0)
            found.append(Step(name, formula, percent=before.percent and rule.keeps_rate, swallowed=moved))
        if held and formula.value > 0:
            found.append(Step("一票否决", number(0, "0.00"), "折算后仍不高于 0 分", swallowed=-formula.value))
    return found
