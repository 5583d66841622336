"""What conversions make of an interval of values."""

from collections.abc import Iterable
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from pingyi.plan.converts import Convert, PerPoint, Round
from pingyi.plan.intervals import ANY, FREE, Span, hull, scaled, times

ZERO = Decimal(0)


def converted(span: Span, steps: Iterable[Convert]) -> Span:
    """The values after all steps, in their order."""
    for step in steps:
        span = after(span, step)
    return span


def after(span: Span, step: Convert) -> Span:
    """The values after one conversion."""
    if step.scale is not None:
        return scaled(span, step.scale.to / step.scale.start) if step.scale.start else ANY
    if step.times is not None:
        return scaled(span, step.times)
    if step.cap is not None:
        return span.at_most(step.cap)
    if step.floor is not None:
        return span.at_least(step.floor)
    if step.steps is not None:
        return stepped(span, step.steps)
    return _rounded(span, step.round) if step.round is not None else _of_others(span, step)


def _of_others(span: Span, step: Convert) -> Span:
    """What hangs on the roster, or on what other units have."""
    if step.per_point is not None:
        return _missed(span, step.per_point)
    if step.points_by_rank is not None:
        marks = [*step.points_by_rank.places.values(), step.points_by_rank.after]
        return Span(min(marks), max(marks))
    least = span.least if span.least is None else ZERO if span.least >= 0 else -FREE
    if step.share_of_best is not None:
        return Span(ZERO if span.low >= 0 else -FREE, step.share_of_best, least)
    if step.per is not None:
        return Span(ZERO if span.low >= 0 else -FREE, ZERO if span.top <= 0 else FREE, least)
    return Span(-FREE, FREE, least)


def stepped(span: Span, steps: list[tuple[Decimal | None, Decimal]]) -> Span:
    """The marks of the steps that values reach."""
    bounds = sorted((-FREE if bound is None else bound, marks) for bound, marks in steps)
    ends = [bound for bound, _ in bounds[1:]] + [FREE]
    reached = [
        marks for (bound, marks), end in zip(bounds, ends, strict=True) if bound <= span.top and (end > span.low)
    ]
    if not reached:
        return Span(ZERO, ZERO)
    least = [marks for bound, marks in bounds if span.least is not None and bound <= span.least]
    return Span(min(reached), max(reached), least[-1] if least else None)


def _rounded(span: Span, rule: Round) -> Span:
    def to(value: Decimal) -> Decimal:
        if not value.is_finite():
            return value
        mode = ROUND_HALF_UP if rule.mode == "half_up" else ROUND_DOWN
        return value.quantize(Decimal(1).scaleb(-rule.places), rounding=mode)

    return Span(to(span.low), to(span.top), None if span.least is None else to(span.least))


def _missed(span: Span, rule: PerPoint) -> Span:
    """Straight lines that meet at the target: the ends of the interval, and the target within it, decide."""
    if not rule.of:
        return ANY

    def marks(value: Decimal) -> Decimal:
        away = value - rule.target
        return rule.full + times(away, (rule.points if away < 0 else rule.over) / rule.of)

    corners = [span.low, span.top, *([rule.target] if span.holds(rule.target) else [])]
    found = [marks(value) for value in corners]
    least = marks(span.least) if span.least is not None else None
    return hull([Span(value, value) for value in found] + [Span(max(found), max(found), least)])
