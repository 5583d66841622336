"""Figures of ratings: how many votes there are, how many of those asked answered, and what was said."""

from collections.abc import Mapping, Sequence

import altair as alt
import polars as pl

from pingyi.figures import theme
from pingyi.figures.chart_parts import (
    PERCENT,
    SHARE,
    WHOLE,
    chart_of,
    heat_map,
    largest_of,
    layer_charts,
    number_text,
    order_position,
    row_axis,
    row_labels,
    stacked_bars,
    tooltip_of,
)
from pingyi.figures.frames import counted_rows, month_label, named_units, values_in_order
from pingyi.figures.theme import Figure, empty_figure, finish_figure, level_colours, named_colour

TALL = 260
"""Height (px) of bars that stand."""
CYCLE_GAP = 0.04
"""Gap between cycles, as a share of the units in one."""
FEW_CYCLES = 3
"""With more cycles than this their labels are short."""
NO_CHANNEL = "票数"


def votes_per_unit(
    tally: pl.DataFrame,
    scope: pl.DataFrame,
    roster: pl.DataFrame,
    *,
    component: str,
    name: str,
    below: int | None = None,
    cycles: Sequence[str] = (),
    channels: Sequence[str] = (),
) -> Figure:
    """How many votes each unit has, one thin bar a unit, by channel, cycle by cycle, with the line of few votes.

    tally, scope, roster: tables of these names. component: whose votes; name: how people call it. below: with fewer
    votes (票) than this the rule for few votes applies. cycles, channels: in the order of the plan.
    """
    title = f"{name}：各单位得票数"
    own = counted_rows(tally).filter(pl.col("component") == component)
    if own.is_empty():
        return empty_figure(title)
    own = own.with_columns(channel=pl.col("channel").fill_null("").replace("", NO_CHANNEL))
    cycles = values_in_order(own["cycle"].to_list(), cycles)
    units = _ranked_by_votes(own, scope.filter(pl.col("component") == component).select("unit"), cycles)
    kinds = values_in_order(own["channel"].to_list(), channels)
    most, last = round(largest_of(units["all"])), round(largest_of(units["left"])) + 1
    top = _drawn_votes(units, most, below or 0)
    labels = _cycle_labels(units, cycles, below)
    chart = layer_charts(
        _vote_bars(_stacked_votes(own, units, kinds).join(named_units(roster), on="unit"), kinds, last=last, top=top),
        chart_of(labels).mark_text(align="right", baseline="top").encode(x="right:Q", y=alt.value(4), text="label:N"),
        *([] if below is None else _few_votes_line(below, last)),
    )
    says = f"{title}。{units['unit'].n_unique()} 个单位。{'；'.join(labels['said'])}。"
    cut = f"；高出 {top} 票的部分没有画出" if top < most else ""
    note = "一条竖线是一个单位，按票数从多到少排列" + cut
    return finish_figure(chart, title=title, height=TALL, says=says, note=note)


def _ranked_by_votes(own: pl.DataFrame, units: pl.DataFrame, cycles: list[str]) -> pl.DataFrame:
    """unit, cycle, all (票, 0 without a vote), left: where the unit's bar begins, in a cycle from many votes to few."""
    whole = own.group_by("unit", "cycle").agg(all=pl.col("votes").sum())
    every = units.join(pl.DataFrame({"cycle": cycles}), how="cross").join(whole, on=["unit", "cycle"], how="left")
    every = every.with_columns(pl.col("all").fill_null(0)).sort(["all", "unit"], descending=[True, False])
    nth = pl.int_range(pl.len()).over("cycle")
    return every.with_columns(left=nth + order_position("cycle", cycles) * round(units.height * (1 + CYCLE_GAP)))


