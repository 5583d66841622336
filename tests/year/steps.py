"""What an office does in a year, each step done in the folder and in the model, and compared after it."""

import os
import random
import signal
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pingyi.facts.intake import FactsRefused
from pingyi.facts.ledger import FILE, Draft, LedgerBusy, append_entries
from pingyi.scoring.review import Review
from tests.killing import Count
from tests.reference.agreement import _told, compared, of_judge
from tests.reliability.persons import MOBILES, SEPARATORS
from tests.small import LEVELS, UNITS, plan_tree
from tests.year.model import KEYS, NEXT, Entry, Line, Model, Row
from tests.year.office import Office, expected, plain
from tests.year.polls import Poll
from tests.year.runs import Taken, carried, digits, judged, ran

WORDS = {"proposed": "提出", "confirmed": "确认", "objected": "异议", "upheld": "维持", "withdrawn": "撤销"}
TABLES = {"units": "参评单位名录", "counts": "票数汇总", "events": "事项台账", "ratings": "评价记录"}
COLUMNS = {
    "units": {"name": "单位名称", "organ": "主管部门"},
    "counts": {"votes": "票数"},
    "events": {"times": "件数", "unit": "单位", "happened_on": "发生日期"},
    "ratings": {"rated_on": "评价时间"},
}
"""Columns that are corrected, with their heads."""

HEADS = {"method": "指标", "unit": "单位", "level": "等次", "cycle": "周期", "channel": "渠道", "event": "记录编号"}
HEADS |= {"form": "表单编号", "item": "事项", "document": "依据文件"}
HALVES = ("上半年", "下半年")
SCORED = 20
"""Steps between two times that the facts are scored."""


