"""Columns of the workbook that the glossary knows."""

from collections.abc import Callable, Mapping
from typing import Any

from pingyi.common import wording
from pingyi.common.codebook import codebook
from pingyi.office.workbook.parts import Column, Kind, plain
from pingyi.report import table as cells
from pingyi.report.book import Book

KINDS: dict[str, Kind] = {
    "id": "id",
    "text": "text",
    "choice": "text",
    "date": "date",
    "integer": "count",
    "decimal": "marks",
    "yes_no": "yes",
}
"""How columns of the glossary are shown, where nothing else is asked for."""

Said = Mapping[str, str] | Callable[[Any], Any]


def known(
    source: str, name: str, said: Said | None = None, *, head: str = "", kind: Kind | None = None, **more: Any
) -> Column:
    """A column of a published table, under the glossary's head. said: turns its codes into words."""
    column = codebook().results[source].column(name)
    return Column(
        name=name,
        head=head or cells.head(source, name),
        kind=kind or KINDS[column.kind],
        cell=spoken(name, said) if said else plain(name),
        says="" if said else column.says,
        **more,
    )


def spoken(name: str, said: Said) -> Callable[[Any, Any], Any]:
    """The row's value in words."""
    say = (lambda value: wording.named(value, said)) if isinstance(said, Mapping) else said
    return lambda row, here: say(row[name])


def unit_columns(book: Book, *, category: bool = False) -> list[Column]:
    """A unit's id, its name, and where they say something its category and organ."""
    found = [known("roster", "unit"), known("roster", "name")]
    roster = book.frame("roster")
    if category and len(book.plan.units.categories) > 1 and roster["category"].is_not_null().any():
        found.append(known("roster", "category"))
    return [*found, *organ_column(book)]


def organ_column(book: Book) -> list[Column]:
    """The organ of the row's unit, where organs say more than units do."""
    if not book.organs_tell:
        return []
    return [Column("organ", book.organ_head, "text", lambda row, here: book.organs.get(row["unit"] or "", ""))]
