"""Heaping: percentages and marks that stand on a multiple of five too often, as rounded or invented numbers do.

Statistic: of the numbers within two steps of a multiple of five (94.3 … 94.7 where marks have tenths; 188 … 192 of 200
cases for 95 %), how many stand on it. Null: digits so close together are equally likely, so one in as many as there
are: mostly one in five. Digits near each other are compared because numbers need only be smooth over five steps, not
over all of them. Binomial with the mean chance, corrected for the method, bodies and units looked at.

Source: Whipple's index of digit preference; Beber and Scacco (2012), Political Analysis 20; Kobak, Shpilkin and
Pshenichnikov (2016), Annals of Applied Statistics 10 (round percentages in elections).
"""

from typing import TypeVar

import polars as pl

from pingyi.integrity.detector import (
    Finding,
    Material,
    Row,
    Screening,
    describe_chance,
    describe_share,
    located_rows,
    merge_screenings,
)
from pingyi.integrity.significance import binomial_tail, correct_for_all

NUMBERS = 8
"""Numbers within reach of a multiple of five, at least."""

CASES = 100
"""Cases of a rate, at least: with fewer a twentieth is less than five cases and steps are too coarse to tell."""

COUNT = 10
"""A count, at least: smaller ones are not smooth over five steps."""

REACH = 2
"""Steps on either side of a multiple of five."""

Steps = TypeVar("Steps", int, pl.Series, pl.Expr)


def find_heaping(material: Material) -> Screening:
    """Marks by method and body; measured numbers and shares of ready counts by method, organ and unit."""
    numbers = {"marks": _mark_steps, "measures": _measure_steps, "counts": _count_steps}
    return merge_screenings(
        [
            _test_heaps(material, table, method, steps_of(material, method))
            for table, steps_of in numbers.items()
            for method in material.methods_in(table)
        ]
    )


def _mark_steps(material: Material, method: str) -> pl.DataFrame:
    """Marks as steps of the last decimal: `step` counted from the multiple of five, `near` how many lie in reach."""
    own = material.marks_with_body(method)
    found = material.component_of(method)
    rule = found.marks if found else None
    decimals = rule.decimals if rule else _fewest_decimals(own["mark"])
    steps = (own["mark"] * 10**decimals).round().cast(pl.Int64)
    bounds = [*rule.bands.values()] or [rule.range] if rule else []
    edges = [(int(low * 10**decimals), int(high * 10**decimals)) for low, high in bounds]
    near = pl.Series([_numbers_in_reach(step, edges) for step in steps.to_list()], dtype=pl.Float64)
    return own.with_columns(step=_from_multiple_of_five(steps), near=near)


def _from_multiple_of_five(steps: Steps) -> Steps:
    """Steps counted from the nearest multiple of five."""
    return (steps + REACH) % 5 - REACH


def _numbers_in_reach(step: int, edges: list[tuple[int, int]]) -> float:
    """How many numbers lie in reach of the nearest multiple of five, within the bounds that the number lies in."""
    middle = step - _from_multiple_of_five(step)
    low, high = next(((low, high) for low, high in edges if low <= step <= high), (middle - REACH, middle + REACH))
    return float(min(high, middle + REACH) - max(low, middle - REACH) + 1)


def _fewest_decimals(numbers: pl.Series) -> int:
    """The fewest decimals that all numbers of a method can be written with."""
    return next(
        (places for places in range(6) if ((numbers * 10**places).round() - numbers * 10**places).abs().max() < 1e-6),
        6,
    )


def _measure_steps(material: Material, method: str) -> pl.DataFrame:
    """Rates as cases from the nearest twentieth; plain numbers as steps of the last decimal."""
    own = _with_organ(material, "measures", method)
    plain = own.filter(pl.col("denominator").is_null(), pl.col("numerator") >= COUNT)
    decimals = _fewest_decimals(plain["numerator"]) if plain.height else 0
    scaled = (pl.col("numerator") * 10**decimals).round().cast(pl.Int64)
    return _within_reach(_rate_steps(own), plain.with_columns(step=_from_multiple_of_five(scaled)))


