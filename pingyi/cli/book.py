"""The verbs of the ledger: put corrections down, read what was put down."""

from pathlib import Path
from typing import Annotated

import typer

from pingyi import places
from pingyi.cli.base import Name, app


@app.command(
    help="登记更正、异议和处理决定：先说明会动哪些名次和名单，确认后才登记；原来的数据文件不改。\n\n"
    "例：pingyi correct pingyang-2020 更正登记表.xlsx"
)
def correct(
    name: Name,
    form: Annotated[
        Path, typer.Argument(metavar="登记表", help="填好的更正登记表；空白表用 pingyi ledger --form 写出。")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="已核对，直接登记，不再询问。")] = False,
) -> None:
    """Show what the corrections of a form move, ask, and put them down in the ledger."""
    import sys

    from pingyi.corrections import tell_corrected

    def confirm() -> bool:
        return yes or (sys.stdin.isatty() and typer.confirm("以上内容登记后不能删改，只能再登记更正。现在登记吗？"))

    for line in tell_corrected(name, form, confirm):
        typer.echo(line)


@app.command(help="核对登记簿是否完整，列出最近的登记和等待决定的异议。\n\n例：pingyi ledger pingyang-2020")
def ledger(
    name: Name,
    form: Annotated[
        Path | None, typer.Option("--form", metavar="文件", help="写一张空白的更正登记表（.xlsx）。")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="文件", help="把登记簿的全部内容写成 Excel（.xlsx）。")] = None,
) -> None:
    """Check the ledger's chain and print it; write the form for corrections, or the whole ledger as a workbook."""
    from pingyi.corrections import tell_ledger
    from pingyi.office.ledger_sheets import write_form, write_ledger

    for line in tell_ledger(name):
        typer.echo(line)
    written = [write_form(form)] if form else []
    written += [write_ledger(name, out)] if out else []
    for path in written:
        typer.echo(f"已写出 {places.shown(path)}")
