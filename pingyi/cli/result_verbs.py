"""The verbs that speak of a result: documents, explanations, verification, other rules and years, leads to check."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pingyi.cli.chinese import KeyFile, Name, app, echo_lines, echo_written
from pingyi.common import paths
from pingyi.common.faults import PingyiError

if TYPE_CHECKING:
    from pingyi.results.result_tables import ResultTables

NOT_OF_RUN = "下面按现在的方案和数据计算，与{}的结果不是一回事"


class BadTarget(PingyiError):
    """The workbook cannot go where it should."""

    exit_code = 2


def _warn_of_changes(name: str, what: str) -> None:
    """What changed since the latest run, where a verb speaks of both. what: is told of the run, with {} for it."""
    from pingyi.runs.changes import describe_changes_since_run

    echo_lines(describe_changes_since_run(name, what))


@app.command(
    "report",
    help="由最近一次完成的运行写出文件：通报（Word、PDF）、年度报告（PDF、网页）、工作簿（Excel）、一单位一报告（Word、PDF）。\n\n"
    "例：pingyi report pingyang-2020 --number 平委办〔2020〕1号 --day 2020年12月15日",
)
def write_report(
    name: Name,
    template: Annotated[Path | None, typer.Option(help="本单位自己的红头模板（.docx）；不填用自带的。")] = None,
    number: Annotated[str, typer.Option(help="发文字号；不填留空待填。")] = "",
    day: Annotated[str, typer.Option(help="成文日期，照写在落款处；不填留空待填。")] = "",
    letters: Annotated[bool, typer.Option("--letters/--no-letters", help="是否写一单位一报告。")] = True,
) -> None:
    """Write every finished document of the latest run into a folder of its own: a finished run is not touched again."""
    from pingyi.office.annual_page import annual_files
    from pingyi.office.issuance import Issue, write_documents
    from pingyi.office.result_workbook import write_workbook
    from pingyi.office.results_notice import notice_files
    from pingyi.plan.reader import read_plan
    from pingyi.results.result_tables import ResultTables
    from pingyi.runs.added_sections import report_notebook
    from pingyi.runs.folder import DATABASE, latest_run, run_facts
    from pingyi.scoring.review import Review

    paths.plan_file(name)
    run = latest_run(paths.reports_folder(name))
    results = ResultTables(Review.resume(read_plan(run / f"{name}.yaml"), run / DATABASE), run_facts(run))
    folder = paths.reports_folder(name) / "文件" / run.name
    simulated = bool(results.run["run"].get("simulated"))
    _warn_of_changes(name, "这些文件依据{}")
    issue = Issue(simulated=simulated, day=day, number=number)
    files = notice_files(results, issue, template) | annual_files(results, issue, report_notebook(run))
    written = write_documents(folder, files)
    written.append(write_workbook(results, folder / "工作簿.xlsx", simulated=simulated))
    if letters:
        _write_letters(results, folder / "一单位一报告", simulated)
    echo_written(written)


def _write_letters(results: "ResultTables", folder: Path, simulated: bool) -> None:
    from pingyi.office.letters.letter_files import write_letters

    with _show_count("一单位一报告") as progress:
        files = write_letters(results, folder, simulated=simulated, progress=progress)
    typer.echo(f"已写出 {paths.shown(folder)}（{len(files)} 个文件）")


@contextmanager
def _show_count(title: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar over things that are counted: told how many are done, and of how many."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, console=Console(stderr=True, highlight=False), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


@app.command(
    "explain",
    help="说明一个单位的得分、名次和名单是怎样来的：公式、条款，以及每一项依据的文件和行。\n\n"
    "例：pingyi explain pingyang-2020 发展规划综合科 --component client",
)
def explain_unit(
    name: Name,
    unit: Annotated[str, typer.Argument(metavar="单位", help="单位的编号或名称。")],
    component: Annotated[str, typer.Option(metavar="指标", help="只看一项指标及其下级；编号或名称。")] = "",
    rows: Annotated[int, typer.Option(min=0, help="每项最多列出多少行依据，再多的归并。")] = 10,
    every: Annotated[bool, typer.Option("--all", help="逐行列出全部依据。")] = False,
    run: Annotated[Path | None, typer.Option(help="哪一次运行的文件夹；不填用最近一次完成的。")] = None,
    out: Annotated[Path | None, typer.Option(help="另存为 Excel 工作簿（.xlsx），含全部依据。")] = None,
) -> None:
    """Explain what a run published about a unit, down to the rows of the facts."""
    from pingyi.desk.explanation import explanation_lines, write_explanation
    from pingyi.desk.published import Published
    from pingyi.runs.folder import latest_run

    paths.plan_file(name)
    published = Published(run or latest_run(paths.reports_folder(name)))
    told = published.unit(unit)
    branch = published.branch(component) if component else ()
    echo_lines(explanation_lines(published, told, branch=branch, rows=None if every else rows))
    if not run:
        _warn_of_changes(name, "以上依据{}")
    if out:
        echo_written([write_explanation(published, told, out, branch)])


@app.command(
    "verify",
    help="核对一次运行：由运行文件夹里的方案和数据重算全部结果，逐表比较，并核对每个文件的校验码。\n\n"
    "例：pingyi verify reports/pingyang-2020/2020-12-15-093000",
)
def verify_run(
    run: Annotated[str, typer.Argument(metavar="运行", help="运行文件夹的路径；或活动编号，指它最近一次运行。")],
    seal: Annotated[str | None, typer.Option(metavar="封签", help="当时公布的封签；不是同一个结果就会指出。")] = None,
    inputs: Annotated[
        Path | None, typer.Option(metavar="文件夹", help="原始数据文件夹；核对它们是不是运行时读到的那些。")
    ] = None,
) -> None:
    """Check a finished run and say, one line a table, whether it comes out again."""
    from pingyi.pipeline.verify import find_run, verify

    folder = find_run(run)
    typer.echo(f"核对 {folder}")
    verdict = verify(folder, seal=seal, inputs=inputs)
    echo_lines((*verdict.lines, *(f"提示：{remark}" for remark in verdict.remarks)))
    verdict.raise_if_wrong()
    typer.echo("结论：一致。这次运行的结果由它自己的方案和数据算得出来，文件没有被改动过。")


@app.command("readings", help="逐个试算方案的存疑之处：换一种理解，谁进谁出。\n\n例：pingyi readings yuanba-2018")
def try_readings(name: Name) -> None:
    """Say of every open question what each other answer would change."""
    from pingyi.scenarios.campaign_scenarios import tell_readings

    _warn_of_changes(name, NOT_OF_RUN)
    echo_lines(tell_readings(name))


@app.command(
    "whatif",
    help="改动方案的一处或几处，看谁的名次和名单变了；不改方案文件。\n\n"
    "例：pingyi whatif pingyang-2020 --set components.client.ratings.few.below=50",
)
def try_other_rules(
    name: Name,
    change: Annotated[list[str], typer.Option("--set", metavar="路径=值", help="方案文件里的路径和新的值，可写几次。")],
    out: Annotated[Path | None, typer.Option(help="结果存成 CSV；不填放在 reports/活动/试算.csv。")] = None,
) -> None:
    """Score the same facts under a patched plan, print and save who moves."""
    from pingyi.scenarios.campaign_scenarios import tell_whatif

    target = out or paths.reports_folder(name) / "试算.csv"
    _warn_of_changes(name, NOT_OF_RUN)
    echo_lines(tell_whatif(name, change, target))


@app.command(
    "years", help="与上一年比较：每个单位的变化有多少来自数据，多少来自规则。\n\n例：pingyi years pingyang-2021"
)
def compare_with_last_year(name: Name) -> None:
    """Compare a campaign with the one that its plan names as the year before."""
    from pingyi.plan.reader import read_plan
    from pingyi.scenarios.campaign_scenarios import tell_years

    _warn_of_changes(name, NOT_OF_RUN)
    if previous := read_plan(paths.plan_file(name)).campaign.previous:
        _warn_of_changes(previous, f"上一年的活动 {previous} 也{NOT_OF_RUN.removeprefix('下面')}")
    echo_lines(tell_years(name))


@app.command("carry", help="把本年名单写进下一年度活动的往年名单。\n\n例：pingyi carry pingyang-2020 pingyang-2021")
def carry_lists(
    name: Name,
    following: Annotated[
        str, typer.Argument(metavar="下一年度活动", help="下一年度活动的编号，它的数据放在 data/ 下。")
    ],
    early: Annotated[
        bool, typer.Option("--early", help="最近一次运行看的是年中某一天（--as-of、--known-on），也照它结转。")
    ] = False,
) -> None:
    """Write this campaign's lists into the history of the next one; doing it twice changes nothing."""
    from pingyi.scenarios.campaign_scenarios import tell_carried

    echo_lines(tell_carried(name, following, early=early))
    _warn_of_changes(name, "结转的是{}的名单")


