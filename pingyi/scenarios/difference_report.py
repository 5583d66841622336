"""A difference as an office reads it: in sentences with two places, or as a table with exact numbers."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

import polars as pl

from pingyi.common import wording
from pingyi.common.spreadsheet_safe import write_csv
from pingyi.scenarios.difference import Consequence, Difference, ListChange, MarksChange, Move, Names, SumChange

NOTHING = "名单、名次、得分和结果运用都与公布的结果相同。"
MOST = 6
"""So many units or subjects are named in one sentence; the rest is counted."""

HEADS = ("类别", "名称", "单位编号", "对象", "原来", "改后", "变化")


def describe_difference(found: Difference) -> list[str]:
    """All that differs, a sentence for each standing, each list, the marks and the consequences."""
    held = [_describe_held(one, found.names) for one in found.held]
    if found.nothing:
        return [NOTHING, *held]
    lists = [_describe_list(one, found.names) for one in found.lists]
    ends = (_describe_marks(found), _describe_sums(found), _describe_consequences(found))
    return [_count_touched(found), *_describe_standings(found), *lists, *held, *filter(None, ends)]


def summarize_difference(found: Difference) -> str:
    """What differs, in one line: units touched, the largest move, lists, amounts."""
    if found.nothing:
        return NOTHING
    most = found.largest()
    move = f"名次变动最大的是{_describe_move(most, found.names)}" if most else ""
    lists = "".join(_describe_list(one, found.names) for one in found.lists).rstrip("。")
    sums = f"{len(found.sums)} 项合计数额有变" if found.sums else ""
    return "；".join(one for one in (_count_touched(found).rstrip("。"), move, lists, sums) if one) + "。"


def _count_touched(found: Difference) -> str:
    units = len(found.touched)
    return f"有 {units} 个单位的名单、名次或得分变动。" if units else "没有单位的名单、名次或得分变动。"


def _describe_standings(found: Difference) -> Iterator[str]:
    for standing, title in found.names.standings.items():
        if found.moves_in(standing):
            yield f"{title}：{'；'.join(_describe_standing(found, standing))}。"


def _describe_standing(found: Difference, standing: str) -> Iterator[str]:
    placed, most = found.placed(standing), found.largest(standing)
    if most:
        yield f"{len(placed)} 个单位名次变动，最大的是{_describe_move(most, found.names)}"
    still = sum(move.by == 0 for move in found.moves_in(standing))
    if still:
        yield f"{still} 个单位得分有变、名次不变"
    for moved, what in ((found.came(standing), "改为参加排名"), (found.went(standing), "不再参加排名")):
        if moved:
            yield f"{_join_units((move.unit for move in moved), found.names)}{what}"


def _describe_move(move: Move, names: Names) -> str:
    way = "上升" if (move.by or 0) > 0 else "下降"
    change = f"，得分 {describe_gain(move.by_total)}" if move.by_total else ""
    unit = names.units[move.unit]
    return f"{unit}，从第 {move.place} 名到第 {move.new_place} 名（{way} {abs(move.by or 0)} 名{change}）"


def _describe_list(one: ListChange, names: Names) -> str:
    return f"{names.lists[one.list]}：{_describe_sides(one, names, '列入', '退出')}。"


def _describe_held(one: ListChange, names: Names) -> str:
    """That a decided list stands although facts alone would have changed it."""
    sides = _describe_sides(one, names, "会列入", "会退出")
    return f"{names.lists[one.list]}已经决定，名单不变；没有决定的话，{sides}。"


def _describe_sides(one: ListChange, names: Names, entered: str, left: str) -> str:
    sides = ((entered, one.entered), (left, one.left))
    return "，".join(f"{what} {_join_units(units, names)}" for what, units in sides if units)


def _join_units(units: Iterable[str], names: Names) -> str:
    return wording.joined((names.units[unit] for unit in units), MOST)


def _describe_marks(found: Difference) -> str:
    leaves = [one for one in found.marks if one.component in found.names.leaves]
    said = [_describe_component(one, found.names) for one in leaves or found.marks]
    return f"分项得分：{'；'.join(said)}。" if said else ""


def _describe_component(one: MarksChange, names: Names) -> str:
    start = f"{names.components[one.component]} {one.units} 个单位有变"
    if one.marks is None or one.new_marks is None:
        return start
    return f"{start}（最多的是{names.units[one.unit]} {describe_gain(one.new_marks - one.marks)}）"


def describe_gain(change: Decimal | None) -> str:
    """分 gained or lost, with two places: +0.35 分; less than shows is said in words."""
    if change is None:
        return wording.NOTHING
    size = wording.shown(abs(change))
    sign = "+" if change > 0 else "−"
    return f"{sign}{size} 分" if Decimal(size) or not change else f"{sign}不足 0.01 分"


def _describe_sums(found: Difference) -> str:
    said = [_describe_sum(one, found.names) for one in found.sums if (one.amount or 0) != (one.new_amount or 0)]
    return f"合计数额：{wording.joined(said, MOST)}。" if said else ""


def _describe_sum(one: SumChange, names: Names) -> str:
    subject = names.units.get(one.subject, one.subject)
    before, after = (wording.signed(amount or Decimal(0)) for amount in (one.amount, one.new_amount))
    return f"{subject}“{names.effects[one.effect]}”{before} 变为 {after} {names.measures[one.effect]}".rstrip()


def _describe_consequences(found: Difference) -> str:
    new = sum(one.new for one in found.consequences)
    gone = len(found.consequences) - new
    said = [f"{what} {number} 条" for what, number in (("增加", new), ("取消", gone)) if number]
    return f"结果运用：{'，'.join(said)}。" if said else ""


def difference_table(found: Difference, changed: dict[str, tuple[str, str]]) -> pl.DataFrame:
    """What was changed, then places, totals, lists and consequences that differ: a row for each.

    changed: path of the plan → its value before and after, as text.
    """
    settings = [("改动", path, "", "", before, after, "") for path, (before, after) in changed.items()]
    rows = [*settings, *_move_rows(found), *_list_rows(found), *_sum_rows(found), *_consequence_rows(found)]
    return pl.DataFrame(rows, schema=dict.fromkeys(HEADS, pl.String), orient="row")


def write_difference(found: Difference, changed: dict[str, tuple[str, str]], path: Path) -> Path:
    """Write that table as CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_csv(difference_table(found, changed), path)
    return path


