"""What hangs on every question that the plan leaves open: each other answer alone on the same facts, and together.

Few combinations are all tried. Of many, a search looks at some: it starts from the official answers, takes up other
answers one by one, those first that move most on their own, and keeps each that moves more; then it goes through the
readings again and again and exchanges answers (the official one among them) wherever that moves more, until nothing
does or its budget is spent. It is deterministic and no proof that nothing else moves more.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Any

import polars as pl

from pingyi.common import wording
from pingyi.common.faults import CheckFailed
from pingyi.plan import Plan, Reading
from pingyi.plan.tree import Tree
from pingyi.plan.work import Answer
from pingyi.scenarios.difference import Difference
from pingyi.scenarios.difference_report import describe_difference
from pingyi.scenarios.laboratory import Laboratory, Patch

BESIDE = {"sampling", "tasks", "readings", "errata", "terms", "calendar"}
"""Sections of a plan that scores never look at."""

AFTER = BESIDE | {"outcomes", "effects", "rechecks"}
"""Sections that come after the last list: they move no unit."""

UNASKED = "方案没有列出别的答案"
SAMPLING = "只影响怎么抽样，不影响已有数据的得分"
UNSOUND = "这样改后的方案自相矛盾"
OLD_LEVELS = "数据仍是原来的等次，只换了分值"

FEW = 64
"""So many combinations are all tried."""

BUDGET = 48
"""So often a search scores the campaign, single answers not counted: they are known already."""

RUN_BUDGET = 16
"""So often within a run, which the office waits for; `pingyi readings` looks at more."""

TOGETHER = "合起来看"
"""The question of the row that tells of several answers together."""


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
        return self.tried and self.answer is not None and not _changed_sections(self.answer.patch) <= AFTER


def _changed_sections(patch: Patch) -> set[str]:
    return {path.split(".")[0] for path in patch}


def try_answers(laboratory: Laboratory) -> Iterator[Trial]:
    """Every reading with every other answer, in the order of the plan, each tried alone."""
    asked = [(one, answer) for one in laboratory.plan.readings for answer in _answers_to(one)]
    after = {  # one after the other: they share the scores
        at: _try_answer(laboratory, reading, answer)
        for at, (reading, answer) in enumerate(asked)
        if answer and _changed_sections(answer.patch) <= AFTER
    }
    for at, (reading, answer) in enumerate(asked):
        yield after[at] if at in after else _try_answer(laboratory, reading, answer)


def _answers_to(reading: Reading) -> Sequence[Answer | None]:
    return reading.otherwise or (None,)


def _try_answer(laboratory: Laboratory, reading: Reading, answer: Answer | None) -> Trial:
    if answer is None:
        return Trial(reading, None, UNASKED)
    if _changed_sections(answer.patch) <= {"sampling"}:
        return Trial(reading, answer, SAMPLING)
    plan = laboratory.patched(answer.patch)
    why = laboratory.needs(plan) if plan else UNSOUND
    if plan is None or why:
        return Trial(reading, answer, why)
    try:
        return Trial(reading, answer, _caution_about(laboratory.plan, plan), laboratory.tried(plan))
    except CheckFailed as failed:
        return Trial(reading, answer, str(failed))


def _caution_about(official: Plan, other: Plan) -> str:
    """Levels that nobody could choose when the facts were collected."""
    known = {one.id: set(one.ratings.levels) for one in official.components if one.ratings}
    new = [one.id for one in other.components if one.ratings and set(one.ratings.levels) - known[one.id]]
    return OLD_LEVELS if new else ""


# As a table.

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


def tabulate_readings(tree: Tree, facts: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """What every other answer to the plan's open questions would change, one row an answer (`reading_effects`)."""
    with Laboratory(tree, facts) as laboratory:
        found = list(try_answers(laboratory))
        together = most_moving(laboratory, found, budget=RUN_BUDGET)
    told = ["\n".join(describe_trial(one)) for one in found]
    effects = reading_effects(found).with_columns(told=pl.Series(told, dtype=pl.String))
    said = "\n".join(describe_combination(together))
    last = pl.DataFrame([{"question": TOGETHER, "tried": together.difference is not None, "told": said}])
    return pl.concat([effects, last], how="diagonal_relaxed").with_row_index("position")


