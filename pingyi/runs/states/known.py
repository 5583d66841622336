"""As it was known on a day (`--known-on`): the files that had arrived by then, and the ledger as it stood.

Files are kept as they are now. A file that was changed or taken away since is not what was known that day, and nothing
takes its place: then the day is refused, and the run of that time is named that kept its facts.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

import polars as pl

from pingyi.common import paths
from pingyi.common.faults import PingyiError
from pingyi.facts.as_of_date import last_day
from pingyi.facts.intake.folder import ARRIVALS
from pingyi.facts.ledger import Ledger
from pingyi.plan import Plan
from pingyi.runs.states.arrivals import Arrival, Arrivals, Files, files_of
from pingyi.runs.states.state import Earlier, earlier_runs, present

NAMED = 5
"""Files that a sentence names; more are counted."""


class NotKnown(PingyiError):
    """What was known on a day cannot be had any more, or not yet."""

    exit_code = 2


def day_of(plan: Plan, as_of: date | None, known_on: date | None) -> date | None:
    """The day for which to look: while the campaign goes on, what was known on a day is looked at for that day."""
    if as_of is None and known_on is not None and known_on < last_day(plan):
        return known_on
    return as_of


def not_yet(campaign: str, as_of: date | None, known_on: date | None) -> set[str]:
    """Names of files that nobody had in hand at the end of a day; none without one. Raises: NotKnown."""
    if known_on is None:
        return set()
    if as_of is not None and known_on < as_of:
        raise NotKnown(f"--known-on {known_on} 早于 --as-of {as_of}：那时还不知道后来的事。请写同一天或更晚的一天。")
    if known_on > date.today():
        raise NotKnown(f"--known-on {known_on} 还没有到；看现在掌握的，不写 --known-on。")
    folder, runs = paths.facts_folder(campaign), earlier_runs(paths.reports_folder(campaign))
    arrivals = recorded(campaign, runs)
    _refuse_unrecorded(arrivals, folder / ARRIVALS, known_on, runs)
    wanted = {name: one.sha256 for name, one in arrivals.in_hand(known_on).items()}
    there = present(folder)
    kept = dict(_kept(wanted, there))
    if lost := sorted(wanted.keys() - kept.keys()):
        raise NotKnown(_gone(known_on, lost, wanted, there, runs))
    return there.keys() - set(kept.values())


def _kept(wanted: Mapping[str, str], there: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The name that a file had, and the one under which its bytes lie there now."""
    renamed = {hash_: name for name, hash_ in there.items() if name not in wanted}
    for name, hash_ in wanted.items():
        if there.get(name) == hash_:
            yield name, name
        elif hash_ in renamed:
            yield name, renamed.pop(hash_)


def _refuse_unrecorded(arrivals: Arrivals, path: Path, day: date, runs: list[Earlier]) -> None:
    if arrivals.unread:
        rows = "、".join(map(str, arrivals.unread))
        raise NotKnown(f"到件记录 {path.as_posix()} 第 {rows} 行读不出来，说不准那一天手里有什么；请从备份恢复。")
    if not any(one.at.date() <= day for one in arrivals.events):
        first = f"从 {arrivals.events[0].at:%Y-%m-%d} 才开始" if arrivals.events else "还没有（先 pingyi check）"
        raise NotKnown(f"到件记录{first}，{day} 那天手里有什么没有记下来。{_then(day, runs)}")


def _gone(day: date, lost: list[str], wanted: Mapping[str, str], there: Mapping[str, str], runs: list[Earlier]) -> str:
    """Which files are not what they were, with the runs that still have the facts of that time."""
    lines = [f"{day} 那天的内容已不在，不能照那天手里的数据重算："]
    for name in lost:
        what = "后来换了内容" if name in there else "后来撤下了"
        had = [one for one in runs if wanted[name] == getattr(files_of(one.made["inputs"]).get(name), "sha256", None)]
        kept = f"；运行 {had[-1].folder.name} 读的是当时的内容" if had else ""
        lines.append(f"  {name}：{what}{kept}")
    return "\n".join([*lines, f"把当时的文件放回原处，可以再试。{_then(day, runs)}"])


def _then(day: date, runs: list[Earlier]) -> str:
    """The run that was finished last by the end of a day: its folder keeps what it took."""
    then = [one for one in runs if one.finished.date() <= day]
    return f"那天以前最后完成的运行是 {then[-1].folder.name}，里面存着当时的数据和结果。" if then else ""


def late(
    arrivals: Arrivals, ledger: Ledger, tables: Mapping[str, pl.DataFrame], day: date
) -> tuple[list[Arrival], int]:
    """What is in these tables though it came after a day: files that gave rows, and entries of the ledger."""
    used = {name for frame in tables.values() if "source" in frame.columns for name in frame["source"].unique()}
    files = [one for name, one in sorted(arrivals.in_hand().items()) if name in used and one.at.date() > day]
    return files, sum(one.at.date() > day for one in ledger.entries)


def late_told(files: list[Arrival], entries: int, all_files: int, day: date) -> Iterator[str]:
    """What somebody should know who takes `--as-of` for what was known that day."""
    several = f" 等 {len(files)} 个文件" if len(files) > NAMED else ""
    names = "、".join(one.file for one in files[:NAMED]) + several if len(files) < all_files else "全部文件"
    if files:
        yield f"--as-of {day} 看的是那一天为止发生的事；那一天以后才到的文件也在内：{names}"
    if entries:
        yield f"--as-of {day} 用的是现在的登记簿；那一天以后登记的 {entries} 条也在内"
    if files or entries:
        yield f"要看那一天手里有的，加 --known-on {day}"


def recorded(campaign: str, runs: Iterable[Earlier]) -> Arrivals:
    """The record of arrivals; where there is none, what the runs tell."""
    path = paths.facts_folder(campaign) / ARRIVALS
    return Arrivals.read(path) if path.is_file() else Arrivals.of_runs(read_by(runs))


def read_by(runs: Iterable[Earlier]) -> list[tuple[datetime, Files]]:
    """What runs read that took all there was, and when they were done."""
    return [(one.finished, files_of(one.made["inputs"])) for one in runs if one.known_on is None]
