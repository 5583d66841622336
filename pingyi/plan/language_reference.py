"""The plan language described: what every key means, in Chinese, for editors and for the reference page.

The explanations stand in `glossary.yaml` beside the classes. The JSON Schema carries them into editors that check and
complete while a plan is written; the page `docs/方案语言.md` prints them as tables, each between `<!-- 键：Class -->`
and `<!-- 完 -->`. Everything else on the page is written by hand.
"""

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from ruamel.yaml import YAML

from pingyi.plan import Plan
from pingyi.rules.base import ELSE, Day, Id, Number, PerCategory, Share, Traits, Weight, models_in

EXPLANATIONS = Path(__file__).with_name("glossary.yaml")
SCHEMA = "plan.schema.json"
PAGE = "docs/方案语言.md"
TABLE = re.compile(r"(<!-- 键：(\w+) -->\n).*?(<!-- 完 -->)", re.DOTALL)

SCALARS: list[tuple[Any, str]] = [
    (PerCategory, f"数，或一组“类别: 数”（`{ELSE}` 指其余类别）"),
    (Share, "0 到 1 的数"),
    (Weight, "不为负的数"),
    (Number, "数"),
    (Id, "代号"),
    (Day, "日期"),
]
"""The scalars of the language, told apart by what is asked of them."""

NULL = "，或 `null`"

NAMES: dict[Any, str] = {str: "文字", int: "整数", bool: "`true`、`false`", Decimal: "数", Any: "任何值"}


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
    return {one.__name__: _explained_word(one, texts) for one in language_classes(Plan)}


@cache
def explanations() -> dict[str, dict[str, Any]]:
    """The explanations as the file writes them."""
    tree: dict[str, dict[str, Any]] = YAML(typ="safe", pure=True).load(EXPLANATIONS.read_text(encoding="utf-8"))
    return tree


def language_classes(top: type[BaseModel]) -> list[type[BaseModel]]:
    """This class and all that its keys lead to, each once, in the order in which a reader meets them."""
    found = [top]
    for one in found:
        for field in one.model_fields.values():
            found += [other for other in models_in(field.annotation) if other not in found]
    return found


def _explained_word(one: type[BaseModel], texts: dict[str, dict[str, Any]]) -> Word:
    said = texts[one.__name__]
    fields = {field.alias or name: field for name, field in one.model_fields.items()}
    keys = tuple(Key(name, _explanation_of(one, name, texts), field) for name, field in fields.items())
    return Word(one.__name__, said["title"], said["says"], keys)


def _explanation_of(one: type[BaseModel], key: str, texts: dict[str, dict[str, Any]]) -> str:
    """The explanation of a key, from the class itself or from the one that it takes the key from."""
    for above in one.__mro__:
        if key in texts.get(above.__name__, {}).get("keys", {}):
            says: str = texts[above.__name__]["keys"][key]
            return says
    raise KeyError(f"{one.__name__}.{key}")


def plan_schema() -> str:
    """The language as JSON Schema; the same language gives the same text."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Plan.model_json_schema(by_alias=True)}
    for name, word in glossary().items():
        part = schema["$defs"].get(name, schema)
        part |= {"title": word.title, "description": word.says}
        for key in word.keys:
            part["properties"][key.name] |= {"description": key.says}
            part["properties"][key.name].pop("title", None)
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write_schema(folder: Path) -> Path:
    """Write the schema beside the plan files, where their first line points."""
    path = folder / SCHEMA
    path.write_text(plan_schema(), encoding="utf-8")
    return path


def write_page(root: Path) -> Path:
    """Renew the tables of the page below `root`."""
    path = root / PAGE
    path.write_text(renew_page(path.read_text(encoding="utf-8")), encoding="utf-8")
    return path


def renew_page(page: str) -> str:
    """The page with the tables of the language as it is. Raises: KeyError for a class that the language lacks."""
    return TABLE.sub(lambda found: found[1] + _table_of_keys(glossary()[found[2]]) + found[3], page)


def tables_of(page: str) -> list[str]:
    """Names of the classes whose keys the page shows."""
    return [found[2] for found in TABLE.finditer(page)]


def _table_of_keys(word: Word) -> str:
    """The keys of one class as a table of Markdown, under a sentence on what it is."""
    rows = "".join(
        f"| `{key.name}` | {_values_of_field(key.field)} | {_default_of_key(key)} | {key.says} |\n" for key in word.keys
    )
    return f"\n**{word.title}**：{word.says}\n\n| 键 | 取值 | 不写时 | 说明 |\n|---|---|---|---|\n{rows}\n"


def _default_of_key(key: Key) -> str:
    """What holds where the key is left out."""
    if key.field.is_required():
        return "必写"
    value = key.field.get_default(call_default_factory=True)
    if value is None or value in ("", [], {}) or isinstance(value, BaseModel):
        return "—"
    return f"`{_written_value(value)}`"


def _written_value(value: Any) -> str:
    """A value as the plan file writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"[{', '.join(value)}]" if isinstance(value, list) else str(value)


def _values_of_field(field: FieldInfo) -> str:
    """What may stand behind a key, in words."""
    return _values_of_type(field.annotation, tuple(field.metadata)).removesuffix(NULL)


def _values_of_type(annotation: Any, metadata: tuple[Any, ...] = ()) -> str:
    """What a type takes. metadata: what is asked of it beyond its type."""
    if hasattr(annotation, "__metadata__"):
        return _values_of_type(annotation.__origin__, annotation.__metadata__)
    named = _values_by_name(annotation, metadata)
    return _values_of_parts(get_origin(annotation), get_args(annotation)) if named is None else named


def _values_of_parts(origin: Any, parts: tuple[Any, ...]) -> str:
    """A type that is made of others: choices, a list, a pair, a mapping, one of several."""
    if origin is Literal:
        return "、".join(f"`{part}`" for part in parts)
    if origin is list:
        return f"{_values_of_type(parts[0])}，可以几个"
    if origin is tuple:
        return f"[{', '.join(_values_of_type(part) for part in parts)}]"
    if origin is dict:
        return f"一组“{_values_of_type(parts[0])}: {_values_of_type(parts[1])}”"
    several = sorted(
        (_values_of_type(part) for part in parts if part is not NoneType), key=lambda words: words.startswith("一组")
    )
    return "，或".join(several) + (NULL if NoneType in parts else "")


def _values_by_name(annotation: Any, metadata: tuple[Any, ...]) -> str | None:
    """A type that has words of its own."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"见「{glossary()[annotation.__name__].title}」"
    if annotation == Traits:
        return "一组“名录列: 取值”"
    if annotation is int and metadata:
        return _whole_numbers(metadata)
    scalar = (words for known, words in SCALARS if metadata and metadata == known.__metadata__)
    return next(scalar, None if get_origin(annotation) else NAMES.get(annotation))


def _whole_numbers(metadata: tuple[Any, ...]) -> str:
    """A whole number within bounds."""
    bounds: dict[str, Any] = {
        key: getattr(one, key) for one in metadata for key in ("gt", "ge", "le") if hasattr(one, key)
    }
    low = bounds.get("ge", bounds.get("gt", -1) + 1)
    return f"{low} 到 {bounds['le']} 的整数" if "le" in bounds else {0: "不为负的整数", 1: "正整数"}[low]
