"""What is asked of problems, their progress, contacts and re-evaluations, and how these tables refer to each other."""

from collections.abc import Mapping

import polars as pl

from pingyi.common.faults import nearest
from pingyi.facts.intake.rule import Row, Rule, Said, Wrong
from pingyi.facts.intake.setting import Setting
from pingyi.facts.intake.sheet import ROW, SHEET
from pingyi.facts.intake.whole import Whole

RECTIFIED = "rectified"


def _due_after_found(setting: Setting, table: str, row: Row) -> Said:
    if row["found_on"] and row["due"] and row["due"] < row["found_on"]:
        yield Wrong("due", "应不早于发现日期")


def _rectified_with_its_day(setting: Setting, table: str, row: Row) -> Said:
    if row["state"] == RECTIFIED and row["rectified_on"] is None:
        yield Wrong("rectified_on", "不能为空，状态是“已整改”")
    if row["state"] not in (None, RECTIFIED) and row["rectified_on"] is not None:
        yield Wrong("state", "填了整改日期，状态应为“已整改”")
    for earlier, later, said in (("found_on", "rectified_on", "发现日期"), ("rectified_on", "fed_back_on", "整改日期")):
        if row[later] and row[earlier] and row[later] < row[earlier]:
            yield Wrong(later, f"应不早于{said}")


def _not_negative(column: str) -> Rule:
    def check(setting: Setting, table: str, row: Row) -> Said:
        if row[column] is not None and row[column] < 0:
            yield Wrong(column, "应为不小于 0 的整数")

    return Rule(check, (column,))


def _at_least_one(setting: Setting, table: str, row: Row) -> Said:
    if row["times"] is not None and row["times"] < 1:
        yield Wrong("times", "应为不小于 1 的整数")


PROBLEMS = [
    Rule(_due_after_found, ("found_on", "due")),
    Rule(_rectified_with_its_day, ("state", "found_on", "rectified_on", "fed_back_on")),
    _not_negative("supervised"),
]
CONTACTS = [Rule(_at_least_one, ("times",))]

REFERRING = ("progress", "opinions")
"""Tables whose rows may name a problem."""


def refer_to_problems(wholes: Mapping[str, Whole]) -> None:
    """Note every row that names a problem which is not on the list of problems."""
    known = wholes["problems"].frame["problem"].drop_nulls().to_list()
    for name in REFERRING:
        whole = wholes[name]
        lost = whole.frame.filter(pl.col("problem").is_not_null() & ~pl.col("problem").is_in(known))
        for row in lost.iter_rows(named=True):
            found = row["problem"]
            whole.notepad(row[SHEET]).cell(row[ROW], "problem", found, "问题清单中没有这个编号", nearest(found, known))
