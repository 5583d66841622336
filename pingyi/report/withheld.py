"""What the report leaves out so that nobody's rating can be made out: small counts, and the formulas that show them.

The report is handed round. The run folder keeps every count and every formula for the office and its auditor.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cached_property
from typing import Any

import polars as pl

from pingyi import words
from pingyi.disclosure import ALL, LEAST, withheld
from pingyi.disclosure.told import Told
from pingyi.explain import Explanation
from pingyi.explain.formula import Formula, number
from pingyi.explain.parts import FactTable, Part, Step
from pingyi.figures.frames import in_order
from pingyi.plan import Plan
from pingyi.plan.ratings import Ratings

APART = "不单列"
"""Stands where a count is withheld; the same for small counts and for those that go with them."""

WHY = f"不足{LEAST}票的不列出；为免由合计倒推，有的虽有{LEAST}票以上也不单列。完整的票数和算式由评议办保管，供复核。"
LEFT_OUT = f"有的周期或评价人类别不足{LEAST}票，算式不列出"

FEW_UNITS = 15
"""Up to so many units, sums over all of them are not taken apart by channel or group."""

COLUMNS = {"grp": "group"}
"""Columns of the database that are called otherwise where they are published."""

Row = dict[str, Any]


class Withheld:
    """What is withheld of the votes of a campaign. tally: the published table."""

    def __init__(self, plan: Plan, tally: pl.DataFrame) -> None:
        """Look at all votes of a review."""
        self.rules = {one.id: one.ratings for one in plan.components if one.ratings}
        self.cycles = {one.id: [cycle.id for cycle in plan.cycles[one.per]] for one in plan.components}
        self.tally = tally

    @cached_property
    def _leaves(self) -> dict[str, Told]:
        by_leaf: dict[str, list[Row]] = {id: [] for id in self.rules}
        for row in self.tally.iter_rows(named=True):
            by_leaf[row["component"]].append(row)
        return {id: Told(by_leaf[id], *_levels(rule)) for id, rule in self.rules.items()}

    def leaf(self, id: str) -> Told:
        """What is withheld of one leaf."""
        return self._leaves[id]

    def explanation(self, told: Explanation) -> Explanation:
        """An explanation without small counts."""
        return replace(told, parts=tuple(self._part(told.unit, part) for part in told.parts))

    def _part(self, unit: str, part: Part) -> Part:
        if part.component not in self.rules or not part.steps:
            return part
        leaf, rule = self.leaf(part.component), self.rules[part.component]
        facts = tuple(self._facts(part, unit, leaf))
        if leaf.whole(unit) and not any(weight is not None for weight in rule.groups.values()):
            return replace(part, facts=facts)
        steps = _without_levels(part.steps, rule) if leaf.summed(unit) else _without_votes(part.steps, rule)
        return replace(part, steps=steps, facts=facts)

    def _facts(self, part: Part, unit: str, leaf: Told) -> Iterable[FactTable]:
        every = leaf.of(unit)
        rows = [row for row in every if row["level"] in leaf.levels]
        if every:
            yield self._by_level(part.component, unit, leaf, every)
        yield from _by_word(rows, "channel", "渠道", lambda word: leaf.channel(unit, ALL, word))
        yield from _by_word(rows, "group", "评价人类别", lambda word: leaf.group(unit, word))
        yield from (_files(table) for table in part.facts if table.title == "来源")

    def _by_level(self, id: str, unit: str, leaf: Told, rows: list[Row]) -> FactTable:
        by_item = any(row["item"] for row in rows)
        levels = [*leaf.levels, *leaf.uncounted]
        keys = {(row["cycle"] or "", row["item"] or "") for row in rows}
        order = {cycle: place for place, cycle in enumerate(self.cycles[id])}
        told = []
        for cycle, item in sorted(keys, key=lambda key: (order.get(key[0], -1), key[1])):
            here = [row for row in rows if (row["cycle"] or "", row["item"] or "") == (cycle, item)]
            counts = {level: sum(row["votes"] for row in here if row["level"] == level) for level in levels}
            whole = sum(counts[level] for level in leaf.levels)
            shown = [self._level(leaf, (unit, cycle, item), level, counts[level]) for level in levels]
            total = words.counted(whole) if leaf.level(unit, cycle, item, ALL) else APART
            told.append((cycle, *([item] if by_item else []), *shown, total))
        heads = ("周期", *(["评价内容"] if by_item else []), *(f"{level}（票）" for level in levels), "计分合计（票）")
        return FactTable("票数", heads, tuple(told))

    def _level(self, leaf: Told, key: tuple[str, str, str], level: str, votes: int) -> str:
        unit, cycle, item = key
        counted = level in leaf.levels
        shown = leaf.level(unit, cycle, item, level) if counted else leaf.left_out(unit, cycle, item, level)
        return words.counted(votes) if shown else APART

    def by_unit(self, id: str, tally: pl.DataFrame) -> pl.DataFrame:
        """The tally for a figure of units by channel: counted votes, channels that are withheld put together."""
        leaf = self.leaf(id)
        own = tally.filter((pl.col("component") == id) & pl.col("level").cast(pl.String).is_in(leaf.levels))
        keys = own.select(pl.col("unit", "cycle", "channel").cast(pl.String).fill_null("")).rows()
        told = [leaf.channel(*key) and leaf.total(key[0]) for key in keys]
        kept = [leaf.total(unit, cycle) for unit, cycle, _ in keys]
        named = [channel if one else APART for (_, _, channel), one in zip(keys, told, strict=True)]
        return own.with_columns(channel=pl.Series(named, dtype=pl.String)).filter(pl.Series(kept, dtype=pl.Boolean))

    def by_kind(self, id: str, kind: str, tally: pl.DataFrame) -> pl.DataFrame:
        """The tally for a figure of levels: without cycles and kinds of which a level must not be shown.

        Of a few units the kinds are put together: the sum over them would be nearly one unit's own.
        """
        own = tally.filter(pl.col("component") == id)
        if 1 < own["unit"].n_unique() <= FEW_UNITS:
            own = own.with_columns(pl.lit("").alias(kind))
        pooled = (own[kind].cast(pl.String).fill_null("") == "").all()
        shown = self.leaf(id).by_kind("" if pooled else COLUMNS.get(kind, kind))
        keys = own.select(pl.col("cycle", kind).cast(pl.String).fill_null("")).rows()
        return own.filter(pl.Series([key in shown for key in keys], dtype=pl.Boolean))


def _levels(rule: Ratings) -> tuple[list[str], list[str]]:
    counted = [level for level, value in rule.levels.items() if value is not None]
    return counted, [level for level in rule.levels if level not in counted]


def _by_word(rows: list[Row], column: str, title: str, shown: Callable[[str], bool]) -> Iterable[FactTable]:
    sums: dict[str, int] = {}
    for row in rows:
        sums[row[column] or ""] = sums.get(row[column] or "", 0) + row["votes"]
    told = tuple(
        (word or "未写明", words.counted(sums[word]) if shown(word) else APART) for word in in_order([*sums], [])
    )
    return [FactTable(f"按{title}", (title, "票数（票）"), told)] if any(sums) else []


def _files(table: FactTable) -> FactTable:
    """Which files the votes came from; how many each brought, where that is not few, and never in which rows."""
    found: dict[tuple[str, ...], int] = {(row[0],): int(row[1].replace(",", "")) for row in table.rows}
    hidden = withheld(found, [True])
    rows = tuple((row[0], APART if (row[0],) in hidden else row[1]) for row in table.rows)
    return FactTable(table.title, table.heads[:2], rows)


def _without_levels(steps: tuple[Step, ...], rule: Ratings) -> tuple[Step, ...]:
    """The steps with votes by level put together: what they are worth in all."""
    levels = "|".join(map(re.escape, rule.levels))
    named = re.compile(rf"^(?:{levels}) \d+$")
    return tuple(
        replace(step, formula=_pooled(step.formula, named), note=_no_numbers(step.note, levels))
        if step.formula
        else step
        for step in steps
    )


def _no_numbers(note: str, levels: str) -> str:
    return re.sub(rf"(^|，)(?:{levels}) \d+ 票不计入", "", note).lstrip("，")


def _pooled(formula: Formula, named: re.Pattern[str]) -> Formula:
    if formula.sign == "÷" and _names(formula.parts[0], named):
        earned = formula.parts[0].value
        return replace(formula, parts=(number(earned, f"各票折算合计 {words.plain(earned)}"), *formula.parts[1:]))
    if re.match(r"^\d+ 名评价人", formula.said):
        return replace(formula, said=re.sub(r"^\d+ 名", "各", formula.said))
    parts = tuple(_pooled(part, named) for part in formula.parts)
    return replace(formula, parts=parts) if parts != formula.parts else formula


def _names(formula: Formula, named: re.Pattern[str]) -> bool:
    return bool(named.match(formula.said)) or any(_names(part, named) for part in formula.parts)


def _without_votes(steps: tuple[Step, ...], rule: Ratings) -> tuple[Step, ...]:
    """The steps without rates and votes: only what they come to, where they are marks."""
    levels = "|".join(map(re.escape, rule.levels))
    named = re.compile(rf"^(?:{levels}) \d+$|^\d+ 名评价人|^\S.* [\d.]+%$")
    return tuple(_bare(step, named) for step in steps if not step.percent)


def _bare(step: Step, named: re.Pattern[str]) -> Step:
    step = replace(step, label=re.sub(r"全年 [\d,]+ 票，", "", step.label))
    if step.formula is None or not _names(step.formula, named):
        return step
    value = step.formula.value
    return replace(step, formula=number(value, words.shown(value), places=2), note=LEFT_OUT)
