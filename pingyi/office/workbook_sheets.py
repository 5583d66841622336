"""The sheets of the workbook: places, the score tree, votes, events, lists, consequences, open questions.

Leaves of the tree and numbers of votes stand as numbers, what follows from them as formulas.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import polars as pl

from pingyi.common import wording
from pingyi.common.codebook import codebook
from pingyi.common.spreadsheet_safe import sheet_name
from pingyi.explain.node_scores import UnitNode
from pingyi.explain.review_tables import Tables
from pingyi.office.sheet_writer import ABSENCE, Column, Here, Kind, Row, Sheet, own_value
from pingyi.office.workbook_formulas import describe_manner, node_cell, own_cell, ruled_cell, stored_marks
from pingyi.plan import Component
from pingyi.plan.ranking import Standing
from pingyi.plan.ratings import Ratings
from pingyi.report import table as cells
from pingyi.report.book import Book
from pingyi.report.score_sections import EVENT_DATES
from pingyi.results import resampled_counts

PLACES, EVENTS, LISTS, OUTCOMES, SUMS, OPEN = "排名", "事项", "名单", "结果运用", "结果合计", "存疑"
TREE, VOTES = "得分树", "票数"
"""Names of sheets."""


def result_sheets(book: Book) -> Iterator[Sheet]:
    """The sheets that this campaign has something for."""
    yield from standing_sheets(book)
    yield tree_sheet(book)
    for make in (votes_sheet, events_sheet, lists_sheet, outcomes_sheet, sums_sheet, readings_sheet):
        sheet = make(book)
        if sheet is not None:
            yield sheet


KINDS: dict[str, Kind] = {
    "id": "id",
    "text": "text",
    "choice": "text",
    "date": "date",
    "integer": "count",
    "decimal": "marks",
    "yes_no": "yes",
}
"""How columns of the glossary are shown, where nothing else is asked for."""

Said = Mapping[str, str] | Callable[[Any], Any]


def known_column(
    source: str, name: str, said: Said | None = None, *, head: str = "", kind: Kind | None = None, **more: Any
) -> Column:
    """A column of a published table, under the glossary's head. said: turns its codes into words."""
    column = codebook().results[source].column(name)
    say = (lambda value: wording.named(value, said)) if isinstance(said, Mapping) else said
    return Column(
        name=name,
        head=head or cells.head(source, name),
        kind=kind or KINDS[column.kind],
        cell=(lambda row, here: say(row[name])) if say else own_value(name),
        says="" if said else column.says,
        **more,
    )


def unit_columns(book: Book, *, category: bool = False) -> list[Column]:
    """A unit's id, its name, and where they say something its category and organ."""
    found = [known_column("roster", "unit"), known_column("roster", "name")]
    if category and len(book.plan.units.categories) > 1 and book.frame("roster")["category"].is_not_null().any():
        found.append(known_column("roster", "category"))
    if book.organs_tell:
        found.append(Column("organ", book.organ_head, "text", lambda row, here: book.organs.get(row["unit"] or "", "")))
    return found


def standing_sheets(book: Book) -> Iterator[Sheet]:
    """A sheet for each standing, the last one first."""
    several = len(book.plan.standings) > 1
    for one in reversed(book.plan.standings):
        wanted = f"{PLACES}·{one.title.removesuffix('名次')}" if several else PLACES
        yield _standing_sheet(book, one, sheet_name(wanted, []))


def _standing_sheet(book: Book, one: Standing, name: str) -> Sheet:
    frame = _placed_units(book, one)
    ranked = book.ranked(one.id)
    parts = [book.plan.component(child) for child in ranked.of]
    columns = (
        known_column("totals", "place", kind="place"),
        *unit_columns(book),
        *(
            [known_column("totals", "group", book.groups), known_column("totals", "overall", kind="place")]
            if _is_grouped(frame)
            else []
        ),
        known_column("totals", "total", most=max(ranked.full.values()) if ranked.full else None),
        *(Column(f"of {part.id}", part.title, "marks", own_value(f"of {part.id}"), part.says) for part in parts),
        *(known_column("place_ranges", side, _or_held, kind="place") for side in ("low", "high") if book.draws),
        *_tie_column("totals", frame),
    )
    sure = f"范围起、范围止：{resampled_counts.MIDDLE.format(draws=book.draws)}。" if book.draws else ""
    notes = tuple(text for text in (one.says, sure) if text)
    return Sheet(name, one.title, "名次、得分和它的组成", columns, frame.to_dicts(), notes, frozen=3)


