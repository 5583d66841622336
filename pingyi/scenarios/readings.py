"""What hangs on every question that the plan leaves open: each other answer, tried alone on the same facts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl
from pydantic import ValidationError

from pingyi.common.codebook import codebook
from pingyi.common.faults import CheckFailed
from pingyi.plan import Plan, Reading
from pingyi.plan.consistency import inconsistencies
from pingyi.plan.tree import Tree, patched
from pingyi.plan.work import Answer
from pingyi.scenarios.bench import Bench
from pingyi.scenarios.difference import Difference, difference
from pingyi.scenarios.fitting import Fitted, asked, fitted
from pingyi.scenarios.result import Result

Patch = Mapping[str, Any]
"""Paths of the plan file and the values that they are to hold."""

BESIDE = {"sampling", "tasks", "readings", "errata", "terms", "calendar"}
"""Sections of a plan that scores never look at."""

AFTER = BESIDE | {"outcomes", "effects", "rechecks"}
"""Sections that come after the last list: they move no unit."""

UNASKED = "方案没有列出别的答案"
SAMPLING = "只影响怎么抽样，不影响已有数据的得分"
OTHER_DATA = "要另外收集数据"
UNSOUND = "这样改后的方案自相矛盾"
OLD_LEVELS = "数据仍是原来的等次，只换了分值"


@dataclass(frozen=True)
class Trial:
    """One answer to a reading, tried or not; a reading without other answers is told by a trial without one.

    why: why it was not tried, or what to bear in mind; empty where there is nothing to say.
    """

    reading: Reading
    answer: Answer | None
    why: str = ""
    difference: Difference | None = None

    @property
    def tried(self) -> bool:
        """Whether it was scored."""
        return self.difference is not None

    @property
    def moves_lists(self) -> bool:
        """Whether it was scored and could change who is on a list."""
        return self.tried and self.answer is not None and not sections(self.answer.patch) <= AFTER


def sections(patch: Patch) -> set[str]:
    """The parts of the plan that a patch changes."""
    return {path.split(".")[0] for path in patch}


class Laboratory:
    """A campaign's plan and facts, on which patches of the plan are tried."""

    def __init__(self, tree: Tree, facts: Mapping[str, pl.DataFrame]) -> None:
        """tree: the plan file, which must be whole. facts: checked frames by table."""
        self.tree, self.facts = tree, facts
        self.plan = Plan.model_validate(tree)
        self.bench = Bench(facts)

    @cached_property
    def official(self) -> Result:
        """What the plan as published comes to."""
        return self.bench.result(self.plan)

    def patched(self, patch: Patch) -> Plan | None:
        """The plan with some paths set otherwise; none where that is no sound plan. Raises: NoSuchPath."""
        try:
            plan = Plan.model_validate(patched(self.tree, dict(patch)))
        except ValidationError:
            return None
        return None if inconsistencies(plan) else plan

    def tried(self, plan: Plan) -> Difference:
        """What differs under another plan. Raises: CheckFailed."""
        official = self.official
        return difference(official, self.bench.result(plan))

    def needs(self, plan: Plan) -> str:
        """What other facts a plan would need before it could be tried, in words; empty where it needs none."""
        changed = [one.title for one in plan.components if self._taken_otherwise(plan, one.id)]
        if changed:
            return f"{OTHER_DATA}：{'、'.join(changed)}换了计分的依据"
        fit = self._fitted(plan)
        tables = codebook().facts
        lost = [f"{tables[one.table].title}有 {one.rows} 行的“{one.column}”不适用" for one in fit.left_out]
        lost += [f"{tables['units'].title}没有“{head}”一列" for head in fit.missing]
        return f"{OTHER_DATA}：{'；'.join(lost)}" if lost else ""

    def _taken_otherwise(self, plan: Plan, id: str) -> bool:
        """Whether a leaf is scored from facts of another kind, or is new."""
        method = plan.component(id).method
        known = {one.id: one.method for one in self.plan.components}
        return method not in (known.get(id), "node")

    def _fitted(self, plan: Plan) -> Fitted:
        return fitted(self.facts, plan, self.plan) if asked(plan) != asked(self.plan) else Fitted({}, [])

    def close(self) -> None:
        """Let go of the facts."""
        self.bench.close()

    def __enter__(self) -> "Laboratory":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def trials(laboratory: Laboratory) -> Iterator[Trial]:
    """Every reading with every other answer, in the order of the plan, each tried alone."""
    for reading in laboratory.plan.readings:
        if not reading.otherwise:
            yield Trial(reading, None, UNASKED)
        for answer in reading.otherwise:
            yield _trial(laboratory, reading, answer)


