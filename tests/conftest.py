"""How tests are dealt out to workers: the cells of a notebook lean on each other, every other test stands alone."""

import pytest
from xdist.scheduler import LoadScopeScheduling


class CellsTogether(LoadScopeScheduling):
    """One worker runs a notebook; single tests go to whichever is free."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.split("::")[0] if ".ipynb::" in nodeid else nodeid


@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> CellsTogether:
    """Take the place of xdist's own schedulers."""
    return CellsTogether(config, log)
