"""The pipeline without what takes long and is tried elsewhere: its stages run here, not in notebooks on a kernel."""

import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager, nullcontext
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import pingyi.pipeline.pipeline as pipeline
import pingyi.report
from pingyi.common import paths
from pingyi.plan import Plan
from pingyi.plan.reader import read_plan
from pingyi.results.result_tables import ResultTables
from pingyi.runs.folder import DATABASE
from pingyi.scoring.review import Review
from pingyi.scoring.stages import STAGES

DRAWS = 2


@cache
def plan_of(text: str) -> Plan:
    """A plan from the text of its file, read once."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "plan.yaml"
        file.write_text(text, encoding="utf-8")
        return read_plan(file)


def run_stage(source: Path, target: Path, parameters: Mapping[str, str], **_: Any) -> None:
    """Do what the stages' notebooks do to the database, all at the last, and leave the stored notebook as the one that
    ran."""
    work = target.parents[1]
    if pipeline.stage_of(target.stem) not in STAGES:
        plan = plan_of((work / f"{parameters['campaign']}.yaml").read_text(encoding="utf-8"))
        Review.resume(plan, work / DATABASE, draws=DRAWS, seed=1).through(STAGES[-1]).close()
    shutil.copyfile(source, target)


def _nothing(*_: Any) -> "Future[dict[str, Any]]":
    done: Future[dict[str, Any]] = Future()
    done.set_result({})
    return done


def _page(results: ResultTables, target: Path, *, simulated: bool) -> None:
    target.write_text(f"{results.run['seal']} {results.plan.campaign.title} {simulated}", encoding="utf-8")


@contextmanager
def quick(folder: Path, *, bare: bool = False) -> Iterator[None]:
    """Run pipelines of the project in `folder` without a kernel. bare: without comparisons and report, too."""
    stand_ins: dict[str, Any] = {"run_notebook": run_stage, "DRAWS": DRAWS}
    if bare:
        stand_ins |= {"compare_meanwhile": _nothing, "read_plan": lambda path: plan_of(path.read_text("utf-8"))}
    with (
        patch.object(paths, "root", lambda: folder),
        patch.multiple(pipeline, **stand_ins),
        patch.object(pipeline.Pipeline, "_open_kernel", lambda _: nullcontext()),
        patch.object(pingyi.report, "write_page", _page if bare else pingyi.report.write_page),
        patch.object(pingyi.report, "prepare_page", _nothing if bare else pingyi.report.prepare_page),
    ):
        yield
