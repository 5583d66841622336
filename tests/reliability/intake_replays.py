"""Ballots that come again, in any order and in any files: the tally is the same, and every row is accounted for."""

import random
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import polars as pl

from pingyi.facts.intake import Facts, read_facts
from pingyi.plan import Plan
from pingyi.scoring.review import Review
from tests.fuzz_intake import as_book, as_parquet, as_text
from tests.reliability.figure import Figure
from tests.support import plan_with
from tests.test_intake import ROSTER, as_csv

FULL, SMALL = 500, 4
BALLOTS, VOTERS = 240, 30
CAMPAIGN, KEPT = "pingyang-2020", ("first", "last")
HEADS = ["表单编号", "指标", "单位", "等次", "评价时间", "评价人代号", "渠道"]
LEVELS = ("满意", "基本满意", "不满意")
UNITS = ("0101", "0102", "0103", "0601", "0605", "0611")

Rows = list[list[str]]


def figures(full: bool) -> Iterator[Figure]:
    """One set of ballots, in which people vote again, shuffled, repeated and dealt out to files of all formats."""
    tries = FULL if full else SMALL
    wrong = []
    bases = {keep: tally(facts_of(whole(), the_plan(keep)), the_plan(keep)) for keep in KEPT}
    for seed in range(tries):
        dice, keep = random.Random(seed), KEPT[seed % len(KEPT)]
        facts = facts_of(dealt(dice), the_plan(keep))
        rows = [one for one in facts.receipts if one.file.startswith("ratings")]
        if sum(one.accepted for one in rows) != BALLOTS or any(one.rejected for one in rows):
            wrong.append(f"seed {seed}: {rows}")
        elif not tally(facts, the_plan(keep)).equals(bases[keep]):
            wrong.append(f"seed {seed}: another tally")
    yield Figure(
        "shuffles of repeated and replayed ballots: one tally", tries, 500, wrong, said=f"votes kept: {counted(bases)}"
    )


def counted(bases: dict[str, pl.DataFrame]) -> str:
    """How many votes each rule keeps of all ballots."""
    return ", ".join(f"{keep} {base['votes'].sum()} of {BALLOTS}" for keep, base in bases.items())


@cache
def the_plan(keep: str) -> Plan:
    """A plan that counts one vote of each person for a unit, the first or the last, and any roster."""
    return plan_with(
        CAMPAIGN, {"components.client.ratings.each": {"by": "respondent", "keep": keep}, "units.published": []}
    )


def whole() -> dict[str, bytes]:
    """All ballots once, in one file."""
    return {"ratings.csv": as_text(ballots(), heads=HEADS)}


@cache
def _ballots() -> tuple[tuple[str, ...], ...]:
    dice = random.Random(7)
    return tuple(
        (
            f"v{nth}",
            "client",
            dice.choice(UNITS),
            dice.choice(LEVELS),
            f"2020-05-{dice.choice((11, 12)):02d} 09:{dice.randrange(12):02d}:00",
            f"p{dice.randrange(VOTERS)}",
            dice.choice(("电话", "短信")),
        )
        for nth in range(BALLOTS)
    )


def ballots() -> Rows:
    """Ballots of fewer people than ballots: most vote for a unit more than once, some at the same minute."""
    return [list(row) for row in _ballots()]


def dealt(dice: random.Random) -> dict[str, bytes]:
    """All ballots, each at least once and many again, in some order, in some files, in any format."""
    rows = ballots()
    rows += [list(dice.choice(rows)) for _ in range(dice.randrange(BALLOTS))]
    dice.shuffle(rows)
    files: dict[str, Rows] = {}
    many = dice.randrange(1, 6)
    for row in rows:
        files.setdefault(f"ratings/{dice.randrange(many)}", []).append(row)
    makers = {".csv": as_text, ".xlsx": as_book, ".parquet": as_parquet}
    made = {}
    for name, held in files.items():
        suffix = dice.choice(list(makers))
        made[name + suffix] = makers[suffix](held, heads=HEADS)
    return made


def facts_of(files: dict[str, bytes], plan: Plan) -> Facts:
    """The facts of a folder with these files beside the roster."""
    with tempfile.TemporaryDirectory() as base:
        folder = Path(base)
        (folder / "units.csv").write_bytes(as_csv(ROSTER).encode())
        for name, data in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(data)
        return read_facts(folder, plan, complete=False)


def tally(facts: Facts, plan: Plan) -> pl.DataFrame:
    """What was counted of the ballots."""
    review = Review.begin(plan, facts.tables).through("tally")
    counted = review.table("tally").sort(pl.all())
    review.close()
    return counted
