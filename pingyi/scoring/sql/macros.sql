-- Exact arithmetic. From the facts to the last comparison, marks are whole numbers of atoms: 1 分 = 10^24 atoms, in
-- 128-bit integers whose overflow is an error. Quotients are cut at the 24th decimal, toward zero; `compared` mends that
-- cut, so that what is equal as fractions is equal here (tests/test_arithmetic.py). Whole numbers divide toward zero.

-- atoms: a decimal of at most ten places, in atoms.
create macro atoms(x) as (x::decimal(38, 10) * 10000000000::decimal(11, 0))::hugeint * 100000000000000::hugeint;

-- quotient: n / d in atoms, by long division in two runs of twelve digits: good for |d| up to 10^26 (10^12 votes of a
-- value of 10^8 in millionths). Division of 128-bit integers is what counting takes most of its time for.
create macro next_twelve(r, d) as (r * 1000000000000::hugeint) // d;
create macro after_twelve(r, d) as (r * 1000000000000::hugeint) % d;
create macro quotient(n, d) as (
    (n::hugeint // d::hugeint) * 1000000000000000000000000::hugeint
    + next_twelve(n::hugeint % d::hugeint, d::hugeint) * 1000000000000::hugeint
    + next_twelve(after_twelve(n::hugeint % d::hugeint, d::hugeint), d::hugeint)
);

-- six: the next six digits of a long division, and what is left after them.
create macro next_six(r, d) as (r * 1000000::hugeint) // d;
create macro after_six(r, d) as (r * 1000000::hugeint) % d;

-- micro: a number of the plan (six places) as a whole number of millionths.
create macro micro(x) as (x::decimal(38, 6) * 1000000::decimal(7, 0))::hugeint;

-- part_of: x · a ÷ b in one exact step, cut once, for whole numbers a and b (a · b up to 10^38).
create macro part_of(x, a, b) as (x // b::hugeint) * a::hugeint + (x % b::hugeint) * a::hugeint // b::hugeint;

-- share_of: x · a ÷ best in atoms, cut once, where x and best are values in atoms (up to 10^7 分) and a a number of the
-- plan, whose whole part and millionths go in one after the other.
create macro share_left(x, a, best) as (
    (x * (micro(a) // 1000000::hugeint) % best) * 1000000::hugeint + x * (micro(a) % 1000000::hugeint)
);
create macro share_of(x, a, best) as (
    (x * (micro(a) // 1000000::hugeint) // best * 1000000::hugeint + share_left(x, a, best) // best)
    * 1000000000000000000::hugeint
    + next_six(share_left(x, a, best) % best, best) * 1000000000000::hugeint
    + next_six(after_six(share_left(x, a, best) % best, best), best) * 1000000::hugeint
    + next_six(after_six(after_six(share_left(x, a, best) % best, best), best), best)
);

-- times: atoms multiplied by a number of the plan.
create macro times(x, factor) as part_of(x, micro(factor), 1000000);

-- over: atoms divided by a whole number.
create macro over(x, n) as x // n::hugeint;

-- power_of_ten: 10^n as a 128-bit integer, 0 ≤ n ≤ 38.
create macro power_of_ten(n) as rpad('1', (n + 1)::integer, '0')::hugeint;

-- compared: atoms rounded once, half away from zero (四舍五入), to 18 decimals, as a whole number of 10^-18 分: what every
-- comparison sees.
create macro compared(x) as (x::hugeint + if(x < 0, -500000, 500000)::hugeint) // 1000000::hugeint;

-- compared_number: the same for a number of the plan, of at most ten places.
create macro compared_number(x) as (x::decimal(38, 10) * 10000000000::decimal(11, 0))::hugeint * 100000000::hugeint;

-- rounded: what is compared, in atoms.
create macro rounded(x) as compared(x) * 1000000::hugeint;

-- to_places: what is compared, rounded half away from zero to so many places, in atoms.
create macro to_places(x, places) as round(rounded(x), (places - 24)::integer);

-- down_to_places: what is compared, cut toward zero to so many places, in atoms.
create macro down_to_places(x, places) as rounded(x) // power_of_ten(24 - places) * power_of_ten(24 - places);

-- to_marks: atoms as marks of ten places, as people see them.
create macro to_marks(x) as (
    ((compared(x) + if(x < 0, -50000000, 50000000)::hugeint) // 100000000::hugeint)::decimal(28, 0)
    * 0.0000000001::decimal(10, 10)
)::decimal(18, 10);

-- six_places: atoms as a decimal of six places, rounded half away from zero.
create macro six_places(x) as (
    ((compared(x) + if(x < 0, -500000000000, 500000000000)::hugeint) // 1000000000000::hugeint)::decimal(32, 0)
    * 0.000001::decimal(6, 6)
)::decimal(18, 6);

-- part: one count as a part of another (0 to 1), rounded half up to six places; null where there is nothing.
create macro part(n, whole) as (
    ((n * 2000000::hugeint + whole) // nullif(2 * whole, 0))::decimal(19, 0) * 0.000001::decimal(6, 6)
)::decimal(18, 6);

-- number_order: what numbers of forms and events are ordered by: 9 before 10, whatever zeros stand before them.
create macro number_order(x) as struct_pack(
    digits := length(ltrim(x, '0')),
    stem := ltrim(x, '0'),
    written := x
);

-- within_bounds: whether there is a value and it lies within bounds, of which those that are null do not bind.
create macro within_bounds(x, at_least, below, above, at_most) as (
    coalesce(x >= at_least, x is not null)
    and coalesce(x < below, true)
    and coalesce(x > above, true)
    and coalesce(x <= at_most, true)
);

-- joined_flags: what several flags say, each once, in alphabetical order, joined by '+'; null where none says anything.
-- list_aggregate and not array_to_string or nullif: these two write their argument twice, and nested they double it anew.
create macro joined_flags(flags) as list_aggregate(
    list_sort(list_distinct(string_split(list_aggregate(flags, 'string_agg', '+'), '+'))), 'string_agg', '+'
);

-- held_down: what a conversion gave, kept at zero or below where a veto holds it there.
create macro held_down(x, held) as if(held is null or x is null, x, least(x, 0));
