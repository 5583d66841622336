"""Figures of a year that is still going on: what is earned, lost, not yet measured, at risk, and what lapses cost."""

from typing import Any

import altair as alt
import polars as pl

from pingyi.figures.build import (
    MARKS,
    SHARE,
    WHOLE,
    Head,
    base,
    largest,
    layer,
    position,
    rows,
    shown,
    shown_column,
    tips,
)
from pingyi.figures.frames import people
from pingyi.figures.theme import (
    BAD,
    GOOD,
    GOOD_LIGHT,
    GRID,
    INK,
    LABEL_LINE,
    LOSS,
    NARROW,
    OTHER,
    PAPER,
    SOFT,
    UNCOUNTED,
    Figure,
    finish,
    fixed,
    legend,
    nothing,
    wrapping,
)

ROW, CELL = 30, 32
"""Height (px) of a stacked bar with its gap, and of a cell."""
SIGNS = 19
"""Signs of a leaf's name in a line."""
HEAD_SIGNS, NARROW_SIGNS = 8, 15
"""Signs of a unit's name in a line above its column, and of all heads together in a line on a telephone."""
KINDS = {"已得，不会再变": GOOD, "已得，还可能失去": GOOD_LIGHT, "尚未评价": UNCOUNTED, "已失": BAD}
"""What has become of full marks so far, and its colour."""
MOST_UNITS = 6
"""Units that stand beside each other."""


def leaf_states(states: pl.DataFrame, *, headline: str = "") -> Figure:
    """What has become of each leaf's full marks so far: earned for good, still at risk, not yet measured, lost.

    states: `leaf_states`, in the order of the plan. Of several units the mean.
    """
    units = states["unit"].n_unique()
    title = headline or ("各项现状" if units < 2 else f"各项现状（{units} 个单位平均）")
    if states.is_empty():
        return nothing(title)
    parts = _parts(states)
    order = parts["row"].unique(maintain_order=True).to_list()
    kinds = parts.group_by("kind").agg(pl.col("points").sum())
    sums = {kind: shown(points) for kind, points in kinds.rows()}
    said = "，".join(f"{kind} {sums[kind]} 分" for kind in KINDS)
    chart = _stacked(parts, order)
    note = "条长是占该项满分的份额；条末是已失的和满分（分）"
    return finish(chart, title=title, height=ROW * len(order), says=f"{title}：{said}。", note=note)


def _parts(states: pl.DataFrame) -> pl.DataFrame:
    """row, kind, nth, points (分, mean over units), share of the full marks: four rows for each leaf."""
    full, marks, risk = (pl.col(name).cast(pl.Float64) for name in ("full_marks", "marks", "at_risk"))
    waits, lost = pl.col("unmeasured") | pl.col("marks").is_null(), full - marks.fill_null(0)
    split = states.select(
        row="component_name",
        full=full,
        **{
            "已得，不会再变": pl.when(waits).then(0.0).otherwise(marks.fill_null(0) - risk.fill_null(0)),
            "已得，还可能失去": pl.when(waits).then(0.0).otherwise(risk.fill_null(0)),
            "尚未评价": pl.when(waits).then(full).otherwise(0.0),
            "已失": pl.when(waits).then(0.0).otherwise(lost),
        },
    )
    means = split.group_by("row", maintain_order=True).mean()
    long = means.unpivot([*KINDS], index=["row", "full"], variable_name="kind", value_name="points")
    order = means["row"].to_list()
    placed = long.with_columns(nth=position("kind", [*KINDS]), share=pl.col("points") / pl.col("full"))
    return placed.sort(position("row", order), "nth")


def _lost(parts: pl.DataFrame) -> pl.DataFrame:
    """row, said, at: what is lost of how many, behind each bar."""
    full = pl.col("full").round(2).cast(pl.String).str.strip_suffix(".0")
    some = pl.col("points").round(2) > 0
    said = pl.when(some).then(pl.format("−{} / {}", shown_column("points"), full)).otherwise(full)
    return parts.filter(pl.col("kind") == "已失").select("row", said=said, at=pl.lit(1.0))


def _stacked(parts: pl.DataFrame, order: list[str]) -> alt.LayerChart:
    bars = parts.filter(pl.col("points") > 0)
    lanes = base(bars.drop("full")).encode(y=rows("row", order, gap=0.28, signs=SIGNS), order="nth:Q")
    share = alt.X(
        "share:Q",
        title="占该项满分（%）",
        stack="zero",
        axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1]),
        scale=alt.Scale(domainMin=0, domainMax=alt.ExprRef(f"{NARROW} ? 1.42 : 1.14"), nice=False),
    )
    heads: tuple[Head, ...] = (("row:N", "指标"), ("kind:N", "情况"), ("points:Q", "分数（分）", MARKS))
    labels = base(_lost(parts))
    return layer(
        lanes.mark_bar(stroke=OTHER, strokeWidth=0.6).encode(
            x=share,
            color=alt.Color("kind:N", scale=fixed([*KINDS], [*KINDS.values()]), legend=legend([*KINDS])),
            tooltip=tips(*heads, ("share:Q", "占满分", SHARE)),
        ),
        labels.mark_text(align="left", dx=6, fontSize=11.5, color=SOFT).encode(y="row:N", x="at:Q", text="said:N"),
    )


