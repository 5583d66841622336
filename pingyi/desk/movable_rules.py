"""The numbers of a plan that an analyst may move: each in the words of the plan, with what it can sensibly be.

They are found in the plan file itself, where a number of the language stands: a new kind of rule is among them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, get_args

from pydantic import BaseModel

from pingyi.common import wording
from pingyi.plan import Plan
from pingyi.plan.language_reference import explanations
from pingyi.plan.outcomes import Outcome
from pingyi.plan.tree import Tree
from pingyi.rules.base import Named, Share

SECTIONS = ("components", "standings", "bands", "shortlists", "lists", "outcomes")
"""Parts of a plan whose numbers decide about marks, places, lists and what follows from them."""

STEPS = 20
"""About how many steps a slider has from one end to the other."""

PLACES = 4
"""Decimal places of a step."""


@dataclass(frozen=True, slots=True)
class MovableRule:
    """A number of the plan. path: in the plan file. owner: whose rule it is. says: which number of it.

    now: as the plan has it. low, high, step: of a slider. clause: the plan's own number.
    """

    path: str
    owner: str
    says: str
    clause: str
    now: float
    low: float
    high: float
    step: float

    @property
    def label(self) -> str:
        """The rule as a picker lists it."""
        clause = f"（{self.clause}）" if self.clause else ""
        return f"{self.owner}：{self.says}　现为 {self.now:g}{clause}"


def find_rules(plan: Plan, tree: Tree) -> list[MovableRule]:
    """Every number of a plan that can be moved, in the order of the file. tree: the plan file."""
    return [
        MovableRule(place.path, _owner_title(plan, thing), place.says, thing.clause, *_slider_of(place))
        for section in SECTIONS
        for thing, node in zip(getattr(plan, section), tree.get(section, ()), strict=True)
        for place in _numbers_below(thing, node, f"{section}.{thing.id}", "", "")
    ]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a number stands. share: from nothing to all. among: the largest of the numbers that it stands among."""

    path: str
    says: str
    value: int | Decimal
    share: bool
    among: float


def _numbers_below(thing: Any, node: Any, path: str, of: str, word: str) -> Iterator[_Place]:
    """The numbers of a part of the plan. thing: as the language has it; node: as the file writes it.

    of: the entry of a catalogue that it belongs to; word: the last key that the glossary explains.
    """
    known, among = _explained_keys(thing), _largest(thing)
    for at, (step, below) in enumerate(_entries(node), start=1):
        value = _part_of(thing, step)
        entry = "" if step in known or step.isascii() or not isinstance(below, dict) else step
        name = str(getattr(value, "name", "") or entry)
        owner, key = (name, "") if name else (of, known.get(step) or f"{word} {_word_of(step, node, at)}")
        if isinstance(below, dict | list):
            yield from _numbers_below(value, below, f"{path}.{step}", owner, key)
            continue
        if isinstance(value, dict | list | tuple):  # one number stands for all categories, or for both ends of a range
            value = next(iter(value.values() if isinstance(value, dict) else value), None)
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            says = " ".join(one for one in (owner, key.strip()) if one)
            yield _Place(f"{path}.{step}", says, value, _asks_share(thing, step) or 0 < among <= 1, among)


def _owner_title(plan: Plan, thing: Named) -> str:
    """What people call the part of the plan whose rule it is; a consequence goes by its list and effect."""
    if isinstance(thing, Outcome):
        effect = plan.effects[thing.effect].name or thing.effect
        return f"{plan.list_titles[thing.list_]}的后果“{effect}”（{wording.named(thing.to, wording.SUBJECTS)}）"
    return thing.title


def _largest(thing: Any) -> float:
    """The largest of numbers that have names of their own, as levels have; 0 where there are none."""
    numbers = thing.values() if isinstance(thing, dict) else ()
    return max((float(one) for one in numbers if isinstance(one, int | Decimal)), default=0.0)


def _entries(node: Any) -> list[tuple[str, Any]]:
    """What a part of the file holds, by the step that a path takes to it."""
    if isinstance(node, dict):
        return list(node.items())
    return [(str(one["id"]) if isinstance(one, dict) and "id" in one else str(at), one) for at, one in enumerate(node)]


def _part_of(thing: Any, step: str) -> Any:
    """The part of a thing of the language that a step of the file leads to; None where there is no such one."""
    if isinstance(thing, dict):
        return thing.get(step)
    if isinstance(thing, list | tuple):
        named = {one.id: one for one in thing if hasattr(one, "id")}
        at = int(step) if step.isdecimal() else None
        return named.get(step, thing[at] if at is not None and at < len(thing) else None)
    if isinstance(thing, BaseModel):
        aliases = {field.alias or name: name for name, field in type(thing).model_fields.items()}
        return getattr(thing, aliases.get(step, step), None)
    return None


def _word_of(step: str, node: Any, nth: int) -> str:
    """A step that is no key of the language: what is named in Chinese stands for itself, the rest is counted."""
    return f"第 {nth} 个数" if isinstance(node, list) or step.isascii() else step


def _asks_share(thing: Any, step: str) -> bool:
    """Whether the language asks for a share, 0 to 1, at a key."""
    if not isinstance(thing, BaseModel):
        return False
    field = {field.alias or name: field for name, field in type(thing).model_fields.items()}[step]
    return Share in get_args(field.annotation) or tuple(field.metadata) == get_args(Share)[1:]


def _slider_of(place: _Place) -> tuple[float, float, float, float]:
    """now, low, high, step: a share goes from nothing to all, others to twice what they are; now is a step of it."""
    now = float(place.value)
    whole = isinstance(place.value, int)
    share = place.share and not whole
    low, high = (0.0, 1.0) if share else (min(2 * now, 0.0), max(2 * now, 0.0))
    high = high if low < high else place.among or 10.0
    low = 1.0 if whole and now >= 1 else low
    step = max(1.0, _round_step((high - low) / STEPS)) if whole else _round_step((high - low) / STEPS)
    below, above = (int((one + step / 1000) / step) for one in (now - low, high - now))
    return now, round(now - below * step, PLACES) + 0.0, round(now + above * step, PLACES), step


def _round_step(step: float) -> float:
    """A step in round figures: 0.1, 0.2, 0.5, 1, 2, 5 …, not larger than this one."""
    power = Decimal(str(step)).adjusted()
    rounds = (Decimal(one).scaleb(power) for one in (5, 2, 1))
    return float(next(one for one in rounds if one <= Decimal(str(step))))


def _explained_keys(thing: Any) -> dict[str, str]:
    """The short explanation of every key of a thing; those that all named things have come last."""
    names = [one.__name__ for one in type(thing).__mro__ if issubclass(one, BaseModel)]
    keys = {key: says for name in reversed(names) for key, says in explanations().get(name, {}).get("keys", {}).items()}
    return {key: str(says).split("；")[0].split("，")[0] for key, says in keys.items()}


def as_plan_writes(value: float) -> str:
    """A number as a plan file writes it."""
    return f"{round(value, PLACES):g}"
