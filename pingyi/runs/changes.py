"""What a result stands on (plan, files, ledger, program, key), and where two such states differ.

States are those of a finished run, of an unfinished one, and of the campaign's folders now. Files are told apart by the
hashes of their bytes, and nothing is read that need not be. One thing that differs is one `Change`, with a sentence.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from pingyi.common import paths
from pingyi.common.codebook import Table, codebook
from pingyi.common.faults import PingyiError, PlanFaults, StageFailed
from pingyi.common.files import code_sha256, hash_file
from pingyi.facts.intake import Facts
from pingyi.facts.ledger import FILE, Ledger, state_in_words, table_title
from pingyi.facts.store import has_store
from pingyi.facts.store.row_differences import compare_ratings
from pingyi.plan.reader import read_file
from pingyi.plan.tree import differing
from pingyi.runs.arrivals import Content, Files, files_of, hash_present_files
from pingyi.runs.folder import NothingRun, latest_run, read_begun, run_facts
from pingyi.runs.manifest import PACKAGES, hash_files

KINDS = ("文件", "数据", "登记簿", "方案", "程序", "密钥")
"""What can change, in the order in which it is told."""

HALF = 2
"""A table that lost more than one part in so many is told first."""

LONG = 40
"""Characters of a value of the plan that a sentence repeats."""

SHOWN = 10
"""Changes of a kind that are printed; the run keeps them all."""

PLACE = ("source", "sheet", "row")
"""Columns that say where a row stands."""

BEFORE, AFTER, ROW = "\0before", "\0after", "\0row"


class BegunOtherwise(StageFailed):
    """An unfinished run began with another plan, other facts, another ledger or another program than there are now."""


@dataclass(frozen=True)
class Program:
    """Which program: its version, the hash of its code, and the versions of the packages that it computes with."""

    version: str
    sha256: str
    packages: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def now(cls) -> "Program":
        """This one."""
        return cls(version("pingyi"), code_sha256(), {name: version(name) for name in PACKAGES})


EARLIER = Program("更早的版本", "")
"""The program of an unfinished run that does not say which one began it."""


@dataclass(frozen=True)
class State:
    """What a result stands on.

    plan: the plan's file. files: the files of facts. ledger: its entries. program, key: none where nobody knows.
    """

    plan: Path
    files: Files
    ledger: Ledger
    program: Program | None = None
    key: str = ""

    @classmethod
    def of_run(cls, run: Path) -> "State":
        """What a finished run stands on. Raises: PingyiError where its manifest cannot be read."""
        made = run_facts(run)
        program = Program(made["code"]["version"], made["code"]["sha256"], made["packages"])
        files, ledger = files_of(made["inputs"]), Ledger.read(run / FILE)
        return cls(run / made["plan"]["file"], files, ledger, program, made["run"].get("key", ""))

    @classmethod
    def of_begun(cls, work: Path, campaign: str) -> "State":
        """What an unfinished run began with."""
        known = read_begun(work)
        program = Program(**known["program"]) if known["program"] else EARLIER
        files, ledger = files_of(known["inputs"]), Ledger.read(work / FILE)
        return cls(work / f"{campaign}.yaml", files, ledger, program, known["key"])

    @classmethod
    def of_facts(cls, plan: Path, facts: Facts) -> "State":
        """What a run stands on that is about to begin."""
        files = files_of({"file": one.file, "sha256": one.sha256, "rows_in": one.rows_in} for one in facts.receipts)
        return cls(plan, files, facts.ledger, Program.now(), facts.key)

    @classmethod
    def of_folders(cls, campaign: str) -> "State":
        """What lies in the campaign's folders now. Raises: UnknownCampaign, LedgerBroken."""
        folder = paths.facts_folder(campaign)
        files = {name: Content(hash_, None) for name, hash_ in hash_present_files(folder).items()}
        return cls(paths.plan_file(campaign), files, Ledger.read(folder / FILE), Program.now())


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs.

    kind: of KINDS. what: which file, table, entry or path of the plan. how: in a word. told: a sentence. grave: it is
    told first. before, after: rows; same, new, gone, changed: rows of a table.
    """

    kind: str
    what: str
    how: str
    told: str
    grave: bool = False
    before: int | None = None
    after: int | None = None
    same: int | None = None
    new: int | None = None
    gone: int | None = None
    changed: int | None = None

    @property
    def briefly(self) -> str:
        """What changed and how, without numbers: what may stand in papers that are handed out."""
        return f"{self.kind} {self.what} {self.how}"


def describe_changes(changes: Iterable[Change]) -> Iterator[str]:
    """A line for each change that is grave, and for the first ones of each kind; the rest is counted."""
    seen, rest = dict[str, int](), dict[str, int]()
    for one in changes:
        seen[one.kind] = seen.get(one.kind, 0) + 1
        if one.grave or seen[one.kind] <= SHOWN:
            yield f"{'注意：' if one.grave else ''}{one.told}。"
        else:
            rest[one.kind] = rest.get(one.kind, 0) + 1
    yield from (f"……{kind}另有 {rest[kind]} 处" for kind in seen if kind in rest)


def compare_states(before: State, now: State) -> list[Change]:
    """What differs between what two results stand on, without a look at rows."""
    programs = _compare_programs(before.program, now.program) if before.program and now.program else ()
    ledgers = _compare_ledgers(before.ledger, now.ledger)
    found = [*_compare_files(before.files, now.files), *ledgers, *_compare_plans(before.plan, now.plan), *programs]
    if before.key and now.key and before.key != now.key:
        found.append(Change("密钥", "密钥", "换了一把", "密钥换了一把，代号全部与以前不同", grave=True))
    return found


def _compare_files(before: Files, now: Files) -> Iterator[Change]:
    """Files that came, went, changed, or have another name."""
    gone = {name: one for name, one in before.items() if name not in now}
    for name, one in now.items():
        if name not in before:
            yield _describe_new_file(name, one, gone)
        elif before[name].sha256 != one.sha256:
            was, now_rows = before[name].rows, one.rows
            rows = f"（{was} 行，现在 {now_rows} 行）" if was is not None and now_rows is not None else ""
            yield Change("文件", name, "换了内容", f"文件 {name} 换了内容{rows}", before=was, after=now_rows)
    for name, one in gone.items():
        rows = f"（原有 {one.rows} 行）" if one.rows is not None else ""
        yield Change("文件", name, "不在了", f"文件 {name} 不在了{rows}", grave=True, before=one.rows, after=0)


def _describe_new_file(name: str, one: Content, gone: dict[str, Content]) -> Change:
    """A file that was not there; where its bytes were there under a name that is gone, it was renamed."""
    old = next((other for other, content in gone.items() if content.sha256 == one.sha256), None)
    if old is not None:
        rows = gone.pop(old).rows
        return Change("文件", name, "改了名字", f"文件 {old} 改名为 {name}，内容没有变", before=rows, after=rows)
    what = f"新增文件 {name}{f'（{one.rows} 行）' if one.rows is not None else ''}"
    return Change("文件", name, "新增", what, before=0, after=one.rows)


def _compare_ledgers(before: Ledger, now: Ledger) -> Iterator[Change]:
    """Entries that one of the two ledgers has behind what both have."""
    if now.goes_on_from(len(before.entries), before.head):
        for entry in now.entries[len(before.entries) :]:
            draft = entry.draft
            what = f"{entry.at:%Y-%m-%d} {table_title(draft)}，{state_in_words(draft.state)}"
            what = f"{what}：{draft.why}（{draft.document}）"
            yield Change("登记簿", f"第 {entry.number} 条", "新登记", f"登记簿第 {entry.number} 条 {what}")
    elif before.goes_on_from(len(now.entries), now.head):
        what = f"登记簿只到第 {len(now.entries)} 条，那时有 {len(before.entries)} 条"
        yield Change("登记簿", "登记簿", "少了", what, grave=True)
    else:
        yield Change("登记簿", "登记簿", "不是同一本", "登记簿与那时的对不上：有人删去或改写过", grave=True)


def _compare_plans(before: Path, now: Path) -> Iterator[Change]:
    """Paths of the plan that say something else."""
    if before.exists() and now.exists() and hash_file(before) == hash_file(now):
        return
    try:
        found = list(differing(read_file(before).tree, read_file(now).tree))
    except (PlanFaults, OSError):
        yield Change("方案", now.name, "改过", "方案文件改过，有一份读不出来，改了哪里不知道")
        return
    if not found:
        yield Change("方案", now.name, "改过", "方案文件改过，规则没有变（只改了注释或排版）")
    for path, one, other in found:
        how = "新增" if one is None else "删去" if other is None else "改动"
        yield Change("方案", path, how, f"方案 {path}：{_describe_values(how, one, other)}")


def _describe_values(how: str, one: Any, other: Any) -> str:
    """What a path of the plan said and says, where that is plain."""
    plain = all(value is None or isinstance(value, str | bool) for value in (one, other))
    if plain and one is not None and other is not None:
        return f"“{str(one)[:LONG]}”改为“{str(other)[:LONG]}”"
    value = one if other is None else other
    return how + (f"“{value[:LONG]}”" if plain and isinstance(value, str) else "")


def _compare_programs(before: Program, now: Program) -> Iterator[Change]:
    """Another version, other code under the same version, packages of other versions."""
    if before.sha256 != now.sha256:
        same = before.version == now.version
        how = f"都是 {now.version}，代码不同" if same else f"{before.version} 换成 {now.version}"
        hashes = f"（校验码 {before.sha256[:8]}、{now.sha256[:8]}）" if before.sha256 else ""
        yield Change("程序", "pingyi", "换了", f"程序 pingyi {how}{hashes}")
    for name, was in before.packages.items():
        if name in now.packages and now.packages[name] != was:
            yield Change("程序", name, "换了", f"程序包 {name} {was} 换成 {now.packages[name]}")


# ---------------------------------------------------------------- rows of the tables of facts


@dataclass(frozen=True, slots=True)
class Rows:
    """A table in two states, in rows. before = same + changed + gone, after = same + changed + new."""

    table: Table
    before: int
    after: int
    same: int
    changed: int

    @property
    def gone(self) -> int:
        """Rows whose key nothing has any more."""
        return self.before - self.same - self.changed

    @property
    def new(self) -> int:
        """Rows whose key nothing had."""
        return self.after - self.same - self.changed

    @property
    def moved(self) -> bool:
        """Whether anything differs."""
        return self.same < max(self.before, self.after)


def describe_row_changes(before: Mapping[str, pl.DataFrame], now: Mapping[str, pl.DataFrame]) -> Iterator[Change]:
    """Tables whose rows differ."""
    for one in compare_rows(before, now):
        if one.moved:
            table, grave = one.table, one.gone * HALF > one.before
            parts = {"新增": one.new, "少了": one.gone, "改动": one.changed, "相同": one.same}
            counts = "，".join(f"{what} {number}" for what, number in parts.items() if number)
            what = f"{table.title}（{table.name}）{one.before} 行变成 {one.after} 行：{counts}"
            numbers = {"before": one.before, "after": one.after, "same": one.same, "new": one.new}
            numbers |= {"gone": one.gone, "changed": one.changed}
            yield Change("数据", table.title, "少了一大半" if grave else "有变化", what, grave, **numbers)


def compare_rows(before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]) -> Iterator[Rows]:
    """Every table of facts that any of the two has rows of.

    Rows are the same where all their values are, wherever they stand now: a batch that was cut in two changes nothing.
    """
    for name, table in codebook().facts.items():
        if name == "ratings" and (has_store(before) or has_store(after)):
            yield Rows(table, *compare_ratings(before, after))
            continue
        one, other = (tables.get(name, pl.DataFrame()).drop(PLACE, strict=False) for tables in (before, after))
        if one.height or other.height:
            yield _compare_table(table, one, other)


def _compare_table(table: Table, one: pl.DataFrame, other: pl.DataFrame) -> Rows:
    """Whole rows first, by a hash: millions stay the same. What is left of both is told apart by key."""
    columns = list(dict.fromkeys((*one.columns, *other.columns)))
    key = [name for name in table.key if name in columns] or columns
    alike = _make_alike(one, other, columns), _make_alike(other, one, columns)
    hashed = [frame.select(*key, frame.hash_rows().alias(ROW)) for frame in alike]
    counts = [frame[ROW].value_counts(name=side) for frame, side in zip(hashed, (BEFORE, AFTER), strict=True)]
    both = pl.concat(counts, how="diagonal_relaxed").group_by(ROW).agg(pl.col(BEFORE, AFTER).sum().cast(pl.Int64))
    shared = pl.min_horizontal(BEFORE, AFTER)
    apart = both.filter(pl.col(BEFORE) != pl.col(AFTER)).with_columns(pl.col(BEFORE, AFTER) - shared)
    keys = pl.concat([frame.join(apart, on=ROW, how="semi") for frame in hashed]).unique(ROW)
    left = keys.join(apart, on=ROW).group_by(key).agg(pl.col(BEFORE, AFTER).sum())
    same, changed = (int(frame.select(shared.sum()).item() or 0) for frame in (both, left))
    return Rows(table, one.height, other.height, same, changed)


def _make_alike(frame: pl.DataFrame, other: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """These columns, as texts where the other frame holds them otherwise; one that the frame has not is empty."""

    def column(name: str) -> pl.Expr:
        if name not in frame.columns:
            return pl.repeat(None, frame.height, dtype=pl.String)
        kind = frame[name].dtype
        if isinstance(kind, pl.List):
            return pl.col(name).cast(pl.List(pl.String)).list.join("、")
        alike = name in other.columns and other[name].dtype == kind and not isinstance(kind, pl.Categorical)
        return pl.col(name) if alike else pl.col(name).cast(pl.String)

    return frame.select(column(name).alias(name) for name in columns)


# ---------------------------------------------------------------- whether a run still stands on what lies there now


def refuse_begun_otherwise(
    work: Path, campaign: str, as_of: date | None, known_on: date | None, *, as_begun: bool
) -> list[Change]:
    """What changed since an unfinished run began that is to be gone on with.

    as_begun: it is to be finished as it began, whatever changed. Another program cannot finish it: its tables would be
    made by two.
    Raises: StageFailed where its own files are others, LedgerBroken, BegunOtherwise where anything changed, or another
    day is asked for than it looks at.
    """
    _refuse_damaged(work)
    known = read_begun(work)
    for option, asked, had in (("--as-of", as_of, known["as_of"]), ("--known-on", known_on, known["known_on"])):
        if asked is not None and asked.isoformat() != had:
            was = f"写的是 {had}" if had else "没有写"
            raise BegunOtherwise(
                f"没做完的运行 {paths.shown(work)} 开始时{was} {option}，这次写的是 {asked}。"
                f"\n  接着做，不写 {option}；要看 {asked}，不带 --resume 重新运行。"
            )
    found = _compare_with_folders(State.of_begun(work, campaign), campaign, known["known_on"])
    other_program = any(one.kind == "程序" for one in found)
    if found and (other_program or not as_begun):
        lines = [f"没做完的运行 {paths.shown(work)} 开始以后有变化，没有接着做；以前的报告都还在。"]
        asked_for = "程序换了，不能再接着做" if other_program else "照开始时读到的做完：--resume --as-begun"
        lines += [*describe_changes(found), f"按现在的重新算：不带 --resume 运行；{asked_for}。"]
        raise BegunOtherwise("\n  ".join(lines))
    return found


def _refuse_damaged(work: Path) -> None:
    """Raises: StageFailed where plan and facts of an unfinished run are not those any more that it began with."""
    now = hash_files(work)
    wrong = [name for name, hash_ in read_begun(work)["files"].items() if now.get(name) != hash_]
    if wrong:
        what = f"没做完的运行 {paths.shown(work)} 里，{'、'.join(wrong)} 缺失、损坏或被改动过，不能接着做。"
        raise StageFailed(what + "\n  请不带 --resume 重新运行；以前的报告都还在。")


def _compare_with_folders(before: State, campaign: str, known_on: str) -> list[Change]:
    """known_on: a run that knew what was known on a day knows nothing of what came later, and need not."""
    now = State.of_folders(campaign)
    if known_on:
        files = {name: one for name, one in now.files.items() if name in before.files}
        now = replace(now, files=files, ledger=now.ledger.until(date.fromisoformat(known_on)))
    return compare_states(before, now)


def describe_changes_since_run(campaign: str, what: str) -> Iterator[str]:
    """Lines on what changed since the latest run; none where nothing did, or where there is no run.

    what: what is told of the run, with {} for it.
    """
    if not paths.facts_folder(campaign).is_dir():
        return
    try:
        run = latest_run(paths.reports_folder(campaign))
        made = run_facts(run)["run"]
        found = _compare_with_folders(State.of_run(run), campaign, made.get("known_on", ""))
    except NothingRun:
        return
    except (PingyiError, OSError, KeyError, TypeError) as error:
        yield f"注意：最近一次运行，或者现在的方案和数据，读不出来；此后有没有变化，没有比较（{error}）。"
        return
    if found:
        done = str(made["finished"]).replace("T", " ")[:16]
        yield f"注意：{what.format(f'运行 {run.name}（{done} 完成）')}，此后有变化："
        yield from (f"  {one}" for one in describe_changes(found))
