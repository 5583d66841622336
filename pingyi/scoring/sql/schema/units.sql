-- The roster as taken in. traits: every roster column of every unit, one value a row; an empty cell is the empty text.
create table units (
    unit varchar, name varchar, category varchar, organ varchar, township varchar, management varchar, system varchar,
    predecessor varchar, merged_into varchar, founded_on date, abolished_on date, changed_on date,
    former_category varchar, former_organ varchar, source varchar, row bigint
);
create table traits (unit varchar, trait varchar, value varchar);
-- successions: codes of earlier years and the units of the roster that their entries count for, since which year
-- (pingyi/facts/lineage.py).
create table successions (code varchar, unit varchar, since integer);
