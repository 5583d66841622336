"""How marks come about from numbers: marks that somebody gives or a unit brings along, and measured rates or counts."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from pingyi.common import wording
from pingyi.explain.explanation_parts import Cycle, FactTable, Step, drop_empty, file_and_row, join_label
from pingyi.plan import Component
from pingyi.plan.components import Cycle as Days
from pingyi.plan.marks import Marks, Measures
from pingyi.results.result_tables import ResultTables, Row, group_rows
from pingyi.rules.formulas import Formula, marks, weighed_mean
from pingyi.rules.leaves import average_marks, count_measured, count_trimmed, rate_measured

# ---------------------------------------------------------------- marks that somebody gives


def explain_marks(tables: ResultTables, component: Component, unit: str) -> list[Cycle]:
    """The marks of each cycle."""
    names = [cycle.id for cycle in tables.plan.cycles[component.per]]
    by_cycle = group_rows(tables.counted_marks.get((component.id, unit), []), "cycle")
    asked = tables.asked.get((component.id, unit), {})
    found = []
    for name in names:
        rows, label = by_cycle.get((name,), []), name if len(names) > 1 else ""
        found.append(Cycle(name, tuple(_weigh_markers(component.marks, asked, rows, label))))
    return found


def explain_imported(tables: ResultTables, component: Component, unit: str) -> list[Step]:
    """The line of marks that a unit brings along; nothing is made of them."""
    given = [row["mark"] for row in tables.counted_marks.get((component.id, unit), [])]
    return [Step("", *_average_marks(component.marks, given, _name_nobody(None)))] if given else []


def _weigh_markers(rule: Marks | None, asked: Mapping[str, Decimal], rows: list[Row], name: str) -> list[Step]:
    """Each class of raters, then the classes weighed; a class that was asked and gave no mark as the plan says."""
    policy = rule.marker_missing if rule else "spread"
    by_class = {str(marker): [row["mark"] for row in same] for (marker,), same in group_rows(rows, "class").items()}
    silent = [marker for marker, weight in asked.items() if weight > 0 and marker not in by_class]
    have = {marker: asked[marker] for marker in by_class if asked[marker] > 0}
    if not have:
        return [Step(name, None, "没有评分，不计分")]
    if silent and policy == "not_scored":
        return [Step(name, None, f"缺{'、'.join(silent)}的评分，不计分")]
    whole = sum((asked if policy == "zero" else have).values(), Decimal(0))
    note = f"缺{'、'.join(silent)}的评分，{STAND_INS[policy]}" if silent else ""
    if len(have) == 1 and whole == sum(have.values()):
        (marker,) = have
        formula, trimmed = _average_marks(rule, by_class[marker], marker)
        label = join_label(name, "" if len(by_class[marker]) == 1 else marker)
        return [Step(label, formula, "，".join(filter(None, (trimmed, note))))]
    steps: list[Step] = []
    weighed = [(_name_average(rule, by_class[marker], marker, name, steps), weight) for marker, weight in have.items()]
    return [*steps, Step(name, weighed_mean(weighed, whole), note)]


STAND_INS = {"spread": "由其余各方的评分代替", "zero": "计 0 分"}
"""What stands in for a class of raters that gave no mark."""


def _name_average(rule: Marks | None, given: list[Decimal], marker: str, name: str, steps: list[Step]) -> Formula:
    """One marker's marks; several of them get a line of their own."""
    formula, note = _average_marks(rule, given, marker)
    if formula.is_number:
        return formula
    steps.append(Step(join_label(name, marker), formula, note))
    return marks(formula.value, marker)


def _average_marks(rule: Marks | None, given: list[Decimal], marker: str) -> tuple[Formula, str]:
    """The mean of one marker's marks after trimming, and what was trimmed."""
    kept, note = _trim_marks(rule, sorted(given, reverse=True))
    return average_marks(kept, marker or _name_nobody(rule)), note


