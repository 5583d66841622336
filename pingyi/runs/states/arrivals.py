"""When each file of a campaign was first in hand: a record beside its facts that is only ever added to.

A line is an event: a file was there with these bytes for the first time, or was there no longer. Only sound files are
put down; what went back to its sender has not arrived. The record helps, and never stands in the way: where it is lost
it begins again with what the runs know, a line that cannot be read is passed over, and where it cannot be written,
that is told.
"""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pingyi.common.faults import PingyiError
from pingyi.common.files import held, replace_whole
from pingyi.facts.intake.corrected import NAME
from pingyi.facts.intake.folder import ARRIVALS

PATIENCE, PAUSE = 50, 0.1
"""How often, and after how many seconds, somebody else's writing is waited for."""


class ArrivalsBusy(PingyiError):
    """Somebody else is writing the record."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds: the hash of its bytes, and its rows below the head."""

    sha256: str
    rows: int


Files = Mapping[str, Content]
"""The files of a folder by their names in it."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event: at a local moment a file was first there with these bytes. Without a hash: it was gone."""

    at: datetime
    file: str
    sha256: str
    rows: int

    @property
    def line(self) -> str:
        """The event as a line of the record, without its end."""
        return json.dumps(asdict(self) | {"at": self.at.isoformat(timespec="seconds")}, ensure_ascii=False)

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "Arrival":
        """The event that JSON keeps. Raises: ValueError, KeyError, TypeError where it is none."""
        at = datetime.fromisoformat(said["at"])
        return cls(at, str(said["file"]), str(said["sha256"]), int(said["rows"]))


@dataclass(frozen=True)
class Arrivals:
    """The events in the order in which they were put down. unread: numbers of lines that cannot be read."""

    events: tuple[Arrival, ...] = ()
    unread: tuple[int, ...] = ()

    @classmethod
    def read(cls, path: Path) -> "Arrivals":
        """The record, empty where there is no file."""
        text = path.read_text(encoding="utf-8-sig", errors="replace") if path.is_file() else ""
        events, unread = list[Arrival](), list[int]()
        for number, line in enumerate(text.split("\n"), start=1):
            try:
                events.append(Arrival.of(json.loads(line)))
            except (ValueError, KeyError, TypeError):
                unread += [number] if line.strip() else []
        return cls(tuple(events), tuple(unread))

    @classmethod
    def of_runs(cls, earlier: Iterable[tuple[datetime, Files]]) -> "Arrivals":
        """What runs tell of arrivals that nobody put down. earlier: when each was done, in order, and what it read."""
        known = cls()
        for at, read in earlier:
            known = cls((*known.events, *known.since(read, at)))
        return known

    def in_hand(self, day: date | None = None) -> dict[str, Arrival]:
        """The files that were in hand at the end of a day, or are now, each with its last arrival."""
        found: dict[str, Arrival] = {}
        for one in self.events:
            if day is None or one.at.date() <= day:
                found[one.file] = one
        return {name: one for name, one in found.items() if one.sha256}

    def since(self, files: Files, now: datetime, *, whole: bool = True) -> Iterator[Arrival]:
        """What is new in a folder. whole: these are all of its files, so that others are gone."""
        before = self.in_hand()
        for name, content in sorted(files.items()):
            if name not in before or before[name].sha256 != content.sha256:
                yield Arrival(now, name, content.sha256, content.rows)
        for name in sorted(before.keys() - files.keys()) if whole else ():
            yield Arrival(now, name, "", 0)


NAMED = 10
"""Files that a line names; more are counted."""


def told(new: Iterable[Arrival]) -> Iterator[str]:
    """What is new, a line each for what came and what is gone."""
    new = list(new)
    for word, found in (
        ("新到", [one for one in new if one.sha256]),
        ("不在了", [one for one in new if not one.sha256]),
    ):
        several = f" 等 {len(found)} 个文件" if len(found) > NAMED else ""
        if found:
            names = "、".join(f"{one.file}（{one.rows} 行）" if one.sha256 else one.file for one in found[:NAMED])
            yield f"到件记录 {found[0].at:%Y-%m-%d %H:%M} {word}：{names}{several}"


def files_of(receipts: Iterable[Mapping[str, Any]]) -> dict[str, Content]:
    """The files that receipts speak of, without the ledger; the rows of their sheets together."""
    found: dict[str, Content] = {}
    for one in receipts:
        if one["file"] != NAME:
            before = found[one["file"]].rows if one["file"] in found else 0
            found[one["file"]] = Content(one["sha256"], before + one["rows_in"])
    return found


def put_down(
    folder: Path, files: Files, now: datetime, *, earlier: Iterable[tuple[datetime, Files]] = (), whole: bool = True
) -> tuple[list[Arrival], list[str]]:
    """Add what is new in a folder of facts to its record; what was added, and what somebody should know of it.

    earlier: what finished runs read, and when they were done, for a record that begins. whole: see `Arrivals.since`.
    """
    path, now = folder / ARRIVALS, now.replace(microsecond=0)
    try:
        with _held(path):
            return _added(path, files, now, earlier, whole)
    except (OSError, ArrivalsBusy) as error:
        return [], [f"没有记下到件日期，写不进 {path.as_posix()}（{error}）；结果不受影响"]


def _added(
    path: Path, files: Files, now: datetime, earlier: Iterable[tuple[datetime, Files]], whole: bool
) -> tuple[list[Arrival], list[str]]:
    told, begun = list[str](), path.is_file()
    known = Arrivals.read(path) if begun else Arrivals.of_runs(earlier)
    new = list(known.since(files, now, whole=whole))
    if known.unread:
        told.append(
            f"到件记录 {path.as_posix()} 第 {'、'.join(map(str, known.unread))} 行读不出来，没有算；可从备份恢复"
        )
    if new and known.events and now < known.events[-1].at:
        last = f"{known.events[-1].at:%Y-%m-%d %H:%M}"
        told.append(f"电脑的时间是 {now:%Y-%m-%d %H:%M}，早于到件记录最后一条（{last}）；请校准")
    if new or not begun:
        before = path.read_bytes() if begun else "".join(f"{one.line}\n" for one in known.events).encode()
        ended = before if not before or before.endswith(b"\n") else before + b"\n"
        replace_whole(path, ended + "".join(f"{one.line}\n" for one in new).encode())
    return new, told


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Hold the record, which takes no time to write: somebody else is waited for. Raises: ArrivalsBusy."""
    with ExitStack() as stack:
        for left in reversed(range(PATIENCE)):
            try:
                stack.enter_context(held(path.with_name(f".{path.name}.lock"), _busy))
                break
            except ArrivalsBusy:
                if not left:
                    raise
                time.sleep(PAUSE)
        yield


def _busy(process: str) -> ArrivalsBusy:
    return ArrivalsBusy(f"另一个程序（编号 {process}）正在写")
