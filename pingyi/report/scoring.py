"""The story's middle: marks of everybody, candidates, and the ballot on them."""

import polars as pl

from pingyi.common import wording
from pingyi.plan import Component, ListRule
from pingyi.report import counts, drawings
from pingyi.report import table as cells
from pingyi.report.book import Book, full_below
from pingyi.report.opening import aside_table, form_table, rated_table
from pingyi.report.section import Section, clause, list_clause
from pingyi.report.table import Column, Table, head


def marks(book: Book) -> Section:
    """What everybody scored, and where it was lost."""
    scored = [one for one in book.plan.components if one.id in book.open_components]
    return Section(
        id="marks",
        title="分项得分",
        question="各单位每一项得多少分，分失在哪里？",
        clauses=tuple(clause(one) for one in scored),
        found=tuple(_spread(book, one) for one in book.tops),
        figures=tuple(drawings.marks(book)),
        tables=(marks_table(book, scored, "t-marks", "各单位分项得分"), *_events(book)),
    )


def _spread(book: Book, one: Component) -> str:
    """Highest, middle and lowest marks of a component."""
    found = book.frame("component_marks").filter(pl.col("component") == one.id)["marks"].drop_nulls().sort()
    if not len(found):
        return f"{one.title}没有单位得分。"
    high, middle, low = (wording.shown(found[at]) for at in (-1, len(found) // 2, 0))
    return f"{one.title}有 {len(found)} 个单位得分：最高 {high} 分，居中的 {middle} 分，最低 {low} 分。"


def marks_table(book: Book, shown: list[Component], id: str, title: str) -> Table:
    """One row for each unit, one column for each component."""
    long = book.frame("component_marks").filter(pl.col("component").is_in([one.id for one in shown]))
    wide = long.select("unit", "component", "marks").pivot(on="component", index="unit", values="marks")
    wide = wide.with_columns(
        organ=pl.col("unit").replace_strict(book.organs, default=""),
        flag=pl.col("unit").replace_strict(_flags(long), default="", return_dtype=pl.String),
    ).sort("unit")
    there = [one for one in shown if one.id in wide.columns]
    columns = [
        cells.unit(book.names),
        *(marks_column(one, one.id) for one in there),
        *book.organ_columns,
        *([cells.text("flag", "说明", wide=True)] if long["flag"].is_not_null().any() else []),
    ]
    return cells.table(id, title, with_stars(book, wide, there), columns, note=stars_note(book))


def marks_column(one: Component, name: str) -> Column:
    """The marks of a component, with its full marks where they are the same for every category.

    name: of the column with the marks; one that ends like it says where a star is to stand (`with_stars`).
    """
    return cells.marks(name, f"{one.title}（分）", full_below(one), starred=f"star {one.id}" if one.unmeasured else "")


def with_stars(book: Book, frame: pl.DataFrame, shown: list[Component]) -> pl.DataFrame:
    """The frame with a column for each component that may be unmeasured: whether a unit's marks were not earned."""
    waiting = book.frame("component_marks").filter(pl.col("flag") == "unmeasured").select("component", "unit")
    ids = [one.id for one in shown if one.unmeasured]
    units = {id: waiting.filter(pl.col("component") == id)["unit"].to_list() for id in ids}
    return frame.with_columns(pl.col("unit").is_in(found).alias(f"star {id}") for id, found in units.items())


def stars_note(book: Book) -> str:
    """What the star says, where there is one."""
    unmeasured = (book.frame("component_marks")["flag"] == "unmeasured").any()
    return f"{cells.STAR} 尚未评价，分是按方案先计的，不是评出来的。" if unmeasured else ""


def _flags(long: pl.DataFrame) -> dict[str, str]:
    """What was done about missing facts, unit by unit; components not yet measured are counted."""
    flagged = long.drop_nulls("flag").sort("unit", "component")
    found: dict[str, list[str]] = {}
    for row in flagged.filter(pl.col("flag") != "unmeasured").iter_rows(named=True):
        found.setdefault(row["unit"], []).append(f"{row['component_name']}：{wording.flags(row['flag'])}")
    for unit, number in flagged.filter(pl.col("flag") == "unmeasured").group_by("unit").len().rows():
        found.setdefault(unit, []).append(f"{number} 项尚未评价")
    return {unit: "；".join(said) for unit, said in found.items()}


def _events(book: Book) -> list[Table]:
    """Every event and what it costs or earns; where an answer was due, when it was and when it came."""
    every = book.frame("event_points").join(_dates(book), on="event", how="left").sort("happened_on", "event")
    frame = every.filter(pl.col("points") != 0)
    clean = every.height - frame.height
    note = f"另有 {clean} 条记录不扣分也不加分，见各单位的依据。" if clean else ""
    columns = [
        cells.text("happened_on", head("event_points", "happened_on"), str),
        cells.unit(book.names),
        cells.text("component", head("event_points", "component"), book.components),
        cells.text("item", head("event_points", "item"), book.items),
        cells.marks("points", head("event_points", "points")),
        *(cells.day(name, title) for name, title in DATES.items() if frame[name].is_not_null().any()),
        cells.text("not_counted", "是否计分", wording.NOT_COUNTED | {"": "计"}),
        cells.text("document", "依据文件", wide=True),
    ]
    return [cells.table("t-events", "扣分和加分事项", frame, columns, note=note)] if frame.height else []


DATES = {"opened_on": "交办日期", "due": "办理期限", "closed_on": "办结日期", "signed_on": "签字日期"}
"""When an event was handed over, was due, was settled and was signed."""


def _dates(book: Book) -> pl.DataFrame:
    facts = book.counted("events").select("event", "opened_on", "closed_on", "signed_on")
    return facts.join(book.counted("event_points").select("event", "due"), on="event", how="left")


def shortlists(book: Book) -> Section | None:
    """Who became a candidate."""
    if not book.plan.shortlists:
        return None
    return Section(
        id="shortlist",
        title="候选名单",
        question="哪些单位入围候选，离截止线多远？",
        clauses=tuple(list_clause(book.plan, rule) for rule in book.plan.shortlists),
        found=tuple(_entered(book, rule) for rule in book.plan.shortlists),
        figures=tuple(drawings.shortlists(book)),
        tables=tuple(margins_table(book, rule) for rule in book.plan.shortlists),
    )


def _entered(book: Book, rule: ListRule) -> str:
    entries = book.entries(rule)
    direct = entries.filter("direct").height
    also = f"，其中 {direct} 个因往年名单直接进入" if direct else ""
    return f"{book.titled(rule)}有 {entries.height} 个单位{also}。"


SETTLED = "名单按决定；顺位和截止线按现在的数据算，只供比较。"


def margins_table(book: Book, rule: ListRule) -> Table:
    """Who could enter a list, and how far from its cut everybody is."""
    places = book.entries(rule).select("unit", "place")
    frame = book.frame("margins").filter(pl.col("list") == rule.id).join(places, on="unit", how="left")
    spared = book.counted("list_spared").filter(pl.col("list") == rule.id)["unit"].to_list()
    chosen = (pl.col("nth") <= pl.col("seats")).fill_null(True) & ~pl.col("listed")
    frame = frame.with_columns(spared=pl.col("unit").is_in(spared) & chosen)
    grouped, sized = frame["group"].fill_null("").n_unique() > 1, frame["seats"].is_not_null().any()
    columns = [
        cells.unit(book.names),
        *([cells.text("group", head("margins", "group"), book.groups)] if grouped else []),
        cells.marks("total", head("margins", "total"), full_below(book.ranked(rule.by))),
        *([cells.count(name, head("margins", name)) for name in ("nth", "seats")] if sized else []),
        cells.yes("listed", head("margins", "listed"), "列入"),
        *([cells.yes("direct", head("margins", "direct"))] if frame["direct"].any() else []),
        cells.count("place", "名单中的位次"),
        *([cells.marks("margin", "离截止线（分）")] if sized else []),
        *([cells.yes("spared", "说明", wording.SPARED)] if frame["spared"].any() else []),
    ]
    ordered = frame.sort("group", "nth", "unit")
    settled = SETTLED if book.states[rule.id].decided else ""
    if not sized:
        return cells.table(
            f"t-margin-{rule.id}", f"{book.titled(rule)}：符合条件的单位", ordered, columns, note=settled
        )
    note = f"{settled}离截止线为正：比未列入的第一个单位领先多少；为负：比列入的最后一个单位差多少。"
    return cells.table(f"t-margin-{rule.id}", f"{book.titled(rule)}：离截止线多远", ordered, columns, note=note)


def ballots(book: Book) -> Section | None:
    """What the ballot said of the candidates."""
    if not book.ballots:
        return None
    aside = counts.aside(book, book.ballots)
    return Section(
        id="ballot",
        title="候选单位投票",
        question="投票怎样评价候选单位，名次因此变了多少？",
        clauses=tuple(clause(one) for one in book.ballots),
        found=(
            counts.told(book, book.ballots),
            *(said for one in book.ballots if (said := counts.fixed_shares(one))),
            *(_spread(book, one) for one in book.ballots),
        ),
        figures=tuple(drawings.ballots(book)),
        tables=(
            *(rated_table(book, one, f"t-ballot-{one.id}") for one in book.ballots),
            *form_table(book),
            *([aside_table(book, aside, "t-ballot-aside")] if aside.height else []),
        ),
    )
