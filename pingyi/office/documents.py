"""All finished documents of a run: the notice in Word and PDF, and the annual report."""

from pathlib import Path

from pingyi.office.annual import report_files
from pingyi.office.beside import write_all
from pingyi.office.issue import Issue
from pingyi.office.notice.written import notice_files
from pingyi.report.book import Book


def write_documents(book: Book, folder: Path, issue: Issue, template: Path | None = None) -> list[Path]:
    """Write every document of a campaign into a folder, all of them or none.

    template: the office's own Word file of the notice. Raises: TemplateFaults, NotWritten.
    """
    return write_all(folder, notice_files(book, issue, template) | report_files(book, issue))
