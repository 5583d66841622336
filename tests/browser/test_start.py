"""The page where JupyterLab opens, in a real browser: choose a campaign, check its facts, run it, find its report."""

import shutil

import pytest

from pingyi.common import paths
from tests.browser.test_explore import MOVED, asked_outside, choose, chromium, jupyterlab, run_all, until
from tests.support import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

CAMPAIGN = "yuanba-2018"
SHOWN = "document.querySelector('.jp-NotebookPanel').innerText"
READY = "return [...document.querySelectorAll('.jupyter-button')].every(one => !one.disabled)"


def press(driver, label, tag="button"):
    """Click what bears this label."""
    from selenium.webdriver.common.by import By

    driver.find_element(By.XPATH, f"//{tag}[normalize-space()='{label}']").click()


def test_a_campaign_is_checked_and_run_from_the_start_page():
    copied, reports = ROOT / "reports" / "start.ipynb", paths.reports_folder(CAMPAIGN)
    before = set(reports.glob("*"))
    copied.parent.mkdir(exist_ok=True)
    shutil.copyfile(ROOT / "notebooks" / "0_start.ipynb", copied)
    try:
        with jupyterlab() as home, chromium() as driver:
            run_all(driver, home, "start.ipynb", 0)
            until(driver, "return document.querySelectorAll('.widget-dropdown select').length > 0", 120)
            choose(driver, "活动", text=CAMPAIGN)
            until(driver, f"return {SHOWN}.includes('方案可用') && {SHOWN}.includes('数据文件')")

            press(driver, "核对数据")
            until(driver, f"return {MOVED}.includes('完成。')", 120)
            assert "没有完成：" not in driver.execute_script(f"return {MOVED}")

            until(driver, READY)
            press(driver, "运行")
            until(driver, "return document.querySelector('.widget-hprogress').offsetHeight > 0")
            until(driver, f"return {MOVED}.includes('完成，用时')", 400)
            until(driver, READY)
            (run,) = {one.parent for one in reports.glob("*/manifest.json")} - before
            links = "return [...document.querySelectorAll('.jp-NotebookPanel a')].map(one => decodeURI(one.href))"
            until(driver, f"{links}.some(one => one.endsWith('{run.name}/report.html'))")
            press(driver, "打开最近一次运行的报告", "a")
            driver.switch_to.window(driver.window_handles[-1])
            until(driver, "return document.documentElement.textContent.includes('封签')")
            assert asked_outside(driver, home) == []
    finally:
        copied.unlink()
        for folder in set(reports.glob("*")) - before:
            shutil.rmtree(folder)
