"""The story's parts on a year that goes on: the month, where units stand so far, what is to be done and put right."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl

from pingyi import figures
from pingyi.common import wording
from pingyi.plan.ranking import Standing
from pingyi.report import table as cells
from pingyi.report.rating_sections import monthly_means
from pingyi.report.score_sections import describe_ends, event_columns
from pingyi.report.section import FEW_UNITS, Clause, Figure, Section, clauses_of, figure
from pingyi.report.table import Table, glossary_columns, head
from pingyi.results.result_tables import EVENT_ORDER, ResultTables

MOST_AHEAD = 8
"""Due dates ahead that are shown."""


def month_section(results: ResultTables) -> Section | None:
    """What a leader wants to know of the month; only where the year is looked at before it is over."""
    if not results.early or not results.has("task_states"):
        return None
    due, left = tasks_of_month(results), _unsettled(results.published("problem_states"))
    return Section(
        id="month",
        title="本月情况",
        question=f"截至{results.day.year}年{wording.day(results.day)}走到哪一步，本月出了什么事，接下来要做什么？",
        found=(
            "这是到这一天为止的情况：得分、名次和名单都按当时已知的资料计算，以后还会变。",
            *_describe_totals(results),
            *_describe_month(results, due, left),
        ),
        tables=(
            _month_standing_table(results),
            _month_event_table(results),
            _month_rating_table(results),
            task_table(due, "t-month-tasks", "本月到期和逾期的任务"),
            problem_table(results, left, "t-month-problems", "还没有整改到位的问题", brief=True),
            _ahead_table(results),
        ),
    )


def _first_of_month(results: ResultTables) -> date:
    return results.day.replace(day=1)


def _describe_totals(results: ResultTables) -> list[str]:
    """Totals on the day: of a few units each, of many the first and the last; what cannot be ranked yet."""
    every = results.published("totals").sort("overall", "unit")
    told = {one.id: every.filter(standing=one.id) for one in results.plan.standings}
    waiting = [one.title for one in results.plan.standings if not told[one.id].height]
    said = [_describe_places(results, one, told[one.id]) for one in results.plan.standings if told[one.id].height]
    return said + ([f"还排不出{'、'.join(waiting)}：有的分项还没有数据。"] if waiting else [])


def _describe_places(results: ResultTables, one: Standing, totals: pl.DataFrame) -> str:
    if totals.height > FEW_UNITS:
        return describe_ends(results, one)
    rows, names = totals.select("unit", "total").rows(), results.unit_names
    each = (f"{names[unit]} {wording.shown(total)} 分" for unit, total in rows)
    return f"{one.title}：{'，'.join(each)}。"


def _describe_month(results: ResultTables, due: pl.DataFrame, left: pl.DataFrame) -> Iterator[str]:
    """What the month brought: events, ratings, tasks that are due, problems that are left."""
    if any(one.events for one in results.plan.components):
        yield _describe_events(lapses_of_month(results))
    if results.rated_leaves:
        yield _describe_ratings(results)
    if results.plan.tasks:
        late = due.filter(state="overdue")
        this = due.filter(pl.col("due") >= _first_of_month(results))
        names = f"：{'、'.join(dict.fromkeys(late['name'].to_list()))}" if late.height else ""
        yield f"本月到期的任务 {this.height} 个，逾期未完成的 {late.height} 个{names}。"
    if results.published("problem_states").height:
        late = left.filter(pl.col("status") != "open")
        yield f"还没有整改到位的问题 {left.height} 个，其中逾期或拒不整改的 {late.height} 个。"


def _describe_events(rows: pl.DataFrame) -> str:
    if not rows.height:
        return "本月没有计分事项。"
    counted = rows.filter(pl.col("not_counted").is_null())
    lost = -sum(counted.filter(pl.col("points") < 0)["points"].to_list(), 0)
    aside = f"，另有 {rows.height - counted.height} 件没有计分" if rows.height > counted.height else ""
    return f"本月有 {counted.height} 件计分事项，共扣 {wording.shown(lost)} 分{aside}。"


def _describe_ratings(results: ResultTables) -> str:
    rows = results.published("monthly_rates").filter(pl.col("month") == f"{results.day:%Y-%m}")
    if {*rows["component"]} - {*rates_of_month(results)["component"]}:
        return "本月收到的评价有的不足以单列，条数不列出。"
    number = int(rows["ratings"].sum() or 0)
    return f"本月收到评价 {wording.counted(number)} 条。" if number else "本月没有收到评价。"


def lapses_of_month(results: ResultTables) -> pl.DataFrame:
    """Events of the month that cost or earn marks, or would if they counted."""
    of_month = pl.col("happened_on").is_between(_first_of_month(results), results.day)
    return results.published("event_points").filter(pl.col("points") != 0, of_month).sort(*EVENT_ORDER)


def tasks_of_month(results: ResultTables) -> pl.DataFrame:
    """Tasks that are due this month or overdue."""
    end = (_first_of_month(results) + timedelta(days=32)).replace(day=1)
    this = pl.col("due").is_between(_first_of_month(results), end, closed="left")
    return results.published("task_states").filter(this | (pl.col("state") == "overdue")).sort("due")


def rates_of_month(results: ResultTables) -> pl.DataFrame:
    """component, ratings, rate (mean of the units' rates) of this month, before: that of the month before."""
    means, before = monthly_means(results), _first_of_month(results) - timedelta(days=1)
    this, last = (means.filter(pl.col("month") == f"{day:%Y-%m}") for day in (results.day, before))
    return this.join(last.select("component", before="rate"), on="component", how="left", maintain_order="left")


def dates_ahead(results: ResultTables) -> list[dict[str, Any]]:
    """The next due dates: tasks not done and problems not rectified."""
    tasks = results.published("task_states").filter(pl.col("done_on").is_null() & (pl.col("due") >= results.day))
    problems = results.published("problem_states").filter((pl.col("status") == "open") & (pl.col("due") >= results.day))
    found = [{"due": due, "what": name, "who": who} for due, name, who in tasks.select("due", "name", "section").rows()]
    found += [
        {"due": due, "what": f"整改：{text}", "who": results.unit_names[unit]}
        for due, text, unit in problems.select("due", "text", "unit").rows()
    ]
    ordered = sorted(found, key=lambda row: (row["due"], row["what"], row["who"]))
    return [row | {"left": (row["due"] - results.day).days} for row in ordered[:MOST_AHEAD]]


def _month_standing_table(results: ResultTables) -> Table:
    """Where each of a few units stands."""
    sums = standing_sums(results.published("leaf_states"))
    frame = sums if sums.height <= FEW_UNITS else sums.clear()
    columns = [
        cells.unit(results.unit_names),
        cells.marks("got", "已评出（分）"),
        cells.marks("lost", "已失（分）"),
        cells.plan_number("open", "尚未评价（分）"),
        *risk_column(frame),
    ]
    note = f"{risk_note(frame)}{INSIDE}"
    return cells.table("t-month-units", f"截至{wording.day(results.day)}的得失", frame, columns, note=note)


def _month_event_table(results: ResultTables) -> Table:
    columns = event_columns(results, "happened_on", "unit", "component", "item", "points", "not_counted", "document")
    return cells.table("t-month-lapses", "本月的扣分和加分事项", lapses_of_month(results), columns)


def _month_rating_table(results: ResultTables) -> Table:
    columns = [
        *cells.result_columns(results, "monthly_rates", "component", "ratings"),
        cells.rate("rate", "本月平均满意率"),
        cells.rate("before", "上月平均满意率"),
    ]
    note = f"{wording.SATISFACTION}；平均满意率是各单位的平均，本月只算到查看的这一天。"
    return cells.table("t-month-ratings", "本月的评价", rates_of_month(results), columns, note=note)


def _ahead_table(results: ResultTables) -> Table:
    columns = [
        cells.day("due", "期限"),
        cells.count("left", "还有（天）"),
        cells.text("what", "事项", wide=True),
        cells.text("who", "责任部门或单位"),
    ]
    schema = {"due": pl.Date, "what": pl.String, "who": pl.String, "left": pl.Int64}
    return cells.table("t-month-next", "接下来的期限", pl.DataFrame(dates_ahead(results), schema=schema), columns)


WAITING = {
    "full": "还没有数据的，先按满分计，并注明尚未评价。",
    "missing": "还没有数据的，暂不计分，其余各项照方案补足。",
}
"""What the plan gives a leaf without facts."""

INSIDE = "只算有满分的各项，另计的加分、减分不在内。"
"""What the sums of full marks, earned and lost marks leave out."""


def now_section(results: ResultTables) -> Section | None:
    """Where each unit stands in each leaf; only where the plan follows a year as it goes."""
    waits = [one for one in results.plan.components if one.unmeasured]
    if not waits or not results.has("leaf_states") or not results.published("leaf_states").height:
        return None
    states = results.published("leaf_states")
    sums = standing_sums(states)
    return Section(
        id="now",
        title="现状",
        question="现在得了多少分，失了多少，还有多少没有评？",
        clauses=(Clause("", "尚未评价", WAITING[waits[0].unmeasured or "full"]),),
        found=tuple(_describe_standing(results, row) for row in sums.head(FEW_UNITS).iter_rows(named=True)),
        figures=tuple(_state_figures(results, states)),
        tables=(_sums_table(results, sums), _states_table(results, states), _lapse_table(results)),
    )


def standing_sums(states: pl.DataFrame) -> pl.DataFrame:
    """unit, full, got (marks that were earned), lost, open (marks of the `waits` leaves not yet measured), risk."""
    waits = pl.col("unmeasured") | pl.col("marks").is_null()
    return (
        states.group_by("unit")
        .agg(
            full=pl.col("full_marks").sum(),
            got=pl.col("marks").filter(~waits).sum(),
            lost=pl.col("lost").filter(~waits).sum(),
            open=pl.col("full_marks").filter(waits).sum(),
            waits=waits.sum(),
            risk=pl.col("at_risk").filter(~waits).sum(),
        )
        .sort("unit")
    )


def _describe_standing(results: ResultTables, row: Mapping[str, Any]) -> str:
    """Where a unit stands in one sentence."""
    got, lost = wording.shown(row["got"]), wording.shown(row["lost"])
    start = f"截至{wording.day(results.day)}，{results.unit_names[row['unit']]}评出 {got} 分，已失 {lost} 分"
    waits = f"；还有 {row['waits']} 项共 {wording.plain(row['open'])} 分尚未评价" if row["waits"] else "；各项都已评价"
    risk = f"；已得的分中 {wording.shown(row['risk'])} 分还在评，可能失去" if row["risk"] else ""
    risk = f"；{ALL_OPEN}" if row["risk"] and row["risk"] == row["got"] else risk
    return f"{start}{waits}{risk}。"


def _state_figures(results: ResultTables, states: pl.DataFrame) -> Iterator[Figure]:
    told = "浅灰的是还没有评、按方案先计的分，不是评出来的；橙红的已经失去，浅蓝的年内还可能失去。"
    yield figure("f-now", figures.leaf_states(states), told)
    if states["unit"].n_unique() > 1:
        chart = figures.lost_by_unit(states, results.counted("roster"))
        yield figure("f-now-units", chart, "竖看一个单位失在哪里，横看一项是普遍失分还是个别失分。")
    chart = figures.lapses(lapse_costs(results).select("component", "item", "number", "points"))
    yield figure("f-lapses", chart, "先从最长的一条改起：同类的事反复发生，失分就集中在那里。")


def _sums_table(results: ResultTables, sums: pl.DataFrame) -> Table:
    columns = [
        cells.unit(results.unit_names),
        cells.plan_number("full", "满分（分）"),
        cells.marks("got", "已评出（分）"),
        cells.marks("lost", "已失（分）"),
        cells.plan_number("open", "尚未评价（分）"),
        cells.count("waits", "尚未评价（项）"),
        *risk_column(sums),
    ]
    note = f"满分＝已评出＋已失＋尚未评价；{risk_note(sums)}{INSIDE}"
    return cells.table("t-now-units", "各单位现状合计", sums, columns, note=note)


ALL_OPEN = "评出的各项都还在评，评出的分年内都可能失去"


def risk_column(sums: pl.DataFrame) -> list[cells.Column]:
    """What can still be lost of what was earned, where that is not all of it for everybody."""
    return [] if (sums["risk"] == sums["got"]).all() else [cells.marks("risk", "其中还可能失去（分）")]


def risk_note(sums: pl.DataFrame) -> str:
    """How what can still be lost belongs to what was earned."""
    return "还可能失去的在已评出之内，不算尚未评价的。" if risk_column(sums) else f"{ALL_OPEN}。"


def _states_table(results: ResultTables, states: pl.DataFrame) -> Table:
    measured = pl.when(~pl.col("unmeasured"))
    frame = states.with_columns(got=measured.then("marks"), lost=measured.then("lost"))
    columns = [
        cells.unit(results.unit_names),
        cells.text("component_name", head("leaf_states", "component")),
        cells.plan_number("full_marks", head("leaf_states", "full_marks")),
        cells.marks("got", "评出的得分（分）"),
        *cells.result_columns(results, "leaf_states", "lost", "unmeasured", "at_risk", "clause", unmeasured="尚未评价"),
    ]
    note = "尚未评价的没有“评出的得分”；它的分是按方案先计的，见“还可能失分”一列。"
    return cells.table("t-now", "各单位各项现状", frame, columns, note=note)


def lapse_costs(results: ResultTables) -> pl.DataFrame:
    """component and item (names), number (件) and points (分, lost) of what counts, aside (件) of what does not."""
    times = results.counted("events").select("event", pl.col("times").fill_null(1))
    rows = results.published("event_points").filter(pl.col("points") < 0).join(times, on="event")
    counts = pl.col("not_counted").is_null()
    sums = rows.group_by("component", "item").agg(
        number=pl.col("times").filter(counts).sum(),
        points=(-pl.col("points").filter(counts)).sum(),
        aside=pl.col("times").filter(~counts).sum(),
    )
    named = sums.with_columns(
        pl.col("component").replace_strict(results.plan.component_titles),
        pl.col("item").replace_strict(results.plan.item_names),
    )
    return named.sort(["points", "component", "item"], descending=[True, False, False])


def _lapse_table(results: ResultTables) -> Table:
    """What each kind of lapse has cost."""
    columns = [
        *glossary_columns("event_points", "component", "item"),
        cells.count("number", "计分（件）"),
        cells.marks("points", "扣分（分）"),
        cells.count("aside", "没有计分（件）"),
    ]
    note = "按台账逐件合计；有下限的项目扣完为止，实际失分可能少些。没有计分的原因见“扣分和加分事项”。"
    return cells.table("t-lapses", "各种失分事项", lapse_costs(results), columns, note=note)


def task_section(results: ResultTables) -> Section | None:
    """How far the work plan is."""
    if not results.plan.tasks or not results.has("task_states"):
        return None
    frame, uploads = results.published("task_states"), results.published("upload_days")
    names = {task.id: task.title for task in results.plan.tasks}
    told = "橙红的条过了期限还没有完成，先催办；竖线穿过的灰条正在进行，看右端还剩多少时间。"
    progress = f"工作计划有 {len(names)} 项任务、{frame.height} 个期限；截至{wording.day(results.day)}，"
    late = [
        f"{name}（{section}，应于{wording.day(due)}）"
        for name, section, due in frame.filter(state="overdue").sort("due").select(LATE).rows()
    ]
    return Section(
        id="tasks",
        title="工作计划",
        question="该做的做了没有，哪些逾期？",
        clauses=clauses_of(results.plan.tasks, in_words=True),
        found=(
            f"{progress}{_count_states(frame['state'], wording.TASKS)}。",
            *([f"逾期未完成的：{'；'.join(late)}。"] if late else []),
            *_describe_uploads(uploads, names),
        ),
        figures=(figure("f-tasks", figures.work_plan(frame, day=results.day), told),),
        tables=(task_table(frame, "t-tasks", "工作计划和完成情况"), _upload_table(results, uploads, names)),
    )


LATE = ["name", "section", "due"]
"""What is said of an overdue task."""


def _count_states(states: pl.Series, words: Mapping[str, str]) -> str:
    """How many are in each state, in the order of the words."""
    numbers = dict(states.value_counts().rows())
    return "，".join(f"{word} {numbers[state]} 个" for state, word in words.items() if state in numbers)


def task_table(frame: pl.DataFrame, id: str, title: str) -> Table:
    """Tasks with their dates and states; columns that only some plans fill are shown where they are filled."""
    given = [name for name in ("recipient", "hands_in") if (frame[name] != "").any()]
    document = ["document"] if frame["document"].is_not_null().any() else []
    names = ("name", "phase", "section", *given, "starts", "due", "done_on", "state", *document, "clause")
    columns = glossary_columns("task_states", *names, wide=["name"], state=wording.TASKS)
    return cells.table(id, title, frame, columns)


def _upload_table(results: ResultTables, uploads: pl.DataFrame, names: dict[str, str]) -> Table:
    """Units that have days without data, for each task of each day."""
    frame = uploads.filter(pl.col("without") > 0)
    columns = [
        cells.text("task", "任务", names) if frame["task"].n_unique() > 1 else None,
        *cells.result_columns(results, "upload_days", "unit", "days", "with_data", "without", "longest", "last_on"),
    ]
    ordered = frame.sort(["without", "longest", "unit"], descending=[True, True, False])
    note = "应有天数从任务开始数到所看的那天：每天的任务数日历天数，每个工作日的任务只数工作日。"
    return cells.table("t-uploads", "逐日报送：没有数据的日子", ordered, columns, note=note)


def _describe_uploads(uploads: pl.DataFrame, names: dict[str, str]) -> Iterator[str]:
    """How many units have data for every day, and how many for none."""
    for (task,), rows in uploads.group_by("task", maintain_order=True):
        gaps, none = rows.filter(pl.col("without") > 0).height, rows.filter(pl.col("with_data") == 0).height
        silent = f"其中 {none} 个一天也没有" if none else "没有一天也不报的"
        told = f"{gaps} 个有没有数据的日子，{silent}" if gaps else "每天都有数据"
        yield f"“{names[str(task)]}”应有数据的单位 {rows.height} 个，{told}。"


def rectification_section(results: ResultTables) -> Section | None:
    """Which problems were found, what became of them, and what people said in their own words."""
    if not results.has("problem_states"):
        return None
    problems, opinions = (results.published(name) for name in ("problem_states", "opinions"))
    repeated = _repeated_table(results)
    if not problems.height and not opinions.height and not repeated.rows:
        return None
    months = results.published("problem_months")
    told = "两条线往下走，说明整改赶上了新发现的问题；深色线不到零，就有过了期限还没有整改的。"
    return Section(
        id="rectification",
        title="整改",
        question="发现的问题改了没有，还差什么？",
        found=(*_describe_problems(results, problems), *_describe_undeducted(results), *_describe_opinions(opinions)),
        figures=(figure("f-problem-months", figures.problem_months(months), told),),
        tables=(
            _problem_month_table(months),
            problem_table(results, problems, "t-problems", "问题清单和责任清单"),
            _undeducted_table(results),
            _silent_table(results),
            repeated,
            _opinion_table(results, opinions),
        ),
    )


def _unsettled(problems: pl.DataFrame) -> pl.DataFrame:
    return problems.filter(pl.col("status").is_in(wording.UNSETTLED))


def _describe_problems(results: ResultTables, problems: pl.DataFrame) -> list[str]:
    """How many problems there are, how far they are, whose are open."""
    if not problems.height:
        return []
    many = f"共有 {problems.height} 个问题，涉及 {problems['unit'].n_unique()} 个单位"
    start = f"{many}；截至{wording.day(results.day)}，{_count_states(problems['status'], wording.PROBLEMS)}。"
    left = _unsettled(problems)
    if not left.height:
        return [f"{start}没有还未整改的。"]
    units = left.group_by("unit").len().sort(["len", "unit"], descending=[True, False])
    whose = wording.joined((f"{results.unit_names[unit]} {number} 个" for unit, number in units.rows()), 10)
    back = problems.filter(pl.col("rectified_on").is_not_null() & pl.col("fed_back_on").is_null()).height
    more = [f"已整改而还没有向评价人反馈的有 {back} 个。"] if back else []
    return [start, f"还没有整改到位的有 {left.height} 个：{whose}。", *more]


def _describe_undeducted(results: ResultTables) -> list[str]:
    """How many problems should have cost marks and did not."""
    frame = results.published("undeducted_problems")
    if not frame.height:
        return []
    states = frame.group_by("problem").agg(pl.col("status").unique()).explode("status")["status"]
    told = _count_states(states, wording.PROBLEMS)
    return [f"有 {frame['problem'].n_unique()} 个问题应当扣分而没有计入扣分：{told}；请补记，或更正问题的状态。"]


def _describe_opinions(opinions: pl.DataFrame) -> list[str]:
    """How many opinions there are, and how many became problems."""
    if not opinions.height:
        return []
    taken = opinions.drop_nulls("problem")
    became = f"其中 {taken.height} 条归入 {taken['problem'].n_unique()} 个问题"
    return [f"收到意见 {opinions.height} 条，照原话记在表中，{became if taken.height else '都没有归入问题清单'}。"]


def _problem_month_table(months: pl.DataFrame) -> Table:
    names = ("month", "found", "rectified", "fed_back", "still_open", "overdue", "reported", "silent")
    note = "已报进展、未报进展：当月在整改的问题中，单位报告过和没有报告过进展的。"
    columns = glossary_columns("problem_months", *names, month=wording.month)
    return cells.table("t-problem-months", "逐月整改情况", months, columns, note=note)


def problem_table(results: ResultTables, problems: pl.DataFrame, id: str, title: str, *, brief: bool = False) -> Table:
    """Problems: whose, what, by when, how far; those that are worst off first. brief: without what came after."""
    at = {state: place for place, state in enumerate(("refused", "overdue", "open", "late", "in_time"))}
    worst = pl.col("status").replace_strict(at, return_dtype=pl.Int64)
    responsible = ["responsible"] if (problems["responsible"].fill_null("") != "").any() else []
    after = ("rectified_on", "fed_back_on", "rated_again", "said", "supervised", "opinions", "document")
    again = {True: "是", False: "还没有"}
    columns = cells.result_columns(
        results,
        "problem_states",
        *("problem", "unit", "text", "status", *responsible, "found_on", "due", "days_over"),
        *(() if brief else after),
        wide=["said"],
        long=["text"],
        status=wording.PROBLEMS,
        rated_again=lambda rated: again.get(rated, ""),
    )
    return cells.table(id, title, problems.sort(worst, "due", "problem"), columns)


def silent_months(results: ResultTables) -> pl.DataFrame:
    """unit, month, problem: problems in work in a month on which the unit reported nothing in that month."""
    problems, day = results.counted("problems"), results.day
    months = results.published("problem_months").select("month", starts=pl.format("{}-01", "month").str.to_date())
    ends = pl.min_horizontal(pl.col("starts").dt.month_end(), pl.lit(day))
    in_work = months.with_columns(ends=ends).join(problems, how="cross")
    in_work = in_work.filter(
        (pl.col("found_on") <= pl.col("ends")) & (pl.col("rectified_on") >= pl.col("starts")).fill_null(True)
    )
    reports = results.counted("progress").filter(pl.col("reported_on") <= day)
    heard = reports.select("problem", month=pl.col("reported_on").dt.strftime("%Y-%m")).unique()
    return in_work.join(heard, on=["problem", "month"], how="anti").select("unit", "month", "problem")


def _silent_table(results: ResultTables) -> Table:
    """Units with the months in which they reported nothing on a problem in work."""
    rows = (
        silent_months(results)
        .group_by("unit")
        .agg(
            number=pl.col("month").n_unique(),
            problems=pl.col("problem").n_unique(),
            months=pl.col("month").unique().sort(),
        )
    )
    columns = [
        cells.unit(results.unit_names),
        cells.count("number", "没有报进展的月数（个）"),
        cells.count("problems", "涉及问题（个）"),
        cells.text("months", "月份", _months_in_words, wide=True),
    ]
    ordered = rows.sort(["number", "problems", "unit"], descending=[True, True, False])
    note = "一个问题从发现到整改到位，每个月应报一次进展；哪个月没有报，列在这里。"
    return cells.table("t-silent", "没有按月报进展的单位", ordered, columns, note=note)


def _months_in_words(months: Iterable[str]) -> str:
    """Months in a row, each year said once: 2018年9月、10月."""
    told, last = [], ""
    for month in months:
        told.append(wording.month(month).removeprefix(f"{last}年") if last else wording.month(month))
        last = month.split("-")[0]
    return "、".join(told)


def _repeated_table(results: ResultTables) -> Table:
    """Entries for the same problem one after the other, of components that only deduct: which one counts."""
    rules = {one.id: one.events for one in results.plan.components if one.events and one.events.same_deed}
    ids = [id for id, events in rules.items() if all(item.deducts for item in events.items.values())]
    deeds = results.counted("events").select("event", "deed").drop_nulls("deed")
    rows = results.published("event_points").filter(pl.col("component").is_in(ids)).join(deeds, on="event")
    rows = rows.filter(pl.len().over("unit", "deed") > 1).sort("unit", "deed", *EVENT_ORDER)
    columns = [
        cells.unit(results.unit_names),
        cells.text("deed", "问题编号"),
        *event_columns(results, "happened_on", "item", "points", "not_counted", "document"),
    ]
    note = "同一个问题逐次升级的几条记录，只计扣得最重的一条。"
    return cells.table("t-ladder", "同一问题的几次扣分", rows, columns, note=note)


def _undeducted_table(results: ResultTables) -> Table:
    """Problems that are refused or past their due day, and have no deduction that counts."""
    source, names = "undeducted_problems", ("problem", "unit", "text", "status")
    columns = [
        *cells.result_columns(results, source, *names, long=["text"], status=wording.PROBLEMS),
        cells.text("component_name", head(source, "component")),
        *cells.result_columns(results, source, "item", "events", "clause"),
    ]
    note = "问题清单与事项台账对照：台账里要有一条以问题编号为同一事迹编号、并且计入的扣分。"
    return cells.table("t-undeducted", "应扣而没有扣分的问题", results.published(source), columns, note=note)


def _opinion_table(results: ResultTables, opinions: pl.DataFrame) -> Table:
    columns = [
        cells.text("received_on", "收到月份", lambda day: wording.month(f"{day:%Y-%m}")),
        *cells.result_columns(results, "opinions", "unit", "text", long=["text"]),
        cells.text("problem", "归入的问题"),
        *cells.result_columns(results, "opinions", "status", status=wording.PROBLEMS),
    ]
    ordered = opinions.sort(pl.col("received_on").dt.strftime("%Y-%m"), "unit", "text", "opinion")
    note = "照原话记；不写哪一天、从哪个渠道收到，以免认出提意见的人。"
    return cells.table("t-opinions", "意见原话", ordered, columns, note=note)


def recheck_section(results: ResultTables) -> Section | None:
    """What became of the units that an earlier year's list put up for re-evaluation."""
    if not results.plan.rechecks or not results.has("recheck_states"):
        return None
    frame = results.published("recheck_states")
    if not frame.height:
        return None
    names = [results.unit_names.get(unit, f"{unit}（已不在名录）") for unit in frame["unit"]]
    known = frame.with_columns(
        pl.Series("shown", names, dtype=pl.String),
        here=pl.when(pl.col("unit").is_in([*results.unit_names])).then("unit"),
    )
    shown = ("list", "year", "due", "rechecked_on", "state", "repeated", "blocks", "document", "clause")
    columns = [
        cells.linked("shown", "单位", "here"),
        *cells.result_columns(
            results, "recheck_states", *shown, wide=["blocks"], state=wording.RECHECKS, repeated="再次列入"
        ),
    ]
    return Section(
        id="rechecks",
        title="复评",
        question="往年名单上的单位复评合格了没有？",
        clauses=clauses_of(results.plan.rechecks),
        found=tuple(_describe_rechecks(results, known)),
        tables=(cells.table("t-rechecks", "复评情况", known.sort("state", "unit"), columns),),
    )


def _describe_rechecks(results: ResultTables, known: pl.DataFrame) -> Iterator[str]:
    states = _count_states(known["state"], wording.RECHECKS)
    yield f"应复评 {known.height} 个单位；截至{wording.day(results.day)}，{states}。"
    again = known.filter("repeated")["shown"].to_list()
    if again:
        yield f"本年又列入同一名单的：{wording.joined(again, 12)}。"
    held = known.filter(pl.col("blocks").fill_null("") != "")["shown"].to_list()
    if held:
        yield f"还没有合格、限制仍然有效的：{wording.joined(held, 12)}。"
