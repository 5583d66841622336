"""An explanation as a workbook for the office: the tree, places and lists, and every row behind every leaf."""

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pingyi.common import wording
from pingyi.common.codebook import codebook
from pingyi.common.faults import PingyiError
from pingyi.common.spreadsheet_safe import AS_TEXT, calculates
from pingyi.desk.printed import INSIDE
from pingyi.desk.published import Published
from pingyi.explain.evidence import evidence
from pingyi.explain.named import PARTS
from pingyi.explain.parts import Explanation, Part

Cell = str | int | Decimal | None
LONGEST = 1_000_000
"""Rows that one sheet takes; what is more goes to the next."""

TREE = ("指标", "得分", "满分", "条款", "怎样算出来", "处理", "没有计到的分", "规则")
ROWS = ("指标", "作用", "资料", "文件", "工作表", "行", "单位编号", "票数或件数", "内容", "不计的原因")
WIDTHS = {"怎样算出来": 80, "说明": 60, "内容": 60, "指标": 26, "名单": 22, "文件": 24, "没有计到的分": 50}


def write_explanation(run: Published, told: Explanation, path: Path, branch: Collection[str] = ()) -> Path:
    """Write the workbook beside its place and put it there when it is whole; an earlier one is replaced.

    branch: only these components; none: all. Text stays text: nothing that files brought becomes a formula or a link.
    Raises: PingyiError for another ending than .xlsx.
    """
    import xlsxwriter

    if path.suffix.lower() != ".xlsx":
        raise PingyiError(f"工作簿的文件名要以 .xlsx 结尾，读到的是“{path.name}”。")
    partial = path.with_name(f".{path.name}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(partial, AS_TEXT | {"constant_memory": True}) as book:
        book.set_properties({"created": datetime(2000, 1, 1), "title": f"{told.name} 得分说明"})
        for title, heads, rows in _sheets(run, told, branch):
            _add(book, title, heads, rows)
    os.replace(partial, path)
    return path


def _sheets(
    run: Published, told: Explanation, branch: Collection[str]
) -> Iterator[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]]:
    yield "说明", ("项目", "内容"), _front(run, told)
    parts = [part for part in told.parts if not branch or part.component in branch]
    yield "得分树", TREE, [_component(part) for part in parts]
    yield "名次和名单", ("名次或名单", "结果", "说明", "条款"), _standing(run, told)
    rows = list(_rows(run, told, [part.component for part in parts]))
    for at in range(0, max(len(rows), 1), LONGEST):
        yield f"依据{at // LONGEST + 1 if at else ''}", ROWS, rows[at : at + LONGEST]


def _component(part: Part) -> tuple[Cell, ...]:
    formula, swallowed = ("\n".join(step.text for step in steps) for steps in (part.steps, part.swallowed))
    name = "　" * part.depth + part.name
    return name, part.marks, part.full, part.clause, formula, part.flag, swallowed, part.says


def _front(run: Published, told: Explanation) -> Iterator[tuple[Cell, ...]]:
    yield "单位", f"{told.unit} {told.name}"
    yield "活动", run.plan.campaign.title
    yield "依据的运行", run.run.name
    yield "数据截至", str(run.as_of)
    yield "注意", INSIDE
    yield from ((head, value) for head, value in told.about.items() if value)


def _standing(run: Published, told: Explanation) -> Iterator[tuple[Cell, ...]]:
    for one in told.placings:
        place = wording.NOTHING if one.place is None else f"第 {one.place} 名（共 {one.of} 个）"
        yield one.name, place, one.why, ""
    for verdict in told.verdicts:
        result = f"列入，第 {verdict.place} 位" if verdict.listed else "未列入"
        why = "；".join(one for one in (verdict.why, verdict.inside) if one)
        yield verdict.titled, result, why, verdict.clause
    for outcome in told.consequences:
        yield "结果运用", outcome.text, outcome.why, outcome.clause
    for table in evidence(run.explainer.tables, told.unit):
        for row in table.rows:
            said = "，".join(f"{head} {cell}" for head, cell in zip(table.heads, row, strict=True) if cell)
            yield "登记", table.title, said, ""


def _rows(run: Published, told: Explanation, components: Iterable[str]) -> Iterator[tuple[Cell, ...]]:
    titles = {name: table.title for name, table in codebook().facts.items()}
    for component in components:
        name = run.plan.component(component).title
        for row in run.rows.behind(component, told.unit).iter_rows(named=True):
            place = (row["source"], row["sheet"], row["row"], row["unit"], row["number"])
            yield name, PARTS[row["part"]], titles[row["table"]], *place, row["says"], row["reason"]


def _add(book: Any, title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    sheet = book.add_worksheet(title)
    bold = book.add_format({"bold": True, "bottom": 1})
    texts = {
        live: book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": live}) for live in (False, True)
    }
    for at, head in enumerate(heads):
        sheet.set_column(at, at, WIDTHS.get(head, 14))
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, heads, bold)
    for line, row in enumerate(rows, start=1):
        for at, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(line, at, cell, texts[calculates(cell)])
            elif cell is not None:
                sheet.write_number(line, at, float(cell), texts[False])
