"""Straight-lining: a form, or a respondent, that gives everything the same level.

Statistic: whether all answers of a form are of its level, or all of one that is less likely; for whatever brought
many forms (unit, interviewer, batch, device) how many of them are all of one level. Null: `alike` — the shares of
levels that others gave to the same units and items, and people who lean to kindness or severity as much as those do
whose answers differ. One form of ten best marks is thus no finding where best marks are usual; thirty of them from
one interviewer may be. Single forms: share of false findings (Benjamini and Hochberg 1995). Groups: binomial,
every form with the mean chance of its group (Hoeffding 1956: too careful), raised where the forms of all other groups
are straight more often than reckoned; then `inflation`, then corrected for all groups.

Source of the idea: Zhang and Conrad (2014), Survey Research Methods 8: who speeds gives straight lines.

Forms with a rule for picks (ballots) cannot be straight and are left out; see `slates`.
"""

import polars as pl

from pingyi.integrity.alike import hands
from pingyi.integrity.chance import binomial_tail, calmed, false_share, for_all
from pingyi.integrity.finding import Finding, Looked, chance, doubt, times, together
from pingyi.integrity.material import BREAK, HANDS, Material, Row

ID = "straight"
TITLE = "全部填同一等次"

ANSWERS = 4
"""Answers of a form that counts in a group, at least: three of a kind happen all the time."""

SINGLE = 8
"""Answers of a form, or of a respondent, that is looked at alone, at least: somebody strict may well give six alike."""

FORMS = 5
"""Straight forms of a group, at least."""

GROUPS = ("unit", *HANDS, "device")
"""What many forms may have in common."""


def look(material: Material) -> Looked:
    """Forms and groups of forms of each method that is answered freely."""
    return together(
        [one for method in material.methods() if _free(material, method) for one in _look(material, method)]
    )


def _free(material: Material, method: str) -> bool:
    """Whether no rule says how often a level must be given."""
    found = material.component(method)
    rule = found.ratings.form if found and found.ratings else None
    return rule is None or not (rule.exactly or rule.at_most)


def _look(material: Material, method: str) -> list[Looked]:
    papers = material.papers.filter(method=method)
    several = bool((papers["size"] >= ANSWERS).any())
    cell = pl.concat_str(["unit", pl.col("item").fill_null("")], separator=BREAK)
    hand = pl.col("paper") if several else pl.col("respondent")
    answers = material.ratings.filter(method=method).select(hand=hand, cell=cell, level="level").drop_nulls("hand")
    least = ANSWERS if several else SINGLE
    if not answers.height or answers["hand"].unique_counts().max() < least:  # type: ignore[operator]
        return []
    found = hands(answers)
    asked = found.frame.filter(pl.col("answers") >= least)
    kind = "form" if several else "respondent"
    looks = [_single(material, method, kind, asked.filter(pl.col("answers") >= SINGLE), papers)]
    return looks + [_groups(material, method, group, asked, papers) for group in GROUPS if several]


def _single(material: Material, method: str, kind: str, asked: pl.DataFrame, papers: pl.DataFrame) -> Looked:
    kept = asked.with_columns(p=pl.Series(false_share(asked["own"].to_numpy()))).filter(
        pl.col("p") < material.threshold
    )
    named = "paper" if kind == "form" else "respondent"
    findings = [
        _of_single(material, method, kind, row, papers.filter(pl.col(named) == row["hand"]))
        for row in kept.iter_rows(named=True)
    ]
    return Looked(tuple(findings), asked.height)


def _of_single(material: Material, method: str, kind: str, row: Row, papers: pl.DataFrame) -> Finding:
    level = papers["answers"][0].rsplit(BREAK, 1)[-1]
    who = f"表单 {row['hand']} 的" if kind == "form" else f"代号 {row['hand']} 的评价人给出的"
    who = "没有编号的一份表单的" if row["hand"].startswith(BREAK) else who
    sentence = (
        f"{material.title(method)}中，{who} {row['answers']} 个答案全是“{level}”；"
        f"照各单位的等次分布和各人的宽严，{doubt(row['p'])}。请核对是否认真填写。"
    )
    units = papers["unit"].unique().to_list() if (papers["units"] == 1).all() else []
    unit = units[0] if len(units) == 1 else None
    return Finding(
        ID,
        method,
        kind,
        row["hand"],
        unit,
        row["answers"],
        row["p"],
        material.threshold,
        sentence,
        material.rows(method, papers),
    )


def _groups(material: Material, method: str, kind: str, asked: pl.DataFrame, papers: pl.DataFrame) -> Looked:
    """Units, interviewers, batches or devices with too many straight forms."""
    forms = papers.filter(pl.col(kind).is_not_null(), (pl.col("units") == 1) | (kind != "unit"))
    joined = asked.join(forms.select(hand="paper", group=kind), on="hand")
    per = joined.group_by("group").agg(forms=pl.len(), straight=pl.col("alike").sum(), usual=pl.col("p").mean())
    per = per.filter(pl.col("forms") >= FORMS).sort("group")
    if not per.height:
        return Looked()
    rest = joined["alike"].sum() - pl.col("straight"), joined["p"].sum() - pl.col("forms") * pl.col("usual")
    more = ((rest[0] + 1) / (rest[1] + 1)).clip(lower_bound=1)
    per = per.with_columns(usual=pl.min_horizontal(pl.col("usual") * more, 1 - 1e-6))
    p = for_all(calmed(binomial_tail(per["straight"], per["forms"], per["usual"])), per.height * len(GROUPS))
    kept = per.with_columns(p=pl.Series(p)).filter(pl.col("p") < material.threshold, pl.col("straight") >= FORMS)
    straight = joined.filter("alike")
    findings = [
        _of_group(material, method, kind, row, forms.join(_of(straight, row), on="paper", how="semi"))
        for row in kept.iter_rows(named=True)
    ]
    return Looked(tuple(findings), per.height)


def _of(straight: pl.DataFrame, row: Row) -> pl.DataFrame:
    return straight.filter(pl.col("group") == row["group"]).select(paper="hand")


def _of_group(material: Material, method: str, kind: str, row: Row, papers: pl.DataFrame) -> Finding:
    subject = row["group"]
    names = {"unit": material.name(subject), "interviewer": f"访问员 {subject} ", "batch": f"批次 {subject} "}
    whose = f"{names.get(kind, f'设备 {subject} ')}的"
    sentence = (
        f"{material.title(method)}中，{whose} {row['forms']} 份表单有 {row['straight']} 份全填同一等次，"
        f"照常约有 {times(row['forms'] * row['usual'])} 份，可能性{chance(row['p'])}。请核对填写情况。"
    )
    unit = subject if kind == "unit" else None
    rows = material.rows(method, papers)
    return Finding(ID, method, kind, subject, unit, row["straight"], row["p"], material.threshold, sentence, rows)
