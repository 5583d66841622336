-- What stands beside the stages, empty until it is filled: results compared with others (pingyi/scenarios), the
-- ledger (pingyi/facts/ledger.py), what changed since the run before and what happened in the campaign (pingyi/runs).
create table reading_effects (
    position integer, reading varchar, clause varchar, question varchar, official varchar, answer varchar, tried boolean,
    why varchar, memberships bigint, units_touched bigint, places_moved bigint, unit varchar, name varchar,
    standing varchar, place bigint, new_place bigint, entered varchar, "left" varchar, sums bigint, told varchar
);
create table year_changes (
    unit varchar, standing varchar, name varchar, standing_name varchar, total_before decimal(18, 10),
    total_between decimal(18, 10), total_now decimal(18, 10), change decimal(18, 10), from_facts decimal(18, 10),
    from_rules decimal(18, 10), place_before bigint, place_between bigint, place_now bigint, places bigint,
    places_from_facts bigint, places_from_rules bigint
);
create table corrections (
    number integer, day date, fact_table varchar, record varchar, place varchar, changed varchar, state varchar,
    state_now varchar, open boolean, why varchar, document varchar, hash varchar
);
create table changes (
    position integer, kind varchar, what varchar, how varchar, grave boolean, "before" bigint, "after" bigint,
    same bigint, new bigint, gone bigint, changed bigint, told varchar
);
create table timeline (
    position integer, day date, "time" varchar, kind varchar, what varchar, place varchar, "rows" bigint
);
