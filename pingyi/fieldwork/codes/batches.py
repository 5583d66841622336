"""Files and folders of returned ballots → all their rows at once, each file once, or every fault of all of them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pingyi.common.faults import Fault
from pingyi.facts.intake.file_formats import try_bytes
from pingyi.facts.intake.folder import Folder, readable_files
from pingyi.facts.intake.issue_log import IssueLog
from pingyi.fieldwork.codes.returned import BallotFaults, Mark, read_ballots
from pingyi.plan.ratings import Ratings


@dataclass(frozen=True)
class Batch:
    """One file. name: as receipts name it, the path where two files have one name. rows: that hold a level."""

    name: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class Batches:
    """marks: the rows of all files. notes: what was given and not read, and why."""

    marks: list[Mark]
    files: list[Batch]
    notes: list[str]


def read_batches(paths: Iterable[Path], rules: Ratings, units: pl.DataFrame) -> Batches:
    """Every file, a folder standing for the files in it, in the order of their names. Raises: BallotFaults."""
    files, notes, faults = _meant(paths)
    seen: dict[str, str] = {}
    marks, read = list[Mark](), list[Batch]()
    for name, path in files.items():
        notepad = IssueLog(name, path.as_posix())
        file = try_bytes(path, notepad)
        if file and file.stamp.sha256 in seen:
            notes.append(f"{name} 与 {seen[file.stamp.sha256]} 的内容完全相同，只读一次")
            continue
        try:
            rows = read_ballots(file, notepad, rules, units)
        except BallotFaults as error:
            faults += error.faults
        else:
            marks += rows
            read += [Batch(name, file.stamp.sha256, len(rows))] if file else []
        seen |= {file.stamp.sha256: name} if file else {}
    if faults:
        raise BallotFaults(faults)
    return Batches(marks, read, notes)


def _meant(paths: Iterable[Path]) -> tuple[dict[str, Path], list[str], list[Fault]]:
    """Files by the names that they get, sorted; what is not read; and what is wrong with where they are."""
    found, notes, faults = dict[Path, Path](), list[str](), list[Fault]()
    for path in paths:
        folder = Folder(path if path.is_dir() else path.parent)
        if not path.exists():
            folder.add_fault(path, "", "没有这个文件或文件夹")
            faults += folder.faults
            continue
        for file in readable_files(folder, path):
            if file.resolve() in found:
                notes.append(f"{file.as_posix()} 给了两次，只读一次")
            else:
                found[file.resolve()] = file
        notes += [f"{one.as_posix()} 是送表清单，没有当作选票" for one in folder.lists]
        faults += folder.faults
    alike = Counter(path.name for path in found.values())
    named = {path.name if alike[path.name] == 1 else path.as_posix(): path for path in found.values()}
    return dict(sorted(named.items())), notes, faults
