"""Leaves scored from happenings: deductions, findings, commendations."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from pingyi.plan.base import Frozen, Number

STATES = ("proposed", "confirmed", "objected", "upheld", "withdrawn")
"""States of an event, as the ledger keeps them; a plan says which count."""


def _range(value: Any) -> Any:
    return value if isinstance(value, list | None) else [value, value]


class Item(Frozen):
    """One entry of the catalogue.

    points: what one case costs (negative) or earns; two numbers are a range within which the entry says how many;
        null: the entry says how many, without bounds.
    factors: circumstances that multiply. ladder: points of the 1st, 2nd, 3rd … case of a unit in the cycle (the last
        goes on), instead of points. veto: the case also takes all marks of the component, or the right to be ranked.
    """

    name: str
    points: Annotated[tuple[Number, Number] | None, BeforeValidator(_range)] = None
    factors: dict[str, Number] = {}
    ladder: list[Number] = []
    veto: Literal["zero", "not_ranked"] | None = None
    clause: str = ""


class Same(Frozen):
    """Of several entries of a unit with the same deed (or problem) only the one that weighs most counts."""

    keep: Literal["gravest"] = "gravest"


class Events(Frozen):
    """Happenings with a date and a document: base + Σ points × times × factors, within floor and cap, each cycle.

    counts: the states in which an entry counts; entries in other states are listed as pending.
    """

    base: Number = Field(default=0, validate_default=True)
    floor: Number | None = None
    cap: Number | None = None
    items: dict[str, Item]
    same_deed: Same | None = None
    counts: list[Literal["proposed", "confirmed", "objected", "upheld", "withdrawn"]] = ["confirmed", "upheld"]
