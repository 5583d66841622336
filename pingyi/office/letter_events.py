"""What cost points or earned some, event by event, with the document and the row that say so; and how it adds up."""

from fractions import Fraction

from pingyi import words
from pingyi.explain import Explanation
from pingyi.explain.events import factor_name
from pingyi.office.letter_parts import Block, Cell, Column, Line, grid
from pingyi.office.letter_source import Row, Source
from pingyi.plan.events import Item


def happenings(source: Source, told: Explanation) -> list[Block]:
    """Every event of the unit, counted or not, and the sums of the leaves that they move."""
    rows = events(source, told.unit)
    counted = {row["component"] for row in rows if row["not_counted"] is None}
    sums = [part for part in told.parts if part.component in counted]
    told_sums = [Line(f"{part.name}：{part.formula}。", "note") for part in sums]
    return [*grid(COLUMNS, [_told(source, row) for row in rows]), *told_sums]


COLUMNS = [
    Column("记录编号", 33),
    Column("日期", 18),
    Column("事项", 36),
    Column("件数", 9, "right"),
    Column("计分", 13, "right"),
    Column("依据文件", 28),
    Column("来源", 23),
]


def events(source: Source, unit: str) -> list[Row]:
    """The unit's events but for those that only say that nothing was found."""
    rows = source.events.get((unit,), [])
    return [row for row in rows if row["points"] or row["not_counted"] is not None]


def citable(source: Source, unit: str) -> list[str]:
    """Numbers of the records that moved the unit's marks, or may yet do so."""
    return [row["event"] for row in events(source, unit)]


def _told(source: Source, row: Row) -> tuple[Cell, ...]:
    return (
        row["event"],
        row["happened_on"].isoformat(),
        _name(source, row),
        str(row["times"]),
        _points(row),
        row["document"] or "未写明",
        (row["source"] or "未写明") + ("" if row["row"] is None else f"，第 {row['row']} 行"),
    )


def _name(source: Source, row: Row) -> str:
    leaf = source.plan.component(row["component"])
    assert leaf.events is not None
    item = leaf.events.items[row["item"]]
    reason = words.named(row["not_counted"], words.NOT_COUNTED)
    return item.name + "".join(f"（{one}）" for one in (*_factors(item, row), reason) if one)


def _factors(item: Item, row: Row) -> list[str]:
    known = [one for one in row["factors"] or () if one in item.factors]
    return [f"{factor_name(one)}，{words.plain(item.factors[one])} 倍" for one in sorted(known)]


def _points(row: Row) -> str:
    if row["not_counted"] is not None:
        return "不计"
    points = Fraction(row["points"])
    return ("+" if points > 0 else "") + words.shown(points)