def lost_by_unit(states: pl.DataFrame, roster: pl.DataFrame, *, headline: str = "") -> Figure:
    """What each unit has lost in each leaf so far; a leaf not yet measured says so.

    states, roster: `leaf_states`, `roster`. Of many units only those that have lost most.
    """
    named = states.drop("name", strict=False).join(
        people(roster).select("unit", "name"), on="unit", maintain_order="left"
    )
    sums = named.group_by("unit", "name").agg(pl.col("lost").sum()).sort(["lost", "unit"], descending=[True, False])
    shown_units = sums.head(MOST_UNITS).sort("unit")["name"].to_list()
    title = headline or ("各单位各项已失多少分" if sums.height <= MOST_UNITS else f"已失分最多的 {MOST_UNITS} 个单位")
    if named.is_empty():
        return nothing(title)
    points = pl.col("lost").cast(pl.Float64).fill_null(0)
    cells = named.filter(pl.col("name").is_in(shown_units)).select(
        "name",
        row="component_name",
        lost=points,
        share=pl.when(pl.col("full_marks") > 0).then(points / pl.col("full_marks").cast(pl.Float64)).otherwise(0.0),
        said=pl.when("unmeasured").then(pl.lit("未评")).otherwise(_minus(points)),
    )
    order = cells["row"].unique(maintain_order=True).to_list()
    said = "，".join(f"{name} 失 {shown(lost)} 分" for _, name, lost in sums.head(MOST_UNITS).rows())
    note = "格内是已失的分（分），颜色越深占该项满分越多；“未评”是至今没有数据"
    chart = _cells(cells, order, shown_units)
    return finish(chart, title=title, height=CELL * len(order), says=f"{title}：{said}。", note=note)


def _minus(points: pl.Expr) -> pl.Expr:
    """What is lost, as it stands in a cell."""
    return points.map_elements(lambda value: f"−{shown(value)}" if round(value, 2) > 0 else "0", return_dtype=pl.String)


def _cells(cells: pl.DataFrame, order: list[str], columns: list[str]) -> alt.LayerChart:
    most = largest(cells["share"]) or 1.0
    across = alt.Axis(orient="top", labelAngle=0, title=None, labelLimit=0, **_wrapped_heads(columns))
    grid = base(cells).encode(
        y=rows("row", order, gap=0.06, signs=SIGNS),
        x=alt.X("name:N", scale=alt.Scale(domain=columns, paddingInner=0.03), axis=across),
    )
    heat = alt.Scale(domain=[at * most / (len(LOSS) - 1) for at in range(len(LOSS))], range=[*LOSS], interpolate="rgb")
    heads = tips(("name:N", "单位"), ("row:N", "指标"), ("said:N", "已失（分）"), ("share:Q", "占满分", SHARE))
    return layer(
        grid.mark_rect(stroke=GRID).encode(color=alt.Color("share:Q", scale=heat, legend=None), tooltip=heads),
        grid.mark_text().encode(
            text="said:N",
            color=alt.condition(alt.datum.share > 0.7 * most, alt.value(PAPER), alt.value(INK)),
        ),
    )


def _wrapped_heads(names: list[str]) -> dict[str, Any]:
    """Heads of columns in several lines, with room for the longest above the cells."""
    longest = max(map(len, names))
    few = max(NARROW_SIGNS // len(names), 1)
    narrow, wide = (6 + LABEL_LINE * (min(-(-longest // signs), 3) - 1) for signs in (few, HEAD_SIGNS))
    return {"labelExpr": wrapping(HEAD_SIGNS, few), "labelPadding": alt.ExprRef(f"{NARROW} ? {narrow} : {wide}")}


def lapses(points: pl.DataFrame, *, k: int = 15, headline: str = "") -> Figure:
    """What each kind of lapse has cost, the dearest first.

    points: item (its name), component (its name), number (件), points (分, positive is lost).
    """
    title = headline or "各种失分事项扣了多少分"
    cost = points.filter(pl.col("points") > 0).sort(["points", "item"], descending=[True, False])
    if cost.is_empty():
        return nothing(title)
    table = cost.head(k).with_columns(
        pl.col("points").cast(pl.Float64),
        label=pl.format("−{} 分（{} 件）", shown_column("points"), "number"),
        row=pl.when(pl.col("item").is_duplicated()).then(pl.format("{}（{}）", "item", "component")).otherwise("item"),
    )
    rest = f"；只画最多的 {k} 种，另有 {cost.height - k} 种见表" if cost.height > k else ""
    said = "，".join(f"{row} {label}" for row, label in table.select("row", "label").rows())
    note = f"按台账逐件合计（分），括号内是件数；扣完为止的项目实际失分可能少些{rest}"
    chart = _costs(table)
    return finish(chart, title=title, height=ROW * table.height, says=f"{title}：{said}。", note=note)


def _costs(table: pl.DataFrame) -> alt.LayerChart:
    lanes = base(table).encode(y=rows("row", table["row"].to_list(), gap=0.35, signs=SIGNS))
    most = largest(table["points"])
    room = alt.Scale(domainMin=0, domainMax=alt.ExprRef(f"{most} * ({NARROW} ? 2.1 : 1.35)"), nice=False)
    heads = tips(
        ("row:N", "事项"), ("component:N", "指标"), ("number:Q", "件数（件）", WHOLE), ("points:Q", "扣分（分）", MARKS)
    )
    return layer(
        lanes.mark_bar(color=BAD).encode(x=alt.X("points:Q", title="扣分（分）", scale=room), tooltip=heads),
        lanes.mark_text(align="left", dx=6, fontSize=11.5, color=SOFT).encode(x="points:Q", text="label:N"),
    )
