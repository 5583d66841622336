"""Runs that are killed, or refused something, at a chosen moment; prints JSON.

`python -m tests.killing FOLDER CHAINS KILLS SEED [--whole]`, `python -m tests.killing FOLDER TRIES SEED --refused`.

This process imports everything and computes nothing, so that it can fork a run within milliseconds; a child counts what
it does to files, tables and the database, and at the chosen count the system kills it, as `kill -9` would. A chain is
several kills one after the other, each of a run that goes on (`--resume`) or begins anew where the last one was killed,
and then a run that must finish. After every kill what was finished must be as it was. A refusal is what a full disk, a
read-only folder or a broken disk says at that count, or a limit to the size of files, which no hook sees.
"""

import errno
import hashlib
import json
import os
import random
import re
import resource
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import polars as pl

import pingyi.facts.intake  # noqa: F401
import pingyi.figures.pictures  # noqa: F401
import pingyi.report  # noqa: F401
import pingyi.scenarios.difference_report  # noqa: F401
import pingyi.scenarios.interpretations  # noqa: F401
from pingyi.common.codebook import codebook
from pingyi.common.faults import PingyiError, describe_os_error
from pingyi.pipeline.pipeline import Pipeline
from pingyi.scoring import run
from tests.quick import plan_of, quick
from tests.small import project

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
AUDITED = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate", "shutil.copyfile", "os.listdir")


