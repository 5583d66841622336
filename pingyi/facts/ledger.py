"""The ledger: facts are never edited; what becomes of them later is put down here, an entry behind the other.

Its file has one line an entry, never changed, only added to. Whoever changes, inserts, swaps or drops a line breaks the
chain of hashes. Lines cut off at the end leave a chain that is whole: they show only against the head, the last hash,
which every report prints and every run keeps.

Not every entry counts: a proposal waits for its confirmation, an objection changes nothing until it is settled.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pingyi.common.codebook import codebook
from pingyi.common.faults import PingyiError
from pingyi.common.files import held, replace_whole

if TYPE_CHECKING:
    import polars as pl

    from pingyi.facts.intake.setting import Setting

FILE = "ledger.jsonl"
"""Its name in a folder of facts and in a run."""

LEDGER = "ledger"
"""The table of entries that speak of an earlier entry; their record is its number."""

DIGITS = 16
"""Digits of a hash that people compare by eye."""

BUSY = "另一个程序（编号 {}）正在写登记簿，请稍后再试；没有登记任何一条"

LATER = ("before", "entered")
"""What entries of earlier versions do not say; left out where empty, so that their hashes hold."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What an entry says, before it has a number.

    table: a fact table, or `LEDGER`. record: column → value, enough to tell one row from all others of the table, as it
    came; so the row is meant whatever other entries make of it. values: column → what it should be, as text; empty
    where only the state changes. state: of the row or of the values (`pingyi.plan.events.STATES`). new: the row was not
    there before. place: file and row as it stood then. before: column → what stood there when the draft was made.
    entered: number of the entry that brought the row; 0 where a file did.
    """

    table: str
    record: Mapping[str, str]
    values: Mapping[str, str]
    state: str
    who: str
    why: str
    document: str
    new: bool = False
    place: str = ""
    before: Mapping[str, str] = field(default_factory=dict)
    entered: int = 0

    @property
    def subject(self) -> tuple[str, str, int]:
        """The row that the draft speaks of, the same for all entries on it."""
        return self.table, _as_json(self.record), self.entered

    @property
    def earlier_entry(self) -> int:
        """The number of the earlier entry that it speaks of; 0 where it speaks of facts."""
        return int(self.record["number"]) if self.table == LEDGER else 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A draft with its number (from 1), its local moment, and the hash of the entry before it."""

    number: int
    at: datetime
    draft: Draft
    previous: str
    hash: str = ""

    @classmethod
    def sealed(cls, number: int, at: datetime, draft: Draft, previous: str) -> "Entry":
        """A new entry with its hash."""
        bare = cls(number, at, draft, previous)
        return replace(bare, hash=bare._content_hash)

    @classmethod
    def from_line(cls, line: str) -> "Entry":
        """The entry of a line. Raises: ValueError, KeyError, TypeError where it is none."""
        content = json.loads(line)
        number, at, previous, hash = (content.pop(name) for name in ("number", "at", "previous", "hash"))
        return cls(int(number), datetime.fromisoformat(at), Draft(**content), str(previous), str(hash))

    @property
    def is_intact(self) -> bool:
        """Whether the hash is that of what the entry says."""
        return self.hash == self._content_hash

    @property
    def line(self) -> str:
        """The entry as one line of the file, without its end."""
        return _as_json(self._content | {"hash": self.hash})

    @property
    def _content(self) -> dict[str, Any]:
        """All but the hash, as JSON keeps it."""
        draft = {name: value for name, value in asdict(self.draft).items() if value or name not in LATER}
        return {"number": self.number, "at": self.at.isoformat(timespec="seconds"), **draft, "previous": self.previous}

    @property
    def _content_hash(self) -> str:
        return hashlib.sha256(_as_json(self._content).encode()).hexdigest()


def _as_json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# ---------------------------------------------------------------- the file


class LedgerBroken(PingyiError):
    """The ledger is not what was written; nothing is reckoned with it."""

    exit_code = 13


class LedgerBusy(PingyiError):
    """Somebody else is writing, or has written, or the clock stands before the last entry; nothing was put down."""

    exit_code = 13


@dataclass(frozen=True)
class Ledger:
    """All entries in the order in which they were put down."""

    entries: tuple[Entry, ...] = ()

    @classmethod
    def read(cls, path: Path) -> "Ledger":
        """The ledger, empty where there is no file. Raises: LedgerBroken at the first entry that is not as written."""
        if not path.exists():
            return cls()
        text = path.read_bytes().decode("utf-8", errors="replace")
        if text and not text.endswith("\n"):
            raise LedgerBroken(f"登记簿 {path.as_posix()} 的最后一条不完整：文件被截断或改动过；请从备份恢复")
        entries: list[Entry] = []
        for number, line in enumerate(text.split("\n")[:-1], start=1):
            entries.append(_verified_entry(line, number, entries[-1].hash if entries else "", path))
        return cls(tuple(entries))

    @property
    def head(self) -> str:
        """The hash of the last entry; empty without entries."""
        return self.entries[-1].hash if self.entries else ""

    @property
    def text(self) -> str:
        """The file."""
        return "".join(f"{one.line}\n" for one in self.entries)

    def until(self, day: date | None) -> "Ledger":
        """The ledger as it stood at the end of a day; all of it without one."""
        return self if day is None else Ledger(tuple(one for one in self.entries if one.at.date() <= day))

    def goes_on_from(self, count: int, head: str) -> bool:
        """Whether this ledger, so many entries long, once had that head: nothing of it was dropped since."""
        return count == 0 or (len(self.entries) >= count and self.entries[count - 1].hash == head)


