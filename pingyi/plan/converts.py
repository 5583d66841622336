"""Conversions a leaf or node may go through, in the order in which the plan names them.

Each kind is one key of a mapping (`{scale: {from: 100, to: 5}}`), one class here and one file in
`pingyi/scoring/sql/convert/`.
"""

from typing import Annotated, Literal

from pydantic import Field, PositiveInt, model_validator

from pingyi.plan.base import Frozen, Number


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
    def _exactly_one(self) -> "Convert":
        if len(self.model_fields_set) != 1:
            raise ValueError("每一步换算只写一种")
        return self

    @property
    def kind(self) -> str:
        """The one key that is written: the name of the SQL file that does it."""
        return next(iter(self.model_fields_set))