CELL = {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": "1", "id": "a"}
SHOWN = {"output_type": "stream", "name": "stdout", "text": "1"}
RAN = {"cells": [CELL | {"outputs": [SHOWN]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
"""The least notebook that ran."""


class Count:
    """Counts what a run does, and kills it before it does the thing of a number; or refuses this and all after it."""

    def __init__(self, deadly: int, refusal: int = 0) -> None:
        self.done, self.deadly, self.refusal = 0, deadly, refusal

    def __call__(self) -> None:
        """Count one more."""
        self.done += 1
        if self.refusal and 0 < self.deadly <= self.done:
            raise OSError(self.refusal, os.strerror(self.refusal))
        if self.done == self.deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    def audit(self, event: str, what: tuple[Any, ...]) -> None:
        """Count what the interpreter does to files."""
        if event in AUDITED or (event == "open" and isinstance(what[2], int) and what[2] & WRITES):
            self()

    def before(self, owner: Any, name: str) -> None:
        """Count each call of a method."""
        method = getattr(owner, name)

        def counted(*given: Any, **named: Any) -> Any:
            self()
            return method(*given, **named)

        setattr(owner, name, counted)


def _child(folder: Path, count: Count, *, resume: bool, whole: bool, told: Path, size: int) -> None:
    """One run; leaves what it counted, or why it failed. size: limit of the size of files in bytes; 0 for none."""
    if size:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    try:
        with quick(folder, bare=not whole):
            sys.addaudithook(count.audit)
            for owner, name in ((run.Run, "_execute"), (pl.DataFrame, "write_parquet"), (os, "fsync")):
                count.before(owner, name)
            Pipeline("small").run(resume=resume)
    except BaseException as error:
        count.deadly = 0
        known = str(error) if isinstance(error, PingyiError) else describe_os_error(error)
        _leave(told, known or f"unforeseen {type(error).__name__}: {error}", 2 if known else 3)
    _leave(told, str(count.done), 0)


def _leave(told: Path, text: str, status: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    told.write_text(text, encoding="utf-8")
    os._exit(status)


def _forked(
    folder: Path, deadly: int, *, resume: bool, whole: bool = False, refusal: int = 0, size: int = 0
) -> tuple[int, str]:
    """How a run in a process of its own ended (0, the negative number of a signal, …), and what it told."""
    told = folder.parent / "told"
    told.unlink(missing_ok=True)
    number = os.fork()
    if not number:
        _child(folder, Count(deadly, refusal), resume=resume, whole=whole, told=told, size=size)
    _, status = os.waitpid(number, 0)
    return os.waitstatus_to_exitcode(status), told.read_text(encoding="utf-8") if told.exists() else ""


def content(folder: Path) -> dict[str, str]:
    """Relative name → hash of every file below a folder."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _stamps(folder: Path) -> dict[str, tuple[int, int, int]]:
    """What tells that a file was written to, or replaced, without reading it."""
    found = ((path, path.stat()) for path in sorted(folder.rglob("*")))
    return {str(path): (stat.st_ino, stat.st_size, stat.st_mtime_ns) for path, stat in found}


def finished(reports: Path) -> list[Path]:
    """The folders of finished runs."""
    return sorted(path for path in reports.iterdir() if path.suffix != ".part")


def tried(folder: Path, chains: int, kills: int, seed: int, *, whole: bool) -> dict[str, Any]:
    """How many kills there were and what went wrong; the first run, which nobody kills, is the measure."""
    first, told = _first(folder, whole=whole)
    reports, chance, killed, wrong = first.parent, random.Random(seed), 0, []
    before, stamps, steps = content(first), _stamps(first), int(told)
    for _ in range(chains):
        for _ in range(kills):
            resume = chance.random() < 0.95
            deadly = chance.randint(1, steps if not resume else steps // 9)
            status, told = _forked(folder, deadly, resume=resume, whole=whole)
            killed += status == -signal.SIGKILL
            if status not in (0, -signal.SIGKILL) or (status == 0 and not resume):
                wrong.append(f"kill at {deadly} of {steps}, resume {resume}: ended with {status}: {told}")
            if _stamps(first) != stamps:
                wrong.append(f"kill at {deadly}: the first run was touched")
        resume = chance.random() < 0.7
        status, told = _forked(folder, 0, resume=resume, whole=whole)
        if status:
            wrong.append(f"after kills, resume {resume}: {told}")
        wrong += ["the first run is changed"] if content(first) != before else []
        wrong += [f"{run.name}: other tables" for run in finished(reports) if content(run / "tables") != tables(before)]
        for path in reports.iterdir():
            if path != first:
                shutil.rmtree(path)
    return {"killed": killed, "steps": steps, "wrong": wrong}


def _first(folder: Path, *, whole: bool) -> tuple[Path, str]:
    """A project with a finished run, and what that run told."""
    project(folder)
    for path in (folder / "notebooks").glob("*.ipynb"):
        path.write_text(json.dumps(RAN), encoding="utf-8")
    codebook()
    plan_of((folder / "parameters" / "small.yaml").read_text(encoding="utf-8"))
    status, told = _forked(folder, 0, resume=False, whole=whole)
    assert status == 0, told
    (first,) = finished(folder / "reports" / "small")
    return first, told


REFUSALS = (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO, errno.EDQUOT)


def refused(folder: Path, tries: int, seed: int) -> dict[str, Any]:
    """How often a run was refused something, what it said, and what went wrong."""
    first, told = _first(folder, whole=False)
    before, steps, chance = content(first), int(told), random.Random(seed)
    wrong, said, missed = [], set(), 0
    for number in range(tries):
        small = number % 3 == 0
        how = {"size": int(10 ** chance.uniform(2, 5.4))} if small else {"refusal": chance.choice(REFUSALS)}
        deadly = 0 if small else chance.randint(1, steps)
        status, told = _forked(folder, deadly, resume=chance.random() < 0.3, **how)
        if status == 0:
            missed += 1
            continue
        said.add(told.split("；")[0].split("：")[0][:30])
        if status != 2 or not re.search("[一-鿿]", told):
            wrong.append(f"{how} at {deadly}: ended with {status}: {told[-300:]}")
        if content(first) != before:
            wrong.append(f"{how} at {deadly}: the first run is changed")
    status, told = _forked(folder, 0, resume=False)
    if status:
        wrong.append(f"the run after them: {told}")
    others = [run.name for run in finished(first.parent) if content(run / "tables") != tables(before)]
    wrong += [f"other tables in {name}" for name in others]
    return {"tried": tries - missed, "said": sorted(said), "wrong": wrong}


def tables(of_run: dict[str, str]) -> dict[str, str]:
    """What the content of a run says of its tables."""
    return {name.removeprefix("tables/"): hash_ for name, hash_ in of_run.items() if name.startswith("tables/")}


if __name__ == "__main__":
    place, numbers = Path(sys.argv[1]), [int(word) for word in sys.argv[2:] if not word.startswith("--")]
    found = refused(place, *numbers) if "--refused" in sys.argv else tried(place, *numbers, whole="--whole" in sys.argv)
    print(json.dumps(found, ensure_ascii=False))
