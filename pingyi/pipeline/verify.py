"""A finished run, checked by somebody who trusts nobody: every hash, and every published table computed again.

Cheap things come first, and nothing is computed from what was changed. Tables, database and report come out again from
the plan and the facts that the run keeps, in memory.
"""

import csv
import io
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl

from pingyi.common import paths
from pingyi.common.codebook import codebook
from pingyi.common.database import connect
from pingyi.common.faults import PingyiError, describe_os_error
from pingyi.common.files import code_sha256, hash_file
from pingyi.facts.as_of_date import last_day
from pingyi.facts.intake.corrected import NAME
from pingyi.facts.ledger import FILE, Ledger, LedgerBroken
from pingyi.plan.reader import read_file, read_plan
from pingyi.runs.folder import (
    DATABASE,
    FACTS,
    LOG,
    LOGGED,
    PARTIAL,
    PREVIOUS,
    latest_run,
    stored_facts,
    write_log,
    write_tables,
)
from pingyi.runs.history import NO_PAST, store_past
from pingyi.runs.manifest import (
    DETERMINING,
    MANIFEST,
    OWN,
    Manifest,
    compute_seal,
    files_of,
    json_text,
    own_sha256,
)
from pingyi.scenarios.campaign_scenarios import Frames, keep_comparisons, tabulate_years
from pingyi.scenarios.interpretations import tabulate_readings
from pingyi.scoring.published import published, published_names
from pingyi.scoring.review import Review
from pingyi.scoring.stages import STAGES

REPORT = "report.html"

OWN_TABLE = "codebook"
"""The table that says what the columns of the others mean."""

SOURCES = tuple(name for name in DETERMINING if not name.startswith("tables"))
"""Files, beside the plan, from which the tables come out again."""

SHOWN = 12
"""Digits of the hash of the program that a line shows."""

HEAD = 1
"""Lines of a CSV above its first row."""

NO_CELL = "（没有这一格）"


class RunDiffers(PingyiError):
    """Something of a run is not what its manifest says, or not what comes out again."""

    exit_code = 12


@dataclass
class Verdict:
    """Lines in the order in which things were checked; what differs; what one should know that is no difference."""

    lines: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        """Add a line on something that is as it should be."""
        self.lines.append(line)

    def differs(self, line: str) -> None:
        """Add a line on something that is not."""
        self.lines.append(f"× {line}")
        self.wrong.append(line)

    def raise_if_wrong(self) -> None:
        """Raises: RunDiffers."""
        if self.wrong:
            many = f"核对不一致：共 {len(self.wrong)} 处，见上面带 × 的各行。"
            raise RunDiffers(many + "\n  这个文件夹不能作为依据；请用备份或当时公布的封签查明哪一份是原来的。")


def find_run(name: str) -> Path:
    """The folder of a run that somebody names: its path, or a campaign for its latest one. Raises: PingyiError."""
    path = Path(name)
    return path if path.is_dir() else latest_run(paths.plan_file(name) and paths.reports_folder(name))


def verify(run: Path, *, seal: str | None = None, inputs: Path | None = None, again: bool = True) -> Verdict:
    """Check a finished run, from nothing but its folder and this package.

    seal: one that was published, of the result or of the whole manifest. inputs: a folder with the files that were
    read. again: compute the result again; without it hashes alone are checked.
    Raises: PingyiError where the folder is no finished run.
    """
    if not (run / MANIFEST).is_file() or run.suffix == PARTIAL:
        raise PingyiError(f"{run} 不是完成了的运行：里面没有 {MANIFEST}，或者这次运行没有做完。")
    verdict = Verdict()
    made = _read_manifest(run, verdict)
    if made is None:
        return verdict
    same = _compare_files(made, run, verdict)
    _compare_seals(made, run, seal, verdict)
    _compare_ledger(made, run, verdict)
    if inputs is not None:
        _compare_inputs(made, inputs, verdict)
    other_program = _compare_versions(made, verdict)
    if not again:
        return verdict
    changed = sorted(name for name in _source_files(made, run) if name not in same)
    if changed:
        verdict.differs(f"没有重算：算出结果的 {'、'.join(changed)} 不是原来的")
        return verdict
    before = len(verdict.wrong)
    compare_again(made, run, verdict, same_code=bool(made["code"]["sha256"] == code_sha256()))
    if other_program:
        alike = len(verdict.wrong) == before
        verdict.say("程序不同，结果相同" if alike else "程序不同；结果不一致的，可能由此而来，也可能是改动过")
    return verdict