def _is_grouped(frame: pl.DataFrame) -> bool:
    return frame["group"].fill_null("").n_unique() > 1


def _tie_column(source: str, frame: pl.DataFrame) -> list[Column]:
    """How equal totals were told apart, where that was needed."""
    tied = frame["decided_by"].is_not_null().any()
    return [known_column(source, "decided_by", wording.DECIDED, kind="long")] if tied else []


def _or_held(value: Any) -> Any:
    """A number, or that nothing was drawn anew."""
    return resampled_counts.NOT_REDRAWN if value is None else value


def _placed_units(book: Book, one: Standing) -> pl.DataFrame:
    """The units of a standing by place, the largest group first, with the marks of what it is made of."""
    frame = book.frame("totals").filter(pl.col("standing") == one.id)
    for child in book.ranked(one.id).of:
        marks = book.frame("component_marks").filter(pl.col("component") == child)
        part = marks.select("unit", pl.col("marks").alias(f"of {child}"))
        frame = frame.join(part, on="unit", how="left", maintain_order="left")
    if book.draws:
        own = book.frame("place_ranges").filter(pl.col("standing") == one.id).select("unit", "low", "high")
        frame = frame.join(own, on="unit", how="left", maintain_order="left")
    return frame.sort(-pl.len().over("group").cast(pl.Int64), "group", "place", "unit")


TREE_NOTES = (
    "下级指标是算好的数（不取舍，显示两位）；上级指标是公式，改动下级的数，上级随之重算。满分、条款和规则见表头和批注。",
    "灰底：不适用于这个单位。黄底：不能写成公式的，直接写入算出的数，原因见批注。",
)
DEEPEST = 7
"""Levels of columns that a spreadsheet can tuck away."""


def tree_sheet(book: Book) -> Sheet:
    """Every unit's marks, component by component, parents before their children."""
    tables = Tables(book.review)
    children = {child for one in book.plan.components for child in one.of}
    tops = [one for one in book.plan.components if one.id not in children]
    columns = (
        *unit_columns(book, category=True),
        *(_tree_column(tables, one, depth) for top in tops for one, depth in _walk_tree(book, top, 0)),
        Column("flag", "缺数据的处理", "long", _describe_flags(book, tables), "缺数据或不参评时怎样处理"),
    )
    says = "每个单位的每项得分，上级由下级的公式合成"
    rows = book.frame("roster").to_dicts()
    return Sheet(TREE, "得分树：每个单位的每项得分", says, columns, rows, TREE_NOTES, frozen=2)


def _walk_tree(book: Book, one: Component, depth: int) -> Iterator[tuple[Component, int]]:
    """A component and its depth, followed by what it is made of."""
    yield one, depth
    for child in one.of:
        yield from _walk_tree(book, book.plan.component(child), depth + 1)


def _tree_column(tables: Tables, one: Component, depth: int) -> Column:
    full = set(one.full.values()) if one.full else set()
    most = max(full, default=Decimal(0))
    shown: Any = next(iter(full)) if len(full) == 1 else "满分按类别" if full else "不设满分"
    return Column(
        name=one.id,
        head=one.title,
        kind="marks",
        cell=lambda row, here: _tree_cell(tables, one, row, here),
        says=one.says,
        above=(describe_manner(tables, one) + ("，另计" if one.outside else ""), shown),
        note="　".join(text for text in (one.clause, one.says) if text),
        most=most if most > 0 else None,
        level=min(depth, DEEPEST),
        node=bool(one.of),
    )


