"""The figure of how places move from one standing to the next."""

from collections.abc import Sequence

import altair as alt
import polars as pl

from pingyi.figures.build import WHOLE, Head, base, layer, tips
from pingyi.figures.frames import counted, people
from pingyi.figures.listed import NEITHER, listing, listing_scale
from pingyi.figures.theme import NARROW, OTHER, SOFT, Figure, finish, legend, nothing

LINE, LABEL, LEAST = 4.6, 17, 360.0
"""Height (px) of a place, of a label, and of the figure at least."""
LEFT, RIGHT = 0, 1
LIMIT = alt.ExprRef(f"{NARROW} ? 170 : 300")
"""Width (px) of a label."""
HEADS: tuple[Head, ...] = (("name:N", "单位"), ("organ:N", "主管部门"), ("place:Q", "名次", WHOLE), ("state:N", "名单"))


def place_changes(
    totals: pl.DataFrame,
    entries: pl.DataFrame,
    roster: pl.DataFrame,
    lists: pl.DataFrame,
    *,
    before: str,
    after: str,
    names: tuple[str, str],
    headline: str = "",
) -> Figure:
    """How the units that the later standing ranks have moved since the earlier one, those on final lists in colour.

    totals, entries, roster, lists: `totals`, `list_entries`, `roster`, `plan_lists`. before, after: ids of two
    standings; names: what people call them. Both are places among the units that `after` ranks.
    """
    title = headline or f"从{names[0]}到{names[1]}的名次变化"
    moves = _moves(counted(totals), before, after)
    if moves.is_empty():
        return nothing(title)
    final = lists.filter((pl.col("standing") == after) & ~pl.col("shortlist"))
    state = listing(counted(entries), final)
    moved = moves.join(people(roster), on="unit").join(state, on="unit", how="left").sort("after", "unit")
    moved = moved.with_columns(pl.col("state").fill_null(NEITHER), listed=pl.col("state").is_not_null())
    height = max(LEAST, LINE * moved.height, 1.3 * LABEL * moved.filter("listed").height)
    chart = _slopes(moved, final, names, height)
    change = (moved["before"] - moved["after"]).to_list()
    rise, fall = max(0, *change), -min(0, *change)
    says = f"{title}。{moved.height} 个单位，上升最多 {rise} 名，下降最多 {fall} 名。"
    note = f"左为{names[0]}，右为{names[1]}（都只在这 {moved.height} 个单位之间排），数字是前后两次的名次"
    return finish(chart, title=title, height=height, says=says, note=note)


def _moves(totals: pl.DataFrame, before: str, after: str) -> pl.DataFrame:
    """unit, before, after: places (1 the best) among the units that both standings rank."""
    pair = [
        totals.filter(pl.col("standing") == one).select("unit", pl.col("overall").alias(name))
        for one, name in ((before, "before"), (after, "after"))
    ]
    both = pair[1].join(pair[0], on="unit")
    return both.with_columns(pl.col("before", "after").rank("min").cast(pl.Int64))


def _slopes(moved: pl.DataFrame, final: pl.DataFrame, names: Sequence[str], height: float) -> alt.LayerChart:
    labels = base(_apart(moved.filter("listed"), moved.height, height))
    places = alt.Scale(domain=[moved.height, 1], nice=False, zero=False)
    y = alt.Y("place:Q", title="名次", scale=places, axis=alt.Axis(grid=False, tickMinStep=1))
    room = alt.Scale(domainMin=LEFT, domainMax=alt.ExprRef(f"{NARROW} ? 3 : 1.9"), nice=False)
    x = alt.X("side:Q", scale=room, axis=None)
    colour = alt.Color("state:N", scale=listing_scale(final), legend=legend([*final["name"], NEITHER]))
    lines = base(_ends(moved)).encode(x=x, y=y, detail="name:N", color=colour)
    listed = lines.transform_filter("datum.listed")
    return layer(
        lines.transform_filter("!datum.listed").mark_line(strokeWidth=0.8, opacity=0.55),
        listed.mark_line(strokeWidth=2),
        listed.mark_point(filled=True, size=34, opacity=1).encode(tooltip=tips(*HEADS)),
        labels.mark_rule(color=OTHER, strokeWidth=0.7).encode(x="from:Q", x2="to:Q", y="place:Q", y2="beside:Q"),
        labels.mark_text(align="left", dx=3, limit=LIMIT).encode(x="to:Q", y="beside:Q", text="label:N"),
        _sides(names),
    )


def _ends(moved: pl.DataFrame) -> pl.DataFrame:
    """Two rows for each unit: where its line begins and ends."""
    index = ["name", "organ", "state", "listed"]
    ends = moved.unpivot(["before", "after"], index=index, variable_name="side", value_name="place")
    side = pl.when(pl.col("side") == "before").then(LEFT).otherwise(RIGHT)
    return ends.with_columns(side=side).sort("listed", "name", "side")


def _sides(names: Sequence[str]) -> alt.Chart:
    """What left and right are, under the lines."""
    heads = pl.DataFrame({"side": [LEFT, RIGHT], "name": list(names)})
    text = base(heads).mark_text(align="left", baseline="top", dy=8, color=SOFT)
    chart: alt.Chart = text.encode(x="side:Q", y=alt.value("height"), text="name:N")
    return chart


def _apart(listed: pl.DataFrame, places: int, height: float) -> pl.DataFrame:
    """Labels of listed units; beside: where the label stands so that none covers another."""
    gap = LABEL * max(places - 1, 1) / height
    wanted = listed.sort("after", "name")["after"].to_list()
    spots: list[float] = []
    for place in wanted:
        spots.append(max(float(place), spots[-1] + gap if spots else 1.0))
    for at in range(len(spots) - 1, -1, -1):
        limit = places if at == len(spots) - 1 else spots[at + 1] - gap
        spots[at] = min(spots[at], limit)
    label = pl.format("{} → {}　{}", "before", "after", "name")
    sides = {"from": pl.lit(RIGHT + 0.02), "to": pl.lit(RIGHT + 0.08)}
    return listed.sort("after", "name").select(
        "state", label=label, place="after", beside=pl.Series(spots, dtype=pl.Float64), **sides
    )