@app.command(
    "integrity",
    help="查重复投票、突击评价、成批选票等异常，列出请人核对的线索；不删除、不改动任何记录。\n\n"
    "例：pingyi integrity pingyang-2020",
)
def find_leads(
    name: Name,
    key: KeyFile = None,
    out: Annotated[
        Path | None, typer.Option(help="写到哪个新文件（.xlsx）；不填放在 reports/活动/核对线索.xlsx。")
    ] = None,
) -> None:
    """Let all detectors look at the facts; print the least likely findings and write them all to a workbook."""
    from pingyi.facts.intake.campaign import campaign_facts
    from pingyi.integrity import find, without
    from pingyi.integrity.leads import SHOWN, summarize, write_leads
    from pingyi.plan.reader import read_plan

    plan = read_plan(paths.plan_file(name))
    target = _target_for_leads(name, out)
    facts = campaign_facts(name, plan, key=key, complete=False).tables
    found = find(plan, facts)
    tried = without(plan, facts, found.top(SHOWN))
    echo_lines(summarize(found, tried))
    path = write_leads(found, tried, target, simulated=paths.is_simulated(name))
    typer.echo(f"全部线索和涉及的记录：{paths.shown(path)}")


def _target_for_leads(name: str, out: Path | None) -> Path:
    """Where the workbook goes. Raises: BadTarget where something is there that this verb has not written."""
    if out is None:
        return paths.reports_folder(name) / "核对线索.xlsx"
    if out.suffix != ".xlsx":
        raise BadTarget(f"--out 应是 .xlsx 文件，如 核对线索.xlsx；读到“{out}”")
    if out.exists():
        raise BadTarget(f"{out} 已经有了，不覆盖；请换一个名字")
    return out
