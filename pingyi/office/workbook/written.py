"""A finished review as one Excel workbook: numbers that can be sorted, filtered, printed and worked out again."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from pingyi.common.office_files import CREATED, workbook
from pingyi.office.workbook import front
from pingyi.office.workbook.parts import Banner, Column, Sheet, plain
from pingyi.office.workbook.sheet import add
from pingyi.office.workbook.style import Styles
from pingyi.office.workbook.tables import events, lists, outcomes, readings, standings, sums
from pingyi.office.workbook.tree import tree
from pingyi.office.workbook.votes import votes
from pingyi.report.book import Book
from pingyi.report.page import run_stamp

SIMULATED = "模拟数据：评价、评分、事项等由程序生成，不代表任何真实单位的评议结果。"
CONFIDENTIAL = "仅供内部，不得外传。"
GLOSSARY = "说明"


def write_workbook(book: Book, target: Path, *, simulated: bool) -> Path:
    """Write the workbook of a finished review; an older file is replaced only when the new one is whole.

    The same review and run give the same bytes. simulated: every sheet and page says so.
    """
    sheets = [*_sheets(book)]
    sheets.append(glossary(sheets))
    fresh = target.with_name(f".{target.name}.part")
    try:
        _write(book, sheets, fresh, _banner(book, simulated))
        os.replace(fresh, target)
    finally:
        fresh.unlink(missing_ok=True)
    return target


def _write(book: Book, sheets: list[Sheet], path: Path, banner: Banner) -> None:
    with workbook(path) as made:
        campaign = book.plan.campaign
        made.set_properties({"title": campaign.title, "company": campaign.office, "created": CREATED})
        styles = Styles(made)
        front.front(made, styles, book, sheets, banner)
        for sheet in sheets:
            add(made, styles, sheet, banner)


def _sheets(book: Book) -> Iterator[Sheet]:
    """The sheets that this campaign has something for."""
    yield from standings(book)
    yield tree(book)
    for make in (votes, events, lists, outcomes, sums, readings):
        sheet = make(book)
        if sheet is not None:
            yield sheet


def _banner(book: Book, simulated: bool) -> Banner:
    campaign, run = book.plan.campaign, dict(run_stamp(book.run)).get("运行编号")
    warnings = (SIMULATED if simulated else "", CONFIDENTIAL if campaign.confidential else "")
    told = [text for text in warnings if text]
    return Banner(
        campaign=campaign.title,
        run=f"运行编号 {run}" if run else "",
        warning="　".join(told),
        brief="　".join(re.split("[：，]", text)[0] for text in told),
        contents=front.NAME,
    )


def glossary(sheets: list[Sheet]) -> Sheet:
    """What a sheet is for, and what its columns mean where the head does not say it all."""
    rows = [
        {"sheet": sheet.name, "column": column, "says": says}
        for sheet in sheets
        for column, says in [("", sheet.says), *((one.head, one.says) for one in sheet.columns if one.says)]
    ]
    columns = (
        Column("sheet", "工作表", "text", plain("sheet")),
        Column("column", "列", "text", plain("column")),
        Column("says", "意思", "long", plain("says"), widest=90),
    )
    return Sheet(GLOSSARY, "说明：各表各列的意思", "各表各列的意思", columns, rows, NOTES, frozen=2)


NOTES = (
    "得分存十位小数，每项只在算完时四舍五入一次；这里显示两位，单元格里是全部小数，排名用全部小数。",
    "编号是文字，前面的 0 不会丢。公式旁存有算出的值，不重算也能看到；与报告不一致时，以报告为准并请核对。",
    "表头已经说明白的列，这里不再列出。",
)
