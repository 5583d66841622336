-- Exact arithmetic. Between leaf and rounding, marks are whole numbers of atoms: 1 分 = 10^24 atoms, in 128-bit integers
-- whose overflow is an error. Quotients are cut at the 24th decimal; `to_marks` first mends that cut at the 20th decimal,
-- then rounds to the tenth: the result is that of exact fractions rounded once (tests/test_arithmetic.py).

-- atoms: a decimal of at most ten places, in atoms.
create macro atoms(x) as (x::decimal(38, 10) * 10000000000::decimal(11, 0))::hugeint * 100000000000000::hugeint;

-- quotient: n / d in atoms, by long division in two runs of twelve digits.
create macro quotient(n, d) as sign(n)::hugeint * (
    (abs(n) // abs(d)) * 1000000000000000000000000::hugeint
    + ((abs(n) % abs(d)) * 1000000000000::hugeint // abs(d)) * 1000000000000::hugeint
    + ((abs(n) % abs(d)) * 1000000000000::hugeint % abs(d)) * 1000000000000::hugeint // abs(d)
) * sign(d)::hugeint;

-- micro: a number of the plan (six places) as a whole number of millionths.
create macro micro(x) as (x::decimal(38, 6) * 1000000::decimal(7, 0))::hugeint;

-- times: atoms multiplied by a number of the plan.
create macro times(x, factor) as x * micro(factor) // 1000000::hugeint;

-- over: atoms divided by a whole number.
create macro over(x, n) as x // n::hugeint;

-- power_of_ten: 10^n as a 128-bit integer, 0 ≤ n ≤ 38.
create macro power_of_ten(n) as rpad('1', (n + 1)::integer, '0')::hugeint;

-- to_places: atoms rounded half away from zero (四舍五入) to so many places (at most ten), still in atoms.
create macro to_places(x, places) as sign(x)::hugeint * (
    ((abs(x) + 5000::hugeint) // 10000::hugeint + 5::hugeint * power_of_ten(19 - places)) // power_of_ten(20 - places)
) * power_of_ten(24 - places);

-- to_marks: atoms as marks of ten places, rounded half away from zero.
create macro to_marks(x) as (
    (to_places(x, 10) // 100000000000000::hugeint)::decimal(28, 0) * 0.0000000001::decimal(10, 10)
)::decimal(18, 10);

-- six_places: atoms as a decimal of six places, rounded half away from zero.
create macro six_places(x) as (to_marks(to_places(x, 6)))::decimal(18, 6);

-- compared: atoms as every comparison sees them: rounded once, half away from zero, to 18 decimals; in 10^-18.
create macro compared(x) as (sign(x)::hugeint * ((abs(x) + 500000::hugeint) // 1000000::hugeint));

-- within_bounds: whether a value lies within bounds, of which those that are null do not bind; null where there is no value.
create macro within_bounds(x, at_least, below, above, at_most) as (
    coalesce(x >= at_least, x is not null)
    and coalesce(x < below, true)
    and coalesce(x > above, true)
    and coalesce(x <= at_most, true)
);
