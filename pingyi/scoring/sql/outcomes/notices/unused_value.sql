-- notices unused_value: one row for each value of a roster column that a rule of the plan names and no unit bears.
with named as (
    select component as "where", trait, value
    from plan_component_traits
    union
    select component as "where", trait, value
    from plan_marker_traits
    union
    select owner as "where", name as trait, unnest(texts) as value
    from plan_conditions
    where what = 'trait'
    union
    select lists.list as "where", lists.quota_by as trait, parts.word as value
    from plan_lists as lists
    inner join plan_list_parts as parts on lists.list = parts.list and parts.part = 'quota'
)

select
    'notice' as severity,
    'unused_value' as kind,
    named."where",
    null as unit,
    case named.trait
        when 'category' then '类别'
        when 'organ' then '主管部门'
        when 'township' then '所属乡镇'
        when 'management' then '管理类型'
        when 'system' then '所属系统'
        else named.trait
    end || '：' || if(named.value = '', '（空）', named.value) as found,
    null as clause,
    '方案提到的这个取值，名录里没有单位是；请核对写法' as wanted,
from named
anti join traits on named.trait = traits.trait and named.value = traits.value
