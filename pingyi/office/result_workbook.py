"""A finished review as one Excel workbook: numbers that can be sorted, filtered, printed and worked out again.

Its first sheet says which campaign and run, where everything is, key figures, lists, and what is to be decided; its
last one what every sheet and column means.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from pingyi.common import wording
from pingyi.common.spreadsheet_safe import replaced_workbook
from pingyi.office.issuance import SIMULATED
from pingyi.office.sheet_writer import (
    A4,
    LINE_HEIGHT,
    LINES,
    Banner,
    Column,
    Sheet,
    Styles,
    own_value,
    row_height,
    set_pages,
    sheet_address,
    write_sheet,
    write_value,
)
from pingyi.office.workbook_sheets import result_sheets
from pingyi.report import answers
from pingyi.report.page import run_stamp
from pingyi.results.result_tables import ResultTables

CONFIDENTIAL = "仅供内部，不得外传。"
OVERVIEW, GLOSSARY = "总览", "说明"


def write_workbook(results: ResultTables, target: Path, *, simulated: bool) -> Path:
    """Write the workbook of a finished review; an older file is replaced only when the new one is whole.

    The same review and run give the same bytes. simulated: every sheet and page says so.
    """
    sheets = [*result_sheets(results)]
    sheets.append(glossary_sheet(sheets))
    banner, campaign = _make_banner(results, simulated), results.plan.campaign
    with replaced_workbook(target, title=campaign.title, company=campaign.office) as made:
        styles = Styles(made)
        _write_overview(made.add_worksheet(OVERVIEW), styles, results, sheets, banner)
        for sheet in sheets:
            write_sheet(made, styles, sheet, banner)
    return target


def _make_banner(results: ResultTables, simulated: bool) -> Banner:
    campaign, run = results.plan.campaign, dict(run_stamp(results.run)).get("运行编号")
    warnings = (f"{SIMULATED}。" if simulated else "", CONFIDENTIAL if campaign.confidential else "")
    told = [text for text in warnings if text]
    return Banner(
        campaign=campaign.title,
        run=f"运行编号 {run}" if run else "",
        warning="　".join(told),
        brief="　".join(re.split("[：，]", text)[0] for text in told),
        contents=OVERVIEW,
    )


GLOSSARY_NOTES = (
    "得分存十位小数，每项只在算完时四舍五入一次；这里显示两位，单元格里是全部小数，排名用全部小数。",
    "编号是文字，前面的 0 不会丢。公式旁存有算出的值，不重算也能看到；与报告不一致时，以报告为准并请核对。",
    "表头已经说明白的列，这里不再列出。",
)


def glossary_sheet(sheets: list[Sheet]) -> Sheet:
    """What a sheet is for, and what its columns mean where the head does not say it all."""
    rows = [
        {"sheet": sheet.name, "column": column, "says": says}
        for sheet in sheets
        for column, says in [("", sheet.says), *((one.head, one.says) for one in sheet.columns if one.says)]
    ]
    columns = (
        Column("sheet", "工作表", "text", own_value("sheet")),
        Column("column", "列", "text", own_value("column")),
        Column("says", "意思", "long", own_value("says"), widest=90),
    )
    return Sheet(GLOSSARY, "说明：各表各列的意思", "各表各列的意思", columns, rows, GLOSSARY_NOTES, frozen=2)


WIDTHS = (25.0, 32.0, 24.0, 13.0, 38.0)
"""Columns of the first sheet."""
SHOWN = 6
"""Units that a decision names; the rest is counted."""
OWN = "内部材料，不得外传：本工作簿供评议办复核重算，有完整的票数，人数很少的组也在内"
"""The workbook recomputes everything, and needs exact counts for it."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit of measure."""

    number: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the sheet: its title, heads, kinds of cells and rows. The last cell of a row takes the room left over.

    links: the sheets that the first cells of the rows lead to.
    """

    title: str
    heads: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    links: tuple[str, ...] = ()


def _write_overview(made: Any, styles: Styles, results: ResultTables, sheets: Sequence[Sheet], banner: Banner) -> None:
    for place, room in enumerate(WIDTHS):
        made.set_column(place, place, room)
    row = _write_title(made, styles, results, banner)
    blocks = (_campaign_block(results), _contents_block(sheets), _figures_block(results))
    for block in (*blocks, *_list_blocks(results), _due_block(results)):
        if block.rows:
            row = _write_block(made, styles, block, row)
    made.print_area(0, 0, row - 1, len(WIDTHS) - 1)
    set_pages(made, OVERVIEW, banner, A4)
    made.set_portrait()
    made.activate()


def _write_title(made: Any, styles: Styles, results: ResultTables, banner: Banner) -> int:
    """The title and what must not be overlooked; the first free row."""
    early = f"截至 {results.day} 的情况，不是最后结果。" if results.early else ""
    warnings = [("warning", text) for text in (banner.warning, OWN, early) if text]
    for row, (kind, text) in enumerate([("title", results.plan.campaign.title), *warnings]):
        made.set_row(row, 30 if kind == "title" else LINE_HEIGHT + 3)
        made.merge_range(row, 0, row, len(WIDTHS) - 1, text, styles.line(kind))
    return 1 + len(warnings)


def _write_block(made: Any, styles: Styles, block: Block, row: int) -> int:
    """Write a block; the first free row below it."""
    made.set_row(row, 10)
    made.set_row(row + 1, 22)
    made.write_string(row + 1, 0, block.title, styles.get(bold=True, font_size=12))
    row += 2
    if block.heads:
        made.set_row(row, LINE_HEIGHT + 5)
        _write_across(made, row, block.heads, [styles.head(align="left", indent=1)] * len(block.heads))
        row += 1
    for nth, cells in enumerate(block.rows):
        _write_line(made, styles, block, row + nth, cells, block.links[nth] if block.links else "")
    return row + len(block.rows)


def _write_line(made: Any, styles: Styles, block: Block, row: int, cells: Sequence[Any], link: str) -> None:
    """Write a row of a block as high as its longest text."""
    rooms = [*WIDTHS[: len(cells) - 1], sum(WIDTHS[len(cells) - 1 :])]
    texts = [(cell, room) for cell, room in zip(cells, rooms, strict=True) if isinstance(cell, str)]
    made.set_row(row, row_height(texts))
    looks = [
        styles.cell("count", num_format=f'#,##0" {cell.unit}"', align="left")
        if isinstance(cell, Amount)
        else styles.cell(kind)
        for kind, cell in zip(block.kinds, cells, strict=True)
    ]
    _write_across(made, row, cells, looks)
    if link:
        made.write_url(row, 0, sheet_address(link), styles.cell("text", **LINES["link"]), str(cells[0]))


def _write_across(made: Any, row: int, cells: Sequence[Any], looks: Sequence[Any]) -> None:
    """Write cells side by side, the last one across what is left of the sheet's width."""
    last, end = len(cells) - 1, len(WIDTHS) - 1
    if last < end:
        made.merge_range(row, last, row, end, "", looks[last])
    for place, (cell, look) in enumerate(zip(cells, looks, strict=True)):
        write_value(made, row, place, cell.number if isinstance(cell, Amount) else cell, look)


