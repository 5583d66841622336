"""How many units of one organ a marker may put in one band of marks.

The quota binds the class of raters that it names, or the only one: each of its raters sees the units of an organ that
he is asked to mark, and grades them against each other.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import polars as pl

from pingyi.facts.intake.mark_rules import brought, class_of
from pingyi.facts.intake.setting import Setting
from pingyi.facts.intake.sheet import SHEET
from pingyi.facts.intake.whole import Whole
from pingyi.facts.lineage import successions
from pingyi.facts.lives import ended
from pingyi.plan import Component
from pingyi.plan.marks import BandQuota, Marks

Row = dict[str, Any]


def within_quotas(marks: Whole, history: pl.DataFrame, setting: Setting, units: pl.DataFrame) -> None:
    """Note, for each band of an organ that holds too many of its units, the marks in it."""
    absent = exempted(history, setting, units) | ended(units, setting.plan)
    for component in setting.scored_by("marks"):
        rule = component.marks
        if rule and rule.quota:
            _component_within(marks, component, rule, rule.quota, absent, setting)


def exempted(history: pl.DataFrame, setting: Setting, units: pl.DataFrame) -> set[str]:
    """Units that take no part this year because of the years before, those of predecessors among them."""
    rule, year = setting.plan.units.exempt, setting.plan.campaign.year
    if rule is None or history.is_empty():
        return set()
    listed = history.filter(pl.col("list") == rule.listed, pl.col("year").is_between(year - rule.years, year - 1))
    followed = listed.join(successions(units), left_on="unit", right_on="code", suffix="_now")
    counting = followed.filter((pl.col("year") >= pl.col("since")) | pl.col("listed_as").is_not_null())
    years = Counter(unit for unit, _ in counting.select("unit_now", "year").unique().iter_rows())
    return {unit for unit, count in years.items() if count == rule.years}


def _component_within(
    marks: Whole, component: Component, rule: Marks, quota: BandQuota, absent: set[str], setting: Setting
) -> None:
    bound = quota.marker or next(iter(rule.markers), "")
    asked = rule.markers[bound].units if bound else {}
    reviewed = {
        id: unit["organ"]
        for id, unit in setting.roster.items()
        if id not in absent
        and setting.fits(unit, component.units)
        and setting.fits(unit, asked)
        and not brought(setting, component, id)
    }
    sizes = Counter(reviewed.values())
    grouped: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in marks.frame.filter(pl.col("method") == component.id).iter_rows(named=True):
        ours = class_of(rule, row["marker"], row["group"]) == bound
        if ours and row["unit"] in reviewed and row["mark"] is not None:
            grouped[reviewed[row["unit"]], row["marker"] or "", row["cycle"] or ""].append(row)
    for (organ, *_), rows in grouped.items():
        for row, wanted in _too_many(rows, rule, quota, sizes[organ]):
            notepad = marks.notepad(row[SHEET])
            notepad.cell(row["row"], "mark", str(row["mark"].normalize()), f"{organ}有 {sizes[organ]} 个单位，{wanted}")


def _too_many(rows: list[Row], rule: Marks, quota: BandQuota, units: int) -> Iterator[tuple[Row, str]]:
    """Each mark in a band that holds too many. units: how many of the organ are under review."""
    banded: dict[str, list[Row]] = {band: [] for band in rule.bands}
    for row in rows:
        for band, (low, high) in rule.bands.items():
            if low <= row["mark"] <= high:
                banded[band].append(row)
    part, over = divmod(units, len(rule.bands))
    most = quota.each_at_most if units <= quota.up_to else part + bool(over)
    above = sorted(band for band, held in banded.items() if len(held) > part)
    for band, held in banded.items():
        if len(held) > most:
            yield from ((row, f"“{band}”档至多 {most} 个，现有 {len(held)} 个") for row in held)
        elif units > quota.up_to and len(above) > over and band in above:
            wanted = f"应先各档均分 {part} 个，余下 {over} 个分在不同档；现在 {'、'.join(above)} 各有 {part + 1} 个"
            yield from ((row, wanted) for row in held)
