"""Tables of the scoring in the words of people: heads in Chinese, units and parts of the plan by name, no codes.

What steps and columns are called stands in `steps.yaml` beside this module.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import polars as pl
from ruamel.yaml import YAML

from pingyi.common import wording
from pingyi.common.codebook import codebook
from pingyi.plan import Plan

FILE = Path(__file__).with_name("steps.yaml")

ATOMS = ("exact", "own", "mean", "before", "after", "summed", "rate", "used")
"""Columns that the scoring keeps in atoms where they are whole numbers (`macros.sql`); people see 分."""

SHARES = ("rate", "share", "own_share", *(f"rr{nth}" for nth in range(1, 7)))
"""Columns that hold a share, 0 to 1."""

INNER = (
    "draw",
    "position",
    "rating",
    "turn",
    "effect",
    "outcome",
    "task",
    "provision",
    "recheck",
    "value",
    "code",
    "factor",
)
"""Columns that say nothing to a reader; ids of things whose name stands beside them are among them."""

EVERY = {"day": "每天", "workday": "每个工作日", "week": "每周", "month": "每月", "quarter": "每季度"}
LISTED = {"proposed": "拟定", "decided": "已决定"}
REASONS = wording.SET_ASIDE | wording.FLAGS | wording.ABSENT
CODES: Mapping[str, Mapping[str, str]] = {
    "absent": wording.ABSENT,
    "decided_by": wording.DECIDED,
    "every": EVERY,
    "fact_table": {name: table.title for name, table in codebook().facts.items()},
    "held": {"year": "全年", "cycle": "本周期"},
    "method": wording.METHODS,
    "missing": wording.FLAGS,
    "not_counted": wording.NOT_COUNTED,
    "reason": REASONS,
    "rule": wording.FLAGS | {"own": "按自身得分"},
    "severity": {"decision": "要决定", "notice": "须知"},
    "status": wording.STATES | wording.PROBLEMS,
    "subject_kind": wording.SUBJECTS,
    "veto": {"zero": "按最低分计", "not_ranked": "不参加排名"},
    "void_because": wording.SET_ASIDE,
}
STATES_OF = {"list_states": LISTED, "task_states": wording.TASKS, "recheck_states": wording.RECHECKS}
"""Words of the column `state`, which means another thing in each of these tables."""


@dataclass(frozen=True, slots=True)
class StepText:
    """What a step is called, what one of its rows is, heads of its own, and columns that say little to a reader."""

    title: str
    row: str
    heads: Mapping[str, str]
    hide: Collection[str]


@cache
def _tree() -> dict[str, Any]:
    tree: dict[str, Any] = YAML(typ="safe", pure=True).load(FILE.read_text(encoding="utf-8"))
    return tree


@cache
def step_texts() -> dict[str, StepText]:
    """Every step by the name of its statement."""
    return {
        name: StepText(one["title"], one["row"], one.get("heads", {}), one.get("hide", ()))
        for name, one in _tree()["steps"].items()
    }


def table_title(name: str) -> str:
    """What people call a table: a step, a table of facts, or the plan."""
    if name.startswith("plan_"):
        return "方案"
    texts = step_texts()
    return texts[name].title if name in texts else _tree()["tables"].get(name, "")


def head_of(column: str, tables: Iterable[str] = ()) -> str:
    """The head of a column, as the first of these tables that calls it otherwise has it; itself where it has none."""
    texts = step_texts()
    own = (texts[one].heads[column] for one in tables if one in texts and column in texts[one].heads)
    return next(own, _tree()["columns"].get(column, column))


@cache
def _columns_by_head() -> dict[str, str]:
    heads: dict[str, str] = {"事项": "item", "评价内容": "item", "渠道": "channel"}
    for column, head in _tree()["columns"].items():
        heads.setdefault(head.split("（")[0], column)
    return heads


def column_of(name: str) -> str:
    """The column that a name means: a query may call it by its head."""
    return name if name in _tree()["columns"] else _columns_by_head().get(name, name)


class StepWords:
    """Puts frames of one campaign into words."""

    def __init__(self, plan: Plan, units: Mapping[str, str]) -> None:
        """units: what each unit is called, by its id."""
        self.plan, self.units = plan, dict(units)

    @cached_property
    def names(self) -> dict[str, dict[str, str]]:
        """Names by id, for each column that holds ids of one kind."""
        components, standings = self.plan.component_titles, self.plan.standing_titles
        return {
            **dict.fromkeys(("component", "child", "leaf", "parent", "ancestor"), components),
            **dict.fromkeys(("unit", "merged_into"), self.units),
            "item": self.plan.item_names,
            "where": components | standings,
            "standing": standings,
            "list": self.plan.list_titles,
            "band_set": {one.id: one.title for one in self.plan.bands},
            "grp": dict(self.plan.units.systems),
        }

    def in_words(self, frame: pl.DataFrame, tables: Collection[str] = ()) -> pl.DataFrame:
        """The frame with names in place of ids and words in place of codes; numbers stay numbers.

        tables: those that the frame was made from: what a column means may hang on it.
        """
        put = [self._column_in_words(frame[name], tables) for name in frame.columns]
        return pl.DataFrame(put) if put else frame

    def _column_in_words(self, column: pl.Series, tables: Collection[str]) -> pl.Series:
        if column.dtype == pl.Int128:
            fits = column.is_empty() or (column.abs().max() or 0) < 2**62  # type: ignore[operator]
            return column.cast(pl.Int64) if fits else column
        if column.dtype not in (pl.String, pl.Enum, pl.Categorical):
            return column
        text = column.cast(pl.String)
        if column_of(column.name) == "flag":
            return text.map_elements(wording.flags, return_dtype=pl.String)
        if column_of(column.name) == "subject":
            return text.replace(self.units)
        name = column_of(column.name)
        known = self.names.get(name) or CODES.get(name)
        if name == "state":
            known = next((STATES_OF[one] for one in tables if one in STATES_OF), CODES["status"])
        return text.replace(dict(known)) if known else text

    def heads(self, columns: Iterable[str], tables: Collection[str] = ()) -> dict[str, str]:
        """Heads of columns; equal ones are told apart by an invisible sign, since a table's columns must differ."""
        found: dict[str, str] = {}
        for name in columns:
            said = self.plan.terms.get(name) or head_of(name, tables)
            found[name] = said + "\u200b" * sum(one.rstrip("\u200b") == said for one in found.values())
        return found

    def texts(self, frame: pl.DataFrame, tables: Collection[str] = ()) -> tuple[pl.DataFrame, list[str]]:
        """A frame in words as texts under its heads, and the heads of its numbers."""
        heads = self.heads(frame.columns, tables)
        columns = [
            pl.Series(heads[one.name], [_formatter(one, heads[one.name])(value) for value in one], dtype=pl.String)
            for one in frame
        ]
        numeric = [heads[one.name] for one in frame if one.dtype.is_numeric()]
        return (pl.DataFrame(columns) if columns else pl.DataFrame()), numeric


def _formatter(column: pl.Series, head: str) -> Callable[[Any], str]:
    """How the values of a column are written."""

    def write(value: Any) -> str:
        if value is None or value == "":
            return ""
        if isinstance(value, bool):
            return "是" if value else ""
        if isinstance(value, int):
            return wording.counted(value)
        if isinstance(value, float):
            value = Decimal(repr(round(value, 6)))
        if isinstance(value, Decimal):
            return _write_decimal(value, column.name, head)
        return "、".join(map(str, value)) if isinstance(value, list | pl.Series) else str(value)

    return write


def _write_decimal(value: Decimal, name: str, head: str) -> str:
    if name in SHARES or head.endswith(("率", "占比")):
        return wording.percent(value, 1)
    return wording.shown(value) if "分）" in head or head.endswith(("分", "均", "差距")) else wording.plain(value)
