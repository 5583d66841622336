"""A plan as rows: what `plan_*` tables hold (`pingyi/sql/schema/plan.sql` has their columns and types).

Numbers leave as text, so that no float is ever on their way into a DECIMAL column.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from pingyi.plan import Component, ListRule, Plan
from pingyi.plan.base import ELSE
from pingyi.plan.converts import Convert
from pingyi.plan.order import Order
from pingyi.plan.results import Bounds, When

Row = dict[str, Any]


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
    order, parents = Order(plan), {child: one.id for one in plan.components for child in one.of}
    for place, one in enumerate(plan.components):
        yield {
            "component": one.id,
            "name": one.title,
            "parent": parents.get(one.id),
            "position": place,
            "method": one.method,
            "turn": order.turns["component", one.id],
            "outside": one.outside,
            "weighs": any(plan.component(child).weight is not None for child in one.of),
            "per": one.per,
            "over_cycles": one.over_cycles,
            "missing": one.missing,
            "limited": bool(one.listed),
            "clause": one.clause,
            "says": one.says,
        }


def _full(plan: Plan) -> Iterator[Row]:
    """One row for each component and category: full marks and weight there."""
    for one in plan.components:
        for category in [*plan.units.categories, ""]:
            full, weight = _of(one.full, category), _of(one.weight, category)
            yield {"component": one.id, "category": category, "full_marks": full, "weight": weight}


def _of(value: Any, category: str) -> Any:
    return value.get(category, value.get(ELSE)) if isinstance(value, dict) else value


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


def _ratings(plan: Plan) -> Iterator[Row]:
    for one in plan.components:
        rule = one.ratings
        if rule is not None:
            yield {
                "component": one.id,
                "out_of": rule.out_of,
                "score_per": rule.score_per,
                "group_missing": rule.group_missing,
                "own_unit": rule.own_unit,
                "keep": rule.each.keep if rule.each else None,
                "by_form": rule.form is not None,
                "unmarked": rule.form.unmarked if rule.form and rule.form.unmarked != "not_counted" else None,
                "drops_levels": rule.form is not None and rule.form.otherwise == "drop_level",
                "below": rule.few.below if rule.few else 0,
                "own_share": rule.few.own_share if rule.few else None,
                "mean_of": rule.few.mean_of if rule.few else "rated_units",
                "counted_per": rule.few.counted_per if rule.few else "cycle",
                "no_votes": rule.none.then,
            }


def _levels(plan: Plan) -> Iterator[Row]:
    for one in plan.components:
        for place, (level, value) in enumerate(one.ratings.levels.items() if one.ratings else ()):
            yield {"component": one.id, "level": level, "position": place, "value": value}


def _words(plan: Plan) -> Iterator[Row]:
    """Channels, groups and items that ratings may name."""
    for one in plan.components:
        if one.ratings is not None:
            kinds = {"channel": [channel.id for channel in one.ratings.channels]}
            for kind, words in (kinds | {"group": [*one.ratings.groups], "item": [*one.ratings.items]}).items():
                for place, word in enumerate(words):
                    yield {"component": one.id, "kind": kind, "word": word, "position": place}


def _picks(plan: Plan) -> Iterator[Row]:
    for one in plan.components:
        form = one.ratings.form if one.ratings else None
        if form is not None:
            for level in {**form.exactly, **form.at_most}:
                exactly = form.exactly.get(level)
                most = exactly or form.at_most[level]
                yield {"component": one.id, "level": level, "least": exactly or 0, "most": most}


def _groups(plan: Plan) -> Iterator[Row]:
    """Weighted groups, for each category; pooled ones have no row."""
    for one in plan.components:
        for name, weight in one.ratings.groups.items() if one.ratings else ():
            for category in [*plan.units.categories, ""] if weight is not None else ():
                yield {"component": one.id, "grp": name, "category": category, "weight": _of(weight, category)}


def _items(plan: Plan) -> Iterator[Row]:
    for one in plan.components:
        for name, weight in one.ratings.items.items() if one.ratings else ():
            if weight is not None:
                yield {"component": one.id, "item": name, "weight": weight}


def _markers(plan: Plan) -> Iterator[Row]:
    for one in plan.components:
        for name, weight in one.marks.markers.items() if one.marks else ():
            yield {"component": one.id, "marker": name, "weight": weight}


def _marks(plan: Plan) -> Iterator[Row]:
    for one in plan.components:
        if one.marks is not None:
            trim = one.marks.trim
            top, bottom = (trim.top, trim.bottom) if trim else (Decimal(0), Decimal(0))
            yield {"component": one.id, "trim_top": top, "trim_bottom": bottom}


def _void_marks(plan: Plan) -> Iterator[Row]:
    for one in plan.components:
        for mark in one.marks.means_nothing if one.marks else ():
            yield {"component": one.id, "mark": mark}


def _events(plan: Plan) -> Iterator[Row]:
    for one in plan.components:
        rule = one.events
        if rule is not None:
            same = rule.same_deed is not None
            yield {"component": one.id, "base": rule.base, "floor": rule.floor, "cap": rule.cap, "same_deed": same}


def _catalogue(plan: Plan) -> Iterator[Row]:
    for one in plan.components:
        for id, item in one.events.items.items() if one.events else ():
            fixed = item.points[0] if item.points and item.points[0] == item.points[1] else None
            row = {"component": one.id, "item": id, "name": item.name, "points": fixed, "veto": item.veto}
            yield row | {"has_ladder": bool(item.ladder), "clause": item.clause or one.clause}


def _event_states(plan: Plan) -> Iterator[Row]:
    for one in plan.components:
        for status in one.events.counts if one.events else ():
            yield {"component": one.id, "status": status}


def _factors(plan: Plan) -> Iterator[Row]:
    for one in plan.components:
        for id, item in one.events.items.items() if one.events else ():
            for factor, times in item.factors.items():
                yield {"item": id, "factor": factor, "times": times}


def _ladders(plan: Plan) -> Iterator[Row]:
    for one in plan.components:
        for id, item in one.events.items.items() if one.events else ():
            for place, points in enumerate(item.ladder):
                yield {"item": id, "nth": place + 1, "points": points, "last": place + 1 == len(item.ladder)}


def _measures(plan: Plan) -> Iterator[Row]:
    for one in plan.components:
        if one.measures is not None:
            yield {"component": one.id, "of": one.measures.of}


def each_convert(plan: Plan) -> Iterator[tuple[Component, str, int, Convert]]:
    """Every conversion: component, phase (`cycle` or `year`), step from 1, and the conversion."""
    for one in plan.components:
        for phase, steps in (("cycle", one.each_cycle), ("year", one.convert)):
            for place, step in enumerate(steps):
                yield one, phase, place + 1, step


def _converts(plan: Plan) -> Iterator[Row]:
    for one, phase, step, convert in each_convert(plan):
        row = {"component": one.id, "phase": phase, "step": step, "kind": convert.kind}
        yield row | {"a": None, "b": None, "c": None, "d": None, "e": None, "word": None} | _numbers(convert)


def _numbers(convert: Convert) -> Row:
    """The numbers of a conversion by the letters its SQL file names."""
    match convert.kind:
        case "scale":
            return {"a": convert.scale.start, "b": convert.scale.to}  # type: ignore[union-attr]
        case "per_point":
            rule = convert.per_point
            assert rule is not None
            return {"a": rule.full, "b": rule.target, "c": rule.points, "d": rule.of, "e": rule.over}
        case "points_by_rank":
            rank = convert.points_by_rank
            assert rank is not None
            return {"a": rank.after, "word": "lowest_first" if rank.lowest_first else "highest_first"}
        case "round":
            assert convert.round is not None
            return {"a": convert.round.places, "word": convert.round.mode}
        case "per" | "times_column":
            return {"word": getattr(convert, convert.kind)}
        case "steps":
            return {}
        case kind:
            return {"a": getattr(convert, kind)}


def _convert_steps(plan: Plan) -> Iterator[Row]:
    """Lower bounds of `steps`, and places of `points_by_rank`, with the marks they give."""
    for one, phase, step, convert in each_convert(plan):
        rank = convert.points_by_rank
        pairs: Iterable[tuple[Any, Decimal]] = convert.steps or (rank.places.items() if rank else ())
        for bound, marks in pairs:
            yield {"component": one.id, "phase": phase, "step": step, "bound": bound, "marks": marks}


def _standings(plan: Plan) -> Iterator[Row]:
    order = Order(plan)
    for place, one in enumerate(plan.standings):
        yield {
            "standing": one.id,
            "name": one.title,
            "position": place,
            "component": one.of,
            "turn": order.turns["standing", one.id],
            "min_votes": one.min_votes,
            "by_lot": one.ties[-1] == "draw",
            "clause": one.clause,
        }


def _ties(plan: Plan) -> Iterator[Row]:
    for one in plan.standings:
        for place, tie in enumerate(one.ties[:-1]):
            yield {"standing": one.id, "position": place + 1, "component": tie}


def _standing_groups(plan: Plan) -> Iterator[Row]:
    for one in plan.standings:
        for trait in one.within:
            yield {"standing": one.id, "trait": trait}


def _bands(plan: Plan) -> Iterator[Row]:
    for one in plan.bands:
        for name, start in one.names.items():
            yield {"band_set": one.id, "component": one.of, "band": name, "starts": start}


def _lists(plan: Plan) -> Iterator[Row]:
    order, shortlists = Order(plan), {one.id for one in plan.shortlists}
    for place, one in enumerate(plan.every_list):
        yield {
            "list": one.id,
            "name": one.title,
            "position": place,
            "turn": order.turns["list", one.id],
            "shortlist": one.id in shortlists,
            "standing": one.by,
            "bottom": one.side == "bottom",
            "take": one.take,
            "share": one.share,
            "quota_by": one.quota.by if one.quota else None,
            "rest": one.quota.rest if one.quota else None,
            "rest_by": one.quota.rest_by if one.quota else None,
            "direct_list": one.also.listed if one.also else None,
            "direct_years_ago": one.also.years_ago if one.also else None,
            "direct_inside": one.also.place == "inside" if one.also else False,
            "good": one.good,
            "clause": one.clause,
            "says": one.says,
        }


def _list_parts(plan: Plan) -> Iterator[Row]:
    for one in plan.every_list:
        parts = {"pool": one.pool, "within": one.within, "leave_out_direct_of": one.leave_out_direct_of}
        for part, words in parts.items():
            for word in words:
                yield {"list": one.id, "part": part, "word": word, "number": None}
        for word, number in one.quota.take.items() if one.quota else ():
            yield {"list": one.id, "part": "quota", "word": word, "number": number}


def _outcomes(plan: Plan) -> Iterator[Row]:
    for place, one in enumerate(plan.outcomes):
        effect = plan.effects[one.effect]
        yield {
            "outcome": one.id,
            "position": place,
            "list": one.list_,
            "effect": one.effect,
            "effect_name": effect.name or one.effect,
            "unit_of_measure": effect.unit,
            "combine": effect.combine,
            "subject_kind": one.to,
            "amount": one.amount,
            "until": one.until,
            "clause": one.clause,
        }


def _leave_out(plan: Plan) -> Iterator[Row]:
    for one in plan.outcomes:
        for name in one.leave_out:
            yield {"outcome": one.id, "list": name}


def _conditions(plan: Plan) -> Iterator[Row]:
    """Conditions of lists and outcomes. All `when` must hold; an `unless` whose every part holds forbids."""
    for rule in plan.every_list:
        yield from _when("list", rule, "when", rule.when)
    for outcome in plan.outcomes:
        yield from _when("outcome", outcome, "when", outcome.when)
        yield from _when("outcome", outcome, "unless", outcome.unless or When())


def _when(kind: str, owner: ListRule | Any, mode: str, when: When) -> Iterator[Row]:
    blank = {"owner_kind": kind, "owner": owner.id, "mode": mode, "name": None, "texts": None, "number": None}
    blank |= {"at_least": None, "below": None, "above": None, "at_most": None}
    for trait, values in when.units.items():
        yield blank | {"what": "trait", "name": trait, "texts": values}
    for component, bounds in when.marks.items():
        yield blank | {"what": "marks", "name": component} | _bounds(bounds)
    if when.place:
        yield blank | {"what": "place"} | _bounds(when.place)
    if when.grade:
        yield blank | {"what": "grade", "texts": when.grade}
    if when.running:
        yield blank | {"what": "running", "name": when.running.list_, "number": when.running.years}


def _bounds(bounds: Bounds) -> Row:
    return {"at_least": bounds.start, "below": bounds.below, "above": bounds.above, "at_most": bounds.up_to}


def _published(plan: Plan) -> Iterator[Row]:
    for place, one in enumerate(plan.units.published):
        for trait, values in one.units.items() or [(None, None)]:
            row = {"position": place, "count": one.count, "of": one.of, "clause": one.clause}
            yield row | {"trait": trait, "texts": values}


def _voters(plan: Plan) -> Iterator[Row]:
    for one in plan.sampling:
        for group, share in one.quota.items():
            yield {"component": one.component, "grp": group, "share": share, "clause": one.clause}


TABLES = {
    "plan_campaign": _campaign,
    "plan_categories": _categories,
    "plan_components": _components,
    "plan_full": _full,
    "plan_component_traits": _component_traits,
    "plan_component_lists": _component_lists,
    "plan_cycles": _cycles,
    "plan_ratings": _ratings,
    "plan_levels": _levels,
    "plan_words": _words,
    "plan_picks": _picks,
    "plan_groups": _groups,
    "plan_items": _items,
    "plan_marks": _marks,
    "plan_markers": _markers,
    "plan_void_marks": _void_marks,
    "plan_events": _events,
    "plan_catalogue": _catalogue,
    "plan_event_states": _event_states,
    "plan_factors": _factors,
    "plan_ladders": _ladders,
    "plan_measures": _measures,
    "plan_converts": _converts,
    "plan_convert_steps": _convert_steps,
    "plan_standings": _standings,
    "plan_ties": _ties,
    "plan_standing_groups": _standing_groups,
    "plan_bands": _bands,
    "plan_lists": _lists,
    "plan_list_parts": _list_parts,
    "plan_outcomes": _outcomes,
    "plan_leave_out": _leave_out,
    "plan_conditions": _conditions,
    "plan_published": _published,
    "plan_voters": _voters,
}
"""The rows of each table; `pingyi/sql/schema/plan.sql` creates exactly these."""
