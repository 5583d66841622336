-- Tables that fill turn by turn, as components, standings and lists come up: rows are added, none is ever changed. What
-- a row is stands at the head of the file that fills it. exact, own, mean, before, after: marks in atoms (macros.sql).
-- draw: 0 counted, 1 … n resampled.
-- excluded_facts: rows of counts, marks, events and measures that do not count, and why; votes: of ready counts.
create or replace table excluded_facts (
    fact_table varchar, component varchar, unit varchar, reason varchar, votes bigint, source varchar, sheet varchar, row bigint
);
create or replace table rating_rates (
    draw integer, component varchar, unit varchar, cycle varchar, votes bigint, rate hugeint, group_missing boolean
);
create or replace table rating_marks (
    draw integer, component varchar, unit varchar, cycle varchar, votes bigint, votes_counted bigint,
    full_marks decimal(18, 6), own hugeint, mean hugeint, own_share decimal(18, 6), rule varchar,
    group_missing boolean, flag varchar, exact hugeint
);
create or replace table event_points (
    component varchar, unit varchar, event varchar, item varchar, cycle varchar, points decimal(18, 6), times integer,
    factor hugeint, veto varchar, exact hugeint, due date, not_counted varchar
);
create or replace table event_marks (
    component varchar, unit varchar, cycle varchar, summed hugeint, exact hugeint, flag varchar, held varchar
);
create or replace table in_play (
    component varchar, unit varchar, full_marks decimal(18, 6), weight decimal(18, 6), imported boolean,
    category varchar
);
create or replace table vetoed (leaf varchar, component varchar, unit varchar, turn integer);
create or replace table suppressed (leaf varchar, component varchar, unit varchar);
create or replace table mark_rows (
    component varchar, unit varchar, class varchar, marker varchar, cycle varchar, mark decimal(18, 6),
    imported boolean, reason varchar, source varchar, sheet varchar, row bigint
);
create or replace table given_marks (
    component varchar, unit varchar, cycle varchar, exact hugeint, flag varchar, counted bigint
);
create or replace table measured (component varchar, unit varchar, cycle varchar, exact hugeint, counted bigint);
create or replace table group_means (
    draw integer, component varchar, child varchar, cycle varchar, category varchar, exact hugeint
);
create or replace table node_marks (
    draw integer, component varchar, unit varchar, cycle varchar, exact hugeint, flag varchar
);
create or replace table raw_marks (
    draw integer, component varchar, unit varchar, cycle varchar, exact hugeint, flag varchar, held varchar
);
create or replace table conversions (
    draw integer, component varchar, unit varchar, cycle varchar, phase varchar, step integer, kind varchar,
    held varchar, before hugeint, after hugeint
);
create or replace table cycle_marks (
    draw integer, component varchar, unit varchar, cycle varchar, exact hugeint, flag varchar, held varchar
);
create or replace table once_marks (
    draw integer, component varchar, unit varchar, missing varchar, nothing_missing boolean, exact hugeint
);
create or replace table cycles_together (draw integer, component varchar, unit varchar, part varchar, exact hugeint);
create or replace table combined (
    draw integer, component varchar, unit varchar, cycle varchar, exact hugeint, flag varchar, held varchar
);
create or replace table outside_marks (draw integer, component varchar, unit varchar, exact hugeint);
create or replace table part_marks (
    draw integer, component varchar, unit varchar, cycle varchar, exact hugeint, flag varchar
);
create or replace table unmeasured (component varchar, unit varchar, marks decimal(18, 6));
create or replace table component_marks (
    unit varchar, component varchar, marks decimal(18, 10), draw integer, full_marks decimal(18, 6), flag varchar,
    exact hugeint
);
create or replace table band_entries (
    draw integer, band_set varchar, unit varchar, band varchar, marks decimal(18, 10)
);
create or replace table tie_values (draw integer, standing varchar, unit varchar, position integer, value hugeint);
create or replace table totals (
    unit varchar, standing varchar, total decimal(18, 10), place bigint, draw integer, grp varchar, overall bigint,
    decided_by varchar, exact hugeint, without_lot bigint
);
create or replace table unranked (unit varchar, standing varchar, reason varchar);
create or replace table list_open (draw integer, list varchar, unit varchar);
create or replace table list_unmet (list varchar, draw integer, unit varchar);
create or replace table list_rivals (draw integer, list varchar, unit varchar);
create or replace table apportioned (draw integer, list varchar, grp varchar, seats bigint);
create or replace table list_seats (draw integer, list varchar, grp varchar, named boolean, seats bigint);
create or replace table list_pools (
    draw integer, list varchar, unit varchar, grp varchar, total decimal(18, 10), overall bigint, nth bigint,
    seats bigint, direct boolean, decided_by varchar, named boolean, exact hugeint
);
create or replace table list_drawn (
    draw integer, list varchar, unit varchar, grp varchar, place bigint, total decimal(18, 10), overall bigint,
    direct boolean, decided_by varchar
);
create or replace table list_spared (list varchar, draw integer, unit varchar);
create or replace table list_computed (
    draw integer, list varchar, unit varchar, grp varchar, place bigint, total decimal(18, 10), direct boolean,
    decided_by varchar
);
create or replace table list_entries (
    list varchar, place bigint, unit varchar, draw integer, grp varchar, total decimal(18, 10), direct boolean,
    decided_by varchar
);
create or replace table margins (
    list varchar, unit varchar, grp varchar, nth bigint, seats bigint, direct boolean, listed boolean,
    total decimal(18, 10), margin decimal(18, 10)
);
create or replace table rating_votes (draw integer, standing varchar, unit varchar, level varchar, votes bigint);
create or replace table standing_respondents (draw integer, standing varchar, unit varchar, respondents bigint);
create or replace table redrawn (standing varchar, unit varchar);
create or replace table place_ranges (
    unit varchar, standing varchar, place bigint, low bigint, high bigint, draws bigint
);
create or replace table list_chances (list varchar, unit varchar, listed boolean, share decimal(13, 4));
create or replace table list_states (
    list varchar, state varchar, decided_on date, decided_by varchar, document varchar
);
create or replace table list_proposals (
    list varchar, place bigint, unit varchar, total decimal(18, 10), grp varchar, direct boolean
);
create or replace table notices (
    severity varchar, kind varchar, "where" varchar, unit varchar, found varchar, clause varchar, wanted varchar
);

