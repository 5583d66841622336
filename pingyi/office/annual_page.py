"""The annual report as its notebook has it, as one page without code: nbconvert sets it, offline, drawings inside.

Texts between the parts, and what cells of analysts show beside, stay as they are; parts of the story come from the
finished run, whole. Answers, banner and all else are what the cells have shown. Whatever they brought, no script of it
runs in the page, and nothing is fetched.
"""

from pathlib import Path
from typing import Any

from markupsafe import Markup

from pingyi.disclosure.scan import refuse_in_text
from pingyi.office.annual_report import figure_drawing, report_files
from pingyi.office.issuance import Issue, first_page_marks
from pingyi.report.notebook_sections import chosen_sections, read_mark, section_of, told_sections
from pingyi.report.page import html_templates, run_stamp
from pingyi.report.section import Section
from pingyi.results.result_tables import ResultTables
from pingyi.runs.added_sections import added_of, marks_of

PAGE = "年度报告.html"
TEMPLATES = Path(__file__).parent / "templates"
NOT_PRINTED = "not-printed"
"""Tag of cells that speak to whoever edits the notebook."""


def annual_files(book: ResultTables, issue: Issue, notebook: Path) -> dict[str, bytes]:
    """The annual report as its executed notebook has it, files by name: PDF, and the page where there is a notebook.

    Raises: PersonsFound.
    """
    paper = report_files(book, issue, chosen_sections(notebook, book))
    return paper | ({PAGE: _set_page(book, issue, notebook)} if notebook.exists() else {})


def _set_page(book: ResultTables, issue: Issue, notebook: Path) -> bytes:
    text = (
        html_templates(TEMPLATES)
        .get_template("annual_page.html.j2")
        .render(
            title=book.plan.campaign.title,
            marks=first_page_marks(book, issue),
            body=Markup(_convert_notebook(_finished_notebook(notebook, book))),
            stamp=run_stamp(book.run),
        )
    )
    refuse_in_text(text, PAGE)
    return text.encode()


def _finished_notebook(path: Path, book: ResultTables) -> Any:
    """The executed notebook, each of its parts shown whole, as the finished run has it."""
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    told, added = told_sections(book), {one["title"] for one in added_of(book.run)}
    notebook.cells = [cell for cell in notebook.cells if NOT_PRINTED not in cell.metadata.get("tags", [])]
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        shown = [section_of(read_mark(mark, 0), told, added) for mark in marks_of([cell])]
        if shown:
            cell.outputs = [_as_output(one) for one in shown if one]
    return notebook


def _as_output(section: Section) -> Any:
    import nbformat

    drawings = [Markup(figure_drawing(one.json)["svg"]) for one in section.filled.figures]
    html = (
        html_templates(TEMPLATES)
        .get_template("annual_section.html.j2")
        .render(section=section.filled, drawings=drawings)
    )
    return nbformat.v4.new_output("display_data", {"text/html": html})


def _convert_notebook(notebook: Any) -> str:
    """The body of the page."""
    from nbconvert import HTMLExporter

    hidden = {"exclude_input": True, "exclude_input_prompt": True, "exclude_output_prompt": True}
    body: str = HTMLExporter(template_name="basic", **hidden).from_notebook_node(notebook)[0]
    return body
