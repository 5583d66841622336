"""Rules: each kind has one place, with its words, its statement, its formula and all that is asked of it."""

from importlib import import_module
from pathlib import Path
from typing import Any


def kinds_of(package: str, folder: Path) -> dict[str, Any]:
    """The kinds of a rule: what each module of a folder calls KIND, by the name of the module."""
    names = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    return {name: import_module(f"{package}.{name}").KIND for name in names}
