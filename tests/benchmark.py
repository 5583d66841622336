"""How fast it is, as ratios to plain alternatives measured in the same run: `python -m tests.benchmark [rows]`.

Nothing here asserts; times depend on the machine, ratios much less. Each figure is the median of several runs, taken in
turns so that a busy machine is busy for all of them. The count is measured in processes of its own: seconds of CPU, and
the most memory that each took.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl

from pingyi.common import paths
from pingyi.facts.intake import read_facts
from pingyi.plan import Plan
from pingyi.scoring.review import Review
from tests.support import plan_with, tree

CAMPAIGN = "pingyang-2020"
ROUNDS = 5


def medians(works: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Median seconds of each work, run in turns after one warm-up each."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(ROUNDS + 1):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            if turn:
                taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def told(title: str, seconds: dict[str, float], base: str) -> None:
    """Print a block: seconds, and how many times those of the base."""
    print(f"\n{title}")
    for name, one in seconds.items():
        print(f"  {name:<44} {one:8.3f} s   × {one / seconds[base]:6.2f}")


def ratings(units: list[str], rows: int) -> pl.DataFrame:
    """Random ratings over a year: a tenth of the respondents rate a unit again."""
    dice = np.random.default_rng(7)
    start = datetime(2020, 4, 1)
    return pl.DataFrame(
        {
            "method": "client",
            "unit": np.array(units)[dice.integers(0, len(units), rows)],
            "level": np.array(["满意", "基本满意", "不满意"])[dice.choice(3, rows, p=[0.8, 0.15, 0.05])],
            "rated_on": [start + timedelta(seconds=int(one)) for one in dice.integers(0, 230 * 86400, rows)],
            "respondent": [f"{one:032x}" for one in dice.integers(0, rows * 9 // 10, rows)],
            "channel": np.array(["电话", "短信"])[dice.integers(0, 2, rows)],
        }
    )


def cycle_of(plan: Plan) -> pl.DataFrame:
    """First and last day of the two cycles of the leaf that is counted."""
    return pl.DataFrame([{"cycle": one.id, "start": one.start, "end": one.end} for one in plan.cycles["half"]])


def by_pingyi(folder: Path, plan: Plan) -> pl.DataFrame:
    """Files in, checked and coded, counted."""
    review = Review.begin(plan, read_facts(folder, plan, complete=False).tables).through("tally")
    return review.table("tally")


def by_polars(folder: Path, plan: Plan) -> pl.DataFrame:
    """The plain way in polars, without any check: sort, keep the last of each person, count."""
    cycles = cycle_of(plan)
    day = pl.col("rated_on").dt.date()
    cycle = pl.when(day.is_between(cycles["start"][0], cycles["end"][0])).then(pl.lit(cycles["cycle"][0]))
    cycle = cycle.when(day.is_between(cycles["start"][1], cycles["end"][1])).then(pl.lit(cycles["cycle"][1]))
    rows = pl.read_parquet(folder / "ratings.parquet").with_columns(cycle=cycle).drop_nulls("cycle").sort("rated_on")
    last = rows.unique(["unit", "cycle", "respondent"], keep="last")
    return last.group_by("unit", "cycle", "channel", "level").len()


def by_pandas(folder: Path, plan: Plan) -> pd.DataFrame:
    """The plain way in pandas, without any check."""
    rows = pd.read_parquet(folder / "ratings.parquet")
    rows["cycle"] = None
    for cycle in plan.cycles["half"]:
        inside = rows["rated_on"].between(pd.Timestamp(cycle.start), pd.Timestamp(cycle.end) + pd.Timedelta("1D"))
        rows.loc[inside, "cycle"] = cycle.id
    last = (
        rows.dropna(subset="cycle")
        .sort_values("rated_on")
        .drop_duplicates(["unit", "cycle", "respondent"], keep="last")
    )
    return last.groupby(["unit", "cycle", "channel", "level"]).size().reset_index(name="votes")


def pure_scan(folder: Path, plan: Plan) -> object:
    """Reading the same columns and nothing else."""
    return duckdb.sql(
        f"select max(unit), max(level), max(rated_on), max(respondent) from '{folder}/ratings.parquet'"
    ).fetchall()


NAIVE = """
select unit, cycle, channel, level, count(*) as votes
from (
    select *, if(rated_on::date <= $end, 1, 2) as cycle
    from read_parquet($file)
    where rated_on::date between $start and $last
    qualify row_number() over (partition by unit, cycle, respondent order by rated_on desc) = 1
)
group by all
"""


def by_duckdb(folder: Path, plan: Plan) -> pl.DataFrame:
    """The plain way in SQL, without any check: a window over texts."""
    first, second = plan.cycles["half"]
    days = {"start": first.start, "end": first.end, "last": second.end}
    found: pl.DataFrame = duckdb.sql(NAIVE, params={"file": str(folder / "ratings.parquet"), **days}).pl()
    return found


COUNTS: dict[str, tuple[str, Callable[[Path, Plan], object]]] = {
    "naive": ("duckdb: window over texts; no checks", by_duckdb),
    "scan": ("scan of the same columns (duckdb)", pure_scan),
    "pingyi": ("pingyi: import, check, code, keep last, count", by_pingyi),
    "polars": ("polars: keep last, count; no checks", by_polars),
    "pandas": ("pandas: keep last, count; no checks", by_pandas),
}


def counted_plan() -> Plan:
    """The sample's plan with the rule that costs most: of the ratings of one person the last one counts."""
    changes = {"components.client.ratings.each": {"by": "respondent", "keep": "last"}, "units.published": []}
    return plan_with(CAMPAIGN, changes)


