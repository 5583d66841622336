"""A finished run, changed in every way that a hand or a fault can change it: `verify` must find each."""

import json
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from pingyi.common.faults import PingyiError
from pingyi.pipeline.pipeline import Pipeline
from pingyi.pipeline.verify import verify
from pingyi.runs.manifest import MANIFEST, OWN, close_manifest, compute_seal, files_of, json_text, own_sha256
from tests.quick import quick
from tests.reliability.figure import Figure
from tests.small import project

Change = Callable[[Path, random.Random], str]


def figures(full: bool) -> Iterator[Figure]:
    """Changes that hashes find, and clever ones, which only computing everything again finds."""
    with TemporaryDirectory() as place:
        folder = project(Path(place) / "project")
        with quick(folder):
            run = Pipeline("small").run().folder
        chance = random.Random(1)
        assert verify(run).wrong == [], "what nobody changed is as it was"
        yield _tried("single bytes", run, [flipped] * (1000 if full else 40), chance, again=False, goal=1000)
        plain = [cell_of_table, cell_of_facts, word_of_plan, deleted, added, swapped, cut, linked]
        yield _tried("cells and files", run, plain * (25 if full else 2), chance, again=False, goal=200)
        clever = [clever_table, clever_facts, clever_plan, clever_database, clever_report]
        chosen = clever * 20 if full else clever[:1]
        yield _tried("clever changes", run, chosen, chance, again=True, goal=100)


def _tried(what: str, run: Path, changes: list[Change], chance: random.Random, *, again: bool, goal: int) -> Figure:
    """Each change alone, on a copy of the run."""
    wrong = []
    for change in changes:
        with TemporaryDirectory() as place:
            copy = Path(place) / run.name
            shutil.copytree(run, copy)
            done = change(copy, chance)
            try:
                found = bool(verify(copy, again=again).wrong)
            except PingyiError:
                found = True
            if not found:
                wrong.append(f"{change.__name__}: {done}")
    return Figure(f"changes of a run folder found by verify: {what}", len(changes), goal, wrong)


def _one(folder: Path, pattern: str, chance: random.Random) -> Path:
    """A file that is not empty, by chance."""
    return chance.choice([path for path in sorted(folder.glob(pattern)) if path.is_file() and path.stat().st_size])


def flipped(run: Path, chance: random.Random) -> str:
    """One byte of any file, the manifest too, is another one."""
    path = chance.choice([path for path in files_of(run).values() if path.stat().st_size])
    place, by = chance.randrange(path.stat().st_size), chance.randrange(1, 256)
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ by]))
    return f"{path.name} byte {place} xor {by}"


def cell_of_table(run: Path, chance: random.Random) -> str:
    """One cell of a published table says something else."""
    path = chance.choice([path for path in sorted(run.glob("tables/*.csv")) if len(path.read_text().splitlines()) > 1])
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    row = chance.randrange(1, len(lines))
    cells = lines[row].rstrip("\n").split(",")
    column = chance.randrange(len(cells))
    cells[column] = "9" if cells[column] != "9" else "8"
    lines[row] = ",".join(cells) + "\n"
    path.write_text("".join(lines), encoding="utf-8")
    return f"{path.name} row {row} column {column}"


def cell_of_facts(run: Path, chance: random.Random) -> str:
    """Some votes more for one unit, the Parquet file written anew."""
    path = run / "facts" / "counts.parquet"
    frame = pl.read_parquet(path).with_row_index("at")
    row, more = chance.randrange(frame.height), chance.randrange(1, 9)
    pl.DataFrame.write_parquet(
        frame.with_columns(pl.when(pl.col("at") == row).then(pl.col("votes") + more).otherwise("votes").alias("votes"))
        .drop("at")
        .cast({"votes": frame.schema["votes"]}),
        path,
    )
    return f"row {row} votes +{more}"


def word_of_plan(run: Path, chance: random.Random) -> str:
    """One number of the plan is another one."""
    path = run / "small.yaml"
    text = path.read_text(encoding="utf-8")
    one, other = chance.choice([("'0.6'", "'0.5'"), ("take: '4'", "take: '3'"), ("amount: '5'", "amount: '6'")])
    assert one in text
    path.write_text(text.replace(one, other), encoding="utf-8")
    return f"{one} → {other}"


def deleted(run: Path, chance: random.Random) -> str:
    """A file is gone."""
    path = _one(run, "**/*", chance)
    path.unlink()
    return path.name


def added(run: Path, chance: random.Random) -> str:
    """A file that nobody knows."""
    path = chance.choice([run, run / "tables", run / "facts"]) / chance.choice(["附.csv", "lock", "x.parquet", ".x"])
    path.write_text("1", encoding="utf-8")
    return path.name


def swapped(run: Path, chance: random.Random) -> str:
    """Two tables under each other's names."""
    one, other = chance.sample([path for path in sorted(run.glob("tables/*.csv")) if path.stat().st_size > 400], 2)
    kept = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(kept)
    return f"{one.name} {other.name}"


def cut(run: Path, chance: random.Random) -> str:
    """The end of a file is missing."""
    path = _one(run, "**/*", chance)
    with path.open("r+b") as file:
        file.truncate(chance.randrange(path.stat().st_size))
    return path.name


def linked(run: Path, chance: random.Random) -> str:
    """A file is a link to another place that says the same, for now."""
    path = _one(run, "tables/*.csv", chance)
    elsewhere = run.parent / path.name
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    return path.name


def _resealed(run: Path) -> None:
    """Make the manifest fit what is there now, seals and all, as somebody would who knows how it is made."""
    known: dict[str, Any] = json.loads((run / MANIFEST).read_text(encoding="utf-8"))
    made = close_manifest(known, run)
    made["plan"]["sha256"] = made["files"][made["plan"]["file"]]
    made["seal"] = compute_seal(made)
    page = run / "report.html"
    page.write_bytes(page.read_bytes().replace(known["seal"].encode(), made["seal"].encode()))
    page.write_bytes(page.read_bytes().replace(known["plan"]["sha256"].encode(), made["plan"]["sha256"].encode()))
    made = close_manifest({name: value for name, value in made.items() if name != OWN}, run)
    made[OWN] = own_sha256(made)
    (run / MANIFEST).write_text(json_text(made), encoding="utf-8")


def clever_table(run: Path, chance: random.Random) -> str:
    """A cell of a table, every hash made to fit."""
    done = cell_of_table(run, chance)
    _resealed(run)
    return done


def clever_facts(run: Path, chance: random.Random) -> str:
    """A number in the facts, every hash made to fit."""
    done = cell_of_facts(run, chance)
    _resealed(run)
    return done


def clever_plan(run: Path, chance: random.Random) -> str:
    """A number of the plan, every hash made to fit."""
    done = word_of_plan(run, chance)
    _resealed(run)
    return done


def clever_database(run: Path, chance: random.Random) -> str:
    """A total in the database, every hash made to fit."""
    import duckdb

    more = chance.randrange(1, 9)
    connection = duckdb.connect(str(run / "campaign.duckdb"))
    connection.execute("update totals set total = total + $more where draw = 0 and unit = '甲'", {"more": more})
    connection.close()
    _resealed(run)
    return f"total +{more}"


def clever_report(run: Path, chance: random.Random) -> str:
    """A name in the report, every hash made to fit."""
    page = run / "report.html"
    one, other = chance.sample(["甲科", "乙科", "丙科", "丁科"], 2)
    page.write_text(page.read_text(encoding="utf-8").replace(one, other, 1), encoding="utf-8")
    _resealed(run)
    return f"{one} → {other}"
