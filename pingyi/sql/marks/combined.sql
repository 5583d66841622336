-- combined: one row for each draw, component of this turn and unit: marks of the cycles put together (atoms).
-- A sum needs every cycle; mean, best and last take the cycles that have marks.
-- flag: of the count alone; draws need none.
with placed as (
    select
        working.* exclude (flag),
        coalesce(cycles.position, 0) as position,
        coalesce(cycles.full_marks, 1) as cycle_weight,
        components.over_cycles,
    from working
    inner join plan_components as components on working.component = components.component
    left join plan_cycles as cycles on working.component = cycles.component and working.cycle = cycles.cycle
),

flags as (
    select
        draw,
        component,
        unit,
        string_agg(distinct flag, '+' order by flag) as flag,
    from working
    where draw = 0 and flag is not null
    group by draw, component, unit
)

select
    draw,
    component,
    unit,
    '' as cycle,
    case
        when over_cycles in ('sum', 'weights') and count(exact) < count(*) then null
        when over_cycles = 'sum' then sum(exact)::hugeint
        when over_cycles = 'weights' then sum(exact * micro(cycle_weight))::hugeint // 1000000
        when over_cycles = 'mean' then over(sum(exact)::hugeint, nullif(count(exact), 0))
        when over_cycles = 'best' then max(exact)
        when over_cycles = 'last' then arg_max(exact, position)
    end as exact,
    any_value(flags.flag) as flag,
from placed
left join flags using (draw, component, unit)
group by draw, component, unit, over_cycles
