"""The annual report as its notebook has it: which parts of the story in which order, and parts that analysts add.

Each cell of the notebook that shows a part leaves a mark in its output: the part's title, and of an added part all that
there is to print. Paper and page are made from these marks, parts of the story from the finished run itself.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pingyi.report.page import STORY, sections_of
from pingyi.report.progress_sections import month_section
from pingyi.report.section import Figure, Section
from pingyi.report.table import Cell, Column, Table
from pingyi.results.result_tables import ResultTables, once_per_review
from pingyi.runs.added_sections import ADDED, added_of, code_cells, marks_of

TITLES = (
    *(
        "本月情况",
        "评议内容",
        "名录和日程",
        "评价",
        "应答率",
        "逐月评价",
        "分项得分",
        "候选名单",
        "候选单位投票",
        "排名",
    ),
    *("名单的决定", "现状", "工作计划", "整改", "复评", "结果运用", "名单以外的安排", "重抽", "更正与异议"),
    *("与上一次运行相比", "大事记", "与上年比较"),
)
"""The titles of all parts of the story, whichever a campaign has."""

OTHERWISE = {"运行时要知道的": "与上一次运行相比"}
"""A title that a part has where it has less to say → the one that it goes by."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a cell shows. section: of an added part all of it; None: the part of the story of that title."""

    title: str
    section: Section | None


@once_per_review
def told_sections(book: ResultTables) -> dict[str, Section]:
    """The parts of a campaign's story by title, in their order."""
    return {OTHERWISE.get(one.title, one.title): one for one in sections_of(book, (month_section, *STORY))}


def section_mark(title: str, added: Section | None = None) -> dict[str, Any]:
    """What a cell's output says of the part that it shows. added: a part that is not of the story."""
    if added is None:
        return {"title": title}
    tables = [
        {
            "title": one.title,
            "heads": [column.head for column in one.columns],
            "numeric": [column.numeric for column in one.columns],
            "rows": [[cell.text for cell in row] for row in one.rows],
        }
        for one in added.tables
    ]
    return {
        "title": title,
        "added": {"found": list(added.found), "figures": [asdict(one) for one in added.figures], "tables": tables},
    }


def read_shown(notebook: Path) -> list[Shown]:
    """What an executed notebook shows, in its order; nothing where there is none."""
    return [read_mark(mark, nth) for nth, mark in enumerate(marks_of(code_cells(notebook)))]


def chosen_sections(notebook: Path, book: ResultTables) -> list[Section]:
    """The parts that an executed notebook shows, from the finished run; the whole story where it shows none.

    Added parts say so in their titles.
    """
    told, added = told_sections(book), {str(one["title"]) for one in added_of(book.run)}
    found = [section_of(one, told, added) for one in read_shown(notebook)]
    return [one for one in found if one] if found else list(told.values())


def section_of(shown: Shown, told: Mapping[str, Section], added: Collection[str]) -> Section | None:
    """What a cell shows, from the finished run; None where the campaign has no such part. added: titles of these."""
    if shown.section is None:
        return told.get(shown.title)
    return replace(shown.section, title=f"{shown.title}（{ADDED}）") if shown.title in added else shown.section


def read_mark(mark: Mapping[str, Any], nth: int) -> Shown:
    """What a mark says. nth: place of its cell, for the ids of its tables."""
    title, added = str(mark["title"]), mark.get("added")
    if added is None:
        return Shown(title, None)
    figures = tuple(Figure(**one) for one in added["figures"])
    tables = tuple(_read_table(one, f"t-added-{nth}-{at}") for at, one in enumerate(added["tables"]))
    section = Section(
        id=f"added-{nth}", title=title, question="", found=tuple(added["found"]), figures=figures, tables=tables
    )
    return Shown(title, section)


def _read_table(one: Mapping[str, Any], id: str) -> Table:
    columns = (text_column(head, numeric) for head, numeric in zip(one["heads"], one["numeric"], strict=True))
    rows = tuple(tuple(Cell(str(text)) for text in row) for row in one["rows"])
    return Table(id, str(one["title"]), tuple(columns), rows)


def text_column(head: str, numeric: bool) -> Column:
    """A column whose cells are texts already."""
    return Column(head, numeric, lambda row: Cell(str(row[head])), wide=not numeric)
