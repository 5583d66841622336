"""The stored sample of Pingyang as the judge reads it: typed frames turned back into plain rows."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from tests.judge.pingyang_2020 import Facts


def judge_facts(tables: Mapping[str, pl.DataFrame]) -> Facts:
    """Checked frames as the judge's plain facts."""
    rows = {name: frame.to_dicts() for name, frame in tables.items()}
    return Facts(
        units=rows["units"],
        ratings=[row | {"rated_on": row["rated_on"].date()} for row in rows["ratings"]],
        counts=rows["counts"],
        marks=rows["marks"],
        events=[_event(row) for row in rows["events"]],
        history=rows["history"],
        lots={row["standing"]: row["seed"] for row in rows["lots"]},
        grades=rows["grades"],
    )


def _event(row: dict[str, Any]) -> dict[str, Any]:
    points = None if row["points"] is None else str(abs(row["points"]))
    status = "confirmed" if row["status"] == "upheld" else row["status"]
    return row | {"points": points, "factors": tuple(row["factors"] or ()), "status": status}
