"""What the result would be without the rows of a finding: places and lists that change.

The campaign is reviewed again with these rows left out; the facts themselves stay. Only the findings asked for, and no
more than `MOST`, are tried: each costs a review.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from pingyi.common.faults import PingyiError
from pingyi.integrity.finding import PLACE, Finding
from pingyi.integrity.material import identified
from pingyi.plan import Plan
from pingyi.scenarios.difference import Difference, Result, compare_results
from pingyi.scenarios.difference_report import summarize_difference
from pingyi.scoring.review import Review

MOST = 10
"""Findings tried, the least likely ones first."""


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


CHANGES = {
    "number": pl.Int64,
    "detector": pl.String,
    "subject": pl.String,
    "rows": pl.Int64,
    "memberships": pl.Int64,
    "units": pl.Int64,
    "places": pl.Int64,
    "sentence": pl.String,
}
"""Columns of `changes`."""


def without(
    plan: Plan, facts: Mapping[str, pl.DataFrame], findings: Sequence[Finding], most: int = MOST
) -> list[Without]:
    """For each of the first `most` findings what the official result would be without its rows."""
    official = _result(plan, facts)
    return [_tried(plan, facts, official, one) for one in findings[:most]]


def changes(found: Sequence[Finding], tried: Sequence[Without]) -> pl.DataFrame:
    """One row a finding that was tried, under its number among those found (as in the frame of findings).

    memberships: how many entries of lists would differ. units: whose list, place or total would. places: the largest
    move; nothing where there is no result.
    """
    numbers = {id(one): nth for nth, one in enumerate(found, start=1)}
    rows = [(numbers[id(one.finding)], *_changed(one), one.sentence) for one in tried]
    return pl.DataFrame(rows, schema=CHANGES, orient="row").sort("number")


def _changed(one: Without) -> tuple[object, ...]:
    about = (one.finding.detector, one.finding.subject, one.finding.rows.height)
    if one.difference is None:
        return (*about, None, None, None)
    most = one.difference.largest()
    return (*about, *one.difference.size, abs(most.by or 0) if most else 0)


def _tried(plan: Plan, facts: Mapping[str, pl.DataFrame], official: Result, finding: Finding) -> Without:
    try:
        return Without(finding, compare_results(official, _result(plan, left_out(facts, finding.rows))))
    except PingyiError as failed:
        return Without(finding, None, str(failed).splitlines()[0])


def _result(plan: Plan, facts: Mapping[str, pl.DataFrame]) -> Result:
    review = Review.begin(plan, facts)
    try:
        return Result.of(review.through("outcomes"))
    finally:
        review.close()


def left_out(facts: Mapping[str, pl.DataFrame], rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Facts in which the rows that `rows` names (columns `PLACE`) are missing; the facts given stay whole."""
    tables = rows["table"].unique().to_list()
    return dict(facts) | {name: _left_out(facts, name, rows.filter(pl.col("table") == name)) for name in tables}


def _left_out(facts: Mapping[str, pl.DataFrame], name: str, rows: pl.DataFrame) -> pl.DataFrame:
    at = identified(facts, name).select(PLACE[1:]).with_row_index("at")
    gone = at.join(rows, on=PLACE[1:], how="semi", nulls_equal=True)["at"]
    return facts[name].with_row_index("at").filter(~pl.col("at").is_in(gone.implode())).drop("at")
