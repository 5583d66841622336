-- given_marks: one row for each component of this turn scored from marks (or imported), unit in play and cycle.
-- exact (atoms): the mean of each marker kind after trimming, weighted over the kinds that handed in.
with given as (
    select
        in_play.component,
        in_play.unit,
        coalesce(marks.cycle, cycles.cycle) as cycle,
        coalesce(marks.marker, '') as marker,
        marks.mark,
        coalesce(rules.trim_top, 0) as trim_top,
        coalesce(rules.trim_bottom, 0) as trim_bottom,
    from in_play
    inner join marks on in_play.component = marks.component and in_play.unit = marks.unit
    left join plan_marks as rules on in_play.component = rules.component
    left join plan_cycles as cycles on in_play.component = cycles.component and cycles.position = 0
    where
        (rules.component is not null or in_play.imported)
        and not exists (
            select 1
            from plan_void_marks as void
            where void.component = marks.component and void.mark = marks.mark
        )
),

placed as (
    select
        *,
        row_number() over (partition by component, unit, cycle, marker order by mark desc) as from_top,
        row_number() over (partition by component, unit, cycle, marker order by mark) as from_bottom,
        count(*) over (partition by component, unit, cycle, marker) as handed_in,
    from given
),

by_marker as (
    select
        component,
        unit,
        cycle,
        marker,
        over(sum(atoms(mark))::hugeint, count(*)) as exact,
    from placed
    where from_top > floor(handed_in * trim_top) and from_bottom > floor(handed_in * trim_bottom)
    group by component, unit, cycle, marker
)

select
    by_marker.component,
    by_marker.unit,
    by_marker.cycle,
    sum(by_marker.exact * micro(coalesce(markers.weight, 1)))::hugeint
    // nullif(sum(micro(coalesce(markers.weight, 1)))::hugeint, 0) as exact,
from by_marker
left join plan_markers as markers on by_marker.component = markers.component and by_marker.marker = markers.marker
group by by_marker.component, by_marker.unit, by_marker.cycle
