"""What is to be done: the work plan, the problems to rectify with the opinions behind them, and re-evaluations."""

import polars as pl

from pingyi import figures
from pingyi.common import wording
from pingyi.report import table as cells
from pingyi.report.arranged import uploaded, uploads
from pingyi.report.book import Book
from pingyi.report.rectified import ladder, silent, told_undeducted, undeducted
from pingyi.report.section import Clause, Figure, Section, figure
from pingyi.report.table import Column, Table, head

OPEN = ("open", "overdue", "refused")
"""States of problems that are not rectified."""


def tasks(book: Book) -> Section | None:
    """How far the work plan is."""
    if not book.plan.tasks or not book.knows("task_states"):
        return None
    frame = book.frame("task_states")
    chart = figures.work_plan(frame, day=book.day)
    told = "橙红的条过了期限还没有完成，先催办；竖线穿过的灰条正在进行，看右端还剩多少时间。"
    return Section(
        id="tasks",
        title="工作计划",
        question="该做的做了没有，哪些逾期？",
        clauses=tuple(Clause(one.clause, one.title, one.says) for one in book.plan.tasks if one.says),
        found=(_progress(book, frame), *_overdue(frame), *uploaded(book)),
        figures=(figure("f-tasks", chart, told),),
        tables=(task_table(frame, "t-tasks", "工作计划和完成情况"), *uploads(book)),
    )


GIVEN = ("recipient", "hands_in")
"""Columns of tasks that only some plans fill."""


def _progress(book: Book, frame: pl.DataFrame) -> str:
    states = dict(frame.group_by("state").len().rows())
    told = "，".join(f"{name} {states[state]} 个" for state, name in wording.TASKS.items() if state in states)
    return f"工作计划有 {len(book.plan.tasks)} 项任务、{frame.height} 个期限；截至{wording.day(book.day)}，{told}。"


def _overdue(frame: pl.DataFrame) -> list[str]:
    late = frame.filter(pl.col("state") == "overdue").sort("due")
    told = [f"{row['name']}（{row['section']}，应于{wording.day(row['due'])}）" for row in late.iter_rows(named=True)]
    return [f"逾期未完成的：{'；'.join(told)}。"] if told else []


def task_table(frame: pl.DataFrame, id: str, title: str) -> Table:
    """Tasks with their dates and states."""
    columns = [
        cells.text("name", head("task_states", "name"), wide=True),
        cells.text("phase", head("task_states", "phase")),
        cells.text("section", head("task_states", "section")),
        *(cells.text(name, head("task_states", name)) for name in GIVEN if (frame[name] != "").any()),
        cells.day("starts", head("task_states", "starts")),
        cells.day("due", head("task_states", "due")),
        cells.day("done_on", head("task_states", "done_on")),
        cells.text("state", head("task_states", "state"), wording.TASKS),
        *([cells.text("document", head("task_states", "document"))] if frame["document"].is_not_null().any() else []),
        cells.text("clause", head("task_states", "clause")),
    ]
    return cells.table(id, title, frame, columns)


def rectification(book: Book) -> Section | None:
    """Which problems were found, what became of them, and what people said in their own words."""
    if not book.knows("problem_states"):
        return None
    problems, opinions, same = book.frame("problem_states"), book.frame("opinions"), ladder(book)
    if not problems.height and not opinions.height and not same:
        return None
    return Section(
        id="rectification",
        title="整改",
        question="发现的问题改了没有，还差什么？",
        clauses=(),
        found=(*_state_of(book, problems), *told_undeducted(book), *_voices(opinions)),
        figures=tuple(_months(book)),
        tables=(
            _problem_months(book),
            problem_table(book, problems, "t-problems", "问题清单和责任清单"),
            *undeducted(book),
            *silent(book),
            *same,
            _opinions(book, opinions),
        ),
    )


def _state_of(book: Book, problems: pl.DataFrame) -> list[str]:
    """How many problems there are, how far they are, whose are open."""
    if not problems.height:
        return []
    states = dict(problems.group_by("status").len().rows())
    told = "，".join(f"{name} {states[state]} 个" for state, name in wording.PROBLEMS.items() if state in states)
    many = f"共有 {problems.height} 个问题，涉及 {problems['unit'].n_unique()} 个单位"
    start = f"{many}；截至{wording.day(book.day)}，{told}。"
    left = problems.filter(pl.col("status").is_in(OPEN)).sort("days_over", "problem", descending=[True, False])
    if not left.height:
        return [f"{start}没有还未整改的。"]
    units = left.group_by("unit").len().sort(["len", "unit"], descending=[True, False])
    whose = wording.joined((f"{book.names[unit]} {number} 个" for unit, number in units.rows()), 10)
    back = problems.filter(pl.col("rectified_on").is_not_null() & pl.col("fed_back_on").is_null()).height
    more = [f"已整改而还没有向评价人反馈的有 {back} 个。"] if back else []
    return [start, f"还没有整改到位的有 {left.height} 个：{whose}。", *more]


def _voices(opinions: pl.DataFrame) -> list[str]:
    """How many opinions there are, and how many became problems."""
    if not opinions.height:
        return []
    taken = opinions.drop_nulls("problem")
    became = (
        f"其中 {taken.height} 条归入 {taken['problem'].n_unique()} 个问题" if taken.height else "都没有归入问题清单"
    )
    return [f"收到意见 {opinions.height} 条，照原话记在表中，{became}。"]


def _months(book: Book) -> list[Figure]:
    chart = figures.problem_months(book.frame("problem_months"))
    told = "两条线往下走，说明整改赶上了新发现的问题；深色线不到零，就有过了期限还没有整改的。"
    return [figure("f-problem-months", chart, told)]


