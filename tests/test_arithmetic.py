"""The macros of exact arithmetic against Python's fractions."""

import random
from fractions import Fraction

import duckdb
import polars as pl
import pytest

from pingyi import script

N = 200_000
"""Random scores; the same seed each time. `python -m tests.reliability arithmetic` takes a million."""


@pytest.fixture(scope="module")
def connection():
    connection = duckdb.connect()
    connection.execute(script.text("macros"))
    return connection


def half_away(value: Fraction, places: int = 10) -> int:
    """The value in units of the last place, rounded half away from zero."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return whole if value >= 0 else -whole


def test_scores_round_as_fractions_do(connection):
    """Levels worth 1, 0.6 and 0 of up to 1 000 votes, full marks with two places: no difference at the tenth place."""
    assert rounded_otherwise(connection, N) == []


def rounded_otherwise(connection, many):
    """Random scores that the macros round otherwise than fractions do."""
    numbers = random.Random(20)
    rows = [
        (numbers.randint(0, 999), numbers.randint(0, 999), numbers.randint(1, 999), numbers.randint(1, 9999))
        for _ in range(many)
    ]
    votes = pl.DataFrame(rows, schema=["good", "fair", "bad", "cents"], orient="row")  # noqa: F841 - read by name
    found = connection.sql("""
        select to_marks(times(
            quotient((micro(1) * good + micro(0.6) * fair)::hugeint, (micro(1) * (good + fair + bad))::hugeint),
            cents::decimal(18, 6) * 0.01::decimal(2, 2)
        ))::varchar as marks
        from votes
    """).pl()["marks"]
    return [
        row
        for row, marks in zip(rows, found, strict=True)
        if int(marks.replace(".", ""))
        != half_away(Fraction(10 * row[0] + 6 * row[1], 10 * sum(row[:3])) * Fraction(row[3], 100))
    ]


@pytest.mark.parametrize(
    ("value", "marks"),
    [
        ("1/3 + 2/3", "1.0000000000"),
        ("0.00000000005", "0.0000000001"),
        ("-0.00000000005", "-0.0000000001"),
        ("0.00000000004999", "0.0000000000"),
        ("2/3", "0.6666666667"),
        ("-2/3", "-0.6666666667"),
    ],
)
def test_repeating_parts_and_halves(connection, value, marks):
    """Thirds that add up to a whole are a whole; an exact half goes away from zero."""
    terms = [Fraction(term) for term in value.replace(" ", "").split("+")]
    parts = [(one.numerator, one.denominator) for one in terms]
    rows = pl.DataFrame(parts, schema=["n", "d"], orient="row")  # noqa: F841 - read by name
    found = connection.sql("select to_marks(sum(quotient(n::hugeint, d::hugeint))::hugeint)::varchar from rows")
    assert found.fetchall() == [(marks,)]


@pytest.mark.parametrize(("places", "rounded"), [(0, "3"), (1, "2.7"), (2, "2.68"), (3, "2.675")])
def test_places_can_be_chosen(connection, places, rounded):
    found = connection.execute("select to_marks(to_places(atoms(2.675), $places))", {"places": places}).fetchone()[0]
    assert format(found.normalize(), "f") == rounded


def test_an_overflow_is_an_error_and_never_a_number(connection):
    with pytest.raises(duckdb.OutOfRangeException):
        connection.execute("select times(atoms(99999999) * 1000000, 999999)").fetchall()
