"""What went wrong, said once, in Chinese, to the people who can mend it.

A `Fault` is one thing wrong at one place of an input. Exceptions carry all faults of their kind at once; each kind has
its own exit code on the command line. What the machine refuses (a full disk, a file that somebody holds, …) gets its
words here too, with what to do about it: from an exception, or from the text that another process left of one.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from itertools import groupby

SHOWN = 40
"""Lines printed for one file; the rest is counted."""

STRETCHES, VALUES = 5, 12
"""Of faults with one cause: stretches of rows, and values found, that are named; the rest is counted."""

ROW = re.compile(r"第 (\d+) 行(?=“)")
"""The row of a cell in a fault's place."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong at one place.

    file: the file as the user named it. where: line and path in a plan; sheet, row and column in a table.
    found: what stands there (empty: nothing). wanted: what should. near: the nearest valid values. clause: the plan's.
    """

    file: str
    where: str
    found: str
    wanted: str
    near: str = ""
    clause: str = ""
    order: tuple[int, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        found = f"读到“{self.found}”，" if self.found else ""
        near = f"；相近的有 {self.near}" if self.near else ""
        clause = f"（{self.clause}）" if self.clause else ""
        return f"{self.where}：{found}{self.wanted}{near}{clause}"


def describe_faults(faults: Iterable[Fault], ending: str) -> str:
    """All faults file by file, a line for each cause. ending: what became of the file, e.g. `未导入任何一行`."""
    ordered = sorted(faults, key=lambda fault: (fault.file, fault.order, fault.where))
    blocks = []
    for file, group in groupby(ordered, key=lambda fault: fault.file):
        found = list(group)
        causes = _group_by_cause(found)
        rest = sum(map(len, causes[SHOWN:]))
        lines = [_describe_cause(cause) for cause in causes[:SHOWN]] + [f"……另有 {rest} 处"] * bool(rest)
        blocks.append("\n  ".join([f"{file} 有 {len(found)} 处问题，{ending}", *lines]))
    return "\n".join(blocks)


def _group_by_cause(faults: Iterable[Fault]) -> list[list[Fault]]:
    """Faults that say the same of cells of one column, or of several heads, together; in order of the first of each."""
    causes: dict[tuple[str, ...], list[Fault]] = {}
    for fault in faults:
        cause = (ROW.sub("", fault.where), fault.wanted, fault.near, fault.clause)
        causes.setdefault(cause, []).append(fault)
    return list(causes.values())


def _describe_cause(cause: list[Fault]) -> str:
    """One line for faults of one cause: all rows, and what was found in them."""
    first = cause[0]
    if len(cause) == 1:
        return str(first)
    rows = spans(int(row[1]) for fault in cause if (row := ROW.search(fault.where)))
    where = ROW.sub(f"第 {_join_first(rows, STRETCHES, f'等 {len(cause)}')} 行", first.where)
    values = [f"“{value}”" for value in dict.fromkeys(fault.found for fault in cause) if value]
    found = f"读到{_join_first(values, VALUES, f'等 {len(values)} 种')}，" if values else ""
    return str(replace(first, where=where, found="", wanted=found + first.wanted))


def _join_first(values: Sequence[str], most: int, rest: str) -> str:
    return "、".join(values[:most]) + (f" {rest}" if len(values) > most else "")


def spans(rows: Iterable[int | None]) -> list[str]:
    """Row numbers as stretches: 3—9, 12."""
    ordered = sorted({row for row in rows if row is not None})
    stretches = groupby(enumerate(ordered), key=lambda pair: pair[1] - pair[0])  # one apart from the next: same key
    ends = [(stretch[0][1], stretch[-1][1]) for stretch in (list(pairs) for _, pairs in stretches)]
    return [str(first) if first == last else f"{first}—{last}" for first, last in ends]


def nearest(found: str, valid: Iterable[str], names: dict[str, str] | None = None) -> str:
    """Up to three valid values that look like what was found, with their names; empty where none does."""
    close = get_close_matches(found, list(valid), n=3, cutoff=0.5)
    return "、".join(f"{value} {names[value]}" if names and value in names else value for value in close)


def hint_nearest(found: str, valid: Iterable[str]) -> str:
    """What a message says of them behind what was not found; empty where none looks like it."""
    near = nearest(found, valid)
    return f"；相近的有 {near}" if near else ""


class PingyiError(Exception):
    """Something the user can mend; the message is Chinese and complete. Never shown with a traceback."""

    exit_code = 1

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows of it (asked by IPython)."""
        return [str(self)]


