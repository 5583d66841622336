"""How marks come about from marks that somebody gives, or brings along."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import floor

from pingyi.common import wording
from pingyi.explain.cycles import Cycle, label
from pingyi.explain.parts import FactTable, Step
from pingyi.explain.tables import Row, Tables, grouped
from pingyi.plan import Component
from pingyi.plan.marks import Marks
from pingyi.rules.formulas import Formula, marks, number, plan_number, product, quotient, total

SPELLED = 6
"""Up to so many marks of one marker are written out; more are told by their sum."""


def cycles(tables: Tables, one: Component, unit: str) -> list[Cycle]:
    """The marks of each cycle."""
    names = [cycle.id for cycle in tables.plan.cycles[one.per]]
    by_cycle = grouped(tables.counted_marks.get((one.id, unit), []), "cycle")
    asked = tables.asked.get((one.id, unit), {})
    return [
        Cycle(name, tuple(_steps(one, asked, by_cycle.get((name,), []), name if len(names) > 1 else "")))
        for name in names
    ]


def brought(tables: Tables, one: Component, unit: str) -> list[Step]:
    """The line of marks that a unit brings along; nothing is made of them."""
    given = [row["mark"] for row in tables.counted_marks.get((one.id, unit), [])]
    return [Step("", *_mean(one, given, _nobody(None)))] if given else []


def _void(one: Component, row: Row) -> bool:
    return one.marks is not None and row["mark"] in one.marks.means_nothing


def _steps(one: Component, asked: Mapping[str, Decimal], rows: list[Row], name: str) -> list[Step]:
    """Each class of raters, then the classes weighed; a class that was asked and gave no mark as the plan says."""
    policy = one.marks.marker_missing if one.marks else "spread"
    by_class = {str(marker): [row["mark"] for row in same] for (marker,), same in grouped(rows, "class").items()}
    silent = [marker for marker, weight in asked.items() if weight > 0 and marker not in by_class]
    have = {marker: asked[marker] for marker in by_class if asked[marker] > 0}
    said = "、".join(silent)
    if not have:
        return [Step(name, None, "没有评分，不计分")]
    if silent and policy == "not_scored":
        return [Step(name, None, f"缺{said}的评分，不计分")]
    whole = sum((asked if policy == "zero" else have).values(), Decimal(0))
    note = f"缺{said}的评分，{_SILENT[policy]}" if silent else ""
    if len(have) == 1 and whole == sum(have.values()):
        marker, given = next((marker, given) for marker, given in by_class.items() if marker in have)
        formula, trimmed = _mean(one, given, marker)
        start = label(name, "" if len(given) == 1 else marker)
        return [Step(start, formula, "，".join(filter(None, (trimmed, note))))]
    steps: list[Step] = []
    weighed = [(_one(one, by_class[marker], marker, name, steps), weight) for marker, weight in have.items()]
    earned = total(product(given, plan_number(weight)) for given, weight in weighed)
    return [*steps, Step(name, quotient(earned, plan_number(whole)), note)]


_SILENT = {"spread": "由其余各方的评分代替", "zero": "计 0 分"}
"""What stands in for a class of raters that gave no mark."""


def _one(one: Component, given: list[Decimal], marker: str, name: str, steps: list[Step]) -> Formula:
    """One marker's marks; several of them get a line of their own."""
    formula, note = _mean(one, given, marker)
    if formula.is_number:
        return formula
    steps.append(Step(label(name, marker), formula, note))
    return marks(formula.value, marker)


def _mean(one: Component, given: list[Decimal], marker: str) -> tuple[Formula, str]:
    """The mean of one marker's marks after trimming, and what was trimmed."""
    kept, note = _trimmed(one, sorted(given, reverse=True))
    if len(kept) == 1:
        return marks(kept[0], marker or _nobody(one.marks)), note
    spelled = total(marks(mark) for mark in kept)
    if len(kept) > SPELLED:
        spelled = Formula(spelled.sign, spelled.parts, said=f"{len(kept)} 个评分之和 {wording.shown(sum(kept))}")
    return quotient(spelled, number(len(kept), str(len(kept)))), note


def _trimmed(one: Component, given: list[Decimal]) -> tuple[list[Decimal], str]:
    trim = one.marks.trim if one.marks else None
    if trim is None:
        return given, ""
    top, bottom = (floor(Fraction(share) * len(given)) for share in (trim.top, trim.bottom))
    note = f"去掉 {top} 个最高分、{bottom} 个最低分" if top or bottom else ""
    return given[top : len(given) - bottom], note


def facts(tables: Tables, one: Component, unit: str) -> tuple[FactTable, ...]:
    """Every mark with its marker, file and row."""
    heads = ("评分人", "周期", "评分（分）", "档次", "文件", "行")
    rows = [_fact(one, row) for row in tables.given.get((one.id, unit), [])]
    spare = {head for at, head in enumerate(heads) if head == "周期" and len({row[at] for row in rows}) < 2}
    spare |= {head for at, head in enumerate(heads) if head == "档次" and not any(row[at] for row in rows)}
    told = [at for at, head in enumerate(heads) if head not in spare]
    kept = tuple(tuple(row[at] for at in told) for row in rows)
    return (FactTable("评分", tuple(heads[at] for at in told), kept),) if rows else ()


def _fact(one: Component, row: Row) -> tuple[str, ...]:
    mark = wording.shown(row["mark"]) + ("（不计）" if _void(one, row) else "")
    place = "" if row["row"] is None else str(row["row"])
    band = row["band"] or _band(one, row)
    return (row["marker"] or _nobody(one.marks), row["cycle"] or "", mark, band, row["source"] or "未写明", place)


def _nobody(rule_: Marks | None) -> str:
    """Who is said to have given a mark that names nobody."""
    return "评分" if rule_ else "系统报送"


def _band(one: Component, row: Row) -> str:
    bands = one.marks.bands if one.marks else {}
    return next((band for band, (low, high) in bands.items() if low <= row["mark"] <= high), "")
