"""A papermill engine that runs a notebook on a kernel that is there already, and leaves it running."""

from typing import Any

from jupyter_client.manager import AsyncKernelManager
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines

from pingyi.kernel import CELL_TIMEOUT

NAME = "shared-kernel"


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
