"""What a point of one component is worth in the component above it, as far as the plan's rules are straight lines."""

from fractions import Fraction

from pingyi.office.letters.source import Source
from pingyi.plan import Component
from pingyi.plan.converts import Convert


def worth(source: Source, unit: str, leaf: str, target: str) -> Fraction | None:
    """Marks of `target` for one more mark of `leaf`; None where it is not below, or where no fixed number says so."""
    value, at = Fraction(1), leaf
    while at != target:
        parent = source.parents.get(at)
        step = _step(source, unit, at, parent) if parent else None
        if parent is None or step is None:
            return None
        value, at = value * step, parent.id
    return value


def above(source: Source, leaf: str) -> list[str]:
    """The component and every one above it."""
    found = [leaf]
    while found[-1] in source.parents:
        found.append(source.parents[found[-1]].id)
    return found


def _step(source: Source, unit: str, child: str, parent: Component) -> Fraction | None:
    row, scope = source.marks.get((parent.id, unit)), source.scope.get((child, unit))
    if row is None or scope is None or row["flag"] or source.scope[parent.id, unit]["imported"]:
        return None
    if len(source.plan.cycles[parent.per]) > 1 and source.plan.component(child).per == parent.per:
        return None
    straight = linear(source, unit, [*parent.each_cycle, *parent.convert])
    return None if straight is None else straight * _share(source, unit, child, parent)


def _share(source: Source, unit: str, child: str, parent: Component) -> Fraction:
    """What the parent counts of a child: all of it, or its share where it weighs."""
    if all(source.plan.component(one).weight is None for one in parent.of):
        return Fraction(1)
    weights = {one: source.scope[one, unit]["weight"] for one in parent.of if (one, unit) in source.scope}
    known = {one: Fraction(1 if weight is None else weight) for one, weight in weights.items()}
    return known[child] / sum(known.values())


def linear(source: Source, unit: str, converts: list[Convert]) -> Fraction | None:
    """By what conversions multiply; None where one of them does something else."""
    value = Fraction(1)
    for one in converts:
        factor = _factor(source, unit, one)
        if factor is None:
            return None
        value *= factor
    return value


def _factor(source: Source, unit: str, one: Convert) -> Fraction | None:
    if one.scale:
        return Fraction(one.scale.to) / Fraction(one.scale.start)
    if one.times is not None:
        return Fraction(one.times)
    if one.times_column:
        return Fraction(source.traits[unit, one.times_column])
    if one.per:
        return 1 / Fraction(source.traits[unit, one.per])
    return None


def of_cycle(source: Source, unit: str, leaf: Component, cycle: str, cycles: int) -> Fraction | None:
    """Marks of a leaf for one more mark of one of its `cycles` cycles that have marks."""
    straight = linear(source, unit, [*leaf.each_cycle, *leaf.convert])
    if straight is None or (leaf.over_cycles in ("last", "best") and cycles > 1):
        return None
    if leaf.over_cycles == "mean":
        return straight / cycles
    if leaf.over_cycles == "weights":
        return straight * Fraction(leaf.cycle_full.get(cycle, 1))
    return straight
