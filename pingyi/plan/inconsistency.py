"""One place where two parts of a plan do not fit, and what the checks of consistency share."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pingyi.common.faults import nearest
from pingyi.plan import ListRule, Plan


@dataclass(frozen=True)
class Inconsistency:
    """One place where two parts of a plan do not fit. path: as in the file."""

    path: str
    found: str
    wanted: str
    near: str = ""
    clause: str = ""


Found = Iterator[Inconsistency]


def unknown(path: str, names: Iterable[str], known: Iterable[str], what: str) -> Found:
    """Each name that nothing known carries."""
    known = list(known)
    for name in names:
        if name not in known:
            yield Inconsistency(path, name, f"没有这个{what}", nearest(name, known))


def rules_of(plan: Plan) -> list[tuple[str, ListRule]]:
    """Every list with the section it stands in."""
    return [("shortlists", rule) for rule in plan.shortlists] + [("lists", rule) for rule in plan.lists]
