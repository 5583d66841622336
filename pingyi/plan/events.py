"""Leaves scored from happenings: deductions, findings, commendations."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PositiveInt, model_validator

from pingyi.plan.base import Frozen, Number

STATES = ("proposed", "confirmed", "objected", "upheld", "withdrawn")
"""States of an event, as facts keep them; a plan says which count."""


def _range(value: Any) -> Any:
    return value if isinstance(value, list | None) else [value, value]


class Deadline(Frozen):
    """So many working days (of the official calendar of holidays and shifted days), days or months.

    The day after the first one counts as one; a month ends on the same day of the next, or on its last day.
    """

    working_days: PositiveInt | None = None
    days: PositiveInt | None = None
    months: PositiveInt | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> "Deadline":
        if len(self.model_fields_set) != 1:
            raise ValueError("期限写且只写 working_days、days、months 之一")
        return self

    @property
    def kind(self) -> str:
        """The one key that is written."""
        return next(iter(self.model_fields_set))

    @property
    def number(self) -> int:
        """How many of them."""
        number: int = getattr(self, self.kind)
        return number


class Item(Frozen):
    """One entry of the catalogue.

    points: what one case costs (negative) or earns; two numbers are a range within which the entry says how many, an
        end that is null leaves it open; null: the entry says how many, without bounds.
    within: an answer was due so long after the case was opened (facts `opened_on`, `closed_on`): what was answered in
        time, or is not due yet, does not count. extended: the same where more time was granted (fact `extended`).
    factors: circumstances that multiply. ladder: points of the 1st, 2nd, 3rd … case of a unit in the cycle (the last
        goes on), instead of points. veto: the case also takes all marks of the component, or the right to be ranked.
    veto_per: whether `veto: zero` empties the component for the year, or for the cycle of the case.
    """

    name: str
    points: Annotated[tuple[Number | None, Number | None] | None, BeforeValidator(_range)] = None
    factors: dict[str, Number] = {}
    ladder: list[Number] = []
    veto: Literal["zero", "not_ranked"] | None = None
    veto_per: Literal["year", "cycle"] = "year"
    within: Deadline | None = None
    extended: Deadline | None = None
    clause: str = ""

    @property
    def fixed(self) -> Decimal | None:
        """The points of a case where the catalogue leaves no choice."""
        return self.points[0] if self.points and self.points[0] == self.points[1] else None

    @property
    def deducts(self) -> bool:
        """Whether a case can only cost."""
        return self.points is not None and self.points[1] is not None and self.points[1] <= 0


class Same(Frozen):
    """Of several entries of a unit with the same deed (or problem) only the one that weighs most counts."""

    keep: Literal["gravest"] = "gravest"


class Events(Frozen):
    """Happenings with a date and a document: base + Σ points × times × factors, within floor and cap, each cycle.

    counts: the states in which an entry counts; entries in other states are listed as pending.
    needs: an entry counts only once it is signed (fact `signed_on`); until then it is pending.
    problems: which item a problem of the list costs by how far it is rectified (late, overdue, refused); the entry
        names the problem as its deed. A problem in such a state without an entry is told.
    """

    base: Number = Field(default=0, validate_default=True)
    floor: Number | None = None
    cap: Number | None = None
    items: dict[str, Item]
    same_deed: Same | None = None
    needs: Literal["signed"] | None = None
    problems: dict[Literal["late", "overdue", "refused"], str] = {}
    counts: list[Literal["proposed", "confirmed", "objected", "upheld", "withdrawn"]] = ["confirmed", "upheld"]
