"""The verbs that put something down: corrections in the ledger, decisions on lists; and what was put down."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pingyi.cli.chinese import Name, app, day_option, echo_lines, echo_written


@app.command(
    "correct",
    help="登记更正、异议和处理决定：先说明会动哪些名次和名单，确认后才登记；原来的数据文件不改。\n\n"
    "例：pingyi correct pingyang-2020 更正登记表.xlsx",
)
def correct_facts(
    name: Name,
    form: Annotated[
        Path, typer.Argument(metavar="登记表", help="填好的更正登记表；空白表用 pingyi ledger --form 写出。")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="已核对，直接登记，不再询问。")] = False,
) -> None:
    """Show what the corrections of a form move, ask, and put them down in the ledger."""
    import sys

    from pingyi.amendments.corrections import tell_corrected

    def confirm() -> bool:
        if yes or not sys.stdin.isatty():
            return yes
        question = "以上内容登记后不能删改，只能再登记更正。现在登记吗？（是/否）"
        return str(typer.prompt(question, default="否", show_default=False)).strip().lower() in ("是", "y", "yes")

    echo_lines(tell_corrected(name, form, confirm))


@app.command("ledger", help="核对登记簿是否完整，列出最近的登记和等待决定的异议。\n\n例：pingyi ledger pingyang-2020")
def show_ledger(
    name: Name,
    form: Annotated[
        Path | None, typer.Option("--form", metavar="文件", help="写一张空白的更正登记表（.xlsx）。")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="文件", help="把登记簿的全部内容写成 Excel（.xlsx）。")] = None,
    life: Annotated[
        bool, typer.Option("--timeline", help="列出活动的大事记：到件、更正、异议、决定和运行，按先后。")
    ] = False,
) -> None:
    """Check the ledger's chain and print it; write the form for corrections, or the whole ledger as a workbook."""
    from pingyi.amendments.corrections import tell_ledger
    from pingyi.amendments.ledger_sheets import write_correction_form, write_ledger

    echo_lines(tell_ledger(name))
    if life:
        from pingyi.runs.history import describe_life

        echo_lines(describe_life(name))
    written = [write_correction_form(form)] if form else []
    written += [write_ledger(name, out)] if out else []
    echo_written(written)


@app.command(
    "decide",
    help="登记一份名单的决定：先列出按当天数据提出的名单、决定与它的不同、会动哪些名次和名单；加 --yes 才写入数据。"
    "登记后，以后的数据不再改变这份名单。\n\n"
    "例：pingyi decide pingyang-2020 名单 --on 2020-11-05 --by 评议领导小组 --document 某办〔2020〕5号",
)
def decide_list(
    name: Name,
    list_: Annotated[str, typer.Argument(metavar="名单", help="方案中的名单，编号或名称。")],
    on: Annotated[datetime, day_option("--on", "作出决定的日期。")],
    by: Annotated[str, typer.Option(metavar="机构", help="谁作的决定。")],
    document: Annotated[str, typer.Option(metavar="文件", help="记录决定的文件。")],
    as_of: Annotated[datetime | None, day_option("--as-of", "提出名单用到哪一天的数据；不填就是决定当天。")] = None,
    add: Annotated[
        list[str] | None, typer.Option(metavar="单位=理由", help="提出时没有、决定列入的，可写几次。")
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option(metavar="单位=理由", help="提出时有、决定不列入的，可写几次。")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="已核对，登记。")] = False,
) -> None:
    """Show a list as proposed and as decided, and what that moves; record it as a fact if told to."""
    from pingyi.amendments.decisions import Asked, tell_decided

    day = as_of.date() if as_of else None
    asked = Asked(list_, on.date(), by, document, day, add or [], remove or [])
    echo_lines(tell_decided(name, asked, confirmed=yes))
