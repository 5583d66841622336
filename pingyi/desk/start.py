"""The page where JupyterLab opens: choose a campaign, see its state, check its facts, run it, open what came out."""

import html
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote

import polars as pl

from pingyi.common import paths
from pingyi.common.codebook import codebook
from pingyi.common.faults import PingyiError
from pingyi.desk.pickers import campaign_titles
from pingyi.desk.published import Published
from pingyi.desk.working_copies import copy_notebooks, stored_notebooks
from pingyi.plan import Plan
from pingyi.plan.reader import read_plan
from pingyi.results.list_states import read_list_states
from pingyi.runs.folder import PARTIAL, NothingRun, latest_run, run_facts

STEPS = 10
"""Steps of a full run, as the command line tells them: reading, seven notebooks, readings, writing."""
DONE = "✓"
"""What stands before a step that is done."""

WIDE = {"width": "640px"}


def describe_campaign(campaign: str) -> list[str]:
    """How far a campaign is, in sentences: its plan, the files in hand, the last run, its lists."""
    try:
        plan = read_plan(paths.plan_file(campaign))
    except PingyiError as error:
        return [str(error)]
    simulated = "数据是模拟的，不代表任何真实单位。" if paths.is_simulated(campaign) else ""
    return [
        f"方案可用：{len(plan.components)} 项指标，{len(plan.every_list)} 份名单。{simulated}",
        _describe_files(campaign),
        *_describe_runs(campaign, plan),
    ]


def _describe_files(campaign: str) -> str:
    """Which tables of facts are in the campaign's folder."""
    folder, known = paths.facts_folder(campaign), codebook().facts
    if not folder.is_dir():
        return f"还没有数据：请把数据文件放进 {folder.as_posix()}。"
    names = sorted(path.stem for path in folder.iterdir() if not path.name.startswith((".", "truth", "说明")))
    titles = [known[name].title if name in known else name for name in names]
    return f"数据文件 {len(names)} 份：{'、'.join(titles)}。" if names else "数据文件夹是空的。"


def _describe_runs(campaign: str, plan: Plan) -> Iterator[str]:
    """The last finished run with its lists, and an unfinished one."""
    reports = paths.reports_folder(campaign)
    if any(reports.glob(f"*{PARTIAL}")):
        yield "有一次运行没有做完；可以在终端用 pingyi run --resume 接着做，或重新运行。"
    try:
        run = latest_run(reports)
    except NothingRun:
        yield "还没有完成的运行。"
        return
    made = run_facts(run)["run"]
    when = datetime.fromisoformat(made["finished"]).strftime("%Y-%m-%d %H:%M")
    yield f"最近一次运行：{when}，看到 {made['as_of']}。"
    yield from _describe_lists(run, plan)


def _describe_lists(run: Path, plan: Plan) -> Iterator[str]:
    """How many of the lists of a run are decided."""
    try:
        published = Published(run)
    except PingyiError as error:
        yield str(error)
        return
    states: pl.DataFrame = published.review.table("list_states")
    published.close()
    known = read_list_states(states.iter_rows(named=True))
    for said, decided in (("已决定的名单", True), ("拟定、等待决定的名单", False)):
        lists = [title for id, title in plan.list_titles.items() if id in known and known[id].decided == decided]
        if lists:
            yield f"{said}：{'、'.join(lists)}。"


def describe_links(campaign: str) -> str:
    """Where to go on, as links: the report of the last run, and the notebooks to work in."""
    links = []
    try:
        run = latest_run(paths.reports_folder(campaign))
        links = [_link("打开最近一次运行的报告", "files", run / "report.html")]
    except NothingRun:
        pass
    titles = [_title_of(path) for path in stored_notebooks()]
    copies = zip(titles, copy_notebooks(campaign), strict=True)
    links += [_link(title, "lab/tree", path) for title, path in copies]
    return "<ul>" + "".join(f"<li>{one}</li>" for one in links) + "</ul>"


def _title_of(path: Path) -> str:
    """The head of a notebook."""
    import nbformat

    return str(nbformat.read(path, as_version=4).cells[0].source.splitlines()[0]).removeprefix("# ")


def _link(text: str, view: str, path: Path) -> str:
    """A link that the server of JupyterLab follows."""
    place = quote(path.resolve().relative_to(paths.root()).as_posix())
    return f'<a href="/{view}/{place}" target="_blank" style="color:#0072B2">{html.escape(text)}</a>'


def run_verb(verb: str, campaign: str) -> Iterator[str]:
    """The lines of a command of the program as they come, and at the end whether it went well."""
    told = os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1", "COLUMNS": "200"}
    given = [sys.executable, "-m", "pingyi.cli", verb, campaign]
    with subprocess.Popen(
        given, cwd=paths.root(), env=told, text=True, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        assert process.stdout is not None
        yield from (line.rstrip() for line in process.stdout)
    yield "完成。" if not process.returncode else "没有完成：请按上面的提示改正以后再试。"


def start() -> Any:
    """The page: pickers and buttons in Chinese."""
    from ipywidgets import HTML, Button, Dropdown, HBox, IntProgress, Output, VBox

    choice = Dropdown(options=list(campaign_titles().items()), description="活动", layout=WIDE)
    state, links, log = HTML(), HTML(), Output()
    bar = IntProgress(max=STEPS, layout=WIDE | {"visibility": "hidden"})
    buttons = {"check": Button(description="核对数据"), "run": Button(description="运行", button_style="primary")}

    def tell_state(_: Any = None) -> None:
        state.value = "".join(f"<p>{html.escape(line)}</p>" for line in describe_campaign(choice.value))
        links.value = describe_links(choice.value)

    def follow(verb: str, campaign: str) -> None:
        for line in run_verb(verb, campaign):
            bar.value += line.strip().startswith(DONE)
            log.append_stdout(f"{line}\n")
        bar.layout.visibility = "hidden"
        for one in buttons.values():
            one.disabled = False
        tell_state()

    def begin(verb: str) -> None:
        for one in buttons.values():
            one.disabled = True
        log.outputs, bar.value = (), 0
        bar.layout.visibility = "visible" if verb == "run" else "hidden"
        Thread(target=follow, args=(verb, choice.value), daemon=True).start()

    for verb, button in buttons.items():
        button.on_click(lambda _, verb=verb: begin(verb))
    choice.observe(tell_state, names="value")
    if choice.value:
        tell_state()
    return VBox([choice, state, HBox(list(buttons.values())), bar, log, HTML("<b>打开</b>"), links])
