"""Who is under review."""

from typing import Annotated, Literal

from pydantic import Field

from pingyi.plan.base import Frozen, Id, Traits


class Exempt(Frozen):
    """A unit on `listed` in each of the last `years` years takes no part this year."""

    listed: Id
    years: Annotated[int, Field(ge=1, le=10)]
    clause: str = ""


class Published(Frozen):
    """A count that the document prints; the roster must reproduce it (units, or organs, that fit `for`)."""

    count: int
    of: Literal["units", "organs"] = "units"
    units: Annotated[Traits, Field(alias="for")] = {}
    clause: str = ""


class Units(Frozen):
    """Categories, kinds of management, systems that are scored elsewhere, exemption.

    columns: further roster columns that this plan's rules name, with their Chinese heads.
    grades: yearly grades of organs from best to worst.
    """

    clause: str = ""
    categories: list[str]
    management: list[str] = []
    systems: dict[str, str] = {}
    columns: dict[str, str] = {}
    grades: list[str] = []
    exempt: Exempt | None = None
    published: list[Published] = []