def _source_files(made: Manifest, run: Path) -> set[str]:
    """Names of the plan and of all facts, listed or found: what the tables come out of."""
    names = {*made["files"], *(path.relative_to(run).as_posix() for path in run.rglob("*.parquet"))}
    return {made["plan"]["file"], *(name for name in names if name.startswith(SOURCES))}


# ---------------------------------------------------------------- hashes, seals and versions


def _read_manifest(run: Path, verdict: Verdict) -> Manifest | None:
    """The manifest, where it can be read and has all its parts; every byte of it is checked."""
    text = (run / MANIFEST).read_bytes()
    try:
        made: Manifest = json.loads(text)
        whole = own_sha256(made) == made[OWN] and json_text(made).encode() == text
        seal = compute_seal(made)
        complete = isinstance(made["inputs"], list) and isinstance(made["packages"], dict)
        complete = complete and all(isinstance(one, str) for one in made["files"].values())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        complete = False
    if not complete:
        verdict.differs(
            f"清单 {MANIFEST} 读不出来，或缺少内容：损坏、被改动过，或由没有封签的旧版程序写成；其余无从核对"
        )
        return None
    if whole:
        verdict.say(f"清单 {MANIFEST}：完好")
    else:
        verdict.differs(f"清单 {MANIFEST} 被改动过，与它自己的校验码不符")
    if made.get("seal") != seal:
        verdict.differs(f"封签：清单里写的是 {made.get('seal')}，由清单各项算出的是 {seal}")
    return made


def _compare_files(made: Manifest, run: Path, verdict: Verdict) -> set[str]:
    """Every file of a run against its manifest; returns the names of those that are as they were."""
    listed: Mapping[str, str] = made["files"]
    found = {name: path for name, path in files_of(run).items() if name != MANIFEST}
    both = listed.keys() & found.keys()
    links = {name for name in both if found[name].is_symlink()}
    same = {name for name in both - links if _hash_readable(found[name]) == listed[name]}
    for names, what in (
        (listed.keys() - found.keys(), "缺少文件：{}"),
        (found.keys() - listed.keys(), "多出文件：{}（清单里没有）"),
        (links, "不是文件而是链接：{}"),
        (both - links - same, "文件被改动过：{}（与清单里的校验码不符）"),
    ):
        for name in sorted(names):
            verdict.differs(what.format(name))
    verdict.say(f"文件：{len(same)} 个与清单里的校验码一致")
    return same


def _hash_readable(path: Path) -> str:
    """The hash of a file; of one that cannot be read, nothing that it could be."""
    try:
        return hash_file(path)
    except OSError:
        return ""


def _compare_seals(made: Manifest, run: Path, published: str | None, verdict: Verdict) -> None:
    """The seal in the manifest against the one that the report prints, and against one that was published."""
    if str(made.get("seal")).encode() in _read_report(run):
        verdict.say(f"封签：{made['seal']}，与报告里印的相同")
    else:
        verdict.differs(f"封签：清单里是 {made.get('seal')}，报告里没有印这一个")
    if published is not None and published.strip().lower() not in (made.get("seal"), made[OWN]):
        verdict.differs(f"封签：公布的是 {published}，这次运行的是 {made.get('seal')}；这不是公布的那个结果")
    elif published is not None:
        verdict.say("封签：与公布的相同")


def _read_report(run: Path) -> bytes:
    return (run / REPORT).read_bytes() if (run / REPORT).is_file() else b""


def _compare_ledger(made: Manifest, run: Path, verdict: Verdict) -> None:
    """The chain of the run's ledger, and its head against the manifest's."""
    if not (run / FILE).is_file():
        return
    try:
        ledger = Ledger.read(run / FILE)
    except LedgerBroken as broken:
        verdict.differs(f"登记簿：{broken}")
        return
    head = made["run"].get("ledger", {}).get("head", "")
    if head != ledger.head:
        verdict.differs(f"登记簿：最后一条的校验码是 {ledger.head}，清单里是 {head}")
    else:
        many = len(ledger.entries)
        verdict.say(f"登记簿：{many} 条，首尾相接，最后一条的校验码是 {ledger.head}" if many else "登记簿：没有内容")


