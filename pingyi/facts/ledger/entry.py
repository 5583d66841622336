"""One entry of the ledger: what was put down, by whom, when and why, and the hash that chains it to the one before."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

LEDGER = "ledger"
"""The table of entries that speak of an earlier entry; their record is its number."""


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
        return self.table, _json(self.record), self.entered


LATER = ("before", "entered")
"""What entries of earlier versions do not say; left out where empty, so that their hashes hold."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A draft with its number (from 1), its local moment, and the hash of the entry before it."""

    number: int
    at: datetime
    draft: Draft
    previous: str
    hash: str = field(default="")

    @classmethod
    def of(cls, number: int, at: datetime, draft: Draft, previous: str) -> "Entry":
        """A new entry, sealed."""
        bare = cls(number, at, draft, previous)
        return cls(number, at, draft, previous, _hash(bare.said))

    @property
    def whole(self) -> bool:
        """Whether the hash is that of what the entry says."""
        return self.hash == _hash(self.said)

    @property
    def said(self) -> dict[str, Any]:
        """All but the hash, as JSON keeps it."""
        draft = {name: value for name, value in asdict(self.draft).items() if value or name not in LATER}
        return {"number": self.number, "at": self.at.isoformat(timespec="seconds"), **draft, "previous": self.previous}

    @property
    def line(self) -> str:
        """The entry as one line of the file, without its end."""
        return _json(self.said | {"hash": self.hash})

    @classmethod
    def from_line(cls, line: str) -> "Entry":
        """The entry of a line. Raises: ValueError, KeyError, TypeError where it is none."""
        said = json.loads(line)
        number, at, previous, hash = (said.pop(name) for name in ("number", "at", "previous", "hash"))
        return cls(int(number), datetime.fromisoformat(at), Draft(**said), str(previous), str(hash))


def _json(said: Mapping[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _hash(said: Mapping[str, Any]) -> str:
    return hashlib.sha256(_json(said).encode()).hexdigest()
