"""How the count grows: `python -m tests.scale [millions …]`, by default 1 and 10; 100 takes an hour and 10 GB of disk.

Each way of counting runs in a process of its own: seconds of CPU, the most memory that it took, and how many times the
naive query over the raw files, measured in the same run. What is counted is the example campaign's ratings, simulated.
"""

import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl

from pingyi.facts.intake import read_facts, streaming
from pingyi.plan import Plan
from pingyi.plan.reader import read_plan
from pingyi.scoring.review import Review
from pingyi.scoring.spark_connect import ENGINE
from pingyi.simulate import simulate_into
from tests.support import PARAMETERS
from tests.test_spark import Engine, Sail

PLAN = PARAMETERS / "shili-2026.yaml"
DAY = 26_000
"""Ratings of one more day."""

NAIVE = """
select 单位, month(评价时间) as month, 渠道, 等次, count(*) as votes
from (
    select *
    from read_parquet('{files}')
    where year(评价时间) = 2026
    qualify row_number() over (partition by 单位, month(评价时间), 评价人代号 order by 评价时间 desc) = 1
)
group by all
"""


def scan(folder: Path, _plan: Plan) -> int:
    """Reading the same columns and nothing else."""
    duckdb.sql(
        f"select bit_xor(hash(单位, 等次, 渠道, 评价时间, 评价人代号)) from '{folder}/ratings/*.parquet'"
    ).fetchall()
    return 0


def naive(folder: Path, _plan: Plan) -> int:
    """The plain way in SQL, without any check: a window over texts."""
    found = duckdb.sql(f"select sum(votes) from ({NAIVE.format(files=folder / 'ratings' / '*.parquet')})").fetchall()
    return int(found[0][0])


def by_polars(folder: Path, _plan: Plan) -> int:
    """The plain way in polars, streamed, without any check."""
    rows = pl.scan_parquet(folder / "ratings" / "*.parquet").filter(pl.col("评价时间").dt.year() == 2026)
    who = ["单位", pl.col("评价时间").dt.month().alias("month"), "评价人代号"]
    last = rows.group_by(who).agg(pl.col("渠道", "等次").sort_by("评价时间").last())
    counted = last.group_by("单位", "month", "渠道", "等次").agg(votes=pl.len())
    return int(counted.select(pl.col("votes").sum()).collect(engine="streaming").item())


def votes_of(review: Review) -> int:
    """Votes that the tally of a review holds."""
    found = review.run.connection.sql(
        "select sum(votes) from tally where draw = 0 and component = 'service'"
    ).fetchall()
    return int(found[0][0])


def intake(folder: Path, plan: Plan) -> int:
    """All files read, checked, coded and kept, for the first time."""
    read_facts(folder, plan, cache=folder.parent / "cache")
    return 0


def count(folder: Path, plan: Plan) -> int:
    """The count alone, from the store."""
    facts = read_facts(folder, plan, cache=folder.parent / "cache").tables
    start = time.process_time()
    found = votes_of(Review.begin(plan, facts, running=folder.parent).through("tally"))
    print("own", time.process_time() - start)
    return found


def day(folder: Path, plan: Plan) -> int:
    """One more day read, checked, kept and counted, going on with what was kept: the whole way."""
    facts = read_facts(folder, plan, cache=folder.parent / "cache").tables
    return votes_of(Review.begin(plan, facts, running=folder.parent).through("tally"))


WAYS: dict[str, tuple[str, Callable[[Path, Plan], int]]] = {
    "scan": ("scan of the same columns (duckdb)", scan),
    "naive": ("duckdb: window over texts; no checks", naive),
    "polars": ("polars, streamed: last of each; no checks", by_polars),
    "intake": ("pingyi: read, check, code, keep", intake),
    "count": ("pingyi: count from the store", count),
    "day": ("pingyi: one more day, read and counted", day),
    "engine": ("pingyi: count on Sail, two workers (here)", count),
}

HEAVY = 20
"""Millions beyond which ways that hold everything in memory, and an engine on the same two cores, are left out."""


