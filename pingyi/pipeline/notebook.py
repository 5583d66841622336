"""Notebooks run: those of a run on one kernel, and the stored ones anew; and whether one really ran, whatever it says.

A kernel for each notebook would cost five to eight seconds. The shared one starts at once and imports what every
notebook needs while the run still reads its facts. That notebooks do not lean on each other's state is checked where
they are compared with a fresh run each, in the tests.

A notebook can end early, run on for ever, fail where no cell shows it, or show nothing at all, and papermill reports
success. Here such a notebook has failed.
"""

import ast
import os
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from traitlets.config import Config

from pingyi.common import paths
from pingyi.common.faults import PingyiError, StageFailed, describe_os_error
from pingyi.plan import Plan
from pingyi.scoring.stages import STAGES, TITLES, stages_of

REPORT = "report"
NOTEBOOKS = [f"{place + 1}_{stage}" for place, stage in enumerate([*STAGES, REPORT])]
NOTEBOOK_TITLES = TITLES | {REPORT: "年度报告"}
"""What people read while a notebook runs."""

UNFINISHED = "-未完成"
"""Ending of the name of a notebook that is running, or that failed: it stays for whoever wants to see why."""

CHANGED = "请从备份或版本库恢复这个笔记本"

CELL_TIMEOUT = 900
"""Seconds after which a cell that does not end is reported as failed."""

QUIET = Config({"KernelManager": {"transport_encryption": "auto"}})
"""Without it newer kernels print a warning at each start."""

WATCHED = (
    "import pingyi.pipeline.watch; pingyi.pipeline.watch.note_failures()",
    "get_ipython().system_raise_on_error = True",
)
"""A thread that fails is noted; a line for the shell that fails is an error of its cell."""

AT_START = "import pingyi.desk.workbench"

WIDGET = "application/vnd.jupyter.widget-view+json"
UNUSED = "（运行这一格，就会出现滑块或选项。）"
"""What stands for a widget where the notebook is stored: its own number is another one each time."""


def stage_of(notebook: str) -> str:
    """The stage a notebook shows."""
    return notebook.split("_", 1)[1]


def notebooks_of(plan: Plan) -> list[str]:
    """The notebooks that a plan has stages for, in order."""
    there = {*stages_of(plan), REPORT}
    return [name for name in NOTEBOOKS if stage_of(name) in there]


def stored_notebook(name: str) -> Path:
    """A notebook as the program brings it."""
    return paths.root() / "notebooks" / f"{name}.ipynb"


def own_report(campaign: str) -> Path | None:
    """The campaign's own notebook of the annual report, where its analysts made one from the program's.

    Stages are never taken from elsewhere than the program: only the report may be another.
    """
    own = paths.notebooks_folder(campaign) / f"{NOTEBOOKS[-1]}.ipynb"
    return own if own.is_file() else None


@contextmanager
def shared_kernel(at_start: str = AT_START) -> Iterator[AsyncKernelManager]:
    """A kernel manager whose kernel is on its way; it ends with the block. at_start: what it imports before all."""
    manager = AsyncKernelManager(kernel_name="python3", config=QUIET)
    lines = [f"--IPKernelApp.exec_lines={line}" for line in (*WATCHED, at_start)]
    run_sync(manager.start_kernel)(cwd=str(paths.root()), extra_arguments=lines)
    try:
        yield manager
    finally:
        if manager.has_kernel:
            run_sync(manager.shutdown_kernel)(now=True)


def run_notebook(
    source: Path, target: Path, parameters: dict[str, str], *, title: str, kernel: Any, limit: float, folder: Path
) -> None:
    """Run a notebook into `target`, which is there only when the notebook ran whole.

    kernel: the kernel manager to run it on; None for a kernel of its own. limit: seconds that a cell may take. folder:
    where its code runs. Raises: StageFailed, in Chinese and without a traceback.
    """
    _refuse_changed(source, parameters, title)
    running = target.with_name(f"{target.stem}{UNFINISHED}{target.suffix}")
    with nullcontext(kernel) if kernel else shared_kernel() as manager:
        try:
            _execute_on_kernel(source, running, parameters, manager, limit, folder)
        except PingyiError:
            raise
        except Exception as error:
            raise _stage_failed(title, _describe_failure(error, limit)) from error
    if lie := find_lie(running):
        raise _stage_failed(title, lie)
    os.replace(running, target)


