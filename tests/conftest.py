"""How tests are dealt out to workers: what leans on the same thing stays together, every other test stands alone."""

import pytest
from xdist.scheduler import LoadScopeScheduling

LEANING = (
    "hostile",
    "command_line",
    "intake_office",
    "simulate",
    "letters",
    "verify",
    "disclosure",
    "notice",
    "explained",
)
"""Test files whose tests share something that takes seconds to make: a run, a campaign, all its documents."""


class LeaningTogether(LoadScopeScheduling):
    """One worker runs a notebook, or a file whose tests share a run; single tests go to whichever is free."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::")[0]
        together = file.endswith(".ipynb") or file.removeprefix("tests/test_").removesuffix(".py") in LEANING
        return file if together else nodeid


@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LeaningTogether:
    """Take the place of xdist's own schedulers."""
    return LeaningTogether(config, log)
