"""The golden result of each campaign's sample: `python -m tests.golden NAME` writes it, the tests compare with it."""

import difflib
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

from pingyi.common import paths
from pingyi.facts.intake import read_facts
from pingyi.runs.folder import LOGGED
from pingyi.scoring.published import published_names
from pingyi.scoring.review import Review
from tests.support import plan_with

FOLDER = Path(__file__).parent / "golden_results"
DRAWS = 5
PRINTED = ("list_entries", "totals", "outcome_sums")
"""Tables whose rows stand in the golden result; of the others it has the number of rows and a digest."""


def campaigns() -> list[str]:
    """Campaigns that have a golden result."""
    return sorted(path.stem for path in FOLDER.glob("*.txt"))


def scored(campaign: str) -> Review:
    """The stored sample of a campaign, all stages done, with a few resampled counts."""
    plan = plan_with(campaign, {})
    facts = read_facts(paths.facts_folder(campaign), plan).tables
    return Review.begin(plan, facts, draws=DRAWS, seed=1).through("outcomes")


def result(review: Review) -> str:
    """What is published of a review: lists, places and sums of consequences in lines that a person can compare, and of
    every other table whether it is the same.
    """
    lists = review.published("list_entries").select("list", "place", "unit", "name", "total")
    totals = (
        review.published("totals")
        .select("standing", "group", "place", "unit", "name", "total")
        .sort("standing", "group", "place", "unit")
    )
    sums = review.published("outcome_sums").select("subject", "effect", "amount")
    blocks = {"名单": lists, "排名": totals, "结果运用": sums}
    lines = [f"# {title}\n" + "".join(_line(row) for row in frame.iter_rows()) for title, frame in blocks.items()]
    return "\n".join([*lines, "# 其余各表\n" + "".join(map(_line, _digests(review)))])


def _digests(review: Review) -> Iterator[tuple[object, ...]]:
    for name in published_names():
        if name not in (*PRINTED, *LOGGED):
            rows = sorted(map(repr, review.published(name).iter_rows()))
            yield name, len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]


def _line(row: tuple[object, ...]) -> str:
    return "  ".join("" if value is None else str(value) for value in row) + "\n"


def difference(campaign: str, found: str) -> str:
    """A readable difference from the golden result; empty where there is none."""
    golden = (FOLDER / f"{campaign}.txt").read_text(encoding="utf-8")
    lines = difflib.unified_diff(golden.splitlines(), found.splitlines(), "golden", "now", lineterm="", n=0)
    return "\n".join(lines)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        FOLDER.joinpath(f"{name}.txt").write_text(result(scored(name)), encoding="utf-8")
        print(f"wrote {name}")
