"""What the detectors found, as an Excel workbook for those who check it: findings, their rows, what hangs on them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from pingyi.common.codebook import codebook
from pingyi.common.files import replacing
from pingyi.common.spreadsheet_safe import CREATED, workbook
from pingyi.integrity import DETECTORS, Finding, Found, Without
from pingyi.integrity.finding import KINDS
from pingyi.integrity.search import CAUTION, NOTHING
from pingyi.integrity.told import ASKED, bound, lists, subject
from pingyi.office.workbook.parts import Banner, Column, Kind, Sheet, plain
from pingyi.office.workbook.sheet import add
from pingyi.office.workbook.style import Styles

LEADS, ROWS, WITHOUT, ASKED_FOR = "线索", "涉及的记录", "不计这些记录会怎样", "查了什么"
SIMULATED = "模拟数据：下面的线索不涉及任何真实单位。"
INTERNAL = "仅供内部核对：含评价人、设备代号和表单编号，不得外传。"

MOST = 200_000
"""Rows of the facts that are listed; spreadsheets grow slow beyond, and stop at a million."""

NO_RESULT = "没有试算（只试算最不可能出于偶然的几条）"


def write_leads(found: Found, tried: Sequence[Without], target: Path, *, simulated: bool) -> Path:
    """Write the workbook; an older file is replaced only when the new one is whole.

    tried: findings as `without` tried them. The same findings give the same bytes. simulated: every sheet says so.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with replacing(target) as fresh:
        _write(found, tried, fresh, [SIMULATED, INTERNAL] if simulated else [INTERNAL])
    return target


def _write(found: Found, tried: Sequence[Without], path: Path, warnings: Sequence[str]) -> None:
    campaign = found.material.plan.campaign
    brief = "　".join(one.split("：")[0] for one in warnings)
    banner = Banner(campaign.title, "核对线索", "　".join(warnings), brief, LEADS)
    with workbook(path) as book:
        book.set_properties({"title": f"{campaign.title}：核对线索", "company": campaign.office, "created": CREATED})
        styles = Styles(book)
        for sheet in (_leads(found, tried), _rows(found), _without(found, tried), _asked(found)):
            back = ASKED_FOR if sheet.name == LEADS else LEADS
            add(book, styles, sheet, replace(banner, contents=back))


def _columns(*columns: tuple[str, str, Kind, int]) -> tuple[Column, ...]:
    """Columns by name, head, kind and largest width (0: what the kind allows)."""
    return tuple(Column(name, head, kind, plain(name), widest=widest) for name, head, kind, widest in columns)


def _leads(found: Found, tried: Sequence[Without]) -> Sheet:
    """One row a finding, the least likely first."""
    results = {id(one.finding): one.sentence for one in tried}
    rows = [
        _about(found, nth, one)
        | {
            "sentence": one.sentence,
            "rows": one.rows.height,
            "without": results.get(id(one), NO_RESULT),
            "statistic": Decimal(f"{one.statistic:.6g}"),
            "counts": ASKED[one.detector][1],
            "p": Decimal(f"{one.p:.2g}"),
            "threshold": Decimal(f"{one.threshold:.2g}"),
        }
        for nth, one in enumerate(found.findings, start=1)
    ]
    columns = _columns(
        *ABOUT,
        ("sentence", "看到了什么，请核对什么", "long", 70),
        ("rows", "涉及记录（条）", "count", 0),
        ("without", "不计这些记录会怎样", "long", 60),
        ("statistic", "统计量", "number", 0),
        ("counts", "统计量是", "text", 0),
        ("p", "出于偶然的可能性", "number", 0),
        ("threshold", "界限", "number", 0),
    )
    notes = (CAUTION, _counted(found), bound(found))
    return Sheet(LEADS, "核对线索", "请核对的线索", columns, rows, notes, frozen=2)


ABOUT: tuple[tuple[str, str, Kind, int], ...] = (
    ("number", "序号", "place", 0),
    ("what", "线索", "text", 0),
    ("component", "指标", "text", 0),
    ("kind", "对象类别", "text", 0),
    ("subject", "对象", "text", 34),
    ("unit", "单位", "text", 34),
)
"""What every finding is about."""


