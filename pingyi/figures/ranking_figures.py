"""Figures of rankings and lists: how totals spread, where the cuts lie, how near they are, how far places move."""

from collections.abc import Sequence

import altair as alt
import polars as pl

from pingyi.figures import theme
from pingyi.figures.chart_parts import (
    MARKS,
    PERCENT,
    UNIT,
    WHOLE,
    chart_of,
    dot_rows,
    dot_rows_height,
    largest_of,
    layer_charts,
    number_text,
    number_texts,
    order_position,
    row_axis,
    row_ends,
    row_labels,
    smallest_of,
    tooltip_of,
    upright_rule,
)
from pingyi.figures.frames import counted_rows, named_units, swarm_offsets, unit_groups, values_in_order
from pingyi.figures.theme import Figure, colour_scale, empty_figure, finish_figure, named_colour, names_legend
from pingyi.results.resampled_counts import NOT_REDRAWN

NEITHER = "未列入"


def units_listed(entries: pl.DataFrame, lists: pl.DataFrame) -> pl.DataFrame:
    """unit, state (name of the list), good, direct: one row for each listed unit.

    entries: list, unit and, where known, direct. lists: `plan_lists`, of which the later one speaks for a unit on
    several.
    """
    direct = "direct" if "direct" in entries.columns else pl.lit(False).alias("direct")
    named = lists.select("list", "good", "position", state="name")
    joined = entries.select("list", "unit", direct).join(named, on="list").sort("unit", "position")
    return joined.unique("unit", keep="last", maintain_order=True).select("unit", "state", "good", "direct")


def _with_states(units: pl.DataFrame, entries: pl.DataFrame, lists: pl.DataFrame) -> pl.DataFrame:
    """The units with the list that they are on: state, good, direct."""
    listed = units.join(units_listed(entries, lists), on="unit", how="left")
    return listed.with_columns(pl.col("state").fill_null(NEITHER), pl.col("direct").fill_null(False))


def _state_colour(lists: pl.DataFrame, *, lone: bool = True, below: bool = False) -> alt.Color:
    """The names of the lists and the word for none, good lists in blue, bad ones in vermillion, with a legend.

    lone: even where there are no lists. below: it stands below the figure.
    """
    ordered = lists.sort("position", descending=True)
    names, colours = [], []
    for good, pair in ((True, (theme.GOOD, theme.GOOD_LIGHT)), (False, (theme.BAD, theme.BAD_LIGHT))):
        own = ordered.filter(pl.col("good") == good)["name"].to_list()
        names += own
        colours += [pair[at % 2] for at in range(len(own))]
    legend = names_legend([*lists["name"], NEITHER], below=below) if lone or lists.height else None
    return alt.Color("state:N", scale=colour_scale([*names, NEITHER], [*colours, theme.OTHER]), legend=legend)


def decided_by_place(margins: pl.DataFrame) -> pl.DataFrame:
    """The rows without units that are not listed although their place would put them there: a condition spared them."""
    return margins.filter(pl.col("listed") | pl.col("direct") | (pl.col("nth") > pl.col("seats")).fill_null(False))


def list_cuts(margins: pl.DataFrame, lists: pl.DataFrame) -> pl.DataFrame:
    """One row for each list and quota group with units on both sides of its cut.

    list, grp, name, good, bottom, taken, left_out, cut, label, colour.
    cut (分): halfway between the last unit taken and the first left out; direct entries do not count. A list that is
    decided (a column that `lists` may have) has no cut: who is on it hangs on no marks.
    """
    open_ = lists.filter(~pl.col("decided")) if "decided" in lists.columns else lists
    own = open_.select("list", "name", "good", "bottom")
    sides = decided_by_place(margins).filter(pl.col("total").is_not_null()).join(own, on="list")
    strength = pl.when("bottom").then(-pl.col("total")).otherwise("total")
    ends = sides.group_by("list", "grp", "name", "good", "bottom").agg(
        taken=strength.filter(pl.col("listed") & ~pl.col("direct")).min(),
        left_out=strength.filter(~pl.col("listed")).max(),
    )
    sign = pl.when("bottom").then(-1).otherwise(1)
    exact = ends.drop_nulls(["taken", "left_out"]).with_columns((pl.col("taken", "left_out") * sign).cast(pl.Float64))
    return exact.with_columns(
        cut=(pl.col("taken") + pl.col("left_out")) / 2,
        label=pl.format("{}线 {} ┊ {}", "name", number_texts("taken"), number_texts("left_out")),
        colour=pl.when("good").then(pl.lit(theme.GOOD)).otherwise(pl.lit(theme.BAD)),
    ).sort("list", "grp")


