"""Whether standings, lists, outcomes and the work around them name what the plan knows."""

from collections.abc import Callable, Iterator

from pingyi.common.codebook import codebook
from pingyi.plan import Component, ListRule, Plan
from pingyi.plan.base import ELSE
from pingyi.plan.columns import closed_columns
from pingyi.plan.inconsistency import Found, Inconsistency, rules_of, unknown
from pingyi.plan.names import columns_exist, traits_exist
from pingyi.plan.results import Bounds, Outcome, When
from pingyi.plan.work import Sampling

DAYS = ("day", "month", "quarter")
"""What strata may be read off the day of service."""

NO_STRATA = ("case", "client", "served_on")
"""Columns of the frame that make no strata: they would name people, or every day is told by `day`."""


def standings_name_what_exists(plan: Plan) -> Found:
    components = [one.id for one in plan.components]
    for standing in plan.standings:
        path = f"standings.{standing.id}"
        yield from unknown(f"{path}.of", [standing.of], components, "指标")
        named = [tie for tie in standing.ties if isinstance(tie, str)]
        votes = [tie.votes for tie in standing.ties if not isinstance(tie, str)]
        yield from unknown(f"{path}.ties", named, [*components, "draw", "share"], "指标")
        yield from unknown(f"{path}.ties", votes, _levels(plan, standing.of), f"等次（{standing.of} 及其下级）")
        yield from columns_exist(plan, f"{path}.within", standing.within)
    for band in plan.bands:
        yield from unknown(f"bands.{band.id}.of", [band.of], components, "指标")


def below(plan: Plan, component: str) -> list[Component]:
    """A component and all that it is made of; each once, whatever else is wrong with the tree."""
    known, waiting, found = {one.id: one for one in plan.components}, [component], {}
    while waiting:
        one = known.get(waiting.pop())
        if one is not None and one.id not in found:
            found[one.id] = one
            waiting.extend(one.of)
    return list(found.values())


def _levels(plan: Plan, component: str) -> list[str]:
    return [level for one in below(plan, component) if one.ratings for level in one.ratings.levels]


def lists_name_what_exists(plan: Plan) -> Found:
    lists, standings = [one.id for one in plan.every_list], [one.id for one in plan.standings]
    for section, rule in rules_of(plan):
        path = f"{section}.{rule.id}"
        yield from unknown(f"{path}.by", [rule.by], standings, "排名")
        yield from unknown(f"{path}.from", rule.pool, ["units", *lists], "名单")
        yield from unknown(f"{path}.leave_out_direct_of", rule.leave_out_direct_of, lists, "名单")
        yield from unknown(f"{path}.also.listed", [rule.also.listed] if rule.also else [], lists, "名单")
        yield from columns_exist(plan, f"{path}.within", rule.within)
        yield from _quota_names_what_exists(plan, f"{path}.quota", rule)
        yield from _condition(plan, f"{path}.when", rule.when)
        yield from _condition(plan, f"{path}.provided", rule.provided)
    yield from unknown("units.exempt.listed", [plan.units.exempt.listed] if plan.units.exempt else [], lists, "名单")
    for place, one in enumerate(plan.units.published):
        yield from traits_exist(plan, f"units.published.{place}.for", one.units)


def _quota_names_what_exists(plan: Plan, path: str, rule: ListRule) -> Found:
    if rule.quota is None:
        return
    yield from columns_exist(plan, f"{path}.by", [rule.quota.by])
    yield from columns_exist(plan, f"{path}.rest_by", [rule.quota.rest_by] if rule.quota.rest_by else [])
    known = closed_columns(plan).get(rule.quota.by)
    if known is not None:
        yield from unknown(f"{path}.take", rule.quota.take, known, "取值")


