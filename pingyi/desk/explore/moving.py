"""A rule moved by hand: a slider or a choice, and who moves, drawn anew each time it is let go."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from pingyi.common.faults import PingyiError
from pingyi.desk.explore.naming import named_path
from pingyi.figures.exploring import moved_places
from pingyi.figures.pictures import MIME, chart_spec, fixed_width
from pingyi.plan import Reading
from pingyi.plan.tree import NoSuchPath
from pingyi.scenarios import Difference, Laboratory
from pingyi.scenarios.command import at
from pingyi.scenarios.told import told

MOST = 18
"""Units that the figure shows: those that move most."""

OFFICIAL = "公布的答案"


class Moving:
    """What moves when a rule of the plan is another."""

    def __init__(self, lab: Laboratory, names: Mapping[str, str]) -> None:
        """lab: plan and facts. names: what people call the units."""
        self.lab, self.names = lab, names

    def number(self, path: str, low: float, high: float, step: float) -> Any:
        """A slider on the number at a path of the plan file. Raises: NotANumber."""
        from ipywidgets import FloatSlider

        now = self._number(path)
        slider = FloatSlider(
            value=now,
            min=min(low, now),
            max=max(high, now),
            step=step,
            continuous_update=False,
            readout_format="g",
            layout={"width": "640px"},
        )
        return self._joined(
            slider, lambda value: {path: format(value, "g")}, f"{named_path(self.lab.plan, path)}　现为 {now:g}"
        )

    def _number(self, path: str) -> float:
        try:
            value = at(self.lab.tree, path)
            return float(str(value).rstrip("%")) / (100 if str(value).endswith("%") else 1)
        except (NoSuchPath, ValueError, KeyError, TypeError):
            raise NotANumber(f"方案的“{path}”不是一个数，不能用滑块调") from None

    def answers(self, reading: Reading) -> Any:
        """A choice among the answers to an open question."""
        from ipywidgets import Dropdown

        patches: dict[str, dict[str, Any]] = {f"{OFFICIAL}：{reading.official}": {}}
        patches |= {one.answer: one.patch for one in reading.otherwise}
        choice = Dropdown(options=list(patches), description="答案", layout={"width": "640px"})
        return self._joined(choice, lambda answer: dict(patches[answer]), f"{reading.clause}　{reading.question}")

    def _joined(self, control: Any, patch: Callable[[Any], dict[str, Any]], head: str) -> Any:
        from ipywidgets import HTML, Output, VBox

        output = Output()

        def redraw(change: Mapping[str, Any]) -> None:
            bundle = self.shown(patch(change["new"]))
            output.outputs = tuple({"output_type": "display_data", "data": one, "metadata": {}} for one in bundle)

        control.observe(redraw, names="value")
        redraw({"new": control.value})
        return VBox([HTML(f"<b>{head}</b>"), control, output])

    def shown(self, patch: dict[str, Any]) -> list[dict[str, Any]]:
        """What a patch moves, as the bundles that a notebook shows: sentences, then the figure."""
        start = time.perf_counter()
        try:
            found = self._tried(patch)
        except PingyiError as error:
            return [{"text/markdown": str(error), "text/plain": str(error)}]
        seconds = f"（用时 {time.perf_counter() - start:.2f} 秒）"
        said = "\n".join(f"- {line}" for line in told(found)[:6]) + f"\n\n{seconds}"
        return [{"text/markdown": said, "text/plain": said}, *self._figures(found)]

    def _tried(self, patch: dict[str, Any]) -> Difference:
        plan = self.lab.patched(patch) if patch else self.lab.plan
        if plan is None:
            raise NotANumber("这样改后的方案自相矛盾，没有试算")
        if why := self.lab.needs(plan):
            raise NotANumber(why)
        return self.lab.tried(plan)

    def _figures(self, found: Difference) -> list[dict[str, Any]]:
        """A figure for the standing in which most moves."""
        standings = found.names.standings
        rows = {one: [move for move in found.moves if move.standing == one and move.by] for one in standings}
        most = max(rows, key=lambda one: len(rows[one]), default=None)
        if most is None or not rows[most]:
            return []
        chosen = sorted(rows[most], key=lambda move: (-abs(move.by or 0), move.new_place or 0))[:MOST]
        frame = pl.DataFrame(
            [
                {"name": self.names.get(one.unit, one.unit), "place": one.place, "new_place": one.new_place}
                | {"total": _float(one.total), "new_total": _float(one.new_total)}
                for one in sorted(chosen, key=lambda move: move.new_place or 0)
            ]
        )
        title = f"{standings[most]}：{len(rows[most])} 个单位名次变动，变动最大的 {len(chosen)} 个"
        made = fixed_width(chart_spec(moved_places(frame, title=title)))
        return [{MIME: made, "text/plain": made.get("description", title)}]


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


class NotANumber(PingyiError):
    """The rule cannot be moved that way."""
