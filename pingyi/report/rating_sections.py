"""The story's parts on ratings: what was said of everybody, how many of those asked answered, how it went by month.

A vote (票) is a level that one rater gives one unit (for one item); a form (张) gives each unit on it a vote. Votes are
added up here alone, for the page, the notice, the workbook and the report; those of components that the plan scores
apart only under their names.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

import polars as pl

from pingyi import figures
from pingyi.common import wording
from pingyi.disclosure import APART, LEAST, disclosure_of
from pingyi.disclosure.suppression import open_sums
from pingyi.figures.chart_parts import order_position
from pingyi.plan import Component
from pingyi.plan.ratings import Ratings
from pingyi.report import table as cells
from pingyi.report.section import FEW_UNITS, Figure, Section, clauses_of, figure
from pingyi.report.table import Column, Table, head
from pingyi.report.withheld import WHY, Withheld
from pingyi.results.result_tables import ResultTables

MOST_NAMED = 3
"""Components that are named with their votes."""


def counted_votes(results: ResultTables, components: Sequence[Component]) -> int | None:
    """Votes that count in the components (票); None where their sum is withheld."""
    return disclosure_of(results).sum([one.id for one in components])


def ratings_aside(results: ResultTables, components: Sequence[Component]) -> pl.DataFrame:
    """Ratings of the components that do not count: component, reason, ratings (条)."""
    return results.published("set_aside").filter(pl.col("component").is_in([one.id for one in components]))


def component_titles(components: Sequence[Component]) -> str:
    """Whose votes are added up."""
    return wording.joined((one.title for one in components), MOST_NAMED)


def describe_counted(results: ResultTables, components: Sequence[Component]) -> str:
    """How many votes count in the components, and how many ratings were set aside and why."""
    votes, aside = counted_votes(results, components), ratings_aside(results, components)
    return wording.what_counted(component_titles(components), votes, aside)


def judged_forms(results: ResultTables) -> pl.DataFrame:
    """Forms judged as a whole: one row for each component and reason (null: valid), with their number.

    Without components of which a unit's votes are withheld: each form may be a vote for it.
    """
    relation = results.connection.table("forms")
    counted = relation.aggregate("component::varchar as component, void_because as reason, count(*) as forms")
    frame: pl.DataFrame = counted.order("all").pl()
    told = [id for id in disclosure_of(results).rules if disclosure_of(results).leaf(id).every_total]
    return frame.filter(pl.col("component").is_in(told))


def tally_section(results: ResultTables) -> Section | None:
    """What was said of everybody."""
    if not results.rated_leaves:
        return None
    few = (_describe_few_votes(results, one) for one in results.rated_leaves)
    return Section(
        id="tally",
        title="评价",
        question="收到多少评价，哪些计入？",
        clauses=clauses_of(results.rated_leaves),
        found=(
            describe_counted(results, results.rated_leaves),
            *describe_fixed_shares(results.rated_leaves),
            *filter(None, few),
        ),
        figures=tuple(rating_figures(results)),
        tables=(
            *(rated_table(results, one, f"t-rated-{one.id}") for one in results.rated_leaves),
            aside_table(results, results.rated_leaves, "t-aside"),
        ),
    )


def describe_fixed_shares(components: Sequence[Component]) -> Iterator[str]:
    """Why shares of levels are not drawn: of components whose form leaves none open."""
    for one in components:
        form = ratings_of(one).form
        if form and ratings_of(one).shares_fixed:
            marks = "、".join(f"{level} {number} 个" for level, number in form.exactly.items())
            yield (
                f"{one.title}的有效选票都是{marks}，各等次合起来的占比由选票的规定定死，"
                "说明不了看法，不画；看法在各单位的得分里。"
            )


def _describe_few_votes(results: ResultTables, one: Component) -> str:
    """How many units had few votes or none."""
    rules = _marks_with_rules(results, one).filter(pl.col("rule") != "own")
    cycle = "至少一个周期" if len(results.plan.cycles[one.per]) > 1 else ""
    told = [
        f"{rows['unit'].n_unique()} 个单位{cycle}{wording.named(str(rule), wording.FLAGS)}"
        for (rule,), rows in sorted(rules.group_by("rule"))
    ]
    return f"{one.title}有 {'；'.join(told)}。" if told else ""


def _marks_with_rules(results: ResultTables, one: Component) -> pl.DataFrame:
    """How a component from levels came about, unit by unit; what nobody has rated so far says so."""
    frame = results.published("rating_marks").filter(component=one.id)
    waiting = results.counted("unmeasured").filter(component=one.id)["unit"].to_list()
    rule = pl.when(pl.col("unit").is_in(waiting)).then(pl.lit("unmeasured")).otherwise("rule")
    return frame.with_columns(rule=rule)


def rated_table(results: ResultTables, one: Component, id: str) -> Table:
    """How a component from levels came about, unit by unit and cycle by cycle.

    Without votes, and without marks from votes alone, where they are too few to be shown.
    """
    cycles = [cycle.id for cycle in results.plan.cycles[one.per]]
    frame = _marks_with_rules(results, one).sort("unit", order_position("cycle", ["", *cycles]), maintain_order=True)
    leaf = disclosure_of(results).leaf(one.id)
    shown = [leaf.total(unit, cycle) for unit, cycle in frame.select("unit", "cycle").rows()]
    votes = [str(number) if open_ else APART for number, open_ in zip(frame["votes"], shown, strict=True)]
    own = pl.when(pl.Series(shown, dtype=pl.Boolean)).then("own")
    frame = frame.with_columns(pl.Series("votes", votes, dtype=pl.String), own)
    drawn = frame["rule"].is_in(["few", "none_mean"]).any()
    columns = [
        *cells.result_columns(results, "rating_marks", "unit", *(["cycle"] if frame["cycle"].n_unique() > 1 else [])),
        cells.number_in_words("votes", head("rating_marks", "votes")),
        *cells.result_columns(results, "rating_marks", "own", *(["mean"] if drawn else []), "marks"),
        cells.text("rule", head("rating_marks", "rule"), wording.FLAGS | {"own": "按自身得分"}, wide=True),
    ]
    note = WHY if APART in votes else ""
    return cells.table(id, f"{one.title}得分", frame, columns, note=note)


def aside_table(results: ResultTables, components: Sequence[Component], id: str) -> Table:
    """Ratings of the components that do not count: which component, why, how many."""
    columns = cells.result_columns(results, "set_aside", "component", "reason", "ratings", reason=wording.SET_ASIDE)
    return cells.table(id, "没有计入的评价", ratings_aside(results, components), columns)


def form_table(results: ResultTables) -> Table:
    """Forms judged as a whole: valid, or void and why."""
    columns = [
        cells.text("component", "指标", results.plan.component_titles),
        cells.text("reason", "认定", lambda why: f"无效：{wording.named(why, wording.SET_ASIDE)}" if why else "有效"),
        cells.count("forms", "选票（张）"),
    ]
    return cells.table("t-forms", "选票", judged_forms(results).sort("forms", descending=True), columns)


def ratings_of(one: Component) -> Ratings:
    """The rule of a component that is scored from ratings."""
    assert one.ratings is not None
    return one.ratings


def rating_figures(results: ResultTables) -> Iterator[Figure]:
    """Votes of everybody: how many, and what they say; of a few units the tables say how many."""
    alike = _components_alike(results)
    for same in alike:
        counted, uncounted = _levels_of(same[0])
        chart = figures.levels_by_component(
            pl.concat([Withheld(results).by_kind(one.id) for one in same]),
            counted,
            components={one.id: one.title for one in same},
            uncounted=uncounted,
        )
        told = "条越靠左的颜色越长，评价越好；票数少的一条，几张票就会改变它。"
        yield figure(f"f-levels-of-{same[0].id}", chart, told)
    together = {one.id for same in alike for one in same}
    for one in results.rated_leaves:
        if results.published("roster").height > FEW_UNITS:
            yield _vote_figure(results, one)
        if one.id not in together and not ratings_of(one).shares_fixed:
            yield level_figure(results, one, "条越靠左的颜色越长，评价越好；几条的票数差得多时，不宜直接比较。")


def _components_alike(results: ResultTables) -> list[list[Component]]:
    """Components that nothing tells apart but their name, by levels: those that share them stand in one figure."""
    alike: dict[tuple[tuple[str, Decimal | None], ...], list[Component]] = {}
    for one in results.rated_leaves:
        if not ratings_of(one).shares_fixed and all(len(words) < 2 for words in _words_by_kind(results, one).values()):
            alike.setdefault(tuple(ratings_of(one).levels.items()), []).append(one)
    return [same for same in alike.values() if len(same) > 1]


def _levels_of(one: Component) -> tuple[list[str], list[str]]:
    """The levels that count, and those that do not."""
    levels = ratings_of(one).levels
    counted = [level for level, value in levels.items() if value is not None]
    return counted, [level for level in levels if level not in counted]


def _words_by_kind(results: ResultTables, one: Component) -> dict[str, list[str]]:
    """What may tell a component's ratings apart, and its words."""
    rule = ratings_of(one)
    return {
        "channel": [channel.id for channel in rule.channels],
        "grp": [*rule.groups],
        "item": [*rule.items],
        "cycle": [cycle.id for cycle in results.plan.cycles[one.per]],
    }


