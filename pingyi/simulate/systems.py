"""Units of systems that review themselves and hand in names and marks."""

import polars as pl

from pingyi.plan import Plan

WITHOUT_QUOTA = 3
"""Units of a system for which no shortlist has a quota."""


def hand_in_units(plan: Plan, roster: pl.DataFrame) -> pl.DataFrame:
    """Made-up units for every system of the plan that the roster has none of: twice as many as a shortlist takes."""
    here = roster["system"].to_list() if "system" in roster.columns else []
    missing = [system for system in plan.units.systems if system not in here]
    rows = [
        _unit(plan, roster, system, nth) | {"unit": id}
        for place, system in enumerate(missing)
        for nth, id in enumerate(_ids(roster, place, 2 * _quota(plan, system)))
    ]
    columns = [name for name in roster.columns if name not in ("source", "sheet", "row", "system")]
    return pl.DataFrame(rows, schema=dict.fromkeys([*columns, "system"], pl.String))


def _unit(plan: Plan, roster: pl.DataFrame, system: str, nth: int) -> dict[str, object]:
    """A made-up unit; what the plan wants to know of it beside is taken from the units of the roster in turn."""
    columns = [column for column in plan.units.columns if column in roster.columns]
    organ = f"{plan.units.systems[system]}（模拟）"
    unit = {"name": f"模拟{system}单位{nth + 1}", "organ": organ, "system": system}
    return unit | {column: roster[column][nth % roster.height] for column in columns}


def _quota(plan: Plan, system: str) -> int:
    takes = [rule.quota.take for rule in plan.shortlists if rule.quota and rule.quota.by == "system"]
    return max((take[system] for take in takes if system in take), default=WITHOUT_QUOTA)


def _ids(roster: pl.DataFrame, place: int, number: int) -> list[str]:
    """Ids that the roster does not use: a letter for the system, and a number."""
    taken = roster["unit"].to_list()
    letter = chr(ord("A") + place % 26)
    while f"{letter}01" in taken:
        letter += "X"
    return [f"{letter}{nth + 1:02d}" for nth in range(number)]
