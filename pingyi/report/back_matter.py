"""What stands behind the story: every unit's own part, what the plan leaves open, how marks come about, the words."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from pingyi.common import wording
from pingyi.explain import Explanation, Part, explain_units
from pingyi.plan import Component
from pingyi.report import table as cells
from pingyi.report.table import Table
from pingyi.report.withheld import Withheld
from pingyi.results.result_tables import ResultTables, once_per_review
from pingyi.rules.base import ELSE


@dataclass(frozen=True, slots=True)
class Bar:
    """Marks as a share of the full marks (%), with the middle of all units as a tick; None: nothing to draw."""

    own: str
    middle: str


@dataclass(frozen=True, slots=True)
class Line:
    """A component of the unit's score tree as the page shows it."""

    part: Part
    marks: str
    exact: str
    full: str
    bar: Bar | None


@dataclass(frozen=True, slots=True)
class UnitView:
    """One unit. lists: titles of the lists it is on, with whether they are good. key: what the search looks in."""

    explained: Explanation
    name: str
    organ: str
    key: str
    lists: tuple[tuple[str, bool], ...]
    total: str
    lines: tuple[Line, ...]


@once_per_review
def unit_views(results: ResultTables) -> list[UnitView]:
    """All units, in the order of their ids."""
    middles, withheld = _middle_marks(results), Withheld(results)
    return [_unit_view(results, withheld.explanation(told), middles) for told in explain_units(results)]


def _middle_marks(results: ResultTables) -> dict[str, Decimal]:
    """The middle marks of each component over all units that have them."""
    frame = results.published("component_marks").drop_nulls("marks").sort("component", "marks")
    halves = frame.group_by("component").agg(pl.col("marks").get(pl.len() // 2).alias("middle"))
    return dict(halves.select("component", "middle").rows())


def _unit_view(results: ResultTables, told: Explanation, middles: dict[str, Decimal]) -> UnitView:
    organ, good = results.unit_organs[told.unit], {rule.id: rule.good for rule in results.plan.every_list}
    listed = tuple((one.titled, good[one.list]) for one in told.verdicts if one.listed)
    name = results.unit_names[told.unit]
    return UnitView(
        explained=told,
        name=name,
        organ=organ if results.organs_differ else "",
        key=" ".join([told.unit, name, organ, *(title for title, _ in listed)]).lower(),
        lists=listed,
        total=_describe_result(results, told),
        lines=tuple(_component_line(part, middles) for part in told.parts),
    )


def _describe_result(results: ResultTables, told: Explanation) -> str:
    """What the closed section says: the last standing that ranks the unit, or its places where nothing is summed."""
    if told.absent:
        return told.absent
    ranked = [one for one in told.placings if one.place is not None]
    if not ranked:
        return "没有名次"
    finals = [one for one in ranked if one.standing in {final.id for final in results.final_standings}]
    if len(finals) > 1:
        return "；".join(f"{one.name.replace('名次', '')}第 {one.place}" for one in finals)
    last = ranked[-1]
    return f"{last.marks} 分，{last.name}第 {last.place}"


def _component_line(part: Part, middles: dict[str, Decimal]) -> Line:
    full = wording.NOTHING if part.full is None else wording.plain(part.full)
    exact = "" if part.marks is None else wording.exact(part.marks)
    return Line(part, wording.shown(part.marks), exact, full, _rate_bar(part, middles.get(part.component)))


def _rate_bar(part: Part, middle: Decimal | None) -> Bar | None:
    if part.marks is None or not part.full or middle is None or part.flag == wording.FLAGS["unmeasured"]:
        return None
    own, tick = (min(max(value / part.full * 100, Decimal(0)), Decimal(100)) for value in (part.marks, middle))
    return Bar(f"{own:.1f}", f"{tick:.1f}")


@dataclass(frozen=True, slots=True)
class Tried:
    """Another answer, and what it would change, a sentence each; none where it was not tried on this run."""

    answer: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenReading:
    """A question that the plan leaves open: the official answer, the others, and what each of them would change."""

    clause: str
    question: str
    official: str
    others: tuple[str, ...]
    tried: tuple[Tried, ...] = ()


def open_readings(results: ResultTables) -> list[OpenReading]:
    """Every reading of the plan, in its order."""
    effects = {(row["reading"], row["answer"]): _told_lines(row) for row in _reading_effects(results)}
    return [
        OpenReading(
            one.clause,
            one.question,
            one.official,
            tuple(other.answer for other in one.otherwise),
            tuple(Tried(other.answer, effects.get((one.id, other.answer), ())) for other in one.otherwise),
        )
        for one in results.plan.readings
    ]


def combined_readings(results: ResultTables) -> tuple[str, ...]:
    """What the combination of answers does that was found to change the lists most."""
    return next((_told_lines(row) for row in _reading_effects(results) if row["reading"] is None), ())


def _reading_effects(results: ResultTables) -> Iterator[dict[str, Any]]:
    return results.published("reading_effects").iter_rows(named=True)


def _told_lines(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple((row["told"] or "").splitlines())


def method_tables(results: ResultTables) -> list[Table]:
    """How marks come about, which files were read, what words mean, and slips of the document."""
    found = (_component_table(results), _input_table(results), _glossary_table(results), _slip_table(results))
    return [table for table in found if table.rows]


def _component_table(results: ResultTables) -> Table:
    rows = [
        {"name": one.title, "full": _full_marks(one), "method": wording.METHODS[one.method]}
        | {"clause": one.clause, "says": one.says}
        for one in results.plan.components
    ]
    columns = [cells.text(name, head, wide=name == "says") for name, head in COMPONENT_HEADS.items()]
    note = "按方案的顺序；规则用我们的话转述。"
    return cells.table("components", "指标和计分办法", pl.DataFrame(rows), columns, note=note)


COMPONENT_HEADS = {"name": "指标", "full": "满分（分）", "method": "依据", "clause": "条款", "says": "规则"}


def _full_marks(one: Component) -> str:
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


def _input_table(results: ResultTables) -> Table:
    """The files that were read, from the manifest; only what it says of them."""
    inputs = results.run.get("inputs")
    files = inputs if isinstance(inputs, list) else []
    known = [name for name in INPUT_HEADS if any(one.get(name) is not None for one in files)]
    rows = [{name: one.get(name) for name in known} for one in files]
    columns = [
        cells.text(name, INPUT_HEADS[name], wide=name == "sha256")
        if name in ("file", "sheet", "sha256")
        else cells.count(name, INPUT_HEADS[name])
        for name in known
    ]
    note = "文件改动一个字，SHA-256 就会不同；据此可以核对报告用的是哪一份资料。"
    return cells.table("inputs", "用到的资料", pl.DataFrame(rows), columns, note=note)


def _glossary_table(results: ResultTables) -> Table:
    own = [{"term": word, "says": MEANINGS[name]} for name, word in results.plan.terms.items() if name in MEANINGS]
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


SLIP_HEADS = {"clause": "条款", "printed": "原文写作", "read_as": "这里按", "says": "说明"}


def _slip_table(results: ResultTables) -> Table:
    rows = pl.DataFrame([one.model_dump() for one in results.plan.errata])
    columns = [cells.text(name, head) for name, head in SLIP_HEADS.items()]
    return cells.table("errata", "方案原文的笔误", rows, columns)
