"""steps: the marks of the highest lower bound that the value reaches."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from pingyi.common.wording import plain
from pingyi.rules.base import Number
from pingyi.rules.formulas import Formula, share, stepped
from pingyi.rules.spans import FREE, ZERO, Span, bounds_out_of_reach, exceeds, plain_number
from pingyi.rules.transformation import Misfit, Surroundings, Transformation


@dataclass(frozen=True)
class Steps(Transformation):
    """Lower bounds and marks, bounds included; a bound of null stands for all below the others."""

    written = list[tuple[Number | None, Number]]

    bounds: list[tuple[Decimal | None, Decimal]]

    @property
    def aim(self) -> Decimal | None:
        """The highest bound."""
        return max((bound for bound, _ in self.bounds if bound is not None), default=None)

    @property
    def lower_is_better(self) -> bool:
        """Whether the lowest step gives most."""
        known = sorted((-FREE if bound is None else bound, marks) for bound, marks in self.bounds)
        return known[0][1] > known[-1][1]

    def table(self) -> Iterator[tuple[Decimal | None, Decimal]]:
        """Lower bounds with their marks."""
        return iter(self.bounds)

    def span_after(self, span: Span) -> Span:
        """The marks of the steps that values reach."""
        bounds = sorted((-FREE if bound is None else bound, marks) for bound, marks in self.bounds)
        ends = [bound for bound, _ in bounds[1:]] + [FREE]
        reached = [
            marks for (bound, marks), end in zip(bounds, ends, strict=True) if bound <= span.high and end > span.low
        ]
        if not reached:
            return Span(ZERO, ZERO)
        least = [marks for bound, marks in bounds if span.least is not None and bound <= span.least]
        return Span(min(reached), max(reached), least[-1] if least else None)

    def misfits(self) -> Iterator[Misfit]:
        """There is a step, and each bound stands once."""
        bounds = [bound for bound, _ in self.bounds]
        for bound in dict.fromkeys(bound for bound in bounds if bounds.count(bound) > 1):
            yield Misfit("null" if bound is None else bound, "同一个下限只能写一次", cites=False)
        if not bounds:
            yield Misfit("", "至少要有一档", cites=False)

    def misfits_with(self, span: Span) -> Iterator[Misfit]:
        """Each step holds values that can occur, and every value that can occur has a step."""
        bounds = sorted(bound for bound, _ in self.bounds if bound is not None)
        open_below = any(bound is None for bound, _ in self.bounds)
        for bound, wanted in bounds_out_of_reach(bounds, span, open_below=open_below):
            yield Misfit(bound, wanted)
        if bounds and not open_below and span.least is not None and exceeds(bounds[0], span.least):
            lowest = f"可低至 {plain_number(span.least)}" if span.least.is_finite() else "没有保底，可以一直扣下去"
            yield Misfit(bounds[0], f"低于最低一档的值（{lowest}）没有规定；请加一档 [null, 分数]")

    def formula(self, value: Formula, around: Surroundings) -> Formula:
        """The step that the value reaches."""
        return stepped(value, self.bounds, show=lambda bound: share(bound).text if around.is_rate else plain(bound))


KIND = Steps
