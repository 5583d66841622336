"""What rectification leaves behind: months in which a unit kept silent, and one problem that cost more and more."""

from collections.abc import Iterable

import polars as pl

from pingyi.common import wording
from pingyi.report import table as cells
from pingyi.report.book import Book
from pingyi.report.table import Table, head


def silent_months(book: Book) -> pl.DataFrame:
    """unit, month, problem: problems in work in a month on which the unit reported nothing in that month."""
    problems, day = book.counted("problems"), book.day
    months = book.frame("problem_months").select("month", starts=pl.format("{}-01", "month").str.to_date())
    ends = pl.min_horizontal(pl.col("starts").dt.month_end(), pl.lit(day))
    in_work = months.with_columns(ends=ends).join(problems, how="cross")
    in_work = in_work.filter(
        (pl.col("found_on") <= pl.col("ends")) & (pl.col("rectified_on") >= pl.col("starts")).fill_null(True)
    )
    reports = book.counted("progress").filter(pl.col("reported_on") <= day)
    heard = reports.select("problem", month=pl.col("reported_on").dt.strftime("%Y-%m")).unique()
    return in_work.join(heard, on=["problem", "month"], how="anti").select("unit", "month", "problem")


def silent(book: Book) -> list[Table]:
    """Units with the months in which they reported nothing on a problem in work."""
    if not book.frame("problem_states").height:
        return []
    rows = (
        silent_months(book)
        .group_by("unit")
        .agg(
            number=pl.col("month").n_unique(),
            problems=pl.col("problem").n_unique(),
            months=pl.col("month").unique().sort(),
        )
    )
    columns = [
        cells.unit(book.names),
        cells.count("number", "没有报进展的月数（个）"),
        cells.count("problems", "涉及问题（个）"),
        cells.text("months", "月份", _said, wide=True),
    ]
    ordered = rows.sort(["number", "problems", "unit"], descending=[True, True, False])
    note = "一个问题从发现到整改到位，每个月应报一次进展；哪个月没有报，列在这里。"
    return [cells.table("t-silent", "没有按月报进展的单位", ordered, columns, note=note)]


def _said(months: Iterable[str]) -> str:
    """Months in a row, each year said once: 2018年9月、10月."""
    told, last = [], ""
    for month in months:
        told.append(wording.month(month).removeprefix(f"{last}年") if last else wording.month(month))
        last = month.split("-")[0]
    return "、".join(told)


def ladder(book: Book) -> list[Table]:
    """Entries for the same problem one after the other, of components that only deduct: which one counts."""
    rules = [one for one in book.plan.components if one.events and one.events.same_deed]
    ids = [one.id for one in rules if one.events and all(item.deducts for item in one.events.items.values())]
    deeds = book.counted("events").select("event", "deed").drop_nulls("deed")
    rows = book.frame("event_points").filter(pl.col("component").is_in(ids)).join(deeds, on="event")
    rows = rows.filter(pl.len().over("unit", "deed") > 1).sort("unit", "deed", "happened_on", "event")
    columns = [
        cells.unit(book.names),
        cells.text("deed", "问题编号"),
        cells.text("happened_on", head("event_points", "happened_on"), str),
        cells.text("item", head("event_points", "item"), book.items),
        cells.marks("points", head("event_points", "points")),
        cells.text("not_counted", "是否计分", wording.NOT_COUNTED | {"": "计"}),
        cells.text("document", "依据文件", wide=True),
    ]
    note = "同一个问题逐次升级的几条记录，只计扣得最重的一条。"
    return [cells.table("t-ladder", "同一问题的几次扣分", rows, columns, note=note)] if rows.height else []


def told_undeducted(book: Book) -> list[str]:
    """How many problems should have cost marks and did not."""
    frame = book.frame("undeducted_problems")
    if not frame.height:
        return []
    states = "，".join(
        f"{name} {number} 个"
        for state, name in wording.PROBLEMS.items()
        if (number := frame.filter(pl.col("status") == state)["problem"].n_unique())
    )
    return [f"有 {frame['problem'].n_unique()} 个问题应当扣分而没有计入扣分：{states}；请补记，或更正问题的状态。"]


def undeducted(book: Book) -> list[Table]:
    """Problems that are refused or past their due day, and have no deduction that counts."""
    frame = book.frame("undeducted_problems")
    columns = [
        cells.text("problem", head("undeducted_problems", "problem")),
        cells.unit(book.names),
        cells.text("text", head("undeducted_problems", "text"), long=True),
        cells.text("status", head("undeducted_problems", "status"), wording.PROBLEMS),
        cells.text("component_name", head("undeducted_problems", "component")),
        cells.text("item", head("undeducted_problems", "item"), book.items),
        cells.text("events", head("undeducted_problems", "events")),
        cells.text("clause", head("undeducted_problems", "clause")),
    ]
    note = "问题清单与事项台账对照：台账里要有一条以问题编号为同一事迹编号、并且计入的扣分。"
    return [cells.table("t-undeducted", "应扣而没有扣分的问题", frame, columns, note=note)] if frame.height else []