def _trim_marks(rule: Marks | None, given: list[Decimal]) -> tuple[list[Decimal], str]:
    if rule is None or rule.trim is None:
        return given, ""
    top, bottom = count_trimmed(len(given), rule.trim.top, rule.trim.bottom)
    note = f"去掉 {top} 个最高分、{bottom} 个最低分" if top or bottom else ""
    return given[top : len(given) - bottom], note


def _name_nobody(rule: Marks | None) -> str:
    """Who is said to have given a mark that names nobody."""
    return "评分" if rule else "系统报送"


def tabulate_marks(tables: ResultTables, component: Component, unit: str) -> tuple[FactTable, ...]:
    """Every mark with its marker, file and row; cycle and band where they tell marks apart, or are known."""
    heads = ("评分人", "周期", "评分（分）", "档次", "文件", "行")
    rows = [_mark_cells(component.marks, row) for row in tables.given.get((component.id, unit), [])]
    columns = dict(zip(heads, zip(*rows, strict=True), strict=False))
    if len(set(columns.get("周期", ()))) < 2:
        columns.pop("周期", None)
    if not any(columns.get("档次", ())):
        columns.pop("档次", None)
    return drop_empty(FactTable("评分", tuple(columns), tuple(zip(*columns.values(), strict=True))))


def _mark_cells(rule: Marks | None, row: Row) -> tuple[str, ...]:
    bands = rule.bands if rule else {}
    band = next((band for band, (low, high) in bands.items() if low <= row["mark"] <= high), "")
    mark = wording.shown(row["mark"]) + ("（不计）" if rule and row["mark"] in rule.means_nothing else "")
    return (row["marker"] or _name_nobody(rule), row["cycle"] or "", mark, row["band"] or band, *file_and_row(row))


# ---------------------------------------------------------------- measured numbers


def explain_measures(tables: ResultTables, component: Component, unit: str) -> list[Cycle]:
    """The measured rate or count of each cycle; conversions make marks of it."""
    cycles = tables.plan.cycles[component.per]
    rows = [row | {"cycle": _cycle_of(cycles, row)} for row in tables.measures.get((component.id, unit), [])]
    by_cycle = group_rows(rows, "cycle")
    found = []
    for cycle in cycles:
        measured, label = by_cycle.get((cycle.id,), []), cycle.id if len(cycles) > 1 else ""
        found.append(Cycle(cycle.id, (_divide_measures(_rule_of(component), measured, label),)))
    return found


def _rule_of(component: Component) -> Measures:
    assert component.measures is not None
    return component.measures


def _cycle_of(cycles: Sequence[Days], row: Row) -> str:
    """The cycle that a row belongs to: the one that it names, or that of its day; empty where it does not count."""
    day = row["measured_on"]
    within = [one.id for one in cycles if day is None or one.start <= day <= one.end]
    if row["cycle"] is None:
        return within[0] if len(within) == 1 else ""
    return row["cycle"] if row["cycle"] in within else ""


def _divide_measures(rule: Measures, rows: list[Row], name: str) -> Step:
    if not rows:
        return Step(name, None, "没有数据，不计分")
    above = [row["numerator"] for row in rows]
    if rule.of == "count":
        return Step(name, count_measured(above, rule.numerator), unit="")
    below = [row["denominator"] or Decimal(0) for row in rows]
    if not sum(below):
        return Step(name, None, "没有分母，不计分")
    return Step(name, rate_measured(above, below, (rule.numerator, rule.denominator)), percent=True)


def tabulate_measures(tables: ResultTables, component: Component, unit: str) -> tuple[FactTable, ...]:
    """Every measured number with its file and row."""
    rule = _rule_of(component)
    heads = ("周期", rule.numerator, rule.denominator or "分母", "文件", "行")
    rows = tuple(_measure_cells(row) for row in tables.measures.get((component.id, unit), []))
    return drop_empty(FactTable("实测数据", heads, rows))


def _measure_cells(row: Row) -> tuple[str, ...]:
    numbers = ["" if row[column] is None else wording.plain(row[column]) for column in ("numerator", "denominator")]
    return (row["cycle"] or "", *numbers, *file_and_row(row))
