"""Votes as a sheet: how many of each level, and formulas of what they come to where the plan weighs nothing."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from pingyi.common import wording
from pingyi.office.workbook import formula
from pingyi.office.workbook.formula import Term
from pingyi.office.workbook.known import known, unit_columns
from pingyi.office.workbook.parts import Column, Here, Live, Noted, Row, Sheet
from pingyi.plan import Component
from pingyi.plan.ratings import Ratings
from pingyi.report.book import Book

NAME = "票数"
SAYS = "每个单位各等次的票数，以及由票数到得分的公式"
NOTES = (
    "自身得分＝各等次分值×票数之和÷（计分票数×最高分值）×满分；没有分值的等次（如弃权）列出而不计。公式里的分值是方案规定的。",
    "黄底：按人员类别、内容加权，或先按评价人平均的，不写成公式，直接写入算出的数。",
)
WEIGHED = "方案对评价人类别或内容加权，或先按评价人平均，不能由本行票数写成公式"
FROM_EXACT = "由未取舍的数折算，末位与本行的公式不同，写入算出的数"
RULES = wording.FLAGS | {"own": "按自身得分"}
AS_THEY_ARE = ("own", "few_flagged")
"""Rules that leave a unit its own marks."""


def votes(book: Book) -> Sheet | None:
    """One row for each component, unit and cycle that is scored from levels; nothing where the plan has none."""
    rated = {one.id: one for one in book.plan.components if one.ratings}
    if not rated:
        return None
    rows = _rows(book, rated)
    levels = list(dict.fromkeys(level for one in rated.values() for level in _rule(one).levels))
    columns = (
        known("rating_marks", "component", book.components),
        *unit_columns(book),
        known("rating_marks", "cycle"),
        *(Column(f"level {level}", f"{level}（票）", "count", _votes(rated, level)) for level in levels),
        known("rating_marks", "votes"),
        known("rating_marks", "full_marks", kind="number"),
        Column("own", "自身得分（分）", "marks", lambda row, here: _own(rated[row["component"]], row, here), OWN),
        replace(known("rating_marks", "mean"), cell=_where("mean", "few", "none_mean"), says=MEAN),
        replace(known("rating_marks", "own_share", kind="share"), cell=_where("own_share", "few")),
        known("rating_marks", "rule", RULES),
        Column("marks", "得分（分）", "marks", _marks, MARKS, most=_most(rows)),
    )
    return Sheet(NAME, "票数和计分", SAYS, columns, rows, NOTES, frozen=3)


MEAN = "票数不足或没有票的单位折算时用的平均分"
OWN = "由本行票数算出的得分，票数不足的折算以前"
MARKS = "按计分办法得到的分；指标另有换算的，这里是换算以前"


def _rule(one: Component) -> Ratings:
    assert one.ratings is not None
    return one.ratings


def _rows(book: Book, rated: dict[str, Component]) -> list[dict[str, Any]]:
    """The rows of `rating_marks` with the votes of each level, in the order of the plan."""
    counts = _counts(book, rated)
    waiting = set(book.counted("unmeasured").select("component", "unit").rows())
    order = {id: place for place, id in enumerate(rated)}
    cycles = {cycle.id: place for every in book.plan.cycles.values() for place, cycle in enumerate(every)}
    found = []
    for row in book.frame("rating_marks").iter_rows(named=True):
        key = (row["component"], row["unit"], row["cycle"])
        rule = "unmeasured" if key[:2] in waiting else row["rule"]
        found.append(row | {"rule": rule, "levels": counts.get(key, {})})
    return sorted(found, key=lambda row: (order[row["component"]], row["unit"], cycles.get(row["cycle"], -1)))


def _counts(book: Book, rated: dict[str, Component]) -> dict[tuple[str, str, str], dict[str, int]]:
    """Votes by level, for each component, unit and cycle; pooled cycles are called by no name."""
    pooled = [id for id, one in rated.items() if _rule(one).score_per == "year"]
    cycle = pl.when(pl.col("component").is_in(pooled)).then(pl.lit("")).otherwise("cycle")
    sums = book.frame("tally").with_columns(cycle=cycle)
    sums = sums.group_by("component", "unit", "cycle", "level").agg(pl.col("votes").sum())
    found: dict[tuple[str, str, str], dict[str, int]] = {}
    for component, unit, name, level, number in sums.iter_rows():
        found.setdefault((component, unit, name), {})[level] = number
    return found


def _votes(rated: dict[str, Component], level: str) -> Any:
    """The votes of a level; nothing where the component does not know it."""

    def cell(row: Row, here: Here) -> int | None:
        known_here = level in _rule(rated[row["component"]]).levels
        return row["levels"].get(level, 0) if known_here else None

    return cell


def _where(name: str, *rules: str) -> Any:
    """The row's value where its rule is one of these, and nothing elsewhere."""
    return lambda row, here: row[name] if row["rule"] in rules else None


def _most(rows: Iterable[Row]) -> Decimal | None:
    return max((row["full_marks"] for row in rows if row["full_marks"]), default=None)


def _own(one: Component, row: Row, here: Here) -> Any:
    """The unit's own marks as a formula, where the plan weighs nothing."""
    own: Decimal | None = row["own"]
    if not _is_plain(_rule(one)):
        return own if own is None else Noted(own, WEIGHED)
    made = _rate(_rule(one), row, here)
    ours = None if own is None else Fraction(own)
    return Live(made.text, own) if made.value == ours else Noted(own, FROM_EXACT)


def _is_plain(rule: Ratings) -> bool:
    """Whether the marks are value × votes ÷ votes × full marks, without weights and means of means."""
    weights = [*rule.groups.values(), *rule.items.values()]
    return rule.mean_first is None and all(weight is None for weight in weights)


def _rate(rule: Ratings, row: Row, here: Here) -> Term:
    """Σ value × votes ÷ (out of × votes) × full marks, rounded once; empty without votes."""
    valued = {level: value for level, value in rule.levels.items() if value is not None}
    votes = {level: Fraction(row["levels"].get(level, 0)) for level in valued}
    cells = {level: Term(here.at(f"level {level}"), votes[level]) for level in valued}
    given = formula.total(cells.values())
    parts = (formula.product(cells[level], formula.constant(value)) for level, value in valued.items())
    below = given if rule.out_of == 1 else formula.product(given, formula.constant(rule.out_of))
    full = Term(here.at("full_marks"), Fraction(row["full_marks"] or 0))
    made = formula.rounded(formula.product(formula.quotient(formula.added(*parts), below), full))
    return formula.unless(f"{given.text}=0", not given.value, made)


def _marks(row: Row, here: Here) -> Any:
    """What the rule for few votes makes of the unit's own marks."""
    ours, own = row["marks"], formula.cell(here.at("own"), row["own"])
    mean = formula.cell(here.at("mean"), row["mean"])
    if row["rule"] in AS_THEY_ARE:
        return Live(own.text, ours)
    if row["rule"] == "none_mean" and mean.value is not None:
        return Live(mean.text, ours)
    if row["rule"] != "few" or own.value is None or mean.value is None:
        return ours
    share = formula.cell(here.at("own_share"), row["own_share"])
    rest = Term(f"(1-{share.text})", 1 - share.number)
    made = formula.rounded(formula.added(formula.product(own, share), formula.product(mean, rest)))
    return Live(made.text, ours) if made.value == Fraction(ours) else Noted(ours, FROM_EXACT)
