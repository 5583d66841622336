"""The notice of results (通报): what it says, and its files, which say the same in Word and as PDF.

Of a campaign whose results are not published it names no unit and gives no result: chapters and annexes that do stand
in `_published_chapters` and `_annexes` alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from pingyi.common import wording
from pingyi.figures.chart_parts import order_position
from pingyi.office.issuance import (
    BLANK_DAY,
    BLANK_NUMBER,
    Issue,
    chinese_date,
    first_page_marks,
    page_head,
    signing_office,
    waiting_decisions,
)
from pingyi.office.notice_process import (
    describe_effects,
    describe_method,
    describe_organisation,
    number_lines,
    opening_paragraph,
)
from pingyi.office.paper_layout import render_pdf, table_data, title_lines
from pingyi.office.red_head_word import DEFAULT, WIDTH, fill_template
from pingyi.plan import ListRule
from pingyi.plan.ranking import Standing
from pingyi.report import table as cells
from pingyi.report.back_matter import method_tables
from pingyi.report.score_sections import marks_column, stars_note, with_stars
from pingyi.report.table import Table, head
from pingyi.results.list_states import PROPOSED
from pingyi.results.result_tables import ResultTables

WORD, PAPER = "通报.docx", "通报.pdf"


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph or a heading of the text. level: 1 or 2 of a heading, 0 of a paragraph; tables: stand below it."""

    level: int
    text: str
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex: its title, what to know before reading, and tables; a table's title stands where there are several."""

    title: str
    note: str
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice of results. marks: warnings on the first page; running: at the top of every page."""

    title: str
    office: str
    number: str
    to: str
    day: str
    marks: tuple[str, ...]
    running: str
    parts: tuple[Part, ...]
    annexes: tuple[Annex, ...]

    @property
    def annex_lines(self) -> list[str]:
        """The list of annexes that stands below the text."""
        several = len(self.annexes) > 1
        told = [f"{place}．{one.title}" if several else one.title for place, one in enumerate(self.annexes, 1)]
        return [f"附件：{told[0]}", *told[1:]] if told else []


def notice_files(results: ResultTables, issue: Issue, template: Path | None = None) -> dict[str, bytes]:
    """The notice in Word and as PDF, as files by name.

    template: the office's own Word file; without it the default one. Raises: TemplateFaults.
    """
    made = compose_notice(results, issue)
    word = fill_template(template or DEFAULT, made, results.day)
    return {WORD: word, PAPER: render_pdf("notice.typ", notice_data(made))}


def notice_data(made: Notice) -> dict[str, Any]:
    """The notice as the PDF's template takes it."""
    own = {name: getattr(made, name) for name in ("title", "office", "number", "to", "day", "marks", "running")}
    return own | {
        "title_lines": title_lines(made.title),
        "parts": [{"level": one.level, "text": one.text, "tables": _tables_data(one.tables)} for one in made.parts],
        "annexes": [{"title": one.title, "note": one.note, "tables": _tables_data(one.tables)} for one in made.annexes],
        "annex_lines": made.annex_lines,
    }


def _tables_data(tables: Iterable[Table]) -> list[dict[str, Any]]:
    return [table_data(one, WIDTH) for one in tables]


def compose_notice(results: ResultTables, issue: Issue) -> Notice:
    """The notice of a campaign; where results are not published, one that names no unit."""
    campaign, office = results.plan.campaign, signing_office(results, issue)
    unit = results.plan.terms.get("unit", "参评单位")
    addressees = f"各{results.organ_head}、各{unit}" if results.organs_differ else f"各{unit}"
    chapters = _confidential_chapters if campaign.confidential else _published_chapters
    what = "有关情况" if campaign.confidential else f"{PROPOSED if results.undecided_lists else ''}结果"
    return Notice(
        title=f"关于{campaign.title}{what}的通报",
        office=office,
        number=issue.number or BLANK_NUMBER,
        to=(issue.to or addressees).rstrip("：:") + "：",
        day=issue.day or BLANK_DAY,
        marks=(*first_page_marks(results, issue), *waiting_decisions(results)),
        running=page_head(results, issue),
        parts=(
            Part(0, opening_paragraph(results, office)),
            *_number_chapters(chapters(results)),
        ),
        annexes=tuple(_annexes(results)),
    )