def _compare_inputs(made: Manifest, folder: Path, verdict: Verdict) -> None:
    """The files that the run read, where somebody still has them."""
    listed = {str(one["file"]): str(one["sha256"]) for one in made["inputs"]}
    same = 0
    for name, wanted in sorted(listed.items()):
        if name == NAME:  # the ledger grows; its chain is checked by itself
            continue
        path = folder / name
        if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
            verdict.differs(f"缺少原始文件：{path}")
        elif _hash_readable(path) != wanted:
            verdict.differs(f"原始文件与运行时读到的不同：{path}")
        else:
            same += 1
    verdict.say(f"原始文件：{same} 个与运行时读到的一致")


def _compare_versions(made: Manifest, verdict: Verdict) -> bool:
    """Say whether the program is the one that made the run, before anything is computed with it; whether it is not."""
    was, now = str(made["code"]["sha256"]), code_sha256()
    before, here = made["code"].get("version"), _installed_version("pingyi")
    differs = [f"pingyi {before}（{was[:SHOWN]}）换成 {here}（{now[:SHOWN]}）"] if was != now else []
    packages = {name: (one, _installed_version(name)) for name, one in made["packages"].items()}
    differs += [f"{name} {one} 换成 {other}" for name, (one, other) in packages.items() if one != other]
    if differs:
        verdict.say(f"程序：与运行时的不同：{'；'.join(differs)}")
    else:
        verdict.say(f"程序：与运行时的相同（pingyi {before}，{was[:SHOWN]}；{len(packages)} 个程序包的版本也相同）")
    return bool(differs)


def _installed_version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "（没有安装）"


# ---------------------------------------------------------------- the result computed again


def compare_again(made: Manifest, run: Path, verdict: Verdict, *, same_code: bool) -> None:
    """Every table, the database and the report against what comes out again. same_code: of the package."""
    try:
        with ThreadPoolExecutor(1) as beside:
            comparing = beside.submit(_compute_comparisons, made, run)
            review = _compute_review(made, run)
            frames = comparing.result()
    except (PingyiError, duckdb.Error, pl.exceptions.PolarsError, ValueError, KeyError, TypeError, OSError) as error:
        verdict.differs(f"没法重算：{error}")
        return
    keep_comparisons(review, frames)
    previous = read_file(run / made["plan"]["file"]).tree["campaign"].get("previous")
    without_year = {"year_changes"} if previous and "year_changes" not in frames else set()
    unknown = set() if same_code else {name for name in published_names() if _table_file(name) not in made["files"]}
    _compare_tables(review, run, without_year, unknown, verdict)
    _compare_database(review, run, without_year | unknown, verdict)
    if not without_year:
        _compare_report(review, made, run, verdict, same_code=same_code)
    review.close()


def _compute_review(made: Manifest, run: Path) -> Review:
    said = made["run"]
    facts = stored_facts(run / FACTS)
    day = date.fromisoformat(said["as_of"])
    plan = read_plan(run / made["plan"]["file"])
    early = None if day == last_day(plan) else day  # without a day of its own a run takes what came after the last, too
    review = Review.begin(plan, facts, draws=int(said["draws"]), seed=int(said["seed"]), as_of=early)
    store_past(review, said.get("past", NO_PAST), Ledger.read(run / FILE), facts)
    return review.through(STAGES[-1])


def _compute_comparisons(made: Manifest, run: Path) -> Frames:
    """The comparisons that can be made: the one with the year before needs that year's facts."""
    tree, facts = read_file(run / made["plan"]["file"]).tree, stored_facts(run / FACTS)
    frames = {"reading_effects": tabulate_readings(tree, facts)}
    before = run / PREVIOUS / f"{tree['campaign'].get('previous')}.yaml"
    return frames | ({"year_changes": tabulate_years(tree, facts, before)} if before.is_file() else {})


def _table_file(name: str) -> str:
    """Where a published table lies in a run."""
    return f"{LOG if name in LOGGED else 'tables'}/{name}.csv"


def _title_of(name: str) -> str:
    results = codebook().results
    return f"{name} {results[name].title}" if name in results else f"{name} 各表各列的说明"