def reading_effects(found: list[Trial]) -> pl.DataFrame:
    """One row for each reading and other answer: what it moves.

    memberships: list memberships that differ. places_moved: changes of place, over all standings. unit, name, standing,
    place, new_place: the largest of them. entered, left: names by list. sums: amounts that come to something else.
    Null where the answer was not tried.
    """
    return pl.DataFrame([_effect_row(one) for one in found], schema=EFFECTS, orient="row")


def _effect_row(trial: Trial) -> dict[str, Any]:
    reading, answer, found = trial.reading, trial.answer, trial.difference
    row: dict[str, Any] = dict.fromkeys(EFFECTS)
    row |= {"reading": reading.id, "clause": reading.clause, "question": reading.question}
    row |= {"official": reading.official, "answer": answer.answer if answer else None}
    row |= {"tried": trial.tried, "why": trial.why}
    if found is None:
        return row
    row |= {"memberships": found.memberships, "units_touched": len(found.touched), "places_moved": len(found.placed())}
    row |= {"sums": len(found.sums), "entered": _names_by_list(found, "entered"), "left": _names_by_list(found, "left")}
    if most := found.largest():
        row |= {"unit": most.unit, "name": found.names.units.get(most.unit)}
        row |= {"standing": found.names.standings[most.standing], "place": most.place, "new_place": most.new_place}
    return row


def _names_by_list(found: Difference, side: str) -> str:
    """Who entered or left, by list: 先进：甲、乙；末位：丙."""
    names, lists = found.names, [(found.names.lists[one.list], getattr(one, side)) for one in found.lists]
    return "；".join(f"{title}：{'、'.join(names.units[one] for one in units)}" for title, units in lists if units)


# Answers together.

Choice = tuple[int, ...]
"""For each reading the answer taken: 0 the official one, 1 … the others in the order of the plan."""


@dataclass(frozen=True)
class Combination:
    """The answers that together change the lists most. taken: none where no combination changes anything.

    evaluated: combinations looked at, of `possible` ones (the official answers not counted).
    """

    taken: tuple[Trial, ...]
    difference: Difference | None
    evaluated: int
    possible: int

    @property
    def exhaustive(self) -> bool:
        """Whether every combination was looked at."""
        return self.evaluated == self.possible


def most_moving(laboratory: Laboratory, found: list[Trial], *, budget: int = BUDGET) -> Combination:
    """The combination of other answers that changes the lists most. found: every answer, tried alone.

    More memberships of lists that differ are more change, then more units touched. Answers that come after the last
    list are left alone: they move no unit.
    """
    readings: dict[str, list[Trial]] = {}
    for trial in found:
        if trial.moves_lists:
            readings.setdefault(trial.reading.id, []).append(trial)
    if not readings:
        return Combination((), None, 0, 0)
    search = _Search(laboratory, list(readings.values()), budget)
    possible = prod(len(answers) + 1 for answers in search.readings) - 1
    if possible <= min(FEW, budget):
        search.score_all()
    else:
        search.score_promising()
    best = min([*search.known, search.official], key=search.rank)
    difference = search.known.get(best)
    taken = search.taken(best) if difference and any(difference.size) else ()
    evaluated = sum(any(one) for one in search.known)
    return Combination(taken, difference if taken else None, evaluated, possible)


