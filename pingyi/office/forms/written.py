"""Excel templates of a campaign: for each table that its plan needs, a form with the plan's own words and rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from pingyi.common.codebook import Column
from pingyi.common.files import refuse_taken
from pingyi.facts.intake.setting import Setting
from pingyi.office.forms.example import example
from pingyi.office.forms.needed import marks, needed_columns, needed_tables
from pingyi.office.forms.sheet import DATES, Field, Form, limit, write_form
from pingyi.office.forms.words import choices, rules
from pingyi.plan import Plan

YEARS = (1990, 2100)
LARGEST = 10**9


Rows = Mapping[str, Sequence[dict[str, str]]]


def write_forms(plan: Plan, units: pl.DataFrame | None, folder: Path, rows: Rows | None = None) -> list[Path]:
    """Write a form for each table that the plan needs, named for the table; the files.

    units: the roster, whose ids then stand in the drop-down lists. A form filled in is a fact file as it is.
    rows: by table, cells by column that stand in its form already.
    Raises: PlaceTaken where one of the files is there already.
    """
    roster = {} if units is None else {str(row["unit"]): row for row in units.iter_rows(named=True)}
    setting = Setting(plan, roster)
    paths = {name: folder / f"{setting.table(name).title}.xlsx" for name in needed_tables(plan)}
    for path in paths.values():
        refuse_taken(path)
    folder.mkdir(parents=True, exist_ok=True)
    for name, path in paths.items():
        write_form(replace(form(setting, name), rows=tuple((rows or {}).get(name, ()))), path)
    return list(paths.values())


def form(setting: Setting, name: str) -> Form:
    """The form of a table."""
    cells = example(setting, name)
    fields = tuple(_field(setting, name, column, cells) for column in needed_columns(setting, name))
    limits = {one.column.name: rule for one in fields if (rule := _limit(setting.plan, name, one.column))}
    named = any(one.column.name == "unit" and one.options for one in fields)
    return Form(setting.table(name), fields, limits, tuple(_units(setting)) if named else ())


def _field(setting: Setting, name: str, column: Column, cells: dict[str, str]) -> Field:
    said = rules(setting, name, column)
    return Field(column, choices(setting, name, column), tuple(said), cells.get(column.name, ""))


def _units(setting: Setting) -> Iterator[str]:
    """The ids of the roster with their names, to look them up."""
    yield "单位编号对照："
    for unit, row in setting.roster.items():
        organ = f"（{row['organ']}）" if row.get("organ") else ""
        yield f"{unit}　{row['name']}{organ}"


def _limit(plan: Plan, table: str, column: Column) -> dict[str, Any]:
    """What Excel itself refuses in a column of dates or numbers."""
    if column.kind in ("date", "moment"):
        return DATES
    if column.name == "year":
        return limit("integer", minimum=YEARS[0], maximum=YEARS[1], told="应为年度，如 2020")
    if column.kind == "integer":
        least = 1 if column.name == "times" else 0
        return limit("integer", minimum=least, told=f"应为不小于 {least} 的整数")
    if (table, column.name) == ("marks", "mark"):
        return _marks(plan)
    return limit("decimal", minimum=-LARGEST, maximum=LARGEST, told="应为一个数") if column.kind == "decimal" else {}


def _marks(plan: Plan) -> dict[str, Any]:
    """From the lowest mark that any rule knows to the highest, results that systems hand in included."""
    ends = [end for rule in marks(plan) for end in (*rule.range, *rule.means_nothing)]
    ends += [full for one in plan.components if one.imported for full in (one.full or {}).values()]
    low, high = min(ends, default=Decimal(0)), max(ends, default=Decimal(LARGEST))
    low = min(low, Decimal(0)) if any(one.imported for one in plan.components) else low
    return limit("decimal", minimum=float(low), maximum=float(high), told=f"应为 {low:f} 到 {high:f} 之间的分")
