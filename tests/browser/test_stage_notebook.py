"""A stage's notebook in JupyterLab and a real browser: change a SELECT in a cell, run on, see marks and lists move."""

import json

import nbformat
import pytest

from pingyi.scoring import script
from tests.browser.test_explore import DONE, MOVED, asked_outside, chromium, jupyterlab, run_all, until
from tests.support import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

CHANGED = f"""%%step rating_rates
select * replace (rate // 2 as rate)
from (
{script.text("marks/rating_rates")}
)"""
"""The mean of every unit's votes, halved."""

INSERT = (
    "jupyterapp.shell.currentWidget.content.model.sharedModel.insertCell({at}, {{cell_type: 'code', source: {cell}}})"
)
BELOW = """const notebook = jupyterapp.shell.currentWidget.content;
notebook.activeCellIndex = {at};
jupyterapp.commands.execute('notebook:run-all-below')"""


def test_a_changed_select_moves_marks_and_lists():
    copied = ROOT / "reports" / "gate.ipynb"
    copied.parent.mkdir(exist_ok=True)
    notebook = nbformat.read(ROOT / "notebooks" / "3_marks.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace('campaign = "pingyang-2020"', 'campaign = "jizhou-2012"')
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    at = next(nth for nth, cell in enumerate(notebook.cells) if cell.source == 'review.step("rating_marks")')
    nbformat.write(notebook, copied)
    try:
        with jupyterlab() as home, chromium() as driver:
            run_all(driver, home, "gate.ipynb", 5)
            until(driver, f"const now = {MOVED}; return now.includes('下一个环节是')", 300)
            until(driver, DONE, 120)
            before = driver.execute_script(f"return {MOVED}")
            assert "试算" not in before
            driver.execute_script(INSERT.format(at=at, cell=json.dumps(CHANGED)))
            driver.execute_script(BELOW.format(at=at))
            until(
                driver,
                f"const now = {MOVED}; return now.includes('试算') && now.includes('得分') && now.includes('列入')",
                300,
            )
            until(driver, DONE, 120)
            after = driver.execute_script(f"return {MOVED}")
            assert "限期整改：列入" in after
            assert after.count("试算") > 10, "every step below says so"
            assert asked_outside(driver, home) == []
    finally:
        copied.unlink()
