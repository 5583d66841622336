"""The ledger in Excel: the blank form for corrections, and the whole ledger to read and to file."""

from dataclasses import replace
from pathlib import Path

from pingyi.amendments.correction_form import BOOK, FORM
from pingyi.common import paths
from pingyi.common.codebook import codebook
from pingyi.common.spreadsheet_safe import workbook
from pingyi.facts.intake.setting import Setting
from pingyi.facts.ledger import FILE, Ledger, corrections_frame
from pingyi.office.fact_forms import Field, Form, write_form
from pingyi.office.sheet_writer import Styles
from pingyi.plan.reader import read_plan

EXAMPLES = {
    "table": "票数汇总",
    "record": "counts.csv 第 12 行",
    "column": "票数",
    "value": "25",
    "state": "确认",
    "who": "评议办",
    "why": "录入时看错一行",
    "document": "某某单位异议书",
}
RULES = {
    "table": ("要更正的数据表；对登记簿里以前的某一条作决定，选“登记簿”",),
    "record": ("台账编号；或“文件 第几行”；或 列=值，几个之间用分号隔开；登记簿写第几条",),
    "column": ("更正时必填；一行改一列，同一条记录的几列分几行写，其余照抄",),
    "value": ("更正时填；清空这一格就留空",),
    "state": ("更正填“提出”（等待决定）或“确认”（立即生效）；对整条记录填异议、维持、撤销",),
}
NOTES = (
    "填好后运行 pingyi correct 活动 本文件：先列出会动哪些名次和名单，确认后才登记。",
    "登记后不能删改；登错了，再登记一条更正；只改了状态的，可在“登记簿”里按序号撤销。原来的数据文件不动。",
)
COLUMNS = {
    "number": ("序号", 6),
    "at": ("登记时间", 18),
    "fact_table": ("表", 14),
    "record": ("记录", 34),
    "place": ("原来在", 26),
    "changed": ("改动", 30),
    "state": ("登记为", 8),
    "state_now": ("现在", 8),
    "who": ("登记人", 12),
    "why": ("理由", 34),
    "document": ("依据文件", 26),
    "hash": ("校验码", 20),
}
"""Heads of the ledger's sheet with their widths: those of the published table, and what it leaves out."""


def write_correction_form(path: Path) -> Path:
    """Write the blank form for corrections."""
    states = tuple(codebook().facts["events"].column("status").values)
    options = {"table": (*(one.title for one in codebook().facts.values()), BOOK), "state": states}
    fields = tuple(
        Field(one, options.get(one.name, ()), RULES.get(one.name, (one.says,)), EXAMPLES[one.name])
        for one in FORM.columns
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    write_form(Form(replace(FORM, name="corrections"), fields, {}, NOTES), path)
    return path


def write_ledger(campaign: str, path: Path) -> Path:
    """Write every entry of the ledger, with who put it down: for the office's files, not to be handed on."""
    ledger = Ledger.read(paths.facts_folder(campaign) / FILE)
    frame = corrections_frame(ledger, Setting(read_plan(paths.plan_file(campaign)), {}))
    path.parent.mkdir(parents=True, exist_ok=True)
    with workbook(path) as book:
        styles, sheet = Styles(book), book.add_worksheet(BOOK)
        for place, (head, width) in enumerate(COLUMNS.values()):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, head, styles.head())
        for nth, (row, entry) in enumerate(zip(frame.iter_rows(named=True), ledger.entries, strict=True), start=1):
            cells = row | {"at": f"{entry.at:%Y-%m-%d %H:%M:%S}", "who": entry.draft.who}
            sheet.write_number(nth, 0, cells["number"])
            for place, name in enumerate([*COLUMNS][1:], start=1):
                sheet.write_string(nth, place, cells[name], styles.get(text_wrap=True, valign="top"))
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
    return path
