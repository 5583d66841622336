"""The same facts in any order of rows, on any number of threads, in any time zone: the same tables, byte for byte."""

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from pingyi.common import paths
from tests.reliability.figure import Figure
from tests.small import project
from tests.support import ROOT

THREADS, ZONES = (1, 2, 4), ("Asia/Shanghai", "America/Los_Angeles", "Asia/Kathmandu")

SCORED = """
import random, sys, json, hashlib, tempfile
from pathlib import Path
import duckdb
import polars as pl
from pingyi.scenarios.campaign_scenarios import keep_comparisons
from pingyi.scenarios.interpretations import tabulate_readings
from pingyi.facts.intake import read_facts
from pingyi.plan.reader import read_file, read_plan
from pingyi.scoring.review import Review
from pingyi.runs.folder import write_tables

MANY = 100
place, data, plan_file, seed, threads, draws = sys.argv[1], *map(Path, sys.argv[2:4]), *map(int, sys.argv[4:])
plan = read_plan(plan_file)
chance = random.Random(seed)
facts = read_facts(data, plan).tables
if seed:
    seeds = {name: chance.randrange(99999) for name in sorted(facts)}
    facts = {name: frame.sample(fraction=1, shuffle=True, seed=seeds[name]) for name, frame in facts.items()}
connect = duckdb.connect
duckdb.connect = lambda *given, **named: _with_threads(connect(*given, **named))
def _with_threads(connection):
    connection.execute(f"set threads = {threads}")
    return connection
review = Review.begin(plan, facts, draws=draws, seed=1).through("outcomes")
if draws < MANY:
    keep_comparisons(review, {"reading_effects": tabulate_readings(read_file(plan_file).tree, facts)})
with tempfile.TemporaryDirectory() as folder:
    write_tables(review, Path(folder))
    print(json.dumps({p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in Path(folder).iterdir()}))
"""
"""One scoring in a process of its own, in which threads and time zone can be chosen; other readings of small ones."""


def figures(full: bool) -> Iterator[Figure]:
    """The small project three times; at full size every stored campaign twenty times for each number of threads."""
    with TemporaryDirectory() as place:
        folder = project(Path(place) / "project")
        small = (folder / "data" / "small", folder / "parameters" / "small.yaml")
        if not full:
            yield _tried("small", *small, runs=1, threads=THREADS, draws=5)
            return
        yield _tried("small", *small, runs=20, threads=THREADS, draws=5)
    for name in paths.campaigns():
        stored = (ROOT / "data" / name, ROOT / "parameters" / f"{name}.yaml")
        yield _tried(name, *stored, runs=20, threads=THREADS, draws=100)


def _tried(name: str, data: Path, plan: Path, *, runs: int, threads: tuple[int, ...], draws: int) -> Figure:
    """Each run with rows shuffled in its own way but the first, zones taking turns."""
    hashes: dict[str, set[str]] = defaultdict(set)
    wrong: list[str] = []
    settings = [(run, count) for run in range(runs) for count in threads]
    for place, (run, count) in enumerate(settings):
        zone = ZONES[place % len(ZONES)] if runs == 1 else ZONES[run % len(ZONES)]
        words = [name, str(data), str(plan), str(place), str(count), str(draws)]
        done = subprocess.run(
            [sys.executable, "-c", SCORED, *words],
            cwd=ROOT,
            env=os.environ | {"TZ": zone, "POLARS_MAX_THREADS": str(count)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            wrong.append(f"run {run}, {count} threads, {zone}: {done.stderr[-300:]}")
            continue
        for table, found in json.loads(done.stdout).items():
            hashes[table].add(found)
    wrong += [f"{table}: {len(found)} hashes" for table, found in sorted(hashes.items()) if len(found) > 1]
    goal = 20 * len(THREADS)
    return Figure(f"reruns of {name}: one hash a table", len(settings), goal, wrong, said=f"{len(hashes)} tables")
