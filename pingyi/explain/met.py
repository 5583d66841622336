"""Conditions and how the unit stands to each: 总得分 70 分以上（含），实际 68.50 分."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from pingyi import words
from pingyi.explain.conditions import each
from pingyi.explain.tables import Tables
from pingyi.plan.results import Bounds, When


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


def looked_at(tables: Tables, when: When, unit: str, list_: str) -> list[Condition]:
    """Every condition of a rule for a unit. list_: the list whose place is meant where a condition asks for one."""
    found = zip(each(tables.plan, when), _each(tables, when, unit, list_), strict=True)
    return [Condition(said, actual, holds) for said, (actual, holds) in found]


def told(conditions: list[Condition]) -> str:
    """Conditions in one line."""
    return "；".join(one.text for one in conditions)


def _each(tables: Tables, when: When, unit: str, list_: str) -> Iterator[tuple[str, bool]]:
    """What the unit has and whether that will do, in the order in which conditions are said."""
    for trait, values in when.units.items():
        value = tables.traits.get((unit, trait), "")
        yield f"为{value or '空'}", value in values
    for component, bounds in when.marks.items():
        row = tables.marks.get((component, unit))
        yield _number(row["marks"] if row else None, bounds, "分")
    if when.place:
        row = tables.entries.get((list_, unit))
        yield _number(Decimal(row["place"]) if row else None, when.place, "名", places=0)
    if when.grade:
        grade = tables.grades.get(tables.roster[unit]["organ"])
        yield f"为{grade or '空'}", grade in when.grade
    if when.running:
        since = tables.plan.campaign.year
        before = [since - ago for ago in range(1, when.running.years)]
        years = sorted(year for year in before if (when.running.list_, unit, year) in tables.history)
        yield f"此前列入：{'、'.join(map(str, years)) or '没有'}", len(years) == len(before)


def _number(value: Decimal | None, bounds: Bounds, unit: str, places: int = 2) -> tuple[str, bool]:
    if value is None:
        return "没有", False
    low = (bounds.start is None or value >= bounds.start) and (bounds.above is None or value > bounds.above)
    high = (bounds.up_to is None or value <= bounds.up_to) and (bounds.below is None or value < bounds.below)
    return f" {words.shown(value, places)} {unit}", low and high
