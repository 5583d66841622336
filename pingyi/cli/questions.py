"""The verbs that ask: what hangs on each reading, what another rule would do, what goes to the next year."""

from pathlib import Path
from typing import Annotated

import typer

from pingyi.cli.base import Name, app
from pingyi.common import paths


@app.command(help="逐个试算方案的存疑之处：换一种理解，谁进谁出。\n\n例：pingyi readings yuanba-2018")
def readings(name: Name) -> None:
    """Say of every open question what each other answer would change."""
    from pingyi.scenarios.campaign_scenarios import tell_readings

    _tell_later(name, BESIDE)
    for line in tell_readings(name):
        typer.echo(line)


@app.command(
    help="改动方案的一处或几处，看谁的名次和名单变了；不改方案文件。\n\n"
    "例：pingyi whatif pingyang-2020 --set components.client.ratings.few.below=50"
)
def whatif(
    name: Name,
    change: Annotated[list[str], typer.Option("--set", metavar="路径=值", help="方案文件里的路径和新的值，可写几次。")],
    out: Annotated[Path | None, typer.Option(help="结果存成 CSV；不填放在 reports/活动/试算.csv。")] = None,
) -> None:
    """Score the same facts under a patched plan, print and save who moves."""
    from pingyi.scenarios.campaign_scenarios import tell_whatif

    target = out or paths.reports_folder(name) / "试算.csv"
    _tell_later(name, BESIDE)
    for line in tell_whatif(name, change, target):
        typer.echo(line)


@app.command(help="与上一年比较：每个单位的变化有多少来自数据，多少来自规则。\n\n例：pingyi years pingyang-2021")
def years(name: Name) -> None:
    """Compare a campaign with the one that its plan names as the year before."""
    from pingyi.plan.reader import read_plan
    from pingyi.scenarios.campaign_scenarios import tell_years

    _tell_later(name, BESIDE)
    if previous := read_plan(paths.plan_file(name)).campaign.previous:
        _tell_later(previous, f"上一年的活动 {previous} 也{BESIDE.removeprefix('下面')}")
    for line in tell_years(name):
        typer.echo(line)


@app.command(help="把本年名单写进下一年度活动的往年名单。\n\n例：pingyi carry pingyang-2020 pingyang-2021")
def carry(
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

    for line in tell_carried(name, following, early=early):
        typer.echo(line)
    _tell_later(name, "结转的是{}的名单")


BESIDE = "下面按现在的方案和数据计算，与{}的结果不是一回事"


def _tell_later(name: str, what: str) -> None:
    """What changed since the latest run, where a verb speaks of both."""
    from pingyi.runs.states.standing import not_in_run

    for line in not_in_run(name, what):
        typer.echo(line)