def _about(found: Found, nth: int, one: Finding) -> dict[str, Any]:
    material = found.material
    return {
        "number": nth,
        "what": DETECTORS[one.detector].TITLE,
        "component": material.title(one.method).strip("“”"),
        "kind": KINDS[one.kind],
        "subject": subject(found, one),
        "unit": material.name(one.unit) if one.unit else "",
    }


def _counted(found: Found) -> str:
    number = len(found.findings)
    return f"共有 {number} 条线索，按出于偶然的可能性从小到大排列。" if number else NOTHING


def _rows(found: Found) -> Sheet:
    """One row for each row of the facts that a finding came from."""
    tables = {name: table.title for name, table in codebook().facts.items()}
    rows = [
        row | {"what": what, "table": tables.get(row["table"], row["table"])}
        for what, row in _of_each(found, lambda one: one.rows.iter_rows(named=True))
    ]
    notes = ["行号是表格软件左边的行号；一条记录可以属于几条线索。"]
    if len(rows) > MOST:
        notes.append(f"只列前 {MOST} 行，共 {len(rows)} 行。")
    columns = _columns(
        ("number", "序号", "place", 0),
        ("what", "线索", "text", 0),
        ("table", "表", "text", 0),
        ("source", "文件", "text", 40),
        ("sheet", "工作表", "text", 0),
        ("row", "行", "count", 0),
    )
    return Sheet(ROWS, "线索涉及的记录", "每条线索来自哪些行", columns, rows[:MOST], (CAUTION, *notes), frozen=1)


def _of_each(found: Found, rows: Callable[[Finding], Iterator[dict[str, Any]]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for nth, one in enumerate(found.findings, start=1):
        for row in rows(one):
            yield DETECTORS[one.detector].TITLE, row | {"number": nth}


def _without(found: Found, tried: Sequence[Without]) -> Sheet:
    """One row a finding that was tried."""
    numbers = {id(one): nth for nth, one in enumerate(found.findings, start=1)}
    rows = [_changed(found, numbers[id(one.finding)], one) for one in tried]
    notes = (
        CAUTION,
        "每条线索单独试算：只去掉它的记录，其余数据和规则都不变，从头重算一遍，与现在的结果比较。数据文件没有改动。",
        "名单进出：进、出各算一处。变动单位：名单、名次或得分有变的单位数。名次变动：变动最大的单位变了几名。",
        f"试算了最不可能出于偶然的 {len(rows)} 条。" if rows else "没有可以试算的线索。",
    )
    columns = _columns(
        *(one for one in ABOUT if one[0] in ("number", "what", "subject")),
        ("rows", "不计的记录", "count", 0),
        ("memberships", "名单进出", "count", 0),
        ("units", "变动单位", "count", 0),
        ("places", "名次变动", "count", 0),
        ("lists", "谁进谁出", "long", 44),
        ("sentence", "会怎样", "long", 60),
    )
    return Sheet(WITHOUT, "不计这些记录会怎样", "每条线索对结果的影响", columns, rows, notes, frozen=2)


def _changed(found: Found, nth: int, one: Without) -> dict[str, Any]:
    different = one.difference
    most = different.largest() if different else None
    size: tuple[int | None, int | None] = different.size if different else (None, None)
    return _about(found, nth, one.finding) | {
        "rows": one.finding.rows.height,
        "memberships": size[0],
        "units": size[1],
        "places": None if different is None else abs(most.by or 0) if most else 0,
        "lists": lists(one),
        "sentence": one.sentence,
    }


def _asked(found: Found) -> Sheet:
    """One row a detector."""
    rows = [
        {
            "what": DETECTORS[name].TITLE,
            "asks": ASKED[name][0],
            "tested": look.tested,
            "flagged": look.flagged,
            "findings": len(look.findings),
            "counts": ASKED[name][1],
        }
        for name, look in found.looks.items()
    ]
    columns = _columns(
        ("what", "查什么", "text", 0),
        ("asks", "怎样查", "long", 70),
        ("tested", "查过的对象（个）", "count", 0),
        ("flagged", "有线索的（个）", "count", 0),
        ("findings", "线索（条）", "count", 0),
        ("counts", "统计量是", "text", 0),
    )
    notes = (CAUTION, bound(found), "查过 0 个，是数据里没有这项检验要用的列或表，不等于没有问题。")
    return Sheet(ASKED_FOR, "查了什么", "各项检验", columns, rows, notes, frozen=1)
