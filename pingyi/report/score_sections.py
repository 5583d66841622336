"""The story's parts on scores: marks of everybody, candidates and the ballot on them, rankings, how sure these are."""

from collections.abc import Iterator

import polars as pl

from pingyi import figures
from pingyi.common import wording
from pingyi.figures.chart_parts import order_position
from pingyi.figures.frames import MOST_PARTS
from pingyi.figures.ranking_figures import list_cuts
from pingyi.plan import Component, ListRule
from pingyi.plan.ranking import Standing
from pingyi.report import table as cells
from pingyi.report.rating_sections import (
    aside_table,
    describe_counted,
    describe_fixed_shares,
    form_table,
    level_figure,
    rated_table,
    ratings_of,
)
from pingyi.report.section import FEW_UNITS, Clause, Figure, Section, clauses_of, figure, list_clause
from pingyi.report.table import Column, Table, head
from pingyi.results import resampled_counts
from pingyi.results.result_tables import EVENT_ORDER, ResultTables


def marks_section(results: ResultTables) -> Section:
    """What everybody scored, and where it was lost."""
    scored = [one for one in results.plan.components if one.id in results.open_components]
    return Section(
        id="marks",
        title="分项得分",
        question="各单位每一项得多少分，分失在哪里？",
        clauses=clauses_of(scored),
        found=tuple(_describe_spread(results, one) for one in results.top_components),
        figures=tuple(_lost_figures(results)),
        tables=(_marks_table(results, scored), _event_table(results)),
    )


