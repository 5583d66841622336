"""The verb of the secret key."""

from pathlib import Path
from typing import Annotated

import typer

from pingyi.cli.base import Name, app
from pingyi.common import paths


@app.command(
    help="生成一个活动的密钥：check 和 run 用它把电话号码、身份证号换成代号，号码不进入结果。\n\n"
    "例：pingyi key pingyang-2020"
)
def key(
    name: Name,
    out: Annotated[
        Path | None, typer.Option(metavar="文件", help="密钥放在哪里；不填放在个人文件夹 .config/pingyi 下。")
    ] = None,
    lost: Annotated[bool, typer.Option("--lost", help="原来的密钥确实没有了，另做一把。")] = False,
) -> None:
    """Make the campaign's key, once; never over another one, nor in place of one that a run used."""
    from pingyi.facts.keys import KeyRefused, key_file, new_key
    from pingyi.runs.folder import key_of_last_run

    paths.plan_file(name)
    path = out or key_file(name)
    run, mark = key_of_last_run(paths.reports_folder(name))
    if mark and not lost and not path.exists():
        raise KeyRefused(
            f"运行 {run} 用过一把密钥，另做一把，同一个人就有两个代号。请从备份恢复原来的密钥；确实没有了，加 --lost"
        )
    new_key(path)
    typer.echo(f"密钥已写入 {path.as_posix()}，只有本人能读。")
    typer.echo("  请另存一份备份，不要放进数据和报告的文件夹，不要发给别人；丢了密钥，以后的代号对不上以前的。")
    if out:
        typer.echo(f"  用的时候写明：pingyi check {name} --key {path.as_posix()}")
