"""Figures of how near the cut units are, and how far their places move when the votes are drawn anew."""

from typing import Literal

import altair as alt
import polars as pl

from pingyi.figures.build import (
    MARKS,
    WHOLE,
    Head,
    base,
    largest,
    layer,
    rows,
    shown,
    shown_column,
    smallest,
    tips,
)
from pingyi.figures.frames import people
from pingyi.figures.listed import NEITHER, decided_by_place, listing, listing_scale, main_group
from pingyi.figures.theme import (
    BAD,
    GOOD,
    INK,
    NARROW,
    OTHER,
    PAPER,
    SOFT,
    Figure,
    finish,
    fixed,
    legend,
    nothing,
)
from pingyi.results.redrawn import NOT_REDRAWN

STATES = ("列入", "未列入")
ROW, THIN = 24, 20
"""Height (px) of a named row, and of one in a long figure."""
FIRM = 0.9
"""From this share on resampled counts hardly ever take a unit off a list."""


def near_cut(
    margins: pl.DataFrame,
    roster: pl.DataFrame,
    lists: pl.DataFrame,
    *,
    list: str,
    k: int = 8,
    grp: str | None = None,
    headline: str = "",
) -> Figure:
    """The units on both sides of a list's cut and by how many marks they are in or out.

    margins, roster, lists: `margins`, `roster`, `plan_lists`. list: its id. k: how many units on each side. grp: the
    quota group; where none is given, the largest. Direct entries are left out: no marks decide about them.
    """
    name, colour = _named(lists, list)
    title = headline or f"{name}：截止线上下各 {k} 个单位"
    near = _around(margins.filter(pl.col("list") == list), k, grp)
    if near.is_empty():
        return nothing(title)
    gap = pl.when(pl.col("margin") > 0).then(pl.lit("+")).otherwise(pl.lit("")) + shown_column("margin")
    table = near.join(people(roster), on="unit").sort("nth", "unit").with_columns(state=_state(), short=gap)
    table = table.with_columns(label=pl.format("{}（{}）", "short", shown_column("total"))).drop("unit", "grp", "list")
    closest = shown(smallest(table["margin"].abs()))
    said = "；".join(f"{unit} {gap}" for unit, gap in table.select("name", "label").rows())
    note = "条长是与截止线另一侧最近单位的分差；括号内是总分"
    says = f"{title}。离线最近的差 {closest} 分。{said}。"
    return finish(_gaps(table, colour), title=title, height=ROW * table.height, says=says, note=note)


def _named(lists: pl.DataFrame, list: str) -> tuple[str, str]:
    """Name of a list, and the colour of its members."""
    rule = lists.filter(pl.col("list") == list)
    return (rule["name"][0], GOOD if rule["good"][0] else BAD) if rule.height else (list, OTHER)


def _state() -> pl.Expr:
    return pl.when("listed").then(pl.lit(STATES[0])).otherwise(pl.lit(STATES[1]))


def _around(margins: pl.DataFrame, k: int, grp: str | None = None) -> pl.DataFrame:
    """The k units on each side of the cut of one list, in one quota group."""
    own = decided_by_place(margins).filter(~pl.col("direct")).drop_nulls("margin")
    if own.is_empty():
        return own
    own = own.filter(pl.col("grp") == (main_group(own) if grp is None else grp)).sort("nth", "unit")
    return pl.concat([own.filter("listed").tail(k), own.filter(~pl.col("listed")).head(k)])


