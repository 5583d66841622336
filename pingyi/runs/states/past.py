"""What a run keeps of what was before it: the run that it is compared with, what changed since, what had arrived.

It depends on other runs, so it lies in the manifest beside what determines the result, and two runs on the same plan
and facts still give the same tables and the same seal.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import polars as pl

from pingyi.common import paths
from pingyi.common.faults import PingyiError
from pingyi.facts.as_of_date import as_it_stood, last_day
from pingyi.facts.intake.issue_log import Facts
from pingyi.facts.intake.setting import Setting
from pingyi.facts.ledger import Ledger, corrections_frame
from pingyi.plan import Plan
from pingyi.runs.folder import FACTS, stored_facts
from pingyi.runs.states.changes import KINDS, Change, changed, rows_changed
from pingyi.runs.states.known import late, late_told, recorded
from pingyi.runs.states.state import Earlier, State, earlier_runs
from pingyi.runs.states.timeline import timeline
from pingyi.scoring.review import Review

Past = dict[str, Any]
"""What JSON keeps.

since, finished: the run compared with, and when it was done; empty for a first run. notes: what somebody should know.
whole: whether all was compared. changes, arrivals, runs: what the tables `changes` and `timeline` are made of.
"""

Day = tuple[date, date | None]
"""For which day a run looks, and with the knowledge of which day."""

NOTHING: Past = {"since": "", "finished": "", "notes": [], "whole": True, "changes": [], "arrivals": [], "runs": []}
SHOWN = 10
"""Changes of a kind that are printed; the run keeps them all."""

COLUMNS = {
    "position": pl.Int64,
    **dict.fromkeys(("kind", "what", "how"), pl.String),
    "grave": pl.Boolean,
    **dict.fromkeys(("before", "after", "same", "new", "gone", "changed"), pl.Int64),
    "told": pl.String,
}


def past_of(
    campaign: str,
    plan: Plan,
    facts: Facts,
    tables: Mapping[str, pl.DataFrame],
    *,
    as_of: date | None = None,
    known_on: date | None = None,
) -> Past:
    """What was before a run that is about to begin. tables: the facts as the run takes them, up to its day."""
    runs, now = earlier_runs(paths.reports_folder(campaign)), State.of_facts(paths.plan_file(campaign), facts)
    this = as_of or last_day(plan), known_on
    before = _comparable(runs, *this)
    found, notes, whole = _compared(before, now, this, plan, tables) if before else ([], [], True)
    arrivals = recorded(campaign, runs)
    if as_of and not known_on:
        notes += late_told(*late(arrivals, facts.ledger, tables, as_of), len(now.files), as_of)
    return {
        "since": before.folder.name if before else "",
        "finished": before.finished.isoformat() if before else "",
        "notes": notes,
        "whole": whole,
        "changes": [asdict(one) for one in found],
        "arrivals": [
            asdict(one) | {"at": one.at.isoformat()}
            for one in arrivals.events
            if known_on is None or one.at.date() <= known_on
        ],
        "runs": [said_of_run(one) for one in runs if known_on is None or one.finished.date() <= known_on],
    }


def said_of_run(one: Earlier) -> dict[str, str]:
    """A finished run as later ones keep it."""
    known = {"known_on": one.known_on.isoformat()} if one.known_on else {}
    return {"id": one.folder.name, "finished": one.finished.isoformat(), "as_of": one.as_of.isoformat()} | known


def _comparable(runs: Iterable[Earlier], day: date, known_on: date | None) -> Earlier | None:
    """The last run for the same day; where there is none, the last one that knew as much; then the last one."""
    runs = list(runs)
    same = [one for one in runs if one.day == (day, known_on)] or [one for one in runs if one.known_on == known_on]
    return next(reversed(same or runs), None)


def _compared(
    before: Earlier, now: State, this: Day, plan: Plan, tables: Mapping[str, pl.DataFrame]
) -> tuple[list[Change], list[str], bool]:
    """What changed, in the order in which it is told; what to know of the comparison; whether all was compared.

    Rows are looked at where anything changed that could move one. What was known on another day had other files.
    """
    try:
        found = changed(State.of_run(before.folder), now)
        if before.known_on != this[1]:
            kept = [one for one in found if one.kind not in ("文件", "登记簿")]
            return kept, [f"上一次运行{_looked(before.day)}，这一次{_looked(this)}；文件和行没有比较"], False
        rows = list(_rows(before, this, plan, tables)) if found else []
    except (PingyiError, OSError, pl.exceptions.PolarsError, KeyError, TypeError) as error:
        why = str(error).splitlines()[0]
        told = f"运行 {before.folder.name} 的文件夹里有文件读不出来，没有与它比较（{why}）"
        return [], [f"{told}；可用 pingyi verify 核对它"], False
    notes = [f"上一次运行{_looked(before.day)}，这一次{_looked(this)}；行按两次都看到的那一段比较"]
    order = sorted((*found, *rows), key=lambda one: (not one.grave, KINDS.index(one.kind)))
    return order, notes if rows and before.day != this else [], True


def _rows(before: Earlier, this: Day, plan: Plan, tables: Mapping[str, pl.DataFrame]) -> Iterator[Change]:
    """Rows of both, each as it stood on the earlier of the two days."""
    then, day = stored_facts(before.folder / FACTS), min(before.as_of, this[0])
    if before.as_of != this[0]:
        then, tables = as_it_stood(then, plan, day), as_it_stood(tables, plan, day)
    return rows_changed(then, tables)


def _looked(day: Day) -> str:
    known = f"、按 {day[1]} 手里有的" if day[1] else ""
    return f"看的是截至 {day[0]} 的情况{known}"


def told(past: Mapping[str, Any]) -> Iterator[str]:
    """Lines for people, what is grave first; nothing of a first run."""
    yield from (f"提示：{one}。" for one in past["notes"])
    if not past["since"]:
        return
    run = f"上一次运行 {past['since']}（{past['finished'].replace('T', ' ')[:16]} 完成）"
    if not past["changes"]:
        yield from (f"与{run}相比没有变化。",) if past["whole"] else ()
        return
    yield f"与{run}相比："
    yield from (f"  {one}" for one in told_changes(Change(**one) for one in past["changes"]))


def told_changes(changes: Iterable[Change]) -> Iterator[str]:
    """A line for each change, the first of each kind; the rest is counted."""
    kept, seen = list(changes), dict[str, int]()
    for one in kept:
        seen[one.kind] = seen.get(one.kind, 0) + 1
        if one.grave or seen[one.kind] <= SHOWN:
            yield f"{'注意：' if one.grave else ''}{one.told}。"
    for kind, many in seen.items():
        more = [one for nth, one in enumerate(one for one in kept if one.kind == kind) if nth >= SHOWN]
        rest = sum(not one.grave for one in more)
        if many > SHOWN and rest:
            yield f"……{kind}另有 {rest} 处"


def keep_past(review: Review, past: Mapping[str, Any], ledger: Ledger, facts: Mapping[str, pl.DataFrame]) -> None:
    """Put into a review's database what stands beside its stages: corrections, changes, the campaign's life."""
    corrections = corrections_frame(ledger, Setting.of(review.plan, facts))
    review.keep("corrections", corrections)
    rows = [one | {"position": nth} for nth, one in enumerate(past["changes"], start=1)]
    review.keep("changes", pl.DataFrame(rows, schema=COLUMNS))
    known = past["arrivals"], past["runs"], ledger, corrections, facts.get("decisions")
    review.keep("timeline", timeline(review.plan, *known))
