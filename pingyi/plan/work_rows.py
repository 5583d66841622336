"""What surrounds the scoring, as rows: contents of review, tasks with their due days, provisions, re-evaluations."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from pingyi.plan import Plan
from pingyi.plan.base import Row
from pingyi.plan.work import Task
from pingyi.plan.workdays import working_days

MONTHS = {"day": 1, "workday": 1, "week": 1, "month": 1, "quarter": 3}
"""After how many months something falls due again; what is to be done each day or week is followed by months."""


def _contents(plan: Plan) -> Iterator[Row]:
    """One row for each content of review and component that looks at it; without component for one that all look at."""
    for place, one in enumerate(plan.contents):
        row = {"content": one.id, "name": one.title, "position": place, "clause": one.clause, "says": one.says}
        components: list[str | None] = [*one.components]
        for component in components or [None]:
            yield row | {"component": component}


def _tasks(plan: Plan) -> Iterator[Row]:
    """One row for each due day: what is due again and again is due on the last day of each of its stretches."""
    for place, one in enumerate(plan.tasks):
        row = {"task": one.id, "name": one.title, "phase": one.phase, "section": one.section, "position": place}
        row |= {"every": one.every, "shown_by": one.shown_by, "recipient": one.to, "hands_in": one.document}
        row |= {"printed": one.printed, "clause": one.clause, "says": one.says}
        for start, due in stretches(one):
            yield row | {"starts": start, "due": due}


def stretches(task: Task) -> Iterator[tuple[date, date]]:
    """First and last day for each time that a task is due: the months or quarters of the calendar, the last cut off."""
    start = task.start
    while task.every and (last := _end(start, MONTHS[task.every])) < task.due:
        yield start, last
        start = last + timedelta(days=1)
    yield start, task.due


def _end(day: date, months: int) -> date:
    """The last day of the month, or of the quarter, that a day lies in."""
    month = (day.month - 1) // months * months + months
    return date(day.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _task_days(plan: Plan) -> Iterator[Row]:
    """The days on which a task of each day is due, where facts show whether it was done."""
    for one in plan.tasks:
        for day in days_of(one) if one.shown_by else ():
            yield {"task": one.id, "day": day}


def days_of(task: Task) -> Iterable[date]:
    """Each day from the first to the last of a task, or each working day."""
    if task.every == "workday":
        return working_days(task.start, task.due)
    return (task.start + timedelta(days=nth) for nth in range((task.due - task.start).days + 1))


def _task_traits(plan: Plan) -> Iterator[Row]:
    for one in plan.tasks:
        for trait, values in one.units.items():
            for value in values:
                yield {"task": one.id, "trait": trait, "value": value}


def _provisions(plan: Plan) -> Iterator[Row]:
    for place, one in enumerate(plan.provisions):
        row = {"provision": one.id, "name": one.title, "position": place, "actor": one.by, "recipient": one.to}
        row |= {"tells": one.tells, "public": one.public, "due": one.due, "hands_in": one.document}
        yield row | {"printed": one.printed, "clause": one.clause, "says": one.says}


def _provision_subjects(plan: Plan) -> Iterator[Row]:
    for one in plan.provisions:
        for kind in one.each:
            yield {"provision": one.id, "subject_kind": kind}


def _provision_traits(plan: Plan) -> Iterator[Row]:
    for one in plan.provisions:
        for trait, values in one.units.items():
            for value in values:
                yield {"provision": one.id, "trait": trait, "value": value}


def _problem_items(plan: Plan) -> Iterator[Row]:
    """Which item of a component a problem costs in which state."""
    for one in plan.components:
        for status, item in one.events.problems.items() if one.events else ():
            yield {"component": one.id, "status": status, "item": item}


def _rechecks(plan: Plan) -> Iterator[Row]:
    for one in plan.rechecks:
        blocks = "、".join(plan.effects[block].name or block for block in one.blocks)
        row = {"recheck": one.id, "name": one.title, "list": one.list_, "years_ago": one.years_ago, "due": one.due}
        yield row | {"blocks": blocks, "clause": one.clause}


WORK = {
    "plan_contents": _contents,
    "plan_tasks": _tasks,
    "plan_task_days": _task_days,
    "plan_task_traits": _task_traits,
    "plan_provisions": _provisions,
    "plan_provision_subjects": _provision_subjects,
    "plan_provision_traits": _provision_traits,
    "plan_problem_items": _problem_items,
    "plan_rechecks": _rechecks,
}
"""The rows of each table about what surrounds the scoring."""
