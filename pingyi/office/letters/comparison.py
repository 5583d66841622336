"""What letters are written from, and what a unit's marks, places and lists are among those of its like."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import polars as pl

from pingyi.common import wording
from pingyi.explain import Explanation, Part, Placing
from pingyi.office.letters import WHOLE, Bar, Block, Cells, Deep, Line, fit_grid, table_columns
from pingyi.plan import Component
from pingyi.plan.events import Events
from pingyi.plan.ratings import Ratings
from pingyi.results import resampled_counts
from pingyi.results.result_tables import Grouped, ResultTables, Row, group_rows, number_order, once_per_review

LEAST_ALIKE = 3
"""With fewer units of a kind a mean would tell one of them what the other has."""


@dataclass(frozen=True, slots=True)
class Among:
    """A unit's marks among those of its like. place, low: from the top and from the bottom; same: how many share it."""

    mean: Fraction
    best: Decimal
    place: int
    low: int
    same: int
    of: int


@once_per_review
def marks_of_kinds(results: ResultTables) -> dict[tuple[str, str], list[Decimal]]:
    """The marks of each kind of units in a component, by component and kind, the highest first."""
    found: defaultdict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for row in results.rows("component_marks"):
        if row["marks"] is not None:
            found[row["component"], results.unit_kinds[row["unit"]]].append(row["marks"])
    return {key: sorted(marks, reverse=True) for key, marks in found.items()}


def rank_alike(results: ResultTables, component: str, unit: str) -> Among | None:
    """Where a unit stands among its like; None where it has no marks, or too few are like it."""
    own = results.marks[component, unit]["marks"]
    marks = marks_of_kinds(results).get((component, results.unit_kinds[unit]), [])
    if own is None or len(marks) < LEAST_ALIKE:
        return None
    better, same = sum(mark > own for mark in marks), marks.count(own)
    low = len(marks) - better - same + 1
    return Among(Fraction(sum(marks)) / len(marks), marks[0], better + 1, low, same, len(marks))


@once_per_review
def events_of_units(results: ResultTables) -> Grouped:
    """Published events with what they cost or earn, by unit, in the order in which they happened."""
    more = {row["event"]: row for row in results.rows("events")}
    rows = [more[row["event"]] | row for row in results.published("event_points").iter_rows(named=True)]
    return group_rows(sorted(rows, key=lambda row: (row["happened_on"], *number_order(row["event"]))), "unit")


def rating_rule(leaf: Component) -> Ratings:
    """How the leaf is scored from levels."""
    assert leaf.ratings is not None
    return leaf.ratings


def event_rule(leaf: Component) -> Events:
    """How the leaf is scored from events."""
    assert leaf.events is not None
    return leaf.events


def rows_of(frame: pl.DataFrame, unit: str) -> list[Row]:
    """A unit's rows of a table."""
    return frame.filter(unit=unit).to_dicts()


ABSENT = "你单位本年度{}，不参加评议，没有得分和名次。"
UNRANKED = "本年度没有得分和名次。"

PLACES = table_columns(
    {"排名": 44, "得分/满分": 26, "第几名": 18, "共几个": 18, "名次范围": 24, "说明": 30},
    numbers=("得分/满分", "第几名", "共几个", "名次范围"),
)
LISTS = table_columns({"名单": 32, "结果": 24, "说明": 88, "条款": 16})


def describe_results(results: ResultTables, told: Explanation) -> list[Block]:
    """Places with how many are ranked and how sure they are, and every list with its margin."""
    if told.absent:
        return [Line(ABSENT.format(told.absent))]
    places = fit_grid(PLACES, [_place_row(one) for one in told.placings])
    if any(one.span for one in told.placings):
        places.append(
            Line(f"名次范围：{resampled_counts.explain_range(results.resample_count)}。不是对再评一次的预测。", "note")
        )
    titles = {one.id: one.title for one in results.plan.bands}
    bands = rows_of(results.published("band_entries"), told.unit)
    lists = [
        (one.titled, f"列入，第 {one.place} 位" if one.listed else "未列入", one.why, one.clause)
        for one in told.verdicts
    ]
    return [
        *(places or [Line(UNRANKED)]),
        *(Line(f"{titles.get(row['band_set'], row['band_set'])}：{row['band']}。", "item") for row in bands),
        *fit_grid(LISTS, list(lists)),
    ]


def _place_row(one: Placing) -> Cells:
    if one.place is None:
        return (one.name, wording.NOTHING, wording.NOTHING, wording.NOTHING, "", one.why)
    return (one.name, one.marks, str(one.place), str(one.of), one.span, one.why)


