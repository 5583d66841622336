"""How leaves are scored, as rows: levels, groups, markers, catalogues and conversions."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from pingyi.plan import Component, Plan
from pingyi.plan.base import Row, of_category
from pingyi.plan.converts import Convert


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
                "by_rater": rule.mean_first is not None,
                "keep": rule.each.keep if rule.each else None,
                "void_counts": rule.each is not None and rule.each.void_counts,
                "by_form": rule.form is not None,
                "unmarked": rule.form.unmarked if rule.form and rule.form.unmarked != "not_counted" else None,
                "drops_levels": rule.form is not None and rule.form.otherwise == "drop_level",
                "below": rule.few.below if rule.few else 0,
                "own_share": rule.few.own_share if rule.few else None,
                "few_then": rule.few.then if rule.few else None,
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
                yield {"component": one.id, "grp": name, "category": category, "weight": of_category(weight, category)}


def _items(plan: Plan) -> Iterator[Row]:
    for one in plan.components:
        for name, weight in one.ratings.items.items() if one.ratings else ():
            if weight is not None:
                yield {"component": one.id, "item": name, "weight": weight}


def _markers(plan: Plan) -> Iterator[Row]:
    for one in plan.components:
        for name, marker in one.marks.markers.items() if one.marks else ():
            yield {"component": one.id, "marker": name, "weight": marker.weight}


def _marker_traits(plan: Plan) -> Iterator[Row]:
    for one in plan.components:
        for name, marker in one.marks.markers.items() if one.marks else ():
            for trait, values in marker.units.items():
                for value in values:
                    yield {"component": one.id, "marker": name, "trait": trait, "value": value}


def _marks(plan: Plan) -> Iterator[Row]:
    for one in plan.components:
        if one.marks is not None:
            trim = one.marks.trim
            top, bottom = (trim.top, trim.bottom) if trim else (Decimal(0), Decimal(0))
            row = {"component": one.id, "trim_top": top, "trim_bottom": bottom}
            yield row | {"one_each": one.marks.one_each, "marker_missing": one.marks.marker_missing}


def _void_marks(plan: Plan) -> Iterator[Row]:
    for one in plan.components:
        for mark in one.marks.means_nothing if one.marks else ():
            yield {"component": one.id, "mark": mark}


def _events(plan: Plan) -> Iterator[Row]:
    for one in plan.components:
        rule = one.events
        if rule is not None:
            yield {
                "component": one.id,
                "base": rule.base,
                "floor": rule.floor,
                "cap": rule.cap,
                "same_deed": rule.same_deed is not None,
                "needs_signature": rule.needs == "signed",
            }


def _catalogue(plan: Plan) -> Iterator[Row]:
    for one in plan.components:
        for id, item in one.events.items.items() if one.events else ():
            row = {"component": one.id, "item": id, "name": item.name, "points": item.fixed, "veto": item.veto}
            row |= {"veto_per": item.veto_per}
            yield row | {"has_ladder": bool(item.ladder), "clause": item.clause or one.clause}


def _deadlines(plan: Plan) -> Iterator[Row]:
    for one in plan.components:
        for id, item in one.events.items.items() if one.events else ():
            for extended, deadline in ((False, item.within), (True, item.extended or item.within)):
                if deadline:
                    yield {"item": id, "extended": extended, "kind": deadline.kind, "number": deadline.number}


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
        last = step == len(one.each_cycle if phase == "cycle" else one.convert)
        row = {"component": one.id, "phase": phase, "step": step, "last": last, "kind": convert.kind}
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


LEAVES = {
    "plan_ratings": _ratings,
    "plan_levels": _levels,
    "plan_words": _words,
    "plan_picks": _picks,
    "plan_groups": _groups,
    "plan_items": _items,
    "plan_marks": _marks,
    "plan_markers": _markers,
    "plan_marker_traits": _marker_traits,
    "plan_void_marks": _void_marks,
    "plan_events": _events,
    "plan_catalogue": _catalogue,
    "plan_deadlines": _deadlines,
    "plan_event_states": _event_states,
    "plan_factors": _factors,
    "plan_ladders": _ladders,
    "plan_measures": _measures,
    "plan_converts": _converts,
    "plan_convert_steps": _convert_steps,
}
"""The rows of each table about leaves."""