def _vote_figure(results: ResultTables, one: Component) -> Figure:
    few, words = ratings_of(one).few, _words_by_kind(results, one)
    chart = figures.votes_per_unit(
        Withheld(results).by_unit(one.id),
        results.counted("scope"),
        results.counted("roster"),
        component=one.id,
        name=one.title,
        below=few.below if few else None,
        cycles=words["cycle"],
        channels=words["channel"],
    )
    return figure(f"f-votes-{one.id}", chart, "越靠右的单位票越少，得分受几张票的影响越大。")


def level_figure(results: ResultTables, one: Component, reads: str) -> Figure:
    """Shares of levels, by whatever the plan tells ratings apart: channel, group or item."""
    words, (counted, uncounted), withheld = _words_by_kind(results, one), _levels_of(one), Withheld(results)
    by = next((kind for kind in ("channel", "grp", "item") if len(words[kind]) > 1), "channel")
    shown, every = withheld.by_kind(one.id), withheld.tally(one.id)
    chart = figures.levels_by_channel(
        shown,
        counted,
        component=one.id,
        name=one.title,
        by=by,
        uncounted=uncounted,
        cycles=words["cycle"],
        order=words[by],
    )
    left_out = f"有等次不足{LEAST}票的，整条不画。" if shown.height < every.height else ""
    return figure(f"f-levels-{one.id}", chart, f"{reads}{left_out}")


