"""Working days after the official calendar of holidays and of weekends that are worked instead (调休).

The days come from the library `chinesecalendar`, which follows the yearly notices of the State Council.
"""

from collections.abc import Iterator
from datetime import date, timedelta


def known_years() -> range:
    """Years whose holidays are known."""
    from chinese_calendar.constants import holidays

    return range(min(holidays).year, max(holidays).year + 1)


def working_days(first: date, last: date) -> Iterator[date]:
    """The working days from `first` to `last`, both included. Raises: NotImplementedError outside the known years."""
    from chinese_calendar import is_workday

    days = (first + timedelta(days=nth) for nth in range((last - first).days + 1))
    return (day for day in days if is_workday(day))
