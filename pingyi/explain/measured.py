"""How a measured rate or count comes about; conversions make marks of it."""

from collections.abc import Sequence
from decimal import Decimal

from pingyi.common import wording
from pingyi.explain.cycles import Cycle
from pingyi.explain.parts import FactTable, Step
from pingyi.explain.tables import Row, Tables, grouped
from pingyi.plan import Component
from pingyi.plan.components import Cycle as Days
from pingyi.rules.formulas import Formula, number, plan_number, total


def cycles(tables: Tables, one: Component, unit: str) -> list[Cycle]:
    """The measured number of each cycle."""
    cycles_ = tables.plan.cycles[one.per]
    rows = [row | {"cycle": _cycle(cycles_, row)} for row in tables.measures.get((one.id, unit), [])]
    by_cycle = grouped(rows, "cycle")
    return [
        Cycle(cycle.id, (_step(one, by_cycle.get((cycle.id,), []), cycle.id if len(cycles_) > 1 else ""),))
        for cycle in cycles_
    ]


def _cycle(cycles_: Sequence[Days], row: Row) -> str:
    """The cycle that a row belongs to: the one that it names, or that of its day; empty where it does not count."""
    day = row["measured_on"]
    within = [one.id for one in cycles_ if day is None or one.start <= day <= one.end]
    if row["cycle"] is None:
        return within[0] if len(within) == 1 else ""
    return row["cycle"] if row["cycle"] in within else ""


def _step(one: Component, rows: list[Row], name: str) -> Step:
    assert one.measures is not None
    if not rows:
        return Step(name, None, "没有数据，不计分")
    above = total(plan_number(row["numerator"]) for row in rows)
    if one.measures.of == "count":
        only = number(above.value, f"{one.measures.numerator} {wording.plain(above.value)}")
        return Step(name, only if len(rows) == 1 else above, unit="")
    below = total(plan_number(row["denominator"] or Decimal(0)) for row in rows)
    if not below.value:
        return Step(name, None, "没有分母，不计分")
    rate = Formula("÷", (_named(one.measures.numerator, above), _named(one.measures.denominator, below)))
    return Step(name, rate, percent=True)


def _named(name: str, formula: Formula) -> Formula:
    return Formula("", (), formula.value, f"{name} {formula.text}") if formula.is_number and name else formula


def facts(tables: Tables, one: Component, unit: str) -> tuple[FactTable, ...]:
    """Every measured number with its file and row."""
    assert one.measures is not None
    heads = ("周期", one.measures.numerator, one.measures.denominator or "分母", "文件", "行")
    rows = tuple(_fact(row) for row in tables.measures.get((one.id, unit), []))
    return (FactTable("实测数据", heads, rows),) if rows else ()


def _fact(row: Row) -> tuple[str, ...]:
    numbers = ["" if row[column] is None else wording.plain(row[column]) for column in ("numerator", "denominator")]
    return (row["cycle"] or "", *numbers, row["source"] or "未写明", "" if row["row"] is None else str(row["row"]))
