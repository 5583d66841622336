"""Figures of candidates and final lists: the ballot's marks, and what totals are made of."""

import altair as alt
import polars as pl

from pingyi.figures.build import (
    MARKS,
    Head,
    base,
    jittered,
    jittered_height,
    largest,
    layer,
    position,
    rows,
    shown,
    tips,
)
from pingyi.figures.frames import adding_up, all_waiting, counted, in_order, people, swarm
from pingyi.figures.listed import NEITHER, listing, listing_scale
from pingyi.figures.theme import (
    COMPONENTS,
    INK,
    NARROW,
    PAPER,
    UNCOUNTED,
    Figure,
    finish,
    fixed,
    legend,
    nothing,
)

ROW = 30
"""Height (px) of a stacked bar with its gap."""
NUMBERED = f"({NARROW} ? 0.11 : 0.045)"
"""A part smaller than this share of the longest bar has no number in it."""


def network_marks(
    marks: pl.DataFrame,
    entries: pl.DataFrame,
    roster: pl.DataFrame,
    lists: pl.DataFrame,
    *,
    component: str,
    name: str,
    headline: str = "",
) -> Figure:
    """Candidates' marks of a component that only they have, by shortlist, in the colour of the final list they end on.

    marks, entries, roster, lists: `component_marks`, `list_entries`, `roster`, `plan_lists`. component: its id; name:
    how people call it.
    """
    title = headline or f"候选单位的{name}得分"
    short = lists.filter("shortlist").sort("position")
    own = counted(marks).filter(pl.col("component") == component).drop_nulls("marks").select("unit", "marks")
    within = counted(entries).join(short.select("list", "position", row="name"), on="list")
    within = within.sort("unit", "position").unique("unit", keep="last", maintain_order=True).select("unit", "row")
    dots = own.join(within, on="unit").join(people(roster), on="unit")
    if dots.is_empty():
        return nothing(title)
    final = lists.filter(~pl.col("shortlist")).sort("position")
    dots = dots.join(listing(counted(entries), final), on="unit", how="left")
    placed = swarm(dots.with_columns(pl.col("state").fill_null(NEITHER)), "marks", within="row")
    placed = placed.select("name", "organ", "row", "marks", "state", "offset")
    order = in_order(dots["row"].to_list(), short["name"].to_list())
    middle = dots.group_by("row").agg(pl.col("marks").cast(pl.Float64).median()).sort("row")
    said = "，".join(f"{row} {shown(value)} 分" for row, value in middle.rows())
    chart, height = _candidates(placed, order, final, name), jittered_height(order, placed)
    note = "一点是一个候选单位，颜色是最后列入的名单"
    return finish(chart, title=title, height=height, says=f"{title}。中位得分：{said}。", note=note)


def _candidates(dots: pl.DataFrame, order: list[str], final: pl.DataFrame, name: str) -> alt.Chart:
    heads: tuple[Head, ...] = (
        ("name:N", "单位"),
        ("organ:N", "主管部门"),
        ("marks:Q", "得分（分）", MARKS),
        ("row:N", "候选"),
        ("state:N", "最后名单"),
    )
    spots = base(dots).mark_point(filled=True, size=36, opacity=0.9)
    chart: alt.Chart = spots.encode(
        **jittered("row", order, dots),
        x=alt.X("marks:Q", title=f"{name}（分）", scale=alt.Scale(zero=False)),
        color=alt.Color("state:N", scale=listing_scale(final), legend=legend([*final["name"], NEITHER])),
        tooltip=tips(*heads),
    )
    return chart


