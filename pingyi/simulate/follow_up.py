"""What is done beside the scoring: problems to rectify, opinions, tasks of the work plan, re-evaluations.

Problems are one story with the book of events: what is not put right in time is what costs points. Units report on them
once a month, but for a few silent months; what people say, word for word, leads to some of them. All of it is made up.
"""

import math
from datetime import date, timedelta

import numpy as np
import polars as pl

from pingyi.facts.as_of_date import last_day
from pingyi.plan import Plan
from pingyi.plan.work import Task, periods_of_task
from pingyi.simulate.event_facts import rank_by_gravity
from pingyi.simulate.world import Row, World, schema_of

PART, MOST, LEAST = 3, 40, 8
"""One unit in so many has a problem that cost nothing; problems in all where deeds do not make more; at least."""

TERM = (20, 40)
"""Days that a unit has to rectify a problem."""

FATES = {"in_time": 0.52, "late": 0.18, "open": 0.22, "refused": 0.08}
"""What becomes of a problem that cost nothing, with shares."""

POSTS = ["窗口负责人", "业务科负责人", "综合科负责人", "分管副职"]
"""Posts that answer for putting a problem right."""

FED_BACK = 0.6
"""Share of rectified problems that were fed back to those who rate."""

REPORTED = 0.82
"""Share of months for which a unit reports."""

DONE, REFUSES = "已整改到位，请予核实。", "认为不属本单位职责，未作整改。"
WORDS = [
    "已列入台账，明确了责任人和完成时限。",
    "开会作了专题研究，制定了整改措施。",
    "正在修订有关制度，征求各方意见。",
    "已完成大部分，剩余事项正在协调。",
    "组织了培训和自查，现场还在改进。",
]
"""What the first report says, the second …; the last one goes on."""

THEMES = [
    ("公布的办事材料与实际要求不一致", "网上写的材料和柜台要的不一样，我跑了三趟才办好。"),
    ("一次性告知没有落实", "第一次去没说要带户口本，第二次才讲，为什么不一次说清楚？"),
    ("午间值班空岗", "中午去办事没有人，等到两点半才开门。"),
    ("咨询电话无人接听", "公布的电话打了好几天，不是占线就是没人接。"),
    ("接待群众态度生硬", "多问几句就不耐烦，态度能不能好一点。"),
    ("办件超过承诺时限", "说是五个工作日，结果拖了快一个月。"),
    ("科室之间相互推诿", "这边说找那边，那边说找这边，到底谁管？"),
    ("网上申报系统不稳定", "网上填了一半就退出来，只好又去现场排队。"),
    ("对企业检查过于频繁", "一个月来了四拨人，查的都是同样的东西，我们还要不要干活？"),
    ("收费依据没有公示", "收了钱也不说是什么费用，希望把标准贴出来。"),
    ("上门服务的承诺没有兑现", "老人腿脚不便，答应上门来办，等了两个星期没见人。"),
    ("群众反映的事项没有回音", "路灯坏了反映过两回，到现在没有人回话。"),
    ("排队叫号混乱", "取了号也没用，后来的人倒先办了。"),
    ("政策解释口径不一", "补贴到底怎么算，问了三个人有三种说法。"),
]
"""A problem, and how somebody put it who met with it."""

OTHERS = [
    "办得很快，十几分钟就拿到了证，要表扬。",
    "很耐心，帮我把表格一项一项填好。",
    "希望周末也安排人值班，上班的人平时请不了假。",
    "建议把常用表格的样本摆在大厅里，照着填就不会错。",
    "停车不方便，最好留几个车位给来办事的人。",
    "比去年好多了，跑一趟就办成了。",
    "总的说还可以，就是等的时间长了点。",
    "没打过什么交道，说不上好坏。",
    "多到村里来讲讲政策，我们好多人不会上网查。",
    "下村的干部很实在，路修好了大家都看得见。",
    "帮企业协调了用地的事，解决了大问题，感谢。",
    "建议公开办理进度，省得我们一遍遍打听。",
]
"""What is said without leading to a problem."""