def _refuse_changed(source: Path, parameters: dict[str, str], title: str) -> None:
    """Raises: StageFailed where the notebook cannot be run as it is."""
    import nbformat

    try:
        notebook = nbformat.read(source, as_version=4)
        nbformat.validate(notebook)
    except FileNotFoundError:
        raise _stage_failed(title, f"没有笔记本 {source.name}；{CHANGED}") from None
    except Exception as error:
        raise _stage_failed(title, f"笔记本 {source.name} 读不出来，可能被手工改动过；{CHANGED}") from error
    known = _assigned_parameters(notebook)
    if known != set(parameters):
        there = "、".join(sorted(known)) or "没有"
        wanted = f"笔记本 {source.name} 的参数应为 {'、'.join(parameters)}，现为 {there}；{CHANGED}"
        raise _stage_failed(title, wanted)


def _assigned_parameters(notebook: Any) -> set[str]:
    """The names that the cells tagged as parameters assign."""
    cells = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    try:
        nodes = [node for cell in cells for node in ast.walk(ast.parse(cell.source))]
    except SyntaxError:
        return set()
    targets = [target for node in nodes if isinstance(node, ast.Assign) for target in node.targets]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _execute_on_kernel(
    source: Path, target: Path, parameters: dict[str, str], kernel: Any, limit: float, folder: Path
) -> None:
    _spare_grammar()
    import papermill

    from pingyi.pipeline.engine import NAME

    papermill.execute_notebook(
        str(source),
        str(target),
        parameters,
        progress_bar=False,
        cwd=str(folder),
        engine_name=NAME,
        request_save_on_cell_execute=False,
        km=kernel,
        limit=limit,
        target=str(target.resolve()),
    )


def _spare_grammar() -> None:
    """Keep jsonschema from building the grammar of web addresses, which takes long and nothing here is checked by."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def is_whole(path: Path) -> bool:
    """Whether there is an executed notebook, and all of it ran."""
    try:
        return path.exists() and not find_lie(path)
    except Exception:  # whatever is wrong with it, it is run again
        return False


def find_lie(path: Path) -> str:
    """Why an executed notebook did not run whole, whatever it says; empty where it did."""
    import nbformat

    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    for place, cell in enumerate(cells, start=1):
        wrong = [output for output in cell.outputs if output.output_type == "error"]
        if wrong:
            value = f"（{wrong[0].evalue}）" if wrong[0].evalue else ""
            return f"第 {place} 个代码格出错：{wrong[0].ename}{value}"
        state = cell.metadata.get("papermill", {}).get("status")
        has_run = cell.execution_count is not None and state not in ("failed", "pending", "running")
        if cell.source.strip() and not has_run:
            return f"第 {place} 个代码格没有执行，它前面的格提前结束了运行"
    return "" if any(cell.outputs for cell in cells) else "全部代码格都没有输出，输出可能被吞掉了"


def _describe_failure(error: Exception, limit: float) -> str:
    """Why a notebook failed, from what papermill and the kernel said."""
    kind, value = type(error).__name__, getattr(error, "evalue", "")
    if kind == "CellTimeoutError":
        return f"有一格超过 {limit:g} 秒还没有跑完，已经停下"
    if kind == "DeadKernelError" or "kernel died" in str(error).lower():
        return "内核中途停了：可能内存不够，或者有一格退出了程序"
    if kind == "KeptQuiet":
        return f"后台线程出错，单元格没有显示：{error}"
    return describe_os_error(value or error) or value or (str(error).strip().splitlines() or [kind])[-1]


def _stage_failed(title: str, reason: str) -> StageFailed:
    """Which stage, why, what to do."""
    lines = [f"“{title}”没有完成，这一次运行停在这里；以前的报告都还在。", f"  原因：{reason}"]
    return StageFailed("\n".join([*lines, "  改正后用 --resume 接着做。"]))


def refresh_stored_notebooks(names: Collection[str] = ()) -> Iterator[Path]:
    """Run every notebook of `notebooks/` on the sample campaign, in a kernel of its own, and store it with its outputs.

    names: of those that are run, without ending; none: all. No times of day are kept in them.
    """
    _spare_grammar()
    import nbformat
    from nbclient import NotebookClient

    for path in sorted((paths.root() / "notebooks").glob("*.ipynb")):
        if names and path.stem not in names:
            continue
        notebook = nbformat.read(path, as_version=4)
        manager = AsyncKernelManager(kernel_name="python3", config=QUIET)
        folder = {"metadata": {"path": str(path.parent)}}
        client = NotebookClient(notebook, km=manager, timeout=CELL_TIMEOUT, record_timing=False, resources=folder)
        client.execute(cleanup_kc=True)
        _strip_machine(notebook)
        nbformat.write(notebook, path)
        yield path


def _strip_machine(notebook: Any) -> None:
    """Keep what a reader needs; versions of a machine and numbers of widgets are none of it."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.get("data", {}).pop(WIDGET, None) and "text/html" not in output["data"]:
                output["data"] = {"text/markdown": UNUSED, "text/plain": UNUSED}
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