def measure(way: str, folder: Path, **environment: str) -> tuple[float, float, int]:
    """CPU seconds, megabytes at most, and votes, of one way in a process of its own."""
    command = [sys.executable, "-m", "tests.scale", "--one", way, str(folder)]
    made = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | environment)
    said = dict(line.split() for line in made.stdout.splitlines())
    return float(said.get("own", said["cpu"])), float(said["memory"]), int(said["votes"])


def count_once(way: str, folder: Path) -> None:
    """Count in one way, and print what it took."""
    streaming.LARGE = 0  # the store is measured at every size
    plan, start = read_plan(PLAN), time.process_time()
    votes = WAYS[way][1](folder, plan)
    taken = time.process_time() - start
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    print(f"cpu {taken}\nmemory {peak / 1024}\nvotes {votes}")


def measure_size(millions: int, engine: Engine) -> dict[str, tuple[float, float]]:
    """Every way at one size, printed as it comes."""
    base = Path(tempfile.mkdtemp(prefix="scale-"))
    found: dict[str, tuple[float, float]] = {}
    before, after = set[int](), set[int]()
    try:
        plan, folder = read_plan(PLAN), base / "facts"
        simulate_into(plan, folder, 2026, ratings=millions * 1_000_000)
        raw = sum(path.stat().st_size for path in folder.rglob("*.parquet"))
        print(f"\n{millions} million ratings, {raw / 1e6:,.0f} MB of Parquet (CPU, peak memory, × the naive query)")
        for way, (title, _) in WAYS.items():
            if millions > HEAVY and way in ("naive", "polars", "engine"):
                continue
            if way == "day":
                _add_day(folder)
            environment = {ENGINE: engine.address} if way == "engine" else {}
            cpu, memory, votes = measure(way, folder, **environment)
            found[way] = (cpu, memory)
            (after if way in ("day", "engine") else before).update({votes} - {0})
            against = (
                f"× {cpu / found['naive'][0]:5.2f}" if "naive" in found else f"× {cpu / found['scan'][0]:5.2f} scan"
            )
            print(f"  {title:<46} {cpu:8.2f} s {memory:8.0f} MB   {against}", flush=True)
        anew = found["intake"][0] + found["count"][0]
        print(f"  {'one more day ÷ all anew':<46} {found['day'][0] / anew:8.3f}")
        stored = sum(path.stat().st_size for path in (base / "cache").rglob("*.parquet"))
        print(f"  {'the store':<46} {stored / 1e6:8.0f} MB on disk")
        assert len(before) == len(after) == 1, (before, after)
    finally:
        shutil.rmtree(base)
    return found


def _add_day(folder: Path) -> None:
    """One more day of ratings: rows of the first file, by others and on the last day of the year."""
    first = sorted((folder / "ratings").glob("*.parquet"))[0]
    day = pl.read_parquet(first).head(DAY)
    late = pl.datetime(2026, 12, 31, 8) + pl.duration(seconds=pl.int_range(pl.len()))
    other = pl.concat_str(pl.lit("day-"), pl.col("评价人代号").str.head(27))
    day.with_columns(late.alias("评价时间"), other.alias("评价人代号")).write_parquet(
        folder / "ratings" / "day.parquet"
    )


def main(sizes: list[int]) -> None:
    """Measure every size, and how the work grows from the smallest to the largest."""
    with tempfile.TemporaryDirectory(prefix="scale-") as own:
        engine = Sail(Path(own))
        try:
            found = {millions: measure_size(millions, engine) for millions in sizes}
        finally:
            engine.kill()
    if len(sizes) > 1:
        low, high = min(sizes), max(sizes)
        print(f"\nGrowth from {low} to {high} million (exponent: 1 is as many times the work as rows)")
        for way in ("scan", "intake", "count"):
            grown = math.log(found[high][way][0] / found[low][way][0]) / math.log(high / low)
            print(f"  {WAYS[way][0]:<46} {grown:5.2f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        count_once(sys.argv[2], Path(sys.argv[3]))
    else:
        main([int(one) for one in sys.argv[1:]] or [1, 10])