@dataclass
class Year:
    """One year. dice: all chance. did: what was done, for whoever reads a difference. clean: files without numbers."""

    office: Office
    dice: random.Random
    model: Model = field(default_factory=lambda: Model({name: {} for name in KEYS}))
    persons: dict[str, str] = field(default_factory=dict)
    did: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    count: int = 0
    poll: Poll | None = None
    taken: Taken | None = None
    clean: dict[Path, int] = field(default_factory=dict)

    def live(self, steps: int) -> None:
        """So many steps; what the facts come to is scored every twentieth."""
        self.begin()
        for nth in range(1, steps + 1):
            self.step()
            if nth % SCORED == 0:
                self.scored()
        if self.taken is not None:
            carried(self.office, self.taken)

    def begin(self) -> None:
        """The roster and a first batch of each table."""
        self._deliver("units", "名录.csv", [self._unit(unit) for unit in UNITS])
        for table in ("counts", "events", "ratings"):
            self._deliver(table, "第0批.csv", self._rows(table))

    def step(self) -> str:
        """One step, and everything compared; the name of what was done."""
        step = self.dice.choice(STEPS)
        done = step(self)
        self.kinds[step.__name__] += 1
        self.did.append(done)
        self.compare(done)
        return done

    def _new(self) -> int:
        self.count += 1
        return self.count

    # ------------------------------------------------------------ files

    def batch(self) -> str:
        """A file with new rows comes."""
        table = self.dice.choice(["counts", "events", "ratings", "ratings"])
        self._deliver(table, f"第{self._new()}批.csv", self._rows(table))
        return f"a batch of {table}"

    def replaced(self) -> str:
        """A file comes again, with rows changed, gone and new."""
        table, name = self._some_file()
        rows = [dict(row) for row in self.model.files[table][name] if self.dice.random() < 0.9]
        for row in rows:
            if self.dice.random() < 0.2:
                row |= self._change(table)
        taken = {self.model.key(table, row) for row in rows}
        fresh = [] if table == "units" else self._rows(table)[:2]
        rows += [row for row in fresh if self.model.key(table, row) not in taken]
        if table == "units":
            rows = [dict(row) for row in self.model.files[table][name]]
            self.dice.choice(rows)["name"] = f"{self.dice.choice(UNITS)}室{self._new()}"
        self._deliver(table, name, rows)
        return f"{table}/{name} again"

    def taken_out(self) -> str:
        """A file is withdrawn, unless it is the last of its table."""
        table, name = self._some_file()
        if table == "units" or len(self.model.files[table]) < 3:
            return self.batch()
        self.office.take_out(table, name)
        del self.model.files[table][name]
        return f"{table}/{name} taken out"

    def reorganised(self) -> str:
        """A unit ends and goes into another one, has only begun, comes under another organ, or had another code."""
        rows = [dict(row) for row in self.model.files["units"]["名录.csv"]]
        row = self.dice.choice(rows)
        taken_in = {one.get("merged_into") for one in rows}
        others = [one["unit"] for one in rows if one is not row and not one.get("abolished_on")]
        day = str(date(2020, 7, 1) + timedelta(days=self.dice.randrange(180)))
        ends: Row = {"abolished_on": day, "merged_into": self.dice.choice([None, *others])}
        changes: list[Row] = [
            {"founded_on": str(date(2020, 1, 1) + timedelta(days=self.dice.randrange(180)))},
            {"changed_on": day, "former_organ": "某处"},
            {"predecessor": f"旧{row['unit']}"},
            ends if row["unit"] not in taken_in and len(others) > 4 else {},
            dict.fromkeys(("founded_on", "changed_on", "former_organ", "predecessor", "abolished_on", "merged_into")),
        ]
        row |= self.dice.choice(changes)
        self._deliver("units", "名录.csv", rows)
        return f"unit {row['unit']} changes"

    def contradicting(self) -> str:
        """A file says something else of rows that another one has: it is refused, and taken out again."""
        table, name = self._some_file()
        known = self.model.files[table][name]
        if table == "units" or not known:
            return self.batch()
        row = dict(self.dice.choice(known))
        row |= {"counts": {"votes": int(row.get("votes") or 0) + 1}, "events": {"item": "found", "times": 77}}.get(
            table, {"level": "满意" if row.get("level") != "满意" else "不满意"}
        )
        self.office.write(table, "矛盾.csv", [row])
        with pytest.raises(FactsRefused, match=r"矛盾\.csv"):
            self.office.read()
        self.office.take_out(table, "矛盾.csv")
        return f"contradiction in {table}"

    def _some_file(self) -> tuple[str, str]:
        table = self.dice.choice([name for name, files in self.model.files.items() if files])
        return table, self.dice.choice(sorted(self.model.files[table]))

    def _deliver(self, table: str, name: str, rows: list[Row]) -> None:
        elsewhere = {key for other in self.model.files[table] if other != name for key in self._keys(table, other)}
        rows = [row for row in rows if self.model.key(table, row) not in elsewhere]
        self.model.files[table][name] = rows
        self.office.write(table, name, rows)

    def _keys(self, table: str, name: str) -> set[tuple[str, ...]]:
        return {self.model.key(table, row) for row in self.model.files[table][name]}

    def _unit(self, unit: str) -> Row:
        return {"unit": unit, "name": f"{unit}科", "category": "机关", "organ": "某局", "management": "单独"}

    def _rows(self, table: str) -> list[Row]:
        if table == "counts":
            unit, half = self.dice.choice(UNITS), self.dice.choice(HALVES)
            return [self._vote(unit, level, half) for level in LEVELS]
        if table == "events":
            return [self._event(f"e{self._new()}") for _ in range(self.dice.randint(1, 3))]
        return [row for _ in range(self.dice.randint(1, 4)) for row in self._ballot()]

    def _vote(self, unit: str, level: str, half: str) -> Row:
        kept = {"method": "client", "unit": unit, "level": level, "cycle": half, "channel": "电话"}
        return kept | {"votes": self.dice.randrange(30)}

    def _event(self, number: str) -> Row:
        day = date(2020, 1, 1) + timedelta(days=self.dice.randrange(366))
        status = self.dice.choice(["confirmed", "confirmed", "proposed", "objected"])
        return {"event": number, "unit": self.dice.choice(UNITS), "item": "found", "happened_on": str(day)} | {
            "times": self.dice.randint(1, 3),
            "status": status,
            "document": "某文",
        }

    def _ballot(self) -> list[Row]:
        form, (good, bad) = f"f{self._new()}", self.dice.sample(UNITS, 2)
        kept = {"form": form, "method": "ballot", "rated_on": "2020-11-20", "respondent": self._spelled()}
        return [kept | {"unit": good, "level": "满意"}, kept | {"unit": bad, "level": "不满意"}]

    def _spelled(self) -> str:
        """The number of one of a few persons, in one of its spellings."""
        digits = self.dice.choice(PERSONS)
        sign = self.dice.choice([one for one in SEPARATORS if "," not in one])
        home = self.dice.choice(["", "0", "86", "+86 ", "0086"])
        return home + sign.join([digits[:3], digits[3:7], digits[7:]])

    def _change(self, table: str) -> Row:
        column = self.dice.choice(sorted(COLUMNS[table]))
        return {column: self._value(column)}

    def _value(self, column: str) -> Any:
        day = str(date(2020, 11, 1) + timedelta(days=self.dice.randrange(30)))
        makers: dict[str, Callable[[], Any]] = {
            "votes": lambda: self.dice.randrange(30, 60),
            "times": lambda: self.dice.randint(4, 9),
            "unit": lambda: self.dice.choice(UNITS),
            "happened_on": lambda: day,
            "rated_on": lambda: day,
            "name": lambda: f"某室{self._new()}",
            "organ": lambda: self.dice.choice(["某局", "某办"]),
        }
        return makers[column]()

    # ------------------------------------------------------------ runs and ballots

    def ran(self) -> str:
        """A run, perhaps stopped and gone on with."""
        told, self.taken = ran(self.office, self.model, self.dice, self.taken, self.batch)
        return told

    def polled(self) -> str:
        """Something happens to the online ballot."""
        folder = self.office.folder.parent / "ballots"
        folder.mkdir(exist_ok=True)
        self.poll = self.poll or Poll(folder, self.office.plan, self.dice)
        return self.poll.step(pl.DataFrame([self._unit(unit) for unit in UNITS]))

    # ------------------------------------------------------------ the ledger

    def correction(self) -> str:
        """Somebody corrects a row, or proposes to."""
        table, line = self._some_line()
        if line is None:
            return self.batch()
        column, value = self._other(table, line)
        state = self.dice.choice(["proposed", "confirmed"])
        self._put_down([Entry(self._next, table, state, line.meant, {column: value})])
        return f"{state} {column} of {table} {line.meant}"

    def two_hands(self) -> str:
        """While one looks at what an entry moves, another puts one down; the first looks again."""
        table, line = self._some_line()
        if line is None or self.model.laid()[1]:
            return self.batch()
        column, value = self._other(table, line)
        other = next(one for one in iter(lambda: str(self._value(column)), "") if one != str(line.now.get(column)))
        mine = Entry(self._next, table, "confirmed", line.meant, {column: value})
        theirs = Entry(self._next, table, "proposed", line.meant, {column: other})

        def meanwhile() -> bool:
            self.office.correct(self._of_form(theirs), hand="乙")
            return True

        with pytest.raises(LedgerBusy, match="别人刚刚登记过"):
            self.office.correct(self._of_form(mine), confirm=meanwhile)
        self.model.entries.append(theirs)
        self._put_down([replace(mine, number=self._next)])
        return f"two hands on {table} {line.meant}"

    def entered(self) -> str:
        """A new event is put down in the ledger."""
        row = self._event(f"l{self._new()}") | {"status": "confirmed"}
        row = {name: row[name] for name in ("event", "unit", "item", "happened_on", "times", "status", "document")}
        state = self.dice.choice(["proposed", "confirmed"])
        self._put_down([Entry(self._next, "events", state, self._next, row, new=True)])
        return f"{state} new event {row['event']}"

    def stated(self) -> str:
        """A row is objected to, upheld or withdrawn."""
        table, line = self._some_line(self.dice.choice(["events", "events", "counts", "ratings"]))
        follows = NEXT[self.model.state_of(table, line)] if line else ()
        if line is None or not follows:
            return self.batch()
        state = self.dice.choice(follows)
        self._put_down([Entry(self._next, table, state, line.meant)])
        return f"{state} {table} {line.meant}"

    def decided(self) -> str:
        """An earlier entry is confirmed, objected to, upheld or withdrawn."""
        changes = [one for one in self.model.entries if not one.about]
        if not changes:
            return self.correction()
        one = self.dice.choice(changes)
        last = self.model.states(one.number)[-1]
        follows = NEXT[last] if one.values else ("withdrawn",) if self.model.in_force(one) else ()
        if not follows:
            wanted = "已经撤销"
            assert wanted in self.office.refuses([f"登记簿,{one.number},,,撤销"])
            return f"entry {one.number} is over"
        state = self.dice.choice(follows)
        self._put_down([Entry(self._next, "", state, about=one.number)])
        return f"{state} entry {one.number}"

    def forbidden(self) -> str:
        """What may not follow, or says nothing, is refused at its cell, and nothing is put down."""
        table, line = self._some_line()
        if line is None:
            return self.batch()
        column = self.dice.choice(sorted(COLUMNS[table]))
        same = self._words(table, line, column, line.now.get(column), "confirmed")
        state = self.model.state_of(table, line)
        never = [word for word in WORDS if word not in NEXT[state]]
        other = f"{TABLES[table]},{self._named(table, line)},,,{WORDS[self.dice.choice(never)]}"
        wrong = self.dice.choice([same, other])
        assert "没有登记" in self.office.refuses([wrong])
        return f"refused: {wrong}"

    def killed(self) -> str:
        """A program that puts an entry down is killed: the ledger is the one before, or the one after."""
        before, path = self.office.ledger, self.office.facts / FILE
        draft = Draft("events", {"event": "?"}, {"times": "2"}, "proposed", "某甲", "看错一行", "某文1号")
        deadly = self.dice.randint(1, 12)
        number = os.fork()
        if not number:
            sys.addaudithook(Count(deadly).audit)
            append_entries(path, [draft], datetime.now(), before)
            os.kill(os.getpid(), signal.SIGKILL)
        os.waitpid(number, 0)
        after = self.office.ledger
        assert after.entries[: len(before.entries)] == before.entries
        if len(after.entries) > len(before.entries):
            self.model.entries.append(Entry(self._next, "events", "proposed", ("?",), {"times": "2"}))
            self._put_down([Entry(self._next, "", "withdrawn", about=self._next - 1)])
        return f"killed at {deadly}"

    @property
    def _next(self) -> int:
        return len(self.model.entries) + 1

    def _some_line(self, table: str = "") -> tuple[str, Line | None]:
        table = table or self.dice.choice([*KEYS, "events"])
        rows = self.model.rows(table)
        return table, self.dice.choice(rows) if rows else None

    def _other(self, table: str, line: Line) -> tuple[str, str]:
        """A column, and a value that does not stand there."""
        while True:
            ((column, value),) = self._change(table).items()
            if str(value) != str(line.now.get(column)):
                return column, str(value)

    def _named(self, table: str, line: Line) -> str:
        """The row as it is now, as the office writes it."""
        return "；".join(f"{HEADS[name]}={line.now[name]}" for name in KEYS[table]).replace(
            "单位=", "单位编号=" if table == "units" else "单位="
        )

    def _words(self, table: str, line: Line, column: str, value: Any, state: str) -> str:
        return f"{TABLES[table]},{self._named(table, line)},{COLUMNS[table][column]},{value},{WORDS[state]}"

    def _put_down(self, entries: list[Entry]) -> None:
        """Put entries down; where they would make another one unfit, they are refused."""
        lines = [line for one in entries for line in self._of_form(one)]
        before = self.model.laid()[1]
        self.model.entries += entries
        if self._supposed() - before:
            del self.model.entries[-len(entries) :]
            assert self.office.refuses(lines), f"{lines} should have been refused"
            return
        self.office.correct(lines, whole=self.dice.random() < 0.05)

    def _supposed(self) -> set[int]:
        """What would not fit if the last entry were confirmed."""
        last = self.model.entries[-1]
        state, last.state = last.state, "confirmed" if last.values else last.state
        unfit = self.model.laid()[1]
        last.state = state
        return unfit

    def _of_form(self, entry: Entry) -> list[str]:
        if entry.about:
            return [f"登记簿,{entry.about},,,{WORDS[entry.state]}"]
        if entry.new:
            heads = {"times": "件数", "happened_on": "发生日期", "status": "状态"} | HEADS
            told = {name: WORDS.get(str(value), value) for name, value in entry.values.items() if name != "event"}
            start = f"事项台账,{entry.values['event']}"
            return [f"{start},{heads[name]},{value},{WORDS[entry.state]}" for name, value in told.items()]
        line = next(one for one in self.model.laid()[0][entry.table] if one.meant == entry.meant)
        if not entry.values:
            return [f"{TABLES[entry.table]},{self._named(entry.table, line)},,,{WORDS[entry.state]}"]
        ((column, value),) = entry.values.items()
        return [self._words(entry.table, line, column, value, entry.state)]

    # ------------------------------------------------------------ what must be there

    def compare(self, done: str) -> None:
        """Facts, ledger and what is open are those of the model; nothing is locked, no number of a person got out."""
        tables, unfit = self.model.laid()
        assert len(self.office.ledger.entries) == len(self.model.entries), done
        assert self.office.open() == self.model.open(), done
        facts, blocked = self.office.state()
        assert blocked == unfit, done
        if unfit:
            self._settle(unfit)
            return
        for table, lines in tables.items():
            rows = [line.now for line in lines if not line.gone]
            assert plain(facts[table], table) == expected(rows, table), f"{table} after {done}"
        self._persons(facts["ratings"])

    def _settle(self, unfit: set[int]) -> None:
        """What fits no more can always be withdrawn, and then the campaign goes on."""
        for number in sorted(unfit):
            if number in self.model.laid()[1]:
                self.model.entries.append(Entry(self._next, "", "withdrawn", about=number))
                self.office.correct([f"登记簿,{number},,,撤销"])
        self.compare("settling")

    def _persons(self, ratings: Any) -> None:
        """One person is one pseudonym, in whatever spelling, and two persons are two."""
        written = {str(row["form"]): digits(row["respondent"]) for row in self._ballots()}
        for form, respondent in ratings.select("form", "respondent").unique().iter_rows():
            person = written[form]
            assert self.persons.setdefault(person, respondent) == respondent
        assert len(set(self.persons.values())) == len(self.persons)
        files = [path for path in self.office.folder.rglob("*") if path.is_file() and "ratings" not in path.parts]
        for path, stamp in ((path, path.stat().st_mtime_ns) for path in files):
            if self.clean.get(path) != stamp:
                text = path.read_bytes().decode("utf-8", errors="replace")
                assert not any(person in text for person in PERSONS), path
                self.clean[path] = stamp

    def _ballots(self) -> list[Row]:
        return [row for rows in self.model.files["ratings"].values() for row in rows]

    def scored(self) -> None:
        """The facts come to what the judge of the language says of the model's rows."""
        if self.model.laid()[1]:
            return
        facts = judged({table: [line.now for line in self.model.rows(table)] for table in KEYS})
        review = Review.begin(self.office.plan, self.office.read())
        theirs = _told(review.through("outcomes"))
        review.close()
        found = compared(of_judge(plan_tree(), facts), theirs)
        assert not found, "\n".join([*self.did[-5:], *found])


PERSONS = [f"{MOBILES[nth]}{12345670 + 7 * nth}" for nth in range(9)]
"""Simulated numbers."""

STEPS: list[Callable[[Year], str]] = [
    *[Year.batch] * 4,
    *[Year.replaced] * 3,
    Year.taken_out,
    Year.contradicting,
    *[Year.reorganised] * 2,
    *[Year.correction] * 4,
    *[Year.two_hands] * 2,
    *[Year.entered] * 2,
    *[Year.stated] * 4,
    *[Year.decided] * 5,
    *[Year.forbidden] * 2,
    Year.killed,
    Year.ran,
    *[Year.polled] * 3,
]
"""What may happen, as often as it stands here."""
