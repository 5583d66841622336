-- per_point: full marks less points for each unit (of) below the target, plus `over` for each above.
select
    unnest(conversion),
    atoms(per_point_full) + if(
        before < atoms(per_point_target),
        -part_of(atoms(per_point_target) - before, micro(per_point_points), micro(per_point_of)),
        part_of(before - atoms(per_point_target), micro(per_point_over), micro(per_point_of))
    ) as after,
from conversion_inputs
where kind = 'per_point'
