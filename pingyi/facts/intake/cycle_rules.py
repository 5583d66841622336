"""To which cycle a row of counts, marks or measures belongs: as it says, as its day says, or the only one there is."""

import polars as pl

from pingyi.facts.intake.choices import Choice
from pingyi.facts.intake.rule import Row, Said, Wrong, one_of
from pingyi.facts.intake.setting import Setting

DAYS = {"counts": "counted_on", "marks": "given_on", "measures": "measured_on"}
"""The day of a row, by table."""


def cycle_of_its_component(day: str, setting: Setting, table: str, row: Row) -> Said:
    """The cycle must be one of the component's, and hold the day of the row.

    It may be left out where the day tells it, or where there is only one. day: the column of the row's day.
    """
    component = setting.component(table, row["method"])
    if component is None:
        return
    cycles = {cycle.id: cycle for cycle in setting.cycles(component)}
    if row["cycle"] is not None or (len(cycles) > 1 and row[day] is None):
        yield from one_of(row["cycle"], "cycle", Choice.of(cycles), "")
    cycle = cycles.get(row["cycle"] or "")
    if cycle is not None and row[day] is not None and not cycle.start <= row[day] <= cycle.end:
        yield Wrong(day, f"不在所写的周期 {cycle.id}（{cycle.start} 至 {cycle.end}）之内；请核对日期和周期")


def with_cycles(table: str, frame: pl.DataFrame, setting: Setting) -> pl.DataFrame:
    """The rows with the cycle that their day, or the only cycle of an undated row, tells; others keep what they say."""
    day, method = pl.col(DAYS[table]), pl.col("method").cast(pl.String)
    told = pl.lit(None, pl.String)
    for one in setting.scored_by(table):
        cycles = setting.cycles(one)
        for cycle in cycles:
            dated = day.is_between(cycle.start, cycle.end)
            meant = day.is_null() | dated if len(cycles) == 1 else dated
            told = pl.when((method == one.id) & meant).then(pl.lit(cycle.id)).otherwise(told)
    return frame.with_columns(pl.col("cycle").fill_null(told.cast(frame.schema["cycle"], strict=False)))
