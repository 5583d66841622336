"""The pipeline: papermill runs the notebooks that the plan has stages for, then the report is written.

Everything happens in a new folder that gets its final name at the very end; what earlier runs made is never touched. A
run that fails keeps its folder, and `resume` goes on from the stage that failed.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from threading import Thread
from typing import Any

from pingyi.common import paths
from pingyi.common.faults import StageFailed, Trouble, describe_os_error, is_database_lock
from pingyi.common.files import hash_file
from pingyi.disclosure.scan import refuse_persons
from pingyi.facts.as_of_date import as_it_stood
from pingyi.facts.intake import Facts
from pingyi.facts.intake.issue_log import write_mended
from pingyi.facts.ledger import FILE, Ledger
from pingyi.fieldwork.ballots_in_force import ballots_in_force
from pingyi.fieldwork.code_register import CodesRefused
from pingyi.pipeline.notebook import (
    CELL_TIMEOUT,
    NOTEBOOK_TITLES,
    NOTEBOOKS,
    is_whole,
    notebooks_of,
    own_report,
    run_notebook,
    shared_kernel,
    stage_of,
    stored_notebook,
)
from pingyi.plan import Plan
from pingyi.plan.reader import read_plan
from pingyi.results.result_tables import ResultTables
from pingyi.runs.added_sections import ADDED_SECTIONS, find_added, report_notebook
from pingyi.runs.arrivals import day_looked_at, take_facts
from pingyi.runs.changes import Program, refuse_begun_otherwise
from pingyi.runs.folder import (
    DATABASE,
    FACTS,
    LOG,
    RunFolder,
    next_number,
    read_begun,
    refuse_other_key,
    stored_facts,
    whole_ledger,
    write_facts,
    write_log,
    write_tables,
)
from pingyi.runs.history import NO_PAST, Past, compile_past, store_past
from pingyi.runs.manifest import BEGUN, LOCK, MANIFEST, close_manifest, files_of, hash_files, make_manifest, write_json
from pingyi.scenarios.campaign_scenarios import Frames, compare_meanwhile, keep_comparisons
from pingyi.scoring.review import DRAWS, SEED, Review
from pingyi.scoring.stages import STAGES, TITLES

READ_THEN = "\n  没做完的运行用的是当时的数据：改好以后，请不带 --resume 重新运行"
"""What to do where the facts of an unfinished run are refused."""

Progress = Callable[[str, str], None]
"""Told ("begin" | "reading" | "done" | "skipped", title) as the pipeline moves on; reading: what is read just now."""


@dataclass(frozen=True)
class Done:
    """What a run made: its folder, the seal of its result, the seconds each step took, and what was before it.

    notes: what somebody should know of the run itself.
    """

    folder: Path
    seal: str
    seconds: dict[str, float]
    past: Past
    notes: list[str]


@dataclass
class Pipeline:
    """One run of a campaign. limit: seconds that one cell of a notebook may take.

    as_of: the day for which to look. known_on: the day whose knowledge is taken, at whose end it was in hand.
    key: the file of the key for telephone numbers, if not the campaign's own. fresh: read every file anew.
    new_key: whether the key may be another one than that of the last run. stale_ballots: whether codes may have been
    revoked since the ballots were checked. ballots: what to know of them; the manifest keeps it then. notes: what to
    know of the state of the facts.
    """

    campaign: str
    isolated: bool = False
    as_of: date | None = None
    known_on: date | None = None
    key: Path | None = None
    fresh: bool = False
    new_key: bool = False
    stale_ballots: bool = False
    progress: Progress = lambda event, title: None
    limit: float = CELL_TIMEOUT
    seconds: dict[str, float] = field(default_factory=dict)
    ballots: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def run(self, *, resume: bool = False, as_begun: bool = False) -> Done:
        """Run the campaign and return where its report is.

        resume: go on with the latest unfinished run, with the facts that it read. as_begun: also where plan, facts or
        ledger are others now.
        Raises: UnknownCampaign, PlanFaults, FactFaults, CodesRefused, RunIsBusy, BegunOtherwise, StageFailed,
        CheckFailed, NotKnown.
        """
        plan_file = paths.plan_file(self.campaign)
        reports = paths.reports_folder(self.campaign)
        folder = RunFolder.last_unfinished(reports) if resume else None
        with ExitStack() as held:
            if folder:
                held.enter_context(folder.held())
                self._go_on(folder.work, as_begun)
                plan_file = folder.work / plan_file.name
            plan = read_plan(plan_file)
            if folder:
                self._check_ballots(plan, stored_facts(folder.work / FACTS), READ_THEN)
            with self._open_kernel() as kernel:
                if folder is None:
                    facts = self._read_facts(plan)
                    folder = RunFolder.new(reports, datetime.now(), self.as_of, self.known_on)
                    held.enter_context(folder.held())
                    self._store_beginning(plan, plan_file, facts, folder.work)
                _wait_for_database(plan, folder.work / DATABASE)
                others = compare_meanwhile(plan_file, stored_facts(folder.work / FACTS), folder.work)
                self._run_notebooks(plan, folder.work, kernel)
            self._run_own_report(plan, folder.work)
            past = read_begun(folder.work)["past"] or NO_PAST
            seal = self._write_results(plan, folder, others)
            folder.finish()
        return Done(folder.final, seal, self.seconds, past, self.notes)

    def _go_on(self, work: Path, as_begun: bool) -> None:
        """Whether an unfinished run may be gone on with as it began. Raises: BegunOtherwise."""
        found = refuse_begun_otherwise(work, self.campaign, self.as_of, self.known_on, as_begun=as_begun)
        self.notes += [f"开始以后变了，没有算在内：{one.briefly}" for one in found]

    def _open_kernel(self) -> AbstractContextManager[Any]:
        """The kernel that all notebooks share, or none where each has its own."""
        return nullcontext() if self.isolated else shared_kernel()

    @contextmanager
    def _timed_step(self, title: str) -> Iterator[None]:
        self.progress("begin", title)
        start = time.perf_counter()
        yield
        self.seconds[title] = round(time.perf_counter() - start, 3)
        self.progress("done", title)

    def _tell_reading(self, file: str, rows: int) -> None:
        self.progress("reading", f"读取 {file}：{rows:,} 行")

    def _read_facts(self, plan: Plan) -> Facts:
        with self._timed_step("读取方案和数据"):
            whole_ledger(self.campaign)
            days = {"as_of": self.as_of, "known_on": self.known_on}
            facts, _, notes = take_facts(
                self.campaign, plan, key=self.key, fresh=self.fresh, progress=self._tell_reading, **days
            )
            self.notes += notes
            self.as_of = day_looked_at(plan, self.as_of, self.known_on)
            if not self.new_key:
                refuse_other_key(paths.reports_folder(self.campaign), facts.key)
            self._check_ballots(plan, facts.tables)
            return facts

    def _check_ballots(self, plan: Plan, facts: Frames, again: str = "") -> None:
        """Whether ballots among the facts are still those of their last check. Raises: CodesRefused."""
        try:
            self.ballots += ballots_in_force(plan, facts, key=self.key, stale=self.stale_ballots)
        except CodesRefused as refused:
            raise CodesRefused(f"{refused}{again}") from None

    def _store_beginning(self, plan: Plan, plan_file: Path, facts: Facts, work: Path) -> None:
        """Store what the run works on; from the moment that BEGUN is there, the run can be resumed."""
        known = as_it_stood(facts.tables, plan, self.as_of) if self.as_of else facts.tables
        days = {"as_of": self.as_of, "known_on": self.known_on}
        past = compile_past(self.campaign, plan, facts, known, **days)
        known = write_facts(known, work / FACTS)
        shutil.copyfile(plan_file, work / plan_file.name)
        (work / FILE).write_bytes(facts.ledger.text.encode())
        write_mended(facts.mended, work / "mended.csv")
        files = hash_files(work)
        review = Review.begin(plan, known, database=work / DATABASE, draws=DRAWS, seed=SEED, as_of=self.as_of)
        store_past(review, past, facts.ledger, known)
        review.close()
        begun_with = {
            "number": next_number(paths.reports_folder(self.campaign)),
            "files": files,
            "key": facts.key,
            "inputs": [asdict(one) for one in facts.receipts],
            "program": asdict(Program.now()),
            **{name: day.isoformat() if day else "" for name, day in days.items()},
            "past": past,
        }
        write_json(begun_with, work / BEGUN)

    def _run_notebooks(self, plan: Plan, work: Path, kernel: Any) -> None:
        (work / "notebooks").mkdir(exist_ok=True)
        Thread(target=_load_report, daemon=True).start()
        own = own_report(self.campaign)
        for name in notebooks_of(plan):
            if own is None or name != own.stem:
                self._run_notebook(stored_notebook(name), work, kernel)

    def _run_notebook(self, source: Path, work: Path, kernel: Any) -> None:
        title, done = NOTEBOOK_TITLES[stage_of(source.stem)], work / "notebooks" / source.name
        if is_whole(done):
            self.progress("skipped", title)
            return
        with self._timed_step(title):
            parameters = {"campaign": self.campaign, "run": str(work.resolve())}
            root = paths.root()
            run_notebook(source, done, parameters, title=title, kernel=kernel, limit=self.limit, folder=root)

    def _run_own_report(self, plan: Plan, work: Path) -> None:
        """Run the annual report that the campaign's analysts made, where there is one, when all is computed.

        It has a kernel of its own and nothing to compute: whatever it changes of the run, the run ends here.
        Raises: StageFailed.
        """
        own = own_report(self.campaign)
        if own is None:
            return
        running = paths.cache_folder(self.campaign)
        review = Review.resume(plan, work / DATABASE, draws=DRAWS, seed=SEED, running=running)
        review.through(STAGES[-1]).close()
        before = _hash_all_else(work)
        self._run_notebook(own, work, None)
        after = _hash_all_else(work)
        if changed := sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name)):
            report_notebook(work).unlink()
            what = f"{paths.shown(own).as_posix()} 改动了这次运行的文件：{'、'.join(changed)}。"
            raise StageFailed(
                what + "\n  年度报告只能查询结果；请改正笔记本，不带 --resume 重新运行。以前的报告都还在。"
            )

    def _write_results(self, plan: Plan, folder: RunFolder, others: "Future[Frames]") -> str:
        """Write tables, report and manifest; returns the seal of the result."""
        from pingyi.report import prepare_page, write_page

        work = folder.work
        with closing(Review.resume(plan, work / DATABASE, draws=DRAWS, seed=SEED)) as review:
            _refuse_missing_stages(review)
            results = ResultTables(review)
            with self._timed_step("试算存疑"):
                prepare_page(results)  # the answers are tried on the other core
                frames = others.result()
            with self._timed_step("写出报告"):
                keep_comparisons(review, frames)
                write_tables(review, work / "tables")
                write_log(review, work / LOG)
                run = self._describe_run(review, folder)
                inputs = read_begun(work)["inputs"]
                results.run = made = make_manifest(work, plan=f"{self.campaign}.yaml", inputs=inputs, run=run)
                write_page(results, work / "report.html", simulated=run["simulated"])
                review.close()  # its file is hashed now
                folder.sweep_leftovers()
                refuse_persons(work)
                write_json(close_manifest(made, work), work / MANIFEST)
        return str(made["seal"])

    def _describe_run(self, review: Review, folder: RunFolder) -> dict[str, Any]:
        """What the manifest says of the run."""
        known, ledger = read_begun(folder.work), Ledger.read(folder.work / FILE)
        added = find_added(report_notebook(folder.work), stored_notebook(NOTEBOOKS[-1]))
        return {
            "id": folder.final.name,
            "finished": datetime.now().isoformat(timespec="seconds"),
            **{name: known[name] for name in ("key", "known_on") if known[name]},
            **({"ballots": self.ballots} if self.stale_ballots and self.ballots else {}),
            "number": known["number"],
            "campaign": self.campaign,
            "draws": DRAWS,
            "seed": SEED,
            "seconds": dict(self.seconds),
            "as_of": review.as_of.isoformat(),
            "simulated": paths.is_simulated(self.campaign),
            "ledger": {"entries": len(ledger.entries), "head": ledger.head},
            "past": known["past"] or NO_PAST,
            **({"notes": self.notes} if self.notes else {}),
            **({ADDED_SECTIONS: added} if added else {}),
        }


def _hash_all_else(work: Path) -> dict[str, str]:
    """The hashes of all files of a run that is being made, but of its notebooks."""
    found = {name: path for name, path in files_of(work).items() if not name.startswith("notebooks/") and name != LOCK}
    return {name: hash_file(path) for name, path in found.items()}


def _load_report() -> None:
    """Import what writes the report while the kernel computes; the import that needs it then finds it there."""
    import pingyi.report  # noqa: F401


PATIENCE = 20
"""Half seconds that the kernel of a run that was killed gets to end; it looks for its parent once a second."""


def _wait_for_database(plan: Plan, database: Path) -> None:
    """Wait until nobody else holds the database. Raises: Trouble."""
    for tried in range(PATIENCE):
        try:
            return Review.resume(plan, database).close()
        except Exception as error:
            trouble = describe_os_error(error)
            if trouble is None:
                raise
            if tried == PATIENCE - 1 or not is_database_lock(error):
                raise Trouble(f"{trouble}\n  以前的报告都还在。") from error
        time.sleep(0.5)
    return None


def _refuse_missing_stages(review: Review) -> None:
    """Whether the notebooks filled what they show. Raises: StageFailed."""
    missing = [TITLES[stage] for stage in STAGES if stage not in review.done]
    if missing:
        what = f"笔记本都跑完了，数据库里却没有这些环节的结果：{'、'.join(missing)}；笔记本可能被改动过。"
        raise StageFailed(what + "\n  请恢复 notebooks 文件夹，然后用 --resume 接着做；以前的报告都还在。")
