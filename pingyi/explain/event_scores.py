"""How marks come about from happenings."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from pingyi.common import wording
from pingyi.common.codebook import codebook
from pingyi.explain.explanation_parts import UNKNOWN, Cycle, FactTable, Step, drop_empty, file_and_row, join_label
from pingyi.plan import Component
from pingyi.plan.events import Events, Item
from pingyi.results.result_tables import ResultTables, Row, group_rows
from pingyi.rules.formulas import from_atoms, marks, number
from pingyi.rules.leaves import cap_sum, climb_ladder, floor_sum, price_cases, sum_points

Emptied = tuple[str, Fraction] | None
"""By what a veto empties a component, and what is then left."""


def explain_cycles(tables: ResultTables, component: Component, unit: str) -> list[Cycle]:
    """The marks of each cycle: base, what each kind of event costs or earns, floor and cap."""
    names = [cycle.id for cycle in tables.plan.cycles[component.per]]
    rows = [row for row in tables.events.get((component.id, unit), []) if row["not_counted"] in (None, "same_deed")]
    found = []
    for name in names:
        placed, label = [row for row in rows if row["cycle"] == name], name if len(names) > 1 else ""
        emptied = _find_veto(_rule_of(component), tables.event_marks.get((component.id, unit, name)), rows, placed)
        found.append(_explain_cycle(_rule_of(component), placed, name, label, emptied=emptied))
    return found


def _rule_of(component: Component) -> Events:
    assert component.events is not None
    return component.events


def _find_veto(rule: Events, mark: Row | None, rows: list[Row], placed: list[Row]) -> Emptied:
    """By which item a veto empties the component in a cycle, and what it then comes to.

    mark: what the component comes to in the cycle. rows: of the year; placed: of the cycle.
    """
    if mark is None or mark["held"] is None:
        return None
    items = [rule.items[row["item"]] for row in (rows if mark["held"] == "year" else placed)]
    name = next(item.name for item in items if item.veto == "zero")
    return name, from_atoms(mark["exact"]) or Fraction(0)


def _explain_cycle(rule: Events, placed: list[Row], cycle: str, name: str, *, emptied: Emptied) -> Cycle:
    """A veto holds whatever else its deed counts for."""
    counted = [row for row in placed if row["not_counted"] is None]
    steps, held = [*_price_items(rule, counted, name), *_climb_ladders(rule, counted, name)], emptied is not None
    if len(steps) == 1 and not rule.base:
        only = _bound_sum(rule, placed, _note_repeats(steps[0], placed), name, emptied)
        return Cycle(cycle, tuple(only), held=held)
    summed = _note_repeats(_sum_steps(rule, steps, name), placed)
    ended = _bound_sum(rule, placed, summed, name, emptied)
    return Cycle(cycle, (*steps, *ended), quiet=not placed and not held, held=held)


# ---------------------------------------------------------------- what each event costs or earns


def _price_items(rule: Events, counted: list[Row], name: str) -> Iterator[Step]:
    """A line for each item, amount and set of circumstances: −1 分×2 件×2."""
    rows = [row | {"applied": _factors_of(rule.items[row["item"]], row)} for row in counted]
    flat = [row for row in rows if not rule.items[row["item"]].ladder]
    for same in group_rows(flat, "item", "points", "applied").values():
        item, times = rule.items[same[0]["item"]], sum(row["times"] for row in same)
        formula = price_cases(same[0]["points"], times, [item.factors[factor] for factor in same[0]["applied"]])
        yield Step(join_label(name, _name_item(item, same[0])), formula)


def _climb_ladders(rule: Events, counted: list[Row], name: str) -> Iterator[Step]:
    """A line for each event of an item whose points climb from case to case."""
    seen = dict.fromkeys(rule.items, 0)
    for row in counted:
        item = rule.items[row["item"]]
        if item.ladder:
            first = seen[row["item"]] + 1
            seen[row["item"]] = last = seen[row["item"]] + row["times"]
            factors = [item.factors[factor] for factor in _factors_of(item, row)]
            which = f"第 {first} 件" if first == last else f"第 {first}—{last} 件"
            label = join_label(name, _name_item(item, row), which)
            yield Step(label, climb_ladder(item.ladder, first, last, factors))


def _factors_of(item: Item, row: Row) -> tuple[str, ...]:
    """The circumstances of an event that multiply its points."""
    return tuple(sorted(factor for factor in item.factors if factor in (row["factors"] or ())))


def _name_item(item: Item, row: Row) -> str:
    factors = [f"{factor_name(one)} {wording.plain(item.factors[one])} 倍" for one in _factors_of(item, row)]
    return f"{item.name}（{'、'.join(factors)}）" if factors else item.name


def factor_name(factor: str) -> str:
    """The Chinese word of a circumstance, as files may write it."""
    known = codebook().facts["events"].column("factors").values
    return next((word for word, id in known.items() if id == factor), factor)


# ---------------------------------------------------------------- their sum, and what is left of it


def _sum_steps(rule: Events, steps: list[Step], name: str) -> Step:
    if not steps:
        return Step(name, number(rule.base, f"基础分 {wording.plain(rule.base)}"), "没有计分事项")
    amounts = [marks(step.value) for step in steps if step.value is not None]
    return Step(join_label(name, "合计"), sum_points(rule.base, amounts))


def _note_repeats(step: Step, placed: list[Row]) -> Step:
    """The sum, with what was left out because the same deed counts already."""
    again = [row for row in placed if row["not_counted"] == "same_deed"]
    if not again:
        return step
    left_out = sum((Fraction(row["exact"], 10**24) for row in again), Fraction(0))
    note = f"同一件事只计最重的一条，另外 {len(again)} 条的 {wording.shown(left_out)} 分不计"
    return replace(step, note="，".join(filter(None, (step.note, note))), swallowed=-left_out)


def _bound_sum(rule: Events, placed: list[Row], summed: Step, name: str, emptied: Emptied) -> list[Step]:
    """The sum, and what veto, cap and floor leave of it."""
    vetoes = {rule.items[row["item"]].veto: rule.items[row["item"]].name for row in placed}
    if "not_ranked" in vetoes:
        return [summed, Step(name, None, f"{vetoes['not_ranked']}，一票否决，不参加排名")]
    if emptied:
        why, left = emptied
        had = summed.value or Fraction(0)
        lost = f"，原有的 {wording.shown(had)} 分不计" if had else ""
        note = f"{why}，本项计 {wording.plain(left)} 分{lost}"
        return [summed, Step(join_label(name, "一票否决"), marks(left), note, swallowed=left - had)]
    steps = [summed]
    for bound, limit in ((cap_sum, rule.cap), (floor_sum, rule.floor)):
        if (value := steps[-1].value) is not None:
            held = bound(marks(value), limit)
            if held.value != value:
                steps.append(Step(name, held, swallowed=held.value - value))
    return steps


# ---------------------------------------------------------------- the events behind

DATES = {"opened_on": "交办", "due": "期限", "closed_on": "办结", "signed_on": "签字"}
"""When a case was handed over, was due, was settled and was signed; shown where any case has it."""


def tabulate_events(tables: ResultTables, component: Component, unit: str) -> tuple[FactTable, ...]:
    """Every event, counted or not, with its document, file and row."""
    found = tables.events.get((component.id, unit), [])
    dates = {name: head for name, head in DATES.items() if any(row[name] for row in found)}
    heads = ("日期", "事项", "件数（件）", "计分（分）", *dates.values(), "状态", "依据文件", "文件", "行")
    rows = tuple(_event_cells(_rule_of(component).items[row["item"]], row, list(dates)) for row in found)
    return drop_empty(FactTable("事项", heads, rows))


def _event_cells(item: Item, row: Row, dates: list[str]) -> tuple[str, ...]:
    points = wording.shown(Fraction(row["exact"], 10**24)) if row["not_counted"] is None else "不计"
    state = wording.named(row["not_counted"], wording.NOT_COUNTED) or wording.named(row["status"], wording.STATES)
    days = (str(row[name] or "") for name in dates)
    start = (str(row["happened_on"]), _name_item(item, row), str(row["times"]), points, *days)
    return (*start, state, row["document"] or UNKNOWN, *file_and_row(row))
