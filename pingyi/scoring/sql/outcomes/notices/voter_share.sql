-- notices voter_share: one row for each group of voters whose share of valid forms differs from the plan's by more than
-- two hundredths. found: the group, its forms of all.
with group_shares as (
    select
        forms.component,
        forms.grp::varchar as grp,
        count(*) as forms,
        sum(count(*)) over (partition by forms.component) as all_forms,
    from forms
    where forms.void_because is null
    group by forms.component, forms.grp
)

select
    'notice' as severity,
    'voter_share' as kind,
    voters.component as "where",
    null as unit,
    voters.grp || ' ' || shares.forms || '/' || shares.all_forms as found,
    voters.clause,
    '有效选票的人员比例与方案相差超过2个百分点，请核对' as wanted,
from plan_voters as voters
inner join group_shares as shares on voters.component::leaf_id = shares.component and voters.grp = shares.grp
where abs(shares.forms * 100 - voters.share * shares.all_forms * 100) > shares.all_forms * 2
