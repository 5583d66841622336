"""What happened in the life of a campaign, in its order: files that came, what was put down, decisions, runs."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

import polars as pl

from pingyi.facts.ledger import Ledger
from pingyi.plan import Plan
from pingyi.runs.states.arrivals import Arrival

ARRIVED, GONE, CORRECTED, OBJECTED, DECIDED, RAN = "到件", "撤下", "更正", "异议", "决定", "运行"

COLUMNS = {
    "position": pl.Int64,
    "day": pl.Date,
    "time": pl.String,
    "kind": pl.String,
    "what": pl.String,
    "place": pl.String,
    "rows": pl.Int64,
}


class Happened(NamedTuple):
    """One thing that happened. time: HH:MM, empty where only the day is known. place: where it is put down."""

    day: date
    time: str
    kind: str
    what: str
    place: str
    rows: int | None = None


def timeline(
    plan: Plan,
    arrivals: Iterable[Mapping[str, Any]],
    runs: Iterable[Mapping[str, str]],
    ledger: Ledger,
    corrections: pl.DataFrame,
    decisions: pl.DataFrame | None,
) -> pl.DataFrame:
    """Everything in the order of its moments.

    arrivals, runs: as a run keeps them (`past_of`). corrections: the entries of the ledger as they are told.
    """
    entries = _put_down(ledger, corrections)
    parts = (_arrived(map(Arrival.of, arrivals)), entries, _decided(plan, decisions), _ran(runs))
    rows = sorted((one for part in parts for one in part), key=lambda one: (one.day, one.time))
    return pl.DataFrame([(nth, *one) for nth, one in enumerate(rows, start=1)], schema=COLUMNS, orient="row")


def told(frame: pl.DataFrame) -> Iterator[str]:
    """A line for each thing that happened."""
    for row in frame.iter_rows(named=True):
        rows = f"，{row['rows']} 行" if row["rows"] is not None else ""
        yield f"{row['day']} {row['time'] or '     '}  {row['kind']}　{row['what']}{rows}（{row['place']}）"


def _moment(at: datetime) -> tuple[date, str]:
    return at.date(), f"{at:%H:%M}"


def _arrived(arrivals: Iterable[Arrival]) -> Iterator[Happened]:
    seen = set[str]()
    for one in arrivals:
        if one.sha256:
            what = "换了内容" if one.file in seen else "收到"
            yield Happened(*_moment(one.at), ARRIVED, what, one.file, one.rows)
            seen.add(one.file)
        else:
            yield Happened(*_moment(one.at), GONE, "不在数据文件夹里了", one.file)
            seen.discard(one.file)


def _put_down(ledger: Ledger, corrections: pl.DataFrame) -> Iterator[Happened]:
    """The entries of the ledger, in the words of the table `corrections`."""
    for entry, row in zip(ledger.entries, corrections.iter_rows(named=True), strict=True):
        draft = entry.draft
        kind = OBJECTED if draft.state == "objected" else CORRECTED if draft.values else DECIDED
        what = "，".join(one for one in (row["changed"], row["state"]) if one)
        told = f"{row['fact_table']} {row['record']}：{what}（{row['document']}）"
        yield Happened(*_moment(entry.at), kind, told, f"登记簿第 {entry.number} 条")


def _decided(plan: Plan, decisions: pl.DataFrame | None) -> Iterator[Happened]:
    """Decisions on lists, each once: a row of the facts is of one unit."""
    if decisions is None or decisions.is_empty():
        return
    titles = {one.id: one.title for one in plan.every_list}
    firsts = decisions.with_columns(pl.col("list").cast(pl.String)).unique("list", keep="first", maintain_order=True)
    for row in firsts.sort("list").iter_rows(named=True):
        who = f"，{row['decided_by']}" if row["decided_by"] else ""
        told = f"{titles.get(row['list'], row['list'])}{who}（{row['document'] or '没有文号'}）"
        yield Happened(row["decided_on"], "", DECIDED, told, row["source"])


def _ran(runs: Iterable[Mapping[str, str]]) -> Iterator[Happened]:
    for one in runs:
        known = f"、按 {one['known_on']} 手里有的" if one.get("known_on") else ""
        what = f"完成一次运行，截至 {one['as_of']}{known}"
        yield Happened(*_moment(datetime.fromisoformat(one["finished"])), RAN, what, one["id"])
