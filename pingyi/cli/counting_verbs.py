"""The verbs that count a campaign: plan and facts checked, and the whole of it run."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pingyi.cli.chinese import KeyFile, Name, app, day_option, echo_lines
from pingyi.common import paths
from pingyi.common.faults import PingyiError

if TYPE_CHECKING:
    from pingyi.facts.intake import Facts, FactsRefused, Receipt
    from pingyi.pipeline.pipeline import Done
    from pingyi.plan import Plan
    from pingyi.runs.arrivals import Arrival

AsOf = Annotated[
    datetime | None,
    day_option(
        "--as-of",
        "看到这一天为止发生了什么；后来送到的和后来登记的更正，只要说的是这一天以前的事，都算。",
    ),
]
KnownOn = Annotated[
    datetime | None,
    day_option(
        "--known-on",
        "只用到这一天结束时手里有的：那天以前送到的文件、那天以前的登记。活动还没有结束的，看的就是那一天。",
    ),
]
Fresh = Annotated[bool, typer.Option("--fresh", help="不用以前读过的，全部文件重新读一遍。")]
NewKey = Annotated[bool, typer.Option("--new-key", help="换了密钥：知道代号从此全部改变，以前的对不上。")]
StaleBallots = Annotated[
    bool,
    typer.Option("--stale-ballots", help="核验以后作废过验证码、选票文件没有了：知道里面可能有作废的票。"),
]

SHOWN = 40
"""Mendings and notices that are printed; a file takes them all."""

STEPS = 10
"""Steps of a full run: reading, seven notebooks, readings, writing."""


class OptionsApart(PingyiError):
    """An option means something only beside another one."""

    exit_code = 2


@app.command(
    "check",
    help="检查方案和数据，一次说出全部问题和上次运行以后的变化；不改动数据，只记下新到的文件。\n\n"
    "例：pingyi check pingyang-2020",
)
def check_campaign(
    name: Name,
    key: KeyFile = None,
    return_to: Annotated[
        Path | None,
        typer.Option("--return-to", metavar="文件夹", help="有问题的文件各写一份退回单（.xlsx），放进这个新文件夹。"),
    ] = None,
    mended: Annotated[
        Path | None, typer.Option("--mended", metavar="文件", help="把自动更正的全部写法列成 CSV。")
    ] = None,
    fresh: Fresh = False,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    new_key: NewKey = False,
    stale_ballots: StaleBallots = False,
) -> None:
    """Read plan and facts of a campaign, try them on a review in memory, and say what is wrong, or what to know."""
    from pingyi.cli.dry_run import dry_run
    from pingyi.facts.intake import FactsRefused
    from pingyi.fieldwork.ballots_in_force import ballots_in_force
    from pingyi.plan.reader import read_plan
    from pingyi.runs.arrivals import day_looked_at, take_facts
    from pingyi.runs.folder import refuse_other_key

    plan = read_plan(paths.plan_file(name))
    _echo_plan(plan)
    days = {"as_of": _date_of(as_of), "known_on": _date_of(known_on)}
    try:
        facts, new, notes = take_facts(name, plan, key=key, fresh=fresh, progress=_echo_reading, **days)
    except FactsRefused as refused:
        _echo_refused(name, refused, return_to)
        raise typer.Exit(refused.exit_code) from None
    if not new_key:
        refuse_other_key(paths.reports_folder(name), facts.key)
    ballots = ballots_in_force(plan, facts.tables, key=key, stale=stale_ballots)
    days["as_of"] = day_looked_at(plan, **days)
    _echo_news(name, plan, facts, new, notes, days)
    _echo_facts(facts, mended)
    if return_to:
        typer.echo("没有要退回的文件，没有写退回单。")
    _echo_hints([*ballots, *dry_run(plan, facts.tables, days["as_of"])])


def _echo_reading(file: str, rows: int) -> None:
    typer.echo(f"  读取 {file}：{rows:,} 行", err=True)


def _date_of(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _echo_plan(plan: "Plan") -> None:
    typer.echo(f"方案可用：{plan.campaign.title}，{len(plan.components)} 项指标，{len(plan.readings)} 处存疑。")
    for slip in plan.errata:
        typer.echo(f"  方案原文有误（{slip.clause}）：写作“{slip.printed}”，这里按{slip.read_as}处理。")


def _echo_news(
    name: str, plan: "Plan", facts: "Facts", new: "list[Arrival]", notes: list[str], days: "dict[str, date | None]"
) -> None:
    """What arrived, and what changed since the last run."""
    from pingyi.facts.as_of_date import as_it_stood
    from pingyi.runs.arrivals import describe_arrivals
    from pingyi.runs.history import compile_past, describe_past

    day = days["as_of"]
    tables = as_it_stood(facts.tables, plan, day) if day else facts.tables
    echo_lines((*describe_arrivals(new), *(f"提示：{one}。" for one in notes)))
    echo_lines(describe_past(compile_past(name, plan, facts, tables, **days)))


def _echo_facts(facts: "Facts", mended: Path | None) -> None:
    _echo_receipts(facts.receipts)
    _echo_titled(f"自动更正了 {len(facts.mended)} 处写法（全角、空格等）", facts.mended, "；--mended 文件.csv 列出全部")
    _echo_titled(f"另有 {len(facts.notices)} 件事请知道", facts.notices)
    if mended:
        from pingyi.facts.intake.issue_log import write_mended

        typer.echo(f"  自动更正的清单：{paths.shown(write_mended(facts.mended, mended))}")
    typer.echo("数据可用。")


def _echo_hints(hints: list[str]) -> None:
    """That a result comes out, and what somebody should know of it."""
    typer.echo("试算通过：每个环节都算得出来，各项核对都成立。")
    _echo_first([f"  提示：{one}" for one in hints], "  ")


def _echo_receipts(receipts: "Iterable[Receipt]", taken: str = "采用") -> None:
    """What became of the rows of each file: those that came are those accepted, rejected and repeated."""
    for one in receipts:
        sheet = f"“{one.sheet}”" if one.sheet else ""
        counts = f"收到 {one.rows_in} 行 = {taken} {one.accepted} + 退回 {one.rejected} + 重复 {one.duplicates}"
        typer.echo(f"  {one.file}{sheet}：{counts}")


def _echo_titled(title: str, things: Sequence[Any], rest: str = "") -> None:
    """Things below their title; nothing where there are none. rest: where the others are."""
    if things:
        typer.echo(f"  {title}：")
        _echo_first([f"    {one}" for one in things], "    ", rest)


def _echo_first(lines: Sequence[str], indent: str, rest: str = "") -> None:
    """The first lines, and how many more there are."""
    echo_lines(lines[:SHOWN])
    if len(lines) > SHOWN:
        typer.echo(f"{indent}……另有 {len(lines) - SHOWN} 处{rest}")


def _echo_refused(name: str, refused: "FactsRefused", return_to: Path | None) -> None:
    """Receipts and faults, and the sheets that go back if they are wanted."""
    from pingyi.facts.intake import write_return_sheets

    _echo_receipts(refused.receipts, "可用")
    typer.echo(str(refused), err=True)
    faulty = len({one.file for one in refused.faults})
    typer.echo(f"各个文件都读过了；上面 {faulty} 个有问题的改好以前，哪个文件都没有导入。", err=True)
    if return_to is None:
        typer.echo(f"要退给送数据的人改：pingyi check {name} --return-to 文件夹", err=True)
        return
    sheets = write_return_sheets(refused, paths.facts_folder(name), return_to)
    typer.echo(f"写出 {len(sheets)} 份退回单，改好后可以直接送回来：")
    echo_lines(f"  {paths.shown(path)}" for path in sheets)


@app.command("run", help="按方案算完全部环节，写出年度报告。\n\n例：pingyi run pingyang-2020")
def run_campaign(
    name: Name,
    resume: Annotated[bool, typer.Option("--resume", help="接着上一次没做完的运行，从停下的环节做起。")] = False,
    as_begun: Annotated[
        bool, typer.Option("--as-begun", help="与 --resume 同用：方案、数据、登记簿后来变了，也照开始时读到的做完。")
    ] = False,
    isolated: Annotated[bool, typer.Option("--isolated", help="每个笔记本各用一个内核（慢，互不影响）。")] = False,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    key: KeyFile = None,
    fresh: Fresh = False,
    new_key: NewKey = False,
    stale_ballots: StaleBallots = False,
    engine: Annotated[
        str,
        typer.Option("--engine", metavar="地址", help="评价太多时在 Spark 一类的计算引擎上计票，如 sc://主机:15002。"),
    ] = "",
) -> None:
    """Run the pipeline with a progress bar and say what became of the rows, and where the report is."""
    from pingyi.facts.intake import FactsRefused
    from pingyi.pipeline.pipeline import Pipeline
    from pingyi.scoring.spark_connect import ENGINE

    if as_begun and not resume:
        raise OptionsApart("--as-begun 要和 --resume 一起用：照没做完的那一次开始时读到的做完。")
    if engine:
        os.environ[ENGINE] = engine  # the kernels that notebooks run on see it too
    pipeline = Pipeline(
        name,
        isolated=isolated,
        as_of=_date_of(as_of),
        known_on=_date_of(known_on),
        key=key,
        fresh=fresh,
        new_key=new_key,
        stale_ballots=stale_ballots,
    )
    try:
        with _show_progress(name) as pipeline.progress:
            done = pipeline.run(resume=resume, as_begun=as_begun)
    except FactsRefused as refused:
        _echo_refused(name, refused, None)
        raise typer.Exit(refused.exit_code) from None
    _echo_done(done, pipeline.ballots)


def _echo_done(done: "Done", ballots: list[str]) -> None:
    """What changed since the last run, what became of the rows, and where the report is."""
    from pingyi.facts.intake import Receipt
    from pingyi.runs.folder import run_facts
    from pingyi.runs.history import describe_past

    echo_lines((*describe_past(done.past), *(f"提示：{one}。" for one in done.notes)))
    _echo_receipts(Receipt(**one) for one in run_facts(done.folder)["inputs"])
    _echo_titled("请知道", ballots)
    slowest = max(done.seconds, key=lambda title: done.seconds[title])
    typer.echo(f"完成，用时 {sum(done.seconds.values()):.1f} 秒（最久的是“{slowest}”{done.seconds[slowest]:.1f} 秒）。")
    if memory := _peak_memory():
        typer.echo(f"内存最多用到 {memory:,} MB。")
    typer.echo(f"报告：{paths.shown(done.folder / 'report.html')}")
    typer.echo(f"数据表：{paths.shown(done.folder / 'tables')}")
    typer.echo(f"封签：{done.seal}（印在报告里；公布它，任何人都能用 pingyi verify 核对结果）")


def _peak_memory() -> int:
    """Megabytes that this process or one that it began took at most; 0 where the system does not say."""
    try:
        import resource
    except ImportError:
        return 0
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024


@contextmanager
def _show_progress(campaign: str) -> Iterator[Callable[[str, str], None]]:
    """A progress bar with the stage's name; steps that are done stay as lines above it, with their time."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True, highlight=False)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(campaign, total=STEPS)
        began = time.perf_counter()

        def tell(event: str, title: str) -> None:
            nonlocal began
            if event in ("begin", "reading"):
                began = time.perf_counter() if event == "begin" else began
                bar.update(task, description=title)
                return
            seconds = f"{time.perf_counter() - began:5.1f} 秒" if event == "done" else "上次已完成"
            console.print(f"  [green]✓[/green] {title}  [dim]{seconds}[/dim]")
            bar.advance(task)

        yield tell
