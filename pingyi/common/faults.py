"""What is wrong with an input, said once, in Chinese, to the people who made it.

A `Fault` is one thing wrong at one place. Exceptions carry all faults of their kind at once; each kind has its own
exit code on the command line.
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


def told(faults: Iterable[Fault], ending: str) -> str:
    """All faults file by file, a line for each cause. ending: what became of the file, e.g. `未导入任何一行`."""
    ordered = sorted(faults, key=lambda fault: (fault.file, fault.order, fault.where))
    blocks = []
    for file, group in groupby(ordered, key=lambda fault: fault.file):
        found = list(group)
        causes = list(_by_cause(found))
        rest = sum(map(len, causes[SHOWN:]))
        lines = [_line(cause) for cause in causes[:SHOWN]] + [f"……另有 {rest} 处"] * bool(rest)
        blocks.append("\n  ".join([f"{file} 有 {len(found)} 处问题，{ending}", *lines]))
    return "\n".join(blocks)


def _by_cause(faults: Iterable[Fault]) -> Iterable[list[Fault]]:
    """Faults that say the same of cells of one column, or of several heads, together; in order of the first of each."""
    causes: dict[tuple[str, ...], list[Fault]] = {}
    for fault in faults:
        cause = (ROW.sub("", fault.where), fault.wanted, fault.near, fault.clause)
        causes.setdefault(cause, []).append(fault)
    return causes.values()


def _line(cause: list[Fault]) -> str:
    """One line for faults of one cause: all rows, and what was found in them."""
    first = cause[0]
    if len(cause) == 1:
        return str(first)
    rows = spans(int(row[1]) for fault in cause if (row := ROW.search(fault.where)))
    where = ROW.sub(f"第 {_some(rows, STRETCHES, '、', f'等 {len(cause)}')} 行", first.where)
    values = [f"“{value}”" for value in dict.fromkeys(fault.found for fault in cause) if value]
    found = f"读到{_some(values, VALUES, '、', f'等 {len(values)} 种')}，" if values else ""
    return str(replace(first, where=where, found="", wanted=found + first.wanted))


def _some(values: Sequence[str], most: int, between: str, rest: str) -> str:
    return between.join(values[:most]) + (f" {rest}" if len(values) > most else "")


def spans(rows: Iterable[int | None]) -> list[str]:
    """Row numbers as stretches: 3—9, 12."""
    found: list[list[int]] = []
    for row in sorted({row for row in rows if row is not None}):
        if found and row == found[-1][1] + 1:
            found[-1][1] = row
        else:
            found.append([row, row])
    return [str(start) if start == end else f"{start}—{end}" for start, end in found]


def nearest(found: str, valid: Iterable[str], names: dict[str, str] | None = None) -> str:
    """Up to three valid values that look like what was found, with their names; empty where none does."""
    close = get_close_matches(found, list(valid), n=3, cutoff=0.5)
    return "、".join(f"{value} {names[value]}" if names and value in names else value for value in close)


class PingyiError(Exception):
    """Something the user can mend; the message is Chinese and complete. Never shown with a traceback."""

    exit_code = 1


class UnknownCampaign(PingyiError):
    """No such campaign in `parameters/`."""

    exit_code = 2


class Faults(PingyiError):
    """All faults of one kind of input."""

    ending = ""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = list(faults)
        super().__init__(told(self.faults, self.ending))


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
