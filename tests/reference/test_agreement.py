"""The judge and the SQL agree on random plans: every mark, flag, place, list, band, consequence and excluded fact."""

import pytest

from tests.reference.agreement import differences
from tests.reference.plans import case

SEEDS, MORE = 200, 2000


@pytest.mark.parametrize("seed", range(SEEDS))
def test_both_sides_agree(seed):
    made = case(seed)
    assert differences(made.tree, made.facts, made.as_of) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SEEDS, MORE, 50))
def test_both_sides_agree_on_many_more(seed):
    for one in range(seed, seed + 50):
        made = case(one)
        assert differences(made.tree, made.facts, made.as_of) == [], f"seed {one}"
