-- notices key_missing: one row for each standing and unit that stands behind another of equal total because it has no value
-- in the key that tells them apart. found: the key.
with apart as (
    select
        mine.standing,
        mine.unit,
        min(my_value.position) as position,
    from totals as mine
    inner join totals as other
        on
            mine.standing = other.standing
            and mine.draw = other.draw
            and mine.grp = other.grp
            and compared(mine.exact) = compared(other.exact)
            and mine.unit <> other.unit
    inner join tie_values as my_value
        on mine.standing = my_value.standing and mine.draw = my_value.draw and mine.unit = my_value.unit
    inner join tie_values as other_value
        on
            other.standing = other_value.standing
            and other.draw = other_value.draw
            and other.unit = other_value.unit
            and my_value.position = other_value.position
    where mine.draw = 0 and my_value.value is distinct from other_value.value
    group by mine.standing, mine.unit, other.unit
)

select distinct
    'notice' as severity,
    'key_missing' as kind,
    apart.standing as "where",
    apart.unit,
    coalesce(components.name, ties.level) as found,
    standings.clause,
    '总分相同，比较的这一项没有得分，排在有得分的单位之后；请核对是否漏报' as wanted,
from apart
inner join tie_values as own
    on
        apart.standing = own.standing
        and apart.unit = own.unit
        and apart.position = own.position
        and own.draw = 0
        and own.value is null
inner join plan_ties as ties on apart.standing = ties.standing and apart.position = ties.position
inner join plan_standings as standings on apart.standing = standings.standing
left join plan_components as components on ties.component = components.component
