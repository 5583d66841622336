"""How marks come about from happenings."""

from dataclasses import replace
from fractions import Fraction

from pingyi.common import wording
from pingyi.common.codebook import codebook
from pingyi.explain.cycles import Cycle, label
from pingyi.explain.parts import FactTable, Step
from pingyi.explain.tables import Row, Tables, grouped
from pingyi.plan import Component
from pingyi.plan.events import Events, Item
from pingyi.rules.formulas import Formula, at_least, at_most, from_atoms, marks, number, plan_number, product, total

Emptied = tuple[str, Fraction] | None
"""By what a veto empties a component, and what is then left."""


def cycles(tables: Tables, one: Component, unit: str) -> list[Cycle]:
    """The marks of each cycle: base, what each kind of event costs or earns, floor and cap."""
    names = [cycle.id for cycle in tables.plan.cycles[one.per]]
    rows = [row for row in tables.events.get((one.id, unit), []) if row["not_counted"] in (None, "same_deed")]
    emptied = {name: _emptied(tables, one, unit, name, rows) for name in names}
    return [
        _cycle(
            *(_of(one), [row for row in rows if row["cycle"] == name], name, name if len(names) > 1 else ""),
            emptied=emptied[name],
        )
        for name in names
    ]


def _emptied(tables: Tables, one: Component, unit: str, cycle: str, rows: list[Row]) -> Emptied:
    """By which item a veto empties the component in a cycle, and what it then comes to."""
    row = tables.event_marks.get((one.id, unit, cycle))
    if row is None or row["held"] is None:
        return None
    per_year = row["held"] == "year"
    items = [_of(one).items[found["item"]] for found in rows if per_year or found["cycle"] == cycle]
    name = next(item.name for item in items if item.veto == "zero")
    return name, from_atoms(row["exact"]) or Fraction(0)


def _of(one: Component) -> Events:
    assert one.events is not None
    return one.events


def _cycle(rule_: Events, placed: list[Row], cycle: str, name: str, *, emptied: Emptied) -> Cycle:
    """A veto holds whatever else its deed counts for."""
    counted = [row for row in placed if row["not_counted"] is None]
    steps, held = [*_fixed(rule_, counted, name), *_climbed(rule_, counted, name)], emptied is not None
    if len(steps) == 1 and not rule_.base:
        only = _bounded(rule_, placed, _once(steps[0], placed), name, emptied)
        return Cycle(cycle, tuple(only), held=held)
    summed = _once(_summed(rule_, steps, name), placed)
    ended = _bounded(rule_, placed, summed, name, emptied)
    return Cycle(cycle, (*steps, *ended), quiet=not placed and not held, held=held)


def _once(step: Step, placed: list[Row]) -> Step:
    """The sum, with what was left out because the same deed counts already."""
    again = [row for row in placed if row["not_counted"] == "same_deed"]
    if not again:
        return step
    left_out = sum((Fraction(row["exact"], 10**24) for row in again), Fraction(0))
    note = f"同一件事只计最重的一条，另外 {len(again)} 条的 {wording.shown(left_out)} 分不计"
    return replace(step, note="，".join(filter(None, (step.note, note))), swallowed=-left_out)


def _fixed(rule_: Events, counted: list[Row], name: str) -> list[Step]:
    """A line for each item, amount and set of circumstances: −1 分×2 件×2."""
    steps = []
    rows = [row | {"applied": _applied(rule_.items[row["item"]], row)} for row in counted]
    flat = [row for row in rows if not rule_.items[row["item"]].ladder]
    for same in grouped(flat, "item", "points", "applied").values():
        item, points, applied = (same[0][key] for key in ("item", "points", "applied"))
        times = sum(row["times"] for row in same)
        factors = [plan_number(rule_.items[item].factors[factor]) for factor in applied]
        formula = product(plan_number(points, "每件"), number(times, f"{times} 件"), *factors)
        steps.append(Step(label(name, _item_name(rule_, same[0])), formula))
    return steps


def _applied(item: Item, row: Row) -> tuple[str, ...]:
    return tuple(sorted(factor for factor in item.factors if factor in (row["factors"] or ())))


def _item_name(rule_: Events, row: Row) -> str:
    item = rule_.items[row["item"]]
    told = "、".join(
        f"{factor_name(factor)} {wording.plain(item.factors[factor])} 倍" for factor in _applied(item, row)
    )
    return f"{item.name}（{told}）" if told else item.name


def factor_name(factor: str) -> str:
    """The Chinese word of a circumstance, as files may write it."""
    known = codebook().facts["events"].column("factors").values
    return next((word for word, id in known.items() if id == factor), factor)