RATE_KINDS = {
    "应答率1": "完成的，占全部合格的和不确定是否合格的；最严，一般公布这一个。",
    "应答率2": "同应答率1，部分完成的也算应答。",
    "应答率3": "完成的，占全部合格的和不确定的里估计合格的；估计的比例取自已经弄清的。",
    "应答率4": "同应答率3，部分完成的也算应答。",
    "应答率5": "完成的，占全部合格的；不确定的都当作不合格。",
    "应答率6": "同应答率5，部分完成的也算应答；六种里最高。",
}
"""AAPOR's six response rates (Standard Definitions), a sentence each."""

DISPOSITIONS = ("complete", "partial", "refusal", "noncontact", "other", "unknown", "ineligible")
PARTS = ("unit", "channel", "half")
"""Columns that take response rates apart, one at a time; where all are empty they are of everybody."""


def response_section(results: ResultTables) -> Section | None:
    """How many of those drawn answered."""
    frame = results.published("response_rates")
    if not frame.height:
        return None
    contacted = set(frame["component"])
    asked = {id: title for id, title in results.plan.component_titles.items() if id in contacted}
    shown, everybody = open_response_rates(results, frame), frame.filter(pl.all_horizontal(pl.col(*PARTS) == ""))
    kinds = pl.DataFrame({"name": [*RATE_KINDS], "says": [*RATE_KINDS.values()]})
    columns = [cells.text("name", "应答率"), cells.text("says", "怎样算", wide=True)]
    note = "按 AAPOR《标准定义》（Standard Definitions）的六种算法。"
    return Section(
        id="response",
        title="应答率",
        question="抽中的人有多少作了评价？",
        clauses=clauses_of((one for one in results.plan.sampling if one.component in asked), in_words=True),
        found=tuple(_describe_response(results, row) for row in everybody.iter_rows(named=True)),
        figures=tuple(_response_figures(results, shown, asked)),
        tables=(
            _response_table(results, shown),
            _unit_response_table(results, shown),
            cells.table("t-response-kinds", "六种应答率", kinds, columns, note=note),
        ),
    )


