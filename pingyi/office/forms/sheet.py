"""A form as an Excel file: a sheet to fill in, and a sheet that says how.

The sheet of rules holds one column only, and its lists one more sheet of one column: intake passes over a sheet that
bears no head of the table and is narrower than what a row must have. A table whose rows need but one column has its
rules in a text box, which is no cell at all. The example stands among the rules, never in the sheet to fill in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pingyi.common.codebook import Column, Table
from pingyi.common.spreadsheet_safe import sheet_name, workbook
from pingyi.facts.intake.heads import OPTIONS, RULES
from pingyi.facts.intake.parsing import FIRST, LAST
from pingyi.office.workbook import style
from pingyi.office.workbook.sheet import COMMENT
from pingyi.office.workbook.style import Styles

LAST_ROW = 1_048_575
INLINE = 250
"""Characters of a list that a cell's own rule may hold; longer ones stand in a sheet of their own."""

ROOM = 110.0
"""Width of the rules."""

REQUIRED, OPTIONAL = "#2F5D7C", "#8FA6B8"


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a form. options: words of its drop-down list. rules: what to know. example: a cell as it may be."""

    column: Column
    options: tuple[str, ...]
    rules: tuple[str, ...]
    example: str


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


def write_form(form: Form, path: Path) -> None:
    """Write a form."""
    with workbook(path) as book:
        styles = Styles(book)
        sheet = book.add_worksheet(sheet_name(form.table.title, []))
        _rules(book, styles, form)
        sources = _options(book, form)
        for place, one in enumerate(form.fields):
            _field(sheet, styles, form, place, one, sources)
            for row, cells in enumerate(form.rows, start=1):
                if text := cells.get(one.column.name, ""):
                    sheet.write_string(row, place, text, styles.get(num_format=TEXT))
        sheet.set_row(0, 24)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.activate()


def _field(sheet: Any, styles: Styles, form: Form, place: int, one: Field, sources: dict[str, Any]) -> None:
    """The head with its rules as a comment, the format of the column, and what it lets in."""
    ground = REQUIRED if one.column.required else OPTIONAL
    sheet.write_string(0, place, one.column.head, styles.head(bg_color=ground, font_color="#FFFFFF"))
    told = [
        f"{'必填' if one.column.required else '按说明填'}。",
        *one.rules,
        f"例：{one.example}" if one.example else "",
    ]
    sheet.write_comment(0, place, _short("\n".join(line for line in told if line)), COMMENT | {"y_scale": 2})
    sheet.set_column(place, place, _width(one), styles.get(num_format=FORMATS.get(one.column.kind, TEXT)))
    source = sources.get(one.column.name)
    limit = _listed(one, source) if source else form.limits.get(one.column.name, {})
    if limit:
        sheet.data_validation(1, place, LAST_ROW, place, limit)


def _asked(one: Field) -> str:
    return "必填" if one.column.required else "按说明填"


FORMATS: dict[str, str | int] = {
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
    "integer": "0",
    "decimal": "General",
}
TEXT = 49
"""Formats of cells to fill in; all others are Text, which Excel knows by this number."""


def _short(text: str) -> str:
    """Comments hold what fits; the sheet of rules has the rest."""
    return text if len(text) <= 500 else f"{text[:480]}……（其余见“{RULES}”）"


def _width(one: Field) -> float:
    longest = max((style.width(text) for text in (*one.options[:50], one.example, one.column.head)), default=8)
    return float(min(max(longest + 4, 12), 44))


def _listed(one: Field, source: Any) -> dict[str, Any]:
    """A drop-down list; several values in a cell are typed by hand, and then nothing is refused."""
    told = {"error_title": one.column.head, "error_message": "请从下拉列表中选择"}
    return {"validate": "list", "source": source, "show_error": one.column.kind != "list"} | told


def _options(book: Any, form: Form) -> dict[str, Any]:
    """Column → the source of its drop-down list: short ones themselves, long ones a name in a hidden sheet."""
    listed = {one.column.name: list(one.options) for one in form.fields if one.options}
    long = {name: words for name, words in listed.items() if _is_long(words)}
    sources: dict[str, Any] = {name: words for name, words in listed.items() if name not in long}
    if long and form.roomy:
        sources |= _hidden(book, long)
    return sources


def _is_long(words: Sequence[str]) -> bool:
    return len(",".join(words)) > INLINE or any("," in word for word in words)


def _hidden(book: Any, long: dict[str, list[str]]) -> dict[str, str]:
    """Write the lists one below the other in one column; column → the name of its list."""
    sheet = book.add_worksheet(OPTIONS)
    sheet.write_string(0, 0, OPTIONS)
    row, names = 1, {}
    for name, words in long.items():
        for nth, word in enumerate(words):
            sheet.write_string(row + nth, 0, word)
        book.define_name(f"list_{name}", f"='{OPTIONS}'!$A${row + 1}:$A${row + len(words)}")
        names[name] = f"=list_{name}"
        row += len(words)
    sheet.hide()
    return names


def _rules(book: Any, styles: Styles, form: Form) -> None:
    sheet = book.add_worksheet(RULES)
    sheet.hide_gridlines(2)
    lines = list(_lines(form))
    if not form.roomy:
        text = "\n".join(text for _, text in lines)
        sheet.insert_textbox(0, 0, text, {"width": 900, "height": 22 * len(lines) + 20, "font": {"size": style.SIZE}})
        return
    sheet.set_column(0, 0, ROOM)
    looks = {"title": styles.title, "head": styles.get(bold=True), "text": styles.get(text_wrap=True, indent=1)}
    for row, (kind, text) in enumerate(lines):
        sheet.set_row(row, 26 if kind == "title" else style.height([(text, ROOM)]))
        sheet.write_string(row, 0, text, looks[kind])
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _lines(form: Form) -> Iterator[tuple[str, str]]:
    """How the form is filled in, column by column, and the example."""
    yield "title", f"{form.table.title}：填写说明"
    yield "text", form.table.row
    yield "text", f"从“{form.table.title}”这张工作表的第 2 行填起，不改表头，不合并单元格，不留小计行。"
    yield "text", "深色表头的列每行必填，浅色的按说明填；用不到的浅色列可以整列删去。"
    yield "text", "本页只是说明，不会当作数据读入。"
    for one in form.fields:
        yield "head", f"【{one.column.head}】{_asked(one)}"
        for line in one.rules:
            yield "text", line
    yield "head", "【示例】只看写法，不要照抄到数据表里"
    for one in form.fields:
        if one.example:
            yield "text", f"{one.column.head}：{one.example}"
    for line in form.notes:
        yield "text", line


def limit(kind: str, **bounds: Any) -> dict[str, Any]:
    """A rule for dates and numbers: minimum and maximum, or minimum alone."""
    low, high = bounds.get("minimum"), bounds.get("maximum")
    between = {"criteria": "between", "minimum": low, "maximum": high}
    within = between if high is not None else {"criteria": ">=", "value": low}
    return {"validate": kind, "error_title": "填写有误", "error_message": bounds["told"]} | within


DATES = limit("date", minimum=FIRST, maximum=LAST, told="应为日期，如 2020-05-06")
