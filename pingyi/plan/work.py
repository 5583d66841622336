"""What surrounds the scoring: who is asked, what is to be done by when, and what the plan leaves open."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PositiveInt, model_validator

from pingyi.plan.base import Day, Frozen, Id, Named, Share, Traits, listed
from pingyi.plan.results import Bounds, Subject


class Sampling(Named):
    """Who is asked: a draw from the frame (facts `clients`), or the shares that groups of raters should have.

    component: whose raters these are. take: how many of each stratum, or `all` of it. per: what makes a stratum: unit,
        group, channel, day, month, quarter, or another column of the frame. cases: the draw is made in strata of this
        size; others give all they have, or none (`else`). quota: shares by group; `else`: the groups not named.
    units: roster columns and values of the units it is for. leave_out: frame columns and values that are not asked.
    """

    component: Id | None = None
    take: PositiveInt | Literal["all"] | None = None
    per: list[str] = []
    cases: Bounds | None = None
    otherwise: Annotated[Literal["all", "none"], Field(alias="else")] = "all"
    quota: dict[str, Share] = {}
    units: Annotated[Traits, Field(alias="for")] = {}
    leave_out: Traits = {}

    @model_validator(mode="after")
    def _all_is_all(self) -> "Sampling":
        if self.take == "all" and (self.cases or self.quota or self.otherwise != "all"):
            raise ValueError("take: all 是全部列入，不能再写 cases、quota 或 else: none")
        return self

    @property
    def number(self) -> int:
        """How many are drawn of each stratum; 0 where nothing is drawn, or all are asked."""
        return self.take if isinstance(self.take, int) else 0


class Content(Named):
    """One of the contents of review: what the raters are asked about, in our words.

    components: whose questionnaires, visits or inspections look at it; none: all of them.
    asks: the single questions of it.
    """

    components: Annotated[list[Id], BeforeValidator(listed)] = []
    asks: list[str] = []


class Task(Named):
    """Something the work plan sets: from when to when, by which section.

    every: what is due again and again: at the end of each month or quarter, and on `due`. What is to be done each day,
        working day (of the official calendar) or week is followed month by month.
    shown_by: the fact table whose days show for each unit (of `for`) that what is due each day was done; a unit's days
        without are told.
    to: who gets it. document: what is handed in: a form, a report. printed: the time as the document writes it, where
        that is not from–due.
    """

    phase: str
    section: str
    start: Annotated[Day, Field(alias="from")]
    due: Day
    every: Literal["day", "workday", "week", "month", "quarter"] | None = None
    shown_by: Literal["clients"] | None = None
    units: Annotated[Traits, Field(alias="for")] = {}
    to: str = ""
    document: str = ""
    printed: str = ""


class Provision(Named):
    """What holds beside the lists: what somebody does with the results, for every reviewed unit or for those it names.

    by: who acts. to: whom it concerns or who gets it, in words. each: persons or bodies of every reviewed unit that it
        concerns; units: only of these. tells: they are told the results. public: the results may be published.
    document: what is handed over. printed: the time as the document writes it.
    """

    by: str = ""
    to: str = ""
    each: Annotated[list[Subject], BeforeValidator(listed)] = []
    units: Annotated[Traits, Field(alias="for")] = {}
    tells: bool = False
    public: bool = False
    due: Day | None = None
    document: str = ""
    printed: str = ""


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
