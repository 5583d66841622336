"""Figures of a campaign's course: who takes part, when, what is done, what is rectified, what follows."""

from collections.abc import Sequence
from datetime import date

import altair as alt
import polars as pl

from pingyi.common import wording
from pingyi.figures import theme
from pingyi.figures.chart_parts import (
    MONTH_AXIS,
    WHOLE,
    chart_of,
    largest_of,
    layer_charts,
    order_position,
    row_axis,
    stacked_bars,
    tooltip_of,
    upright_rule,
)
from pingyi.figures.frames import filled_text, month_label, named_units, unit_groups, values_in_order
from pingyi.figures.theme import Figure, empty_figure, finish_figure, named_colour

UNMANAGED = "未注明"
CATEGORY_ROW, PHASE_ROW, TASK_ROW, SUBJECT_ROW = 40, 44, 34, 26
"""Height (px) of a row: a category, a phase of the calendar, a task, a subject of consequences."""


def units_by_category(roster: pl.DataFrame, *, management: Sequence[str] = ()) -> Figure:
    """How many units each category has, by kind of management.

    roster: `roster`. management: kinds in the order of the plan.
    """
    if roster.is_empty():
        return empty_figure("参评单位的类别和管理体制")
    title = f"参评单位 {roster.height} 个的类别{'和管理体制' if management else ''}"
    kind = pl.coalesce(filled_text("management"), pl.lit(UNMANAGED))
    units = named_units(roster).join(roster.select("unit", kind=kind), on="unit")
    kinds = values_in_order(units["kind"].to_list(), [*management, UNMANAGED])
    counts = units.group_by("group", "kind").agg(units=pl.len()).with_columns(nth=order_position("kind", kinds))
    totals = units.group_by("group").agg(total=pl.len()).sort("total", "group", descending=[True, False])
    y = row_axis("group", unit_groups(roster))
    bars = stacked_bars(
        counts.sort("group", "nth"),
        y=y,
        x=alt.X("units:Q", title="单位数（个）", stack="zero", axis=alt.Axis(tickMinStep=1)),
        order="nth:Q",
        colour=named_colour("kind:N", kinds, theme.TINTS, lone=False),
        tooltip=tooltip_of(("group:N", "类别"), ("kind:N", "管理体制"), ("units:Q", "单位数（个）")),
        number="units:Q",
        legible=alt.datum.units > 0.04 * largest_of(totals["total"]),
        dark=kinds[:2],
    )
    ends = chart_of(totals).mark_text(align="left", dx=8, fontSize=13).encode(y=y, x="total:Q", text="total:Q")
    said = "，".join(f"{group} {total} 个" for group, total in totals.rows())
    note = "条内数字为单位数，条末为合计"
    height = CATEGORY_ROW * totals.height
    return finish_figure(layer_charts(*bars, ends), title=title, height=height, says=f"{title}：{said}。", note=note)


def calendar(phases: pl.DataFrame) -> Figure:
    """When each phase runs.

    phases: name, start, end (dates, both included) and, where there is one, clause; in the order of the plan.
    """
    title = "工作日程"
    if phases.is_empty():
        return empty_figure(title)
    table = _phases_in_words(phases)
    bars = chart_of(table).encode(y=row_axis("name", table["name"].to_list(), gap=0.45))
    side = alt.ExprRef("datum.late ? 'right' : 'left'")
    chart = layer_charts(
        bars.mark_bar(color=theme.TINTS[1], cornerRadius=2).encode(
            x=alt.X("start:T", title="月份", axis=MONTH_AXIS, scale=alt.Scale(type="utc")),
            x2="until:T",
            tooltip=tooltip_of(("name:N", "阶段"), ("said:N", "起止"), ("clause:N", "条款")),
        ),
        bars.mark_text(align=side, baseline="bottom", dy=-PHASE_ROW * 0.29, color=theme.SOFT).encode(
            x="at:T", text="said:N"
        ),
    )
    words = "；".join(f"{name} {when}" for name, when in table.select("name", "said").rows())
    return finish_figure(chart, title=title, height=PHASE_ROW * table.height, says=f"{title}：{words}。")


def _phases_in_words(phases: pl.DataFrame) -> pl.DataFrame:
    """Phases with their dates in words, written from the start, or up to the end where they begin late."""
    first, last = phases["start"].min(), phases["end"].max()
    late = pl.col("start") - first > (last - pl.col("start"))
    until = pl.col("end") + pl.duration(days=1)
    days = (pl.format("{}月{}日", pl.col(end).dt.month(), pl.col(end).dt.day()) for end in ("start", "end"))
    return phases.select(
        "name",
        "start",
        until=until,
        late=late,
        at=pl.when(late).then(until).otherwise("start"),
        said=pl.format("{}—{}", *days),
        clause=pl.col("clause") if "clause" in phases.columns else pl.lit(""),
    )


