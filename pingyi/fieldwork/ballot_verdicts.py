"""What becomes of each returned ballot: a pure function of the rows, the register, the window and the plan's rules.

Neither the order of the rows nor the files in which they came change anything. The rows of a code with one ballot
number are a ballot; without numbers, the rows of a code at one moment are. A code counts once, in whichever window: its
first valid ballot, or its last where the plan keeps the last; by moment, then by number, 9 before 10, as in the tally.
A void ballot leaves its code unused, unless the plan says that it counts. Void is one with wrong picks where they void
the whole form, one that gives a unit two levels, and those of one moment of which nobody can tell which came first.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from pingyi.fieldwork.ballot_codes import is_whole
from pingyi.fieldwork.code_register import Entry
from pingyi.fieldwork.returned_ballots import Mark
from pingyi.plan.ratings import Each, FormRule

OUTCOMES = {
    "accepted": "计入",
    "wrong_picks": "选的个数不符，照交，由方案的规则处理",
    "replaced": "选的个数不符，同一验证码另有有效选票",
    "used_twice": "验证码已用过",
    "overtaken": "同一验证码后来又投，方案计最后的一张",
    "used_up": "验证码用在了作废的选票上，方案规定作废也算用过",
    "undecidable": "同一时刻投了不同的票，没有选票编号，分不出先后",
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
    row stands: file, sheet and row.
    """

    code: str
    number: str
    at: datetime
    marks: tuple[Mark, ...]
    repeated: int
    begins: tuple[str, str, int]

    @property
    def rank(self) -> tuple[object, ...]:
        """By what ballots of a code come first; numbers as numbers: 9 before 10, and before A10."""
        bare = self.number.lstrip("0")
        return self.at, len(bare), bare, self.number, self.content

    @property
    def content(self) -> list[tuple[str, str, str]]:
        """What it says of whom."""
        return [_content_of(mark) for mark in self.marks]

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


Outcomes = list[tuple[Ballot, str]]
"""Every ballot with what becomes of it."""


@dataclass(frozen=True)
class Judge:
    """entered: what the register says of a code. windows: first and last days in which ballots may be cast.

    form, each: the plan's rules; without `each` the first ballot is kept, since a code is made for one.
    """

    entered: Entered
    windows: Sequence[tuple[date, date]]
    form: FormRule | None
    each: Each | None = None

    def outcomes(self, ballots: Iterable[Ballot]) -> Outcomes:
        """Every ballot with what becomes of it."""
        ordered = sorted(ballots, key=lambda ballot: (ballot.code, ballot.rank))
        by_code = groupby(ordered, key=lambda ballot: ballot.code)
        return [pair for _, same in by_code for pair in self._judge_one_code(list(same))]

    def _judge_one_code(self, ballots: list[Ballot]) -> Outcomes:
        """One valid ballot counts; where none is valid, one that only picked wrongly is handed on."""
        faults = [(ballot, self._fault_of(ballot)) for ballot in (ballots[::-1] if self._keeps_last else ballots)]
        counts, disputed = self._keep_first([ballot for ballot, fault in faults if self._takes_turn(ballot, fault)])
        if counts is None and not self._void_counts:
            counts = next((ballot for ballot, fault in faults if not fault and ballot not in disputed), None)
        return [(ballot, fault or self._outcome_beside(ballot, counts, disputed)) for ballot, fault in faults]

    def _keep_first(self, ballots: list[Ballot]) -> tuple[Ballot | None, list[Ballot]]:
        """The ballot that is kept, and those before it of which nobody can tell which came first: they are void."""
        disputed: list[Ballot] = []
        for same in (list(some) for _, some in groupby(ballots, key=lambda ballot: ballot.at)):
            if all(one.number for one in same) or all(one.content == same[0].content for one in same):
                return same[0], disputed
            disputed += same
            if self._void_counts:
                break
        return None, disputed

    def _fault_of(self, ballot: Ballot) -> str:
        """Why the ballot cannot count, whatever other ballots there are."""
        if not is_whole(ballot.code):
            return "mistyped"
        entry = self.entered(ballot.code)
        if entry is None or entry.state == "revoked":
            return "revoked" if entry else "unknown"
        on = ballot.at.date()
        if not any(first <= on <= last for first, last in self.windows):
            return "out_of_time"
        return ("contradictory" if ballot.number else "undecidable") if ballot.contradicts_itself else ""

    @property
    def _keeps_last(self) -> bool:
        return self.each is not None and self.each.keep == "last"

    @property
    def _void_counts(self) -> bool:
        return self.each is not None and self.each.void_counts

    def _takes_turn(self, ballot: Ballot, fault: str) -> bool:
        """Whether the ballot may use up its code."""
        if self._void_counts:
            return fault in ("", "contradictory", "undecidable")
        return not fault and self._is_valid(ballot)

    def _is_valid(self, ballot: Ballot) -> bool:
        """A ballot that loses only a level is valid; one that is void as a whole leaves its code unused."""
        drops = self.form is not None and self.form.otherwise == "drop_level"
        return drops or ballot.picks_right(self.form)

    def _outcome_beside(self, ballot: Ballot, counts: Ballot | None, disputed: list[Ballot]) -> str:
        """What becomes of a sound ballot, where that one of its code is kept and those are disputed."""
        if ballot in disputed:
            return "undecidable"
        if ballot is counts:
            return "accepted" if ballot.picks_right(self.form) else "wrong_picks"
        if counts is None or (self._void_counts and (counts.contradicts_itself or not self._is_valid(counts))):
            return "used_up"
        if self._is_valid(counts) and not self._is_valid(ballot) and not self._void_counts:
            return "replaced"
        return "overtaken" if self._keeps_last else "used_twice"


def ballots_of(marks: Iterable[Mark]) -> list[Ballot]:
    """The ballots that the rows make up."""
    ordered = sorted(marks, key=lambda mark: (_ballot_key(mark), mark))
    return [_join_rows(list(rows)) for _, rows in groupby(ordered, key=_ballot_key)]


def _ballot_key(mark: Mark) -> tuple[str, str, str]:
    return mark.code, mark.number, "" if mark.number else mark.at.isoformat()


def _content_of(mark: Mark) -> tuple[str, str, str]:
    return mark.unit, mark.item, mark.level


def _join_rows(rows: Sequence[Mark]) -> Ballot:
    once = {_content_of(mark): mark for mark in rows}
    marks = tuple(once[content] for content in sorted(once))
    at, begins = min(mark.at for mark in rows), min((mark.file, mark.sheet, mark.row) for mark in rows)
    return Ballot(rows[0].code, rows[0].number, at, marks, len(rows) - len(marks), begins)
