"""What follows from the results: consequences, what is to be rectified by when, earlier years, and how to object."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl

from pingyi.common import wording
from pingyi.explain import Explanation
from pingyi.office.letters.events import HAPPENINGS, citable
from pingyi.office.letters.grid import grid
from pingyi.office.letters.parts import Block, Cell, Column, Line
from pingyi.office.letters.scores import signed
from pingyi.office.letters.source import Row, Source

if TYPE_CHECKING:
    from pingyi.scenarios.years import Years


def consequences(told: Explanation) -> list[Block]:
    """What the lists lead to, and until when."""
    return [Line(f"{one}。", "item") for one in told.outcomes]


def rectification(source: Source, unit: str) -> list[Block]:
    """The unit's problems with their due days and states, and where its re-evaluation stands."""
    rows = [_problem(row) for row in source.of("problem_states", unit)]
    rechecks = [Line(_recheck(source, row), "item") for row in source.of("recheck_states", unit)]
    return [*grid(PROBLEMS, rows), *rechecks]


PROBLEMS = [
    Column("问题编号", 33),
    Column("问题", 43),
    Column("发现日期", 18),
    Column("整改期限", 18),
    Column("状态", 16),
    Column("情况", 32),
]


def _problem(row: Row) -> tuple[Cell, ...]:
    state = wording.named(row["status"], wording.PROBLEMS)
    return (row["problem"], row["text"], str(row["found_on"]), str(row["due"]), state, "；".join(_progress(row)))


def _progress(row: Row) -> Iterator[str]:
    if row["rectified_on"]:
        yield f"{row['rectified_on']} 整改到位"
    if row["days_over"]:
        yield f"超期 {row['days_over']} 天"
    if row["supervised"]:
        yield f"督办 {row['supervised']} 次"
    if not row["rectified_on"] and not row["reported_on"]:
        yield "还没有报过进展"


def _recheck(source: Source, row: Row) -> str:
    """Where a re-evaluation stands, and what is barred until it is passed."""
    name, state = row["recheck_name"] or row["recheck"], wording.named(row["state"], wording.RECHECKS)
    start = f"{name}（{row['year']}年度{source.book.lists.get(row['list'], row['list'])}）：期限 {row['due']}，{state}"
    tried = f"，{row['rechecked_on']} 复评，依据{row['document']}" if row["rechecked_on"] else ""
    barred = f"；{row['blocks']}" if row["blocks"] else ""
    return f"{start}{tried}{barred}。"


def earlier(source: Source, told: Explanation, years: "Years | None") -> list[Block]:
    """The lists of earlier years that the unit was on, and what changed since the year before."""
    rows = sorted(source.of("earlier", told.unit), key=lambda row: (-row["year"], row["list"]))
    titles = source.book.lists
    lists = [
        Line(
            f"{row['year']}年度：{wording.as_former(row['former'])}列入{titles.get(row['list'], row['list'])}。", "item"
        )
        for row in rows
    ]
    return [*lists, *(_changes(years, told.unit) if years else [])]


def _changes(years: "Years", unit: str) -> list[Block]:
    rows = years.totals.filter(pl.col("unit") == unit).to_dicts()
    return grid(CHANGES, [_change(row) for row in rows])


CHANGES = [
    Column("名次", 40),
    Column("上年得分", 20, "right"),
    Column("本年得分", 20, "right"),
    Column("变化", 20, "right"),
    Column("其中规则变化", 22, "right"),
    Column("其中表现变化", 22, "right"),
    Column("名次变化", 16, "right"),
]


def _change(row: Row) -> tuple[Cell, ...]:
    parts = [row["change"], row["from_rules"], row["from_facts"]]
    return (
        row["standing_name"],
        wording.shown(row["total_before"]),
        wording.shown(row["total_now"]),
        *(wording.NOTHING if part is None else signed(part) for part in parts),
        wording.NOTHING if row["places"] is None else wording.signed(row["places"]) or "0",
    )


def objection(source: Source, unit: str) -> list[Block]:
    """To whom to object, and what to cite."""
    office = source.plan.terms.get("office", source.plan.campaign.office)
    found = [
        Line(
            f"对本结果有异议的，请以书面形式向{office}提出，写明单位编号 {unit}、有异议的指标和记录编号，"
            "说明理由，附上证明材料。"
        )
    ]
    cited = citable(source, unit)
    if cited:
        found.append(Line(f"可以引用的记录编号：{wording.joined(cited)}，都在“{HAPPENINGS}”的表中。"))
    return [*found, Line(f"对票数有异议的，可以请{office}核对。谁作了怎样的评价，不提供查询。")]
