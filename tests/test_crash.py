"""What goes wrong around a run: notebooks that lie, machines that refuse, clocks that go back, two at once."""

import io
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
from datetime import datetime
from functools import partial
from pathlib import Path

import duckdb
import nbformat
import pytest

from pingyi.common.faults import PingyiError, StageFailed, describe_os_error
from pingyi.common.files import held
from pingyi.facts.intake import read_facts
from pingyi.pipeline import notebook as notebooks
from pingyi.pipeline import pipeline
from pingyi.pipeline.notebook import is_whole, run_notebook, shared_kernel
from pingyi.pipeline.pipeline import Pipeline
from pingyi.runs.folder import RunFolder, RunIsBusy, latest_run, next_number
from pingyi.runs.manifest import MANIFEST
from tests.quick import quick
from tests.small import project

pytestmark = pytest.mark.slow

BARE = partial(shared_kernel, "pass")
"""A kernel that imports nothing of ours but the watch."""


@pytest.fixture(scope="module")
def bare_kernel():
    with BARE() as manager:
        yield manager


@pytest.fixture
def small(tmp_path):
    return project(tmp_path / "project")


def notebook(folder: Path, *cells: str, tags: tuple[str, ...] = ("parameters",)) -> Path:
    """A notebook with a cell of parameters, a cell that shows something, and some more."""
    first = nbformat.v4.new_code_cell("campaign = ''", metadata={"tags": list(tags)})
    made = nbformat.v4.new_notebook(cells=[first, *(nbformat.v4.new_code_cell(source) for source in cells)])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = folder / "本.ipynb"
    nbformat.write(made, path)
    return path


def run(source: Path, manager, limit: float = 60) -> Path:
    target = source.with_name("done.ipynb")
    parameters = {"campaign": "small"}
    run_notebook(source, target, parameters, title="核对名录", kernel=manager, limit=limit, folder=source.parent)
    return target


def test_a_notebook_that_runs_is_whole(tmp_path, bare_kernel):
    source = notebook(tmp_path, "print(campaign)", "x = !echo 1\nprint(x)", "!true")
    assert is_whole(run(source, bare_kernel))
    assert not is_whole(tmp_path / "nothing.ipynb")
    (tmp_path / "cut.ipynb").write_bytes((tmp_path / "done.ipynb").read_bytes()[:900])
    assert not is_whole(tmp_path / "cut.ipynb")


THREAD = "import threading\ndef fail(): raise ValueError('线程里的错')\nthreading.Thread(target=fail).start()"
SLOW = "import threading, time\ndef fail(): time.sleep(0.4); raise ValueError('晚来的错')\n"
SLOW += "threading.Thread(target=fail).start()"
LIES = {
    "exit": (["print(1)", "import sys\nsys.exit(0)", "print(2)"], "SystemExit"),
    "exit at the end": (["print(1)", "import sys\nsys.exit(0)"], "SystemExit"),
    "error": (["print(1)", "1 / 0"], "division by zero"),
    "thread": (["print(1)", THREAD], "线程里的错"),
    "slow thread": (["print(1)", SLOW], "晚来的错"),
    "shell": (["print(1)", "!exit 3"], "exit status 3"),
    "shell with output": (["print(1)", "x = !ls /nowhere"], "exit status 2"),
    "script": (["print(1)", "%%bash\nfalse"], "exit status 1"),
    "swallowed": (["%%capture\nprint(1)"], "输出可能被吞掉"),
    "disk": (["print(1)", "raise OSError(28, 'No space left on device')"], "磁盘满了；请腾出空间"),
    "does not parse": (["print(1)", "if if"], "invalid syntax"),
}


def lied(source: Path, manager, said: str, limit: float = 60) -> None:
    with pytest.raises(StageFailed) as failed:
        run(source, manager, limit)
    told = str(failed.value)
    assert said in told
    assert "“核对名录”没有完成" in told
    assert "以前的报告都还在" in told
    assert "--resume" in told
    assert "Traceback" not in told
    assert not source.with_name("done.ipynb").exists()


@pytest.mark.parametrize("lie", LIES)
def test_a_notebook_that_lies_has_failed(lie, tmp_path, bare_kernel):
    cells, said = LIES[lie]
    lied(notebook(tmp_path, *cells), bare_kernel, said)


