"""Figures for the analyst: who moves under another rule, units side by side, units to brush, columns at a glance."""

from collections.abc import Sequence

import altair as alt
import polars as pl

from pingyi.figures.chart_parts import (
    MARKS,
    PERCENT,
    SHARE,
    UNIT,
    WHOLE,
    chart_of,
    layer_charts,
    row_axis,
    row_labels,
    tooltip_of,
)
from pingyi.figures.theme import (
    BAD,
    CATEGORIES,
    GOOD,
    INK,
    OTHER,
    SOFT,
    Figure,
    empty_figure,
    finish_figure,
    named_colour,
)

ROW = 22.0
"""Height (px) of a unit."""
UP, DOWN = "上升", "下降"


def moved_places(moves: pl.DataFrame, *, title: str) -> Figure:
    """Places before and after, a row for each unit in the order of its frame.

    moves: name, place, new_place (1 the best), total, new_total (分).
    """
    if moves.is_empty():
        return empty_figure(title)
    up = pl.col("new_place") < pl.col("place")
    table = moves.with_columns(way=pl.when(up).then(pl.lit(UP)).otherwise(pl.lit(DOWN)))
    lanes = chart_of(table).encode(y=row_axis("name", moves["name"].to_list(), signs=16))
    colour = named_colour("way:N", [UP, DOWN], [GOOD, BAD])
    places = alt.Scale(zero=False, nice=False, padding=12)
    x = alt.X("place:Q", title="名次（左为第 1）", scale=places, axis=alt.Axis(tickMinStep=1))
    tooltip = tooltip_of(
        ("name:N", "单位"),
        ("place:Q", "现名次", WHOLE),
        ("new_place:Q", "改后名次", WHOLE),
        ("total:Q", "现得分（分）", MARKS),
        ("new_total:Q", "改后得分（分）", MARKS),
    )
    number = alt.Text("new_place:Q", format=WHOLE)
    chart = layer_charts(
        lanes.mark_rule(strokeWidth=2).encode(x=x, x2="new_place:Q", color=colour),
        lanes.mark_point(filled=True, size=46, color=OTHER, opacity=1).encode(x=x, tooltip=tooltip),
        lanes.mark_point(filled=True, size=80, opacity=1).encode(x="new_place:Q", color=colour, tooltip=tooltip),
        lanes.mark_text(dy=-9, fontSize=11, color=INK).encode(x="new_place:Q", text=number),
    )
    first = table.select("name", "place", "new_place").head(5).rows()
    told = "，".join(f"{name} 第 {old} 变为第 {new}" for name, old, new in first)
    note = "灰点是现名次，彩点和数字是改后名次"
    return finish_figure(chart, title=title, height=ROW * moves.height, says=f"{title}。{told}。", note=note)


def side_by_side(rates: pl.DataFrame, *, order: Sequence[str], names: Sequence[str], title: str) -> Figure:
    """Units or categories side by side: a row for each leaf, a point for each of them.

    rates: item (leaf), who, rate (0 to 1), marks (分). order: the leaves. names: whom, in order.
    """
    if rates.is_empty():
        return empty_figure(title)
    chart = (
        chart_of(rates)
        .mark_point(filled=True, size=80, opacity=1)
        .encode(
            x=alt.X("rate:Q", title="得分占满分（%）", axis=PERCENT, scale=alt.Scale(zero=False)),
            y=row_axis("item", order, signs=14),
            color=named_colour("who:N", names, CATEGORIES),
            shape=alt.Shape("who:N", scale=alt.Scale(domain=list(names)), legend=None),
            tooltip=tooltip_of(
                ("who:N", "谁"), ("item:N", "指标"), ("rate:Q", "得分率", SHARE), ("marks:Q", "得分（分）", MARKS)
            ),
        )
    )
    best = rates.sort("rate").tail(1).row(0, named=True)
    says = f"{title}。最高的是{best['who']}的{best['item']}，{best['rate'] * 100:.0f}%。"
    note, height = "每点是一个单位或类别的平均", ROW * len(order) + 20
    return finish_figure(layer_charts(chart), title=title, height=height, says=says, note=note)


def named_bars(rows: pl.DataFrame, name: str, value: str, *, title: str) -> Figure:
    """A bar with its number for each row, in the order of its frame. name, value: the columns of names and numbers."""
    if rows.is_empty():
        return empty_figure(title)
    table = rows.select(name=pl.col(name).cast(pl.String), value=pl.col(value).cast(pl.Float64))
    lanes = chart_of(table).encode(y=row_axis("name", table["name"].to_list(), signs=16))
    length = alt.X("value:Q", title=value)
    tooltip = tooltip_of(("name:N", name), ("value:Q", value, "~r"))
    chart = layer_charts(
        lanes.mark_bar(color=GOOD, height={"band": 0.7}).encode(x=length, tooltip=tooltip),
        row_labels(lanes, length, alt.Text("value:Q", format="~r")),
    )
    first = table.row(0, named=True)
    says = f"{title}。第一行是{first['name']}，{first['value']:g}。"
    return finish_figure(chart, title=title, height=ROW * table.height, says=says)


