"""Leaves scored from numbers: marks that a person or a body gives, or a measured rate or count."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, NonNegativeInt, PositiveInt

from pingyi.plan.tables import Rows, each_trait, plan_table
from pingyi.rules.base import Found, Frozen, Number, Share, Traits, Weight
from pingyi.rules.spans import FREE, ZERO, Span

if TYPE_CHECKING:
    from pingyi.plan import Component, Plan


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


def _as_weight(value: Any) -> Any:
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
    markers: dict[str, Annotated[Marker, BeforeValidator(_as_weight)]] = {}
    one_each: bool = False
    marker_missing: Literal["spread", "zero", "not_scored"] = "spread"
    bands: dict[str, tuple[Number, Number]] = {}
    quota: BandQuota | None = None
    means_nothing: list[Number] = []
    trim: Trim | None = None

    def possible_values(self, one: Component, full: Decimal | None) -> Span:
        """What raters may give."""
        span = Span(*self.range, least=self.range[0])
        return span.or_zero() if self.marker_missing == "zero" else span


class Measures(Frozen):
    """A measured number: numerator ÷ denominator (`rate`), or the numerator alone (`count`).

    The number itself is the leaf's value; conversions (steps, per_point, points_by_rank …) make marks of it.
    """

    of: Literal["rate", "count"]
    numerator: str
    denominator: str = ""

    def possible_values(self, one: Component, full: Decimal | None) -> Span:
        """Any number, and zero among them: facts alone bound what is measured."""
        return Span(-FREE, FREE, ZERO)


@plan_table("plan_measures", "component, of")
def _measure_rows(plan: Plan) -> Rows:
    for one, rule in plan.leaves(Measures):
        yield one.id, rule.of


@plan_table("plan_marks", "component, trim_top decimal, trim_bottom decimal, one_each yes_no, marker_missing")
def _mark_rows(plan: Plan) -> Rows:
    for one, rule in plan.leaves(Marks):
        trim = rule.trim or Trim()
        yield one.id, trim.top, trim.bottom, rule.one_each, rule.marker_missing


@plan_table("plan_markers", "component, marker, weight decimal")
def _marker_rows(plan: Plan) -> Rows:
    for one, rule in plan.leaves(Marks):
        yield from ((one.id, name, marker.weight) for name, marker in rule.markers.items())


@plan_table("plan_marker_traits", "component, marker, trait, value")
def _marker_trait_rows(plan: Plan) -> Rows:
    for one, rule in plan.leaves(Marks):
        for name, marker in rule.markers.items():
            yield from ((one.id, name, *pair) for pair in each_trait(marker.units))


@plan_table("plan_void_marks", "component, mark decimal")
def _void_mark_rows(plan: Plan) -> Rows:
    for one, rule in plan.leaves(Marks):
        yield from ((one.id, mark) for mark in rule.means_nothing)


def quotas_name_their_marker(plan: Plan) -> Found:
    """A quota of bands binds one class of raters: the only one, or the one it names."""
    for one, rule in plan.leaves(Marks):
        if (quota := rule.quota) is None:
            continue
        if quota.marker:
            yield from one.unknown_names("marks.quota.marker", [quota.marker], rule.markers, "评分人类别")
        elif len(rule.markers) > 1:
            wanted = f"有几类评分人，须用 marker 写明限额约束 {'、'.join(rule.markers)} 中的哪一类"
            yield one.misfit("marks.quota", "", wanted, clause=quota.clause)
        if not rule.bands:
            wanted = "没有分档（bands），档次限额无从算起"
            yield one.misfit("marks.quota", "", wanted, clause=quota.clause)


def trims_leave_something(plan: Plan) -> Found:
    for one, rule in plan.leaves(Marks):
        if rule.trim and rule.trim.top + rule.trim.bottom >= 1:
            found, wanted = (
                f"{rule.trim.top} + {rule.trim.bottom}",
                "去掉的最高分与最低分之和应小于全部，否则没有分数留下",
            )
            yield one.misfit("marks.trim", found, wanted)


def some_marker_weighs(plan: Plan) -> Found:
    for one, rule in plan.leaves(Marks):
        if rule.markers and not any(marker.weight for marker in rule.markers.values()):
            yield one.misfit("marks.markers", "0", "至少要有一类评分人的权重大于 0")


def bands_leave_no_gap(plan: Plan) -> Found:
    for one, rule in plan.leaves(Marks):
        if not rule.bands:
            continue
        step = Decimal(1).scaleb(-rule.decimals)
        edges = [edge for band in sorted(rule.bands.values()) for edge in band]
        edges = [rule.range[0] - step, *edges, rule.range[1] + step]
        for below, above in zip(edges[::2], edges[1::2], strict=True):
            if above - below != step:
                yield one.misfit("marks.bands", f"{below}—{above}", "各档应首尾相接，盖满分值范围，不留空也不重叠")


def ranges_of_marks_run_upward(plan: Plan) -> Found:
    for one, rule in plan.leaves(Marks):
        if rule.range[0] >= rule.range[1]:
            yield one.misfit("marks.range", rule.range[0], "应先小后大", clause="")
