"""Interviewers and batches whose levels differ from what others heard about the same units.

Statistic: the generalised Cochran–Mantel–Haenszel chi-square over units and items (`strata`): whom somebody was sent to
explains nothing away and nothing up. Answers on one form, or of one person, resemble each other (`alike`), so many
answers of few people count for less: the chi-square is divided by 1 + (m − 1) ρ, m answers a form (Rao and Scott 1981,
JASA 76). Interviewers always differ a little; `inflation` takes the one in the middle as usual. Findings: share of
false ones over all interviewers of a method (Benjamini and Hochberg 1995); each is taken out before the rest is
compared again.

Source of the idea: statistical control of interviewers, Bredl, Storfinger and Menold (2013), in: Interviewers'
Deviations in Surveys; AAPOR, Interviewer Falsification in Survey Research (2003).
"""

import numpy as np
import polars as pl

from pingyi.integrity.alike import hands
from pingyi.integrity.chance import calmed, chi_square_tail, false_share
from pingyi.integrity.finding import Finding, Looked, doubt, placed, share, together
from pingyi.integrity.material import BREAK, HANDS, Material
from pingyi.integrity.strata import Test, compared

ID = "hands"
TITLE = "访问员或批次的等次分布异常"

ANSWERS = 20
"""Answers of an interviewer or a batch, at least."""

FORMS = 8
"""Forms (or people) of an interviewer or a batch, at least: of few, some are strict by nature."""

MOST = 20
"""Findings of a method at most; each is taken out before the rest is compared again, lest it makes others look odd."""


def look(material: Material) -> Looked:
    """Interviewers and batches of each method."""
    return together([_of_method(material, method, kind) for method in material.methods() for kind in HANDS])


def _of_method(material: Material, method: str, kind: str) -> Looked:
    names = material.levels(method)
    own = material.ratings.filter(pl.col("method") == method, pl.col(kind).is_not_null(), pl.col("level").is_in(names))
    if not own.height:
        return Looked()
    cells = own.group_by(kind, "unit", "item", "level").len().sort(kind, "unit", "item", "level")
    effects, findings, tested = _effects(own, kind), list[Finding](), 0
    while len(findings) < MOST:
        asked = {part: test for part, test in _asked(cells, kind, names).items() if part in effects}
        tested = max(tested, len(asked))
        chances = [chi_square_tail(test.statistic / effects[part], test.freedom) for part, test in asked.items()]
        shares = false_share(calmed(chances))
        if not asked or shares.min() >= material.threshold:
            break
        part, test = [*asked.items()][int(shares.argmin())]
        rows = own.filter(pl.col(kind) == part)
        findings.append(_finding(material, method, kind, part, test, float(shares.min()), rows))
        cells = cells.filter(pl.col(kind) != part)
    return Looked(tuple(findings), tested)


def _asked(cells: pl.DataFrame, kind: str, levels: list[str]) -> dict[str, Test]:
    """The test of each interviewer or batch with enough answers that others' can be compared with."""
    parts = cells[kind].unique().sort().to_list()
    strata = pl.concat_str(["unit", pl.col("item").fill_null("")], separator=BREAK).rank("dense").cast(pl.Int64) - 1
    tests = compared(
        cells[kind].replace_strict(parts, range(len(parts)), return_dtype=pl.Int64).to_numpy(),
        cells.select(strata).to_series().to_numpy(),
        cells["level"].replace_strict(levels, range(len(levels)), return_dtype=pl.Int64).to_numpy(),
        cells["len"].to_numpy().astype(np.float64),
    )
    return {part: test for part, test in zip(parts, tests, strict=True) if test.answers >= ANSWERS}


def _effects(own: pl.DataFrame, kind: str) -> dict[str, float]:
    """By how much answers of the same hand, a form or a person, make the chi-square of each part too large.

    Parts with few hands are left out.
    """
    own = own.with_columns(hand=pl.coalesce("form", "respondent", "paper"))
    forms = own.group_by(kind, "hand").len().group_by(kind)
    sizes = forms.agg(size=(pl.col("len") ** 2).sum() / pl.col("len").sum(), forms=pl.len())
    cell = pl.concat_str(["unit", pl.col("item").fill_null("")], separator=BREAK)
    several = bool((sizes["size"] > 1).any())
    lean = hands(own.select("hand", cell=cell, level="level")).lean if several else 0.0
    enough = sizes.filter(pl.col("forms") >= FORMS).select(kind, "size")
    return {part: 1 + (size - 1) * lean for part, size in enough.iter_rows()}


def _finding(
    material: Material, method: str, kind: str, part: str, test: Test, p: float, rows: pl.DataFrame
) -> Finding:
    most = int(np.argmax(np.abs(test.seen - test.expected)))
    level, answers = material.levels(method)[most], max(test.answers, 1)
    who = f"访问员 {part}" if kind == "interviewer" else f"批次 {part}"
    sentence = (
        f"{material.title(method)}中，{who} 经手 {test.answers} 条，“{level}”占 {share(test.seen[most] / answers)}，"
        f"同样这些单位由他人经手应占 {share(test.expected[most] / answers)}，{doubt(p)}。请抽查原始记录。"
    )
    return Finding(
        ID, method, kind, part, None, test.statistic, p, material.threshold, sentence, placed(rows, "ratings")
    )