class UnknownCampaign(PingyiError):
    """No such campaign in `parameters/`."""

    exit_code = 2


class Faults(PingyiError):
    """All faults of one kind of input."""

    ending = ""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = list(faults)
        super().__init__(describe_faults(self.faults, self.ending))


class PlanFaults(Faults):
    """The plan file cannot be used."""

    exit_code = 3
    ending = "方案未采用"


class FactFaults(Faults):
    """Fact files cannot be used."""

    exit_code = 4
    ending = "未导入任何一行"


class StageFailed(PingyiError):
    """A stage ended before its tables were whole; nothing that was there is lost."""

    exit_code = 5


class CheckFailed(StageFailed):
    """A sentence that must hold does not: the check, and the first rows that speak against it."""

    exit_code = 6


class Trouble(PingyiError):
    """The machine refused something; nothing that was finished is touched."""

    exit_code = 14


KINDS = (
    (r"no space left|\b(os error|errno) 28\b|disk quota|\berrno 122\b", "磁盘满了", "请腾出空间"),
    (r"read-only file system|\b(os error|errno) 30\b", "这个位置只能读、不能写", "请换到可以写的位置，或解除只读"),
    (r"permission denied|not permitted|\b(os error|errno) 1?[13]\b", "没有写入或读取的权限", "请检查文件夹的权限"),
    (r"file too large|\b(os error|errno) 27\b", "文件超过了系统允许的大小", "请放宽限制，或换一个磁盘"),
    (r"input/output error|\b(os error|errno) 5\b", "磁盘读写出错", "请检查磁盘，并从备份核对资料"),
    (r"too many open files|\b(os error|errno) 24\b", "打开的文件太多", "请关闭一些程序"),
    (r"file ?name too long|\b(os error|errno) 36\b", "文件名太长", "请换一个较短的名字或位置"),
    (r"could not set lock on file", "数据库正被另一个程序使用", "请关闭打开着它的笔记本或命令"),
    (r"not a valid duckdb|corrupt|checksum|deserializ", "数据库文件损坏", "请重新运行，不带 --resume"),
    (r"out of memory|cannot allocate memory|\b(os error|errno) 12\b", "内存不够", "请关闭一些程序"),
    (r"cannot import name|no module named", "程序文件读不出来或不完整", "请检查磁盘，必要时重新安装程序"),
    (r"no such file or directory|\b(os error|errno) 2\b", "找不到文件或文件夹", "请检查是否被移走或改名"),
)
"""What the text of a failure contains, what it means, and what to do; the first that fits."""

HOLDER = re.compile(r"held in (\S+) \(PID (\d+)\)")
PATH = re.compile(r"[\"'“]?((?:/|[A-Za-z]:\\)[^\"'”:]+)")


def describe_os_error(error: BaseException | str) -> str | None:
    """What to say of a failure of the machine, with the file where it is known; nothing where it is of another kind.

    error: an exception, or the text that one left elsewhere.
    """
    text = error if isinstance(error, str) else _text_of_os_error(error)
    for pattern, what, do in KINDS:
        if re.search(pattern, text, re.IGNORECASE):
            holder, path = HOLDER.search(text), PATH.search(HOLDER.sub("", text))
            by = f"（进程编号 {holder[2]}）" if holder else ""
            where = f"：{path[1].strip()}" if path else ""
            return f"{what}{by}{where}；{do}，然后再试。"
    return None


def is_database_lock(error: BaseException) -> bool:
    """Whether a database is held by somebody, who may let go of it."""
    return "could not set lock" in str(error).lower()


def _text_of_os_error(error: BaseException) -> str:
    """The text of a failure of the machine; what our own code got wrong is not for the office to mend."""
    if isinstance(error, MemoryError):
        return "out of memory"
    outside = isinstance(error, OSError | ImportError) or type(error).__module__.startswith(
        ("_duckdb", "duckdb", "polars")
    )
    return str(error) if outside else ""
