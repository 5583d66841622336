"""What surrounds the scoring: who is asked about what, what is to be done by when, and what the plan leaves open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PositiveInt, model_validator

from pingyi.common.codebook import codebook
from pingyi.plan.ranking import Bounds, binding_nothing, impossible_bounds
from pingyi.plan.tables import Rows, each_trait, fields_of, plan_table
from pingyi.plan.units import unknown_traits
from pingyi.rules.base import (
    ELSE,
    Day,
    Found,
    Frozen,
    Id,
    Named,
    Share,
    Traits,
    as_list,
    each_day,
    known_years,
    working_days,
)
from pingyi.rules.spans import FREE, ZERO, Span

if TYPE_CHECKING:
    from pingyi.plan import Plan


class Sampling(Named):
    """Who is asked: a draw from the frame (facts `clients`), or the shares that groups of raters should have.

    component: whose raters these are. take: how many of each stratum, or `all` of it. per: what makes a stratum: unit,
        group, channel, day, month, quarter, or another column of the frame. cases: the draw is made in strata of this
        size; others give all they have, or none (`else`). quota: shares by group; `else`: the groups not named.
    units: roster columns and values of the units it is for. leave_out: frame columns and values that are not asked.
    """

    SECTION = "sampling"

    component: Id | None = None
    take: PositiveInt | Literal["all"] | None = None
    per: list[str] = []
    cases: Bounds | None = None
    otherwise: Annotated[Literal["all", "none"], Field(alias="else")] = "all"
    quota: dict[str, Share] = {}
    units: Annotated[Traits, Field(alias="for")] = {}
    leave_out: Traits = {}

    @model_validator(mode="after")
    def _all_is_all(self) -> Sampling:
        if self.take == "all" and (self.cases or self.quota or self.otherwise != "all"):
            raise ValueError("take: all 是全部列入，不能再写 cases、quota 或 else: none")
        return self

    @property
    def number(self) -> int:
        """How many are drawn of each stratum; 0 where nothing is drawn, or all are asked."""
        return self.take if isinstance(self.take, int) else 0


class Content(Named):
    """One of the contents of review: what the raters are asked about, in our words.

    components: whose questionnaires, visits or inspections look at it; none: all of them.
    asks: the single questions of it.
    """

    SECTION = "contents"

    components: Annotated[list[Id], BeforeValidator(as_list)] = []
    asks: list[str] = []


class Task(Named):
    """Something the work plan sets: from when to when, by which section.

    every: what is due again and again: at the end of each month or quarter, and on `due`. What is to be done each day,
        working day (of the official calendar) or week is followed month by month.
    shown_by: the fact table whose days show for each unit (of `for`) that what is due each day was done; a unit's days
        without are told.
    to: who gets it. document: what is handed in: a form, a report. printed: the time as the document writes it, where
        that is not from–due.
    """

    SECTION = "tasks"

    phase: str
    section: str
    start: Annotated[Day, Field(alias="from")]
    due: Day
    every: Literal["day", "workday", "week", "month", "quarter"] | None = None
    shown_by: Literal["clients"] | None = None
    units: Annotated[Traits, Field(alias="for")] = {}
    to: str = ""
    document: str = ""
    printed: str = ""


class Answer(Frozen):
    """Another answer to an open question: a patch of the plan, path → value as the file would write it."""

    answer: str
    patch: dict[str, Any]


class Reading(Named):
    """A question that the plan leaves open, the official answer, and the others."""

    question: str
    official: str
    otherwise: list[Answer] = []


@plan_table("plan_voters", "component, grp, share decimal, clause")
def _voter_rows(plan: Plan) -> Rows:
    """The shares that groups of raters should have."""
    for one in plan.sampling:
        for group, share in one.quota.items() if one.component else ():
            if group != ELSE:
                yield one.component, group, share, one.clause


@plan_table("plan_contents", "content, name, position integer, component, clause, says")
def _content_rows(plan: Plan) -> Rows:
    """One row for each content of review and component that looks at it; without component for one that all look at."""
    for place, one in enumerate(plan.contents):
        components: list[str | None] = [*one.components]
        for component in components or [None]:
            yield one.id, one.title, place, component, one.clause, one.says


@plan_table(
    "plan_tasks",
    "task, name, phase, section, position integer, every, shown_by, recipient, hands_in, printed, starts date, "
    "due date, clause, says",
)
def _task_rows(plan: Plan) -> Rows:
    """One row for each due day: what is due again and again is due on the last day of each of its periods."""
    for place, one in enumerate(plan.tasks):
        row = {"task": one.id, "name": one.title, "position": place, "recipient": one.to, "hands_in": one.document}
        row |= fields_of(one, "phase", "section", "every", "shown_by", "printed", "clause", "says")
        for start, due in periods_of_task(one):
            yield row | {"starts": start, "due": due}


@plan_table("plan_task_days", "task, day date")
def _task_day_rows(plan: Plan) -> Rows:
    """The days on which a task of each day is due, where facts show whether it was done."""
    yield from ((one.id, day) for one in plan.tasks if one.shown_by for day in days_of_task(one))


@plan_table("plan_task_traits", "task, trait, value")
def _task_trait_rows(plan: Plan) -> Rows:
    yield from ((one.id, *pair) for one in plan.tasks for pair in each_trait(one.units))


MONTHS = {"day": 1, "workday": 1, "week": 1, "month": 1, "quarter": 3}
"""After how many months something falls due again; what is to be done each day or week is followed by months."""


def periods_of_task(task: Task) -> Iterator[tuple[date, date]]:
    """First and last day for each time that a task is due: the months or quarters of the calendar, the last cut off."""
    start = task.start
    while task.every and (last := _last_day(start, MONTHS[task.every])) < task.due:
        yield start, last
        start = last + timedelta(days=1)
    yield start, task.due


def _last_day(day: date, months: int) -> date:
    """The last day of the month, or of the quarter, that a day lies in."""
    month = (day.month - 1) // months * months + months
    return date(day.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def days_of_task(task: Task) -> Iterator[date]:
    """Each day from the first to the last of a task, or each working day."""
    return (working_days if task.every == "workday" else each_day)(task.start, task.due)


DAYS = ("day", "month", "quarter")
"""What strata may be read off the day of service."""

NO_STRATA = ("case", "client", "served_on")
"""Columns of the frame that make no strata: they would name people, or every day is told by `day`."""


def sampling_names_what_exists(plan: Plan) -> Found:
    ids = [one.id for one in plan.components]
    frame = [name for name in codebook().facts["clients"].names if name not in NO_STRATA]
    for rule in plan.sampling:
        words = _known_words(plan, rule)
        yield from rule.unknown_names("component", [rule.component] if rule.component else [], ids, "指标")
        yield from unknown_traits(plan, f"{rule.path}.for", rule.units)
        yield from rule.unknown_names("per", rule.per, [*frame, *DAYS], "抽样框的列")
        yield from rule.unknown_names("leave_out", rule.leave_out, frame, "抽样框的列")
        if words.get("group"):
            yield from rule.unknown_names("quota", rule.quota, [*words["group"], ELSE], "评价人类别")
        for column, values in rule.leave_out.items():
            if words.get(column):
                yield from rule.unknown_names(f"leave_out.{column}", values, words[column], "取值")
        if rule.cases is not None:
            yield from binding_nothing(f"{rule.path}.cases", rule.cases)


def _known_words(plan: Plan, rule: Sampling) -> dict[str, list[str]]:
    """Groups and channels of the ratings for which somebody is drawn, where the plan names them."""
    ratings = {one.id: one.ratings for one in plan.components if one.ratings}.get(rule.component or "")
    return {"group": [*ratings.groups], "channel": [one.id for one in ratings.channels]} if ratings else {}


def phases_of_tasks_are_those_of_the_calendar(plan: Plan) -> Found:
    """Where the calendar has phases that tasks name, all tasks name one."""
    phases = [phase.id for phase in plan.calendar]
    if any(task.phase in phases for task in plan.tasks):
        for task in plan.tasks:
            yield from task.unknown_names("phase", [task.phase], phases, "阶段（calendar）")


def contents_name_components(plan: Plan) -> Found:
    known = [one.id for one in plan.components]
    for one in plan.contents:
        yield from one.unknown_names("components", one.components, known, "指标")


def tasks_name_roster_columns(plan: Plan) -> Found:
    for one in plan.tasks:
        yield from unknown_traits(plan, f"{one.path}.for", one.units)


def what_shows_a_task_is_due_each_day(plan: Plan) -> Found:
    known = known_years()
    for one in plan.tasks:
        if one.shown_by and one.every not in ("day", "workday"):
            yield one.misfit("shown_by", one.shown_by, "只有每天的任务（every: day、workday）能按数据逐日核对")
        if one.every == "workday" and not {one.start.year, one.due.year} <= set(known):
            yield one.misfit("every", f"{one.due.year} 年", f"工作日历只有 {known[0]}—{known[-1]} 年")
        if one.units and not one.shown_by:
            yield one.misfit("for", "、".join(one.units), "写了 for 的任务按单位核对，要写 shown_by")


def shares_stay_within_the_whole(plan: Plan) -> Found:
    for rule in plan.sampling:
        total = sum(rule.quota.values(), ZERO)
        if total > 1 or (ELSE in rule.quota and total != 1):
            yield rule.misfit("quota", total, "各类人员的比例之和应为 1")


def tasks_run_forward(plan: Plan) -> Found:
    for task in plan.tasks:
        if task.due < task.start:
            yield task.misfit("due", task.due, f"应不早于开始日 {task.start}", clause="")
    for phase in plan.calendar:
        if phase.end < phase.start:
            yield phase.misfit("to", phase.end, f"应不早于开始日 {phase.start}", clause="")


def sampled_cases_can_occur(plan: Plan) -> Found:
    for rule in plan.sampling:
        if rule.cases is not None:
            yield from impossible_bounds(f"{rule.path}.cases", rule.cases, Span(ZERO, FREE), rule.clause)
