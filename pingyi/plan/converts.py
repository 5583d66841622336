"""Conversions a leaf or node may go through, in the order in which the plan names them.

Each kind is one key of a mapping (`{scale: {from: 100, to: 5}}`), one class here and one file in
`pingyi/scoring/sql/convert/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, PositiveInt, model_validator

from pingyi.plan.base import Found, Frozen, Number
from pingyi.plan.score_ranges import (
    ANY,
    FREE,
    ZERO,
    Ranges,
    Span,
    bounds_out_of_reach,
    exceeds,
    hull,
    multiply,
    plain_number,
)
from pingyi.plan.tables import Row, Rows, plan_table

if TYPE_CHECKING:
    from pingyi.plan import Component, Plan


class Scale(Frozen):
    """value × to ÷ from."""

    start: Annotated[Number, Field(alias="from")]
    to: Number


class PerPoint(Frozen):
    """full − points for every percentage point (or unit, with `of`) by which the value misses the target.

    Part points count in proportion. over: what is gained for each above the target.
    """

    full: Number
    target: Number
    points: Number
    of: Number = Field(default="0.01", validate_default=True)
    over: Number = Field(default=0, validate_default=True)


class PointsByRank(Frozen):
    """Marks by the place among all units that have a value: {1: 5, 2: 3}, `after` for the rest; equal values share."""

    places: dict[PositiveInt, Number]
    after: Number
    lowest_first: bool = False


class Round(Frozen):
    """Rounding that the plan itself orders: half up (四舍五入), or down."""

    places: Annotated[int, Field(ge=0, le=6)]
    mode: Literal["half_up", "down"] = "half_up"


class Convert(Frozen):
    """Exactly one kind of conversion.

    steps: lower bounds and marks, bounds included; a bound of null stands for all below the others. cap, floor: bounds.
    times, times_column: a number, or a roster column with a number.
    per: a roster column to divide by (headcount). share_of_best: full marks × value ÷ best value.
    """

    scale: Scale | None = None
    steps: list[tuple[Number | None, Number]] | None = None
    cap: Number | None = None
    floor: Number | None = None
    times: Number | None = None
    times_column: str | None = None
    per: str | None = None
    share_of_best: Number | None = None
    per_point: PerPoint | None = None
    points_by_rank: PointsByRank | None = None
    round: Round | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Convert:
        if len(self.model_fields_set) != 1:
            raise ValueError("每一步换算只写一种")
        return self

    @property
    def kind(self) -> str:
        """The one key that is written: the name of the SQL file that does it."""
        return next(iter(self.model_fields_set))

    @property
    def value(self) -> Any:
        """What stands behind that key."""
        return getattr(self, self.kind)

    @property
    def column(self) -> str | None:
        """The roster column whose number it divides by or multiplies with."""
        return self.per or self.times_column

    def span_after(self, span: Span) -> Span:
        """What it makes of an interval of values."""
        if self.value is None:
            return _of_unknown_size(span, None)
        return SPANS[self.kind](span, self.value)


def _scaled_span(span: Span, rule: Scale) -> Span:
    return span.scaled_by(rule.to / rule.start) if rule.start else ANY


def _stepped_span(span: Span, steps: list[tuple[Decimal | None, Decimal]]) -> Span:
    """The marks of the steps that values reach."""
    bounds = sorted((-FREE if bound is None else bound, marks) for bound, marks in steps)
    ends = [bound for bound, _ in bounds[1:]] + [FREE]
    reached = [marks for (bound, marks), end in zip(bounds, ends, strict=True) if bound <= span.high and end > span.low]
    if not reached:
        return Span(ZERO, ZERO)
    least = [marks for bound, marks in bounds if span.least is not None and bound <= span.least]
    return Span(min(reached), max(reached), least[-1] if least else None)


def _rounded_span(span: Span, rule: Round) -> Span:
    mode = ROUND_HALF_UP if rule.mode == "half_up" else ROUND_DOWN

    def round_value(value: Decimal) -> Decimal:
        return value.quantize(Decimal(1).scaleb(-rule.places), rounding=mode) if value.is_finite() else value

    least = None if span.least is None else round_value(span.least)
    return Span(round_value(span.low), round_value(span.high), least)


def _missed_span(span: Span, rule: PerPoint) -> Span:
    """Straight lines that meet at the target: the ends of the interval, and the target within it, decide."""
    if not rule.of:
        return ANY

    def marks_at(value: Decimal) -> Decimal:
        away = value - rule.target
        return rule.full + multiply(away, (rule.points if away < 0 else rule.over) / rule.of)

    corners = [span.low, span.high, *([rule.target] if span.holds_value(rule.target) else [])]
    found = [marks_at(value) for value in corners]
    least = marks_at(span.least) if span.least is not None else None
    return hull([Span(value, value) for value in found] + [Span(max(found), max(found), least)])


def _ranked_span(span: Span, rule: PointsByRank) -> Span:
    marks = [*rule.places.values(), rule.after]
    return Span(min(marks), max(marks))


def _of_unknown_size(span: Span, _: Any) -> Span:
    """What hangs on numbers of the roster or on other units may be of any size."""
    return Span(-FREE, FREE, _least_of_unknown_size(span))


def _least_of_unknown_size(span: Span) -> Decimal | None:
    return None if span.least is None else ZERO if span.least >= 0 else -FREE


def _share_of_best_span(span: Span, full: Decimal) -> Span:
    return Span(ZERO if span.low >= 0 else -FREE, full, _least_of_unknown_size(span))


def _divided_span(span: Span, _: str) -> Span:
    """A size is above zero, so that the sign stays."""
    low, high = ZERO if span.low >= 0 else -FREE, ZERO if span.high <= 0 else FREE
    return Span(low, high, _least_of_unknown_size(span))


SPANS: dict[str, Callable[[Span, Any], Span]] = {
    "scale": _scaled_span,
    "steps": _stepped_span,
    "cap": Span.at_most,
    "floor": Span.at_least,
    "times": Span.scaled_by,
    "times_column": _of_unknown_size,
    "per": _divided_span,
    "share_of_best": _share_of_best_span,
    "per_point": _missed_span,
    "points_by_rank": _ranked_span,
    "round": _rounded_span,
}
"""What each kind makes of an interval of values."""

NUMBERS: dict[str, Callable[[Any], Row]] = {
    "scale": lambda rule: {"a": rule.start, "b": rule.to},
    "steps": lambda rule: {},
    "times_column": lambda column: {"word": column},
    "per": lambda column: {"word": column},
    "per_point": lambda rule: {"a": rule.full, "b": rule.target, "c": rule.points, "d": rule.of, "e": rule.over},
    "points_by_rank": lambda rule: {"a": rule.after, "word": "lowest_first" if rule.lowest_first else "highest_first"},
    "round": lambda rule: {"a": rule.places, "word": rule.mode},
}
"""The numbers of each kind by the letters that its SQL file names; of the others, a is the one number."""


def each_convert(plan: Plan) -> Iterator[tuple[Component, str, int, Convert]]:
    """Every conversion: component, phase (`cycle` or `year`), step from 1, and the conversion."""
    for one in plan.components:
        for phase, steps in (("cycle", one.each_cycle), ("year", one.convert)):
            for step, convert in enumerate(steps, start=1):
                yield one, phase, step, convert


@plan_table(
    "plan_converts",
    "component, phase, step integer, kind, a decimal, b decimal, c decimal, d decimal, e decimal, word",
)
def _convert_rows(plan: Plan) -> Rows:
    for one, phase, step, convert in each_convert(plan):
        numbers = NUMBERS.get(convert.kind, lambda number: {"a": number})(convert.value)
        yield {"component": one.id, "phase": phase, "step": step, "kind": convert.kind} | numbers


@plan_table("plan_convert_steps", "component, phase, step integer, bound decimal, marks decimal")
def _convert_step_rows(plan: Plan) -> Rows:
    """Lower bounds of `steps`, and places of `points_by_rank`, with the marks they give."""
    for one, phase, step, convert in each_convert(plan):
        rank = convert.points_by_rank
        pairs: Iterable[tuple[Any, Decimal]] = convert.steps or (rank.places.items() if rank else ())
        yield from ((one.id, phase, step, bound, marks) for bound, marks in pairs)


def number_columns(plan: Plan) -> dict[str, list[tuple[Component, bool]]]:
    """Roster columns that hold numbers → the components that count with them, and whether they divide by them."""
    found: dict[str, list[tuple[Component, bool]]] = {}
    for one, _, _, convert in each_convert(plan):
        if convert.column is not None:
            found.setdefault(convert.column, []).append((one, convert.per is not None))
    return found


def _placed_converts(plan: Plan) -> Iterator[tuple[Component, str, Convert]]:
    """Every conversion with its component and its key there."""
    for one, phase, step, convert in each_convert(plan):
        key = "each_cycle" if phase == "cycle" else "convert"
        yield one, f"{key}.{step - 1}.{convert.kind}", convert


def conversions_name_columns(plan: Plan) -> Found:
    """What a value is divided or multiplied by stands in a column that the plan adds to the roster."""
    for one, key, convert in _placed_converts(plan):
        if convert.column is not None:
            known = plan.units.columns
            yield from one.unknown_names(key, [convert.column], known, "名录列（units.columns 中的数字列）")


def conversions_divide_by_something(plan: Plan) -> Found:
    for one, key, step in _placed_converts(plan):
        if step.scale is not None and step.scale.start == 0:
            yield one.misfit(f"{key}.from", "0", "不能从 0 折算")
        if step.per_point is not None and step.per_point.of <= 0:
            yield one.misfit(f"{key}.of", step.per_point.of, "应大于 0")
        if step.share_of_best is not None and step.share_of_best <= 0:
            yield one.misfit(key, step.share_of_best, "应大于 0")


def steps_are_told_apart(plan: Plan) -> Found:
    for one, key, step in _placed_converts(plan):
        if step.steps is not None:
            bounds = [bound for bound, _ in step.steps]
            for bound in dict.fromkeys(bound for bound in bounds if bounds.count(bound) > 1):
                yield one.misfit(key, "null" if bound is None else bound, "同一个下限只能写一次", clause="")
            if not bounds:
                yield one.misfit(key, "", "至少要有一档", clause="")
        if step.points_by_rank is not None:
            places = sorted(step.points_by_rank.places)
            if places != list(range(1, len(places) + 1)):
                wanted = "名次应从 1 起连续写，不能跳过；其余的写在 after"
                yield one.misfit(f"{key}.places", "、".join(map(str, places)), wanted)


def steps_can_be_reached(plan: Plan) -> Found:
    """Each step holds values that can occur, and every value that can occur has a step."""
    known = Ranges.of_every_category(plan)
    for one in plan.components:
        for key, steps in (("each_cycle", one.each_cycle), ("convert", one.convert)):
            spans = [ranges.span_before(one, key) for ranges in known if ranges.knows(one)]
            span = hull(spans) if spans else ANY
            for place, step in enumerate(steps):
                yield from _out_of_reach(one, f"{key}.{place}.{step.kind}", step, span)
                span = step.span_after(span)


def _out_of_reach(one: Component, key: str, step: Convert, span: Span) -> Found:
    if step.cap is not None and exceeds(span.low, step.cap):
        yield one.misfit(key, step.cap, f"换算前的值都在 {span}，全部会封顶为同一个数")
    if step.floor is not None and exceeds(step.floor, span.high):
        yield one.misfit(key, step.floor, f"换算前的值都在 {span}，全部会保底为同一个数")
    bounds = sorted(bound for bound, _ in step.steps or () if bound is not None)
    open_below = any(bound is None for bound, _ in step.steps or ())
    yield from bounds_out_of_reach(one, key, bounds, span, open_below=open_below)
    if bounds and not open_below and span.least is not None and exceeds(bounds[0], span.least):
        lowest = f"可低至 {plain_number(span.least)}" if span.least.is_finite() else "没有保底，可以一直扣下去"
        yield one.misfit(key, bounds[0], f"低于最低一档的值（{lowest}）没有规定；请加一档 [null, 分数]")