def _published_chapters(results: ResultTables) -> list[list[Part]]:
    """The chapters of a notice for everybody."""
    return [
        *_common_chapters(results),
        _result_chapter(results),
        _chapter("结果运用", _describe_consequences(results)),
        _chapter("整改要求", _describe_rectification(results)),
    ]


def _confidential_chapters(results: ResultTables) -> list[list[Part]]:
    """The chapters of a notice that names no unit and gives no result."""
    return [
        *_common_chapters(results),
        _chapter("结果运用", describe_effects(results)),
        _chapter("结果的送达和保管", [BY_LETTER, KEPT]),
    ]


BY_LETTER = "各单位的得分、名次和是否列入名单，以书面形式分别送达本单位，本通报不列任何单位的结果。"
KEPT = "本通报和送达的结果是内部资料，请妥善保管，不向社会公布。"


def _common_chapters(results: ResultTables) -> list[list[Part]]:
    method = [*describe_method(results), f"各项指标的满分、条款和计分规则见附件“{METHOD}”。"]
    return [_chapter("评议组织情况", describe_organisation(results)), _chapter("计分和排名办法", method)]


def _chapter(title: str, paragraphs: Iterable[str]) -> list[Part]:
    """A chapter; none where there is nothing to say."""
    told = [Part(0, text) for text in paragraphs]
    return [Part(1, title), *told] if told else []


def _number_chapters(chapters: list[list[Part]]) -> list[Part]:
    """The chapters that there are, their heads numbered 一、二、三."""
    there = [chapter for chapter in chapters if chapter]
    heads = [replace(one[0], text=f"{wording.chinese_number(at)}、{one[0].text}") for at, one in enumerate(there, 1)]
    return [part for head, chapter in zip(heads, there, strict=True) for part in (head, *chapter[1:])]


NAMES = 40
"""Units that a sentence names; more are counted."""


def _name_units(results: ResultTables, units: Iterable[str]) -> str:
    """The units by name, in the order given."""
    return wording.joined((results.unit_names.get(unit, unit) for unit in units), NAMES)


def _result_chapter(results: ResultTables) -> list[Part]:
    """Who was exempt, who was a candidate, the lists one after the other, and where everybody's place is found."""
    parts = [Part(1, "评议结果"), *(Part(0, text) for text in _describe_candidates(results))]
    for place, rule in enumerate(results.plan.lists, 1):
        said, tables = _describe_list(results, rule)
        parts += [Part(2, f"（{wording.chinese_number(place)}）{results.stated_title(rule)}"), Part(0, said, tables)]
    standings = "、".join(one.title for one in results.plan.standings)
    return [*parts, Part(0, f"全部单位的得分和名次见附件（{standings}）。")]


def _describe_candidates(results: ResultTables) -> list[str]:
    exempt = results.published("roster").filter(absent="exempt")["unit"].to_list()
    entered = "；".join(_count_entries(results, rule) for rule in results.plan.shortlists)
    return [
        *([f"免评单位{len(exempt)}个：{_name_units(results, exempt)}。"] if exempt else []),
        *([f"入围候选名单的单位：{entered}。"] if entered else []),
    ]


def _count_entries(results: ResultTables, rule: ListRule) -> str:
    entries = results.entries_of(rule)
    direct = entries.filter("direct").height
    return f"{results.stated_title(rule)}{entries.height}个" + (f"，其中因往年名单直接列入{direct}个" if direct else "")


