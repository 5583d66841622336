"""The annual report on paper: cover, answers, the parts that its notebook has with figures as drawings, methods."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache, lru_cache
from typing import Any

import polars as pl
import vl_convert

from pingyi.common import wording
from pingyi.common.characters import FONTS
from pingyi.figures.pictures import LANGUAGE, fixed_width
from pingyi.office.issuance import Issue, chinese_date, date_span, first_page_marks, page_head, signing_office
from pingyi.office.paper_layout import count_lines, print_size, render_pdf, signs_in_line, table_data, title_lines
from pingyi.report import answers
from pingyi.report import table as cells
from pingyi.report.answers import Card, Change, Decision
from pingyi.report.back_matter import method_tables, open_readings
from pingyi.report.notebook_sections import told_sections
from pingyi.report.page import run_stamp
from pingyi.report.section import Section
from pingyi.report.table import Table
from pingyi.results.result_tables import ResultTables

REPORT = "年度报告.pdf"
MOST_ROWS = 60
"""Rows of a table in the body; standings and methods are printed whole."""
WHOLE = "t-standing-"
"""How the ids of tables begin that are printed whole."""
UPRIGHT, ACROSS = 166.0, 253.0
"""Width of the text in millimetres, on a page and on one that lies across."""
LARGEST, SMALLEST, MOST_LINES = 9.0, 8.0, 2.0
"""Largest print (pt) of tables; a table that would have smaller print or taller rows (lines) is set across."""
FEW_COLUMNS = 7
"""Tables of up to so many columns stay upright whatever their rows are like."""
NAMES = 60
"""Units that a sentence names; more are counted."""
MOST_FOUND = 6
"""Findings that a decision tells one by one."""


def report_files(results: ResultTables, issue: Issue, sections: Sequence[Section] | None = None) -> dict[str, bytes]:
    """The annual report as a file by name. sections: the parts that it has; None for the whole story."""
    return {REPORT: render_pdf("annual.typ", report_data(results, issue, sections))}


def report_data(results: ResultTables, issue: Issue, sections: Sequence[Section] | None = None) -> dict[str, Any]:
    """The annual report as its template takes it. sections: the parts that it has; None for the whole story."""
    chosen = list(told_sections(results).values()) if sections is None else sections
    return {
        "title": results.plan.campaign.title,
        "title_lines": title_lines(results.plan.campaign.title),
        "year": results.plan.campaign.year,
        "office": signing_office(results, issue),
        "day": issue.day,
        "about": _cover_lines(results),
        "marks": first_page_marks(results, issue),
        "running": page_head(results, issue),
        "answers": _answers_page(results),
        "sections": [_section_data(one) for one in chosen],
        "readings": [asdict(one) for one in open_readings(results)],
        "methods": [printed_table(one, whole=True) for one in method_tables(results)],
    }


def _cover_lines(results: ResultTables) -> list[tuple[str, str]]:
    """What the cover says of document, period and run."""
    campaign = results.plan.campaign
    found = [("依据", f"{campaign.document}（{chinese_date(campaign.issued)}印发）")]
    found += [("评议期间", date_span(*results.period))] if results.period else []
    return [*found, ("数据截至", chinese_date(results.day)), *run_stamp(results.run)]


def _answers_page(results: ResultTables) -> dict[str, Any]:
    return {
        "figures": [asdict(one) for one in answers.key_figures(results)],
        "cards": [_card_data(results, one) for one in answers.cards(results)],
        "due": [_decision_data(one) for one in answers.decisions(results, "decision")],
        "changes": [_change_data(one) for one in answers.changes(results)],
        "notices": [_decision_data(one) for one in answers.decisions(results, "notice")],
    }


def _card_data(results: ResultTables, one: Card) -> dict[str, Any]:
    """A final list with its units."""
    columns = [
        cells.count("place", "名次" if one.good else "从低起"),
        cells.text("name", "单位", wide=True),
        *([cells.text("group", "组别")] if any(each.group for each in one.entries) else []),
        *cells.organ_columns(results),
        cells.Column("总分（分）", True, lambda row: cells.Cell(row["total"]), below=one.full),
    ]
    entries = cells.table(f"card-{one.id}", "", pl.DataFrame([asdict(each) for each in one.entries]), columns)
    own = {"title": one.titled, "clause": one.clause, "says": one.says, "good": one.good, "sure": one.sure}
    return own | {"table": table_data(entries, UPRIGHT, LARGEST) if one.entries else None}


def _decision_data(one: Decision) -> dict[str, Any]:
    units = wording.joined((name for _, name in one.units), NAMES)
    return {"what": one.what, "where": one.where, "clause": one.clause, "wanted": one.wanted} | {
        "found": "；".join(one.found) if len(one.found) <= MOST_FOUND else "",
        "units": f"{len(one.units)}个单位：{units}" if units else "",
    }


def _change_data(one: Change) -> dict[str, Any]:
    """A list against the year before, in lines."""
    groups = {"继续在列": one.stayed, "新列入": one.new, "不再列入": one.left}
    lines = [
        f"{head}{len(units)}个{'：' if units else ''}{wording.joined((name for _, name in units), NAMES)}"
        for head, units in groups.items()
    ]
    return {"title": one.title, "lines": lines if one.known else [f"没有{one.year}年的名单，无从比较。"]}


def _section_data(one: Section) -> dict[str, Any]:
    """A part of the story: question, findings, clauses, drawings, tables."""
    shown = one.filled
    return {
        "title": one.title,
        "question": one.question,
        "found": list(one.found),
        "clauses": [asdict(each) for each in one.clauses],
        "figures": [
            {"title": each.title, "note": each.note, "reads": each.reads, "alt": each.description}
            | figure_drawing(each.json)
            for each in shown.figures
        ],
        "tables": [printed_table(each, whole=each.id.startswith(WHOLE)) for each in shown.tables],
    }


SVG_SIZE = re.compile(r'<svg[^>]* width="([\d.]+)" height="([\d.]+)"')


@lru_cache(maxsize=64)
def figure_drawing(specification: str) -> dict[str, Any]:
    """A figure's specification (JSON) as SVG, with its height as a share of its width."""
    _register_fonts()
    made = fixed_width(json.loads(specification))
    svg = str(vl_convert.vegalite_to_svg(made, vl_version=LANGUAGE, allowed_base_urls=[]))
    size = SVG_SIZE.search(svg)
    return {"svg": svg, "ratio": float(size[2]) / float(size[1]) if size else 1.0}


@cache
def _register_fonts() -> None:
    vl_convert.register_font_directory(str(FONTS))


def printed_table(one: Table, *, whole: bool) -> dict[str, Any]:
    """A table, across the page where it would be too small otherwise; what is not printed is said."""
    across = _lies_across(one)
    cut = not whole and len(one.rows) > MOST_ROWS
    rest = f"这里列前{MOST_ROWS}行，共{len(one.rows)}行；其余见同次运行的网页报告和数据表。" if cut else ""
    made = table_data(one, ACROSS if across else UPRIGHT, LARGEST, MOST_ROWS if cut else None)
    return made | {"across": across, "rest": rest}


def _lies_across(one: Table) -> bool:
    size = print_size(one, UPRIGHT, LARGEST)
    tall = count_lines(one, signs_in_line(UPRIGHT, size)) > MOST_LINES * len(one.rows)
    return size < SMALLEST or (tall and len(one.columns) > FEW_COLUMNS)
