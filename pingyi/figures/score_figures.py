"""Figures of scores: where marks are lost, what has become of full marks so far, and what totals are made of."""

from typing import Any

import altair as alt
import polars as pl

from pingyi.figures import theme
from pingyi.figures.chart_parts import (
    MARKS,
    PERCENT,
    SHARE,
    UNIT,
    WHOLE,
    chart_of,
    heat_map,
    largest_of,
    layer_charts,
    number_text,
    number_texts,
    order_position,
    row_axis,
    row_labels,
    stacked_bars,
    tooltip_of,
)
from pingyi.figures.frames import (
    MOST_PARTS,
    adding_up,
    all_waiting_marks,
    counted_rows,
    named_units,
    parts_of,
    unit_groups,
)
from pingyi.figures.theme import Figure, empty_figure, finish_figure, named_colour, wrapped_label

CELL, LANE = 38, 15
"""Height (px) of a cell, and of a category's lane within a component."""
EVERYONE = "全部"
TWO_LINES = (
    f"{theme.NARROW} && length(datum.label) > 3 ? [slice(datum.label, 0, 3), slice(datum.label, 3)] : datum.label"
)
"""On a telephone the head of a column takes two lines."""


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
    at, as far down as there are not more than `most`; name: how people call it; headline: a title without it.
    """
    title = headline or f"{name}：各项平均丢多少分"
    lost = _lost_marks(marks, roster, components, of, most)
    if lost.is_empty():
        return empty_figure(title)
    cells = (
        pl.concat([lost, lost.with_columns(group=pl.lit(EVERYONE))])
        .group_by("row", "name", "group")
        .agg(lost=pl.col("lost").mean(), share=(pl.col("lost") / pl.col("full_marks")).mean(), units=pl.len())
    )
    found = [group for group in unit_groups(roster) if group in set(lost["group"])]
    columns = [EVERYONE, *(found if len(found) > 1 else [])]
    order = lost.sort("position")["row"].unique(maintain_order=True).to_list()
    chart = heat_map(
        cells.filter(pl.col("group").is_in(columns)).sort("row", "group"),
        rows=row_axis("row", order, gap=0.06),
        column="group",
        columns=columns,
        shade="share",
        tooltip=tooltip_of(
            ("name:N", "指标"),
            ("group:N", "类别"),
            ("units:Q", "单位数（个）"),
            ("lost:Q", "平均丢分（分）", MARKS),
            ("share:Q", "占满分", SHARE),
        ),
        number=alt.Text("lost:Q", format=MARKS),
        size=13,
        labelLimit=120,
        labelExpr=TWO_LINES,
    )
    overall = cells.filter(pl.col("group") == EVERYONE).sort("lost", descending=True)
    said = "，".join(f"{item} {number_text(points)} 分" for item, points in overall.select("name", "lost").rows())
    note = "格内是平均丢分（满分减得分，分）；颜色越深，丢分占该项满分的比例越大；尚未评价的不在内"
    says = f"{title}。全部单位平均：{said}。"
    return finish_figure(chart, title=title, height=CELL * len(order), says=says, note=note)


def _lost_marks(
    marks: pl.DataFrame, roster: pl.DataFrame, components: pl.DataFrame, of: str, most: int
) -> pl.DataFrame:
    """unit, group, name and row of the component, its position, marks, full_marks, lost: those with both marks.

    Without marks that stand there for what nobody has assessed so far.
    """
    shown_apart = pl.col("component").is_in(parts_of(counted_rows(marks), components, of, most)) & ~pl.col("outside")
    parts = components.filter(shown_apart).select("component", "name", "position")
    own = counted_rows(marks).join(parts, on="component").drop_nulls(["marks", "full_marks"])
    own = own.filter(pl.col("full_marks") > 0).with_columns(pl.col("marks", "full_marks").cast(pl.Float64))
    one = pl.col("full_marks").n_unique().over("component") == 1
    row = pl.when(one).then(pl.format("{}（{} 分）", "name", _plain_full_marks("full_marks"))).otherwise("name")
    named = own.with_columns(row=row, lost=pl.col("full_marks") - pl.col("marks"))
    waits = all_waiting_marks(counted_rows(marks), components, parts["component"].to_list())
    both = named.join(waits.with_columns(pl.col("waiting").cast(pl.Float64)), on=["unit", "component"], how="left")
    less = both.with_columns(pl.col("marks", "full_marks") - pl.col("waiting").fill_null(0)).drop("waiting")
    lost = less.filter(pl.col("full_marks").round(6) > 0)
    return lost.join(named_units(roster).select("unit", "group"), on="unit").sort("position", "unit")


def _plain_full_marks(column: str) -> pl.Expr:
    return pl.col(column).round(2).cast(pl.String).str.strip_suffix(".0")


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
    lost = _lost_marks(marks, roster, components, of, most)
    if lost.is_empty():
        return empty_figure(title)
    rate = pl.col("marks") / pl.col("full_marks")
    spans = lost.group_by("row", "name", "position", "group").agg(
        units=pl.len(), **{f"q{share}": rate.quantile(share / 100, "nearest") for share in (5, 25, 50, 75, 95)}
    )
    order = lost["row"].unique(maintain_order=True).to_list()
    found = [group for group in unit_groups(roster) if group in set(lost["group"])]
    middle = lost.group_by("name", "position").agg(q50=rate.quantile(0.5, "nearest")).sort("position")
    said = "，".join(f"{item} {number_text(value * 100, 0)}%" for item, _, value in middle.rows())
    chart = _rate_spans(spans.sort("position", "group"), order, found)
    note = "点是中位数，粗线是中间一半单位，细线是中间九成单位"
    height = len(order) * (LANE * len(found) + 14)
    says = f"{title}。全部单位的中位得分率：{said}。"
    return finish_figure(chart, title=title, height=height, says=says, note=note)


QUANTILE_HEADS = {
    "q50": "中位数",
    "q25": "中间一半，自",
    "q75": "中间一半，至",
    "q5": "中间九成，自",
    "q95": "中间九成，至",
}


def _rate_spans(spans: pl.DataFrame, order: list[str], found: list[str]) -> alt.LayerChart:
    lanes = chart_of(spans).encode(
        y=row_axis("row", order, gap=0.25),
        yOffset=alt.YOffset("group:N", scale=alt.Scale(domain=found)),
        color=named_colour("group:N", found, theme.CATEGORIES, lone=False),
    )
    tooltip = tooltip_of(
        ("name:N", "指标"),
        ("group:N", "类别"),
        ("units:Q", "单位数（个）"),
        *((f"{name}:Q", head, SHARE) for name, head in QUANTILE_HEADS.items()),
    )
    dots = lanes.mark_point(filled=True, size=60, opacity=1, stroke=theme.PAPER, strokeWidth=1)
    return layer_charts(
        lanes.mark_rule(strokeWidth=1.3).encode(x=alt.X("q5:Q", title="得分占满分（%）", axis=PERCENT), x2="q95:Q"),
        lanes.mark_rule(strokeWidth=6, opacity=0.55).encode(x="q25:Q", x2="q75:Q"),
        dots.encode(x="q50:Q", tooltip=tooltip),
    )


STATE_ROW, STATE_CELL = 30, 32
"""Height (px) of a stacked bar with its gap, and of a cell."""
LEAF_SIGNS = 19
"""Signs of a leaf's name in a line."""
HEAD_SIGNS, NARROW_SIGNS = 8, 15
"""Signs of a unit's name in a line above its column, and of all heads together in a line on a telephone."""
STATES = {
    "已得，不会再变": theme.GOOD,
    "已得，还可能失去": theme.GOOD_LIGHT,
    "尚未评价": theme.UNCOUNTED,
    "已失": theme.BAD,
}
"""What has become of full marks so far, and its colour."""
MOST_UNITS = 6
"""Units that stand beside each other."""


