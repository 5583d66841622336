"""Leaves scored from numbers that a person or a body gives."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, NonNegativeInt, PositiveInt

from pingyi.plan.base import Frozen, Number, Share, Traits, Weight


class Trim(Frozen):
    """Leave out the highest and lowest marks of each class of raters: a share of them, rounded down to whole marks."""

    top: Share = Field(default=0, validate_default=True)
    bottom: Share = Field(default=0, validate_default=True)


class BandQuota(Frozen):
    """How many units of one organ may stand in one band.

    Up to `up_to` units of an organ: at most `each_at_most` in a band. Above: equal parts (`parts: equal`), what remains
    over goes into different bands, so no band holds more than one unit above the equal part.
    marker: whose marks the quota binds; may be left out where there is one class of raters.
    """

    up_to: NonNegativeInt
    each_at_most: PositiveInt
    above: Literal["equal_parts"] = "equal_parts"
    marker: str = ""
    clause: str = ""


def _weighed(value: Any) -> Any:
    return value if isinstance(value, dict) else {"weight": value}


class Marker(Frozen):
    """A class of raters: its weight among the classes, and the units that it is asked to mark (absent: all)."""

    weight: Weight
    units: Annotated[Traits, Field(alias="for")] = {}


class Marks(Frozen):
    """Numbers given by raters: the mean within each class of raters, weighted over the classes.

    range: lowest and highest mark. decimals: places a mark may have. markers: classes with weights (2 and 1: "2 : 1").
    one_each: a class is a body that gives one mark, not several persons.
    marker_missing: what happens where one of several classes asked handed in nothing (always with a flag): its weight
        is spread over the others, it counts zero, or the unit has no marks.
    bands: lowest and highest mark of each band, both included. means_nothing: marks that are not counted.
    """

    range: tuple[Number, Number]
    decimals: Annotated[int, Field(ge=0, le=6)] = 2
    markers: dict[str, Annotated[Marker, BeforeValidator(_weighed)]] = {}
    one_each: bool = False
    marker_missing: Literal["spread", "zero", "not_scored"] = "spread"
    bands: dict[str, tuple[Number, Number]] = {}
    quota: BandQuota | None = None
    means_nothing: list[Number] = []
    trim: Trim | None = None
