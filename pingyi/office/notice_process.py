"""What a notice may tell everybody: by which document, who took part, how marks come about, what follows for whom.

Nothing here names a unit or gives a result: it stands in the notice of a campaign whose results are not published too.
"""

from collections import Counter

import polars as pl

from pingyi.common import wording
from pingyi.office.issuance import chinese_date, date_span
from pingyi.plan import Component
from pingyi.plan.ranking import Standing
from pingyi.report.rating_sections import describe_counted, judged_forms
from pingyi.results.list_states import PROPOSED
from pingyi.results.result_tables import ResultTables
from pingyi.rules.base import ELSE, Named


def opening_paragraph(results: ResultTables, office: str) -> str:
    """The first paragraph: what was done by which document, and when."""
    campaign = results.plan.campaign
    when = f"，评议时间为{date_span(*results.period)}" if results.period else ""
    return (
        f"根据{campaign.document}（{chinese_date(campaign.issued)}印发），{office}组织开展了{campaign.title}{when}。"
        f"现将{_subject_of(results)}通报如下。"
    )


def _subject_of(results: ResultTables) -> str:
    if results.early:
        return f"截至{chinese_date(results.day)}的情况"
    if results.plan.campaign.confidential:
        return "有关情况"
    return f"{PROPOSED}结果" if results.undecided_lists else "结果"


def describe_organisation(results: ResultTables) -> list[str]:
    """Who took part, in which phases, how much was said, and how many forms were valid."""
    rated = [one for one in (results.rated_leaves, results.ballot_leaves) if one]
    counted = ["".join(describe_counted(results, one) for one in rated).replace(" ", "")] if rated else []
    forms = judged_forms(results).group_by("component", maintain_order=True)
    judged = [_describe_forms(results.plan.component_titles[str(component)], rows) for (component,), rows in forms]
    return [_describe_units(results), *_describe_phases(results), *counted, *judged]


def _describe_units(results: ResultTables) -> str:
    roster = results.published("roster")
    absent, organs = roster["absent"].drop_nulls().to_list(), roster["organ"].n_unique()
    whose = f"，属{organs}个{results.organ_head}" if results.organs_differ else ""
    kinds = _count_kinds(results)
    told = f"；按类别分，{'、'.join(f'{kind}{number}个' for kind, number in kinds)}" if len(kinds) > 1 else ""
    why = "，".join(f"{said}{absent.count(name)}个" for name, said in wording.ABSENT.items() if name in absent)
    taking = f"其中{why}，参加评议{roster.height - len(absent)}个。" if absent else "全部参加评议。"
    return f"列入名录的单位{roster.height}个{whose}{told}。{taking}"


def _count_kinds(results: ResultTables) -> list[tuple[str, int]]:
    """Units by category, or by the system that reviews them itself; in the order of the plan."""
    known = results.plan.units
    numbers = Counter(sorted(results.unit_kinds.values()))
    order = dict.fromkeys([*known.categories, *known.systems.values(), *numbers])
    return [(kind, numbers[kind]) for kind in order if kind in numbers]


def _describe_phases(results: ResultTables) -> list[str]:
    phases = results.plan.calendar
    told = "；".join(f"{one.title}，{date_span(one.start, one.end)}" for one in phases)
    return [f"评议分{len(phases)}个阶段：{told}。"] if len(phases) > 1 else []


def _describe_forms(title: str, rows: pl.DataFrame) -> str:
    """Forms that are judged as a whole: how many were valid."""
    every = int(rows["forms"].sum())
    void = int(rows.filter(pl.col("reason").is_not_null())["forms"].sum())
    numbers = (wording.counted(number) for number in (every, every - void, void))
    return "{}收到选票{}张，有效{}张，无效{}张。".format(title, *numbers)


def describe_method(results: ResultTables) -> list[str]:
    """How marks are put together, how ties are settled, and who is listed: each with its clause."""
    roots = {one.of for one in results.plan.standings}
    rules = [_describe_node(results, one) for one in results.plan.components if one.of or one.id in roots]
    rules += [_describe_standing(results, one) for one in results.plan.standings]
    rules += [f"{_title_of(one)}。{one.says}" for one in results.plan.every_list]
    return number_lines(rules)


def number_lines(lines: list[str]) -> list[str]:
    """The lines numbered 1．, 2．, …"""
    return [f"{place}．{line}" for place, line in enumerate(lines, 1)]


def _describe_node(results: ResultTables, one: Component) -> str:
    full = full_marks(one)
    head = one.title + _in_brackets(one.clause, f"满分{full}分" if full else "")
    inside = "、".join(_describe_child(results.plan.component(child)) for child in one.of)
    return f"{head}。{one.says}" + (f"包括{inside}。" if inside else "")


def _describe_child(one: Component) -> str:
    full = full_marks(one)
    weight = f"占{wording.percent(one.weight)}" if one.weight is not None and not isinstance(one.weight, dict) else ""
    return one.title + _in_brackets(f"{full}分" if full else "", weight, "另计" if one.outside else "")


def full_marks(one: Component) -> str:
    """Full marks as the plan has them, by category where they differ; empty where there are none."""
    every = (one.full or {}).items()
    return "、".join(f"{'' if name == ELSE else name}{wording.plain(full)}" for name, full in every)


def _in_brackets(*told: str) -> str:
    inside = "，".join(one for one in told if one)
    return f"（{inside}）" if inside else ""


def _describe_standing(results: ResultTables, one: Standing) -> str:
    keys = [results.plan.tie_title(tie) for tie in one.keys]
    end = "公开抽签" if one.by_lot else "名次并列"
    rule = f"总分相同的，依次比较{'、'.join(keys)}，仍相同的{end}。" if keys else f"总分相同的{end}。"
    return f"{_title_of(one)}。{one.says or rule}"


def _title_of(one: Named) -> str:
    return one.title + _in_brackets(one.clause)


def describe_effects(results: ResultTables) -> list[str]:
    """What follows for whoever is on a list, as the plan has it and without naming anybody."""
    keys = dict.fromkeys((one.effect, one.clause) for one in results.plan.outcomes)
    return number_lines([_describe_effect(results, *key) for key in keys])


def _describe_effect(results: ResultTables, effect: str, clause: str) -> str:
    same = [one for one in results.plan.outcomes if (one.effect, one.clause) == (effect, clause)]
    lists = "、".join(dict.fromkeys(results.plan.list_titles[one.list_] for one in same))
    kinds = "、".join(dict.fromkeys(wording.SUBJECTS[one.to] for one in same))
    until = "、".join(dict.fromkeys(one.until for one in same if one.until))
    end = f"时限：{until}。" if until else ""
    name = results.plan.effects[effect].name or effect
    return f"{name}{_in_brackets(clause)}：适用于列入{lists}的，对象为{kinds}。{end}"
