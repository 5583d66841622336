"""One kernel for all notebooks of a run: a papermill engine that starts it once and keeps it.

A kernel each would cost five to eight seconds a notebook. That notebooks do not lean on each other's state is checked
where they are compared with a fresh run each, in the tests.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines
from traitlets.config import Config

NAME = "shared-kernel"
CELL_TIMEOUT = 900
"""Seconds after which a cell that does not end is reported as failed."""

QUIET = Config({"KernelManager": {"transport_encryption": "auto"}})
"""Without it newer kernels print a warning at each start."""


class SharedKernel(Engine):  # type: ignore[misc]
    """Runs a notebook on the kernel manager that is handed in as `km`."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, km: AsyncKernelManager, **_: Any) -> None:
        """Run all cells; the kernel lives on."""
        client = PapermillNotebookClient(nb_man, km=km, kernel_name=kernel_name, timeout=CELL_TIMEOUT)
        try:
            client.execute(cleanup_kc=False)
        finally:
            if client.kc is not None:
                client.kc.stop_channels()


papermill_engines.register(NAME, SharedKernel)


@contextmanager
def shared_kernel() -> Iterator[AsyncKernelManager]:
    """A kernel manager whose kernel starts with the first notebook and ends with the block."""
    manager = AsyncKernelManager(kernel_name="python3", config=QUIET)
    try:
        yield manager
    finally:
        if manager.has_kernel:
            run_sync(manager.shutdown_kernel)(now=True)
