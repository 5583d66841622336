"""Marks of a supervisor without spread: all equal, or all in one band.

Statistic: whether all marks that one body gave in a cycle are equal, and whether they lie in one band. Null: `alike`
— values and bands as the other bodies give them, drawn a little to even use of the plan's range, and bodies that lean
to kindness or severity as much as those do whose marks differ. The smaller chance counts twice; corrected for all
bodies of a method.

Source of the idea: central tendency and leniency of raters, Saal, Downey and Lahey (1980), Psychological Bulletin 88.
"""

from decimal import Decimal

import numpy as np
import polars as pl

from pingyi.integrity.alike import hands
from pingyi.integrity.bodies import with_body
from pingyi.integrity.chance import for_all
from pingyi.integrity.finding import Finding, Looked, chance, placed, together
from pingyi.integrity.material import BREAK, Material, Row
from pingyi.plan.marks import Marks

ID = "spread"
TITLE = "评分没有区分"

MARKS = 4
"""Marks of a body, at least: three equal ones are no wonder."""

EQUAL, BANDED = "equal", "banded"


def look(material: Material) -> Looked:
    """Bodies of each method that is marked by a rule of the plan."""
    return together([_of_method(material, method) for method in material.methods("marks")])


def _of_method(material: Material, method: str) -> Looked:
    found = material.component(method)
    rule = found.marks if found else None
    if rule is None:
        return Looked()
    own = with_body(material, method).filter(pl.col("body").is_not_null(), pl.col("mark").is_not_null())
    nothing = [float(one) for one in rule.means_nothing]
    own = own.filter(~pl.col("mark").is_in(nothing)).with_columns(
        hand=pl.concat_str(["body", pl.col("cycle").fill_null("")], separator=BREAK)
    )
    asked = own.group_by("hand").len().filter(pl.col("len") >= MARKS)["hand"].sort().to_list()
    if not asked:
        return Looked()
    tried = {EQUAL: _chances(own, _value(rule), _grid(rule))}
    if len(rule.bands) > 1:
        tried[BANDED] = _chances(own, _band(rule), _widths(rule))
    findings = [_least(material, method, hand, tried, own.filter(hand=hand), len(asked)) for hand in asked]
    return Looked(tuple(one for one in findings if one), len(asked))


def _chances(own: pl.DataFrame, level: pl.Expr, prior: dict[str, float]) -> dict[str, float]:
    """For each body and cycle in which all marks are alike the chance of it."""
    answers = own.select("hand", cell=pl.lit(""), level=level).drop_nulls()
    found = hands(answers, prior)
    return dict(found.frame.filter("alike").select("hand", "own").iter_rows())


def _value(rule: Marks) -> pl.Expr:
    return (pl.col("mark") * pl.lit(10).pow(rule.decimals)).round().cast(pl.Int64).cast(pl.String)


def _band(rule: Marks) -> pl.Expr:
    inside = pl.lit(None, pl.String)
    for name, (low, high) in rule.bands.items():
        inside = pl.when(pl.col("mark").is_between(float(low), float(high))).then(pl.lit(name)).otherwise(inside)
    return inside


def _grid(rule: Marks) -> dict[str, float]:
    """Even shares of all marks that the plan admits, at most a hundred of them."""
    low, high = (int(one * 10**rule.decimals) for one in rule.range)
    values = range(low, high + 1, max(1, (high - low) // 100))
    return {str(value): 1 / len(values) for value in values}


def _widths(rule: Marks) -> dict[str, float]:
    """Shares of the bands by their width."""
    step = Decimal(1).scaleb(-rule.decimals)
    widths = {name: float(high - low + step) for name, (low, high) in rule.bands.items()}
    return {name: width / sum(widths.values()) for name, width in widths.items()}


def _least(
    material: Material, method: str, hand: str, tried: dict[str, dict[str, float]], own: pl.DataFrame, hands: int
) -> Finding | None:
    """A finding where all marks of a body in a cycle are equal or in one band, and that is unlikely."""
    chances = {how: found[hand] for how, found in tried.items() if hand in found}
    if not chances:
        return None
    how = min(chances, key=lambda one: (chances[one], one == BANDED))
    p = float(for_all(np.array([chances[how]]), hands * len(tried))[0])
    return _finding(material, method, how, p, own) if p < material.threshold else None


def _finding(material: Material, method: str, how: str, p: float, own: pl.DataFrame) -> Finding:
    row: Row = own.row(0, named=True)
    body, cycle = row["body"], row["cycle"]
    rule = material.component(method)
    assert rule is not None
    assert rule.marks is not None
    band = own.select(_band(rule.marks)).to_series()[0]
    what = f"都是 {row['mark']:.{rule.marks.decimals}f} 分" if how == EQUAL else f"都在“{band}”档"
    who = ("" if body == method else f"{body}给出的") + (f"{cycle}的" if cycle else "")
    sentence = (
        f"{material.title(method)}中，{who} {own.height} 个评分{what}；"
        f"照其他评分人的情形，可能性{chance(p)}。请核对是否逐个评过。"
    )
    return Finding(ID, method, "marker", body, None, own.height, p, material.threshold, sentence, placed(own, "marks"))
