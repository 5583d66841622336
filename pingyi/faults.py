"""What is wrong with an input, said once, in Chinese, to the people who made it.

A `Fault` is one thing wrong at one place. Exceptions carry all faults of their kind at once; each kind has its own
exit code on the command line.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import groupby

SHOWN = 40
"""Faults printed for one file; the rest is counted."""


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
    """All faults file by file, each on a line of its own. ending: what became of the file, e.g. `未导入任何一行`."""
    ordered = sorted(faults, key=lambda fault: (fault.file, fault.order, fault.where))
    blocks = []
    for file, group in groupby(ordered, key=lambda fault: fault.file):
        lines = [str(fault) for fault in group]
        rest = [f"……另有 {len(lines) - SHOWN} 处"] if len(lines) > SHOWN else []
        blocks.append("\n  ".join([f"{file} 有 {len(lines)} 处问题，{ending}", *lines[:SHOWN], *rest]))
    return "\n".join(blocks)


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
