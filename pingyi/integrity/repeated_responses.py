"""The same answers again: from one source many times (`find_repeats`), or one form after the other (`find_runs`).

Often. Statistic: how many forms one source filled in for one unit (or one many-unit form). Null: whoever has rated k
times rates once more with the same chance for every k (geometric), as often as the sources of this method do on
average. Where the same people rate all the time (twice and more in the mean), numbers vary as they do without the
largest hundredth of them (negative binomial, no longer in its tail than the geometric).

Equal. Statistic: how many of a source's forms with several answers are equal. Null: each of its forms equals a given
one as often as the forms of other sources do (binomial; one more is added to both counts, Laplace). The idea of
counting near-equal responses: Kuriakose and Robbins (2016), Statistical Journal of the IAOS 32.

Runs. Statistic: the length of a run of equal forms, by time or by form number. Null: the forms are as they are, but
their order is a matter of chance; of n forms with c equal ones, a run of L or more has at most the chance
(n − c + 1) · C(n − L, c − L) / C(n, c): the expected number of places for it. Source: runs of one kind, Mood (1940),
Annals of Mathematical Statistics 11. A stream is what one unit got; all forms of a method where a form rates many
units; what one interviewer brought. Equal is what has the same answers (and units, where a form rates many).
"""

import numpy as np
import polars as pl

from pingyi.integrity.detector import (
    SOURCES,
    Finding,
    Material,
    Row,
    Screening,
    describe_chance,
    describe_mean,
    last_level,
    merge_screenings,
    only_unit,
)
from pingyi.integrity.significance import binomial_tail, correct_for_all, deflate, negative_binomial_tail

TWICE = 3
"""Forms of one source for one unit that deserve a look, at least: two are a second visit or a second thought."""

SHARED = 5
"""A device with so many respondents is one that people share (a terminal): how many forms it has says nothing."""

FORMS, ANSWERS = 4, 3
"""Equal forms of one source, and answers on each, at least: shorter forms are equal by nature."""

SHORT, LONG = 4, 8
"""Equal forms in a row that deserve a look, at least: with several answers, with one answer."""

ORDERS = {"time": ["rated_on", "head", "number"], "number": ["head", "number"]}
"""By time (then number, then place in the file), and by form number."""


def find_repeats(material: Material) -> Screening:
    """Sources that rate often and sources of equal forms: respondents and devices, in each method."""
    parts = []
    for source in SOURCES:
        for method in material.methods_in("ratings"):
            own = material.papers.filter(pl.col("method") == method, pl.col(source).is_not_null())
            if own.height:
                parts += [_rating_often(material, method, source, own), _equal_forms(material, method, source, own)]
    return _tell_once(merge_screenings(parts))


def _tell_once(found: Screening) -> Screening:
    """Findings without devices of which a respondent with the same rows tells already."""
    known = [one.rows for one in found.findings if one.kind == "respondent"]
    kept = [
        one for one in found.findings if one.kind == "respondent" or not any(rows.equals(one.rows) for rows in known)
    ]
    return Screening(tuple(kept), found.tested)


def _rating_often(material: Material, method: str, source: str, papers: pl.DataFrame) -> Screening:
    target = pl.lit("") if (papers["units"] > 1).any() else pl.col("unit")
    counted = papers.group_by(source, target.alias("target")).agg(
        forms=pl.len(), people=pl.col("respondent").n_unique()
    )
    if source == "device":
        counted = counted.filter(pl.col("people") < SHARED)
    if not counted.height:
        return Screening()
    usual = counted.select(pl.col("forms").mean()).item()
    p = negative_binomial_tail(counted["forms"] - 1, usual - 1, _overdispersion(counted["forms"]))
    found = counted.with_columns(p=pl.Series(correct_for_all(p))).filter(
        pl.col("p") < material.threshold, pl.col("forms") >= TWICE
    )
    findings = [
        _often_finding(material, method, source, usual, row, papers) for row in found.sort(source, "target").to_dicts()
    ]
    return Screening(tuple(findings), counted[source].n_unique())