WAYS = ["座谈会", "走访调研", "问卷", "意见箱", "来信来访"]
"""How opinions come."""

OPINIONS_AT_MOST, UNLINKED = 60, 12
"""Opinions in all, at most; opinions that lead to no problem, at least."""

EARLY, LATE = 8, 12
"""Days by which a task is done before its due day, or after it, at most."""

TESTED = (3, 45)
"""Days before the due day on which units are re-evaluated."""

PROBLEMS = schema_of(
    "problems",
    "problem unit found_on due state supervised rectified_on fed_back_on text responsible document",
)
PROGRESS = schema_of("progress", "problem reported_on text document")
OPINIONS = schema_of("opinions", "opinion unit received_on channel text problem")
FINISHED = schema_of("finished", "task done_on document")
RECHECKS = schema_of("rechecks", "year list unit rechecked_on passed document")

Span = tuple[date, date]
"""The first and the last day of something."""


# Problems


def draw_problems(world: World, events: pl.DataFrame | None) -> dict[str, pl.DataFrame]:
    """The tables problems, progress and opinions; none for a plan that does not speak of putting anything right.

    A plan does that if it sets tasks, re-evaluations or consequences, or follows deeds.
    """
    plan = world.plan
    followed = any(one.events and one.events.same_deed for one in plan.components)
    if not (plan.tasks or plan.rechecks or plan.outcomes or followed):
        return {}
    span = _working_span(plan)
    deeds = _problems_of_deeds(world, events, span) if events is not None else []
    listed = _list_problems(world, [*deeds, *_draw_free_problems(world, len(deeds), span)])
    return {
        "problems": listed,
        "progress": _draw_progress(world, listed, span[1]),
        "opinions": _draw_opinions(world, listed, span),
    }


def _working_span(plan: Plan) -> Span:
    """From when to when things go on: the calendar of the plan, or its windows within the campaign's year."""
    windows = [cycle.start for cycles in plan.cycles.values() for cycle in cycles]
    starts = [phase.start for phase in plan.calendar] or windows
    return max(min(starts), date(plan.campaign.year, 1, 1)), last_day(plan)


def _problems_of_deeds(world: World, events: pl.DataFrame, span: Span) -> list[Row]:
    """A problem for each deed of the book of events that cost points, under the id of the deed."""
    rng = world.rng_for("problems", "deeds")
    followed = [rank_by_gravity(one.events) for one in world.plan.components if one.events and one.events.same_deed]
    ranks = {item: (rank, len(found)) for found in followed for item, rank in found.items()}
    bad = events.filter(pl.col("item").is_in([*ranks]) & pl.col("deed").is_not_null())
    deeds = bad.group_by("deed", maintain_order=True).agg("unit", "item", "happened_on")
    return [
        _problem_of_deed(rng, deed, units[0], [ranks[item] for item in items], (min(days), max(days)), span)
        for deed, units, items, days in deeds.iter_rows()
    ]


def _problem_of_deed(
    rng: np.random.Generator, deed: str, unit: str, ranks: list[tuple[int, int]], days: Span, span: Span
) -> Row:
    """Due before the first entry; refused where the gravest of several items was entered, else put right after all."""
    due = days[0] - timedelta(days=int(rng.integers(1, 11)))
    found = min(due, max(span[0], due - timedelta(days=int(rng.integers(*TERM)))))
    highest, items = max(ranks)
    state = "refused" if highest == items - 1 > 0 else str(rng.choice(["rectified", "open"], p=[0.7, 0.3]))
    supervised = min(2, len(ranks) - 1 + min(highest, 2))
    row = {"problem": deed, "unit": unit, "found_on": found, "due": due, "state": state, "supervised": supervised}
    return _end_problem(rng, row, days[1] + timedelta(days=int(rng.integers(3, 31))), span[1])


