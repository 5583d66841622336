"""Which unit of this year is which of last year: the same code, or the one that its predecessors name.

Only what went on as one unit is compared, whatever it is called now; what was merged, split, founded or abolished is
listed with the reason.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from pingyi.facts.lineage import ended_units, successions
from pingyi.plan import Plan
from pingyi.scenarios.result import Result

Names = dict[str, str]
"""Unit → name."""


@dataclass(frozen=True)
class Roster:
    """The roster of one year. frame: the fact table `units`. names: what each unit is called."""

    plan: Plan
    frame: pl.DataFrame
    names: Names


@dataclass(frozen=True)
class Matched:
    """same: unit of this year → its code last year. new, gone: of one year alone. changed: merged or split, and how."""

    same: dict[str, str] = field(default_factory=dict)
    new: Names = field(default_factory=dict)
    gone: Names = field(default_factory=dict)
    changed: Names = field(default_factory=dict)


def matched(now: Roster, before: Roster) -> Matched:
    """The units of two years, each told once: as the same, or with what became of it."""
    heirs = _heirs(now, before)
    sources: dict[str, list[str]] = defaultdict(list)
    for code, units in heirs.items():
        for unit in units:
            sources[unit].append(code)
    found, over = Matched(), ended_units(now.frame, now.plan)
    for unit, name in now.names.items():
        codes = sources.get(unit, [])
        if len(codes) > 1:
            found.changed[unit] = f"{name}由{'、'.join(before.names[code] for code in codes)}合并而成"
        elif codes and heirs[codes[0]] == [unit]:
            found.same[unit] = codes[0]
        elif not codes and unit not in over:
            found.new[unit] = name
    for code, name in before.names.items():
        if not heirs[code]:
            found.gone[code] = name
        elif len(heirs[code]) > 1:
            found.changed[code] = f"{name}分设为{'、'.join(now.names[unit] for unit in heirs[code])}"
    return found


def _heirs(now: Roster, before: Roster) -> dict[str, list[str]]:
    """Code of last year → the units of today that go on with it, to the end of the year."""
    over, heirs = ended_units(now.frame, now.plan), {code: list[str]() for code in before.names}
    for code, unit, since in successions(now.frame).iter_rows():
        if code in heirs and since <= before.plan.campaign.year and unit not in over:
            heirs[code].append(unit)
    return heirs


def under_new_codes(result: Result, same: Mapping[str, str]) -> Result:
    """Last year's totals and marks of the units that went on, under the codes of this year."""
    now = {code: unit for unit, code in same.items()}
    told = pl.col("unit").replace_strict(now, default=None, return_dtype=pl.String)
    totals, marks = (
        frame.with_columns(unit=told).filter(pl.col("unit").is_not_null()) for frame in (result.totals, result.marks)
    )
    return replace(result, totals=totals, marks=marks)
