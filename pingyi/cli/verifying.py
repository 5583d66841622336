"""The verb of those who do not take our word for it."""

from pathlib import Path
from typing import Annotated

import typer

from pingyi.cli.base import app


@app.command(
    help="核对一次运行：由运行文件夹里的方案和数据重算全部结果，逐表比较，并核对每个文件的校验码。\n\n"
    "例：pingyi verify reports/pingyang-2020/2020-12-15-093000"
)
def verify(
    run: Annotated[str, typer.Argument(metavar="运行", help="运行文件夹的路径；或活动编号，指它最近一次运行。")],
    seal: Annotated[str | None, typer.Option(metavar="封签", help="当时公布的封签；不是同一个结果就会指出。")] = None,
    inputs: Annotated[
        Path | None, typer.Option(metavar="文件夹", help="原始数据文件夹；核对它们是不是运行时读到的那些。")
    ] = None,
) -> None:
    """Check a finished run and say, one line a table, whether it comes out again."""
    from pingyi.pipeline.verify import verify as verify_run
    from pingyi.pipeline.verify.whole import named

    folder = named(run)
    typer.echo(f"核对 {folder}")
    verdict = verify_run(folder, seal=seal, inputs=inputs)
    for line in verdict.lines:
        typer.echo(line)
    for remark in verdict.remarks:
        typer.echo(f"提示：{remark}")
    verdict.raise_if_wrong()
    typer.echo("结论：一致。这次运行的结果由它自己的方案和数据算得出来，文件没有被改动过。")
