"""Which parts the page's story has, in order. A part that a plan has nothing for is left out."""

from collections.abc import Callable

from pingyi.report import closing, opening, scoring
from pingyi.report.book import Book
from pingyi.report.section import Section

STORY: tuple[Callable[[Book], Section | None], ...] = (
    opening.roster,
    opening.tally,
    scoring.marks,
    scoring.shortlists,
    scoring.ballots,
    closing.standings,
    closing.outcomes,
    closing.sure,
)


def story(book: Book) -> list[Section]:
    """The parts of the story that this plan has."""
    return [section for tell in STORY if (section := tell(book)) is not None]
