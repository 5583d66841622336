"""Whether what surrounds the scoring fits the rest of the plan: names that exist, days that run forward."""

from pingyi.plan import Plan
from pingyi.plan.inconsistency import Found, Inconsistency, unknown
from pingyi.plan.names import traits_exist
from pingyi.plan.workdays import known_years


def contents_name_components(plan: Plan) -> Found:
    known = [one.id for one in plan.components]
    for one in plan.contents:
        yield from unknown(f"contents.{one.id}.components", one.components, known, "指标")


def tasks_and_provisions_name_roster_columns(plan: Plan) -> Found:
    for path, traits in _traits(plan):
        yield from traits_exist(plan, path, traits)


def _traits(plan: Plan) -> list[tuple[str, dict[str, list[str]]]]:
    tasks = [(f"tasks.{one.id}.for", one.units) for one in plan.tasks]
    return [*tasks, *((f"provisions.{one.id}.for", one.units) for one in plan.provisions)]


def what_shows_a_task_is_due_each_day(plan: Plan) -> Found:
    for one in plan.tasks:
        if one.shown_by and one.every not in ("day", "workday"):
            wanted = "只有每天的任务（every: day、workday）能按数据逐日核对"
            yield Inconsistency(f"tasks.{one.id}.shown_by", one.shown_by, wanted, clause=one.clause)
        known = known_years()
        if one.every == "workday" and not {one.start.year, one.due.year} <= set(known):
            wanted = f"工作日历只有 {known[0]}—{known[-1]} 年"
            yield Inconsistency(f"tasks.{one.id}.every", f"{one.due.year} 年", wanted, clause=one.clause)
        if one.units and not one.shown_by:
            wanted = "写了 for 的任务按单位核对，要写 shown_by"
            yield Inconsistency(f"tasks.{one.id}.for", "、".join(one.units), wanted, clause=one.clause)


def provisions_concern_somebody(plan: Plan) -> Found:
    for one in plan.provisions:
        if not one.to and not one.each:
            yield Inconsistency(f"provisions.{one.id}", "", "应写明涉及谁：to 或 each", clause=one.clause)
        if one.units and not one.each:
            wanted = "写了 for 的要写 each：涉及这些单位的谁"
            yield Inconsistency(f"provisions.{one.id}.for", "、".join(one.units), wanted, clause=one.clause)
        if one.public and plan.campaign.confidential and one.tells:
            wanted = "结果不公开的活动（confidential）不能公开通报"
            yield Inconsistency(f"provisions.{one.id}.public", "true", wanted, clause=one.clause)


def problems_cost_what_the_catalogue_has(plan: Plan) -> Found:
    for one in plan.components:
        if one.events and one.events.problems:
            path = f"components.{one.id}.events.problems"
            yield from unknown(path, one.events.problems.values(), one.events.items, "事项")


WORK_CHECKS = [
    contents_name_components,
    tasks_and_provisions_name_roster_columns,
    what_shows_a_task_is_due_each_day,
    provisions_concern_somebody,
    problems_cost_what_the_catalogue_has,
]
"""Asked with the checks of names."""
