"""What the office sees while a run goes on: one line a step, with its time."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

STEPS = 10
"""Steps of a full run: reading, seven notebooks, readings, writing."""


@contextmanager
def live(campaign: str) -> Iterator[Callable[[str, str], None]]:
    """A progress bar with the stage's name; steps that are done stay as lines above it."""
    console = Console(stderr=True, highlight=False)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(campaign, total=STEPS)
        began = time.perf_counter()

        def tell(event: str, title: str) -> None:
            nonlocal began
            if event == "begin":
                began = time.perf_counter()
                bar.update(task, description=title)
                return
            seconds = f"{time.perf_counter() - began:5.1f} 秒" if event == "done" else "上次已完成"
            console.print(f"  [green]✓[/green] {title}  [dim]{seconds}[/dim]")
            bar.advance(task)

        yield tell


@contextmanager
def counted(title: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar over things that are counted: told how many are done, and of how many."""
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, console=Console(stderr=True, highlight=False), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
