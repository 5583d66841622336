"""Every number of a unit explained: the score tree, the facts behind it, its places, lists and consequences."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from pingyi.common import wording
from pingyi.common.codebook import codebook
from pingyi.common.wording import Numeric
from pingyi.explain import event_scores, given_scores, node_scores, rating_scores
from pingyi.explain.explanation_parts import Cycle, Explanation, FactTable, Part, Step
from pingyi.explain.placements import explain_consequences, explain_lists, explain_placings
from pingyi.plan import Component
from pingyi.results.result_tables import Key, ResultTables, Row, once_per_review
from pingyi.rules.formulas import Formula, from_atoms, marks, number, plan_number, share
from pingyi.scoring.review import Review

Explain = Callable[[ResultTables, Component, str], list[Cycle]]
Tabulate = Callable[[ResultTables, Component, str], tuple[FactTable, ...]]

METHODS: dict[str, tuple[Explain, Tabulate]] = {
    "ratings": (rating_scores.explain_cycles, rating_scores.tabulate_votes),
    "events": (event_scores.explain_cycles, event_scores.tabulate_events),
    "marks": (given_scores.explain_marks, given_scores.tabulate_marks),
    "measures": (given_scores.explain_measures, given_scores.tabulate_measures),
    "node": (node_scores.explain_cycles, lambda tables, component, unit: ()),
}
"""What explains the cycles of components of each method, and what lists the facts behind them."""

BEYOND = "由下面的数据按方案的规则逐步算得；这一项几条规则合在一起，一行算式写不完整，得分以计算结果为准"
"""What is said instead of a formula that does not lead to the marks: a wrong one must never be shown."""


class Explainer:
    """Explains units of one review.

    explainer = Explainer(ResultTables(review))
    explainer.unit("0101").text
    """

    def __init__(self, tables: ResultTables) -> None:
        """Look at a review that has reached any stage; what later stages bring is left out."""
        self.plan, self.tables = tables.plan, tables

    def units(self) -> list[Explanation]:
        """All units of the roster in the order of their ids."""
        return [self.unit(unit) for unit in sorted(self.tables.roster)]

    def unit(self, unit: str) -> Explanation:
        """One unit. Raises: KeyError where the roster does not know it."""
        row = self.tables.roster[unit]
        children = {child for one in self.plan.components for child in one.of}
        roots = [one for one in self.plan.components if one.id not in children]
        return Explanation(
            unit=unit,
            name=self.tables.unit_names[unit],
            about=self._describe_unit(row),
            absent=wording.absence(row),
            parts=tuple(part for root in roots for part in self._explain_tree(root, unit, 0)),
            placings=tuple(explain_placings(self.tables, unit)),
            verdicts=tuple(explain_lists(self.tables, unit)),
            consequences=tuple(explain_consequences(self.tables, unit)),
        )

    def _describe_unit(self, row: Row) -> dict[str, str]:
        heads = codebook().facts["units"]
        columns = ["category", "organ", "township", "management"]
        cells = row if row["organ"] != row["name"] else row | {"organ": ""}
        about = {self.plan.terms.get(name, heads.column(name).head): cells[name] or "" for name in columns}
        system = self.plan.units.systems.get(row["system"] or "", row["system"] or "")
        return about | {"所属系统": system, "参评": wording.absence(row)}

    def _explain_tree(self, component: Component, unit: str, depth: int) -> list[Part]:
        """The component and everything below it that exists for the unit, parents first."""
        exists = (component.id, unit) in self.tables.marks
        parts = [Score(self.tables, component, unit).explain_part(depth)] if exists else []
        for child in component.of:
            parts += self._explain_tree(self.plan.component(child), unit, depth + 1)
        return parts


def explain(review: Review, unit: str) -> Explanation:
    """One unit of a review explained; for many units keep an `Explainer`. Raises: KeyError."""
    return Explainer(ResultTables(review)).unit(unit)


@once_per_review
def explain_units(tables: ResultTables) -> list[Explanation]:
    """Every unit explained, in the order of their ids."""
    return Explainer(tables).units()


@dataclass(frozen=True, slots=True)
class Score:
    """A component for one unit for which it exists: how its marks come about."""

    tables: ResultTables
    component: Component
    unit: str

    @property
    def row(self) -> Row:
        """Its row of `component_marks`."""
        return self.tables.marks[self.component.id, self.unit]

    @property
    def scope(self) -> Row:
        """Its row of `scope`: what it is worth for the unit."""
        return self.tables.scope[self.component.id, self.unit]

    def explain_part(self, depth: int) -> Part:
        """The component as a part of an explanation. depth: below the root."""
        return Part(
            component=self.component.id,
            name=self.component.title,
            depth=depth,
            marks=self.row["marks"],
            full=self.row["full_marks"],
            outside=self.component.outside,
            flag=wording.flags(self.row["flag"]),
            clause=self.component.clause,
            says=self.component.says,
            steps=tuple(_check_result(self.row["marks"], self._explain_steps())),
            facts=self._tabulate_facts(),
        )

    def _tabulate_facts(self) -> tuple[FactTable, ...]:
        if self.scope["imported"]:
            return given_scores.tabulate_marks(self.tables, self.component, self.unit)
        _, tabulate = METHODS[self.component.method]
        return tabulate(self.tables, self.component, self.unit)

    def _explain_steps(self) -> list[Step]:
        """All lines from the facts to the marks: each cycle with its conversions, the cycles together, conversions."""
        if self.row["flag"] == "unmeasured":
            return [_explain_unmeasured(self.row)]
        if self.scope["imported"]:
            steps = given_scores.explain_imported(self.tables, self.component, self.unit)
        else:
            steps = self._explain_cycles()
            if self.row["flag"] == "veto" and steps and steps[-1].formula:
                steps.append(Step("", None, "一票否决，不参加排名"))
        return steps or [Step("", None, "没有数据")]

    def _explain_cycles(self) -> list[Step]:
        explain_method, _ = METHODS[self.component.method]
        begun = explain_method(self.tables, self.component, self.unit)
        cycles = [self._convert_cycle(cycle, len(begun) > 1) for cycle in begun]
        together = self._combine_cycles(cycles)
        steps = [step for cycle in cycles if not (cycle.quiet and together) for step in cycle.steps]
        steps += [together] if together else []
        steps += node_scores.add_once(self.tables, self.component, self.unit, _last_of(steps))
        # of one cycle alone, what holds for it holds for the year
        held = self._is_emptied() or (len(cycles) == 1 and cycles[0].held)
        steps += self._convert_marks("year", "", _last_of(steps), "折算", held=held)
        return steps + node_scores.add_outside(self.tables, self.component, self.unit, _last_of(steps))

    def _cycle_rows(self, rows: dict[Key, Row]) -> list[Row]:
        """The rows of the component's cycles, where they have any."""
        cycles = (cycle.id for cycle in self.tables.plan.cycles[self.component.per])
        found = (rows.get((self.component.id, self.unit, cycle)) for cycle in cycles)
        return [row for row in found if row is not None]

    def _is_emptied(self) -> bool:
        """Whether a veto empties the component for the whole year."""
        return any(row["held"] == "year" for row in self._cycle_rows(self.tables.event_marks))

    # ------------------------------------------------------------ over its cycles

    def _convert_cycle(self, cycle: Cycle, several: bool) -> Cycle:
        """The cycle after its conversions; one that has not begun has no marks, and says so."""
        row = self.tables.cycle_marks.get((self.component.id, self.unit, cycle.cycle))
        if row is not None and row["flag"] == "not_due":
            return Cycle(cycle.cycle, (Step(cycle.cycle, None, "还没有开始，暂不计分"),), due=False)
        name = f"{cycle.cycle}折算" if several else "折算"
        more = self._convert_marks("cycle", cycle.cycle, _last_of(cycle.steps), name, held=cycle.held)
        return replace(cycle, steps=(*cycle.steps, *more), quiet=cycle.quiet and not more)

    def _combine_cycles(self, cycles: list[Cycle]) -> Step | None:
        """The line that puts several cycles together, those that have begun; None where there is but one."""
        if len(cycles) < 2:
            return None
        step = _combine_due(self.component, [cycle for cycle in cycles if cycle.due])
        rows = self._cycle_rows(self.tables.cycle_marks)
        if any(row["exact"] is None and row["flag"] == "not_ranked" for row in rows):
            # a cycle that is not ranked for want of a child leaves the whole without marks
            return Step(step.label, None, "有周期缺项，不参加排名")
        return step

    # ------------------------------------------------------------ conversions

    def _convert_marks(self, phase: str, cycle: str, begun: Step | None, name: str, *, held: bool) -> list[Step]:
        """The lines of the conversions of one phase, from the step that stands before them, if there is one.

        held: a veto keeps every one of them from lifting the marks above zero.
        """
        found: list[Step] = []
        for nth, convert in enumerate(self.component.conversions(phase), start=1):
            before, rule = found[-1] if found else begun, convert.rule
            if before is None or before.value is None or rule is None:
                return found
            value = share(before.value) if before.percent else marks(before.value)
            formula = rule.formula(value, Conversion(self, phase, cycle, nth, before.percent))
            if formula.is_nothing:
                return [*found, Step(name, None, f"{value.text} 低于最低一档，不计分")]
            formula = formula.settled
            if not (formula.is_number and formula.value == before.value):
                moved = formula.value - before.value if rule.swallows else Fraction(0)
                found.append(Step(name, formula, percent=before.percent and rule.keeps_rate, swallowed=moved))
            if held and formula.value > 0:
                found.append(Step("一票否决", number(0, "0.00"), "折算后仍不高于 0 分", swallowed=-formula.value))
        return found


