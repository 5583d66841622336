"""What tests share: plans from patches, and plain rows as the frames that intake would deliver."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from pingyi.plan import Plan
from pingyi.plan.tree import Tree, patched
from pingyi.reading import read_file
from tests.judge.pingyang_2020 import Facts, Rules

ROOT = Path(__file__).parent.parent
PARAMETERS = ROOT / "parameters"


@cache
def tree(campaign: str) -> Tree:
    """The plan file of a campaign as a plain tree."""
    return read_file(PARAMETERS / f"{campaign}.yaml").tree


def plan_with(campaign: str, patch: Mapping[str, Any]) -> Plan:
    """The plan of a campaign with some paths set otherwise."""
    return Plan.model_validate(patched(tree(campaign), dict(patch)))


def answers_patch(campaign: str, answers: Mapping[str, int]) -> dict[str, Any]:
    """The patches of the answers that are not official, as the plan file states them."""
    readings = {reading["id"]: reading for reading in tree(campaign)["readings"]}
    chosen = [readings[id]["otherwise"][index - 1]["patch"] for id, index in answers.items() if index]
    return {path: value for patch in chosen for path, value in patch.items()}


def rules_patch(rules: Rules) -> dict[str, Any]:
    """Pingyang's plan with the numbers of small rules."""
    quota = {"take": {name: str(number) for name, number in rules.system_quotas.items()}, "rest": str(rules.rest_quota)}
    sizes = {f"lists.{name}.take": str(number) for name, number in rules.finals.items()}
    quotas = {
        f"shortlists.{name}.quota.{key}": value for name in ("满意候选", "不满意候选") for key, value in quota.items()
    }
    picks = {level: str(number) for level, number in rules.picks.items()}
    return sizes | quotas | {"components.network.ratings.form.exactly": picks, "units.published": []}


COLUMNS = {
    "units": ["unit", "name", "category", "organ", "township", "management", "system"],
    "ratings": ["form", "method", "unit", "level", "rated_on", "respondent", "group", "channel"],
    "counts": ["method", "unit", "level", "votes", "cycle", "channel"],
    "marks": ["method", "unit", "marker", "mark"],
    "events": ["event", "unit", "item", "happened_on", "times", "points", "factors", "deed", "status"],
    "history": ["year", "unit", "list"],
    "grades": ["organ", "grade"],
}


def frames(facts: Facts) -> dict[str, pl.DataFrame]:
    """A judge's facts as checked frames."""
    rows = {name: [_picked(row, columns) for row in getattr(facts, name)] for name, columns in COLUMNS.items()}
    for row in rows["events"]:
        row["points"] = f"-{row['points']}" if row["points"] is not None else None
        row["factors"] = list(row["factors"])
    for row in rows["marks"]:
        row["mark"] = str(row["mark"])
    rows["lots"] = [{"standing": standing, "seed": seed} for standing, seed in facts.lots.items()]
    return {name: pl.DataFrame(one, infer_schema_length=None) for name, one in rows.items() if one}


def _picked(row: Mapping[str, Any], columns: Iterable[str]) -> dict[str, Any]:
    return {column: row.get(column) for column in columns}
