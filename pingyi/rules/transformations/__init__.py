"""Transformations: what the marks of a component may go through on their way, kind by kind.

A kind is one module of this folder and the statement of the same name beside it. The module has all that the rest of
the package asks of a kind: what stands in a plan, which numbers its statement reads, what can come out of it, what is
wrong with it, and its formula. Nothing else names a kind; a new one is known because it lies here.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pingyi.rules import kinds_of
from pingyi.rules.transformation import Transformation

KINDS: dict[str, type[Transformation]] = kinds_of(__name__, Path(__file__).parent)
"""Every kind by its key in a plan: the name of its module and of its statement."""


def transformation(kind: str, written: Any) -> Transformation:
    """The transformation of a kind that a plan writes as this value: itself, or a bare number or word."""
    made: Callable[[Any], Transformation] = KINDS[kind]
    return written if isinstance(written, Transformation) else made(written)
