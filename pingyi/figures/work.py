"""The figure of a work plan: what is to be done from when to when, and how far it is."""

from datetime import date

import altair as alt
import polars as pl

from pingyi.common import wording
from pingyi.figures.build import base, layer, rows, tips
from pingyi.figures.theme import (
    BAD,
    BAD_LIGHT,
    GOOD,
    INK,
    MIDDLE,
    PAPER,
    TINTS,
    UNCOUNTED,
    Figure,
    finish,
    fixed,
    legend,
    nothing,
)

ROW = 34
"""Height (px) of a row."""
COLOURS = {"done": GOOD, "late": BAD_LIGHT, "overdue": BAD, "running": MIDDLE, "waiting": UNCOUNTED}
"""What the state of a task looks like: warm colours are what came, or comes, too late."""
PHASE = "▍"
"""What stands before the name of a phase, to tell it from its tasks."""
SIGNS = 19
"""Signs of a task's name in a line."""


def work_plan(tasks: pl.DataFrame, *, day: date, headline: str = "") -> Figure:
    """Tasks by phase, each from its start to its due day, in the colour of its state; dots are when it was done.

    tasks: `task_states`, in the order of the plan; a monthly task has a row for each of its months. day: on which the
    plan is looked at.
    """
    title = headline or "工作计划的进度"
    if tasks.is_empty():
        return nothing(title)
    bars = _bars(tasks)
    order = _order(bars)
    states = bars.group_by("said").agg(pl.len().alias("number")).sort("said")
    said = "，".join(f"{state} {number} 个" for state, number in states.rows())
    late = bars.filter(pl.col("state") == "overdue")["label"].unique(maintain_order=True).to_list()
    more = f"。逾期未完成：{'、'.join(late)}" if late else ""
    lines = _today(bars, day)
    chart = layer(_phases(bars, order), _spans(bars, order), _done(bars, order), *lines)
    today = f"，竖线是{wording.day(day)}" if lines else ""
    note = f"一条是一项任务从开始到期限，每月一次的任务每月一段；圆点是完成的日期{today}"
    says = f"{title}：{bars.height} 个期限，{said}{more}。"
    return finish(chart, title=title, height=ROW * len(order), says=says, note=note)


def _bars(tasks: pl.DataFrame) -> pl.DataFrame:
    """label, phase, section, starts, until (the day after the due day), state and said in words, done_on."""
    twice = pl.col("task").n_unique().over("name") > 1
    return tasks.select(
        label=pl.when(twice).then(pl.format("{}（{}）", "name", "section")).otherwise("name"),
        phase=pl.lit(PHASE) + pl.col("phase"),
        section="section",
        starts="starts",
        due="due",
        until=pl.col("due") + pl.duration(days=1),
        state="state",
        said=pl.col("state").replace_strict(wording.TASKS),
        done_on="done_on",
    )


def _order(bars: pl.DataFrame) -> list[str]:
    """Every phase, followed by its tasks."""
    phases = bars["phase"].unique(maintain_order=True).to_list()
    tasks = {one: bars.filter(pl.col("phase") == one)["label"].unique(maintain_order=True) for one in phases}
    return [row for phase in phases for row in (phase, *tasks[phase])]


def _phases(bars: pl.DataFrame, order: list[str]) -> alt.Chart:
    """A thin line over the time of all tasks of a phase."""
    spans = bars.group_by("phase", maintain_order=True).agg(pl.col("starts").min(), pl.col("until").max())
    axis = alt.Axis(format="%-m月", tickCount="month", labelAlign="left", labelOffset=2)
    chart: alt.Chart = (
        base(spans)
        .mark_rule(color=TINTS[0], strokeWidth=3)
        .encode(
            y=rows("phase", order, gap=0.35, signs=SIGNS),
            x=alt.X("starts:T", title="月份", axis=axis, scale=alt.Scale(type="utc")),
            x2="until:T",
        )
    )
    return chart


def _spans(bars: pl.DataFrame, order: list[str]) -> alt.Chart:
    names = [name for state, name in wording.TASKS.items() if state in set(bars["state"])]
    colours = [colour for state, colour in COLOURS.items() if state in set(bars["state"])]
    heads = tips(
        ("label:N", "任务"),
        ("section:N", "责任部门"),
        ("starts:T", "开始", "%Y-%m-%d"),
        ("due:T", "期限", "%Y-%m-%d"),
        ("done_on:T", "完成", "%Y-%m-%d"),
        ("said:N", "状态"),
    )
    chart: alt.Chart = (
        base(bars.drop("phase", "state"))
        .mark_bar(stroke=PAPER, strokeWidth=1, cornerRadius=2)
        .encode(
            y=rows("label", order, gap=0.35, signs=SIGNS),
            x="starts:T",
            x2="until:T",
            color=alt.Color("said:N", scale=fixed(names, colours), legend=legend(names)),
            tooltip=heads,
        )
    )
    return chart


def _done(bars: pl.DataFrame, order: list[str]) -> alt.Chart:
    done = bars.drop_nulls("done_on").select("label", "done_on")
    dots = base(done).mark_point(filled=True, size=46, color=INK, opacity=1, stroke=PAPER, strokeWidth=1)
    chart: alt.Chart = dots.encode(y=rows("label", order, gap=0.35, signs=SIGNS), x="done_on:T")
    return chart


def _today(bars: pl.DataFrame, day: date) -> list[alt.Chart]:
    """The day that is looked at, where the plan reaches it."""
    first, last = bars.select(pl.col("starts").min(), pl.col("due").max()).row(0)
    if not first <= day <= last:
        return []
    line = base(pl.DataFrame({"day": [day]})).mark_rule(color=INK, strokeDash=[4, 3])
    return [line.encode(x="day:T")]
