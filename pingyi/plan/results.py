"""What scores become: standings, bands, lists and consequences."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PositiveInt, model_validator

from pingyi.plan.base import Day, Frozen, Id, Named, Number, Share, Traits, listed

Ids = Annotated[list[Id], BeforeValidator(listed)]
Subject = Literal[
    "unit",
    "unit_head",
    "unit_deputies",
    "unit_staff",
    "organ",
    "organ_head",
    "organ_leader",
    "organ_leaders",
    "township",
    "township_head",
    "township_leader",
]
"""Whom something concerns: a unit, its organ or township, or persons of them, by office and never by name."""


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
    grade: Annotated[list[str], BeforeValidator(listed)] = []
    running: YearsRunning | None = None


def _share(value: Any) -> Any:
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
    share: Annotated[ShareOf | None, BeforeValidator(_share)] = None
    within: list[str] = []
    quota: Quota | None = None
    also: Direct | None = None
    leave_out_direct_of: Ids = []
    when: When = When()
    provided: When = When()
    good: bool = True
    decided: Deciding | None = None

    @model_validator(mode="after")
    def _one_size(self) -> "ListRule":
        sizes = [size for size in (self.take, self.share, self.quota) if size is not None]
        if len(sizes) > 1 or (not sizes and self.when == When()):
            raise ValueError("名单的大小用 take、share、quota 之一写明；没有大小的名单须有条件 when")
        return self


class Effect(Frozen):
    """Something lists lead to. combine: whether several amounts for one subject add up or only the strongest counts."""

    name: str = ""
    unit: str = ""
    combine: Literal["sum", "strongest"] = "sum"


class Outcome(Named):
    """One consequence: members of `list` → `effect` of `amount` on `to`.

    to: the unit, its organ or township, or persons of them. leave_out: members who are also on these lists are
        spared (their own rule speaks). until: what ends it, in words, with a date.
    """

    list_: Annotated[Id, Field(alias="list")]
    effect: Id
    to: Subject
    amount: Number | None = None
    when: When = When()
    unless: When | None = None
    leave_out: Ids = []
    until: str = ""
