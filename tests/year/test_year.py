"""Random years: after every step the campaign is what a plain model says, nothing is locked, nothing is lost."""

import pytest

from tests.year.__main__ import lived

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_year_is_what_the_model_says(seed):
    """Three years of fifty steps; `python -m tests.year` lives more of them."""
    _, kinds, found = lived(seed, 50)
    assert not found, found
    assert kinds.total() == 50
