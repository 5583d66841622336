"""points_by_rank: marks by the place among all units that have a value."""

from collections.abc import Iterator
from decimal import Decimal
from typing import ClassVar

from pydantic import PositiveInt

from pingyi.rules.base import Frozen, Number
from pingyi.rules.formulas import Formula, comparison_key, looked_up
from pingyi.rules.spans import Span
from pingyi.rules.transformation import Misfit, Surroundings, Transformation


class PointsByRank(Frozen, Transformation):
    """Marks by the place among all units that have a value: {1: 5, 2: 3}, `after` for the rest; equal values share."""

    parameters: ClassVar = {"after": "decimal", "lowest_first": "yes_no"}
    compares_units: ClassVar = True

    places: dict[PositiveInt, Number]
    after: Number
    lowest_first: bool = False

    @property
    def lower_is_better(self) -> bool:
        """Whether the lowest value has the first place."""
        return self.lowest_first

    def table(self) -> Iterator[tuple[int, Decimal]]:
        """Places with their marks."""
        return iter(self.places.items())

    def span_after(self, span: Span) -> Span:
        """The marks of the places, and of those after the last."""
        marks = [*self.places.values(), self.after]
        return Span(min(marks), max(marks))

    def misfits(self) -> Iterator[Misfit]:
        """Places are written from the first on, none left out."""
        places = sorted(self.places)
        if places != list(range(1, len(places) + 1)):
            wanted = "名次应从 1 起连续写，不能跳过；其余的写在 after"
            yield Misfit("、".join(map(str, places)), wanted, "places")

    def formula(self, value: Formula, around: Surroundings) -> Formula:
        """What the place gives."""
        mine, others = comparison_key(value.value), [comparison_key(other) for other in around.others()]
        better = [other for other in others if (other < mine if self.lowest_first else other > mine)]
        place = len(better) + 1
        order = "从低到高" if self.lowest_first else "从高到低"
        said = f"{value.text} 在 {len(others)} 个单位中{order}列第 {place}"
        return looked_up(value, self.places.get(place, self.after), said)


PointsByRank.written = PointsByRank
KIND = PointsByRank