-- What is evaluated at the moment: components, standings (with each component that they rank by, and all below it) and
-- lists of one turn (the variable `turn`), or all of them where none is set. So each statement can be run by itself, over a finished review: it gives its whole table again.
create or replace view turn_components as
select * from plan_components
where coalesce(turn = getvariable('turn'), true);
create or replace view turn_standings as
select * from plan_standings
where coalesce(turn = getvariable('turn'), true);
create or replace view turn_lists as
select * from plan_lists
where coalesce(turn = getvariable('turn'), true);
create or replace view turn_standing_parts as
select
    standings.standing,
    standings.min_votes,
    below.component,
from turn_standings as standings
inner join plan_ancestors as below on standings.component = below.ancestor;
create or replace view turn_units as
select * from in_play
semi join turn_components using (component);

-- cycles_to_combine: one row for each cycle of a component of the turn, draw, unit and part that the cycle belongs to: its
-- marks (exact), and what is used for them where there are none (atoms).
create or replace view cycles_to_combine as
select
    marks.draw,
    marks.component,
    marks.unit,
    parts.part,
    parts.position,
    parts.full_marks as cycle_weight,
    components.over_cycles,
    components.needs_all_cycles,
    components.cycle_missing,
    marks.exact,
    marks.flag,
    marks.held,
    marks.flag is distinct from 'not_due' as due,
    case
        when marks.exact is not null then marks.exact
        when components.cycle_missing = 'zero' and marks.flag is distinct from 'not_due' then 0
    end as used,
from cycle_marks as marks
inner join turn_components as components on marks.component = components.component
inner join plan_cycle_parts as parts on marks.component = parts.component and marks.cycle = parts.cycle;

-- conversion_inputs: one row for each conversion of the turn (of its phase and step, if they are set), draw, unit and
-- cycle: what it begins with (before, atoms), and its numbers. conversion: the columns of its row of `conversions` but for
-- `after`, which is all that a kind of conversion has to say.
create or replace view conversion_inputs as
with begun as (
    select draw, component, unit, cycle, 'cycle' as phase, 1 as step, held, exact as before
    from raw_marks
    union all
    select draw, component, unit, cycle, 'year' as phase, 1 as step, held, exact as before
    from combined
    union all
    select draw, component, unit, cycle, phase, step + 1 as step, held, held_down(after, held) as before
    from conversions
)

select
    begun.draw,
    begun.unit,
    begun.cycle,
    begun.held,
    begun.before,
    struct_pack(
        draw := begun.draw,
        component := converts.component,
        unit := begun.unit,
        cycle := begun.cycle,
        phase := converts.phase,
        step := converts.step,
        kind := converts.kind,
        held := begun.held,
        before := begun.before
    ) as conversion,
    converts.*
from begun
inner join plan_converts as converts using (component, phase, step)
semi join turn_components using (component)
where
    coalesce(phase = getvariable('phase'), true)
    and coalesce(step = getvariable('step'), true);

-- converted: one row for each phase, draw, component, unit and cycle that has conversions: what the last of them left.
create or replace view converted as
select
    conversions.phase,
    conversions.draw,
    conversions.component,
    conversions.unit,
    conversions.cycle,
    any_value(held_down(conversions.after, conversions.held)) filter (where converts.last) as exact,
    bool_or(conversions.kind = 'steps' and conversions.before is not null and conversions.after is null) as below_steps,
from conversions
inner join plan_converts as converts using (component, phase, step)
group by conversions.phase, conversions.draw, conversions.component, conversions.unit, conversions.cycle;

-- year_marks: combined with what the year's conversions left of it: of components of the turn.
create or replace view year_marks as
select
    combined.draw,
    combined.component,
    combined.unit,
    combined.cycle,
    if(converted.component is null, combined.exact, converted.exact) as exact,
    if(converted.below_steps, joined_flags([combined.flag, 'below_steps']), combined.flag) as flag,
from combined
semi join turn_components using (component)
left join converted
    on
        converted.phase = 'year'
        and combined.draw = converted.draw
        and combined.component = converted.component
        and combined.unit = converted.unit
        and combined.cycle = converted.cycle;