TASK_COLOURS = {
    "done": theme.GOOD,
    "late": theme.BAD_LIGHT,
    "overdue": theme.BAD,
    "running": theme.MIDDLE,
    "waiting": theme.UNCOUNTED,
}
"""What the state of a task looks like: warm colours are what came, or comes, too late."""
PHASE = "▍"
"""What stands before the name of a phase, to tell it from its tasks."""
TASK_SIGNS = 19
"""Signs of a task's name in a line."""


def work_plan(tasks: pl.DataFrame, *, day: date) -> Figure:
    """Tasks by phase, each from its start to its due day, in the colour of its state; dots are when it was done.

    tasks: `task_states`, in the order of the plan; a monthly task has a row for each of its months. day: on which the
    plan is looked at.
    """
    title = "工作计划的进度"
    if tasks.is_empty():
        return empty_figure(title)
    bars = _task_bars(tasks)
    phases = bars.group_by("phase", maintain_order=True).agg(pl.col("label").unique(maintain_order=True))
    order = [row for phase, labels in phases.rows() for row in (phase, *labels)]
    states = bars.group_by("said").agg(pl.len().alias("number")).sort("said")
    said = "，".join(f"{state} {number} 个" for state, number in states.rows())
    late = bars.filter(pl.col("state") == "overdue")["label"].unique(maintain_order=True).to_list()
    more = f"。逾期未完成：{'、'.join(late)}" if late else ""
    first, last = bars.select(pl.col("starts").min(), pl.col("due").max()).row(0)
    today = chart_of(pl.DataFrame({"day": [day]})).mark_rule(color=theme.INK, strokeDash=[4, 3]).encode(x="day:T")
    chart = layer_charts(*_task_layers(bars, order), *([today] if first <= day <= last else []))
    note = "一条是一项任务从开始到期限，每月一次的任务每月一段；圆点是完成的日期"
    note += f"，竖线是{wording.day(day)}" if first <= day <= last else ""
    says = f"{title}：{bars.height} 个期限，{said}{more}。"
    return finish_figure(chart, title=title, height=TASK_ROW * len(order), says=says, note=note)


def _task_bars(tasks: pl.DataFrame) -> pl.DataFrame:
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


def _task_layers(bars: pl.DataFrame, order: list[str]) -> list[alt.Chart]:
    """A thin line over the time of all tasks of a phase, a bar for each task, a dot where it was done."""

    def rows(field: str) -> alt.Y:
        return row_axis(field, order, gap=0.35, signs=TASK_SIGNS)

    phases = bars.group_by("phase", maintain_order=True).agg(pl.col("starts").min(), pl.col("until").max())
    x = alt.X("starts:T", title="月份", axis=MONTH_AXIS, scale=alt.Scale(type="utc"))
    there = [state for state in TASK_COLOURS if state in set(bars["state"])]
    names, colours = [wording.TASKS[state] for state in there], [TASK_COLOURS[state] for state in there]
    tooltip = tooltip_of(
        ("label:N", "任务"),
        ("section:N", "责任部门"),
        *((f"{name}:T", head, "%Y-%m-%d") for name, head in (("starts", "开始"), ("due", "期限"), ("done_on", "完成"))),
        ("said:N", "状态"),
    )
    done = chart_of(bars.drop_nulls("done_on").select("label", "done_on"))
    return [
        chart_of(phases).mark_rule(color=theme.TINTS[0], strokeWidth=3).encode(y=rows("phase"), x=x, x2="until:T"),
        chart_of(bars.drop("phase", "state"))
        .mark_bar(stroke=theme.PAPER, strokeWidth=1, cornerRadius=2)
        .encode(
            y=rows("label"), x="starts:T", x2="until:T", color=named_colour("said:N", names, colours), tooltip=tooltip
        ),
        done.mark_point(filled=True, size=46, color=theme.INK, opacity=1, stroke=theme.PAPER, strokeWidth=1).encode(
            y=rows("label"), x="done_on:T"
        ),
    ]


MONTHLY = {
    "found": ("新发现", theme.OTHER),
    "rectified": ("整改到位", theme.GOOD),
    "fed_back": ("已反馈", theme.GOOD_LIGHT),
}
AT_END = {"still_open": ("月末未改", theme.BAD_LIGHT), "overdue": ("月末超期", theme.BAD)}
"""What is counted in a month, and what is left at its end: heads and colours."""
TALL = 240
"""Height (px) of bars that stand."""


