"""The folder of a run: made beside its final place, filled, and renamed when it is whole."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from pingyi import places, script
from pingyi.codebook import codebook
from pingyi.faults import PingyiError
from pingyi.review import Review

DATABASE = "campaign.duckdb"
FACTS = "facts"
PARTIAL = ".part"
"""A run's database; the folder of its facts; ending of the folder of a run that is not whole yet."""


class RunIsBusy(PingyiError):
    """Another process is working on this run."""

    exit_code = 7


@dataclass(frozen=True)
class RunFolder:
    """Where a run is made (`work`) and where it ends up (`final`)."""

    final: Path

    @property
    def work(self) -> Path:
        """The folder while the run is not whole."""
        return self.final.with_name(self.final.name + PARTIAL)

    @classmethod
    def new(cls, reports: Path, now: datetime, as_of: date | None = None) -> "RunFolder":
        """A run named for the moment and the day it looks at, with a number where that name is taken."""
        name = now.strftime("%Y-%m-%d-%H%M%S") + (f"-截至{as_of}" if as_of else "")
        taken = {path.name.removesuffix(PARTIAL) for path in reports.glob(f"{name}*")}
        numbered = [name, *(f"{name}-{number}" for number in range(2, 1000))]
        return cls(reports / next(one for one in numbered if one not in taken))

    @classmethod
    def unfinished(cls, reports: Path) -> "RunFolder | None":
        """The latest run that was begun and is not whole."""
        parts = sorted(path for path in reports.glob(f"*{PARTIAL}") if path.is_dir())
        return cls(parts[-1].with_name(parts[-1].name.removesuffix(PARTIAL))) if parts else None

    def finish(self) -> None:
        """Give the run its final name; from now on it is not touched again."""
        for path in self.work.rglob("*"):
            if path.is_file():
                _to_disk(path)
        os.replace(self.work, self.final)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes off this run. Raises: RunIsBusy."""
        self.work.mkdir(parents=True, exist_ok=True)
        lock = self.work / "lock"
        try:
            lock.open("x").write(f"{os.getpid()}")
        except FileExistsError:
            if _alive(lock):
                raise RunIsBusy(f"另一个进程（编号 {lock.read_text()}）正在做这一次运行：{self.final.name}") from None
            lock.write_text(f"{os.getpid()}")
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)


def _alive(lock: Path) -> bool:
    try:
        os.kill(int(lock.read_text() or 0), 0)
    except (OSError, ValueError):
        return False
    return True


def _to_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


class NothingRun(PingyiError):
    """The campaign has no finished run."""


MANIFEST = "manifest.json"


def latest_run(reports: Path) -> Path:
    """The folder of the latest finished run of a campaign. Raises: NothingRun."""
    runs = [path for path in reports.glob("*") if (path / MANIFEST).exists() and path.suffix != PARTIAL]
    if not runs:
        raise NothingRun(f"{places.shown(reports).as_posix()} 里还没有完成的运行；请先运行 pingyi run。")
    return max(runs, key=lambda path: path.name)


def run_facts(run: Path) -> dict[str, Any]:
    """What the manifest says of a run, with its id."""
    said: dict[str, Any] = json.loads((run / MANIFEST).read_text(encoding="utf-8"))
    return said


def write_tables(review: Review, folder: Path) -> None:
    """Every published table as CSV that Excel opens, and the codebook that says what its columns mean."""
    folder.mkdir(exist_ok=True)
    for name in script.names("published"):
        review.published(name).write_csv(folder / f"{name}.csv", include_bom=True)
    codebook_frame().write_csv(folder / "codebook.csv", include_bom=True)


def write_facts(tables: Mapping[str, pl.DataFrame], folder: Path) -> None:
    """The facts that a run takes, checked and typed: what it needs to be computed again elsewhere."""
    folder.mkdir(exist_ok=True)
    for name, frame in tables.items():
        if frame.height:
            frame.write_parquet(folder / f"{name}.parquet")


def stored_facts(folder: Path) -> dict[str, pl.DataFrame]:
    """The facts that a run took."""
    return {path.stem: pl.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}


def codebook_frame() -> pl.DataFrame:
    """The codebook of the published tables: one row for each table and column."""
    rows = [
        {"table": table.name, "表": table.title, "一行是": table.row, "column": column.name, "列": column.head}
        | {"单位": column.unit, "说明": column.says}
        for table in codebook().results.values()
        for column in table.columns
    ]
    return pl.DataFrame(rows)
