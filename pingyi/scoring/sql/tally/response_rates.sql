-- response_rates: one row for each component, and for each of its units, channels, half-years and their combinations
-- ('' stands for all): how many of those drawn were reached, and AAPOR's response rates RR1–RR6 (0 to 1, six places).
-- I complete, P partial, R refusal, NC not reached, O other, U eligibility unknown. RR1 = I ÷ (I+P+R+NC+O+U); RR3 counts
-- only the share e of U that is eligible among the cases known; RR5 leaves U out; RR2, RR4, RR6 count P as answers.
-- Source: AAPOR Standard Definitions. e is that of the component over all units.
with shares as (
    select
        component,
        sum(times) filter (where disposition <> 'unknown' and disposition <> 'ineligible')::hugeint as eligible,
        sum(times) filter (where disposition <> 'unknown')::hugeint as known,
    from contacts
    group by component
),

counted as (
    select
        component,
        coalesce(unit, '') as unit,
        coalesce(channel, '') as channel,
        coalesce(half, '') as half,
        coalesce(sum(times) filter (where disposition = 'complete'), 0)::hugeint as complete,
        coalesce(sum(times) filter (where disposition = 'partial'), 0)::hugeint as partial,
        coalesce(sum(times) filter (where disposition = 'refusal'), 0)::hugeint as refusal,
        coalesce(sum(times) filter (where disposition = 'noncontact'), 0)::hugeint as noncontact,
        coalesce(sum(times) filter (where disposition = 'other'), 0)::hugeint as other,
        coalesce(sum(times) filter (where disposition = 'unknown'), 0)::hugeint as unknown,
        coalesce(sum(times) filter (where disposition = 'ineligible'), 0)::hugeint as ineligible,
    from (
        select
            * exclude (channel),
            coalesce(channel, '') as channel,
            year(contacted_on) || if(month(contacted_on) <= 6, '上半年', '下半年') as half,
        from contacts
    )
    group by grouping sets (
        (component), (component, unit), (component, channel), (component, half), (component, unit, channel, half)
    )
),

based as (
    select distinct
        counted.*,
        complete + partial + refusal + noncontact + other as cases,
        if(coalesce(shares.known, 0) = 0, 1, shares.eligible) as eligible,
        if(coalesce(shares.known, 0) = 0, 1, shares.known) as known,
    from counted
    inner join shares using (component)
)

select
    component,
    unit,
    channel,
    half,
    complete::bigint as complete,
    partial::bigint as partial,
    refusal::bigint as refusal,
    noncontact::bigint as noncontact,
    other::bigint as other,
    unknown::bigint as unknown,
    ineligible::bigint as ineligible,
    part(complete, cases + unknown) as rr1,
    part(complete + partial, cases + unknown) as rr2,
    part(complete * known, cases * known + unknown * eligible) as rr3,
    part((complete + partial) * known, cases * known + unknown * eligible) as rr4,
    part(complete, cases) as rr5,
    part(complete + partial, cases) as rr6,
from based
