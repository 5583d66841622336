"""The page of answers: final lists, what changed against last year, what is to be decided, key figures."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from pingyi.common import wording
from pingyi.plan import ListRule
from pingyi.plan.ranking import Standing
from pingyi.report import counts, notices
from pingyi.report.book import Book, full_below
from pingyi.report.groups import grouped, in_groups
from pingyi.results import redrawn

Row = dict[str, Any]


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
class Figure:
    """A key figure: what, how much, and what belongs to it."""

    what: str
    value: str
    unit: str
    note: str = ""


def cards(book: Book) -> list[Card]:
    """The final lists, in the order of the plan; of a plan without lists, how the units stand."""
    return [_card(book, rule) for rule in book.plan.lists] or [_standing(book, one) for one in book.finals]


MOST = 12
"""Units of a standing that a card shows."""


def _standing(book: Book, one: Standing) -> Card:
    """The first units of a standing."""
    totals = book.frame("totals").filter(pl.col("standing") == one.id).sort("overall", "unit")
    rows = totals.with_columns(organ=pl.col("unit").replace_strict(book.organs, default=""))
    first = rows.filter(pl.int_range(pl.len()).over("group") < MOST) if grouped(rows) else rows.head(MOST)
    entries = _entries(book, first, {})
    each = "每组" if grouped(rows) else ""
    more = f"{each}只列前 {MOST} 个，共 {rows.height} 个。" if rows.height > first.height else ""
    full = full_below(book.ranked(one.id))
    return Card(f"standing-{one.id}", one.title, one.clause, one.says, True, entries, more, full=full)


def _card(book: Book, rule: ListRule) -> Card:
    inner = {other.title: _units(book, other) for other in book.plan.lists if rule.id in other.pool}
    entries = _entries(book, book.entries(rule), inner)
    chances = book.frame("list_chances").filter(pl.col("list") == rule.id)
    state = book.states[rule.id]
    sure = redrawn.list_sure(chances, book.names, rule.title) if book.draws and entries and not state.decided else ""
    full = full_below(book.ranked(rule.by))
    return Card(rule.id, rule.title, rule.clause, rule.says, rule.good, entries, sure, state.told, full)


def _units(book: Book, rule: ListRule) -> set[str]:
    return set(book.entries(rule)["unit"].to_list())


def _entries(book: Book, rows: pl.DataFrame, inner: dict[str, set[str]]) -> tuple[Entry, ...]:
    apart = grouped(rows)
    return tuple(_entry(book, row, inner, apart) for row in in_groups(rows).iter_rows(named=True))


def _entry(book: Book, row: Row, inner: dict[str, set[str]], apart: bool) -> Entry:
    total: Decimal | None = row["total"]
    others = "、".join(title for title, units in inner.items() if row["unit"] in units)
    exact = wording.exact(total) if total is not None else ""
    organ = row["organ"] if book.organs_tell else ""
    name = row["name"] if organ else book.names[row["unit"]]
    group = book.groups.get(row["group"] or "", row["group"] or "") if apart else ""
    return Entry(row["place"], row["unit"], name, organ, wording.shown(total), exact, others, group)


def changes(book: Book) -> list[Change]:
    """Each final list against the year before; none where no list of that year is on record."""
    earlier = book.counted("earlier_entries")
    found = [_change(book, rule, earlier) for rule in book.plan.lists]
    return found if any(one.known for one in found) else []


def _change(book: Book, rule: ListRule, earlier: pl.DataFrame) -> Change:
    year = book.plan.campaign.year - 1
    before = set(earlier.filter((pl.col("year") == year) & (pl.col("list") == rule.id))["unit"].to_list())
    now = _units(book, rule)
    stayed, new, left = (_named(book, units) for units in (now & before, now - before, before - now))
    return Change(book.stated[rule.id], year, bool(before), stayed, new, left)


def _named(book: Book, units: set[str]) -> tuple[tuple[str, str], ...]:
    """Ids and names; a unit no longer on the roster has no section to lead to."""
    gone = {unit: ("", f"{unit}（已不在名录）") for unit in units if unit not in book.names}
    return tuple(gone.get(unit, (unit, book.names.get(unit, unit))) for unit in sorted(units))


def decisions(book: Book, severity: str) -> list[Decision]:
    """What is to be decided (`decision`) or known (`notice`), one for each kind and place."""
    rows = book.frame("faults").filter(pl.col("severity") == severity)
    kinds = rows.group_by("kind", "where", maintain_order=True)
    return [_decision(book, severity, same) for _, same in kinds]


def _decision(book: Book, severity: str, rows: pl.DataFrame) -> Decision:
    first = rows.row(0, named=True)
    named = [row for row in rows.iter_rows(named=True) if row["unit"]]
    units = {row["unit"]: book.names.get(row["unit"], row["unit"]) for row in named}
    return Decision(
        severity=wording.named(severity, notices.SEVERITIES),
        what=wording.named(first["kind"], notices.NOTICES),
        where=notices.about(book, first["kind"], first["where"]),
        clause=first["clause"] or "",
        found=notices.found(first["kind"], rows.to_dicts()),
        wanted=first["wanted"] or "",
        units=tuple(units.items()),
    )


def key_figures(book: Book) -> list[Figure]:
    """The size of the campaign in a few numbers."""
    roster = book.frame("roster")
    exempt, organs = roster.filter(pl.col("absent") == "exempt").height, roster["organ"].n_unique()
    found = [
        Figure("名录单位", wording.counted(roster.height), "个", f"属 {organs} 个主管部门" if book.organs_tell else ""),
        Figure("免评", str(exempt), "个", "不参加本次评议") if book.plan.units.exempt else None,
        _votes(book),
        *_forms(book),
        _events(book),
        _problems(book),
    ]
    return [one for one in found if one is not None]


def _votes(book: Book) -> Figure | None:
    if not book.rated:
        return None
    left = int(counts.aside(book, book.rated)["ratings"].sum() or 0)
    note = f"{counts.titles(book.rated)}；另有 {wording.counted(left)} 条未计入"
    votes = counts.votes(book, book.rated)
    return None if votes is None else Figure("计入的票", wording.counted(votes), "票", note)


def forms(book: Book) -> pl.DataFrame:
    """Forms judged as a whole: one row for each component and reason (null: valid), with their number.

    Without components of which a unit's votes are withheld: each form may be a vote for it.
    """
    relation = book.review.run.connection.table("forms")
    counted = relation.aggregate("component::varchar as component, void_because as reason, count(*) as forms")
    frame: pl.DataFrame = counted.order("all").pl()
    told = [id for id in book.disclosure.rules if book.disclosure.leaf(id).every_total]
    return frame.filter(pl.col("component").is_in(told))


def _forms(book: Book) -> list[Figure]:
    found = forms(book)
    valid = int(found.filter(pl.col("reason").is_null())["forms"].sum() or 0)
    void = int(found["forms"].sum() or 0) - valid
    votes = counts.votes(book, book.ballots)
    whole = "票数不单列" if votes is None else f"合 {wording.counted(votes)} 票"
    note = f"{counts.titles(book.ballots)}，{whole}；"
    note = f"{note if book.ballots else ''}另有无效 {wording.counted(void)} 张"
    return [Figure("有效选票", wording.counted(valid), "张", note)] if found.height else []


def _problems(book: Book) -> Figure | None:
    if not book.knows("problem_states") or not (every := book.frame("problem_states")).height:
        return None
    left = every.filter(pl.col("status").is_in(["open", "overdue", "refused"])).height
    return Figure("整改问题", wording.counted(every.height), "个", f"其中 {left} 个还没有整改到位")


def _events(book: Book) -> Figure | None:
    if not any(one.events for one in book.plan.components):
        return None
    events = book.frame("event_points").filter(pl.col("points") != 0)
    counted = events.filter(pl.col("not_counted").is_null()).height
    return Figure("计分事项", wording.counted(counted), "件", f"另有 {wording.counted(events.height - counted)} 件未计")