@dataclass(frozen=True, slots=True)
class Conversion:
    """What a conversion of a unit's marks may look at (`pingyi.rules.transformation.Surroundings`).

    step: from 1, in its phase and cycle. is_rate: what it begins with is a rate.
    """

    score: Score
    phase: str
    cycle: str
    step: int
    is_rate: bool

    def others(self) -> list[Fraction]:
        """What it begins with for all units."""
        key = (self.score.component.id, self.phase, self.step, self.cycle)
        rows = self.score.tables.conversions.get(key, [])
        return [value for row in rows if (value := from_atoms(row["before"])) is not None]

    def show(self, value: Numeric) -> str:
        """A value as it is shown: a rate as per cent, marks with two decimals."""
        return share(value).text if self.is_rate else wording.shown(value)

    def column(self, name: str) -> Formula:
        """The number in a roster column of the unit."""
        title = self.score.tables.plan.units.columns.get(name, name)
        return plan_number(Fraction(self.score.tables.traits[self.score.unit, name]), title)


def _last_of(steps: Sequence[Step]) -> Step | None:
    return steps[-1] if steps else None


def _explain_unmeasured(row: Row) -> Step:
    """The line of a leaf for which no fact has come in so far."""
    if row["marks"] is None:
        return Step("", None, "尚未评价，暂不计分")
    return Step("尚未评价", number(row["marks"], f"暂按满分 {wording.plain(row['marks'])}"))


