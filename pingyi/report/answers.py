"""The page of answers: final lists, what changed against last year, what is to be decided, key figures."""

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from pingyi.common import wording
from pingyi.plan import ListRule
from pingyi.plan.ranking import Standing
from pingyi.report import table as cells
from pingyi.report.rating_sections import component_titles, counted_votes, judged_forms, ratings_aside
from pingyi.results import resampled_counts
from pingyi.results.result_tables import ResultTables, Row, has_groups, in_groups


@dataclass(frozen=True, slots=True)
class Entry:
    """A unit on a list. total: shown; exact: all places. others: further lists it is on.

    group: in which it has its place, where groups have places of their own.
    """

    place: int
    unit: str
    name: str
    organ: str
    total: str
    exact: str
    others: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A final list. full: the full marks of its totals.

    state: proposed, or decided when, by whom, with which document; empty where it is no list.
    """

    id: str
    title: str
    clause: str
    says: str
    good: bool
    entries: tuple[Entry, ...]
    sure: str
    state: str = ""
    full: str = ""

    @property
    def titled(self) -> str:
        """The title with the state."""
        return f"{self.title}（{self.state}）" if self.state else self.title


@dataclass(frozen=True, slots=True)
class Change:
    """A list against the year before: units that stayed, are new, or left. known: whether that year is on record."""

    title: str
    year: int
    known: bool
    stayed: tuple[tuple[str, str], ...]
    new: tuple[tuple[str, str], ...]
    left: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """Something to decide or to know, for several units at once. units: id and name."""

    severity: str
    what: str
    where: str
    clause: str
    found: tuple[str, ...]
    wanted: str
    units: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A key figure: what, how much, and what belongs to it."""

    what: str
    value: str
    unit: str
    note: str = ""


def cards(results: ResultTables) -> list[Card]:
    """The final lists, in the order of the plan; of a plan without lists, how the units stand."""
    lists = [_list_card(results, rule) for rule in results.plan.lists]
    return lists or [_standing_card(results, one) for one in results.final_standings]


MOST_SHOWN = 12
"""Units of a standing that a card shows."""


def _standing_card(results: ResultTables, one: Standing) -> Card:
    """The first units of a standing."""
    totals = results.published("totals").filter(standing=one.id).sort("overall", "unit")
    rows = totals.with_columns(organ=pl.col("unit").replace_strict(results.unit_organs, default=""))
    apart = has_groups(rows)
    first = rows.filter(pl.int_range(pl.len()).over("group") < MOST_SHOWN) if apart else rows.head(MOST_SHOWN)
    entries = _entries(results, first, {})
    each = "每组" if apart else ""
    more = f"{each}只列前 {MOST_SHOWN} 个，共 {rows.height} 个。" if rows.height > first.height else ""
    full = cells.full_marks_line(results.ranked_component(one.id))
    return Card(f"standing-{one.id}", one.title, one.clause, one.says, True, entries, more, full=full)


def _list_card(results: ResultTables, rule: ListRule) -> Card:
    inner = {other.title: _listed_units(results, other) for other in results.plan.lists if rule.id in other.pool}
    entries = _entries(results, results.entries_of(rule), inner)
    chances = results.published("list_chances").filter(list=rule.id)
    state = results.list_states[rule.id]
    sure = (
        resampled_counts.describe_list_chances(chances, results.unit_names, rule.title)
        if results.resample_count and entries and not state.decided
        else ""
    )
    full = cells.full_marks_line(results.ranked_component(rule.by))
    return Card(rule.id, rule.title, rule.clause, rule.says, rule.good, entries, sure, state.text, full)


def _listed_units(results: ResultTables, rule: ListRule) -> set[str]:
    return set(results.entries_of(rule)["unit"].to_list())


def _entries(results: ResultTables, rows: pl.DataFrame, inner: dict[str, set[str]]) -> tuple[Entry, ...]:
    apart = has_groups(rows)
    return tuple(_entry(results, row, inner, apart) for row in in_groups(rows).iter_rows(named=True))


