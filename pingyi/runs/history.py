"""What was before a run, and the campaign's life: the run it is compared with, what changed since, what had arrived.

It depends on other runs, so it lies in the manifest beside what determines the result, and two runs on the same plan
and facts still give the same tables and the same seal.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, NamedTuple

import polars as pl

from pingyi.common import paths
from pingyi.common.faults import PingyiError
from pingyi.facts.as_of_date import as_it_stood, last_day
from pingyi.facts.intake import Facts
from pingyi.facts.intake.campaign import campaign_facts
from pingyi.facts.intake.setting import Setting
from pingyi.facts.ledger import FILE, Ledger, corrections_frame
from pingyi.plan import Plan
from pingyi.plan.reader import read_plan
from pingyi.runs.arrivals import Arrival, describe_late_facts, read_arrivals
from pingyi.runs.changes import KINDS, Change, State, compare_states, describe_changes, describe_row_changes
from pingyi.runs.folder import FACTS, FinishedRun, finished_runs, stored_facts
from pingyi.scoring.review import Review

Past = dict[str, Any]
"""What JSON keeps.

since, finished: the run compared with, and when it was done; empty for a first run. notes: what somebody should know.
whole: whether all was compared. changes, arrivals, runs: what the tables `changes` and `timeline` are made of.
"""

Day = tuple[date, date | None]
"""For which day a run looks, and with the knowledge of which day."""

NO_PAST: Past = {"since": "", "finished": "", "notes": [], "whole": True, "changes": [], "arrivals": [], "runs": []}

CHANGES = {
    "position": pl.Int64,
    **dict.fromkeys(("kind", "what", "how"), pl.String),
    "grave": pl.Boolean,
    **dict.fromkeys(("before", "after", "same", "new", "gone", "changed"), pl.Int64),
    "told": pl.String,
}
TIMELINE = {
    "position": pl.Int64,
    "day": pl.Date,
    **dict.fromkeys(("time", "kind", "what", "place"), pl.String),
    "rows": pl.Int64,
}
"""Columns of the tables."""

ARRIVED, GONE, CORRECTED, OBJECTED, DECIDED, RAN = "到件", "撤下", "更正", "异议", "决定", "运行"
"""Kinds of what happens in the life of a campaign."""


def compile_past(
    campaign: str,
    plan: Plan,
    facts: Facts,
    tables: Mapping[str, pl.DataFrame],
    *,
    as_of: date | None = None,
    known_on: date | None = None,
) -> Past:
    """What was before a run that is about to begin. tables: the facts as the run takes them, up to its day."""
    runs, now = finished_runs(paths.reports_folder(campaign)), State.of_facts(paths.plan_file(campaign), facts)
    this = as_of or last_day(plan), known_on
    before = _find_comparable(runs, this)
    changes, notes, whole = _compare_with_run(before, now, this, plan, tables) if before else ([], [], True)
    arrivals = read_arrivals(campaign, runs)
    if as_of and not known_on:
        notes += describe_late_facts(arrivals, facts.ledger, tables, len(now.files), as_of)
    known = known_on or date.max
    return {
        "since": before.folder.name if before else "",
        "finished": before.finished.isoformat() if before else "",
        "notes": notes,
        "whole": whole,
        "changes": [asdict(one) for one in changes],
        "arrivals": [one.as_json for one in arrivals.events if one.at.date() <= known],
        "runs": [_summarize_run(one) for one in runs if one.finished.date() <= known],
    }


def _summarize_run(one: FinishedRun) -> dict[str, str]:
    """A finished run as later ones keep it."""
    known = {"known_on": one.known_on.isoformat()} if one.known_on else {}
    return {"id": one.folder.name, "finished": one.finished.isoformat(), "as_of": one.as_of.isoformat()} | known


def _find_comparable(runs: list[FinishedRun], this: Day) -> FinishedRun | None:
    """The last run for the same day; where there is none, the last one that knew as much; then the last one."""
    same = [one for one in runs if one.day == this] or [one for one in runs if one.known_on == this[1]]
    return next(reversed(same or runs), None)


def _compare_with_run(
    before: FinishedRun, now: State, this: Day, plan: Plan, tables: Mapping[str, pl.DataFrame]
) -> tuple[list[Change], list[str], bool]:
    """What changed, in the order in which it is told; what to know of the comparison; whether all was compared.

    Rows are looked at where anything changed that could move one. What was known on another day had other files.
    """
    days = f"上一次运行{_describe_day(before.day)}，这一次{_describe_day(this)}"
    try:
        found = compare_states(State.of_run(before.folder), now)
        if before.known_on != this[1]:
            kept = [one for one in found if one.kind not in ("文件", "登记簿")]
            return (
                kept,
                [f"{days}；文件和行没有比较"],
                False,
            )
        rows = list(_compare_facts(before, this, plan, tables)) if found else []
    except (PingyiError, OSError, pl.exceptions.PolarsError, KeyError, TypeError) as error:
        why = str(error).splitlines()[0]
        what = f"运行 {before.folder.name} 的文件夹里有文件读不出来，没有与它比较（{why}）"
        return [], [f"{what}；可用 pingyi verify 核对它"], False
    order = sorted((*found, *rows), key=lambda one: (not one.grave, KINDS.index(one.kind)))
    notes = [f"{days}；行按两次都看到的那一段比较"] if rows and before.day != this else []
    return order, notes, True


def _compare_facts(before: FinishedRun, this: Day, plan: Plan, tables: Mapping[str, pl.DataFrame]) -> Iterator[Change]:
    """Rows of both, each as it stood on the earlier of the two days."""
    then, day = stored_facts(before.folder / FACTS), min(before.as_of, this[0])
    if before.as_of != this[0]:
        then, tables = as_it_stood(then, plan, day), as_it_stood(tables, plan, day)
    return describe_row_changes(then, tables)


def _describe_day(day: Day) -> str:
    known = f"、按 {day[1]} 手里有的" if day[1] else ""
    return f"看的是截至 {day[0]} 的情况{known}"


def describe_past(past: Mapping[str, Any]) -> Iterator[str]:
    """Lines for people, what is grave first; nothing of a first run."""
    yield from (f"提示：{one}。" for one in past["notes"])
    if not past["since"]:
        return
    run = f"上一次运行 {past['since']}（{past['finished'].replace('T', ' ')[:16]} 完成）"
    if past["changes"]:
        yield f"与{run}相比："
        yield from (f"  {one}" for one in describe_changes(Change(**one) for one in past["changes"]))
    elif past["whole"]:
        yield f"与{run}相比没有变化。"


def store_past(review: Review, past: Mapping[str, Any], ledger: Ledger, facts: Mapping[str, pl.DataFrame]) -> None:
    """Put into a review's database what stands beside its stages: corrections, changes, the campaign's life."""
    corrections = corrections_frame(ledger, Setting.of(review.plan, facts))
    changes = [one | {"position": nth} for nth, one in enumerate(past["changes"], start=1)]
    known = past["arrivals"], past["runs"], ledger, corrections, facts.get("decisions", pl.DataFrame())
    review.keep("corrections", corrections)
    review.keep("changes", pl.DataFrame(changes, schema=CHANGES))
    review.keep("timeline", _build_timeline(review.plan, *known))


# ---------------------------------------------------------------- the campaign's life


class Happened(NamedTuple):
    """One thing that happened. time: HH:MM, empty where only the day is known. place: where it is put down."""

    day: date
    time: str
    kind: str
    what: str
    place: str
    rows: int | None = None

    @classmethod
    def at(cls, moment: datetime, *rest: Any) -> "Happened":
        """What happened at a moment."""
        return cls(moment.date(), f"{moment:%H:%M}", *rest)


def describe_life(campaign: str) -> Iterator[str]:
    """Lines on everything that happened, in its order, from what lies in the campaign's folders now.

    Facts that cannot be read cost their decisions alone.
    """
    plan, runs = read_plan(paths.plan_file(campaign)), finished_runs(paths.reports_folder(campaign))
    decisions, setting, why = pl.DataFrame(), Setting(plan, {}), ""
    try:
        facts = campaign_facts(campaign, plan, complete=False).tables
        decisions, setting = facts.get("decisions", decisions), Setting.of(plan, facts)
    except PingyiError as error:
        why = str(error).splitlines()[0]
    arrivals = [one.as_json for one in read_arrivals(campaign, runs).events]
    ledger = Ledger.read(paths.facts_folder(campaign) / FILE)
    done, corrections = [_summarize_run(one) for one in runs], corrections_frame(ledger, setting)
    frame = _build_timeline(plan, arrivals, done, ledger, corrections, decisions)
    yield "大事记：" if frame.height else "大事记还没有内容。"
    for row in frame.iter_rows(named=True):
        rows = f"，{row['rows']} 行" if row["rows"] is not None else ""
        yield f"  {row['day']} {row['time'] or '     '}  {row['kind']}　{row['what']}{rows}（{row['place']}）"
    if why:
        yield f"数据现在读不了，名单的决定没有列出（{why}）。"


def _build_timeline(
    plan: Plan,
    arrivals: Iterable[Mapping[str, Any]],
    runs: Iterable[Mapping[str, str]],
    ledger: Ledger,
    corrections: pl.DataFrame,
    decisions: pl.DataFrame,
) -> pl.DataFrame:
    """Everything in the order of its moments.

    arrivals, runs: as a run keeps them. corrections: the entries of the ledger as they are told.
    """
    parts = (
        _list_arrivals(map(Arrival.of, arrivals)),
        _list_entries(ledger, corrections),
        _list_decisions(plan, decisions),
        _list_runs(runs),
    )
    rows = sorted((one for part in parts for one in part), key=lambda one: (one.day, one.time))
    return pl.DataFrame([(nth, *one) for nth, one in enumerate(rows, start=1)], schema=TIMELINE, orient="row")


def _list_arrivals(arrivals: Iterable[Arrival]) -> Iterator[Happened]:
    seen = set[str]()
    for one in arrivals:
        if one.sha256:
            yield Happened.at(one.at, ARRIVED, "换了内容" if one.file in seen else "收到", one.file, one.rows)
            seen.add(one.file)
        else:
            yield Happened.at(one.at, GONE, "不在数据文件夹里了", one.file)
            seen.discard(one.file)


def _list_entries(ledger: Ledger, corrections: pl.DataFrame) -> Iterator[Happened]:
    """The entries of the ledger, in the words of the table `corrections`."""
    for entry, row in zip(ledger.entries, corrections.iter_rows(named=True), strict=True):
        draft = entry.draft
        kind = OBJECTED if draft.state == "objected" else CORRECTED if draft.values else DECIDED
        said = "，".join(one for one in (row["changed"], row["state"]) if one)
        what = f"{row['fact_table']} {row['record']}：{said}（{row['document']}）"
        yield Happened.at(entry.at, kind, what, f"登记簿第 {entry.number} 条")


def _list_decisions(plan: Plan, decisions: pl.DataFrame) -> Iterator[Happened]:
    """Decisions on lists, each once: a row of the facts is of one unit."""
    if decisions.is_empty():
        return
    titles = plan.list_titles
    firsts = decisions.with_columns(pl.col("list").cast(pl.String)).unique("list", keep="first", maintain_order=True)
    for row in firsts.sort("list").iter_rows(named=True):
        who = f"，{row['decided_by']}" if row["decided_by"] else ""
        what = f"{titles.get(row['list'], row['list'])}{who}（{row['document'] or '没有文号'}）"
        yield Happened(row["decided_on"], "", DECIDED, what, row["source"])


def _list_runs(runs: Iterable[Mapping[str, str]]) -> Iterator[Happened]:
    for one in runs:
        known = f"、按 {one['known_on']} 手里有的" if one.get("known_on") else ""
        what = f"完成一次运行，截至 {one['as_of']}{known}"
        yield Happened.at(datetime.fromisoformat(one["finished"]), RAN, what, one["id"])