def _compare_tables(review: Review, run: Path, without_year: set[str], unknown: set[str], verdict: Verdict) -> None:
    """A line for each published table."""
    verdict.say("重算：")
    with TemporaryDirectory(prefix="pingyi-verify-") as folder:
        write_tables(review, Path(folder))
        write_log(review, Path(folder))
        for name in sorted((*published_names(), OWN_TABLE)):
            path = run / _table_file(name)
            wanted = (Path(folder) / f"{name}.csv").read_bytes()
            found = path.read_bytes() if path.is_file() else b""
            if name in unknown:
                verdict.say(f"  {_title_of(name)}：当时的程序没有这张表")
            elif name in without_year:
                verdict.say(f"  {_title_of(name)}：运行文件夹里没有上一年的资料，没有重算，只核对了校验码")
            elif differs := find_difference(found, wanted):
                verdict.differs(f"{_title_of(name)}：{differs}")
            else:
                verdict.say(f"  {_title_of(name)}：一致（{len(wanted.splitlines()) - HEAD} 行）")


def find_difference(found: bytes, wanted: bytes) -> str | None:
    """Where a CSV differs from the same table computed again, as people look for it in a spreadsheet.

    The first cell that differs and how many do, cells of rows that only one table has too; None where the bytes are the
    same.
    """
    if found == wanted:
        return None
    there, again = _read_rows(found), _read_rows(wanted) or []
    if there is None:
        return "不是 UTF-8 的 CSV，读不出来"
    places = [
        (row, column, cell, other)
        for row, (cells, others) in enumerate(zip_longest(there, again, fillvalue=list[str]()), start=1)
        for column, (cell, other) in enumerate(zip_longest(cells, others))
        if cell != other
    ]
    sizes = f"表里 {len(there) - HEAD} 行，重算 {len(again) - HEAD} 行；" if len(there) != len(again) else ""
    if not places:
        return f"{sizes}各格的内容一致，但写法（引号、换行或编码标记）不同"
    row, column, cell, other = places[0]
    heads = again[0] if again else []
    head = heads[column] if column < len(heads) and heads[column] else f"第 {column + 1} 列"
    cell, other = (NO_CELL if one is None else one for one in (cell, other))
    return f"{sizes}第 {row} 行“{head}”：表里是“{cell}”，重算是“{other}”；共 {len(places)} 格不同"


def _read_rows(content: bytes) -> list[list[str]] | None:
    try:
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error):
        return None


def _compare_database(review: Review, run: Path, left_out: set[str], verdict: Verdict) -> None:
    """What the run's database hands out against what comes out again."""
    try:
        stored = connect(run / DATABASE, read_only=True)
    except duckdb.Error as error:
        verdict.differs(f"{DATABASE}：打不开（{describe_os_error(error) or error}）")
        return
    compared = [name for name in published_names() if name not in left_out]
    wrong = [name for name in compared if not _is_same_table(stored, review, name)]
    stored.close()
    if wrong:
        verdict.differs(f"{DATABASE}：这些表与重算的不同：{'、'.join(_title_of(name) for name in wrong)}")
    else:
        verdict.say(f"  {DATABASE}：一致")


def _is_same_table(stored: duckdb.DuckDBPyConnection, review: Review, name: str) -> bool:
    try:
        return bool(published(stored, name).pl().equals(review.published(name)))
    except (duckdb.Error, pl.exceptions.PolarsError):
        return False


def _compare_report(review: Review, made: Manifest, run: Path, verdict: Verdict, *, same_code: bool) -> None:
    """The report, written again letter by letter."""
    from pingyi.report import page

    found = _read_report(run)
    again = page(review, simulated=bool(made["run"].get("simulated")), run=made).encode()
    if found == again:
        verdict.say(f"  {REPORT}：一致，逐字相同")
    elif same_code:
        pairs = zip(found.split(b"\n"), again.split(b"\n"), strict=False)
        same = (number for number, (one, other) in enumerate(pairs, start=1) if one != other)
        line = next(same, min(found.count(b"\n"), again.count(b"\n")) + 1)
        verdict.differs(f"{REPORT}：与重写的不同，从第 {line} 行起")
    else:
        verdict.remarks.append(f"{REPORT} 与现在的程序重写的不同；程序已经不是当时的，不能由此断定它被改动过")
