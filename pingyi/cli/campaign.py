"""The verbs of a campaign's year: list, check, run, simulate."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from pingyi import places
from pingyi.cli.base import Name, app

if TYPE_CHECKING:
    from pingyi.intake import Facts


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
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of", formats=["%Y-%m-%d"], metavar="年-月-日", help="只用到这一天为止的数据，看当日的情况。"
        ),
    ] = None,
) -> None:
    """Run the pipeline with a progress bar and say where the report is."""
    from pingyi.pipeline import Pipeline
    from pingyi.progress import live

    with live(name) as progress:
        day = as_of.date() if as_of else None
        done = Pipeline(name, isolated=isolated, as_of=day, progress=progress).run(resume=resume)
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
