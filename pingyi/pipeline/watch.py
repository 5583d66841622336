"""Within a kernel: what a notebook would keep quiet about.

A cell ends well even where a thread that it started fails. So failures of threads are noted here, and the run asks for
them when the notebook is through.
"""

import threading
import traceback
from typing import Any

PATIENCE = 10.0
"""Seconds that threads of a notebook get to end after its last cell."""

POOLS = ("ThreadPoolExecutor", "asyncio")
"""Beginnings of the names of threads that wait for work and never end; what fails in them, their futures tell."""

noted: list[str] = []
there: set[int] = set()


def note_failures() -> None:
    """Note from now on which threads fail, and leave alone those that are there already."""
    there.update(thread.ident or 0 for thread in threading.enumerate())
    before = threading.excepthook

    def note(failed: threading.ExceptHookArgs) -> None:
        if failed.exc_type is not SystemExit:
            noted.append(traceback.format_exception_only(failed.exc_type, failed.exc_value)[-1].strip())
        before(failed)

    threading.excepthook = note


def collect_failures() -> str:
    """What went wrong since this was asked last, a line each; threads that the notebook began get time to end."""
    for thread in threading.enumerate():
        if _is_of_notebook(thread):
            thread.join(PATIENCE)
            if thread.is_alive():
                noted.append(f"{thread.name} still runs")
                there.add(thread.ident or 0)
    found = "\n".join(noted)
    noted.clear()
    return found


def _is_of_notebook(thread: Any) -> bool:
    known = thread.ident in there or thread is threading.current_thread() or thread is threading.main_thread()
    return not known and not thread.daemon and not thread.name.startswith(POOLS)
