"""What conversions make of marks, step by step."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import trunc

from pingyi.common import wording
from pingyi.explain.formula import (
    Formula,
    at_least,
    at_most,
    fraction,
    less,
    looked_up,
    marks,
    number,
    product,
    quotient,
    share,
    total,
)
from pingyi.explain.formula import rule as plan_number
from pingyi.explain.parts import Step
from pingyi.explain.tables import Tables
from pingyi.plan import Component
from pingyi.plan.converts import Convert


@dataclass(frozen=True, slots=True)
class At:
    """Where a conversion stands: whose marks, in which phase and step, and what they are so far. rate: shown as %."""

    tables: Tables
    component: str
    unit: str
    phase: str
    cycle: str
    step: int
    value: Fraction
    rate: bool

    @property
    def reached(self) -> Formula:
        """The value so far, as it is shown."""
        return share(self.value) if self.rate else marks(self.value)

    @property
    def others(self) -> list[Fraction]:
        """The values of all units that take this step in this cycle."""
        rows = self.tables.conversions.get((self.component, self.phase, self.step, self.cycle), [])
        return [value for row in rows if (value := fraction(row["before"])) is not None]

    def gap(self, bound: Decimal) -> str:
        """How far the value so far is from a bound, as it is shown."""
        away = abs(self.value - Fraction(bound))
        return share(away).text if self.rate else wording.shown(away)

    def column(self, name: str) -> Formula:
        """The number in a roster column of the unit."""
        title = self.tables.plan.units.columns.get(name, name)
        return plan_number(Fraction(self.tables.traits[self.unit, name]), title)


def steps(
    tables: Tables, one: Component, unit: str, *, phase: str, cycle: str, begun: Step | None, name: str, held: bool
) -> list[Step]:
    """The lines of a component's conversions in one phase, from the step that stands before them.

    held: a veto keeps every one of them from lifting the marks above zero.
    """
    found: list[Step] = []
    for place, convert in enumerate(one.each_cycle if phase == "cycle" else one.convert):
        before = found[-1] if found else begun
        if before is None or before.value is None:
            return found
        rate = before.percent
        at = At(tables, one.id, unit, phase, cycle, place + 1, before.value, rate)
        formula = KINDS[convert.kind](convert, at)
        if formula is None:
            return [*found, Step(name, None, f"{at.reached.text} 低于最低一档，不计分")]
        if not (formula.is_number and formula.value == before.value):
            moved = formula.value - before.value if convert.kind in BOUNDS else Fraction(0)
            found.append(Step(name, formula, percent=rate and convert.kind in KEEP_RATE, swallowed=moved))
        if held and formula.value > 0:
            found.append(Step("一票否决", number(0, "0.00"), "折算后仍不高于 0 分", swallowed=-formula.value))
    return found


BOUNDS = ("cap", "floor")
"""Conversions that swallow what lies beyond them."""

KEEP_RATE = ("cap", "floor", "round")
"""Conversions after which a rate is still a rate."""


def _scale(convert: Convert, at: At) -> Formula:
    assert convert.scale is not None
    return Formula("÷", (product(at.reached, plan_number(convert.scale.to)), plan_number(convert.scale.start)))


def _key(value: Fraction) -> Fraction:
    """What a comparison sees: the value rounded once to 18 decimals."""
    return Fraction(wording.rounded(value, 18))


def _steps(convert: Convert, at: At) -> Formula | None:
    reached = _key(at.value)
    bounds = [(bound, points) for bound, points in convert.steps or () if bound is not None and bound <= reached]
    lowest = next((points for bound, points in convert.steps or () if bound is None), None)
    if not bounds:
        return None if lowest is None else looked_up(at.reached, lowest, f"{at.reached.text} 低于各档")
    bound, points = max(bounds)
    edge = share(bound).text if at.rate else wording.plain(bound)
    return looked_up(at.reached, points, f"{at.reached.text} 达到 {edge} 一档")


def _cap(convert: Convert, at: At) -> Formula:
    assert convert.cap is not None
    if at.value <= convert.cap:
        return at.reached
    return at_most(at.reached, convert.cap, f"多出的 {at.gap(convert.cap)} 不计，按最高限计")


def _floor(convert: Convert, at: At) -> Formula:
    assert convert.floor is not None
    if at.value >= convert.floor:
        return at.reached
    return at_least(at.reached, convert.floor, f"不足的 {at.gap(convert.floor)} 补足，按最低限计")


def _times(convert: Convert, at: At) -> Formula:
    assert convert.times is not None
    return product(at.reached, plan_number(convert.times))


def _times_column(convert: Convert, at: At) -> Formula:
    assert convert.times_column is not None
    return product(at.reached, at.column(convert.times_column))


def _per(convert: Convert, at: At) -> Formula:
    assert convert.per is not None
    return Formula("÷", (at.reached, at.column(convert.per)))


def _share_of_best(convert: Convert, at: At) -> Formula:
    assert convert.share_of_best is not None
    best = max(at.others, default=at.value)
    if best == 0:
        return looked_up(at.reached, 0, "最高值为 0")
    said = share(best).text if at.rate else wording.shown(best)
    named = number(best, f"最高 {said}", places=4 if at.rate else 2)
    return product(quotient(at.reached, named), plan_number(convert.share_of_best))


def _per_point(convert: Convert, at: At) -> Formula:
    point = convert.per_point
    assert point is not None
    target, each = (share(bound) if at.rate else plan_number(bound) for bound in (point.target, point.of))
    full = plan_number(point.full)
    if at.value < point.target:
        missed = quotient(less(target, at.reached), each)
        return less(full, product(missed, plan_number(point.points)))
    if not point.over or at.value == point.target:
        return looked_up(at.reached, point.full, f"{at.reached.text} 达到目标 {target.text}")
    return total([full, product(quotient(less(at.reached, target), each), plan_number(point.over))])


def _points_by_rank(convert: Convert, at: At) -> Formula:
    rank = convert.points_by_rank
    assert rank is not None
    mine, others = _key(at.value), [_key(other) for other in at.others]
    better = [other for other in others if (other < mine if rank.lowest_first else other > mine)]
    place = len(better) + 1
    order = "从低到高" if rank.lowest_first else "从高到低"
    said = f"{at.reached.text} 在 {len(at.others)} 个单位中{order}列第 {place}"
    return looked_up(at.reached, rank.places.get(place, rank.after), said)


def _round(convert: Convert, at: At) -> Formula:
    ordered = convert.round
    assert ordered is not None
    unit, exactly = 10**ordered.places, _key(at.value)
    down = Fraction(trunc(exactly * unit), unit)
    value = down if ordered.mode == "down" else Fraction(wording.rounded(exactly, ordered.places))
    manner = "舍去尾数" if ordered.mode == "down" else "四舍五入"
    return looked_up(at.reached, value, f"{at.reached.text} {manner}到 {ordered.places} 位小数")


KINDS: dict[str, Callable[[Convert, At], Formula | None]] = {
    "scale": _scale,
    "steps": _steps,
    "cap": _cap,
    "floor": _floor,
    "times": _times,
    "times_column": _times_column,
    "per": _per,
    "share_of_best": _share_of_best,
    "per_point": _per_point,
    "points_by_rank": _points_by_rank,
    "round": _round,
}
"""One way of saying for each kind of conversion the language knows."""
