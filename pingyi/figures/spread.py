"""How marks spread, and where the cuts lie."""

import altair as alt
import polars as pl

from pingyi.figures.build import (
    MARKS,
    base,
    jittered,
    jittered_height,
    largest,
    layer,
    position,
    row_ends,
    shown,
    smallest,
    tips,
)
from pingyi.figures.frames import counted, groups, people, swarm
from pingyi.figures.listed import NEITHER, cuts, listing, listing_scale
from pingyi.figures.theme import Figure, finish, legend, nothing

LABEL = 17
"""Height (px) of a label above a figure."""


def daily_spread(
    totals: pl.DataFrame,
    margins: pl.DataFrame,
    roster: pl.DataFrame,
    lists: pl.DataFrame,
    *,
    standing: str,
    name: str,
    headline: str = "",
) -> Figure:
    """Every unit's marks in a standing, by category, with the cuts of the lists that go by it.

    totals, margins, roster, lists: `totals`, `margins`, `roster`, `plan_lists`. standing: its id; name: of its marks.
    """
    title = headline or f"{name}：分布和截止线"
    ranked = counted(totals).filter(pl.col("standing") == standing).select("unit", "total", "place")
    if ranked.is_empty():
        return nothing(title)
    own = lists.filter(pl.col("standing") == standing).sort("position")
    state = listing(margins.filter("listed"), own)
    dots = ranked.join(people(roster), on="unit").join(state, on="unit", how="left")
    dots = dots.with_columns(pl.col("state").fill_null(NEITHER), pl.col("direct").fill_null(False))
    order = [group for group in groups(roster) if group in set(dots["group"])]
    places = dots.select("unit", "group").join(margins.select("list", "grp", "unit"), on="unit")
    strips = places.select("list", "grp", "group").unique()
    lines = cuts(margins, own).join(strips, on=["list", "grp"]).sort("list", position("group", order))
    placed = swarm(dots, "total", within="group").drop("unit")
    chart = layer(_cut_lines(lines, order, placed), _dots(placed, order, own, name), _cut_labels(lines, placed))
    said = "；".join(lines["label"].unique(maintain_order=True).head(6))
    low, high = shown(smallest(dots["total"])), shown(largest(dots["total"]))
    says = f"{title}。{dots.height} 个单位，最低 {low} 分，最高 {high} 分。{said}。"
    direct = "；菱形是按以前年度名单直接列入的单位" if dots["direct"].any() else ""
    drawn = "；竖线是名单的截止线，线上数字是列入的最后一个和未列入的第一个单位的得分" if lines.height else ""
    note = f"一点是一个单位{drawn}{direct}"
    height = jittered_height(order, placed)
    return finish(chart, title=title, height=height, says=says, note=note)


def _dots(dots: pl.DataFrame, order: list[str], own: pl.DataFrame, name: str) -> alt.Chart:
    states = [*own["name"], NEITHER]
    chart: alt.Chart = (
        base(dots)
        .mark_point(filled=True, opacity=0.9)
        .encode(
            **jittered("group", order, dots),
            x=alt.X("total:Q", title=f"{name}（分）", scale=alt.Scale(zero=False)),
            color=alt.Color("state:N", scale=listing_scale(own), legend=legend(states, below=True)),
            shape=alt.condition("datum.direct", alt.value("diamond"), alt.value("circle")),
            size=alt.condition("datum.direct", alt.value(64), alt.value(30)),
            tooltip=tips(
                ("name:N", "单位"),
                ("organ:N", "主管部门"),
                ("total:Q", "得分（分）", MARKS),
                ("place:Q", "名次"),
                ("state:N", "名单"),
            ),
        )
    )
    return chart


def _cut_lines(lines: pl.DataFrame, order: list[str], dots: pl.DataFrame) -> alt.Chart:
    """The cut of each list through the rows of the units that it concerns."""
    ends = lines.select("group", "cut", "label", "colour").join(row_ends(dots), how="cross")
    chart: alt.Chart = (
        base(ends)
        .mark_line(strokeWidth=1.4)
        .encode(
            **jittered("group", order, dots),
            x="cut:Q",
            detail=["label:N", "group:N"],
            stroke=alt.Stroke("colour:N", scale=None),
            tooltip=tips(("label:N", "截止线")),
        )
    )
    return chart


def _labels(lines: pl.DataFrame, dots: pl.DataFrame) -> pl.DataFrame:
    """The cuts of the topmost row, each label in a line of its own and turned to the middle of the figure."""
    topmost = lines.filter(pl.col("group") == lines["group"].first()) if lines.height else lines
    middle = (smallest(dots["total"]) + largest(dots["total"])) / 2
    nth = pl.int_range(pl.len())
    right = pl.col("cut") > middle
    return topmost.sort("cut").select("cut", "label", "colour", right=right, y=-4 - LABEL * nth)


def _cut_labels(lines: pl.DataFrame, dots: pl.DataFrame) -> alt.Chart:
    align = alt.ExprRef("datum.right ? 'right' : 'left'")
    text = base(_labels(lines, dots)).mark_text(align=align, baseline="bottom", dx=alt.ExprRef("datum.right ? 4 : -4"))
    chart: alt.Chart = text.encode(
        x="cut:Q", y=alt.Y("y:Q", scale=None, axis=None), text="label:N", color=alt.Color("colour:N", scale=None)
    )
    return chart
