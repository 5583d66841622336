"""Answers that tell nothing apart: one level for everything (`find_straight_lines`), marks without spread
(`find_flat_marks`).

Both ask the leniency model (`significance.fit_leniency`) how likely answers that are all alike are, where people lean
to kindness or severity as much as those do whose answers differ.

Straight lines. Statistic: whether all answers of a form, or of a respondent, are of its level, or all of one that is
less likely; for whatever brought many forms (unit, interviewer, batch, device) how many of them are all of one level.
Null: the shares of levels that others gave to the same units and items. One form of ten best marks is thus no finding
where best marks are usual; thirty of them from one interviewer may be. Single forms: share of false findings (Benjamini
and Hochberg 1995). Groups: binomial, every form with the mean chance of its group (Hoeffding 1956: too careful), raised
where the forms of all other groups are straight more often than reckoned; then `inflation`, then corrected for all
groups. Source of the idea: Zhang and Conrad (2014), Survey Research Methods 8: who speeds gives straight lines. Forms
with a rule for picks (ballots) cannot be straight and are left out; see `ballot_clusters`.

Flat marks. Statistic: whether all marks that one body gave in a cycle are equal, and whether they lie in one band.
Null: values and bands as the other bodies give them, drawn a little to even use of the plan's range. The smaller chance
counts twice; corrected for all bodies of a method. Source of the idea: central tendency and leniency of raters, Saal,
Downey and Lahey (1980), Psychological Bulletin 88.
"""

from decimal import Decimal

import polars as pl

from pingyi.integrity.detector import (
    BREAK,
    CELL,
    Finding,
    Material,
    Row,
    Screening,
    describe_chance,
    describe_false_share,
    describe_mean,
    last_level,
    located_rows,
    merge_screenings,
    only_unit,
)
from pingyi.integrity.significance import binomial_tail, correct_for_all, deflate, false_share, fit_leniency
from pingyi.plan.marks import Marks

ANSWERS = 4
"""Answers of a form that counts in a group, at least: three of a kind happen all the time."""

SINGLE = 8
"""Answers of a form, or of a respondent, that is looked at alone, at least: somebody strict may well give six alike."""

FORMS = 5
"""Straight forms of a group, at least."""

GROUPS = {"unit": "{}的", "interviewer": "访问员 {} 的", "batch": "批次 {} 的", "device": "设备 {} 的"}
"""What many forms may have in common, and how a sentence names it."""

MARKS = 4
"""Marks of a body, at least: three equal ones are no wonder."""


def find_straight_lines(material: Material) -> Screening:
    """Forms and groups of forms of each method that is answered freely."""
    methods = material.methods_in("ratings")
    return merge_screenings([one for method in methods for one in _straight_lines_in(material, method)])


def _straight_lines_in(material: Material, method: str) -> list[Screening]:
    found = material.component_of(method)
    rule = found.ratings.form if found and found.ratings else None
    if rule and (rule.exactly or rule.at_most):
        return []
    papers = material.papers.filter(method=method)
    several = bool((papers["size"] >= ANSWERS).any())
    hand, least = ("paper", ANSWERS) if several else ("respondent", SINGLE)
    answers = material.ratings.filter(method=method).select(hand=hand, cell=CELL, level="level").drop_nulls("hand")
    if not answers.height or answers["hand"].unique_counts().max() < least:  # type: ignore[operator]
        return []
    asked = fit_leniency(answers).frame.filter(pl.col("answers") >= least)
    single = _single_lines(material, method, hand, asked.filter(pl.col("answers") >= SINGLE), papers)
    return [single, *(_line_groups(material, method, group, asked, papers) for group in GROUPS if several)]


def _single_lines(material: Material, method: str, hand: str, asked: pl.DataFrame, papers: pl.DataFrame) -> Screening:
    kept = asked.with_columns(p=pl.Series(false_share(asked["own"]))).filter(pl.col("p") < material.threshold)
    findings = [
        _single_finding(material, method, hand, row, papers.filter(pl.col(hand) == row["hand"]))
        for row in kept.iter_rows(named=True)
    ]
    return Screening(tuple(findings), asked.height)


def _single_finding(material: Material, method: str, hand: str, row: Row, papers: pl.DataFrame) -> Finding:
    subject, kind = row["hand"], "form" if hand == "paper" else hand
    who = f"表单 {subject} 的" if kind == "form" else f"代号 {subject} 的评价人给出的"
    who = "没有编号的一份表单的" if subject.startswith(BREAK) else who
    sentence = (
        f"{material.title_of(method)}中，{who} {row['answers']} 个答案全是“{last_level(papers)}”；"
        f"照各单位的等次分布和各人的宽严，{describe_false_share(row['p'])}。请核对是否认真填写。"
    )
    about = ("straight", method, kind, subject, only_unit(papers), row["answers"], row["p"])
    return Finding(*about, material.threshold, sentence, material.form_rows(method, papers))


