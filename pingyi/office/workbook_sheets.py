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
from pingyi.figures.chart_parts import order_position
from pingyi.office.sheet_writer import ABSENCE, Column, Here, Kind, Row, Sheet, own_value
from pingyi.office.workbook_formulas import describe_manner, node_cell, own_cell, ruled_cell, stored_marks
from pingyi.plan import Component, Plan
from pingyi.plan.ranking import Standing
from pingyi.plan.ratings import Ratings
from pingyi.report import table as cells
from pingyi.report.score_sections import EVENT_DATES, dated_events
from pingyi.results import resampled_counts
from pingyi.results.result_tables import ResultTables

PLACES, EVENTS, LISTS, OUTCOMES, SUMS, OPEN = "排名", "事项", "名单", "结果运用", "结果合计", "存疑"
TREE, VOTES = "得分树", "票数"
"""Names of sheets."""


def result_sheets(results: ResultTables) -> Iterator[Sheet]:
    """The sheets that this campaign has something for."""
    yield from standing_sheets(results)
    yield tree_sheet(results)
    for make in (votes_sheet, events_sheet, lists_sheet, outcomes_sheet, sums_sheet, readings_sheet):
        sheet = make(results)
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


def unit_columns(results: ResultTables, *, category: bool = False) -> list[Column]:
    """A unit's id, its name, and where they say something its category and organ."""
    found = [known_column("roster", "unit"), known_column("roster", "name")]
    several = len(results.plan.units.categories) > 1
    if category and several and results.published("roster")["category"].is_not_null().any():
        found.append(known_column("roster", "category"))
    if results.organs_differ:
        organs = results.unit_organs
        found.append(Column("organ", results.organ_head, "text", lambda row, here: organs.get(row["unit"] or "", "")))
    return found


def standing_sheets(results: ResultTables) -> Iterator[Sheet]:
    """A sheet for each standing, the last one first."""
    several = len(results.plan.standings) > 1
    for one in reversed(results.plan.standings):
        wanted = f"{PLACES}·{one.title.removesuffix('名次')}" if several else PLACES
        yield _standing_sheet(results, one, sheet_name(wanted, []))


def _standing_sheet(results: ResultTables, one: Standing, name: str) -> Sheet:
    frame, drawn = results.placed_units(one), results.resample_count
    ranked = results.ranked_component(one.id)
    parts = [results.plan.component(child) for child in ranked.of]
    columns = (
        known_column("totals", "place", kind="place"),
        *unit_columns(results),
        *(
            [known_column("totals", "group", results.group_names), known_column("totals", "overall", kind="place")]
            if _is_grouped(frame)
            else []
        ),
        known_column("totals", "total", most=max(ranked.full.values()) if ranked.full else None),
        *(Column(f"of {part.id}", part.title, "marks", own_value(f"of {part.id}"), part.says) for part in parts),
        *(known_column("place_ranges", end, _or_held, kind="place") for end in ("low", "high") if drawn),
        *_tie_column("totals", frame),
    )
    ends = resampled_counts.explain_range_ends(drawn)
    notes = tuple(text for text in (one.says, ends) if text)
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


TREE_NOTES = (
    "下级指标是算好的数（不取舍，显示两位）；上级指标是公式，改动下级的数，上级随之重算。满分、条款和规则见表头和批注。",
    "灰底：不适用于这个单位。黄底：不能写成公式的，直接写入算出的数，原因见批注。",
)
DEEPEST = 7
"""Levels of columns that a spreadsheet can tuck away."""


def tree_sheet(results: ResultTables) -> Sheet:
    """Every unit's marks, component by component, parents before their children."""
    tree = [each for top in results.plan.roots for each in _walk_tree(results.plan, top, 0)]
    columns = (
        *unit_columns(results, category=True),
        *(_tree_column(results, one, depth) for one, depth in tree),
        Column("flag", "缺数据的处理", "long", _describe_flags(results), "缺数据或不参评时怎样处理"),
    )
    says = "每个单位的每项得分，上级由下级的公式合成"
    rows = results.published("roster").to_dicts()
    return Sheet(TREE, "得分树：每个单位的每项得分", says, columns, rows, TREE_NOTES, frozen=2)


def _walk_tree(plan: Plan, one: Component, depth: int) -> Iterator[tuple[Component, int]]:
    """A component and its depth, followed by what it is made of."""
    yield one, depth
    for child in one.of:
        yield from _walk_tree(plan, plan.component(child), depth + 1)


