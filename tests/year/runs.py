"""Runs of a year: whole, stopped and gone on with, and what they hand on to the next year."""

import random
import shutil
from typing import Any
from unittest.mock import patch

import polars as pl
import pytest

from pingyi.common.codebook import codebook
from pingyi.pipeline.pipeline import Done, Pipeline
from pingyi.runs.changes import BegunOtherwise
from pingyi.runs.folder import FACTS, PARTIAL, stored_facts
from pingyi.runs.manifest import BEGUN
from pingyi.scenarios.years import open_run, write_history
from pingyi.scoring.run import Run
from tests.quick import quick
from tests.reference.agreement import of_judge
from tests.small import plan_tree
from tests.year.model import KEYS, Model, Row
from tests.year.office import HEADS, Office, expected, plain

Taken = dict[str, list[Row]]
"""The rows that a run takes, by table."""


class Stop(BaseException):
    """Somebody stops the program."""


def ran(office: Office, model: Model, dice: random.Random, before: Taken | None, batch: Any) -> tuple[str, Taken]:
    """A run, perhaps stopped in its midst; what it took.

    It keeps the facts of the moment when it began, tells what changed since the run before, and is not gone on with in
    silence where something changed meanwhile. batch: lets something change.
    """
    taken, told = _taken(model), "run"
    if dice.random() < 0.4 and _stopped(office, dice):
        told = "run stopped and gone on with"
        if dice.random() < 0.5:
            batch()
            with pytest.raises(BegunOtherwise, match="批"):
                _run(office, resume=True)
            as_begun = dice.random() < 0.5
            taken = taken if as_begun else _taken(model)
            told = f"run stopped, a batch, {'as it began' if as_begun else 'anew'}"
            done = _run(office, resume=as_begun, as_begun=as_begun)
        else:
            done = _run(office, resume=True)
    else:
        done = _run(office)
    kept = stored_facts(done.folder / FACTS)
    for table, rows in taken.items():
        assert plain(kept[table], table) == expected(rows, table), f"{table} of the {told}"
    if before is not None:
        assert _told(done) == _changed(before, taken), told
    _swept(office)
    return told, taken


def carried(office: Office, taken: Taken) -> str:
    """The last run's lists are next year's history, as the judge of the language has them."""
    run = max(path.parent for path in (office.folder / "reports" / "small").glob("*/manifest.json"))
    rows = pl.read_csv(write_history(open_run(run), office.folder / "data" / "next"), infer_schema=False)
    found = of_judge(plan_tree(), judged(taken)).entries
    wanted = sorted(("2020", unit, name) for name, unit in found if name in ("先进", "末位"))
    assert sorted(rows.select("年度", "单位", "名单").rows()) == wanted
    return "carried"


def judged(taken: Taken) -> Taken:
    """The rows as the judge wants them."""
    facts = {table: [dict(row) for row in rows] for table, rows in taken.items()}
    for row in facts["counts"]:
        row["votes"] = int(row["votes"])
    for row in facts["events"]:
        row |= {"times": int(row["times"]), "factors": []}
    for row in facts["ratings"]:
        row["respondent"] = digits(row["respondent"])
    return facts


def digits(text: str) -> str:
    """A person's number in whatever spelling."""
    return "".join(one for one in text if one.isdecimal())[-11:]


def _taken(model: Model) -> Taken:
    return {table: [dict(line.now) for line in model.rows(table)] for table in KEYS}


def _run(office: Office, *, resume: bool = False, as_begun: bool = False) -> Done:
    with quick(office.folder, bare=True):
        return Pipeline("small").run(resume=resume, as_begun=as_begun)


def _stopped(office: Office, dice: random.Random) -> bool:
    """Whether a run was stopped after it began."""
    left, execute = dice.randint(1, 160), Run._execute

    def counted(*given: Any, **named: Any) -> Any:
        nonlocal left
        left -= 1
        if not left:
            raise Stop
        return execute(*given, **named)

    try:
        with patch.object(Run, "_execute", counted):
            _run(office)
    except Stop:
        begun = list((office.folder / "reports" / "small").glob(f"*{PARTIAL}/{BEGUN}"))
        _swept(office) if not begun else None
        return bool(begun)
    return False


def _swept(office: Office) -> None:
    for path in (office.folder / "reports" / "small").glob(f"*{PARTIAL}"):
        shutil.rmtree(path)


def _told(done: Done) -> dict[str, tuple[int, int, int]]:
    """Table → rows that are new, gone and changed, as the run tells them."""
    return {one["what"]: (one["new"], one["gone"], one["changed"]) for one in done.past["changes"] if _of_rows(one)}


def _of_rows(change: Row) -> bool:
    return change["kind"] == "数据" and change["same"] is not None


def _changed(before: Taken, after: Taken) -> dict[str, tuple[int, int, int]]:
    """The same of two states of the model."""
    found = {}
    for table, keys in KEYS.items():
        states = before[table], after[table]
        one, other = ({tuple(row[name] for name in keys): _values(table, row) for row in rows} for rows in states)
        changed = sum(one[key] != other[key] for key in one.keys() & other.keys())
        moved = len(other.keys() - one.keys()), len(one.keys() - other.keys()), changed
        if any(moved):
            found[codebook().facts[table].title] = moved
    return found


def _values(table: str, row: Row) -> list[str]:
    return [str(row.get(name) or "") for name in HEADS[table] if name != "respondent"]
