"""Numbers, cycles and circles that a plan may not say, where all its names are known."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise, product
from math import inf
from typing import Any

from tests.reference.campaign import KINDS, Tree, listed, true
from tests.reference.numbers import day, number, optional
from tests.reference.possible import Possible, Range, converted, fulls_of, is_once, numbers_of

Faults = Iterator[str]


class Numbers:
    """Numbers, cycles and circles that cannot be meant (M9, E5, E9–E12, E15, E22); every name is known."""

    def __init__(self, tree: Tree) -> None:
        self.tree, self.possible = tree, Possible(tree)
        self.components = {one["id"]: one for one in tree["components"]}
        self.categories = tree["units"]["categories"]

    def faults(self) -> Faults:
        """Everything that a plan may not say; what could be computed is asked only of plans without circles."""
        circle = self._circle()
        if circle:
            yield f"circle: {circle}"
            return
        for cycles in self.tree["cycles"].values():
            yield from self._run_forward(cycles)
        plain = [fault for id, one in self.components.items() for fault in self._component(id, one)]
        yield from plain
        if not plain:
            for id, one in self.components.items():
                yield from (f"{id}: {fault}" for fault in self._beyond(one))
                yield from self._reached(id, one)
            yield from self._results()

    # ------------------------------------------------------------ circles and cycles

    def _circle(self) -> str:
        """What waits for itself: a list for a component that exists only for its members."""
        needs: dict[Any, list[Any]] = {}
        for id, one in self.components.items():
            needs["component", id] = [("component", other) for other in listed(one.get("of"))]
            needs["component", id] += [("list", other) for other in listed(one.get("listed"))]
        for one in self.tree["standings"]:
            needs["standing", one["id"]] = [
                ("component", tie)
                for tie in [one["of"], *one["ties"]]
                if isinstance(tie, str) and tie in self.components
            ]
        for one in [*self.tree.get("shortlists", []), *self.tree.get("lists", [])]:
            others = [
                name for name in [*listed(one["from"]), *listed(one.get("leave_out_direct_of"))] if name != "units"
            ]
            for when in (one.get("when") or {}, one.get("provided") or {}):
                needs.setdefault(("list", one["id"]), []).extend(("component", id) for id in when.get("marks", {}))
                others += [name for name in listed((when.get("running") or {}).get("list")) if name != one["id"]]
            needs["list", one["id"]] += [("standing", one["by"]), *(("list", name) for name in others)]
        done: set[Any] = set()

        def visit(node: Any, way: tuple[Any, ...]) -> str:
            if node in way:
                return " → ".join(name for _, name in [*way, node])
            if node in done:
                return ""
            found = next((circle for other in needs.get(node, []) if (circle := visit(other, (*way, node)))), "")
            done.add(node)
            return found

        return next((circle for node in needs if (circle := visit(node, ()))), "")

    def _run_forward(self, cycles: list[Tree]) -> Faults:
        for place, one in enumerate(cycles):
            start, end = day(one["from"]), day(one["to"])
            if end < start or (place and start <= day(cycles[place - 1]["to"])):  # type: ignore[operator]
                yield f"cycle: {one['id']}"

    # ------------------------------------------------------------ components

    def _component(self, id: str, one: Tree) -> Faults:
        kind = next((kind for kind in KINDS if one.get(kind) is not None), "node")
        yield from (f"{id}: {fault}" for fault in getattr(self, f"_{kind}")(one))
        yield from (f"{id}: {fault}" for fault in self._cycle_full(one))
        for step in [*one.get("each_cycle", []), *one.get("convert", [])]:
            yield from (f"{id}: {fault}" for fault in _conversion(step))

    def _cycle_full(self, one: Tree) -> Faults:
        """E5: cycle_full says full marks of a sum or weights, of every cycle; nothing reads it elsewhere."""
        how, said = one.get("over_cycles", "sum"), one.get("cycle_full", {})
        names = [cycle["id"] for cycle in self.tree["cycles"][one.get("per", "year")]]
        pooled = (one.get("ratings") or {}).get("score_per") == "year"
        if said and (how in ("mean", "last", "best") or pooled):
            yield "cycle_full is not read"
        if said and set(said) != set(names):
            yield "cycle_full of other cycles"
        if how == "weights" and not pooled and sum(numbers_of(said)) != 1:
            yield "weights of cycles"
        if how == "sum" and not pooled and one.get("ratings") and not said and len(names) > 1:
            yield "no cycle_full"
        bare = not one.get("convert") and not isinstance(one.get("full"), dict) and one.get("full") is not None
        if how == "sum" and said and bare and sum(numbers_of(said)) != number(one["full"]):
            yield "full marks of cycles do not add up"

    def _ratings(self, one: Tree) -> Faults:
        rule = one["ratings"]
        values, few = numbers_of(rule["levels"]), rule.get("few")
        if one.get("full") is None:
            yield "ratings without full"
        if not values:
            yield "no level has a value"
        if any(value > number(rule.get("out_of", 1)) for value in values):
            yield "a level beyond out_of"
        for part in ("groups", "items"):
            words = rule.get(part)
            if isinstance(words, dict) and len({weight is None for weight in words.values()}) > 1:
                yield f"{part}: some weigh, some do not"
        if few and (few.get("own_share") is None) == (few.get("then") is None):
            yield "few without a way"
        if not few and (rule.get("none") or {}).get("then") == "mean":
            yield "no mean is defined"
        if rule.get("items") and rule.get("form"):
            yield "items on a form"

    def _marks(self, one: Tree) -> Faults:
        rule = one["marks"]
        trim = rule.get("trim") or {}
        if number(trim.get("top", 0)) + number(trim.get("bottom", 0)) >= 1:
            yield "trim of the whole"
        if number(rule["range"][0]) > number(rule["range"][1]):
            yield "range runs downward"
        if rule.get("quota") and len(rule.get("markers", {})) > 1 and not rule["quota"].get("marker"):
            yield "quota of bands without a marker"

    def _events(self, one: Tree) -> Faults:
        rule = one["events"]
        floor, cap = optional(rule.get("floor")), optional(rule.get("cap"))
        if floor is not None and cap is not None and floor > cap:
            yield "floor above cap"

    def _beyond(self, one: Tree) -> Faults:
        """E22: marks beyond the full marks of a cycle, or of all cycles together; facts bound what is measured."""
        fulls = fulls_of(one)
        if not fulls or one.get("of") or one.get("measures") is not None:
            return
        whole = max(fulls) if one.get("ratings") else min(fulls)
        summed = one.get("cycle_full") and one.get("over_cycles", "sum") == "sum"
        if summed and not one.get("ratings") and self.possible.cycle(one["id"])[1] > min(numbers_of(one["cycle_full"])):
            yield "beyond the full marks of a cycle"
        elif self.possible.scored(one["id"])[1] > whole:
            yield "beyond full marks"

    def _measures(self, one: Tree) -> Faults:
        return iter(())

    # ------------------------------------------------------------ nodes

    def _node(self, one: Tree) -> Faults:
        inside = [
            self.components[child] for child in listed(one["of"]) if not true(self.components[child].get("outside"))
        ]
        weighs = any(child.get("weight") is not None for child in inside)
        if one.get("unmeasured"):
            yield "unmeasured on a node"
        if not inside:
            yield "no child inside"
        if weighs:
            yield from self._weights(one, inside)
        elif one.get("full") is not None and (
            not one.get("convert") or any("scale" in step for step in one["convert"])
        ):
            yield from self._adds_up(one, inside)
        if len(self.tree["cycles"][one.get("per", "year")]) > 1:
            yield from self._per_cycle(one, inside, weighs)

    def _weights(self, one: Tree, inside: list[Tree]) -> Faults:
        """M6: weights weigh shares of full marks."""
        if any(child.get("weight") is None for child in inside):
            yield "a child without weight"
            return
        fulls = [child.get("full") for child in inside]
        same = all(full == fulls[0] for full in fulls)
        if (one.get("full") is None and not same) or (one.get("full") is not None and None in fulls):
            yield "weights over unlike full marks"
        for category, here in self._kinds_of_units(one, inside):
            if here and sum((self._of(child["weight"], category) or Fraction(0) for child in here), Fraction(0)) != 1:
                yield f"weights do not add up: {category}"
            if one.get("full") is not None and 0 in [self._of(child.get("full"), category) for child in here]:
                yield f"a share of no full marks: {category}"

    def _adds_up(self, one: Tree, inside: list[Tree]) -> Faults:
        """M6: full marks are those of the children that exist, or what a scale makes of them."""
        scale = next((step["scale"] for step in one.get("convert", []) if "scale" in step), None)
        for category, here in self._kinds_of_units(one, inside):
            full = self._of(one["full"], category)
            whole = number(scale["from"]) if scale else full
            total = sum((self._of(child.get("full"), category) or Fraction(0) for child in here), Fraction(0))
            if here and full is not None and (total != whole or (scale and number(scale["to"]) != full)):
                yield f"full marks do not add up: {category}"

    def _of(self, value: Any, category: str) -> Fraction | None:
        return optional(value.get(category, value.get("else")) if isinstance(value, dict) else value)

    def _kinds_of_units(self, one: Tree, inside: list[Tree]) -> Iterator[tuple[str, list[Tree]]]:
        """Every kind of unit that the children's conditions tell apart, with the children that exist for it.

        The spec is silent on units without a category (systems that report by themselves): their sums are not asked.
        """
        columns = {column for child in [one, *inside] for column in child.get("for", {})} | {"category"}
        named = {
            column: {value for child in [one, *inside] for value in listed(child.get("for", {}).get(column))}
            for column in columns
        }
        known = {"category": self.categories, "management": self.tree["units"].get("management", [])}
        values = [
            [(column, value) for value in (known.get(column) or [*named[column], None])] for column in sorted(columns)
        ]
        for unit in (dict(pairs) for pairs in product(*values)):
            if self._exists(one, unit):
                yield str(unit["category"]), [child for child in inside if self._exists(child, unit)]

    def _exists(self, one: Tree, unit: Tree) -> bool:
        fits = all(unit[column] in listed(values) for column, values in one.get("for", {}).items())
        return fits and all(
            self._of(one[part], unit["category"]) is not None
            for part in ("full", "weight")
            if isinstance(one.get(part), dict)
        )

    def _per_cycle(self, one: Tree, inside: list[Tree], weighs: bool) -> Faults:
        """M7, E11: what a node of several cycles can take into them."""
        wide = self.tree["cycles"][one["per"]]
        for child in inside:
            if child.get("imported"):
                yield f"imported inside cycles: {child['id']}"
            if is_once(child, self.tree["cycles"]):
                if weighs or one.get("missing") == "spread":
                    yield f"scored once inside cycles: {child['id']}"
                continue
            for cycle in self.tree["cycles"][child.get("per", "year")]:
                if sum(outer["from"] <= cycle["from"] and cycle["to"] <= outer["to"] for outer in wide) != 1:
                    yield f"cycle of no cycle: {cycle['id']}"
            parts = [self.components[part] for part in listed(child.get("of"))]
            if any(true(part.get("outside")) or is_once(part, self.tree["cycles"]) for part in parts):
                yield f"a part that is scored once, two levels down: {child['id']}"

    # ------------------------------------------------------------ bounds, standings, lists

    def _reached(self, id: str, one: Tree) -> Faults:
        """M9: bounds that nothing reaches, or everything passes, and values that no step says anything of."""
        for part in ("each_cycle", "convert"):
            values, least = self._before(id, part, -inf), self._before(id, part, Fraction(0))
            for step in one.get(part, []):
                yield from (f"{id}: {fault}" for fault in _bounds_fit(step, values, least[0]))
                values, least = converted(values, [step]), converted(least, [step])

    def _before(self, id: str, part: str, lowest: float | Fraction) -> Range:
        possible = Possible(self.tree, lowest)
        return possible.raw(id) if part == "each_cycle" else possible.year(id)

    def _results(self) -> Faults:
        for one in self.tree["standings"]:
            if [tie for tie in one["ties"] if tie in ("draw", "share")] != one["ties"][-1:]:
                yield f"{one['id']}: ties are not decided"
        for one in self.tree.get("bands", []):
            bounds = numbers_of(one["names"])
            if len(set(bounds)) < len(bounds):
                yield f"{one['id']}: a bound twice"
            if _unreached(list(bounds), self.possible.scored(one["of"])):
                yield f"{one['id']}: a bound that nothing reaches"
        for one in [*self.tree.get("shortlists", []), *self.tree.get("lists", [])]:
            yield from (f"{one['id']}: {fault}" for fault in self._list(one))
        rules = {one["id"]: one for one in [*self.tree.get("shortlists", []), *self.tree.get("lists", [])]}
        for one in self.tree.get("outcomes", []):
            for when in (one.get("when"), one.get("unless")):
                places = self._places(rules[one["list"]])
                yield from (f"{one['id']}: {fault}" for fault in self._condition(when or {}, places))

    def _list(self, one: Tree) -> Faults:
        """E15: quota or groups, not both; a place is not known before the list is drawn."""
        sizes = [part for part in ("take", "share", "quota") if one.get(part) is not None]
        if len(sizes) > 1 or (not sizes and not one.get("when")):
            yield "no size, or several"
        if one.get("quota") and one.get("within"):
            yield "quota within groups"
        if (one.get("when") or {}).get("place"):
            yield "a place before the list is drawn"
        for part in ("when", "provided"):
            yield from self._condition(one.get(part) or {}, self._places(one))

    def _places(self, rule: Tree) -> Range:
        """The places that a list can have: units tied by everything share one, direct entries may go beyond."""
        return Fraction(1), number(rule["take"]) if rule.get("take") and not rule.get("also") else inf

    def _condition(self, when: Tree, places: Range) -> Faults:
        for id, bounds in when.get("marks", {}).items():
            if not _can_hold(bounds, self.possible.scored(id)):
                yield f"a bound that nothing reaches: {id}"
        if when.get("place") and not _can_hold(when["place"], places):
            yield "a place that there is not"


def _can_hold(bounds: Tree, values: Range) -> bool:
    start, below, above, up_to = (optional(bounds.get(part)) for part in ("from", "below", "above", "up_to"))
    high = start is None or values[1] >= start
    low = up_to is None or values[0] <= up_to
    return high and low and (above is None or values[1] > above) and (below is None or values[0] < below)


def _bounds_fit(step: Tree, values: Range, least: float | Fraction) -> Faults:
    if "cap" in step and values[0] > number(step["cap"]):
        yield "a cap below every value"
    if "floor" in step and values[1] < number(step["floor"]):
        yield "a floor above every value"
    if "steps" not in step:
        return
    steps = step["steps"]
    bounds = [number(bound) for bound, _ in steps if bound is not None]
    if _unreached([-inf if bound is None else number(bound) for bound, _ in steps], values):
        yield "a step that nothing reaches"
    if bounds and len(bounds) == len(steps) and least < min(bounds):
        yield "a value below the lowest step"


def _unreached(bounds: list[Any], values: Range) -> bool:
    """Whether some stretch between two bounds, the higher left out, holds no possible value."""
    order = [*sorted(bounds), inf]
    return any(low > values[1] or high <= values[0] for low, high in pairwise(order))


def _conversion(step: Tree) -> Faults:
    """M9, E22: conversions that divide by zero, leave gaps, or say a thing twice."""
    (kind, rule), *_ = step.items()
    if kind == "scale" and not number(rule["from"]):
        yield "scale from 0"
    if kind == "per_point" and not number(rule.get("of", "0.01")):
        yield "per_point of 0"
    if kind == "share_of_best" and number(rule) <= 0:
        yield "a share of the best that is not positive"
    if kind == "steps" and len({bound if bound is None else number(bound) for bound, _ in rule}) < len(rule):
        yield "a step twice"
    if kind == "points_by_rank" and sorted(int(place) for place in rule["places"]) != [
        *range(1, len(rule["places"]) + 1)
    ]:
        yield "gaps in points by rank"