def _describe_response(results: ResultTables, row: dict[str, int | Decimal | None]) -> str:
    title = results.plan.component_titles[str(row["component"])]
    drawn = sum(int(row[name] or 0) for name in DISPOSITIONS)
    start = f"{title}：抽中 {wording.counted(drawn)} 个，完成 {wording.counted(int(row['complete'] or 0))} 个"
    if row["rr1"] is None:
        return f"{start}，没有合格的。"
    low, high = (wording.percent(Fraction(row[name] or 0), 1) for name in ("rr1", "rr5"))
    return f"{start}，应答率按最严的算法（应答率1）是 {low}，不确定的都当作不合格（应答率5）是 {high}。"


def _response_figures(results: ResultTables, shown: pl.DataFrame, asked: dict[str, str]) -> Iterator[Figure]:
    told = "横线越靠右，应答的人越多；横线长，说明许多人合不合格没有弄清。应答率低的，没有应答的人可能另有看法。"
    yield figure("f-response", figures.response_by_channel(shown, components=asked), told)
    for id, title in asked.items() if results.published("roster").height > FEW_UNITS else ():
        chart = figures.response_by_unit(shown, results.counted("roster"), component=id, name=title)
        yield figure(f"f-response-{id}", chart, "最上面的单位应答的人最少，它的评价要谨慎看待。")


def _response_table(results: ResultTables, shown: pl.DataFrame) -> Table:
    """All, by channel, by half-year."""
    rows = shown.filter((pl.col("unit") == "") & ((pl.col("channel") == "") | (pl.col("half") == "")))
    part = pl.when(pl.col("channel") != "").then("channel").when(pl.col("half") != "").then("half")
    rows = rows.with_columns(part=part.otherwise(pl.lit("全部")))
    at = order_position("component", [*results.plan.component_titles])
    columns = [
        *cells.result_columns(results, "response_rates", "component"),
        cells.text("part", "范围"),
        *cells.result_columns(results, "response_rates", *(f"rr{nth}" for nth in range(1, 7)), *DISPOSITIONS),
    ]
    note = "范围是全部、一个渠道或半年；不合格的不算在应答率里。"
    ordered = rows.sort(at, pl.col("part") != "全部", "half", "channel")
    return cells.table("t-response", "应答率", ordered, columns, note=note)


def _unit_response_table(results: ResultTables, shown: pl.DataFrame) -> Table:
    rows = shown.filter((pl.col("unit") != "") & (pl.col("channel") == "") & (pl.col("half") == ""))
    several = ["component"] if rows["component"].n_unique() > 1 else []
    columns = cells.result_columns(results, "response_rates", "unit", *several, "rr1", "rr3", "rr5", *DISPOSITIONS)
    note = f"完成的不足{LEAST}个的单位不列出。"
    return cells.table("t-response-units", "各单位的应答率", rows.sort("component", "rr1", "unit"), columns, note=note)


def open_response_rates(results: ResultTables, frame: pl.DataFrame) -> pl.DataFrame:
    """Response rates by unit, channel or half-year, without rows in which few answered, and those that go with them."""
    apart = [frame.filter(pl.all_horizontal(pl.col(*PARTS) == ""))]
    for part in PARTS:
        others = [other for other in PARTS if other != part]
        rows = frame.filter(pl.col(part) != "", *(pl.col(other) == "" for other in others))
        for (component,), own in rows.group_by("component", maintain_order=True):
            apart.append(own.filter(pl.col(part).is_in(_open_parts(results, str(component), own, part))))
    return pl.concat(apart)


def _open_parts(results: ResultTables, component: str, own: pl.DataFrame, part: str) -> list[str]:
    """The parts of a breakdown that may be shown: of votes that are withheld nobody is told who answered."""
    answered = dict(zip(own[part], own.select(pl.sum_horizontal("complete", "partial")).to_series(), strict=True))
    open_ = sorted(open_sums(answered))
    if component not in disclosure_of(results).rules:
        return open_
    leaf = disclosure_of(results).leaf(component)
    if part == "unit":
        return [unit for unit in open_ if leaf.total(unit) and leaf.detail != "nothing"]
    return open_ if leaf.detail == "words" or (part == "half" and leaf.detail == "levels") else []