def list_total_breakdown(
    marks: pl.DataFrame,
    entries: pl.DataFrame,
    roster: pl.DataFrame,
    components: pl.DataFrame,
    *,
    list: str,
    name: str,
    of: str,
    headline: str = "",
) -> Figure:
    """What the totals of a list's members are made of, in the order of the list.

    marks, entries, roster, components: `component_marks`, `list_entries`, `roster`, `plan_components`. list, name: its
    id and what people call it. of: the component that is the total.
    """
    title = headline or f"{name}：总分由哪些项组成"
    members = counted(entries).filter(pl.col("list") == list).join(people(roster), on="unit").sort("place", "unit")
    named = components.sort("position").select("component", "position", part="name")
    parts = _apart(adding_up(counted(marks), components, of), counted(marks), components).filter(pl.col("marks") != 0)
    parts = parts.join(named, on="component", how="left").with_columns(
        pl.col("part").fill_null(WAITS), pl.col("position").cast(pl.Int64).fill_null(LAST)
    )
    table = parts.join(members.select("unit", "name", "organ", "place"), on="unit").sort("place", "name", "position")
    if table.is_empty():
        return nothing(title)
    totals = table.group_by("name").agg(pl.col("marks").sum(), end=pl.col("marks").filter(pl.col("marks") > 0).sum())
    order = [name for name in members["name"] if name in set(table["name"])]
    kinds = parts.sort("position")["part"].unique(maintain_order=True).to_list()
    chart = _totals(table.drop("unit", "component"), totals.sort("name"), order, kinds)
    first = totals.sort(position("name", order))
    said = "，".join(f"{name} {shown(float(value))} 分" for name, value in first.select("name", "marks").rows())
    waits = "；灰色是尚未评价、按方案先计的分，不是评出来的" if WAITS in kinds else ""
    note = f"按位次排列；条内是各项得分（分），条末是总分{waits}"
    return finish(chart, title=title, height=ROW * len(order), says=f"{title}。{said}。", note=note)


WAITS, LAST = "尚未评价（先计）", 10_000
"""What stands for marks that nobody has earned so far, behind all others."""


def _apart(parts: pl.DataFrame, marks: pl.DataFrame, components: pl.DataFrame) -> pl.DataFrame:
    """The parts less what stands there for leaves not assessed so far, which becomes a part of its own (no component).

    parts: unit, component, marks.
    """
    waits = all_waiting(marks, components, parts["component"].unique().sort().to_list())
    left = parts.join(waits, on=["unit", "component"], how="left")
    earned = left.select("unit", "component", marks=pl.col("marks") - pl.col("waiting").fill_null(0))
    waited = waits.group_by("unit").agg(marks=pl.col("waiting").sum()).with_columns(component=pl.lit(None, pl.String))
    return pl.concat([earned, waited.select(earned.columns).cast(earned.schema)])


def _totals(table: pl.DataFrame, totals: pl.DataFrame, order: list[str], kinds: list[str]) -> alt.LayerChart:
    """kinds: the parts of every unit's total, so that a part has one colour on all lists."""
    y = rows("name", order, gap=0.25)
    bars = base(table).encode(y=y, x=alt.X("marks:Q", title="得分（分）", stack="zero"), order="position:Q")
    many = f"datum.marks > {NUMBERED} * {largest(totals['end'])}"
    dark = alt.FieldOneOfPredicate(field="part", oneOf=[kind for kind in kinds[::2] if kind != WAITS])
    heads: tuple[Head, ...] = (
        ("name:N", "单位"),
        ("organ:N", "主管部门"),
        ("part:N", "指标"),
        ("marks:Q", "得分（分）", MARKS),
    )
    return layer(
        bars.mark_bar(stroke=PAPER, strokeWidth=1).encode(
            color=alt.Color("part:N", scale=_part_scale(kinds), legend=legend(kinds)), tooltip=tips(*heads)
        ),
        bars.mark_text(fontSize=11).encode(
            x=alt.X("marks:Q", stack="zero", bandPosition=0.5),
            text=alt.condition(many, alt.Text("marks:Q", format=".1f"), alt.value("")),
            color=alt.condition(dark, alt.value(PAPER), alt.value(INK)),
        ),
        base(totals).mark_text(align="left", dx=6).encode(y=y, x="end:Q", text=alt.Text("marks:Q", format=MARKS)),
    )


def _part_scale(kinds: list[str]) -> alt.Scale:
    """Parts in their colours; what nobody has earned so far in grey."""
    earned = [kind for kind in kinds if kind != WAITS]
    grey = [UNCOUNTED] if WAITS in kinds else []
    return fixed(kinds, [*(COMPONENTS[at % len(COMPONENTS)] for at in range(len(earned))), *grey])