def _tree_cell(tables: Tables, one: Component, row: Row, here: Here) -> Any:
    """The marks of a leaf; of a node the formula that leads to them, or the marks and why there is none."""
    found = tables.marks.get((one.id, row["unit"]))
    if found is None:
        return ABSENCE
    return node_cell(UnitNode(tables, one, row["unit"]), here.at) if one.of else stored_marks(found)


def _describe_flags(book: Book, tables: Tables) -> Callable[[Row, Here], str]:
    def cell(row: Row, here: Here) -> str:
        if row["absent"]:
            return wording.ABSENT[row["absent"]]
        flags = ((one.title, tables.marks.get((one.id, row["unit"]), {}).get("flag")) for one in book.plan.components)
        return "；".join(f"{title}：{wording.flags(flag)}" for title, flag in flags if flag)

    return cell


VOTES_NOTES = (
    "自身得分＝各等次分值×票数之和÷（计分票数×最高分值）×满分；没有分值的等次（如弃权）列出而不计。公式里的分值是方案规定的。",
    "黄底：按人员类别、内容加权，或先按评价人平均的，不写成公式，直接写入算出的数。",
)


def votes_sheet(book: Book) -> Sheet | None:
    """One row for each component, unit and cycle that is scored from levels; nothing where the plan has none."""
    rated = {one.id: one.ratings for one in book.plan.components if one.ratings}
    if not rated:
        return None
    rows = _vote_rows(book, rated)
    levels = list(dict.fromkeys(level for rule in rated.values() for level in rule.levels))
    own = "由本行票数算出的得分，票数不足的折算以前"
    mean = "票数不足或没有票的单位折算时用的平均分"
    marks = "按计分办法得到的分；指标另有换算的，这里是换算以前"
    most = max((row["full_marks"] for row in rows if row["full_marks"]), default=None)

    def unit_marks(row: Row, here: Here) -> Any:
        return own_cell(rated[row["component"]], row, here.at)

    columns = (
        known_column("rating_marks", "component", book.components),
        *unit_columns(book),
        known_column("rating_marks", "cycle"),
        *(Column(f"level {level}", f"{level}（票）", "count", _votes_of(rated, level)) for level in levels),
        known_column("rating_marks", "votes"),
        known_column("rating_marks", "full_marks", kind="number"),
        Column(
            "own", "自身得分（分）", "marks", lambda row, here: own_cell(rated[row["component"]], row, here.at), own
        ),
        replace(known_column("rating_marks", "mean"), cell=_where_rule("mean", "few", "none_mean"), says=mean),
        replace(known_column("rating_marks", "own_share", kind="share"), cell=_where_rule("own_share", "few")),
        known_column("rating_marks", "rule", wording.FLAGS | {"own": "按自身得分"}),
        Column("marks", "得分（分）", "marks", lambda row, here: ruled_cell(row, here.at), marks, most=most),
    )
    says = "每个单位各等次的票数，以及由票数到得分的公式"
    return Sheet(VOTES, "票数和计分", says, columns, rows, VOTES_NOTES, frozen=3)


def _vote_rows(book: Book, rated: dict[str, Ratings]) -> list[dict[str, Any]]:
    """The rows of `rating_marks` with the votes of each level, in the order of the plan."""
    counts = _count_votes(book, rated)
    waiting = set(book.counted("unmeasured").select("component", "unit").rows())
    order = {id: place for place, id in enumerate(rated)}
    cycles = {cycle.id: place for every in book.plan.cycles.values() for place, cycle in enumerate(every)}
    found = []
    for row in book.frame("rating_marks").iter_rows(named=True):
        key = (row["component"], row["unit"], row["cycle"])
        rule = "unmeasured" if key[:2] in waiting else row["rule"]
        found.append(row | {"rule": rule, "levels": counts.get(key, {})})
    return sorted(found, key=lambda row: (order[row["component"]], row["unit"], cycles.get(row["cycle"], -1)))


