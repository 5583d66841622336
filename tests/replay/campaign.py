"""A stored campaign with all that its replay needs: what was published, the rows named for it, the facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from pingyi import places
from pingyi.explain import Explainer
from pingyi.explain.rows import Rows
from pingyi.intake import read_facts
from pingyi.plan import Plan
from pingyi.review import Review
from pingyi.simulate import simulate, write
from tests.replay import nodes
from tests.replay.kept import Store
from tests.replay.results import Published
from tests.support import plan_with

LOOKED_AT = ("lots", "history", "grades")
"""Facts beside marks that places, lists and consequences hang on."""


@dataclass
class Campaign:
    """One scored campaign. leaves: component and unit of every published mark that comes from facts."""

    review: Review
    facts: dict[str, pl.DataFrame]
    explainer: Explainer
    rows: Rows
    store: Store
    published: Published

    @property
    def leaves(self) -> list[tuple[str, str]]:
        return [key for key in sorted(self.published.marks) if self._from_facts(*key)]

    def _from_facts(self, component: str, unit: str) -> bool:
        one = self.review.plan.component(component)
        return not one.of or nodes.imported(one, self.published.roster[unit])


@cache
def known(campaign: str) -> Campaign:
    """A stored campaign, scored from its stored facts."""
    plan = plan_with(campaign, {})
    return scored(plan, read_facts(places.facts_folder(campaign), plan).tables)


def simulated(campaign: str, seed: int) -> Campaign:
    """A campaign with its stored roster and other facts, simulated from a seed."""
    plan = plan_with(campaign, {})
    roster = read_facts(places.facts_folder(campaign), plan).tables["units"]
    with TemporaryDirectory() as folder:
        write(simulate(plan, roster, seed), Path(folder))
        return scored(plan, read_facts(Path(folder), plan).tables)


def scored(plan: Plan, tables: Mapping[str, pl.DataFrame]) -> Campaign:
    """A plan and its facts, all stages done."""
    facts = dict(tables)
    review = Review.begin(plan, facts).through("outcomes")
    explainer, store = Explainer(review), Store(facts)
    return Campaign(review, facts, explainer, Rows(explainer.tables, facts), store, _published(review, store))


def _published(review: Review, store: Store) -> Published:
    def rows(name: str) -> list[dict[str, Any]]:
        return review.published(name).to_dicts()

    marks = {(row["component"], row["unit"]): row for row in rows("component_marks")}
    exempt = {row["unit"]: row["exempt"] for row in rows("roster")}
    return Published(
        plan=review.plan,
        roster={row["unit"]: row | {"exempt": exempt[row["unit"]]} for row in store.facts["units"].to_dicts()},
        marks={key: row["marks"] for key, row in marks.items()},
        flags={key: row["flag"] for key, row in marks.items()},
        tally=rows("tally"),
        totals=rows("totals"),
        entries=rows("list_entries"),
        outcomes=rows("outcomes"),
        sums=rows("outcome_sums"),
        facts={name: store.facts[name].to_dicts() for name in LOOKED_AT if name in store.facts},
    )
