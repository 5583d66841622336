"""The command line: a verb each, Chinese messages, an exit code for each kind of failure.

Everything heavy is imported by the verb that needs it, so that the line itself starts at once.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pingyi import places
from pingyi.faults import PingyiError

if TYPE_CHECKING:
    from pingyi.intake import Facts

app = typer.Typer(
    help="评议：按公布的方案把评价、投诉、检查和投票算成得分、名单和结果。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Name = Annotated[str, typer.Argument(metavar="活动", help="活动编号，如 pingyang-2020；用 pingyi list 查看。")]


def main() -> None:
    """Run the command line; what the user can mend is said without a traceback."""
    try:
        app()
    except PingyiError as error:
        typer.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except Exception as error:
        typer.echo(_unforeseen(error), err=True)
        sys.exit(1)


def _unforeseen(error: Exception) -> str:
    """What to say of a failure that nobody foresaw; its details go to a file for whoever looks after the program."""
    import traceback

    log = places.root() / "reports" / "error.log"
    log.parent.mkdir(exist_ok=True)
    log.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    told = f"程序内部出错（{type(error).__name__}），不是方案或数据的问题；以前的报告都还在。"
    return f"{told}\n  请把 {places.shown(log)} 交给维护人员。"


@app.command("list", help="列出全部活动。\n\n例：pingyi list")
def list_campaigns() -> None:
    """Print every campaign with its title and what it has."""
    from pingyi.overview import overview

    for line in overview():
        typer.echo(line)


@app.command(help="检查方案和数据，一次说出全部问题，不改动任何文件。\n\n例：pingyi check pingyang-2020")
def check(name: Name) -> None:
    """Read plan and facts of a campaign and say what is wrong, or what was read."""
    from pingyi.intake import read_facts
    from pingyi.reading import read_plan

    plan = read_plan(places.plan_file(name))
    typer.echo(f"方案可用：{plan.campaign.title}，{len(plan.components)} 项指标，{len(plan.readings)} 处存疑。")
    for slip in plan.errata:
        typer.echo(f"  方案原文有误（{slip.clause}）：写作“{slip.printed}”，这里按{slip.read_as}处理。")
    _tell(read_facts(places.facts_folder(name), plan))


def _tell(facts: "Facts") -> None:
    for one in facts.receipts:
        sheet = f"“{one.sheet}”" if one.sheet else ""
        counts = f"收到 {one.rows_in} 行 = 采用 {one.accepted} + 退回 {one.rejected} + 重复 {one.duplicates}"
        typer.echo(f"  {one.file}{sheet}：{counts}")
    if facts.mended:
        typer.echo(f"  自动更正了 {len(facts.mended)} 处写法（全角、空格等）：")
        for mend in facts.mended[:10]:
            typer.echo(f"    {mend}")
    typer.echo("数据可用。")


@app.command(help="按方案算完全部环节，写出年度报告。\n\n例：pingyi run pingyang-2020")
def run(
    name: Name,
    resume: Annotated[bool, typer.Option("--resume", help="接着上一次没做完的运行，从停下的环节做起。")] = False,
    isolated: Annotated[bool, typer.Option("--isolated", help="每个笔记本各用一个内核（慢，互不影响）。")] = False,
) -> None:
    """Run the pipeline with a progress bar and say where the report is."""
    from pingyi.pipeline import Pipeline
    from pingyi.progress import live

    with live(name) as progress:
        done = Pipeline(name, isolated=isolated, progress=progress).run(resume=resume)
    slowest = max(done.seconds, key=lambda title: done.seconds[title])
    typer.echo(f"完成，用时 {sum(done.seconds.values()):.1f} 秒（最久的是“{slowest}”{done.seconds[slowest]:.1f} 秒）。")
    typer.echo(f"报告：{places.shown(done.folder / 'report.html')}")
    typer.echo(f"数据表：{places.shown(done.folder / 'tables')}")


@app.command(help="由方案造一套模拟数据，用来试运行。\n\n例：pingyi simulate pingyang-2020 --seed 2020")
def simulate(
    name: Name,
    seed: Annotated[int, typer.Option(help="随机种子；相同的种子造出相同的数据。")] = 2020,
) -> None:
    """Write simulated facts for a campaign; never over facts that are real."""
    from pingyi.reading import read_plan
    from pingyi.simulate import simulate_into

    folder = places.facts_folder(name)
    written = simulate_into(read_plan(places.plan_file(name)), folder, seed)
    typer.echo(f"模拟数据已写入 {folder}（种子 {seed}）：" + "、".join(path.name for path in written))


@app.command(help="打开中文 JupyterLab，停在笔记本目录；图表不需联网。\n\n例：pingyi lab")
def lab(
    port: Annotated[int, typer.Option(help="端口。")] = 8888,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="是否自动打开浏览器。")] = True,
) -> None:
    """Start JupyterLab on the notebooks."""
    from pingyi.lab import start

    sys.exit(start(port=port, browser=browser))


@app.command(help="重新运行并保存 notebooks/ 里的笔记本（示例活动）。\n\n例：pingyi refresh")
def refresh() -> None:
    """Store every notebook run from top to bottom."""
    from pingyi.stored import refresh as refresh_notebooks

    for path in refresh_notebooks():
        typer.echo(f"已更新 {places.shown(Path(path))}")


@app.command(help="导出方案文件的 JSON Schema，供编辑器提示和检查。\n\n例：pingyi schema")
def schema() -> None:
    """Write the JSON Schema of the plan language beside the plan files."""
    from pingyi.schema import write_schema

    typer.echo(f"已写出 {places.shown(write_schema(places.root() / 'parameters'))}")


if __name__ == "__main__":
    main()
