"""A papermill engine that runs a notebook on a kernel that is there already, and leaves it running."""

import ast
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines
from papermill.iorw import write_ipynb

NAME = "shared-kernel"
ASKED = "__import__('pingyi.pipeline.watch', fromlist=['collect_failures']).collect_failures()"
"""What a kernel is asked when a notebook is through."""


class KeptQuiet(Exception):
    """Something failed that no cell shows: the text that was left of it."""


class SharedKernel(Engine):  # type: ignore[misc]
    """Runs a notebook on the kernel manager that is handed in as `km`; no cell may take longer than `limit` seconds.

    Papermill would write the whole notebook twice for each cell, a sixth of a run; here it is written once it is
    through, or has failed.
    """

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, km: AsyncKernelManager, limit: float, target: str, **_: Any
    ) -> None:
        """Run all cells; the kernel lives on. Raises: KeptQuiet where a thread failed."""
        client = PapermillNotebookClient(nb_man, km=km, kernel_name=kernel_name, timeout=limit)
        try:
            client.execute(cleanup_kc=False)
            quiet = _ask_for_failures(client)
        except BaseException:
            write_ipynb(nb_man.nb, target)
            raise
        finally:
            if client.kc is not None:
                client.kc.stop_channels()
        if quiet:
            raise KeptQuiet(quiet)


def _ask_for_failures(client: PapermillNotebookClient) -> str:
    """What failed in the kernel without a cell showing it; empty where nothing did."""
    asked = client.kc.execute("", silent=True, store_history=False, user_expressions={"failures": ASKED})
    reply = client.wait_for_reply(asked)
    answer = reply["content"].get("user_expressions", {}).get("failures", {})
    if answer.get("status") != "ok":
        return f"the kernel is not watched: {answer.get('evalue', 'no answer')}"
    return str(ast.literal_eval(answer["data"]["text/plain"]))


papermill_engines.register(NAME, SharedKernel)
