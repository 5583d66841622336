"""The application that every verb joins, in Chinese: help pages, refusals, the order of the verbs, common options."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from pingyi.common import paths
from pingyi.common.faults import PingyiError, hint_nearest

ORDER = (
    *("list", "new", "forms", "check", "run", "report", "explain", "verify"),
    *("decide", "correct", "ledger", "readings", "whatif", "integrity"),
    *("draw", "codes", "key", "carry", "years", "simulate", "lab", "refresh", "schema"),
)
"""The verbs as an office comes to need them: a campaign set up, counted, answered for; then what is rarer."""

OPTIONS, VERBS = "[选项]", "命令 [参数]"
"""What stands for options and for verbs in a line of usage."""

KINDS = {"int": "整数", "float": "数", "str": "文字", "Path": "路径", "list[str]": "文字", "bool": ""}
"""What a value is, where the option does not say it itself."""

SAYS_HELP = "显示这份说明。"

Verbal = TypeVar("Verbal", bound=Callable[..., Any])
"""A function that is a verb."""


class NoSuchVerb(PingyiError):
    """A word that is no verb."""

    exit_code = 2


class Chinese:
    """What verbs and groups of verbs share: their help pages."""

    def format_usage(self: Any, ctx: Any, formatter: Any) -> None:
        """The line of usage."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces.replace("{", "").replace("}", ""), prefix="用法：")

    def get_help_option(self, ctx: Any) -> Any:
        """The option that shows the help page."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help, option.metavar = SAYS_HELP, ""
        return option

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The help page: typer takes its words from the module that draws it, and cuts what does not fit a line."""
        from typer import rich_utils

        class Folding(rich_utils.OptionHighlighter):
            """Marks options; a text without spaces, such as Chinese, goes on in the next line."""

            def __call__(self, text: Any) -> Any:
                marked = super().__call__(text)
                marked.overflow = "fold"
                return marked

        rich_utils.highlighter = Folding()
        rich_utils.ARGUMENTS_PANEL_TITLE, rich_utils.OPTIONS_PANEL_TITLE = "参数", "选项"
        rich_utils.COMMANDS_PANEL_TITLE = "命令"
        rich_utils.DEFAULT_STRING, rich_utils.REQUIRED_LONG_STRING = "[不填时：{}]", "[必填]"
        super().format_help(ctx, formatter)  # type: ignore[misc]


class Verb(Chinese, TyperCommand):
    """A verb."""

    def __init__(self, *args: Any, **more: Any) -> None:
        """Say in Chinese what each of its values is."""
        super().__init__(*args, **more)
        self.short_help = shorten_help(self.help or "")
        for one in self.params:
            if isinstance(one, TyperArgument):
                one.display_type_rich = lambda ctx: None  # type: ignore[method-assign]
            elif isinstance(one, TyperOption) and one.metavar is None:
                one.metavar = KINDS.get(one.bare_type())


class Verbs(Chinese, TyperGroup):
    """A group of verbs."""

    def __init__(self, *args: Any, **more: Any) -> None:
        """Say briefly what the group is for."""
        super().__init__(*args, **more)
        self.short_help = shorten_help(self.help or "")

    def list_commands(self, ctx: Any) -> list[str]:
        """Their names in the order of the work; what has no place in it stands behind."""
        names = super().list_commands(ctx)
        if ctx.parent is not None:
            return names
        return sorted(names, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The verb that is meant. Raises: NoSuchVerb."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            hint = hint_nearest(args[0], self.commands)
            raise NoSuchVerb(f"没有“{args[0]}”这个命令{hint}。全部命令见 {ctx.command_path} --help。")
        return super().resolve_command(ctx, args)


class App(typer.Typer):
    """An application whose verbs speak Chinese."""

    def __init__(self, **more: Any) -> None:
        """An application, or a group of verbs within one."""
        super().__init__(cls=Verbs, subcommand_metavar=VERBS, options_metavar=OPTIONS, **more)

    def command(self, name: str | None = None, **more: Any) -> Callable[[Verbal], Verbal]:
        """Register a verb."""
        return super().command(name, cls=Verb, options_metavar=OPTIONS, **more)


app = App(
    help="评议：按公布的方案把评价、投诉、检查和投票算成得分、名单和结果。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Name = Annotated[str, typer.Argument(metavar="活动", help="活动编号，如 pingyang-2020；用 pingyi list 查看。")]
KeyFile = Annotated[
    Path | None,
    typer.Option("--key", metavar="文件", help="密钥：把电话号码、身份证号换成代号。不填用 pingyi key 生成的那一个。"),
]


def day_option(name: str, says: str) -> Any:
    """An option that takes a day."""
    return typer.Option(name, formats=["%Y-%m-%d"], metavar="年-月-日", help=says)


def echo_lines(lines: Iterable[str]) -> None:
    """Print lines as they come."""
    for line in lines:
        typer.echo(line)


def echo_written(written: Iterable[Path]) -> None:
    """Say which files were written."""
    echo_lines(f"已写出 {paths.shown(path)}" for path in written)


def shorten_help(help_: str) -> str:
    """The start of a help text, as a list of verbs has room for it."""
    return re.split("[：；。，]", help_, maxsplit=1)[0]


def describe_refusal(error: typer.TyperException) -> str:
    """What is wrong with a command as it was typed, how it is written, and where more stands."""
    ctx = getattr(error, "ctx", None)
    more = f"\n  {ctx.get_usage()}\n  说明：{ctx.command_path} --help" if ctx else ""
    return f"{_describe_mistake(error)}{more}"


def _describe_mistake(error: Any) -> str:
    kind, option = type(error).__name__, getattr(error, "option_name", "")
    param: Any = getattr(error, "param", None)
    if kind == "NoSuchOption":
        near = "、".join(sorted(error.possibilities or ()))
        return f"没有“{option}”这个选项{f'；相近的有 {near}' if near else ''}。"
    if kind == "BadOptionUsage":
        return f"选项 {option} 后面要写它的值。" if "requires" in error.message else f"选项 {option} 后面不带值。"
    if kind == "MissingParameter":
        return f"缺少 {_name_param(param)}：{param.help}"
    if param is not None:
        return f"{_name_param(param)} {_describe_unfit(error, param)}。"
    if "extra argument" in error.message:
        return f"多写了“{error.message.partition('(s) (')[2].rstrip(').') or error.message.partition('(')[2]}”。"
    return f"命令写得不对：{error.message}"


def _name_param(param: Any) -> str:
    """An argument by its name, an option as it is typed with what stands behind it."""
    if isinstance(param, TyperArgument):
        return str(param.metavar or param.name)
    return " ".join(filter(None, (param.opts[0], param.metavar)))


def _describe_unfit(error: Any, param: Any) -> str:
    """What was found, and what should stand there."""
    first: list[dict[str, Any]] = getattr(error.__cause__, "errors", lambda: [])()[:1]
    found = f"读到“{first[0]['input']}”，" if first else ""
    limit = first[0].get("ctx", {}) if first else {}
    wanted = [f"应为{_describe_kind(param)}"]
    wanted += [f"不小于 {limit['ge']}"] if "ge" in limit else []
    wanted += [f"不大于 {limit['le']}"] if "le" in limit else []
    return f"写得不对：{found}{'，'.join(wanted)}"


def _describe_kind(param: Any) -> str:
    """What a value should be, in words."""
    if param.type_descriptor.is_datetime:
        return "年-月-日的日期，如 2020-11-05"
    return KINDS.get(param.bare_type()) or str(param.metavar or "别的值")
