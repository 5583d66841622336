"""Where two states differ: plan, files, rows, ledger, program, key. One thing is one `Change`, with a sentence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from pingyi.common.faults import PlanFaults
from pingyi.facts.ledger import state_in_words, table_title
from pingyi.plan.reader import read_file
from pingyi.plan.tree import differing
from pingyi.runs.manifest import sha256
from pingyi.runs.states.arrivals import Content, Files
from pingyi.runs.states.rows import Rows, rows_compared
from pingyi.runs.states.state import Program, State

KINDS = ("文件", "数据", "登记簿", "方案", "程序", "密钥")
"""What can change, in the order in which it is told."""

HALF = 2
"""A table that lost more than one part in so many is told first."""

LONG = 40
"""Characters of a value of the plan that a sentence repeats."""


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


def changed(before: State, now: State) -> list[Change]:
    """What differs between what two results stand on, without a look at rows."""
    programs = program_changed(before.program, now.program) if before.program and now.program else ()
    found = [*files_changed(before.files, now.files), *_ledger(before, now), *_plan(before, now), *programs]
    if before.key and now.key and before.key != now.key:
        found.append(Change("密钥", "密钥", "换了一把", "密钥换了一把，代号全部与以前不同", grave=True))
    return found


def files_changed(before: Files, now: Files) -> Iterator[Change]:
    """Files that came, went, changed, or have another name."""
    gone = {name: one for name, one in before.items() if name not in now}
    for name, one in now.items():
        if name in before and before[name].sha256 != one.sha256:
            told = f"文件 {name} 换了内容{_from_to(before[name], one)}"
            yield Change("文件", name, "换了内容", told, before=before[name].rows, after=_rows(one))
        elif name not in before:
            yield _new(name, one, gone)
    for name, one in gone.items():
        told = f"文件 {name} 不在了{f'（原有 {one.rows} 行）' if _rows(one) is not None else ''}"
        yield Change("文件", name, "不在了", told, grave=True, before=_rows(one), after=0)


def _new(name: str, one: Content, gone: dict[str, Content]) -> Change:
    """A file that was not there; where its bytes were there under a name that is gone, it was renamed."""
    old = next((other for other, content in gone.items() if content.sha256 == one.sha256), None)
    if old is not None:
        rows = _rows(gone.pop(old))
        return Change("文件", name, "改了名字", f"文件 {old} 改名为 {name}，内容没有变", before=rows, after=rows)
    told = f"新增文件 {name}{f'（{one.rows} 行）' if _rows(one) is not None else ''}"
    return Change("文件", name, "新增", told, before=0, after=_rows(one))


def _rows(one: Content) -> int | None:
    return one.rows if one.rows >= 0 else None


def _from_to(one: Content, other: Content) -> str:
    return f"（{one.rows} 行，现在 {other.rows} 行）" if None not in (_rows(one), _rows(other)) else ""


def rows_changed(before: Mapping[str, pl.DataFrame], now: Mapping[str, pl.DataFrame]) -> Iterator[Change]:
    """Tables whose rows differ."""
    for one in rows_compared(before, now):
        if one.moved:
            counts = {"before": one.before, "after": one.after, "same": one.same, "new": one.new}
            grave = one.gone * HALF > one.before
            told = _rows_told(one)
            how = "少了一大半" if grave else "有变化"
            yield Change("数据", one.table.title, how, told, grave, **counts, gone=one.gone, changed=one.changed)


def _rows_told(one: Rows) -> str:
    parts = {"新增": one.new, "少了": one.gone, "改动": one.changed, "相同": one.same}
    counts = "，".join(f"{word} {number}" for word, number in parts.items() if number)
    return f"{one.table.title}（{one.table.name}）{one.before} 行变成 {one.after} 行：{counts}"


def _ledger(before: State, now: State) -> Iterator[Change]:
    """Entries that one of the two ledgers has behind what both have."""
    one, other = before.ledger, now.ledger
    if other.goes_on_from(len(one.entries), one.head):
        for entry in other.entries[len(one.entries) :]:
            draft = entry.draft
            what = f"{table_title(draft)}，{state_in_words(draft.state)}"
            told = f"{entry.at:%Y-%m-%d} {what}：{draft.why}（{draft.document}）"
            yield Change("登记簿", f"第 {entry.number} 条", "新登记", f"登记簿第 {entry.number} 条 {told}")
    elif one.goes_on_from(len(other.entries), other.head):
        told = f"登记簿只到第 {len(other.entries)} 条，那时有 {len(one.entries)} 条"
        yield Change("登记簿", "登记簿", "少了", told, grave=True)
    else:
        yield Change("登记簿", "登记簿", "不是同一本", "登记簿与那时的对不上：有人删去或改写过", grave=True)


def _plan(before: State, now: State) -> Iterator[Change]:
    """Paths of the plan that say something else."""
    if before.plan.exists() and now.plan.exists() and sha256(before.plan) == sha256(now.plan):
        return
    try:
        found = list(differing(read_file(before.plan).tree, read_file(now.plan).tree))
    except (PlanFaults, OSError):
        yield Change("方案", now.plan.name, "改过", "方案文件改过，有一份读不出来，改了哪里不知道")
        return
    if not found:
        yield Change("方案", now.plan.name, "改过", "方案文件改过，规则没有变（只改了注释或排版）")
    for path, one, other in found:
        yield Change("方案", path, _how(one, other), f"方案 {path}：{_plan_told(one, other)}")


def _how(one: Any, other: Any) -> str:
    return "新增" if one is None else "删去" if other is None else "改动"


def _plan_told(one: Any, other: Any) -> str:
    plain = all(value is None or isinstance(value, str | bool) for value in (one, other))
    if plain and one is not None and other is not None:
        return f"“{str(one)[:LONG]}”改为“{str(other)[:LONG]}”"
    value = one if other is None else other
    return _how(one, other) + (f"“{value[:LONG]}”" if plain and isinstance(value, str) else "")


def program_changed(before: Program, now: Program) -> Iterator[Change]:
    """Another version, other code under the same version, packages of other versions."""
    if before.sha256 != now.sha256:
        same = before.version == now.version
        how = f"都是 {now.version}，代码不同" if same else f"{before.version} 换成 {now.version}"
        hashes = f"（校验码 {before.sha256[:8]}、{now.sha256[:8]}）" if before.sha256 else ""
        yield Change("程序", "pingyi", "换了", f"程序 pingyi {how}{hashes}")
    for name, was in before.packages.items():
        if name in now.packages and now.packages[name] != was:
            yield Change("程序", name, "换了", f"程序包 {name} {was} 换成 {now.packages[name]}")
