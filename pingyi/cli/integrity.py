"""The verb that looks for canvassing and careless answers: leads to check, nothing else."""

from pathlib import Path
from typing import Annotated

import typer

from pingyi.cli.base import Name, app
from pingyi.cli.campaign import KeyFile
from pingyi.common import paths
from pingyi.common.faults import PingyiError


class BadTarget(PingyiError):
    """The workbook cannot go where it should."""

    exit_code = 2


@app.command(
    help="查重复投票、突击评价、成批选票等异常，列出请人核对的线索；不删除、不改动任何记录。\n\n"
    "例：pingyi integrity pingyang-2020"
)
def integrity(
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
    target = _target(name, out)
    facts = campaign_facts(name, plan, key=key, complete=False).tables
    found = find(plan, facts)
    tried = without(plan, facts, found.top(SHOWN))
    for line in summarize(found, tried):
        typer.echo(line)
    path = write_leads(found, tried, target, simulated=paths.is_simulated(name))
    typer.echo(f"全部线索和涉及的记录：{paths.shown(path)}")


def _target(name: str, out: Path | None) -> Path:
    """Where the workbook goes. Raises: BadTarget where something is there that this verb has not written."""
    if out is None:
        return paths.reports_folder(name) / "核对线索.xlsx"
    if out.suffix != ".xlsx":
        raise BadTarget(f"--out 应是 .xlsx 文件，如 核对线索.xlsx；读到“{out}”")
    if out.exists():
        raise BadTarget(f"{out} 已经有了，不覆盖；请换一个名字")
    return out
