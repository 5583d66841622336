"""A unit in Markdown: places, score tree, rows behind, neighbours."""

from collections.abc import Mapping

import polars as pl

from pingyi.common import wording
from pingyi.explain import Explanation, Part


def places(told: Explanation) -> str:
    """Where the unit stands, and towards every list why."""
    ranked = [f"- {one.name}：{_place(one.place, one.of, one.marks)}　{one.why}" for one in told.placings]
    listed = [f"- {one.titled}（{one.clause}）：{one.why}{one.inside and f'；{one.inside}'}" for one in told.verdicts]
    return "\n".join([f"### {told.name}（{told.unit}）", *ranked, *listed])


def _place(place: int | None, of: int, marks: str) -> str:
    return "没有名次" if place is None else f"第 {place} 名（共 {of} 个），{marks} 分"


def tree(told: Explanation) -> str:
    """The score tree: marks, full marks, clause, and how the marks come about."""
    lines = ["| 指标 | 得分 | 满分 | 条款 | 怎样算出来 |", "|:--|--:|--:|:--|:--|"]
    return "\n".join(lines + [_line(part) for part in told.parts])


def _line(part: Part) -> str:
    full = wording.NOTHING if part.full is None else wording.plain(part.full)
    name = "　" * part.depth + part.name
    said = "；".join(one for one in (part.formula, part.flag) if one).replace("|", "｜").replace("*", "×")
    return f"| {name} | {wording.shown(part.marks)} | {full} | {part.clause} | {said} |"


MOST = 12
"""Rows of facts that are shown of each table; the report has all of them."""


def rows(told: Explanation) -> str:
    """The facts behind the leaves, with file and row."""
    blocks = [_facts(part) for part in told.parts if part.facts]
    return "\n\n".join(blocks) or "没有逐行的事实。"


def _facts(part: Part) -> str:
    blocks = []
    for table in part.facts:
        heads = f"| {' | '.join(table.heads)} |\n|{':--|' * len(table.heads)}"
        lines = [f"| {' | '.join(cell.replace('|', '｜') for cell in row)} |" for row in table.rows[:MOST]]
        more = [f"\n（共 {len(table.rows)} 行）"] if len(table.rows) > MOST else []
        blocks.append("\n".join([f"**{part.name}　{table.title}**\n", heads, *lines, *more]))
    return "\n\n".join(blocks)


def standing(title: str, near: pl.DataFrame, unit: str, names: Mapping[str, str]) -> str:
    """The neighbourhood of a unit in a standing."""
    lines = [f"**{title}：前后各几名**", "", "| 名次 | 单位 | 得分 |", "|--:|:--|--:|"]
    for row in near.iter_rows(named=True):
        name = names[row["unit"]]
        shown = f"**{name}**" if row["unit"] == unit else name
        lines.append(f"| {row['place']} | {shown} | {wording.shown(row['total'])} |")
    return "\n".join(lines)
