"""Events: what cases cost or earn, their sum, and what cap and floor leave of it."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from pingyi.common.wording import shown
from pingyi.rules.formulas import Formula, at_least, at_most, marks, number, plan_number, product, total


def price_cases(points: Decimal, times: int, factors: Iterable[Decimal]) -> Formula:
    """每件 −1×2 件×2: so many cases of the same points and circumstances."""
    return product(plan_number(points, "每件"), number(times, f"{times} 件"), *map(plan_number, factors))


def climb_ladder(ladder: Sequence[Decimal], first: int, last: int, factors: Iterable[Decimal]) -> Formula:
    """The points of the first to the last case of an item whose points climb; the highest rung goes on."""
    rungs = total(plan_number(ladder[min(case, len(ladder)) - 1]) for case in range(first, last + 1))
    multiplied = [*map(plan_number, factors)]
    return product(rungs, *multiplied) if multiplied else rungs


def sum_points(base: Decimal, amounts: Sequence[Formula]) -> Formula:
    """The base and what each kind of case costs or earns."""
    return total([marks(base, "基础分"), *amounts] if base or len(amounts) > 1 else amounts)


def cap_sum(value: Formula, cap: Decimal | None) -> Formula:
    """The sum, or the cap where it is above."""
    if cap is None:
        return value
    return at_most(value, cap, f"多出的 {shown(abs(value.value - Fraction(cap)))} 分不再加，按最高限计")


def floor_sum(value: Formula, floor: Decimal | None) -> Formula:
    """The sum, or the floor where it is below."""
    if floor is None:
        return value
    ended = "扣完为止" if floor == 0 else "按最低限计"
    return at_least(value, floor, f"多出的 {shown(abs(value.value - Fraction(floor)))} 分不再扣，{ended}")


def bound_sum(value: Formula, cap: Decimal | None, floor: Decimal | None) -> Formula:
    """What cap and floor leave of the sum."""
    return floor_sum(cap_sum(value, cap), floor)