def leaf_states(states: pl.DataFrame) -> Figure:
    """What has become of each leaf's full marks so far: earned for good, still at risk, not yet measured, lost.

    states: `leaf_states`, in the order of the plan. Of several units the mean.
    """
    units = states["unit"].n_unique()
    title = "各项现状" if units < 2 else f"各项现状（{units} 个单位平均）"
    if states.is_empty():
        return empty_figure(title)
    parts = _full_marks_by_state(states)
    order = parts["row"].unique(maintain_order=True).to_list()
    sums = dict(parts.group_by("kind").agg(pl.col("points").sum()).rows())
    said = "，".join(f"{kind} {number_text(sums[kind])} 分" for kind in STATES)
    chart = _state_bars(parts, order)
    note = "条长是占该项满分的份额；条末是已失的和满分（分）"
    return finish_figure(chart, title=title, height=STATE_ROW * len(order), says=f"{title}：{said}。", note=note)


def _full_marks_by_state(states: pl.DataFrame) -> pl.DataFrame:
    """row, kind, nth, points (分, mean over units), share of the full marks: four rows for each leaf."""
    full, marks, risk = (pl.col(name).cast(pl.Float64) for name in ("full_marks", "marks", "at_risk"))
    waits = pl.col("unmeasured") | pl.col("marks").is_null()
    safe = marks.fill_null(0) - risk.fill_null(0)
    points = [
        pl.when(waits).then(0.0).otherwise(safe),
        pl.when(waits).then(0.0).otherwise(risk.fill_null(0)),
        pl.when(waits).then(full).otherwise(0.0),
        pl.when(waits).then(0.0).otherwise(full - marks.fill_null(0)),
    ]
    split = states.select(row="component_name", full=full, **dict(zip(STATES, points, strict=True)))
    means = split.group_by("row", maintain_order=True).mean()
    long = means.unpivot([*STATES], index=["row", "full"], variable_name="kind", value_name="points")
    placed = long.with_columns(nth=order_position("kind", [*STATES]), share=pl.col("points") / pl.col("full"))
    return placed.sort(order_position("row", means["row"].to_list()), "nth")


