"""Places, lists and marks of a unit, and where it stands among its like."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from pingyi.common import wording
from pingyi.explain import Explanation, Part, Placing, Verdict
from pingyi.office.letters.grid import grid
from pingyi.office.letters.parts import WHOLE, Bar, Block, Cell, Column, Deep, Line
from pingyi.office.letters.source import Among, Row, Source
from pingyi.results import redrawn

ABSENT = "你单位本年度{}，不参加评议，没有得分和名次。"
UNRANKED = "本年度没有得分和名次。"
MOST = 3
"""Leaves told as strong, and as weak."""


def results(source: Source, told: Explanation) -> list[Block]:
    """Places with how many are ranked and how sure they are, and every list with its margin."""
    if told.absent:
        return [Line(ABSENT.format(told.absent))]
    found = [*grid(PLACES, [_place(one) for one in told.placings]), *_sure(source, told)]
    bands = source.of("band_entries", told.unit)
    return [
        *(found or [Line(UNRANKED)]),
        *(Line(f"{_band(source, row)}：{row['band']}。", "item") for row in bands),
        *grid(LISTS, [_list(one) for one in told.verdicts]),
    ]


PLACES = [
    Column("排名", 44),
    Column("得分/满分", 26, "right"),
    Column("第几名", 18, "right"),
    Column("共几个", 18, "right"),
    Column("名次范围", 24, "right"),
    Column("说明", 30),
]
LISTS = [Column("名单", 32), Column("结果", 24), Column("说明", 88), Column("条款", 16)]


def _place(one: Placing) -> tuple[Cell, ...]:
    if one.place is None:
        return (one.name, wording.NOTHING, wording.NOTHING, wording.NOTHING, "", one.why)
    return (one.name, one.marks, str(one.place), str(one.of), one.span, one.why)


def _sure(source: Source, told: Explanation) -> list[Block]:
    if not any(one.span for one in told.placings):
        return []
    return [Line(f"名次范围：{redrawn.MIDDLE.format(draws=source.book.draws)}。不是对再评一次的预测。", "note")]


def _list(one: Verdict) -> tuple[Cell, ...]:
    return (one.titled, f"列入，第 {one.place} 位" if one.listed else "未列入", one.why, one.clause)


def _band(source: Source, row: Row) -> str:
    return next((one.title for one in source.plan.bands if one.id == row["band_set"]), str(row["band_set"]))


def tree(source: Source, told: Explanation) -> list[Block]:
    """Every component with its full marks, the mean and the best of the unit's like, and a bar of its share."""
    top = min((part.depth for part in told.parts), default=0)
    rows = [_component(source, told.unit, part, top) for part in told.parts]
    flagged = any(part.flag for part in told.parts)
    columns = [Column(one.head, WITH_FLAGS.get(one.head, one.width), one.align) for one in TREE] if flagged else TREE
    note = f"同类指“{source.kind[told.unit]}”，有得分的单位都在内。条形是得分占满分的比例，竖线是同类平均。"
    return [*grid(columns, rows), Line(note, "note")] if rows else []


TREE = [
    Column("指标", 45),
    Column("满分", 13, "right"),
    Column("得分", 15, "right"),
    Column("同类平均", 15, "right"),
    Column("同类最高", 15, "right"),
    Column("与平均差", 15, "right"),
    Column("得分比例", 30),
    Column("说明", 12),
]
WITH_FLAGS = {"指标": 39, "得分比例": 22, "说明": 26}
"""Widths of columns where a component has something to be said of it."""


def _component(source: Source, unit: str, part: Part, top: int) -> tuple[Cell, ...]:
    among = source.among(part.component, unit)
    full = wording.NOTHING if part.full is None else wording.plain(part.full)
    return (
        Deep(part.name, part.depth - top),
        full,
        wording.shown(part.marks),
        wording.shown(among.mean if among else None),
        wording.shown(among.best if among else None),
        difference(part.marks, among),
        _bar(part, among),
        part.flag,
    )


def difference(marks: Decimal | None, among: Among | None) -> str:
    """How far above or below the mean: +1.20, −0.35."""
    if marks is None or among is None:
        return wording.NOTHING
    return signed(Fraction(marks) - among.mean)


def signed(value: Fraction) -> str:
    """A difference with two places and its sign; what rounds to zero has none."""
    shown = wording.shown(value)
    return f"+{shown}" if value > 0 and shown.strip("0.") else shown


def _bar(part: Part, among: Among | None) -> Bar | None:
    if part.marks is None or not part.full or part.full < 0 or part.flag == wording.FLAGS["unmeasured"]:
        return None
    return Bar(_share(part.marks, part.full), _share(among.mean, part.full) if among else None)


def _share(value: Decimal | Fraction, full: Decimal) -> int:
    whole = int(wording.rounded(Fraction(value) / Fraction(full) * WHOLE, 0))
    return min(max(whole, 0), WHOLE)


def standing_out(source: Source, told: Explanation) -> list[Block]:
    """The leaves in which the unit stands best, and worst, among its like."""
    placed = sorted(_leaves(source, told), key=lambda one: _standing(one[1]))
    above = [one for one in placed if difference(one[0].marks, one[1]).startswith("+")]
    below = [one for one in reversed(placed) if difference(one[0].marks, one[1]).startswith("−")]
    strong = [one for one in above if _few(one[1].place, one[1])][:MOST]
    weak = [one for one in below if _few(one[1].low, one[1])][:MOST]
    rows = [_out(*one, strong=True) for one in strong] + [_out(*one, strong=False) for one in weak]
    return grid(OUT, rows)


OUT = [
    Column("比较", 12),
    Column("指标", 52),
    Column("得分", 18, "right"),
    Column("同类平均", 18, "right"),
    Column("相差", 16, "right"),
    Column("在同类中", 44),
]


def _leaves(source: Source, told: Explanation) -> Iterator[tuple[Part, Among]]:
    for part in told.parts:
        among = source.among(part.component, told.unit)
        measured = source.marks[part.component, told.unit]["flag"] != "unmeasured"
        if measured and among and not source.plan.component(part.component).of:
            yield part, among


def _few(place: int, among: Among) -> bool:
    """Whether at most half of its like stand as far at this end as the unit does."""
    return 2 * (place - 1 + among.same) <= among.of


def _standing(among: Among) -> Fraction:
    """0: alone at the top; 1: alone at the bottom; those of equal marks share the middle of their places."""
    return Fraction(2 * (among.place - 1) + among.same - 1, 2 * (among.of - 1))


def _out(part: Part, among: Among, *, strong: bool) -> tuple[Cell, ...]:
    equal = f"，{among.same} 个并列" if among.same > 1 else ""
    place = f"第 {among.place}" if strong else f"倒数第 {among.low}"
    mean, apart = wording.shown(among.mean), difference(part.marks, among)
    what = "较好" if strong else "偏弱"
    return (what, part.name, wording.shown(part.marks), mean, apart, f"{place}（共 {among.of} 个{equal}）")
