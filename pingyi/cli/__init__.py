"""The command line: a verb each, Chinese messages, an exit code for each kind of failure.

Everything heavy is imported by the verb that needs it, so that the line itself starts at once.
"""

import codecs
import os
import sys
from io import TextIOWrapper

import typer

from pingyi.cli import amendment_verbs, counting_verbs, fieldwork_verbs, result_verbs, setup_verbs
from pingyi.cli.chinese import app, describe_refusal
from pingyi.common import paths
from pingyi.common.faults import PingyiError, Trouble, describe_os_error

__all__ = ["amendment_verbs", "app", "counting_verbs", "fieldwork_verbs", "main", "result_verbs", "setup_verbs"]

AGAIN = "PINGYI_UTF8"
"""Set where the program was begun again, because its surroundings knew names of files in ASCII only."""


def main() -> None:
    """Run the command line; what the user can mend is said without a traceback."""
    if _is_ascii(sys.getfilesystemencoding()) and not os.environ.get(AGAIN):
        os.execve(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]], os.environ | {AGAIN: "1"})
    _replace_unknown_characters()
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except typer.TyperException as error:
        if type(error).__name__ != "NoArgsIsHelpError":
            typer.echo(describe_refusal(error), err=True)
        sys.exit(error.exit_code)
    except typer.Abort:
        typer.echo("没有回答，什么也没有做。", err=True)
        sys.exit(1)
    except PingyiError as error:
        typer.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except Exception as error:
        known = describe_os_error(error)
        typer.echo(f"{known}\n  以前的报告都还在。" if known else _describe_unforeseen(error), err=True)
        sys.exit(Trouble.exit_code if known else 1)


def _replace_unknown_characters() -> None:
    """Let a terminal that lacks a character show another one in its place: nothing ends for want of a letter."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8" if _is_ascii(stream.encoding) else stream.encoding, errors="replace")


def _is_ascii(encoding: str) -> bool:
    return codecs.lookup(encoding).name == "ascii"


def _describe_unforeseen(error: Exception) -> str:
    """What to say of a failure that nobody foresaw; its details go to a file for whoever looks after the program."""
    import traceback

    what = f"程序内部出错（{type(error).__name__}），不是方案或数据的问题；以前的报告都还在。"
    try:
        log = paths.root() / "reports" / "error.log"
        log.parent.mkdir(exist_ok=True)
        log.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    except (OSError, PingyiError):
        return f"{what}\n  请把出错时的命令和这一行告诉维护人员：{error}"
    return f"{what}\n  请把 {paths.shown(log)} 交给维护人员。"
