"""Conditions and how the unit stands to each: 总得分 70 分以上（含），实际 68.50 分."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from pingyi.common import wording
from pingyi.explain.conditions import each
from pingyi.explain.tables import Tables
from pingyi.plan.ranking import Bounds, When, YearsRunning


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition in words, what the unit has, and whether it holds."""

    said: str
    actual: str
    holds: bool

    @property
    def text(self) -> str:
        """The condition with what the unit has."""
        return f"{self.said}，实际{self.actual}"


def looked_at(tables: Tables, when: When, unit: str, place: int | None, own_list: str = "") -> list[Condition]:
    """Every condition of a rule for a unit.

    place: the unit's place on the list that a condition means. own_list: the list whose condition it is, if a list's.
    """
    found = zip(each(tables.plan, when), _each(tables, when, unit, place, own_list), strict=True)
    return [Condition(said, actual, holds) for said, (actual, holds) in found]


def told(conditions: list[Condition]) -> str:
    """Conditions in one line."""
    return "；".join(one.text for one in conditions)


def _each(tables: Tables, when: When, unit: str, place: int | None, own_list: str) -> Iterator[tuple[str, bool]]:
    """What the unit has and whether that will do, in the order in which conditions are said."""
    for trait, values in when.units.items():
        value = tables.traits.get((unit, trait), "")
        yield f"为{value or '空'}", value in values
    for component, bounds in when.marks.items():
        row = tables.marks.get((component, unit))
        yield _number(row["marks"] if row else None, bounds, "分")
    if when.place:
        yield _number(None if place is None else Decimal(place), when.place, "名", places=0)
    if when.grade:
        grade = tables.grades.get(tables.roster[unit]["organ"])
        yield f"为{grade or '空'}", grade in when.grade
    if when.running:
        yield _running(tables, when.running, unit, own_list)


def _running(tables: Tables, running: YearsRunning, unit: str, own_list: str) -> tuple[str, bool]:
    """In which years the unit was on the list; this year's is looked at unless it is the one being drawn up."""
    this_year = tables.plan.campaign.year
    years = {this_year - ago for ago in range(1, running.years)}
    earlier = {year: tables.earlier.get((running.list_, unit, year)) for year in years}
    listed = {year for year, former in earlier.items() if former is not None}
    if running.list_ != own_list:
        years |= {this_year}
        listed |= {this_year} if (running.list_, unit) in tables.entries else set()
    told = "、".join(_year(year, earlier.get(year)) for year in sorted(listed)) or "没有"
    return f"列入的年度：{told}", listed == years


def _year(year: int, former: str | None) -> str:
    return f"{year}（{wording.as_former(former)}）" if former else str(year)


def _number(value: Decimal | None, bounds: Bounds, unit: str, places: int = 2) -> tuple[str, bool]:
    if value is None:
        return "没有", False
    low = (bounds.start is None or value >= bounds.start) and (bounds.above is None or value > bounds.above)
    high = (bounds.up_to is None or value <= bounds.up_to) and (bounds.below is None or value < bounds.below)
    return f" {wording.shown(value, places)} {unit}", low and high
