"""How marks come about from marks that somebody gives, or brings along."""

from decimal import Decimal
from fractions import Fraction
from math import floor

from pingyi import words
from pingyi.explain.cycles import Cycle, label, places
from pingyi.explain.formula import Formula, marks, number, product, quotient, rule, total
from pingyi.explain.parts import FactTable, Step
from pingyi.explain.tables import Row, Tables, grouped
from pingyi.plan import Component

SPELLED = 6
"""Up to so many marks of one marker are written out; more are told by their sum."""


def cycles(tables: Tables, one: Component, unit: str) -> list[Cycle]:
    """The marks of each cycle that somebody handed in."""
    rows = [_placed(tables, one, row) for row in tables.given.get((one.id, unit), []) if not _void(one, row)]
    order = places(tables.plan, one)
    by_cycle = grouped(sorted(rows, key=lambda row: order[row["cycle"]]), "cycle")
    return [
        Cycle(str(cycle), tuple(_steps(one, same, str(cycle) if len(by_cycle) > 1 else "")))
        for (cycle,), same in by_cycle.items()
    ]


def _placed(tables: Tables, one: Component, row: Row) -> Row:
    return row | {"cycle": row["cycle"] or tables.plan.cycles[one.per][0].id, "marker": row["marker"] or ""}


def _void(one: Component, row: Row) -> bool:
    return one.marks is not None and row["mark"] in one.marks.means_nothing


def _steps(one: Component, rows: list[Row], name: str) -> list[Step]:
    by_marker = {str(marker): [row["mark"] for row in same] for (marker,), same in grouped(rows, "marker").items()}
    if len(by_marker) == 1:
        marker, given = next(iter(by_marker.items()))
        return [Step(label(name, "" if len(given) == 1 else marker), *_mean(one, given, marker))]
    steps: list[Step] = []
    weighed = [(_one(one, given, marker, name, steps), _weight(one, marker)) for marker, given in by_marker.items()]
    whole = sum((weight for _, weight in weighed), Decimal(0))
    earned = total(product(given, rule(weight)) for given, weight in weighed)
    return [*steps, Step(name, quotient(earned, rule(whole)))]


def _weight(one: Component, marker: str) -> Decimal:
    rule = one.marks.markers.get(marker) if one.marks else None
    return rule.weight if rule else Decimal(1)


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
        return marks(kept[0], marker or _nobody(one)), note
    spelled = total(marks(mark) for mark in kept)
    if len(kept) > SPELLED:
        spelled = Formula(spelled.sign, spelled.parts, said=f"{len(kept)} 个评分之和 {words.shown(sum(kept))}")
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
    mark = words.shown(row["mark"]) + ("（不计）" if _void(one, row) else "")
    place = "" if row["row"] is None else str(row["row"])
    band = row["band"] or _band(one, row)
    return (row["marker"] or _nobody(one), row["cycle"] or "", mark, band, row["source"] or "未写明", place)


def _nobody(one: Component) -> str:
    """Who is said to have given a mark that names nobody."""
    return "评分" if one.marks else "系统报送"


def _band(one: Component, row: Row) -> str:
    bands = one.marks.bands if one.marks else {}
    return next((band for band, (low, high) in bands.items() if low <= row["mark"] <= high), "")