def _verified_entry(line: str, number: int, previous: str, path: Path) -> Entry:
    try:
        entry = Entry.from_line(line)
        if entry.line == line and entry.is_intact and (entry.number, entry.previous) == (number, previous):
            return entry
    except (ValueError, KeyError, TypeError):
        pass
    raise LedgerBroken(
        f"登记簿 {path.as_posix()} 第 {number} 条与登记时不符：有人改动、插入、删去或调换过；请从备份恢复"
    )


def append_entries(
    path: Path,
    drafts: Iterable[Draft],
    now: datetime,
    seen: Ledger | None = None,
    check: Callable[[], object] = lambda: None,
) -> Ledger:
    """Put drafts down behind the others and return the whole ledger. Raises: LedgerBroken, LedgerBusy, and as `check`.

    seen: the ledger that the drafts were asked against. Whatever came behind it meanwhile may speak of the same rows,
    so nothing is put down then, and what the drafts move is to be looked at again. check: asked while nobody else can
    put anything down, since files may have come and gone meanwhile.
    The file is written anew beside its place and takes it at once: whoever reads meanwhile, and whatever breaks
    meanwhile, there is either the earlier ledger or the new one.
    """
    with held(path.with_name(f".{path.name}.lock"), lambda holder: LedgerBusy(BUSY.format(holder))):
        entries = list(Ledger.read(path).entries)
        if seen is not None and Ledger(tuple(entries)).head != seen.head:
            raise LedgerBusy(
                f"您核对时登记簿有 {len(seen.entries)} 条，现在有 {len(entries)} 条：别人刚刚登记过。"
                "请再执行一次，看过新的影响再登记；没有登记任何一条"
            )
        check()
        moment = now.replace(microsecond=0)
        if entries and moment < entries[-1].at:
            raise LedgerBusy(
                f"电脑的时间是 {moment:%Y-%m-%d %H:%M}，早于登记簿最后一条（{entries[-1].at:%Y-%m-%d %H:%M}）；"
                "请校准时间后再登记。没有登记任何一条"
            )
        for draft in drafts:
            entries.append(Entry.sealed(len(entries) + 1, moment, draft, entries[-1].hash if entries else ""))
        ledger = Ledger(tuple(entries))
        replace_whole(path, ledger.text.encode())
        return ledger


# ---------------------------------------------------------------- which entries count

IN_FORCE = {"confirmed": True, "upheld": True, "proposed": False, "withdrawn": False}
"""State of an entry with values → whether they hold; an objection leaves it as it was."""

WAITING = ("proposed", "objected")
"""States in which somebody has to decide."""

Subject = tuple[str, str, int]
"""Which row an entry speaks of (`Draft.subject`)."""


def row_changes(entries: Sequence[Entry]) -> dict[int, Entry]:
    """The entries that change a row's state alone, by number."""
    return {one.number: one for one in entries if one.draft.table != LEDGER and not one.draft.values}


def row_states(entries: Sequence[Entry]) -> dict[Subject, str]:
    """Row of the facts → the last state that was put down for it and was not taken back.

    A correction of its values is another matter: it settles no objection.
    """
    back = taken_back(entries)
    return {one.draft.subject: one.draft.state for one in row_changes(entries).values() if one.number not in back}


def taken_back(entries: Sequence[Entry]) -> set[int]:
    """Numbers of the changes of a row's state that the ledger itself withdrew: it is as if they had not been."""
    withdrawn = {one.draft.earlier_entry for one in entries if one.draft.state == "withdrawn"}
    return withdrawn & row_changes(entries).keys()


def own_states(entries: Sequence[Entry]) -> dict[int, str]:
    """Number of each entry with values → the last state that was put down for it."""
    states: dict[int, str] = {}
    for one in entries:
        if one.draft.earlier_entry in states:
            states[one.draft.earlier_entry] = one.draft.state
        elif one.draft.values:
            states[one.number] = one.draft.state
    return states


def current_states(entries: Sequence[Entry]) -> dict[int, str]:
    """Number of each entry → the state that it has come to."""
    own = own_states(entries) | dict.fromkeys(taken_back(entries), "withdrawn")
    rows = row_states(entries)
    return {one.number: own.get(one.number) or rows.get(one.draft.subject, one.draft.state) for one in entries}


def effective_entries(entries: Sequence[Entry]) -> Iterator[Entry]:
    """The entries on rows of facts that count, in their order: values in force, and every change of a row's state.

    A change of a row's state is over where the ledger itself says so of its entry.
    """
    force, back = dict[int, bool](), taken_back(entries)
    for one in entries:
        about = one.draft.earlier_entry or one.number
        force[about] = IN_FORCE.get(one.draft.state, force.get(about, False))
    for one in entries:
        counts = force[one.number] if one.draft.values else one.number not in back
        if one.draft.table != LEDGER and counts:
            yield one


