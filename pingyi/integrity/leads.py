"""What the detectors found, for those who check it: lines for the command line, and an Excel workbook.

The workbook has the findings, their rows, what hangs on them, and what was looked at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from pingyi.common import wording
from pingyi.common.codebook import codebook
from pingyi.common.files import replacing
from pingyi.common.spreadsheet_safe import CREATED, workbook
from pingyi.integrity.detector import CAMPAIGN, DETECTORS, KINDS, Finding, describe_subject
from pingyi.integrity.search import CAUTION, NOTHING, Found, Without
from pingyi.office.sheet_writer import Banner, Column, Kind, Sheet, Styles, own_value, write_sheet

SHOWN = 10
"""Findings described on the command line; the workbook has all of them."""

LEADS, ROWS, WITHOUT, ASKED_FOR = "线索", "涉及的记录", "不计这些记录会怎样", "查了什么"
SIMULATED = "模拟数据：下面的线索不涉及任何真实单位。"
INTERNAL = "仅供内部核对：含评价人、设备代号和表单编号，不得外传。"

MOST = 200_000
"""Rows of the facts that are listed; spreadsheets grow slow beyond, and stop at a million."""

NO_RESULT = "没有试算（只试算最不可能出于偶然的几条）"

Row = dict[str, Any]


def summarize(found: Found, tried: Sequence[Without]) -> Iterator[str]:
    """Lines for the command line: what was looked at, how many findings, the least likely with what hangs on them.

    tried: the first findings as `without` tried them.
    """
    yield "查了什么："
    for name, look in found.looks.items():
        about = f"查了 {look.tested} 个，线索 {len(look.findings)} 条" if look.tested else "没有可查的数据"
        yield f"  {DETECTORS[name].title}：{about}"
    yield _describe_bound(found)
    yield CAUTION
    findings = found.findings
    first = f"，最不可能出于偶然的 {SHOWN} 条是：" if len(findings) > SHOWN else "："
    yield f"共有 {len(findings)} 条线索{first}" if findings else NOTHING
    results = {id(one.finding): one.sentence for one in tried}
    for nth, one in enumerate(findings[:SHOWN], start=1):
        yield f"{nth}. {one.sentence}"
        if id(one) in results:
            yield f"   {results[id(one)]}"


def _describe_bound(found: Found) -> str:
    """What keeps chance findings down, in a sentence; and what was not looked at."""
    questions = round(CAMPAIGN / found.material.threshold)
    return (
        f"本活动共有 {questions} 项检验，每项的界限是 {CAMPAIGN:.0%} 的 {questions} 分之一，并已按查过的对象数校正："
        f"照检验的假定，没有异常的活动出现任何一条线索的可能性不超过 {CAMPAIGN:.0%}。{found.left_aside}"
    )


def write_leads(found: Found, tried: Sequence[Without], target: Path, *, simulated: bool) -> Path:
    """Write the workbook; an older file is replaced only when the new one is whole.

    tried: findings as `without` tried them. The same findings give the same bytes. simulated: every sheet says so.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with replacing(target) as fresh:
        _write_sheets(found, tried, fresh, [SIMULATED, INTERNAL] if simulated else [INTERNAL])
    return target


def _write_sheets(found: Found, tried: Sequence[Without], path: Path, warnings: Sequence[str]) -> None:
    campaign = found.material.plan.campaign
    brief = "　".join(one.split("：")[0] for one in warnings)
    banner = Banner(campaign.title, "核对线索", "　".join(warnings), brief, LEADS)
    with workbook(path) as book:
        book.set_properties({"title": f"{campaign.title}：核对线索", "company": campaign.office, "created": CREATED})
        styles = Styles(book)
        for sheet in (
            _leads_sheet(found, tried),
            _rows_sheet(found),
            _without_sheet(found, tried),
            _asked_sheet(found),
        ):
            back = ASKED_FOR if sheet.name == LEADS else LEADS
            write_sheet(book, styles, sheet, replace(banner, contents=back))


def _columns_of(*columns: tuple[str, str, Kind, int]) -> tuple[Column, ...]:
    """Columns by name, head, kind and largest width (0: what the kind allows)."""
    return tuple(Column(name, head, kind, own_value(name), widest=widest) for name, head, kind, widest in columns)


def _leads_sheet(found: Found, tried: Sequence[Without]) -> Sheet:
    """One row a finding, the least likely first."""
    results = {id(one.finding): one.sentence for one in tried}
    rows = [
        _describe_lead(found, nth, one)
        | {
            "sentence": one.sentence,
            "rows": one.rows.height,
            "without": results.get(id(one), NO_RESULT),
            "statistic": Decimal(f"{one.statistic:.6g}"),
            "counts": DETECTORS[one.detector].counts,
            "p": Decimal(f"{one.p:.2g}"),
            "threshold": Decimal(f"{one.threshold:.2g}"),
        }
        for nth, one in enumerate(found.findings, start=1)
    ]
    columns = _columns_of(
        *ABOUT,
        ("sentence", "看到了什么，请核对什么", "long", 70),
        ("rows", "涉及记录（条）", "count", 0),
        ("without", "不计这些记录会怎样", "long", 60),
        ("statistic", "统计量", "number", 0),
        ("counts", "统计量是", "text", 0),
        ("p", "出于偶然的可能性", "number", 0),
        ("threshold", "界限", "number", 0),
    )
    number = len(found.findings)
    counted = f"共有 {number} 条线索，按出于偶然的可能性从小到大排列。" if number else NOTHING
    notes = (CAUTION, counted, _describe_bound(found))
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