def in_a_process(name: str, folder: Path) -> tuple[float, float]:
    """Seconds of CPU that one way of counting takes, and the megabytes that its process took at most."""
    command = [sys.executable, "-m", "tests.benchmark", "--one", name, str(folder)]
    cpu, memory = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(cpu), float(memory)


def count_once(name: str, folder: Path) -> None:
    """Count in one way, and print what it took."""
    plan, start = counted_plan(), time.process_time()
    COUNTS[name][1](folder, plan)
    taken = time.process_time() - start
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    print(taken, peak / 1024)


def count_many(rows: int) -> None:
    """Import and count of so many ratings from Parquet."""
    plan = counted_plan()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        roster = pl.read_csv(paths.facts_folder(CAMPAIGN) / "units" / "roster.csv", infer_schema=False)
        roster.write_csv(folder / "units.csv")
        ratings(roster["单位编号"].to_list(), rows).write_parquet(folder / "ratings.parquet")
        if rows <= AGREED:
            votes = by_pingyi(folder, plan).filter(pl.col("component") == "client")["votes"].sum()
            others = by_polars(folder, plan)["len"], by_duckdb(folder, plan)["votes"], by_pandas(folder, plan)["votes"]
            assert {int(one.sum()) for one in others} == {votes}
        taken = {one: [in_a_process(one, folder) for _ in range(3)] for one in COUNTS}
    base = statistics.median(cpu for cpu, _ in taken["naive"])
    print(f"\nImport and tally of {rows:,} ratings from Parquet (CPU, peak memory, × the naive query)")
    for one, (title, _) in COUNTS.items():
        cpu, memory = (statistics.median(values) for values in zip(*taken[one], strict=True))
        print(f"  {title:<48} {cpu:8.2f} s  {memory:8.0f} MB   × {cpu / base:6.2f}")


AGREED = 1_000_000
"""Ratings up to which it is asked whether all ways agree before they are measured."""


def import_day_by_day(days: int = 250, rows: int = 4_000) -> None:
    """A year that comes in daily files: all of it for the first time, and then each day as it comes."""
    plan = plan_with(CAMPAIGN, {"units.published": []})
    with tempfile.TemporaryDirectory() as name:
        folder, kept = Path(name) / "facts", Path(name) / "kept"
        (folder / "ratings").mkdir(parents=True)
        roster = pl.read_csv(paths.facts_folder(CAMPAIGN) / "units" / "roster.csv", infer_schema=False)
        roster.write_csv(folder / "units.csv")
        year = ratings(roster["单位编号"].to_list(), rows * (days + ROUNDS)).sort("rated_on")
        batches = [year.slice(day * rows, rows) for day in range(days + ROUNDS)]

        def send(day: int) -> None:
            path = folder / "ratings" / f"{day:03d}.csv"
            batches[day].write_csv(path, datetime_format="%Y-%m-%d %H:%M:%S")

        def seconds_of(work: Callable[[], object]) -> float:
            start = time.perf_counter()
            work()
            return time.perf_counter() - start

        for day in range(days):
            send(day)
        seconds = {"all files anew": seconds_of(lambda: read_facts(folder, plan, complete=False))}
        seconds["all files for the first time, kept"] = seconds_of(
            lambda: read_facts(folder, plan, cache=kept, complete=False)
        )
        again, more = [], []
        for day in range(days, days + ROUNDS):
            again.append(seconds_of(lambda: read_facts(folder, plan, cache=kept, complete=False)))
            send(day)
            more.append(seconds_of(lambda: read_facts(folder, plan, cache=kept, complete=False)))
        seconds["nothing new"] = statistics.median(again)
        seconds["one more day"] = statistics.median(more)
    told(f"Import of {days} daily CSV files of {rows:,} ratings", seconds, "all files anew")


def score_the_sample() -> None:
    from tests.reference.interpreter import judge

    plan = plan_with(CAMPAIGN, {})
    facts = read_facts(paths.facts_folder(CAMPAIGN), plan).tables
    plain = {name: frame.to_dicts() for name, frame in facts.items()}
    begun: list[Review] = []

    def load(draws: int) -> None:
        begun.append(Review.begin(plan, facts, draws=draws))

    def score() -> None:
        begun.pop().through("outcomes").close()

    seconds = {}
    for title, draws in (("scoring, all stages, from loaded facts", 0), ("the same with 100 resampled counts", 100)):
        for _ in range(ROUNDS + 1):
            load(draws)
        seconds |= medians({title: score})
    seconds |= medians({"loading plan and facts": lambda: Review.begin(plan, facts).close()})
    seconds |= medians({"plain Python fractions (the judge)": lambda: judge(tree(CAMPAIGN), plain)})
    told("Scoring the sample", seconds, "scoring, all stages, from loaded facts")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        count_once(sys.argv[2], Path(sys.argv[3]))
    else:
        score_the_sample()
        import_day_by_day()
        count_many(int(sys.argv[1]) if len(sys.argv) > 1 else AGREED)
