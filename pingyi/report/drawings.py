"""Which figures each part of the story shows, from the frames that they need, and how to read them."""

from collections.abc import Iterator

import polars as pl

from pingyi import figures
from pingyi.disclosure import LEAST
from pingyi.figures.frames import MOST_PARTS
from pingyi.figures.ranking_figures import list_cuts
from pingyi.plan import Component, ListRule
from pingyi.plan.ratings import Ratings
from pingyi.report.book import Book
from pingyi.report.section import Figure, figure


def roster(book: Book) -> Iterator[Figure]:
    """Units by category and kind of management, where there are several of either."""
    units, kinds = book.counted("roster"), book.plan.units.management
    if kinds or units["category"].n_unique() > 1:
        chart = figures.units_by_category(units, management=kinds)
        told = "颜色深浅是管理体制" if kinds else "条末是单位数"
        yield figure("f-roster", chart, f"条越长，这一类的单位越多；{told}。")


def calendar(book: Book) -> Iterator[Figure]:
    """When each phase of the campaign runs."""
    phases = book.plan.calendar
    rows = [{"name": one.title, "start": one.start, "end": one.end, "clause": one.clause} for one in phases]
    if rows:
        yield figure("f-calendar", figures.calendar(pl.DataFrame(rows)), "每一条是一个阶段，首尾两天都算在内。")


def ratings(book: Book) -> Iterator[Figure]:
    """Votes of everybody: how many, and what they say; of a few units the tables say how many."""
    yield from _plain_levels(book)
    plain = {one.id for same in _alike(book) for one in same}
    for one in book.rated:
        if book.frame("roster").height > FEW_UNITS:
            yield _votes(book, one)
        if one.id not in plain and not _of(one).shares_fixed:
            yield _levels(book, one, "条越靠左的颜色越长，评价越好；几条的票数差得多时，不宜直接比较。")


FEW_UNITS = 15
"""Up to so many units are told in tables rather than drawn as bars."""


def _alike(book: Book) -> list[list[Component]]:
    """Components that nothing tells apart but their name, by levels: those that share them stand in one figure."""
    open_ = [one for one in book.rated if not _of(one).shares_fixed]
    plain = [one for one in open_ if not any(len(said) > 1 for said in _kinds(book, one).values())]
    keys = dict.fromkeys(tuple(_of(one).levels.items()) for one in plain)
    alike = [[one for one in plain if tuple(_of(one).levels.items()) == key] for key in keys]
    return [same for same in alike if len(same) > 1]


def _plain_levels(book: Book) -> Iterator[Figure]:
    for same in _alike(book):
        levels = _of(same[0]).levels
        shown = [book.withheld.by_kind(one.id) for one in same]
        chart = figures.levels_by_component(
            pl.concat(shown),
            [level for level, value in levels.items() if value is not None],
            components={one.id: one.title for one in same},
            uncounted=[level for level, value in levels.items() if value is None],
        )
        yield figure(
            f"f-levels-of-{same[0].id}", chart, "条越靠左的颜色越长，评价越好；票数少的一条，几张票就会改变它。"
        )


def _votes(book: Book, one: Component) -> Figure:
    rule = _of(one)
    chart = figures.votes_per_unit(
        book.withheld.by_unit(one.id),
        book.counted("scope"),
        book.counted("roster"),
        component=one.id,
        name=one.title,
        below=rule.few.below if rule.few else None,
        cycles=_cycles(book, one),
        channels=[channel.id for channel in rule.channels],
    )
    return figure(f"f-votes-{one.id}", chart, "越靠右的单位票越少，得分受几张票的影响越大。")


def _of(one: Component) -> Ratings:
    assert one.ratings is not None
    return one.ratings


def _cycles(book: Book, one: Component) -> list[str]:
    return [cycle.id for cycle in book.plan.cycles[one.per]]


def _kinds(book: Book, one: Component) -> dict[str, list[str]]:
    """What may tell a component's ratings apart, and its words."""
    rule = _of(one)
    channels = [channel.id for channel in rule.channels]
    return {"channel": channels, "grp": [*rule.groups], "item": [*rule.items], "cycle": _cycles(book, one)}


def _levels(book: Book, one: Component, reads: str) -> Figure:
    """Shares of levels, by whatever the plan tells ratings apart: channel, group or item."""
    rule = _of(one)
    kinds = _kinds(book, one)
    by = next((kind for kind in ("channel", "grp", "item") if len(kinds[kind]) > 1), "channel")
    shown, every = book.withheld.by_kind(one.id), book.withheld.tally(one.id)
    chart = figures.levels_by_channel(
        shown,
        [level for level, value in rule.levels.items() if value is not None],
        component=one.id,
        name=one.title,
        by=by,
        uncounted=[level for level, value in rule.levels.items() if value is None],
        cycles=_cycles(book, one),
        order=kinds[by],
    )
    return figure(f"f-levels-{one.id}", chart, f"{reads}{FEW_LEFT_OUT if shown.height < every.height else ''}")


FEW_LEFT_OUT = f"有等次不足{LEAST}票的，整条不画。"


def marks(book: Book) -> Iterator[Figure]:
    """Where marks were lost, for each node that everybody has; components that are never summed, side by side."""
    frames = fetched(book, "component_marks", "roster", "plan_components")
    apart = [one.id for one in book.tops if one.full and not one.outside]
    if len(apart) > 1:
        frames[2] = frames[2].with_columns(
            parent=pl.when(pl.col("component").is_in(apart)).then(pl.lit(EACH)).otherwise("parent")
        )
        heads = ("各项平均丢多少分", "各项得分率的分布")
        yield from _lost(book, frames, EACH, EACH, heads, len(apart))
    for one in book.tops:
        if len([child for child in one.of if not book.plan.component(child).outside]) > 1:
            yield from _lost(book, frames, one.id, one.title)


