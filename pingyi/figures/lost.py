"""Figures of where marks are lost: by component and category, and for one unit among its like."""

import altair as alt
import polars as pl

from pingyi.figures.build import MARKS, SHARE, Head, base, largest, layer, rows, shown, shown_column, tips
from pingyi.figures.frames import MOST_PARTS, all_waiting, counted, groups, parts_of, people
from pingyi.figures.theme import (
    CATEGORIES,
    GRID,
    INK,
    LOSS,
    NARROW,
    OTHER,
    PAPER,
    Figure,
    finish,
    hues,
    legend,
    nothing,
)

CELL, LANE, PROFILE = 38, 15, 40
"""Height (px) of a cell, of a category's lane within a component, and of a row of a profile."""
EVERYONE = "全部"
TWO_LINES = f"{NARROW} && length(datum.label) > 3 ? [slice(datum.label, 0, 3), slice(datum.label, 3)] : datum.label"
"""On a telephone the head of a column takes two lines."""
DARK_LOSS = 0.7
"""From this share of the largest loss on, numbers stand on a dark ground."""


def where_lost(
    marks: pl.DataFrame,
    roster: pl.DataFrame,
    components: pl.DataFrame,
    *,
    of: str,
    name: str,
    most: int = MOST_PARTS,
    headline: str = "",
) -> Figure:
    """Marks lost on average, by component and category; the darker, the larger the share of full marks.

    marks, roster, components: `component_marks`, `roster`, `plan_components`. of: the node whose components are looked
    at, as far down as there are not more than `most`; name: how people call it.
    """
    title = headline or f"{name}：各项平均丢多少分"
    lost = _lost(marks, roster, components, of, most)
    if lost.is_empty():
        return nothing(title)
    whole = lost.with_columns(group=pl.lit(EVERYONE))
    cells = (
        pl.concat([lost, whole])
        .group_by("row", "name", "group")
        .agg(lost=pl.col("lost").mean(), share=(pl.col("lost") / pl.col("full_marks")).mean(), units=pl.len())
    )
    found = [group for group in groups(roster) if group in set(lost["group"])]
    columns = [EVERYONE, *(found if len(found) > 1 else [])]
    order = lost.sort("position")["row"].unique(maintain_order=True).to_list()
    chart = _heat(cells.filter(pl.col("group").is_in(columns)).sort("row", "group"), order, columns)
    overall = cells.filter(pl.col("group") == EVERYONE).sort("lost", descending=True)
    said = "，".join(f"{item} {shown(points)} 分" for item, points in overall.select("name", "lost").rows())
    note = "格内是平均丢分（满分减得分，分）；颜色越深，丢分占该项满分的比例越大；尚未评价的不在内"
    return finish(chart, title=title, height=CELL * len(order), says=f"{title}。全部单位平均：{said}。", note=note)


def _lost(
    marks: pl.DataFrame, roster: pl.DataFrame, components: pl.DataFrame, of: str, most: int = MOST_PARTS
) -> pl.DataFrame:
    """unit, group, name and row of the component, its position, marks, full_marks, lost: those with both marks."""
    shown_apart = pl.col("component").is_in(parts_of(counted(marks), components, of, most)) & ~pl.col("outside")
    parts = components.filter(shown_apart).select("component", "name", "position")
    own = counted(marks).join(parts, on="component").drop_nulls(["marks", "full_marks"])
    own = own.filter(pl.col("full_marks") > 0).with_columns(pl.col("marks", "full_marks").cast(pl.Float64))
    one = pl.col("full_marks").n_unique().over("component") == 1
    full = pl.col("full_marks").round(2).cast(pl.String).str.strip_suffix(".0")
    row = pl.when(one).then(pl.format("{}（{} 分）", "name", full)).otherwise("name")
    named = own.with_columns(row=row, lost=pl.col("full_marks") - pl.col("marks"))
    lost = _assessed(named, all_waiting(counted(marks), components, parts["component"].to_list()))
    return lost.join(people(roster).select("unit", "group"), on="unit").sort("position", "unit")


def _assessed(lost: pl.DataFrame, waits: pl.DataFrame) -> pl.DataFrame:
    """The rows less marks that stand there for what nobody has assessed so far; none of those that are all such."""
    both = lost.join(waits.with_columns(pl.col("waiting").cast(pl.Float64)), on=["unit", "component"], how="left")
    less = both.with_columns(pl.col("marks", "full_marks") - pl.col("waiting").fill_null(0)).drop("waiting")
    return less.filter(pl.col("full_marks").round(6) > 0)


def _heat(cells: pl.DataFrame, order: list[str], columns: list[str]) -> alt.LayerChart:
    most = largest(cells["share"]) or 1.0
    across = alt.Axis(orient="top", labelAngle=0, title=None, labelLimit=120, labelExpr=TWO_LINES)
    grid = base(cells).encode(
        y=rows("row", order, gap=0.06),
        x=alt.X("group:N", scale=alt.Scale(domain=columns, paddingInner=0.03), axis=across),
    )
    heat = alt.Scale(domain=[at * most / (len(LOSS) - 1) for at in range(len(LOSS))], range=[*LOSS], interpolate="rgb")
    heads: tuple[Head, ...] = (("name:N", "指标"), ("group:N", "类别"), ("units:Q", "单位数（个）"))
    return layer(
        grid.mark_rect(stroke=GRID).encode(
            color=alt.Color("share:Q", scale=heat, legend=None),
            tooltip=tips(*heads, ("lost:Q", "平均丢分（分）", MARKS), ("share:Q", "占满分", SHARE)),
        ),
        grid.mark_text(fontSize=13).encode(
            text=alt.Text("lost:Q", format=MARKS),
            color=alt.condition(alt.datum.share > DARK_LOSS * most, alt.value(PAPER), alt.value(INK)),
        ),
    )


