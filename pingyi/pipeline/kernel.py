"""One kernel for all notebooks of a run. A kernel each would cost five to eight seconds a notebook.

It starts at once and imports what every notebook needs while the run still reads its facts. That notebooks do not lean
on each other's state is checked where they are compared with a fresh run each, in the tests.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from traitlets.config import Config

from pingyi.common import paths

CELL_TIMEOUT = 900
"""Seconds after which a cell that does not end is reported as failed."""

QUIET = Config({"KernelManager": {"transport_encryption": "auto"}})
"""Without it newer kernels print a warning at each start."""

WATCHED = ("import pingyi.pipeline.watch; pingyi.pipeline.watch.begin()", "get_ipython().system_raise_on_error = True")
"""A thread that fails is noted; a line for the shell that fails is an error of its cell."""

AT_START = "import pingyi.desk.story"


@contextmanager
def shared_kernel(at_start: str = AT_START) -> Iterator[AsyncKernelManager]:
    """A kernel manager whose kernel is on its way; it ends with the block. at_start: what it imports before all."""
    manager = AsyncKernelManager(kernel_name="python3", config=QUIET)
    lines = [f"--IPKernelApp.exec_lines={line}" for line in (*WATCHED, at_start)]
    run_sync(manager.start_kernel)(cwd=str(paths.root()), extra_arguments=lines)
    try:
        yield manager
    finally:
        if manager.has_kernel:
            run_sync(manager.shutdown_kernel)(now=True)