EACH = "各项"
"""What holds components that no component of the plan holds together."""


def _lost(
    book: Book,
    frames: list[pl.DataFrame],
    of: str,
    name: str,
    heads: tuple[str, str] = ("", ""),
    most: int = MOST_PARTS,
) -> Iterator[Figure]:
    lost = figures.where_lost(*frames, of=of, name=name, most=most, headline=heads[0])
    yield figure(f"f-lost-{of}", lost, "先看颜色最深的格：这一类单位在这一项上丢得最多。")
    if book.frame("roster").height > FEW_UNITS:
        spread = figures.where_lost_spread(*frames, of=of, name=name, most=most, headline=heads[1])
        yield figure(f"f-spread-{of}", spread, "线越长，单位之间差别越大；线短而靠右的项目，几乎不影响名次。")


def shortlists(book: Book) -> Iterator[Figure]:
    """How marks spread, with the cuts of the shortlists, and who stands nearest to them."""
    for id in sorted(book.shortlist_standings):
        yield _spread(book, id)
    for rule in book.proposed(book.plan.shortlists):
        yield _near(book, rule)


def _spread(book: Book, id: str) -> Figure:
    totals, margins, roster, lists = fetched(book, "totals", "margins", "roster", "plan_lists")
    name = book.components[book.standing(id).of]
    chart = figures.daily_spread(totals, margins, roster, lists, standing=id, name=name)
    lines = list_cuts(margins, lists.filter(pl.col("standing") == id)).height
    told = CUT if lines else "一点是一个单位，越靠右得分越高；颜色是它列入的名单。"
    return figure(f"f-dots-{id}", chart, told)


CUT = "点挤在竖线两边的地方，几分之差就决定去留。"


def _near(book: Book, rule: ListRule) -> Figure:
    margins, roster, lists = fetched(book, "margins", "roster", "plan_lists")
    chart = figures.near_cut(margins, roster, lists, list=rule.id)
    return figure(f"f-near-{rule.id}", chart, "条越短，离截止线越近；两边都短，说明这条线划得很细。")


def fetched(book: Book, *names: str) -> list[pl.DataFrame]:
    """Tables of the count; lists go by their title with their state."""
    return [book.list_rules if name == "plan_lists" else book.counted(name) for name in names]


def ballots(book: Book) -> Iterator[Figure]:
    """What the ballot said of the candidates, and whom it moved."""
    marks, entries, roster, lists = fetched(book, "component_marks", "list_entries", "roster", "plan_lists")
    for one in book.ballots:
        if not _of(one).shares_fixed:
            yield _levels(book, one, "几条里同一颜色一样长，说明看法一致。")
        if book.plan.shortlists:
            chart = figures.network_marks(marks, entries, roster, lists, component=one.id, name=one.title)
            yield figure(f"f-ballot-{one.id}", chart, "一点是一个候选单位，越靠右得分越高；颜色是它最后进入的名单。")
    yield from _changes(book)


def _changes(book: Book) -> Iterator[Figure]:
    """From the standing that the shortlists go by to the final one."""
    final = [one.id for one in book.plan.standings if one.id not in book.shortlist_standings]
    totals, entries, roster, lists = fetched(book, "totals", "list_entries", "roster", "plan_lists")
    for before in sorted(book.shortlist_standings):
        for after in final:
            names = (book.standings[before], book.standings[after])
            chart = figures.place_changes(totals, entries, roster, lists, before=before, after=after, names=names)
            yield figure(f"f-moves-{before}-{after}", chart, "线越陡，名次变得越多；两头都只在有最后名次的单位里排。")


def standings(book: Book) -> Iterator[Figure]:
    """What the totals of the final lists are made of; where there are no shortlists, also how totals spread."""
    frames = fetched(book, "component_marks", "roster", "plan_components")
    if not book.plan.shortlists:
        for id in dict.fromkeys(rule.by for rule in book.plan.lists):
            yield _spread(book, id)
    for rule in book.outer_lists:
        of = book.plan.component(book.standing(rule.by).of)
        yield from _parts(frames, book.counted("list_entries"), rule.id, book.stated[rule.id], of)
    ranked = book.counted("totals").rename({"standing": "list"})
    for one in [] if book.plan.lists else book.finals:
        if book.frame("roster").height <= FEW_UNITS:
            yield from _parts(frames, ranked, one.id, one.title, book.plan.component(one.of))


def _parts(frames: list[pl.DataFrame], entries: pl.DataFrame, id: str, name: str, one: Component) -> Iterator[Figure]:
    """What totals are made of, where they are made of several things."""
    marks, roster, components = frames
    if len(one.of) > 1:
        chart = figures.list_total_breakdown(marks, entries, roster, components, list=id, name=name, of=one.id)
        yield figure(f"f-parts-{id}", chart, "条里每一段是一项得分；哪一段短，分就差在哪里。")


def outcomes(book: Book) -> Iterator[Figure]:
    """What organs and townships gain and lose, effect by effect."""
    sums = book.named(book.counted("outcome_sums"))
    for effect in sums["effect"].unique().sort().to_list():
        chart = figures.consequences_by_organ(sums, effect=effect)
        yield figure(f"f-sums-{effect}", chart, "向右是加，向左是减；有几个单位上榜的，按方案合计。")