def _tree_column(results: ResultTables, one: Component, depth: int) -> Column:
    full = set(one.full.values()) if one.full else set()
    most = max(full, default=Decimal(0))
    shown: Any = next(iter(full)) if len(full) == 1 else "满分按类别" if full else "不设满分"
    return Column(
        name=one.id,
        head=one.title,
        kind="marks",
        cell=lambda row, here: _tree_cell(results, one, row, here),
        says=one.says,
        above=(describe_manner(results, one) + ("，另计" if one.outside else ""), shown),
        note="　".join(text for text in (one.clause, one.says) if text),
        most=most if most > 0 else None,
        level=min(depth, DEEPEST),
        node=bool(one.of),
    )


def _tree_cell(results: ResultTables, one: Component, row: Row, here: Here) -> Any:
    """The marks of a leaf; of a node the formula that leads to them, or the marks and why there is none."""
    found = results.marks.get((one.id, row["unit"]))
    if found is None:
        return ABSENCE
    return node_cell(UnitNode(results, one, row["unit"]), here.at) if one.of else stored_marks(found)


def _describe_flags(results: ResultTables) -> Callable[[Row, Here], str]:
    def cell(row: Row, here: Here) -> str:
        if row["absent"]:
            return wording.ABSENT[row["absent"]]
        found = ((one.title, results.marks.get((one.id, row["unit"]))) for one in results.plan.components)
        return "；".join(
            f"{title}：{wording.flags(marks['flag'])}" for title, marks in found if marks and marks["flag"]
        )

    return cell


VOTES_NOTES = (
    "自身得分＝各等次分值×票数之和÷（计分票数×最高分值）×满分；没有分值的等次（如弃权）列出而不计。公式里的分值是方案规定的。",
    "黄底：按人员类别、内容加权，或先按评价人平均的，不写成公式，直接写入算出的数。",
)


