"""The notebooks of a run, and one of them run; and whether it really ran, whatever it says.

A notebook can end early, run on for ever, fail where no cell shows it, or show nothing at all, and papermill reports
success. Here such a notebook has failed.
"""

import ast
import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from pingyi.common.faults import PingyiError, StageFailed, describe_os_error
from pingyi.plan import Plan
from pingyi.scoring.stages import STAGES, TITLES

REPORT = "report"
NOTEBOOKS = [f"{place + 1}_{stage}" for place, stage in enumerate([*STAGES, REPORT])]
NOTEBOOK_TITLES = TITLES | {REPORT: "年度报告"}
"""What people read while a notebook runs."""

UNFINISHED = "-未完成"
"""Ending of the name of a notebook that is running, or that failed: it stays for whoever wants to see why."""

CHANGED = "请从备份或版本库恢复这个笔记本"


def stage_of(notebook: str) -> str:
    """The stage a notebook shows."""
    return notebook.split("_", 1)[1]


def notebooks_of(plan: Plan) -> list[str]:
    """The notebooks that a plan has stages for, in order."""
    there = {"shortlist": plan.shortlists, "outcomes": plan.outcomes or plan.tasks or plan.rechecks}
    return [name for name in NOTEBOOKS if there.get(stage_of(name), True)]


def run_notebook(
    source: Path, target: Path, parameters: dict[str, str], *, title: str, kernel: Any, limit: float, folder: Path
) -> None:
    """Run a notebook into `target`, which is there only when the notebook ran whole.

    kernel: the kernel manager to run it on; None for a kernel of its own. limit: seconds that a cell may take. folder:
    where its code runs. Raises: StageFailed, in Chinese and without a traceback.
    """
    from pingyi.pipeline.kernel import shared_kernel

    _check(source, parameters, title)
    running = target.with_name(f"{target.stem}{UNFINISHED}{target.suffix}")
    with nullcontext(kernel) if kernel else shared_kernel() as manager:
        try:
            _execute(source, running, parameters, {"km": manager, "limit": limit}, folder)
        except PingyiError:
            raise
        except Exception as error:
            raise _failed(title, _reason(error, limit)) from error
    if lie := found_out(running):
        raise _failed(title, lie)
    os.replace(running, target)


def _check(source: Path, parameters: dict[str, str], title: str) -> None:
    """Whether a notebook can be run at all."""
    import nbformat

    try:
        notebook = nbformat.read(source, as_version=4)
        nbformat.validate(notebook)
    except FileNotFoundError:
        raise _failed(title, f"没有笔记本 {source.name}；{CHANGED}") from None
    except Exception as error:
        raise _failed(title, f"笔记本 {source.name} 读不出来，可能被手工改动过；{CHANGED}") from error
    known = _parameters(notebook)
    if known != set(parameters):
        there = "、".join(sorted(known)) or "没有"
        wanted = f"笔记本 {source.name} 的参数应为 {'、'.join(parameters)}，现为 {there}；{CHANGED}"
        raise _failed(title, wanted)


def _parameters(notebook: Any) -> set[str]:
    """The names that the cells tagged as parameters assign."""
    cells = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    try:
        nodes = [node for cell in cells for node in ast.walk(ast.parse(cell.source))]
    except SyntaxError:
        return set()
    targets = [target for node in nodes if isinstance(node, ast.Assign) for target in node.targets]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _execute(source: Path, target: Path, parameters: dict[str, str], engine: dict[str, Any], folder: Path) -> None:
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    import papermill

    from pingyi.pipeline.engine import NAME

    papermill.execute_notebook(
        str(source), str(target), parameters, progress_bar=False, cwd=str(folder), engine_name=NAME, **engine
    )


def is_whole(path: Path) -> bool:
    """Whether there is an executed notebook, and all of it ran."""
    try:
        return path.exists() and not found_out(path)
    except Exception:  # whatever is wrong with it, it is run again
        return False


def found_out(path: Path) -> str:
    """Why an executed notebook did not run whole; empty where it did."""
    import nbformat

    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    for place, cell in enumerate(cells, start=1):
        wrong = [output for output in cell.outputs if output.output_type == "error"]
        if wrong:
            return f"第 {place} 个代码格出错：{_said(wrong[0])}"
        if cell.source.strip() and not _ran(cell):
            return f"第 {place} 个代码格没有执行，它前面的格提前结束了运行"
    return "" if any(cell.outputs for cell in cells) else "全部代码格都没有输出，输出可能被吞掉了"


def _ran(cell: Any) -> bool:
    state = cell.metadata.get("papermill", {}).get("status")
    return cell.execution_count is not None and state not in ("failed", "pending", "running")


def _said(output: Any) -> str:
    return f"{output.ename}（{output.evalue}）" if output.evalue else str(output.ename)


def _reason(error: Exception, limit: float) -> str:
    """Why a notebook failed, from what papermill and the kernel said."""
    kind = type(error).__name__
    if kind == "CellTimeoutError":
        return f"有一格超过 {limit:g} 秒还没有跑完，已经停下"
    if kind == "DeadKernelError" or "kernel died" in str(error).lower():
        return "内核中途停了：可能内存不够，或者有一格退出了程序"
    if kind == "KeptQuiet":
        return f"后台线程出错，单元格没有显示：{error}"
    said = getattr(error, "evalue", "") or (str(error).strip().splitlines() or [kind])[-1]
    return describe_os_error(said if getattr(error, "evalue", "") else error) or said


def _failed(title: str, reason: str) -> StageFailed:
    """Which stage, why, what to do."""
    told = [f"“{title}”没有完成，这一次运行停在这里；以前的报告都还在。", f"  原因：{reason}"]
    return StageFailed("\n".join([*told, "  改正后用 --resume 接着做。"]))
