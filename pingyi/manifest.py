"""What a run was made from: hashes of inputs, plan and code, versions, seeds; and what it made."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGES = ("duckdb", "polars", "numpy", "pydantic", "altair", "papermill")
"""Packages whose version could change a number or a picture."""


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def tree_sha256(paths: Iterable[Path], base: Path) -> str:
    """One SHA-256 over files by relative name and content, in the order of their names."""
    whole = hashlib.sha256()
    for path in sorted(paths):
        whole.update(f"{path.relative_to(base).as_posix()}\0{sha256(path)}\n".encode())
    return whole.hexdigest()


def code_sha256() -> str:
    """One SHA-256 over the package's Python, SQL and YAML files."""
    base = Path(__file__).parent
    return tree_sha256((path for path in base.rglob("*") if path.suffix in (".py", ".sql", ".yaml")), base)


def manifest(*, plan: Path, inputs: list[dict[str, Any]], tables: Path, run: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest of a run as plain data."""
    return {
        "run": dict(run),
        "plan": {"file": plan.as_posix(), "sha256": sha256(plan)},
        "inputs": inputs,
        "code": {"version": version("pingyi"), "sha256": code_sha256()},
        "packages": {name: version(name) for name in PACKAGES},
        "tables": {path.name: sha256(path) for path in sorted(tables.glob("*.csv"))},
    }


def write_json(data: Mapping[str, Any], path: Path) -> None:
    """Write readable JSON with Chinese as it is."""
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
