"""What the plan asks of the roster's columns that conversions count with: a number in every row that needs one."""

from functools import partial

import polars as pl

from pingyi.facts.intake.rule import Row, Rule, Said, Wrong
from pingyi.facts.intake.setting import Setting
from pingyi.plan import Component, Plan
from pingyi.plan.converts import number_columns
from pingyi.plan.units import CATEGORY, Kind, brings_marks, exists_for_kind


def number_rules(setting: Setting, table: str) -> list[Rule]:
    """One rule for each such column of the roster; none for other tables."""
    found = number_columns(setting.plan) if table == "units" else {}
    return [
        Rule(partial(_number_where_needed, column, users), tuple({column, *_deciding(users)}))
        for column, users in found.items()
    ]


def _deciding(users: list[tuple[Component, bool]]) -> list[str]:
    """Columns that say whether a component exists for a unit."""
    traits = [traits for one, _ in users for traits in (one.units, one.imported)]
    return [CATEGORY, *(column for one in traits for column in one)]


def _number_where_needed(
    column: str, users: list[tuple[Component, bool]], setting: Setting, table: str, row: Row
) -> Said:
    kind: Kind = {name: "" if value is None else str(value) for name, value in row.items()}
    for one, divides in users:
        if not exists_for_kind(one, kind) or brings_marks(one, kind):
            continue
        if row[column] is None:
            yield Wrong(column, f"不能为空，{one.title}要用这一列的数换算")
        elif divides and row[column] <= 0:
            yield Wrong(column, f"应大于 0，{one.title}要除以这一列的数")


def numbers_as_text(units: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The roster with these columns as plain text, like its others: 12 and 0.5, without zeros that say nothing."""
    columns = [name for name in number_columns(plan) if name in units.columns]
    text = pl.col(columns).cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")
    return units.with_columns(text) if columns else units
