"""Whether the parts of a plan fit together: names that exist, and then numbers that do (`pingyi.plan.sums`).

Each check yields every place where its sentence does not hold; `inconsistencies` asks them all.
"""

from collections.abc import Callable, Sequence

from pingyi.plan import ListRule, Plan
from pingyi.plan.base import ELSE, Named
from pingyi.plan.inconsistency import Found, Inconsistency, rules_of, unknown
from pingyi.plan.sums import SUMS
from pingyi.plan.work_checks import WORK_CHECKS

__all__ = ["Inconsistency", "inconsistencies"]

ROSTER = ("category", "organ", "township", "management", "system")
"""Roster columns that every plan knows."""


def inconsistencies(plan: Plan) -> list[Inconsistency]:
    """Everything in the plan that does not fit together."""
    names = [found for check in NAMES for found in check(plan)]
    return names or [found for check in SUMS for found in check(plan)]


def ids_are_unique(plan: Plan) -> Found:
    sections: dict[str, Sequence[Named]] = {
        "components": plan.components,
        "standings": plan.standings,
        "shortlists": plan.every_list,
        "outcomes": plan.outcomes,
        "readings": plan.readings,
        "sampling": plan.sampling,
        "tasks": plan.tasks,
        "rechecks": plan.rechecks,
    }
    for section, things in sections.items():
        ids = [thing.id for thing in things]
        for id in sorted({id for id in ids if ids.count(id) > 1}):
            yield Inconsistency(section, id, "同一个 id 只能用一次")


def components_name_what_exists(plan: Plan) -> Found:
    ids, lists = [one.id for one in plan.components], [one.id for one in plan.every_list]
    for one in plan.components:
        path = f"components.{one.id}"
        yield from unknown(f"{path}.of", one.of, ids, "指标")
        yield from unknown(f"{path}.listed", one.listed, lists, "名单")
        yield from unknown(f"{path}.per", [one.per], plan.cycles, "周期")
        for key, traits in (("for", one.units), ("imported", one.imported)):
            yield from _traits(plan, f"{path}.{key}", traits)
        for per_category in (one.full, one.weight):
            names = per_category if isinstance(per_category, dict) else {}
            yield from unknown(path, set(names) - {ELSE}, plan.units.categories, "类别")


def _traits(plan: Plan, path: str, traits: dict[str, list[str]]) -> Found:
    known = {"category": plan.units.categories, "management": plan.units.management, "system": plan.units.systems}
    for column, values in traits.items():
        yield from unknown(path, [column], [*ROSTER, *plan.units.columns], "名录列")
        if column in known:
            yield from unknown(f"{path}.{column}", values, [*known[column], ""], "取值")


def each_component_has_one_parent(plan: Plan) -> Found:
    children = [child for one in plan.components for child in one.of]
    for child in sorted({child for child in children if children.count(child) > 1}):
        yield Inconsistency(f"components.{child}", child, "一个指标只能属于一个上级指标")


def ratings_name_their_levels(plan: Plan) -> Found:
    for one in plan.components:
        if one.ratings is None or one.ratings.form is None:
            continue
        form, path = one.ratings.form, f"components.{one.id}.ratings.form"
        yield from unknown(path, [*form.exactly, *form.at_most], one.ratings.levels, "等次")
        yield from unknown(f"{path}.unmarked", [form.unmarked], [*one.ratings.levels, "not_counted"], "等次")


def event_items_are_unique(plan: Plan) -> Found:
    seen: dict[str, str] = {}
    for one in plan.components:
        for item in one.events.items if one.events else ():
            if item in seen:
                wanted = f"事项编号在全方案只能用一次，{seen[item]} 已有"
                yield Inconsistency(f"components.{one.id}.events.items.{item}", item, wanted)
            seen[item] = one.id


def results_name_what_exists(plan: Plan) -> Found:
    components, lists = [one.id for one in plan.components], [one.id for one in plan.every_list]
    standings = [one.id for one in plan.standings]
    for standing in plan.standings:
        path = f"standings.{standing.id}"
        yield from unknown(f"{path}.of", [standing.of], components, "指标")
        named = [tie for tie in standing.ties if isinstance(tie, str)]
        votes = [tie.votes for tie in standing.ties if not isinstance(tie, str)]
        yield from unknown(f"{path}.ties", named, [*components, "draw", "share"], "指标")
        yield from unknown(f"{path}.ties", votes, _levels(plan), "等次")
        yield from _traits(plan, f"{path}.within", {column: [] for column in standing.within})
    for section, rule in rules_of(plan):
        path = f"{section}.{rule.id}"
        yield from unknown(f"{path}.by", [rule.by], standings, "排名")
        yield from unknown(f"{path}.from", rule.pool, ["units", *lists], "名单")
        yield from unknown(f"{path}.leave_out_direct_of", rule.leave_out_direct_of, lists, "名单")
        yield from unknown(f"{path}.when", rule.when.marks, components, "指标")
        yield from unknown(f"{path}.provided", rule.provided.marks, components, "指标")
        yield from unknown(f"{path}.also", [rule.also.listed] if rule.also else [], lists, "名单")
        yield from _traits(plan, f"{path}.quota", {column: [] for column in _quota_columns(rule)})
    yield from unknown("units.exempt", [plan.units.exempt.listed] if plan.units.exempt else [], lists, "名单")
    for band in plan.bands:
        yield from unknown(f"bands.{band.id}.of", [band.of], components, "指标")
    for outcome in plan.outcomes:
        path = f"outcomes.{outcome.id}"
        yield from unknown(f"{path}.list", [outcome.list_], lists, "名单")
        yield from unknown(f"{path}.effect", [outcome.effect], plan.effects, "后果")
        yield from unknown(f"{path}.leave_out", outcome.leave_out, lists, "名单")
        for condition in (outcome.when, outcome.unless):
            if condition is not None:
                yield from _traits(plan, f"{path}.when.units", condition.units)
                yield from unknown(f"{path}.when.grade", condition.grade, plan.units.grades, "考绩档次")
                yield from unknown(
                    f"{path}.when.running", [condition.running.list_] if condition.running else [], lists, "名单"
                )


def _levels(plan: Plan) -> list[str]:
    return [level for one in plan.components if one.ratings for level in one.ratings.levels]


def work_names_what_exists(plan: Plan) -> Found:
    components, lists = [one.id for one in plan.components], [one.id for one in plan.every_list]
    for rule in plan.sampling:
        path = f"sampling.{rule.id}"
        yield from unknown(f"{path}.component", [rule.component] if rule.component else [], components, "指标")
        yield from _traits(plan, f"{path}.for", rule.units)
    for recheck in plan.rechecks:
        path = f"rechecks.{recheck.id}"
        yield from unknown(f"{path}.list", [recheck.list_], lists, "名单")
        yield from unknown(f"{path}.blocks", recheck.blocks, plan.effects, "后果")


def _quota_columns(rule: ListRule) -> list[str]:
    return [column for column in (rule.quota.by, rule.quota.rest_by) if column] if rule.quota else []


NAMES: list[Callable[[Plan], Found]] = [
    ids_are_unique,
    components_name_what_exists,
    each_component_has_one_parent,
    ratings_name_their_levels,
    event_items_are_unique,
    results_name_what_exists,
    work_names_what_exists,
    *WORK_CHECKS,
]
"""Checked first: the rest presumes that every name exists."""