def _count_votes(book: Book, rated: dict[str, Ratings]) -> dict[tuple[str, str, str], dict[str, int]]:
    """Votes by level, for each component, unit and cycle; pooled cycles are called by no name."""
    pooled = [id for id, rule in rated.items() if rule.score_per == "year"]
    cycle = pl.when(pl.col("component").is_in(pooled)).then(pl.lit("")).otherwise("cycle")
    sums = book.frame("tally").with_columns(cycle=cycle)
    sums = sums.group_by("component", "unit", "cycle", "level").agg(pl.col("votes").sum())
    found: dict[tuple[str, str, str], dict[str, int]] = {}
    for component, unit, name, level, number in sums.iter_rows():
        found.setdefault((component, unit, name), {})[level] = number
    return found


def _votes_of(rated: dict[str, Ratings], level: str) -> Callable[[Row, Here], int | None]:
    """The votes of a level; nothing where the component does not know it."""
    return lambda row, here: row["levels"].get(level, 0) if level in rated[row["component"]].levels else None


def _where_rule(name: str, *rules: str) -> Callable[[Row, Here], Any]:
    """The row's value where its rule is one of these, and nothing elsewhere."""
    return lambda row, here: row[name] if row["rule"] in rules else None


EVENT_NOTES = ("分值：负的从得分中减去，正的加上，已乘件数和情节；不计的也列出。行号是在数据文件中的行。",)


def events_sheet(book: Book) -> Sheet | None:
    """Every event and what it costs or earns, or why it does not count; nothing where the plan has none."""
    if not any(one.events for one in book.plan.components):
        return None
    facts = book.counted("events").select("event", "opened_on", "closed_on", "signed_on")
    dates = facts.join(book.counted("event_points").select("event", "due"), on="event", how="left")
    frame = book.frame("event_points").join(dates, on="event", how="left", maintain_order="left")
    frame = frame.sort("happened_on", "event")
    dated = [name for name in EVENT_DATES if frame[name].is_not_null().any()]
    columns = (
        known_column("event_points", "event"),
        known_column("event_points", "happened_on"),
        *unit_columns(book),
        known_column("event_points", "component", book.components),
        known_column("event_points", "item", book.items),
        known_column("event_points", "cycle"),
        known_column("event_points", "points", kind="points"),
        known_column("event_points", "not_counted", wording.NOT_COUNTED | {"": "计"}, head="是否计分", kind="text"),
        *(Column(name, EVENT_DATES[name], "date", own_value(name)) for name in dated),
        known_column("event_points", "document"),
        known_column("event_points", "source", head="数据文件"),
        known_column("event_points", "row", kind="number"),
    )
    says = "每一件事项的分值，计或不计及原因"
    return Sheet(EVENTS, "事项台账", says, columns, frame.to_dicts(), EVENT_NOTES, frozen=2)


def lists_sheet(book: Book) -> Sheet | None:
    """Every entry of every list, final lists first; nothing where the plan has none."""
    if not book.plan.every_list:
        return None
    order = {rule.id: place for place, rule in enumerate([*book.plan.lists, *book.plan.shortlists])}
    by = {rule.id: rule.by for rule in book.plan.every_list}
    parted = {rule.id for rule in book.plan.every_list if rule.quota}

    def quota_group(row: Row, here: Here) -> str:
        """Which part of a list's places an entry takes; nothing where the list has no quota."""
        return wording.named(row["group"] or "", book.groups) if row["list"] in parted else ""

    frame = book.frame("list_entries")
    if book.draws:
        chances = book.frame("list_chances").select("list", "unit", "share")
        frame = frame.join(chances, on=["list", "unit"], how="left", maintain_order="left")
    columns = (
        known_column("list_entries", "list", book.lists),
        known_column("list_entries", "place", kind="place"),
        *unit_columns(book),
        known_column("list_entries", "total", most=max(frame["total"].drop_nulls(), default=None)),
        Column(
            "full",
            "满分（分）",
            "number",
            lambda row, here: book.fulls.get((by[row["list"]], row["unit"])),
            "名单所依的排名的满分",
        ),
        *([replace(known_column("list_entries", "group"), cell=quota_group)] if _is_grouped(frame) else []),
        *([known_column("list_entries", "direct")] if frame["direct"].any() else []),
        *(
            [known_column("list_chances", "share", _or_held, head="重抽时列入的比例", kind="share")]
            if book.draws
            else []
        ),
        *_tie_column("list_entries", frame),
        Column("state", "名单状态", "long", lambda row, here: book.states[row["list"]].told, widest=36),
    )
    rows = frame.sort(pl.col("list").replace_strict(order, return_dtype=pl.Int64), "place", "unit").to_dicts()
    return Sheet(LISTS, "名单", "每份名单上的单位", columns, rows, frozen=4)


