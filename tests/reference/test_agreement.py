"""The judge and the package agree on random plans: refusals, marks, flags, places, lists, consequences, exclusions.

A seed makes the same plan and facts again: `case(seed)`. Many more: `python -m tests.reference 20000`.
"""

from collections import Counter
from itertools import combinations

import pytest

from tests.reference.agreement import asked, differences, of_judge, refusals_apart
from tests.reference.edges import EXPECTED, edges
from tests.reference.plans import case
from tests.reference.reach import language, reached
from tests.reference.spoiled import FAULTS

FIRST, SCORED, REFUSED, MORE = 20, 120, 400, 2000
"""Seeds of which everything is compared, the first of them in every suite; then those of which only refusals are; the
end of those at full size."""

PARTED = (51931, 52048, 64823, 66159, 81147)
"""Seeds at which the sides once parted: over what a component can come to (what is added once a year, what is imported,
what exists by its weight), units that ended after a list was decided, nodes of which some cycles are not due.
"""


@pytest.mark.parametrize("first", range(0, FIRST, 10))
def test_both_sides_agree(first):
    assert [said for seed in range(first, first + 10) for said in disagreements(seed)] == []


@pytest.mark.slow
@pytest.mark.parametrize("first", range(FIRST, SCORED, 10))
def test_both_sides_agree_on_more(first):
    assert [said for seed in range(first, first + 10) for said in disagreements(seed)] == []


def disagreements(seed):
    made = case(seed)
    return [f"seed {seed}: {said}" for said in differences(made.tree, made.facts, made.as_of)]


def test_both_sides_refuse_the_same_plans():
    seeds = [*range(SCORED, SCORED + REFUSED), *PARTED]
    assert {seed: apart for seed in seeds if (apart := refusals_apart(case(seed).tree))} == {}


@pytest.mark.slow
@pytest.mark.parametrize("seed", PARTED)
def test_both_sides_agree_where_they_once_parted(seed):
    assert disagreements(seed) == []


@pytest.mark.full
def test_the_generator_meets_every_edge_and_makes_every_fault():
    used: Counter[str] = Counter()
    for seed in range(MORE):
        made = case(seed)
        used += edges(made, asked(of_judge, made.tree, made.facts, made.as_of))
    assert [word for word in [*EXPECTED, *(f"fault.{name}" for name in FAULTS)] if not used[word]] == []


@pytest.mark.full
def test_the_generator_reaches_every_kind_of_rule_and_nearly_every_pair():
    known = language()
    met = [sorted(reached(made.tree) & known) for made in map(case, range(MORE)) if not made.fault]
    pairs = {pair for kinds in met for pair in combinations(kinds, 2)}
    assert {kind for kinds in met for kind in kinds} == known
    assert len(pairs) >= 0.95 * len(known) * (len(known) - 1) / 2


@pytest.mark.full
@pytest.mark.parametrize("first", range(SCORED, MORE, 50))
def test_both_sides_agree_on_many_more(first):
    assert [said for seed in range(first, first + 50) for said in disagreements(seed)] == []
