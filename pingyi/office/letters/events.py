"""What cost points or earned some, event by event, with the document and the row that say so; and how it adds up."""

from fractions import Fraction

from pingyi.common import wording
from pingyi.explain import Explanation, Part
from pingyi.explain.events import factor_name
from pingyi.office.letters.grid import grid
from pingyi.office.letters.parts import Block, Cell, Column, Line
from pingyi.office.letters.source import Row, Source, grouped
from pingyi.plan.events import Events, Item

HAPPENINGS = "失分和得分的事项"
"""The title of the section."""


def happenings(source: Source, told: Explanation) -> list[Block]:
    """Every event of the unit, counted or not, below the leaf that it moves and how that adds up."""
    rows: list[tuple[Cell, ...]] = []
    found = events(source, told.unit)
    by_leaf, files = grouped(found, "component"), {row["source"] or "" for row in found}
    for part in told.parts:
        here = by_leaf.get((part.component,), [])
        rows += [(_sum(source, part, here),)] if here else []
        rows += [_told(source, row, len(files) == 1) for row in here]
    named = "、".join(sorted(filter(None, files)))
    note = [Line(f"行号是记录在 {named} 中的行。", "note")] if named and rows else []
    return [*grid(COLUMNS, rows), *note]


def _sum(source: Source, part: Part, rows: list[Row]) -> str:
    """How the events of a leaf add up to its marks; the whole way where it is more than a sum."""
    base = Fraction(_of(source, part.component).base)
    points = sum((Fraction(row["points"]) for row in rows if row["not_counted"] is None), Fraction(0))
    if part.marks is None or Fraction(part.marks) != base + points:
        return f"{part.name}：{part.formula}"
    start = f"基础分 {wording.plain(wording.rounded(base, 2))}，" if base else ""
    return f"{part.name}：{start}各件合计 {wording.shown(points)}，得 {wording.shown(part.marks)} 分"


COLUMNS = [
    Column("记录编号", 33),
    Column("日期", 18),
    Column("事项", 36),
    Column("件数", 9, "right"),
    Column("计分", 13, "right"),
    Column("依据文件", 30),
    Column("来源", 20),
    Column("行号", 9, "right"),
]


def events(source: Source, unit: str) -> list[Row]:
    """The unit's events but for those that only say that nothing was found."""
    rows = source.events.get((unit,), [])
    return [row for row in rows if row["points"] or row["not_counted"] is not None]


def citable(source: Source, unit: str) -> list[str]:
    """Numbers of the records that moved the unit's marks, or may yet do so."""
    return [row["event"] for row in events(source, unit)]


def _told(source: Source, row: Row, one_file: bool) -> tuple[Cell, ...]:
    """A row of the table. one_file: all of them are from the same file, which a note names."""
    return (
        row["event"],
        row["happened_on"].isoformat(),
        _name(source, row),
        str(row["times"]),
        _points(row),
        row["document"] or "未写明",
        "" if one_file else row["source"] or "未写明",
        "" if row["row"] is None else str(row["row"]),
    )


def _name(source: Source, row: Row) -> str:
    item = _of(source, row["component"]).items[row["item"]]
    reason = wording.named(row["not_counted"], wording.NOT_COUNTED)
    return item.name + "".join(f"（{one}）" for one in (*_factors(item, row), reason) if one)


def _factors(item: Item, row: Row) -> list[str]:
    known = [one for one in row["factors"] or () if one in item.factors]
    return [f"{factor_name(one)}，{wording.plain(item.factors[one])} 倍" for one in sorted(known)]


def _points(row: Row) -> str:
    if row["not_counted"] is not None:
        return "不计"
    points = Fraction(row["points"])
    return ("+" if points > 0 else "") + wording.shown(points)


def _of(source: Source, leaf: str) -> Events:
    rule = source.plan.component(leaf).events
    assert rule is not None
    return rule