TREE_WIDTHS = {
    "指标": 45,
    "满分": 13,
    "得分": 15,
    "同类平均": 15,
    "同类最高": 15,
    "与平均差": 15,
    "得分比例": 30,
    "说明": 12,
}
WITH_FLAGS = {"指标": 39, "得分比例": 22, "说明": 26}
"""Widths of columns where a component has something to be said of it."""
TREE_NUMBERS = ("满分", "得分", "同类平均", "同类最高", "与平均差")


def tree_table(results: ResultTables, told: Explanation) -> list[Block]:
    """Every component with its full marks, the mean and the best of the unit's like, and a bar of its share."""
    if not told.parts:
        return []
    top = min(part.depth for part in told.parts)
    flagged = any(part.flag for part in told.parts)
    columns = table_columns(TREE_WIDTHS | (WITH_FLAGS if flagged else {}), TREE_NUMBERS)
    rows = [_component_row(results, told.unit, part, top) for part in told.parts]
    kind = results.unit_kinds[told.unit]
    note = f"同类指“{kind}”，有得分的单位都在内。条形是得分占满分的比例，竖线是同类平均。"
    return [*fit_grid(columns, rows), Line(note, "note")]


def _component_row(results: ResultTables, unit: str, part: Part, top: int) -> Cells:
    among = rank_alike(results, part.component, unit)
    return (
        Deep(part.name, part.depth - top),
        wording.NOTHING if part.full is None else wording.plain(part.full),
        wording.shown(part.marks),
        wording.shown(among.mean if among else None),
        wording.shown(among.best if among else None),
        _difference_text(part.marks, among),
        _marks_bar(part, among),
        part.flag,
    )


def _difference_text(marks: Decimal | None, among: Among | None) -> str:
    """How far above or below the mean: +1.20, −0.35."""
    return wording.NOTHING if marks is None or among is None else signed_text(Fraction(marks) - among.mean)


def signed_text(value: Fraction) -> str:
    """A difference with two places and its sign; what rounds to zero has none."""
    shown = wording.shown(value)
    return f"+{shown}" if value > 0 and shown.strip("0.") else shown


def _marks_bar(part: Part, among: Among | None) -> Bar | None:
    if part.marks is None or not part.full or part.full < 0 or part.flag == wording.FLAGS["unmeasured"]:
        return None
    return Bar(_thousandths(part.marks, part.full), _thousandths(among.mean, part.full) if among else None)


def _thousandths(value: Decimal | Fraction, full: Decimal) -> int:
    whole = int(wording.rounded(Fraction(value) / Fraction(full) * WHOLE, 0))
    return min(max(whole, 0), WHOLE)


MOST_TOLD = 3
"""Leaves told as strong, and as weak."""
STRENGTHS = table_columns(
    {"比较": 12, "指标": 52, "得分": 18, "同类平均": 18, "相差": 16, "在同类中": 44},
    numbers=("得分", "同类平均", "相差"),
)


def strengths_table(results: ResultTables, told: Explanation) -> list[Block]:
    """The leaves in which the unit stands best, and worst, among its like."""
    measured = [
        (part, among)
        for part in told.parts
        if results.marks[part.component, told.unit]["flag"] != "unmeasured"
        and not results.plan.component(part.component).of
        and (among := rank_alike(results, part.component, told.unit))
    ]
    placed = sorted(measured, key=lambda one: _relative_place(one[1]))
    strong = [one for one in placed if _is_apart(*one, "+") and _is_rare(one[1].place, one[1])]
    weak = [one for one in reversed(placed) if _is_apart(*one, "−") and _is_rare(one[1].low, one[1])]
    rows = [_strength_row("较好", f"第 {one[1].place}", *one) for one in strong[:MOST_TOLD]]
    rows += [_strength_row("偏弱", f"倒数第 {one[1].low}", *one) for one in weak[:MOST_TOLD]]
    return fit_grid(STRENGTHS, rows)


def _is_apart(part: Part, among: Among, sign: str) -> bool:
    return _difference_text(part.marks, among).startswith(sign)


def _is_rare(place: int, among: Among) -> bool:
    """Whether at most half of its like stand as far at this end as the unit does."""
    return 2 * (place - 1 + among.same) <= among.of


def _relative_place(among: Among) -> Fraction:
    """0: alone at the top; 1: alone at the bottom; those of equal marks share the middle of their places."""
    return Fraction(2 * (among.place - 1) + among.same - 1, 2 * (among.of - 1))


def _strength_row(what: str, place: str, part: Part, among: Among) -> Cells:
    equal = f"，{among.same} 个并列" if among.same > 1 else ""
    mean, apart = wording.shown(among.mean), _difference_text(part.marks, among)
    return (what, part.name, wording.shown(part.marks), mean, apart, f"{place}（共 {among.of} 个{equal}）")
