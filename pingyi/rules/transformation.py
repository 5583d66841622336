"""What every kind of transformation answers: all that the rest of the package asks of one."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Protocol

from pingyi.common.wording import Numeric, plain
from pingyi.rules.formulas import Formula, NotInOneRow, plan_number
from pingyi.rules.spans import Span


class Surroundings(Protocol):
    """What a formula may look at beside the value itself."""

    @property
    def is_rate(self) -> bool:
        """Whether the value is a rate, shown as per cent."""

    def column(self, name: str) -> Formula:
        """The number in a roster column of the unit."""

    def others(self) -> list[Fraction]:
        """The values of all units at this step, the unit's own among them."""

    def show(self, value: Numeric) -> str:
        """A value as it is shown here: marks, or per cent."""


@dataclass(frozen=True)
class OneRow:
    """A unit by itself, as a row of a sheet or a letter knows it. numbers: of its roster columns."""

    numbers: Callable[[str], Numeric]
    is_rate: bool = False

    def column(self, name: str) -> Formula:
        """The number in a roster column of the unit."""
        return plan_number(self.numbers(name))

    def others(self) -> list[Fraction]:
        """Nothing is known of other units. Raises: NotInOneRow."""
        raise NotInOneRow

    def show(self, value: Numeric) -> str:
        """A value as the plan writes it."""
        return plain(value)


@dataclass(frozen=True)
class Misfit:
    """What is wrong with a transformation. key: where within it; empty: the whole."""

    found: Any
    wanted: str
    key: str = ""
    cites: bool = True


class Transformation:
    """One kind. Its fields are its numbers, under the names that a plan uses.

    written: the type of what stands behind its key in a plan. parameters: the numbers that its statement reads, with
    the kind of column that holds each (`pingyi.plan.tables.TYPES`); column names are `<kind>_<name>`.
    keeps_rate: a rate is still a rate after it. swallows: what lies beyond it is lost, and told. compares_units: the
    marks of one unit hang on those of others, so no formula of one row says it. divides: by a roster column, whose
    number then must not be zero. is_linear: it multiplies every value with one number of the plan.
    """

    written: ClassVar[Any]
    parameters: ClassVar[Mapping[str, str]] = {}
    keeps_rate: ClassVar[bool] = False
    swallows: ClassVar[bool] = False
    compares_units: ClassVar[bool] = False
    divides: ClassVar[bool] = False
    is_linear: ClassVar[bool] = False

    @property
    def column(self) -> str | None:
        """The roster column whose number it counts with."""
        return None

    @property
    def aim(self) -> Decimal | None:
        """A value that units strive for, from which simulated facts are made; None where it names none."""
        return None

    @property
    def lower_is_better(self) -> bool | None:
        """Whether low values give more marks; None where it does not say."""
        return None

    def table(self) -> Iterator[tuple[Decimal | int | None, Decimal]]:
        """Lower bounds or places, with the marks that they give."""
        return iter(())

    @property
    def full_before(self) -> Decimal | None:
        """The full marks that it starts from, where it names them."""
        return None

    def full_after(self, full: Decimal) -> Decimal | None:
        """What it makes of full marks; None where that hangs on more than the number."""
        return None

    def span_after(self, span: Span) -> Span:
        """What it makes of an interval of values."""
        raise NotImplementedError

    def misfits(self) -> Iterator[Misfit]:
        """What is wrong with its numbers, whatever the values are."""
        return iter(())

    def misfits_with(self, span: Span) -> Iterator[Misfit]:
        """What it says of values that cannot occur, and what it does not say of values that can. span: before it."""
        return iter(())

    def formula(self, value: Formula, around: Surroundings) -> Formula:
        """How the value after it follows from the value before it: read, worked out, and written into a cell."""
        raise NotImplementedError


def convert_in_row(value: Formula, rules: Iterable[Transformation | None], row: OneRow) -> Formula:
    """What one transformation after the other makes of a value. Raises: NotInOneRow where one row cannot say it."""
    for rule in rules:
        if rule is None or value.may_be_nothing:  # nothing counts on with an empty cell
            raise NotInOneRow
        value = rule.formula(value, row)
    return value