def _describe_spread(results: ResultTables, one: Component) -> str:
    """Highest, middle and lowest marks of a component."""
    found = results.published("component_marks").filter(component=one.id)["marks"].drop_nulls().sort()
    if not len(found):
        return f"{one.title}没有单位得分。"
    high, middle, low = (wording.shown(found[at]) for at in (-1, len(found) // 2, 0))
    return f"{one.title}有 {len(found)} 个单位得分：最高 {high} 分，居中的 {middle} 分，最低 {low} 分。"


EACH = "各项"
"""What holds components that no component of the plan holds together."""


def _lost_figures(results: ResultTables) -> Iterator[Figure]:
    """Where marks were lost, for each node that everybody has; components that are never summed, side by side."""
    frames = figure_frames(results, "component_marks", "roster", "plan_components")
    apart = [one.id for one in results.top_components if one.full and not one.outside]
    if len(apart) > 1:
        parent = pl.when(pl.col("component").is_in(apart)).then(pl.lit(EACH)).otherwise("parent")
        frames[2] = frames[2].with_columns(parent=parent)
        heads = ("各项平均丢多少分", "各项得分率的分布")
        yield from _node_figures(results, frames, EACH, EACH, heads, len(apart))
    for one in results.top_components:
        if len([child for child in one.of if not results.plan.component(child).outside]) > 1:
            yield from _node_figures(results, frames, one.id, one.title)


def _node_figures(
    results: ResultTables,
    frames: list[pl.DataFrame],
    of: str,
    name: str,
    heads: tuple[str, str] = ("", ""),
    most: int = MOST_PARTS,
) -> Iterator[Figure]:
    lost = figures.where_lost(*frames, of=of, name=name, most=most, headline=heads[0])
    yield figure(f"f-lost-{of}", lost, "先看颜色最深的格：这一类单位在这一项上丢得最多。")
    if results.published("roster").height > FEW_UNITS:
        spread = figures.where_lost_spread(*frames, of=of, name=name, most=most, headline=heads[1])
        yield figure(f"f-spread-{of}", spread, "线越长，单位之间差别越大；线短而靠右的项目，几乎不影响名次。")


def figure_frames(results: ResultTables, *names: str) -> list[pl.DataFrame]:
    """Tables of the count as figures take them; lists go by their title with their state, and whether it is decided."""
    frames = {name: results.counted(name) for name in names}
    if "plan_lists" in frames:
        settled = {id: state.decided for id, state in results.list_states.items()}
        frames["plan_lists"] = frames["plan_lists"].with_columns(
            name=pl.col("list").replace_strict(results.stated_titles, return_dtype=pl.String),
            decided=pl.col("list").replace_strict(settled, return_dtype=pl.Boolean),
        )
    return list(frames.values())


def _marks_table(results: ResultTables, scored: list[Component]) -> Table:
    """One row for each unit, one column for each component."""
    long = results.published("component_marks").filter(pl.col("component").is_in([one.id for one in scored]))
    wide = long.select("unit", "component", "marks").pivot(on="component", index="unit", values="marks")
    wide = wide.with_columns(
        organ=pl.col("unit").replace_strict(results.unit_organs, default=""),
        flag=pl.col("unit").replace_strict(_flags_in_words(long), default="", return_dtype=pl.String),
    ).sort("unit")
    there = [one for one in scored if one.id in wide.columns]
    columns = [
        cells.unit(results.unit_names),
        *(marks_column(one, one.id) for one in there),
        *cells.organ_columns(results),
        cells.text("flag", "说明", wide=True) if long["flag"].is_not_null().any() else None,
    ]
    return cells.table("t-marks", "各单位分项得分", with_stars(results, wide, there), columns, note=stars_note(results))


def marks_column(one: Component, name: str) -> Column:
    """The marks of a component, with its full marks where they are the same for every category.

    name: of the column with the marks; one that ends like it says where a star is to stand (`with_stars`).
    """
    star = f"star {one.id}" if one.unmeasured else ""
    return cells.marks(name, f"{one.title}（分）", cells.full_marks_line(one), starred=star)


def with_stars(results: ResultTables, frame: pl.DataFrame, shown: list[Component]) -> pl.DataFrame:
    """The frame with a column for each component that may be unmeasured: whether a unit's marks were not earned."""
    waiting = results.published("component_marks").filter(flag="unmeasured").select("component", "unit")
    ids = [one.id for one in shown if one.unmeasured]
    units = {id: waiting.filter(component=id)["unit"].to_list() for id in ids}
    return frame.with_columns(pl.col("unit").is_in(found).alias(f"star {id}") for id, found in units.items())


def stars_note(results: ResultTables) -> str:
    """What the star says, where there is one."""
    unmeasured = (results.published("component_marks")["flag"] == "unmeasured").any()
    return f"{cells.STAR} 尚未评价，分是按方案先计的，不是评出来的。" if unmeasured else ""


def _flags_in_words(long: pl.DataFrame) -> dict[str, str]:
    """What was done about missing facts, unit by unit; components not yet measured are counted."""
    flagged = long.drop_nulls("flag").sort("unit", "component")
    found: dict[str, list[str]] = {}
    for row in flagged.filter(pl.col("flag") != "unmeasured").iter_rows(named=True):
        found.setdefault(row["unit"], []).append(f"{row['component_name']}：{wording.flags(row['flag'])}")
    for unit, number in flagged.filter(flag="unmeasured").group_by("unit").len().rows():
        found.setdefault(unit, []).append(f"{number} 项尚未评价")
    return {unit: "；".join(said) for unit, said in found.items()}


EVENT_DATES = {"opened_on": "交办日期", "due": "办理期限", "closed_on": "办结日期", "signed_on": "签字日期"}
"""When an event was handed over, was due, was settled and was signed."""


def dated_events(results: ResultTables) -> pl.DataFrame:
    """Published events in the order in which they happened, with the columns of `EVENT_DATES`."""
    facts = results.counted("events").select("event", "opened_on", "closed_on", "signed_on")
    dates = facts.join(results.counted("event_points").select("event", "due"), on="event", how="left")
    return results.published("event_points").join(dates, on="event", how="left").sort(*EVENT_ORDER)


def _event_table(results: ResultTables) -> Table:
    """Every event and what it costs or earns; where an answer was due, when it was and when it came."""
    every = dated_events(results)
    frame = every.filter(pl.col("points") != 0)
    clean = every.height - frame.height
    note = f"另有 {clean} 条记录不扣分也不加分，见各单位的依据。" if clean else ""
    given = {name: title for name, title in EVENT_DATES.items() if frame[name].is_not_null().any()}
    columns = [
        *event_columns(results, "happened_on", "unit", "component", "item", "points"),
        *(cells.day(name, title) for name, title in given.items()),
        *event_columns(results, "not_counted", "document"),
    ]
    return cells.table("t-events", "扣分和加分事项", frame, columns, note=note)


def event_columns(results: ResultTables, *names: str) -> list[Column]:
    """Columns of `event_points` of these names."""
    counted = cells.text("not_counted", "是否计分", wording.NOT_COUNTED | {"": "计"})
    own = {"not_counted": counted, "document": cells.text("document", "依据文件", wide=True)}
    return [own.get(name) or cells.result_columns(results, "event_points", name)[0] for name in names]


def shortlist_section(results: ResultTables) -> Section | None:
    """Who became a candidate."""
    rules = results.plan.shortlists
    if not rules:
        return None
    return Section(
        id="shortlist",
        title="候选名单",
        question="哪些单位入围候选，离截止线多远？",
        clauses=tuple(list_clause(results.plan, rule) for rule in rules),
        found=tuple(_describe_candidates(results, rule) for rule in rules),
        figures=tuple(_shortlist_figures(results)),
        tables=tuple(_margins_table(results, rule) for rule in rules),
    )


def _describe_candidates(results: ResultTables, rule: ListRule) -> str:
    entries = results.entries_of(rule)
    direct = entries.filter("direct").height
    also = f"，其中 {direct} 个因往年名单直接进入" if direct else ""
    return f"{results.stated_title(rule)}有 {entries.height} 个单位{also}。"


def _shortlist_figures(results: ResultTables) -> Iterator[Figure]:
    """How marks spread, with the cuts of the shortlists, and who stands nearest to them."""
    for id in sorted(results.shortlist_standings):
        yield _spread_figure(results, id)
    frames = figure_frames(results, "margins", "roster", "plan_lists")
    for rule in results.undecided_of(results.plan.shortlists):
        chart = figures.near_cut(*frames, list=rule.id)
        yield figure(f"f-near-{rule.id}", chart, "条越短，离截止线越近；两边都短，说明这条线划得很细。")


def _spread_figure(results: ResultTables, id: str) -> Figure:
    totals, margins, roster, lists = figure_frames(results, "totals", "margins", "roster", "plan_lists")
    chart = figures.daily_spread(totals, margins, roster, lists, standing=id, name=results.ranked_component(id).title)
    cut = list_cuts(margins, lists.filter(standing=id)).height
    cut_told = "点挤在竖线两边的地方，几分之差就决定去留。"
    told = cut_told if cut else "一点是一个单位，越靠右得分越高；颜色是它列入的名单。"
    return figure(f"f-dots-{id}", chart, told)


def _margins_table(results: ResultTables, rule: ListRule) -> Table:
    """Who could enter a list, and how far from its cut everybody is."""
    places = results.entries_of(rule).select("unit", "place")
    frame = results.published("margins").filter(list=rule.id).join(places, on="unit", how="left")
    spared = results.counted("list_spared").filter(list=rule.id)["unit"].to_list()
    chosen = (pl.col("nth") <= pl.col("seats")).fill_null(True) & ~pl.col("listed")
    frame = frame.with_columns(spared=pl.col("unit").is_in(spared) & chosen)
    grouped, sized = frame["group"].fill_null("").n_unique() > 1, frame["seats"].is_not_null().any()
    direct = ["direct"] if frame["direct"].any() else []
    columns = [
        *cells.result_columns(results, "margins", "unit", *(["group"] if grouped else []), group=results.group_names),
        cells.marks("total", head("margins", "total"), cells.full_marks_line(results.ranked_component(rule.by))),
        *cells.result_columns(
            results, "margins", *(["nth", "seats"] if sized else []), "listed", *direct, listed="列入"
        ),
        cells.count("place", "名单中的位次"),
        cells.marks("margin", "离截止线（分）") if sized else None,
        cells.yes("spared", "说明", wording.SPARED) if frame["spared"].any() else None,
    ]
    title = f"{results.stated_title(rule)}：{'离截止线多远' if sized else '符合条件的单位'}"
    note = "名单按决定；顺位和截止线按现在的数据算，只供比较。" if results.list_states[rule.id].decided else ""
    note += "离截止线为正：比未列入的第一个单位领先多少；为负：比列入的最后一个单位差多少。" if sized else ""
    return cells.table(f"t-margin-{rule.id}", title, frame.sort("group", "nth", "unit"), columns, note=note)


def ballot_section(results: ResultTables) -> Section | None:
    """What the ballot said of the candidates."""
    ballots = results.ballot_leaves
    if not ballots:
        return None
    return Section(
        id="ballot",
        title="候选单位投票",
        question="投票怎样评价候选单位，名次因此变了多少？",
        clauses=clauses_of(ballots),
        found=(
            describe_counted(results, ballots),
            *describe_fixed_shares(ballots),
            *(_describe_spread(results, one) for one in ballots),
        ),
        figures=tuple(ballot_figures(results)),
        tables=(
            *(rated_table(results, one, f"t-ballot-{one.id}") for one in ballots),
            form_table(results),
            aside_table(results, ballots, "t-ballot-aside"),
        ),
    )


def ballot_figures(results: ResultTables) -> Iterator[Figure]:
    """What the ballot said of the candidates, and whom it moved: from the shortlists' standing to the final one."""
    marks, totals, *frames = figure_frames(results, "component_marks", "totals", "list_entries", "roster", "plan_lists")
    for one in results.ballot_leaves:
        if not ratings_of(one).shares_fixed:
            yield level_figure(results, one, "几条里同一颜色一样长，说明看法一致。")
        if results.plan.shortlists:
            chart = figures.network_marks(marks, *frames, component=one.id, name=one.title)
            yield figure(f"f-ballot-{one.id}", chart, "一点是一个候选单位，越靠右得分越高；颜色是它最后进入的名单。")
    for before in sorted(results.shortlist_standings):
        for after in results.final_standings:
            names = (results.plan.standing_titles[before], after.title)
            chart = figures.place_changes(totals, *frames, before=before, after=after.id, names=names)
            told = "线越陡，名次变得越多；两头都只在有最后名次的单位里排。"
            yield figure(f"f-moves-{before}-{after.id}", chart, told)


def standing_section(results: ResultTables) -> Section:
    """How the units stand."""
    several = len(results.final_standings) > 1
    before = [one for one in results.plan.standings if one.id in results.shortlist_standings]
    held = f"{resampled_counts.NOT_REDRAWN}：这次没有可以重抽的票，名次受个别的票影响多大，这里没有算。"
    return Section(
        id="standing",
        title="排名",
        question="各项分别怎样排名？" if several else "最后怎样排名，总分由哪些部分组成？",
        clauses=(
            *(list_clause(results.plan, rule) for rule in results.plan.lists),
            *(_tie_clause(results, one) for one in results.plan.standings),
        ),
        found=(
            *(describe_ends(results, one) for one in results.plan.standings),
            *([] if results.resample_count else [held]),
            *(["各项分别排名，得分不相加。"] if several else []),
        ),
        figures=tuple(_standing_figures(results)),
        tables=(
            *(_standing_table(results, one) for one in [*results.final_standings, *before]),
            *(_margins_table(results, rule) for rule in results.outer_lists),
            _unranked_table(results),
        ),
    )


def _tie_clause(results: ResultTables, one: Standing) -> Clause:
    keys = [results.plan.tie_title(tie) for tie in one.keys]
    end = "公开抽签" if one.by_lot else "名次并列"
    start = f"总分相同的，依次比较{'、'.join(keys)}；仍相同的" if keys else "总分相同的"
    return Clause(one.clause, one.title, one.says or f"{start}{end}。")


def describe_ends(results: ResultTables, one: Standing) -> str:
    """Who is first and who is last; where groups are ranked apart, in each of them."""
    placed = results.placed_units(one)
    groups = {str(group or ""): rows for (group,), rows in placed.group_by("group", maintain_order=True)}
    if len(groups) < 2:
        return wording.first_and_last(placed, results.unit_names, one.title)
    apart = {group: f"中{results.group_names.get(group, group)}" if group else "（其余单位）" for group in groups}
    return "".join(
        wording.first_and_last(rows, results.unit_names, f"{one.title}{apart[group]}") for group, rows in groups.items()
    )


def _standing_figures(results: ResultTables) -> Iterator[Figure]:
    """What the totals of the final lists are made of; where there are no shortlists, also how totals spread."""
    if not results.plan.shortlists:
        for id in dict.fromkeys(rule.by for rule in results.plan.lists):
            yield _spread_figure(results, id)
    entries = results.counted("list_entries")
    for rule in results.outer_lists:
        ranked = results.ranked_component(rule.by)
        yield from _parts_figures(results, entries, rule.id, results.stated_titles[rule.id], ranked)
    if not results.plan.lists and results.published("roster").height <= FEW_UNITS:
        totals = results.counted("totals").rename({"standing": "list"})
        for one in results.final_standings:
            yield from _parts_figures(results, totals, one.id, one.title, results.ranked_component(one.id))


def _parts_figures(results: ResultTables, entries: pl.DataFrame, id: str, name: str, of: Component) -> Iterator[Figure]:
    """What totals are made of, where they are made of several things."""
    marks, roster, components = figure_frames(results, "component_marks", "roster", "plan_components")
    if len(of.of) > 1:
        chart = figures.list_total_breakdown(marks, entries, roster, components, list=id, name=name, of=of.id)
        yield figure(f"f-parts-{id}", chart, "条里每一段是一项得分；哪一段短，分就差在哪里。")


def _standing_table(results: ResultTables, one: Standing) -> Table:
    """Places, totals, the marks they are made of, and how far the place moves."""
    children = [results.plan.component(child) for child in results.ranked_component(one.id).of]
    held = pl.col("low", "high").cast(pl.String).fill_null(resampled_counts.NOT_REDRAWN)
    frame = with_stars(results, results.placed_units(one).with_columns(held), children)
    grouped, tied = frame["group"].fill_null("").n_unique() > 1, frame["decided_by"].is_not_null().any()
    columns = [
        *cells.result_columns(results, "totals", "place", "unit"),
        cells.marks("total", head("totals", "total"), cells.full_marks_line(results.ranked_component(one.id))),
        *(cells.result_columns(results, "totals", "group", "overall", group=results.group_names) if grouped else []),
        *(marks_column(part, f"of {part.id}") for part in children),
        *(cells.number_in_words(end, head("place_ranges", end)) for end in ("low", "high") if results.resample_count),
        *cells.organ_columns(results),
        cells.text("decided_by", head("totals", "decided_by"), wording.DECIDED, wide=True) if tied else None,
    ]
    note = resampled_counts.explain_range_ends(results.resample_count)
    return cells.table(f"t-standing-{one.id}", one.title, frame, columns, note=note + stars_note(results))


def _unranked_table(results: ResultTables) -> Table:
    columns = [
        *cells.result_columns(results, "unranked", "unit", "standing", "reason", reason=wording.flags),
    ]
    return cells.table("t-unranked", "没有名次的单位", results.published("unranked"), columns)


def redrawn_section(results: ResultTables) -> Section | None:
    """How far places and lists move when the votes are drawn anew."""
    draws, ranges = results.resample_count, results.published("place_ranges")
    if not draws:
        return None
    by_standing = [(one, ranges.filter(standing=one.id)) for one in results.plan.standings]
    return Section(
        id="sure",
        title="重抽",
        question="名次和名单有多少系于个别的票？",
        found=(
            *resampled_counts.LIMITS,
            *(resampled_counts.describe_place_ranges(rows, draws, one.title) for one, rows in by_standing),
        ),
        figures=tuple(_redrawn_figures(results)),
        tables=(_chances_table(results),),
    )


def _chances_table(results: ResultTables) -> Table:
    at = order_position("list", [rule.id for rule in results.plan.every_list])
    frame = results.published("list_chances").sort(at, "share", "unit", descending=[False, True, False])
    shares = [resampled_counts.NOT_REDRAWN if share is None else wording.percent(share) for share in frame["share"]]
    title = "重抽时列入的比例"
    columns = [
        *cells.result_columns(
            results, "list_chances", "list", "unit", "listed", list=results.stated_titles, listed="列入"
        ),
        cells.number_in_words("share", title),
    ]
    return cells.table("t-chances", title, frame.with_columns(pl.Series("share", shares, dtype=pl.String)), columns)


def _redrawn_figures(results: ResultTables) -> Iterator[Figure]:
    """How far places move, and how firm the final lists are."""
    for id in dict.fromkeys(rule.by for rule in results.outer_lists) or [one.id for one in results.final_standings]:
        yield from _range_figures(results, id)
    frames = figure_frames(results, "list_chances", "roster", "plan_lists")
    for rule in results.undecided_of(results.outer_lists):
        told = "接近 100% 的，重抽很少把它换下；接近一半的，几张票就会换人。比例本身有 3 个百分点左右的出入。"
        yield figure(f"f-chances-{rule.id}", figures.list_chances(*frames, list=rule.id), told)


def _range_figures(results: ResultTables, id: str) -> Iterator[Figure]:
    """Places of a standing near its cuts, for each of its groups: places of two groups do not compare."""
    ranges, margins, roster, lists, totals = figure_frames(
        results, "place_ranges", "margins", "roster", "plan_lists", "totals"
    )
    ranked = totals.filter(standing=id)
    groups = ranked.group_by("grp").len().sort(["len", "grp"], descending=[True, False])["grp"].to_list()
    for place, group in enumerate(groups):
        units = ranked.filter(grp=group).select("unit")
        own, near = (frame.join(units, on="unit", how="semi") for frame in (ranges, margins))
        several = f"（{results.group_names.get(group, group)}）" if len(groups) > 1 else ""
        name = f"{results.plan.standing_titles[id]}{several}"
        chart = figures.place_ranges(own, near, roster, lists, standing=id, name=name)
        told = "横线是重抽时居中九成的名次；两个单位的横线重叠，只凭这些票分不出先后。"
        yield figure(f"f-ranges-{id}{f'-{place}' if place else ''}", chart, told)
