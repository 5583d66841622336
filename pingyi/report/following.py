"""A year that is still going on, seen by those who are reviewed: where each stands, and what every lapse cost."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from pingyi import figures
from pingyi.common import wording
from pingyi.report import table as cells
from pingyi.report.book import Book
from pingyi.report.drawings import FEW_UNITS
from pingyi.report.section import Clause, Figure, Section, figure
from pingyi.report.table import Table, head

WAITING = {
    "full": "还没有数据的，先按满分计，并注明尚未评价。",
    "missing": "还没有数据的，暂不计分，其余各项照方案补足。",
}
"""What the plan gives a leaf without facts."""

INSIDE = "只算有满分的各项，另计的加分、减分不在内。"
"""What the sums of full marks, earned and lost marks leave out."""


def now(book: Book) -> Section | None:
    """Where each unit stands in each leaf; only where the plan follows a year as it goes."""
    waits = [one for one in book.plan.components if one.unmeasured]
    if not waits or not book.knows("leaf_states") or not book.frame("leaf_states").height:
        return None
    states = book.frame("leaf_states")
    sums = standing_sums(states)
    rule = WAITING[waits[0].unmeasured or "full"]
    return Section(
        id="now",
        title="现状",
        question="现在得了多少分，失了多少，还有多少没有评？",
        clauses=(Clause("", "尚未评价", rule),),
        found=tuple(_stands(book, row) for row in sums.head(FEW_UNITS).iter_rows(named=True)),
        figures=tuple(_figures(book, states)),
        tables=(_sums(book, sums), _states(book, states), *lapse_tables(book)),
    )


def standing_sums(states: pl.DataFrame) -> pl.DataFrame:
    """unit, full, got (marks that were earned), lost, open (marks of the `waits` leaves not yet measured), risk."""
    waits = pl.col("unmeasured") | pl.col("marks").is_null()
    return (
        states.group_by("unit")
        .agg(
            full=pl.col("full_marks").sum(),
            got=pl.col("marks").filter(~waits).sum(),
            lost=pl.col("lost").filter(~waits).sum(),
            open=pl.col("full_marks").filter(waits).sum(),
            waits=waits.sum(),
            risk=pl.col("at_risk").filter(~waits).sum(),
        )
        .sort("unit")
    )


def _stands(book: Book, row: Mapping[str, Any]) -> str:
    """Where a unit stands in one sentence."""
    got, lost = wording.shown(row["got"]), wording.shown(row["lost"])
    start = f"截至{wording.day(book.day)}，{book.names[row['unit']]}评出 {got} 分，已失 {lost} 分"
    waits = f"；还有 {row['waits']} 项共 {wording.plain(row['open'])} 分尚未评价" if row["waits"] else "；各项都已评价"
    risk = f"；已得的分中 {wording.shown(row['risk'])} 分还在评，可能失去" if row["risk"] else ""
    risk = f"；{ALL_OPEN}" if row["risk"] and row["risk"] == row["got"] else risk
    return f"{start}{waits}{risk}。"


def _figures(book: Book, states: pl.DataFrame) -> list[Figure]:
    told = "浅灰的是还没有评、按方案先计的分，不是评出来的；橙红的已经失去，浅蓝的年内还可能失去。"
    found = [figure("f-now", figures.leaf_states(states), told)]
    if states["unit"].n_unique() > 1:
        chart = figures.lost_by_unit(states, book.counted("roster"))
        found.append(figure("f-now-units", chart, "竖看一个单位失在哪里，横看一项是普遍失分还是个别失分。"))
    costs = lapse_costs(book).select("component", "item", "number", "points")
    return [
        *found,
        figure("f-lapses", figures.lapses(costs), "先从最长的一条改起：同类的事反复发生，失分就集中在那里。"),
    ]


def _sums(book: Book, sums: pl.DataFrame) -> Table:
    columns = [
        cells.unit(book.names),
        cells.plan_number("full", "满分（分）"),
        cells.marks("got", "已评出（分）"),
        cells.marks("lost", "已失（分）"),
        cells.plan_number("open", "尚未评价（分）"),
        cells.count("waits", "尚未评价（项）"),
        *risk_column(sums),
    ]
    note = f"满分＝已评出＋已失＋尚未评价；{risk_note(sums)}{INSIDE}"
    return cells.table("t-now-units", "各单位现状合计", sums, columns, note=note)


ALL_OPEN = "评出的各项都还在评，评出的分年内都可能失去"


def risk_column(sums: pl.DataFrame) -> list[cells.Column]:
    """What can still be lost of what was earned, where that is not all of it for everybody."""
    return [] if (sums["risk"] == sums["got"]).all() else [cells.marks("risk", "其中还可能失去（分）")]


def risk_note(sums: pl.DataFrame) -> str:
    """How what can still be lost belongs to what was earned."""
    if not risk_column(sums):
        return f"{ALL_OPEN}。"
    return "还可能失去的在已评出之内，不算尚未评价的。"


def _states(book: Book, states: pl.DataFrame) -> Table:
    frame = states.with_columns(got=pl.when(~pl.col("unmeasured")).then("marks"))
    frame = frame.with_columns(lost=pl.when(~pl.col("unmeasured")).then("lost"))
    columns = [
        cells.unit(book.names),
        cells.text("component_name", head("leaf_states", "component")),
        cells.plan_number("full_marks", head("leaf_states", "full_marks")),
        cells.marks("got", "评出的得分（分）"),
        cells.marks("lost", head("leaf_states", "lost")),
        cells.yes("unmeasured", head("leaf_states", "unmeasured"), "尚未评价"),
        cells.marks("at_risk", head("leaf_states", "at_risk")),
        cells.text("clause", head("leaf_states", "clause")),
    ]
    note = "尚未评价的没有“评出的得分”；它的分是按方案先计的，见“还可能失分”一列。"
    return cells.table("t-now", "各单位各项现状", frame, columns, note=note)


def lapse_costs(book: Book) -> pl.DataFrame:
    """component and item (names), number (件) and points (分, lost) of what counts, aside (件) of what does not."""
    times = book.counted("events").select("event", pl.col("times").fill_null(1))
    rows = book.frame("event_points").filter(pl.col("points") < 0).join(times, on="event")
    counts = pl.col("not_counted").is_null()
    sums = rows.group_by("component", "item").agg(
        number=pl.col("times").filter(counts).sum(),
        points=(-pl.col("points").filter(counts)).sum(),
        aside=pl.col("times").filter(~counts).sum(),
    )
    named = sums.with_columns(
        pl.col("component").replace_strict(book.components), pl.col("item").replace_strict(book.items)
    )
    return named.sort(["points", "component", "item"], descending=[True, False, False])


def lapse_tables(book: Book) -> list[Table]:
    """What each kind of lapse has cost."""
    columns = [
        cells.text("component", head("event_points", "component")),
        cells.text("item", head("event_points", "item")),
        cells.count("number", "计分（件）"),
        cells.marks("points", "扣分（分）"),
        cells.count("aside", "没有计分（件）"),
    ]
    note = "按台账逐件合计；有下限的项目扣完为止，实际失分可能少些。没有计分的原因见“扣分和加分事项”。"
    return [cells.table("t-lapses", "各种失分事项", lapse_costs(book), columns, note=note)]
