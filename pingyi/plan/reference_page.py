"""The tables of keys in the reference page of the plan language (`docs/方案语言.md`), made from the classes.

A table stands between `<!-- 键：Class -->` and `<!-- 完 -->`; everything else on the page is written by hand.
"""

import re
from decimal import Decimal
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pingyi.plan.base import ELSE, Day, Id, Number, PerCategory, Share, Traits, Weight
from pingyi.plan.glossary import Key, Word, glossary

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


def write_page(root: Path) -> Path:
    """Renew the tables of the page below `root`."""
    path = root / PAGE
    path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")
    return path


def renewed(page: str) -> str:
    """The page with the tables of the language as it is. Raises: KeyError for a class that the language lacks."""
    return TABLE.sub(lambda found: found[1] + table(glossary()[found[2]]) + found[3], page)


def tables_of(page: str) -> list[str]:
    """Names of the classes whose keys the page shows."""
    return [found[2] for found in TABLE.finditer(page)]


def table(word: Word) -> str:
    """The keys of one class as a table of Markdown, under a sentence on what it is."""
    rows = "".join(f"| `{key.name}` | {values(key.field)} | {default(key)} | {key.says} |\n" for key in word.keys)
    return f"\n**{word.title}**：{word.says}\n\n| 键 | 取值 | 不写时 | 说明 |\n|---|---|---|---|\n{rows}\n"


def default(key: Key) -> str:
    """What holds where the key is left out."""
    if key.field.is_required():
        return "必写"
    value = key.field.get_default(call_default_factory=True)
    if value is None or value in ("", [], {}) or isinstance(value, BaseModel):
        return "—"
    return f"`{written(value)}`"


def written(value: Any) -> str:
    """A value as the plan file writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"[{', '.join(value)}]" if isinstance(value, list) else str(value)


def values(field: FieldInfo) -> str:
    """What may stand behind a key, in words."""
    return _values(field.annotation, tuple(field.metadata)).removesuffix(NULL)


def _values(annotation: Any, metadata: tuple[Any, ...] = ()) -> str:
    """What a type takes. metadata: what is asked of it beyond its type."""
    if hasattr(annotation, "__metadata__"):
        return _values(annotation.__origin__, annotation.__metadata__)
    named = _named(annotation, metadata)
    return _made_of(get_origin(annotation), get_args(annotation)) if named is None else named


def _made_of(origin: Any, parts: tuple[Any, ...]) -> str:
    """A type that is made of others: choices, a list, a pair, a mapping, one of several."""
    if origin is Literal:
        return "、".join(f"`{part}`" for part in parts)
    if origin is list:
        return f"{_values(parts[0])}，可以几个"
    if origin is tuple:
        return f"[{', '.join(_values(part) for part in parts)}]"
    if origin is dict:
        return f"一组“{_values(parts[0])}: {_values(parts[1])}”"
    several = sorted(
        (_values(part) for part in parts if part is not NoneType), key=lambda words: words.startswith("一组")
    )
    return "，或".join(several) + (NULL if NoneType in parts else "")


def _named(annotation: Any, metadata: tuple[Any, ...]) -> str | None:
    """A type that has words of its own."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"见「{glossary()[annotation.__name__].title}」"
    if annotation == Traits:
        return "一组“名录列: 取值”"
    if annotation is int and metadata:
        return _whole(metadata)
    scalar = (words for known, words in SCALARS if metadata and metadata == known.__metadata__)
    return next(scalar, None if get_origin(annotation) else NAMES.get(annotation))


def _whole(metadata: tuple[Any, ...]) -> str:
    """A whole number within bounds."""
    bounds: dict[str, Any] = {
        key: getattr(one, key) for one in metadata for key in ("gt", "ge", "le") if hasattr(one, key)
    }
    low = bounds.get("ge", bounds.get("gt", -1) + 1)
    return f"{low} 到 {bounds['le']} 的整数" if "le" in bounds else {0: "不为负的整数", 1: "正整数"}[low]
