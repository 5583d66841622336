"""Every number of a unit explained: the score tree, the facts behind it, its places, lists and consequences."""

from dataclasses import replace
from decimal import Decimal
from functools import cached_property

from pingyi.common import wording
from pingyi.common.codebook import codebook
from pingyi.explain import converts, events, given, measured, nodes, ratings
from pingyi.explain.consequences import consequences
from pingyi.explain.cycles import Cycle, combined
from pingyi.explain.parts import Explanation, FactTable, Part, Step
from pingyi.explain.placing import placings, verdicts
from pingyi.explain.tables import Row, Tables
from pingyi.plan import Component
from pingyi.rules.formulas import number
from pingyi.scoring.review import Review

METHODS = {"ratings": ratings, "events": events, "marks": given, "measures": measured}
"""The module that explains the leaves of each method."""


class Explainer:
    """Explains units of one review; every table is fetched once.

    explainer = Explainer(review)
    explainer.unit("0101").text
    """

    def __init__(self, review: Review) -> None:
        """Look at a review that has reached any stage; what later stages bring is left out."""
        self.plan, self.tables = review.plan, Tables(review)
        parents = {child for one in self.plan.components for child in one.of}
        self.roots = [one for one in self.plan.components if one.id not in parents]

    @cached_property
    def names(self) -> dict[str, str]:
        """What each unit is called, with its organ where others share its name."""
        return wording.units_apart((unit, row["name"], row["organ"]) for unit, row in self.tables.roster.items())

    def units(self) -> list[Explanation]:
        """All units of the roster in the order of their ids."""
        return [self.unit(unit) for unit in sorted(self.tables.roster)]

    def unit(self, unit: str) -> Explanation:
        """One unit. Raises: KeyError where the roster does not know it."""
        row = self.tables.roster[unit]
        return Explanation(
            unit=unit,
            name=self.names[unit],
            about=self._about(row),
            absent=wording.absence(row),
            parts=tuple(part for root in self.roots for part in self._tree(root, unit, 0)),
            placings=tuple(placings(self.tables, unit)),
            verdicts=tuple(verdicts(self.tables, unit)),
            consequences=tuple(consequences(self.tables, unit)),
        )

    def _about(self, row: Row) -> dict[str, str]:
        heads = codebook().facts["units"]
        columns = ["category", "organ", "township", "management"]
        told = row if row["organ"] != row["name"] else row | {"organ": ""}
        about = {self.plan.terms.get(name, heads.column(name).head): told[name] or "" for name in columns}
        system = self.plan.units.systems.get(row["system"] or "", row["system"] or "")
        return about | {"所属系统": system, "参评": wording.absence(row)}

    def _tree(self, one: Component, unit: str, depth: int) -> list[Part]:
        """The component and everything below it that exists for the unit, parents first."""
        part = self._part(one, unit, depth)
        below = [self._tree(self.plan.component(child), unit, depth + 1) for child in one.of]
        return ([part] if part else []) + [inner for parts in below for inner in parts]

    def _part(self, one: Component, unit: str, depth: int) -> Part | None:
        row = self.tables.marks.get((one.id, unit))
        if row is None:
            return None
        imported = self.tables.scope[one.id, unit]["imported"]
        return Part(
            component=one.id,
            name=one.title,
            depth=depth,
            marks=row["marks"],
            full=row["full_marks"],
            outside=one.outside,
            flag=wording.flags(row["flag"]),
            clause=one.clause,
            says=one.says,
            steps=tuple(_leading_to(row["marks"], self._steps(one, unit, imported))),
            facts=self._facts(one, unit, imported),
        )

    def _facts(self, one: Component, unit: str, imported: bool) -> tuple[FactTable, ...]:
        module = given if imported else METHODS.get(one.method)
        return module.facts(self.tables, one, unit) if module else ()

    def _steps(self, one: Component, unit: str, imported: bool) -> list[Step]:
        """All lines from the facts to the marks: each cycle with its conversions, the cycles together, conversions."""
        if self.tables.marks[one.id, unit]["flag"] == "unmeasured":
            return [_unmeasured(self.tables.marks[one.id, unit])]
        if imported:
            return given.brought(self.tables, one, unit) or [Step("", None, "没有数据")]
        begun = METHODS.get(one.method, nodes).cycles(self.tables, one, unit)
        cycles = [self._converted(one, unit, self._due(one, unit, cycle), len(begun) > 1) for cycle in begun]
        together = _ranked(self.tables, one, unit, combined(self.plan, one, cycles))
        loud = [step for cycle in cycles if not (cycle.quiet and together) for step in cycle.steps]
        steps = [*loud, together] if together else loud
        steps += nodes.once(self.tables, one, unit, steps)
        last, held = steps[-1] if steps else None, _held_all_year(self.tables, one, unit)
        steps += converts.conversion_steps(
            self.tables, one, unit, phase="year", cycle="", begun=last, name="折算", held=held or _held(cycles)
        )
        steps += nodes.outside(self.tables, one, unit, steps)
        return _stopped(self.tables, one, unit, steps) or [Step("", None, "没有数据")]

    def _due(self, one: Component, unit: str, cycle: Cycle) -> Cycle:
        """A cycle that has not begun has no marks, and says so."""
        row = self.tables.cycle_marks.get((one.id, unit, cycle.cycle))
        if row is None or row["flag"] != "not_due":
            return cycle
        return Cycle(cycle.cycle, (Step(cycle.cycle, None, "还没有开始，暂不计分"),), due=False)

    def _converted(self, one: Component, unit: str, cycle: Cycle, several: bool) -> Cycle:
        name = f"{cycle.cycle}折算" if several else "折算"
        begun, held = cycle.steps[-1] if cycle.steps else None, cycle.held
        more = converts.conversion_steps(
            self.tables, one, unit, phase="cycle", cycle=cycle.cycle, begun=begun, name=name, held=held
        )
        return replace(cycle, steps=(*cycle.steps, *more), quiet=cycle.quiet and not more)


