"""Numbers as a plan writes them, days, and the one rounding that comes before every comparison."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

PLACES = 18
"""Decimals to which values are rounded, once, when they are compared."""


def number(value: Any) -> Fraction:
    """0.6, 60%, 3/5 or a decimal."""
    text = str(value).strip()
    if text.endswith("%"):
        return Fraction(text[:-1]) / 100
    return Fraction(text)


def optional(value: Any) -> Fraction | None:
    """A number, or none."""
    return None if value is None or value == "" else number(value)


def rounded(value: Fraction, places: int) -> Fraction:
    """Half away from zero."""
    whole = floor(abs(value) * 10**places + Fraction(1, 2))
    return Fraction(-whole if value < 0 else whole, 10**places)


def toward_zero(value: Fraction, places: int) -> Fraction:
    """Cut after so many decimals."""
    whole = floor(abs(value) * 10**places)
    return Fraction(-whole if value < 0 else whole, 10**places)


def key(value: Fraction) -> Fraction:
    """What is compared of a value."""
    return rounded(value, PLACES)


def day(value: Any) -> date | None:
    """A day, of a date, a moment or its text; none where there is none."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def moment(value: Any) -> datetime:
    """A moment; a day begins at midnight."""
    if isinstance(value, datetime):
        return value
    return datetime.fromisoformat(str(value))


def nth(id: Any) -> tuple[int, str, str]:
    """Numbers of forms and entries in order: 9 before 10."""
    text = str(id or "")
    bare = text.lstrip("0")
    return len(bare), bare, text


def decimal(value: Fraction | None, places: int = 10) -> Decimal | None:
    """The decimal that a table shows."""
    return None if value is None else Decimal(rounded(value, places).numerator * 10**places // rounded(value, places).denominator).scaleb(-places)
