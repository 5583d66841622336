"""Ballots that come in campaigns: the same picks, or nearly the same, more often than voters agree by themselves.

Statistic: around each ballot, how many others share all of its picks of a level but 0, 1 or 2. Null: every voter picks
so many candidates, each as likely as it was picked over all (conditional Poisson sampling: Chen, Dempster and Liu 1994,
Biometrika 81); the overlap of a ballot with k given candidates then has the chance e_j(inside) e_(k−j)(outside) ÷ e_k,
e being elementary symmetric polynomials of the odds. Voters of like taste agree more than that; so the expected number
is raised to the mean that the nine tenths of ballots with the fewest neighbours show. Binomial, corrected for all
ballots, radii, levels and groups. The ballot with the least chance is the middle of a campaign, which reaches as far as
it is unlikely; these ballots are taken out and the rest is looked at again.

Groups of voters and numbers of picks are looked at apart. Several equal ballots in a row: see `repeated_responses`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from pingyi.common import wording
from pingyi.integrity.detector import Finding, Material, Screening, describe_chance, describe_mean, merge_screenings
from pingyi.integrity.significance import Floats, Ints, add_up, binomial_tail, codes_of

PICKS = 3
"""Picks of a level, at least: pairs of candidates are common."""

RADII = (0, 1, 2)
"""Picks in which ballots of one campaign may differ: some people follow a list with slips."""

BALLOTS = 5
"""Ballots of a campaign, at least: a family votes alike."""

CROWD = 0.1
"""Share of ballots with the most neighbours that does not say what is usual."""

MOST, CENTRES, CHUNK = 10, 4000, 500
"""Campaigns looked for in one level; ballots tried as their middle (evenly spread out of more); at once."""


@dataclass(frozen=True)
class BallotBox:
    """Ballots with equally many picks of one level: `papers` names them, `picks` is one row each of zeros and ones."""

    method: str
    level: str
    papers: pl.DataFrame
    picks: Floats
    candidates: list[str]
    odds: Floats


def find_ballot_clusters(material: Material) -> Screening:
    """All boxes of each method whose plan says how often a level must or may be picked."""
    by_method = [[*_ballot_boxes(material, method)] for method in material.methods_in("ratings")]
    return merge_screenings([_clusters_in(material, box, len(boxes)) for boxes in by_method for box in boxes])


def _ballot_boxes(material: Material, method: str) -> Iterator[BallotBox]:
    found = material.component_of(method)
    form = found.ratings.form if found and found.ratings else None
    bound = [*form.exactly, *form.at_most] if form else []
    own = material.ratings.filter(pl.col("method") == method, pl.col("level").is_in(bound)).with_columns(
        pl.col("group").fill_null("")
    )
    sized = own.unique(["paper", "level", "unit"], maintain_order=True).with_columns(n=pl.len().over("paper", "level"))
    for (level, _), part in sorted(sized.partition_by("level", "group", as_dict=True).items()):
        candidates = part["unit"].unique().sort().to_list()
        odds = _pick_odds(part, candidates)
        for (n,), equal in sorted(part.partition_by("n", as_dict=True).items()):
            if PICKS <= n < len(candidates) and equal["paper"].n_unique() >= BALLOTS:
                yield _ballot_box(method, str(level), equal, candidates, odds)


def _pick_odds(part: pl.DataFrame, candidates: list[str]) -> Floats:
    """The odds that a candidate is picked, on all ballots of a group, however many they pick."""
    ballots = part["paper"].n_unique()
    picked = part.group_by("unit").len().sort("unit")["len"].to_numpy() / ballots
    share = np.clip(picked, 0.5 / ballots, 1 - 0.5 / ballots)
    odds: Floats = share / (1 - share) * len(candidates) / picked.sum()
    return odds


def _ballot_box(method: str, level: str, part: pl.DataFrame, candidates: list[str], odds: Floats) -> BallotBox:
    papers = part["paper"].unique().sort().to_list()
    places = codes_of(part["paper"], papers), codes_of(part["unit"], candidates)
    picks = add_up(1, places, (len(papers), len(candidates)))
    return BallotBox(method, level, pl.DataFrame({"paper": papers}), picks, candidates, odds)


def _clusters_in(material: Material, box: BallotBox, boxes: int) -> Screening:
    """Campaigns among the ballots of one of so many boxes of a method."""
    left, findings = np.arange(len(box.picks)), list[Finding]()
    while len(left) >= BALLOTS and len(findings) < MOST:
        found = _least_likely_cluster(box.picks[left], box.odds, material.threshold / boxes)
        if found is None:
            break
        members, radius, expected, p = found
        findings.append(_cluster_finding(material, box, left[members], radius, expected, min(1.0, p * boxes)))
        left = np.delete(left, members)
    return Screening(tuple(findings), len(box.picks))


def _least_likely_cluster(picks: Floats, odds: Floats, threshold: float) -> tuple[Ints, int, float, float] | None:
    """The ballots of the least likely neighbourhood, its radius, how many were to be expected, and the chance."""
    number, size = len(picks), int(picks[0].sum())
    middles = np.unique(np.linspace(0, number - 1, min(number, CENTRES)).astype(np.int64))
    radii = [one for one in RADII if one < size - 1]
    near = np.array([_count_neighbours(picks, middles, radius) for radius in radii])
    chances = [_overlap_chances(picks[middles], odds, radius) for radius in radii]
    usual = np.array([_raise_to_usual(*one, number) for one in zip(near, chances, strict=True)])
    p = np.minimum(1, binomial_tail(near, number - 1, usual) * len(middles) * len(RADII))
    p = np.where(near + 1 >= BALLOTS, p, 1.0)
    at = int(p.min(axis=0).argmin())
    if p[:, at].min() >= threshold:
        return None
    nth = int(np.flatnonzero(p[:, at] < threshold).max())
    members = np.flatnonzero(picks @ picks[middles[at]] >= size - radii[nth])
    return members, radii[nth], float(usual[nth, at] * number), float(p[nth, at])


def _count_neighbours(picks: Floats, middles: Ints, radius: int) -> Ints:
    """How many other ballots share all picks of each middle but `radius`."""
    least = picks[0].sum() - radius
    parts = (picks[middles[at : at + CHUNK]] @ picks.T for at in range(0, len(middles), CHUNK))
    return np.concatenate([(part >= least).sum(axis=1) - 1 for part in parts])


def _overlap_chances(picks: Floats, odds: Floats, radius: int) -> Floats:
    """For each row the chance that a ballot picks all of its candidates but `radius` at most.

    With j of k candidates missed: e_(k−j)(inside) = product × e_j(1 ÷ odds), and e_j(outside), both from power sums;
    e_k are the coefficients of the polynomial whose roots are the negative odds.
    """
    inside, outside = picks @ (1 / odds), odds.sum() - picks @ odds
    twice_inside = (inside**2 - picks @ odds**-2) / 2
    twice_outside = (outside**2 - ((odds**2).sum() - picks @ odds**2)) / 2
    ways = (np.ones(len(picks)), inside * outside, twice_inside * twice_outside)
    near: Floats = np.exp(picks @ np.log(odds)) * sum(ways[: radius + 1]) / np.poly(-odds)[int(picks[0].sum())]
    return np.minimum(1, near)


def _raise_to_usual(near: Ints, chances: Floats, number: int) -> Floats:
    """The chances, raised until the ballots with the fewest neighbours have as many as they should."""
    kept = near <= np.quantile(near, 1 - CROWD)
    seen, expected = float(near[kept].mean()), float(chances[kept].mean() * (number - 1))
    raised: Floats = np.minimum(1, chances * max(1.0, seen / max(expected, 1e-12))) if seen > 0 else chances
    return raised


def _cluster_finding(
    material: Material, box: BallotBox, members: Ints, radius: int, expected: float, p: float
) -> Finding:
    papers = box.papers[members]
    often = box.picks[members].mean(axis=0) >= 0.5
    names = wording.joined(material.name_of(unit) for unit, one in zip(box.candidates, often, strict=True) if one)
    alike = "完全相同" if radius == 0 else f"至多差 {radius} 个"
    sentence = (
        f"{material.title_of(box.method)}中，有 {len(members)} 张选票选“{box.level}”的单位{alike}（{names}）；"
        f"照各单位得票的多少，约有 {describe_mean(expected)} 张，可能性{describe_chance(p)}。请核对是否统一填写。"
    )
    rows = material.form_rows(box.method, papers)
    first = str(papers["paper"][0])
    return Finding("slates", box.method, "forms", first, None, len(members), p, material.threshold, sentence, rows)
