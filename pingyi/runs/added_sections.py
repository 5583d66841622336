"""What an executed notebook of the annual report shows, and what in it is not the program's.

Each cell that shows a part of the report leaves a mark in its output: the part's title, and of an added part all that
there is to print.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pingyi.scoring.stages import STAGES

NOTEBOOK = f"{len(STAGES) + 1}_report.ipynb"
"""The notebook of the annual report: it comes after those of the stages."""

MARK = "application/vnd.pingyi.section+json"
"""The kind of output by which a cell says what it shows."""

ADDED = "分析人员增加的一节"
"""What stands at a part that is not the program's."""

ADDED_SECTIONS = "added_sections"
"""Name of the entry of a run, in its manifest, that lists these parts."""

UNTITLED = "没有标题的单元格"

NO_CODE = {"parameters", "injected-parameters"}
"""Tags of cells that hold parameters alone."""


def report_notebook(run: Path) -> Path:
    """The notebook of the annual report as a run executed it."""
    return run / "notebooks" / NOTEBOOK


def find_added(executed: Path, original: Path) -> list[dict[str, str]]:
    """What an executed notebook has beyond the program's own: kind, title and hash of the source of each added part.

    A part is all cells of code since the one before that the program's notebook has not, up to the one that shows it.
    """
    known = {str(cell.source).strip() for cell in code_cells(original)}
    found, sources = list[dict[str, str]](), list[str]()
    for cell in code_cells(executed):
        mark, source = next(marks_of([cell]), None), str(cell.source).strip()
        parameters = NO_CODE & set(cell.metadata.get("tags", []))
        if not source or source in known or parameters or (mark and "added" not in mark):
            continue
        sources.append(source)
        if mark:
            found.append(_describe_part(str(mark["title"]), sources))
            sources = []
    return found + ([_describe_part(UNTITLED, sources)] if sources else [])


def _describe_part(title: str, sources: list[str]) -> dict[str, str]:
    code = "\0".join(sources)
    return {"kind": ADDED, "title": title, "sha256": hashlib.sha256(code.encode()).hexdigest()}


def added_of(run: Mapping[str, Any]) -> list[dict[str, str]]:
    """The added parts that a manifest, or its `run` part, lists."""
    inner = run.get("run")
    known = inner if isinstance(inner, Mapping) else run
    return list(known.get(ADDED_SECTIONS, []))


def code_cells(notebook: Path) -> list[Any]:
    """The cells of code of a notebook; none where there is no notebook."""
    import nbformat

    if not notebook.exists():
        return []
    return [cell for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]


def marks_of(cells: Iterable[Any]) -> Iterator[Mapping[str, Any]]:
    """What the outputs of cells say that they show."""
    for cell in cells:
        for output in cell.outputs:
            if mark := output.get("data", {}).get(MARK):
                yield mark
