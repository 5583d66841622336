"""What a plan says, clause by clause: the rule in our words, and its numbers as the plan has them.

Read from the plan itself, so that it stays true when a number is another one, in any campaign.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from pydantic import BaseModel

from pingyi.common import wording
from pingyi.common.codebook import Column, codebook
from pingyi.plan import Plan
from pingyi.plan.events import Item
from pingyi.plan.language_reference import explanations
from pingyi.rules.base import ELSE

MOST = 8
"""Entries of a list or a catalogue that are written out; the rest is counted."""

UNTOLD = ("id", "name", "clause", "says")
"""Keys of a part of a part that are not told again."""

EVERYBODY = {"from": {"units": "全部单位"}}
"""Words of single keys that stand for no part of the plan."""


def describe_clauses(plan: Plan, things: Iterable[Any], keys: Sequence[str] = ()) -> list[str]:
    """A line for each part of a plan: clause, title, our words, and what it says under the keys.

    things: named parts of the plan. keys: paths below a part, such as `ratings.few`; those it does not have are left
    out, and a part that has neither words nor any of the keys says its title alone.
    """
    return list(dict.fromkeys(_describe_thing(plan, one, keys) for one in things))


def _describe_thing(plan: Plan, thing: Any, keys: Sequence[str]) -> str:
    said = [text for key in keys if (text := _describe_path(plan, thing, key.split(".")))]
    numbers = f"〔{'；'.join(said)}〕" if said else ""
    words = getattr(thing, "says", "")
    title = "" if not getattr(thing, "name", "") and getattr(thing, "id", "").isascii() else thing.title
    return "　".join(one for one in (thing.clause, f"**{title}**" if title else "", words + numbers) if one)


def _describe_path(plan: Plan, thing: Any, steps: Sequence[str]) -> str:
    """What stands at a path, behind the name of its last step; empty where the plan does not say it."""
    for step in steps[:-1]:
        thing = getattr(thing, step, None)
    if not isinstance(thing, BaseModel):
        return ""
    return _describe_key(plan, thing, steps[-1])


def _describe_key(plan: Plan, owner: BaseModel, key: str) -> str:
    field = _field_name(owner, key)
    if field not in owner.model_fields_set:
        return ""
    value = getattr(owner, field)
    if value in (None, "", [], {}):
        return ""
    explained = _explanation(owner, key)
    short = re.split("[；，：]", explained)[0] or key
    if isinstance(value, bool):
        return short.removeprefix("写 true").removeprefix("写 false") if value else f"{short}：否"
    words = _in_words(plan, value, key, explained)
    return words if re.search(r"^[a-z_]+ |（[a-z_]+）", short) else f"{short} {words}"  # words explain themselves


def _field_name(owner: BaseModel, key: str) -> str:
    """The name of a field by the key that the plan file writes."""
    names = {field.alias or name: name for name, field in type(owner).model_fields.items()}
    return names.get(key, key)


def _explanation(owner: BaseModel, key: str) -> str:
    """What the glossary says of a key, from the class itself or from the one that it takes the key from."""
    known = [explanations().get(one.__name__, {}).get("keys", {}) for one in type(owner).__mro__]
    return next((str(keys[key]) for keys in known if key in keys), "")


def _in_words(plan: Plan, value: Any, key: str, explained: str) -> str:
    """A value of the plan as people write it."""
    if isinstance(value, BaseModel):
        written = [(field.alias or name) for name, field in type(value).model_fields.items()]
        told = [_describe_key(plan, value, one) for one in written if one not in UNTOLD]
        return "，".join(text for text in told if text)
    if isinstance(value, Mapping):
        return wording.joined([_in_pair(plan, name, one, key) for name, one in value.items()], MOST)
    if isinstance(value, list | tuple):
        return wording.joined(dict.fromkeys(_in_words(plan, one, key, explained) for one in value), MOST)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | Decimal | Fraction):
        return wording.plain(value)
    return _word_of(plan, str(value), key, explained)


def _in_pair(plan: Plan, name: Any, value: Any, key: str) -> str:
    """An entry of a mapping: what it is called and what it holds. What holds for all the rest needs no name alone."""
    if isinstance(value, Item):
        return f"{value.name} {_in_words(plan, value.points, key, '')}" if value.points is not None else value.name
    if name == ELSE:
        return _in_words(plan, value, key, "")
    title = _word_of(plan, str(name), key, "")
    return title if value is None else f"{title} {_in_words(plan, value, key, '')}"


def _word_of(plan: Plan, word: str, key: str, explained: str) -> str:
    """A word of the plan: what the glossary says it means here, the title of what it stands for, or itself."""
    if not word:
        return "（空）"
    if word in EVERYBODY.get(key, {}):
        return EVERYBODY[key][word]
    if key == "by" and word in plan.standing_titles:
        return plan.standing_titles[word]
    if not word.isascii():
        return word
    meanings = (
        rf"(?<![\w.]){re.escape(word)} ([^，；]+)",
        rf"(?<![\w.]){re.escape(word)}（([^）]+)）",
        rf"([^，；是]+)（{re.escape(word)}）",
    )
    found = next((match[1] for one in meanings if (match := re.search(one, explained))), "")
    return found or _titles(plan).get(word, word)


def _titles(plan: Plan) -> dict[str, str]:
    """Titles of what ids of the plan stand for, and heads of columns of the roster."""
    heads = {name: column.head for name, column in _columns().items()}
    named = [*plan.components, *plan.standings, *plan.every_list]
    effects = {id: one.name or id for id, one in plan.effects.items()}
    return heads | wording.SUBJECTS | effects | plan.units.columns | {one.id: one.title for one in reversed(named)}


@cache
def _columns() -> dict[str, Column]:
    return {one.name: one for one in codebook().facts["units"].columns}
