"""Records and ready counts of the same: one batch of votes, or two; nobody can tell, so neither is taken."""

import polars as pl

from pingyi.facts.intake.setting import Setting
from pingyi.facts.intake.sheet import SHEET
from pingyi.facts.intake.whole import Whole

KINDS = ("channel", "group", "item")
"""What may tell records and counts of a unit apart: they came in other ways, from others, or about something else."""


def refuse_both(ratings: Whole, counts: Whole, setting: Setting) -> None:
    """Note each indicator and cycle for which some unit has records and counts of one kind."""
    if ratings.frame.is_empty() or counts.frame.is_empty():
        return
    keys = ["method", "cycle", *KINDS]
    votes = counts.frame.select(SHEET, pl.col("unit", *keys).cast(pl.String))
    records = _with_cycle(ratings.frame, setting).select(pl.col("unit", *keys).cast(pl.String))
    both = votes.join(records.group_by("unit", *keys).len(), on=["unit", *keys], nulls_equal=True)
    groups = both.group_by(SHEET, "method", "cycle", maintain_order=True)
    records_of = pl.struct("unit", "len").unique().struct["len"].sum()
    said = groups.agg(pl.col("unit").unique(maintain_order=True), rows=records_of)
    titles = {one.id: one.title for one in setting.plan.components}
    for sheet, method, cycle, units, rows in said.iter_rows():
        counts.notepad(sheet).whole(
            f"{titles.get(method, method)}（{cycle}）有 {len(units)} 个单位（如 {units[0]}）既有评价记录（{rows} 行）"
            "又有票数汇总，不知道是同一批票还是两批，不能相加；请只留一种，来源不同的用渠道或评价人类别分开"
        )


def _with_cycle(ratings: pl.DataFrame, setting: Setting) -> pl.DataFrame:
    """The records with the cycle in which they were made."""
    method, day = pl.col("method").cast(pl.String), pl.col("rated_on").dt.date()
    told = pl.lit(None, pl.String)
    for one in setting.scored_by("ratings"):
        for cycle in setting.cycles(one):
            told = (
                pl.when((method == one.id) & day.is_between(cycle.start, cycle.end))
                .then(pl.lit(cycle.id))
                .otherwise(told)
            )
    return ratings.with_columns(told.alias("cycle"))