def where_lost_spread(
    marks: pl.DataFrame,
    roster: pl.DataFrame,
    components: pl.DataFrame,
    *,
    of: str,
    name: str,
    most: int = MOST_PARTS,
    headline: str = "",
) -> Figure:
    """How the share of full marks spreads over units, by component and category: half of them, nine of ten, the middle.

    Frames and arguments as for `where_lost`.
    """
    title = headline or f"{name}：各项得分率的分布"
    lost = _lost(marks, roster, components, of, most)
    if lost.is_empty():
        return nothing(title)
    rate = pl.col("marks") / pl.col("full_marks")
    spans = lost.group_by("row", "name", "position", "group").agg(
        units=pl.len(), **{f"q{share}": rate.quantile(share / 100, "nearest") for share in (5, 25, 50, 75, 95)}
    )
    order = lost["row"].unique(maintain_order=True).to_list()
    found = [group for group in groups(roster) if group in set(lost["group"])]
    chart = _spans(spans.sort("position", "group"), order, found)
    middle = lost.group_by("name", "position").agg(q50=rate.quantile(0.5, "nearest")).sort("position")
    said = "，".join(f"{item} {shown(value * 100, 0)}%" for item, _, value in middle.rows())
    note = "点是中位数，粗线是中间一半单位，细线是中间九成单位"
    height = len(order) * (LANE * len(found) + 14)
    return finish(chart, title=title, height=height, says=f"{title}。全部单位的中位得分率：{said}。", note=note)


SPAN_HEADS: tuple[Head, ...] = (
    ("name:N", "指标"),
    ("group:N", "类别"),
    ("units:Q", "单位数（个）"),
    ("q50:Q", "中位数", SHARE),
    ("q25:Q", "中间一半，自", SHARE),
    ("q75:Q", "中间一半，至", SHARE),
    ("q5:Q", "中间九成，自", SHARE),
    ("q95:Q", "中间九成，至", SHARE),
)


def _spans(spans: pl.DataFrame, order: list[str], found: list[str]) -> alt.LayerChart:
    lanes = base(spans).encode(
        y=rows("row", order, gap=0.25),
        yOffset=alt.YOffset("group:N", scale=alt.Scale(domain=found)),
        color=alt.Color("group:N", scale=hues(found, CATEGORIES), legend=legend(found) if len(found) > 1 else None),
    )
    axis = alt.Axis(format=".0%")
    return layer(
        lanes.mark_rule(strokeWidth=1.3).encode(x=alt.X("q5:Q", title="得分占满分（%）", axis=axis), x2="q95:Q"),
        lanes.mark_rule(strokeWidth=6, opacity=0.55).encode(x="q25:Q", x2="q75:Q"),
        lanes.mark_point(filled=True, size=60, opacity=1, stroke=PAPER, strokeWidth=1).encode(
            x="q50:Q", tooltip=tips(*SPAN_HEADS)
        ),
    )


def unit_profile(
    marks: pl.DataFrame, roster: pl.DataFrame, components: pl.DataFrame, *, unit: str, of: str, headline: str = ""
) -> Figure:
    """One unit's marks as shares of full marks, beside the mean and the middle nine tenths of its category.

    Frames and `of` as for `where_lost`. unit: its id.
    """
    lost = _lost(marks, roster, components, of)
    own = lost.filter(pl.col("unit") == unit)
    names = people(roster).filter(pl.col("unit") == unit)
    title = headline or f"{names['name'][0] if names.height else unit}：各项得分与同类别比较"
    if own.is_empty():
        return nothing(title)
    rate = pl.col("marks") / pl.col("full_marks")
    like = (
        lost.filter(pl.col("group") == own["group"][0])
        .group_by("row")
        .agg(mean=rate.mean(), low=rate.quantile(0.05, "nearest"), high=rate.quantile(0.95, "nearest"))
    )
    table = own.with_columns(rate=rate, said=shown_column("marks")).join(like, on="row").sort("position").drop("unit")
    order = table["row"].to_list()
    words = "，".join(f"{item} {points} 分" for item, points in table.select("name", "said").rows())
    note = f"圆点是本单位得分率（数字是得分，分）；灰带是“{own['group'][0]}”中间九成单位，竖线是平均"
    chart = _profile(table, order)
    return finish(chart, title=title, height=PROFILE * len(order), says=f"{title}。{words}。", note=note)


def _profile(table: pl.DataFrame, order: list[str]) -> alt.LayerChart:
    lanes = base(table).encode(y=rows("row", order, gap=0.45))
    axis = alt.Axis(format=".0%")
    heads: tuple[Head, ...] = (
        ("name:N", "指标"),
        ("marks:Q", "得分（分）", MARKS),
        ("full_marks:Q", "满分（分）", MARKS),
        ("rate:Q", "得分率", SHARE),
        ("mean:Q", "同类别平均", SHARE),
    )
    return layer(
        lanes.mark_bar(color=GRID).encode(x=alt.X("low:Q", title="得分占满分（%）", axis=axis), x2="high:Q"),
        lanes.mark_tick(color=OTHER, thickness=3, size=PROFILE * 0.55).encode(x="mean:Q"),
        lanes.mark_point(filled=True, size=110, color=INK, opacity=1).encode(x="rate:Q", tooltip=tips(*heads)),
        lanes.mark_text(baseline="bottom", dy=-9, fontSize=13).encode(x="rate:Q", text="said:N"),
    )
