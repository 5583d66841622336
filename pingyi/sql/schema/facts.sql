-- Facts as taken in. Every row keeps the file and row it came from. What stands in the keys of the one big count are
-- enums, so that it compares small integers; the empty text keeps an enum without values legal.
create type unit_id as enum (select unit from units union select '' order by 1);
create type leaf_id as enum (select component from plan_components union select '' order by 1);
create type level_id as enum (select distinct level from plan_levels union select '' order by 1);
create type group_id as enum (select word from plan_words where kind = 'group' union select '' order by 1);
create type channel_id as enum (select word from plan_words where kind = 'channel' union select '' order by 1);
create type item_id as enum (select word from plan_words where kind = 'item' union select '' order by 1);
create table ratings (
    component leaf_id, form varchar, unit unit_id, level level_id, rated_on timestamp, respondent uhugeint,
    grp group_id, channel channel_id, item item_id, own boolean, source varchar, row bigint
);
create table counts (
    component varchar, unit varchar, level varchar, votes bigint, cycle varchar, grp varchar, channel varchar,
    item varchar, source varchar, row bigint
);
create table marks (
    component varchar, unit varchar, marker varchar, mark decimal(18, 6), cycle varchar, band varchar,
    source varchar, row bigint
);
create table events (
    event varchar, unit varchar, item varchar, happened_on date, times integer, points decimal(18, 6),
    factors varchar[], deed varchar, status varchar, document varchar, source varchar, row bigint
);
create table measures (
    component varchar, unit varchar, cycle varchar, numerator decimal(18, 6), denominator decimal(18, 6),
    source varchar, row bigint
);
create table history (year integer, unit varchar, list varchar, source varchar, row bigint);
create table grades (organ varchar, grade varchar, source varchar, row bigint);
create table lots (standing varchar, seed varchar, drawn_on date, document varchar, source varchar, row bigint);
