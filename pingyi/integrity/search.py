"""All detectors over one campaign, and what its result would be without the rows of a finding.

Only the findings asked for are tried: for each the campaign is reviewed again with these rows left out. The facts
themselves stay.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from pingyi.common.faults import PingyiError
from pingyi.facts.store import has_store
from pingyi.integrity.ballot_clusters import find_ballot_clusters
from pingyi.integrity.detector import (
    DETECTORS,
    KINDS,
    PLACE,
    Finding,
    Material,
    Screening,
    describe_subject,
    identify_rows,
)
from pingyi.integrity.digit_heaping import find_heaping
from pingyi.integrity.interviewer_effects import find_channel_effects, find_interviewer_effects
from pingyi.integrity.nondifferentiation import find_flat_marks, find_straight_lines
from pingyi.integrity.rating_bursts import find_bursts
from pingyi.integrity.repeated_responses import find_repeats, find_runs
from pingyi.plan import Plan
from pingyi.scenarios.difference import Difference, Result, compare_results
from pingyi.scenarios.difference_report import summarize_difference
from pingyi.scoring.review import Review

SCREENINGS: dict[str, Callable[[Material], Screening]] = {
    "repeats": find_repeats,
    "bursts": find_bursts,
    "runs": find_runs,
    "straight": find_straight_lines,
    "hands": find_interviewer_effects,
    "digits": find_heaping,
    "channels": find_channel_effects,
    "slates": find_ballot_clusters,
    "spread": find_flat_marks,
}
"""What finds the pattern of each detector."""

FINDINGS = (
    {"number": pl.Int64}
    | dict.fromkeys(("detector", "what", "component", "kind", "subject", "unit", "name"), pl.String)
    | dict.fromkeys(("statistic", "p", "threshold"), pl.Float64)
    | {"rows": pl.Int64, "sentence": pl.String}
)
"""Columns of the frame of findings; p and statistic with six significant digits."""

CHANGES = (
    {"number": pl.Int64, "detector": pl.String, "subject": pl.String}
    | dict.fromkeys(("rows", "memberships", "units", "places"), pl.Int64)
    | {"sentence": pl.String}
)
"""Columns of `changes`."""

MOST = 10
"""Findings tried, the least likely ones first: each costs a review."""

NOTHING = "没有发现需要核对的异常。"
STORED = "评价记录太多，分块存放，没有逐条查；选票、评分照常查。"
CAUTION = "线索只供核对，不是结论；任何一条记录都没有删除，也不影响计分。"


@dataclass(frozen=True)
class Found:
    """What all detectors saw, by detector."""

    looks: dict[str, Screening]
    material: Material

    @property
    def findings(self) -> list[Finding]:
        """All findings, the least likely first; of equally likely ones those of the first detectors."""
        return sorted((finding for look in self.looks.values() for finding in look.findings), key=lambda one: one.p)

    def top(self, most: int) -> list[Finding]:
        """The least likely findings."""
        return self.findings[:most]

    @property
    def frame(self) -> pl.DataFrame:
        """One row a finding, numbered."""
        rows = []
        for nth, one in enumerate(self.findings, start=1):
            name = self.material.name_of(one.unit) if one.unit else None
            about = (one.method, KINDS[one.kind], describe_subject(one.subject), one.unit, name)
            seen = (one.statistic, one.p, one.threshold, one.rows.height, one.sentence)
            rows.append((nth, one.detector, DETECTORS[one.detector].title, *about, *seen))
        return pl.DataFrame(rows, schema=FINDINGS, orient="row").with_columns(
            pl.col("p", "statistic").round_sig_figs(6)
        )

    @property
    def rows(self) -> pl.DataFrame:
        """One row for each row of the facts that a finding came from, under the number of the finding."""
        parts = [one.rows.select(pl.lit(nth).alias("number"), *PLACE) for nth, one in enumerate(self.findings, start=1)]
        schema = {"number": pl.Int64, "table": pl.String, "source": pl.String, "sheet": pl.String, "row": pl.Int64}
        return pl.concat([pl.DataFrame(schema=schema), *(part.cast(schema) for part in parts)])  # type: ignore[arg-type]

    @property
    def looked_at(self) -> pl.DataFrame:
        """One row a detector: subjects looked at, subjects in findings, findings."""
        rows = [
            (id, DETECTORS[id].title, look.tested, len(look.subjects), len(look.findings))
            for id, look in self.looks.items()
        ]
        return pl.DataFrame(rows, schema=["detector", "what", "looked_at", "flagged", "findings"], orient="row")

    @property
    def sentences(self) -> list[str]:
        """For a report: a word of caution, then a sentence for each finding, or that there is none."""
        return [CAUTION + self.left_aside, *([one.sentence for one in self.findings] or [NOTHING])]

    @property
    def left_aside(self) -> str:
        """What no detector looked at, in a sentence; empty where all was looked at."""
        return STORED if has_store(self.material.facts) else ""


def find(plan: Plan, facts: Mapping[str, pl.DataFrame], detectors: Sequence[str] = tuple(DETECTORS)) -> Found:
    """Patterns in checked facts that people should look at. The facts stay as they are.

    facts: frames by table as intake delivers them; `device`, `interviewer` and `batch` of ratings are used where they
    are there. Equal facts give equal findings, in whatever order their rows come.
    """
    material = Material(plan, facts)
    return Found({id: SCREENINGS[id](material) for id in detectors}, material)


@dataclass(frozen=True)
class Without:
    """A finding and what leaving its rows out changes; `difference` is None where there is no result without them."""

    finding: Finding
    difference: Difference | None
    why: str = ""

    @property
    def sentence(self) -> str:
        """What would change, in one line."""
        start = f"假如不计这 {self.finding.rows.height} 条记录："
        return start + (summarize_difference(self.difference) if self.difference else f"算不出结果（{self.why}）。")

    @property
    def lists(self) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
        """Units that would be on a list, and that would no longer be, by list."""
        return {one.list: (one.entered, one.left) for one in self.difference.lists} if self.difference else {}

    @property
    def size(self) -> tuple[int | None, int | None, int | None]:
        """How many entries of lists would differ, whose list, place or total would, and the largest move of a place.

        Nothing where there is no result.
        """
        if self.difference is None:
            return None, None, None
        most = self.difference.largest()
        return (*self.difference.size, abs(most.by or 0) if most else 0)


def without(
    plan: Plan, facts: Mapping[str, pl.DataFrame], findings: Sequence[Finding], most: int = MOST
) -> list[Without]:
    """For each of the first `most` findings what the official result would be without its rows."""
    official = _review_result(plan, facts)
    tried = []
    for finding in findings[:most]:
        try:
            result = _review_result(plan, leave_out(facts, finding.rows))
            tried.append(Without(finding, compare_results(official, result)))
        except PingyiError as failed:
            tried.append(Without(finding, None, str(failed).splitlines()[0]))
    return tried


def changes(found: Sequence[Finding], tried: Sequence[Without]) -> pl.DataFrame:
    """One row a finding that was tried, under its number among those found (as in the frame of findings).

    memberships, units, places: as `Without.size` counts them.
    """
    numbers = {id(one): nth for nth, one in enumerate(found, start=1)}
    rows = []
    for one in tried:
        finding = one.finding
        about = (numbers[id(finding)], finding.detector, finding.subject, finding.rows.height)
        rows.append((*about, *one.size, one.sentence))
    return pl.DataFrame(rows, schema=CHANGES, orient="row").sort("number")


def _review_result(plan: Plan, facts: Mapping[str, pl.DataFrame]) -> Result:
    review = Review.begin(plan, facts)
    try:
        return Result.of(review.through("outcomes"))
    finally:
        review.close()


def leave_out(facts: Mapping[str, pl.DataFrame], rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Facts in which the rows that `rows` names (columns `PLACE`) are missing; the facts given stay whole."""
    rest = dict(facts)
    for (name,), own in rows.group_by("table"):
        table = str(name)
        at = identify_rows(facts, table).select(PLACE[1:]).with_row_index("at")
        gone = at.join(own, on=PLACE[1:], how="semi", nulls_equal=True)["at"]
        rest[table] = facts[table].with_row_index("at").filter(~pl.col("at").is_in(gone.implode())).drop("at")
    return rest
