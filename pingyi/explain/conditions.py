"""Conditions of lists in words: 总得分 70 分以上（含）, 类别为管理执法类."""

from collections.abc import Iterator

from pingyi.common import wording
from pingyi.common.codebook import codebook
from pingyi.plan import Plan
from pingyi.plan.ranking import Bounds, When


def said(plan: Plan, when: When) -> str:
    """All that must hold, in one line; empty where nothing is asked."""
    return "；".join(each(plan, when))


def each(plan: Plan, when: When) -> Iterator[str]:
    """The conditions one by one: columns, marks, place, grade, years running."""
    for trait, values in when.units.items():
        yield f"{_trait(plan, trait)}为{'或'.join(value or '空' for value in values)}"
    for component, bounds in when.marks.items():
        yield f"{plan.component(component).title}{_bounds(bounds, '分')}"
    if when.place:
        yield f"名次{_bounds(when.place, '名')}"
    if when.grade:
        yield f"主管部门考绩为{'或'.join(when.grade)}"
    if when.running:
        title = {rule.id: rule.title for rule in plan.every_list}.get(when.running.list_, when.running.list_)
        yield f"连续 {when.running.years} 年列入{title}"


def _trait(plan: Plan, trait: str) -> str:
    """What people call a column of the roster."""
    known = {column.name: column.head for column in codebook().facts["units"].columns}
    return (known | plan.units.columns | plan.terms).get(trait, trait)


def _bounds(bounds: Bounds, unit: str) -> str:
    """70 分以上（含）, below 60: 不到 60 分."""
    told = [
        f"{start}{wording.plain(value)} {unit}{end}"
        for value, start, end in (
            (bounds.start, " ", "以上（含）"),
            (bounds.above, "高于 ", ""),
            (bounds.below, "不到 ", ""),
            (bounds.up_to, " ", "以下（含）"),
        )
        if value is not None
    ]
    return "、".join(told)