def open_entries(ledger: Ledger) -> list[Entry]:
    """Objections and proposals that nobody has settled yet.

    An objection to a row ends with a later decision on that row, never with a correction of its values.
    """
    states = current_states(ledger.entries)
    return [
        one
        for one in ledger.entries
        if one.draft.table != LEDGER and one.draft.state in WAITING and states[one.number] in WAITING
    ]


# ---------------------------------------------------------------- as people read it


@dataclass(frozen=True)
class Listing:
    """A ledger in words. setting: plan and roster, whose words stand for ids."""

    ledger: Ledger
    setting: "Setting"

    def describe_entry(self, entry: Entry) -> str:
        """An entry in one line."""
        draft = entry.draft
        what = "，".join(one for one in (self.describe_change(draft), state_in_words(draft.state)) if one)
        place = f"（{draft.place}）" if draft.place else ""
        start = f"第 {entry.number} 条 {entry.at:%Y-%m-%d} {table_title(draft)} {self.describe_record(draft)}{place}"
        return f"{start}：{what}。{draft.why}（{draft.document}）"

    def describe_record(self, draft: Draft) -> str:
        """The row that an entry speaks of; of an earlier entry, what that one says."""
        if draft.table == LEDGER:
            about = self.ledger.entries[draft.earlier_entry - 1].draft
            changed = self.describe_change(about)
            what = f"，{changed}" if changed else ""
            return f"第 {draft.record['number']} 条（{table_title(about)} {self.describe_record(about)}{what}）"
        words = self._in_words(draft.table, draft.record)
        return next(iter(words.values())) if len(words) == 1 else _join_pairs(words)

    def describe_change(self, draft: Draft) -> str:
        """What an entry changes: 票数由 24 改为 25; or 新增 with every value."""
        if draft.new:
            return f"新增一条：{_join_pairs(self._in_words(draft.table, draft.values))}"
        if not draft.values:
            return ""
        values, before = (self._in_words(draft.table, one, empty="空") for one in (draft.values, draft.before))
        return "；".join(
            f"{head}由 {before[head]} 改为 {value}" if head in before else f"{head}改为 {value}"
            for head, value in values.items()
        )

    def _in_words(self, table: str, values: Mapping[str, str], empty: str = "") -> dict[str, str]:
        """Head → value as people write them, in the table's order."""
        known = self.setting.table(table)
        order = {name: nth for nth, name in enumerate(known.names)}
        named = sorted(values, key=lambda name: order.get(name, len(order)))
        heads = {column.name: column.head for column in known.columns}
        words = {heads.get(name, name): self._value_in_words(table, name, values[name]) or empty for name in named}
        return {head: value for head, value in words.items() if value}

    def _value_in_words(self, table: str, column: str, value: str) -> str:
        """A value as people write it: names stand for ids of the plan; a unit has its code before its name."""
        value = value.removeprefix("+")
        choice = self.setting.choice(table, column)
        name = choice.names.get(value, "") if choice else ""
        if column == "unit" and name not in ("", value):
            return f"{value} {name}"
        return self.setting.words(table, column).get(value) or name or value


CORRECTIONS = ("number", "day", "fact_table", "record", "place", "changed", "state", "state_now", "open", "why",
               "document", "hash")  # fmt: skip
"""Columns of the published table."""


def corrections_frame(ledger: Ledger, setting: "Setting") -> "pl.DataFrame":
    """The published table of the ledger: one row an entry. Who put it down stands in the ledger alone.

    state: as put down, state_now: what it has come to since, open: whether somebody has to decide.
    """
    import polars as pl

    listing = Listing(ledger, setting)
    states, waiting = current_states(ledger.entries), {one.number for one in open_entries(ledger)}
    kinds = {"number": pl.Int64, "day": pl.Date, "open": pl.Boolean}
    rows = [
        {
            "number": one.number,
            "day": one.at.date(),
            "fact_table": table_title(one.draft),
            "record": listing.describe_record(one.draft),
            "place": one.draft.place,
            "changed": listing.describe_change(one.draft),
            "state": state_in_words(one.draft.state),
            "state_now": state_in_words(states[one.number]),
            "open": one.number in waiting,
            "why": one.draft.why,
            "document": one.draft.document,
            "hash": one.hash[:DIGITS],
        }
        for one in ledger.entries
    ]
    return pl.DataFrame(rows, schema={name: kinds.get(name, pl.String) for name in CORRECTIONS})


def table_title(draft: Draft) -> str:
    """The table as people call it."""
    return "登记簿" if draft.table == LEDGER else codebook().facts[draft.table].title


def state_in_words(state: str) -> str:
    """A state in words."""
    words = codebook().facts["events"].column("status").values
    return {code: word for word, code in words.items()}[state]


def _join_pairs(words: Mapping[str, str]) -> str:
    return "；".join(f"{head}={value}" for head, value in words.items())