def _drawn_votes(units: pl.DataFrame, most: int, below: int) -> int:
    """Up to how many votes bars are drawn: a few very long ones would hide the line of few votes."""
    high = max(int(units["all"].quantile(0.95, "higher") or 0), 4 * below)
    return -(-high // 10) * 10 if most > 1.3 * high else max(most, 1)


def _stacked_votes(own: pl.DataFrame, units: pl.DataFrame, kinds: list[str]) -> pl.DataFrame:
    """Each unit's votes of a channel from `start` to `end`, and where its bar is."""
    votes = own.group_by("unit", "cycle", "channel").agg(pl.col("votes").sum())
    votes = votes.sort(order_position("channel", kinds)).join(units, on=["unit", "cycle"], maintain_order="left")
    end = pl.col("votes").cum_sum().over("unit", "cycle")
    return votes.with_columns(start=end - pl.col("votes"), end=end, right=pl.col("left") + 1).sort("left", "start")


def _vote_bars(stacked: pl.DataFrame, kinds: list[str], *, last: int, top: int) -> alt.Chart:
    shown = stacked.select("name", "cycle", "channel", "votes", "all", "left", "right", "start", "end")
    across = "单位（个，每个周期一组）" if stacked["cycle"].n_unique() > 1 else "单位（个）"
    hidden = alt.Axis(labels=False, grid=False)
    colours = theme.TINTS if len(kinds) <= len(theme.TINTS) else theme.COMPONENTS
    chart: alt.Chart = (
        chart_of(shown)
        .mark_rect(clip=True)
        .encode(
            x=alt.X("left:Q", title=across, axis=hidden, scale=alt.Scale(domain=[0, last], nice=False)),
            x2="right:Q",
            y=alt.Y("start:Q", title="票数（票）", scale=alt.Scale(domain=[0, top], nice=False)),
            y2="end:Q",
            color=named_colour("channel:N", kinds, colours, lone=False),
            tooltip=tooltip_of(
                ("name:N", "单位"),
                ("cycle:N", "周期"),
                ("all:Q", "合计（票）"),
                ("channel:N", "渠道"),
                ("votes:Q", "本渠道（票）"),
            ),
        )
    )
    return chart


def _few_votes_line(below: int, last: int) -> list[alt.Chart]:
    line = chart_of(pl.DataFrame({"at": [below], "last": [last], "said": [f"{below} 票"]})).encode(y="at:Q")
    label = line.mark_text(align="right", baseline="bottom", dy=-3).encode(x="last:Q", text="said:N")
    return [line.mark_rule(color=theme.INK, strokeDash=[4, 3]), label]


def _cycle_labels(units: pl.DataFrame, cycles: list[str], below: int | None) -> pl.DataFrame:
    few = pl.lit(0) if below is None else (pl.col("all") < below).sum()
    by_cycle = units.group_by("cycle").agg(right=pl.col("left").max() + 1, few=few).sort("right")
    said = pl.col("cycle") if below is None else pl.format(f"{{}}不足 {below} 票的 {{}} 个", "cycle", "few")
    return by_cycle.with_columns(said=said, label=said if len(cycles) <= FEW_CYCLES else pl.col("cycle"))


EVERYTHING = "全部"
TOLD = 12
"""Rows that are told in words."""
BAR, RANGE = 32, 26
"""Height (px) of a stacked bar with its gap, and of a row of response rates."""
DARK = (theme.GOOD, theme.BAD)
"""Colours on which numbers are white."""
LEVEL_NOTE = "条内为各等次的占比，括号内为票数；等次的占比不是满意率"
LEGIBLE = f"datum.share >= ({theme.NARROW} ? 0.15 : 0.06)"
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
) -> Figure:
    """The share of each level in each cycle and channel.

    tally: `tally`. levels: from the best to the worst; uncounted: those that do not count. by: `channel`, `grp` or
    `item`. cycles, order: cycles and values of `by` in the order of the plan.
    """
    title = f"{name}：各等次占比"
    own = counted_rows(tally).filter(pl.col("component") == component)
    if own.is_empty():
        return empty_figure(title)
    several = max(own["cycle"].n_unique(), len(cycles)) > 1
    words = pl.concat_str([*(["cycle"] if several else []), by], separator=" ").str.strip_chars()
    named = own.with_columns(row=pl.when(words == "").then(pl.lit(EVERYTHING)).otherwise(words))
    votes = named.group_by("row", "cycle", by, "level").agg(pl.col("votes").sum())
    ordered = [
        row
        for cycle in values_in_order(own["cycle"].to_list(), cycles)
        for kind in values_in_order(own[by].to_list(), order)
        for row in votes.filter(pl.col("cycle") == cycle, pl.col(by) == kind)["row"].unique().to_list()
    ]
    return _level_shares(votes.drop("cycle", by), [*levels], [*uncounted], ordered, title)


