"""What scores become, as rows: standings, bands, lists, consequences and their conditions, published counts."""

from collections.abc import Iterator
from typing import Any

from pingyi.plan import ListRule, Plan
from pingyi.plan.base import ELSE, Row
from pingyi.plan.order import Order
from pingyi.plan.results import Bounds, VotesTie, When


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
            "by_lot": one.by_lot,
            "clause": one.clause,
        }


def _ties(plan: Plan) -> Iterator[Row]:
    for one in plan.standings:
        for place, tie in enumerate(one.keys):
            row: Row = {"standing": one.id, "position": place + 1, "component": None, "level": None, "fewer": None}
            if isinstance(tie, VotesTie):
                yield row | {"level": tie.votes, "fewer": tie.better == "fewer"}
            else:
                yield row | {"component": tie}


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
            "share": one.share.part if one.share else None,
            "share_of": one.share.of if one.share else None,
            "share_round": one.share.round if one.share else None,
            "decided_by": one.decided.by if one.decided else None,
            "decided_due": one.decided.due if one.decided else None,
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
        yield from _when("list", rule, "provided", rule.provided)
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
        for group, share in one.quota.items() if one.component else ():
            if group != ELSE:
                yield {"component": one.component, "grp": group, "share": share, "clause": one.clause}


RESULTS = {
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
"""The rows of each table about results."""