def _state_bars(parts: pl.DataFrame, order: list[str]) -> alt.LayerChart:
    """The bars, and behind each what is lost of how many."""
    bars = parts.filter(pl.col("points") > 0)
    lanes = chart_of(bars.drop("full")).encode(y=row_axis("row", order, gap=0.28, signs=LEAF_SIGNS), order="nth:Q")
    share = alt.X(
        "share:Q",
        title="占该项满分（%）",
        stack="zero",
        axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1]),
        scale=alt.Scale(domainMin=0, domainMax=alt.ExprRef(f"{theme.NARROW} ? 1.42 : 1.14"), nice=False),
    )
    tooltip = tooltip_of(
        ("row:N", "指标"), ("kind:N", "情况"), ("points:Q", "分数（分）", MARKS), ("share:Q", "占满分", SHARE)
    )
    full, some = _plain_full_marks("full"), pl.col("points").round(2) > 0
    said = pl.when(some).then(pl.format("−{} / {}", number_texts("points"), full)).otherwise(full)
    lost = parts.filter(pl.col("kind") == "已失").select("row", said=said, at=pl.lit(1.0))
    return layer_charts(
        lanes.mark_bar(stroke=theme.OTHER, strokeWidth=0.6).encode(
            x=share, color=named_colour("kind:N", [*STATES], [*STATES.values()]), tooltip=tooltip
        ),
        row_labels(chart_of(lost).encode(y="row:N"), "at:Q", "said:N"),
    )


