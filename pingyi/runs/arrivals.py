"""When each file of a campaign was first in hand, and what was known on a day.

A record beside the facts (`arrivals.jsonl`) is only ever added to. A line is an event: a file was there with these
bytes for the first time, or was there no longer. Only sound files are put down; what went back to its sender has not
arrived. The record helps, and never stands in the way: where it is lost it begins again with what the runs know, a line
that cannot be read is passed over, and where it cannot be written, that is told.

As it was known on a day (`--known-on`) are the files that had arrived by then, and the ledger as it stood. Files are
kept as they are now. A file that was changed or taken away since is not what was known that day, and nothing takes its
place: then the day is refused, and the run of that time is named that kept its facts.
"""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from pingyi.common import paths
from pingyi.common.codebook import codebook
from pingyi.common.faults import PingyiError
from pingyi.common.files import hash_file, held, replace_whole
from pingyi.facts.as_of_date import last_day
from pingyi.facts.intake import Facts, FactsRefused, Receipt
from pingyi.facts.intake.campaign import campaign_facts
from pingyi.facts.intake.corrected import NAME
from pingyi.facts.intake.folder import ARRIVALS, look
from pingyi.facts.intake.streaming import Progress, untold
from pingyi.facts.ledger import Ledger
from pingyi.plan import Plan
from pingyi.runs.folder import FinishedRun, finished_runs

PATIENCE, PAUSE = 50, 0.1
"""How often, and after how many seconds, somebody else's writing is waited for."""

NAMED_NEW, NAMED_LATE = 10, 5
"""Files that a line names: of those that came or went, and of those that came late; more are counted."""


class ArrivalsBusy(PingyiError):
    """Somebody else is writing the record."""


class NotKnown(PingyiError):
    """What was known on a day cannot be had any more, or not yet."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds: the hash of its bytes, and its rows below the head; None where nobody has read it."""

    sha256: str
    rows: int | None


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
    def as_json(self) -> dict[str, Any]:
        """The event as JSON keeps it."""
        return asdict(self) | {"at": self.at.isoformat()}

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
    def of_runs(cls, runs: Iterable[FinishedRun]) -> "Arrivals":
        """What runs, in their order, tell of arrivals that nobody put down; those alone that took all there was."""
        known = cls()
        for one in runs:
            if one.known_on is None:
                known = cls((*known.events, *known.since(files_of(one.made["inputs"]), one.finished)))
        return known

    def in_hand(self, day: date | None = None) -> dict[str, Arrival]:
        """The files that were in hand at the end of a day, or are now, each with its last arrival."""
        last = {one.file: one for one in self.events if day is None or one.at.date() <= day}
        return {name: one for name, one in last.items() if one.sha256}

    def since(self, files: Files, now: datetime, *, whole: bool = True) -> Iterator[Arrival]:
        """What is new in a folder. whole: these are all of its files, so that others are gone."""
        before = self.in_hand()
        for name, content in sorted(files.items()):
            if name not in before or before[name].sha256 != content.sha256:
                yield Arrival(now, name, content.sha256, content.rows or 0)
        for name in sorted(before.keys() - files.keys()) if whole else ():
            yield Arrival(now, name, "", 0)


def files_of(receipts: Iterable[Mapping[str, Any]]) -> dict[str, Content]:
    """The files that receipts speak of, without the ledger; the rows of their sheets together."""
    found: dict[str, Content] = {}
    for one in receipts:
        if one["file"] != NAME:
            before = found[one["file"]].rows if one["file"] in found else 0
            found[one["file"]] = Content(one["sha256"], (before or 0) + one["rows_in"])
    return found


def hash_present_files(folder: Path) -> dict[str, str]:
    """The files of facts that lie in a folder, by name, with the hashes of their bytes."""
    found = look(folder, codebook().facts.values())
    return {found.name_of(path): hash_file(path) for paths in found.files.values() for path in paths}


def read_arrivals(campaign: str, runs: Iterable[FinishedRun]) -> Arrivals:
    """The record of arrivals; where there is none, what the runs tell."""
    path = paths.facts_folder(campaign) / ARRIVALS
    return Arrivals.read(path) if path.is_file() else Arrivals.of_runs(runs)


# ---------------------------------------------------------------- the facts as a check or a run takes them


