"""A unit in Markdown: its places and lists, its score tree with formulas, the rows behind it, its neighbours."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from pingyi.common import wording
from pingyi.explain import Explanation, Part
from pingyi.results.result_tables import ResultTables

NEAR = 5
"""Neighbours above and below a unit."""

MOST_ROWS = 12
"""Rows of facts that are shown of each table; the report has all of them."""


def unit_texts(book: ResultTables, told: Explanation) -> Iterator[str]:
    """A unit explained, part by part: places, score tree, facts, neighbours."""
    yield format_places(told)
    yield format_tree(told)
    yield _format_rows(told)
    totals = book.published("totals")
    for row in totals.filter(pl.col("unit") == told.unit).iter_rows(named=True):
        yield _format_neighbours(book, totals, row)


def format_places(told: Explanation) -> str:
    """Where the unit stands, and towards every list why."""
    ranked = [f"- {one.name}：{_format_place(one.place, one.of, one.marks)}　{one.why}" for one in told.placings]
    listed = [f"- {one.titled}（{one.clause}）：{one.why}{one.inside and f'；{one.inside}'}" for one in told.verdicts]
    return "\n".join([f"### {told.name}", *ranked, *listed])


def _format_place(place: int | None, of: int, marks: str) -> str:
    return "没有名次" if place is None else f"第 {place} 名（共 {of} 个），{marks} 分"


def format_tree(told: Explanation) -> str:
    """The score tree: marks, full marks, clause, and how the marks come about."""
    lines = ["| 指标 | 得分 | 满分 | 条款 | 怎样算出来 |", "|:--|--:|--:|:--|:--|"]
    for part in told.parts:
        full = wording.NOTHING if part.full is None else wording.plain(part.full)
        name = "　" * part.depth + part.name
        how = "；".join(one for one in (part.formula, part.flag) if one).replace("|", "｜").replace("*", "×")
        lines.append(f"| {name} | {wording.shown(part.marks)} | {full} | {part.clause} | {how} |")
    return "\n".join(lines)


def _format_rows(told: Explanation) -> str:
    """The facts behind the leaves, with file and row."""
    return "\n\n".join(_format_facts(part) for part in told.parts if part.facts) or "没有逐行的事实。"


def _format_facts(part: Part) -> str:
    blocks = []
    for table in part.facts:
        heads = f"| {' | '.join(table.heads)} |\n|{':--|' * len(table.heads)}"
        lines = [f"| {' | '.join(cell.replace('|', '｜') for cell in row)} |" for row in table.rows[:MOST_ROWS]]
        more = [f"\n（共 {len(table.rows)} 行）"] if len(table.rows) > MOST_ROWS else []
        blocks.append("\n".join([f"**{part.name}　{table.title}**\n", heads, *lines, *more]))
    return "\n\n".join(blocks)


def _format_neighbours(book: ResultTables, totals: pl.DataFrame, row: Mapping[str, Any]) -> str:
    """The units just above and below in a standing that ranks a unit. row: of the unit in it."""
    same = totals.filter((pl.col("standing") == row["standing"]) & (pl.col("group").eq_missing(row["group"])))
    ordered = same.sort("place", "unit").with_row_index("at")
    place = int(ordered.filter(pl.col("unit") == row["unit"])["at"][0])
    title = book.plan.standing_titles[row["standing"]]
    lines = [f"**{title}：前后各几名**", "", "| 名次 | 单位 | 得分 |", "|--:|:--|--:|"]
    for near in ordered.slice(max(place - NEAR, 0), 2 * NEAR + 1).iter_rows(named=True):
        name = book.unit_names[near["unit"]]
        marked = f"**{name}**" if near["unit"] == row["unit"] else name
        lines.append(f"| {near['place']} | {marked} | {wording.shown(near['total'])} |")
    return "\n".join(lines)
