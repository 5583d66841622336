"""How tests are dealt out to workers: what leans on the same thing stays together, every other test stands alone."""

import re
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from pingyi.facts.intake import campaign

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("others", deadline=None)
settings.load_profile("same")
"""The suite asks the same examples each time: what fails is what was changed. `--hypothesis-profile=others` asks
others.
"""

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
    "year_notebook",
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


@pytest.fixture(autouse=True, scope="session")
def _no_waiting() -> Iterator[None]:
    """Facts that a test has just written count as written a while ago; waiting is asked for in one test alone."""
    with patch.object(campaign, "QUIET", 0.0):
        yield


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for a test; for intake one whose name is also a pattern that fits its neighbour, and not itself."""
    own = tmp_path_factory.mktemp(re.sub(r"\W", "_", request.node.name)[:30])
    if not request.path.name.startswith("test_intake"):
        return own
    (own / "a1 b 中文").mkdir()
    folder = own / "a[1] b 中文"
    folder.mkdir()
    return folder