def _describe_list(results: ResultTables, rule: ListRule) -> tuple[str, tuple[Table, ...]]:
    """A final list: how many, in which order; and its table."""
    # where the organ has no column, the name that tells a unit from others of its name
    known = pl.col("unit").replace_strict(results.unit_names, default=pl.col("name"))
    frame = results.entries_of(rule)
    if not frame.height:
        return "没有单位列入。", ()
    frame = frame if results.organs_differ else frame.with_columns(name=known)
    columns = [
        cells.count("place", "名次" if rule.good else "从低起"),
        cells.text("name", "单位", wide=True),
        *cells.organ_columns(results),
        *([cells.text("group", "组别", results.group_names)] if frame["group"].fill_null("").n_unique() > 1 else []),
        cells.marks("total", "总分（分）", cells.full_marks_line(results.ranked_component(rule.by))),
        *([cells.yes("direct", "直接列入")] if frame["direct"].any() else []),
    ]
    order = "从高到低" if rule.good else "从低到高"
    said = f"，按总分{order}排列" if frame.height > 1 else ""
    return f"列入{frame.height}个{said}。", (cells.table(f"list-{rule.id}", "", frame, columns),)


METHOD, OUTCOMES, PROBLEMS = "指标和计分办法", "结果运用明细", "没有整改到位的问题"
"""Titles of the annexes that the text refers to."""


def _describe_consequences(results: ResultTables) -> list[str]:
    """What follows from the lists, effect by effect, and for whom."""
    frame = results.published("outcomes")
    told = [(effect, frame.filter(effect=effect)) for effect in results.plan.effects]
    return number_lines([_describe_effect(results, effect, rows) for effect, rows in told if rows.height])


def _describe_effect(results: ResultTables, effect: str, rows: pl.DataFrame) -> str:
    lists = [title for id, title in results.stated_titles.items() if id in rows["list"].to_list()]
    kinds = [word for kind, word in wording.SUBJECTS.items() if kind in rows["subject_kind"].to_list()]
    summed = f"，合计见附件“{OUTCOMES}”" if rows["amount"].is_not_null().any() else ""
    return (
        f"{_effect_with_clauses(results, effect, rows)}：因列入{'、'.join(lists)}，"
        f"对象为{'、'.join(kinds)}，共{rows.height}条{summed}。"
    )


def _effect_with_clauses(results: ResultTables, effect: str, rows: pl.DataFrame) -> str:
    clauses = "、".join(rows["clause"].drop_nulls().unique(maintain_order=True).to_list())
    return f"{results.plan.effects[effect].name or effect}（{clauses}）"


def _describe_rectification(results: ResultTables) -> list[str]:
    """What must be put right and by when: by lists, by re-evaluation, and problems that are still open."""
    known = results.has("recheck_states")
    rechecks = results.published("recheck_states").group_by("recheck", maintain_order=True) if known else ()
    told = [_describe_recheck(results, rows) for _, rows in rechecks]
    return [*_describe_deadlines(results), *told, *_describe_problems(results)]


MEND = "整改"
"""What the name of a consequence says that asks for something to be put right."""


def _describe_deadlines(results: ResultTables) -> list[str]:
    """Consequences that ask for rectification or last until a day, told once for the same units."""
    frame = results.published("outcomes").with_columns(pl.col("until").fill_null(""))
    timed = frame.filter((pl.col("until") != "") | pl.col("effect_name").str.contains(MEND))
    told: dict[tuple[str, ...], list[str]] = {}
    for effect in results.plan.effects:
        rows = timed.filter(effect=effect).sort("place", "unit")
        if rows.height:
            # where the plan has no day the office fills it in
            ends = "、".join(end for end in rows["until"].unique(maintain_order=True).to_list() if end)
            until = f"至{ends}" if ends else f"时限为{BLANK_DAY}前"
            units = tuple(rows["unit"].unique(maintain_order=True))
            told.setdefault(units, []).append(f"{_effect_with_clauses(results, effect, rows)}，{until}")
    return [f"{_name_units(results, units)}：{'；'.join(said)}。" for units, said in told.items()]


