"""`pingyi verify`: what it says of a run that is whole, and of runs that are not."""

import json
import shutil
from pathlib import Path

import pytest

from pingyi.common import paths
from pingyi.common.faults import PingyiError
from pingyi.common.files import code_sha256
from pingyi.pipeline.pipeline import Pipeline
from pingyi.pipeline.verify import RunDiffers, compare_again, find_difference, verify
from pingyi.runs.manifest import MANIFEST
from tests.quick import quick
from tests.small import project
from tests.support import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = project(tmp_path_factory.mktemp("verify") / "project")
    with quick(folder):
        yield folder, Pipeline("small").run()


@pytest.fixture
def run(made, tmp_path):
    """A copy of the run, far from plans and data."""
    copy = tmp_path / "别处" / "一次运行"
    shutil.copytree(made[1].folder, copy)
    return copy


def test_a_run_comes_out_again_from_its_folder_alone(made, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(paths, "root", lambda: tmp_path)
    folder, done = made
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    verdict = verify(run, seal=done.seal, inputs=folder / "data" / "small")
    assert verdict.wrong == []
    assert verdict.remarks == []
    lines = "\n".join(verdict.lines)
    for said in ("totals 排名：一致（12 行）", "campaign.duckdb：一致", "report.html：一致", "封签：与公布的相同"):
        assert said in lines
    assert "原始文件：5 个与运行时读到的一致" in lines
    tables = [path.stem for path in (run / "tables").iterdir()]
    assert [name for name in tables if f"  {name} " not in lines] == []
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before
    verdict.raise_if_wrong()


def wrong(run: Path, **asked) -> str:
    verdict = verify(run, again=False, **asked)
    with pytest.raises(RunDiffers, match="核对不一致") as differs:
        verdict.raise_if_wrong()
    assert differs.value.exit_code == 12
    return "\n".join(verdict.wrong)


def test_a_published_seal_tells_another_result(made, run):
    assert "这不是公布的那个结果" in wrong(run, seal="0" * 64)
    own = json.loads((run / MANIFEST).read_text(encoding="utf-8"))["sha256"]
    assert verify(run, seal=own, again=False).wrong == []


def test_each_change_is_named(made, run):
    (run / "tables" / "totals.csv").write_text("1", encoding="utf-8")
    (run / "tables" / "roster.csv").unlink()
    (run / "附.txt").write_text("1", encoding="utf-8")
    said = wrong(run)
    for line in ("文件被改动过：tables/totals.csv", "缺少文件：tables/roster.csv", "多出文件：附.txt"):
        assert line in said


def test_a_result_is_not_computed_from_facts_that_were_changed(run):
    path = run / "facts" / "counts.parquet"
    path.write_bytes(path.read_bytes()[:-9])
    assert any("没有重算：算出结果的 facts/counts.parquet 不是原来的" in line for line in verify(run).wrong)


def test_original_files_are_compared_where_they_are_still_there(made, run, tmp_path):
    data = shutil.copytree(made[0] / "data" / "small", tmp_path / "data")
    (data / "counts.csv").write_text("x", encoding="utf-8")
    (data / "events.csv").unlink()
    said = wrong(run, inputs=data)
    assert f"原始文件与运行时读到的不同：{data / 'counts.csv'}" in said
    assert f"缺少原始文件：{data / 'events.csv'}" in said


MANIFESTS = {
    "空白": lambda text: text + " ",
    "截断": lambda text: text[:-20],
    "空": lambda text: "",
    "列表": lambda text: "[]",
    "没有封签": lambda text: json.dumps({name: one for name, one in json.loads(text).items() if name != "files"}),
    "很深": lambda text: "[" * 100_000,
}


@pytest.mark.parametrize("how", MANIFESTS)
def test_a_manifest_that_is_not_as_written_is_found(how, run):
    path = run / MANIFEST
    path.write_text(MANIFESTS[how](path.read_text(encoding="utf-8")), encoding="utf-8")
    assert "清单" in wrong(run)


def other_program(monkeypatch):
    monkeypatch.setattr("pingyi.pipeline.verify.code_sha256", lambda: "0" * 64)
    monkeypatch.setattr("pingyi.pipeline.verify._installed_version", lambda name: "9")


def test_another_program_is_named_before_anything_is_computed_with_it(run, monkeypatch):
    assert any(one.startswith("程序：与运行时的相同（pingyi 0.") for one in verify(run, again=False).lines)
    other_program(monkeypatch)
    verdict = verify(run)
    assert verdict.wrong == []
    (told,) = [one for one in verdict.lines if one.startswith("程序：与运行时的不同：pingyi ")]
    assert "换成 9（000000000000）；duckdb " in told
    assert told.count("换成 9") == 8
    assert verdict.lines.index(told) < verdict.lines.index("重算：")
    assert verdict.lines[-1] == "程序不同，结果相同"
    assert code_sha256() != "0" * 64


def test_a_result_that_another_program_does_not_reach_is_not_called_the_same(run, monkeypatch):
    other_program(monkeypatch)
    (run / "tables" / "totals.csv").write_text("1", encoding="utf-8")
    assert verify(run).lines[-1] == "程序不同；结果不一致的，可能由此而来，也可能是改动过"


def test_a_table_that_the_earlier_program_did_not_know_is_no_difference(run, monkeypatch):
    other_program(monkeypatch)
    made = json.loads((run / MANIFEST).read_text(encoding="utf-8"))
    del made["files"]["log/timeline.csv"]
    (run / "log" / "timeline.csv").unlink()
    verdict = verify(run, again=False)
    compare_again(made, run, verdict, same_code=False)
    assert "  timeline 大事记：当时的程序没有这张表" in verdict.lines
    assert not any("timeline" in one for one in verdict.wrong if one.startswith("timeline"))


def test_what_is_no_finished_run_is_said(run):
    (run / MANIFEST).unlink()
    with pytest.raises(PingyiError, match="不是完成了的运行"):
        verify(run)


CELLS = {
    "第 3 行“b”：表里是“4”，重算是“5”；共 1 格不同": ("a,b\n1,2\n3,4\n", "a,b\n1,2\n3,5\n"),
    "表里 1 行，重算 2 行；第 3 行“a”：表里是“（没有这一格）”，重算是“3”；共 2 格不同": (
        "a,b\n1,2\n",
        "a,b\n1,2\n3,4\n",
    ),
    "各格的内容一致，但写法（引号、换行或编码标记）不同": ('a,b\n"1",2\n', "a,b\n1,2\n"),
    "第 1 行“a”：表里是“c”，重算是“a”；共 1 格不同": ("c\n1\n", "a\n1\n"),
}


@pytest.mark.parametrize("said", CELLS)
def test_a_difference_is_named_as_a_spreadsheet_shows_it(said):
    found, wanted = CELLS[said]
    assert find_difference(found.encode(), wanted.encode()) == said


def test_no_difference_is_none_and_what_is_no_text_is_said():
    assert find_difference(b"a\n1\n", b"a\n1\n") is None
    assert find_difference(b"\xff\xfe", b"a\n1\n") == "不是 UTF-8 的 CSV，读不出来"


def test_what_was_drawn_after_the_last_day_counts_again(tmp_path):
    folder = tmp_path / "project"
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    shutil.copytree(ROOT / "data" / "yuanba-2018", folder / "data" / "yuanba-2018")
    (folder / "parameters").mkdir()
    shutil.copy(ROOT / "parameters" / "yuanba-2018.yaml", folder / "parameters")
    with quick(folder, bare=True):
        run = Pipeline("yuanba-2018").run().folder
        assert "lot" in (run / "tables" / "totals.csv").read_text(encoding="utf-8")
        lines = "\n".join(verify(run).lines)
    for table in ("totals 排名", "list_entries 名单", "margins 离截止线多远", "outcomes 结果运用"):
        assert f"  {table}：一致" in lines
