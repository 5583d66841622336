"""What a run was made from and what it made: hashes of every file, code, versions, seeds; and two seals over them.

The seal (封签) covers what determines the result: plan, facts, ledger, code, the published tables and the settings. The
report prints it, so it cannot cover the report. The hash of the manifest covers every file of the run, the report too.
"""

import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pingyi.common.files import code_sha256, hash_file, replace_whole

PACKAGES = ("duckdb", "polars", "numpy", "pydantic", "altair", "vl-convert-python", "papermill")
"""Packages whose version could change a number or a picture."""

MANIFEST = "manifest.json"
OWN = "sha256"
"""Name of the manifest in a run; its entry with the hash of all its other entries."""

LOCK, BEGUN = "lock", "inputs.json"
"""Files of a run that is not finished: who works on it, and what it began with."""

SETTINGS = ("campaign", "draws", "seed", "as_of")
"""Settings of a run that determine its result."""

DETERMINING = ("facts/", "previous/", "tables/", "ledger.jsonl")
"""Files that determine a result or are it, beside the plan: folders end in /."""

Manifest = dict[str, Any]


def files_of(folder: Path) -> dict[str, Path]:
    """Every file below a folder by its relative name, links as well."""
    found = sorted(path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return {path.relative_to(folder).as_posix(): path for path in found}


def hash_files(work: Path) -> dict[str, str]:
    """Relative name → SHA-256 of every file of a run that its manifest lists."""
    return {name: hash_file(path) for name, path in files_of(work).items() if name not in (MANIFEST, LOCK, BEGUN)}


def determines_result(name: str, plan: str) -> bool:
    """Whether a file of a run is its plan, its facts, its ledger or a published table. plan: the plan's file name."""
    return name in (plan, *DETERMINING) or name.startswith(tuple(one for one in DETERMINING if one.endswith("/")))


def make_manifest(work: Path, *, plan: str, inputs: list[dict[str, Any]], run: Mapping[str, Any]) -> Manifest:
    """The manifest of a run whose tables are written, with its seal; `close_manifest` adds what is written after it.

    work: the run's folder. plan: the name of the plan's file in it. run: at least SETTINGS.
    """
    made = {
        "run": dict(run),
        "plan": {"file": plan, "sha256": hash_file(work / plan)},
        "inputs": inputs,
        "code": {"version": version("pingyi"), "sha256": code_sha256()},
        "packages": {name: version(name) for name in PACKAGES},
        "files": {name: hash_file(path) for name, path in files_of(work).items() if determines_result(name, plan)},
    }
    return made | {"seal": compute_seal(made)}


def compute_seal(made: Mapping[str, Any]) -> str:
    """One SHA-256 over what determines a run's result. made: a manifest. Raises: KeyError, TypeError if it is none."""
    plan = made["plan"]["file"]
    parts = {f"file {name}": hash_ for name, hash_ in made["files"].items() if determines_result(name, plan)}
    parts |= {f"run {name}": str(made["run"][name]) for name in SETTINGS} | {"code": made["code"]["sha256"]}
    lines = [f"{name}\0{value}\n" for name, value in sorted(parts.items())]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def close_manifest(made: Mapping[str, Any], work: Path) -> Manifest:
    """The manifest with the hashes of all files of the run, and with its own."""
    whole = dict(made) | {"files": hash_files(work)}
    return whole | {OWN: own_sha256(whole)}


def own_sha256(made: Mapping[str, Any]) -> str:
    """SHA-256 over all entries of a manifest but its own hash, as they are written."""
    return hashlib.sha256(json_text({name: value for name, value in made.items() if name != OWN}).encode()).hexdigest()


def json_text(data: Mapping[str, Any]) -> str:
    """Readable JSON with Chinese as it is: the one way in which a manifest is written."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def write_json(data: Mapping[str, Any], path: Path) -> None:
    """Write readable JSON; an older file is replaced only when the new one is whole and on the disk."""
    replace_whole(path, json_text(data).encode())
