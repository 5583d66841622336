"""What the plan leaves open, the slips of the document, and what everything is called."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from pingyi.common import wording
from pingyi.plan import Component, Reading
from pingyi.report import table as cells
from pingyi.report.book import Book
from pingyi.report.table import Column, Table
from pingyi.rules.base import ELSE


@dataclass(frozen=True, slots=True)
class Tried:
    """Another answer, and what it would change, a sentence each; none where it was not tried on this run."""

    answer: str
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenReading:
    """A question that the plan leaves open: the official answer, the others, and what each of them would change."""

    clause: str
    question: str
    official: str
    others: tuple[str, ...]
    tried: tuple[Tried, ...] = ()


def open_readings(book: Book) -> list[OpenReading]:
    """Every reading of the plan, in its order."""
    effects = {(row["reading"], row["answer"]): _lines(row["told"]) for row in _effects(book)}
    return [_open_reading(one, effects) for one in book.plan.readings]


def _open_reading(one: Reading, effects: dict[tuple[str, str], tuple[str, ...]]) -> OpenReading:
    answers = tuple(answer.answer for answer in one.otherwise)
    tried = tuple(Tried(answer, effects.get((one.id, answer), ())) for answer in answers)
    return OpenReading(one.clause, one.question, one.official, answers, tried)


def together(book: Book) -> tuple[str, ...]:
    """What the combination of answers does that was found to change the lists most."""
    return next((_lines(row["told"]) for row in _effects(book) if row["reading"] is None), ())


def _effects(book: Book) -> Iterator[dict[str, Any]]:
    return book.frame("reading_effects").iter_rows(named=True)


def _lines(told: str | None) -> tuple[str, ...]:
    return tuple((told or "").splitlines())


def method_tables(book: Book) -> list[Table]:
    """How marks come about, which files were read, what words mean, and slips of the document."""
    found = [_components(book), _inputs(book), _glossary(book), _errata(book)]
    return [table for table in found if table is not None and table.rows]


def _components(book: Book) -> Table:
    rows = [
        {"name": one.title, "full": _full(one), "method": wording.METHODS[one.method]}
        | {"clause": one.clause, "says": one.says}
        for one in book.plan.components
    ]
    columns = [cells.text(name, head, wide=name == "says") for name, head in COMPONENT_HEADS.items()]
    note = "按方案的顺序；规则用我们的话转述。"
    return cells.table("components", "指标和计分办法", pl.DataFrame(rows), columns, note=note)


COMPONENT_HEADS = {"name": "指标", "full": "满分（分）", "method": "依据", "clause": "条款", "says": "规则"}


def _full(one: Component) -> str:
    """Full marks, by category where they differ."""
    if one.full is None:
        return wording.NOTHING
    told = [
        wording.plain(value) if name == ELSE else f"{name} {wording.plain(value)}" for name, value in one.full.items()
    ]
    return "、".join(told) + ("，另计" if one.outside else "")


INPUT_HEADS = {
    "file": "文件",
    "sheet": "工作表",
    "rows_in": "收到（行）",
    "accepted": "采用（行）",
    "rejected": "退回（行）",
    "duplicates": "重复（行）",
    "sha256": "SHA-256",
}


def _inputs(book: Book) -> Table | None:
    """The files that were read, from the manifest; only what it says of them."""
    inputs = book.run.get("inputs")
    if not isinstance(inputs, list) or not inputs:
        return None
    known = [name for name in INPUT_HEADS if any(one.get(name) is not None for one in inputs)]
    rows = [{name: one.get(name) for name in known} for one in inputs]
    columns = [_input(name) for name in known]
    note = "文件改动一个字，SHA-256 就会不同；据此可以核对报告用的是哪一份资料。"
    return cells.table("inputs", "用到的资料", pl.DataFrame(rows), columns, note=note)


def _input(name: str) -> Column:
    if name in ("file", "sheet", "sha256"):
        return cells.text(name, INPUT_HEADS[name], wide=name == "sha256")
    return cells.count(name, INPUT_HEADS[name])


def _glossary(book: Book) -> Table:
    own = [{"term": word, "says": MEANINGS[name]} for name, word in book.plan.terms.items() if name in MEANINGS]
    rows = own + [{"term": term, "says": says} for term, says in TERMS.items()]
    return cells.table("glossary", "词语", pl.DataFrame(rows), [cells.text("term", "词语"), cells.text("says", "意思")])


MEANINGS = {
    "office": "组织本次评议的机构",
    "unit": "名录中接受评议的单位",
    "organ": "单位所属的部门",
    "township": "单位所在的乡镇",
}
"""What the plan's own words for heads mean."""

TERMS = {
    "票": "一名评价人对一个单位（的一项内容）给出的一个等次；一张选票给其中每个单位各投一票",
    "满意率": wording.SATISFACTION,
    "等次占比": "给某个等次的票占全部票的份额",
    "得分率": "得分占满分的份额",
    "票数不足": "票数低于方案所定的数，得分按方案向平均分折算或不计",
    "未计入": "收到了、但按方案不能计分的评价或事项，原因逐条写明",
    "截止线": "名单最后一个名额所在的位置；差距是与线另一侧最近的单位相差的分数",
    "重抽": "把收到的票按原有的票数和等次比例再抽一遍，看名次变不变；只说明结果有多少系于个别的票，不作预测",
    "读法": "方案没有写明、可以有几种理解之处；报告按公布的一种计算，并列出其他几种",
}


def _errata(book: Book) -> Table | None:
    if not book.plan.errata:
        return None
    rows = [one.model_dump() for one in book.plan.errata]
    columns = [
        cells.text("clause", "条款"),
        cells.text("printed", "原文写作"),
        cells.text("read_as", "这里按"),
        cells.text("says", "说明"),
    ]
    return cells.table("errata", "方案原文的笔误", pl.DataFrame(rows), columns)
