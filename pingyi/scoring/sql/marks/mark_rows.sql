-- mark_rows: one row for each row of marks for a component: whose mark it is, and why it does not count.
-- class: the class of raters that it names, that its rater is, or the only one. reason: null where the mark counts.
with single_classes as (
    select
        component,
        any_value(marker) as class,
    from plan_markers
    group by component
    having count(*) = 1
),

classed as (
    select
        marks.*,
        coalesce(named.marker, raters.marker, single_classes.class, '') as class,
    from marks
    semi join turn_components on marks.component = turn_components.component
    left join plan_markers as named on marks.component = named.component and marks.grp = named.marker
    left join plan_markers as raters on marks.component = raters.component and marks.marker = raters.marker
    left join single_classes on marks.component = single_classes.component
)

select
    classed.component,
    classed.unit,
    classed.class,
    classed.marker,
    cycles.cycle,
    classed.mark,
    scope.imported,
    case
        when scope.unit is null then 'not_reviewed'
        when asked.unit is null and not scope.imported then 'not_reviewed'
        when in_play.unit is null then 'not_listed'
        when classed.given_on is not null and days.day is null then 'outside_window'
        when scope.imported then null
        when cycles.cycle is null then 'outside_window'
        when void.mark is not null then 'means_nothing'
    end as reason,
    classed.source,
    classed.sheet,
    classed.row,
from classed
left join scope on classed.component = scope.component and classed.unit = scope.unit
left join in_play on classed.component = in_play.component and classed.unit = in_play.unit
left join asked
    on classed.component = asked.component and classed.unit = asked.unit and classed.class = asked.class
left join days on classed.component = days.component and classed.given_on = days.day
left join single_cycles on classed.component = single_cycles.component
left join plan_cycles as cycles
    on
        classed.component = cycles.component
        and coalesce(classed.cycle, days.cycle, single_cycles.cycle) = cycles.cycle
        and (classed.given_on is null or classed.given_on between cycles.starts and cycles.ends)
left join (select distinct component, mark from plan_void_marks) as void
    on classed.component = void.component and classed.mark = void.mark
