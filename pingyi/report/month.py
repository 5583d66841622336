"""The page for whoever is in charge: where things stand on a day of the year, what this month brought, what is due."""

from datetime import date, timedelta
from typing import Any

import polars as pl

from pingyi.common import wording
from pingyi.plan.ranking import Standing
from pingyi.report import table as cells
from pingyi.report.answered import monthly_means
from pingyi.report.book import Book
from pingyi.report.closing import ends
from pingyi.report.drawings import FEW_UNITS
from pingyi.report.following import INSIDE, risk_column, risk_note, standing_sums
from pingyi.report.section import Section
from pingyi.report.table import Table, head
from pingyi.report.work import OPEN, problem_table, task_table

NEXT = 8
"""Due dates ahead that are shown."""


def month(book: Book) -> Section | None:
    """What a leader wants to know of the month; only where the year is looked at before it is over."""
    if not book.early or not book.knows("task_states"):
        return None
    return Section(
        id="month",
        title="本月情况",
        question=f"截至{book.day.year}年{wording.day(book.day)}走到哪一步，本月出了什么事，接下来要做什么？",
        clauses=(),
        found=(PROVISIONAL, *_stand(book), *_lapsed(book), *_rated(book), *_tasks(book), *_problems(book)),
        tables=(_units(book), _lapses(book), _ratings(book), _due(book), _open(book), _ahead(book)),
    )


PROVISIONAL = "这是到这一天为止的情况：得分、名次和名单都按当时已知的资料计算，以后还会变。"


def _first(book: Book) -> date:
    return book.day.replace(day=1)


def _stand(book: Book) -> list[str]:
    """Totals on the day: of a few units each, of many the first and the last; what cannot be ranked yet."""
    every = book.frame("totals").sort("overall", "unit")
    told = {one.id: every.filter(pl.col("standing") == one.id) for one in book.plan.standings}
    waiting = [one.title for one in book.plan.standings if not told[one.id].height]
    said = [_places(book, one, told[one.id]) for one in book.plan.standings if told[one.id].height]
    return said + ([f"还排不出{'、'.join(waiting)}：有的分项还没有数据。"] if waiting else [])


def _places(book: Book, one: Standing, totals: pl.DataFrame) -> str:
    if totals.height > FEW_UNITS:
        return ends(book, one)
    each = (f"{book.names[unit]} {wording.shown(total)} 分" for unit, total in totals.select("unit", "total").rows())
    return f"{one.title}：{'，'.join(each)}。"


def lapses_of_month(book: Book) -> pl.DataFrame:
    """Events of the month that cost or earn marks, or would if they counted."""
    frame = book.frame("event_points").filter(pl.col("points") != 0)
    return frame.filter(pl.col("happened_on").is_between(_first(book), book.day)).sort("happened_on", "event")


def _lapsed(book: Book) -> list[str]:
    if not any(one.events for one in book.plan.components):
        return []
    rows = lapses_of_month(book)
    if not rows.height:
        return ["本月没有计分事项。"]
    counted = rows.filter(pl.col("not_counted").is_null())
    lost = -sum(counted.filter(pl.col("points") < 0)["points"].to_list(), 0)
    aside = f"，另有 {rows.height - counted.height} 件没有计分" if rows.height > counted.height else ""
    return [f"本月有 {counted.height} 件计分事项，共扣 {wording.shown(lost)} 分{aside}。"]


def _rated(book: Book) -> list[str]:
    rows = book.frame("monthly_rates").filter(pl.col("month") == f"{book.day:%Y-%m}")
    if not book.rated:
        return []
    number = int(rows["ratings"].sum() or 0)
    if {*rows["component"]} - {*rates_of_month(book)["component"]}:
        return ["本月收到的评价有的不足以单列，条数不列出。"]
    return [f"本月收到评价 {wording.counted(number)} 条。" if number else "本月没有收到评价。"]


def tasks_of_month(book: Book) -> pl.DataFrame:
    """Tasks that are due this month or overdue."""
    end = (_first(book) + timedelta(days=32)).replace(day=1)
    this = pl.col("due").is_between(_first(book), end, closed="left")
    return book.frame("task_states").filter(this | (pl.col("state") == "overdue")).sort("due")


