"""Notebooks to work in: copies of the stored ones, in the campaign's own folder, with its name filled in.

The stored ones belong to the program: what is tried in a copy never changes them.
"""

from pathlib import Path
from typing import Any

from pingyi.common import paths
from pingyi.common.files import replacing

FOLDER = "工作笔记本"
"""The folder of a campaign's copies, below its reports."""

STORED = "notebooks"
START = "0_start"


def stored_notebooks() -> list[Path]:
    """The notebooks that come with the program, in their order; the start page, which has no campaign, is none."""
    return sorted(path for path in (paths.root() / STORED).glob("*.ipynb") if path.stem != START)


def copy_notebooks(campaign: str) -> list[Path]:
    """A campaign's notebooks to work in; copies that are there already stay as they are."""
    folder = paths.reports_folder(campaign) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    return [_copy_once(path, folder / path.name, campaign) for path in stored_notebooks()]


def copy_start() -> Path:
    """The start page to open: a fresh copy, since nothing is worked out in it."""
    target = paths.root() / "reports" / f"{START}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    _write(_without_outputs(paths.root() / STORED / f"{START}.ipynb"), target)
    return target


def _copy_once(source: Path, target: Path, campaign: str) -> Path:
    if not target.exists():
        notebook = _without_outputs(source)
        for cell in notebook.cells:
            if "parameters" in cell.metadata.get("tags", []):
                lines = cell.source.splitlines()
                cell.source = "\n".join(f'campaign = "{campaign}"' if _sets_campaign(one) else one for one in lines)
        _write(notebook, target)
    return target


def _sets_campaign(line: str) -> bool:
    return line.replace(" ", "").startswith("campaign=")


def _without_outputs(path: Path) -> Any:
    """A stored notebook as it is before it runs: its outputs are those of the sample."""
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def _write(notebook: Any, target: Path) -> None:
    import nbformat

    with replacing(target) as fresh:
        fresh.write_text(nbformat.writes(notebook), encoding="utf-8")
