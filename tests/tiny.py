"""A tiny campaign to write rules against: one component under test, units 甲 乙 丙 …, facts as small tables."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from pingyi.plan import Plan
from pingyi.plan.consistency import inconsistencies
from pingyi.scoring.review import Review

YEAR = {"id": "全年", "from": "2020-01-01", "to": "2020-12-31"}
HALVES = [
    {"id": "上半年", "from": "2020-01-01", "to": "2020-06-30"},
    {"id": "下半年", "from": "2020-07-01", "to": "2020-12-31"},
]
MONTHS = [
    {"id": "1月", "from": "2020-01-01", "to": "2020-01-31"},
    {"id": "2月", "from": "2020-02-01", "to": "2020-02-29"},
    {"id": "3月", "from": "2020-03-01", "to": "2020-03-31"},
]


def tree(*components: Mapping[str, Any], **sections: Any) -> dict[str, Any]:
    """A plan as a tree: the first component is ranked, the best unit is listed, unless sections say otherwise."""
    first = components[0]["id"]
    return {
        "campaign": {
            "id": "tiny",
            "title": "小活动",
            "place": "某县",
            "year": "2020",
            "document": "方案",
            "issued": "2020-01-01",
            "office": "评议办",
        },
        "calendar": [],
        "cycles": {"year": [YEAR], "half": HALVES, "month": MONTHS},
        "units": {"categories": ["机关", "站所"], "management": ["单独", "双重"], "grades": ["优秀", "合格"]},
        "components": [dict(component) for component in components],
        "standings": [{"id": "rank", "of": first, "ties": ["share"]}],
        "lists": [{"id": "先进", "from": "units", "by": "rank", "side": "top", "take": "1"}],
    } | sections


def plan(*components: Mapping[str, Any], **sections: Any) -> Plan:
    """The typed plan of such a tree; it must be consistent."""
    made = Plan.model_validate(tree(*components, **sections))
    assert (found := inconsistencies(made)) == [], found
    return made


def table(text: str) -> list[dict[str, str | None]]:
    """Rows of a small table: cells parted by |, a dash for nothing."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [dict(zip(lines[0], [None if cell == "-" else cell for cell in line], strict=True)) for line in lines[1:]]


def units(names: str = "甲 乙 丙", **traits: Mapping[str, str]) -> list[dict[str, Any]]:
    """Units by name; traits by column: category={"丙": "站所"}."""
    blank = {"category": "机关", "organ": "某局", "township": None, "management": "单独", "system": None}
    return [
        {"unit": name, "name": name, **blank} | {column: of[name] for column, of in traits.items() if name in of}
        for name in names.split()
    ]


def review(made: Plan, rows: Mapping[str, list[dict[str, Any]]], stage: str = "outcomes", *, draws: int = 0) -> Review:
    """A review of plain rows, taken through a stage."""
    frames = {name: pl.DataFrame(one, infer_schema_length=None) for name, one in rows.items() if one}
    return Review.begin(made, frames, draws=draws).through(stage)


def marks(made: Plan, rows: Mapping[str, list[dict[str, Any]]], component: str) -> dict[str, str | None]:
    """Marks of a component by unit, written without trailing zeros; None where a unit has none."""
    found = review(made, rows, "marks").table("component_marks").filter(pl.col("component") == component)
    return {row["unit"]: written(row["marks"]) for row in found.to_dicts()}


def written(mark: Any) -> str | None:
    """A decimal as a person writes it."""
    return None if mark is None else format(mark.normalize(), "f")


def counts(text: str, method: str = "sat", **more: str) -> list[dict[str, Any]]:
    """Votes by unit and level as rows of ready counts: the first column names the unit, the others are levels."""
    rows = table(text)
    return [
        {"method": method, "unit": row["unit"], "level": level, "votes": int(votes or 0), **more}
        | {key: row[key] for key in ("cycle", "grp", "item", "channel") if key in row}
        for row in rows
        for level, votes in row.items()
        if level not in ("unit", "cycle", "grp", "item", "channel")
    ]
