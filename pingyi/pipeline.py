"""The pipeline: papermill runs the notebooks that the plan has stages for, then the report is written.

Everything happens in a new folder that gets its final name at the very end; what earlier runs made is never touched. A
run that fails keeps its folder, and `resume` goes on from the stage that failed.
"""

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from threading import Thread
from typing import Any

from pingyi import places
from pingyi.asof import as_known_on
from pingyi.compared import Frames, compared_meanwhile, keep
from pingyi.faults import PingyiError, StageFailed
from pingyi.intake import Facts, read_facts
from pingyi.manifest import manifest, write_json
from pingyi.plan import Plan
from pingyi.reading import read_plan
from pingyi.review import DRAWS, SEED, Review
from pingyi.runfolder import DATABASE, FACTS, RunFolder, stored_facts, write_facts, write_tables
from pingyi.stages import STAGES, TITLES

REPORT = "report"
NOTEBOOKS = [f"{place + 1}_{stage}" for place, stage in enumerate([*STAGES, REPORT])]
NOTEBOOK_TITLES = TITLES | {REPORT: "年度报告"}
"""What people read while a notebook runs."""

Progress = Callable[[str, str], None]
"""Told ("begin" | "done" | "skipped", title) as the pipeline moves on."""


@dataclass(frozen=True)
class Done:
    """What a run made: its folder, and the seconds each step took."""

    folder: Path
    seconds: dict[str, float]


@dataclass
class Pipeline:
    """One run of a campaign."""

    campaign: str
    isolated: bool = False
    as_of: date | None = None
    progress: Progress = lambda event, title: None
    seconds: dict[str, float] = field(default_factory=dict)

    def run(self, *, resume: bool = False) -> Done:
        """Run the campaign and return where its report is.

        resume: go on with the latest unfinished run, with the facts that it read.
        Raises: UnknownCampaign, PlanFaults, FactFaults, StageFailed, CheckFailed.
        """
        plan_file = places.plan_file(self.campaign)
        folder = self._resumed(plan_file.name) if resume else None
        plan_file = folder.work / plan_file.name if folder else plan_file
        plan = read_plan(plan_file)
        with self._kernel() as kernel:
            facts = None if folder else self._read(plan)
            folder = folder or RunFolder.new(places.reports_folder(self.campaign), datetime.now(), self.as_of)
            with folder.held():
                if facts is not None:
                    self._begin(plan, plan_file, facts, folder.work)
                others = compared_meanwhile(plan_file, stored_facts(folder.work / FACTS))
                self._run_notebooks(plan, folder.work, kernel)
        with folder.held():
            self._write(plan, folder, others)
        folder.finish()
        return Done(folder.final, self.seconds)

    def _kernel(self) -> AbstractContextManager[Any]:
        """The kernel that all notebooks share, or none where each has its own."""
        from pingyi.kernel import shared_kernel

        return nullcontext() if self.isolated else shared_kernel()

    def _resumed(self, plan: str) -> RunFolder | None:
        folder = RunFolder.unfinished(places.reports_folder(self.campaign))
        ready = folder and (folder.work / "inputs.json").exists() and (folder.work / plan).exists()
        return folder if ready else None

    @contextmanager
    def _step(self, title: str) -> Iterator[None]:
        self.progress("begin", title)
        start = time.perf_counter()
        yield
        self.seconds[title] = round(time.perf_counter() - start, 3)
        self.progress("done", title)

    def _read(self, plan: Plan) -> Facts:
        with self._step("读取方案和数据"):
            return read_facts(places.facts_folder(self.campaign), plan)

    def _begin(self, plan: Plan, plan_file: Path, facts: Facts, work: Path) -> None:
        known = as_known_on(facts.tables, plan, self.as_of) if self.as_of else facts.tables
        write_facts(known, work / FACTS)
        shutil.copyfile(plan_file, work / plan_file.name)
        Review.begin(plan, known, database=work / DATABASE, draws=DRAWS, seed=SEED, as_of=self.as_of).close()
        write_json({"inputs": [asdict(one) for one in facts.receipts]}, work / "inputs.json")

    def _run_notebooks(self, plan: Plan, work: Path, kernel: Any) -> None:
        (work / "notebooks").mkdir(exist_ok=True)
        Thread(target=_load_report, daemon=True).start()
        for name in notebooks_of(plan):
            done = work / "notebooks" / f"{name}.ipynb"
            if done.exists() and never_ran(done) == []:
                self.progress("skipped", NOTEBOOK_TITLES[stage_of(name)])
                continue
            with self._step(NOTEBOOK_TITLES[stage_of(name)]):
                run_notebook(name, done, self._parameters(work), kernel)

    def _parameters(self, work: Path) -> dict[str, str]:
        return {"campaign": self.campaign, "run": str(work.resolve())}

    def _write(self, plan: Plan, folder: RunFolder, others: "Future[Frames]") -> None:
        from pingyi.report import write_page

        work = folder.work
        with self._step("试算存疑"):
            frames = others.result()
        with self._step("写出报告"):
            review = Review.resume(plan, work / DATABASE, draws=DRAWS, seed=SEED).through(STAGES[-1])
            keep(review, frames)
            write_tables(review, work / "tables")
            run: dict[str, Any] = {"id": folder.final.name, "finished": datetime.now().isoformat(timespec="seconds")}
            run |= {"campaign": self.campaign, "draws": DRAWS, "seed": SEED, "seconds": self.seconds}
            run |= {"as_of": review.as_of.isoformat()}
            inputs = _inputs(work)
            made = manifest(plan=work / f"{self.campaign}.yaml", inputs=inputs, tables=work / "tables", run=run)
            write_json(made, work / "manifest.json")
            write_page(review, work / "report.html", simulated=places.is_simulated(self.campaign), run=made)
            review.close()
            (work / "inputs.json").unlink()


