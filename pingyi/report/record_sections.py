"""The story's parts on what is on record: decisions on lists, the ledger, the run before, the year before.

Rows of files and tables stay in the run's folder: together with what is withheld they could tell small numbers.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from pingyi.common import wording
from pingyi.plan import ListRule
from pingyi.report import table as cells
from pingyi.report.section import Clause, Section
from pingyi.report.table import Table, head
from pingyi.results.result_tables import ResultTables

MOST_NAMED = 12
"""Units that a sentence names; the table has all."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decided list. proposed, decided: units then; now: those that the facts would propose today."""

    rule: ListRule
    proposed: frozenset[str]
    decided: frozenset[str]
    now: frozenset[str]


def decided_section(results: ResultTables) -> Section | None:
    """How every list stands; None where the plan has no list."""
    rules = results.plan.every_list
    if not rules:
        return None
    found = [_decided_list(results, rule) for rule in rules if results.list_states[rule.id].decided]
    proposed = "、".join(rule.title for rule in results.undecided_of(rules))
    waits = f"{proposed}：拟定，还没有登记决定；登记以前，数据有变，名单随着变。"
    return Section(
        id="decided",
        title="名单的决定",
        question="名单由谁、在哪天决定？与提出的有什么不同？",
        clauses=tuple(_deciding_clauses(results)),
        found=(
            *([waits] if proposed else []),
            *(_describe_decided(results, one) for one in found),
            *_describe_later_facts(results, found),
        ),
        tables=(_list_states_table(results), _otherwise_table(results, found), _later_table(results, found)),
    )


def _decided_list(results: ResultTables, rule: ListRule) -> Decided:
    rows = results.counted("decisions").filter(list=rule.id)
    now = results.counted("list_proposals").filter(list=rule.id)
    sides = (rows.filter("proposed"), rows.filter("decided"), now)
    return Decided(rule, *(frozenset(one["unit"].to_list()) for one in sides))


def _deciding_clauses(results: ResultTables) -> Iterator[Clause]:
    for rule in results.plan.every_list:
        if rule.decided:
            due = f"，应在 {rule.decided.due} 前决定" if rule.decided.due else ""
            yield Clause(rule.decided.clause or rule.clause, rule.title, f"由{rule.decided.by}决定{due}")


def _describe_decided(results: ResultTables, one: Decided) -> str:
    """How many were proposed and decided, and how many otherwise."""
    start = f"{results.stated_title(one.rule)}：提出 {len(one.proposed)} 个单位，决定 {len(one.decided)} 个"
    added, removed = len(one.decided - one.proposed), len(one.proposed - one.decided)
    moved = [f"{what} {number} 个" for what, number in (("调入", added), ("调出", removed)) if number]
    return f"{start}，其中{'、'.join(moved)}，理由见表。" if moved else f"{start}，与提出的相同。"


def _describe_later_facts(results: ResultTables, found: list[Decided]) -> Iterator[str]:
    """What facts that came to be known after a decision would have changed: the decided list stands."""
    for one in found:
        sides = {"会提出": one.now - one.proposed, "不再提出": one.proposed - one.now}
        names = {what: [results.unit_names.get(unit, unit) for unit in sorted(units)] for what, units in sides.items()}
        told = [f"{what}{wording.joined(units, MOST_NAMED)}" for what, units in names.items() if units]
        if told:
            start = f"{one.rule.title}作出决定以后才知道的数据，会使提出的名单不同"
            yield f"{start}：{'，'.join(told)}；名单按决定，不改变。"


def _list_states_table(results: ResultTables) -> Table:
    rows = [
        {
            "list": rule.id,
            "state": state.word,
            "decided_on": state.decided_on,
            "decided_by": state.decided_by or (f"待{rule.decided.by}决定" if rule.decided else ""),
            "document": state.document,
            "units": results.entries_of(rule).height,
        }
        for rule in results.plan.every_list
        for state in [results.list_states[rule.id]]
    ]
    frame = pl.DataFrame(rows, infer_schema_length=None, schema_overrides={"decided_on": pl.Date})
    names, wide = ("list", "state", "decided_on", "decided_by", "document"), ("decided_by", "document")
    columns = [*cells.result_columns(results, "list_states", *names, wide=wide), cells.count("units", "单位（个）")]
    return cells.table("t-decided", "各名单的状态", frame, columns)


def _otherwise_table(results: ResultTables, found: list[Decided]) -> Table:
    """Who was added or removed by a decision, and why."""
    differ = pl.col("proposed") != pl.col("decided")
    frame = results.counted("decisions").filter(differ & pl.col("list").is_in([one.rule.id for one in found]))
    columns = [
        cells.text("list", head("list_states", "list"), results.plan.list_titles),
        cells.unit(results.unit_names),
        cells.yes("decided", "调入", "调入"),
        cells.yes("proposed", "调出", "调出"),
        cells.text("why", "理由", wide=True),
        cells.text("document", "依据文件", wide=True),
    ]
    return cells.table("t-decided-otherwise", "决定与提出不同的单位", frame, columns)