def _describe_recheck(results: ResultTables, rows: pl.DataFrame) -> str:
    """How far the re-evaluation of an earlier list is."""
    first = rows.row(0, named=True)
    left = rows.filter(~pl.col("state").is_in(["passed", "passed_late"]))["unit"].to_list()
    rest = f"还没有合格的是{_name_units(results, left)}。" if left else ""
    who = f"{first['year']}年度{results.plan.list_titles.get(first['list'], first['list'])}{rows.height}个"
    states, due = _count_states(rows["state"], wording.RECHECKS), chinese_date(first["due"])
    return f"{first['recheck_name']}（{first['clause']}）：{who}，应于{due}前完成，{states}。{rest}"


def _count_states(states: pl.Series, words: dict[str, str]) -> str:
    every = states.to_list()
    return "、".join(f"{word}{every.count(state)}个" for state, word in words.items() if state in every)


def _open_problems(results: ResultTables) -> pl.DataFrame:
    """Problems that are not put right yet, by the day they are due."""
    if not results.has("problem_states"):
        return pl.DataFrame()
    every = results.published("problem_states")
    return every.filter(pl.col("status").is_in(wording.UNSETTLED)).sort("due", "problem", nulls_last=True)


def _describe_problems(results: ResultTables) -> list[str]:
    left = _open_problems(results)
    if not left.height:
        return []
    every = results.published("problem_states").height
    return [
        f"交办的问题{every}个，已整改{every - left.height}个，还有{left.height}个没有整改到位"
        f"（{_count_states(left['status'], wording.PROBLEMS)}），"
        f"明细和期限见附件“{PROBLEMS}”，由有关单位抓紧整改并反馈。"
    ]


def _annexes(results: ResultTables) -> list[Annex]:
    """Annexes; of a campaign whose results are not published only those that name no unit."""
    if results.plan.campaign.confidential:
        return [_method_annex(results), *_readings_annex(results)]
    standings = [_standing_annex(results, one) for one in reversed(results.plan.standings)]
    found = [*standings, *_outcome_annex(results), *_problem_annex(results)]
    return [_method_annex(results), *found, *_readings_annex(results)]


def _method_annex(results: ResultTables) -> Annex:
    """Every component with its full marks, clause and rule."""
    bare = tuple(replace(one, title="", note="") for one in method_tables(results) if one.id == "components")
    return Annex(METHOD, "按方案的顺序列出，规则为转述；“另计”的不占上一级指标的满分。", bare)


def _readings_annex(results: ResultTables) -> list[Annex]:
    """Where the plan can be read in several ways, and how the office reads it."""
    names = ("clause", "question", "official")
    rows = [{name: getattr(one, name) for name in names} for one in results.plan.readings]
    columns = [
        cells.text("clause", "条款"),
        cells.text("question", "方案没有写明的问题", wide=True),
        cells.text("official", "本次采用", wide=True),
    ]
    tables = (cells.table("readings", "", pl.DataFrame(rows), columns),)
    return [Annex("方案没有写明之处及采用的读法", "", tables)] if rows else []


MARKS_NOTE = "得分保留十位小数计算，表中显示两位；名次按全部小数排定。"
MOST_PARTS = 6
"""Parts of a total that a table on paper has columns for."""


def _standing_annex(results: ResultTables, one: Standing) -> Annex:
    """Everybody's place in a standing, each group that is ranked apart in its own table; then who has no place."""
    groups = results.placed_units(one).partition_by("group", maintain_order=True)
    tables = [_standing_table(results, one, rows, len(groups) > 1) for rows in groups]
    return Annex(one.title, MARKS_NOTE, (*tables, *_unranked_table(results, one)))


