"""The command line as the office uses it, on a small project in a folder of its own."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests.small import project, write


def pingyi(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a verb; whatever happens, no traceback reaches the office."""
    done = subprocess.run(
        [sys.executable, "-m", "pingyi.cli", *words], cwd=folder, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done


@pytest.fixture
def small(tmp_path):
    return project(tmp_path / "project")


def runs(folder):
    return sorted(path for path in (folder / "reports" / "small").glob("*") if path.suffix != ".part")


def content(folder):
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_run_makes_a_report_and_a_second_one_the_same_tables(small):
    first = pingyi(small, "run", "small")
    assert first.returncode == 0, first.stderr
    assert "report.html" in first.stdout
    (one,) = runs(small)
    before = content(one)
    names = {str(path) for path in before}
    assert {"report.html", "manifest.json", "campaign.duckdb", "tables/totals.csv", "tables/codebook.csv"} <= names
    assert {f"notebooks/{name}.ipynb" for name in ("1_roster", "4_shortlist", "7_report")} <= names
    assert pingyi(small, "run", "small", "--isolated").returncode == 0
    one, two = runs(small)
    assert content(one) == before
    assert content(one / "tables") == content(two / "tables")
    manifest = json.loads((two / "manifest.json").read_text(encoding="utf-8"))
    assert {one["file"] for one in manifest["inputs"]} == {"units.csv", "counts.csv", "events.csv", "ratings.csv"}
    assert all(len(one["sha256"]) == 64 for one in manifest["inputs"])


def broken(folder, name, source):
    """Plant a cell in a notebook; returns what undoes it."""
    path = folder / "notebooks" / f"{name}.ipynb"
    kept = path.read_bytes()
    notebook = nbformat.reads(kept.decode(), as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(source))
    nbformat.write(notebook, path)
    return lambda: path.write_bytes(kept)


def test_a_failed_run_says_where_keeps_what_was_and_is_resumed(small):
    mend = broken(small, "5_standing", "raise ValueError('某处出错')")
    failed = pingyi(small, "run", "small")
    assert failed.returncode == 5
    assert "“综合排名与名单”没有完成" in failed.stderr
    assert "某处出错" in failed.stderr
    assert runs(small) == []
    mend()
    done = pingyi(small, "run", "small", "--resume")
    assert done.returncode == 0, done.stderr
    assert "上次已完成" in done.stderr
    assert len(runs(small)) == 1


@pytest.mark.parametrize("source", ["import sys\nsys.exit(0)", "import os\nos._exit(1)"])
def test_a_notebook_that_lies_is_found_out(small, source):
    broken(small, "1_roster", source + "\n")
    failed = pingyi(small, "run", "small")
    assert failed.returncode == 5, failed.stdout
    assert "核对名录" in failed.stderr
    assert runs(small) == []


def test_a_check_that_does_not_hold_stops_the_run(small):
    path = small / "parameters" / "small.yaml"
    text = path.read_text(encoding="utf-8").replace("units:\n", "units:\n  published:\n  - {count: 9, clause: 二}\n", 1)
    path.write_text(text, encoding="utf-8")
    failed = pingyi(small, "run", "small")
    assert failed.returncode == 5
    assert "名录与方案公布的数字相符" in failed.stderr
    assert "公布 9、名录 8" in failed.stderr


def test_bad_facts_are_refused_at_once_and_nothing_changes(small):
    write(
        small,
        "counts",
        ["method,unit,level,votes,cycle,channel", "client,申,很满意,5,上半年,电话", "client,甲,满意,x,上半年,微信"],
    )
    before = content(small)
    for verb in ("check", "run"):
        failed = pingyi(small, verb, "small")
        assert failed.returncode == 4
        for said in (
            "第 2 行“unit”：读到“申”",
            "第 2 行“level”：读到“很满意”，应为 满意、基本满意、不满意 之一",
            "第 3 行“votes”",
            "第 3 行“channel”",
        ):
            assert said in failed.stderr
        assert "未导入任何一行" in failed.stderr
    assert content(small) == before


def test_a_bad_plan_is_refused_with_line_and_path(small):
    path = small / "parameters" / "small.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("full: '80'", "full: '81'"), encoding="utf-8")
    failed = pingyi(small, "check", "small")
    assert failed.returncode == 3
    assert "components.daily.full：读到“81”，应等于各下级满分之和 80" in failed.stderr


def test_an_unknown_campaign_names_the_nearest(small):
    failed = pingyi(small, "run", "smal")
    assert (failed.returncode, "相近的有 small" in failed.stderr) == (2, True)


def test_list_and_check_say_what_there_is(small):
    assert "small  小活动（有数据，已运行 0 次）" in pingyi(small, "list").stdout
    said = pingyi(small, "check", "small").stdout
    assert "counts.csv：收到 48 行 = 采用 48 + 退回 0 + 重复 0" in said
    assert "数据可用" in said


@pytest.mark.parametrize("verb", ["list", "check", "run", "simulate", "lab", "refresh", "schema"])
def test_every_verb_has_help_with_an_example(small, verb):
    said = pingyi(small, verb, "--help").stdout
    assert f"例：pingyi {verb}" in said


def test_simulated_facts_never_overwrite_real_ones(small):
    before = content(small)
    failed = pingyi(small, "simulate", "small")
    assert failed.returncode != 0
    assert content(small) == before
    for path in (small / "data" / "small").glob("*.csv"):
        if path.name != "units.csv":
            path.unlink()
    assert pingyi(small, "simulate", "small").returncode == 0
    assert pingyi(small, "check", "small").returncode == 0
    assert "模拟数据" in pingyi(small, "list").stdout
    shutil.rmtree(small)
