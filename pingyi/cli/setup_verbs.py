"""The verbs that set something up: campaigns, their forms, keys and simulated facts; and the workplace itself."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from pingyi.cli.chinese import Name, app, echo_lines, echo_written
from pingyi.common import paths
from pingyi.common.faults import UnknownCampaign


@app.command("list", help="列出全部活动。\n\n例：pingyi list")
def list_campaigns() -> None:
    """Print every campaign with its title and what it has."""
    if not paths.campaigns():
        raise UnknownCampaign(f"没有活动：{paths.no_plans()}")
    echo_lines(_describe_campaigns())


def _describe_campaigns() -> Iterator[str]:
    """A line for each campaign: id, title, whether it has facts and how many runs."""
    for name in paths.campaigns():
        runs = [path for path in paths.reports_folder(name).glob("*") if (path / "manifest.json").exists()]
        kind = "模拟数据" if paths.is_simulated(name) else "有数据" if paths.facts_folder(name).is_dir() else "没有数据"
        yield f"{name}  {_read_head(name).get('title', '')}（{kind}，已运行 {len(runs)} 次）"


def _read_head(name: str) -> dict[str, Any]:
    """The `campaign` block of a plan file, from its first line to the next top-level key: no whole plan is read."""
    from ruamel.yaml import YAML

    block: list[str] = []
    for line in paths.plan_file(name).read_text(encoding="utf-8-sig").splitlines():
        if line.startswith("campaign:"):
            block = [line]
        elif block and line and not line.startswith((" ", "#")):
            break
        elif block:
            block.append(line)
    head = (YAML(typ="safe", pure=True).load("\n".join(block)) or {}).get("campaign")
    return head if isinstance(head, dict) else {}


@app.command(
    "new",
    help="照一个现成的活动建新活动：参数文件和填数据用的 Excel 模板。\n\n"
    "例：pingyi new pingyang-2021 --from pingyang-2020",
)
def create_campaign(
    name: Annotated[str, typer.Argument(metavar="新活动", help="新活动的编号：字母、数字、连字符。")],
    source: Annotated[str, typer.Option("--from", metavar="活动", help="照哪个活动来建。")],
) -> None:
    """Copy a plan under another id and write forms for its facts."""
    from pingyi.office.new_campaign import new_campaign

    echo_written(new_campaign(name, source))


@app.command(
    "forms",
    help="按方案重写填数据用的 Excel 模板（下拉选项取自方案和名录）。\n\n例：pingyi forms pingyang-2020 --out 模板",
)
def write_fact_forms(
    name: Name,
    out: Annotated[Path, typer.Option(help="写到哪个新文件夹。")],
) -> None:
    """Write the Excel forms for the facts of a campaign."""
    from pingyi.amendments.decisions import proposed_cells
    from pingyi.common.codebook import codebook
    from pingyi.facts.intake.campaign import campaign_facts
    from pingyi.facts.intake.folder import look
    from pingyi.office.fact_forms import write_forms
    from pingyi.plan.reader import read_plan

    plan, facts = read_plan(paths.plan_file(name)), paths.facts_folder(name)
    there = facts.is_dir() and "units" in look(facts, codebook().facts.values()).named
    tables = campaign_facts(name, plan, complete=False).tables if there else None
    proposed = {"decisions": proposed_cells(plan, tables)} if tables else {}
    echo_written(write_forms(plan, tables["units"] if tables else None, out, proposed))


@app.command(
    "key",
    help="生成一个活动的密钥：check 和 run 用它把电话号码、身份证号换成代号，号码不进入结果。\n\n"
    "例：pingyi key pingyang-2020",
)
def make_key(
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


@app.command("simulate", help="由方案造一套模拟数据，用来试运行。\n\n例：pingyi simulate pingyang-2020 --seed 2020")
def simulate_facts(
    name: Name,
    seed: Annotated[int, typer.Option(help="随机种子；相同的种子造出相同的数据。")] = 2020,
    ratings: Annotated[
        int, typer.Option(min=0, help="逐条评价造多少条（市、省一级的规模）；不写的，按小活动的规模。")
    ] = 0,
    faults: Annotated[
        bool, typer.Option("--faults", help="最后一个文件里放几条应被退回的（名录、方案里没有的）。")
    ] = False,
) -> None:
    """Write simulated facts for a campaign; never over facts that are real."""
    from pingyi.plan.reader import read_plan
    from pingyi.simulate import simulate_into

    def tell(path: Path, rows: int) -> None:
        typer.echo(f"  {path.name}：共 {rows} 条")

    folder = paths.facts_folder(name)
    plan = read_plan(paths.plan_file(name))
    written = simulate_into(plan, folder, seed, ratings=ratings, faults=faults, told=tell)
    if ratings:
        files = sum(path.suffix == ".parquet" for path in written)
        typer.echo(f"模拟数据已写入 {folder}（种子 {seed}）：逐条评价 {ratings} 条，{files} 个文件；其余照小活动的规模")
        return
    typer.echo(f"模拟数据已写入 {folder}（种子 {seed}）：" + "、".join(path.name for path in written))


@app.command(
    "lab", help="打开中文 JupyterLab，停在起始页：选活动、核对、运行、打开结果；图表不需联网。\n\n例：pingyi lab"
)
def open_lab(
    port: Annotated[int, typer.Option(help="端口。")] = 8888,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="是否自动打开浏览器。")] = True,
) -> None:
    """Start JupyterLab on the page to start from."""
    from pingyi.desk.lab import start_lab

    sys.exit(start_lab(port=port, browser=browser))


@app.command("refresh", help="重新运行并保存 notebooks/ 里的笔记本（示例活动）。\n\n例：pingyi refresh")
def refresh_notebooks() -> None:
    """Store every notebook run from top to bottom."""
    from pingyi.pipeline.notebook import refresh_stored_notebooks

    for path in refresh_stored_notebooks():
        typer.echo(f"已更新 {paths.shown(path)}")


@app.command(
    "schema",
    help="更新方案语言的 JSON Schema（供编辑器提示和检查）和《方案语言》一页里的键表。\n\n例：pingyi schema",
)
def write_plan_schema() -> None:
    """Write the JSON Schema beside the plan files, and the tables of keys into the reference page."""
    from pingyi.plan.language_reference import PAGE, write_page, write_schema

    written = [write_schema(paths.root() / "parameters")]
    if (paths.root() / PAGE).exists():
        written.append(write_page(paths.root()))
    echo_written(written)
