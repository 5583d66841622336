"""The folder of a run, made beside its final place and renamed when it is whole; and the runs that there are."""

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from pingyi.common import files, paths
from pingyi.common.codebook import codebook
from pingyi.common.faults import PingyiError
from pingyi.common.spreadsheet_safe import write_csv
from pingyi.facts.keys import KeyRefused
from pingyi.facts.ledger import DIGITS, Ledger, LedgerBroken
from pingyi.facts.ledger import FILE as LEDGER_FILE
from pingyi.facts.store import PARTS, has_store, link_parts, with_paths_from
from pingyi.runs.manifest import BEGUN, LOCK, MANIFEST, Manifest
from pingyi.scoring.published import published_names
from pingyi.scoring.review import Review

DATABASE = "campaign.duckdb"
FACTS, PREVIOUS = "facts", "previous"
PARTIAL = ".part"
"""A run's database; the folders of its facts and the year before's; ending of the folder of a run not whole yet."""

LOG, LOGGED = "log", ("changes", "timeline")
"""The folder of the published tables that speak of other runs too. The rest is the same of the same plan and facts."""

LEFTOVERS = ("*.new", "*.tmp", "*-未完成.ipynb", ".ipynb_checkpoints")
"""What a process that was killed, or somebody who looked, left lying in an unfinished run."""

BEGUN_WITH: dict[str, Any] = {"key": "", "as_of": "", "known_on": "", "program": {}, "past": {}}
"""What an unfinished run of an earlier version does not say of its beginning."""


class RunIsBusy(PingyiError):
    """Another process is working on this run."""

    exit_code = 7


class NothingRun(PingyiError):
    """The campaign has no finished run."""


@dataclass(frozen=True)
class RunFolder:
    """Where a run is made (`work`) and where it ends up (`final`)."""

    final: Path

    @property
    def work(self) -> Path:
        """The folder while the run is not whole."""
        return self.final.with_name(self.final.name + PARTIAL)

    @classmethod
    def new(cls, reports: Path, now: datetime, as_of: date | None = None, known_on: date | None = None) -> "RunFolder":
        """A folder for a run named for the moment, the day it looks at and the day whose knowledge it has.

        With a number where that name is taken.
        """
        name = now.strftime("%Y-%m-%d-%H%M%S") + (f"-截至{as_of}" if as_of else "")
        name += f"-所知{known_on}" if known_on else ""
        reports.mkdir(parents=True, exist_ok=True)
        for numbered in (name, *(f"{name}-{number}" for number in range(2, 1000))):
            folder = cls(reports / numbered)
            with suppress(FileExistsError):
                if not folder.final.exists():
                    folder.work.mkdir()
                    return folder
        raise PingyiError(f"{paths.shown(reports)} 里同一时刻的运行太多，请稍后再试。")

    @classmethod
    def last_unfinished(cls, reports: Path) -> "RunFolder | None":
        """The run begun last that is not whole and can be gone on with."""
        parts = _unfinished_numbers(reports)
        last = max(parts, key=lambda part: (parts[part], part.name), default=None)
        return cls(last.with_name(last.name.removesuffix(PARTIAL))) if last else None

    def finish(self) -> None:
        """Give the run its final name; from now on it is not touched again."""
        for path in self.work.rglob("*"):
            files.to_disk(path)
        for name in (BEGUN, LOCK):
            (self.work / name).unlink(missing_ok=True)
        os.replace(self.work, self.final)
        files.to_disk(self.final.parent)

    def sweep_leftovers(self) -> None:
        """Remove what does not belong to the run."""
        for path in [path for pattern in LEFTOVERS for path in self.work.rglob(pattern)]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes off this run. Raises: RunIsBusy."""

        def busy(process: str) -> RunIsBusy:
            what = f"另一个进程（编号 {process}）正在做这一次运行：{self.final.name}。"
            return RunIsBusy(what + "\n  请等它做完；要另做一次，不带 --resume 重新运行。")

        with files.held(self.work / LOCK, busy):
            yield


def read_begun(work: Path) -> dict[str, Any]:
    """What an unfinished run began with: `inputs`, `number`, `files`, and what `BEGUN_WITH` names.

    Empty where it cannot be gone on with.
    """
    with suppress(OSError, ValueError, KeyError):
        known: dict[str, Any] = json.loads((work / BEGUN).read_text(encoding="utf-8"))
        return BEGUN_WITH | known | {name: known[name] for name in ("inputs", "number", "files")}
    return {}


def _unfinished_numbers(reports: Path) -> dict[Path, int]:
    """The folders of unfinished runs that can be gone on with, and the numbers of these runs."""
    begun = {part: read_begun(part) for part in reports.glob(f"*{PARTIAL}")}
    return {part: int(known["number"]) for part, known in begun.items() if known}


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A finished run among others: when it was done, and for which day it looked, known on which."""

    folder: Path
    finished: datetime
    as_of: date
    known_on: date | None
    made: Manifest

    @property
    def day(self) -> tuple[date, date | None]:
        """What must be the same of two runs for their rows to be comparable."""
        return self.as_of, self.known_on


def finished_runs(reports: Path) -> list[FinishedRun]:
    """The finished runs in the order in which they began; one whose manifest cannot be read is passed over."""
    runs = list[FinishedRun]()
    for folder in finished_folders(reports):
        with suppress(PingyiError, KeyError, ValueError, TypeError):
            made = run_facts(folder)
            run = made["run"]
            known = date.fromisoformat(run["known_on"]) if run.get("known_on") else None
            day, done = date.fromisoformat(run["as_of"]), datetime.fromisoformat(run["finished"])
            runs.append(FinishedRun(folder, done, day, known, made))
    return sorted(runs, key=lambda one: (run_number(one.made), one.folder.name))


