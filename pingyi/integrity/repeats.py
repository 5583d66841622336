"""The same source again and again: one respondent who rates a unit many times, one device with many equal forms.

Often. Statistic: how many forms one source filled in for one unit (or one many-unit form). Null: whoever has rated k
times rates once more with the same chance for every k (geometric), as often as the sources of this method do on
average. Where the same people rate all the time (twice and more in the mean), numbers vary as they do without the
largest hundredth of them (negative binomial, no longer in its tail than the geometric).

Equal. Statistic: how many of a source's forms with several answers are equal. Null: each of its forms equals a given
one as often as the forms of other sources do (binomial; one more is added to both counts, Laplace).

The idea of counting near-equal responses: Kuriakose and Robbins (2016), Statistical Journal of the IAOS 32.
"""

import polars as pl

from pingyi.integrity.chance import binomial_tail, for_all, negative_binomial_tail
from pingyi.integrity.finding import Finding, Looked, chance, times, together
from pingyi.integrity.material import SOURCES, Material, Row

ID = "repeats"
TITLE = "同一来源重复评价"

TWICE = 3
"""Forms of one source for one unit that deserve a look, at least: two are a second visit or a second thought."""

SHARED = 5
"""A device with so many respondents is one that people share (a terminal): how many forms it has says nothing."""

FORMS, ANSWERS = 4, 3
"""Equal forms of one source, and answers on each, at least: shorter forms are equal by nature."""


def look(material: Material) -> Looked:
    """Both questions, for respondents and devices, in each method."""
    papers = material.papers
    found = []
    for source in SOURCES:
        for method in material.methods():
            own = papers.filter(pl.col("method") == method, pl.col(source).is_not_null())
            if own.height:
                found += [_often(material, method, source, own), _equal(material, method, source, own)]
    return _once(together(found))


def _once(found: Looked) -> Looked:
    """Findings without devices of which a respondent with the same rows tells already."""
    told = [one.rows for one in found.findings if one.kind == "respondent"]
    kept = [
        one for one in found.findings if one.kind == "respondent" or not any(rows.equals(one.rows) for rows in told)
    ]
    return Looked(tuple(kept), found.tested)


def _often(material: Material, method: str, source: str, papers: pl.DataFrame) -> Looked:
    whole = (papers["units"] > 1).any()
    target = pl.lit("") if whole else pl.col("unit")
    counted = papers.group_by(source, target.alias("target")).agg(
        forms=pl.len(), people=pl.col("respondent").n_unique()
    )
    if source == "device":
        counted = counted.filter(pl.col("people") < SHARED)
    if not counted.height:
        return Looked()
    usual = counted["forms"].mean()
    assert isinstance(usual, float)
    p = negative_binomial_tail(counted["forms"] - 1, usual - 1, _spread(counted["forms"]))
    found = counted.with_columns(p=pl.Series(for_all(p))).filter(
        pl.col("p") < material.threshold, pl.col("forms") >= TWICE
    )
    findings = [
        _of_often(material, method, source, usual, row, papers) for row in found.sort(source, "target").to_dicts()
    ]
    return Looked(tuple(findings), counted[source].n_unique())


def _spread(forms: pl.Series) -> float:
    """How much numbers of forms vary beyond Poisson's law, 1 being geometric."""
    often = (forms - 1).sort().head(-(-forms.len() * 99 // 100)).to_numpy().astype(float)
    mean = float(often.mean())
    return 1.0 if mean < 1 else min(1.0, max(0.0, float(often.var() - mean) / mean**2))


def _of_often(material: Material, method: str, source: str, usual: float, row: Row, papers: pl.DataFrame) -> Finding:
    unit = row["target"] or None
    own = papers.filter(pl.col(source) == row[source], pl.col("unit") == unit if unit else pl.lit(True))
    forms, p, mean = row["forms"], row["p"], "平均每人" if source == "respondent" else "平均每台"
    whom = f"给{material.name(unit)}评了 {forms} 次" if unit else f"交了 {forms} 份"
    sentence = (
        f"{_whose(source, row[source])}在{material.title(method)}中{whom}，{mean} {times(usual)} 次；"
        f"照平常的习惯，出现这种情况的可能性{chance(p)}。请核对是否重复投票。"
    )
    return Finding(
        ID, method, source, row[source], unit, forms, p, material.threshold, sentence, material.rows(method, own)
    )


def _equal(material: Material, method: str, source: str, papers: pl.DataFrame) -> Looked:
    several = papers.filter(pl.col("size") >= ANSWERS)
    whole = (several["units"] > 1).any()
    pattern = "pattern" if whole else "answers"
    per = several.group_by(source, "size").agg(forms=pl.len())
    tested = per.filter(pl.col("forms") >= FORMS)
    if not tested.height:
        return Looked()
    alike = several.group_by(source, "size", pattern).agg(equal=pl.len())
    all_ = several.group_by("size").agg(all_forms=pl.len())
    all_alike = several.group_by("size", pattern).agg(all_equal=pl.len())
    pairs = alike.join(tested, on=[source, "size"]).join(all_, on="size").join(all_alike, on=["size", pattern])
    others = (pairs["all_equal"] - pairs["equal"] + 1) / (pairs["all_forms"] - pairs["forms"] + 1)
    p = pairs["forms"] * pl.Series(binomial_tail(pairs["equal"] - 1, pairs["forms"] - 1, others))
    kept = pairs.with_columns(p=pl.Series(for_all(p, tested.height))).filter(
        pl.col("equal") >= FORMS, pl.col("p") < material.threshold
    )
    findings = [
        _of_equal(
            material,
            method,
            source,
            row,
            several.filter(pl.col(source) == row[source], pl.col(pattern) == row[pattern]),
        )
        for row in kept.sort(source, pattern).to_dicts()
    ]
    return Looked(tuple(findings), tested[source].n_unique())


def _of_equal(material: Material, method: str, source: str, row: Row, own: pl.DataFrame) -> Finding:
    equal, forms, p = row["equal"], row["forms"], row["p"]
    units = own["unit"].unique().to_list() if (own["units"] == 1).all() else []
    sentence = (
        f"{_whose(source, row[source])}在{material.title(method)}中交了 {forms} 份表，其中 {equal} 份的"
        f" {row['size']} 个答案完全相同；照其他表单的情形，可能性{chance(p)}。请核对是否一人多填。"
    )
    unit = units[0] if len(units) == 1 else None
    return Finding(
        ID, method, source, row[source], unit, equal, p, material.threshold, sentence, material.rows(method, own)
    )


def _whose(source: str, name: object) -> str:
    return f"代号 {name} 的评价人" if source == "respondent" else f"编号 {name} 的设备"
