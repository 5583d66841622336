"""The annual report on paper: cover, answers, the parts of the story with figures as drawings, tables, methods."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from pingyi.common import wording
from pingyi.office import titles
from pingyi.office.beside import write_all
from pingyi.office.drawn import drawn
from pingyi.office.issue import Issue, chinese, marks, running, signed, stretch
from pingyi.office.paper import printed
from pingyi.office.sheets import sheet
from pingyi.office.widths import lines, print_size, room
from pingyi.report import answers
from pingyi.report import table as cells
from pingyi.report.answers import Card, Change, Decision
from pingyi.report.back_matter import method_tables, open_readings
from pingyi.report.book import Book
from pingyi.report.page import run_stamp, sections_of
from pingyi.report.progress_sections import month_section
from pingyi.report.section import Section
from pingyi.report.table import Table

REPORT = "年度报告.pdf"
MOST_ROWS = 60
"""Rows of a table in the body; standings and methods are printed whole."""
UPRIGHT, ACROSS = 166.0, 253.0
"""Width of the text in millimetres, on a page and on one that lies across."""
LARGEST, SMALLEST, MOST_LINES = 9.0, 8.0, 2.0
"""Largest print (pt) of tables; a table that would have smaller print or taller rows (lines) is set across."""
NAMES = 60
"""Units that a sentence names; more are counted."""


def write_report(book: Book, folder: Path, issue: Issue) -> list[Path]:
    """Write the annual report as PDF into a folder; an older one stays unless it is whole. Raises: NotWritten."""
    return write_all(folder, report_files(book, issue))


def report_files(book: Book, issue: Issue) -> dict[str, bytes]:
    """The annual report as a file by name."""
    return {REPORT: printed("annual.typ", report_data(book, issue))}


def report_data(book: Book, issue: Issue) -> dict[str, Any]:
    """The annual report as its template takes it."""
    return {
        "title": book.plan.campaign.title,
        "title_lines": titles.lines(book.plan.campaign.title),
        "year": book.plan.campaign.year,
        "office": signed(book, issue),
        "day": issue.day,
        "about": _about(book),
        "marks": marks(book, issue),
        "running": running(book, issue),
        "answers": _answers(book),
        "sections": [_section(one) for one in (*sections_of(book, [month_section]), *sections_of(book))],
        "readings": [asdict(one) for one in open_readings(book)],
        "methods": [_table(one, whole=True) for one in method_tables(book)],
    }


def _about(book: Book) -> list[tuple[str, str]]:
    """What the cover says of document, period and run."""
    campaign = book.plan.campaign
    found = [("依据", f"{campaign.document}（{chinese(campaign.issued)}印发）")]
    found += [("评议期间", stretch(*book.period))] if book.period else []
    return [*found, ("数据截至", chinese(book.day)), *run_stamp(book.run)]


def _answers(book: Book) -> dict[str, Any]:
    """The page of answers."""
    return {
        "figures": [asdict(one) for one in answers.key_figures(book)],
        "cards": [_card(book, one) for one in answers.cards(book)],
        "due": [_decision(one) for one in answers.decisions(book, "decision")],
        "changes": [_change(one) for one in answers.changes(book)],
        "notices": [_decision(one) for one in answers.decisions(book, "notice")],
    }


def _card(book: Book, one: Card) -> dict[str, Any]:
    """A final list with its units."""
    rows = [
        {"place": each.place, "name": each.name, "organ": each.organ, "total": each.total, "group": each.group}
        for each in one.entries
    ]
    columns = [
        cells.count("place", "名次" if one.good else "从低起"),
        cells.text("name", "单位", wide=True),
        *([cells.text("group", "组别")] if any(each.group for each in one.entries) else []),
        *book.organ_columns,
        cells.Column("总分（分）", True, lambda row: cells.Cell(row["total"]), below=one.full),
    ]
    entries = cells.table(f"card-{one.id}", "", pl.DataFrame(rows), columns)
    own = {"title": one.titled, "clause": one.clause, "says": one.says, "good": one.good, "sure": one.sure}
    return own | {"table": sheet(entries, UPRIGHT, LARGEST) if rows else None}


def _decision(one: Decision) -> dict[str, Any]:
    found = "；".join(one.found) if len(one.found) <= MOST_FOUND else ""
    units = wording.joined((name for _, name in one.units), NAMES)
    return {"what": one.what, "where": one.where, "clause": one.clause, "wanted": one.wanted} | {
        "found": found,
        "units": f"{len(one.units)}个单位：{units}" if units else "",
    }


MOST_FOUND = 6
"""Findings that a decision tells one by one."""


def _change(one: Change) -> dict[str, Any]:
    """A list against the year before, in lines."""
    groups = {"继续在列": one.stayed, "新列入": one.new, "不再列入": one.left}
    lines = [
        f"{head}{len(units)}个{'：' if units else ''}{wording.joined((name for _, name in units), NAMES)}"
        for head, units in groups.items()
    ]
    return {"title": one.title, "lines": lines if one.known else [f"没有{one.year}年的名单，无从比较。"]}


def _section(one: Section) -> dict[str, Any]:
    """A part of the story: question, findings, clauses, drawings, tables."""
    return {
        "title": one.title,
        "question": one.question,
        "found": list(one.found),
        "clauses": [asdict(each) for each in one.clauses],
        "figures": [
            {"title": each.title, "note": each.note, "reads": each.reads, "alt": each.description} | drawn(each.json)
            for each in one.figures
            if not each.nothing
        ],
        "tables": [_table(each, whole=each.id.startswith(WHOLE)) for each in one.tables if each.rows],
    }


WHOLE = "t-standing-"
"""How the ids of tables begin that are printed whole."""


def _table(one: Table, *, whole: bool) -> dict[str, Any]:
    """A table, across the page where it would be too small otherwise; what is not printed is said."""
    across = _across(one)
    rows = None if whole else MOST_ROWS
    left = 0 if whole else max(len(one.rows) - MOST_ROWS, 0)
    rest = f"这里列前{MOST_ROWS}行，共{len(one.rows)}行；其余见同次运行的网页报告和数据表。" if left else ""
    return sheet(one, ACROSS if across else UPRIGHT, LARGEST, rows) | {"across": across, "rest": rest}


def _across(one: Table) -> bool:
    size = print_size(one, UPRIGHT, LARGEST)
    tall = lines(one, room(UPRIGHT, size)) > MOST_LINES * len(one.rows)
    return size < SMALLEST or (tall and len(one.columns) > FEW_COLUMNS)


FEW_COLUMNS = 7
"""Tables of up to so many columns stay upright whatever their rows are like."""
