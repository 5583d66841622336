"""A path of the plan file in words: what the number is that a slider moves."""

from typing import Any

from pydantic import BaseModel

from pingyi.plan import Plan
from pingyi.plan.language_reference import explanations


def named_path(plan: Plan, path: str) -> str:
    """A path such as `components.client.ratings.few.below` as people say it: whose rule it is, and what it says.

    A step that the glossary does not explain, such as a level, stands for itself.
    """
    section, id, *steps = path.split(".")
    owner = next((one for one in _things(plan, section) if one.id == id), None)
    if owner is None or not steps:
        return path
    return f"{owner.title}：{_said(owner, steps)}"


def _things(plan: Plan, section: str) -> list[Any]:
    found = getattr(plan, section, None)
    return [one for one in found if hasattr(one, "id")] if isinstance(found, list | tuple) else []


def _said(thing: Any, steps: list[str]) -> str:
    """The last step that is explained, and what stands for itself behind it."""
    said: list[str] = []
    for step in steps:
        known = _keys(thing).get(step)
        said = [known] if known else [*said, step]
        thing = _below(thing, step)
    return " ".join(said)


def _keys(thing: Any) -> dict[str, str]:
    """The short explanation of every key of a thing; those that all named things have come last."""
    texts = explanations()
    names = [one.__name__ for one in type(thing).__mro__ if issubclass(one, BaseModel)]
    keys = {key: says for name in reversed(names) for key, says in texts.get(name, {}).get("keys", {}).items()}
    return {key: str(says).split("；")[0].split("，")[0] for key, says in keys.items()}


def _below(thing: Any, step: str) -> Any:
    if isinstance(thing, dict):
        return thing.get(step)
    aliases = {field.alias or name: name for name, field in type(thing).model_fields.items()} if _keys(thing) else {}
    return getattr(thing, aliases.get(step, step), None)
