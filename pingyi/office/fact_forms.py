"""Excel forms of a campaign: for each table that its plan needs, a sheet to fill in and a sheet that says how.

The sheet of rules holds one column only, and its lists one more sheet of one column: intake passes over a sheet that
bears no head of the table and is narrower than what a row must have. A table whose rows need but one column has its
rules in a text box, which is no cell at all. The example stands among the rules, never in the sheet to fill in.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from pingyi.common.codebook import Column, Table
from pingyi.common.files import refuse_taken
from pingyi.common.spreadsheet_safe import sheet_name, workbook
from pingyi.facts.intake.cell_values import FIRST, LAST
from pingyi.facts.intake.layout import OPTIONS, RULES
from pingyi.facts.intake.setting import Setting
from pingyi.office.form_fields import (
    column_rules,
    column_words,
    example_row,
    mark_rules,
    needed_columns,
    needed_tables,
)
from pingyi.office.sheet_writer import A4, COMMENT, FONT_SIZE, TEXT_FORMAT, Styles, row_height, widest_line
from pingyi.plan import Plan

Rows = Mapping[str, Sequence[dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a form. options: words of its drop-down list. rules: what to know. example: a cell as it may be."""

    column: Column
    options: tuple[str, ...]
    rules: tuple[str, ...]
    example: str

    @property
    def asked(self) -> str:
        """Whether every row must have a cell here."""
        return "必填" if self.column.required else "按说明填"


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a table. limits: validation by column. notes: further lines under the rules.

    rows: cells by column that stand in the sheet already, to be checked and completed.
    """

    table: Table
    fields: tuple[Field, ...]
    limits: dict[str, dict[str, Any]]
    notes: tuple[str, ...] = ()
    rows: tuple[dict[str, str], ...] = ()

    @property
    def roomy(self) -> bool:
        """Whether intake can tell a sheet of one column from the table."""
        return sum(one.column.required for one in self.fields) > 1


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
        write_form(replace(table_form(setting, name), rows=tuple((rows or {}).get(name, ()))), path)
    return list(paths.values())


def table_form(setting: Setting, name: str) -> Form:
    """The form of a table."""
    cells = example_row(setting, name)
    fields = tuple(
        Field(
            column,
            column_words(setting, name, column),
            tuple(column_rules(setting, name, column)),
            cells.get(column.name, ""),
        )
        for column in needed_columns(setting, name)
    )
    limits = {one.column.name: rule for one in fields if (rule := _column_limit(setting.plan, name, one.column))}
    named = any(one.column.name == "unit" and one.options for one in fields)
    return Form(setting.table(name), fields, limits, tuple(_list_units(setting)) if named else ())


def _list_units(setting: Setting) -> Iterator[str]:
    """The ids of the roster with their names, to look them up."""
    yield "单位编号对照："
    for unit, row in setting.roster.items():
        organ = f"（{row['organ']}）" if row.get("organ") else ""
        yield f"{unit}　{row['name']}{organ}"


YEARS = (1990, 2100)
LARGEST = 10**9


def _column_limit(plan: Plan, table: str, column: Column) -> dict[str, Any]:
    """What Excel itself refuses in a column of dates or numbers."""
    if column.kind in ("date", "moment"):
        return _limit("date", "应为日期，如 2020-05-06", FIRST, LAST)
    if column.name == "year":
        return _limit("integer", "应为年度，如 2020", *YEARS)
    if column.kind == "integer":
        least = 1 if column.name == "times" else 0
        return _limit("integer", f"应为不小于 {least} 的整数", least)
    if (table, column.name) == ("marks", "mark"):
        low, high = _mark_range(plan)
        return _limit("decimal", f"应为 {low:f} 到 {high:f} 之间的分", float(low), float(high))
    return _limit("decimal", "应为一个数", -LARGEST, LARGEST) if column.kind == "decimal" else {}


def _mark_range(plan: Plan) -> tuple[Decimal, Decimal]:
    """From the lowest mark that any rule knows to the highest, results that systems hand in included."""
    imported = [one for one in plan.components if one.imported]
    ends = [end for rule in mark_rules(plan) for end in (*rule.range, *rule.means_nothing)]
    ends += [full for one in imported for full in (one.full or {}).values()]
    low, high = min(ends, default=Decimal(0)), max(ends, default=Decimal(LARGEST))
    return min(low, Decimal(0)) if imported else low, high


def _limit(kind: str, told: str, least: Any, most: Any = None) -> dict[str, Any]:
    """A rule for dates and numbers: a range, or a minimum alone."""
    within = {"criteria": ">=", "value": least}
    if most is not None:
        within = {"criteria": "between", "minimum": least, "maximum": most}
    return {"validate": kind, "error_title": "填写有误", "error_message": told} | within


LAST_ROW = 1_048_575
INLINE = 250
"""Characters of a list that a cell's own rule may hold; longer ones stand in a sheet of their own."""
LONGEST_COMMENT = 500
RULES_WIDTH = 110.0
REQUIRED, OPTIONAL = "#2F5D7C", "#8FA6B8"
FORMATS = {"date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm", "integer": "0", "decimal": "General"}
"""How cells to fill in are shown; all others are Text."""


