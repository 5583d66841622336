"""The register of codes: a CSV that only grows and never holds a code.

One row says that a code was issued or revoked, or that ballots were checked. Each row bears a seal, a keyed hash of the
row and of the seal before it: whoever changes, inserts, swaps or drops a row breaks the chain. Rows cut off at the end
are found by comparing the last seal with the one that was written down.
"""

import csv
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from pingyi.common import files
from pingyi.common.spreadsheet_safe import bare, guard
from pingyi.fieldwork.codes.key import SEAL, CodesRefused, keyed

HEADS = ["序号", "哈希", "人员类别", "日期", "状态", "换发自", "封印"]
STATES = {"issued": "发放", "revoked": "作废"}
WORDS = {word: state for state, word in STATES.items()}
CHECKED = "核验"
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


class BallotFile(NamedTuple):
    """A file of returned ballots that was read. mark: a keyed hash of its bytes, by which it is known again."""

    name: str
    mark: str


@dataclass(frozen=True)
class Check:
    """One row: ballots were checked. It says which files were read, and nothing of any code.

    number: of the check, from 1. result: what every row of its ratings bears. component, channel: what the ballots are
    for. rows: of its ratings. without: files of earlier checks that were left out on purpose.
    """

    number: int
    result: str
    component: str
    channel: str
    at: datetime
    folder: str
    rows: int
    files: tuple[BallotFile, ...] = ()
    without: tuple[BallotFile, ...] = ()

    @property
    def cells(self) -> list[str]:
        """The row as it is written, without its seal."""
        more = {"channel": self.channel, "at": self.at.isoformat(), "folder": self.folder, "rows": self.rows}
        more |= {"files": self.files, "without": self.without}
        day = self.at.date().isoformat()
        return [str(self.number), self.result, self.component, day, CHECKED, json.dumps(more, ensure_ascii=False)]

    @classmethod
    def of(cls, cells: list[str]) -> "Check":
        """The check that a row tells of."""
        number, result, component, _, _, text = cells
        more = json.loads(text)
        files, without = (tuple(BallotFile(*one) for one in more[name]) for name in ("files", "without"))
        at = datetime.fromisoformat(more["at"])
        return cls(int(number), result, component, more["channel"], at, more["folder"], more["rows"], files, without)

    @property
    def brief(self) -> str:
        """Which check, for what is handed on: no path of anybody's machine."""
        return f"第 {self.number} 次核验（{self.at:%Y-%m-%d %H:%M}，{Path(self.folder).name}）"

    def __str__(self) -> str:
        return f"第 {self.number} 次核验（{self.at:%Y-%m-%d %H:%M}，{self.folder}）"


@dataclass
class Register:
    """All rows, in the order in which they were written. seal: of the last one."""

    path: Path
    key: bytes
    rows: list[Entry | Check] = field(default_factory=list)
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
        if word == CHECKED:
            self.rows.append(Check.of(cells[:-1]))
        else:
            self.rows.append(Entry(int(serial), hash, group, date.fromisoformat(on), WORDS[word], reissued_for))

    def _sealed(self, cells: list[str]) -> str:
        return keyed(self.key, SEAL, self.seal, *cells)[:SHOWN]

    @property
    def entries(self) -> list[Entry]:
        """The rows that speak of codes."""
        return [row for row in self.rows if isinstance(row, Entry)]

    @property
    def checks(self) -> list[Check]:
        """The rows that speak of checks."""
        return [row for row in self.rows if isinstance(row, Check)]

    @property
    def latest(self) -> dict[str, Entry]:
        """The last word on each hash."""
        return {entry.hash: entry for entry in self.entries}

    @property
    def next_serial(self) -> int:
        """The first serial number that no code has."""
        return max((entry.serial for entry in self.entries), default=0) + 1

    def append(self, rows: Iterable[Entry | Check]) -> None:
        """Write rows behind the others, at once and to the disk."""
        text = StringIO()
        lines = csv.writer(text, lineterminator="\n")
        if not self.path.exists():
            lines.writerow(HEADS)
        for row in rows:
            self.seal = self._sealed(row.cells)
            lines.writerow([*map(guard, row.cells), self.seal])
            self.rows.append(row)
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
    with files.held(path.with_name(path.name + ".lock"), _busy):
        yield


def _busy(holder: str) -> CodesRefused:
    return CodesRefused(f"另一个程序正在写登记簿（进程编号 {holder}），请等它写完再试")
