"""Between which values the marks of a component can lie, as far as the plan alone says: bounds that nothing reaches.

An end that the plan leaves open is infinite. Where a value depends on who exists or what is missing, the wider range is
taken, so that only what can never be reached is called so (M9).
"""

from fractions import Fraction
from math import inf, isfinite
from typing import Any

from tests.reference.campaign import KINDS, Tree, listed, true
from tests.reference.numbers import number, optional, rounded, toward_zero

End = Fraction | float
Range = tuple[End, End]
OPEN: Range = (-inf, inf)
ZERO: Range = (Fraction(0), Fraction(0))


def hull(*ranges: Range) -> Range:
    """All that lies in one of the ranges, and between them."""
    return min(low for low, _ in ranges), max(high for _, high in ranges)


def times(one: Range, factor: Fraction) -> Range:
    """A range, every value times a factor."""
    ends = sorted(Fraction(0) if factor == 0 else end * factor for end in one)
    return ends[0], ends[1]


def plus(*ranges: Range) -> Range:
    """What sums of one value of each range can be."""
    return sum((low for low, _ in ranges), Fraction(0)), sum((high for _, high in ranges), Fraction(0))


def numbers_of(value: Any) -> list[Fraction]:
    """The numbers that a value takes in some category."""
    every = value.values() if isinstance(value, dict) else [value]
    return [number(one) for one in every if one is not None]


def fulls_of(one: Tree, category: str | None = None) -> list[Fraction]:
    """The full marks of a component in the categories for which it exists, or in one of them."""
    full, only = one.get("full"), listed((one.get("for") or {}).get("category"))
    if isinstance(full, dict) and (only or category is not None):
        full = {name: full.get(name, full.get("else")) for name in (only if category is None else [category])}
    return numbers_of(full)


class Possible:
    """The possible values of each component of a plan, whatever the category.

    lowest: where measured numbers begin: nobody knows (the facts say), or 0, which some unit may well have.
    """

    def __init__(self, tree: Tree, lowest: End = -inf) -> None:
        self.each = [OfCategory(tree, category, lowest) for category in tree["units"]["categories"]]

    def _over(self, id: str, part: str, *more: Any) -> Range:
        here = [one for one in self.each if one.exists(id)] or self.each
        return hull(*(getattr(one, part)(id, *more) for one in here))

    def scored(self, id: str) -> Range:
        """The year's marks."""
        return self._over(id, "scored")

    def year(self, id: str) -> Range:
        """All cycles put together, before the year's conversions."""
        return self._over(id, "year")

    def cycle(self, id: str) -> Range:
        """The marks of one cycle, after its conversions."""
        return self._over(id, "cycle")

    def raw(self, id: str) -> Range:
        """The marks of one cycle, before any conversion."""
        return self._over(id, "raw")


