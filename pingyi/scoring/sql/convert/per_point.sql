-- per_point: full (a) less points (c) for each unit (d) below the target (b), plus e for each above.
select
    working.draw,
    working.component,
    working.unit,
    working.cycle,
    atoms(converts.a) + if(
        working.exact < atoms(converts.b),
        -part_of(atoms(converts.b) - working.exact, micro(converts.c), micro(converts.d)),
        part_of(working.exact - atoms(converts.b), micro(converts.e), micro(converts.d))
    ) as exact,
from working
inner join plan_converts as converts
    on working.component = converts.component and converts.phase = $phase and converts.step = $step and converts.kind = 'per_point'