CUT_LABEL = 17
"""Height (px) of a label above a figure."""


def daily_spread(
    totals: pl.DataFrame, margins: pl.DataFrame, roster: pl.DataFrame, lists: pl.DataFrame, *, standing: str, name: str
) -> Figure:
    """Every unit's marks in a standing, by category, with the cuts of the lists that go by it.

    totals, margins, roster, lists: `totals`, `margins`, `roster`, `plan_lists`. standing: its id; name: of its marks.
    """
    title = f"{name}：分布和截止线"
    ranked = counted_rows(totals).filter(pl.col("standing") == standing).select("unit", "total", "place")
    if ranked.is_empty():
        return empty_figure(title)
    own = lists.filter(pl.col("standing") == standing).sort("position")
    dots = _with_states(ranked.join(named_units(roster), on="unit"), margins.filter("listed"), own)
    order = [group for group in unit_groups(roster) if group in set(dots["group"])]
    places = dots.select("unit", "group").join(margins.select("list", "grp", "unit"), on="unit")
    strips = places.select("list", "grp", "group").unique()
    lines = list_cuts(margins, own).join(strips, on=["list", "grp"]).sort("list", order_position("group", order))
    placed = swarm_offsets(dots, "total", within="group").drop("unit")
    chart = layer_charts(_cut_lines(lines, order, placed), _dots(placed, order, own, name), _cut_labels(lines, placed))
    said = "；".join(lines["label"].unique(maintain_order=True).head(6))
    low, high = number_text(smallest_of(dots["total"])), number_text(largest_of(dots["total"]))
    says = f"{title}。{dots.height} 个单位，最低 {low} 分，最高 {high} 分。{said}。"
    direct = "；菱形是按以前年度名单直接列入的单位" if dots["direct"].any() else ""
    drawn = "；竖线是名单的截止线，线上数字是列入的最后一个和未列入的第一个单位的得分" if lines.height else ""
    note = f"一点是一个单位{drawn}{direct}"
    return finish_figure(chart, title=title, height=dot_rows_height(order, placed), says=says, note=note)


def _dots(dots: pl.DataFrame, order: list[str], own: pl.DataFrame, name: str) -> alt.Chart:
    chart: alt.Chart = (
        chart_of(dots)
        .mark_point(filled=True, opacity=0.9)
        .encode(
            **dot_rows("group", order, dots),
            x=alt.X("total:Q", title=f"{name}（分）", scale=alt.Scale(zero=False)),
            color=_state_colour(own, below=True),
            shape=alt.condition("datum.direct", alt.value("diamond"), alt.value("circle")),
            size=alt.condition("datum.direct", alt.value(64), alt.value(30)),
            tooltip=tooltip_of(*UNIT, ("total:Q", "得分（分）", MARKS), ("place:Q", "名次"), ("state:N", "名单")),
        )
    )
    return chart


