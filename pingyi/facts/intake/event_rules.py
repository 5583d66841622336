"""What the plan asks of events, and the sign that their points are kept with."""

from decimal import Decimal

import polars as pl

from pingyi.facts.intake.mark_rules import plain
from pingyi.facts.intake.rule import Row, Rule, Said, Wrong
from pingyi.facts.intake.setting import Setting
from pingyi.plan.events import Item

SIGNED = "points_signed"
"""Helper column: whether the file wrote the points with a sign."""


def with_sign(typed: pl.DataFrame, raw: pl.DataFrame) -> pl.DataFrame:
    """The typed events with the helper column; a number cell shows a sign only if it is negative."""
    if "points" not in raw.columns:
        return typed.with_columns(pl.lit(False).alias(SIGNED))
    written = raw["points"].cast(pl.String).str.strip_chars().str.contains(r"^[+＋−－-]")
    return typed.with_columns(written.fill_null(False).alias(SIGNED))


def signed_points(events: pl.DataFrame, setting: Setting) -> pl.DataFrame:
    """Points as they count: negative for deductions, null where the plan alone says how many."""
    items = {id: item for id, (_, item) in setting.items.items()}
    by_plan = [id for id, item in items.items() if item.ladder or item.fixed is not None]
    deducts = [id for id, item in items.items() if item.deducts]
    item, points = pl.col("item").cast(pl.String), pl.col("points")
    counted = pl.when(item.is_in(by_plan)).then(None).when(item.is_in(deducts)).then(-points.abs()).otherwise(points)
    return events.with_columns(counted.alias("points"))


def _points_as_the_item_says(setting: Setting, table: str, row: Row) -> Said:
    if row["item"] not in setting.items:
        return
    component, item = setting.items[row["item"]]
    points: Decimal | None = row["points"]
    if item.ladder:
        if points is not None:
            yield Wrong("points", "这一事项按次数计分，分值由方案定，此格应留空")
    elif item.points is not None:
        yield from _within(item, points)
    elif item.veto is not None:
        if points is not None and points > 0 and row[SIGNED]:
            yield Wrong("points", "否决事项不能加分")
    elif points is None:
        yield Wrong("points", "不能为空，方案未定这一事项的分值")
    elif component.events and component.events.base > 0 and points and not row[SIGNED]:
        yield Wrong("points", "方案未定这一事项是扣是加，应写明正负，如 -3 或 +3")


def _within(item: Item, points: Decimal | None) -> Said:
    """Points of an item with a value or a range; a deduction may be written with or without its sign."""
    signed = -abs(points) if points is not None and item.deducts else points
    if item.fixed is not None:
        if signed not in (None, item.fixed):
            yield Wrong("points", f"方案规定每件 {plain(item.fixed)} 分，应照写或留空")
    elif signed is None or not _in_range(item, signed):
        yield Wrong("points", _range(item) if signed is not None else f"不能为空，{_range(item)}")


def _in_range(item: Item, points: Decimal) -> bool:
    low, high = item.points or (None, None)
    return (low is None or points >= low) and (high is None or points <= high)


def _range(item: Item) -> str:
    """The range of an item's points as people write it: deductions without their sign."""
    low, high = item.points or (None, None)
    ends = (None if high is None else -high, None if low is None else -low) if item.deducts else (low, high)
    kind = "（扣分）" if item.deducts else ""
    if ends[1] is None:
        return f"应不小于 {plain(ends[0] or Decimal(0))}{kind}"
    return (
        f"应不大于 {plain(ends[1])}{kind}"
        if ends[0] is None
        else f"应在 {plain(ends[0])} 到 {plain(ends[1])} 之间{kind}"
    )


def _opened_where_a_deadline_runs(setting: Setting, table: str, row: Row) -> Said:
    item = setting.items[row["item"]][1] if row["item"] in setting.items else None
    if item and item.within and row["opened_on"] is None:
        yield Wrong("opened_on", "不能为空，这一事项有办理期限，应写交办日期")
    if row["opened_on"] and row["closed_on"] and row["closed_on"] < row["opened_on"]:
        yield Wrong("closed_on", "应不早于交办日期")


def _factors_of_its_item(setting: Setting, table: str, row: Row) -> Said:
    if row["factors"] is None or row["item"] not in setting.items:
        return
    known = setting.items[row["item"]][1].factors
    words = setting.words("events", "factors")
    if any(factor not in known for factor in row["factors"].split("+")):
        valid = "、".join(words.get(factor, factor) for factor in known)
        yield Wrong("factors", f"这一事项的情节只有 {valid}" if known else "这一事项不分情节，此格应留空")


def _times_at_least_one(setting: Setting, table: str, row: Row) -> Said:
    if row["times"] is not None and row["times"] < 1:
        yield Wrong("times", "应为不小于 1 的整数")


EVENTS = [
    Rule(_points_as_the_item_says, ("item", "points", SIGNED)),
    Rule(_factors_of_its_item, ("item", "factors")),
    Rule(_times_at_least_one, ("times",)),
    Rule(_opened_where_a_deadline_runs, ("item", "opened_on", "closed_on")),
]
