"""Leaves scored from happenings: deductions, findings, commendations."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PositiveInt, model_validator

from pingyi.plan.tables import Rows, fields_of, plan_table
from pingyi.rules.base import Found, Frozen, Number, known_years
from pingyi.rules.spans import FREE, ZERO, Span

if TYPE_CHECKING:
    from pingyi.plan import Component, Plan

STATES = ("proposed", "confirmed", "objected", "upheld", "withdrawn")
"""States of an event, as facts keep them; a plan says which count."""


def _as_range(value: Any) -> Any:
    return value if isinstance(value, list | None) else [value, value]


class Deadline(Frozen):
    """So many working days (of the official calendar of holidays and shifted days), days or months.

    The day after the first one counts as one; a month ends on the same day of the next, or on its last day.
    """

    working_days: PositiveInt | None = None
    days: PositiveInt | None = None
    months: PositiveInt | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Deadline:
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
    points: Annotated[tuple[Number | None, Number | None] | None, BeforeValidator(_as_range)] = None
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

    @property
    def possible_points(self) -> list[Decimal]:
        """Least and greatest points of a case, or those of each; infinite where nothing bounds them."""
        if self.ladder:
            return self.ladder
        if self.points is None:
            return [-FREE, FREE] if self.veto is None else [-FREE]
        low, high = self.points
        return [-FREE if low is None else low, FREE if high is None else high]


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

    @property
    def may_empty(self) -> bool:
        """Whether a veto may take all marks."""
        return any(item.veto == "zero" for item in self.items.values())

    def possible_values(self, one: Component, full: Decimal | None) -> Span:
        """Base and what the catalogue can add or take, any number of times, within floor and cap; zero where vetoed."""
        points = [points for item in self.items.values() for points in item.possible_points]
        low = -FREE if any(number < 0 for number in points) else self.base
        span = Span(low, FREE if any(number > 0 for number in points) else self.base, low)
        if self.cap is not None:
            span = span.at_most(self.cap)
        if self.floor is not None:
            span = span.at_least(self.floor)
        zero = min(span.low, ZERO)
        return Span(zero, max(span.high, ZERO), zero) if self.may_empty else span


def catalogue_items(plan: Plan) -> Iterator[tuple[Component, str, Item]]:
    """Every entry of every catalogue: its component, its id and itself."""
    return ((one, id, item) for one, rule in plan.leaves(Events) for id, item in rule.items.items())


@plan_table(
    "plan_events",
    "component, base decimal, floor decimal, cap decimal, same_deed yes_no, needs_signature yes_no",
)
def _event_rows(plan: Plan) -> Rows:
    for one, rule in plan.leaves(Events):
        yield one.id, rule.base, rule.floor, rule.cap, rule.same_deed is not None, rule.needs == "signed"


@plan_table(
    "plan_catalogue",
    "component, item, name, points decimal, veto, veto_per, has_ladder yes_no, clause",
)
def _catalogue_rows(plan: Plan) -> Rows:
    for one, id, item in catalogue_items(plan):
        row = {"component": one.id, "item": id, "points": item.fixed, "has_ladder": bool(item.ladder)}
        yield row | {"clause": item.clause or one.clause} | fields_of(item, "name", "veto", "veto_per")


@plan_table("plan_deadlines", "item, extended yes_no, kind, number integer")
def _deadline_rows(plan: Plan) -> Rows:
    for _, id, item in catalogue_items(plan):
        for extended, deadline in ((False, item.within), (True, item.extended or item.within)):
            if deadline:
                yield id, extended, deadline.kind, deadline.number


@plan_table("plan_event_states", "component, status")
def _event_state_rows(plan: Plan) -> Rows:
    for one, rule in plan.leaves(Events):
        yield from ((one.id, status) for status in rule.counts)


@plan_table("plan_factors", "item, factor, times decimal")
def _factor_rows(plan: Plan) -> Rows:
    for _, id, item in catalogue_items(plan):
        yield from ((id, factor, times) for factor, times in item.factors.items())


@plan_table("plan_ladders", "item, nth integer, points decimal, last yes_no")
def _ladder_rows(plan: Plan) -> Rows:
    for _, id, item in catalogue_items(plan):
        for nth, points in enumerate(item.ladder, start=1):
            yield id, nth, points, nth == len(item.ladder)


@plan_table("plan_problem_items", "component, status, item")
def _problem_item_rows(plan: Plan) -> Rows:
    """Which item of a component a problem costs in which state."""
    for one, rule in plan.leaves(Events):
        yield from ((one.id, status, item) for status, item in rule.problems.items())


def event_items_are_unique(plan: Plan) -> Found:
    seen: dict[str, str] = {}
    for one, id, _ in catalogue_items(plan):
        if id in seen:
            yield one.misfit(f"events.items.{id}", id, f"事项编号在全方案只能用一次，{seen[id]} 已有", clause="")
        seen[id] = one.id


def problems_cost_what_the_catalogue_has(plan: Plan) -> Found:
    for one, rule in plan.leaves(Events):
        yield from one.unknown_names("events.problems", rule.problems.values(), rule.items, "事项")


def points_run_upward(plan: Plan) -> Found:
    for one, rule in plan.leaves(Events):
        for id, item in rule.items.items():
            ends = [end for end in item.points or () if end is not None]
            if ends != sorted(ends):
                yield one.misfit(f"events.items.{id}.points", "、".join(map(str, ends)), "应先小后大", clause="")
        if rule.floor is not None and rule.cap is not None and rule.floor > rule.cap:
            yield one.misfit("events.floor", rule.floor, f"保底不能高于封顶 {rule.cap}")


def caps_stay_within_full_marks(plan: Plan) -> Found:
    """Where nothing is converted, a cap is in marks of the component."""
    for one, rule in plan.leaves(Events):
        full = min((one.full or {}).values(), default=None)
        if rule.cap is not None and full is not None and rule.cap > full and not (one.each_cycle or one.convert):
            yield one.misfit("events.cap", rule.cap, f"封顶超过满分 {full}")


def factors_do_not_turn_points(plan: Plan) -> Found:
    for one, id, item in catalogue_items(plan):
        for factor, times in item.factors.items():
            if times < 0:
                wanted = "倍数不能为负；扣分还是加分由 points 定"
                yield one.misfit(f"events.items.{id}.factors.{factor}", times, wanted, clause=item.clause)


def deadlines_have_a_calendar(plan: Plan) -> Found:
    """Working days are known for the years that the official calendar covers."""
    years = {cycle.start.year for cycles in plan.cycles.values() for cycle in cycles} | {plan.campaign.year}
    known = known_years()
    for one, id, item in catalogue_items(plan):
        for key, deadline in (("within", item.within), ("extended", item.extended)):
            if deadline and deadline.working_days and not years <= set(known):
                wanted = f"工作日历只有 {known[0]}—{known[-1]} 年"
                yield one.misfit(f"events.items.{id}.{key}", f"{max(years)} 年", wanted, clause="")
