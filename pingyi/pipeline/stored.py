"""The stored notebooks: run on the sample campaign, from top to bottom, without times of day in them."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pingyi.common import paths
from pingyi.pipeline.kernel import CELL_TIMEOUT, QUIET


def refresh() -> Iterator[Path]:
    """Run every notebook of `notebooks/` in a kernel of its own and store it with its outputs."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    import nbformat
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    for path in sorted((paths.root() / "notebooks").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        manager = AsyncKernelManager(kernel_name="python3", config=QUIET)
        folder = {"metadata": {"path": str(path.parent)}}
        client = NotebookClient(notebook, km=manager, timeout=CELL_TIMEOUT, record_timing=False, resources=folder)
        client.execute(cleanup_kc=True)
        _tidy(notebook)
        nbformat.write(notebook, path)
        yield path


WIDGET = "application/vnd.jupyter.widget-view+json"
UNUSED = "（运行这一格，就会出现滑块或选项。）"
"""What stands for a widget where the notebook is stored: its own number is another one each time."""


def _tidy(notebook: Any) -> None:
    """Keep what a reader needs; versions of a machine and numbers of widgets are none of it."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if WIDGET in output.get("data", {}):
                output["data"] = {"text/markdown": UNUSED, "text/plain": UNUSED}
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