def _cut_lines(lines: pl.DataFrame, order: list[str], dots: pl.DataFrame) -> alt.Chart:
    """The cut of each list through the rows of the units that it concerns."""
    ends = lines.select("group", "cut", "label", "colour").join(row_ends(dots), how="cross")
    chart: alt.Chart = (
        chart_of(ends)
        .mark_line(strokeWidth=1.4)
        .encode(
            **dot_rows("group", order, dots),
            x="cut:Q",
            detail=["label:N", "group:N"],
            stroke=alt.Stroke("colour:N", scale=None),
            tooltip=tooltip_of(("label:N", "截止线")),
        )
    )
    return chart


def _cut_labels(lines: pl.DataFrame, dots: pl.DataFrame) -> alt.Chart:
    """The cuts of the topmost row, each label in a line of its own and turned to the middle of the figure."""
    topmost = lines.filter(pl.col("group") == lines["group"].first()) if lines.height else lines
    right = pl.col("cut") > (smallest_of(dots["total"]) + largest_of(dots["total"])) / 2
    above = -4 - CUT_LABEL * pl.int_range(pl.len())
    labels = topmost.sort("cut").select("cut", "label", "colour", right=right, y=above)
    side, away = alt.ExprRef("datum.right ? 'right' : 'left'"), alt.ExprRef("datum.right ? 4 : -4")
    chart: alt.Chart = (
        chart_of(labels)
        .mark_text(align=side, baseline="bottom", dx=away)
        .encode(
            x="cut:Q",
            y=alt.Y("y:Q", scale=None, axis=None),
            text="label:N",
            color=alt.Color("colour:N", scale=None),
        )
    )
    return chart


def network_marks(
    marks: pl.DataFrame, entries: pl.DataFrame, roster: pl.DataFrame, lists: pl.DataFrame, *, component: str, name: str
) -> Figure:
    """Candidates' marks of a component that only they have, by shortlist, in the colour of the final list they end on.

    marks, entries, roster, lists: `component_marks`, `list_entries`, `roster`, `plan_lists`. component: its id; name:
    how people call it.
    """
    title = f"候选单位的{name}得分"
    short = lists.filter("shortlist").sort("position")
    own = counted_rows(marks).filter(pl.col("component") == component).drop_nulls("marks").select("unit", "marks")
    within = counted_rows(entries).join(short.select("list", "position", row="name"), on="list")
    within = within.sort("unit", "position").unique("unit", keep="last", maintain_order=True).select("unit", "row")
    dots = own.join(within, on="unit").join(named_units(roster), on="unit")
    if dots.is_empty():
        return empty_figure(title)
    final = lists.filter(~pl.col("shortlist")).sort("position")
    placed = swarm_offsets(_with_states(dots, counted_rows(entries), final), "marks", within="row")
    placed = placed.select("name", "organ", "row", "marks", "state", "offset")
    order = values_in_order(dots["row"].to_list(), short["name"].to_list())
    middle = dots.group_by("row").agg(pl.col("marks").cast(pl.Float64).median()).sort("row")
    said = "，".join(f"{row} {number_text(value)} 分" for row, value in middle.rows())
    spots = chart_of(placed).mark_point(filled=True, size=36, opacity=0.9)
    chart: alt.Chart = spots.encode(
        **dot_rows("row", order, placed),
        x=alt.X("marks:Q", title=f"{name}（分）", scale=alt.Scale(zero=False)),
        color=_state_colour(final),
        tooltip=tooltip_of(*UNIT, ("marks:Q", "得分（分）", MARKS), ("row:N", "候选"), ("state:N", "最后名单")),
    )
    note = "一点是一个候选单位，颜色是最后列入的名单"
    says = f"{title}。中位得分：{said}。"
    return finish_figure(chart, title=title, height=dot_rows_height(order, placed), says=says, note=note)


ON_LIST = ("列入", "未列入")
ROW, THIN_ROW = 24, 20
"""Height (px) of a named row, and of one in a long figure."""
FIRM = 0.9
"""From this share on resampled counts hardly ever take a unit off a list."""
LEAST_CHANCE = 0.05
"""From this share on units that are not listed are shown."""


