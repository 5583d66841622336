"""The plan language as JSON Schema, for editors that check and complete while a plan is written."""

import json
from pathlib import Path
from typing import Any

from pingyi.plan import Plan
from pingyi.plan.glossary import Word, glossary

FILE = "plan.schema.json"


def plan_schema() -> str:
    """The JSON Schema as text; the same language gives the same text."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Plan.model_json_schema(by_alias=True)}
    for name, word in glossary().items():
        _explain(schema["$defs"].get(name, schema), word)
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _explain(part: dict[str, Any], word: Word) -> None:
    """Put what a class and its keys mean in Chinese into its part of the schema."""
    part |= {"title": word.title, "description": word.says}
    for key in word.keys:
        part["properties"][key.name] |= {"description": key.says}
        part["properties"][key.name].pop("title", None)


def write_schema(folder: Path) -> Path:
    """Write the schema beside the plan files, where their first line points."""
    path = folder / FILE
    path.write_text(plan_schema(), encoding="utf-8")
    return path