def _check_result(result: Decimal | None, steps: list[Step]) -> list[Step]:
    """The steps, where they lead to the marks that were computed; otherwise the marks, and that no formula is given."""
    value = steps[-1].value if steps else None
    if (None if value is None else wording.rounded(value, 10)) == result:
        return steps
    return [Step("", None if result is None else number(result, wording.shown(result)), BEYOND)]


# ---------------------------------------------------------------- cycles together

STAND_INS = {"left_out": "不计入", "zero": "计 0 分"}
"""What stands in for a cycle without marks."""


def _combine_due(component: Component, due: list[Cycle]) -> Step:
    """The line that puts cycles together. due: those that have begun."""
    have = [cycle for cycle in due if cycle.value is not None]
    silent = [cycle.cycle for cycle in due if cycle.value is None]
    whole = component.aggregation.needs_all or component.cycle_missing == "not_scored"
    if not have or (silent and whole):
        why = "有周期不计分，合计不成立" if have else "各周期都不计分" if due else "各周期都还没有开始"
        return Step("各周期合计", None, why)
    counted = due if silent and component.cycle_missing == "zero" else have
    numbered = [
        (marks(cycle.value or 0, cycle.cycle), component.cycle_full.get(cycle.cycle, Decimal(1))) for cycle in counted
    ]
    note = f"{'、'.join(silent)}没有得分，{STAND_INS[component.cycle_missing]}" if silent else ""
    return Step(component.aggregation.title, component.aggregation.formula(numbered).settled, note)