def _describe_lead(found: Found, nth: int, one: Finding) -> Row:
    material = found.material
    return {
        "number": nth,
        "what": DETECTORS[one.detector].title,
        "component": material.title_of(one.method).strip("“”"),
        "kind": KINDS[one.kind],
        "subject": _name_subject(found, one),
        "unit": material.name_of(one.unit) if one.unit else "",
    }


def _name_subject(found: Found, one: Finding) -> str:
    """What a finding is about, by name where it has one."""
    match one.kind:
        case "unit":
            return found.material.name_of(one.subject)
        case "forms":
            return f"{describe_subject(one.subject)} 等 {one.statistic:.0f} 张"
        case "method":
            return found.material.title_of(one.subject).strip("“”")
    return describe_subject(one.subject)


def _rows_sheet(found: Found) -> Sheet:
    """One row for each row of the facts that a finding came from."""
    tables = {name: table.title for name, table in codebook().facts.items()}
    rows = [
        row | {"number": nth, "what": DETECTORS[one.detector].title, "table": tables.get(row["table"], row["table"])}
        for nth, one in enumerate(found.findings, start=1)
        for row in one.rows.iter_rows(named=True)
    ]
    notes = ["行号是表格软件左边的行号；一条记录可以属于几条线索。"]
    if len(rows) > MOST:
        notes.append(f"只列前 {MOST} 行，共 {len(rows)} 行。")
    columns = _columns_of(
        ("number", "序号", "place", 0),
        ("what", "线索", "text", 0),
        ("table", "表", "text", 0),
        ("source", "文件", "text", 40),
        ("sheet", "工作表", "text", 0),
        ("row", "行", "count", 0),
    )
    return Sheet(ROWS, "线索涉及的记录", "每条线索来自哪些行", columns, rows[:MOST], (CAUTION, *notes), frozen=1)


def _without_sheet(found: Found, tried: Sequence[Without]) -> Sheet:
    """One row a finding that was tried."""
    numbers = {id(one): nth for nth, one in enumerate(found.findings, start=1)}
    rows = [_describe_change(found, numbers[id(one.finding)], one) for one in tried]
    notes = (
        CAUTION,
        "每条线索单独试算：只去掉它的记录，其余数据和规则都不变，从头重算一遍，与现在的结果比较。数据文件没有改动。",
        "名单进出：进、出各算一处。变动单位：名单、名次或得分有变的单位数。名次变动：变动最大的单位变了几名。",
        f"试算了最不可能出于偶然的 {len(rows)} 条。" if rows else "没有可以试算的线索。",
    )
    columns = _columns_of(
        *(one for one in ABOUT if one[0] in ("number", "what", "subject")),
        ("rows", "不计的记录", "count", 0),
        ("memberships", "名单进出", "count", 0),
        ("units", "变动单位", "count", 0),
        ("places", "名次变动", "count", 0),
        ("lists", "谁进谁出", "long", 44),
        ("sentence", "会怎样", "long", 60),
    )
    return Sheet(WITHOUT, "不计这些记录会怎样", "每条线索对结果的影响", columns, rows, notes, frozen=2)


def _describe_change(found: Found, nth: int, one: Without) -> Row:
    sizes = dict(zip(("memberships", "units", "places"), one.size, strict=True))
    about = {"rows": one.finding.rows.height, "lists": _describe_lists(one), "sentence": one.sentence}
    return _describe_lead(found, nth, one.finding) | sizes | about


def _describe_lists(one: Without) -> str:
    """Who would enter and leave which list without the rows of a finding; nothing where no list changes."""
    if one.difference is None:
        return ""
    names = one.difference.names
    changed = []
    for change in one.difference.lists:
        sides = [
            f"{what} {wording.joined((names.units[unit] for unit in units), len(units))}"
            for units, what in ((change.entered, "列入"), (change.left, "退出"))
            if units
        ]
        changed.append(f"{names.lists[change.list]}：{'，'.join(sides)}")
    return "；".join(changed)


def _asked_sheet(found: Found) -> Sheet:
    """One row a detector."""
    rows = [
        {
            "what": DETECTORS[name].title,
            "asks": DETECTORS[name].asks,
            "tested": look.tested,
            "flagged": len(look.subjects),
            "findings": len(look.findings),
            "counts": DETECTORS[name].counts,
        }
        for name, look in found.looks.items()
    ]
    columns = _columns_of(
        ("what", "查什么", "text", 0),
        ("asks", "怎样查", "long", 70),
        ("tested", "查过的对象（个）", "count", 0),
        ("flagged", "有线索的（个）", "count", 0),
        ("findings", "线索（条）", "count", 0),
        ("counts", "统计量是", "text", 0),
    )
    notes = (CAUTION, _describe_bound(found), "查过 0 个，是数据里没有这项检验要用的列或表，不等于没有问题。")
    return Sheet(ASKED_FOR, "查了什么", "各项检验", columns, rows, notes, frozen=1)
