"""The verbs before counting: drawing who is asked, codes for the ballot, ballots that came back."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pingyi.cli.chinese import App, Name, app, echo_lines
from pingyi.common import paths

if TYPE_CHECKING:
    from pingyi.facts.intake import Facts
    from pingyi.plan import Plan

codes = App(help="网络评议验证码：生成、换发、核验选票。登记簿只存校验值，密钥放在项目以外。", no_args_is_help=True)
app.add_typer(codes, name="codes")

Component = Annotated[str, typer.Argument(metavar="指标", help="按选票计分的指标编号，如 network。")]
Key = Annotated[Path | None, typer.Option(help="密钥文件；不填用用户目录下的默认位置。")]
Register = Annotated[Path | None, typer.Option(help="登记簿文件；不填用默认位置。")]


def _read_plan(name: str) -> "Plan":
    from pingyi.plan.reader import read_plan

    return read_plan(paths.plan_file(name))


def _read_facts(name: str, plan: "Plan") -> "Facts":
    from pingyi.facts.intake.campaign import campaign_facts

    return campaign_facts(name, plan, complete=False)


@app.command(
    "draw",
    help='按方案和公开的种子抽取服务对象，写出联系名单和公示。\n\n例：pingyi draw lucheng-2018 --seed "6 2 5 1 3"',
)
def draw_sample(
    name: Name,
    seed: Annotated[str, typer.Option(help="当众产生并公布的一串字；种子相同，抽取结果相同。")],
    rule: Annotated[str | None, typer.Option(help="抽取规则的编号或名称；不填则抽方案的全部规则。")] = None,
    out: Annotated[Path | None, typer.Option(help="写到哪个新文件夹；不填放在 reports/活动/抽样-规则。")] = None,
) -> None:
    """Draw from the frame of a campaign and write call lists and the public list of tickets."""
    from pingyi.common.files import safe
    from pingyi.fieldwork.sampling_files import draw_into

    plan = _read_plan(name)
    target = out or paths.shown(paths.reports_folder(name)) / safe(f"抽样-{rule or '全部'}")
    echo_lines(draw_into(plan, _read_facts(name, plan).tables, rule, seed, target))


@codes.command(
    "make",
    help="生成一次性验证码。\n\n例：pingyi codes make pingyang-2020 network --number 1000 --handout 发放.xlsx",
)
def make_ballot_codes(
    name: Name,
    component: Component,
    number: Annotated[int, typer.Option(help="一共多少个；方案有人员配额的按配额分。")],
    handout: Annotated[Path, typer.Option(help="发放单（.xlsx 或 .csv），只写这一次，印发后请删除。")],
    key: Key = None,
    register: Register = None,
) -> None:
    """Make ballot codes; only keyed hashes of them are kept."""
    from pingyi.fieldwork.ballot_codes import make_codes, numbers_for

    plan = _read_plan(name)
    numbers = numbers_for(plan, component, number)
    echo_lines(make_codes(plan, component, numbers, handout=handout, on=date.today(), key=key, register=register))


@codes.command(
    "reissue", help="作废一个验证码并换发新的。\n\n例：pingyi codes reissue pingyang-2020 17 --handout 换发.xlsx"
)
def reissue_code(
    name: Name,
    which: Annotated[str, typer.Argument(metavar="序号或旧码", help="发放单上的序号，或旧的验证码。")],
    handout: Annotated[Path, typer.Option(help="新的发放单（.xlsx 或 .csv）。")],
    key: Key = None,
    register: Register = None,
) -> None:
    """Revoke a code and issue another in its place."""
    from pingyi.fieldwork.ballot_codes import reissue

    echo_lines(reissue(_read_plan(name), which, handout=handout, on=date.today(), key=key, register=register))


@codes.command(
    "check",
    help="核验收回的选票，逐张说明是否计入，写出评价记录。每次都要给出到现在为止的全部选票文件，分几个、先后怎样，"
    "结果都一样。\n\n例：pingyi codes check pingyang-2020 network 选票1.xlsx 选票2.xlsx --out 核验2",
)
def check_returned_ballots(
    name: Name,
    component: Component,
    ballots: Annotated[
        list[Path],
        typer.Argument(
            metavar="选票文件",
            help="CSV 或 XLSX，可以几个，也可以是文件夹；列：验证码、投票时间、选票编号、单位、等次。",
        ),
    ],
    out: Annotated[Path, typer.Option(help="写到哪个新文件夹。")],
    without: Annotated[
        list[str] | None,
        typer.Option(
            "--without", metavar="文件", help="前一次核验过、这次不计入的选票文件（文件名或校验码），可以几个。"
        ),
    ] = None,
    channel: Annotated[str | None, typer.Option(metavar="渠道", help="选票走哪条渠道；指标分几条渠道的必填。")] = None,
    key: Key = None,
    register: Register = None,
) -> None:
    """Check all returned ballots against the register."""
    from pingyi.fieldwork.ballot_check import check_ballots

    plan = _read_plan(name)
    lines = check_ballots(
        plan,
        component,
        ballots,
        units=_read_facts(name, plan).tables["units"],
        folder=out,
        at=datetime.now().replace(microsecond=0),
        key=key,
        register=register,
        channel=channel,
        without=without or [],
    )
    echo_lines(lines)
