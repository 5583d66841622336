"""What scores become: standings by a component, names for stretches of marks, and lists of units.

A list is drawn from a pool by a standing: so many, a share, or a quota by a column of the roster, under conditions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PositiveInt, model_validator

from pingyi.plan.order import Order
from pingyi.plan.score_ranges import possible_marks
from pingyi.plan.tables import Row, Rows, fields_of, plan_table
from pingyi.plan.units import closed_columns, unknown_columns, unknown_traits
from pingyi.rules.base import (
    Day,
    Found,
    Frozen,
    Id,
    Ids,
    Inconsistency,
    Named,
    Number,
    Share,
    Traits,
    as_list,
    unknown_names,
)
from pingyi.rules.spans import FREE, Span, bounds_out_of_reach, exceeds

if TYPE_CHECKING:
    from pingyi.plan import Component, Plan


class VotesTie(Frozen):
    """Equal marks are told apart by the votes of one level in the standing's component and below."""

    votes: str
    better: Literal["fewer", "more"]


class Standing(Named):
    """A ranking by one component.

    within: roster columns whose values are ranked apart. ties: components that decide between equal marks (higher is
        better) or votes of a level, ending in `draw` (a recorded draw of lots) or `share` (equal places, 1 2 2 4).
    min_votes: units with fewer ratings than this in `of` and below are left unranked.
    """

    SECTION = "standings"

    of: Id
    within: list[str] = []
    ties: Annotated[list[Id | VotesTie], Field(min_length=1)]
    min_votes: int = 0

    @property
    def by_lot(self) -> bool:
        """Whether a recorded draw of lots settles what is still equal."""
        return self.ties[-1] == "draw"

    @property
    def keys(self) -> list[Id | VotesTie]:
        """What tells equal marks apart, before lots or equal places."""
        return self.ties[:-1]


class Band(Named):
    """Names for stretches of a component's marks; lower bounds included."""

    SECTION = "bands"

    of: Id
    names: dict[str, Number]


class Quota(Frozen):
    """Places of a list by the value of a roster column: `take` for named values, `rest` for all others together.

    rest_by: a roster column over whose values the rest is apportioned by number of units (largest remainder).
    """

    by: str
    take: dict[str, PositiveInt]
    rest: PositiveInt | None = None
    rest_by: str | None = None


class Direct(Frozen):
    """Units that enter because of an earlier year's list, beside the quota (on_top) or within it (inside)."""

    listed: Id
    years_ago: PositiveInt = 1
    place: Literal["on_top", "inside"] = "on_top"
    clause: str = ""


class Bounds(Frozen):
    """from ≤ value < below (and, or above < value ≤ up_to); what is left out does not bind."""

    start: Annotated[Number | None, Field(alias="from")] = None
    below: Number | None = None
    above: Number | None = None
    up_to: Number | None = None

    @property
    def columns(self) -> Row:
        """The bounds as columns of `plan_conditions`."""
        return {"at_least": self.start, "below": self.below, "above": self.above, "at_most": self.up_to}

    @property
    def described(self) -> str:
        """The bounds as a message names them."""
        bounds = {"不低于": self.start, "高于": self.above, "低于": self.below, "不高于": self.up_to}
        return "、".join(f"{how} {bound}" for how, bound in bounds.items() if bound is not None)


class YearsRunning(Frozen):
    """On this list this year and the years before, `years` in all."""

    list_: Annotated[Id, Field(alias="list")]
    years: Annotated[int, Field(ge=2, le=10)]


class When(Frozen):
    """Conditions that must all hold.

    units: roster columns and values. marks: bounds on components. place: bounds on the place in the list.
    grade: yearly grades of the unit's organ. running: listed several years in a row.
    """

    units: Traits = {}
    marks: dict[Id, Bounds] = {}
    place: Bounds | None = None
    grade: Annotated[list[str], BeforeValidator(as_list)] = []
    running: YearsRunning | None = None


