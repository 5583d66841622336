"""The notebook for exploring, in JupyterLab and a real browser: drag the slider, see places change.

Needs Chromium and its driver; `python -m pytest -m browser tests/browser` runs it, `.ci/run` does.
"""

import json
import shutil
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from socket import socket

import pytest

from pingyi.desk.lab import lab_command
from tests.support import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

EXPOSE = "--LabApp.expose_app_in_browser=True"
RULE = "components.client.ratings.few.below"
DONE = "return ![...document.querySelectorAll('.jp-InputPrompt')].some(one => one.textContent.includes('*'))"
"""Whether every cell that was asked to run has run."""
IDLE = "return jupyterapp.shell.currentWidget.sessionContext?.session?.kernel?.status === 'idle'"
MOVED = "[...document.querySelectorAll('.jp-OutputArea-output')].map(one => one.textContent).join('\\\n')"


def free_port():
    with socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def jupyterlab():
    """JupyterLab as `pingyi lab` starts it, and its address; the notebook is a copy, lest it be saved."""
    port, copied = free_port(), ROOT / "reports" / "explore.ipynb"
    copied.parent.mkdir(exist_ok=True)
    shutil.copyfile(ROOT / "notebooks" / "explore.ipynb", copied)
    with subprocess.Popen([*lab_command(port=port, browser=False), "--ServerApp.token=", EXPOSE], cwd=ROOT) as server:
        try:
            for _ in range(120):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/api", timeout=1)
                    break
                except OSError:
                    time.sleep(0.5)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            copied.unlink()


@contextmanager
def chromium():
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    quiet = (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--window-size=1400,1800",
        "--disable-background-networking",
    )
    for one in quiet:
        options.add_argument(one)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    try:
        yield driver
    finally:
        driver.quit()


def until(driver, script, seconds=60):
    """The first true answer of a script."""
    end = time.time() + seconds
    while time.time() < end:
        found = driver.execute_script(script)
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {script}")


def asked_outside(driver, home):
    messages = (json.loads(one["message"])["message"] for one in driver.get_log("performance"))
    urls = [one["params"]["request"]["url"] for one in messages if one["method"] == "Network.requestWillBeSent"]
    return [url for url in urls if url.startswith("http") and not url.startswith(home)]


def test_dragging_the_slider_moves_places():
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.by import By

    with jupyterlab() as home, chromium() as driver:
        driver.get(f"{home}/lab/tree/reports/explore.ipynb?reset")
        until(driver, "return window.jupyterapp && document.querySelectorAll('.jp-CodeCell').length > 5")
        until(driver, IDLE)
        driver.execute_script("jupyterapp.commands.execute('notebook:run-all-cells')")
        until(
            driver, "return document.querySelectorAll('.widget-slider, .jupyter-widgets .noUi-handle').length > 1", 40
        )
        until(driver, DONE, 180)  # cells that still run move what stands on the page, and the drag misses
        handle = driver.find_elements(By.CSS_SELECTOR, ".noUi-handle")[0]
        driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", handle)
        time.sleep(1)
        before = driver.execute_script(f"return {MOVED}")
        ActionChains(driver).click_and_hold(handle).move_by_offset(120, 0).release().perform()
        start = time.time()
        until(driver, f"const now = {MOVED}; return now !== {json.dumps(before)} && now.includes('名次变动')")
        seconds = time.time() - start
        print(f"from release to places moved: {seconds:.2f} s")
        until(driver, "return [...document.querySelectorAll('.vega-embed svg text, .vega-embed canvas')].length > 0")
        assert asked_outside(driver, home) == []