def _trial(laboratory: Laboratory, reading: Reading, answer: Answer) -> Trial:
    if sections(answer.patch) <= {"sampling"}:
        return Trial(reading, answer, SAMPLING)
    plan = laboratory.patched(answer.patch)
    why = laboratory.needs(plan) if plan else UNSOUND
    if plan is None or why:
        return Trial(reading, answer, why)
    try:
        return Trial(reading, answer, _bear_in_mind(laboratory.plan, plan), laboratory.tried(plan))
    except CheckFailed as failed:
        return Trial(reading, answer, str(failed))


def _bear_in_mind(official: Plan, other: Plan) -> str:
    """Levels that nobody could choose when the facts were collected."""
    known = {one.id: set(one.ratings.levels) for one in official.components if one.ratings}
    new = [one.id for one in other.components if one.ratings and set(one.ratings.levels) - known[one.id]]
    return OLD_LEVELS if new else ""


EFFECTS = {
    "reading": pl.String,
    "clause": pl.String,
    "question": pl.String,
    "official": pl.String,
    "answer": pl.String,
    "tried": pl.Boolean,
    "why": pl.String,
    "memberships": pl.Int64,
    "units_touched": pl.Int64,
    "places_moved": pl.Int64,
    "unit": pl.String,
    "name": pl.String,
    "standing": pl.String,
    "place": pl.Int64,
    "new_place": pl.Int64,
    "entered": pl.String,
    "left": pl.String,
    "sums": pl.Int64,
}
"""Columns of `reading_effects`."""


def reading_effects(found: list[Trial]) -> pl.DataFrame:
    """One row for each reading and other answer: what it moves.

    memberships: list memberships that differ. places_moved: changes of place, over all standings. unit, name, standing,
    place, new_place: the largest of them. entered, left: names by list. sums: amounts that come to something else.
    Null where the answer was not tried.
    """
    return pl.DataFrame([_effect(one) for one in found], schema=EFFECTS, orient="row")


def _effect(trial: Trial) -> dict[str, Any]:
    reading, answer = trial.reading, trial.answer
    row: dict[str, Any] = dict.fromkeys(EFFECTS)
    row |= {"reading": reading.id, "clause": reading.clause, "question": reading.question}
    row |= {"official": reading.official, "answer": answer.answer if answer else None}
    row |= {"tried": trial.tried, "why": trial.why}
    return row | (_moved(trial.difference) if trial.difference else {})


def _moved(found: Difference) -> dict[str, Any]:
    most, names = found.largest(), found.names
    row: dict[str, Any] = {
        "memberships": found.memberships,
        "units_touched": len(found.touched),
        "places_moved": len(found.placed()),
        "sums": len(found.sums),
        "entered": listed(found, "entered"),
        "left": listed(found, "left"),
    }
    if most:
        row |= {"unit": most.unit, "name": names.units.get(most.unit), "standing": names.standings[most.standing]}
        row |= {"place": most.place, "new_place": most.new_place}
    return row


def listed(found: Difference, side: str) -> str:
    """Who entered or left, by list: 先进：甲、乙；末位：丙."""
    names, told = found.names, []
    for one in found.lists:
        units: tuple[str, ...] = getattr(one, side)
        if units:
            told.append(f"{names.lists[one.list]}：{'、'.join(names.units[unit] for unit in units)}")
    return "；".join(told)
