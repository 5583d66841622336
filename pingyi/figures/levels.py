"""Figures of levels: which share of the votes says what."""

from collections.abc import Mapping, Sequence

import altair as alt
import polars as pl

from pingyi.figures.build import SHARE, base, layer, position, rows, shown, tips
from pingyi.figures.frames import counted, in_order, people
from pingyi.figures.theme import (
    BAD,
    GOOD,
    INK,
    NARROW,
    PAPER,
    Figure,
    finish,
    legend,
    level_colours,
    level_scale,
    nothing,
)

EVERYTHING = "全部"
TOLD = 12
"""Rows that are told in words."""
BAR = 32
"""Height (px) of a stacked bar with its gap."""
PERCENT = alt.Axis(format=".0%")
DARK = (GOOD, BAD)
"""Colours on which numbers are white."""
NOTE = "条内为各等次的占比，括号内为票数；等次的占比不是满意率"
LEGIBLE = f"datum.share >= ({NARROW} ? 0.15 : 0.06)"
"""A smaller share has no number in its bar."""


def levels_by_channel(
    tally: pl.DataFrame,
    levels: Sequence[str],
    *,
    component: str,
    name: str,
    by: str = "channel",
    uncounted: Sequence[str] = (),
    cycles: Sequence[str] = (),
    order: Sequence[str] = (),
    units: pl.DataFrame | None = None,
    headline: str = "",
) -> Figure:
    """The share of each level in each cycle and channel.

    tally: `tally`. levels: from the best to the worst; uncounted: those that do not count. by: `channel`, `grp` or
    `item`. cycles, order: cycles and values of `by` in the order of the plan. units: the only units that are looked at
    (`unit`), such as `list_entries` for a ballot.
    """
    title = headline or f"{name}：各等次占比"
    own = counted(tally).filter(pl.col("component") == component)
    own = own if units is None else own.join(counted(units), on="unit", how="semi")
    if own.is_empty():
        return nothing(title)
    votes = (
        own.with_columns(row=_row_name(own, by, cycles))
        .group_by("row", "cycle", by, "level")
        .agg(pl.col("votes").sum())
    )
    ordered = [
        row
        for cycle in in_order(own["cycle"].to_list(), cycles)
        for kind in in_order(own[by].to_list(), order)
        for row in votes.filter(pl.col("cycle") == cycle, pl.col(by) == kind)["row"].unique().to_list()
    ]
    note = NOTE
    return _share_bars(votes.drop("cycle", by), [*levels], [*uncounted], ordered, title=title, note=note)


def levels_by_component(
    tally: pl.DataFrame,
    levels: Sequence[str],
    *,
    components: Mapping[str, str],
    uncounted: Sequence[str] = (),
    headline: str = "",
) -> Figure:
    """The share of each level in components that share their levels, a row each.

    tally: `tally`. levels: from the best to the worst; uncounted: those that do not count. components: ids and what
    people call them, in the order of the plan.
    """
    title = headline or "各项评价的等次占比"
    own = counted(tally).filter(pl.col("component").is_in([*components]))
    if own.is_empty():
        return nothing(title)
    named = own.with_columns(row=pl.col("component").replace_strict(dict(components)))
    votes = named.group_by("row", "level").agg(pl.col("votes").sum())
    ordered = in_order(votes["row"].to_list(), [*components.values()])
    return _share_bars(votes, [*levels], [*uncounted], ordered, title=title, note=NOTE)


def _row_name(own: pl.DataFrame, by: str, cycles: Sequence[str]) -> pl.Expr:
    """Cycle and kind; where the plan has one cycle the kind alone; everything, where there is neither."""
    several = max(own["cycle"].n_unique(), len(cycles)) > 1
    name = pl.concat_str([*(["cycle"] if several else []), by], separator=" ").str.strip_chars()
    return pl.when(name == "").then(pl.lit(EVERYTHING)).otherwise(name)


def ballot_shares(
    tally: pl.DataFrame,
    entries: pl.DataFrame,
    roster: pl.DataFrame,
    levels: Sequence[str],
    *,
    component: str,
    list: str,
    list_name: str,
    name: str,
    headline: str = "",
) -> Figure:
    """The share of each level for every member of a list, in the order of the list.

    tally, entries, roster: `tally`, `list_entries`, `roster`. levels: from the best to the worst. list,
    list_name: its id and what people call it; name: of the component.
    """
    title = headline or f"{list_name}：{name}各等次占比"
    members = counted(entries).filter(pl.col("list") == list).join(people(roster), on="unit").sort("place", "unit")
    own = counted(tally).filter(pl.col("component") == component)
    votes = own.join(members.select("unit", row="name"), on="unit").group_by("row", "level").agg(pl.col("votes").sum())
    if votes.is_empty():
        return nothing(title)
    voted = set(votes["row"])
    ordered = [row for row in members["name"] if row in voted]
    return _share_bars(votes, [*levels], [], ordered, title=title, note="条内为占比，括号内为票数；按名单中的位次排列")


def _share_bars(
    votes: pl.DataFrame, levels: list[str], uncounted: list[str], ordered: list[str], *, title: str, note: str
) -> Figure:
    """votes: row, level, votes."""
    every = [*levels, *uncounted]
    whole = pl.col("votes").sum().over("row")
    table = votes.with_columns(
        share=pl.col("votes") / whole, label=pl.format("{}（{}）", "row", whole), nth=position("level", every)
    ).sort(position("row", ordered), "nth")
    bars = base(table.drop("row")).encode(
        y=rows("label", table["label"].unique(maintain_order=True).to_list(), gap=0.28),
        x=alt.X("share:Q", title="占比（%）", stack="zero", axis=PERCENT, scale=alt.Scale(domain=[0, 1])),
        order="nth:Q",
    )
    best = table.filter(pl.col("level") == levels[0])
    chart = layer(
        bars.mark_bar(stroke=PAPER, strokeWidth=1).encode(
            color=alt.Color("level:N", scale=level_scale(levels, uncounted), legend=legend(every)),
            tooltip=tips(
                ("label:N", "范围（票数）"), ("level:N", "等次"), ("votes:Q", "票数（票）"), ("share:Q", "占比", SHARE)
            ),
        ),
        _numbers(bars, levels),
    )
    first = best.select("label", "share").head(TOLD).rows()
    said = "，".join(f"{label} {shown(share * 100, 1)}%" for label, share in first)
    return finish(chart, title=title, height=BAR * len(ordered), says=f"{title}。{levels[0]}：{said}。", note=note)


def _numbers(bars: alt.Chart, levels: list[str]) -> alt.Chart:
    strong = [level for level, colour in zip(levels, level_colours(len(levels)), strict=True) if colour in DARK]
    chart: alt.Chart = bars.mark_text().encode(
        x=alt.X("share:Q", stack="zero", bandPosition=0.5),
        text=alt.condition(LEGIBLE, alt.Text("share:Q", format=".0%"), alt.value("")),
        color=alt.condition(alt.FieldOneOfPredicate(field="level", oneOf=strong), alt.value(PAPER), alt.value(INK)),
    )
    return chart
