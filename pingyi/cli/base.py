"""The application that every verb joins."""

from typing import Annotated

import typer

from pingyi.cli.chinese import App

app = App(
    help="评议：按公布的方案把评价、投诉、检查和投票算成得分、名单和结果。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Name = Annotated[str, typer.Argument(metavar="活动", help="活动编号，如 pingyang-2020；用 pingyi list 查看。")]