def _campaign_block(results: ResultTables) -> Block:
    """Which campaign this is, which document made it, which run."""
    campaign = results.plan.campaign
    period = f"{results.period[0]} 至 {results.period[1]}" if results.period else ""
    told = [("组织单位", campaign.office), ("年度", f"{campaign.year}"), ("依据", campaign.document)]
    told += [("印发日期", str(campaign.issued)), ("评议期间", period), *run_stamp(results.run)]
    return Block("本次评议", (), ("text", "text"), tuple((head, text) for head, text in told if text))


def _contents_block(sheets: Sequence[Sheet]) -> Block:
    rows = tuple((one.name, Amount(Decimal(len(one.rows)), "行"), one.says) for one in sheets)
    heads, links = ("工作表", "多少", "内容"), tuple(one.name for one in sheets)
    return Block("目录（点名称前往）", heads, ("text",) * 3, rows, links)


def _figures_block(results: ResultTables) -> Block:
    rows = tuple((one.what, _measured(one), one.note) for one in answers.key_figures(results))
    return Block("关键数字", ("项目", "数量", "说明"), ("text",) * 3, rows)


def _measured(one: answers.KeyFigure) -> Amount | str:
    plain = one.value.replace(",", "")
    return Amount(Decimal(plain), one.unit) if plain.isdigit() else f"{one.value} {one.unit}"


def _list_blocks(results: ResultTables) -> list[Block]:
    """Every final list; the organ only where it says something."""
    organ = [(results.organ_head, "text")] if results.organs_differ else []
    columns = [("位次", "place"), ("单位", "text"), *organ, ("得分（分）", "marks"), ("同时列入", "text")]
    return [
        Block(
            title=card.titled + (f"（{card.clause}）" if card.clause else ""),
            heads=tuple(head for head, _ in columns),
            kinds=tuple(kind for _, kind in columns),
            rows=tuple(
                (
                    one.place,
                    f"{one.name}（{one.group}）" if one.group else one.name,
                    *([one.organ] if results.organs_differ else []),
                    Decimal(one.exact) if one.exact else None,
                    one.others,
                )
                for one in card.entries
            ),
        )
        for card in answers.cards(results)
    ]


def _due_block(results: ResultTables) -> Block:
    """What is to be decided and what to be known: what it is about, what was found, which units, and what to do."""
    heads = ("性质", "情况", "涉及", "条款", "怎么办")
    found = [one for severity in ("decision", "notice") for one in answers.decisions(results, severity)]
    return Block("要决定的和要知道的", heads, ("text",) * 5, tuple(_decision_cells(one) for one in found))


def _decision_cells(one: answers.Decision) -> tuple[str, ...]:
    told = "：".join(text for text in (one.where, one.what) if text)
    found = "；".join(text for text in one.found if text not in told)
    units = wording.joined([name for _, name in one.units], SHOWN)
    return (one.severity, f"{told}。{found}".rstrip("。"), units, one.clause, one.wanted)
