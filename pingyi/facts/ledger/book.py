"""The file of the ledger: one line an entry, never changed, only added to.

Whoever changes, inserts, swaps or drops a line breaks the chain of hashes. Lines cut off at the end leave a chain that
is whole: they show only against the head, the last hash, which every report prints and every run keeps.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pingyi.common.faults import PingyiError
from pingyi.common.files import held, replace_whole
from pingyi.facts.ledger.entry import Draft, Entry

FILE = "ledger.jsonl"
"""Its name in a folder of facts and in a run."""

DIGITS = 16
"""Digits of a hash that people compare by eye."""


class LedgerBroken(PingyiError):
    """The ledger is not what was written; nothing is reckoned with it."""

    exit_code = 13


class LedgerBusy(PingyiError):
    """Somebody else is writing, or has written, or the clock stands before the last entry; nothing was put down."""

    exit_code = 13


@dataclass(frozen=True)
class Ledger:
    """All entries in the order in which they were put down."""

    entries: tuple[Entry, ...] = ()

    @classmethod
    def read(cls, path: Path) -> "Ledger":
        """The ledger, empty where there is no file. Raises: LedgerBroken at the first entry that is not as written."""
        if not path.exists():
            return cls()
        text = path.read_bytes().decode("utf-8", errors="replace")
        if text and not text.endswith("\n"):
            raise LedgerBroken(f"登记簿 {path.as_posix()} 的最后一条不完整：文件被截断或改动过；请从备份恢复")
        entries: list[Entry] = []
        for number, line in enumerate(text.split("\n")[:-1], start=1):
            entries.append(_checked(line, number, entries[-1].hash if entries else "", path))
        return cls(tuple(entries))

    @property
    def head(self) -> str:
        """The hash of the last entry; empty without entries."""
        return self.entries[-1].hash if self.entries else ""

    @property
    def text(self) -> str:
        """The file."""
        return "".join(f"{one.line}\n" for one in self.entries)

    def until(self, day: date | None) -> "Ledger":
        """The ledger as it stood at the end of a day; all of it without one."""
        return self if day is None else Ledger(tuple(one for one in self.entries if one.at.date() <= day))

    def goes_on_from(self, count: int, head: str) -> bool:
        """Whether this ledger, so many entries long, once had that head: nothing of it was dropped since."""
        return count == 0 or (len(self.entries) >= count and self.entries[count - 1].hash == head)


def _checked(line: str, number: int, previous: str, path: Path) -> Entry:
    try:
        entry = Entry.from_line(line)
    except (ValueError, KeyError, TypeError):
        entry = None
    if entry is None or entry.line != line or not entry.whole or (entry.number, entry.previous) != (number, previous):
        raise LedgerBroken(
            f"登记簿 {path.as_posix()} 第 {number} 条与登记时不符：有人改动、插入、删去或调换过；请从备份恢复"
        )
    return entry


def append(
    path: Path,
    drafts: Iterable[Draft],
    now: datetime,
    seen: Ledger | None = None,
    check: Callable[[], object] = lambda: None,
) -> Ledger:
    """Put drafts down behind the others and return the whole ledger. Raises: LedgerBroken, LedgerBusy, and as `check`.

    seen: the ledger that the drafts were asked against. Whatever came behind it meanwhile may speak of the same rows,
    so nothing is put down then, and what the drafts move is to be looked at again. check: asked while nobody else can
    put anything down, since files may have come and gone meanwhile.
    The file is written anew beside its place and takes it at once: whoever reads meanwhile, and whatever breaks
    meanwhile, there is either the earlier ledger or the new one.
    """
    with held(path.with_name(f".{path.name}.lock"), _busy):
        entries = list(Ledger.read(path).entries)
        if seen is not None and Ledger(tuple(entries)).head != seen.head:
            raise LedgerBusy(
                f"您核对时登记簿有 {len(seen.entries)} 条，现在有 {len(entries)} 条：别人刚刚登记过。"
                "请再执行一次，看过新的影响再登记；没有登记任何一条"
            )
        check()
        moment = now.replace(microsecond=0)
        if entries and moment < entries[-1].at:
            raise LedgerBusy(
                f"电脑的时间是 {moment:%Y-%m-%d %H:%M}，早于登记簿最后一条（{entries[-1].at:%Y-%m-%d %H:%M}）；"
                "请校准时间后再登记。没有登记任何一条"
            )
        for draft in drafts:
            entries.append(Entry.of(len(entries) + 1, moment, draft, entries[-1].hash if entries else ""))
        ledger = Ledger(tuple(entries))
        replace_whole(path, ledger.text.encode())
        return ledger


def _busy(holder: str) -> LedgerBusy:
    return LedgerBusy(f"另一个程序（编号 {holder}）正在写登记簿，请稍后再试；没有登记任何一条")
