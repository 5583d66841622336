"""The judge and the package agree on random plans: refusals, marks, flags, places, lists, consequences, exclusions.

A seed makes the same plan and facts again: `case(seed)`. Many more: `python -m tests.reference 20000`.
"""

from collections import Counter

import pytest

from tests.reference.agreement import Refused, accepted, asked, differences, of_judge
from tests.reference.edges import EXPECTED, edges
from tests.reference.plans import case
from tests.reference.refusals import refusals
from tests.reference.spoiled import FAULTS

SCORED, REFUSED, MORE = 80, 200, 2000
"""Seeds of which everything is compared, of which only refusals are, and the seeds of the slow tests."""


@pytest.mark.parametrize("seed", range(SCORED))
def test_both_sides_agree(seed):
    made = case(seed)
    assert differences(made.tree, made.facts, made.as_of) == [], f"seed {seed}"


def test_both_sides_refuse_the_same_plans():
    unlike = []
    for seed in range(SCORED, SCORED + REFUSED):
        made = case(seed)
        ours = refusals(made.tree)
        try:
            accepted(made.tree)
            theirs = ""
        except Refused as refused:
            theirs = str(refused)
        if bool(ours) != bool(theirs):
            unlike.append(f"seed {seed} ({made.fault or 'as made'}): judge {ours}, package {theirs}")
    assert unlike == []


@pytest.mark.slow
def test_the_generator_meets_every_edge_and_makes_every_fault():
    used: Counter[str] = Counter()
    for seed in range(MORE):
        made = case(seed)
        used += edges(made, asked(of_judge, made.tree, made.facts, made.as_of))
    assert [word for word in [*EXPECTED, *(f"fault.{name}" for name in FAULTS)] if not used[word]] == []


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, MORE, 50))
def test_both_sides_agree_on_many_more(first):
    for seed in range(first, first + 50):
        made = case(seed)
        assert differences(made.tree, made.facts, made.as_of) == [], f"seed {seed}"
