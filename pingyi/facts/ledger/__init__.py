"""The ledger: facts are never edited; what becomes of them later is put down here, an entry behind the other.

entry     one entry, chained to the one before it by its hash
book      the file: read with its chain checked, written behind the others, the head that shows a cut tail
standing  which entries count: proposed ones wait, withdrawn ones are over
"""

from pingyi.facts.ledger.book import DIGITS, FILE, Ledger, LedgerBroken, LedgerBusy, append
from pingyi.facts.ledger.entry import LEDGER, Draft, Entry
from pingyi.facts.ledger.standing import (
    current_states,
    effective,
    own_states,
    row_changes,
    row_states,
    taken_back,
)

__all__ = [
    "DIGITS",
    "FILE",
    "LEDGER",
    "Draft",
    "Entry",
    "Ledger",
    "LedgerBroken",
    "LedgerBusy",
    "append",
    "current_states",
    "effective",
    "own_states",
    "row_changes",
    "row_states",
    "taken_back",
]