def _gaps(table: pl.DataFrame, colour: str) -> alt.LayerChart:
    lanes = base(table).transform_calculate(said=f"{NARROW} ? datum.short : datum.label")
    lanes = lanes.encode(y=rows("name", table["name"].to_list(), gap=0.35))
    reach = 1.75 * largest(table["margin"].abs()) or 1.0
    x = alt.X("margin:Q", title="分差（分）", scale=alt.Scale(domain=[-reach, reach], nice=False))
    heads: tuple[Head, ...] = (
        ("name:N", "单位"),
        ("organ:N", "主管部门"),
        ("nth:Q", "从名单一端数的位次", WHOLE),
        ("total:Q", "总分（分）", MARKS),
        ("margin:Q", "分差（分）", "+.2f"),
        ("state:N", "名单"),
    )
    return layer(
        lanes.mark_bar().encode(x=x, color=_listed(colour), tooltip=tips(*heads)),
        _aside(lanes.transform_filter("datum.listed"), "left").encode(x=x, text="said:N"),
        _aside(lanes.transform_filter("!datum.listed"), "right").encode(x=x, text="said:N"),
        base(pl.DataFrame({"at": [0]})).mark_rule(color=INK).encode(x="at:Q"),
    )


def _listed(colour: str) -> alt.Color:
    return alt.Color("state:N", scale=fixed(STATES, [colour, OTHER]), legend=legend(STATES))


def _aside(lanes: alt.Chart, align: Literal["left", "right"]) -> alt.Chart:
    chart: alt.Chart = lanes.mark_text(align=align, dx=5 if align == "left" else -5, fontSize=11.5, color=SOFT)
    return chart


def place_ranges(
    ranges: pl.DataFrame,
    margins: pl.DataFrame,
    roster: pl.DataFrame,
    lists: pl.DataFrame,
    *,
    standing: str,
    name: str,
    k: int = 10,
    headline: str = "",
) -> Figure:
    """The place of units near the cuts of a standing's lists, with the middle nine tenths of those of resampled counts.

    ranges, margins, roster, lists: `place_ranges`, `margins`, `roster`, `plan_lists`. standing: its id; name: what its
    places are places of. k: how many units on each side of each cut (in the largest quota group); of a standing
    without lists the first 4 k.
    """
    title = headline or f"{name}：重抽时的名次范围"
    own = lists.filter(pl.col("standing") == standing).sort("position")
    around = [_around(margins.filter(pl.col("list") == one), k) for one in own["list"]]
    near = pl.concat([margins.clear(), *around]).select("list", "unit", "listed")
    spans = ranges.filter(pl.col("standing") == standing)
    spans = spans.join(near, on="unit", how="semi") if own.height else spans.sort("place", "unit").head(4 * k)
    if spans.is_empty():
        return nothing(title)
    state = listing(margins.filter("listed"), own)
    table = spans.join(people(roster), on="unit").join(state, on="unit", how="left").sort("place", "unit")
    table = table.with_columns(pl.col("state").fill_null(NEITHER), label=pl.format("第{}名 {}", "place", "name"))
    table = table.select("name", "organ", "place", "low", "high", "state", "label", said=_span())
    table = table.with_columns(pl.col("low", "high").fill_null(pl.col("place")))
    widest = shown(largest(table["high"] - table["low"]) + 1, 0)
    says = f"{title}。{table.height} 个单位，区间最宽跨 {widest} 个名次。"
    cuts = _cut_places(spans, near)
    lines = "，虚线是截止线；横线越过虚线的单位，重抽时有进有出" if cuts else ""
    note = f"点是实际名次，横线是重抽时居中九成的名次{lines}；没有横线的没有可以重抽的票"
    chart = _ranges(table, own, cuts)
    return finish(chart, title=title, height=THIN * table.height, says=says, note=note)


def _span() -> pl.Expr:
    """The places of the middle nine tenths of the resampled counts, in words."""
    span = pl.format("第 {}—{} 名", "low", "high")
    return pl.when(pl.col("low").is_null()).then(pl.lit(NOT_REDRAWN)).otherwise(span)


def _cut_places(spans: pl.DataFrame, near: pl.DataFrame) -> list[float]:
    """Halfway between the places of the last unit taken and the first left out, list by list."""
    sides = near.join(spans.select("unit", "place"), on="unit")
    inside, outside = (pl.col("place").filter(pl.col("listed") == side) for side in (True, False))
    ends = sides.group_by("list").agg(top=inside.min(), bottom=inside.max(), above=outside.max(), below=outside.min())
    from_above = pl.col("bottom") + pl.col("below")
    from_below = pl.col("top") + pl.col("above")
    cut = pl.when(pl.col("bottom") < pl.col("below")).then(from_above).otherwise(from_below) / 2
    return ends.select(cut=cut).drop_nulls().unique().sort("cut")["cut"].to_list()


