"""The first sheet: which campaign and run, where everything is, key figures, lists, and what is to be decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pingyi.common import wording
from pingyi.office.workbook import style
from pingyi.office.workbook.parts import Banner, Sheet
from pingyi.office.workbook.sheet import A4, internal, page, put
from pingyi.office.workbook.style import Styles
from pingyi.report import answers
from pingyi.report.book import Book
from pingyi.report.page import run_stamp

NAME = "总览"
WIDTHS = (25.0, 32.0, 24.0, 13.0, 38.0)
SHOWN = 6
"""Units that a decision names; the rest is counted."""

OWN = "内部材料，不得外传：本工作簿供评议办复核重算，有完整的票数，人数很少的组也在内"
"""The workbook recomputes everything, and needs exact counts for it."""

LINK = {"font_color": "#0072B2", "underline": 1}


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


def front(book: Any, styles: Styles, of: Book, sheets: Sequence[Sheet], banner: Banner) -> None:
    """Write the first sheet."""
    made = book.add_worksheet(NAME)
    for place, room in enumerate(WIDTHS):
        made.set_column(place, place, room)
    row = _head(made, styles, of, banner)
    for block in (_about(of), _contents(sheets), _figures(of), *_lists(of), _decisions(of)):
        if block.rows:
            row = _block(made, styles, block, row)
    made.print_area(0, 0, row - 1, len(WIDTHS) - 1)
    page(made, NAME, banner, A4)
    made.set_portrait()
    made.activate()


def _head(made: Any, styles: Styles, of: Book, banner: Banner) -> int:
    """The title and what must not be overlooked; the first free row."""
    early = [("warning", f"截至 {of.day} 的情况，不是最后结果。")] if of.early else []
    warning = [("warning", banner.warning)] if banner.warning else []
    warning += [("warning", OWN)]
    for row, (kind, text) in enumerate([("title", of.plan.campaign.title), *warning, *early]):
        made.set_row(row, 30 if kind == "title" else style.LINE + 3)
        made.merge_range(row, 0, row, len(WIDTHS) - 1, text, getattr(styles, kind))
    return 1 + len(warning) + len(early)


def _block(made: Any, styles: Styles, block: Block, row: int) -> int:
    """Write a block; the first free row below it."""
    made.set_row(row, 10)
    made.set_row(row + 1, 22)
    made.write_string(row + 1, 0, block.title, styles.get(bold=True, font_size=12))
    row += 2
    if block.heads:
        made.set_row(row, style.LINE + 5)
        _cells(made, row, block.heads, [styles.head(align="left", indent=1)] * len(block.heads))
        row += 1
    for nth, cells in enumerate(block.rows):
        _line(made, styles, block, row + nth, cells, block.links[nth] if block.links else "")
    return row + len(block.rows)


def _line(made: Any, styles: Styles, block: Block, row: int, cells: Sequence[Any], link: str) -> None:
    """Write a row of a block as high as its longest text."""
    rooms = [*WIDTHS[: len(cells) - 1], sum(WIDTHS[len(cells) - 1 :])]
    texts = [(cell, room) for cell, room in zip(cells, rooms, strict=True) if isinstance(cell, str)]
    made.set_row(row, style.height(texts))
    _cells(made, row, cells, [_look(styles, kind, cell) for kind, cell in zip(block.kinds, cells, strict=True)])
    if link:
        made.write_url(row, 0, internal(link), styles.cell("text", **LINK), str(cells[0]))


def _look(styles: Styles, kind: str, cell: Any) -> Any:
    if isinstance(cell, Amount):
        return styles.cell("count", num_format=f'#,##0" {cell.unit}"', align="left")
    return styles.cell(kind)


def _cells(made: Any, row: int, cells: Sequence[Any], looks: Sequence[Any]) -> None:
    """Write cells side by side, the last one across what is left of the sheet's width."""
    last, end = len(cells) - 1, len(WIDTHS) - 1
    if last < end:
        made.merge_range(row, last, row, end, "", looks[last])
    for place, (cell, look) in enumerate(zip(cells, looks, strict=True)):
        put(made, row, place, cell.number if isinstance(cell, Amount) else cell, look)


def _about(of: Book) -> Block:
    """Which campaign this is, which document made it, which run."""
    campaign = of.plan.campaign
    period = f"{of.period[0]} 至 {of.period[1]}" if of.period else ""
    told = [("组织单位", campaign.office), ("年度", f"{campaign.year}"), ("依据", campaign.document)]
    told += [("印发日期", str(campaign.issued)), ("评议期间", period), *run_stamp(of.run)]
    return Block("本次评议", (), ("text", "text"), tuple((head, text) for head, text in told if text))


def _contents(sheets: Sequence[Sheet]) -> Block:
    rows = tuple((one.name, Amount(Decimal(len(one.rows)), "行"), one.says) for one in sheets)
    heads, links = ("工作表", "多少", "内容"), tuple(one.name for one in sheets)
    return Block("目录（点名称前往）", heads, ("text",) * 3, rows, links)


def _figures(of: Book) -> Block:
    rows = tuple((one.what, _amount(one), one.note) for one in answers.key_figures(of))
    return Block("关键数字", ("项目", "数量", "说明"), ("text",) * 3, rows)


def _amount(one: answers.KeyFigure) -> Amount | str:
    plain = one.value.replace(",", "")
    return Amount(Decimal(plain), one.unit) if plain.isdigit() else f"{one.value} {one.unit}"


def _lists(of: Book) -> list[Block]:
    """Every final list; the organ only where it says something."""
    wanted = [place for place in range(len(ENTRY)) if of.organs_tell or place != ORGAN]
    heads = [of.organ_head if place == ORGAN else head for place, (head, _) in enumerate(ENTRY)]
    return [
        Block(
            title=card.titled + (f"（{card.clause}）" if card.clause else ""),
            heads=tuple(heads[place] for place in wanted),
            kinds=tuple(ENTRY[place][1] for place in wanted),
            rows=tuple(tuple(_entry(one)[place] for place in wanted) for one in card.entries),
        )
        for card in answers.cards(of)
    ]


ENTRY = (("位次", "place"), ("单位", "text"), ("", "text"), ("得分（分）", "marks"), ("同时列入", "text"))
ORGAN = 2
"""Heads and kinds of an entry's cells, and where the organ stands."""


def _entry(one: answers.Entry) -> tuple[Any, ...]:
    name = f"{one.name}（{one.group}）" if one.group else one.name
    return (one.place, name, one.organ, Decimal(one.exact) if one.exact else None, one.others)


def _decisions(of: Book) -> Block:
    heads = ("性质", "情况", "涉及", "条款", "怎么办")
    found = [one for severity in ("decision", "notice") for one in answers.decisions(of, severity)]
    return Block("要决定的和要知道的", heads, ("text",) * 5, tuple(_decision(one) for one in found))


def _decision(one: answers.Decision) -> tuple[str, ...]:
    """What it is about, what was found, which units, and what to do."""
    told = "：".join(text for text in (one.where, one.what) if text)
    found = "；".join(text for text in one.found if text not in told)
    units = wording.joined([name for _, name in one.units], SHOWN)
    return (one.severity, f"{told}。{found}".rstrip("。"), units, one.clause, one.wanted)
