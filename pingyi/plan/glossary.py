"""What every key of the plan language means, in Chinese: `glossary.yaml` beside the classes.

Editors show it (`pingyi.plan.json_schema`), and the reference page prints it (`pingyi.plan.reference_page`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from ruamel.yaml import YAML

from pingyi.plan import Plan

FILE = Path(__file__).with_name("glossary.yaml")


@dataclass(frozen=True, slots=True)
class Key:
    """One key. name: as the plan file writes it. field: its type and what it is where it is left out."""

    name: str
    says: str
    field: FieldInfo


@dataclass(frozen=True, slots=True)
class Word:
    """One class of the language. title: its Chinese name. says: what it is. keys: in the order of the class."""

    name: str
    title: str
    says: str
    keys: tuple[Key, ...]


@cache
def glossary() -> dict[str, Word]:
    """Every class of the language by its name. Raises: KeyError for a class or key without an explanation."""
    texts = explanations()
    return {one.__name__: _word(one, texts) for one in classes(Plan)}


def explanations() -> dict[str, dict[str, Any]]:
    """The explanations as the file writes them."""
    tree: dict[str, dict[str, Any]] = YAML(typ="safe", pure=True).load(FILE.read_text(encoding="utf-8"))
    return tree


def classes(top: type[BaseModel]) -> list[type[BaseModel]]:
    """This class and all that its keys lead to, each once, in the order in which a reader meets them."""
    found = [top]
    for one in found:
        for field in one.model_fields.values():
            found += [other for other in _models(field.annotation) if other not in found]
    return found


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _word(one: type[BaseModel], texts: dict[str, dict[str, Any]]) -> Word:
    said = texts[one.__name__]
    fields = {field.alias or name: field for name, field in one.model_fields.items()}
    keys = tuple(Key(name, _says(one, name, texts), field) for name, field in fields.items())
    return Word(one.__name__, said["title"], said["says"], keys)


def _says(one: type[BaseModel], key: str, texts: dict[str, dict[str, Any]]) -> str:
    """The explanation of a key, from the class itself or from the one that it takes the key from."""
    for above in one.__mro__:
        if key in texts.get(above.__name__, {}).get("keys", {}):
            says: str = texts[above.__name__]["keys"][key]
            return says
    raise KeyError(f"{one.__name__}.{key}")