def _line_groups(material: Material, method: str, kind: str, asked: pl.DataFrame, papers: pl.DataFrame) -> Screening:
    """Units, interviewers, batches or devices with too many straight forms."""
    forms = papers.filter(pl.col(kind).is_not_null(), (pl.col("units") == 1) | (kind != "unit"))
    joined = asked.join(forms.select(hand="paper", group=kind), on="hand")
    per = joined.group_by("group").agg(forms=pl.len(), straight=pl.col("alike").sum(), usual=pl.col("p").mean())
    per = per.filter(pl.col("forms") >= FORMS).sort("group")
    if not per.height:
        return Screening()
    rest = joined["alike"].sum() - pl.col("straight"), joined["p"].sum() - pl.col("forms") * pl.col("usual")
    more = ((rest[0] + 1) / (rest[1] + 1)).clip(lower_bound=1)
    per = per.with_columns(usual=pl.min_horizontal(pl.col("usual") * more, 1 - 1e-6))
    tails = binomial_tail(per["straight"], per["forms"], per["usual"])
    p = correct_for_all(deflate(tails), per.height * len(GROUPS))
    kept = per.with_columns(p=pl.Series(p)).filter(pl.col("p") < material.threshold, pl.col("straight") >= FORMS)
    straight = joined.filter("alike").select("group", paper="hand")
    findings = [
        _group_finding(
            material, method, kind, row, forms.join(straight.filter(group=row["group"]), on="paper", how="semi")
        )
        for row in kept.iter_rows(named=True)
    ]
    return Screening(tuple(findings), per.height)


def _group_finding(material: Material, method: str, kind: str, row: Row, papers: pl.DataFrame) -> Finding:
    subject, unit = row["group"], row["group"] if kind == "unit" else None
    whose = GROUPS[kind].format(material.name_of(subject) if unit else subject)
    sentence = (
        f"{material.title_of(method)}中，{whose} {row['forms']} 份表单有 {row['straight']} 份全填同一等次，"
        f"照常约有 {describe_mean(row['forms'] * row['usual'])} 份，可能性{describe_chance(row['p'])}。请核对填写情况。"
    )
    about = ("straight", method, kind, subject, unit, row["straight"], row["p"])
    return Finding(*about, material.threshold, sentence, material.form_rows(method, papers))


def find_flat_marks(material: Material) -> Screening:
    """Bodies of each method that is marked by a rule of the plan."""
    return merge_screenings([_flat_marks_in(material, method) for method in material.methods_in("marks")])


def _flat_marks_in(material: Material, method: str) -> Screening:
    found = material.component_of(method)
    rule = found.marks if found else None
    if rule is None:
        return Screening()
    own = material.marks_with_body(method).filter(pl.col("body").is_not_null(), pl.col("mark").is_not_null())
    nothing = [float(one) for one in rule.means_nothing]
    own = own.filter(~pl.col("mark").is_in(nothing)).with_columns(
        hand=pl.concat_str(["body", pl.col("cycle").fill_null("")], separator=BREAK), band=_band_of_mark(rule)
    )
    asked = own.group_by("hand").len().filter(pl.col("len") >= MARKS)["hand"].sort().to_list()
    if not asked:
        return Screening()
    value = (pl.col("mark") * pl.lit(10).pow(rule.decimals)).round().cast(pl.Int64).cast(pl.String)
    by_value = _chances_alike(own, value, _even_shares(rule))
    banded = len(rule.bands) > 1
    by_band = _chances_alike(own, pl.col("band"), _band_shares(rule)) if banded else {}
    findings = []
    for hand in asked:
        equal, least = by_value.get(hand, 1.0), min(by_value.get(hand, 1.0), by_band.get(hand, 1.0))
        p = float(correct_for_all(least, len(asked) * (1 + banded)))
        if p < material.threshold:
            findings.append(_flat_finding(material, method, rule, equal == least, p, own.filter(hand=hand)))
    return Screening(tuple(findings), len(asked))


def _chances_alike(own: pl.DataFrame, level: pl.Expr, prior: dict[str, float]) -> dict[str, float]:
    """For each body and cycle in which all marks are alike the chance of it."""
    answers = own.select("hand", cell=pl.lit(""), level=level).drop_nulls()
    found = fit_leniency(answers, prior)
    return dict(found.frame.filter("alike").select("hand", "own").iter_rows())


def _band_of_mark(rule: Marks) -> pl.Expr:
    inside = pl.lit(None, pl.String)
    for name, (low, high) in rule.bands.items():
        inside = pl.when(pl.col("mark").is_between(float(low), float(high))).then(pl.lit(name)).otherwise(inside)
    return inside


def _even_shares(rule: Marks) -> dict[str, float]:
    """Even shares of all marks that the plan admits, at most a hundred of them."""
    low, high = (int(one * 10**rule.decimals) for one in rule.range)
    values = range(low, high + 1, max(1, (high - low) // 100))
    return {str(value): 1 / len(values) for value in values}


def _band_shares(rule: Marks) -> dict[str, float]:
    """Shares of the bands by their width."""
    step = Decimal(1).scaleb(-rule.decimals)
    widths = {name: float(high - low + step) for name, (low, high) in rule.bands.items()}
    return {name: width / sum(widths.values()) for name, width in widths.items()}


def _flat_finding(material: Material, method: str, rule: Marks, equal: bool, p: float, own: pl.DataFrame) -> Finding:
    row: Row = own.row(0, named=True)
    body, cycle = row["body"], row["cycle"]
    what = f"都是 {row['mark']:.{rule.decimals}f} 分" if equal else f"都在“{row['band']}”档"
    who = ("" if body == method else f"{body}给出的") + (f"{cycle}的" if cycle else "")
    sentence = (
        f"{material.title_of(method)}中，{who} {own.height} 个评分{what}；"
        f"照其他评分人的情形，可能性{describe_chance(p)}。请核对是否逐个评过。"
    )
    rows = located_rows(own, "marks")
    return Finding("spread", method, "marker", body, None, own.height, p, material.threshold, sentence, rows)
