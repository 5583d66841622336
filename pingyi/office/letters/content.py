"""What each unit's letter says, the same for Word and PDF."""

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from pingyi.common import wording
from pingyi.explain import Explanation, Part, explain_units
from pingyi.explain.event_scores import factor_name
from pingyi.office.issuance import SIMULATED, Issue, chinese_date, signing_office, undecided_lists
from pingyi.office.letters import Block, Cells, Heading, Letter, Line, fit_grid, table_columns
from pingyi.office.letters.comparison import (
    describe_results,
    event_rule,
    events_of_units,
    rows_of,
    signed_text,
    strengths_table,
    tree_table,
)
from pingyi.office.letters.marginal_value import gains_table
from pingyi.office.letters.vote_breakdown import votes_table
from pingyi.results.result_tables import ResultTables, Row, group_rows

if TYPE_CHECKING:
    from pingyi.scenarios.years import Years

TITLE = "评议结果反馈"
OWN_ONLY = "仅供本单位使用，请勿外传"
NOT_LAST = "评议还没有结束，这是截至{day}的情况，不是最后结果"


def compose_letters(
    results: ResultTables, *, simulated: bool, confidential: bool, years: "Years | None" = None
) -> Iterator[Letter]:
    """The letter of every unit of the roster, in the order of their ids.

    simulated: the facts are simulated, and every page says so. confidential: every page says that it is the unit's
    alone. years: this year beside the year before, where that is known.
    """
    early = NOT_LAST.format(day=chinese_date(results.day))
    said = {SIMULATED: simulated, OWN_ONLY: confidential, early: results.early}
    notices = (*(text for text, holds in said.items() if holds), *undecided_lists(results))
    office = signing_office(results, Issue(simulated=simulated))
    for told in explain_units(results):
        organ = results.unit_organs[told.unit]
        whole_name = f"{organ}{told.name}" if results.organs_differ and organ not in told.name else told.name
        yield Letter(
            unit=told.unit,
            name=told.name,
            campaign=results.plan.campaign.title,
            title=TITLE,
            notices=notices,
            reference=f"{told.unit}　{told.name}",
            greeting=f"{whole_name}：",
            blocks=(Line(_opening_paragraph(results, told)), *_numbered_sections(results, told, years)),
            office=office,
        )


def _opening_paragraph(results: ResultTables, told: Explanation) -> str:
    campaign, day = results.plan.campaign, chinese_date(results.day)
    about = "".join(f"，{head}：{value}" for head, value in told.about.items() if value)
    document = campaign.document if "《" in campaign.document else f"《{campaign.document}》"
    return (
        f"根据{document}，现将你单位（单位编号 {told.unit}{about}）在{campaign.title}中的结果反馈如下。数据截至{day}。"
    )


EVENTS = "失分和得分的事项"
"""The title of the section to which objections refer."""


def _numbered_sections(results: ResultTables, told: Explanation, years: "Years | None") -> Iterator[Block]:
    """The sections that have something to say, one after the other, numbered as documents number them."""
    sections: dict[str, list[Block]] = {
        "得分、名次和名单": describe_results(results, told),
        "各项得分与同类比较": tree_table(results, told),
        "较好和偏弱的项目": strengths_table(results, told),
        EVENTS: _events_table(results, told),
        "评价情况": votes_table(results, told.unit),
        "结果运用": [Line(f"{one}。", "item") for one in told.outcomes],
        "问题整改和复评": _describe_rectification(results, told.unit),
        "往年情况": _describe_earlier_years(results, told.unit, years),
        "再得 1 分要做到什么": gains_table(results, told),
        "异议的提出": _explain_objection(results, told.unit),
    }
    filled = [(title, blocks) for title, blocks in sections.items() if blocks]
    for number, (title, blocks) in enumerate(filled, 1):
        yield Heading(f"{wording.chinese_number(number)}、{title}")
        yield from blocks


EVENT_COLUMNS = table_columns(
    {"记录编号": 33, "日期": 18, "事项": 36, "件数": 9, "计分": 13, "依据文件": 30, "来源": 20, "行号": 9},
    numbers=("件数", "计分", "行号"),
)


def _events_of(results: ResultTables, unit: str) -> list[Row]:
    """The unit's events but for those that only say that nothing was found."""
    rows = events_of_units(results).get((unit,), [])
    return [row for row in rows if row["points"] or row["not_counted"] is not None]


def _events_table(results: ResultTables, told: Explanation) -> list[Block]:
    """Every event of the unit, counted or not, below the leaf that it moves and how that adds up."""
    rows: list[Cells] = []
    found = _events_of(results, told.unit)
    by_leaf, files = group_rows(found, "component"), {row["source"] or "" for row in found}
    for part in told.parts:
        here = by_leaf.get((part.component,), [])
        rows += [(_describe_sum(results, part, here),)] if here else []
        rows += [_event_row(results, row, one_file=len(files) == 1) for row in here]
    named = "、".join(sorted(filter(None, files)))
    note = [Line(f"行号是记录在 {named} 中的行。", "note")] if named and rows else []
    return [*fit_grid(EVENT_COLUMNS, rows), *note]


def _describe_sum(results: ResultTables, part: Part, rows: list[Row]) -> str:
    """How the events of a leaf add up to its marks; the whole way where it is more than a sum."""
    base = Fraction(event_rule(results.plan.component(part.component)).base)
    points = sum((Fraction(row["points"]) for row in rows if row["not_counted"] is None), Fraction(0))
    if part.marks is None or Fraction(part.marks) != base + points:
        return f"{part.name}：{part.formula}"
    start = f"基础分 {wording.plain(wording.rounded(base, 2))}，" if base else ""
    return f"{part.name}：{start}各件合计 {wording.shown(points)}，得 {wording.shown(part.marks)} 分"


