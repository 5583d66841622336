-- The tables of the count as its statements make them, without rows: of a plan that rates nobody.
create or replace table forms (
    component leaf_id, form varchar, cycle varchar, grp group_id, channel channel_id, respondent uhugeint,
    cast_on timestamp, void_because varchar
);
create or replace table overpicked (component leaf_id, form varchar, level level_id);
create or replace table replaced (rating bigint);
create or replace table kept (
    component leaf_id, cycle varchar, unit unit_id, level level_id, grp group_id, channel channel_id, item item_id,
    rater varchar, voter varchar, votes bigint
);
create or replace table excluded_ratings (component varchar, unit varchar, reason varchar, ratings bigint);
create or replace table received (
    component varchar, unit varchar, source varchar, ratings bigint, first bigint, last bigint
);
create or replace table monthly_votes (component varchar, unit varchar, month varchar, level varchar, ratings bigint);
create or replace table unmarked (
    component leaf_id, unit varchar, cycle varchar, grp group_id, channel channel_id, rater varchar, level varchar,
    votes bigint
);
create or replace table kept_counts (
    component varchar, unit varchar, cycle varchar, grp varchar, channel varchar, item varchar, level varchar,
    votes bigint
);
create or replace table tally (
    draw integer, component varchar, unit varchar, cycle varchar, grp varchar, channel varchar, item varchar,
    rater varchar, level varchar, votes bigint
);
create or replace table set_aside (component varchar, reason varchar, ratings bigint);
create or replace table response_rates (
    component varchar, unit varchar, channel varchar, half varchar, complete bigint, "partial" bigint, refusal bigint,
    noncontact bigint, other bigint, "unknown" bigint, ineligible bigint, rr1 decimal(18, 6), rr2 decimal(18, 6),
    rr3 decimal(18, 6), rr4 decimal(18, 6), rr5 decimal(18, 6), rr6 decimal(18, 6)
);
create or replace table monthly_rates (
    component varchar, unit varchar, month varchar, ratings bigint, rate decimal(18, 6)
);
create or replace table respondents (component varchar, unit varchar, cycle varchar, respondents bigint);
