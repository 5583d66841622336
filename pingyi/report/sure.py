"""How far places and lists move when the votes are drawn anew."""

from collections.abc import Iterator

import polars as pl

from pingyi import figures
from pingyi.common import wording
from pingyi.report import drawings
from pingyi.report import table as cells
from pingyi.report.book import Book
from pingyi.report.section import Figure, Section, figure
from pingyi.report.table import Table, head
from pingyi.results import redrawn


def sure(book: Book) -> Section | None:
    """How far places and lists move when the votes are drawn anew."""
    if not book.draws:
        return None
    ranges = book.frame("place_ranges")
    by_standing = [(one, ranges.filter(pl.col("standing") == one.id)) for one in book.plan.standings]
    return Section(
        id="sure",
        title="重抽",
        question="名次和名单有多少系于个别的票？",
        clauses=(),
        found=(*redrawn.LIMITS, *(redrawn.how_sure(rows, book.draws, one.title) for one, rows in by_standing)),
        figures=tuple(_figures(book)),
        tables=(_chances(book),),
    )


def _chances(book: Book) -> Table:
    order = {rule.id: at for at, rule in enumerate(book.plan.every_list)}
    frame = book.frame("list_chances").with_columns(at=pl.col("list").replace_strict(order, return_dtype=pl.Int64))
    frame = frame.sort("at", "share", "unit", descending=[False, True, False])
    columns = [
        cells.text("list", head("list_chances", "list"), book.stated),
        cells.unit(book.names),
        cells.yes("listed", head("list_chances", "listed"), "列入"),
        cells.told("share", SHARE),
    ]
    shares = [redrawn.NOT_REDRAWN if share is None else wording.percent(share) for share in frame["share"]]
    frame = frame.with_columns(pl.Series("share", shares, dtype=pl.String))
    return cells.table("t-chances", SHARE, frame, columns)


SHARE = "重抽时列入的比例"


def _figures(book: Book) -> Iterator[Figure]:
    """How far places move, and how firm the final lists are."""
    for id in dict.fromkeys(rule.by for rule in book.outer_lists) or [one.id for one in book.finals]:
        yield from _ranges(book, id)
    chances, roster, lists = drawings.fetched(book, "list_chances", "roster", "plan_lists")
    for rule in book.proposed(book.outer_lists):
        chart = figures.list_chances(chances, roster, lists, list=rule.id)
        yield figure(f"f-chances-{rule.id}", chart, CHANCE)


CHANCE = "接近 100% 的，重抽很少把它换下；接近一半的，几张票就会换人。比例本身有 3 个百分点左右的出入。"


def _ranges(book: Book, id: str) -> Iterator[Figure]:
    """Places of a standing near its cuts, for each of its groups: places of two groups do not compare."""
    ranges, margins, roster, lists, totals = drawings.fetched(
        book, "place_ranges", "margins", "roster", "plan_lists", "totals"
    )
    ranked = totals.filter(pl.col("standing") == id)
    groups = ranked.group_by("grp").len().sort(["len", "grp"], descending=[True, False])["grp"].to_list()
    for place, group in enumerate(groups):
        units = ranked.filter(pl.col("grp") == group).select("unit")
        own, near = (frame.join(units, on="unit", how="semi") for frame in (ranges, margins))
        several = f"（{book.groups.get(group, group)}）" if len(groups) > 1 else ""
        name = f"{book.standings[id]}{several}"
        chart = figures.place_ranges(own, near, roster, lists, standing=id, name=name)
        told = "横线是重抽时居中九成的名次；两个单位的横线重叠，只凭这些票分不出先后。"
        yield figure(f"f-ranges-{id}{f'-{place}' if place else ''}", chart, told)
