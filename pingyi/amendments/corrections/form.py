"""The sheet of corrections that the office fills in: one line a decision on one row of the facts."""

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from pingyi.common.codebook import Column, Table
from pingyi.facts.intake.cell_values import type_columns
from pingyi.facts.intake.file_formats import read_sheets
from pingyi.facts.intake.issue_log import IssueLog
from pingyi.facts.intake.layout import is_of_table, name_columns, start_at_head, without_strays
from pingyi.facts.intake.setting import Setting
from pingyi.facts.intake.sheet_grid import ROW, Sheet

FORM = Table(
    "corrections",
    "更正登记表",
    "一行是对一条数据的一项更正、异议或决定。",
    (
        Column("table", "表", "text", required=True, says="数据表的名字；对以前登记的某一条作决定，写“登记簿”"),
        Column("record", "记录", "text", required=True, says="编号，或“文件 第几行”，或 列=值；列=值；登记簿写第几条"),
        Column("column", "列", "text", says="要改的列；只改状态（异议、维持、撤销、确认）时不填"),
        Column("value", "改为", "text", says="改成什么"),
        Column("state", "状态", "text", required=True, says="提出、确认、异议、维持、撤销之一"),
        Column("who", "登记人", "text", required=True, says="谁作的登记"),
        Column("why", "理由", "text", required=True, says="为什么"),
        Column("document", "依据文件", "text", required=True, also=("依据",), says="凭哪个文件"),
    ),
)
"""What the sheet looks like."""


@dataclass
class Form:
    """A form as it was read. lines: with `row` and a column for each of `FORM`. notepad: takes what is wrong."""

    notepad: IssueLog
    lines: list[dict[str, str | None]] = field(default_factory=list)


def read_form(path: Path, setting: Setting) -> list[Form]:
    """The sheets of a form; what cannot be read is noted on their notepads."""
    notepad = IssueLog(path.name, path.as_posix())
    sheets = [sheet for sheet in read_sheets(path, notepad) if is_of_table(sheet, FORM)]
    if not sheets and not notepad.findings:
        notepad.note_whole(f"没有一张工作表是{FORM.title}，表头应有 {'、'.join(one.head for one in FORM.columns)}")
    forms = [_form(sheet, setting) for sheet in sheets]
    apart = [] if any(form.notepad is notepad for form in forms) else [Form(notepad)]
    return [*apart, *forms]


def _form(sheet: Sheet, setting: Setting) -> Form:
    below = start_at_head(sheet, FORM)
    if below is None:
        return Form(sheet.log)
    raw = without_strays(name_columns(below, FORM), FORM, sheet.log)
    frame = type_columns(raw, FORM, setting, sheet.log)
    return Form(sheet.log, frame.with_columns(pl.col(ROW).cast(pl.Int64)).to_dicts())
