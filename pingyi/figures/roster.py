"""Figures of who takes part, and when."""

from collections.abc import Sequence

import altair as alt
import polars as pl

from pingyi.figures.build import base, largest, layer, position, rows, tips
from pingyi.figures.frames import filled, groups, in_order, people
from pingyi.figures.theme import INK, PAPER, SOFT, TINTS, Figure, finish, hues, legend, nothing

UNMANAGED = "未注明"
ROW, PHASE = 40, 44
"""Height (px) of a row of bars, and of a phase of the calendar."""


def units_by_category(roster: pl.DataFrame, *, management: Sequence[str] = (), headline: str = "") -> Figure:
    """How many units each category has, by kind of management.

    roster: `roster`. management: kinds in the order of the plan.
    """
    title = headline or f"参评单位 {roster.height} 个的类别{'和管理体制' if management else ''}"
    if roster.is_empty():
        return nothing(headline or "参评单位的类别和管理体制")
    kind = pl.coalesce(filled("management"), pl.lit(UNMANAGED))
    units = people(roster).join(roster.select("unit", kind=kind), on="unit")
    kinds = in_order(units["kind"].to_list(), [*(one for one in management), UNMANAGED])
    counts = units.group_by("group", "kind").agg(units=pl.len()).with_columns(nth=position("kind", kinds))
    totals = units.group_by("group").agg(total=pl.len()).sort("total", "group", descending=[True, False])
    chart = _stacked_counts(counts.sort("group", "nth"), totals, groups(roster), kinds)
    said = "，".join(f"{group} {total} 个" for group, total in totals.rows())
    return finish(
        chart, title=title, height=ROW * totals.height, says=f"{title}：{said}。", note="条内数字为单位数，条末为合计"
    )


def _stacked_counts(counts: pl.DataFrame, totals: pl.DataFrame, order: list[str], kinds: list[str]) -> alt.LayerChart:
    y = rows("group", order)
    x = alt.X("units:Q", title="单位数（个）", stack="zero", axis=alt.Axis(tickMinStep=1))
    bars = base(counts).encode(y=y, x=x, order="nth:Q")
    enough = alt.datum.units > 0.04 * largest(totals["total"])
    dark = alt.FieldOneOfPredicate(field="kind", oneOf=kinds[:2])
    return layer(
        bars.mark_bar(stroke=PAPER, strokeWidth=1).encode(
            color=alt.Color("kind:N", scale=hues(kinds, TINTS), legend=legend(kinds) if len(kinds) > 1 else None),
            tooltip=tips(("group:N", "类别"), ("kind:N", "管理体制"), ("units:Q", "单位数（个）")),
        ),
        bars.mark_text().encode(
            x=alt.X("units:Q", stack="zero", bandPosition=0.5),
            text=alt.condition(enough, "units:Q", alt.value("")),
            color=alt.condition(dark, alt.value(PAPER), alt.value(INK)),
        ),
        base(totals).mark_text(align="left", dx=8, fontSize=13).encode(y=y, x="total:Q", text="total:Q"),
    )


def calendar(phases: pl.DataFrame, *, headline: str = "") -> Figure:
    """When each phase runs.

    phases: name, start, end (dates, both included) and, where there is one, clause; in the order of the plan.
    """
    title = headline or "工作日程"
    if phases.is_empty():
        return nothing(title)
    table = _phases(phases)
    order = table["name"].to_list()
    bars = base(table).encode(y=rows("name", order, gap=0.45))
    axis = alt.Axis(format="%-m月", tickCount="month", labelAlign="left", labelOffset=2)
    label = alt.ExprRef("datum.late ? 'right' : 'left'")
    chart = layer(
        bars.mark_bar(color=TINTS[1], cornerRadius=2).encode(
            x=alt.X("start:T", title="月份", axis=axis, scale=alt.Scale(type="utc")),
            x2="until:T",
            tooltip=tips(("name:N", "阶段"), ("said:N", "起止"), ("clause:N", "条款")),
        ),
        bars.mark_text(align=label, baseline="bottom", dy=-PHASE * 0.29, color=SOFT).encode(x="at:T", text="said:N"),
    )
    words = "；".join(f"{name} {when}" for name, when in table.select("name", "said").rows())
    return finish(chart, title=title, height=PHASE * len(order), says=f"{title}：{words}。")


def _phases(phases: pl.DataFrame) -> pl.DataFrame:
    """Phases with their dates in words, written from the start, or up to the end where they begin late."""
    first, last = phases["start"].min(), phases["end"].max()
    late = pl.col("start") - first > (last - pl.col("start"))
    return phases.select(
        "name",
        "start",
        until=pl.col("end") + pl.duration(days=1),
        late=late,
        at=pl.when(late).then(pl.col("end") + pl.duration(days=1)).otherwise("start"),
        said=pl.format("{}—{}", _day("start"), _day("end")),
        clause=pl.col("clause") if "clause" in phases.columns else pl.lit(""),
    )


def _day(column: str) -> pl.Expr:
    return pl.format("{}月{}日", pl.col(column).dt.month(), pl.col(column).dt.day())
