"""The register of codes: a CSV that only grows and never holds a code.

One row says that a code was issued or revoked. Each row bears a seal, a keyed hash of the row and of the seal before
it: whoever changes, inserts, swaps or drops a row breaks the chain. Rows cut off at the end are found by comparing the
last seal with the one that was written down.
"""

import csv
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from pathlib import Path

from pingyi import locks
from pingyi.codes.key import SEAL, CodesRefused, keyed
from pingyi.inert import bare, guard

HEADS = ["序号", "哈希", "人员类别", "日期", "状态", "换发自", "封印"]
STATES = {"issued": "发放", "revoked": "作废"}
WORDS = {word: state for state, word in STATES.items()}
SHOWN = 16
"""Digits of a seal."""


@dataclass(frozen=True)
class Entry:
    """One row. serial: of the code, from 1. on: when. reissued_for: serial of the code that this one replaces."""

    serial: int
    hash: str
    group: str
    on: date
    state: str
    reissued_for: str = ""

    @property
    def cells(self) -> list[str]:
        """The row as it is written, without its seal."""
        words = [self.group, self.on.isoformat(), STATES[self.state]]
        return [str(self.serial), self.hash, *words, self.reissued_for]


@dataclass
class Register:
    """All rows, in the order in which they were written. seal: of the last one."""

    path: Path
    key: bytes
    entries: list[Entry] = field(default_factory=list)
    seal: str = ""

    @classmethod
    def read(cls, path: Path, key: bytes) -> "Register":
        """The register, empty where there is no file. Raises: CodesRefused where a row is not what was written."""
        register = cls(path, key)
        if path.exists():
            for number, cells in enumerate(_rows(path), start=2):
                register._take(cells, number)
        return register

    def _take(self, cells: list[str], number: int) -> None:
        if len(cells) != len(HEADS) or cells[-1] != self._sealed(cells[:-1]):
            raise CodesRefused(
                f"登记簿 {self.path.as_posix()} 第 {number} 行与封印不符：登记簿被改动过（用 Excel 打开后存盘也算），"
                "或者不是用这把密钥登记的；请从备份恢复"
            )
        serial, hash, group, on, word, reissued_for, self.seal = cells
        self.entries.append(Entry(int(serial), hash, group, date.fromisoformat(on), WORDS[word], reissued_for))

    def _sealed(self, cells: list[str]) -> str:
        return keyed(self.key, SEAL, self.seal, *cells)[:SHOWN]

    @property
    def latest(self) -> dict[str, Entry]:
        """The last word on each hash."""
        return {entry.hash: entry for entry in self.entries}

    @property
    def next_serial(self) -> int:
        """The first serial number that no code has."""
        return max((entry.serial for entry in self.entries), default=0) + 1

    def append(self, entries: Iterable[Entry]) -> None:
        """Write rows behind the others, at once and to the disk."""
        text = StringIO()
        rows = csv.writer(text, lineterminator="\n")
        if not self.path.exists():
            rows.writerow(HEADS)
        for entry in entries:
            self.seal = self._sealed(entry.cells)
            rows.writerow([*map(guard, entry.cells), self.seal])
            self.entries.append(entry)
        _append(self.path, text.getvalue())


def _append(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    encoding = "utf-8" if path.exists() else "utf-8-sig"
    with path.open("ab") as file:
        file.write(text.encode(encoding))
        file.flush()
        os.fsync(file.fileno())


def _rows(path: Path) -> Iterator[list[str]]:
    """The rows below the head. Raises: CodesRefused."""
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    rows = csv.reader(StringIO(text, newline=""))
    if next(rows, None) != HEADS:
        raise CodesRefused(f"{path.as_posix()} 不是验证码登记簿")
    if not text.endswith("\n"):
        raise CodesRefused(f"登记簿 {path.as_posix()} 的最后一行没有写完（那次的验证码没有发出）；请删去这一行再试")
    yield from ([bare(cell) for cell in row] for row in rows)


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Keep other processes from writing to the register meanwhile. Raises: CodesRefused."""
    with locks.held(path.with_name(path.name + ".lock"), _busy):
        yield


def _busy(holder: str) -> CodesRefused:
    return CodesRefused(f"另一个程序正在写登记簿（进程编号 {holder}），请等它写完再试")
