"""Leaves of happenings: which entries count, deeds, ladders, vetoes, and what each cycle comes to (M2, E6, E7)."""

from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.reference import counting
from tests.reference.campaign import NONE, Campaign, Mark, Row, Tree, grouped, true
from tests.reference.numbers import day, key, nth, number, optional


def deeds(known: Campaign, id: str) -> list[tuple[Row, str | None, str | None]]:
    """Every entry of a leaf with its cycle and why it does not count; same deeds not yet looked at."""
    rule = known.components[id]["events"]
    return [
        (row, counting.cycle_of(known.cycles(id), day(row["happened_on"])), _not_counted(known, id, rule, row))
        for row in known.rows("events")
        if row["item"] in rule["items"] and not counting.out_of_scope(known, id, row["unit"])
    ]


def _not_counted(known: Campaign, id: str, rule: Tree, row: Row) -> str | None:
    item = rule["items"][row["item"]]
    if row["status"] not in rule.get("counts", ["confirmed", "upheld"]):
        return "not_confirmed"
    if counting.cycle_of(known.cycles(id), day(row["happened_on"])) is None:
        return "outside_window"
    deadline = item.get("extended") if true(row.get("extended")) and item.get("extended") else item.get("within")
    if deadline:
        due, closed = _due(deadline, day(row["opened_on"])), day(row.get("closed_on"))
        if closed and closed <= due:
            return "in_time"
        if not closed and due >= known.today:
            return "not_due"
    return "not_signed" if rule.get("needs") == "signed" and not row.get("signed_on") else None


def _due(deadline: Tree, opened: Any) -> date:
    (kind, many), *_ = deadline.items()
    if kind == "days":
        return opened + timedelta(days=int(many))
    if kind == "months":
        months = opened.month - 1 + int(many)
        year, month = opened.year + months // 12, months % 12 + 1
        return date(year, month, min(opened.day, monthrange(year, month)[1]))
    from chinese_calendar import is_workday

    left, when = int(many), opened
    while left:
        when += timedelta(days=1)
        left -= is_workday(when)
    return when


def values(known: Campaign, id: str, units: list[str]) -> dict[str, dict[str, Mark]]:
    rule = known.components[id]["events"]
    placed = [(row, cycle) for row, cycle, reason in deeds(known, id) if reason is None]
    found: dict[str, dict[str, Mark]] = {}
    for unit in units:
        mine = sorted(
            ((row, cycle) for row, cycle in placed if row["unit"] == unit),
            key=lambda one: (day(one[0]["happened_on"]), nth(one[0]["event"])),
        )
        counted = _gravest(rule, mine) if rule.get("same_deed") else mine
        points = _points(rule, counted)
        vetoes = [(rule["items"][row["item"]], cycle) for row, cycle in mine if rule["items"][row["item"]].get("veto")]
        if any(item["veto"] == "not_ranked" for item, _ in vetoes):
            found[unit] = {cycle.id: NONE.flagged("veto") for cycle in known.cycles(id)}
            continue
        year = any(item.get("veto_per", "year") == "year" for item, _ in vetoes)
        empty = {cycle for item, cycle in vetoes} if not year else {cycle.id for cycle in known.cycles(id)}
        found[unit] = {
            cycle.id: _bounded(rule, points.get(cycle.id, Fraction(0)), cycle.id in empty) for cycle in known.cycles(id)
        }
    return found


def _gravest(rule: Tree, mine: list[tuple[Row, Any]]) -> list[tuple[Row, Any]]:
    """Of the entries of one deed the one that weighs most; an entry on a ladder weighs as on its first rung."""
    kept = []
    for same in grouped(mine, lambda one: one[0].get("deed") or ("own", one[0]["event"])).values():
        kept.append(max(enumerate(same), key=lambda pair: (key(abs(_weight_of(rule, pair[1][0]))), -pair[0]))[1])
    return [one for one in mine if any(one is other for other in kept)]


def _weight_of(rule: Tree, row: Row) -> Fraction:
    item = rule["items"][row["item"]]
    each = number(item["ladder"][0]) if item.get("ladder") else _each(item, row)
    return each * _times(row) * _factor(item, row)


def _times(row: Row) -> int:
    return int(row.get("times") or 1)


def _each(item: Tree, row: Row) -> Fraction:
    points = item.get("points")
    ends = points if isinstance(points, list) else [points, points]
    if ends[0] is not None and ends[1] is not None and number(ends[0]) == number(ends[1]):
        return number(ends[0])
    return optional(row.get("points")) or Fraction(0)


def _factor(item: Tree, row: Row) -> Fraction:
    factor = Fraction(1)
    for name, times in item.get("factors", {}).items():
        factor *= number(times) if name in (row.get("factors") or []) else 1
    return factor


def _points(rule: Tree, counted: list[tuple[Row, Any]]) -> dict[str, Fraction]:
    """What the entries of each cycle come to; only those that count climb a ladder, in order of day and number."""
    found: dict[str, Fraction] = {}
    climbed: dict[tuple[str, str], int] = {}
    for row, cycle in counted:
        item = rule["items"][row["item"]]
        if item.get("ladder"):
            first = climbed.get((cycle, row["item"]), 0)
            climbed[cycle, row["item"]] = first + _times(row)
            rungs = [
                number(item["ladder"][min(nth, len(item["ladder"]) - 1)]) for nth in range(first, first + _times(row))
            ]
            points = sum(rungs, Fraction(0))
        else:
            points = _each(item, row) * _times(row)
        found[cycle] = found.get(cycle, Fraction(0)) + points * _factor(item, row)
    return found


def _bounded(rule: Tree, points: Fraction, emptied: bool) -> Mark:
    """Base and points within cap and floor; what a veto empties is zero, or the lowest that the leaf can give."""
    summed, floor_, cap = number(rule.get("base", 0)) + points, optional(rule.get("floor")), optional(rule.get("cap"))
    if emptied:
        lowest = min(Fraction(0), summed) if floor_ is None else min(Fraction(0), floor_)
        return Mark(lowest, frozenset({"veto_zero"}), zeroed=True)
    if cap is not None:
        summed = min(summed, cap)
    return Mark(summed if floor_ is None else max(summed, floor_))


def emptied_for_the_year(known: Campaign, id: str, unit: str) -> bool:
    """Whether a veto empties a leaf for a unit, not for one cycle alone."""
    items = known.components[id]["events"]["items"]
    mine = (items[row["item"]] for row, _, reason in deeds(known, id) if reason is None and row["unit"] == unit)
    return any(item.get("veto") == "zero" and item.get("veto_per", "year") == "year" for item in mine)