@dataclass
class _Search:
    """The readings whose answers can move a unit, and what has been found out about combining them."""

    laboratory: Laboratory
    readings: list[list[Trial]]
    budget: int
    known: dict[Choice, Difference | None] = field(default_factory=dict)
    scored: int = 0

    def __post_init__(self) -> None:
        self.official: Choice = (0,) * len(self.readings)
        for place, answers in enumerate(self.readings):
            for nth, trial in enumerate(answers, start=1):
                self.known[_exchange_answer(self.official, place, nth)] = trial.difference

    def score_all(self) -> None:
        """Look at all combinations."""
        for choice in product(*(range(len(answers) + 1) for answers in self.readings)):
            if any(choice):
                self._score_choice(choice)

    def score_promising(self) -> None:
        """Look at combinations that promise to move more, within the budget."""
        chosen = self.official
        for single in sorted(self.known, key=self.rank):
            (taken,) = [(place, nth) for place, nth in enumerate(single) if nth]
            if not chosen[taken[0]]:
                chosen = self._better_choice(chosen, _exchange_answer(chosen, *taken))
        before: Choice = ()
        while before != chosen:
            before = chosen
            for place, answers in enumerate(self.readings):
                for nth in range(len(answers) + 1):
                    chosen = self._better_choice(chosen, _exchange_answer(chosen, place, nth))

    def rank(self, choice: Choice) -> tuple[Any, ...]:
        """Combinations in order: what moves most, then the fewest other answers, then the order of the plan."""
        found = self.known.get(choice)
        memberships, units = found.size if found else (0, 0)
        changed = [(place, nth) for place, nth in enumerate(choice) if nth]
        return -memberships, -units, len(changed), changed

    def taken(self, choice: Choice) -> tuple[Trial, ...]:
        """The answers of a choice that are not official."""
        return tuple(answers[nth - 1] for answers, nth in zip(self.readings, choice, strict=True) if nth)

    def _better_choice(self, chosen: Choice, other: Choice) -> Choice:
        if other not in self.known and any(other) and self.scored < self.budget:
            self._score_choice(other)
        return min(chosen, other, key=self.rank) if other in self.known else chosen

    def _score_choice(self, choice: Choice) -> None:
        """Look at a combination; one that makes no sound plan, or needs other facts, moves nothing."""
        if choice in self.known:
            return
        self.known[choice] = None
        patch = combine_patches([one.answer for one in self.taken(choice) if one.answer])
        plan = self.laboratory.patched(patch) if patch else None
        if plan and not self.laboratory.needs(plan):
            self.scored += 1
            with suppress(CheckFailed):
                self.known[choice] = self.laboratory.tried(plan)


def _exchange_answer(choice: Choice, place: int, nth: int) -> Choice:
    return (*choice[:place], nth, *choice[place + 1 :])


def combine_patches(answers: list[Answer]) -> Patch:
    """The patches of several answers as one; nothing where two of them set the same path, or one within another's."""
    patch: dict[str, Any] = {}
    for answer in answers:
        for path in answer.patch:
            if any(f"{path}.".startswith(f"{set_}.") or f"{set_}.".startswith(f"{path}.") for set_ in patch):
                return {}
        patch |= answer.patch
    return patch


# In words.


def describe_trial(trial: Trial) -> list[str]:
    """What one answer does, or why it was not tried."""
    if trial.difference is None:
        return [f"没有试算：{trial.why}。" if trial.answer else f"{trial.why}。"]
    return [*describe_difference(trial.difference), *([f"注意：{trial.why}。"] if trial.why else [])]


def describe_combination(found: Combination) -> list[str]:
    """What the combination that moves most does, and how it was looked for."""
    if not found.possible:
        return ["没有可以合起来试算的答案。"]
    how = f"共有 {found.possible} 种组合，全部试算过" if found.exhaustive else _describe_search(found)
    if found.difference is None:
        return [f"{how}，没有一种使名单、名次或得分变动。"]
    most = "名单变动最多的是" if found.difference.memberships else "名单都不变，牵动单位最多的是"
    chosen = [f"  {one.reading.question}　{one.answer.answer}" for one in found.taken if one.answer]
    together = "同时" if len(chosen) > 1 else ""
    return [f"{how}，{most}{together}改为：", *chosen, *describe_difference(found.difference)]


def _describe_search(found: Combination) -> str:
    how = "从单独试算变动最大的答案起，逐个加入、逐个替换"
    start = f"共有 {wording.counted(found.possible)} 种组合，{how}，试算了其中 {found.evaluated} 种"
    return f"{start}（没有试算的组合里，也许有变动更大的）；试算过的组合中"