def monthly_section(results: ResultTables) -> Section | None:
    """What was said month by month, where ratings span more than one."""
    frame = results.published("monthly_rates")
    if frame["month"].n_unique() < 2:
        return None
    rated = {id: title for id, title in results.plan.component_titles.items() if id in set(frame["component"])}
    chart = figures.monthly_rates(_open_months(frame), components=rated)
    told = "从左到右看一行：颜色变深，说明那个月不满意的多了。各月的评价数见表，少的月份不宜细比。"
    months = monthly_means(results)
    return Section(
        id="monthly",
        title="逐月评价",
        question="评价逐月怎样变化？",
        found=tuple(_describe_months(title, months.filter(component=id)) for id, title in rated.items()),
        figures=(figure("f-monthly", chart, told),),
        tables=(_monthly_table(results, months),),
    )


def monthly_means(results: ResultTables) -> pl.DataFrame:
    """component, month, ratings, units, rate (mean of the units' rates), best and worst unit with their rates.

    A month with fewer than LEAST ratings in all is left out, and the next one where it could be subtracted; best and
    worst are of the units with at least so many.
    """
    enough = pl.col("ratings") >= LEAST
    by = [pl.col(name).filter(enough) for name in ("rate", "ratings", "unit")]
    ends = {
        f"{end}_{name}": pl.col(name).filter(enough).sort_by(*by, descending=[best, True, False]).first()
        for end, best in (("best", True), ("worst", False))
        for name in ("unit", "rate")
    }
    sums = (
        _open_months(results.published("monthly_rates"))
        .group_by("component", "month", maintain_order=True)
        .agg(pl.col("ratings").sum(), units=pl.len(), rates=pl.col("rate"), **ends)
    )
    mean = pl.Series("rate", [_mean_rate(rates) for rates in sums["rates"].to_list()], dtype=pl.Decimal(9, 6))
    at = order_position("component", [*results.plan.component_titles])
    return sums.with_columns(mean).drop("rates").sort(at, "month")


def _open_months(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of the months of each component of which the number of ratings may be shown."""
    sums = frame.group_by("component", "month").agg(pl.col("ratings").sum())
    open_ = [
        (component, month)
        for (component,), own in sums.group_by("component")
        for month in open_sums(dict(own.select("month", "ratings").rows()))
    ]
    kept = pl.DataFrame(open_, schema={"component": pl.String, "month": pl.String}, orient="row")
    return frame.join(kept, on=["component", "month"], how="semi")


def _mean_rate(rates: list[Decimal]) -> Decimal:
    return wording.rounded(sum(map(Fraction, rates), Fraction(0)) / len(rates), 6)


def _describe_months(title: str, months: pl.DataFrame) -> str:
    """In which month a component was rated best, in which worst."""
    if not months.height:
        return f"{title}各月的评价都不足{LEAST}条。"
    ordered = months.sort("rate", "month").select("month", "rate").rows()
    (low, worst), (high, best) = ordered[0], ordered[-1]
    if months.height < 2:
        return f"{title}只在{wording.month(low)}有评价，平均满意率 {wording.percent(worst, 1)}。"
    highest = f"{wording.month(high)}（{wording.percent(best, 1)}）"
    lowest = f"{wording.month(low)}（{wording.percent(worst, 1)}）"
    return f"{title}各月的平均满意率，最高的是{highest}，最低的是{lowest}。"


def _monthly_table(results: ResultTables, months: pl.DataFrame) -> Table:
    several = (months["units"] > 1).any()
    ends: list[Column] = []
    for end, title in (("best", "最好的单位"), ("worst", "最差的单位")) if several else ():
        ends += [cells.unit(results.unit_names, title, f"{end}_unit"), cells.rate(f"{end}_rate", "满意率")]
    columns = [
        *cells.result_columns(results, "monthly_rates", "component", "month", "ratings", month=wording.month),
        cells.count("units", "单位（个）") if several else None,
        cells.rate("rate", "平均满意率"),
        *ends,
    ]
    note = f"{wording.SATISFACTION}；平均满意率是各单位的平均。收到的评价都在内，不等于计分的评价。"
    note += f"最好、最差的单位只在当月有{LEAST}条以上评价的单位里选；全月不足{LEAST}条的不列出，"
    note += "为免由合计倒推，次少的月份有时也不列出。"
    return cells.table("t-monthly", "逐月满意率", months, columns, note=note)
