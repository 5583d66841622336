-- Results compared with others: filled beside the stages (pingyi/compared.py), empty until then.
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
