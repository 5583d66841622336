"""Everything that is checked of a run, in order: cheap things first, and nothing computed from what was changed."""

from pathlib import Path

from pingyi.common import paths
from pingyi.common.faults import PingyiError
from pingyi.pipeline.verify import kept, made
from pingyi.pipeline.verify.verdict import Verdict
from pingyi.runs.folder import PARTIAL, latest_run
from pingyi.runs.manifest import DETERMINING, MANIFEST, Manifest

SOURCES = tuple(name for name in DETERMINING if not name.startswith("tables"))
"""Files, beside the plan, from which the tables come out again."""


def verify(run: Path, *, seal: str | None = None, inputs: Path | None = None, again: bool = True) -> Verdict:
    """Check a finished run, from nothing but its folder and this package.

    seal: one that was published, of the result or of the whole manifest. inputs: a folder with the files that were
    read. again: compute the result again; without it hashes alone are checked.
    Raises: PingyiError where the folder is no finished run.
    """
    if not (run / MANIFEST).is_file() or run.suffix == PARTIAL:
        raise PingyiError(f"{run} 不是完成了的运行：里面没有 {MANIFEST}，或者这次运行没有做完。")
    verdict = Verdict()
    known = made.read(run, verdict)
    if known is None:
        return verdict
    same = kept.compare_files(known, run, verdict)
    made.compare_seals(known, run, seal, verdict)
    kept.compare_ledger(known, run, verdict)
    if inputs is not None:
        kept.compare_inputs(known, inputs, verdict)
    differs = made.compare_versions(known, verdict)
    if not again:
        return verdict
    changed = sorted(name for name in _sources(known, run) if name not in same)
    if changed:
        verdict.differs(f"没有重算：算出结果的 {'、'.join(changed)} 不是原来的")
        return verdict
    from pingyi.pipeline.verify.again import compare_again

    before = len(verdict.wrong)
    compare_again(known, run, verdict, same_code=made.is_same_code(known))
    if differs:
        verdict.say(
            "程序不同，结果相同"
            if len(verdict.wrong) == before
            else "程序不同；结果不一致的，可能由此而来，也可能是改动过"
        )
    return verdict


def _sources(known: Manifest, run: Path) -> set[str]:
    """Names of the plan and of all facts, listed or found: what the tables come out of."""
    names = {*known["files"], *(path.relative_to(run).as_posix() for path in run.rglob("*.parquet"))}
    return {known["plan"]["file"], *(name for name in names if name.startswith(SOURCES))}


def named(run: str) -> Path:
    """The folder of a run that somebody names: its path, or a campaign for its latest one. Raises: PingyiError."""
    path = Path(run)
    return path if path.is_dir() else latest_run(paths.plan_file(run) and paths.reports_folder(run))