def _tasks(book: Book) -> list[str]:
    if not book.plan.tasks:
        return []
    rows = tasks_of_month(book)
    late = rows.filter(pl.col("state") == "overdue")
    this = rows.filter(pl.col("due") >= _first(book))
    names = f"：{'、'.join(dict.fromkeys(late['name'].to_list()))}" if late.height else ""
    return [f"本月到期的任务 {this.height} 个，逾期未完成的 {late.height} 个{names}。"]


def _problems(book: Book) -> list[str]:
    every = book.frame("problem_states")
    if not every.height:
        return []
    left = every.filter(pl.col("status").is_in(OPEN))
    late = left.filter(pl.col("status") != "open").height
    return [f"还没有整改到位的问题 {left.height} 个，其中逾期或拒不整改的 {late} 个。"]


def _units(book: Book) -> Table:
    """Where each of a few units stands."""
    sums = standing_sums(book.frame("leaf_states"))
    frame = sums if sums.height <= FEW_UNITS else sums.clear()
    columns = [
        cells.unit(book.names),
        cells.marks("got", "已评出（分）"),
        cells.marks("lost", "已失（分）"),
        cells.plan_number("open", "尚未评价（分）"),
        *risk_column(frame),
    ]
    note = f"{risk_note(frame)}{INSIDE}"
    return cells.table("t-month-units", f"截至{wording.day(book.day)}的得失", frame, columns, note=note)


def _lapses(book: Book) -> Table:
    columns = [
        cells.day("happened_on", head("event_points", "happened_on")),
        cells.unit(book.names),
        cells.text("component", head("event_points", "component"), book.components),
        cells.text("item", head("event_points", "item"), book.items),
        cells.marks("points", head("event_points", "points")),
        cells.text("not_counted", "是否计分", wording.NOT_COUNTED | {"": "计"}),
        cells.text("document", "依据文件", wide=True),
    ]
    return cells.table("t-month-lapses", "本月的扣分和加分事项", lapses_of_month(book), columns)


def rates_of_month(book: Book) -> pl.DataFrame:
    """component, ratings, rate (mean of the units' rates) of this month, before: that of the month before."""
    means, before = monthly_means(book), _first(book) - timedelta(days=1)
    this, last = (means.filter(pl.col("month") == f"{day:%Y-%m}") for day in (book.day, before))
    return this.join(last.select("component", before="rate"), on="component", how="left", maintain_order="left")


def _ratings(book: Book) -> Table:
    columns = [
        cells.text("component", head("monthly_rates", "component"), book.components),
        cells.count("ratings", head("monthly_rates", "ratings")),
        cells.rate("rate", "本月平均满意率"),
        cells.rate("before", "上月平均满意率"),
    ]
    note = f"{wording.SATISFACTION}；平均满意率是各单位的平均，本月只算到查看的这一天。"
    return cells.table("t-month-ratings", "本月的评价", rates_of_month(book), columns, note=note)


def _due(book: Book) -> Table:
    return task_table(tasks_of_month(book), "t-month-tasks", "本月到期和逾期的任务")


def _open(book: Book) -> Table:
    left = book.frame("problem_states").filter(pl.col("status").is_in(OPEN))
    return problem_table(book, left, "t-month-problems", "还没有整改到位的问题", brief=True)


def ahead(book: Book) -> list[dict[str, Any]]:
    """The next due dates: tasks not done and problems not rectified."""
    tasks = book.frame("task_states").filter(pl.col("done_on").is_null() & (pl.col("due") >= book.day))
    problems = book.frame("problem_states").filter((pl.col("status") == "open") & (pl.col("due") >= book.day))
    found = [{"due": row["due"], "what": row["name"], "who": row["section"]} for row in tasks.iter_rows(named=True)]
    found += [
        {"due": row["due"], "what": f"整改：{row['text']}", "who": book.names[row["unit"]]}
        for row in problems.iter_rows(named=True)
    ]
    ordered = sorted(found, key=lambda row: (row["due"], row["what"], row["who"]))
    return [row | {"left": (row["due"] - book.day).days} for row in ordered[:NEXT]]


def _ahead(book: Book) -> Table:
    columns = [
        cells.day("due", "期限"),
        cells.count("left", "还有（天）"),
        cells.text("what", "事项", wide=True),
        cells.text("who", "责任部门或单位"),
    ]
    schema = {"due": pl.Date, "what": pl.String, "who": pl.String, "left": pl.Int64}
    return cells.table("t-month-next", "接下来的期限", pl.DataFrame(ahead(book), schema=schema), columns)
