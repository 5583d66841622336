-- list_groups: one row for each list and unit: the group of the list's seats that the unit competes in.
-- named: its value has seats of its own in the quota; all other values share the rest, or have their part of it.
with joined as (
    select
        parts.list,
        traits.unit,
        string_agg(traits.value, '·' order by traits.trait) as grp,
    from plan_list_parts as parts
    inner join traits on parts.word = traits.trait
    where parts.part = 'within'
    group by parts.list, traits.unit
)

select
    lists.list,
    roster.unit,
    coalesce(quota.word, rest_trait.value, joined.grp, '') as grp,
    quota.word is not null as named,
from plan_lists as lists
cross join roster
left join traits as quota_trait on roster.unit = quota_trait.unit and lists.quota_by = quota_trait.trait
left join plan_list_parts as quota
    on lists.list = quota.list and quota.part = 'quota' and quota_trait.value = quota.word
left join traits as rest_trait on roster.unit = rest_trait.unit and lists.rest_by = rest_trait.trait
left join joined on lists.list = joined.list and roster.unit = joined.unit
