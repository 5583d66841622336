"""Units that change: when they exist, whose earlier entries are theirs, and which facts are of nobody."""

from datetime import date
from typing import Any

from tests.reference.numbers import day

Row = dict[str, Any]


def named(row: Row) -> list[str]:
    """The predecessors that a unit names."""
    return [code for code in (row.get("predecessor") or "").split("、") if code]


def takers(units: dict[str, Row], code: str, year: int, moved: bool) -> set[str]:
    """The units of today that an entry of a year under a code counts for.

    moved: the entry was put under this code by hand-over from another one, so it is no older than the unit.
    """
    found = {unit for unit, row in units.items() if code in named(row)}
    if code in units and _keeps(units, code, year, moved):
        found.add(code)
    waiting = [*found]
    while waiting:
        unit = waiting.pop()
        if not units[unit].get("abolished_on"):
            continue
        for other, row in units.items():
            if other not in found and other != unit and (unit in named(row) or units[unit].get("merged_into") == other):
                found.add(other)
                waiting.append(other)
    return found


def _keeps(units: dict[str, Row], code: str, year: int, moved: bool) -> bool:
    """Whether a unit's own code means the unit in that year too."""
    row = units[code]
    if code in named(row):
        return True
    if named(row) and any(code in named(other) for unit, other in units.items() if unit != code):
        return False
    founded = day(row.get("founded_on"))
    return moved or founded is None or year >= founded.year


def stood(row: Row, at: date | None) -> Row:
    """A unit as it was on a day: what ends or moves it later is not known; it is what it was before."""
    found = dict(row)
    if at is None:
        return found
    if (abolished := day(row.get("abolished_on"))) and abolished > at:
        found |= {"abolished_on": None, "merged_into": None}
    if (changed := day(row.get("changed_on"))) and changed > at:
        found |= {name: row[f"former_{name}"] for name in ("category", "organ") if row.get(f"former_{name}")}
    return found


def exists(row: Row, at: date) -> bool:
    """Whether a unit exists on a day; the days on which it is founded and abolished belong to it."""
    founded, abolished = day(row.get("founded_on")), day(row.get("abolished_on"))
    return not (founded and at < founded) and not (abolished and at > abolished)


def of_nobody(unit: Row | None, first: date | None, last: date | None) -> bool:
    """Whether what is of some day between first and last is of no day on which its unit exists."""
    if unit is None or first is None or last is None:
        return False
    founded, abolished = day(unit.get("founded_on")), day(unit.get("abolished_on"))
    return bool((founded and last < founded) or (abolished and first > abolished))