def levels_by_component(
    tally: pl.DataFrame, levels: Sequence[str], *, components: Mapping[str, str], uncounted: Sequence[str] = ()
) -> Figure:
    """The share of each level in components that share their levels, a row each.

    tally: `tally`. levels: from the best to the worst; uncounted: those that do not count. components: ids and what
    people call them, in the order of the plan.
    """
    title = "各项评价的等次占比"
    own = counted_rows(tally).filter(pl.col("component").is_in([*components]))
    if own.is_empty():
        return empty_figure(title)
    named = own.with_columns(row=pl.col("component").replace_strict(dict(components)))
    votes = named.group_by("row", "level").agg(pl.col("votes").sum())
    ordered = values_in_order(votes["row"].to_list(), [*components.values()])
    return _level_shares(votes, [*levels], [*uncounted], ordered, title)


def _level_shares(
    votes: pl.DataFrame, levels: list[str], uncounted: list[str], ordered: list[str], title: str
) -> Figure:
    """votes: row, level, votes."""
    every, whole = [*levels, *uncounted], pl.col("votes").sum().over("row")
    colours = [*level_colours(len(levels)), *[theme.UNCOUNTED] * len(uncounted)]
    table = votes.with_columns(
        share=pl.col("votes") / whole, label=pl.format("{}（{}）", "row", whole), nth=order_position("level", every)
    ).sort(order_position("row", ordered), "nth")
    bars = stacked_bars(
        table.drop("row"),
        y=row_axis("label", table["label"].unique(maintain_order=True).to_list(), gap=0.28),
        x=alt.X("share:Q", title="占比（%）", stack="zero", axis=PERCENT, scale=alt.Scale(domain=[0, 1])),
        order="nth:Q",
        colour=named_colour("level:N", every, colours),
        tooltip=tooltip_of(
            ("label:N", "范围（票数）"), ("level:N", "等次"), ("votes:Q", "票数（票）"), ("share:Q", "占比", SHARE)
        ),
        number=alt.Text("share:Q", format=".0%"),
        legible=LEGIBLE,
        dark=[level for level, colour in zip(every, colours, strict=True) if colour in DARK],
    )
    first = table.filter(pl.col("level") == levels[0]).select("label", "share").head(TOLD).rows()
    said = "，".join(f"{label} {number_text(share * 100, 1)}%" for label, share in first)
    says = f"{title}。{levels[0]}：{said}。"
    return finish_figure(layer_charts(*bars), title=title, height=BAR * len(ordered), says=says, note=LEVEL_NOTE)


LOWEST = 25
"""Units that are drawn, of many."""
RESPONSE_NOTE = "横线从应答率1（最严）到应答率5（不确定的都当作不合格），点是应答率3；括号内是抽中的个数"


def response_by_channel(rates: pl.DataFrame, *, components: Mapping[str, str]) -> Figure:
    """Response rates of each component, and of each of its channels.

    rates: `response_rates`. components: ids and what people call them, in the order of the plan.
    """
    title = "各项评价的应答率"
    own = rates.filter((pl.col("unit") == "") & (pl.col("half") == "") & pl.col("component").is_in([*components]))
    if own.is_empty():
        return empty_figure(title)
    channels = values_in_order(own.filter(pl.col("channel") != "")["channel"].to_list(), [])
    name = pl.col("component").replace_strict(dict(components))
    part = pl.when(pl.col("channel") == "").then(pl.lit(EVERYTHING)).otherwise("channel")
    named = own.with_columns(name=pl.format("{}：{}", name, part) if channels else name)
    return _response_ranges(
        named.sort(order_position("component", [*components]), order_position("channel", ["", *channels])), title
    )


def response_by_unit(rates: pl.DataFrame, roster: pl.DataFrame, *, component: str, name: str) -> Figure:
    """Response rates of units, from low to high; of many units only the lowest.

    rates, roster: `response_rates`, `roster`. component: whose contacts; name: how people call it.
    """
    of_units = (pl.col("unit") != "") & (pl.col("channel") == "") & (pl.col("half") == "")
    own = rates.drop("name", strict=False).filter(pl.col("component") == component, of_units).drop_nulls(["rr1", "rr5"])
    own = own.join(named_units(roster).select("unit", "name"), on="unit").sort("rr1", "rr5", "unit")
    some = f"应答率最低的 {LOWEST} 个单位" if own.height > LOWEST else "各单位的应答率"
    return _response_ranges(own.head(LOWEST), f"{name}：{some}")


