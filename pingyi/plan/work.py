"""What surrounds the scoring: who is asked, what is to be done by when, and what the plan leaves open."""

from typing import Annotated, Any, Literal

from pydantic import Field, PositiveInt

from pingyi.plan.base import Day, Frozen, Id, Named, Share, Traits
from pingyi.plan.results import Bounds


class Sampling(Named):
    """Who is asked: a draw from the frame (facts `clients`), or the shares that groups of raters should have.

    component: whose raters these are. take: how many of each stratum. per: what makes a stratum: unit, group, channel,
        day, month, quarter, or another column of the frame. cases: the draw is made in strata of this size; others
        give all they have, or none (`else`). quota: shares by group; `else` stands for the groups not named.
    units: roster columns and values of the units it is for. leave_out: frame columns and values that are not asked.
    """

    component: Id | None = None
    take: PositiveInt | None = None
    per: list[str] = []
    cases: Bounds | None = None
    otherwise: Annotated[Literal["all", "none"], Field(alias="else")] = "all"
    quota: dict[str, Share] = {}
    units: Annotated[Traits, Field(alias="for")] = {}
    leave_out: Traits = {}


class Task(Named):
    """Something the work plan sets: from when to when, by which section; `every` repeats it each month."""

    phase: str
    section: str
    start: Annotated[Day, Field(alias="from")]
    due: Day
    every: Literal["month"] | None = None


class Recheck(Named):
    """Re-evaluation of the units that were on a list some years ago, and what is barred until they pass.

    blocks: effects of this plan that hold until the unit has passed.
    """

    list_: Annotated[Id, Field(alias="list")]
    years_ago: PositiveInt = 1
    due: Day
    blocks: list[Id] = []


class Answer(Frozen):
    """Another answer to an open question: a patch of the plan, path → value as the file would write it."""

    answer: str
    patch: dict[str, Any]


class Reading(Named):
    """A question that the plan leaves open, the official answer, and the others."""

    question: str
    official: str
    otherwise: list[Answer] = []
