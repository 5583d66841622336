"""Rules moved together: one recomputation for all of them, and who moves, as a notebook shows it."""

import time
from collections.abc import Mapping
from typing import Any

import polars as pl

from pingyi.common.faults import PingyiError
from pingyi.desk.display import Bundle, draw_live, markdown
from pingyi.desk.movable_rules import as_plan_writes
from pingyi.figures.exploring import moved_places
from pingyi.scenarios.difference import Difference
from pingyi.scenarios.difference_report import describe_difference
from pingyi.scenarios.laboratory import Laboratory

MOST_MOVED, MOST_SENTENCES = 18, 6
"""Units that the figure shows: those that move most; sentences about it."""

KEPT = 64
"""Trials that are remembered: a slider that goes back shows at once what it showed before."""


class RuleTrial:
    """Numbers and answers of one campaign's plan, tried on its facts."""

    def __init__(self, lab: Laboratory, names: Mapping[str, str]) -> None:
        """names: what people call the units."""
        self.lab, self.names = lab, names
        self.tried: dict[str, Difference] = {}

    def show(self, patch: Mapping[str, Any]) -> list[Bundle]:
        """What a patch of the plan moves: sentences, then a figure for the standing in which most moves."""
        start = time.perf_counter()
        try:
            found = self.compare(patch)
        except PingyiError as error:
            return [markdown(str(error))]
        lines = [f"- {line}" for line in describe_difference(found)[:MOST_SENTENCES]]
        seconds = f"（试算，不改方案；用时 {time.perf_counter() - start:.2f} 秒）"
        return [markdown("\n".join([*lines, "", seconds])), *_draw_moves(found, self.names)]

    def compare(self, patch: Mapping[str, Any]) -> Difference:
        """What a patch of the plan changes. Raises: PingyiError where it cannot be tried."""
        key = repr(sorted(patch.items(), key=lambda one: one[0]))
        if key not in self.tried:
            found = self._compute(patch)
            self.tried = dict(list(self.tried.items())[-KEPT:]) | {key: found}
        return self.tried[key]

    def _compute(self, patch: Mapping[str, Any]) -> Difference:
        plan = self.lab.patched(patch) if patch else self.lab.plan
        if plan is None:
            raise PingyiError("这样改后的方案自相矛盾，没有试算；有的数要一起移动，如各项满分与总满分。")
        if why := self.lab.needs(plan):
            raise PingyiError(f"没有试算：{why}。")
        return self.lab.tried(plan)


def patch_of(moved: Mapping[str, float]) -> dict[str, str]:
    """Numbers by their paths as a patch of the plan file."""
    return {path: as_plan_writes(value) for path, value in moved.items()}


def _draw_moves(found: Difference, names: Mapping[str, str]) -> list[Bundle]:
    """A figure for the standing in which most moves."""
    standings = found.names.standings
    moves = {one: found.placed(one) for one in standings}
    most = max(moves, key=lambda one: len(moves[one]), default=None)
    if most is None or not moves[most]:
        return []
    chosen = sorted(moves[most], key=lambda move: (-abs(move.by or 0), move.new_place or 0))[:MOST_MOVED]
    frame = pl.DataFrame(
        [
            {"name": names.get(one.unit, one.unit), "place": one.place, "new_place": one.new_place}
            | {"total": _as_float(one.total), "new_total": _as_float(one.new_total)}
            for one in sorted(chosen, key=lambda move: move.new_place or 0)
        ]
    )
    title = f"{standings[most]}：{len(moves[most])} 个单位名次变动，变动最大的 {len(chosen)} 个"
    return [draw_live(moved_places(frame, title=title), title)]


def _as_float(value: Any) -> float | None:
    return None if value is None else float(value)
