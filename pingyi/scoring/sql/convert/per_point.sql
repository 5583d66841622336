-- per_point: full (a) less points (c) for each unit (d) below the target (b), plus e for each above.
select
    draw,
    component,
    unit,
    cycle,
    phase,
    step,
    kind,
    held,
    before,
    atoms(a) + if(
        before < atoms(b),
        -part_of(atoms(b) - before, micro(c), micro(d)),
        part_of(before - atoms(b), micro(e), micro(d))
    ) as after,
from conversion_inputs
where kind = 'per_point'
