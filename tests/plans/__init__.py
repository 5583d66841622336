"""The parameter files against their documents, clause by clause: what a table's row says is what the plan holds.

Rows are written from the documents. `clause | path | value`: a path is that of the file, `*` stands for every id; the
value is YAML, `~words` asks for these words in it, `> {…}` for these keys among others.
`id | clause | path | official | others`: an open question, what the official plan holds at the path, and what each
other answer puts there (`;` between them). A clause that is a dash is not asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ruamel.yaml import YAML

from pingyi.plan.consistency import inconsistencies
from tests.support import plan_with

NOTHING = {"", "—"}


@dataclass(frozen=True)
class Row:
    """One row: its cells as written; printed as one line."""

    cells: tuple[str, ...]

    def __str__(self) -> str:
        return " | ".join(self.cells)


def rows(text: str) -> list[Row]:
    """The rows of a table, one a line; blank lines part them for the eye."""
    return [Row(tuple(cell.strip() for cell in line.split(" | "))) for line in text.splitlines() if line.strip()]


def assert_said(campaign: str, row: Row) -> None:
    """The plan holds the row's value at its path, under its clause."""
    clause, path, wanted = row.cells
    found, clauses = looked_up(held(campaign, {}), path)
    assert clause in NOTHING or all(clause in one for one in clauses), clauses
    assert_value(found, wanted)


def assert_open(campaign: str, row: Row) -> None:
    """The question is a reading of the plan; its answers hold what the row says; each is a sound plan of its own."""
    id, clause, path, official, others = row.cells
    (reading,) = [one for one in plan_with(campaign, {}).readings if one.id == id]
    assert (reading.clause == "") if clause in NOTHING else clause in reading.clause
    wanted = [] if others in NOTHING else [one.strip() for one in others.split(";")]
    assert len(reading.otherwise) == len(wanted)
    assert_value(looked_up(held(campaign, {}), path)[0], official)
    for answer, other in zip(reading.otherwise, wanted, strict=True):
        assert_value(looked_up(held(campaign, answer.patch), path)[0], other)
        assert [found.wanted for found in inconsistencies(plan_with(campaign, answer.patch))] == []


def readings(campaign: str) -> list[str]:
    """Ids of the questions that the plan calls open."""
    return sorted(reading.id for reading in plan_with(campaign, {}).readings)


def assert_value(found: Any, wanted: str) -> None:
    """It has the words (`~`), holds these keys (`>`), or is what the YAML says."""
    if wanted.startswith("~"):
        assert wanted[1:] in str(found)
    else:
        value = plain(YAML(typ="safe").load(wanted.removeprefix(">")))
        among = narrowed(found, value) if wanted.startswith(">") else found
        assert among == value


def narrowed(found: Any, wanted: Any) -> Any:
    """What was found, without the keys that nobody asked about."""
    if not isinstance(found, dict) or not isinstance(wanted, dict) or not wanted:
        return found
    return {key: narrowed(found[key], one) for key, one in wanted.items() if key in found}


def held(campaign: str, patch: Mapping[str, Any]) -> Any:
    """The plan as plain values: things with an id by their ids, dates as text, numbers as numbers."""
    return plain(plan_with(campaign, patch).model_dump(by_alias=True))


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return plain(value["else"]) if list(value) == ["else"] else {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        named = bool(value) and all(isinstance(one, dict) and "id" in one for one in value)
        if named:
            return {one["id"]: plain(one) for one in value}
        return plain(value[0]) if exact(value) else [plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else value


def exact(value: Any) -> bool:
    """A pair of equal ends, as the language keeps points without a range."""
    return isinstance(value, tuple) and len(value) == 2 and value[0] == value[1]


def looked_up(tree: Any, path: str, clause: str = "") -> tuple[Any, list[str]]:
    """What stands at the path, and the nearest clauses above it; of ids with dots the longest that fits is taken."""
    clause = (tree.get("clause") or clause) if isinstance(tree, dict) else clause
    if not path:
        return tree, [clause]
    if path.startswith("*"):
        found = {id: looked_up(one, path[2:], clause) for id, one in tree.items()}
        return {id: value for id, (value, _) in found.items()}, [
            one for _, clauses in found.values() for one in clauses
        ]
    tree = {str(place): one for place, one in enumerate(tree)} if isinstance(tree, list) else tree
    step = max((key for key in tree if f"{path}.".startswith(f"{key}.")), key=len)
    return looked_up(tree[step], path[len(step) + 1 :], clause)