def near_cut(margins: pl.DataFrame, roster: pl.DataFrame, lists: pl.DataFrame, *, list: str, k: int = 8) -> Figure:
    """The units on both sides of a list's cut and by how many marks they are in or out.

    margins, roster, lists: `margins`, `roster`, `plan_lists`. list: its id. k: how many units on each side, in the
    largest quota group. Direct entries are left out: no marks decide about them.
    """
    name, colour = _list_look(lists, list)
    title = f"{name}：截止线上下各 {k} 个单位"
    near = _around_cut(margins.filter(pl.col("list") == list), k)
    if near.is_empty():
        return empty_figure(title)
    gap = pl.when(pl.col("margin") > 0).then(pl.lit("+")).otherwise(pl.lit("")) + number_texts("margin")
    table = near.join(named_units(roster), on="unit").sort("nth", "unit").with_columns(state=_on_list(), short=gap)
    table = table.with_columns(label=pl.format("{}（{}）", "short", number_texts("total"))).drop("unit", "grp", "list")
    closest = number_text(smallest_of(table["margin"].abs()))
    said = "；".join(f"{unit} {gap}" for unit, gap in table.select("name", "label").rows())
    note = "条长是与截止线另一侧最近单位的分差；括号内是总分"
    says = f"{title}。离线最近的差 {closest} 分。{said}。"
    return finish_figure(_gaps(table, colour), title=title, height=ROW * table.height, says=says, note=note)


def _list_look(lists: pl.DataFrame, list: str) -> tuple[str, alt.Color]:
    """Name of a list, and the colours of its members and of the others."""
    rule = lists.filter(pl.col("list") == list)
    name, colour = (
        (rule["name"][0], theme.GOOD if rule["good"][0] else theme.BAD) if rule.height else (list, theme.OTHER)
    )
    return name, named_colour("state:N", ON_LIST, [colour, theme.OTHER])


def _on_list() -> pl.Expr:
    return pl.when("listed").then(pl.lit(ON_LIST[0])).otherwise(pl.lit(ON_LIST[1]))


def _around_cut(margins: pl.DataFrame, k: int) -> pl.DataFrame:
    """The k units on each side of the cut of one list, in its quota group with most units (the first by name)."""
    own = decided_by_place(margins).filter(~pl.col("direct")).drop_nulls("margin")
    if own.is_empty():
        return own
    largest = own.group_by("grp").len().sort(["len", "grp"], descending=[True, False])["grp"][0]
    own = own.filter(pl.col("grp") == largest).sort("nth", "unit")
    return pl.concat([own.filter("listed").tail(k), own.filter(~pl.col("listed")).head(k)])


def _gaps(table: pl.DataFrame, colour: alt.Color) -> alt.LayerChart:
    lanes = chart_of(table).transform_calculate(said=f"{theme.NARROW} ? datum.short : datum.label")
    lanes = lanes.encode(y=row_axis("name", table["name"].to_list(), gap=0.35))
    reach = 1.75 * largest_of(table["margin"].abs()) or 1.0
    x = alt.X("margin:Q", title="分差（分）", scale=alt.Scale(domain=[-reach, reach], nice=False))
    tooltip = tooltip_of(
        *UNIT,
        ("nth:Q", "从名单一端数的位次", WHOLE),
        ("total:Q", "总分（分）", MARKS),
        ("margin:Q", "分差（分）", "+.2f"),
        ("state:N", "名单"),
    )
    return layer_charts(
        lanes.mark_bar().encode(x=x, color=colour, tooltip=tooltip),
        row_labels(lanes.transform_filter("datum.listed"), x, "said:N", dx=5),
        row_labels(lanes.transform_filter("!datum.listed"), x, "said:N", dx=5, align="right"),
        upright_rule([0]),
    )


MOST_AROUND = 10
"""Units on each side of a cut whose range of places is drawn; of a standing without lists four times as many."""


