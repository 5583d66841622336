-- The roster as taken in. traits: every roster column of every unit, one value a row; an empty cell is the empty text.
create table units (
    unit varchar, name varchar, category varchar, organ varchar, township varchar, management varchar, system varchar,
    source varchar, row bigint
);
create table traits (unit varchar, trait varchar, value varchar);
