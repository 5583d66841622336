"""The verbs that hand out papers: finished documents of a run, forms for facts, a new campaign."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pingyi.cli.base import Name, app
from pingyi.common import paths

if TYPE_CHECKING:
    from pingyi.report.book import Book


@app.command(
    help="由最近一次完成的运行写出文件：通报（Word、PDF）、年度报告（PDF）、工作簿（Excel）、一单位一报告（Word、PDF）。\n\n"
    "例：pingyi report pingyang-2020 --number 平委办〔2020〕1号 --day 2020年12月15日"
)
def report(
    name: Name,
    template: Annotated[Path | None, typer.Option(help="本单位自己的红头模板（.docx）；不填用自带的。")] = None,
    number: Annotated[str, typer.Option(help="发文字号；不填留空待填。")] = "",
    day: Annotated[str, typer.Option(help="成文日期，照写在落款处；不填留空待填。")] = "",
    letters: Annotated[bool, typer.Option("--letters/--no-letters", help="是否写一单位一报告。")] = True,
) -> None:
    """Write every finished document of the latest run into a folder of its own."""
    from pingyi.office.annual_report import report_files
    from pingyi.office.issuance import Issue, write_documents
    from pingyi.office.result_workbook import write_workbook
    from pingyi.office.results_notice import notice_files
    from pingyi.runs.states.standing import not_in_run

    book, folder = _book(name)
    simulated = bool(book.run["run"].get("simulated"))
    for line in not_in_run(name, "这些文件依据{}"):
        typer.echo(line)
    issue = Issue(simulated=simulated, day=day, number=number)
    written = write_documents(folder, notice_files(book, issue, template) | report_files(book, issue))
    written.append(write_workbook(book, folder / "工作簿.xlsx", simulated=simulated))
    if letters:
        _letters(book, folder / "一单位一报告", simulated)
    for path in written:
        typer.echo(f"已写出 {paths.shown(path)}")


def _book(name: str) -> "tuple[Book, Path]":
    """The latest run as documents need it, and the folder that they go to: a finished run is not touched again."""
    from pingyi.plan.reader import read_plan
    from pingyi.report.book import Book
    from pingyi.runs.folder import DATABASE, latest_run, run_facts
    from pingyi.scoring.review import Review

    paths.plan_file(name)
    run = latest_run(paths.reports_folder(name))
    review = Review.resume(read_plan(run / f"{name}.yaml"), run / DATABASE)
    return Book(review, run_facts(run)), paths.reports_folder(name) / "文件" / run.name


def _letters(book: "Book", folder: Path, simulated: bool) -> None:
    from pingyi.cli.progress import counted
    from pingyi.office.letters.letter_files import write_letters

    with counted("一单位一报告") as progress:
        files = write_letters(book, folder, simulated=simulated, progress=progress)
    typer.echo(f"已写出 {paths.shown(folder)}（{len(files)} 个文件）")


@app.command(
    help="照一个现成的活动建新活动：参数文件和填数据用的 Excel 模板。\n\n"
    "例：pingyi new pingyang-2021 --from pingyang-2020"
)
def new(
    name: Annotated[str, typer.Argument(metavar="新活动", help="新活动的编号：字母、数字、连字符。")],
    source: Annotated[str, typer.Option("--from", metavar="活动", help="照哪个活动来建。")],
) -> None:
    """Copy a plan under another id and write forms for its facts."""
    from pingyi.office.new_campaign import new_campaign

    for path in new_campaign(name, source):
        typer.echo(f"已写出 {paths.shown(path)}")


@app.command(
    help="按方案重写填数据用的 Excel 模板（下拉选项取自方案和名录）。\n\n例：pingyi forms pingyang-2020 --out 模板"
)
def forms(
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
    for path in write_forms(plan, tables["units"] if tables else None, out, proposed):
        typer.echo(f"已写出 {paths.shown(path)}")
