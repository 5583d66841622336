"""How many votes count: the one place where they are added up, for the page, the notice, the workbook and the report.

A vote (票) is a level that one rater gives one unit (for one item); a form (张) gives each unit on it a vote. Votes of
components that the plan scores apart are added up only under their names.
"""

from collections.abc import Sequence

import polars as pl

from pingyi.common import wording
from pingyi.plan import Component
from pingyi.report.book import Book

NAMES = 3
"""Components that are named with their votes."""


def votes(book: Book, components: Sequence[Component]) -> int | None:
    """Votes that count in the components (票); None where their sum is withheld."""
    return book.disclosure.sum([one.id for one in components])


def aside(book: Book, components: Sequence[Component]) -> pl.DataFrame:
    """Ratings of the components that do not count: component, reason, ratings (条)."""
    return book.frame("set_aside").filter(pl.col("component").is_in([one.id for one in components]))


def titles(components: Sequence[Component]) -> str:
    """Whose votes are added up."""
    return wording.joined((one.title for one in components), NAMES)


def told(book: Book, components: Sequence[Component]) -> str:
    """How many votes count in the components, and how many ratings were set aside and why."""
    return wording.what_counted(titles(components), votes(book, components), aside(book, components))


def fixed_shares(one: Component) -> str:
    """Why shares of levels are not drawn; empty where a form leaves them open."""
    if not (one.ratings and one.ratings.form and one.ratings.shares_fixed):
        return ""
    marks = "、".join(f"{level} {number} 个" for level, number in one.ratings.form.exactly.items())
    told = f"{one.title}的有效选票都是{marks}，各等次合起来的占比由选票的规定定死"
    return f"{told}，说明不了看法，不画；看法在各单位的得分里。"