def outcomes_sheet(book: Book) -> Sheet | None:
    """Every consequence with the unit and list that caused it; nothing where the plan has none."""
    if not book.plan.outcomes:
        return None
    frame = book.frame("outcomes")
    order = {id: place for place, id in enumerate(book.lists)}
    rows = frame.sort(pl.col("list").replace_strict(order, default=99), "place", "unit", "outcome").to_dicts()
    columns = (
        *unit_columns(book),
        known_column("outcomes", "list", book.stated),
        known_column("outcomes", "place", kind="place"),
        *_subject_columns(book, "outcomes"),
        *([known_column("outcomes", "amount", kind="points")] if frame["amount"].is_not_null().any() else []),
        *([known_column("outcomes", "until")] if (frame["until"].fill_null("") != "").any() else []),
        known_column("outcomes", "clause"),
    )
    return Sheet(OUTCOMES, "结果运用", "因名单而产生的每一条后果", columns, rows, frozen=2)


def _subject_columns(book: Book, source: str) -> tuple[Column, ...]:
    """Whom a consequence is for by name, persons of the unit being its own, and what it is."""
    return (
        known_column(source, "subject_kind", wording.SUBJECTS),
        replace(
            known_column(source, "subject"),
            cell=lambda row, here: book.subject(row["subject_kind"], row["subject"]),
        ),
        known_column(source, "effect_name", kind="long"),
    )


def sums_sheet(book: Book) -> Sheet | None:
    """What amounts come to for each subject; nothing where no consequence has an amount."""
    frame = book.frame("outcome_sums").sort("amount", "subject", "effect")
    if frame.is_empty():
        return None
    columns = (
        *_subject_columns(book, "outcome_sums"),
        known_column("outcome_sums", "amount", kind="points"),
        known_column("outcome_sums", "unit_of_measure"),
        known_column("outcome_sums", "entries"),
    )
    return Sheet(SUMS, "结果合计", "各对象有数额的后果合计", columns, frame.to_dicts(), frozen=2)


def readings_sheet(book: Book) -> Sheet | None:
    """What the plan leaves open, with what each other answer would change where that was tried."""
    if not book.plan.readings:
        return None
    tried = book.knows("reading_effects") and book.frame("reading_effects").height > 0
    widths = {"question": 36, "clause": 14, "official": 30, "answer": 30}
    columns = [known_column("reading_effects", name, kind="long", widest=room) for name, room in widths.items()]
    if not tried:
        rows = [
            {"question": one.question, "clause": one.clause, "official": one.official, "answer": answer}
            for one in book.plan.readings
            for answer in ([other.answer for other in one.otherwise] or [""])
        ]
        return Sheet(OPEN, "存疑", "方案没有写明之处：公布的理解、其他理解", tuple(columns), rows, frozen=1)
    columns += [known_column("reading_effects", name) for name in ("memberships", "units_touched", "places_moved")]
    effects = {"told": 90, "why": 30}
    columns += [known_column("reading_effects", name, kind="long", widest=room) for name, room in effects.items()]
    rows = book.frame("reading_effects").to_dicts()
    says = "方案没有写明之处：公布的理解、其他理解和换成它们的变化"
    return Sheet(OPEN, "存疑", says, tuple(columns), rows, frozen=1)
