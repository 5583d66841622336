"""What was before the run: what changed since the last one, and what happened in the campaign's life.

Rows of files and tables stay in the run's folder: together with what is withheld they could tell small numbers.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from pingyi.report import table as cells
from pingyi.report.book import Book
from pingyi.report.section import Section
from pingyi.report.table import Table, head


def changes(book: Book) -> Section | None:
    """What differs from the run before, and what to know of this one; None where there is nothing to say."""
    frame, past = book.frame("changes"), _past(book)
    if not past.get("since"):
        return _section("运行时要知道的", _notes(book), ()) if _notes(book) else None
    run = f"运行 {past['since']}（{past['finished'].replace('T', ' ')[:16]} 完成）"
    grave = [f"{row['kind']}“{row['what']}”{row['how']}" for row in frame.filter("grave").iter_rows(named=True)]
    nothing = f"与上一次{run}相比没有变化。" if past["whole"] else f"上一次是{run}。"
    found = f"与上一次{run}相比，有 {frame.height} 处不同。" if frame.height else nothing
    columns = [cells.text(name, head("changes", name), wide=name == "what") for name in ("kind", "what", "how")]
    first = [f"要先看：{'；'.join(grave)}。"] if grave else []
    table = cells.table("t-changes", "不同之处", frame, columns, note=LOG)
    return _section("与上一次运行相比", [*first, found, *_notes(book)], (table,))


def _section(title: str, found: list[str], tables: tuple[Table, ...]) -> Section:
    question = "和上一次的结果相比，方案、数据和程序改了什么？"
    return Section("changes", title, question, (), tuple(found), tables=tables)


LOG = "各有多少行，见运行文件夹里的 log/changes.csv。"


def timeline(book: Book) -> Section | None:
    """What happened in the campaign's life; None where nobody put anything down."""
    frame = book.frame("timeline")
    if frame.is_empty():
        return None
    columns = [
        cells.day("day", head("timeline", "day")),
        *(cells.text(name, head("timeline", name), wide=name in ("what", "place")) for name in TOLD),
    ]
    many = Counter(frame["kind"])
    return Section(
        id="timeline",
        title="大事记",
        question="这次运行以前，活动里先后发生了什么？",
        clauses=(),
        found=(f"记下的共 {frame.height} 件：{'，'.join(f'{kind} {number}' for kind, number in many.items())}。",),
        tables=(cells.table("t-timeline", "大事记", frame, columns),),
    )


TOLD = ("time", "kind", "what", "place")


def _past(book: Book) -> Mapping[str, Any]:
    run = book.run.get("run", {})
    return run.get("past", {}) if isinstance(run, Mapping) else {}


def _notes(book: Book) -> list[str]:
    run = book.run.get("run", {})
    own = run.get("notes", []) if isinstance(run, Mapping) else []
    return [f"{one}。" for one in (*_past(book).get("notes", []), *own)]
