"""What the report leaves out so that nobody's rating can be made out: small counts, and the formulas that show them.

The report is handed round. The run folder keeps every count and every formula for the office and its auditor. What is
withheld is decided in `pingyi.disclosure` for all documents together; here it is taken out of what the page shows.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import polars as pl

from pingyi.common import wording
from pingyi.disclosure import APART, BY, LEAST, LeafDisclosure, disclosure_of
from pingyi.explain import Explanation, FactTable, Part, Step
from pingyi.figures.frames import values_in_order
from pingyi.plan.ratings import Ratings
from pingyi.results.result_tables import ResultTables, Row
from pingyi.rules.formulas import Formula, number

WHY = (
    f"有不足{LEAST}票的，整行或整组不列出；为免由合计或别的文件倒推，有的虽有{LEAST}票以上也不单列。"
    "完整的票数和算式由评议办保管，供复核。"
)
LEFT_OUT = f"有的周期或评价人类别不足{LEAST}票，算式不列出"


class Withheld:
    """What a report shows of the votes of a campaign."""

    def __init__(self, results: ResultTables) -> None:
        """Look at what may be shown."""
        self.plan, self.disclosure = results.plan, disclosure_of(results)
        self.rules = {one.id: one.ratings for one in self.plan.components if one.ratings}

    def explanation(self, told: Explanation) -> Explanation:
        """An explanation without small counts."""
        return replace(told, parts=tuple(self._part(told.unit, part) for part in told.parts))

    def _part(self, unit: str, part: Part) -> Part:
        if part.component not in self.rules or not part.steps:
            return part
        leaf, rule = self.disclosure.leaf(part.component), self.rules[part.component]
        facts = tuple(self._facts(part, unit, leaf))
        plain = rule.mean_first is None and not any(weight is not None for weight in rule.groups.values())
        plain &= not any(weight is not None for weight in rule.items.values())
        if plain and leaf.whole(unit) and leaf.sums(unit):
            return replace(part, facts=facts)
        steps = _without_levels(part.steps, rule) if leaf.sums(unit) else _without_votes(part.steps, rule)
        return replace(part, steps=steps, facts=facts)

    def _facts(self, part: Part, unit: str, leaf: LeafDisclosure) -> Iterable[FactTable]:
        rows = self.disclosure.rows(part.component, unit).rows(named=True)
        if rows:
            yield self._by_level(part.component, unit, leaf, rows)
        counted = [row for row in rows if row["level"] in leaf.counted]
        for dimension, title in (("channel", "渠道"), ("group", "评价人类别")):
            if leaf.apart(unit, dimension):
                yield from _by_word(counted, dimension, title)
        yield from (FactTable(one.title, one.heads[:1], _files(one)) for one in part.facts if one.title == "来源")

    def _by_level(self, id: str, unit: str, leaf: LeafDisclosure, rows: Sequence[Row]) -> FactTable:
        by_item = any(row["item"] for row in rows)
        levels = [*leaf.counted, *leaf.uncounted]
        cycles = self.plan.cycles[self.plan.component(id).per]
        order = {cycle.id: place for place, cycle in enumerate(cycles)}
        votes = _add_votes(rows, "cycle", "item", "level")
        keys = sorted({(cycle, item) for cycle, item, _ in votes}, key=lambda key: (order.get(key[0], -1), key[1]))
        told = []
        for cycle, item in keys:
            counts = {level: votes[cycle, item, level] for level in levels}
            each = [counts[level] if leaf.level(unit, cycle, item, level) else None for level in levels]
            whole = sum(counts[level] for level in leaf.counted) if leaf.row(unit, cycle, item) else None
            told.append((cycle, *([item] if by_item else []), *map(_said, [*each, whole])))
        heads = ("周期", *(["评价内容"] if by_item else []), *(f"{level}（票）" for level in levels), "计分合计（票）")
        return FactTable("票数", heads, tuple(told))

    def tally(self, id: str) -> pl.DataFrame:
        """All votes of a leaf as figures take them."""
        return self.disclosure.tally.filter(component=id).rename({"group": "grp"})

    def by_unit(self, id: str) -> pl.DataFrame:
        """The tally for a figure of units by channel: counted votes, channels that are withheld put together."""
        leaf = self.disclosure.leaf(id)
        own = self.tally(id).filter(pl.col("level").cast(pl.String).is_in(leaf.counted))
        keys = own.select(pl.col("unit", "cycle").cast(pl.String).fill_null("")).rows()
        kept = [leaf.total(unit, cycle) for unit, cycle in keys]
        crossed = pl.Series([leaf.crossed(unit) for unit, _ in keys], dtype=pl.Boolean)
        channel = pl.when(crossed).then(pl.col("channel").cast(pl.String)).otherwise(pl.lit(APART))
        return own.with_columns(channel=channel).filter(pl.Series(kept, dtype=pl.Boolean))

    def by_kind(self, id: str) -> pl.DataFrame:
        """The tally for a figure of levels of all units: without cycles and words of which a level is withheld.

        Where words must not be shown apart, they are put together.
        """
        own, leaf = self.tally(id), self.disclosure.leaf(id)
        column = BY.get(leaf.by, "channel")
        if leaf.detail != "words" or not leaf.by:
            own = own.with_columns(pl.lit("").alias(column))
        keys = own.select(pl.col("cycle", column).cast(pl.String).fill_null("")).rows()
        return own.filter(pl.Series([key in leaf.pooled for key in keys], dtype=pl.Boolean))


def _add_votes(rows: Iterable[Row], *columns: str) -> Counter[tuple[str, ...]]:
    """The votes of rows of the tally by what they say in some columns."""
    votes = Counter[tuple[str, ...]]()
    for row in rows:
        votes[tuple(row[column] for column in columns)] += row["votes"]
    return votes


def _said(votes: int | None) -> str:
    return APART if votes is None else wording.counted(votes)


def _by_word(rows: Sequence[Row], column: str, title: str) -> Iterable[FactTable]:
    votes = {word: number for (word,), number in _add_votes(rows, column).items()}
    told = tuple((word or "未写明", wording.counted(votes[word])) for word in values_in_order([*votes], []))
    return [FactTable(f"按{title}", (title, "票数（票）"), told)] if any(votes) else []


def _files(table: FactTable) -> tuple[tuple[str, ...], ...]:
    """Which files the votes came from; not how many each brought, nor in which rows."""
    return tuple((name,) for name in dict.fromkeys(row[0] for row in table.rows))


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
        return replace(formula, parts=(number(earned, f"各票折算合计 {wording.plain(earned)}"), *formula.parts[1:]))
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
    return replace(step, formula=number(value, wording.shown(value), places=2), note=LEFT_OUT)
