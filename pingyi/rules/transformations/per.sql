-- per: value ÷ the number in the roster column that the plan names, headcount for one.
select
    unnest(inputs.conversion),
    part_of(inputs.before, 1000000, nullif(micro(traits.value::decimal(18, 6)), 0)) as after,
from conversion_inputs as inputs
left join traits on inputs.unit = traits.unit and inputs.per_trait = traits.trait
where inputs.kind = 'per'