def _problem_months(book: Book) -> Table:
    names = ("found", "rectified", "fed_back", "still_open", "overdue", "reported", "silent")
    columns = [
        cells.text("month", head("problem_months", "month"), wording.month),
        *(cells.count(name, head("problem_months", name)) for name in names),
    ]
    note = "已报进展、未报进展：当月在整改的问题中，单位报告过和没有报告过进展的。"
    return cells.table("t-problem-months", "逐月整改情况", book.frame("problem_months"), columns, note=note)


def problem_table(book: Book, problems: pl.DataFrame, id: str, title: str, *, brief: bool = False) -> Table:
    """Problems: whose, what, by when, how far; those that are worst off first. brief: without what came after."""
    at = {state: place for place, state in enumerate(("refused", "overdue", "open", "late", "in_time"))}
    worst = pl.col("status").replace_strict(at, return_dtype=pl.Int64)
    columns = [
        cells.text("problem", head("problem_states", "problem")),
        cells.unit(book.names),
        cells.text("text", head("problem_states", "text"), long=True),
        cells.text("status", head("problem_states", "status"), wording.PROBLEMS),
        *([cells.text("responsible", head("problem_states", "responsible"))] if _posts(problems) else []),
        *(cells.day(name, head("problem_states", name)) for name in ("found_on", "due")),
        cells.count("days_over", head("problem_states", "days_over")),
        *([] if brief else _afterwards()),
    ]
    return cells.table(id, title, problems.sort(worst, "due", "problem"), columns)


def _posts(problems: pl.DataFrame) -> bool:
    """Whether it is said who answers for a problem."""
    return bool((problems["responsible"].fill_null("") != "").any())


def _again(rated: bool | None) -> str:
    return "" if rated is None else "是" if rated else "还没有"


def _afterwards() -> list[Column]:
    return [
        *(cells.day(name, head("problem_states", name)) for name in ("rectified_on", "fed_back_on")),
        cells.text("rated_again", head("problem_states", "rated_again"), _again),
        cells.text("said", head("problem_states", "said"), wide=True),
        *(cells.count(name, head("problem_states", name)) for name in ("supervised", "opinions")),
        cells.text("document", head("problem_states", "document")),
    ]


def _opinions(book: Book, opinions: pl.DataFrame) -> Table:
    columns = [
        cells.text("received_on", "收到月份", lambda day: wording.month(f"{day:%Y-%m}")),
        cells.unit(book.names),
        cells.text("text", head("opinions", "text"), long=True),
        cells.text("problem", "归入的问题"),
        cells.text("status", head("opinions", "status"), wording.PROBLEMS),
    ]
    ordered = opinions.sort(pl.col("received_on").dt.strftime("%Y-%m"), "unit", "text", "opinion")
    note = "照原话记；不写哪一天、从哪个渠道收到，以免认出提意见的人。"
    return cells.table("t-opinions", "意见原话", ordered, columns, note=note)


def rechecks(book: Book) -> Section | None:
    """What became of the units that an earlier year's list put up for re-evaluation."""
    if not book.plan.rechecks or not book.knows("recheck_states"):
        return None
    frame = book.frame("recheck_states")
    if not frame.height:
        return None
    return Section(
        id="rechecks",
        title="复评",
        question="往年名单上的单位复评合格了没有？",
        clauses=tuple(Clause(one.clause, one.title, one.says) for one in book.plan.rechecks),
        found=tuple(_rechecked(book, frame)),
        tables=(_recheck_table(book, frame),),
    )


def _rechecked(book: Book, frame: pl.DataFrame) -> list[str]:
    states = dict(frame.group_by("state").len().rows())
    told = "，".join(f"{name} {states[state]} 个" for state, name in wording.RECHECKS.items() if state in states)
    named = {row["unit"]: _name(book, row["unit"]) for row in frame.iter_rows(named=True)}
    again = [named[unit] for unit in frame.filter("repeated")["unit"].to_list()]
    held = [named[unit] for unit in frame.filter(pl.col("blocks").fill_null("") != "")["unit"].to_list()]
    found = [f"应复评 {frame.height} 个单位；截至{wording.day(book.day)}，{told}。"]
    found += [f"本年又列入同一名单的：{wording.joined(again, 12)}。"] if again else []
    return found + ([f"还没有合格、限制仍然有效的：{wording.joined(held, 12)}。"] if held else [])


def _name(book: Book, unit: str) -> str:
    return book.names.get(unit, f"{unit}（已不在名录）")


def _recheck_table(book: Book, frame: pl.DataFrame) -> Table:
    known = frame.with_columns(
        here=pl.when(pl.col("unit").is_in([*book.names])).then("unit"),
        shown=pl.col("unit").map_elements(lambda unit: _name(book, unit), return_dtype=pl.String),
    )
    columns = [
        cells.linked("shown", "单位", "here"),
        cells.text("list", head("recheck_states", "list"), book.lists),
        cells.count("year", head("recheck_states", "year")),
        cells.day("due", head("recheck_states", "due")),
        cells.day("rechecked_on", head("recheck_states", "rechecked_on")),
        cells.text("state", head("recheck_states", "state"), wording.RECHECKS),
        cells.yes("repeated", head("recheck_states", "repeated"), "再次列入"),
        cells.text("blocks", head("recheck_states", "blocks"), wide=True),
        cells.text("document", head("recheck_states", "document")),
        cells.text("clause", head("recheck_states", "clause")),
    ]
    return cells.table("t-rechecks", "复评情况", known.sort("state", "unit"), columns)
