"""The stored notebooks: run on the sample campaign, from top to bottom, without times of day in them."""

import sys
from collections.abc import Iterator
from pathlib import Path

from pingyi import places
from pingyi.kernel import CELL_TIMEOUT, QUIET


def refresh() -> Iterator[Path]:
    """Run every notebook of `notebooks/` in a kernel of its own and store it with its outputs."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    import nbformat
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    for path in sorted((places.root() / "notebooks").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        manager = AsyncKernelManager(kernel_name="python3", config=QUIET)
        folder = {"metadata": {"path": str(path.parent)}}
        client = NotebookClient(notebook, km=manager, timeout=CELL_TIMEOUT, record_timing=False, resources=folder)
        client.execute(cleanup_kc=True)
        _tidy(notebook)
        nbformat.write(notebook, path)
        yield path


def _tidy(notebook: object) -> None:
    """Keep of the metadata what a reader needs; versions of a machine are none of it."""
    notebook.metadata = {  # type: ignore[attr-defined]
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