Cells = tuple[str, ...]


def _move_rows(found: Difference) -> Iterator[Cells]:
    units, standings = found.names.units, found.names.standings
    for one in found.moves:
        if one.place != one.new_place:
            ends = ("没有名次" if place is None else str(place) for place in (one.place, one.new_place))
            by = "" if one.by is None else f"{one.by:+d}"
            yield ("名次", standings[one.standing], one.unit, units[one.unit], *ends, by)
    for one in found.moves:
        if one.total != one.new_total:
            numbers = _exact_numbers(one.total, one.new_total)
            yield ("得分", standings[one.standing], one.unit, units[one.unit], *numbers)


def _exact_numbers(before: Decimal | None, after: Decimal | None) -> Cells:
    """Two numbers and their difference, exactly; empty where there is none."""
    change = None if before is None or after is None else after - before
    return tuple("" if one is None else wording.exact(one) for one in (before, after, change))


def _list_rows(found: Difference) -> Iterator[Cells]:
    names = found.names
    for one in found.lists:
        for units, ends in ((one.entered, ("不在", "在", "列入")), (one.left, ("在", "不在", "退出"))):
            yield from (("名单", names.lists[one.list], unit, names.units[unit], *ends) for unit in units)


def _sum_rows(found: Difference) -> Iterator[Cells]:
    for one in found.sums:
        kind, subject = _effect_on(one, found.names)
        yield ("合计数额", kind, "", subject, *_exact_numbers(one.amount or Decimal(0), one.new_amount or Decimal(0)))


def _consequence_rows(found: Difference) -> Iterator[Cells]:
    for one in found.consequences:
        kind, subject = _effect_on(one, found.names)
        amount = "有" if one.amount is None else wording.exact(one.amount)
        ends = ("", amount, "增加") if one.new else (amount, "", "取消")
        yield ("结果运用", kind, one.unit, subject, *ends)


def _effect_on(one: SumChange | Consequence, names: Names) -> tuple[str, str]:
    kind = f"{names.effects[one.effect]}（{wording.named(one.subject_kind, wording.SUBJECTS)}）"
    return kind, names.units.get(one.subject, one.subject)
