"""Runs of identical forms, one after the other by time or by form number.

Statistic: the length of a run of equal forms. Null: the forms are as they are, but their order is a matter of chance;
of n forms with c equal ones, a run of L or more has at most the chance (n − c + 1) · C(n − L, c − L) / C(n, c): the
expected number of places for it. Source: runs of one kind, Mood (1940), Annals of Mathematical Statistics 11.

A stream is what one unit got; all forms of a method where a form rates many units; what one interviewer brought. Equal
is what has the same answers (and units, where a form rates many).
"""

import numpy as np
import polars as pl

from pingyi.integrity.chance import calmed, for_all, log_choose
from pingyi.integrity.finding import Finding, Looked, chance, together
from pingyi.integrity.material import Material, Row

ID = "runs"
TITLE = "连续相同的表单"

SHORT, LONG = 4, 8
"""Equal forms in a row that deserve a look, at least: with several answers, with one answer."""

ORDERS = ("time", "number")
"""By time (then number, then place in the file), and by form number."""

STREAMS = {"unit": "单位", "method": "指标", "interviewer": "访问员"}


def look(material: Material) -> Looked:
    """All streams of each method in both orders."""
    return together([one for method in material.methods() for one in _of_method(material, method)])


def _of_method(material: Material, method: str) -> list[Looked]:
    papers = material.papers.filter(pl.col("method") == method).with_columns(
        pl.col("form").str.replace(r"\d+$", "").alias("head"),
        pl.col("form").str.extract(r"(\d{1,18})$").cast(pl.Int64).alias("number"),
    )
    whole = bool((papers["units"] > 1).any())
    several = papers.filter(pl.col("size") > 1, pl.col("interviewer").is_not_null())
    streams = [("method" if whole else "unit", papers, "pattern" if whole else "answers")]
    streams += [("interviewer", several, "pattern" if whole else "answers")] if several.height else []
    return [_of_streams(material, method, *one) for one in streams]


def _of_streams(material: Material, method: str, kind: str, papers: pl.DataFrame, same: str) -> Looked:
    named = papers.with_columns(
        stream=pl.lit(method) if kind == "method" else pl.col(kind), same=pl.col(same), at=pl.int_range(pl.len())
    )
    runs = pl.concat([_runs(named, order) for order in ORDERS])
    if not runs.height:
        return Looked((), named["stream"].n_unique())
    best = runs.sort("p", "length", "order", descending=[False, True, True]).unique(
        "stream", keep="first", maintain_order=True
    )
    streams = named["stream"].n_unique()
    padded = np.concatenate([best["p"].to_numpy(), np.ones(streams - best.height)])
    kept = best.with_columns(p=pl.Series(for_all(calmed(padded), streams)[: best.height])).filter(
        pl.col("p") < material.threshold
    )
    findings = [
        _finding(material, method, kind, row, named.filter(pl.col("at").is_in(row["members"])))
        for row in kept.sort("stream").iter_rows(named=True)
    ]
    return Looked(tuple(findings), streams)


def _runs(papers: pl.DataFrame, order: str) -> pl.DataFrame:
    """Runs that are long enough, with the chance that a stream has one by an order of chance."""
    by = ["rated_on", "head", "number"] if order == "time" else ["head", "number"]
    known = papers if order == "time" else papers.filter(pl.col("number").is_not_null())
    ordered = known.sort("stream", *by, "place")
    sizes = ordered.select("at", n=pl.len().over("stream"), c=pl.len().over("stream", "same"))
    runs = (
        ordered.with_columns(run=pl.struct("stream", "same").rle_id())
        .join(sizes, on="at")
        .group_by("run")
        .agg(pl.col("stream", "n", "c", "size").first(), length=pl.len(), members=pl.col("at"))
        .filter(pl.col("length") >= pl.when(pl.col("size") > 1).then(SHORT).otherwise(LONG))
    )
    n, c, length = (runs[name].to_numpy() for name in ("n", "c", "length"))
    ways = np.log(n - c + 1) + log_choose(n - length, c - length) - log_choose(n, c)
    chances = np.minimum(1, np.exp(ways) * len(ORDERS))
    return runs.select("stream", "length", "members", p=pl.Series(chances, dtype=pl.Float64), order=pl.lit(order))


def _finding(material: Material, method: str, kind: str, row: Row, papers: pl.DataFrame) -> Finding:
    subject, length = row["stream"], row["length"]
    name = {"unit": f"给{material.name(subject)}的", "method": "", "interviewer": f"访问员 {subject} 的"}[kind]
    how = "按时间" if row["order"] == "time" else "按表单编号"
    what = f"每份 {papers['size'][0]} 个答案" if papers["size"][0] > 1 else f"都是“{_level(papers)}”"
    sentence = (
        f"{material.title(method)}中，{name}表单{how}连续 {length} 份完全相同（{what}）；"
        f"如果先后是偶然的，可能性{chance(row['p'])}。请核对是否一人所填。"
    )
    units = papers["unit"].unique().to_list()
    unit = units[0] if len(units) == 1 and kind != "method" else None
    return Finding(
        ID, method, kind, subject, unit, length, row["p"], material.threshold, sentence, material.rows(method, papers)
    )


def _level(papers: pl.DataFrame) -> str:
    return str(papers["answers"][0]).rsplit("\x1f", 1)[-1]