def _held(cycles: list[Cycle]) -> bool:
    """Of one cycle alone, what holds for it holds for the year."""
    return len(cycles) == 1 and cycles[0].held


def _held_all_year(tables: Tables, one: Component, unit: str) -> bool:
    """Whether a veto empties a component for the whole year."""
    rows = (tables.event_marks.get((one.id, unit, cycle.id)) for cycle in tables.plan.cycles[one.per])
    return any(row is not None and row["held"] == "year" for row in rows)


def _ranked(tables: Tables, one: Component, unit: str, together: Step | None) -> Step | None:
    """A cycle that is not ranked for want of a child leaves the whole without marks."""
    rows = (tables.cycle_marks.get((one.id, unit, cycle.id)) for cycle in tables.plan.cycles[one.per])
    if together is None or not any(row and row["exact"] is None and row["flag"] == "not_ranked" for row in rows):
        return together
    return Step(together.label, None, "有周期缺项，不参加排名")


def _stopped(tables: Tables, one: Component, unit: str, steps: list[Step]) -> list[Step]:
    """The steps; a veto leaves nothing of whatever they lead to."""
    vetoed = tables.marks[one.id, unit]["flag"] == "veto"
    return [*steps, Step("", None, "一票否决，不参加排名")] if vetoed and steps and steps[-1].formula else steps


BEYOND = "由下面的数据按方案的规则逐步算得；这一项几条规则合在一起，一行算式写不完整，得分以计算结果为准"
"""What is said instead of a formula that does not lead to the marks: a wrong one must never be shown."""


def _leading_to(marks: Decimal | None, steps: list[Step]) -> list[Step]:
    """The steps, where they lead to the marks that were computed; otherwise the marks, and that no formula is given."""
    value = steps[-1].value if steps else None
    if (None if value is None else wording.rounded(value, 10)) == marks:
        return steps
    return [Step("", None if marks is None else number(marks, wording.shown(marks)), BEYOND)]


def _unmeasured(row: Row) -> Step:
    """The line of a leaf for which no fact has come in so far."""
    if row["marks"] is None:
        return Step("", None, "尚未评价，暂不计分")
    return Step("尚未评价", number(row["marks"], f"暂按满分 {wording.plain(row['marks'])}"))


def explain(review: Review, unit: str) -> Explanation:
    """One unit of a review explained; for many units keep an `Explainer`. Raises: KeyError."""
    return Explainer(review).unit(unit)