def problem_months(months: pl.DataFrame) -> Figure:
    """Problems found, rectified and fed back in each month, and those still open or overdue at its end.

    months: `problem_months`.
    """
    title = "问题整改逐月进展"
    if months.is_empty():
        return empty_figure(title)
    ordered = months.sort("month")
    table = ordered.with_columns(label=month_label(ordered["month"]))
    said = "；".join(
        f"{label}新发现 {found} 个、整改 {done} 个、月末未改 {left} 个"
        for label, found, done, left in table.select("label", "found", "rectified", "still_open").rows()
    )
    note = "条是当月发生的，线是月末还没有整改的"
    return finish_figure(_month_bars(table), title=title, height=TALL, says=f"{title}：{said}。", note=note)


def _month_bars(table: pl.DataFrame) -> alt.LayerChart:
    kinds = MONTHLY | AT_END
    names = {name: head for name, (head, _) in kinds.items()}
    long = table.unpivot([*kinds], index="label", variable_name="kind", value_name="number")
    long = long.with_columns(pl.col("kind").replace_strict(names))
    bars, lines = ([names[name] for name in part] for part in (MONTHLY, AT_END))
    within, left = (
        chart_of(long.filter(pl.col("kind").is_in(part))).encode(
            x=alt.X(
                "label:N", title="月份", scale=alt.Scale(domain=table["label"].to_list()), axis=alt.Axis(labelAngle=0)
            ),
            y=alt.Y("number:Q", title="问题（个）", axis=alt.Axis(tickMinStep=1)),
            color=named_colour("kind:N", [*names.values()], [shade for _, shade in kinds.values()]),
            tooltip=tooltip_of(("label:N", "月份"), ("kind:N", "情况"), ("number:Q", "问题（个）", WHOLE)),
        )
        for part in (bars, lines)
    )
    return layer_charts(
        within.mark_bar().encode(xOffset=alt.XOffset("kind:N", scale=alt.Scale(domain=bars))),
        left.mark_line(strokeWidth=2, point={"size": 44, "opacity": 1}),
    )


GAIN, LOSS = "加分", "减分"


def consequences_by_organ(sums: pl.DataFrame, *, effect: str = "") -> Figure:
    """What each organ and township gains or loses, those of a kind together, from the largest gain to the largest loss.

    sums: `outcome_sums`. effect: the only one shown; without it the first by name that has amounts.
    """
    chosen = effect or (sums["effect"].sort()[0] if sums.height else "")
    own = sums.filter((pl.col("effect") == chosen) & (pl.col("amount") != 0))
    name, unit = (own["effect_name"][0] or "", own["unit_of_measure"][0] or "") if own.height else ("", "")
    title = f"{name or chosen or '结果运用'}：落到哪些部门"
    if own.is_empty():
        return empty_figure(title)
    kinds = wording.SUBJECTS
    table = own.with_columns(
        kind=pl.col("subject_kind").replace(kinds),
        label=pl.col("amount").map_elements(_signed_amount, return_dtype=pl.String),
        direction=pl.when(pl.col("amount") > 0).then(pl.lit(GAIN)).otherwise(pl.lit(LOSS)),
        at=pl.col("subject_kind").replace_strict({kind: at for at, kind in enumerate(kinds)}, default=len(kinds)),
    ).sort(["at", "amount", "subject"], descending=[False, True, False])
    several = table["kind"].n_unique() > 1
    table = table.with_columns(row=pl.format("{}（{}）", "subject", "kind") if several else pl.col("subject"))
    chart = _gains_and_losses(table.select("row", "subject", "kind", "amount", "entries", "label", "direction"), unit)
    said = "，".join(f"{subject} {label}" for subject, label in table.select("subject", "label").rows())
    return finish_figure(chart, title=title, height=SUBJECT_ROW * table.height, says=f"{title}（{unit}）。{said}。")


def _signed_amount(amount: object) -> str:
    text = f"{float(amount):+.2f}".rstrip("0").rstrip(".")  # type: ignore[arg-type]
    return text.replace("-", "−")


def _gains_and_losses(table: pl.DataFrame, unit: str) -> alt.LayerChart:
    reach = 1.4 * largest_of(table["amount"].abs())
    head = f"合计（{unit}）"
    x = alt.X("amount:Q", title=head if unit else "合计", scale=alt.Scale(domain=[-reach, reach], nice=False))
    lanes = chart_of(table).encode(y=row_axis("row", table["row"].to_list(), gap=0.3), x=x)
    tooltip = tooltip_of(("subject:N", "对象"), ("kind:N", "性质"), ("label:N", head), ("entries:Q", "由几条组成"))
    return layer_charts(
        lanes.mark_bar().encode(
            color=named_colour("direction:N", [GAIN, LOSS], [theme.GOOD, theme.BAD]), tooltip=tooltip
        ),
        lanes.transform_filter("datum.amount > 0").mark_text(align="left", dx=5).encode(text="label:N"),
        lanes.transform_filter("datum.amount < 0").mark_text(align="right", dx=-5).encode(text="label:N"),
        upright_rule([0]),
    )