def take_facts(
    campaign: str,
    plan: Plan,
    *,
    key: Path | None = None,
    fresh: bool = False,
    as_of: date | None = None,
    known_on: date | None = None,
    progress: Progress = untold,
) -> tuple[Facts, list[Arrival], list[str]]:
    """The facts of a campaign; what arrived with them; what somebody should know of that.

    progress: told of large files while they are read. Of a folder that is refused, what is sound has arrived all the
    same. What was known on a day puts nothing down.
    Raises: as `campaign_facts`, NotKnown.
    """
    without = files_not_yet_known(campaign, as_of, known_on)
    day = day_looked_at(plan, as_of, known_on)
    read = partial(campaign_facts, campaign, plan, key=key, fresh=fresh, without=without, progress=progress)
    try:
        facts = read(as_of=day, known_on=known_on)
    except FactsRefused as refused:
        if known_on is None:
            _record_arrivals(campaign, _sound_receipts(campaign, refused), whole=False)
        raise
    new, notes = _record_arrivals(campaign, facts.receipts, whole=True) if known_on is None else ([], [])
    return facts, new, notes


def _sound_receipts(campaign: str, refused: FactsRefused) -> list[Receipt]:
    """The receipts of files that nothing is wrong with."""
    folder = paths.facts_folder(campaign)
    wrong = {one.file for one in refused.findings} | {one.file for one in refused.faults}
    return [one for one in refused.receipts if one.sha256 and not {one.file, (folder / one.file).as_posix()} & wrong]


def _record_arrivals(campaign: str, receipts: Iterable[Receipt], *, whole: bool) -> tuple[list[Arrival], list[str]]:
    """Add what is new in a folder of facts to its record; what was added, and what somebody should know of it.

    whole: these are of all files of the folder, so that others are gone.
    """
    path, files = paths.facts_folder(campaign) / ARRIVALS, files_of(asdict(one) for one in receipts)
    runs = finished_runs(paths.reports_folder(campaign))
    try:
        with _hold_record(path):
            return _add_to_record(path, files, runs, whole)
    except (OSError, ArrivalsBusy) as error:
        return [], [f"没有记下到件日期，写不进 {path.as_posix()}（{error}）；结果不受影响"]


def _add_to_record(
    path: Path, files: Files, runs: Iterable[FinishedRun], whole: bool
) -> tuple[list[Arrival], list[str]]:
    """runs: for a record that begins."""
    notes, begun, now = list[str](), path.is_file(), datetime.now().replace(microsecond=0)
    known = Arrivals.read(path) if begun else Arrivals.of_runs(runs)
    new = list(known.since(files, now, whole=whole))
    if known.unread:
        rows = "、".join(map(str, known.unread))
        notes.append(f"到件记录 {path.as_posix()} 第 {rows} 行读不出来，没有算；可从备份恢复")
    if new and known.events and now < known.events[-1].at:
        last = f"{known.events[-1].at:%Y-%m-%d %H:%M}"
        notes.append(f"电脑的时间是 {now:%Y-%m-%d %H:%M}，早于到件记录最后一条（{last}）；请校准")
    if new or not begun:
        before = path.read_bytes() if begun else _lines_of(known.events)
        ended = before if not before or before.endswith(b"\n") else before + b"\n"
        replace_whole(path, ended + _lines_of(new))
    return new, notes


def _lines_of(events: Iterable[Arrival]) -> bytes:
    return "".join(json.dumps(one.as_json, ensure_ascii=False) + "\n" for one in events).encode()


@contextmanager
def _hold_record(path: Path) -> Iterator[None]:
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


def describe_arrivals(new: Iterable[Arrival]) -> Iterator[str]:
    """What is new, a line each for what came and what is gone."""
    new = list(new)
    came, gone = [one for one in new if one.sha256], [one for one in new if not one.sha256]
    for word, found in (("新到", came), ("不在了", gone)):
        if found:
            names = [f"{one.file}（{one.rows} 行）" if one.sha256 else one.file for one in found]
            yield f"到件记录 {found[0].at:%Y-%m-%d %H:%M} {word}：{_name_files(names, NAMED_NEW)}"


def _name_files(names: list[str], most: int) -> str:
    return "、".join(names[:most]) + (f" 等 {len(names)} 个文件" if len(names) > most else "")


# ---------------------------------------------------------------- what was known on a day


def day_looked_at(plan: Plan, as_of: date | None, known_on: date | None) -> date | None:
    """The day for which to look: while the campaign goes on, what was known on a day is looked at for that day."""
    if as_of is None and known_on is not None and known_on < last_day(plan):
        return known_on
    return as_of


