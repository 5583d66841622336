"""Heaping: percentages and marks that stand on a multiple of five too often, as rounded or invented numbers do.

Statistic: of the numbers within two steps of a multiple of five (94.3 … 94.7 where marks have tenths; 188 … 192 of 200
cases for 95 %), how many stand on it. Null: digits so close together are equally likely, so one in as many as there
are: mostly one in five. Digits near each other are compared because numbers need only be smooth over five steps, not
over all of them. Binomial with the mean chance, corrected for the method, bodies and units looked at.

Source: Whipple's index of digit preference; Beber and Scacco (2012), Political Analysis 20; Kobak, Shpilkin and
Pshenichnikov (2016), Annals of Applied Statistics 10 (round percentages in elections).
"""

import numpy as np
import polars as pl

from pingyi.integrity.bodies import with_body
from pingyi.integrity.chance import binomial_tail, for_all
from pingyi.integrity.finding import Finding, Looked, chance, placed, share, together
from pingyi.integrity.material import Material, Row

ID = "digits"
TITLE = "数字集中在整五整十"

NUMBERS = 8
"""Numbers within reach of a multiple of five, at least."""

CASES = 100
"""Cases of a rate, at least: with fewer a twentieth is less than five cases and steps are too coarse to tell."""

COUNT = 10
"""A count, at least: smaller ones are not smooth over five steps."""

REACH = 2
"""Steps on either side of a multiple of five."""


def look(material: Material) -> Looked:
    """Marks by method and body; measured numbers and shares of ready counts by method, organ and unit."""
    marks = [_by(material, "marks", method, _marks(material, method)) for method in material.methods("marks")]
    measured = [
        _by(material, "measures", method, _measured(material, method)) for method in material.methods("measures")
    ]
    counted = [_by(material, "counts", method, _counted(material, method)) for method in material.methods("counts")]
    return together(marks + measured + counted)


def _marks(material: Material, method: str) -> pl.DataFrame:
    """Marks as steps of the last decimal: `step` counted from the multiple of five, `near` how many lie in reach."""
    own = with_body(material, method)
    found = material.component(method)
    rule = found.marks if found else None
    if not own.height:
        return own.with_columns(step=pl.lit(0, pl.Int64), near=pl.lit(1.0))
    decimals = rule.decimals if rule else _decimals(own["mark"])
    steps = (own["mark"] * 10**decimals).round().cast(pl.Int64)
    bounds = [*rule.bands.values()] or [rule.range] if rule else []
    edges = [(int(low * 10**decimals), int(high * 10**decimals)) for low, high in bounds]
    return own.with_columns(
        step=(steps + REACH) % 5 - REACH,
        near=pl.Series([_near(step, edges) for step in steps.to_list()], dtype=pl.Float64),
    )


def _near(step: int, edges: list[tuple[int, int]]) -> float:
    """How many numbers lie in reach of the nearest multiple of five, within the bounds that the number lies in."""
    middle = step - ((step + REACH) % 5 - REACH)
    low, high = next(((low, high) for low, high in edges if low <= step <= high), (middle - REACH, middle + REACH))
    return float(sum(low <= one <= high for one in range(middle - REACH, middle + REACH + 1)))


def _decimals(marks: pl.Series) -> int:
    """The fewest decimals that all marks of a method can be written with."""
    return next(
        (places for places in range(6) if ((marks * 10**places).round() - marks * 10**places).abs().max() < 1e-6),
        6,
    )


def _measured(material: Material, method: str) -> pl.DataFrame:
    """Rates as cases from the nearest twentieth; plain numbers as steps of the last decimal."""
    own = material.measures.filter(pl.col("method") == method).join(
        material.units.select("unit", body="organ"), on="unit", how="left"
    )
    plain = own.filter(pl.col("denominator").is_null(), pl.col("numerator") >= COUNT)
    decimals = _decimals(plain["numerator"]) if plain.height else 0
    scaled = (pl.col("numerator") * 10**decimals).round().cast(pl.Int64)
    both = [_rates(own), plain.with_columns(step=(scaled + REACH) % 5 - REACH)]
    return pl.concat(both).with_columns(near=pl.lit(2.0 * REACH + 1)).filter(pl.col("step").abs() <= REACH)


def _rates(own: pl.DataFrame) -> pl.DataFrame:
    """`numerator` of `denominator` cases, by the cases that are missing from the nearest twentieth."""
    whole = pl.col("denominator")
    rates = own.filter(whole >= CASES, pl.col("numerator") > 0, pl.col("numerator") < whole)
    twentieth = (pl.col("numerator") * 20 / whole).round() * whole / 20
    return rates.with_columns(step=(pl.col("numerator") - twentieth.round()).cast(pl.Int64))


def _counted(material: Material, method: str) -> pl.DataFrame:
    """Shares of the best level in ready counts: one number for each table of a unit, as the others follow from it."""
    best = material.levels(method)[:1]
    own = material.counts.filter(pl.col("method") == method).join(
        material.units.select("unit", body="organ"), on="unit", how="left"
    )
    table = ["unit", "cycle", "group", "channel", "item"]
    shared = own.with_columns(numerator=pl.col("votes").cast(pl.Float64), denominator=pl.col("votes").sum().over(table))
    rates = _rates(shared.filter(pl.col("level").is_in(best)))
    return rates.with_columns(near=pl.lit(2.0 * REACH + 1)).filter(pl.col("step").abs() <= REACH)


def _by(material: Material, table: str, method: str, numbers: pl.DataFrame) -> Looked:
    """The method as a whole, and each body or organ and unit with enough numbers."""
    kinds = {"method": pl.lit(method), "marker": pl.col("body")} | (
        {"unit": pl.col("unit")} if table != "marks" else {}
    )
    counted = pl.concat(
        [
            numbers.group_by(subject.alias("subject"))
            .agg(numbers=pl.len(), heaped=(pl.col("step") == 0).sum(), usual=(1 / pl.col("near")).mean())
            .with_columns(kind=pl.lit(kind))
            for kind, subject in kinds.items()
        ]
    )
    asked = counted.filter(pl.col("numbers") >= NUMBERS, pl.col("subject").is_not_null())
    asked = asked.filter((pl.col("kind") != "marker") | (pl.col("subject") != method)).sort("kind", "subject")
    p = for_all(binomial_tail(asked["heaped"], asked["numbers"], asked["usual"]))
    kept = asked.with_columns(p=pl.Series(np.asarray(p), dtype=pl.Float64)).filter(pl.col("p") < material.threshold)
    heaps = numbers.filter(pl.col("step") == 0)
    findings = [
        _finding(material, table, method, row, heaps.filter(kinds[row["kind"]] == row["subject"]))
        for row in kept.iter_rows(named=True)
    ]
    return Looked(tuple(findings), asked.height)


def _finding(material: Material, table: str, method: str, row: Row, rows: pl.DataFrame) -> Finding:
    subject, kind = row["subject"], row["kind"]
    whose = {"method": "", "marker": f"{subject}的", "unit": f"{material.name(subject)}的"}[kind]
    sentence = (
        f"{material.title(method)}中，{whose}整五整十和紧挨着它们的 {row['numbers']} 个数里，有 {row['heaped']} 个"
        f"（{share(row['heaped'] / row['numbers'])}）正好是整五整十；各数机会均等时约占 {share(row['usual'])}，"
        f"可能性{chance(row['p'])}。请核对是否凭印象填写。"
    )
    unit = subject if kind == "unit" else None
    return Finding(
        ID, method, kind, subject, unit, row["heaped"], row["p"], material.threshold, sentence, placed(rows, table)
    )
