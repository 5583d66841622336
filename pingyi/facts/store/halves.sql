-- A 128-bit number in two signed halves, and again from them: no engine but DuckDB has a type for it.
create or replace temp macro half(bits) as (bits::hugeint - 9223372036854775808)::bigint;
create or replace temp macro whole(high, low) as (
    ((high::hugeint + 9223372036854775808)::uhugeint << 64) | (low::hugeint + 9223372036854775808)::uhugeint
);
-- of two halves written with a stroke between them; other texts stay as they are
create or replace temp macro whole_text(said) as if(
    regexp_full_match(said, '-?\d+/-?\d+'),
    whole(try_cast(split_part(said, '/', 1) as bigint), try_cast(split_part(said, '/', 2) as bigint))::varchar,
    said
);