def _response_ranges(ordered: pl.DataFrame, title: str) -> Figure:
    """ordered: name and rates, in the order in which they are drawn."""
    asked = pl.sum_horizontal("complete", "partial", "refusal", "noncontact", "other", "unknown", "ineligible")
    table = ordered.drop_nulls(["rr1", "rr5"]).select(
        label=pl.format("{}（{}）", "name", asked),
        low="rr1",
        middle="rr3",
        high="rr5",
        asked=asked,
        complete="complete",
    )
    if table.is_empty():
        return empty_figure(title)
    told = table.select("label", "low", "high").head(TOLD).rows()
    said = "；".join(
        f"{label} {number_text(low * 100, 1)}% 至 {number_text(high * 100, 1)}%" for label, low, high in told
    )
    ends = ((pl.col(end).cast(pl.Float64) * 100).round(0).cast(pl.Int64) for end in ("low", "high"))
    chart = _response_lines(table.with_columns(said=pl.format("{}—{}%", *ends)))
    height = max(RANGE * table.height, 2 * RANGE)
    return finish_figure(chart, title=title, height=height, says=f"{title}：{said}。", note=RESPONSE_NOTE)


def _response_lines(table: pl.DataFrame) -> alt.LayerChart:
    lanes = chart_of(table).encode(y=row_axis("label", table["label"].to_list(), gap=0.35, signs=22))
    x = alt.X("low:Q", title="应答率（%）", axis=PERCENT, scale=alt.Scale(domain=[0, 1]))
    tooltip = tooltip_of(
        ("label:N", "范围（抽中个数）"),
        ("asked:Q", "抽中（个）", WHOLE),
        ("complete:Q", "完成（个）", WHOLE),
        *((f"{field}:Q", f"应答率{nth}", SHARE) for field, nth in (("low", 1), ("middle", 3), ("high", 5))),
    )
    return layer_charts(
        lanes.mark_rule(strokeWidth=6, color=theme.TINTS[2]).encode(x=x, x2="high:Q", tooltip=tooltip),
        lanes.mark_point(filled=True, size=44, color=theme.INK, opacity=1).encode(x="middle:Q", tooltip=tooltip),
        row_labels(lanes, "high:Q", "said:N", dx=8, size=11),
    )


MONTH_CELL = 34
"""Height (px) of a cell."""
COMPONENT_SIGNS = 19
"""Signs of a component's name in a line."""
LEAST_WORST = 0.3
"""The share of dissatisfaction from which the darkest colour may begin: small differences stay pale."""


def monthly_rates(rates: pl.DataFrame, *, components: Mapping[str, str]) -> Figure:
    """Satisfaction of each component month by month: the mean over its units, each unit counting the same.

    rates: `monthly_rates`. components: ids and what people call them, in the order of the plan.
    """
    title = "各项评价逐月的平均满意率"
    own = rates.filter(pl.col("component").is_in([*components]))
    if own.is_empty():
        return empty_figure(title)
    cells = own.group_by("component", "month").agg(
        rate=pl.col("rate").cast(pl.Float64).mean(), units=pl.len(), ratings=pl.col("ratings").sum()
    )
    table = cells.with_columns(
        row=pl.col("component").replace_strict(dict(components)),
        label=month_label(cells["month"]),
        loss=1 - pl.col("rate"),
    ).sort("component", "month")
    order = [name for id, name in components.items() if id in set(table["component"])]
    chart = heat_map(
        table.drop("component", "month"),
        rows=row_axis("row", order, gap=0.06, signs=COMPONENT_SIGNS),
        column="label",
        columns=table.sort("month")["label"].unique(maintain_order=True).to_list(),
        shade="loss",
        tooltip=tooltip_of(
            ("row:N", "指标"),
            ("label:N", "月份"),
            ("rate:Q", "平均满意率", SHARE),
            ("units:Q", "单位（个）", WHOLE),
            ("ratings:Q", "评价（条）", WHOLE),
        ),
        number=alt.Text("rate:Q", format=".0%"),
        least=LEAST_WORST,
        dark=0.75,
    )
    said = "；".join(_rates_in_words(table.filter(pl.col("row") == name), name) for name in order)
    note = "格内是各单位满意率的平均（%）；颜色越深，不满意越多；空格是当月没有评价"
    return finish_figure(chart, title=title, height=MONTH_CELL * len(order), says=f"{title}。{said}。", note=note)


def _rates_in_words(own: pl.DataFrame, name: str) -> str:
    rates = own.select("label", "rate").rows()
    return f"{name} " + "，".join(f"{label} {number_text(rate * 100, 1)}%" for label, rate in rates)
