"""Whether a run still stands on what lies in the campaign's folders: one that is not finished, and one that is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from pingyi.common import paths
from pingyi.common.faults import PingyiError, StageFailed
from pingyi.runs.folder import NothingRun, begun, latest_run, run_facts
from pingyi.runs.manifest import hashes
from pingyi.runs.states.changes import Change, changed
from pingyi.runs.states.past import told_changes
from pingyi.runs.states.state import State


class BegunOtherwise(StageFailed):
    """An unfinished run began with another plan, other facts, another ledger or another program than there are now."""


def check_begun(work: Path) -> None:
    """Whether plan and facts are still those that the run began with. Raises: StageFailed."""
    now = hashes(work)
    wrong = [name for name, hash_ in begun(work)["files"].items() if now.get(name) != hash_]
    if wrong:
        told = f"没做完的运行 {paths.shown(work)} 里，{'、'.join(wrong)} 缺失、损坏或被改动过，不能接着做。"
        raise StageFailed(told + "\n  请不带 --resume 重新运行；以前的报告都还在。")


def since_begun(work: Path, campaign: str) -> list[Change]:
    """What changed since an unfinished run began. Raises: LedgerBroken."""
    known = begun(work)
    return _since(State.of_begun(work, campaign), campaign, known["known_on"])


def refuse_other_day(work: Path, as_of: date | None, known_on: date | None) -> None:
    """Raises: BegunOtherwise where another day is asked for than the unfinished run looks at."""
    known = begun(work)
    for option, asked, had in (("--as-of", as_of, known["as_of"]), ("--known-on", known_on, known["known_on"])):
        if asked is not None and asked.isoformat() != had:
            was = f"写的是 {had}" if had else "没有写"
            raise BegunOtherwise(
                f"没做完的运行 {paths.shown(work)} 开始时{was} {option}，这次写的是 {asked}。"
                f"\n  接着做，不写 {option}；要看 {asked}，不带 --resume 重新运行。"
            )


def refuse_begun_otherwise(work: Path, found: list[Change], *, as_begun: bool) -> None:
    """Raises: BegunOtherwise where anything changed since the run began, unless it is to be finished as it began.

    Another program cannot finish it: its tables would be made by two.
    """
    code = [one for one in found if one.kind == "程序"]
    if not found or (as_begun and not code):
        return
    lines = [f"没做完的运行 {paths.shown(work)} 开始以后有变化，没有接着做；以前的报告都还在。"]
    lines += told_changes(found)
    again = "按现在的重新算：不带 --resume 运行"
    asked = "程序换了，不能再接着做" if code else "照开始时读到的做完：--resume --as-begun"
    raise BegunOtherwise("\n  ".join([*lines, f"{again}；{asked}。"]))


def since_run(campaign: str, run: Path) -> list[Change]:
    """What changed in the campaign's folders since a run was finished. Raises: PingyiError where one cannot be read."""
    return _since(State.of_run(run), campaign, run_facts(run)["run"].get("known_on", ""))


def _since(before: State, campaign: str, known_on: str) -> list[Change]:
    """known_on: a run that knew what was known on a day knows nothing of what came later, and need not."""
    now = State.of_folders(campaign)
    if known_on:
        files = {name: one for name, one in now.files.items() if name in before.files}
        now = replace(now, files=files, ledger=now.ledger.until(date.fromisoformat(known_on)))
    return changed(before, now)


def not_in_run(campaign: str, what: str) -> Iterator[str]:
    """Lines on what changed since the latest run; none where nothing did, or where there is no run.

    what: what is told of the run, with {} for it.
    """
    if not paths.facts_folder(campaign).is_dir():
        return
    try:
        run = latest_run(paths.reports_folder(campaign))
        found = since_run(campaign, run)
    except NothingRun:
        return
    except (PingyiError, OSError, KeyError, TypeError) as error:
        yield f"注意：最近一次运行，或者现在的方案和数据，读不出来；此后有没有变化，没有比较（{error}）。"
        return
    if found:
        done = str(run_facts(run)["run"]["finished"]).replace("T", " ")[:16]
        yield f"注意：{what.format(f'运行 {run.name}（{done} 完成）')}，此后有变化："
        yield from (f"  {one}" for one in told_changes(found))
