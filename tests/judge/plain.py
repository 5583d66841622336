"""What every judge shares: one rounding, places by counting the better ones, tickets of a draw of lots."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import Any

Key = tuple[Any, ...]
"""Larger is better, part by part."""


def rounded(value: Fraction) -> Decimal:
    """Ten places, half away from zero."""
    sign, size = (-1 if value < 0 else 1), abs(value) * 10**10
    whole = int(size) + (1 if size - int(size) >= Fraction(1, 2) else 0)
    return Decimal(sign * whole).scaleb(-10)


def place(unit: str, keys: Mapping[str, Key], among: Collection[str]) -> int:
    """1 and how many of `among` stand strictly better; equal keys share a place."""
    return 1 + sum(keys[other] > keys[unit] for other in among)


def place_from_below(unit: str, keys: Mapping[str, Key], among: Collection[str]) -> int:
    """1 and how many of `among` stand strictly worse."""
    return 1 + sum(keys[other] < keys[unit] for other in among)


def ticket(seed: str, unit: str) -> int:
    """A key for a draw of lots: the smaller hash stands better, so it is negated."""
    return -int(sha256(f"{seed}:{unit}".encode()).hexdigest(), 16)
