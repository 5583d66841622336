"""An explanation as lines of text, for a terminal or a file: nothing is cut off, whatever the width."""

from collections.abc import Collection, Iterator

import polars as pl

from pingyi.common import paths, wording
from pingyi.common.codebook import codebook
from pingyi.desk.published import Published
from pingyi.explain.evidence import evidence
from pingyi.explain.named import PARTS
from pingyi.explain.parts import Explanation, FactTable, Part
from pingyi.explain.ranges import by_file, where

INSIDE = "含逐行的评价记录，只供评议办和审核人员使用，不要外传。"
"""Who reads rows that say who gave which level to whom."""

GROUPED = ("ratings", "counts")
"""Facts whose rows are told by level where there are many."""


def lines(run: Published, told: Explanation, *, branch: Collection[str] = (), rows: int | None = 10) -> Iterator[str]:
    """A unit explained. branch: only these components; none: all. rows: how many are shown of each leaf; None: all."""
    yield from _head(run, told)
    if not branch:
        yield from _standing(run, told)
    yield from ["", "得分是怎样来的"]
    parts = [part for part in told.parts if not branch or part.component in branch]
    top = min((part.depth for part in parts), default=0)
    if not parts:
        yield "  没有参加计分的指标"
    for part in parts:
        yield from _part(run, told, part, part.depth - top + 1, rows)
    swallowed = [part for part in parts if part.swallowed]
    if swallowed:
        yield from ["", "没有计到的分（最低限、最高限、一票否决、同一件事只计一次）"]
        for part in swallowed:
            yield from (f"  {part.name}：{step.text}" for step in part.swallowed)


def _head(run: Published, told: Explanation) -> Iterator[str]:
    yield f"{told.unit} {told.name}　{run.plan.campaign.title}"
    finished = str(run.manifest["run"].get("finished", "")).replace("T", " ")
    yield f"  依据的运行：{paths.shown(run.run).as_posix()}（{finished} 完成，看到 {run.as_of} 为止的数据）"
    hashes = "方案、数据和数据库都与这次运行的清单相符" if run.checked else "这次运行的清单里没有文件的校验码，没有核对"
    yield f"  核对：{hashes}"
    yield f"  {INSIDE}"
    yield from (f"  {head}：{value}" for head, value in told.about.items() if value)
    yield f"  名录：{by_file(run.rows.roster([told.unit]))}"


def _standing(run: Published, told: Explanation) -> Iterator[str]:
    """Places, lists, consequences and the registers that they hang on."""
    yield from ["", "名次", *(f"  {one.text}" for one in told.placings)]
    if not told.placings:
        yield f"  {told.absent or '没有参加排名'}"
    if told.verdicts:
        yield from ["", "名单"]
    for verdict in told.verdicts:
        clause = f"（{verdict.clause}）" if verdict.clause else ""
        share = "" if not verdict.share else f"；重抽时列入的比例 {wording.percent(verdict.share)}"
        yield f"  {verdict.titled}{clause}{verdict.text.removeprefix(verdict.titled)}{share}"
    if told.consequences:
        yield from ["", "结果运用"]
    for one in told.consequences:
        more = one.together is not None and one.together != one.amount
        both = f"；该对象各项合计 {wording.signed(one.together)}" if more else ""
        yield f"  {one.text}：{one.why}{both}"
    found = evidence(run.explainer.tables, told.unit)
    if found:
        yield from ["", "名次、名单和结果还用到的登记"]
    for table in found:
        yield from (f"  {table.title}：{_cells(table, row)}" for row in table.rows)


def _cells(table: FactTable, row: tuple[str, ...]) -> str:
    return "，".join(f"{head} {cell}" for head, cell in zip(table.heads, row, strict=True) if cell)


def _part(run: Published, told: Explanation, part: Part, depth: int, rows: int | None) -> Iterator[str]:
    indent = "  " * depth
    full = f"（满分 {wording.plain(part.full)}）" if part.full is not None else ""
    flag = f"［{part.flag}］" if part.flag else ""
    yield f"{indent}{part.name} {wording.shown(part.marks)} 分{full}{flag}　{part.clause}".rstrip("　")
    yield from (f"{indent}    {step.text}" for step in part.steps)
    named = run.rows.behind(part.component, told.unit).filter(pl.col("part") != "roster")
    if named.height:
        yield from (f"{indent}    · {line}" for line in row_lines(named, rows))


def row_lines(named: pl.DataFrame, most: int | None) -> Iterator[str]:
    """The rows behind a leaf, a line each or by level; those of other units by file alone unless all are wanted."""
    for (table, part), same in named.group_by("table", "part", maintain_order=True):
        title = f"{codebook().facts[str(table)].title}（{PARTS[str(part)]}）"
        if most is None or (same.height <= most and part not in ("form", "others")):
            yield from (f"{title} {_one(row)}" for row in same.iter_rows(named=True))
        elif part in ("form", "others"):
            units = same["unit"].n_unique()
            yield f"{title} {units} 个单位的 {wording.counted(same.height)} 行：{by_file(same, 3)}"
        else:
            yield from _several(title, same, most, str(table) in GROUPED)


def _several(title: str, same: pl.DataFrame, most: int, grouped: bool) -> Iterator[str]:
    """Many rows of one part: by level or reason; of other facts the first ones, and how many more."""
    if grouped:
        for (kind, reason), alike in same.group_by("kind", "reason", maintain_order=True):
            why = f"，{reason}" if reason else ""
            votes = wording.counted(int(alike["number"].sum()))
            yield f"{title} {kind or '没有周期'} {votes} 票{why}：{by_file(alike, most)}"
        return
    yield from (f"{title} {_one(row)}" for row in same.head(most).iter_rows(named=True))
    yield f"{title} 另有 {same.height - most} 行：{by_file(same.tail(same.height - most), most)}"


def _one(row: dict[str, object]) -> str:
    source, sheet, number = row["source"], row["sheet"], row["row"]
    place = where(str(source or ""), str(sheet or ""), [int(str(number))] if number is not None else [])
    why = f"，{row['reason']}" if row["reason"] else ""
    return f"{place}：{row['says']}{why}"