def _load_report() -> None:
    """Import what writes the report while the kernel computes; the import that needs it then finds it there."""
    import pingyi.report  # noqa: F401


def _inputs(work: Path) -> list[dict[str, Any]]:
    import json

    inputs: list[dict[str, Any]] = json.loads((work / "inputs.json").read_text(encoding="utf-8"))["inputs"]
    return inputs


def stage_of(notebook: str) -> str:
    """The stage a notebook shows."""
    return notebook.split("_", 1)[1]


def notebooks_of(plan: Plan) -> list[str]:
    """The notebooks that a plan has stages for, in order."""
    there = {"shortlist": plan.shortlists, "outcomes": plan.outcomes or plan.tasks or plan.rechecks}
    return [name for name in NOTEBOOKS if there.get(stage_of(name), True)]


def run_notebook(name: str, target: Path, parameters: dict[str, str], kernel: Any) -> None:
    """Run a notebook of `notebooks/` into `target`, on a shared kernel or (None) on one of its own.

    Raises: StageFailed where a cell failed or did not run, in Chinese and without a traceback.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    import papermill

    from pingyi.engine import NAME
    from pingyi.kernel import CELL_TIMEOUT

    source = places.root() / "notebooks" / f"{name}.ipynb"
    known = papermill.inspect_notebook(str(source))
    if set(known) != set(parameters):
        raise StageFailed(f"笔记本 {source.name} 的参数应为 {'、'.join(parameters)}，现为 {'、'.join(known)}")
    engine = {"engine_name": NAME, "km": kernel} if kernel else {"execution_timeout": CELL_TIMEOUT}
    try:
        papermill.execute_notebook(
            str(source), str(target), parameters, progress_bar=False, cwd=str(places.root()), **engine
        )
    except PingyiError:
        raise
    except Exception as error:
        raise StageFailed(_failure(name, error)) from error
    if missed := never_ran(target):
        raise StageFailed(f"“{NOTEBOOK_TITLES[stage_of(name)]}”没有跑完：第 {missed[0]} 个代码格没有执行")


def never_ran(path: Path) -> list[int]:
    """The code cells (from 1) of an executed notebook that did not run, or not to their end."""
    import nbformat

    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    failed = {"failed", "pending", "running"}
    return [
        place + 1
        for place, cell in enumerate(cells)
        if cell.source.strip()
        and (cell.execution_count is None or cell.metadata.get("papermill", {}).get("status") in failed)
    ]


def _failure(name: str, error: Exception) -> str:
    """Which stage, why, what to do: from the last line that the failing cell printed."""
    title = NOTEBOOK_TITLES[stage_of(name)]
    reason = getattr(error, "evalue", "") or str(error).strip().splitlines()[-1]
    return "\n".join(
        [
            f"“{title}”没有完成，这一次运行停在这里；以前的报告都还在。",
            f"  原因：{reason}",
            "  改正后用 --resume 接着做。",
        ]
    )
