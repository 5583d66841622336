"""An explanation written out: as lines for a terminal or a file, nothing cut off, or as a workbook for the office."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from pingyi.common import paths, wording
from pingyi.common.codebook import codebook
from pingyi.common.faults import PingyiError
from pingyi.common.files import replacing
from pingyi.common.spreadsheet_safe import CREATED, calculates, workbook
from pingyi.desk.published import Published
from pingyi.explain import Explanation, FactTable, Part
from pingyi.explain.fact_rows import PARTS, describe_rows, describe_rows_by_file
from pingyi.explain.placements import tabulate_registers

INSIDE = "含逐行的评价记录，只供评议办和审核人员使用，不要外传。"
"""Who reads rows that say who gave which level to whom."""

GROUPED = ("ratings", "counts")
"""Facts whose rows are told by level where there are many."""

OF_OTHERS = ("form", "others")
"""Parts of the rows behind a leaf that are of other units: told by file alone unless all are wanted."""

Cell = str | int | Decimal | None
LONGEST = 1_000_000
"""Rows that one sheet takes; what is more goes to the next."""

TREE = ("指标", "得分", "满分", "条款", "怎样算出来", "处理", "没有计到的分", "规则")
ROWS = ("指标", "作用", "资料", "文件", "工作表", "行", "单位编号", "票数或件数", "内容", "不计的原因")
WIDTHS = {"怎样算出来": 80, "说明": 60, "内容": 60, "指标": 26, "名单": 22, "文件": 24, "没有计到的分": 50}


# ---------------------------------------------------------------- lines


def explanation_lines(
    run: Published, told: Explanation, *, branch: Collection[str] = (), rows: int | None = 10
) -> Iterator[str]:
    """A unit explained. branch: only these components; none: all. rows: how many are shown of each leaf; None: all."""
    yield from _head_lines(run, told)
    if not branch:
        yield from _standing_lines(run, told)
    yield from ["", "得分是怎样来的"]
    parts = _parts_within(told, branch)
    top = min((part.depth for part in parts), default=0)
    if not parts:
        yield "  没有参加计分的指标"
    for part in parts:
        yield from _part_lines(run, told, part, part.depth - top + 1, rows)
    swallowed = [part for part in parts if part.swallowed]
    if swallowed:
        yield from ["", "没有计到的分（最低限、最高限、一票否决、同一件事只计一次）"]
        for part in swallowed:
            yield from (f"  {part.name}：{step.text}" for step in part.swallowed)


def _parts_within(told: Explanation, branch: Collection[str]) -> list[Part]:
    return [part for part in told.parts if not branch or part.component in branch]


def _head_lines(run: Published, told: Explanation) -> Iterator[str]:
    yield f"{told.unit} {told.name}　{run.plan.campaign.title}"
    finished = str(run.manifest["run"].get("finished", "")).replace("T", " ")
    yield f"  依据的运行：{paths.shown(run.run).as_posix()}（{finished} 完成，看到 {run.as_of} 为止的数据）"
    hashes = "方案、数据和数据库都与这次运行的清单相符" if run.checked else "这次运行的清单里没有文件的校验码，没有核对"
    yield f"  核对：{hashes}"
    yield f"  {INSIDE}"
    yield from (f"  {head}：{value}" for head, value in told.about.items() if value)
    yield f"  名录：{describe_rows_by_file(run.rows.roster_rows([told.unit]))}"


def _standing_lines(run: Published, told: Explanation) -> Iterator[str]:
    """Places, lists, consequences and the registers that they hang on."""
    yield from ["", "名次", *(f"  {one.text}" for one in told.placings)]
    if not told.placings:
        yield f"  {told.absent or '没有参加排名'}"
    if told.verdicts:
        yield from ["", "名单"]
    for verdict in told.verdicts:
        clause = f"（{verdict.clause}）" if verdict.clause else ""
        share = "" if not verdict.share else f"；重抽时列入的比例 {wording.percent(verdict.share)}"
        yield f"  {verdict.titled}{clause}{verdict.text.removeprefix(verdict.titled)}{share}"
    if told.consequences:
        yield from ["", "结果运用"]
    for one in told.consequences:
        more = one.together is not None and one.together != one.amount
        both = f"；该对象各项合计 {wording.signed(one.together)}" if more else ""
        yield f"  {one.text}：{one.why}{both}"
    found = tabulate_registers(run.explainer.tables, told.unit)
    if found:
        yield from ["", "名次、名单和结果还用到的登记"]
    for table in found:
        yield from (f"  {table.title}：{_join_cells(table, row)}" for row in table.rows)


def _join_cells(table: FactTable, row: tuple[str, ...]) -> str:
    return "，".join(f"{head} {cell}" for head, cell in zip(table.heads, row, strict=True) if cell)


def _part_lines(run: Published, told: Explanation, part: Part, depth: int, rows: int | None) -> Iterator[str]:
    indent = "  " * depth
    full = f"（满分 {wording.plain(part.full)}）" if part.full is not None else ""
    flag = f"［{part.flag}］" if part.flag else ""
    yield f"{indent}{part.name} {wording.shown(part.marks)} 分{full}{flag}　{part.clause}".rstrip("　")
    yield from (f"{indent}    {step.text}" for step in part.steps)
    named = run.rows.behind(part.component, told.unit).filter(pl.col("part") != "roster")
    if named.height:
        yield from (f"{indent}    · {line}" for line in _row_lines(named, rows))


def _row_lines(named: pl.DataFrame, most: int | None) -> Iterator[str]:
    """The rows behind a leaf, a line each or by level; those of other units by file alone unless all are wanted."""
    for (table, part), same in named.group_by("table", "part", maintain_order=True):
        title = f"{codebook().facts[str(table)].title}（{PARTS[str(part)]}）"
        if most is None or (same.height <= most and part not in OF_OTHERS):
            yield from (f"{title} {_describe_row(row)}" for row in same.iter_rows(named=True))
        elif part in OF_OTHERS:
            units = same["unit"].n_unique()
            yield f"{title} {units} 个单位的 {wording.counted(same.height)} 行：{describe_rows_by_file(same, 3)}"
        elif table in GROUPED:
            for (kind, reason), alike in same.group_by("kind", "reason", maintain_order=True):
                why = f"，{reason}" if reason else ""
                votes = wording.counted(int(alike["number"].sum()))
                yield f"{title} {kind or '没有周期'} {votes} 票{why}：{describe_rows_by_file(alike, most)}"
        else:
            rest = same.slice(most)
            yield from (f"{title} {_describe_row(row)}" for row in same.head(most).iter_rows(named=True))
            yield f"{title} 另有 {rest.height} 行：{describe_rows_by_file(rest, most)}"


def _describe_row(row: dict[str, object]) -> str:
    source, sheet, number = row["source"], row["sheet"], row["row"]
    place = describe_rows(str(source or ""), str(sheet or ""), [int(str(number))] if number is not None else [])
    why = f"，{row['reason']}" if row["reason"] else ""
    return f"{place}：{row['says']}{why}"


# ---------------------------------------------------------------- a workbook


def write_explanation(run: Published, told: Explanation, path: Path, branch: Collection[str] = ()) -> Path:
    """Write the workbook: the tree, places and lists, and every row behind every leaf; an earlier one is replaced.

    branch: only these components; none: all. Text stays text: nothing that files brought becomes a formula or a link.
    Raises: PingyiError for another ending than .xlsx.
    """
    if path.suffix.lower() != ".xlsx":
        raise PingyiError(f"工作簿的文件名要以 .xlsx 结尾，读到的是“{path.name}”。")
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as fresh, workbook(fresh, constant_memory=True) as book:
        book.set_properties({"created": CREATED, "title": f"{told.name} 得分说明"})
        for title, heads, rows in _sheets(run, told, branch):
            _add_sheet(book, title, heads, rows)
    return path


def _sheets(
    run: Published, told: Explanation, branch: Collection[str]
) -> Iterator[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]]:
    yield "说明", ("项目", "内容"), _front_cells(run, told)
    parts = _parts_within(told, branch)
    yield "得分树", TREE, [_part_cells(part) for part in parts]
    yield "名次和名单", ("名次或名单", "结果", "说明", "条款"), _standing_cells(run, told)
    rows = list(_row_cells(run, told, [part.component for part in parts]))
    for at in range(0, max(len(rows), 1), LONGEST):
        yield f"依据{at // LONGEST + 1 if at else ''}", ROWS, rows[at : at + LONGEST]


def _front_cells(run: Published, told: Explanation) -> Iterator[tuple[Cell, ...]]:
    yield "单位", f"{told.unit} {told.name}"
    yield "活动", run.plan.campaign.title
    yield "依据的运行", run.run.name
    yield "数据截至", str(run.as_of)
    yield "注意", INSIDE
    yield from ((head, value) for head, value in told.about.items() if value)


def _part_cells(part: Part) -> tuple[Cell, ...]:
    formula, swallowed = ("\n".join(step.text for step in steps) for steps in (part.steps, part.swallowed))
    name = "　" * part.depth + part.name
    return name, part.marks, part.full, part.clause, formula, part.flag, swallowed, part.says


def _standing_cells(run: Published, told: Explanation) -> Iterator[tuple[Cell, ...]]:
    for one in told.placings:
        place = wording.NOTHING if one.place is None else f"第 {one.place} 名（共 {one.of} 个）"
        yield one.name, place, one.why, ""
    for verdict in told.verdicts:
        result = f"列入，第 {verdict.place} 位" if verdict.listed else "未列入"
        why = "；".join(one for one in (verdict.why, verdict.inside) if one)
        yield verdict.titled, result, why, verdict.clause
    for outcome in told.consequences:
        yield "结果运用", outcome.text, outcome.why, outcome.clause
    for table in tabulate_registers(run.explainer.tables, told.unit):
        for row in table.rows:
            yield "登记", table.title, _join_cells(table, row), ""


def _row_cells(run: Published, told: Explanation, components: Iterable[str]) -> Iterator[tuple[Cell, ...]]:
    titles = {name: table.title for name, table in codebook().facts.items()}
    for component in components:
        name = run.plan.component(component).title
        for row in run.rows.behind(component, told.unit).iter_rows(named=True):
            place = (row["source"], row["sheet"], row["row"], row["unit"], row["number"])
            yield name, PARTS[row["part"]], titles[row["table"]], *place, row["says"], row["reason"]


def _add_sheet(book: Any, title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
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
