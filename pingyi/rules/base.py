"""What all words of a plan share: scalars (ids, marks, shares, ratios, dates), names, and how a misfit is told.

Everything in a plan file reaches the language as text (see `pingyi.plan.reader`), so that `2:1`, `0.30` and
`2018-11-31` mean what this module says and nothing else. Messages are Chinese: they are for whoever wrote the plan.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Annotated, Any, ClassVar, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from pingyi.common.faults import nearest

PLACES = 6
"""Decimal places a number of a plan may have; marks travel with 24 (`pingyi/scoring/sql/macros.sql`)."""


class Frozen(BaseModel):
    """Base of all words of a plan: immutable, and every key must be known."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def to_decimal(value: Any) -> Any:
    """Read `0.6`, `60%` or `3/5` as an exact decimal of at most six places.

    Raises: ValueError (Chinese) for anything else, `1/3` included: it has no exact decimal.
    """
    if not isinstance(value, str):
        return value
    number = to_fraction(value)
    if isinstance(number, Fraction) and (number * 10**PLACES).denominator == 1:
        return Decimal((number * 10**PLACES).numerator).scaleb(-PLACES).normalize() + 0
    raise ValueError(f"应为至多 {PLACES} 位小数的数，可写成 0.3、30% 或 3/10")


def to_fraction(value: Any) -> Any:
    """Read `2/3`, `0.3` or `30%` as a fraction."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    try:
        if text.endswith("%"):
            return Fraction(Decimal(text[:-1])) / 100
        if "/" in text:
            above, below = text.split("/")
            return Fraction(int(above), int(below))
        return Fraction(Decimal(text))
    except (InvalidOperation, ValueError, ZeroDivisionError, OverflowError):
        raise ValueError("应为一个数，如 0.3、30% 或 3/10") from None


def to_date(value: Any) -> Any:
    """Read `2020-04-20` as a date; an impossible one (11-31) is a fault, not a guess."""
    if not isinstance(value, str):
        return value
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError("应为日期，写作 2020-04-20")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("日历上没有这一天") from None


def _within_bounds(low: int, high: int, words: str) -> AfterValidator:
    def check_bounds(value: Decimal) -> Decimal:
        if not low <= value <= high:
            raise ValueError(words)
        return value

    return AfterValidator(check_bounds)


def as_list(value: Any) -> Any:
    """One value stands for a list of one."""
    return value if isinstance(value, list | None) else [value]


Id = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\s:：,，]+$")]
Ids = Annotated[list[Id], BeforeValidator(as_list)]
Number = Annotated[Decimal, BeforeValidator(to_decimal), _within_bounds(-(10**6), 10**6, "超出 ±1000000")]
Share = Annotated[Decimal, BeforeValidator(to_decimal), _within_bounds(0, 1, "应在 0 到 1（0% 到 100%）之间")]
Weight = Annotated[Decimal, BeforeValidator(to_decimal), _within_bounds(0, 10**6, "权重不能为负")]
Day = Annotated[date, BeforeValidator(to_date)]
Traits = dict[str, Annotated[list[str], BeforeValidator(as_list)]]
"""Columns of the roster and the values wanted: {category: [管理执法类], management: 双重}."""

ELSE = "else"


def by_category(value: Any) -> Any:
    """A bare number holds for every category."""
    return value if isinstance(value, dict | None) else {ELSE: value}


def of_category(value: Any, category: str) -> Any:
    """What a value that may differ by category is in one of them; a value that does not is itself."""
    return value.get(category, value.get(ELSE)) if isinstance(value, dict) else value


PerCategory = Annotated[dict[str, Number], BeforeValidator(by_category)]
"""A number, or one for each category with `else` for the rest."""


@dataclass(frozen=True)
class Inconsistency:
    """One place where two parts of a plan do not fit. path: as in the file."""

    path: str
    found: str
    wanted: str
    near: str = ""
    clause: str = ""


Found = Iterator[Inconsistency]
"""What a check finds: every place where its sentence, which is its name, does not hold."""


class Named(Frozen):
    """A thing with an id that facts and other rules refer to.

    id: ASCII or Chinese, unique within its section. name: how people see it (the id, where left out).
    clause: the plan's own number. says: the rule in our words. SECTION: of the file, where one is its own.
    """

    SECTION: ClassVar[str] = ""

    id: Id
    name: str = ""
    clause: str = ""
    says: str = ""

    @property
    def title(self) -> str:
        """What people read: the name, or the id where there is none."""
        return self.name or self.id

    @property
    def path(self) -> str:
        """Where it stands in the plan file."""
        return f"{self.SECTION}.{self.id}"

    def misfit(self, key: str, found: object, wanted: str, clause: str | None = None) -> Inconsistency:
        """What does not fit at a key of it (empty: the thing itself). clause: its own, where nothing else is said."""
        path = f"{self.path}.{key}" if key else self.path
        return Inconsistency(path, str(found), wanted, clause=self.clause if clause is None else clause)

    def unknown_names(self, key: str, names: Iterable[str], known: Iterable[str], what: str) -> Found:
        """Each name at a key of it that nothing known carries."""
        return unknown_names(f"{self.path}.{key}", names, known, what)


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The classes of the language that an annotation leads to: list[Model], dict[str, Model], Model | None …"""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


def unknown_names(path: str, names: Iterable[str], known: Iterable[str], what: str) -> Found:
    """Each name that nothing known carries."""
    known = list(known)
    for name in names:
        if name not in known:
            yield Inconsistency(path, name, f"没有这个{what}", nearest(name, known))


def known_years() -> range:
    """Years for which the official calendar says what is a holiday, and which weekends are worked instead (调休).

    The library `chinesecalendar` follows the yearly notices of the State Council.
    """
    from chinese_calendar.constants import holidays

    return range(min(holidays).year, max(holidays).year + 1)


def working_days(first: date, last: date) -> Iterator[date]:
    """The working days from `first` to `last`, both included. Raises: NotImplementedError outside the known years."""
    from chinese_calendar import is_workday

    return filter(is_workday, each_day(first, last))


def each_day(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included."""
    return (first + timedelta(days=nth) for nth in range((last - first).days + 1))
