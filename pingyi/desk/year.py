"""The annual report in its notebook: parts of the story in the order of the cells, and parts that an analyst adds.

    year = open_year(campaign, run)
    year.section("候选名单")

    organs = year.query("select organ as 主管部门, … from totals join roster using (unit) …")
    year.add_section("按主管部门看", "{主管部门}的单位平均得分最高：{平均得分} 分。", table=organs)

A question reads result tables and changes nothing; an added part goes into page and paper with the others, and the
run's manifest lists it. Page and paper take the parts in the order of the notebook (`pingyi.report.notebook_sections`).
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl

from pingyi.common import paths
from pingyi.common.faults import PingyiError, hint_nearest
from pingyi.desk.campaign_opening import open_review
from pingyi.desk.display import Bundle, Display, markdown, show_answers, show_figure, show_table
from pingyi.desk.result_query import VOTES, PublishedTables, as_texts
from pingyi.disclosure.scan import refuse_in_text
from pingyi.figures.pictures import Chart, script_safe_json
from pingyi.report.notebook_sections import TITLES, section_mark, text_column, told_sections
from pingyi.report.section import Section
from pingyi.report.section import figure as drawn_figure
from pingyi.report.table import Cell, Table
from pingyi.results.result_tables import ResultTables
from pingyi.runs.added_sections import MARK
from pingyi.runs.folder import read_begun
from pingyi.scoring.review import Review
from pingyi.scoring.stages import STAGES

NOTHING = "方案或资料没有这一节的内容。"
LATER = "这一节要等整个运行做完才有内容，见网页报告。"

AT_THE_END = ("与上年比较",)
"""Parts that are told of comparisons, which a run makes while its notebooks run."""


class NoSuchSection(PingyiError):
    """The story has no part of that title."""


def open_year(campaign: str, run: str = "") -> "Year":
    """The year of a campaign, all stages done. run: the folder of a run; empty: in memory, from the facts."""
    return Year(open_review(campaign, run).through(STAGES[-1]), campaign, run)


class Year:
    """What the notebook of the annual report shows."""

    def __init__(self, review: Review, campaign: str, run: str = "") -> None:
        """review: with all stages done. run: its folder, if it has one."""
        self.campaign = campaign
        known = read_begun(Path(run)).get("past") if run else None  # as the manifest of the run will have it
        self.book = ResultTables(review, {"run": {"past": known}} if known else {})
        self.tables = PublishedTables(self.book, withheld=VOTES)

    @property
    def banner(self) -> Bundle:
        """Which campaign this is, and whether its facts are simulated."""
        simulated = (
            "　**模拟数据**：评价、评分、事项等由程序生成，不代表任何真实单位的评议结果。"
            if paths.is_simulated(self.campaign)
            else ""
        )
        secret = "　**仅供内部，不得外传**" if self.book.plan.campaign.confidential else ""
        return markdown(f"> {self.book.plan.campaign.title}{secret}{simulated}")

    def answers(self) -> Display:
        """The page of answers: final lists and what is to be decided."""
        return show_answers(self.book)

    def section(self, title: str) -> Display:
        """A part of the story: what was asked, found and ruled, and the figure that shows it. Raises: NoSuchSection."""
        if title not in TITLES:
            raise NoSuchSection(f"报告没有“{title}”这一节{hint_nearest(title, TITLES)}")
        told = told_sections(self.book).get(title)
        if told is None:
            waits = title in AT_THE_END and self.book.plan.campaign.previous is not None
            return _marked(title, None, [markdown(f"## {title}\n\n{LATER if waits else NOTHING}")])
        return _marked(
            title, None, [*_show_texts(told), *(one for drawn in told.figures[-1:] for one in show_figure(drawn))]
        )

    def query(self, question: str) -> pl.DataFrame:
        """What a SELECT over the result tables finds: columns as it names them, names in place of ids.

        Tables of votes, in which small numbers stand, are not to be asked. Raises: QueryRefused.
        """
        return self.tables.ask_with_names(question)

    def add_section(
        self, title: str, *found: str, figure: Chart | None = None, reads: str = "", table: pl.DataFrame | None = None
    ) -> Display:
        """A part of the analyst's own: sentences, a figure and how to read it, a table.

        found: sentences; `{…}` in them is what the first row of the table holds in that column; of a table without rows
        nothing is said. Raises: PersonsFound where a telephone or identity number stands in it.
        """
        said = [_fill_sentence(one, table) for one in found]
        rows = table if table is not None and table.height else None
        section = Section(
            id="added",
            title=title,
            question="",
            found=tuple(one for one in said if one),
            figures=(drawn_figure("g-added", figure, reads),) if figure is not None else (),
            tables=(_table_of(rows, self.tables),) if rows is not None else (),
        ).filled
        refuse_in_text(script_safe_json(section_mark(title, section)), title)
        drawn = [one for each in section.figures for one in show_figure(each)]
        return _marked(
            title, section, [*_show_texts(section), *drawn, *(show_table(one, 20) for one in section.tables)]
        )


def _marked(title: str, added: Section | None, things: list[Bundle]) -> Display:
    """Things to show, the first of which says what part of the report they are."""
    first, *rest = things
    return Display([replace(first, data=first.data | {MARK: section_mark(title, added)}), *rest])


def _show_texts(section: Section) -> Iterator[Bundle]:
    """Title, question, findings and clauses of a part."""
    lines = [f"## {section.title}", f"**{section.question}**" if section.question else ""]
    lines += ["\n".join(f"- {sentence}" for sentence in section.found)]
    lines += ["\n".join(f"- {one.clause}　**{one.title}**　{one.says}" for one in section.clauses)]
    yield markdown("\n\n".join(one for one in lines if one))


def _fill_sentence(sentence: str, table: pl.DataFrame | None) -> str:
    if table is None:
        return sentence
    if table.is_empty():
        return ""
    row = as_texts(table.head(1)).row(0, named=True)
    try:
        return sentence.format_map(row)
    except (KeyError, ValueError, IndexError):
        raise PingyiError(f"这句话里大括号内的列名，查询结果里没有：{sentence}；有 {'、'.join(row)}") from None


def _table_of(frame: pl.DataFrame, tables: PublishedTables) -> Table:
    """A frame as a table of the report, under Chinese heads."""
    said = tables.put_heads(frame)
    columns = tuple(text_column(head, kind.is_numeric()) for head, kind in said.schema.items())
    rows = tuple(tuple(Cell(text) for text in row) for row in as_texts(said).iter_rows())
    return Table("t-added", "", columns, rows)
