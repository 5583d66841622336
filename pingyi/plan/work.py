"""What surrounds the scoring: who is asked, and what the plan leaves open."""

from typing import Any

from pingyi.plan.base import Frozen, Id, Named, Share


class Sampling(Named):
    """Who is asked: the shares that the groups of raters of a component should have."""

    component: Id
    quota: dict[str, Share]


class Answer(Frozen):
    """Another answer to an open question: a patch of the plan, path → value as the file would write it."""

    answer: str
    patch: dict[str, Any]


class Reading(Named):
    """A question that the plan leaves open, the official answer, and the others."""

    question: str
    official: str
    otherwise: list[Answer] = []