def test_an_endless_cell_has_failed(tmp_path, monkeypatch):
    monkeypatch.setattr(notebooks, "shared_kernel", BARE)
    lied(notebook(tmp_path, "print(1)", "while True: pass"), None, "超过 1 秒", limit=1)


DEAD = ["import os\nos._exit(0)", f"import os, signal\nos.kill(os.getpid(), {int(signal.SIGKILL)})"]


@pytest.mark.parametrize("cell", DEAD)
def test_a_kernel_that_dies_has_failed(cell, tmp_path, monkeypatch):
    monkeypatch.setattr(notebooks, "shared_kernel", BARE)
    lied(notebook(tmp_path, "print(1)", cell, "print(2)"), None, "内核中途停了")


def test_a_kernel_of_its_own_is_watched_too(tmp_path, monkeypatch):
    monkeypatch.setattr(notebooks, "shared_kernel", BARE)
    lied(notebook(tmp_path, "print(1)", THREAD), None, "线程里的错")


def test_a_notebook_edited_by_hand_says_what_is_wrong_with_it(tmp_path):
    source = notebook(tmp_path, "print(1)", tags=())
    lied(source, None, "笔记本 本.ipynb 的参数应为 campaign，现为 没有")
    source.write_text(source.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    lied(source, None, "笔记本 本.ipynb 读不出来")
    source.write_text('{"cells": 1}', encoding="utf-8")
    lied(source, None, "笔记本 本.ipynb 读不出来")
    source.unlink()
    lied(source, None, "没有笔记本 本.ipynb")


def test_a_notebook_that_leaves_its_stage_out_is_found_out(small):
    def nothing(source, target, parameters, **_):
        shutil.copyfile(source, target)

    with quick(small, bare=True):
        pipeline.run_notebook = nothing
        with pytest.raises(StageFailed, match="没有这些环节的结果：核对名录、清点评价"):
            Pipeline("small").run()
    assert list((small / "reports" / "small").glob(f"*/{MANIFEST}")) == []


def test_what_an_unfinished_run_works_on_is_checked_before_it_goes_on(small):
    def stop(*_, **__):
        raise StageFailed("停")

    with quick(small, bare=True):
        working, pipeline.run_notebook = pipeline.run_notebook, stop
        with pytest.raises(StageFailed, match="停"):
            Pipeline("small").run()
        pipeline.run_notebook = working
        (part,) = (small / "reports" / "small").glob("*.part")
        path = part / "facts" / "counts.parquet"
        kept = path.read_bytes()
        path.write_bytes(kept[:99] + b"x" + kept[100:])
        with pytest.raises(StageFailed, match=r"facts/counts.parquet 缺失、损坏或被改动过"):
            Pipeline("small").run(resume=True)
        path.write_bytes(kept)
        done = Pipeline("small").run(resume=True)
    assert done.folder.name == part.name.removesuffix(".part")
    assert not part.exists()
    assert {path.name for path in done.folder.iterdir()} >= {MANIFEST, "tables", "facts"}
    assert {path.name for path in done.folder.iterdir()} & {"lock", "inputs.json"} == set()


def test_a_clock_set_back_does_not_make_an_old_run_the_latest(small):
    class Early(datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2019, 1, 1)

    reports = small / "reports" / "small"
    with quick(small, bare=True):
        first = Pipeline("small").run().folder
        pipeline.datetime, kept = Early, pipeline.datetime
        try:
            second, third = Pipeline("small").run().folder, Pipeline("small").run().folder
        finally:
            pipeline.datetime = kept
        assert (second.name, third.name) == ("2019-01-01-000000", "2019-01-01-000000-2")
        assert second.name < first.name
        assert latest_run(reports) == third
        assert next_number(reports) == 4
        (first / MANIFEST).write_text("{", encoding="utf-8")
        with pytest.raises(PingyiError, match=r"manifest.json 读不出来，可能损坏或被改动过"):
            latest_run(reports)
        assert next_number(reports) == 4, "a run that cannot be read does not stop the next one"


def _hold(folder, ready, done):
    with RunFolder(folder).held():
        ready.set()
        done.wait(30)


def test_two_runs_at_once_get_folders_of_their_own_and_one_run_is_done_by_one(tmp_path):
    moment = datetime(2020, 12, 15, 9, 30)
    one, two = (RunFolder.new(tmp_path, moment) for _ in range(2))
    assert one.work != two.work
    fork = multiprocessing.get_context("spawn")
    ready, done = fork.Event(), fork.Event()
    other = fork.Process(target=_hold, args=(one.final, ready, done))
    other.start()
    assert ready.wait(30)
    with pytest.raises(RunIsBusy, match=rf"另一个进程（编号 {other.pid}）正在做这一次运行"), one.held():
        pass
    other.kill()
    other.join()
    assert (one.work / "lock").exists(), "it was killed"
    with one.held():
        assert (one.work / "lock").read_text() == str(os.getpid())
    (one.work / "lock").write_text("1")
    with held(one.work / "lock", RunIsBusy):
        pass  # the number of a process that lives, but holds nothing


TROUBLES = {
    "磁盘满了：/x/y；请腾出空间": OSError(28, "No space left on device", "/x/y"),
    "这个位置只能读、不能写": OSError(30, "Read-only file system"),
    "没有写入或读取的权限：/x": PermissionError(13, "Permission denied", "/x"),
    "磁盘读写出错": OSError(5, "Input/output error"),
    "数据库正被另一个程序使用（进程编号 12）：/x/c.duckdb": duckdb.IOException(
        'IO Error: Could not set lock on file "/x/c.duckdb": Conflicting lock is held in /usr/bin/python3.11 (PID 12).'
    ),
    "数据库文件损坏": duckdb.IOException("IO Error: The file is not a valid DuckDB database file!"),
    "内存不够": MemoryError(),
    "找不到文件或文件夹：/x": FileNotFoundError(2, "No such file or directory", "/x"),
}


@pytest.mark.parametrize("said", TROUBLES)
def test_what_the_machine_refuses_is_said_in_chinese(said):
    assert (describe_os_error(TROUBLES[said]) or "").startswith(said)


def test_what_our_code_got_wrong_is_not_blamed_on_the_machine():
    assert describe_os_error(KeyError("no space left")) is None
    assert describe_os_error(ValueError("Permission denied")) is None


DAMAGED = {
    "parquet": ("counts.parquet", lambda good: good[: len(good) // 2]),
    "parquet, a byte": ("counts.parquet", lambda good: good[:20] + b"\xff\xff\xff" + good[23:]),
    "xlsx": ("counts.xlsx", lambda good: good[: len(good) // 2]),
    "csv": ("counts.csv", lambda good: good[: len(good) // 2]),
}


def test_damaged_files_are_refused_and_nothing_else_happens(small):
    data = small / "data" / "small"
    csv = data / "counts.csv"
    with quick(small, bare=True):
        first = Pipeline("small").run().folder
        before = {path: path.read_bytes() for path in first.rglob("*") if path.is_file()}
        plan = pipeline.read_plan(small / "parameters" / "small.yaml")
        frame = read_facts(data, plan).tables["counts"].select("method", "unit", "level", "votes", "cycle", "channel")
        kept = csv.read_bytes()
        for kind, (name, damage) in DAMAGED.items():
            good = _file(kind, frame, csv)
            csv.unlink()
            (data / name).write_bytes(damage(good))
            with pytest.raises(PingyiError) as refused:
                Pipeline("small").run()
            assert name in str(refused.value), kind
            assert {path: path.read_bytes() for path in first.rglob("*") if path.is_file()} == before
            (data / name).unlink()
            csv.write_bytes(kept)
        assert Pipeline("small").run().folder.exists()


def _file(kind, frame, csv):
    made = io.BytesIO()
    if kind.startswith("parquet"):
        frame.write_parquet(made)
    elif kind == "xlsx":
        frame.write_excel(made)
    else:
        return csv.read_bytes()
    return made.getvalue()


def test_a_database_in_use_is_not_a_traceback(small):
    with quick(small, bare=True):
        done = Pipeline("small").run().folder
    script = (
        f"import duckdb, time; c = duckdb.connect({str(done / 'campaign.duckdb')!r}); print(1, flush=True); input()"
    )
    words = [sys.executable, "-c", script]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "1\n"
        with pytest.raises(duckdb.Error) as locked:
            duckdb.connect(str(done / "campaign.duckdb"))
        assert (describe_os_error(locked.value) or "").startswith(f"数据库正被另一个程序使用（进程编号 {other.pid}）")
        other.stdin.write("\n")
        other.stdin.flush()
    assert json.loads((done / MANIFEST).read_text(encoding="utf-8"))["seal"]
