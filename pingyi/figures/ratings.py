"""Figures of ratings: how many votes there are, and what they say."""

from collections.abc import Sequence

import altair as alt
import polars as pl

from pingyi.figures.build import base, largest, layer, position, tips
from pingyi.figures.frames import counted, in_order, people
from pingyi.figures.theme import INK, TINTS, Figure, finish, hues, legend, nothing

TALL = 260
"""Height (px) of bars that stand."""
APART = 0.04
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
    headline: str = "",
) -> Figure:
    """How many votes each unit has, one thin bar a unit, by channel, cycle by cycle, with the line of few votes.

    tally, scope, roster: tables of these names. component: whose votes; name: how people call it. below: with fewer
    votes (票) than this the rule for few votes applies. cycles, channels: in the order of the plan.
    """
    title = headline or f"{name}：各单位得票数"
    own = counted(tally).filter(pl.col("component") == component)
    if own.is_empty():
        return nothing(title)
    cycles = in_order(own["cycle"].to_list(), cycles)
    units = _ranked(own, scope.filter(pl.col("component") == component).select("unit"), cycles)
    kinds = in_order(_channel(own)["channel"].to_list(), channels)
    labels = _cycle_labels(units, cycles, below)
    chart = layer(
        _bars(
            _stacked(own, units, kinds).join(people(roster), on="unit"),
            kinds,
            last=_last(units),
            top=_top(units, below),
        ),
        base(labels).mark_text(align="right", baseline="top").encode(x="right:Q", y=alt.value(4), text="label:N"),
        *_few_line(below, _last(units)),
    )
    says = f"{title}。{units['unit'].n_unique()} 个单位。{'；'.join(labels['said'])}。"
    cut = f"；高出 {_top(units, below)} 票的部分没有画出" if _top(units, below) < _most(units) else ""
    note = "一条竖线是一个单位，按票数从多到少排列" + cut
    return finish(chart, title=title, height=TALL, says=says, note=note)


def _channel(own: pl.DataFrame) -> pl.DataFrame:
    return own.with_columns(channel=pl.col("channel").fill_null("").replace("", NO_CHANNEL))


def _ranked(own: pl.DataFrame, units: pl.DataFrame, cycles: list[str]) -> pl.DataFrame:
    """unit, cycle, all (票, 0 without a vote), left: where the unit's bar begins, in a cycle from many votes to few."""
    whole = own.group_by("unit", "cycle").agg(all=pl.col("votes").sum())
    every = units.join(pl.DataFrame({"cycle": cycles}), how="cross").join(whole, on=["unit", "cycle"], how="left")
    every = every.with_columns(pl.col("all").fill_null(0)).sort(["all", "unit"], descending=[True, False])
    nth = pl.int_range(pl.len()).over("cycle")
    return every.with_columns(left=nth + position("cycle", cycles) * round(units.height * (1 + APART)))


def _stacked(own: pl.DataFrame, units: pl.DataFrame, kinds: list[str]) -> pl.DataFrame:
    """Each unit's votes of a channel from `start` to `end`, and where its bar is."""
    votes = _channel(own).group_by("unit", "cycle", "channel").agg(pl.col("votes").sum())
    votes = votes.sort(position("channel", kinds)).join(units, on=["unit", "cycle"], maintain_order="left")
    end = pl.col("votes").cum_sum().over("unit", "cycle")
    return votes.with_columns(start=end - pl.col("votes"), end=end, right=pl.col("left") + 1).sort("left", "start")


def _bars(stacked: pl.DataFrame, kinds: list[str], *, last: int, top: int) -> alt.Chart:
    shown = stacked.select("name", "cycle", "channel", "votes", "all", "left", "right", "start", "end")
    heads = tips(
        ("name:N", "单位"),
        ("cycle:N", "周期"),
        ("all:Q", "合计（票）"),
        ("channel:N", "渠道"),
        ("votes:Q", "本渠道（票）"),
    )
    axis = alt.Axis(labels=False, grid=False)
    chart: alt.Chart = (
        base(shown)
        .mark_rect(clip=True)
        .encode(
            x=alt.X("left:Q", title=_across(stacked), axis=axis, scale=alt.Scale(domain=[0, last], nice=False)),
            x2="right:Q",
            y=alt.Y("start:Q", title="票数（票）", scale=alt.Scale(domain=[0, top], nice=False)),
            y2="end:Q",
            color=alt.Color("channel:N", scale=hues(kinds, TINTS), legend=legend(kinds) if len(kinds) > 1 else None),
            tooltip=heads,
        )
    )
    return chart


def _across(stacked: pl.DataFrame) -> str:
    return "单位（个，每个周期一组）" if stacked["cycle"].n_unique() > 1 else "单位（个）"


def _cycle_labels(units: pl.DataFrame, cycles: list[str], below: int | None) -> pl.DataFrame:
    few = pl.lit(0) if below is None else (pl.col("all") < below).sum()
    by_cycle = units.group_by("cycle").agg(right=pl.col("left").max() + 1, few=few).sort("right")
    said = pl.col("cycle") if below is None else pl.format(f"{{}}不足 {below} 票的 {{}} 个", "cycle", "few")
    return by_cycle.with_columns(said=said, label=said if len(cycles) <= FEW_CYCLES else pl.col("cycle"))


def _few_line(below: int | None, last: int) -> list[alt.Chart]:
    if below is None:
        return []
    line = base(pl.DataFrame({"at": [below], "last": [last], "said": [f"{below} 票"]})).encode(y="at:Q")
    label = line.mark_text(align="right", baseline="bottom", dy=-3).encode(x="last:Q", text="said:N")
    return [line.mark_rule(color=INK, strokeDash=[4, 3]), label]


def _last(units: pl.DataFrame) -> int:
    return round(largest(units["left"])) + 1


def _most(units: pl.DataFrame) -> int:
    return round(largest(units["all"]))


def _top(units: pl.DataFrame, below: int | None) -> int:
    """Up to how many votes bars are drawn: a few very long ones would hide the line of few votes."""
    usual = int(units["all"].quantile(0.95, "higher") or 0)
    high = max(usual, 4 * (below or 0))
    return -(-high // 10) * 10 if _most(units) > 1.3 * high else max(_most(units), 1)
