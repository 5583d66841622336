"""A run computed again from the plan and the facts that it keeps, in memory, and compared with what it published."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl

from pingyi.common.codebook import codebook
from pingyi.common.database import connect
from pingyi.common.faults import PingyiError, describe_os_error
from pingyi.facts.as_of_date import last_day
from pingyi.facts.ledger import FILE, Ledger
from pingyi.pipeline.verify.cells import HEAD, difference
from pingyi.pipeline.verify.made import REPORT
from pingyi.pipeline.verify.verdict import Verdict
from pingyi.plan.reader import read_file, read_plan
from pingyi.runs.folder import DATABASE, FACTS, LOG, LOGGED, PREVIOUS, stored_facts, write_log, write_tables
from pingyi.runs.manifest import Manifest
from pingyi.runs.states.past import NOTHING, keep_past
from pingyi.scenarios.compared import Frames, keep, readings, years
from pingyi.scoring import script
from pingyi.scoring.review import Review
from pingyi.scoring.stages import STAGES

OWN_TABLE = "codebook"
"""The table that says what the columns of the others mean."""


def compare_again(made: Manifest, run: Path, verdict: Verdict, *, same_code: bool) -> None:
    """Every table, the database and the report against what comes out again. same_code: of the package."""
    try:
        with ThreadPoolExecutor(1) as beside:
            compared = beside.submit(_compared, made, run)
            review = _review(made, run)
            frames = compared.result()
    except (PingyiError, duckdb.Error, pl.exceptions.PolarsError, ValueError, KeyError, TypeError, OSError) as error:
        verdict.differs(f"没法重算：{error}")
        return
    keep(review, frames)
    untold = _untold(made, run, frames)
    unknown = set() if same_code else _unknown(made)
    _compare_tables(review, run, untold, unknown, verdict)
    _compare_database(review, run, untold | unknown, verdict)
    if not untold:
        _compare_report(review, made, run, verdict, same_code=same_code)
    review.close()


def _review(made: Manifest, run: Path) -> Review:
    said = made["run"]
    facts = stored_facts(run / FACTS)
    day = date.fromisoformat(said["as_of"])
    plan = read_plan(run / made["plan"]["file"])
    early = None if day == last_day(plan) else day  # without a day of its own a run takes what came after the last, too
    begun = Review.begin(plan, facts, draws=int(said["draws"]), seed=int(said["seed"]), as_of=early)
    keep_past(begun, said.get("past", NOTHING), Ledger.read(run / FILE), facts)
    return begun.through(STAGES[-1])


def _compared(made: Manifest, run: Path) -> Frames:
    """The comparisons that can be made: the one with the year before needs that year's facts."""
    tree, facts = read_file(run / made["plan"]["file"]).tree, stored_facts(run / FACTS)
    frames = {"reading_effects": readings(tree, facts)}
    before = run / PREVIOUS / f"{tree['campaign'].get('previous')}.yaml"
    return frames | ({"year_changes": years(tree, facts, before)} if before.is_file() else {})


def _untold(made: Manifest, run: Path, frames: Frames) -> set[str]:
    """Tables that cannot be computed again from what the run keeps."""
    previous = read_file(run / made["plan"]["file"]).tree["campaign"].get("previous")
    return {"year_changes"} if previous and "year_changes" not in frames else set()


def _unknown(made: Manifest) -> set[str]:
    """Tables that the program of that time did not know yet."""
    return {name for name in script.names("published") if _place(name) not in made["files"]}


def _place(name: str) -> str:
    """Where a published table lies in a run."""
    return f"{LOG if name in LOGGED else 'tables'}/{name}.csv"


def _title(name: str) -> str:
    results = codebook().results
    return f"{name} {results[name].title}" if name in results else f"{name} 各表各列的说明"


def _compare_tables(review: Review, run: Path, untold: set[str], unknown: set[str], verdict: Verdict) -> None:
    """A line for each published table."""
    verdict.say("重算：")
    with TemporaryDirectory(prefix="pingyi-verify-") as folder:
        write_tables(review, Path(folder))
        write_log(review, Path(folder))
        for name in sorted((*script.names("published"), OWN_TABLE)):
            path = run / _place(name)
            wanted = (Path(folder) / f"{name}.csv").read_bytes()
            found = path.read_bytes() if path.is_file() else b""
            if name in unknown:
                verdict.say(f"  {_title(name)}：当时的程序没有这张表")
            elif name in untold:
                verdict.say(f"  {_title(name)}：运行文件夹里没有上一年的资料，没有重算，只核对了校验码")
            elif differs := difference(found, wanted):
                verdict.differs(f"{_title(name)}：{differs}")
            else:
                verdict.say(f"  {_title(name)}：一致（{len(wanted.splitlines()) - HEAD} 行）")


def _compare_database(review: Review, run: Path, untold: set[str], verdict: Verdict) -> None:
    """What the run's database hands out against what comes out again."""
    try:
        stored = connect(run / DATABASE, read_only=True)
    except duckdb.Error as error:
        verdict.differs(f"{DATABASE}：打不开（{describe_os_error(error) or error}）")
        return
    wrong = [name for name in script.names("published") if name not in untold and not _same(stored, review, name)]
    stored.close()
    if wrong:
        verdict.differs(f"{DATABASE}：这些表与重算的不同：{'、'.join(_title(name) for name in wrong)}")
    else:
        verdict.say(f"  {DATABASE}：一致")


def _same(stored: duckdb.DuckDBPyConnection, review: Review, name: str) -> bool:
    try:
        return bool(stored.sql(script.text(f"published/{name}")).pl().equals(review.published(name)))
    except (duckdb.Error, pl.exceptions.PolarsError):
        return False


def _compare_report(review: Review, made: Manifest, run: Path, verdict: Verdict, *, same_code: bool) -> None:
    """The report, written again letter by letter."""
    from pingyi.report import page

    found = (run / REPORT).read_bytes() if (run / REPORT).is_file() else b""
    again = page(review, simulated=bool(made["run"].get("simulated")), run=made).encode()
    if found == again:
        verdict.say(f"  {REPORT}：一致，逐字相同")
    elif same_code:
        verdict.differs(f"{REPORT}：与重写的不同，从第 {_line(found, again)} 行起")
    else:
        verdict.remarks.append(f"{REPORT} 与现在的程序重写的不同；程序已经不是当时的，不能由此断定它被改动过")


def _line(found: bytes, again: bytes) -> int:
    """The first line, from 1, that differs."""
    pairs = zip(found.split(b"\n"), again.split(b"\n"), strict=False)
    same = (number for number, (one, other) in enumerate(pairs, start=1) if one != other)
    return next(same, min(found.count(b"\n"), again.count(b"\n")) + 1)
