"""The list as the facts known on a day give it: what is laid before those who decide."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from pingyi.common import wording
from pingyi.common.faults import CheckFailed
from pingyi.facts.intake.campaign import campaign_facts
from pingyi.plan import ListRule, Plan
from pingyi.results.list_states import list_states
from pingyi.scoring.review import Review
from pingyi.scoring.stages import STAGES


@dataclass(frozen=True, slots=True)
class Proposal:
    """A list as proposed. rows: unit, place on the list and total (分; none of a unit without), in the list's order.

    open: further lists that it is drawn from and that nobody has decided. waiting: what must still be decided of it.
    barred: unit → why no good list may hold it.
    """

    rows: tuple[tuple[str, int, Decimal | None], ...]
    open: tuple[str, ...]
    waiting: tuple[str, ...]
    barred: Mapping[str, str]

    @property
    def units(self) -> tuple[str, ...]:
        """The units in their order."""
        return tuple(unit for unit, _, _ in self.rows)


def proposal(campaign: str, plan: Plan, rule: ListRule, day: date) -> Proposal:
    """The list by what had happened and was corrected by a day: what lay before those who decided.

    Raises: FactsRefused, CheckFailed.
    """
    facts = campaign_facts(campaign, plan, as_of=day, known_on=day).tables
    review = Review.begin(plan, facts, as_of=day)
    try:
        return _of(review.through(STAGES[-1]), rule)
    finally:
        review.close()


def _of(review: Review, rule: ListRule) -> Proposal:
    states = list_states(review.table("list_states").iter_rows(named=True))
    titles = {one.id: one.title for one in review.plan.every_list}
    pool = [name for name in rule.pool if name in titles]
    return Proposal(
        tuple(_entries(review, rule.id).select("unit", "place", "total").rows()),
        tuple(titles[name] for name in pool if not (name in states and states[name].decided)),
        tuple(_waiting(review, rule)),
        dict(_barred(review)),
    )


def _entries(review: Review, id: str) -> pl.DataFrame:
    return review.published("list_entries").filter(pl.col("list") == id).sort("place", "unit")


def _waiting(review: Review, rule: ListRule) -> Iterator[str]:
    """Ties at the standing of the list, or on it, that no lot has settled."""
    notices = review.published("faults").filter(severity="decision", kind="tie_open")
    here = notices.filter(pl.col("where").is_in([rule.by, rule.id]))
    yield from dict.fromkeys(str(one) for one in here["found"].drop_nulls())


def _barred(review: Review) -> Iterator[tuple[str, str]]:
    for row in review.table("roster").drop_nulls("absent").iter_rows(named=True):
        yield str(row["unit"]), wording.absence(row)
    for unit in review.table("vetoed")["unit"]:
        yield str(unit), "被一票否决"


def proposed_cells(plan: Plan, facts: Mapping[str, pl.DataFrame]) -> list[dict[str, str]]:
    """The rows of the form of decisions, for each list that nobody has decided: what the facts so far propose.

    None where the facts cannot be scored yet.
    """
    review = Review.begin(plan, facts)
    try:
        states = list_states(review.through(STAGES[-1]).table("list_states").iter_rows(named=True))
        entries = review.published("list_entries").sort("place", "unit")
    except CheckFailed:
        return []
    finally:
        review.close()
    undecided = [rule for rule in plan.every_list if not (rule.id in states and states[rule.id].decided)]
    return [
        {"list": rule.title, "unit": unit, "proposed": "是", "decided_by": rule.decided.by if rule.decided else ""}
        for rule in undecided
        for unit in entries.filter(pl.col("list") == rule.id)["unit"]
    ]
