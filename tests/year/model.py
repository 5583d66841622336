"""Files, ledger and what they come to, in plain Python: what an entry does is said once more, in the simplest way."""

from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
Key = tuple[str, ...]

KEYS = {
    "units": ("unit",),
    "counts": ("method", "unit", "level", "cycle", "channel"),
    "events": ("event",),
    "ratings": ("form", "unit"),
}
"""Table → the columns that tell its rows apart."""

NEXT = {
    "proposed": ("confirmed", "objected", "withdrawn"),
    "confirmed": ("objected", "withdrawn"),
    "objected": ("upheld", "withdrawn"),
    "upheld": ("objected", "withdrawn"),
    "withdrawn": (),
}


@dataclass
class Entry:
    """One entry of the ledger. table: empty where it speaks of the entry `about`.

    meant: key of the row as it was delivered, or the number of the entry that brought it.
    """

    number: int
    table: str
    state: str
    meant: Key | int = ()
    values: Row = field(default_factory=dict)
    new: bool = False
    about: int = 0


@dataclass
class Line:
    """A row while entries are laid over it."""

    meant: Key | int
    now: Row
    gone: bool = False


@dataclass
class Model:
    """files: table → name of a file → its rows."""

    files: dict[str, dict[str, list[Row]]]
    entries: list[Entry] = field(default_factory=list)

    def delivered(self, table: str) -> dict[Key, Row]:
        """Rows of all files by key."""
        return {self.key(table, row): row for rows in self.files[table].values() for row in rows}

    def key(self, table: str, row: Row) -> Key:
        """What tells a row from others."""
        return tuple(str(row[name]) for name in KEYS[table])

    # ------------------------------------------------------------ the ledger

    def states(self, number: int) -> list[str]:
        """The states of an entry, from its first on."""
        own = self.entries[number - 1]
        return [own.state, *(one.state for one in self.entries if one.about == number)]

    def in_force(self, entry: Entry) -> bool:
        """Whether an entry does anything to its row."""
        if not entry.values:
            return "withdrawn" not in self.states(entry.number)[1:]
        force = False
        for state in self.states(entry.number):
            force = {"confirmed": True, "upheld": True, "proposed": False, "withdrawn": False}.get(state, force)
        return force

    def laid(self) -> tuple[dict[str, list[Line]], set[int]]:
        """The rows of each table with the ledger over them, and the entries that fit no more."""
        unfit: set[int] = set()
        tables = {table: self._laid(table, unfit) for table in self.files}
        return tables, unfit

    def _laid(self, table: str, unfit: set[int]) -> list[Line]:
        lines = [Line(key, dict(row)) for key, row in self.delivered(table).items()]
        for entry in self.entries:
            if entry.table != table or not self.in_force(entry):
                continue
            if entry.new:
                taken = any(self.key(table, one.now) == self.key(table, entry.values) for one in lines if not one.gone)
                unfit |= {entry.number} if taken else set()
                lines += [] if taken else [Line(entry.number, dict(entry.values))]
                continue
            line = next((one for one in lines if one.meant == entry.meant), None)
            if entry.values and (line is None or line.gone):
                unfit.add(entry.number)
            elif line is not None and not line.gone:
                self._lay(table, line, entry)
        return lines

    def _lay(self, table: str, line: Line, entry: Entry) -> None:
        line.now |= entry.values
        if not entry.values and table == "events":
            line.now["status"] = entry.state
        elif not entry.values and entry.state == "withdrawn":
            line.gone = True

    def rows(self, table: str) -> list[Line]:
        """The rows that are there."""
        return [line for line in self.laid()[0][table] if not line.gone]

    # ------------------------------------------------------------ what may follow

    def state_of(self, table: str, line: Line) -> str:
        """The state of a row, from which the next one must follow."""
        if table == "events":
            return str(line.now["status"])
        said = [one.state for one in self.entries if self._says_of(one, table, line.meant)]
        return said[-1] if said else "confirmed"

    def _says_of(self, entry: Entry, table: str, meant: Key | int) -> bool:
        return (entry.table, entry.meant) == (table, meant) and not entry.values and self.in_force(entry)

    def open(self) -> set[int]:
        """Entries that somebody has to decide."""
        waiting = ("proposed", "objected")
        found = set()
        for one in self.entries:
            if one.about or one.state not in waiting:
                continue
            if one.values:
                last = self.states(one.number)[-1]
            else:
                said = [other.state for other in self.entries if self._says_of(other, one.table, one.meant)]
                last = said[-1] if self.in_force(one) else "withdrawn"
            found |= {one.number} if last in waiting else set()
        return found