def _entry(results: ResultTables, row: Row, inner: dict[str, set[str]], apart: bool) -> Entry:
    total: Decimal | None = row["total"]
    others = "、".join(title for title, units in inner.items() if row["unit"] in units)
    exact = wording.exact(total) if total is not None else ""
    organ = row["organ"] if results.organs_differ else ""
    name = row["name"] if organ else results.unit_names[row["unit"]]
    group = results.group_names.get(row["group"] or "", row["group"] or "") if apart else ""
    return Entry(row["place"], row["unit"], name, organ, wording.shown(total), exact, others, group)


def changes(results: ResultTables) -> list[Change]:
    """Each final list against the year before; none where no list of that year is on record."""
    earlier = results.counted("earlier_entries")
    found = [_change(results, rule, earlier) for rule in results.plan.lists]
    return found if any(one.known for one in found) else []


def _change(results: ResultTables, rule: ListRule, earlier: pl.DataFrame) -> Change:
    year = results.plan.campaign.year - 1
    before = set(earlier.filter((pl.col("year") == year) & (pl.col("list") == rule.id))["unit"].to_list())
    now = _listed_units(results, rule)
    stayed, new, left = (_ids_and_names(results, units) for units in (now & before, now - before, before - now))
    return Change(results.stated_titles[rule.id], year, bool(before), stayed, new, left)


def _ids_and_names(results: ResultTables, units: set[str]) -> tuple[tuple[str, str], ...]:
    """Ids and names; a unit no longer on the roster has no section to lead to."""
    gone = {unit: ("", f"{unit}（已不在名录）") for unit in units if unit not in results.unit_names}
    return tuple(gone.get(unit, (unit, results.unit_names.get(unit, unit))) for unit in sorted(units))


SEVERITIES = {"decision": "待决定", "notice": "提示"}

NOTICES = {
    **wording.FLAGS,
    "tie_open": "截至目前同分，要公开抽签",
    "tie_lot": "同分，已按公开抽签定先后",
    "key_missing": "同分，比较的一项没有得分",
    "unranked": "没有名次",
    "veto": "一票否决",
    "veto_absent": "被一票否决的单位不在名单上",
    "exempt_absent": "免评单位没有直接列入",
    "absent": "评议期内不存在的单位没有参评",
    "inherited": "往年名单按前身计入",
    "reclassified": "年内换了类别或主管部门",
    "vacant_seats": "名额空着",
    "empty_list": "名单上没有单位",
    "below_bands": "得分低于最低一级",
    "no_township": "没有所属乡镇，对乡镇的结果没有对象",
    "decision_differs": "决定以后的数据会改变名单",
    "unused_value": "方案提到的取值没有单位是",
    "excluded": "交来而没有计入的数据",
    "pending_events": "事项还没有定论，暂不计分",
    "undeducted": "问题逾期或拒不整改而没有扣分",
    "correction_open": "更正或异议等待决定",
    "grade_missing": "缺主管部门考绩档次，有关结果无法确定",
    "voter_share": "参评人员的构成偏离规定比例",
}
"""Kinds of what somebody must decide or should know."""

OF_STANDINGS = ("tie_open", "tie_lot", "key_missing", "unranked")
"""Kinds that are about a standing; ties may be about a list too."""


def decisions(results: ResultTables, severity: str) -> list[Decision]:
    """What is to be decided (`decision`) or known (`notice`), one for each kind and place."""
    rows = results.published("faults").filter(severity=severity)
    kinds = rows.group_by("kind", "where", maintain_order=True)
    return [_decision(results, severity, same) for _, same in kinds]