def _ranges(table: pl.DataFrame, own: pl.DataFrame, cuts: list[float]) -> alt.LayerChart:
    states = legend([*own["name"], NEITHER]) if own.height else None
    colour = alt.Color("state:N", scale=listing_scale(own), legend=states)
    lanes = base(table).encode(y=rows("label", table["label"].to_list(), gap=0.3))
    ends = alt.Scale(domain=[smallest(table["low"]), largest(table["high"])], nice=False, padding=8)
    x = alt.X("low:Q", title="名次", scale=ends, axis=alt.Axis(tickMinStep=1))
    heads: tuple[Head, ...] = (
        ("name:N", "单位"),
        ("organ:N", "主管部门"),
        ("place:Q", "名次", WHOLE),
        ("said:N", "重抽时居中九成"),
        ("state:N", "名单"),
    )
    spots = lanes.mark_point(filled=True, size=70, opacity=1, stroke=PAPER, strokeWidth=1)
    return layer(
        base(pl.DataFrame({"at": cuts})).mark_rule(color=INK, strokeDash=[4, 3]).encode(x="at:Q"),
        lanes.mark_rule(strokeWidth=5).encode(x=x, x2="high:Q", color=colour, strokeOpacity=alt.value(0.4)),
        spots.encode(x="place:Q", color=colour, tooltip=tips(*heads)),
    )


def list_chances(
    chances: pl.DataFrame,
    roster: pl.DataFrame,
    lists: pl.DataFrame,
    *,
    list: str,
    least: float = 0.05,
    headline: str = "",
) -> Figure:
    """In which share of the resampled counts units are on a list, those listed and those that might have been.

    chances, roster, lists: `list_chances`, `roster`, `plan_lists`. list: its id. least: units left out are shown from
    this share on.
    """
    name, colour = _named(lists, list)
    title = headline or f"{name}：重抽时列入的比例"
    own = chances.filter(pl.col("list") == list).with_columns(pl.col("share").cast(pl.Float64), state=_state())
    own = own.filter(pl.col("listed") | (pl.col("share") >= least)).join(people(roster), on="unit")
    if own["share"].drop_nulls().is_empty():
        return nothing(title)
    percent = pl.format("{}%", (pl.col("share") * 100).round(0).cast(pl.Int64))
    own = own.with_columns(said=percent.fill_null(NOT_REDRAWN), share=pl.col("share").fill_null(0))
    table = own.sort(["share", "listed", "name"], descending=[True, True, False]).drop("unit", "list")
    firm = table.filter(pl.col("listed") & (pl.col("share") >= FIRM)).height
    says = f"{title}。列入的 {table.filter('listed').height} 个单位中，{firm} 个的比例不低于 90%。"
    note = "把收到的票重抽，单位仍在名单上的比例"
    return finish(_chances(table, colour), title=title, height=ROW * table.height, says=says, note=note)


def _chances(table: pl.DataFrame, colour: str) -> alt.LayerChart:
    lanes = base(table).encode(y=rows("name", table["name"].to_list(), gap=0.35))
    axis, scale = alt.Axis(format=".0%"), alt.Scale(domain=[0, 1])
    x = alt.X("share:Q", title="重抽时列入的比例（%）", axis=axis, scale=scale)
    heads: tuple[Head, ...] = (
        ("name:N", "单位"),
        ("organ:N", "主管部门"),
        ("state:N", "名单"),
        ("said:N", "重抽时列入的比例"),
    )
    return layer(
        lanes.mark_bar().encode(x=x, color=_listed(colour), tooltip=tips(*heads)),
        _aside(lanes, "left").encode(x=x, text="said:N"),
    )