def _draw_free_problems(world: World, deeds: int, span: Span) -> list[Row]:
    """Problems that cost nothing, rather of the worse units."""
    rng = world.rng_for("problems")
    places = [place for place, unit in enumerate(world.ids) if unit not in world.exempt]
    wanted = min(MOST, max(LEAST, math.ceil(len(places) / PART)))
    weights = np.exp(-0.5 * world.quality[places])
    number = max(wanted - deeds, deeds // 3)
    chosen = rng.choice(places, number, p=weights / weights.sum()).tolist()
    return [_draw_free_problem(rng, world.ids[place], span) for place in chosen]


def _draw_free_problem(rng: np.random.Generator, unit: str, span: Span) -> Row:
    days = max(1, (span[1] - span[0]).days - TERM[1])
    found = span[0] + timedelta(days=int(rng.integers(0, days)))
    due = found + timedelta(days=int(rng.integers(*TERM)))
    fate = str(rng.choice([*FATES], p=[*FATES.values()]))
    row: Row = {"unit": unit, "found_on": found, "due": due, "supervised": 0}
    if fate == "in_time":
        day = found + timedelta(days=int(rng.integers(5, (due - found).days + 1)))
        return _end_problem(rng, row | {"state": "rectified"}, day, span[1])
    row |= {"supervised": int(rng.integers(0, 3)), "state": "rectified" if fate == "late" else fate}
    return _end_problem(rng, row, due + timedelta(days=int(rng.integers(1, 26))), span[1])


def _end_problem(rng: np.random.Generator, row: Row, day: date, last: date) -> Row:
    """The problem with the day on which it was put right, if that was by the last day, and when it was fed back."""
    if row["state"] != "rectified":
        return row
    if day > last:
        return row | {"state": "open"}
    fed_back = day + timedelta(days=int(rng.integers(1, 15))) if rng.random() < FED_BACK else None
    return row | {"rectified_on": day, "fed_back_on": fed_back}


def _list_problems(world: World, rows: list[Row]) -> pl.DataFrame:
    """The problems in order of time with ids, words and documents."""
    rng = world.rng_for("problems", "words")
    themes = [THEMES[nth][0] for nth in rng.integers(0, len(THEMES), len(rows)).tolist()]
    posts = world.rng_for("problems", "posts").choice(POSTS, len(rows)).tolist()
    worded = [row | {"text": text, "responsible": post} for row, text, post in zip(rows, themes, posts, strict=True)]
    number = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(3)
    year = pl.col("found_on").dt.year().cast(pl.String)
    frame = pl.DataFrame(worded, schema=PROBLEMS).sort("found_on", "unit", "due", maintain_order=True)
    return frame.with_columns(
        problem=pl.coalesce("problem", pl.concat_str(pl.lit("P"), number)),
        document=pl.concat_str(pl.lit("模拟交办〔"), year, pl.lit("〕第"), number, pl.lit("号")),
    )


def _draw_progress(world: World, problems: pl.DataFrame, last: date) -> pl.DataFrame:
    """Reports on each problem until it is put right, or until the last day."""
    rng = world.rng_for("progress")
    rows = [
        {"problem": problem, "reported_on": day, "text": text, "document": "模拟整改报告"}
        for problem, state, found, rectified in problems.select("problem", "state", "found_on", "rectified_on").rows()
        for day, text in _draw_reports(rng, state, found, rectified, last)
    ]
    return pl.DataFrame(rows, schema=PROGRESS).sort("reported_on", "problem", maintain_order=True)


def _draw_reports(
    rng: np.random.Generator, state: str, found: date, rectified: date | None, last: date
) -> list[tuple[date, str]]:
    """Day and words of each report on one problem."""
    end = rectified or last
    months = range(found.year * 12 + found.month - 1, end.year * 12 + end.month)
    firsts = [date(month // 12, month % 12 + 1, 1) for month in months]
    days = [first + timedelta(days=int(rng.integers(19, 27))) for first in firsts]
    kept = [day for day in days if found < day < end and rng.random() < REPORTED]
    words = [REFUSES] * len(kept) if state == "refused" else WORDS + WORDS[-1:] * len(kept)
    return [*zip(kept, words, strict=False), *([(end, DONE)] if rectified else [])]


def _draw_opinions(world: World, problems: pl.DataFrame, span: Span) -> pl.DataFrame:
    """Opinions on these problems, some days before they were found, and as many on anything else within the span."""
    rng, heard = world.rng_for("opinions"), dict(THEMES)
    rows: list[Row] = []
    for problem, unit, found, text in problems.select("problem", "unit", "found_on", "text").rows():
        if rng.random() < 0.7:
            day = min(found, max(span[0], found - timedelta(days=int(rng.integers(0, 15)))))
            rows.append(_opinion(rng, unit, day, heard[text]) | {"problem": problem})
    rows = rows[: OPINIONS_AT_MOST // 2]
    units = world.taking_part({})
    number = min(OPINIONS_AT_MOST - len(rows), max(len(rows), len(units) // 2, UNLINKED))
    for text in rng.choice(OTHERS, number).tolist():
        day = span[0] + timedelta(days=int(rng.integers(0, (span[1] - span[0]).days + 1)))
        rows.append(_opinion(rng, str(rng.choice(units)), day, text))
    ordered = pl.DataFrame(rows, schema=OPINIONS).sort("received_on", "unit", "text", maintain_order=True)
    nth = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(3)
    return ordered.with_columns(opinion=pl.concat_str(pl.lit("Y"), nth))


def _opinion(rng: np.random.Generator, unit: str, day: date, text: str) -> Row:
    return {"unit": unit, "received_on": day, "channel": str(rng.choice(WAYS)), "text": text}


# Tasks and re-evaluations


def draw_finished(world: World) -> pl.DataFrame:
    """Tasks done in time, but for one that was late and one that never was; what is due often lacks a time."""
    rng, tasks = world.rng_for("finished"), world.plan.tasks
    once = [task for task in tasks if task.every is None]
    order = [once[nth] for nth in rng.permutation(len(once)).tolist()]
    order.sort(key=lambda task: task.due + timedelta(days=LATE) > last_day(world.plan))
    late, never = order[:1] if len(once) > 1 else [], order[1:2] if len(once) > 2 else []
    rows = [
        {"task": task.id, "done_on": day, "document": "模拟完成情况"}
        for task in tasks
        if task not in never
        for day in _draw_done_days(rng, task, task in late)
    ]
    return pl.DataFrame(rows, schema=FINISHED).sort("done_on", maintain_order=True)


def _draw_done_days(rng: np.random.Generator, task: Task, late: bool) -> list[date]:
    """The days on which a task was done."""
    if late:
        return [task.due + timedelta(days=int(rng.integers(1, LATE + 1)))]
    spans = list(periods_of_task(task))
    missing = int(rng.integers(0, len(spans))) if len(spans) > 1 else None
    kept = [span for nth, span in enumerate(spans) if nth != missing]
    return [max(start, due - timedelta(days=int(rng.integers(0, EARLY + 1)))) for start, due in kept]


def draw_rechecks(world: World, history: pl.DataFrame) -> pl.DataFrame:
    """Re-evaluations of the units that earlier lists put up: most passed in time, one late, one is still due."""
    rows: list[Row] = []
    for rule in world.plan.rechecks:
        rng, year = world.rng_for("rechecks", rule.id), world.plan.campaign.year - rule.years_ago
        units = history.filter((pl.col("list") == rule.list_) & (pl.col("year") == year))["unit"].sort().to_list()
        shuffled = [units[nth] for nth in rng.permutation(len(units)).tolist()]
        blank: Row = {"year": year, "list": rule.list_, "document": "模拟复评报告"}
        for nth, unit in enumerate(shuffled[1:] if len(units) > 2 else shuffled):
            day = rule.due - timedelta(days=int(rng.integers(*TESTED)))
            failed = nth == 0 and len(units) > 1
            rows.append(blank | {"unit": unit, "rechecked_on": day, "passed": not failed})
            if failed:
                again = rule.due + timedelta(days=int(rng.integers(*TESTED)))
                rows.append(blank | {"unit": unit, "rechecked_on": again, "passed": True})
    return pl.DataFrame(rows, schema=RECHECKS).sort("rechecked_on", "unit", maintain_order=True)