def _as_share(value: Any) -> Any:
    return {"part": value} if isinstance(value, str) else value


class ShareOf(Frozen):
    """Places of a list as a share of units; a bare share is one of the eligible, rounded down.

    of: the pool before the list's conditions, or those eligible after them (and ranked). round: to whole units.
    """

    part: Share
    of: Literal["pool", "eligible"] = "eligible"
    round: Literal["down", "up", "half_up"] = "down"


class Deciding(Frozen):
    """Who decides the list, and by when. Until facts record the decision the list is proposed (拟定)."""

    by: str
    due: Day | None = None
    clause: str = ""


class ListRule(Named):
    """A list of units: a shortlist or a final one.

    pool: `units`, or lists whose members may enter. by: a standing; top, bottom: how many, or which share, or with
        quotas. also: direct entries. leave_out_direct_of: a list whose direct entries may not enter this one.
    when: who may enter at all. provided: who of those chosen stays on the list; no one moves up for the others.
    decided: who decides it; once facts (`decisions`) record the decision, later facts change nothing on the list.
    A tie at the cut is settled as the standing settles it: where it shares places all tied units enter.
    """

    pool: Annotated[Ids, Field(alias="from")]
    by: Id
    side: Literal["top", "bottom"]
    take: PositiveInt | None = None
    share: Annotated[ShareOf | None, BeforeValidator(_as_share)] = None
    within: list[str] = []
    quota: Quota | None = None
    also: Direct | None = None
    leave_out_direct_of: Ids = []
    when: When = When()
    provided: When = When()
    good: bool = True
    decided: Deciding | None = None

    @model_validator(mode="after")
    def _one_size(self) -> ListRule:
        sizes = [size for size in (self.take, self.share, self.quota) if size is not None]
        if len(sizes) > 1 or (not sizes and self.when == When()):
            raise ValueError("名单的大小用 take、share、quota 之一写明；没有大小的名单须有条件 when")
        return self

    @property
    def conditions(self) -> list[tuple[str, When]]:
        """Its conditions by their keys."""
        return [("when", self.when), ("provided", self.provided)]

    @property
    def places(self) -> int | None:
        """How many places it has, where the plan says a number."""
        return sum(self.quota.take.values()) + (self.quota.rest or 0) if self.quota else self.take

    @property
    def places_by_score(self) -> int | None:
        """Places by score: of a quota only the pooled rest, since named values may come from an import."""
        return self.quota.rest or sum(self.quota.take.values()) if self.quota else self.take

    @property
    def last_place(self) -> int | None:
        """The last place that a unit can have on it, where the plan says so."""
        return None if self.also or self.within else self.places


@plan_table(
    "plan_standings",
    "standing, name, position integer, component, turn integer, min_votes integer, by_lot yes_no, clause",
)
def _standing_rows(plan: Plan) -> Rows:
    turns = Order(plan).turns
    for place, one in enumerate(plan.standings):
        yield one.id, one.title, place, one.of, turns["standing", one.id], one.min_votes, one.by_lot, one.clause


@plan_table("plan_ties", "standing, position integer, component, level, fewer yes_no")
def _tie_rows(plan: Plan) -> Rows:
    for one in plan.standings:
        for place, tie in enumerate(one.keys, start=1):
            if isinstance(tie, VotesTie):
                yield one.id, place, None, tie.votes, tie.better == "fewer"
            else:
                yield one.id, place, tie, None, None


@plan_table("plan_standing_groups", "standing, trait")
def _standing_group_rows(plan: Plan) -> Rows:
    yield from ((one.id, trait) for one in plan.standings for trait in one.within)


@plan_table("plan_bands", "band_set, component, band, starts decimal")
def _band_rows(plan: Plan) -> Rows:
    yield from ((one.id, one.of, name, start) for one in plan.bands for name, start in one.names.items())