def _decision(results: ResultTables, severity: str, rows: pl.DataFrame) -> Decision:
    first = rows.row(0, named=True)
    units = {unit: results.unit_names.get(unit, unit) for unit in rows["unit"] if unit}
    return Decision(
        severity=wording.named(severity, SEVERITIES),
        what=wording.named(first["kind"], NOTICES),
        where=_notice_subject(results, first["kind"], first["where"]),
        clause=first["clause"] or "",
        found=_findings(first["kind"], rows),
        wanted=first["wanted"] or "",
        units=tuple(units.items()),
    )


def _notice_subject(results: ResultTables, kind: str, where: str) -> str:
    """The standing, list, component, set of bands, consequence or organ that a notice is about."""
    bands = {one.id: one.title for one in results.plan.bands}
    effects = {one.id: results.plan.effects[one.effect].name or one.effect for one in results.plan.outcomes}
    names = effects | bands | results.plan.list_titles | results.plan.component_titles
    return wording.named(where, names | results.plan.standing_titles if kind in OF_STANDINGS else names)


NUMBERED = {"pending_events": "记录编号 {}", "undeducted": "问题编号 {}", "correction_open": "登记簿第 {} 条"}
"""Kinds whose notices are told by the numbers of what they are about."""


def _findings(kind: str, rows: pl.DataFrame) -> tuple[str, ...]:
    """What the notices of a kind and place found, each thing once."""
    told = list(dict.fromkeys(found for found in rows["found"] if found))
    if kind in NUMBERED:
        return (NUMBERED[kind].format(wording.joined(told, 12)),)
    return tuple(wording.flags(one) if kind == "unranked" else one for one in told)


def key_figures(results: ResultTables) -> list[KeyFigure]:
    """The size of the campaign in a few numbers."""
    roster = results.published("roster")
    exempt, organs = roster.filter(absent="exempt").height, roster["organ"].n_unique()
    found = [
        KeyFigure(
            "名录单位", wording.counted(roster.height), "个", f"属 {organs} 个主管部门" if results.organs_differ else ""
        ),
        KeyFigure("免评", str(exempt), "个", "不参加本次评议") if results.plan.units.exempt else None,
        _vote_figure(results),
        _form_figure(results),
        _event_figure(results),
        _problem_figure(results),
    ]
    return [one for one in found if one is not None]


def _vote_figure(results: ResultTables) -> KeyFigure | None:
    if not results.rated_leaves:
        return None
    left = int(ratings_aside(results, results.rated_leaves)["ratings"].sum() or 0)
    note = f"{component_titles(results.rated_leaves)}；另有 {wording.counted(left)} 条未计入"
    votes = counted_votes(results, results.rated_leaves)
    return None if votes is None else KeyFigure("计入的票", wording.counted(votes), "票", note)


def _form_figure(results: ResultTables) -> KeyFigure | None:
    found = judged_forms(results)
    if not found.height:
        return None
    valid = int(found.filter(pl.col("reason").is_null())["forms"].sum() or 0)
    void = int(found["forms"].sum() or 0) - valid
    votes = counted_votes(results, results.ballot_leaves)
    whole = "票数不单列" if votes is None else f"合 {wording.counted(votes)} 票"
    ballots = f"{component_titles(results.ballot_leaves)}，{whole}；" if results.ballot_leaves else ""
    return KeyFigure("有效选票", wording.counted(valid), "张", f"{ballots}另有无效 {wording.counted(void)} 张")


def _problem_figure(results: ResultTables) -> KeyFigure | None:
    if not results.has("problem_states") or not (every := results.published("problem_states")).height:
        return None
    left = every.filter(pl.col("status").is_in(wording.UNSETTLED)).height
    return KeyFigure("整改问题", wording.counted(every.height), "个", f"其中 {left} 个还没有整改到位")


def _event_figure(results: ResultTables) -> KeyFigure | None:
    if not any(one.events for one in results.plan.components):
        return None
    events = results.published("event_points").filter(pl.col("points") != 0)
    counted = events.filter(pl.col("not_counted").is_null()).height
    return KeyFigure(
        "计分事项", wording.counted(counted), "件", f"另有 {wording.counted(events.height - counted)} 件未计"
    )
