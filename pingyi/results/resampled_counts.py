"""What is said of resampled counts: how far places move, how often units are listed, and what that does not mean.

Frames in, Chinese text out.
"""

from collections.abc import Mapping
from decimal import Decimal

import polars as pl

from pingyi.common import wording

NOT_REDRAWN = "未重抽"
"""What stands where a unit has no votes that could be drawn anew."""


def explain_range(draws: int) -> str:
    """What a range of places is. draws: how often votes were drawn anew."""
    middle = f"把收到的票按原有的票数和等次比例重抽 {draws} 次，居中九成的名次落在这个范围里"
    return f"{middle}；没有票可以重抽的，写“{NOT_REDRAWN}”"


def explain_range_ends(draws: int) -> str:
    """What the two ends of a range of places are; empty where nothing was drawn anew."""
    return f"范围起、范围止：{explain_range(draws)}。" if draws else ""


LIMITS = (
    "重抽是把收到的票按原有的票数和等次比例再抽一遍，看名次和名单怎样变。它只说明结果有多少系于个别的票，不预测再评一次会怎样，"
    "也不说明评价是否公道；不是由票得来的分（评分、事项、直接报来的成绩）每次都照旧。",
    "范围说得偏窄：用真实水平已知的试验数据试过，说是九成的范围，只罩住七成多到八成多的真实名次，排在最前的几个罩住得更少；"
    "列入比例写着 100% 的，也有一部分真实水平并不在名单上。",
    "重抽的次数有限：换一组随机数，列入比例会上下差 3 个百分点左右，范围的一端会差两三个名次。",
)
"""What resampled counts do not say: measured on simulated campaigns whose truth is known."""


def describe_place_ranges(ranges: pl.DataFrame, draws: int, what: str) -> str:
    """How far places move when the votes are drawn anew. ranges: `place_ranges` of one standing."""
    drawn, held = ranges.drop_nulls("low"), ranges.filter(pl.col("low").is_null()).height
    if not drawn.height or not draws:
        return f"{what}{NOT_REDRAWN}：没有可以重抽的票。"
    widths = (drawn["high"] - drawn["low"]).sort()
    middle, widest = widths[len(widths) // 2], widths[-1]
    apart = f"另有 {held} 个单位没有可以重抽的票，{NOT_REDRAWN}。" if held else ""
    return (
        f"{what}：重抽 {draws} 次，半数单位居中九成的名次在 {middle + 1} 个名次以内，摆动最大的跨 {widest + 1} 个名次。"
        f"两个单位的范围重叠的，只凭这些票分不出先后。{_describe_outside(drawn)}{apart}"
    )


def _describe_outside(ranges: pl.DataFrame) -> str:
    """How many units stand where resampled counts hardly ever put them."""
    outside = ranges.filter((pl.col("place") < pl.col("low")) | (pl.col("place") > pl.col("high"))).height
    return f"有 {outside} 个单位的实际名次在自己的范围之外，系于个别的票。" if outside else ""


def describe_list_chances(chances: pl.DataFrame, names: Mapping[str, str], what: str) -> str:
    """Which entries of a list most resampled counts keep. chances: `list_chances` of one list."""
    listed = chances.filter("listed").sort("share", "unit")
    drawn = listed.drop_nulls("share")
    if not listed.height:
        return f"{what}没有单位。"
    if not drawn.height:
        return f"{what}的单位没有可以重抽的票，{NOT_REDRAWN}。"
    firm = drawn.filter(pl.col("share") >= Decimal("0.9")).height
    loose = [f"{names[unit]}（{wording.percent(share)}）" for unit, share in drawn.select("unit", "share").rows()]
    held = f"另有 {listed.height - drawn.height} 个{NOT_REDRAWN}。" if listed.height > drawn.height else ""
    if firm == drawn.height:
        return f"{what}重抽过的 {firm} 个单位，在九成以上的重抽中都列入。{held}"
    weak = wording.joined(loose[: drawn.height - firm], 5)
    return f"{what}重抽过的 {drawn.height} 个单位中，{firm} 个在九成以上的重抽中列入；比例较低的有{weak}。{held}"
