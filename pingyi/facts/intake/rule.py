"""How a rule of the plan is asked of a million rows: once for each combination of values that decides it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from pingyi.common.codebook import Table
from pingyi.facts.intake.choices import Choice
from pingyi.facts.intake.notepad import Notepad
from pingyi.facts.intake.setting import Setting
from pingyi.facts.intake.sheet import ROW

Row = dict[str, Any]
"""One combination of values; of columns in `filled`, only whether there is anything."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A value that the plan does not allow, what it should be, and the nearest that are."""

    column: str
    wanted: str
    near: str = ""


Said = Iterator[Wrong]


@dataclass(frozen=True, slots=True)
class Rule:
    """check: setting, table and combination → what is wrong. columns: those whose values together decide.

    filled: those of which only their presence matters.
    """

    check: Callable[[Setting, str, Row], Said]
    columns: tuple[str, ...]
    filled: tuple[str, ...] = ()

    def broken(self, setting: Setting, table: str, combinations: Iterable[Row]) -> Iterator[tuple[Row, Wrong]]:
        """Each combination with each thing that is wrong with it."""
        check = partial(self.check, setting, table)
        return ((row, wrong) for row in combinations for wrong in check(row))


def ask(rule: Rule, typed: pl.DataFrame, raw: pl.DataFrame, table: Table, setting: Setting, notepad: Notepad) -> None:
    """Note every cell of the sheet that breaks the rule; a column that the sheet lacks is noted once.

    typed, raw: the same rows, read and as the file writes them.
    """
    decisive = [pl.col(rule.columns), pl.col(rule.filled).is_not_null()]
    combinations = typed.select(decisive).unique()
    broken = list(rule.broken(setting, table.name, combinations.iter_rows(named=True)))
    if not broken:
        return
    where = pl.DataFrame([row for row, _ in broken], schema=combinations.schema).with_row_index("nth")
    rows = typed.select(*decisive, ROW).with_row_index("at")
    hits = rows.join(where, on=combinations.columns, nulls_equal=True).select("at", ROW, "nth").sort("at", "nth")
    for at, row, nth in hits.iter_rows():
        wrong = broken[nth][1]
        if wrong.column not in raw.columns:
            notepad.absent(wrong.column, table.column(wrong.column).head, f"：{wrong.wanted}")
            continue
        written = raw[wrong.column][at]
        notepad.cell(row, wrong.column, "" if written is None else str(written), wrong.wanted, wrong.near)


def one_of(value: str | None, column: str, choice: Choice, nothing: str) -> Said:
    """A value that must be among the choices where there are any, and be left out where there are none.

    nothing: what to say to a value where there is no choice.
    """
    if value is None:
        if choice.valid:
            yield Wrong(column, f"不能为空，{choice.wanted}")
    elif not choice.valid:
        yield Wrong(column, nothing)
    elif value not in choice.valid:
        yield Wrong(column, choice.wanted, choice.near(value))
