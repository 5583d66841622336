-- One row: how many ratings two states have in common (same), and how many of the others have a counterpart with the same
-- key in the other state (changed). sides: one row for each rating with the hashes of its key and of all that it says;
-- before, after: 1 in the state that it stands in.
with counted as (
    select
        key,
        row,
        sum(before)::bigint as before,
        sum(after)::bigint as after,
    from sides
    group by key, row
),

left_over as (
    select
        key,
        sum(before - least(before, after)) as before,
        sum(after - least(before, after)) as after,
    from counted
    where before <> after
    group by key
)

select
    coalesce((select sum(least(before, after)) from counted), 0)::bigint as same,
    coalesce((select sum(least(before, after)) from left_over), 0)::bigint as changed
