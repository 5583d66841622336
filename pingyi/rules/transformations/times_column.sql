-- times_column: value × the number in the roster column that the plan names.
select
    unnest(inputs.conversion),
    times(inputs.before, traits.value::decimal(18, 6)) as after,
from conversion_inputs as inputs
left join traits on inputs.unit = traits.unit and inputs.times_column_trait = traits.trait
where inputs.kind = 'times_column'
