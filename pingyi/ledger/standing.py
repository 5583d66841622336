"""Which entries count: a proposal waits for its confirmation, an objection changes nothing until it is settled."""

from collections.abc import Iterable, Iterator

from pingyi.ledger.entry import LEDGER, Entry

IN_FORCE = {"confirmed": True, "upheld": True, "proposed": False, "withdrawn": False}
"""State of an entry with values → whether they hold; an objection leaves it as it was."""


def own_states(entries: Iterable[Entry]) -> dict[int, str]:
    """Number of each entry with values → the last state that was put down for it."""
    states: dict[int, str] = {}
    for one in entries:
        if one.draft.table == LEDGER:
            states[int(one.draft.record["number"])] = one.draft.state
        elif one.draft.values:
            states[one.number] = one.draft.state
    return states


def effective(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries on rows of facts that count, in their order: values in force, and every change of a row's state."""
    entries = list(entries)
    force: dict[int, bool] = {}
    for one in entries:
        about = int(one.draft.record["number"]) if one.draft.table == LEDGER else one.number
        force[about] = IN_FORCE.get(one.draft.state, force.get(about, False))
    for one in entries:
        if one.draft.table != LEDGER and (force[one.number] or not one.draft.values):
            yield one