class OfCategory:
    """The possible values for units of one category."""

    def __init__(self, tree: Tree, category: str, lowest: End) -> None:
        self.components = {one["id"]: one for one in tree["components"]}
        self.cycles, self.category, self.lowest = tree["cycles"], category, lowest

    def exists(self, id: str) -> bool:
        """Whether a component exists for some unit of the category."""
        one = self.components[id]
        only = listed((one.get("for") or {}).get("category")) or [self.category]
        said = [one[part] for part in ("full", "weight") if isinstance(one.get(part), dict)]
        return self.category in only and all({self.category, "else"} & by_category.keys() for by_category in said)

    def scored(self, id: str) -> Range:
        """The year's marks; an import is final, and may be anything up to the full marks (E10)."""
        one = self.components[id]
        found = converted(self.year(id), one.get("convert", []))
        for child in listed(one.get("of")):
            if true(self.components[child].get("outside")) and self.exists(child):
                found = plus(found, self._may_lack(self.scored(child)))
        brought = [(Fraction(0), max(fulls_of(one, self.category), default=inf))] if one.get("imported") else []
        return hull(found, *brought, *([ZERO] if self._emptied(one) else []))

    def year(self, id: str) -> Range:
        """All cycles put together; what is scored once a year is added then (M7)."""
        once = {child: self.scored(child) for child in self._once(id) if self.exists(child)}
        return plus(self.combined(id, len(self._cycles(id))), *self._beside(self.components[id], once))

    def combined(self, id: str, many: int) -> Range:
        """So many cycles put together."""
        one, cycle = self.components[id], self.cycle(id)
        how = one.get("over_cycles", "sum")
        if many > 1 and one.get("cycle_missing") == "zero":
            cycle = hull(cycle, ZERO)
        pooled = (one.get("ratings") or {}).get("score_per") == "year"
        return times(cycle, Fraction(many)) if how == "sum" and not pooled else cycle

    def cycle(self, id: str) -> Range:
        """The marks of one cycle, after its conversions."""
        return converted(self.raw(id), self.components[id].get("each_cycle", []))

    def raw(self, id: str) -> Range:
        """The marks of one cycle, before any conversion."""
        one = self.components[id]
        return getattr(self, f"_{self._kind(id)}")(one)  # type: ignore[no-any-return]

    # ------------------------------------------------------------ leaves and nodes

    def _ratings(self, one: Tree) -> Range:
        rule = one["ratings"]
        rates = [value / number(rule.get("out_of", 1)) for value in numbers_of(rule["levels"])] or [Fraction(0)]
        fulls = (
            numbers_of(one["cycle_full"])
            if one.get("cycle_full") and one.get("over_cycles", "sum") == "sum"
            else fulls_of(one, self.category)
        )
        found = [rate * full for rate in rates for full in fulls or [Fraction(0)]]
        zero = (rule.get("none") or {}).get("then") == "zero" or rule.get("group_missing") == "zero"
        return min([*found, *([Fraction(0)] if zero else [])]), max([*found, *([Fraction(0)] if zero else [])])

    def _marks(self, one: Tree) -> Range:
        low, high = (number(end) for end in one["marks"]["range"])
        return hull((low, high), *([ZERO] if one["marks"].get("marker_missing") == "zero" else []))

    def _events(self, one: Tree) -> Range:
        rule = one["events"]
        base, cap, floor = number(rule.get("base", 0)), optional(rule.get("cap")), optional(rule.get("floor"))
        low = -inf if any(loses(item) for item in rule["items"].values()) else base
        high = inf if any(earns(item) for item in rule["items"].values()) else base
        if cap is not None:
            low, high = min(low, cap), min(high, cap)
        if floor is not None:
            low, high = max(low, floor), max(high, floor)
        zero = [(min(low, Fraction(0)), Fraction(0))] if self._emptied(one) else []
        return hull((low, high), *zero)

    def _measures(self, one: Tree) -> Range:
        return self.lowest, inf

    def _node(self, one: Tree) -> Range:
        inside = [child for child in listed(one.get("of")) if not true(self.components[child].get("outside"))]
        once = self._once(one["id"])
        views = {child: self._view(one["id"], child) for child in inside if child not in once and self.exists(child)}
        if any(self.components[child].get("weight") is not None for child in inside):
            return self._weighed(one, views)
        if one.get("missing") == "spread":
            return self._spread(views)
        return plus(*self._beside(one, views))

    def _beside(self, one: Tree, views: dict[str, Range]) -> list[Range]:
        """Children of a node that are added: zero for one that may be absent or counts so where missing."""
        zero = one.get("missing") == "zero"
        return [
            self._may_lack(view) if zero or _may_be_absent(self.components[child]) else view
            for child, view in views.items()
        ]

    def _spread(self, views: dict[str, Range]) -> Range:
        """Full marks of all, times a mean of the shares of those present: no share is beyond the lowest and highest."""
        fulls = {child: self._full(child)[1] for child in views}
        if not views:
            return ZERO
        if not all(fulls.values()):
            return OPEN
        shares = hull(*(times(view, 1 / fulls[child]) for child, view in views.items()))
        return times(shares, sum(fulls.values(), Fraction(0)))

    def _weighed(self, one: Tree, views: dict[str, Range]) -> Range:
        fulls = fulls_of(one, self.category)
        shares = []
        for child, view in views.items():
            wholes = fulls_of(self.components[child], self.category) if fulls else [Fraction(1)]
            shares += [times(view, full / whole) for whole in wholes for full in fulls or [Fraction(1)] if whole]
        return hull(*shares, *([ZERO] if one.get("missing") == "zero" or not shares else []))

    # ------------------------------------------------------------ parts

    def _kind(self, id: str) -> str:
        return next((kind for kind in KINDS if self.components[id].get(kind) is not None), "node")

    def _cycles(self, id: str) -> list[Any]:
        return self.cycles[self.components[id].get("per", "year")]  # type: ignore[no-any-return]

    def _once(self, id: str) -> list[str]:
        if self._kind(id) != "node" or len(self._cycles(id)) == 1:
            return []
        return [
            child
            for child in listed(self.components[id].get("of"))
            if not true(self.components[child].get("outside")) and is_once(self.components[child], self.cycles)
        ]

    def _view(self, node: str, child: str) -> Range:
        several = len(self._cycles(node))
        if several == 1:
            return self.scored(child)
        most = -(-len(self._cycles(child)) // several)
        found = converted(self.combined(child, most), self.components[child].get("convert", []))
        return hull(found, *([ZERO] if self._emptied(self.components[child]) else []))

    def _emptied(self, one: Tree) -> bool:
        items = (one.get("events") or {}).get("items", {})
        return any(item.get("veto") == "zero" for item in items.values())

    def _full(self, child: str) -> Range:
        fulls = fulls_of(self.components[child], self.category) or [Fraction(0)]
        return min(fulls), max(fulls)

    def _may_lack(self, view: Range) -> Range:
        return hull(view, ZERO)


def _may_be_absent(child: Tree) -> bool:
    """Whether a child may not exist for a unit."""
    return any(child.get(part) for part in ("for", "listed")) or isinstance(child.get("weight"), dict)


def is_once(child: Tree, cycles: Tree) -> bool:
    """Whether a component has one value for the year (M7)."""
    return (child.get("ratings") or {}).get("score_per") == "year" or len(cycles[child.get("per", "year")]) == 1


def _points(item: Tree) -> list[Fraction | None]:
    points = item.get("points")
    if item.get("ladder"):
        return [number(rung) for rung in item["ladder"]]
    return [optional(end) for end in (points if isinstance(points, list) else [points, points])]


def earns(item: Tree) -> bool:
    """Whether an entry can bring marks."""
    return any(end is None or end > 0 for end in _points(item)[-1:] + _points(item)[:-1] * bool(item.get("ladder")))


def loses(item: Tree) -> bool:
    """Whether an entry can cost marks."""
    return any(end is None or end < 0 for end in _points(item))


def converted(one: Range, steps: list[Tree]) -> Range:
    """What becomes of a range."""
    for step in steps:
        (kind, rule), *_ = step.items()
        one = _step(kind, rule, one)
    return one


def _step(kind: str, rule: Any, one: Range) -> Range:
    low, high = one
    match kind:
        case "scale":
            return times(one, number(rule["to"]) / number(rule["from"])) if number(rule["from"]) else OPEN
        case "times":
            return times(one, number(rule))
        case "cap":
            return min(low, number(rule)), min(high, number(rule))
        case "floor":
            return max(low, number(rule)), max(high, number(rule))
        case "round":
            cut = toward_zero if rule.get("mode") == "down" else rounded
            low, high = (cut(Fraction(end), int(rule["places"])) if isfinite(end) else end for end in one)
            return low, high
        case "steps":
            return _stepped(rule, one)
        case "share_of_best":
            return Fraction(0) if low >= 0 else -inf, max(number(rule), Fraction(0))
        case "points_by_rank":
            marks = [*numbers_of(rule["places"]), number(rule["after"])]
            return min(marks), max(marks)
        case "per_point":
            return _pointed(rule, one)
    return Fraction(0) if low >= 0 else -inf, inf if high > 0 else Fraction(0)


def _stepped(rule: Any, one: Range) -> Range:
    bounds = sorted((-inf if bound is None else number(bound), number(marks)) for bound, marks in rule)
    ends = [*(bound for bound, _ in bounds[1:]), inf]
    met = [marks for (bound, marks), end in zip(bounds, ends, strict=True) if bound <= one[1] and end > one[0]]
    return (min(met), max(met)) if met else ZERO


def _pointed(rule: Tree, one: Range) -> Range:
    each, target, full = number(rule.get("of", "0.01")), number(rule["target"]), number(rule["full"])
    if not each:
        return OPEN
    found: list[End] = []
    for end in [*one, *([target] if one[0] <= target <= one[1] else [])]:
        slope = number(rule.get("over", 0) if end >= target else rule["points"]) / each
        found.append(full + (end - target) * slope if slope else full)
    return min(found), max(found)
