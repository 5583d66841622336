"""What becomes of each returned ballot: a pure function of the rows, the register, the window and the form's rule.

The order of the rows changes nothing: ballots are taken by time, then number, then content.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from pingyi.codes.code import is_whole
from pingyi.codes.register import Entry
from pingyi.codes.returned import Mark
from pingyi.plan.ratings import FormRule

OUTCOMES = {
    "accepted": "计入",
    "wrong_picks": "选的个数不符，照交，由方案的规则处理",
    "replaced": "选的个数不符，同一验证码另有有效选票",
    "used_twice": "验证码已用过",
    "out_of_time": "不在投票时间内",
    "contradictory": "对同一单位填了不同等次",
    "revoked": "验证码已作废",
    "unknown": "验证码不在登记簿",
    "mistyped": "验证码有误（打错、不全或没有填）",
}
REPEATED = "重复的行"
"""What became of a ballot; rows that stand there again, the same in everything."""

HANDED_ON = ("accepted", "wrong_picks")

Entered = Callable[[str], Entry | None]
"""A code → the last word of the register on it."""


@dataclass(frozen=True)
class Ballot:
    """The rows of one code and one ballot number, or of one moment where ballots bear no number.

    marks: each row once. repeated: how many rows stood there again. at: of its earliest row. begins: where its first
    row stands, sheet and row.
    """

    code: str
    number: str
    at: datetime
    marks: tuple[Mark, ...]
    repeated: int
    begins: tuple[str, int]

    @property
    def rank(self) -> tuple[object, ...]:
        """By what ballots of a code are taken first."""
        return self.at, self.number, [_content(mark) for mark in self.marks]

    @property
    def contradicts_itself(self) -> bool:
        """Whether it gives a unit two levels."""
        return len({(mark.unit, mark.item) for mark in self.marks}) < len(self.marks)

    def picks_right(self, form: FormRule | None) -> bool:
        """Whether each level was marked as often as the plan wants."""
        picked = Counter(mark.level for mark in self.marks)
        return form is None or (
            all(picked[level] == wanted for level, wanted in form.exactly.items())
            and all(picked[level] <= most for level, most in form.at_most.items())
        )


@dataclass(frozen=True)
class Judge:
    """entered: what the register says of a code. windows: first and last days in which ballots may be cast."""

    entered: Entered
    windows: Sequence[tuple[date, date]]
    form: FormRule | None

    def outcomes(self, ballots: Iterable[Ballot]) -> list[tuple[Ballot, str]]:
        """Every ballot with what becomes of it."""
        ordered = sorted(ballots, key=lambda ballot: (ballot.code, ballot.rank))
        by_code = groupby(ordered, key=lambda ballot: ballot.code)
        return [pair for _, same in by_code for pair in self._of_one_code(list(same))]

    def _of_one_code(self, ballots: list[Ballot]) -> list[tuple[Ballot, str]]:
        """The first valid ballot counts; where none is valid, the first that only picked wrongly is handed on."""
        faults = [self._fault(ballot) for ballot in ballots]
        sound = [ballot for ballot, fault in zip(ballots, faults, strict=True) if not fault]
        valid = [ballot for ballot in sound if self._is_valid(ballot)]
        counts = (valid or sound)[:1]
        return [(ballot, fault or self._beside(ballot, *counts)) for ballot, fault in zip(ballots, faults, strict=True)]

    def _fault(self, ballot: Ballot) -> str:
        """Why the ballot cannot count, whatever other ballots there are."""
        if not is_whole(ballot.code):
            return "mistyped"
        entry = self.entered(ballot.code)
        if entry is None or entry.state == "revoked":
            return "revoked" if entry else "unknown"
        if ballot.contradicts_itself:
            return "contradictory"
        on = ballot.at.date()
        return "" if any(first <= on <= last for first, last in self.windows) else "out_of_time"

    def _is_valid(self, ballot: Ballot) -> bool:
        """A ballot that loses only a level is valid; one that is void as a whole leaves its code unused."""
        drops = self.form is not None and self.form.otherwise == "drop_level"
        return drops or ballot.picks_right(self.form)

    def _beside(self, ballot: Ballot, counts: Ballot) -> str:
        """What becomes of a sound ballot, where this one of its code counts."""
        if ballot is counts:
            return "accepted" if ballot.picks_right(self.form) else "wrong_picks"
        return "replaced" if self._is_valid(counts) and not self._is_valid(ballot) else "used_twice"


def ballots_of(marks: Iterable[Mark]) -> list[Ballot]:
    """The ballots that the rows make up."""
    ordered = sorted(marks, key=lambda mark: (_whose(mark), mark))
    return [_ballot(whose, list(rows)) for whose, rows in groupby(ordered, key=_whose)]


def _whose(mark: Mark) -> tuple[str, str, str]:
    return mark.code, mark.number, "" if mark.number else mark.at.isoformat()


def _content(mark: Mark) -> tuple[str, str, str]:
    return mark.unit, mark.item, mark.level


def _ballot(whose: tuple[str, str, str], rows: Sequence[Mark]) -> Ballot:
    code, number, _ = whose
    once: Mapping[tuple[str, str, str], Mark] = {_content(mark): mark for mark in rows}
    marks = tuple(once[content] for content in sorted(once))
    at, begins = min(mark.at for mark in rows), min((mark.sheet, mark.row) for mark in rows)
    return Ballot(code, number, at, marks, len(rows) - len(marks), begins)