def finished_folders(reports: Path) -> list[Path]:
    """The folders of finished runs, in the order of their names."""
    return sorted(path.parent for path in reports.glob(f"*/{MANIFEST}") if path.parent.suffix != PARTIAL)


def latest_run(reports: Path) -> Path:
    """The folder of the run begun last of those that are finished; a clock set back changes nothing.

    Raises: NothingRun, PingyiError where a manifest cannot be read.
    """
    folders = finished_folders(reports)
    if not folders:
        raise NothingRun(f"{paths.shown(reports).as_posix()} 里还没有完成的运行；请先运行 pingyi run。")
    return max(folders, key=lambda path: (run_number(run_facts(path)), path.name))


def run_facts(run: Path) -> Manifest:
    """What the manifest says of a run, with its id. Raises: PingyiError where it cannot be read."""
    path = run / MANIFEST
    with suppress(ValueError, KeyError, TypeError):
        made: Manifest = json.loads(path.read_text(encoding="utf-8"))
        run_number(made)
        return made
    what = f"{paths.shown(path).as_posix()} 读不出来，可能损坏或被改动过。"
    raise PingyiError(what + "\n  请从备份恢复这次运行的文件夹，或者把它移到别处再试。")


def run_number(made: Mapping[str, Any]) -> int:
    """The number of a run by what its manifest says; runs of earlier versions have none and come before the others."""
    return int(made["run"].get("number", 0))


def next_number(reports: Path) -> int:
    """The number of the next run of a campaign: one more than the highest there is, finished or not."""
    numbers = list(_unfinished_numbers(reports).values())
    for folder in finished_folders(reports):
        with suppress(PingyiError):
            numbers.append(run_number(run_facts(folder)))
    return 1 + max(numbers, default=0)


def key_of_last_run(reports: Path) -> tuple[str, str]:
    """The last finished run and the mark of its key; empty where there is none."""
    if not finished_folders(reports):
        return "", ""
    run = latest_run(reports)
    return run.name, run_facts(run)["run"].get("key", "")


def refuse_other_key(reports: Path, mark: str) -> None:
    """Raises: KeyRefused where the last run knew persons by the pseudonyms of another key than that of the mark."""
    run, before = key_of_last_run(reports)
    if mark and before and mark != before:
        raise KeyRefused(
            f"密钥不是运行 {run} 用的那一把：同一个人会变成两个代号，登记簿里按代号写的更正也会对不上。"
            "请从备份恢复原来的密钥；原来的确实没有了，加 --new-key，从此代号全部改变。"
        )


def whole_ledger(campaign: str) -> Ledger:
    """The ledger, with everything that earlier runs knew of it. Raises: LedgerBroken."""
    ledger = Ledger.read(paths.facts_folder(campaign) / LEDGER_FILE)
    for run in finished_folders(paths.reports_folder(campaign)):
        known = run_facts(run)["run"].get("ledger", {"entries": 0, "head": ""})
        if not ledger.goes_on_from(known["entries"], known["head"]):
            raise LedgerBroken(
                f"登记簿与运行 {run.name} 时不符：那时有 {known['entries']} 条，校验码 {known['head'][:DIGITS]}，"
                f"现在有 {len(ledger.entries)} 条；有人删去或改写过，请从备份恢复"
            )
    return ledger


def write_tables(review: Review, folder: Path) -> None:
    """Every published table of the result as CSV that Excel opens, and the codebook that says what its columns mean.

    Raises: NotPublished for a trial.
    """
    review.refuse_trial()
    _write_published(review, [name for name in published_names() if name not in LOGGED], folder)
    rows = [
        {"table": table.name, "表": table.title, "一行是": table.row, "column": column.name, "列": column.head}
        | {"单位": column.unit, "说明": column.says}
        for table in codebook().results.values()
        for column in table.columns
    ]
    write_csv(pl.DataFrame(rows), folder / "codebook.csv")


def write_log(review: Review, folder: Path) -> None:
    """The published tables that speak of other runs too, as CSV."""
    _write_published(review, LOGGED, folder)


def _write_published(review: Review, names: Iterable[str], folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name in names:
        write_csv(review.published(name), folder / f"{name}.csv")


def write_facts(tables: Mapping[str, pl.DataFrame], folder: Path) -> dict[str, pl.DataFrame]:
    """The facts that a run takes, checked and typed, written: what it needs to be computed again elsewhere.

    Parts of a store are linked into a folder beside the tables; their paths then begin in the folder that holds both,
    which is where the database lies that looks for them.
    """
    folder.mkdir(exist_ok=True)
    tables = dict(tables)
    if has_store(tables):
        linked = link_parts(tables[PARTS], folder / PARTS)
        inside = pl.Series([Path(path).relative_to(folder.parent).as_posix() for path in linked["path"]])
        tables[PARTS] = linked.with_columns(path=inside)
    for name, frame in tables.items():
        if frame.height:
            with (folder / f"{name}.parquet").open("wb") as file:
                frame.write_parquet(file)
    return tables


def stored_facts(folder: Path) -> dict[str, pl.DataFrame]:
    """The facts that a run took."""
    tables = {
        path.stem: pl.read_parquet(BytesIO(path.read_bytes()), hive_partitioning=False)
        for path in sorted(folder.glob("*.parquet"))
    }
    if has_store(tables):
        tables[PARTS] = with_paths_from(tables[PARTS], folder.parent)
    return tables