LISTED = 14
"""Rows of units that a brush shows beside the chart."""


def brushed(units: pl.DataFrame, *, x: str, y: str, title: str) -> alt.VConcatChart:
    """Units as points to brush; the brushed ones are listed below, in the order of y, as far as there is room.

    units: name, organ, group, x and y (分), place. x, y: what people call them.
    """
    brush = alt.selection_interval(name="brush")
    groups = units["group"].unique(maintain_order=True).to_list()
    colour = alt.condition(brush, named_colour("group:N", groups, CATEGORIES), alt.value(OTHER))
    points = (
        chart_of(units)
        .mark_circle(size=46)
        .encode(
            x=alt.X("x:Q", title=f"{x}（分）", scale=alt.Scale(zero=False)),
            y=alt.Y("y:Q", title=f"{y}（分）", scale=alt.Scale(zero=False)),
            color=colour,
            tooltip=tooltip_of(*UNIT, ("x:Q", x, MARKS), ("y:Q", y, MARKS)),
        )
        .add_params(brush)
        .properties(width=640, height=320, title=title)
    )
    line = alt.expr.format(alt.datum.y, ".2f")
    lines = alt.Scale(domain=list(range(1, LISTED + 1)))
    text = (
        chart_of(units)
        .mark_text(align="left", fontSize=12, color=INK)
        .transform_filter(brush)
        .transform_window(nth="row_number()", sort=[alt.SortField("y", order="descending")])
        .transform_filter(alt.datum.nth <= LISTED)
        .transform_calculate(
            said=alt.datum.place + "　" + alt.datum.name + "（" + alt.datum.organ + "）　" + line + " 分"
        )
        .encode(y=alt.Y("nth:O", axis=None, scale=lines), x=alt.value(4), text="said:N")
        .properties(
            width=640, height=LISTED * 18, title=alt.Title("框住的单位（按纵轴从高到低）", fontSize=13, color=SOFT)
        )
    )
    return alt.vconcat(points, text)


MOST = 12
"""Values of a column that its small figure names."""


def columns_at_a_glance(frame: pl.DataFrame, heads: dict[str, str]) -> alt.ConcatChart:
    """A small figure for each column: how often each value, or range of values, occurs.

    heads: column → what people call it; columns without any value are left out.
    """
    drawn = [_column_figure(frame[name], head) for name, head in heads.items() if frame[name].count()]
    return alt.concat(*drawn, columns=3)


def _column_figure(values: pl.Series, head: str) -> alt.Chart:
    if values.dtype.is_numeric() or values.dtype.is_temporal():
        return _value_ranges(values.drop_nulls(), head)
    counts = (
        values.cast(pl.String).fill_null("（空）").value_counts(sort=True, name="rows").rename({values.name: "value"})
    )
    rest = counts["rows"].slice(MOST).sum()
    shown = counts.head(MOST)
    title = f"{head}（{counts.height} 种" + (f"，其余 {rest} 行）" if rest else "）")
    bars = (
        chart_of(shown)
        .mark_bar(color=GOOD)
        .encode(x=alt.X("rows:Q", title="行"), y=row_axis("value", shown["value"].to_list()))
    )
    return _small_figure(bars, title, 18 * shown.height + 10)


MONTHS = alt.Axis(format="%Y年%-m月", labelAngle=-45)


def _value_ranges(values: pl.Series, head: str) -> alt.Chart:
    """Numbers and days in ranges."""
    day = values.dtype.is_temporal()
    table = pl.DataFrame({"value": values.dt.date() if day else values.cast(pl.Float64)})
    counted = table.group_by("value").agg(pl.len().alias("rows")).sort("value")
    x = (
        alt.X("value:T", timeUnit="yearmonth", title=None, axis=MONTHS)
        if day
        else alt.X("value:Q", bin=alt.Bin(maxbins=20), title=None)
    )
    bars = chart_of(counted).mark_bar(color=GOOD).encode(x=x, y=alt.Y("sum(rows):Q", title="行"))
    return _small_figure(bars, f"{head}（{values.len()} 行有值）", 120)


def _small_figure(bars: alt.Chart, title: str, height: float) -> alt.Chart:
    return bars.properties(title=alt.Title(title, fontSize=13), width=170, height=height)
