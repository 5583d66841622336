"""Interviewers and batches whose levels differ from what others heard about the same units.

Statistic: the generalised Cochran–Mantel–Haenszel chi-square over units and items (`strata`): whom somebody was sent to
explains nothing away and nothing up. Answers on one form resemble each other (`alike`), so many answers on few forms
count for less: the chi-square is divided by 1 + (m − 1) ρ, m answers a form (Rao and Scott 1981, JASA 76). Interviewers always differ a little; `inflation` takes the one in the middle as
usual. Findings: share of false ones 1 ‰ over all interviewers of a method (Benjamini and Hochberg 1995).

Source of the idea: statistical control of interviewers, Bredl, Storfinger and Menold (2013), in: Interviewers'
Deviations in Surveys; AAPOR, Interviewer Falsification in Survey Research (2003).
"""

import numpy as np
import polars as pl

from pingyi.integrity.alike import hands
from pingyi.integrity.chance import calmed, chi_square_tail, false_share
from pingyi.integrity.finding import ALPHA, Finding, Looked, chance, placed, share, together
from pingyi.integrity.material import BREAK, HANDS, Material
from pingyi.integrity.strata import Test, compared

ID = "hands"
TITLE = "访问员或批次的等次分布异常"

ANSWERS = 20
"""Answers of an interviewer or a batch, at least."""


def look(material: Material) -> Looked:
    """Interviewers and batches of each method."""
    return together([_of_method(material, method, kind) for method in material.methods() for kind in HANDS])


def _of_method(material: Material, method: str, kind: str) -> Looked:
    names = material.levels(method)
    own = material.ratings.filter(pl.col("method") == method, pl.col(kind).is_not_null(), pl.col("level").is_in(names))
    if not own.height:
        return Looked()
    parts = own[kind].unique().sort().to_list()
    cells = own.group_by(kind, "unit", "item", "level").len().sort(kind, "unit", "item", "level")
    strata = pl.concat_str(["unit", pl.col("item").fill_null("")], separator=BREAK).rank("dense").cast(pl.Int64) - 1
XX

def _effects(own: pl.DataFrame, kind: str) -> dict[str, float]:
    """By how much answers on the same forms make the chi-square of each part too large."""
    sizes = own.group_by(kind, "paper").len().group_by(kind).agg(size=(pl.col("len") ** 2).sum() / pl.col("len").sum())
    cell = pl.concat_str(["unit", pl.col("item").fill_null("")], separator=BREAK)
    several = bool((sizes["size"] > 1).any())
    lean = hands(own.select(hand="paper", cell=cell, level="level")).lean if several else 0.0
    return {part: 1 + (size - 1) * lean for part, size in sizes.iter_rows()}


def _finding(
    material: Material, method: str, kind: str, part: str, test: Test, p: float, rows: pl.DataFrame
) -> Finding:
    most = int(np.argmax(np.abs(test.seen - test.expected)))
    level, answers = material.levels(method)[most], max(test.answers, 1)
    who = f"访问员 {part}" if kind == "interviewer" else f"批次 {part}"
    sentence = (
        f"{material.title(method)}中，{who} 经手 {test.answers} 条，“{level}”占 {share(test.seen[most] / answers)}，"
        f"同样这些单位由他人经手应占 {share(test.expected[most] / answers)}，可能性{chance(p)}。请抽查原始记录。"
    )
    return Finding(ID, method, kind, part, None, test.statistic, p, ALPHA, sentence, placed(rows, "ratings"))
