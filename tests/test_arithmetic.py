"""The macros of exact arithmetic against Python's fractions."""

import random
from fractions import Fraction

import duckdb
import polars as pl
import pytest

from pingyi.scoring import script

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


ATOM, KEY = 10**24, 10**18


def cut(value: Fraction) -> int:
    """The value in atoms, cut toward zero."""
    return int(abs(value) * ATOM) * (1 if value >= 0 else -1)


def found(connection, columns, rows, select):
    """What a SELECT over integer rows finds, each as an integer."""
    frame = pl.DataFrame([tuple(map(str, row)) for row in rows], schema=columns, orient="row")  # noqa: F841 - read by name
    casts = ", ".join(f"{name}::hugeint as {name}" for name in columns)
    return [int(row[0]) for row in connection.sql(f"select {select} from (select {casts} from frame)").fetchall()]


def whole(numbers: random.Random, most: int) -> int:
    """A whole number of any size up to `most`, small ones and round ones among them."""
    value = numbers.randint(1, 10 ** numbers.randint(0, len(str(most)) - 1))
    return value if numbers.random() < 0.7 else 10 ** (len(str(value)) - 1)


def test_quotients_are_cut_once_whatever_their_size(connection):
    """5 000 000 to 1 000 000 (millionths of millionths), 3 in 7 votes, and the largest that there may be."""
    numbers = random.Random(1)
    rows = [(5 * 10**12, 10**12), (3, 7), (10**26 - 1, 10**26), (10**33, 10**26 - 1)]
    for _ in range(5_000):
        below = whole(numbers, 10**26)
        rows.append((numbers.choice((1, -1)) * min(whole(numbers, 10**31), below * 10**7), below))
    wanted = [cut(Fraction(n, d)) for n, d in rows]
    assert found(connection, ["n", "d"], rows, "quotient(n, d)") == wanted


def test_a_product_and_a_quotient_are_one_step(connection):
    numbers = random.Random(2)
    rows = [
        (numbers.choice((1, -1)) * whole(numbers, 10**31), whole(numbers, 10**12), whole(numbers, 10**12))
        for _ in range(5_000)
    ]
    rows = [row for row in rows if abs(row[0]) * row[1] // row[2] < 10**37]
    wanted = [cut(Fraction(x * a, b * ATOM)) for x, a, b in rows]
    assert len(rows) > 4_000
    assert found(connection, ["x", "a", "b"], rows, "part_of(x, a, b)") == wanted


def test_shares_of_a_best_are_cut_once(connection):
    numbers = random.Random(3)
    rows = []
    for _ in range(5_000):
        best = whole(numbers, 10**31)
        rows.append((numbers.choice((1, 1, -1)) * min(whole(numbers, 10**31), best), whole(numbers, 10**12), best))
    wanted = [cut(Fraction(x * a, best * 10**6)) for x, a, best in rows]
    select = "share_of(x, (a::decimal(38, 0) * 0.000001::decimal(6, 6))::decimal(18, 6), best)"
    assert found(connection, ["x", "a", "best"], rows, select) == wanted


def near(numbers: random.Random, step: int) -> int:
    """Atoms at or beside a half of a step, of either sign."""
    value = numbers.randint(0, 10**7) * step + numbers.choice((0, 1, step // 2 - 1, step // 2, step // 2 + 1, step - 1))
    return numbers.choice((1, -1)) * value


def test_comparisons_look_at_eighteen_decimals_rounded_half_away_from_zero(connection):
    numbers = random.Random(4)
    rows = [(near(numbers, 10**6),) for _ in range(5_000)]
    assert found(connection, ["x"], rows, "compared(x)") == [half_away(Fraction(x, ATOM), 18) for (x,) in rows]


@pytest.mark.parametrize("places", [0, 2, 6, 10])
def test_places_are_those_of_what_is_compared(connection, places):
    """Half away from zero, and down toward zero."""
    numbers = random.Random(places)
    rows = [(near(numbers, 10 ** (24 - places)),) for _ in range(5_000)]
    keys = [Fraction(half_away(Fraction(x, ATOM), 18), KEY) for (x,) in rows]
    unit = 10 ** (24 - places)
    rounded = found(connection, ["x"], rows, f"to_places(x, {places})")
    assert rounded == [half_away(key, places) * unit for key in keys]
    down = found(connection, ["x"], rows, f"down_to_places(x, {places})")
    assert down == [int(key * 10**places) * unit for key in keys]


def test_what_is_equal_as_fractions_is_equal_when_compared(connection):
    """n ÷ d × d is n again, in either order."""
    numbers = random.Random(5)
    rows = [(numbers.randint(1, 999), numbers.randint(1, 999)) for _ in range(5_000)]
    there_and_back = "compared(part_of(atoms(n), 1, d) * d) - compared(atoms(n))"
    assert set(found(connection, ["n", "d"], rows, there_and_back)) == {0}


def test_numbers_of_forms_stand_in_the_order_of_their_numbers(connection):
    """9 before 10, whatever zeros stand before; equal numbers by how they are written."""
    written = ["010", "9", "10", "9a", "009", "e10", "e9", "100"]
    rows = pl.DataFrame({"number": written})  # noqa: F841 - read by name
    ordered = connection.sql("select number from rows order by number_order(number)").fetchall()
    assert [one for (one,) in ordered] == sorted(written, key=lambda one: (len(one.lstrip("0")), one.lstrip("0"), one))


@pytest.mark.parametrize(
    ("flags", "joined"),
    [("['few', 'group_missing']", "few+group_missing"), ("['b+a', null, 'a']", "a+b"), ("[null]", None), ("[]", None)],
)
def test_flags_are_joined_in_their_order_and_each_once(connection, flags, joined):
    assert connection.sql(f"select joined_flags({flags}::varchar[])").fetchall() == [(joined,)]
