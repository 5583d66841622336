"""Patterns in numbers planted into clean facts: rounded rates and marks, marks without spread (see `plant`)."""

import numpy as np
import polars as pl

from pingyi.integrity.life import MARKS, RATE, Lived
from pingyi.integrity.planting import Planted, some, written_over

Chance = np.random.Generator


def round_rates(lived: Lived, rng: Chance) -> Planted | None:
    """Seven in ten rates are brought to the nearest multiple of five per cent."""
    if lived.facts["measures"].height < 24:
        return None
    rows = some(rng, lived.facts["measures"].filter(pl.col("method") == RATE), 0.7)
    number, cases = (pl.col(name).cast(pl.Float64) for name in ("numerator", "denominator"))
    twentieths = (number * 20 / cases).round().clip(1, 19)
    near = (twentieths * cases / 20).round().cast(pl.Int64).cast(pl.String)
    return written_over(lived, "measures", rows.with_columns(numerator=near), "digits", RATE, RATE)


def round_marks(lived: Lived, rng: Chance) -> Planted | None:
    """Seven in ten marks end in 0 or 5."""
    if lived.facts["marks"].filter(pl.col("method") == MARKS).height < 24:
        return None
    rows = some(rng, lived.facts["marks"].filter(pl.col("method") == MARKS), 0.7)
    near = ((pl.col("mark").cast(pl.Float64) * 2).round() / 2).round(1).cast(pl.String)
    return written_over(lived, "marks", rows.with_columns(mark=near), "digits", MARKS, MARKS)


def equal_marks(lived: Lived, rng: Chance) -> Planted | None:
    """A body gives all of its units, five or more, one mark."""
    return _flat(lived, rng, 5, equal=True)


def one_band(lived: Lived, rng: Chance) -> Planted | None:
    """A body gives all of its units, twenty or more, marks of one band."""
    return _flat(lived, rng, 20, equal=False)


def _flat(lived: Lived, rng: Chance, least: int, equal: bool) -> Planted | None:
    ruled = [one.id for one in lived.plan.components if one.marks and (equal or one.id == MARKS)]
    bodies = pl.concat([_bodies(lived, method) for method in ruled])
    sizes = bodies.group_by("method", "body").len().filter(pl.col("len") >= least).sort("method", "body")
    if not sizes.height:
        return None
    method, body, number = sizes.row(int(rng.integers(sizes.height)))
    rows = bodies.filter(pl.col("method") == method, pl.col("body") == body)
    inside = [f"{one:.1f}" for one in rng.uniform(71, 84, number).tolist()]
    marks = pl.lit(rows["mark"][0]) if equal else pl.Series(inside)
    return written_over(lived, "marks", rows.with_columns(mark=marks, band=None), "spread", method, body)


def _bodies(lived: Lived, method: str) -> pl.DataFrame:
    """Marks of a method with whoever gave them: the organs where the plan names them first, or somebody unnamed."""
    rule = lived.plan.component(method).marks
    assert rule is not None
    own = lived.facts["marks"].filter(pl.col("method") == method)
    if not rule.markers:
        return own.with_columns(body=pl.lit(method))
    organs = lived.facts["units"].select("unit", body="organ")
    return own.filter(pl.col("marker") == next(iter(rule.markers))).join(organs, on="unit", maintain_order="left")