def files_not_yet_known(campaign: str, as_of: date | None, known_on: date | None) -> set[str]:
    """Names of files that nobody had in hand at the end of a day; none without one. Raises: NotKnown."""
    if known_on is None:
        return set()
    if as_of is not None and known_on < as_of:
        raise NotKnown(f"--known-on {known_on} 早于 --as-of {as_of}：那时还不知道后来的事。请写同一天或更晚的一天。")
    if known_on > date.today():
        raise NotKnown(f"--known-on {known_on} 还没有到；看现在掌握的，不写 --known-on。")
    runs = finished_runs(paths.reports_folder(campaign))
    arrivals = read_arrivals(campaign, runs)
    _refuse_unrecorded(campaign, arrivals, known_on, runs)
    wanted = {name: one.sha256 for name, one in arrivals.in_hand(known_on).items()}
    there = hash_present_files(paths.facts_folder(campaign))
    names_now = dict(_find_by_content(wanted, there))
    if lost := sorted(wanted.keys() - names_now.keys()):
        raise NotKnown(_describe_lost(known_on, lost, wanted, there, runs))
    return there.keys() - set(names_now.values())


def _find_by_content(wanted: Mapping[str, str], there: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The name that a file had, and the one under which its bytes lie there now."""
    renamed = {hash_: name for name, hash_ in there.items() if name not in wanted}
    for name, hash_ in wanted.items():
        if there.get(name) == hash_:
            yield name, name
        elif hash_ in renamed:
            yield name, renamed.pop(hash_)


def _refuse_unrecorded(campaign: str, arrivals: Arrivals, day: date, runs: list[FinishedRun]) -> None:
    path = paths.facts_folder(campaign) / ARRIVALS
    if arrivals.unread:
        rows = "、".join(map(str, arrivals.unread))
        raise NotKnown(f"到件记录 {path.as_posix()} 第 {rows} 行读不出来，说不准那一天手里有什么；请从备份恢复。")
    if not any(one.at.date() <= day for one in arrivals.events):
        first = f"从 {arrivals.events[0].at:%Y-%m-%d} 才开始" if arrivals.events else "还没有（先 pingyi check）"
        raise NotKnown(f"到件记录{first}，{day} 那天手里有什么没有记下来。{_name_run_of(day, runs)}")


def _describe_lost(
    day: date, lost: list[str], wanted: Mapping[str, str], there: Mapping[str, str], runs: list[FinishedRun]
) -> str:
    """Which files are not what they were, with the runs that still have the facts of that time."""
    lines = [f"{day} 那天的内容已不在，不能照那天手里的数据重算："]
    read = [(one, files_of(one.made["inputs"])) for one in runs]
    for name in lost:
        what = "后来换了内容" if name in there else "后来撤下了"
        had = [one for one, files in read if name in files and files[name].sha256 == wanted[name]]
        kept = f"；运行 {had[-1].folder.name} 读的是当时的内容" if had else ""
        lines.append(f"  {name}：{what}{kept}")
    return "\n".join([*lines, f"把当时的文件放回原处，可以再试。{_name_run_of(day, runs)}"])


def _name_run_of(day: date, runs: list[FinishedRun]) -> str:
    """The run that was finished last by the end of a day: its folder keeps what it took."""
    then = [one for one in runs if one.finished.date() <= day]
    return f"那天以前最后完成的运行是 {then[-1].folder.name}，里面存着当时的数据和结果。" if then else ""


def describe_late_facts(
    arrivals: Arrivals, ledger: Ledger, tables: Mapping[str, pl.DataFrame], all_files: int, day: date
) -> Iterator[str]:
    """What somebody should know who takes `--as-of` for what was known that day.

    It speaks of what is in these tables though it came after the day: files that gave rows, and entries of the ledger.
    """
    used = {name for frame in tables.values() if "source" in frame.columns for name in frame["source"].unique()}
    files = [name for name, one in sorted(arrivals.in_hand().items()) if name in used and one.at.date() > day]
    entries = sum(one.at.date() > day for one in ledger.entries)
    if files:
        names = _name_files(files, NAMED_LATE) if len(files) < all_files else "全部文件"
        yield f"--as-of {day} 看的是那一天为止发生的事；那一天以后才到的文件也在内：{names}"
    if entries:
        yield f"--as-of {day} 用的是现在的登记簿；那一天以后登记的 {entries} 条也在内"
    if files or entries:
        yield f"要看那一天手里有的，加 --known-on {day}"