def _event_row(results: ResultTables, row: Row, *, one_file: bool) -> Cells:
    """A row of the table. one_file: all of them are from the same file, which a note names."""
    return (
        row["event"],
        row["happened_on"].isoformat(),
        _name_event(results, row),
        str(row["times"]),
        _points_text(row),
        row["document"] or "未写明",
        "" if one_file else row["source"] or "未写明",
        "" if row["row"] is None else str(row["row"]),
    )


def _points_text(row: Row) -> str:
    if row["not_counted"] is not None:
        return "不计"
    points = Fraction(row["points"])
    return ("+" if points > 0 else "") + wording.shown(points)


def _name_event(results: ResultTables, row: Row) -> str:
    """The item, with the circumstances that multiply its points, and why it does not count."""
    item = event_rule(results.plan.component(row["component"])).items[row["item"]]
    known = sorted(one for one in row["factors"] or () if one in item.factors)
    factors = [f"{factor_name(one)}，{wording.plain(item.factors[one])} 倍" for one in known]
    reason = wording.named(row["not_counted"], wording.NOT_COUNTED)
    return item.name + "".join(f"（{one}）" for one in (*factors, reason) if one)


PROBLEM_COLUMNS = table_columns({"问题编号": 33, "问题": 43, "发现日期": 18, "整改期限": 18, "状态": 16, "情况": 32})


def _describe_rectification(results: ResultTables, unit: str) -> list[Block]:
    """The unit's problems with their due days and states, and where its re-evaluation stands."""
    problems, rechecks = (rows_of(results.published(name), unit) for name in ("problem_states", "recheck_states"))
    told = [Line(_describe_recheck(results, row), "item") for row in rechecks]
    return [*fit_grid(PROBLEM_COLUMNS, [_problem_row(row) for row in problems]), *told]


def _problem_row(row: Row) -> Cells:
    state = wording.named(row["status"], wording.PROBLEMS)
    progress = {
        f"{row['rectified_on']} 整改到位": row["rectified_on"],
        f"超期 {row['days_over']} 天": row["days_over"],
        f"督办 {row['supervised']} 次": row["supervised"],
        "还没有报过进展": not row["rectified_on"] and not row["reported_on"],
    }
    told = "；".join(text for text, holds in progress.items() if holds)
    return (row["problem"], row["text"], str(row["found_on"]), str(row["due"]), state, told)


def _describe_recheck(results: ResultTables, row: Row) -> str:
    """Where a re-evaluation stands, and what is barred until it is passed."""
    name, state = row["recheck_name"] or row["recheck"], wording.named(row["state"], wording.RECHECKS)
    title = wording.named(row["list"], results.plan.list_titles)
    start = f"{name}（{row['year']}年度{title}）：期限 {row['due']}，{state}"
    tried = f"，{row['rechecked_on']} 复评，依据{row['document']}" if row["rechecked_on"] else ""
    barred = f"；{row['blocks']}" if row["blocks"] else ""
    return f"{start}{tried}{barred}。"


CHANGE_COLUMNS = table_columns(
    {
        "名次": 40,
        "上年得分": 20,
        "本年得分": 20,
        "变化": 20,
        "其中规则变化": 22,
        "其中表现变化": 22,
        "名次变化": 16,
    },
    numbers=("上年得分", "本年得分", "变化", "其中规则变化", "其中表现变化", "名次变化"),
)


def _describe_earlier_years(results: ResultTables, unit: str, years: "Years | None") -> list[Block]:
    """The lists of earlier years that the unit was on, and what changed since the year before."""
    rows = sorted(rows_of(results.counted("earlier_entries"), unit), key=lambda row: (-row["year"], row["list"]))
    titles = results.plan.list_titles
    lists = [
        f"{row['year']}年度：{wording.as_former(row['former'])}列入{wording.named(row['list'], titles)}。"
        for row in rows
    ]
    changes = [_change_row(row) for row in rows_of(years.totals, unit)] if years else []
    return [*(Line(text, "item") for text in lists), *fit_grid(CHANGE_COLUMNS, changes)]


def _change_row(row: Row) -> Cells:
    parts = [row["change"], row["from_rules"], row["from_facts"]]
    return (
        row["standing_name"],
        wording.shown(row["total_before"]),
        wording.shown(row["total_now"]),
        *(wording.NOTHING if part is None else signed_text(part) for part in parts),
        wording.NOTHING if row["places"] is None else wording.signed(row["places"]) or "0",
    )


def _explain_objection(results: ResultTables, unit: str) -> list[Block]:
    """To whom to object, and what to cite: records that moved the unit's marks, or may yet do so."""
    office = results.plan.terms.get("office", results.plan.campaign.office)
    cited = [row["event"] for row in _events_of(results, unit)]
    known = f"可以引用的记录编号：{wording.joined(cited)}，都在“{EVENTS}”的表中。"
    return [
        Line(
            f"对本结果有异议的，请以书面形式向{office}提出，写明单位编号 {unit}、有异议的指标和记录编号，"
            "说明理由，附上证明材料。"
        ),
        *([Line(known)] if cited else []),
        Line(f"对票数有异议的，可以请{office}核对。谁作了怎样的评价，不提供查询。"),
    ]
