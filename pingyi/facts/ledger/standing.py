"""Which entries count: a proposal waits for its confirmation, an objection changes nothing until it is settled."""

from collections.abc import Iterable, Iterator

from pingyi.facts.ledger.entry import LEDGER, Entry

IN_FORCE = {"confirmed": True, "upheld": True, "proposed": False, "withdrawn": False}
"""State of an entry with values → whether they hold; an objection leaves it as it was."""

Subject = tuple[str, str, int]
"""Which row an entry speaks of (`Draft.subject`)."""


def row_changes(entries: Iterable[Entry]) -> dict[int, Entry]:
    """The entries that change a row's state alone, by number."""
    return {one.number: one for one in entries if one.draft.table != LEDGER and not one.draft.values}


def row_states(entries: Iterable[Entry]) -> dict[Subject, str]:
    """Row of the facts → the last state that was put down for it and was not taken back.

    A correction of its values is another matter: it settles no objection.
    """
    entries = list(entries)
    back = taken_back(entries)
    return {one.draft.subject: one.draft.state for one in row_changes(entries).values() if one.number not in back}


def taken_back(entries: Iterable[Entry]) -> set[int]:
    """Numbers of the changes of a row's state that the ledger itself withdrew: it is as if they had not been."""
    entries = list(entries)
    withdrawn = {int(one.draft.record["number"]) for one in entries if _is_withdrawal(one)}
    return withdrawn & row_changes(entries).keys()


def _is_withdrawal(one: Entry) -> bool:
    return one.draft.table == LEDGER and one.draft.state == "withdrawn"


def own_states(entries: Iterable[Entry]) -> dict[int, str]:
    """Number of each entry with values → the last state that was put down for it."""
    states: dict[int, str] = {}
    for one in entries:
        if one.draft.table == LEDGER and int(one.draft.record["number"]) in states:
            states[int(one.draft.record["number"])] = one.draft.state
        elif one.draft.values:
            states[one.number] = one.draft.state
    return states


def current_states(entries: Iterable[Entry]) -> dict[int, str]:
    """Number of each entry → the state that it has come to."""
    entries = list(entries)
    own = own_states(entries) | dict.fromkeys(taken_back(entries), "withdrawn")
    rows = row_states(entries)
    return {one.number: own.get(one.number) or rows.get(one.draft.subject, one.draft.state) for one in entries}


def effective(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries on rows of facts that count, in their order: values in force, and every change of a row's state.

    A change of a row's state is over where the ledger itself says so of its entry.
    """
    entries = list(entries)
    force, back = dict[int, bool](), taken_back(entries)
    for one in entries:
        about = int(one.draft.record["number"]) if one.draft.table == LEDGER else one.number
        force[about] = IN_FORCE.get(one.draft.state, force.get(about, False))
    for one in entries:
        counts = force[one.number] if one.draft.values else one.number not in back
        if one.draft.table != LEDGER and counts:
            yield one
