"""A plan as rows: what `plan_*` tables hold (`pingyi/scoring/sql/schema/plan.sql` has their columns and types).

Numbers leave as text, so that no float is ever on their way into a DECIMAL column.
"""

from collections.abc import Iterator
from decimal import Decimal

from pingyi.plan import Component, Plan
from pingyi.plan.base import ELSE, Row, of_category
from pingyi.plan.joining import containing, joins, scored_cycles
from pingyi.plan.leaf_rows import LEAVES
from pingyi.plan.order import Order
from pingyi.plan.result_rows import RESULTS
from pingyi.plan.work_rows import WORK


def plan_rows(plan: Plan) -> dict[str, list[Row]]:
    """Rows of every `plan_*` table of this plan, in the order of the file."""
    return {name: [_plain(row) for row in rows(plan)] for name, rows in TABLES.items()}


def _plain(row: Row) -> Row:
    return {key: format(value, "f") if isinstance(value, Decimal) else value for key, value in row.items()}


def _campaign(plan: Plan) -> Iterator[Row]:
    exempt = plan.units.exempt
    yield {
        "campaign": plan.campaign.id,
        "year": plan.campaign.year,
        "exempt_list": exempt.listed if exempt else None,
        "exempt_years": exempt.years if exempt else None,
    }


def _categories(plan: Plan) -> Iterator[Row]:
    for place, category in enumerate(plan.units.categories):
        yield {"category": category, "position": place}


def _components(plan: Plan) -> Iterator[Row]:
    order, parents = Order(plan), {child: one for one in plan.components for child in one.of}
    for place, one in enumerate(plan.components):
        yield {
            "component": one.id,
            "name": one.title,
            "parent": parents[one.id].id if one.id in parents else None,
            "joins": joins(plan, parents[one.id], one) if one.id in parents else None,
            "position": place,
            "method": one.method,
            "turn": order.turns["component", one.id],
            "outside": one.outside,
            "weighs": any(plan.component(child).weight is not None for child in one.of),
            "per": one.per,
            "over_cycles": one.over_cycles,
            "cycle_missing": one.cycle_missing,
            "missing": one.missing,
            "unmeasured": one.unmeasured,
            "limited": bool(one.listed),
            "clause": one.clause,
            "says": one.says,
        }


def _full(plan: Plan) -> Iterator[Row]:
    """One row for each component and category: full marks and weight there; nothing where it does not exist there."""
    for one in plan.components:
        for category in [*plan.units.categories, ""]:
            full, weight = of_category(one.full, category), of_category(one.weight, category)
            if _exists_for(one, category):
                yield {"component": one.id, "category": category, "full_marks": full, "weight": weight}


def _exists_for(one: Component, category: str) -> bool:
    """Whether every mapping by category of a component names this one, or the rest."""
    mappings = [value for value in (one.full, one.weight) if isinstance(value, dict)]
    return all(category in value or ELSE in value for value in mappings)


def _component_traits(plan: Plan) -> Iterator[Row]:
    for one in plan.components:
        for use, traits in (("for", one.units), ("imported", one.imported)):
            for trait, values in traits.items():
                for value in values:
                    yield {"component": one.id, "use": use, "trait": trait, "value": value}


def _component_lists(plan: Plan) -> Iterator[Row]:
    for one in plan.components:
        for name in one.listed:
            yield {"component": one.id, "list": name}


def _cycles(plan: Plan) -> Iterator[Row]:
    for one in plan.components:
        for place, cycle in enumerate(plan.cycles[one.per]):
            yield {
                "component": one.id,
                "cycle": cycle.id,
                "position": place,
                "starts": cycle.start,
                "ends": cycle.end,
                "full_marks": one.cycle_full.get(cycle.id),
            }


def _cycle_parts(plan: Plan) -> Iterator[Row]:
    """Which cycles of a component are combined: all of them for the year (part: empty), and those of each cycle of the
    node above it that looks at it by cycle.
    """
    parents = {child: one for one in plan.components for child in one.of}
    for one in plan.components:
        names = scored_cycles(plan, one)
        above = parents.get(one.id)
        by_cycle = above is not None and joins(plan, above, one) == "cycle"
        for place, name in enumerate(names):
            cycle = plan.cycles[one.per][place]
            row: Row = {"component": one.id, "cycle": name, "position": place, "starts": cycle.start}
            row |= {"full_marks": one.cycle_full.get(name)}
            yield row | {"part": ""}
            for part in containing(plan, above, cycle) if above and by_cycle else ():
                yield row | {"part": part}


def _ancestors(plan: Plan) -> Iterator[Row]:
    """A component, and every node above it; depth counts the steps up, from 0 for itself."""
    parents = {child: one.id for one in plan.components for child in one.of}
    for one in plan.components:
        above, depth = one.id, 0
        while above:
            yield {"component": one.id, "ancestor": above, "depth": depth}
            above, depth = parents.get(above, ""), depth + 1


TABLES = {
    "plan_campaign": _campaign,
    "plan_categories": _categories,
    "plan_components": _components,
    "plan_full": _full,
    "plan_component_traits": _component_traits,
    "plan_component_lists": _component_lists,
    "plan_cycles": _cycles,
    "plan_cycle_parts": _cycle_parts,
    "plan_ancestors": _ancestors,
    **LEAVES,
    **RESULTS,
    **WORK,
}
"""The rows of each table; `pingyi/scoring/sql/schema/plan.sql` creates exactly these."""
