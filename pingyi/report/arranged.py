"""What the plan arranges around the scoring: contents of review, data due each day, what holds beside lists."""

from collections.abc import Iterator

import polars as pl

from pingyi.common import wording
from pingyi.plan.outcomes import Provision
from pingyi.report import table as cells
from pingyi.report.book import Book
from pingyi.report.section import Clause, Section
from pingyi.report.table import Table, head

EVERYTHING = "全部指标"


def contents(book: Book) -> Section | None:
    """What the raters are asked about."""
    found = book.plan.contents
    if not found:
        return None
    rows = [
        {"name": one.title, "asks": "；".join(one.asks) or one.says, "used": _used(book, one.components)}
        | {"clause": one.clause}
        for one in found
    ]
    columns = [
        cells.text("name", "评议内容"),
        cells.text("asks", "具体问什么", long=True),
        cells.text("used", "用在哪些指标", wide=True),
        cells.text("clause", "条款"),
    ]
    titles = "、".join(one.title for one in found)
    return Section(
        id="contents",
        title="评议内容",
        question="这次评什么？",
        clauses=tuple(Clause(one.clause, one.title, one.says) for one in found),
        found=(f"方案规定的内容有 {len(found)} 项：{titles}。问卷、选票和检查都照此设问。",),
        tables=(cells.table("t-contents", "评议内容和具体问题", pl.DataFrame(rows), columns),),
    )


def _used(book: Book, components: list[str]) -> str:
    return "、".join(book.plan.component(one).title for one in components) or EVERYTHING


def uploads(book: Book) -> list[Table]:
    """Units that have days without data, for each task of each day."""
    frame = book.frame("upload_days").filter(pl.col("without") > 0)
    names = {task.id: task.title for task in book.plan.tasks}
    columns = [
        *([cells.text("task", "任务", names)] if frame["task"].n_unique() > 1 else []),
        cells.unit(book.names),
        *(cells.count(name, head("upload_days", name)) for name in ("days", "with_data", "without", "longest")),
        cells.day("last_on", head("upload_days", "last_on")),
    ]
    ordered = frame.sort(["without", "longest", "unit"], descending=[True, True, False])
    note = "应有天数从任务开始数到所看的那天：每天的任务数日历天数，每个工作日的任务只数工作日。"
    return [cells.table("t-uploads", "逐日报送：没有数据的日子", ordered, columns, note=note)] if frame.height else []


def uploaded(book: Book) -> Iterator[str]:
    """How many units have data for every day, and how many for none."""
    frame, names = book.frame("upload_days"), {task.id: task.title for task in book.plan.tasks}
    for (task,), rows in frame.group_by("task", maintain_order=True):
        gaps, none = rows.filter(pl.col("without") > 0).height, rows.filter(pl.col("with_data") == 0).height
        silent = f"其中 {none} 个一天也没有" if none else "没有一天也不报的"
        told = f"{gaps} 个有没有数据的日子，{silent}" if gaps else "每天都有数据"
        yield f"“{names[str(task)]}”应有数据的单位 {rows.height} 个，{told}。"


def provisions(book: Book) -> Section | None:
    """What holds beside the lists: for every reviewed unit, or for those whom the plan names."""
    if not book.plan.provisions or not book.knows("provision_subjects"):
        return None
    columns = [
        cells.text("name", "安排", long=True),
        cells.text("by", "由谁"),
        cells.text("whom", "对谁", wide=True),
        cells.text("document", "材料"),
        cells.text("when", "时间"),
        cells.text("clause", "条款"),
    ]
    frame = pl.DataFrame([_row(book, one) for one in book.plan.provisions], infer_schema_length=None)
    shown = [column for column in columns if column.head in ("安排", "对谁") or _filled(frame, column.head)]
    return Section(
        id="provisions",
        title="名单以外的安排",
        question="结果告诉谁、报给谁、用在哪里？",
        clauses=tuple(Clause(one.clause, one.title, one.says) for one in book.plan.provisions if one.says),
        found=tuple(_told(book)),
        tables=(cells.table("t-provisions", "名单以外的安排", frame, shown),),
    )


HEADS = {"由谁": "by", "材料": "document", "时间": "when", "条款": "clause"}


def _filled(frame: pl.DataFrame, title: str) -> bool:
    return bool((frame[HEADS[title]] != "").any())


def _row(book: Book, one: Provision) -> dict[str, str]:
    due = str(one.due) if one.due else ""
    row = {"name": one.title, "by": one.by, "whom": _whom(book, one), "document": one.document}
    return row | {"when": one.printed or due, "clause": one.clause}


def _whom(book: Book, one: Provision) -> str:
    """The recipients in words, or kinds of persons and bodies with how many there are."""
    rows = book.frame("provision_subjects").filter(pl.col("provision") == one.id)
    numbers = dict(rows.group_by("subject_kind").len().iter_rows())
    each = [f"{_kind(book, kind)}（{numbers.get(kind, 0)}）" for kind in one.each]
    return "、".join([*([one.to] if one.to else []), *each])


def _kind(book: Book, kind: str) -> str:
    named = wording.named(kind, wording.SUBJECTS)
    return named.replace("主管部门", book.organ_head) if kind.startswith("organ") else named


def _told(book: Book) -> Iterator[str]:
    """Who is told the results, whether they are published, and what else holds for every unit."""
    for one in book.plan.provisions:
        if one.tells:
            public = "可以公开" if one.public else "不公开" if book.plan.campaign.confidential else ""
            yield f"评议结果{f'由{one.by}' if one.by else ''}通报{_whom(book, one)}{f'，{public}' if public else ''}。"
    every = [one for one in book.plan.provisions if one.each and not one.tells]
    if every:
        yield f"对全部参评单位还有 {len(every)} 项安排，不论上没上名单。"