def _condition(plan: Plan, path: str, when: When) -> Found:
    """Every name in a condition; a condition that binds nothing is a slip."""
    yield from traits_exist(plan, f"{path}.units", when.units)
    yield from unknown(f"{path}.marks", when.marks, [one.id for one in plan.components], "指标")
    yield from unknown(f"{path}.grade", when.grade, plan.units.grades, "考绩档次")
    running = [when.running.list_] if when.running else []
    yield from unknown(f"{path}.running.list", running, [one.id for one in plan.every_list], "名单")
    bounds = {f"marks.{name}": one for name, one in when.marks.items()} | ({"place": when.place} if when.place else {})
    for name, one in bounds.items():
        if one == Bounds():
            yield Inconsistency(f"{path}.{name}", "", "界限用 from、below、above、up_to 写明，至少一个")


def outcomes_name_what_exists(plan: Plan) -> Found:
    lists = [one.id for one in plan.every_list]
    for outcome in plan.outcomes:
        path = f"outcomes.{outcome.id}"
        yield from unknown(f"{path}.list", [outcome.list_], lists, "名单")
        yield from unknown(f"{path}.effect", [outcome.effect], plan.effects, "后果")
        yield from unknown(f"{path}.leave_out", outcome.leave_out, lists, "名单")
        yield from _conditions_of(plan, path, outcome)


def _conditions_of(plan: Plan, path: str, outcome: Outcome) -> Found:
    yield from _condition(plan, f"{path}.when", outcome.when)
    if outcome.unless is not None:
        yield from _condition(plan, f"{path}.unless", outcome.unless)
        if outcome.unless == When():
            yield Inconsistency(f"{path}.unless", "", "没有写条件；空的 unless 会免去所有单位的后果")


def work_names_what_exists(plan: Plan) -> Found:
    lists = [one.id for one in plan.every_list]
    for rule in plan.sampling:
        yield from _sampling(plan, f"sampling.{rule.id}", rule)
    for recheck in plan.rechecks:
        path = f"rechecks.{recheck.id}"
        yield from unknown(f"{path}.list", [recheck.list_], lists, "名单")
        yield from unknown(f"{path}.blocks", recheck.blocks, plan.effects, "后果")
    phases = [phase.id for phase in plan.calendar]
    if any(task.phase in phases for task in plan.tasks):
        for task in plan.tasks:
            yield from unknown(f"tasks.{task.id}.phase", [task.phase], phases, "阶段（calendar）")


def _sampling(plan: Plan, path: str, rule: Sampling) -> Found:
    ids = [one.id for one in plan.components]
    frame = [name for name in codebook().facts["clients"].names if name not in NO_STRATA]
    yield from unknown(f"{path}.component", [rule.component] if rule.component else [], ids, "指标")
    yield from traits_exist(plan, f"{path}.for", rule.units)
    yield from unknown(f"{path}.per", rule.per, [*frame, *DAYS], "抽样框的列")
    yield from unknown(f"{path}.leave_out", rule.leave_out, frame, "抽样框的列")
    words = dict(_words(plan, rule))
    if words.get("group"):
        yield from unknown(f"{path}.quota", rule.quota, [*words["group"], ELSE], "评价人类别")
    for column, values in rule.leave_out.items():
        if words.get(column):
            yield from unknown(f"{path}.leave_out.{column}", values, words[column], "取值")
    if rule.cases == Bounds():
        yield Inconsistency(f"{path}.cases", "", "界限用 from、below、above、up_to 写明，至少一个")


def _words(plan: Plan, rule: Sampling) -> Iterator[tuple[str, list[str]]]:
    """Groups and channels of the ratings for which somebody is drawn, where the plan names them."""
    for one in plan.components:
        if one.id == rule.component and one.ratings:
            yield "group", [*one.ratings.groups]
            yield "channel", [channel.id for channel in one.ratings.channels]


def terms_name_what_exists(plan: Plan) -> Found:
    """The plan's own words stand for heads of the glossary, for its roster columns, or for the office."""
    tables = {**codebook().facts, **codebook().results}.values()
    heads = {name for table in tables for name in table.names} | {"office", *plan.units.columns}
    yield from unknown("terms", plan.terms, sorted(heads), "词（表头的英文名）")


RESULT_NAMES: list[Callable[[Plan], Found]] = [
    standings_name_what_exists,
    lists_name_what_exists,
    outcomes_name_what_exists,
    work_names_what_exists,
    terms_name_what_exists,
]