def _with_organ(material: Material, table: str, method: str) -> pl.DataFrame:
    organs = material.tables["units"].select("unit", body="organ")
    return material.tables[table].filter(method=method).join(organs, on="unit", how="left")


def _rate_steps(own: pl.DataFrame) -> pl.DataFrame:
    """`numerator` of `denominator` cases, by the cases that are missing from the nearest twentieth."""
    whole = pl.col("denominator")
    rates = own.filter(whole >= CASES, pl.col("numerator") > 0, pl.col("numerator") < whole)
    twentieth = (pl.col("numerator") * 20 / whole).round() * whole / 20
    return rates.with_columns(step=(pl.col("numerator") - twentieth.round()).cast(pl.Int64))


def _within_reach(*numbers: pl.DataFrame) -> pl.DataFrame:
    return pl.concat(numbers).with_columns(near=pl.lit(2.0 * REACH + 1)).filter(pl.col("step").abs() <= REACH)


def _count_steps(material: Material, method: str) -> pl.DataFrame:
    """Shares of the best level in ready counts: one number for each table of a unit, as the others follow from it."""
    table = ["unit", "cycle", "group", "channel", "item"]
    shared = _with_organ(material, "counts", method).with_columns(
        numerator=pl.col("votes").cast(pl.Float64), denominator=pl.col("votes").sum().over(table)
    )
    return _within_reach(_rate_steps(shared.filter(pl.col("level").is_in(material.levels_of(method)[:1]))))


def _test_heaps(material: Material, table: str, method: str, numbers: pl.DataFrame) -> Screening:
    """The method as a whole, and each body or organ and unit with enough numbers."""
    kinds = {"method": pl.col("method"), "marker": pl.col("body"), "unit": pl.col("unit")}
    counted = pl.concat(
        [
            numbers.group_by(subject.alias("subject"))
            .agg(numbers=pl.len(), heaped=(pl.col("step") == 0).sum(), usual=(1 / pl.col("near")).mean())
            .with_columns(kind=pl.lit(kind))
            for kind, subject in kinds.items()
            if table != "marks" or kind != "unit"
        ]
    )
    asked = counted.filter(pl.col("numbers") >= NUMBERS, pl.col("subject").is_not_null())
    asked = asked.filter((pl.col("kind") != "marker") | (pl.col("subject") != method)).sort("kind", "subject")
    p = correct_for_all(binomial_tail(asked["heaped"], asked["numbers"], asked["usual"]))
    kept = asked.with_columns(p=pl.Series(p, dtype=pl.Float64)).filter(pl.col("p") < material.threshold)
    heaps = numbers.filter(pl.col("step") == 0)
    findings = [
        _heap_finding(material, table, method, row, heaps.filter(kinds[row["kind"]] == row["subject"]))
        for row in kept.iter_rows(named=True)
    ]
    return Screening(tuple(findings), asked.height)


def _heap_finding(material: Material, table: str, method: str, row: Row, own: pl.DataFrame) -> Finding:
    subject, kind = row["subject"], row["kind"]
    whose = {"method": "", "marker": f"{subject}的", "unit": f"{material.name_of(subject)}的"}[kind]
    sentence = (
        f"{material.title_of(method)}中，{whose}整五整十和紧挨着它们的 {row['numbers']} 个数里，有 {row['heaped']} 个"
        f"（{describe_share(row['heaped'] / row['numbers'])}）正好是整五整十；"
        f"各数机会均等时约占 {describe_share(row['usual'])}，可能性{describe_chance(row['p'])}。请核对是否凭印象填写。"
    )
    about = ("digits", method, kind, subject, subject if kind == "unit" else None, row["heaped"], row["p"])
    return Finding(*about, material.threshold, sentence, located_rows(own, table))