def place_ranges(
    ranges: pl.DataFrame, margins: pl.DataFrame, roster: pl.DataFrame, lists: pl.DataFrame, *, standing: str, name: str
) -> Figure:
    """The place of units near the cuts of a standing's lists, with the middle nine tenths of those of resampled counts.

    ranges, margins, roster, lists: `place_ranges`, `margins`, `roster`, `plan_lists`. standing: its id; name: what its
    places are places of. Of each cut the largest quota group is shown; of a standing without lists the first units.
    """
    title = f"{name}：重抽时的名次范围"
    own = lists.filter(pl.col("standing") == standing).sort("position")
    around = [_around_cut(margins.filter(pl.col("list") == one), MOST_AROUND) for one in own["list"]]
    near = pl.concat([margins.clear(), *around]).select("list", "unit", "listed")
    spans = ranges.filter(pl.col("standing") == standing)
    first = spans.sort("place", "unit").head(4 * MOST_AROUND)
    spans = spans.join(near, on="unit", how="semi") if own.height else first
    if spans.is_empty():
        return empty_figure(title)
    table = _with_states(spans.join(named_units(roster), on="unit"), margins.filter("listed"), own)
    span = pl.when(pl.col("low").is_null()).then(pl.lit(NOT_REDRAWN)).otherwise(pl.format("第 {}—{} 名", "low", "high"))
    label = pl.format("第{}名 {}", "place", "name")
    table = table.sort("place", "unit").select("name", "organ", "place", "low", "high", "state", label=label, said=span)
    table = table.with_columns(pl.col("low", "high").fill_null(pl.col("place")))
    widest = number_text(largest_of(table["high"] - table["low"]) + 1, 0)
    says = f"{title}。{table.height} 个单位，区间最宽跨 {widest} 个名次。"
    cuts = _cut_places(spans, near)
    lines = "，虚线是截止线；横线越过虚线的单位，重抽时有进有出" if cuts else ""
    note = f"点是实际名次，横线是重抽时居中九成的名次{lines}；没有横线的没有可以重抽的票"
    chart = _place_lines(table, own, cuts)
    return finish_figure(chart, title=title, height=THIN_ROW * table.height, says=says, note=note)


def _cut_places(spans: pl.DataFrame, near: pl.DataFrame) -> list[float]:
    """Halfway between the places of the last unit taken and the first left out, list by list."""
    sides = near.join(spans.select("unit", "place"), on="unit")
    inside, outside = (pl.col("place").filter(pl.col("listed") == side) for side in (True, False))
    ends = sides.group_by("list").agg(top=inside.min(), bottom=inside.max(), above=outside.max(), below=outside.min())
    from_above = pl.col("bottom") + pl.col("below")
    from_below = pl.col("top") + pl.col("above")
    cut = pl.when(pl.col("bottom") < pl.col("below")).then(from_above).otherwise(from_below) / 2
    return ends.select(cut=cut).drop_nulls().unique().sort("cut")["cut"].to_list()


def _place_lines(table: pl.DataFrame, own: pl.DataFrame, cuts: list[float]) -> alt.LayerChart:
    colour = _state_colour(own, lone=False)
    lanes = chart_of(table).encode(y=row_axis("label", table["label"].to_list(), gap=0.3))
    ends = alt.Scale(domain=[smallest_of(table["low"]), largest_of(table["high"])], nice=False, padding=8)
    x = alt.X("low:Q", title="名次", scale=ends, axis=alt.Axis(tickMinStep=1))
    tooltip = tooltip_of(*UNIT, ("place:Q", "名次", WHOLE), ("said:N", "重抽时居中九成"), ("state:N", "名单"))
    spots = lanes.mark_point(filled=True, size=70, opacity=1, stroke=theme.PAPER, strokeWidth=1)
    return layer_charts(
        upright_rule(cuts, strokeDash=[4, 3]),
        lanes.mark_rule(strokeWidth=5).encode(x=x, x2="high:Q", color=colour, strokeOpacity=alt.value(0.4)),
        spots.encode(x="place:Q", color=colour, tooltip=tooltip),
    )


