"""Which parts the page's story has, in order. A part that a plan or its facts have nothing for is left out."""

from collections.abc import Callable, Iterable

from pingyi.report import (
    answered,
    arranged,
    closing,
    corrections,
    decided,
    following,
    opening,
    past,
    scoring,
    sure,
    work,
    years,
)
from pingyi.report.book import Book
from pingyi.report.section import Section

Tell = Callable[[Book], Section | None]

STORY: tuple[Tell, ...] = (
    arranged.contents,
    opening.roster,
    opening.tally,
    answered.response,
    answered.monthly,
    scoring.marks,
    scoring.shortlists,
    scoring.ballots,
    closing.standings,
    decided.decided,
    following.now,
    work.tasks,
    work.rectification,
    work.rechecks,
    closing.outcomes,
    arranged.provisions,
    sure.sure,
    corrections.corrections,
    past.changes,
    past.timeline,
    years.years,
)


def told(tell: Iterable[Tell], book: Book) -> list[Section]:
    """The parts that there is something to tell of, without empty figures and tables."""
    found = (one(book) for one in tell)
    return [section.filled for section in found if section is not None]


def story(book: Book) -> list[Section]:
    """The parts of the story that this plan has."""
    return told(STORY, book)