@plan_table(
    "plan_lists",
    "list, name, position integer, turn integer, shortlist yes_no, standing, bottom yes_no, take integer, "
    "share decimal, share_of, share_round, decided_by, decided_due date, quota_by, rest integer, rest_by, "
    "direct_list, direct_years_ago integer, direct_inside yes_no, good yes_no, clause, says",
)
def _list_rows(plan: Plan) -> Rows:
    turns, shortlists = Order(plan).turns, {one.id for one in plan.shortlists}
    for place, one in enumerate(plan.every_list):
        row = {"list": one.id, "name": one.title, "position": place, "turn": turns["list", one.id]}
        row |= {"shortlist": one.id in shortlists, "standing": one.by, "bottom": one.side == "bottom"}
        row |= fields_of(one, "take", "good", "clause", "says") | {"direct_inside": False}
        if one.share:
            row |= {"share": one.share.part, "share_of": one.share.of, "share_round": one.share.round}
        if one.decided:
            row |= {"decided_by": one.decided.by, "decided_due": one.decided.due}
        if one.quota:
            row |= {"quota_by": one.quota.by, "rest": one.quota.rest, "rest_by": one.quota.rest_by}
        if one.also:
            row |= {"direct_list": one.also.listed, "direct_years_ago": one.also.years_ago}
            row |= {"direct_inside": one.also.place == "inside"}
        yield row


@plan_table("plan_list_parts", "list, part, word, number integer")
def _list_part_rows(plan: Plan) -> Rows:
    for one in plan.every_list:
        for part, words in fields_of(one, "pool", "within", "leave_out_direct_of").items():
            yield from ((one.id, part, word, None) for word in words)
        yield from ((one.id, "quota", *pair) for pair in (one.quota.take.items() if one.quota else ()))


@plan_table(
    "plan_conditions",
    "owner_kind, owner, mode, what, name, texts list, number integer, at_least decimal, below decimal, above decimal, "
    "at_most decimal",
)
def _condition_rows(plan: Plan) -> Rows:
    """Conditions of lists and outcomes. All `when` must hold; an `unless` whose every part holds forbids."""
    conditions = [("list", one.id, mode, when) for one in plan.every_list for mode, when in one.conditions]
    conditions += [("outcome", one.id, mode, when) for one in plan.outcomes for mode, when in one.conditions]
    for kind, owner, mode, when in conditions:
        for row in _parts_of_condition(when):
            yield {"owner_kind": kind, "owner": owner, "mode": mode, **row}


def _parts_of_condition(when: When) -> Iterator[Row]:
    for trait, values in when.units.items():
        yield {"what": "trait", "name": trait, "texts": values}
    for component, bounds in when.marks.items():
        yield {"what": "marks", "name": component, **bounds.columns}
    if when.place:
        yield {"what": "place", **when.place.columns}
    if when.grade:
        yield {"what": "grade", "texts": when.grade}
    if when.running:
        yield {"what": "running", "name": when.running.list_, "number": when.running.years}


def standings_name_what_exists(plan: Plan) -> Found:
    components = [one.id for one in plan.components]
    for standing in plan.standings:
        yield from standing.unknown_names("of", [standing.of], components, "指标")
        named = [tie for tie in standing.ties if isinstance(tie, str)]
        votes = [tie.votes for tie in standing.ties if not isinstance(tie, str)]
        levels = [level for one in _with_all_below(plan, standing.of) if one.ratings for level in one.ratings.levels]
        yield from standing.unknown_names("ties", named, [*components, "draw", "share"], "指标")
        yield from standing.unknown_names("ties", votes, levels, f"等次（{standing.of} 及其下级）")
        yield from unknown_columns(plan, f"{standing.path}.within", standing.within)
    for band in plan.bands:
        yield from band.unknown_names("of", [band.of], components, "指标")


