"""When: the campaign, its calendar, and the cycles in which something is scored."""

from typing import Annotated

from pydantic import Field

from pingyi.plan.base import Day, Frozen, Id, Named


class Campaign(Frozen):
    """Which campaign this is and which document made it.

    confidential: results do not leave the office. previous: the campaign of the year before, where there is one.
    """

    id: Id
    title: str
    place: str
    year: Annotated[int, Field(ge=1990, le=2100)]
    document: str
    issued: Day
    office: str
    confidential: bool = False
    previous: Id | None = None


class Phase(Named):
    """A stretch of the calendar. `printed`: how the document writes it, where that differs from from–to."""

    start: Annotated[Day, Field(alias="from")]
    end: Annotated[Day, Field(alias="to")]
    printed: str = ""


class Cycle(Frozen):
    """One window in which something is scored; both days included."""

    id: Id
    start: Annotated[Day, Field(alias="from")]
    end: Annotated[Day, Field(alias="to")]
    clause: str = ""


class Erratum(Frozen):
    """A slip of the document: what it prints, and how it is read here. Reported by every check of the plan."""

    clause: str
    printed: str
    read_as: str
    says: str = ""