def _overdispersion(forms: pl.Series) -> float:
    """How much numbers of forms vary beyond Poisson's law, 1 being geometric."""
    often = (forms - 1).sort().head(-(-forms.len() * 99 // 100)).to_numpy().astype(float)
    mean = float(often.mean())
    return 1.0 if mean < 1 else min(1.0, max(0.0, float(often.var() - mean) / mean**2))


def _often_finding(
    material: Material, method: str, source: str, usual: float, row: Row, papers: pl.DataFrame
) -> Finding:
    unit = row["target"] or None
    own = papers.filter(pl.col(source) == row[source], pl.col("unit") == unit if unit else pl.lit(True))
    forms, p, mean = row["forms"], row["p"], "平均每人" if source == "respondent" else "平均每台"
    whom = f"给{material.name_of(unit)}评了 {forms} 次" if unit else f"交了 {forms} 份"
    sentence = (
        f"{_describe_source(source, row[source])}在{material.title_of(method)}中{whom}，"
        f"{mean} {describe_mean(usual)} 次；照平常的习惯，出现这种情况的可能性{describe_chance(p)}。"
        "请核对是否重复投票。"
    )
    rows = material.form_rows(method, own)
    return Finding("repeats", method, source, row[source], unit, forms, p, material.threshold, sentence, rows)


def _equal_forms(material: Material, method: str, source: str, papers: pl.DataFrame) -> Screening:
    several = papers.filter(pl.col("size") >= ANSWERS)
    pattern = "pattern" if (several["units"] > 1).any() else "answers"
    tested = several.group_by(source, "size").agg(forms=pl.len()).filter(pl.col("forms") >= FORMS)
    if not tested.height:
        return Screening()
    alike = several.group_by(source, "size", pattern).agg(equal=pl.len())
    everybody = several.group_by("size").agg(all_forms=pl.len())
    all_alike = several.group_by("size", pattern).agg(all_equal=pl.len())
    pairs = alike.join(tested, on=[source, "size"]).join(everybody, on="size").join(all_alike, on=["size", pattern])
    others = (pairs["all_equal"] - pairs["equal"] + 1) / (pairs["all_forms"] - pairs["forms"] + 1)
    p = pairs["forms"] * pl.Series(binomial_tail(pairs["equal"] - 1, pairs["forms"] - 1, others))
    kept = pairs.with_columns(p=pl.Series(correct_for_all(p, tested.height))).filter(
        pl.col("equal") >= FORMS, pl.col("p") < material.threshold
    )
    findings = [
        _equal_finding(material, method, source, row, several.filter(**{name: row[name] for name in (source, pattern)}))
        for row in kept.sort(source, pattern).to_dicts()
    ]
    return Screening(tuple(findings), tested[source].n_unique())


def _equal_finding(material: Material, method: str, source: str, row: Row, own: pl.DataFrame) -> Finding:
    sentence = (
        f"{_describe_source(source, row[source])}在{material.title_of(method)}中交了 {row['forms']} 份表，"
        f"其中 {row['equal']} 份的 {row['size']} 个答案完全相同；"
        f"照其他表单的情形，可能性{describe_chance(row['p'])}。请核对是否一人多填。"
    )
    about = ("repeats", method, source, row[source], only_unit(own), row["equal"], row["p"])
    return Finding(*about, material.threshold, sentence, material.form_rows(method, own))


def _describe_source(source: str, name: object) -> str:
    return f"代号 {name} 的评价人" if source == "respondent" else f"编号 {name} 的设备"


def find_runs(material: Material) -> Screening:
    """Runs in all streams of each method in both orders."""
    return merge_screenings([one for method in material.methods_in("ratings") for one in _runs_in(material, method)])


def _runs_in(material: Material, method: str) -> list[Screening]:
    papers = material.papers.filter(method=method).with_columns(
        pl.col("form").str.replace(r"\d+$", "").alias("head"),
        pl.col("form").str.extract(r"(\d{1,18})$").cast(pl.Int64).alias("number"),
    )
    whole = bool((papers["units"] > 1).any())
    papers = papers.with_columns(same="pattern" if whole else "answers")
    interviewed = papers.filter(pl.col("size") > 1, pl.col("interviewer").is_not_null())
    streams = {"method" if whole else "unit": papers} | ({"interviewer": interviewed} if interviewed.height else {})
    return [_runs_of_streams(material, method, kind, own) for kind, own in streams.items()]


def _runs_of_streams(material: Material, method: str, kind: str, papers: pl.DataFrame) -> Screening:
    named = papers.with_columns(stream=kind, at=pl.int_range(pl.len()))
    streams = named["stream"].n_unique()
    runs = pl.concat([_long_runs(named, order) for order in ORDERS])
    if not runs.height:
        return Screening((), streams)
    best = runs.sort("p", "length", "order", descending=[False, True, True]).unique(
        "stream", keep="first", maintain_order=True
    )
    padded = np.concatenate([best["p"].to_numpy(), np.ones(streams - best.height)])
    kept = best.with_columns(p=pl.Series(correct_for_all(deflate(padded), streams)[: best.height])).filter(
        pl.col("p") < material.threshold
    )
    findings = [
        _run_finding(material, method, kind, row, named.filter(pl.col("at").is_in(row["members"])))
        for row in kept.sort("stream").iter_rows(named=True)
    ]
    return Screening(tuple(findings), streams)


def _long_runs(papers: pl.DataFrame, order: str) -> pl.DataFrame:
    """Runs that are long enough, with the chance that a stream has one by an order of chance."""
    from scipy.stats import hypergeom

    known = papers if order == "time" else papers.filter(pl.col("number").is_not_null())
    ordered = known.sort("stream", *ORDERS[order], "place")
    sizes = ordered.select("at", n=pl.len().over("stream"), c=pl.len().over("stream", "same"))
    runs = (
        ordered.with_columns(run=pl.struct("stream", "same").rle_id())
        .join(sizes, on="at")
        .group_by("run")
        .agg(pl.col("stream", "n", "c", "size").first(), length=pl.len(), members=pl.col("at"))
        .filter(pl.col("length") >= pl.when(pl.col("size") > 1).then(SHORT).otherwise(LONG))
    )
    n, c, length = (runs[name].cast(pl.Int64).to_numpy() for name in ("n", "c", "length"))
    # C(n − L, c − L) ÷ C(n, c): the first L of an order of chance are all among the c equal ones
    chances = np.minimum(1, (n - c + 1) * hypergeom.pmf(length, n, c, length) * len(ORDERS))
    return runs.select("stream", "length", "members", p=pl.Series(chances, dtype=pl.Float64), order=pl.lit(order))


def _run_finding(material: Material, method: str, kind: str, row: Row, papers: pl.DataFrame) -> Finding:
    subject, length = row["stream"], row["length"]
    name = {"unit": f"给{material.name_of(subject)}的", "method": "", "interviewer": f"访问员 {subject} 的"}[kind]
    how = "按时间" if row["order"] == "time" else "按表单编号"
    what = f"每份 {papers['size'][0]} 个答案" if papers["size"][0] > 1 else f"都是“{last_level(papers)}”"
    sentence = (
        f"{material.title_of(method)}中，{name}表单{how}连续 {length} 份完全相同（{what}）；"
        f"如果先后是偶然的，可能性{describe_chance(row['p'])}。请核对是否一人所填。"
    )
    units = papers["unit"].unique().to_list()
    unit = units[0] if len(units) == 1 and kind != "method" else None
    rows = material.form_rows(method, papers)
    return Finding("runs", method, kind, subject, unit, length, row["p"], material.threshold, sentence, rows)