def _with_all_below(plan: Plan, component: str) -> Iterable[Component]:
    """A component and all that it is made of; each once, whatever else is wrong with the tree."""
    known, waiting = {one.id: one for one in plan.components}, [component]
    found: dict[str, Component] = {}
    while waiting:
        one = known.get(waiting.pop())
        if one is not None and one.id not in found:
            found[one.id] = one
            waiting.extend(one.of)
    return found.values()


def _lists_with_paths(plan: Plan) -> Iterator[tuple[str, ListRule]]:
    """Every list with its path in the file."""
    for section, rules in (("shortlists", plan.shortlists), ("lists", plan.lists)):
        yield from ((f"{section}.{rule.id}", rule) for rule in rules)


def lists_name_what_exists(plan: Plan) -> Found:
    lists, standings = [one.id for one in plan.every_list], [one.id for one in plan.standings]
    for path, rule in _lists_with_paths(plan):
        yield from unknown_names(f"{path}.by", [rule.by], standings, "排名")
        yield from unknown_names(f"{path}.from", rule.pool, ["units", *lists], "名单")
        yield from unknown_names(f"{path}.leave_out_direct_of", rule.leave_out_direct_of, lists, "名单")
        yield from unknown_names(f"{path}.also.listed", [rule.also.listed] if rule.also else [], lists, "名单")
        yield from unknown_columns(plan, f"{path}.within", rule.within)
        if rule.quota:
            yield from _unknown_in_quota(plan, f"{path}.quota", rule.quota)
        for mode, when in rule.conditions:
            yield from unknown_in_condition(plan, f"{path}.{mode}", when)


def _unknown_in_quota(plan: Plan, path: str, quota: Quota) -> Found:
    yield from unknown_columns(plan, f"{path}.by", [quota.by])
    yield from unknown_columns(plan, f"{path}.rest_by", [quota.rest_by] if quota.rest_by else [])
    known = closed_columns(plan).get(quota.by)
    if known is not None:
        yield from unknown_names(f"{path}.take", quota.take, known, "取值")


def unknown_in_condition(plan: Plan, path: str, when: When) -> Found:
    """Each name in a condition that nothing carries; a condition that binds nothing is a slip."""
    yield from unknown_traits(plan, f"{path}.units", when.units)
    yield from unknown_names(f"{path}.marks", when.marks, [one.id for one in plan.components], "指标")
    yield from unknown_names(f"{path}.grade", when.grade, plan.units.grades, "考绩档次")
    running = [when.running.list_] if when.running else []
    yield from unknown_names(f"{path}.running.list", running, [one.id for one in plan.every_list], "名单")
    bounds = {f"marks.{name}": one for name, one in when.marks.items()} | ({"place": when.place} if when.place else {})
    for name, one in bounds.items():
        yield from binding_nothing(f"{path}.{name}", one)


def binding_nothing(path: str, bounds: Bounds) -> Found:
    """Bounds that do not bind are a slip."""
    if bounds == Bounds():
        yield Inconsistency(path, "", "界限用 from、below、above、up_to 写明，至少一个")


def every_tie_is_decided(plan: Plan) -> Found:
    for standing in plan.standings:
        if standing.ties[-1] not in ("draw", "share") or any(tie in ("draw", "share") for tie in standing.keys):
            wanted = "最后一项应为 draw（公开抽签）或 share（并列），且只写在最后"
            found = "、".join(tie if isinstance(tie, str) else tie.votes for tie in standing.ties)
            yield standing.misfit("ties", found, wanted)


def votes_are_asked_where_there_are_votes(plan: Plan) -> Found:
    for standing in plan.standings:
        if standing.min_votes > 0 and not any(one.ratings for one in _with_all_below(plan, standing.of)):
            wanted = f"{standing.of} 及其下级都不按等次计分，没有票数可言，没有一个单位能参加排名"
            yield standing.misfit("min_votes", standing.min_votes, wanted)
        if standing.min_votes < 0:
            yield standing.misfit("min_votes", standing.min_votes, "应不小于 0", clause="")