def _later_table(results: ResultTables, found: list[Decided]) -> Table:
    """Whom later facts would have put on a decided list or left off it."""
    rows = [
        {"list": one.rule.id, "unit": unit, "would": unit in one.now, "listed": unit in one.decided}
        for one in found
        for unit in sorted(one.now ^ one.proposed)
    ]
    columns = [
        cells.text("list", head("list_states", "list"), results.plan.list_titles),
        cells.unit(results.unit_names),
        cells.text("would", "按现在的数据", lambda would: "会提出" if would else "不再提出"),
        cells.text("listed", "决定的名单", lambda listed: "列入" if listed else "未列入"),
    ]
    note = "这些单位因决定以后才知道的数据而不同；名单按决定，不改变。"
    return cells.table("t-decided-later", "决定以后的数据", pl.DataFrame(rows), columns, note=note)


def corrections_section(results: ResultTables) -> Section | None:
    """Every entry of the ledger: corrected, objected to, decided; None where nothing was put down."""
    frame = results.published("corrections")
    if frame.is_empty():
        return None
    waiting = int(frame["open"].sum())
    ends = f"等待决定的有 {waiting} 条。" if waiting else "都已有决定。"
    names = (
        "number",
        "day",
        "fact_table",
        "record",
        "place",
        "changed",
        "state",
        "state_now",
        "why",
        "document",
        "hash",
    )
    columns = cells.result_columns(results, "corrections", *names, wide=("record", "changed", "why", "document"))
    return Section(
        id="corrections",
        title="更正与异议",
        question="数据改过吗？谁提出了异议，怎样处理的？",
        found=(
            f"登记簿共 {frame.height} 条，{ends}原来的数据文件没有改动；更正都是另加的登记，逐条相扣，"
            f"最后一条的校验码以 {frame['hash'][-1]} 开头。",
        ),
        tables=(cells.table("t-corrections", "登记簿", frame, columns),),
    )


def changes_section(results: ResultTables) -> Section | None:
    """What differs from the run before, and what to know of this one; None where there is nothing to say."""
    run = results.run.get("run", {})
    known: Mapping[str, Any] = run if isinstance(run, Mapping) else {}
    past = known.get("past", {})
    notes = [f"{one}。" for one in (*past.get("notes", []), *known.get("notes", []))]
    if not past.get("since"):
        return _run_section("运行时要知道的", notes) if notes else None
    frame = results.published("changes")
    since = f"运行 {past['since']}（{past['finished'].replace('T', ' ')[:16]} 完成）"
    grave = [f"{row['kind']}“{row['what']}”{row['how']}" for row in frame.filter("grave").iter_rows(named=True)]
    nothing = f"与上一次{since}相比没有变化。" if past["whole"] else f"上一次是{since}。"
    found = f"与上一次{since}相比，有 {frame.height} 处不同。" if frame.height else nothing
    first = [f"要先看：{'；'.join(grave)}。"] if grave else []
    columns = cells.result_columns(results, "changes", "kind", "what", "how", wide=["what"])
    note = "各有多少行，见运行文件夹里的 log/changes.csv。"
    table = cells.table("t-changes", "不同之处", frame, columns, note=note)
    return _run_section("与上一次运行相比", [*first, found, *notes], table)


def _run_section(title: str, found: list[str], *tables: Table) -> Section:
    question = "和上一次的结果相比，方案、数据和程序改了什么？"
    return Section(id="changes", title=title, question=question, found=tuple(found), tables=tables)


def timeline_section(results: ResultTables) -> Section | None:
    """What happened in the campaign's life; None where nobody put anything down."""
    frame = results.published("timeline")
    if frame.is_empty():
        return None
    columns = cells.result_columns(results, "timeline", "day", "time", "kind", "what", "place", wide=("what", "place"))
    many = "，".join(f"{kind} {number}" for kind, number in Counter(frame["kind"]).items())
    return Section(
        id="timeline",
        title="大事记",
        question="这次运行以前，活动里先后发生了什么？",
        found=(f"记下的共 {frame.height} 件：{many}。",),
        tables=(cells.table("t-timeline", "大事记", frame, columns),),
    )


def years_section(results: ResultTables) -> Section | None:
    """How the units changed since the year before, by facts and by rules; None where there is no year before."""
    frame = results.published("year_changes")
    if frame.is_empty():
        return None
    by_standing = {str(id): rows for (id,), rows in frame.group_by("standing", maintain_order=True)}
    return Section(
        id="years",
        title="与上年比较",
        question="比上年变了多少，是情况变了，还是规则变了？",
        found=(
            "数据变化：今年的数据按上年的规则算，比上年多了或少了多少；规则变化：同样是今年的数据，换成今年的规则又变了多少。"
            "两项相加就是全部变化，一分不差。",
            *(_describe_year(results.plan.standing_titles[id], rows) for id, rows in by_standing.items()),
        ),
        tables=tuple(_year_table(results, id, rows) for id, rows in by_standing.items()),
    )


def _describe_year(title: str, rows: pl.DataFrame) -> str:
    split = rows.drop_nulls("from_rules")
    up, by_rules = split.filter(pl.col("change") > 0).height, split.filter(pl.col("from_rules") != 0).height
    return f"{title}：两年都在的 {rows.height} 个单位中，{up} 个得分上升，{by_rules} 个受规则变化影响。"


def _year_table(results: ResultTables, standing: str, rows: pl.DataFrame) -> Table:
    totals = ("total_before", "total_now", "change", "from_facts", "from_rules")
    columns = cells.result_columns(results, "year_changes", "unit", *totals, "place_before", "place_now")
    ordered = rows.sort("change", "unit", descending=[True, False])
    return cells.table(f"t-years-{standing}", f"{results.plan.standing_titles[standing]}与上年比较", ordered, columns)
