"""The judges of the four campaigns beside the first, and what joins them to the package: rows to frames and back."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import polars as pl

from pingyi import places
from pingyi.review import Review
from tests.judge import (
    jizhou_2012,
    lucheng_2018,
    random_jizhou,
    random_lucheng,
    random_yinchuan,
    random_yuanba,
    yinchuan_2018,
    yuanba_2018,
)
from tests.support import COLUMNS, answers_patch, plan_with

JUDGES: dict[str, tuple[ModuleType, ModuleType]] = {
    "yinchuan-2018": (yinchuan_2018, random_yinchuan),
    "yuanba-2018": (yuanba_2018, random_yuanba),
    "lucheng-2018": (lucheng_2018, random_lucheng),
    "jizhou-2012": (jizhou_2012, random_jizhou),
}
"""Campaign → its judge, and its random campaigns."""

MORE = {
    "units": ["stationed"],
    "ratings": ["own"],
    "counts": ["group"],
    "events": ["signed_on", "opened_on", "closed_on", "extended"],
}
"""Columns that only these campaigns' facts have."""

Found = dict[str, dict[Any, Any]]


def frames(facts: Any) -> dict[str, pl.DataFrame]:
    """A judge's facts as checked frames."""
    tables = {name: [*columns, *MORE.get(name, [])] for name, columns in COLUMNS.items() if name != "grades"}
    rows = {
        name: [{column: row.get(column) for column in columns} for row in getattr(facts, name)]
        for name, columns in tables.items()
    }
    for row in rows["events"]:
        row["points"] = None if row["points"] is None else f"-{row['points']}"
    for number, row in enumerate(rows["ratings"]):
        row |= {"source": "ratings.csv", "row": number}
    rows["lots"] = [{"standing": standing, "seed": seed} for standing, seed in facts.lots.items()]
    dates = {"signed_on": pl.Date, "opened_on": pl.Date, "closed_on": pl.Date, "extended": pl.Boolean}
    return {
        name: pl.DataFrame(one, infer_schema_length=None, schema_overrides=dates if name == "events" else None)
        for name, one in rows.items()
        if one
    }


def judge_facts(campaign: str, tables: Mapping[str, pl.DataFrame]) -> Any:
    """Checked frames as the judge's plain facts."""
    module, _ = JUDGES[campaign]
    rows = {name: frame.to_dicts() for name, frame in tables.items()}
    events = [row | {"points": None if row["points"] is None else str(abs(row["points"]))} for row in rows["events"]]
    ratings = [row | {"rated_on": row["rated_on"].date()} for row in rows["ratings"]]
    lots = {row["standing"]: row["seed"] for row in rows["lots"]}
    names = ("units", "counts", "marks", "history")
    return module.Facts(**{name: rows[name] for name in names}, ratings=ratings, events=events, lots=lots)


def by_package(campaign: str, tables: Mapping[str, pl.DataFrame], answers: Mapping[str, int]) -> Found:
    """Marks, totals and lists as the package finds them; rosters of random campaigns are of any size."""
    plan = plan_with(campaign, answers_patch(campaign, answers) | {"units.published": []})
    return of_review(Review.begin(plan, tables).through("outcomes"))


def of_review(review: Review) -> Found:
    """The same of a review whose stages are done."""
    marks, totals, entries = (review.table(name) for name in ("component_marks", "totals", "list_entries"))
    review.close()
    lists: dict[str, list[tuple[int, str]]] = {}
    for row in entries.filter(pl.col("draw") == 0).sort("place", "unit").to_dicts():
        lists.setdefault(row["list"], []).append((row["place"], row["unit"]))
    counted = marks.filter(pl.col("draw") == 0).drop_nulls("marks")
    return {
        "marks": {(row["component"], row["unit"]): row["marks"] for row in counted.to_dicts()},
        "totals": {
            (row["standing"], row["unit"]): (row["total"], row["place"])
            for row in totals.filter(pl.col("draw") == 0).to_dicts()
        },
        "lists": lists,
    }


def by_judge(campaign: str, facts: Any, answers: Mapping[str, int]) -> Found:
    """The same as the judge finds it."""
    verdict = JUDGES[campaign][0].judge(facts, dict(answers))
    lists = {name: sorted(entries) for name, entries in verdict.lists.items() if entries}
    return {"marks": dict(verdict.marks), "totals": dict(verdict.totals), "lists": lists}


def facts_of(campaign: str) -> dict[str, pl.DataFrame]:
    """The checked facts of a stored sample."""
    from pingyi.intake import read_facts

    return read_facts(places.facts_folder(campaign), plan_with(campaign, {})).tables
