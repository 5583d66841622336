"""A difference as one table that a spreadsheet opens: a row for everything that changes, with exact numbers."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import polars as pl

from pingyi.common import wording
from pingyi.common.spreadsheet_safe import write_csv
from pingyi.scenarios.difference import Difference

HEADS = ("类别", "名称", "单位编号", "对象", "原来", "改后", "变化")

Cells = tuple[str, str, str, str, str, str, str]


def difference_table(found: Difference, changed: dict[str, tuple[str, str]]) -> pl.DataFrame:
    """What was changed, then places, totals, lists and consequences that differ.

    changed: path of the plan → its value before and after, as text.
    """
    settings = [("改动", path, "", "", before, after, "") for path, (before, after) in changed.items()]
    rows = [*settings, *_places(found), *_totals(found), *_lists(found), *_sums(found), *_consequences(found)]
    return pl.DataFrame(rows, schema=dict.fromkeys(HEADS, pl.String), orient="row")


def write_difference(found: Difference, changed: dict[str, tuple[str, str]], path: Path) -> Path:
    """Write that table as CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_csv(difference_table(found, changed), path)
    return path


def _places(found: Difference) -> Iterator[Cells]:
    names = found.names
    for one in found.moves:
        if one.place != one.new_place:
            ends = ("没有名次" if place is None else str(place) for place in (one.place, one.new_place))
            by = "" if one.by is None else f"{one.by:+d}"
            yield ("名次", names.standings[one.standing], one.unit, names.units[one.unit], *ends, by)  # type: ignore[misc]


def _totals(found: Difference) -> Iterator[Cells]:
    names = found.names
    for one in found.moves:
        if one.total != one.new_total:
            unit = names.units[one.unit]
            yield ("得分", names.standings[one.standing], one.unit, unit, *_numbers(one.total, one.new_total))


def _numbers(before: Decimal | None, after: Decimal | None) -> tuple[str, str, str]:
    """Two numbers and their difference, exactly; empty where there is none."""
    change = "" if before is None or after is None else wording.exact(after - before)
    return ("" if before is None else wording.exact(before)), ("" if after is None else wording.exact(after)), change


def _lists(found: Difference) -> Iterator[Cells]:
    names = found.names
    for one in found.lists:
        for units, ends in ((one.entered, ("不在", "在", "列入")), (one.left, ("在", "不在", "退出"))):
            for unit in units:
                yield ("名单", names.lists[one.list], unit, names.units[unit], *ends)


def _sums(found: Difference) -> Iterator[Cells]:
    names = found.names
    for one in found.sums:
        subject = names.units.get(one.subject, one.subject)
        kind = f"{names.effects[one.effect]}（{wording.named(one.subject_kind, wording.SUBJECTS)}）"
        yield ("合计数额", kind, "", subject, *_numbers(one.amount or Decimal(0), one.new_amount or Decimal(0)))


def _consequences(found: Difference) -> Iterator[Cells]:
    names = found.names
    for one in found.consequences:
        subject = names.units.get(one.subject, one.subject)
        kind = f"{names.effects[one.effect]}（{wording.named(one.subject_kind, wording.SUBJECTS)}）"
        amount = "有" if one.amount is None else wording.exact(one.amount)
        ends = ("", amount, "增加") if one.new else (amount, "", "取消")
        yield ("结果运用", kind, one.unit, subject, *ends)
