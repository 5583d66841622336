"""The text of one cell → a value. Every function raises ValueError with what was wanted, in Chinese."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from pingyi.facts.intake.choices import Choice
from pingyi.plan.base import PLACES

DAY = r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日)"
CLOCK = r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?"
MOMENT = re.compile(rf"{DAY}(?:(?: +|T|(?<=日)){CLOCK})?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
SERIAL = re.compile(r"(\d{5})(\.\d+)?")
FIRST, LAST = date(1990, 1, 1), date(2100, 12, 31)
"""Days that facts may name: those of `Campaign.year`."""

EXCEL = datetime(1899, 12, 30)
"""Day 0 of the serial numbers in which Excel keeps dates after February 1900."""

WHOLE = 12
"""Digits before the point that DECIMAL(18, 6) has room for."""

YES, NO = ("是", "true", "yes", "y", "1", "√"), ("否", "false", "no", "n", "0", "×")


def as_date(text: str) -> date:
    """2020-05-06, 2020/5/6, 2020.5.6, 2020年5月6日, 20200506, or an Excel serial; midnight may follow."""
    moment = as_moment(text)
    if moment.time() != time():
        raise ValueError("应为日期，不带时刻")
    return moment.date()


def as_moment(text: str) -> datetime:
    """A date as above, with or without the time of day; local, no zone."""
    if match := MOMENT.fullmatch(text):
        year, *rest = match.groups()
        month, day = (part for part in rest[:-4] if part is not None)
        return _bounded(year, month, day) + _clock(*rest[-4:])
    if match := COMPACT.fullmatch(text):
        return _bounded(*match.groups())
    if match := SERIAL.fullmatch(text):
        return _from_serial(Decimal(text))
    raise ValueError("应为日期，如 2020-05-06")


def _bounded(year: str, month: str, day: str) -> datetime:
    try:
        found = datetime(int(year), int(month), int(day))
    except ValueError:
        raise ValueError("日历上没有这一天") from None
    return _in_bounds(found)


def _in_bounds(found: datetime) -> datetime:
    if not FIRST <= found.date() <= LAST:
        raise ValueError(f"年份应在 {FIRST.year} 到 {LAST.year} 之间")
    return found


def _clock(hour: str | None, minute: str | None, second: str | None, part: str | None) -> timedelta:
    if hour is None or minute is None:
        return timedelta()
    micro = int((part or "").ljust(6, "0")[:6])
    try:
        clock = time(int(hour), int(minute), int(second or 0), micro)
    except ValueError:
        raise ValueError("一天里没有这个时刻") from None
    return datetime.combine(date.min, clock) - datetime.min


def _from_serial(days: Decimal) -> datetime:
    seconds = round((days % 1) * 86400)
    return _in_bounds(EXCEL + timedelta(days=int(days), seconds=seconds))


def as_integer(text: str) -> int:
    """A whole number."""
    if not re.fullmatch(rf"[+-]?\d{{1,{WHOLE}}}(\.0+)?", text):
        raise ValueError("应为整数")
    return int(text.partition(".")[0])


def as_decimal(text: str) -> Decimal:
    """An exact number of at most six decimals, never by way of a float."""
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", text):
        raise ValueError("应为一个数，不带单位和千分号")
    number = Decimal(text)
    if number * 10**PLACES % 1:
        raise ValueError(f"应为至多 {PLACES} 位小数的数")
    if abs(number) >= 10**WHOLE:
        raise ValueError("数太大")
    return number


def as_yes_no(text: str) -> bool:
    """是 or 否."""
    if text.casefold() in YES:
        return True
    if text.casefold() in NO:
        return False
    raise ValueError("应为 是、否 之一")


def as_list(choice: Choice) -> Callable[[str], str]:
    """Several of the values, joined by 、 ; , / or +  → the values in order, joined by +."""

    def parse(text: str) -> str:
        words = [word.strip() for word in re.split(r"[、;,/+]", text) if word.strip()]
        if unknown := [word for word in words if word not in choice.spelled]:
            raise ValueError(choice.wanted if choice.valid else f"{choice.missing}“{unknown[0]}”")
        values = sorted({choice.spelled[word] for word in words}, key=choice.valid.index)
        if len(values) < len(words):
            raise ValueError("同一个取值只写一次")
        return "+".join(values)

    return parse


PARSERS: dict[str, Callable[[str], Any]] = {
    "date": as_date,
    "moment": as_moment,
    "integer": as_integer,
    "decimal": as_decimal,
    "yes_no": as_yes_no,
}
