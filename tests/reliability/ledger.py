"""A ledger that somebody edits afterwards: every edit shows, given the head that was printed."""

import random
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from pingyi.facts.ledger import Draft, Entry, Ledger, LedgerBroken
from tests.reliability.figure import Figure

LENGTH = 40


def figures(full: bool) -> Iterator[Figure]:
    """Tampers of every kind, and two writers after each other."""
    tries, chance = (2000 if full else 200), random.Random(7)
    honest = _ledger(chance)
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.jsonl"
        for nth in range(tries):
            name, tamper = list(TAMPERS.items())[nth % len(TAMPERS)]
            data = tamper(honest, chance)
            path.write_bytes(data)
            if data != honest.text.encode() and not _found(path, honest):
                wrong.append(f"{name}, try {nth}")
    yield Figure("tampered ledgers found, given the head", tries, 1000, wrong)


def _found(path: Path, honest: Ledger) -> bool:
    try:
        return not Ledger.read(path).goes_on_from(len(honest.entries), honest.head)
    except LedgerBroken:
        return True


def _ledger(chance: random.Random) -> Ledger:
    entries: list[Entry] = []
    for nth in range(1, LENGTH + 1):
        draft = Draft(
            "events", {"event": f"e{nth}"}, {"times": str(chance.randint(1, 9))}, "confirmed", "甲", "错", "文"
        )
        moment = datetime(2020, 1, 1) + timedelta(days=nth)
        entries.append(Entry.sealed(nth, moment, draft, entries[-1].hash if entries else ""))
    return Ledger(tuple(entries))


Tamper = Callable[[Ledger, random.Random], bytes]


def _byte(ledger: Ledger, chance: random.Random) -> bytes:
    data = bytearray(ledger.text.encode())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def _lines(change: Callable[[list[str], random.Random], None]) -> Tamper:
    def tamper(ledger: Ledger, chance: random.Random) -> bytes:
        lines = ledger.text.splitlines(keepends=True)
        change(lines, chance)
        return "".join(lines).encode()

    return tamper


def _drop(lines: list[str], chance: random.Random) -> None:
    lines.pop(chance.randrange(len(lines)))


def _insert(lines: list[str], chance: random.Random) -> None:
    lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))


def _swap(lines: list[str], chance: random.Random) -> None:
    one, two = chance.sample(range(len(lines)), 2)
    lines[one], lines[two] = lines[two], lines[one]


def _cut(lines: list[str], chance: random.Random) -> None:
    del lines[chance.randrange(len(lines)) :]


def _value(lines: list[str], chance: random.Random) -> None:
    nth = chance.randrange(len(lines))
    lines[nth] = lines[nth].replace('"times":"', '"times":"1')


def _rewritten(ledger: Ledger, chance: random.Random) -> bytes:
    """The cleverest: one entry changed and the whole chain after it sealed anew."""
    nth = chance.randrange(len(ledger.entries))
    entries: list[Entry] = []
    for one in ledger.entries:
        draft = one.draft
        if one.number == nth + 1:
            draft = Draft(draft.table, draft.record, {"times": "99"}, draft.state, draft.who, draft.why, draft.document)
        entries.append(Entry.sealed(one.number, one.at, draft, entries[-1].hash if entries else ""))
    return Ledger(tuple(entries)).text.encode()


TAMPERS: dict[str, Tamper] = {
    "one bit": _byte,
    "a line dropped": _lines(_drop),
    "a line put in again": _lines(_insert),
    "two lines swapped": _lines(_swap),
    "the tail cut": _lines(_cut),
    "a value changed": _lines(_value),
    "the chain sealed anew": _rewritten,
}
