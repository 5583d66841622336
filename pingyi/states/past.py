"""What a run keeps of what was before it: the run that it is compared with, what changed since, what had arrived.

It depends on other runs, so it lies in the manifest beside what determines the result, and two runs on the same plan
and facts still give the same tables and the same seal.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import polars as pl

from pingyi import places
from pingyi.asof import last_day
from pingyi.corrections.listed import corrections_frame
from pingyi.faults import PingyiError
from pingyi.intake.facts import Facts
from pingyi.ledger import Ledger
from pingyi.plan import Plan
from pingyi.review import Review
from pingyi.runfolder import stored_facts
from pingyi.states.changes import KINDS, Change, changed, rows_changed
from pingyi.states.known import late, late_told, recorded
from pingyi.states.state import Earlier, State, earlier_runs
from pingyi.states.timeline import timeline

Past = dict[str, Any]
"""What JSON keeps: `since`, the run compared with; `finished`; `notes`; `changes`; `arrivals`; `runs`."""

NOTHING: Past = {"since": "", "finished": "", "notes": [], "changes": [], "arrivals": [], "runs": []}
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
    runs, now = earlier_runs(places.reports_folder(campaign)), State.of_facts(places.plan_file(campaign), facts)
    day = as_of or last_day(plan)
    before = _comparable(runs, day, known_on)
    found, notes = _compared(before, now, tables) if before else ([], [])
    arrivals = recorded(campaign, runs)
    if before and before.day != (day, known_on):
        notes.append(
            f"{_looked(before.as_of, before.known_on)}，这一次{_looked(day, known_on)}；行数的增减也有这个缘故"
        )
    if as_of and not known_on:
        notes += late_told(*late(arrivals, facts.ledger, tables, as_of), len(now.files), as_of)
    return {
        "since": before.folder.name if before else "",
        "finished": before.finished.isoformat() if before else "",
        "notes": notes,
        "changes": [asdict(one) for one in found],
        "arrivals": [
            asdict(one) | {"at": one.at.isoformat()}
            for one in arrivals.events
            if known_on is None or one.at.date() <= known_on
        ],
        "runs": [said_of_run(one) for one in runs if known_on is None or one.finished.date() <= known_on],
    }


def _looked(day: date, known_on: date | None) -> str:
    return f"看的是截至 {day} 的情况" + (f"、按 {known_on} 手里有的" if known_on else "")


def said_of_run(one: Earlier) -> dict[str, str]:
    """A finished run as later ones keep it."""
    known = {"known_on": one.known_on.isoformat()} if one.known_on else {}
    return {"id": one.folder.name, "finished": one.finished.isoformat(), "as_of": one.as_of.isoformat()} | known


def _comparable(runs: Iterable[Earlier], day: date, known_on: date | None) -> Earlier | None:
    """The last run for the same day; where there is none, the last one that knew as much; then the last one."""
    runs = list(runs)
    same = [one for one in runs if one.day == (day, known_on)] or [one for one in runs if one.known_on == known_on]
    return next(reversed(same or runs), None)


def _compared(before: Earlier, now: State, tables: Mapping[str, pl.DataFrame]) -> tuple[list[Change], list[str]]:
    """What changed, in the order in which it is told; and what could not be compared.

    Rows are looked at where anything changed that could move one.
    """
    try:
        then = State.of_run(before.folder)
        found = changed(then, now)
        rows = list(rows_changed(stored_facts(before.folder / "facts"), tables)) if found else []
    except (PingyiError, OSError, pl.exceptions.PolarsError, KeyError, TypeError) as error:
        why = str(error).splitlines()[0]
        return [], [
            f"运行 {before.folder.name} 的文件夹里有文件读不出来，没有与它比较（{why}）；可用 pingyi verify 核对它"
        ]
    return sorted((*found, *rows), key=lambda one: (not one.grave, KINDS.index(one.kind))), []


def told(past: Mapping[str, Any]) -> Iterator[str]:
    """Lines for people, what is grave first; nothing of a first run."""
    yield from (f"提示：{one}。" for one in past["notes"])
    if not past["since"]:
        return
    run = f"上一次运行 {past['since']}（{past['finished'].replace('T', ' ')[:16]} 完成）"
    if not past["changes"]:
        unread = any("没有与它比较" in one for one in past["notes"])
        yield from () if unread else (f"与{run}相比没有变化。",)
        return
    yield f"与{run}相比："
    yield from (f"  {one}" for one in told_changes(Change(**one) for one in past["changes"]))


def told_changes(changes: Iterable[Change]) -> Iterator[str]:
    """A line for each change, the first of each kind; the rest is counted."""
    kept, seen = list(changes), dict[str, int]()
    for one in kept:
        seen[one.kind] = seen.get(one.kind, 0) + 1
        if one.grave or seen[one.kind] <= SHOWN:
            yield f"{'注意：' if one.grave else ''}{one.told}。".replace("。。", "。")
    for kind, many in seen.items():
        more = [one for nth, one in enumerate(one for one in kept if one.kind == kind) if nth >= SHOWN]
        rest = sum(not one.grave for one in more)
        if many > SHOWN and rest:
            yield f"……{kind}另有 {rest} 处"


def keep_past(review: Review, past: Mapping[str, Any], ledger: Ledger, facts: Mapping[str, pl.DataFrame]) -> None:
    """Put into a review's database what stands beside its stages: corrections, changes, the campaign's life."""
    review.keep("corrections", corrections_frame(ledger))
    rows = [one | {"position": nth} for nth, one in enumerate(past["changes"], start=1)]
    review.keep("changes", pl.DataFrame(rows, schema=COLUMNS))
    review.keep("timeline", timeline(review.plan, past["arrivals"], past["runs"], ledger, facts.get("decisions")))
