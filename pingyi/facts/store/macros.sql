-- A 128-bit number of two halves, since no engine but DuckDB has a type for it.
create or replace temp macro whole(high, low) as (high::uhugeint << 64) | low::uhugeint;
-- of two halves written with a stroke between them; other texts stay as they are
create or replace temp macro whole_text(said) as if(
    regexp_full_match(said, '\d+/\d+'),
    whole(try_cast(split_part(said, '/', 1) as ubigint), try_cast(split_part(said, '/', 2) as ubigint))::varchar,
    said
);
-- whether a moment lies outside of a unit's life; both days belong to it
create or replace temp macro is_outside(moment, founded_on, abolished_on) as
    coalesce(moment::date < founded_on or moment::date > abolished_on, false);