def _climbed(rule_: Events, counted: list[Row], name: str) -> list[Step]:
    """A line for each event of an item whose points climb from case to case."""
    steps, seen = [], dict.fromkeys(rule_.items, 0)
    for row in counted:
        item = rule_.items[row["item"]]
        if not item.ladder:
            continue
        first = seen[row["item"]] + 1
        seen[row["item"]] += row["times"]
        steps.append(_rungs(rule_, row, first, name))
    return steps


def _rungs(rule_: Events, row: Row, first: int, name: str) -> Step:
    item = rule_.items[row["item"]]
    cases = range(first, first + row["times"])
    rungs = total(plan_number(item.ladder[min(case, len(item.ladder)) - 1]) for case in cases)
    factors = [plan_number(item.factors[factor]) for factor in _applied(item, row)]
    which = f"第 {first} 件" if len(cases) == 1 else f"第 {first}—{cases[-1]} 件"
    return Step(label(name, _item_name(rule_, row), which), product(rungs, *factors) if factors else rungs)


def _summed(rule_: Events, steps: list[Step], name: str) -> Step:
    base = marks(rule_.base, "基础分")
    if not steps:
        return Step(name, number(rule_.base, f"基础分 {wording.plain(rule_.base)}"), "没有计分事项")
    amounts = [marks(step.value) for step in steps if step.value is not None]
    return Step(label(name, "合计"), total([base, *amounts] if rule_.base or len(amounts) > 1 else amounts))


def _bounded(rule_: Events, placed: list[Row], summed: Step, name: str, emptied: Emptied) -> list[Step]:
    """The sum, and what veto, cap and floor leave of it."""
    vetoes = {rule_.items[row["item"]].veto: rule_.items[row["item"]].name for row in placed}
    if "not_ranked" in vetoes:
        return [summed, Step(name, None, f"{vetoes['not_ranked']}，一票否决，不参加排名")]
    if emptied:
        why, left = emptied
        had = summed.value or Fraction(0)
        lost = f"，原有的 {wording.shown(had)} 分不计" if had else ""
        note = f"{why}，本项计 {wording.plain(left)} 分{lost}"
        return [summed, Step(label(name, "一票否决"), marks(left), note, swallowed=left - had)]
    steps = [summed]
    for bound in (_capped, _floored):
        step = bound(rule_, steps[-1], name)
        steps += [step] if step else []
    return steps


def _capped(rule_: Events, before: Step, name: str) -> Step | None:
    if rule_.cap is None or before.value is None or before.value <= rule_.cap:
        return None
    over = before.value - Fraction(rule_.cap)
    said = f"多出的 {wording.shown(over)} 分不再加，按最高限计"
    return Step(name, at_most(_reached(before), rule_.cap, said), swallowed=-over)


def _floored(rule_: Events, before: Step, name: str) -> Step | None:
    if rule_.floor is None or before.value is None or before.value >= rule_.floor:
        return None
    over = Fraction(rule_.floor) - before.value
    bound = "扣完为止" if rule_.floor == 0 else "按最低限计"
    said = f"多出的 {wording.shown(over)} 分不再扣，{bound}"
    return Step(name, at_least(_reached(before), rule_.floor, said), swallowed=over)


def _reached(before: Step) -> Formula:
    assert before.value is not None
    return marks(before.value)


def facts(tables: Tables, one: Component, unit: str) -> tuple[FactTable, ...]:
    """Every event, counted or not, with its document, file and row."""
    found = tables.events.get((one.id, unit), [])
    dates = {name: head for name, head in DATES.items() if any(row[name] for row in found)}
    heads = ("日期", "事项", "件数（件）", "计分（分）", *dates.values(), "状态", "依据文件", "文件", "行")
    rows = tuple(_fact(_of(one), row, list(dates)) for row in found)
    return (FactTable("事项", heads, rows),) if rows else ()


DATES = {"opened_on": "交办", "due": "期限", "closed_on": "办结", "signed_on": "签字"}
"""When a case was handed over, was due, was settled and was signed; shown where any case has it."""


def _fact(rule_: Events, row: Row, dates: list[str]) -> tuple[str, ...]:
    points = wording.shown(Fraction(row["exact"], 10**24)) if row["not_counted"] is None else "不计"
    state = wording.named(row["not_counted"], wording.NOT_COUNTED) or wording.named(row["status"], wording.STATES)
    return (
        str(row["happened_on"]),
        _item_name(rule_, row),
        str(row["times"]),
        points,
        *(str(row[name] or "") for name in dates),
        state,
        row["document"] or "未写明",
        row["source"] or "未写明",
        "" if row["row"] is None else str(row["row"]),
    )
