"""Leaves scored from numbers that a person or a body gives."""

from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from pingyi.plan.base import Frozen, Number, Share, Weight


class Trim(Frozen):
    """Leave out the highest and lowest marks of each marker kind: a share of them, rounded down to whole marks."""

    top: Share = Field(default=0, validate_default=True)
    bottom: Share = Field(default=0, validate_default=True)


class BandQuota(Frozen):
    """How many units of one organ may stand in one band.

    Up to `up_to` units of an organ: at most `each_at_most` in a band. Above: equal parts (`parts: equal`), what remains
    over goes into different bands, so no band holds more than one unit above the equal part.
    """

    up_to: NonNegativeInt
    each_at_most: PositiveInt
    above: Literal["equal_parts"] = "equal_parts"
    clause: str = ""


class Marks(Frozen):
    """Numbers given by markers: the mean of each marker kind, weighted over the kinds that handed in.

    range: lowest and highest mark. decimals: places a mark may have. markers: weights, 2 and 1 for "2 : 1".
    bands: lowest and highest mark of each band, both included. means_nothing: marks that are not counted.
    """

    range: tuple[Number, Number]
    decimals: Annotated[int, Field(ge=0, le=6)] = 2
    markers: dict[str, Weight] = {}
    bands: dict[str, tuple[Number, Number]] = {}
    quota: BandQuota | None = None
    means_nothing: list[Number] = []
    trim: Trim | None = None
