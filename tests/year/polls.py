"""An online ballot in a year: codes issued and issued anew, ballots in batches, checked again and again."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from pingyi.fieldwork.ballot_check import check_ballots
from pingyi.fieldwork.ballot_codes import make_codes, reissue
from pingyi.fieldwork.code_register import CodesRefused
from pingyi.plan import Plan
from tests.small import UNITS

HEADS = ("验证码", "投票时间", "选票编号", "单位", "等次")
Ballot = tuple[str, datetime, int, tuple[tuple[str, str], ...]]
"""Code, moment, number, and marks of units."""


@dataclass
class Poll:
    """codes: code → whether it is revoked. serials: code by serial number. files: what came back so far."""

    folder: Path
    plan: Plan
    dice: random.Random
    codes: dict[str, bool] = field(default_factory=dict)
    serials: dict[int, str] = field(default_factory=dict)
    cast: list[Ballot] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    count: int = 0

    def step(self, units: pl.DataFrame) -> str:
        """Codes go out, or ballots come back and all are checked."""
        if len(self.codes) < 4:
            return self._issue()
        step = self.dice.choice([self._reissue, self._batch, self._batch, lambda: self._check(units)])
        return step()

    def _issue(self) -> str:
        self._handed(lambda path: make_codes(self.plan, "ballot", {"": 5}, handout=path, on=date(2020, 11, 1)))
        return "codes issued"

    def _reissue(self) -> str:
        serial = self.dice.choice([one for one, code in self.serials.items() if not self.codes[code]])
        self.codes[self.serials[serial]] = True
        self._handed(lambda path: reissue(self.plan, str(serial), handout=path, on=date(2020, 11, 20)))
        return f"code {serial} issued anew"

    def _handed(self, hand_out: object) -> None:
        self.count += 1
        path = self.folder / f"发放{self.count}.csv"
        hand_out(path)  # type: ignore[operator]
        for row in pl.read_csv(path, infer_schema=False).iter_rows():
            self.serials[int(row[0])] = row[-1]
            self.codes[row[-1]] = False

    def _batch(self) -> str:
        """Some voters vote, some twice; their rows come in two files, some of them once more."""
        fresh = [self._ballot(self.dice.choice(list(self.codes))) for _ in range(self.dice.randint(1, 4))]
        self.cast += fresh
        rows = [row for ballot in fresh for row in _rows(ballot)]
        rows += [row for ballot in self.dice.sample(self.cast, min(2, len(self.cast))) for row in _rows(ballot)]
        self.dice.shuffle(rows)
        cut = self.dice.randrange(len(rows))
        for part in filter(None, (rows[:cut], rows[cut:])):
            self.count += 1
            path = self.folder / f"选票{self.count}.csv"
            pl.DataFrame(part, schema=HEADS, orient="row").write_csv(path)
            self.files.append(path)
        return f"{len(fresh)} ballots cast"

    def _ballot(self, code: str) -> Ballot:
        at = datetime(2020, 11, 20, 9) + timedelta(minutes=self.dice.randrange(30))
        good, bad, other = self.dice.sample(UNITS, 3)
        right = ((good, "满意"), (bad, "不满意"))
        marks = self.dice.choice([right, right, right, right[:1], (*right, (other, "满意"))])
        self.count += 1
        return code, at, self.count, marks

    def _check(self, units: pl.DataFrame) -> str:
        """All that came back is checked; with a file left out it is refused."""
        if not self.files:
            return self._batch()
        self.count += 1
        folder, files = self.folder / f"核验{self.count}", self.dice.sample(self.files, len(self.files))
        check_ballots(self.plan, "ballot", files, units=units, folder=folder, at=datetime(2020, 12, 1), channel=None)
        rows = pl.read_csv(folder / "ratings.csv", infer_schema=False)
        assert Counter(rows.select("单位", "等次").rows()) == self._counted()
        if files[0].read_bytes() not in {one.read_bytes() for one in files[1:]}:
            with pytest.raises(CodesRefused, match="这次没有给"):
                check_ballots(
                    self.plan, "ballot", files[1:], units=units, folder=self.folder / "漏", at=datetime(2020, 12, 1)
                )
        return "ballots checked"

    def _counted(self) -> Counter[tuple[str, str]]:
        """Of each code that is not revoked the first ballot with right picks, else the first."""
        found: Counter[tuple[str, str]] = Counter()
        for code, revoked in self.codes.items():
            own = sorted((one for one in self.cast if one[0] == code), key=lambda one: (one[1], one[2]))
            right = [one for one in own if sorted(level for _, level in one[3]) == ["不满意", "满意"]]
            if not revoked and own:
                found.update((right or own)[0][3])
        return found


def _rows(ballot: Ballot) -> list[tuple[str, str, str, str, str]]:
    code, at, number, marks = ballot
    return [(code, f"{at:%Y-%m-%d %H:%M}", str(number), unit, level) for unit, level in marks]
