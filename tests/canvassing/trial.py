"""How much the detectors find of what was planted, and how often they flag where nothing is wrong.

    python -m tests.canvassing.trial --runs 20

Every run makes a clean campaign from each plan in `parameters/` (`clean_campaign`), lets all detectors look at it, and
plants every pattern of `plants` into it, one at a time, for its detector to find. The same seeds give the same table.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
import polars as pl

from pingyi.common import paths
from pingyi.integrity import DETECTORS, find
from pingyi.plan.reader import read_plan
from tests.canvassing.clean_campaign import Lived, lived
from tests.canvassing.plants import PLANTS, SAYS

UNITS = 40
"""Units of a campaign."""

FOUND, FALSE = 0.95, 0.01
"""What the detectors must reach: of the planted patterns at least, of the clean subjects at most."""

WEAKEST = 3
"""One in so many of each plant's tries, those with the fewest rows, are counted as the weakest."""

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Try:
    """One plant in one campaign: how many rows it has, whether it was found, and how to make it again."""

    plant: str
    detector: str
    rows: int
    found: bool
    again: str


@dataclass(frozen=True, slots=True)
class Flagged:
    """A clean subject in a finding: which detector, and how to see it again."""

    detector: str
    again: str


@dataclass
class Tally:
    """Everything that was planted, clean subjects tested by detector, flags on them, clean campaigns with any flag."""

    tries: list[Try] = field(default_factory=list)
    tested: Counter[str] = field(default_factory=Counter)
    flags: list[Flagged] = field(default_factory=list)
    campaigns: int = 0
    alarms: int = 0

    @property
    def weakest(self) -> tuple[int, int]:
        """Planted and found among the third of each plant's tries that have the fewest rows."""
        kept: list[Try] = []
        for name in PLANTS:
            own = sorted((one for one in self.tries if one.plant == name), key=lambda one: one.rows)
            kept += own[: -(-len(own) // WEAKEST)]
        return len(kept), sum(one.found for one in kept)

    @property
    def by_detector(self) -> pl.DataFrame:
        """One row a detector: planted, found, share; clean subjects, false flags, share."""
        rows = []
        for id, one in DETECTORS.items():
            own = [each.found for each in self.tries if each.detector == id]
            flagged = sum(each.detector == id for each in self.flags)
            rows.append((id, one.title, len(own), sum(own), self.tested[id], flagged))
        schema = ["detector", "what", "planted", "found", "clean", "flagged"]
        return _with_shares(pl.DataFrame(rows, schema=schema, orient="row"))

    @property
    def by_plant(self) -> pl.DataFrame:
        """One row a plant: its detector, what it is, planted, found, share."""
        tried = {name: [one for one in self.tries if one.plant == name] for name in PLANTS}
        rows = [
            (name, own[0].detector, SAYS[name], len(own), sum(one.found for one in own))
            for name, own in tried.items()
            if own
        ]
        frame = pl.DataFrame(rows, schema=["plant", "detector", "says", "planted", "found"], orient="row")
        return frame.with_columns(share=pl.col("found") / pl.col("planted"))

    @property
    def passed(self) -> bool:
        """Whether every detector finds enough and flags little enough."""
        table = self.by_detector
        found = table.filter(pl.col("planted") > 0)["found_share"]
        return bool((found >= FOUND).all() and (table["flagged_share"].fill_null(0) <= FALSE).all())


def _with_shares(frame: pl.DataFrame) -> pl.DataFrame:
    share = {"found_share": ("found", "planted"), "flagged_share": ("flagged", "clean")}
    parts = {name: pl.when(pl.col(of) > 0).then(pl.col(part) / pl.col(of)) for name, (part, of) in share.items()}
    return frame.with_columns(**parts)


def trial(
    runs: int, units: int = UNITS, campaigns: Sequence[str] | None = None, first: int = 1, told: Told | None = None
) -> Tally:
    """So many runs over campaigns (all that have a plan). first: seed of the first run. told: hears of each run."""
    plans = {name: read_plan(paths.plan_file(name)) for name in campaigns or paths.campaigns()}
    tally, started = Tally(), perf_counter()
    for seed in range(first, first + runs):
        for name, plan in plans.items():
            _try(tally, lived(plan, units, seed), name, seed)
        if told:
            told(f"第 {seed - first + 1} 轮，已用 {perf_counter() - started:.0f} 秒")
    return tally


def _try(tally: Tally, clean: Lived, campaign: str, seed: int) -> None:
    looks = find(clean.plan, clean.facts).looks
    tally.campaigns += 1
    tally.alarms += any(look.findings for look in looks.values())
    for id, look in looks.items():
        tally.tested[id] += look.tested
        tally.flags += [Flagged(id, f"{campaign}, seed {seed}: {' '.join(one)}") for one in look.subjects]
    for nth, (name, plant) in enumerate(PLANTS.items()):
        planted = plant(clean, np.random.default_rng([seed, nth]))
        if planted:
            found = planted.found_by(find(clean.plan, planted.facts, [planted.detector]).findings)
            again = f"{campaign}, seed {seed}: {name}"
            tally.tries.append(Try(name, planted.detector, planted.rows.height, found, again))


def table(tally: Tally) -> str:
    """The figures as text: by detector, then by plant."""
    head = f"{'探测器':　<16}{'植入':>6}{'找到':>6}{'比例':>7}{'正常对象':>9}{'误报':>6}{'比例':>8}"
    lines = [head, *(_line(row) for row in tally.by_detector.iter_rows(named=True)), ""]
    lines += [
        f"{row['plant']:<24}{row['planted']:>6}{row['found']:>6}  {_percent(row['share']):>7}  {row['says']}"
        for row in tally.by_plant.iter_rows(named=True)
    ]
    clean = f"正常活动 {tally.campaigns} 次，其中 {tally.alarms} 次有误报。"
    planted, found = tally.weakest
    weak = f"每种植入中最弱的三分之一共 {planted} 处，找到 {found} 处。"
    return "\n".join([*lines, "", weak, clean, _verdict(tally)])


def _line(row: dict[str, object]) -> str:
    counts = (
        f"{row['planted']:>8}{row['found']:>8}{_percent(row['found_share']):>9}{row['clean']:>11}{row['flagged']:>8}"
    )
    return f"{row['what']:　<16}{counts}{_percent(row['flagged_share'], 3):>10}"


def _percent(share: object, places_: int = 1) -> str:
    return f"{share:.{places_}%}" if isinstance(share, float) else "—"


def _verdict(tally: Tally) -> str:
    reached = "达到" if tally.passed else "没有达到"
    return f"{reached}要求：植入的找到 {FOUND:.0%} 以上，正常的误报 {FALSE:.0%} 以下。"


def main(words: Iterable[str] | None = None) -> int:
    """The command: 0 where the requirement is met."""
    asked = argparse.ArgumentParser(description="在模拟活动中检验异常探测：植入的找到多少，正常的误报多少")
    asked.add_argument("--runs", type=int, default=5, help="轮数，每轮每个方案一次")
    asked.add_argument("--units", type=int, default=UNITS, help="每个活动的单位数")
    asked.add_argument("--first", type=int, default=1, help="第一轮的种子")
    asked.add_argument("--campaign", action="append", help="只用这个方案，可以写几个")
    given = asked.parse_args(None if words is None else [*words])
    tally = trial(given.runs, given.units, given.campaign, given.first, print)
    print(table(tally))
    return 0 if tally.passed else 1


if __name__ == "__main__":
    raise SystemExit(main())
