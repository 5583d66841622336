"""The tree of components: inner nodes add or weigh their children, leaves are scored from facts."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pingyi.plan.base import Id, Named, Number, PerCategory, Traits, Weight
from pingyi.plan.converts import Convert
from pingyi.plan.events import Events
from pingyi.plan.marks import Marks
from pingyi.plan.measures import Measures
from pingyi.plan.ratings import Ratings

METHODS = ("ratings", "marks", "events", "measures")


class Component(Named):
    """A node of the score tree.

    full: full marks (分), one number or one for each category. weight: share among siblings, if the parent weighs.
    outside: not part of the parent's full marks (bonus). of: the children; without it the node is a leaf of one method.
    per: the cycle set in which it is evaluated; cycle_full: full marks of each cycle; over_cycles: how cycles combine
        (`weights` uses cycle_full as weights).
    cycle_missing: what mean, best and last make of a cycle without marks: left out, zero, or no marks for the year;
        always flagged. A sum (or weights) of which one cycle has no marks has none.
    each_cycle, convert: conversions of each cycle's marks, and of the combined marks.
    missing: what a missing child does to this node: its weight is spread, it counts zero, the mean of the unit's
        category stands in, or the unit is not ranked. Every use is flagged in the result.
    unmeasured: what a leaf gives a unit for which no fact has come in so far: its full marks (flagged, so that it is
        told from full marks that were earned), or no marks. Absent: as the leaf's method says.
    units: roster columns and values for which the node exists; listed: only for units of these lists.
    imported: units of these columns and values bring this node's marks with them (facts `marks`, method = this id).
    """

    full: PerCategory | None = None
    weight: Annotated[dict[str, Weight] | Weight | None, Field()] = None
    outside: bool = False
    of: list[Id] = []
    ratings: Ratings | None = None
    marks: Marks | None = None
    events: Events | None = None
    measures: Measures | None = None
    per: Id = "year"
    cycle_full: dict[str, Number] = {}
    over_cycles: Literal["sum", "mean", "weights", "last", "best"] = "sum"
    cycle_missing: Literal["left_out", "zero", "not_scored"] = "left_out"
    each_cycle: list[Convert] = []
    convert: list[Convert] = []
    missing: Literal["spread", "zero", "mean_of_group", "not_ranked"] = "not_ranked"
    unmeasured: Literal["full", "missing"] | None = None
    units: Annotated[Traits, Field(alias="for")] = {}
    listed: list[Id] = []
    imported: Traits = {}

    @model_validator(mode="after")
    def _leaf_or_node(self) -> "Component":
        kinds = [method for method in METHODS if getattr(self, method) is not None]
        if len(kinds) + bool(self.of) != 1:
            raise ValueError("一个指标要么由下级组成（of），要么按 ratings、marks、events、measures 之一计分")
        return self

    @property
    def method(self) -> str:
        """How it is scored: ratings, marks, events or measures, or `node`."""
        return next((method for method in METHODS if getattr(self, method) is not None), "node")