def lists_fit_their_pool(plan: Plan) -> Found:
    sizes = {rule.id: rule.places for rule in plan.every_list}
    sizes["units"] = max((one.count for one in plan.units.published if one.of == "units"), default=None)
    for path, rule in _lists_with_paths(plan):
        pools = [sizes.get(name) for name in rule.pool]
        size, pool = rule.places_by_score, None if None in pools else sum(filter(None, pools))
        if size is not None and pool is not None and size > pool:
            key, wanted = "quota" if rule.quota else "take", f"名额超过可选单位数 {pool}"
            yield Inconsistency(f"{path}.{key}", str(size), wanted, clause=rule.clause)


def lists_say_their_seats_once(plan: Plan) -> Found:
    for path, rule in _lists_with_paths(plan):
        if rule.quota and rule.within:
            wanted = "quota 已经分了名额，不能再按 within 分组；每组的名额请用 quota 写明"
            yield Inconsistency(f"{path}.within", "、".join(rule.within), wanted, clause=rule.clause)
        if rule.quota and rule.quota.rest_by and rule.quota.rest is None:
            wanted = "没有 rest，没有名额可按这一列分配"
            yield Inconsistency(f"{path}.quota.rest_by", rule.quota.rest_by, wanted, clause=rule.clause)
        if rule.share and not rule.share.part:
            yield Inconsistency(f"{path}.share", "0", "比例应大于 0，否则名单总是空的", clause=rule.clause)
        if rule.when.place:
            wanted = "列入名单以前还没有名单上的名次；对名次的要求写在 provided"
            yield Inconsistency(f"{path}.when.place", "", wanted, clause=rule.clause)


def bands_can_be_reached(plan: Plan) -> Found:
    """Each band starts at a bound of its own, and holds marks that can occur."""
    for band in plan.bands:
        seen: dict[Decimal, str] = {}
        for name, bound in band.names.items():
            if bound in seen:
                wanted = f"与“{seen[bound]}”的下限相同，一个下限只能有一档"
                yield band.misfit(f"names.{name}", bound, wanted, clause="")
            seen.setdefault(bound, name)
        for bound, wanted in bounds_out_of_reach(sorted(seen), possible_marks(plan, band.of)):
            yield band.misfit("names", bound, wanted)


def conditions_of_lists_can_hold(plan: Plan) -> Found:
    for path, rule in _lists_with_paths(plan):
        yield from impossible_condition(plan, f"{path}.when", When(marks=rule.when.marks), None, rule.clause)
        yield from impossible_condition(plan, f"{path}.provided", rule.provided, rule.last_place, rule.clause)


def impossible_condition(plan: Plan, path: str, when: When, places: int | None, clause: str) -> Found:
    """Bounds that no marks that can occur meet, or none of the places that a list has."""
    for id, bounds in when.marks.items():
        yield from impossible_bounds(f"{path}.marks.{id}", bounds, possible_marks(plan, id), clause)
    if when.place is not None:
        span = Span(Decimal(1), Decimal(places) if places else FREE)
        yield from impossible_bounds(f"{path}.place", when.place, span, clause)


def impossible_bounds(path: str, bounds: Bounds, span: Span, clause: str) -> Found:
    """Bounds that no value of the interval meets."""
    lows = [bound for bound in (bounds.start, bounds.above) if bound is not None]
    highs = [bound for bound in (bounds.below, bounds.up_to) if bound is not None]
    low, high = max([*lows, span.low]), min([*highs, span.high])
    strict = low == bounds.above or high == bounds.below
    if lows and highs and (max(lows) > min(highs) or (max(lows) == min(highs) and strict)):
        yield Inconsistency(path, f"{max(lows)}—{min(highs)}", "上下限之间没有任何值", clause=clause)
    elif exceeds(low, high) or (not exceeds(high, low) and strict):
        yield Inconsistency(path, bounds.described, f"永远不会满足：值都在 {span}", clause=clause)
