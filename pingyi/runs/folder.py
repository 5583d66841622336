"""The folder of a run: made beside its final place, filled, and renamed when it is whole."""

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

from pingyi.common import paths
from pingyi.common.codebook import codebook
from pingyi.common.faults import PingyiError
from pingyi.common.files import held, to_disk
from pingyi.common.spreadsheet_safe import write_csv
from pingyi.facts.keys import KeyRefused
from pingyi.facts.ledger import DIGITS, Ledger, LedgerBroken
from pingyi.facts.ledger import FILE as LEDGER_FILE
from pingyi.runs.manifest import BEGUN, LOCK, MANIFEST
from pingyi.scoring import script
from pingyi.scoring.review import Review

DATABASE = "campaign.duckdb"
FACTS, PREVIOUS = "facts", "previous"
PARTIAL = ".part"
"""A run's database; the folders of its facts and the year before's; ending of the folder of a run not whole yet."""

LEFTOVERS = ("*.new", "*.tmp", "*-未完成.ipynb", ".ipynb_checkpoints")
"""What a process that was killed, or somebody who looked, left lying in an unfinished run."""


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
    def unfinished(cls, reports: Path) -> "RunFolder | None":
        """The run begun last that is not whole and can be gone on with."""
        parts = [path for path in reports.glob(f"*{PARTIAL}") if begun(path)]
        last = max(parts, key=lambda path: (begun(path)["number"], path.name), default=None)
        return cls(last.with_name(last.name.removesuffix(PARTIAL))) if last else None

    def finish(self) -> None:
        """Give the run its final name; from now on it is not touched again."""
        for path in self.work.rglob("*"):
            to_disk(path)
        for name in (BEGUN, LOCK):
            (self.work / name).unlink(missing_ok=True)
        os.replace(self.work, self.final)
        to_disk(self.final.parent)

    def sweep(self) -> None:
        """Remove what does not belong to the run."""
        for path in [path for pattern in LEFTOVERS for path in self.work.rglob(pattern)]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes off this run. Raises: RunIsBusy."""
        with held(self.work / LOCK, self._busy):
            yield

    def _busy(self, process: str) -> RunIsBusy:
        told = f"另一个进程（编号 {process}）正在做这一次运行：{self.final.name}。"
        return RunIsBusy(told + "\n  请等它做完；要另做一次，不带 --resume 重新运行。")


BEGUN_WITH: dict[str, Any] = {"key": "", "as_of": "", "known_on": "", "program": {}, "past": {}}
"""What an unfinished run of an earlier version does not say of its beginning."""


def begun(work: Path) -> dict[str, Any]:
    """What an unfinished run began with: `inputs`, `number`, `files`, and what `BEGUN_WITH` names.

    Empty where it cannot be gone on with.
    """
    with suppress(OSError, ValueError, KeyError):
        known: dict[str, Any] = json.loads((work / BEGUN).read_text(encoding="utf-8"))
        return BEGUN_WITH | known | {name: known[name] for name in ("inputs", "number", "files")}
    return {}


class NothingRun(PingyiError):
    """The campaign has no finished run."""


def finished(reports: Path) -> list[Path]:
    """The folders of finished runs, in the order of their names."""
    return sorted(path.parent for path in reports.glob(f"*/{MANIFEST}") if path.parent.suffix != PARTIAL)


def latest_run(reports: Path) -> Path:
    """The folder of the run begun last of those that are finished; a clock set back changes nothing.

    Raises: NothingRun, PingyiError where a manifest cannot be read.
    """
    runs = finished(reports)
    if not runs:
        raise NothingRun(f"{paths.shown(reports).as_posix()} 里还没有完成的运行；请先运行 pingyi run。")
    return max(runs, key=lambda path: (run_number(run_facts(path)), path.name))


def key_of_last_run(reports: Path) -> tuple[str, str]:
    """The last finished run and the mark of its key; empty where there is none."""
    if not finished(reports):
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
    for run in finished(paths.reports_folder(campaign)):
        known = run_facts(run)["run"].get("ledger", {"entries": 0, "head": ""})
        if not ledger.goes_on_from(known["entries"], known["head"]):
            raise LedgerBroken(
                f"登记簿与运行 {run.name} 时不符：那时有 {known['entries']} 条，校验码 {known['head'][:DIGITS]}，"
                f"现在有 {len(ledger.entries)} 条；有人删去或改写过，请从备份恢复"
            )
    return ledger


def next_number(reports: Path) -> int:
    """The number of the next run of a campaign: one more than the highest there is, finished or not."""
    known = [run_number(run_facts(path)) for path in finished(reports) if _is_readable(path)]
    parts = [begun(path)["number"] for path in reports.glob(f"*{PARTIAL}") if begun(path)]
    return 1 + max([*known, *parts], default=0)


def run_number(said: Mapping[str, Any]) -> int:
    """The number of a run by what its manifest says; runs of earlier versions have none and come before the others."""
    return int(said["run"].get("number", 0))


def _is_readable(run: Path) -> bool:
    try:
        return bool(run_facts(run))
    except PingyiError:
        return False


def run_facts(run: Path) -> dict[str, Any]:
    """What the manifest says of a run, with its id. Raises: PingyiError where it cannot be read."""
    path = run / MANIFEST
    with suppress(ValueError, KeyError, TypeError):
        said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        run_number(said)
        return said
    told = f"{paths.shown(path).as_posix()} 读不出来，可能损坏或被改动过。"
    raise PingyiError(told + "\n  请从备份恢复这次运行的文件夹，或者把它移到别处再试。")


LOG, LOGGED = "log", ("changes", "timeline")
"""The folder of the published tables that speak of other runs too. The rest is the same of the same plan and facts."""


def write_tables(review: Review, folder: Path) -> None:
    """Every published table of the result as CSV that Excel opens, and the codebook that says what its columns mean."""
    _write(review, [name for name in script.names("published") if name not in LOGGED], folder)
    write_csv(codebook_frame(), folder / "codebook.csv")


def write_log(review: Review, folder: Path) -> None:
    """The published tables that speak of other runs too, as CSV."""
    _write(review, LOGGED, folder)


def _write(review: Review, names: Iterable[str], folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name in names:
        write_csv(review.published(name), folder / f"{name}.csv")


def write_facts(tables: Mapping[str, pl.DataFrame], folder: Path) -> None:
    """The facts that a run takes, checked and typed: what it needs to be computed again elsewhere."""
    folder.mkdir(exist_ok=True)
    for name, frame in tables.items():
        if frame.height:
            with (folder / f"{name}.parquet").open("wb") as file:
                frame.write_parquet(file)


def stored_facts(folder: Path) -> dict[str, pl.DataFrame]:
    """The facts that a run took."""
    paths = sorted(folder.glob("*.parquet"))
    return {path.stem: pl.read_parquet(BytesIO(path.read_bytes()), hive_partitioning=False) for path in paths}


def codebook_frame() -> pl.DataFrame:
    """The codebook of the published tables: one row for each table and column."""
    rows = [
        {"table": table.name, "表": table.title, "一行是": table.row, "column": column.name, "列": column.head}
        | {"单位": column.unit, "说明": column.says}
        for table in codebook().results.values()
        for column in table.columns
    ]
    return pl.DataFrame(rows)
