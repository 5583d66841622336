"""Measured rates and counts."""

import numpy as np
import polars as pl

from pingyi.plan import Component
from pingyi.simulate.world import Schema, World

COLUMNS: Schema = {
    "method": pl.String,
    "unit": pl.String,
    "cycle": pl.String,
    "numerator": pl.String,
    "denominator": pl.String,
}

CASES = 200
"""Cases over which a rate is measured, in the middle."""

RATE, COUNT = 0.93, 12.0
"""The middle of a rate or a count where the plan names neither a target nor steps."""


def measured(world: World, component: Component, units: list[int]) -> pl.DataFrame:
    """One measured number for each of these units and cycle."""
    cycles = world.cycles(component)
    rows = [
        {"method": component.id, "unit": world.ids[place], "cycle": cycle.id if len(cycles) > 1 else None}
        | _number(world, component, place)
        for cycle in cycles
        for place in units
    ]
    return pl.DataFrame(rows, schema=COLUMNS)


def _number(world: World, component: Component, place: int) -> dict[str, str | None]:
    assert component.measures is not None
    better = (-1 if lower_is_better(component) else 1) * world.qualities[component.id][place]
    if component.measures.of == "count":
        count = world.rng.poisson(_middle(component, COUNT) * np.exp(0.2 * better))
        return {"numerator": str(count), "denominator": None}
    middle = min(max(_middle(component, RATE), 0.02), 0.98)
    share = 1 / (1 + np.exp(-(np.log(middle / (1 - middle)) + 0.6 * better)))
    cases = int(world.rng.poisson(CASES)) + 1
    return {"numerator": str(world.rng.binomial(cases, share)), "denominator": str(cases)}


def _middle(component: Component, default: float) -> float:
    """Where the numbers lie: at the target of the plan, or at its highest step."""
    for convert in [*component.each_cycle, *component.convert]:
        if convert.rule and convert.rule.aim is not None:
            return float(convert.rule.aim)
    return default


def lower_is_better(component: Component) -> bool:
    """Whether the plan gives more marks for lower numbers."""
    for convert in [*component.each_cycle, *component.convert]:
        if convert.rule and convert.rule.lower_is_better is not None:
            return convert.rule.lower_is_better
    return False