def list_chances(chances: pl.DataFrame, roster: pl.DataFrame, lists: pl.DataFrame, *, list: str) -> Figure:
    """In which share of the resampled counts units are on a list, those listed and those that might have been.

    chances, roster, lists: `list_chances`, `roster`, `plan_lists`. list: its id.
    """
    name, colour = _list_look(lists, list)
    title = f"{name}：重抽时列入的比例"
    own = chances.filter(pl.col("list") == list).with_columns(pl.col("share").cast(pl.Float64), state=_on_list())
    own = own.filter(pl.col("listed") | (pl.col("share") >= LEAST_CHANCE)).join(named_units(roster), on="unit")
    if own["share"].drop_nulls().is_empty():
        return empty_figure(title)
    percent = pl.format("{}%", (pl.col("share") * 100).round(0).cast(pl.Int64))
    own = own.with_columns(said=percent.fill_null(NOT_REDRAWN), share=pl.col("share").fill_null(0))
    table = own.sort(["share", "listed", "name"], descending=[True, True, False]).drop("unit", "list")
    firm = table.filter(pl.col("listed") & (pl.col("share") >= FIRM)).height
    says = f"{title}。列入的 {table.filter('listed').height} 个单位中，{firm} 个的比例不低于 90%。"
    lanes = chart_of(table).encode(y=row_axis("name", table["name"].to_list(), gap=0.35))
    x = alt.X("share:Q", title="重抽时列入的比例（%）", axis=PERCENT, scale=alt.Scale(domain=[0, 1]))
    tooltip = tooltip_of(*UNIT, ("state:N", "名单"), ("said:N", "重抽时列入的比例"))
    chart = layer_charts(
        lanes.mark_bar().encode(x=x, color=colour, tooltip=tooltip), row_labels(lanes, x, "said:N", dx=5)
    )
    note = "把收到的票重抽，单位仍在名单上的比例"
    return finish_figure(chart, title=title, height=ROW * table.height, says=says, note=note)


PLACE, MOVE_LABEL, LEAST_HEIGHT = 4.6, 17, 360.0
"""Height (px) of a place, of a label, and of the figure at least."""
LEFT, RIGHT = 0, 1
LABEL_WIDTH = alt.ExprRef(f"{theme.NARROW} ? 170 : 300")
"""Width (px) of a label."""


def place_changes(
    totals: pl.DataFrame,
    entries: pl.DataFrame,
    roster: pl.DataFrame,
    lists: pl.DataFrame,
    *,
    before: str,
    after: str,
    names: tuple[str, str],
) -> Figure:
    """How the units that the later standing ranks have moved since the earlier one, those on final lists in colour.

    totals, entries, roster, lists: `totals`, `list_entries`, `roster`, `plan_lists`. before, after: ids of two
    standings; names: what people call them. Both are places among the units that `after` ranks.
    """
    title = f"从{names[0]}到{names[1]}的名次变化"
    moves = _places_in_both(counted_rows(totals), before, after)
    if moves.is_empty():
        return empty_figure(title)
    final = lists.filter((pl.col("standing") == after) & ~pl.col("shortlist"))
    moved = _with_states(moves.join(named_units(roster), on="unit"), counted_rows(entries), final)
    moved = moved.sort("after", "unit").with_columns(listed=pl.col("state") != NEITHER)
    height = max(LEAST_HEIGHT, PLACE * moved.height, 1.3 * MOVE_LABEL * moved.filter("listed").height)
    chart = _slopes(moved, final, names, height)
    change = (moved["before"] - moved["after"]).to_list()
    rise, fall = max(0, *change), -min(0, *change)
    says = f"{title}。{moved.height} 个单位，上升最多 {rise} 名，下降最多 {fall} 名。"
    note = f"左为{names[0]}，右为{names[1]}（都只在这 {moved.height} 个单位之间排），数字是前后两次的名次"
    return finish_figure(chart, title=title, height=height, says=says, note=note)