def votes_sheet(results: ResultTables) -> Sheet | None:
    """One row for each component, unit and cycle that is scored from levels; nothing where the plan has none."""
    rated = {one.id: one.ratings for one in results.plan.components if one.ratings}
    if not rated:
        return None
    rows = _vote_rows(results, rated)
    levels = list(dict.fromkeys(level for rule in rated.values() for level in rule.levels))
    own = "由本行票数算出的得分，票数不足的折算以前"
    mean = "票数不足或没有票的单位折算时用的平均分"
    marks = "按计分办法得到的分；指标另有换算的，这里是换算以前"
    most = max((row["full_marks"] for row in rows if row["full_marks"]), default=None)

    def unit_marks(row: Row, here: Here) -> Any:
        return own_cell(rated[row["component"]], row, here.at)

    columns = (
        known_column("rating_marks", "component", results.plan.component_titles),
        *unit_columns(results),
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


def _vote_rows(results: ResultTables, rated: dict[str, Ratings]) -> list[dict[str, Any]]:
    """The rows of `rating_marks` with the votes of each level, in the order of the plan."""
    counts = _count_votes(results, rated)
    waiting = set(results.counted("unmeasured").select("component", "unit").rows())
    order = {id: place for place, id in enumerate(rated)}
    cycles = {cycle.id: place for every in results.plan.cycles.values() for place, cycle in enumerate(every)}
    found = []
    for row in results.published("rating_marks").iter_rows(named=True):
        key = (row["component"], row["unit"], row["cycle"])
        rule = "unmeasured" if key[:2] in waiting else row["rule"]
        found.append(row | {"rule": rule, "levels": counts.get(key, {})})
    return sorted(found, key=lambda row: (order[row["component"]], row["unit"], cycles.get(row["cycle"], -1)))


def _count_votes(results: ResultTables, rated: dict[str, Ratings]) -> dict[tuple[str, str, str], dict[str, int]]:
    """Votes by level, for each component, unit and cycle; pooled cycles are called by no name."""
    pooled = [id for id, rule in rated.items() if rule.score_per == "year"]
    cycle = pl.when(pl.col("component").is_in(pooled)).then(pl.lit("")).otherwise("cycle")
    sums = results.published("tally").with_columns(cycle=cycle)
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


def events_sheet(results: ResultTables) -> Sheet | None:
    """Every event and what it costs or earns, or why it does not count; nothing where the plan has none."""
    if not any(one.events for one in results.plan.components):
        return None
    frame = dated_events(results)
    dated = [name for name in EVENT_DATES if frame[name].is_not_null().any()]
    columns = (
        known_column("event_points", "event"),
        known_column("event_points", "happened_on"),
        *unit_columns(results),
        known_column("event_points", "component", results.plan.component_titles),
        known_column("event_points", "item", results.plan.item_names),
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


def lists_sheet(results: ResultTables) -> Sheet | None:
    """Every entry of every list, final lists first; nothing where the plan has none."""
    if not results.plan.every_list:
        return None
    order = [rule.id for rule in (*results.plan.lists, *results.plan.shortlists)]
    ranked = {rule.id: results.ranked_component(rule.by).id for rule in results.plan.every_list}
    parted = {rule.id for rule in results.plan.every_list if rule.quota}

    def quota_group(row: Row, here: Here) -> str:
        """Which part of a list's places an entry takes; nothing where the list has no quota."""
        return wording.named(row["group"] or "", results.group_names) if row["list"] in parted else ""

    frame = results.published("list_entries")
    if results.resample_count:
        chances = results.published("list_chances").select("list", "unit", "share")
        frame = frame.join(chances, on=["list", "unit"], how="left", maintain_order="left")
    columns = (
        known_column("list_entries", "list", results.plan.list_titles),
        known_column("list_entries", "place", kind="place"),
        *unit_columns(results),
        known_column("list_entries", "total", most=max(frame["total"].drop_nulls(), default=None)),
        Column(
            "full",
            "满分（分）",
            "number",
            lambda row, here: results.scope.get((ranked[row["list"]], row["unit"]), {}).get("full_marks"),
            "名单所依的排名的满分",
        ),
        *([replace(known_column("list_entries", "group"), cell=quota_group)] if _is_grouped(frame) else []),
        *([known_column("list_entries", "direct")] if frame["direct"].any() else []),
        *(
            [known_column("list_chances", "share", _or_held, head="重抽时列入的比例", kind="share")]
            if results.resample_count
            else []
        ),
        *_tie_column("list_entries", frame),
        Column("state", "名单状态", "long", lambda row, here: results.list_states[row["list"]].text, widest=36),
    )
    rows = frame.sort(order_position("list", order), "place", "unit").to_dicts()
    return Sheet(LISTS, "名单", "每份名单上的单位", columns, rows, frozen=4)


def outcomes_sheet(results: ResultTables) -> Sheet | None:
    """Every consequence with the unit and list that caused it; nothing where the plan has none."""
    if not results.plan.outcomes:
        return None
    frame = results.published("outcomes")
    rows = frame.sort(order_position("list", [*results.plan.list_titles]), "place", "unit", "outcome").to_dicts()
    columns = (
        *unit_columns(results),
        known_column("outcomes", "list", results.stated_titles),
        known_column("outcomes", "place", kind="place"),
        *_subject_columns(results, "outcomes"),
        *([known_column("outcomes", "amount", kind="points")] if frame["amount"].is_not_null().any() else []),
        *([known_column("outcomes", "until")] if (frame["until"].fill_null("") != "").any() else []),
        known_column("outcomes", "clause"),
    )
    return Sheet(OUTCOMES, "结果运用", "因名单而产生的每一条后果", columns, rows, frozen=2)


def _subject_columns(results: ResultTables, source: str) -> tuple[Column, ...]:
    """Whom a consequence is for by name, persons of the unit being its own, and what it is."""
    return (
        known_column(source, "subject_kind", wording.SUBJECTS),
        replace(
            known_column(source, "subject"),
            cell=lambda row, here: results.subject_name(row["subject_kind"], row["subject"]),
        ),
        known_column(source, "effect_name", kind="long"),
    )


def sums_sheet(results: ResultTables) -> Sheet | None:
    """What amounts come to for each subject; nothing where no consequence has an amount."""
    frame = results.published("outcome_sums").sort("amount", "subject", "effect")
    if frame.is_empty():
        return None
    columns = (
        *_subject_columns(results, "outcome_sums"),
        known_column("outcome_sums", "amount", kind="points"),
        known_column("outcome_sums", "unit_of_measure"),
        known_column("outcome_sums", "entries"),
    )
    return Sheet(SUMS, "结果合计", "各对象有数额的后果合计", columns, frame.to_dicts(), frozen=2)


def readings_sheet(results: ResultTables) -> Sheet | None:
    """What the plan leaves open, with what each other answer would change where that was tried."""
    if not results.plan.readings:
        return None
    tried = results.has("reading_effects") and results.published("reading_effects").height > 0
    widths = {"question": 36, "clause": 14, "official": 30, "answer": 30}
    columns = [known_column("reading_effects", name, kind="long", widest=room) for name, room in widths.items()]
    if not tried:
        rows = [
            {"question": one.question, "clause": one.clause, "official": one.official, "answer": answer}
            for one in results.plan.readings
            for answer in ([other.answer for other in one.otherwise] or [""])
        ]
        return Sheet(OPEN, "存疑", "方案没有写明之处：公布的理解、其他理解", tuple(columns), rows, frozen=1)
    columns += [known_column("reading_effects", name) for name in ("memberships", "units_touched", "places_moved")]
    effects = {"told": 90, "why": 30}
    columns += [known_column("reading_effects", name, kind="long", widest=room) for name, room in effects.items()]
    rows = results.published("reading_effects").to_dicts()
    says = "方案没有写明之处：公布的理解、其他理解和换成它们的变化"
    return Sheet(OPEN, "存疑", says, tuple(columns), rows, frozen=1)
