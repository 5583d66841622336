"""Figures of how a year goes: satisfaction month by month, and problems found, rectified and fed back."""

from collections.abc import Mapping

import altair as alt
import polars as pl

from pingyi.figures.build import SHARE, WHOLE, Head, base, largest, layer, rows, shown, tips
from pingyi.figures.theme import (
    BAD,
    BAD_LIGHT,
    GOOD,
    GOOD_LIGHT,
    GRID,
    INK,
    LOSS,
    OTHER,
    PAPER,
    Figure,
    finish,
    fixed,
    legend,
    nothing,
)

CELL, TALL = 34, 240
"""Height (px) of a cell, and of bars that stand."""
SIGNS = 19
"""Signs of a component's name in a line."""
LEAST_WORST = 0.3
"""The share of dissatisfaction from which the darkest colour may begin: small differences stay pale."""
DARK = 0.75
"""From this share of the worst rate on, numbers stand on a dark ground."""


def monthly_rates(rates: pl.DataFrame, *, components: Mapping[str, str], headline: str = "") -> Figure:
    """Satisfaction of each component month by month: the mean over its units, each unit counting the same.

    rates: `monthly_rates`. components: ids and what people call them, in the order of the plan.
    """
    title = headline or "各项评价逐月的平均满意率"
    own = rates.filter(pl.col("component").is_in([*components]))
    if own.is_empty():
        return nothing(title)
    cells = own.group_by("component", "month").agg(
        rate=pl.col("rate").cast(pl.Float64).mean(), units=pl.len(), ratings=pl.col("ratings").sum()
    )
    table = cells.with_columns(
        row=pl.col("component").replace_strict(dict(components)),
        label=_month("month", several=cells["month"].str.slice(0, 4).n_unique() > 1),
        loss=1 - pl.col("rate"),
    ).sort("component", "month")
    order = [name for id, name in components.items() if id in set(table["component"])]
    columns = table.sort("month")["label"].unique(maintain_order=True).to_list()
    said = "；".join(_told(table.filter(pl.col("row") == name), name) for name in order)
    note = "格内是各单位满意率的平均（%）；颜色越深，不满意越多；空格是当月没有评价"
    chart = _heat(table.drop("component", "month"), order, columns)
    return finish(chart, title=title, height=CELL * len(order), says=f"{title}。{said}。", note=note)


def _month(column: str, *, several: bool) -> pl.Expr:
    month = pl.format("{}月", pl.col(column).str.slice(5, 2).cast(pl.Int64))
    return pl.format("{}年{}", pl.col(column).str.slice(2, 2), month) if several else month


def _told(own: pl.DataFrame, name: str) -> str:
    return f"{name} " + "，".join(
        f"{label} {shown(rate * 100, 1)}%" for label, rate in own.select("label", "rate").rows()
    )


def _heat(table: pl.DataFrame, order: list[str], columns: list[str]) -> alt.LayerChart:
    most = max(largest(table["loss"]), LEAST_WORST)
    across = alt.Axis(orient="top", labelAngle=0, title=None)
    grid = base(table).encode(
        y=rows("row", order, gap=0.06, signs=SIGNS),
        x=alt.X("label:N", scale=alt.Scale(domain=columns, paddingInner=0.03), axis=across),
    )
    heat = alt.Scale(domain=[at * most / (len(LOSS) - 1) for at in range(len(LOSS))], range=[*LOSS], interpolate="rgb")
    heads: tuple[Head, ...] = (("row:N", "指标"), ("label:N", "月份"), ("rate:Q", "平均满意率", SHARE))
    return layer(
        grid.mark_rect(stroke=GRID).encode(
            color=alt.Color("loss:Q", scale=heat, legend=None),
            tooltip=tips(*heads, ("units:Q", "单位（个）", WHOLE), ("ratings:Q", "评价（条）", WHOLE)),
        ),
        grid.mark_text().encode(
            text=alt.Text("rate:Q", format=".0%"),
            color=alt.condition(alt.datum.loss > DARK * most, alt.value(PAPER), alt.value(INK)),
        ),
    )


BARS = {"found": ("新发现", OTHER), "rectified": ("整改到位", GOOD), "fed_back": ("已反馈", GOOD_LIGHT)}
LINES = {"still_open": ("月末未改", BAD_LIGHT), "overdue": ("月末超期", BAD)}
"""What is counted in a month, and what is left at its end: heads and colours."""


def problem_months(months: pl.DataFrame, *, headline: str = "") -> Figure:
    """Problems found, rectified and fed back in each month, and those still open or overdue at its end.

    months: `problem_months`.
    """
    title = headline or "问题整改逐月进展"
    if months.is_empty():
        return nothing(title)
    ordered = months.sort("month")
    several = ordered["month"].str.slice(0, 4).n_unique() > 1
    table = ordered.with_columns(label=_month("month", several=several))
    labels = table["label"].to_list()
    said = "；".join(
        f"{label}新发现 {found} 个、整改 {done} 个、月末未改 {left} 个"
        for label, found, done, left in table.select("label", "found", "rectified", "still_open").rows()
    )
    chart = layer(*_months(table, labels))
    note = "条是当月发生的，线是月末还没有整改的"
    return finish(chart, title=title, height=TALL, says=f"{title}：{said}。", note=note)


def _months(table: pl.DataFrame, labels: list[str]) -> list[alt.Chart]:
    kinds = BARS | LINES
    names = {name: head for name, (head, _) in kinds.items()}
    long = table.unpivot([*kinds], index="label", variable_name="kind", value_name="number")
    long = long.with_columns(pl.col("kind").replace_strict(names))
    bars, lines = ([names[name] for name in part] for part in (BARS, LINES))
    colour = alt.Color(
        "kind:N",
        scale=fixed([*names.values()], [shade for _, shade in kinds.values()]),
        legend=legend([*names.values()]),
    )
    x = alt.X("label:N", title="月份", scale=alt.Scale(domain=labels), axis=alt.Axis(labelAngle=0))
    y = alt.Y("number:Q", title="问题（个）", axis=alt.Axis(tickMinStep=1))
    heads = tips(("label:N", "月份"), ("kind:N", "情况"), ("number:Q", "问题（个）", WHOLE))
    standing = base(long.filter(pl.col("kind").is_in(bars))).encode(x=x, y=y, color=colour, tooltip=heads)
    left = base(long.filter(pl.col("kind").is_in(lines))).encode(x=x, y=y, color=colour, tooltip=heads)
    offset = alt.XOffset("kind:N", scale=alt.Scale(domain=bars))
    return [standing.mark_bar().encode(xOffset=offset), left.mark_line(strokeWidth=2, point={"size": 44, "opacity": 1})]