def write_form(form: Form, path: Path) -> None:
    """Write a form."""
    with workbook(path) as book:
        styles = Styles(book)
        sheet = book.add_worksheet(sheet_name(form.table.title, []))
        _write_rules(book, styles, form)
        sources = _list_sources(book, form)
        for place, one in enumerate(form.fields):
            _write_field(sheet, styles, form, place, one, sources)
            for row, cells in enumerate(form.rows, start=1):
                if text := cells.get(one.column.name, ""):
                    sheet.write_string(row, place, text, styles.get(num_format=TEXT_FORMAT))
        sheet.set_row(0, 24)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.activate()


def _write_field(sheet: Any, styles: Styles, form: Form, place: int, one: Field, sources: dict[str, Any]) -> None:
    """The head with its rules as a comment, the format of the column, and what it lets in."""
    ground = REQUIRED if one.column.required else OPTIONAL
    sheet.write_string(0, place, one.column.head, styles.head(bg_color=ground, font_color="#FFFFFF"))
    told = "\n".join([f"{one.asked}。", *filter(None, one.rules), *([f"例：{one.example}"] if one.example else [])])
    if len(told) > LONGEST_COMMENT:
        told = f"{told[: LONGEST_COMMENT - 20]}……（其余见“{RULES}”）"
    sheet.write_comment(0, place, told, COMMENT | {"y_scale": 2})
    longest = max(widest_line(text) for text in (*one.options[:50], one.example, one.column.head))
    width = float(min(max(longest + 4, 12), 44))
    sheet.set_column(place, place, width, styles.get(num_format=FORMATS.get(one.column.kind, TEXT_FORMAT)))
    limit = form.limits.get(one.column.name, {})
    if source := sources.get(one.column.name):
        # several values in a cell are typed by hand, and then nothing is refused
        limit = {"validate": "list", "source": source, "show_error": one.column.kind != "list"}
        limit |= {"error_title": one.column.head, "error_message": "请从下拉列表中选择"}
    if limit:
        sheet.data_validation(1, place, LAST_ROW, place, limit)


def _list_sources(book: Any, form: Form) -> dict[str, Any]:
    """Column → the source of its drop-down list: short ones themselves, long ones a name in a hidden sheet."""
    sources: dict[str, Any] = {one.column.name: list(one.options) for one in form.fields if one.options}
    long = {name: sources.pop(name) for name, words in [*sources.items()] if _is_long(words)}
    return sources | (_write_hidden_lists(book, long) if long and form.roomy else {})


def _is_long(words: Sequence[str]) -> bool:
    return len(",".join(words)) > INLINE or any("," in word for word in words)


def _write_hidden_lists(book: Any, long: dict[str, list[str]]) -> dict[str, str]:
    """Write the lists one below the other in one column; column → the name of its list."""
    sheet = book.add_worksheet(OPTIONS)
    sheet.write_string(0, 0, OPTIONS)
    row = 1
    for name, words in long.items():
        for nth, word in enumerate(words):
            sheet.write_string(row + nth, 0, word)
        book.define_name(f"list_{name}", f"='{OPTIONS}'!$A${row + 1}:$A${row + len(words)}")
        row += len(words)
    sheet.hide()
    return {name: f"=list_{name}" for name in long}


def _write_rules(book: Any, styles: Styles, form: Form) -> None:
    sheet = book.add_worksheet(RULES)
    sheet.hide_gridlines(2)
    lines = list(_rule_lines(form))
    if not form.roomy:
        text = "\n".join(text for _, text in lines)
        sheet.insert_textbox(0, 0, text, {"width": 900, "height": 22 * len(lines) + 20, "font": {"size": FONT_SIZE}})
        return
    sheet.set_column(0, 0, RULES_WIDTH)
    looks = {"title": styles.line("title"), "head": styles.get(bold=True), "text": styles.get(text_wrap=True, indent=1)}
    for row, (kind, text) in enumerate(lines):
        sheet.set_row(row, 26 if kind == "title" else row_height([(text, RULES_WIDTH)]))
        sheet.write_string(row, 0, text, looks[kind])
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)


def _rule_lines(form: Form) -> Iterator[tuple[str, str]]:
    """How the form is filled in, column by column, and the example."""
    yield "title", f"{form.table.title}：填写说明"
    yield "text", form.table.row
    yield "text", f"从“{form.table.title}”这张工作表的第 2 行填起，不改表头，不合并单元格，不留小计行。"
    yield "text", "深色表头的列每行必填，浅色的按说明填；用不到的浅色列可以整列删去。"
    yield "text", "本页只是说明，不会当作数据读入。"
    for one in form.fields:
        yield "head", f"【{one.column.head}】{one.asked}"
        yield from (("text", line) for line in one.rules)
    yield "head", "【示例】只看写法，不要照抄到数据表里"
    yield from (("text", f"{one.column.head}：{one.example}") for one in form.fields if one.example)
    yield from (("text", line) for line in form.notes)
