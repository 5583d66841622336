"""The year before beside this one: what of each change comes from the facts, and what from the rules."""

import polars as pl

from pingyi.report import table as cells
from pingyi.report.book import Book
from pingyi.report.section import Section
from pingyi.report.table import Table, head

PARTS = ("total_before", "total_now", "change", "from_facts", "from_rules")


def years(book: Book) -> Section | None:
    """How the units changed; None where there is no year before."""
    frame = book.frame("year_changes")
    if frame.is_empty():
        return None
    return Section(
        id="years",
        title="与上年比较",
        question="比上年变了多少，是情况变了，还是规则变了？",
        clauses=(),
        found=(
            "数据变化：今年的数据按上年的规则算，比上年多了或少了多少；规则变化：同样是今年的数据，换成今年的规则又变了多少。"
            "两项相加就是全部变化，一分不差。",
            *(
                _found(book, str(standing), rows)
                for (standing,), rows in frame.group_by("standing", maintain_order=True)
            ),
        ),
        tables=tuple(
            _table(book, str(standing), rows) for (standing,), rows in frame.group_by("standing", maintain_order=True)
        ),
    )


def _found(book: Book, standing: str, rows: pl.DataFrame) -> str:
    split = rows.drop_nulls("from_rules")
    up, by_rules = split.filter(pl.col("change") > 0).height, split.filter(pl.col("from_rules") != 0).height
    return (
        f"{book.standings[standing]}：两年都在的 {rows.height} 个单位中，{up} 个得分上升，{by_rules} 个受规则变化影响。"
    )


def _table(book: Book, standing: str, rows: pl.DataFrame) -> Table:
    columns = [
        cells.unit(book.names),
        *(cells.marks(name, head("year_changes", name)) for name in PARTS),
        *(cells.count(name, head("year_changes", name)) for name in ("place_before", "place_now")),
    ]
    ordered = rows.sort("change", "unit", descending=[True, False])
    return cells.table(f"t-years-{standing}", f"{book.standings[standing]}与上年比较", ordered, columns)
