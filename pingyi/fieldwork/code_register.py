"""The register of ballot codes: a CSV that only grows and never holds a code, and the key with which hashes are made.

One row says that a code was issued or revoked, or that ballots were checked. Each row bears a seal, a keyed hash of the
row and of the seal before it: whoever changes, inserts, swaps or drops a row breaks the chain. Rows cut off at the end
are found by comparing the last seal with the one that was written down.

A check remembers keyed hashes of the files that it read and one name for its result; it does not remember whose code
was used. With a list of used codes a check, the key and two results, the ballot that came in between would be the
ballot of the code that came in between. So a code that is revoked after a check may concern its result, and nobody can
tell: the ballots are checked again, and where nothing moved the result bears the same name as before.

For the same reason a new code is a new respondent: a pseudonym that stayed the same over reissues would have to come
from what the register holds, and then key and register together would lead from a serial number to a ballot. That one
voter is not counted twice is seen by the result's name (`ballots_in_force`), not by the respondent's.
"""

import csv
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import polars as pl

from pingyi.common import files
from pingyi.common.files import safe
from pingyi.common.spreadsheet_safe import bare, guard
from pingyi.facts import keys
from pingyi.facts.keys import KeyRefused, key_file, keyed
from pingyi.plan import Plan

REGISTER, RESPONDENT, FORM, SEAL = "register", "respondent", "form", "seal"
FILE, RESULT = "file", "result"
"""Purposes: what the same code becomes for one of them says nothing of what it becomes for another."""

LOST = "发出的验证码无法核验"
"""What comes of a lost key."""

HEADS = ["序号", "哈希", "人员类别", "日期", "状态", "换发自", "封印"]
STATES = {"issued": "发放", "revoked": "作废"}
WORDS = {word: state for state, word in STATES.items()}
CHECKED = "核验"
"""The state of a row that tells of a check, and how the names of results begin."""

SHOWN = 16
"""Digits of a seal."""

LETTERS = "abcdefghjkmnpqrs"
"""Of a result's name: no digits, lest something take it for a number."""
LONG = 12
"""Letters of a result's name, and digits of a file's mark."""
RESULT_NAME = f"{CHECKED}[{LETTERS}]{{{LONG}}}"
"""How the names of results look."""


class CodesRefused(KeyRefused):
    """Codes, their key or their register are not as they must be; nothing was changed."""


def new_key(path: Path) -> bytes:
    """Make a key that only its owner can read. Raises: CodesRefused, also where there is one already."""
    return keys.new_key(path, CodesRefused)


def read_key(path: Path) -> bytes:
    """The key. Raises: CodesRefused where it is missing, in a wrong place, readable by others, or no key."""
    return keys.read_key(path, LOST, CodesRefused)


