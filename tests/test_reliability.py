"""The small size of every figure of reliability; `python -m tests.reliability` runs the full one."""

import importlib

import pytest

from tests.reliability.__main__ import modules

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", modules())
def test_figures_hold(name):
    figures = list(importlib.import_module(f"tests.reliability.{name}").figures(full=False))
    assert figures
    assert [(str(figure), figure.wrong[:5]) for figure in figures if not figure.holds] == []