def lost_by_unit(states: pl.DataFrame, roster: pl.DataFrame) -> Figure:
    """What each unit has lost in each leaf so far; a leaf not yet measured says so.

    states, roster: `leaf_states`, `roster`. Of many units only those that have lost most.
    """
    units = named_units(roster).select("unit", "name")
    named = states.drop("name", strict=False).join(units, on="unit", maintain_order="left")
    sums = named.group_by("unit", "name").agg(pl.col("lost").sum()).sort(["lost", "unit"], descending=[True, False])
    shown = sums.head(MOST_UNITS).sort("unit")["name"].to_list()
    title = "各单位各项已失多少分" if sums.height <= MOST_UNITS else f"已失分最多的 {MOST_UNITS} 个单位"
    if named.is_empty():
        return empty_figure(title)
    points, full = pl.col("lost").cast(pl.Float64).fill_null(0), pl.col("full_marks").cast(pl.Float64)
    minus = points.map_elements(_lost_text, return_dtype=pl.String)
    cells = named.filter(pl.col("name").is_in(shown)).select(
        "name",
        row="component_name",
        lost=points,
        share=pl.when(pl.col("full_marks") > 0).then(points / full).otherwise(0.0),
        said=pl.when("unmeasured").then(pl.lit("未评")).otherwise(minus),
    )
    order = cells["row"].unique(maintain_order=True).to_list()
    chart = heat_map(
        cells,
        rows=row_axis("row", order, gap=0.06, signs=LEAF_SIGNS),
        column="name",
        columns=shown,
        shade="share",
        tooltip=tooltip_of(
            ("name:N", "单位"), ("row:N", "指标"), ("said:N", "已失（分）"), ("share:Q", "占满分", SHARE)
        ),
        number="said:N",
        labelLimit=0,
        **_wrapped_heads(shown),
    )
    said = "，".join(f"{name} 失 {number_text(lost)} 分" for _, name, lost in sums.head(MOST_UNITS).rows())
    note = "格内是已失的分（分），颜色越深占该项满分越多；“未评”是至今没有数据"
    return finish_figure(chart, title=title, height=STATE_CELL * len(order), says=f"{title}：{said}。", note=note)


def _lost_text(points: float) -> str:
    return f"−{number_text(points)}" if round(points, 2) > 0 else "0"