def key_and_register(plan: Plan, key: Path | None, register: Path | None) -> tuple[Path, Path]:
    """Where key and register of a campaign lie, beside each other unless somebody says otherwise."""
    usual = key_file(plan.campaign.id)
    return key or usual, register or usual.with_name(f"{safe(plan.campaign.id)}.codes.csv")


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

    def __str__(self) -> str:
        return f"{self.name}（校验码 {self.mark}）"


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
    def from_cells(cls, cells: list[str]) -> "Check":
        """The check that a row tells of."""
        number, result, component, _, _, text = cells
        more = json.loads(text) | {"at": datetime.fromisoformat(json.loads(text)["at"])}
        more |= {name: tuple(BallotFile(*one) for one in more[name]) for name in ("files", "without")}
        return cls(int(number), result, component, **more)

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
            for number, cells in enumerate(_read_rows(path), start=2):
                register._take_row(cells, number)
        return register

    def _take_row(self, cells: list[str], number: int) -> None:
        if len(cells) != len(HEADS) or cells[-1] != self._seal_of(cells[:-1]):
            raise CodesRefused(
                f"登记簿 {self.path.as_posix()} 第 {number} 行与封印不符：登记簿被改动过（用 Excel 打开后存盘也算），"
                "或者不是用这把密钥登记的；请从备份恢复"
            )
        serial, hash, group, on, word, reissued_for, self.seal = cells
        if word == CHECKED:
            self.rows.append(Check.from_cells(cells[:-1]))
        else:
            self.rows.append(Entry(int(serial), hash, group, date.fromisoformat(on), WORDS[word], reissued_for))

    def _seal_of(self, cells: list[str]) -> str:
        return keyed(self.key, SEAL, self.seal, *cells)[:SHOWN]

    @property
    def entries(self) -> list[Entry]:
        """The rows that speak of codes."""
        return [row for row in self.rows if isinstance(row, Entry)]

    @property
    def latest(self) -> dict[str, Entry]:
        """The last word on each hash."""
        return {entry.hash: entry for entry in self.entries}

    @property
    def next_serial(self) -> int:
        """The first serial number that no code has."""
        return max((entry.serial for entry in self.entries), default=0) + 1

    @property
    def checks(self) -> list[Check]:
        """The rows that speak of checks."""
        return [row for row in self.rows if isinstance(row, Check)]

    @property
    def standing(self) -> dict[tuple[str, str], Check]:
        """The last check of each component and channel: its result is the one that counts."""
        return {(one.component, one.channel): one for one in self.checks}

    def revoked_since(self, check: Check) -> list[int]:
        """Serial numbers of codes that could be used when the ballots were checked and were revoked after that."""
        place = self.rows.index(check)
        before = {row.hash for row in self.rows[:place] if isinstance(row, Entry)}
        after = [row for row in self.rows[place:] if isinstance(row, Entry)]
        return [one.serial for one in after if one.state == "revoked" and one.hash in before]

    def file_mark(self, sha256: str) -> str:
        """By what a file is known again; without the key it says nothing of what the file held."""
        return keyed(self.key, FILE, sha256)[:LONG]

    def result_name(self, component: str, channel: str, ratings: pl.DataFrame) -> str:
        """The name of a result: the same for the same ratings, whichever files they came in. ratings: sorted."""
        cells = ("" if cell is None else str(cell) for row in ratings.iter_rows() for cell in row)
        digits = keyed(self.key, RESULT, component, channel, *cells)[:LONG]
        return CHECKED + "".join(LETTERS[int(digit, 16)] for digit in digits)

    def append(self, rows: Iterable[Entry | Check]) -> None:
        """Write rows behind the others, at once and to the disk."""
        there, text = self.path.exists(), StringIO()
        lines = csv.writer(text, lineterminator="\n")
        if not there:
            lines.writerow(HEADS)
        for row in rows:
            self.seal = self._seal_of(row.cells)
            lines.writerow([*map(guard, row.cells), self.seal])
            self.rows.append(row)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            file.write(text.getvalue().encode("utf-8" if there else "utf-8-sig"))
            file.flush()
            os.fsync(file.fileno())


def _read_rows(path: Path) -> Iterator[list[str]]:
    """The rows below the head. Raises: CodesRefused."""
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    rows = csv.reader(StringIO(text, newline=""))
    if next(rows, None) != HEADS:
        raise CodesRefused(f"{path.as_posix()} 不是验证码登记簿")
    if not text.endswith("\n"):
        raise CodesRefused(f"登记簿 {path.as_posix()} 的最后一行没有写完（那次的验证码没有发出）；请删去这一行再试")
    yield from ([bare(cell) for cell in row] for row in rows)


def hold_register(path: Path) -> AbstractContextManager[None]:
    """Keep other processes from writing to the register meanwhile. Raises: CodesRefused."""

    def refuse(holder: str) -> CodesRefused:
        return CodesRefused(f"另一个程序正在写登记簿（进程编号 {holder}），请等它写完再试")

    return files.held(path.with_name(path.name + ".lock"), refuse)
