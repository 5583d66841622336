-- A 128-bit number of two halves, since no engine but DuckDB has a type for it.
create or replace temp macro whole(high, low) as (high::uhugeint << 64) | low::uhugeint;
-- whether a moment lies outside of a unit's life; both days belong to it
create or replace temp macro is_outside(moment, founded_on, abolished_on) as
    coalesce(moment::date < founded_on or moment::date > abolished_on, false);
-- a number for a person's ratings of a unit in a turn: equal for equal ones, and hardly ever for others
create or replace temp macro turn_of(component, unit, turn, high, low) as hash(component, unit, turn, high, low);
-- whether a person is one of those of whom ratings are counted together, where a unit has very many
create or replace temp macro is_of_part(high) as (
    getvariable('person_parts') is null or coalesce(high, 0) % getvariable('person_parts') = getvariable('person_part')
);
