"""`python -m tests.reliability [MODULE …] [--small]`: figures of reliability, at full size unless told otherwise."""

import argparse
import importlib
import pkgutil
import sys
import time

from tests import reliability

OWN = ("__main__", "figure")
SHOWN = 5
"""Tries that went wrong and are printed."""


def modules() -> list[str]:
    """The names of all modules with figures."""
    return sorted(one.name for one in pkgutil.iter_modules(reliability.__path__) if one.name not in OWN)


def main() -> int:
    """Print each figure as it comes; 1 where one does not hold."""
    asked = argparse.ArgumentParser(prog="python -m tests.reliability")
    asked.add_argument("modules", nargs="*", help=f"of {', '.join(modules())}; all without")
    asked.add_argument("--small", action="store_true", help="the size that the suite runs")
    told = asked.parse_args()
    failed = False
    for name in told.modules or modules():
        start = time.perf_counter()
        for figure in importlib.import_module(f"tests.reliability.{name}").figures(full=not told.small):
            print(f"{name}: {figure}", *figure.wrong[:SHOWN], sep="\n     ", flush=True)
            failed |= not figure.holds
        print(f"{name}: {time.perf_counter() - start:.1f} s", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