def _standing_table(results: ResultTables, one: Standing, rows: pl.DataFrame, several: bool) -> Table:
    parts = [results.plan.component(child) for child in results.ranked_component(one.id).of]
    frame = with_stars(results, rows, parts)
    marked = [part for part in parts if frame[f"of {part.id}"].is_not_null().any()]
    shown = marked if len(marked) <= MOST_PARTS else []
    columns = [
        cells.count("place", head("totals", "place")),
        cells.text("name", "单位", wide=True) if results.organs_differ else cells.unit(results.unit_names),
        *cells.organ_columns(results),
        cells.marks("total", head("totals", "total"), cells.full_marks_line(results.ranked_component(one.id))),
        *(marks_column(part, f"of {part.id}") for part in shown),
    ]
    group = rows["group"][0] or ""
    title = f"{results.group_names.get(group, group)}（{frame.height}个）" if several else ""
    note = _describe_ties(results, frame) + (stars_note(results) if shown else "")
    return cells.table(f"standing-{one.id}-{group}", title, frame, columns, note=note)


def _describe_ties(results: ResultTables, frame: pl.DataFrame) -> str:
    """How equal totals were told apart, and whose."""
    tied = frame.drop_nulls("decided_by").group_by("decided_by", maintain_order=True)
    told = ((wording.named(str(how), wording.DECIDED), rows["unit"].to_list()) for (how,), rows in tied)
    return "".join(f"{_name_units(results, units)}：{how}。" for how, units in told)


def _unranked_table(results: ResultTables, one: Standing) -> list[Table]:
    frame = results.published("unranked").filter(standing=one.id)
    columns = [cells.unit(results.unit_names), cells.text("reason", head("unranked", "reason"), wording.flags)]
    title = f"没有名次的单位（{frame.height}个）"
    return [cells.table(f"unranked-{one.id}", title, frame, columns)] if frame.height else []


def _outcome_annex(results: ResultTables) -> list[Annex]:
    """What follows for each unit, and what gains and losses come to."""
    frame = results.published("outcomes")
    if not frame.height:
        return []
    at = order_position("list", [*results.plan.list_titles])
    kind = pl.col("subject_kind").replace_strict(wording.SUBJECTS, default=pl.col("subject_kind"))
    own, until = pl.col("subject_kind").str.starts_with("unit"), pl.col("until").fill_null("")
    whom = pl.when(own).then(kind).otherwise(pl.format("{}（{}）", "subject", kind))
    what = pl.when(until == "").then("effect_name").otherwise(pl.format("{}（至{}）", "effect_name", until))
    told = frame.with_columns(whom=whom, what=what).sort(at, "place", "unit", "outcome")
    columns = [
        cells.unit(results.unit_names),
        cells.text("list", "列入的名单", results.stated_titles),
        cells.text("whom", "对象", wide=True),
        cells.text("what", "后果", wide=True),
        *([cells.amount("amount", "分值")] if frame["amount"].is_not_null().any() else []),
        cells.text("clause", "条款"),
    ]
    return [Annex(OUTCOMES, "", (*_sums_table(results), cells.table("outcomes", "逐条列出", told, columns)))]


def _sums_table(results: ResultTables) -> list[Table]:
    sums = results.name_subjects(results.published("outcome_sums"))
    frame = sums.sort("effect", "amount", "subject", descending=[False, True, False])
    columns = [
        cells.text("subject", "对象", wide=True),
        cells.text("subject_kind", "性质", wording.SUBJECTS),
        cells.text("effect_name", "后果", wide=True),
        cells.amount("amount", "合计"),
        cells.text("unit_of_measure", "计量单位"),
        cells.count("entries", "条数"),
    ]
    return [cells.table("sums", "按对象合计", frame, columns)] if frame.height else []


def _problem_annex(results: ResultTables) -> list[Annex]:
    """Problems that are still open, with the day they are due."""
    frame = _open_problems(results)
    columns = [
        cells.unit(results.unit_names),
        cells.text("text", "问题", wide=True),
        cells.day("due", "整改期限"),
        cells.text("status", "情况", wording.PROBLEMS),
        cells.text("document", "交办文件", wide=True),
    ]
    return [Annex(PROBLEMS, "", (cells.table("problems", "", frame, columns),))] if frame.height else []
