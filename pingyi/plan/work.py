"""What surrounds the scoring: who is asked, what is to be done, and what the plan leaves open."""

from typing import Any, Literal

from pydantic import PositiveInt

from pingyi.plan.base import Day, Frozen, Named, Share


class Sampling(Named):
    """Who is asked: drawn from a frame, so many for each cell, or all below a size; quotas give shares of groups."""

    source: Literal["clients", "library", "cases"]
    take: PositiveInt | None = None
    per: list[str] = []
    quota: dict[str, Share] = {}
    component: str = ""


class Task(Named):
    """Something that the plan wants done by a day."""

    phase: str = ""
    due: Day | None = None
    section: str = ""


class Answer(Frozen):
    """Another answer to an open question: a patch of the plan, path → value as the file would write it."""

    answer: str
    patch: dict[str, Any]


class Reading(Named):
    """A question that the plan leaves open, the official answer, and the others."""

    question: str
    official: str
    otherwise: list[Answer] = []
