"""The verb that answers for a number: where each of a unit's marks, places and lists comes from."""

from pathlib import Path
from typing import Annotated

import typer

from pingyi.cli.base import Name, app
from pingyi.common import paths


@app.command(
    help="说明一个单位的得分、名次和名单是怎样来的：公式、条款，以及每一项依据的文件和行。\n\n"
    "例：pingyi explain pingyang-2020 发展规划综合科 --component client"
)
def explain(
    name: Name,
    unit: Annotated[str, typer.Argument(metavar="单位", help="单位的编号或名称。")],
    component: Annotated[str, typer.Option(metavar="指标", help="只看一项指标及其下级；编号或名称。")] = "",
    rows: Annotated[int, typer.Option(min=0, help="每项最多列出多少行依据，再多的归并。")] = 10,
    every: Annotated[bool, typer.Option("--all", help="逐行列出全部依据。")] = False,
    run: Annotated[Path | None, typer.Option(help="哪一次运行的文件夹；不填用最近一次完成的。")] = None,
    out: Annotated[Path | None, typer.Option(help="另存为 Excel 工作簿（.xlsx），含全部依据。")] = None,
) -> None:
    """Explain what a run published about a unit, down to the rows of the facts."""
    from pingyi.desk.printed import lines
    from pingyi.desk.published import Published
    from pingyi.desk.sheets import write_explanation
    from pingyi.runs.folder import latest_run
    from pingyi.runs.states.standing import not_in_run

    paths.plan_file(name)
    published = Published(run or latest_run(paths.reports_folder(name)))
    told = published.unit(unit)
    branch = published.branch(component) if component else ()
    for line in lines(published, told, branch=branch, rows=None if every else rows):
        typer.echo(line)
    for line in () if run else not_in_run(name, "以上依据{}"):
        typer.echo(line)
    if out:
        typer.echo(f"已写出 {paths.shown(write_explanation(published, told, out, branch))}")
