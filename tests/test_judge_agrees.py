"""The judge and the SQL agree to the last place, on random campaigns and whatever the order of rows."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, seed, settings

from pingyi.plan import Plan
from pingyi.review import Review
from tests import judges
from tests.judge.pingyang_2020 import Facts, Rules, judge
from tests.judge.strategies import campaigns
from tests.judges import JUDGES
from tests.support import answers_patch, frames, plan_with, rules_patch

CAMPAIGN = "pingyang-2020"
Found = dict[str, dict[Any, Any]]


def small_plan(rules: Rules, answers: Mapping[str, int]) -> Plan:
    return plan_with(CAMPAIGN, rules_patch(rules) | answers_patch(CAMPAIGN, answers))


def by_package(plan: Plan, facts: Facts) -> Found:
    review = Review.begin(plan, frames(facts)).through("outcomes")
    marks, totals = review.table("component_marks"), review.table("totals")
    entries, sums = review.table("list_entries"), review.table("outcome_sums")
    review.close()
    return {
        "marks": {(row["component"], row["unit"]): row["marks"] for row in marks.drop_nulls("marks").to_dicts()},
        "totals": {(row["standing"], row["unit"]): (row["total"], row["place"]) for row in totals.to_dicts()},
        "lists": by_list(entries),
        "sums": {
            (row["subject_kind"], row["subject"]): row["amount"]
            for row in sums.filter(pl.col("effect") == "考绩分").to_dicts()
        },
    }


def by_list(entries: pl.DataFrame) -> dict[str, list[tuple[int, str]]]:
    lists: dict[str, list[tuple[int, str]]] = {}
    for row in entries.sort("place", "unit").to_dicts():
        lists.setdefault(row["list"], []).append((row["place"], row["unit"]))
    return lists


def by_judge(facts: Facts, rules: Rules, answers: Mapping[str, int]) -> Found:
    verdict = judge(facts, rules, answers)
    return {
        "marks": dict(verdict.marks),
        "totals": dict(verdict.totals),
        "lists": {name: entries for name, entries in verdict.lists.items() if entries},
        "sums": dict(verdict.outcome_sums),
    }


def differences(package: Found, judged: Found) -> list[str]:
    """Readable lines, one for each value that differs; empty where both agree."""
    return [
        f"{what} {key}: package {package[what].get(key)}, judge {judged[what].get(key)}"
        for what in judged
        for key in sorted({*package[what], *judged[what]}, key=str)
        if package[what].get(key) != judged[what].get(key)
    ]


PARTS, EACH, OTHERS = 6, 12, 12
"""72 random campaigns, and 12 of each other plan, in parts that run side by side; the seed is the part, so a failure
comes back. `python -m tests.reliability judges` goes on to thousands.
"""


@pytest.mark.parametrize("part", range(PARTS))
def test_the_sql_agrees_with_exact_fractions_to_the_last_place(part):
    agree(part, EACH)


def agree(part: int, many: int) -> None:
    """So many random campaigns from this seed, of which every number must be the judge's."""

    @seed(part)
    @settings(max_examples=many, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(campaigns())
    def agreed(campaign):
        facts, rules, answers = campaign
        package = by_package(small_plan(rules, answers), facts)
        assert differences(package, by_judge(facts, rules, answers)) == []
        assert all(mark == mark.quantize(Decimal("1E-10")) for mark in package["marks"].values())

    agreed()


@pytest.mark.parametrize("campaign", JUDGES)
def test_the_sql_agrees_with_the_judges_of_the_other_campaigns(campaign):
    agree_elsewhere(campaign, 0, OTHERS)


def agree_elsewhere(campaign: str, part: int, many: int) -> None:
    """The same with another plan and its judge."""

    @seed(part)
    @settings(max_examples=many, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(JUDGES[campaign][1].campaigns())
    def agreed(drawn):
        facts, answers = drawn
        package = judges.by_package(campaign, judges.frames(facts), answers)
        judged = judges.by_judge(campaign, facts, answers)
        zero = {key for key, mark in judged["marks"].items() if not mark and key not in package["marks"]}
        judged["marks"] = {key: mark for key, mark in judged["marks"].items() if key not in zero}
        assert differences(package, judged) == []

    agreed()
