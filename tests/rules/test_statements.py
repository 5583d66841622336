"""Each statement by itself: over a finished review it gives the whole table that it is named for again."""

from collections import defaultdict
from unittest.mock import patch

import polars as pl
import pytest

from pingyi.common.faults import CheckFailed
from pingyi.scenarios.difference import COMPARED
from pingyi.scoring import script
from pingyi.scoring.review import Review
from pingyi.scoring.run import Run
from tests.reference.agreement import Refused, accepted, frames_of
from tests.reference.plans import case

pytestmark = pytest.mark.slow


def statements(seed, draws):
    """A finished review of a random plan, and the statements that filled each of its tables; none where it stops."""
    made, filled, execute = case(seed), defaultdict(set), Run._execute

    def noting(run, start, name):
        words = start.split()
        if words:
            filled[words[-2] if words[0] == "create" else words[2]].add(name)
        return execute(run, start, name)

    try:
        review = Review.begin(accepted(made.tree), frames_of(made.facts), as_of=made.as_of, draws=draws)
        with patch.object(Run, "_execute", noting):
            review.through("outcomes")
    except (CheckFailed, Refused):
        return None, {}
    return review, filled


PLANS = [seed for seed in range(18) if not case(seed).fault]


@pytest.mark.parametrize("seed", PLANS)
def test_every_statement_gives_its_whole_table_over_a_finished_review(seed):
    review, filled = statements(seed, draws=seed % 2)
    unlike = []
    for table, names in filled.items():
        if table == "tally":  # resampled counts are added to it
            continue
        connection = review.run.connection
        columns = ", ".join(f'"{name}"' for name in connection.table(table).columns)
        again = [f"select * from ({script.text(name)})" for name in sorted(names)]
        connection.execute(f"create temp table again as from {table} limit 0")
        for text in again:
            connection.execute(f"insert into again by name {text}")
        more, less = (
            connection.sql(f"select {columns} from {one} except all select {columns} from {other}").fetchall()
            for one, other in ((table, "again"), ("again", table))
        )
        connection.execute("drop table again")
        if more or less:
            unlike.append((table, sorted(names), more[:2], less[:2]))
    assert unlike == []


@pytest.mark.parametrize("seed", PLANS[::2])
def test_who_asks_for_some_tables_gets_what_a_whole_review_has(seed):
    whole, filled = statements(seed, draws=0)
    if whole is None:
        return
    made = case(seed)
    begun = Review.begin(whole.plan, frames_of(made.facts), as_of=made.as_of, wanted=COMPARED)
    some = begun.through("outcomes")
    assert {name: some.table(name).equals(whole.table(name)) for name in COMPARED} == dict.fromkeys(COMPARED, True)
    assert len(some.run.seconds) < len({name for names in filled.values() for name in names})


@pytest.mark.parametrize("seed", PLANS[1::4])
def test_resampled_counts_leave_the_count_as_it_was(seed):
    """Whatever is drawn anew beside it; and each draw has marks of as many components and units."""
    whole, _ = statements(seed, draws=0)
    if whole is None:
        return
    made = case(seed)
    drawn = Review.begin(whole.plan, frames_of(made.facts), as_of=made.as_of, draws=2).through("outcomes")
    for name in ("component_marks", "totals", "list_entries"):
        assert drawn.table(name).filter(pl.col("draw") == 0).equals(whole.table(name)), name
    for name in ("notices", "outcomes", "outcome_sums", "margins", "unranked", "leaf_states", "event_points"):
        assert drawn.table(name).equals(whole.table(name)), name
    assert drawn.table("component_marks").group_by("draw").len()["len"].n_unique() <= 1