def _wrapped_heads(names: list[str]) -> dict[str, Any]:
    """Heads of columns in several lines, with room for the longest above the cells."""
    longest = max(map(len, names))
    few = max(NARROW_SIGNS // len(names), 1)
    narrow, wide = (6 + theme.LABEL_LINE * (min(-(-longest // signs), 3) - 1) for signs in (few, HEAD_SIGNS))
    return {
        "labelExpr": wrapped_label(HEAD_SIGNS, few),
        "labelPadding": alt.ExprRef(f"{theme.NARROW} ? {narrow} : {wide}"),
    }


MOST_LAPSES = 15
"""Kinds of lapses that are drawn."""


def lapses(points: pl.DataFrame) -> Figure:
    """What each kind of lapse has cost, the dearest first.

    points: item (its name), component (its name), number (件), points (分, positive is lost).
    """
    title = "各种失分事项扣了多少分"
    cost = points.filter(pl.col("points") > 0).sort(["points", "item"], descending=[True, False])
    if cost.is_empty():
        return empty_figure(title)
    table = cost.head(MOST_LAPSES).with_columns(
        pl.col("points").cast(pl.Float64),
        label=pl.format("−{} 分（{} 件）", number_texts("points"), "number"),
        row=pl.when(pl.col("item").is_duplicated()).then(pl.format("{}（{}）", "item", "component")).otherwise("item"),
    )
    lanes = chart_of(table).encode(y=row_axis("row", table["row"].to_list(), gap=0.35, signs=LEAF_SIGNS))
    end = alt.ExprRef(f"{largest_of(table['points'])} * ({theme.NARROW} ? 2.1 : 1.35)")
    x = alt.X("points:Q", title="扣分（分）", scale=alt.Scale(domainMin=0, domainMax=end, nice=False))
    tooltip = tooltip_of(
        ("row:N", "事项"), ("component:N", "指标"), ("number:Q", "件数（件）", WHOLE), ("points:Q", "扣分（分）", MARKS)
    )
    chart = layer_charts(
        lanes.mark_bar(color=theme.BAD).encode(x=x, tooltip=tooltip), row_labels(lanes, "points:Q", "label:N")
    )
    left = cost.height - MOST_LAPSES
    rest = f"；只画最多的 {MOST_LAPSES} 种，另有 {left} 种见表" if left > 0 else ""
    said = "，".join(f"{row} {label}" for row, label in table.select("row", "label").rows())
    note = f"按台账逐件合计（分），括号内是件数；扣完为止的项目实际失分可能少些{rest}"
    return finish_figure(chart, title=title, height=STATE_ROW * table.height, says=f"{title}：{said}。", note=note)


NUMBERED = f"({theme.NARROW} ? 0.11 : 0.045)"
"""A part smaller than this share of the longest bar has no number in it."""
WAITS, LAST = "尚未评价（先计）", 10_000
"""What stands for marks that nobody has earned so far, behind all others."""


def list_total_breakdown(
    marks: pl.DataFrame,
    entries: pl.DataFrame,
    roster: pl.DataFrame,
    components: pl.DataFrame,
    *,
    list: str,
    name: str,
    of: str,
) -> Figure:
    """What the totals of a list's members are made of, in the order of the list.

    marks, entries, roster, components: `component_marks`, `list_entries`, `roster`, `plan_components`. list, name: its
    id and what people call it. of: the component that is the total.
    """
    title = f"{name}：总分由哪些项组成"
    members = counted_rows(entries).filter(pl.col("list") == list).join(named_units(roster), on="unit")
    members = members.sort("place", "unit")
    parts = _parts_of_totals(counted_rows(marks), components, of)
    table = parts.join(members.select("unit", "name", "organ", "place"), on="unit").sort("place", "name", "position")
    if table.is_empty():
        return empty_figure(title)
    totals = table.group_by("name").agg(pl.col("marks").sum(), end=pl.col("marks").filter(pl.col("marks") > 0).sum())
    order = [name for name in members["name"] if name in set(table["name"])]
    kinds = parts.sort("position")["part"].unique(maintain_order=True).to_list()
    chart = _total_bars(table.drop("unit", "component"), totals.sort("name"), order, kinds)
    first = totals.sort(order_position("name", order))
    said = "，".join(f"{name} {number_text(float(value))} 分" for name, value in first.select("name", "marks").rows())
    waits = "；灰色是尚未评价、按方案先计的分，不是评出来的" if WAITS in kinds else ""
    note = f"按位次排列；条内是各项得分（分），条末是总分{waits}"
    return finish_figure(chart, title=title, height=STATE_ROW * len(order), says=f"{title}。{said}。", note=note)


def _parts_of_totals(marks: pl.DataFrame, components: pl.DataFrame, of: str) -> pl.DataFrame:
    """unit, component, marks, part (its name), position of the parts that are not 0.

    What stands there for leaves not assessed so far becomes a part of its own (no component).
    """
    parts = adding_up(marks, components, of)
    waits = all_waiting_marks(marks, components, parts["component"].unique().sort().to_list())
    left = parts.join(waits, on=["unit", "component"], how="left")
    earned = left.select("unit", "component", marks=pl.col("marks") - pl.col("waiting").fill_null(0))
    waited = waits.group_by("unit").agg(marks=pl.col("waiting").sum()).with_columns(component=pl.lit(None, pl.String))
    apart = pl.concat([earned, waited.select(earned.columns).cast(earned.schema)]).filter(pl.col("marks") != 0)
    named = components.sort("position").select("component", "position", part="name")
    return apart.join(named, on="component", how="left").with_columns(
        pl.col("part").fill_null(WAITS), pl.col("position").cast(pl.Int64).fill_null(LAST)
    )


def _total_bars(table: pl.DataFrame, totals: pl.DataFrame, order: list[str], kinds: list[str]) -> alt.LayerChart:
    """kinds: the parts of every unit's total, so that a part has one colour on all lists."""
    y = row_axis("name", order, gap=0.25)
    earned = [kind for kind in kinds if kind != WAITS]
    colours = [*(theme.COMPONENTS[at % len(theme.COMPONENTS)] for at in range(len(earned))), theme.UNCOUNTED][
        : len(kinds)
    ]
    bars = stacked_bars(
        table,
        y=y,
        x=alt.X("marks:Q", title="得分（分）", stack="zero"),
        order="position:Q",
        colour=named_colour("part:N", kinds, colours),
        tooltip=tooltip_of(*UNIT, ("part:N", "指标"), ("marks:Q", "得分（分）", MARKS)),
        number=alt.Text("marks:Q", format=".1f"),
        legible=f"datum.marks > {NUMBERED} * {largest_of(totals['end'])}",
        dark=[kind for kind in kinds[::2] if kind != WAITS],
        size=11,
    )
    end = alt.Text("marks:Q", format=MARKS)
    return layer_charts(*bars, chart_of(totals).mark_text(align="left", dx=6).encode(y=y, x="end:Q", text=end))
