-- given_marks: one row for each component scored from marks, unit in play and cycle; of a unit that brings
-- its marks with it one row (cycle: empty) with what it brings.
-- exact (atoms): the mean of each class of raters after trimming, weighted over the classes. counted: marks that count.
-- flag: a class that was asked handed in nothing where another did.
with placed as (
    select
        mark_rows.*,
        rules.trim_top,
        rules.trim_bottom,
        row_number() over (
            partition by mark_rows.component, mark_rows.unit, mark_rows.cycle, mark_rows.class
            order by mark_rows.mark, mark_rows.marker, mark_rows.source, mark_rows.row
        ) as nth,
        count(*) over (
            partition by mark_rows.component, mark_rows.unit, mark_rows.cycle, mark_rows.class
        ) as handed_in,
    from mark_rows
    inner join plan_marks as rules on mark_rows.component = rules.component
    semi join turn_components on mark_rows.component = turn_components.component
    where mark_rows.reason is null
),

by_class as (
    select
        component,
        unit,
        cycle,
        class,
        over(
            (sum(atoms(mark)) filter (
                where nth > floor(handed_in * trim_bottom) and nth <= handed_in - floor(handed_in * trim_top)
            ))::hugeint,
            count(*) filter (
                where nth > floor(handed_in * trim_bottom) and nth <= handed_in - floor(handed_in * trim_top)
            )
        ) as exact,
        count(*) as counted,
    from placed
    group by component, unit, cycle, class
),

expected as (
    select
        in_play.component,
        in_play.unit,
        cycles.cycle,
        rules.marker_missing,
        micro(asked.weight) as weight,
        by_class.exact,
        by_class.counted,
    from turn_units as in_play
    inner join plan_marks as rules on in_play.component = rules.component
    inner join plan_cycles as cycles on in_play.component = cycles.component
    left join asked on in_play.component = asked.component and in_play.unit = asked.unit
    left join by_class
        on
            in_play.component = by_class.component
            and in_play.unit = by_class.unit
            and cycles.cycle = by_class.cycle
            and asked.class = by_class.class
    where not in_play.imported
),

shared as (
    select
        *,
        sum(if(exact is null and marker_missing <> 'zero', 0, weight)) over (
            partition by component, unit, cycle
        )::hugeint as whole,
        sum(if(exact is null, 0, weight)) over (partition by component, unit, cycle)::hugeint as present,
    from expected
)

select
    component,
    unit,
    cycle,
    case
        when any_value(present) = 0 then null
        when any_value(marker_missing) = 'not_scored' and bool_or(exact is null and weight > 0) then null
        else sum(part_of(exact, weight, nullif(whole, 0)))::hugeint
    end as exact,
    if(count(exact) > 0 and bool_or(exact is null and weight > 0), 'marker_missing', null) as flag,
    coalesce(sum(counted), 0)::bigint as counted,
from shared
group by component, unit, cycle
union all
select
    component,
    unit,
    '' as cycle,
    over(sum(atoms(mark))::hugeint, count(*)) as exact,
    null as flag,
    count(*) as counted,
from mark_rows
semi join turn_components using (component)
where reason is null and imported
group by component, unit
