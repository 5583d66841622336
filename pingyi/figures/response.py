"""Figures of how many of those asked answered: the range between the strictest and the mildest response rate."""

from collections.abc import Mapping

import altair as alt
import polars as pl

from pingyi.figures.build import SHARE, WHOLE, Head, base, layer, rows, shown, tips
from pingyi.figures.frames import in_order, people
from pingyi.figures.theme import INK, SOFT, TINTS, Figure, finish, nothing

ROW = 26
"""Height (px) of a row."""
TOLD = 12
"""Rows that are told in words."""
EVERYBODY = "全部"
NOTE = "横线从应答率1（最严）到应答率5（不确定的都当作不合格），点是应答率3；括号内是抽中的个数"


def response_by_channel(rates: pl.DataFrame, *, components: Mapping[str, str], headline: str = "") -> Figure:
    """Response rates of each component, and of each of its channels.

    rates: `response_rates`. components: ids and what people call them, in the order of the plan.
    """
    title = headline or "各项评价的应答率"
    own = rates.filter((pl.col("unit") == "") & (pl.col("half") == "") & pl.col("component").is_in([*components]))
    if own.is_empty():
        return nothing(title)
    channels = own.filter(pl.col("channel") != "")["channel"].unique().to_list()
    order = {one: place for place, one in enumerate(["", *in_order(channels, [])])}
    name = pl.col("component").replace_strict(dict(components))
    apart = pl.when(pl.col("channel") == "").then(pl.lit(EVERYBODY)).otherwise("channel")
    named = own.with_columns(name=pl.format("{}：{}", name, apart) if channels else name)
    places = {one: place for place, one in enumerate(components)}
    ordered = named.sort(
        pl.col("component").replace_strict(places, return_dtype=pl.Int64),
        pl.col("channel").replace_strict(order, return_dtype=pl.Int64),
    )
    return _ranges(ordered, title)


def response_by_unit(
    rates: pl.DataFrame, roster: pl.DataFrame, *, component: str, name: str, k: int = 25, headline: str = ""
) -> Figure:
    """Response rates of units, from low to high; of many units only the k lowest.

    rates, roster: `response_rates`, `roster`. component: whose contacts; name: how people call it.
    """
    of_units = (pl.col("unit") != "") & (pl.col("channel") == "") & (pl.col("half") == "")
    own = rates.drop("name", strict=False).filter((pl.col("component") == component) & of_units & _known())
    own = own.join(people(roster).select("unit", "name"), on="unit").sort("rr1", "rr5", "unit")
    some = f"应答率最低的 {k} 个单位" if own.height > k else "各单位的应答率"
    title = headline or f"{name}：{some}"
    return nothing(title) if own.is_empty() else _ranges(own.head(k), title)


def _known() -> pl.Expr:
    return pl.col("rr1").is_not_null() & pl.col("rr5").is_not_null()


def _ranges(ordered: pl.DataFrame, title: str) -> Figure:
    """ordered: name and rates, in the order in which they are drawn."""
    asked = pl.sum_horizontal("complete", "partial", "refusal", "noncontact", "other", "unknown", "ineligible")
    table = ordered.filter(_known()).select(
        label=pl.format("{}（{}）", "name", asked),
        low="rr1",
        middle="rr3",
        high="rr5",
        asked=asked,
        complete="complete",
    )
    if table.is_empty():
        return nothing(title)
    told = table.select("label", "low", "high").head(TOLD).rows()
    said = "；".join(f"{label} {shown(low * 100, 1)}% 至 {shown(high * 100, 1)}%" for label, low, high in told)
    chart = _lines(table.with_columns(said=_span()))
    return finish(chart, title=title, height=max(ROW * table.height, 2 * ROW), says=f"{title}：{said}。", note=NOTE)


def _span() -> pl.Expr:
    ends = ((pl.col(end).cast(pl.Float64) * 100).round(0).cast(pl.Int64) for end in ("low", "high"))
    return pl.format("{}—{}%", *ends)


def _lines(table: pl.DataFrame) -> alt.LayerChart:
    lanes = base(table).encode(y=rows("label", table["label"].to_list(), gap=0.35, signs=22))
    scale = alt.Scale(domain=[0, 1])
    x = alt.X("low:Q", title="应答率（%）", axis=alt.Axis(format=".0%"), scale=scale)
    heads: tuple[Head, ...] = (
        ("label:N", "范围（抽中个数）"),
        ("asked:Q", "抽中（个）", WHOLE),
        ("complete:Q", "完成（个）", WHOLE),
        ("low:Q", "应答率1", SHARE),
        ("middle:Q", "应答率3", SHARE),
        ("high:Q", "应答率5", SHARE),
    )
    return layer(
        lanes.mark_rule(strokeWidth=6, color=TINTS[2]).encode(x=x, x2="high:Q", tooltip=tips(*heads)),
        lanes.mark_point(filled=True, size=44, color=INK, opacity=1).encode(x="middle:Q", tooltip=tips(*heads)),
        lanes.mark_text(align="left", dx=8, fontSize=11, color=SOFT).encode(x="high:Q", text="said:N"),
    )