def _places_in_both(totals: pl.DataFrame, before: str, after: str) -> pl.DataFrame:
    """unit, after, before: places (1 the best) among the units that both standings rank."""
    later, earlier = (
        totals.filter(pl.col("standing") == one).select("unit", pl.col("overall").alias(name))
        for one, name in ((after, "after"), (before, "before"))
    )
    return later.join(earlier, on="unit").with_columns(pl.col("before", "after").rank("min").cast(pl.Int64))


def _slopes(moved: pl.DataFrame, final: pl.DataFrame, names: Sequence[str], height: float) -> alt.LayerChart:
    labels = chart_of(_spread_labels(moved.filter("listed"), moved.height, height))
    places = alt.Scale(domain=[moved.height, 1], nice=False, zero=False)
    y = alt.Y("place:Q", title="名次", scale=places, axis=alt.Axis(grid=False, tickMinStep=1))
    room = alt.Scale(domainMin=LEFT, domainMax=alt.ExprRef(f"{theme.NARROW} ? 3 : 1.9"), nice=False)
    x = alt.X("side:Q", scale=room, axis=None)
    lines = chart_of(_line_ends(moved)).encode(x=x, y=y, detail="name:N", color=_state_colour(final))
    listed = lines.transform_filter("datum.listed")
    tooltip = tooltip_of(*UNIT, ("place:Q", "名次", WHOLE), ("state:N", "名单"))
    sides = chart_of(pl.DataFrame({"side": [LEFT, RIGHT], "name": list(names)}))
    under = sides.mark_text(align="left", baseline="top", dy=8, color=theme.SOFT)
    return layer_charts(
        lines.transform_filter("!datum.listed").mark_line(strokeWidth=0.8, opacity=0.55),
        listed.mark_line(strokeWidth=2),
        listed.mark_point(filled=True, size=34, opacity=1).encode(tooltip=tooltip),
        labels.mark_rule(color=theme.OTHER, strokeWidth=0.7).encode(x="from:Q", x2="to:Q", y="place:Q", y2="beside:Q"),
        labels.mark_text(align="left", dx=3, limit=LABEL_WIDTH).encode(x="to:Q", y="beside:Q", text="label:N"),
        under.encode(x="side:Q", y=alt.value("height"), text="name:N"),
    )


def _line_ends(moved: pl.DataFrame) -> pl.DataFrame:
    """Two rows for each unit: where its line begins and ends."""
    index = ["name", "organ", "state", "listed"]
    ends = moved.unpivot(["before", "after"], index=index, variable_name="side", value_name="place")
    side = pl.when(pl.col("side") == "before").then(LEFT).otherwise(RIGHT)
    return ends.with_columns(side=side).sort("listed", "name", "side")


def _spread_labels(listed: pl.DataFrame, places: int, height: float) -> pl.DataFrame:
    """Labels of listed units; beside: where the label stands so that none covers another."""
    gap = MOVE_LABEL * max(places - 1, 1) / height
    ordered = listed.sort("after", "name")
    spots: list[float] = []
    for place in ordered["after"].to_list():
        spots.append(max(float(place), spots[-1] + gap if spots else 1.0))
    for at in range(len(spots) - 1, -1, -1):
        limit = places if at == len(spots) - 1 else spots[at + 1] - gap
        spots[at] = min(spots[at], limit)
    return ordered.select(
        "state",
        label=pl.format("{} → {}　{}", "before", "after", "name"),
        place="after",
        beside=pl.Series(spots, dtype=pl.Float64),
        **{"from": pl.lit(RIGHT + 0.02), "to": pl.lit(RIGHT + 0.08)},
    )
