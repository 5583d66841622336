"""Conversions: which transformations a leaf or node goes through, in the order in which the plan names them.

Each step is one key of a mapping (`{scale: {from: 100, to: 5}}`): a kind of `pingyi/rules/transformations/`, where all
that a kind means is said. Here stands only what all kinds share.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pydantic import create_model, model_validator

from pingyi.plan.score_ranges import Ranges
from pingyi.plan.tables import Rows, plan_table
from pingyi.rules.base import Found, Frozen
from pingyi.rules.spans import ANY, Span, hull
from pingyi.rules.transformation import Misfit, Transformation
from pingyi.rules.transformations import KINDS, transformation

if TYPE_CHECKING:
    from pingyi.plan import Component, Plan


class _Step(Frozen):
    """Exactly one kind of conversion; the keys are those of the kinds."""

    @model_validator(mode="after")
    def _exactly_one(self) -> _Step:
        if len(self.model_fields_set) != 1:
            raise ValueError("每一步换算只写一种")
        return self

    @property
    def kind(self) -> str:
        """The one key that is written."""
        return next(iter(self.model_fields_set))

    @property
    def rule(self) -> Transformation | None:
        """The transformation behind that key; None where nothing stands there."""
        written = getattr(self, self.kind)
        return None if written is None else transformation(self.kind, written)

    def span_after(self, span: Span) -> Span:
        """What it makes of an interval of values."""
        rule = self.rule
        return span.of_unknown_size() if rule is None else rule.span_after(span)


if TYPE_CHECKING:
    Convert = _Step
else:
    _fields: dict[str, Any] = {name: (kind.written | None, None) for name, kind in KINDS.items()}
    Convert = create_model("Convert", __base__=_Step, __doc__=_Step.__doc__, __module__=__name__, **_fields)


def each_convert(plan: Plan) -> Iterator[tuple[Component, str, int, Convert]]:
    """Every conversion: component, phase (`cycle` or `year`), step from 1, and the conversion."""
    for one in plan.components:
        for phase in ("cycle", "year"):
            for step, convert in enumerate(one.conversions(phase), start=1):
                yield one, phase, step, convert


def each_rule(plan: Plan) -> Iterator[tuple[Component, str, Transformation]]:
    """Every conversion that says something: component, its key there, and its transformation."""
    for one, phase, step, convert in each_convert(plan):
        if (rule := convert.rule) is not None:
            key = "each_cycle" if phase == "cycle" else "convert"
            yield one, f"{key}.{step - 1}.{convert.kind}", rule


NUMBERS = ", ".join(f"{name}_{one} {kind}" for name, rule in KINDS.items() for one, kind in rule.parameters.items())
"""The columns of `plan_converts` for the numbers of each kind: `<kind>_<number>`."""


@plan_table("plan_converts", f"component, phase, step integer, last yes_no, kind, {NUMBERS}")
def _convert_rows(plan: Plan) -> Rows:
    for one, phase, step, convert in each_convert(plan):
        last = step == len(one.conversions(phase))
        row = {"component": one.id, "phase": phase, "step": step, "last": last, "kind": convert.kind}
        yield row | {f"{convert.kind}_{name}": getattr(convert.rule, name) for name in KINDS[convert.kind].parameters}


@plan_table("plan_convert_steps", "component, phase, step integer, bound decimal, marks decimal")
def _convert_step_rows(plan: Plan) -> Rows:
    """Lower bounds or places of a conversion, with the marks that they give."""
    for one, phase, step, convert in each_convert(plan):
        if convert.rule is not None:
            yield from ((one.id, phase, step, bound, marks) for bound, marks in convert.rule.table())


def number_columns(plan: Plan) -> dict[str, list[tuple[Component, bool]]]:
    """Roster columns that hold numbers → the components that count with them, and whether they divide by them."""
    found: dict[str, list[tuple[Component, bool]]] = {}
    for one, _, rule in each_rule(plan):
        if rule.column is not None:
            found.setdefault(rule.column, []).append((one, rule.divides))
    return found


def conversions_name_columns(plan: Plan) -> Found:
    """What a value is divided or multiplied by stands in a column that the plan adds to the roster."""
    for one, key, rule in each_rule(plan):
        if rule.column is not None:
            known = plan.units.columns
            yield from one.unknown_names(key, [rule.column], known, "名录列（units.columns 中的数字列）")


def conversions_can_be_carried_out(plan: Plan) -> Found:
    """Nothing is divided by zero, and steps can be told apart."""
    for one, key, rule in each_rule(plan):
        yield from (_tell(one, key, misfit) for misfit in rule.misfits())


def steps_can_be_reached(plan: Plan) -> Found:
    """Each step holds values that can occur, and every value that can occur has a step."""
    known = Ranges.of_every_category(plan)
    for one in plan.components:
        for key, steps in (("each_cycle", one.each_cycle), ("convert", one.convert)):
            spans = [ranges.span_before(one, key) for ranges in known if ranges.knows(one)]
            span = hull(spans) if spans else ANY
            for place, step in enumerate(steps):
                found = step.rule.misfits_with(span) if step.rule else ()
                yield from (_tell(one, f"{key}.{place}.{step.kind}", misfit) for misfit in found)
                span = step.span_after(span)


def _tell(one: Component, key: str, misfit: Misfit) -> Any:
    where = f"{key}.{misfit.key}" if misfit.key else key
    return one.misfit(where, misfit.found, misfit.wanted, **({} if misfit.cites else {"clause": ""}))
