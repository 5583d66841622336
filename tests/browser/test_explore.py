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


def run_all(driver, home, file, cells, seconds=120):
    """Open a notebook of `reports/`, and run all its cells once its kernel is there. cells: it has more of them."""
    driver.get(f"{home}/lab/tree/reports/{file}?reset")
    until(driver, f"return window.jupyterapp && document.querySelectorAll('.jp-CodeCell').length > {cells}")
    until(driver, IDLE, seconds)
    driver.execute_script("jupyterapp.commands.execute('notebook:run-all-cells')")


@contextmanager
def explored():
    """The notebook, every cell of it run, in a browser; and what was asked of other hosts meanwhile must be nothing."""
    with jupyterlab() as home, chromium() as driver:
        run_all(driver, home, "explore.ipynb", 5, seconds=60)
        until(driver, "return document.querySelectorAll('.noUi-handle').length > 1", 300)
        until(driver, DONE, 300)  # cells that still run move what stands on the page, and the drag misses
        yield driver
        assert asked_outside(driver, home) == []


def choose(driver, label, nth=None, text=""):
    """Choose in the picker of this label: the option at a place, or the first whose text holds some words."""
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import Select

    path = f"//div[contains(@class,'widget-dropdown')][label[normalize-space()='{label}']]/select"
    found = driver.find_element(By.XPATH, path)
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", found)
    picker = Select(found)
    texts = [one.text for one in picker.options]
    at = nth if nth is not None else next(place for place, one in enumerate(texts) if text in one)
    picker.select_by_index(at)
    return texts[at]


def drag(driver, handle, by):
    """Drag a slider and let it go; the seconds until what is shown of it is another."""
    from selenium.webdriver import ActionChains

    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", handle)
    time.sleep(1)
    before = driver.execute_script(f"return {MOVED}")
    ActionChains(driver).click_and_hold(handle).move_by_offset(by, 0).release().perform()
    start = time.time()
    until(driver, f"return {MOVED}.split('改为').length > {json.dumps(before)}.split('改为').length", 300)
    until(driver, f"return {MOVED}.includes('名次变动')")
    return time.time() - start


def test_an_analyst_explores_with_pickers_alone():
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.by import By

    with explored() as driver:
        unit = choose(driver, "单位", 20)
        until(driver, f"return {MOVED}.includes({json.dumps(unit)}) && {MOVED}.includes('怎样算出来')")

        choose(driver, "哪一项", text="服务对象")
        choose(driver, "哪一个数", text="自身得分占多少")
        driver.find_element(By.XPATH, "//button[normalize-space()='加上这条规则']").click()
        until(driver, "return document.querySelectorAll('.noUi-handle').length > 2")
        handles = driver.find_elements(By.CSS_SELECTOR, ".noUi-handle")
        for handle in handles[-2:]:
            print(f"from release to places moved: {drag(driver, handle, 60):.2f} s")

        listed = "[...document.querySelectorAll('.vega-embed svg text')].map(one => one.textContent)"
        listed += ".filter(one => /^\\d+.*（.*）.*分$/.test(one))"
        before = driver.execute_script(f"return {listed}")
        svg = driver.find_element(By.XPATH, "//*[name()='svg'][.//*[contains(text(), '框选单位')]]")
        driver.execute_script("arguments[0].scrollIntoView({block: 'start'})", svg)
        time.sleep(1)
        box = svg.size
        start = ActionChains(driver).move_to_element_with_offset(svg, -box["width"] // 4, -box["height"] // 4)
        start.click_and_hold().move_by_offset(120, 60).release().perform()
        after = until(
            driver, f"const now = {listed}; return JSON.stringify(now) !== {json.dumps(json.dumps(before))} && [now]"
        )[0]
        print(f"listed before {len(before)}, brushed {len(after)}: {after[:3]}")

        assert driver.execute_script("return document.querySelectorAll('.dt-paging, .dataTables_paginate').length") > 0
        menu = driver.find_element(By.CSS_SELECTOR, ".vega-embed details summary")
        driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", menu)
        driver.execute_script("arguments[0].parentElement.open = true", menu)
        time.sleep(1)  # the menu fades in, and what is faded out has no text for the driver
        links = {one.text: one for one in driver.find_elements(By.CSS_SELECTOR, ".vega-embed details[open] a")}
        assert list(links) == ["存为 SVG", "存为 PNG"]
        ActionChains(driver).move_to_element(links["存为 SVG"]).click_and_hold().perform()
        links = "[...document.querySelectorAll('.vega-embed details a')].map(one => one.href)"
        until(driver, f"return {links}.some(one => one.startsWith('blob:') || one.startsWith('data:'))")
