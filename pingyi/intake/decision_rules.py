"""What is asked of recorded decisions: a reason for what differs from the proposal, one day and one body for a list."""

import polars as pl

from pingyi.intake.rule import Row, Rule, Said, Wrong
from pingyi.intake.setting import Setting
from pingyi.intake.sheet import ROW
from pingyi.intake.whole import SHEET, Whole

ONE = {"decided_on": "决定日期", "decided_by": "决定机构"}
"""What all rows of a list have in common."""


def _reason_where_it_differs(setting: Setting, table: str, row: Row) -> Said:
    if None not in (row["proposed"], row["decided"]) and row["proposed"] != row["decided"] and row["why"] is None:
        yield Wrong("why", "不能为空，决定与提出的不同，要写明理由")


DECISIONS = [Rule(_reason_where_it_differs, ("proposed", "decided", "why"))]


def one_decision_of_each_list(whole: Whole) -> None:
    """Note every row that names another day or body than the first row of its list."""
    for _, rows in whole.frame.filter(pl.col("list").is_not_null()).group_by("list", maintain_order=True):
        for column, head in ONE.items():
            known = rows.filter(pl.col(column).is_not_null())
            if known[column].n_unique() > 1:
                _note_others(whole, known, column, head)


def _note_others(whole: Whole, rows: pl.DataFrame, column: str, head: str) -> None:
    first = rows.row(0, named=True)
    where = f"{whole.notepad(first[SHEET]).file} {whole.notepad(first[SHEET]).place(first[ROW])}"
    for row in rows.filter(pl.col(column) != first[column]).iter_rows(named=True):
        wanted = f"同一份名单只有一个{head}，{where}写的是 {first[column]}"
        whole.notepad(row[SHEET]).cell(row[ROW], column, str(row[column]), wanted)
