-- Facts as taken in. Every row keeps the file and row it came from. What stands in the keys of the one big count are
-- enums, so that it compares small integers; the empty text keeps an enum without values legal.
create type unit_id as enum (select unit from units union select '' order by 1);
create type leaf_id as enum (select component from plan_components union select '' order by 1);
create type level_id as enum (select distinct level from plan_levels union select '' order by 1);
create type group_id as enum (select word from plan_words where kind = 'group' union select '' order by 1);
create type channel_id as enum (select word from plan_words where kind = 'channel' union select '' order by 1);
create type cycle_id as enum (select distinct cycle from plan_cycles union select '' order by 1);
create type item_id as enum (select word from plan_words where kind = 'item' union select '' order by 1);
-- ratings: those that are counted at once; of a store, which holds more of them than that, a share after the other
-- (pingyi/facts/store). rating: number of the row. times: how many alike it stands for, from `row` to `last_row`.
-- rating_parts: the files of the store.
create table ratings (
    rating bigint, component leaf_id, form varchar, unit unit_id, level level_id, rated_on timestamp, respondent uhugeint,
    grp group_id, channel channel_id, item item_id, own boolean, times bigint, source varchar, sheet varchar,
    row bigint, last_row bigint
);
create table rating_parts (path varchar, sha256 varchar, rows bigint, first date, last date, until date);
create table ratings_left_out (source varchar, sheet varchar, row bigint);
create table counts (
    component varchar, unit varchar, level varchar, votes bigint, cycle varchar, grp varchar, channel varchar,
    item varchar, counted_on date, source varchar, sheet varchar, row bigint
);
create table marks (
    component varchar, unit varchar, marker varchar, grp varchar, mark decimal(18, 6), cycle varchar, band varchar,
    given_on date, source varchar, sheet varchar, row bigint
);
create table events (
    event varchar, unit varchar, item varchar, happened_on date, times integer, points decimal(18, 6),
    factors varchar[], deed varchar, status varchar, signed_on date, opened_on date, closed_on date, extended boolean,
    document varchar, source varchar, sheet varchar, row bigint
);
create table measures (
    component varchar, unit varchar, cycle varchar, numerator decimal(18, 6), denominator decimal(18, 6),
    measured_on date, source varchar, sheet varchar, row bigint
);
create table history (
    year integer, unit varchar, list varchar, name varchar, listed_as varchar, source varchar, row bigint
);
-- outside_life: rows of ratings, counts, marks, events and measures from before their unit was founded or after it was
-- abolished; they are in none of those tables (pingyi/facts/lineage.py). form … votes: of ratings and ready counts.
create table outside_life (
    fact_table varchar, component varchar, unit varchar, form varchar, level varchar, rated_on timestamp, cycle varchar,
    grp varchar, channel varchar, item varchar, votes bigint, source varchar, sheet varchar, row bigint
);
create table grades (organ varchar, grade varchar, source varchar, row bigint);
create table lots (standing varchar, seed varchar, drawn_on date, document varchar, source varchar, row bigint);
create table contacts (
    contact varchar, component varchar, unit varchar, channel varchar, contacted_on date, disposition varchar,
    times integer, source varchar, row bigint
);
create table problems (
    problem varchar, unit varchar, found_on date, due date, state varchar, supervised integer, rectified_on date,
    fed_back_on date, text varchar, responsible varchar, document varchar, source varchar, row bigint
);
create table progress (problem varchar, reported_on date, text varchar, document varchar, source varchar, row bigint);
create table opinions (
    opinion varchar, unit varchar, received_on date, channel varchar, text varchar, problem varchar, source varchar,
    row bigint
);
create table rechecks (
    year integer, list varchar, unit varchar, rechecked_on date, passed boolean, document varchar, source varchar,
    row bigint
);
create table finished (task varchar, done_on date, document varchar, source varchar, row bigint);
-- decisions: a list as it was decided: one row for each unit that was proposed or decided.
create table decisions (
    list varchar, unit varchar, proposed boolean, decided boolean, decided_on date, decided_by varchar, why varchar,
    document varchar, source varchar, row bigint
);
-- served_days: days on which somebody of the frame was served, where the plan asks for data of each day.
create table served_days (unit varchar, day date);
-- workdays: working days of the official calendar, numbered; filled where a deadline counts in them.
create table workdays (day date, nth integer);
-- as_of: the day on which the campaign is looked at: what lies after it has not happened.
create table as_of (day date);
