"""What breaks, tried on purpose: one module for each way to break things, counted at two sizes.

Every module has `figures(full)`, which yields a `Figure` for each thing that it tried. The suite runs them small
(`tests/test_reliability.py`); `python -m tests.reliability [MODULE …]` runs them at full size and prints the figures.
"""

from tests.reliability.figure import Figure

__all__ = ["Figure"]
