"""What does not count, row by row: each once, with one reason (M4, M5, E19)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from tests.reference import counting
from tests.reference.campaign import Campaign, Row

Said = tuple[str, Row, str | None]
"""The table of a fact, the fact, and why it does not count."""


def ratings_set_aside(known: Campaign, scored: dict[str, set[str]]) -> dict[tuple[str, str], int]:
    """Ratings by component and reason. scored: the units for which a component exists."""
    found: Counter[tuple[str, str]] = Counter()
    for id in known.components:
        for one in counting.ratings(known, id) if known.kind(id) == "ratings" else []:
            reason = one.reason or (None if one.row["unit"] in scored[id] else "not_listed")
            found.update([(id, reason)] if reason else [])
    found.update((row["method"], "outside_life") for row in known.of_nobody("ratings"))
    return dict(found)


def facts_excluded(known: Campaign, scored: dict[str, set[str]]) -> dict[tuple[str, str, str, str], int]:
    """Counts, marks, events and measures by table, component, unit and reason."""
    found: Counter[tuple[str, str, str, str]] = Counter()
    for id in known.components:
        for table, row, reason in _rows(known, id, scored[id]):
            found.update([(table, id, row["unit"], reason)] if reason else [])
    for table in ("counts", "marks", "events", "measures"):
        for row in known.of_nobody(table):
            found.update([(table, _component(known, row), row["unit"], "outside_life")])
    return dict(found)


def _component(known: Campaign, row: Row) -> str:
    """The component of a fact; that of an event is the one whose catalogue has its item."""
    items = {item: id for id, one in known.components.items() for item in (one.get("events") or {}).get("items", {})}
    return row.get("method") or items[row["item"]]


def _rows(known: Campaign, id: str, scored: set[str]) -> Iterator[Said]:
    """Facts of a component; an import is a fact of its own kind, whatever the component is scored from."""
    kind = known.kind(id)
    if kind == "ratings":
        yield from (("counts", one.row, one.reason) for one in counting.excluded_counts(known, id))
    elif kind == "measures":
        yield from (("measures", one.row, _limited(one, scored)) for one in counting.measures(known, id))
    elif kind == "events":
        yield from (("events", one.row, _limited(one, scored)) for one in counting.events(known, id))
    marks = [one for one, _ in counting.marks(known, id)] if kind == "marks" else counting.of_no_marks(known, id)
    for one in marks:
        reason = None if one.reason == "imported" else one.reason
        yield "marks", one.row, _limited(replace(one, reason=reason), scored)


def _limited(one: counting.Judged, scored: set[str]) -> str | None:
    """A fact of a unit on none of the lists that limit a component says so, whatever else there is to say of it."""
    kept = one.reason in ("not_reviewed", "imported") or one.row["unit"] in scored
    return one.reason if kept else "not_listed"
