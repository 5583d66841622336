"""The annual report's notebook: parts dropped, moved and added, and what becomes of them on page, paper and record."""

import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from pingyi.common import paths
from pingyi.common.faults import PingyiError, StageFailed
from pingyi.desk.year import Year
from pingyi.office.annual_page import PAGE, annual_files
from pingyi.office.annual_report import REPORT
from pingyi.office.issuance import Issue
from pingyi.pipeline.pipeline import Pipeline
from pingyi.plan.reader import read_plan
from pingyi.report.notebook_sections import TITLES, chosen_sections, told_sections
from pingyi.report.page import STORY, sections_of
from pingyi.results.result_tables import ResultTables
from pingyi.runs.added_sections import find_added, report_notebook
from pingyi.runs.folder import DATABASE, run_facts
from pingyi.scoring.review import Review
from tests import small
from tests.support import ROOT

pytestmark = pytest.mark.slow

STORED = ROOT / "notebooks" / "7_report.ipynb"
OWN = """best = year.query("select unit, total as 得分 from totals where standing = 'total' order by place, unit")
year.add_section("最好的单位", "{unit}得 {得分} 分。", table=best,
    figure=figures.named_bars(best, "unit", "得分", title="得分"))"""


def edited(folder, *own, drop=(), first=""):
    """The campaign's own copy of the notebook: parts dropped, one moved to the front, cells added."""
    notebook = nbformat.read(STORED, as_version=4)
    cells = [one for one in notebook.cells if not any(f'"{title}"' in one.source for title in drop)]
    moved = [one for one in cells if first and f'section("{first}")' in one.source]
    at = next(nth for nth, one in enumerate(cells) if one.source.startswith("year.section"))
    rest = [one for one in cells if one not in moved]
    notebook.cells = [*rest[:at], *moved, *rest[at:], *(new_code_cell(source) for source in own)]
    target = folder / "notebooks" / "small" / STORED.name
    target.parent.mkdir(exist_ok=True)
    nbformat.write(notebook, target)
    return target


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = small.project(tmp_path_factory.mktemp("year") / "project")
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        paths.root.cache_clear()
        yield folder
    paths.root.cache_clear()


@pytest.fixture(scope="module")
def plain(project):
    """A run with the program's own notebook."""
    return Pipeline("small").run()


@pytest.fixture(scope="module")
def own(project, plain):
    """A run with a notebook from which a part is dropped, in which one is moved and to which one is added."""
    copy = edited(project, OWN, drop=["评价"], first="排名")
    try:
        return Pipeline("small").run()
    finally:
        copy.unlink()


def book_of(run):
    return ResultTables(Review.resume(read_plan(run / "small.yaml"), run / DATABASE), run_facts(run))


def test_every_part_of_the_story_has_a_known_title(plain):
    book = book_of(plain.folder)
    assert set(told_sections(book)) <= set(TITLES)
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "pingyi" / "report").glob("*_sections.py"))
    assert [one for one in TITLES if f'"{one}"' not in source] == []
    assert len(TITLES) == len(STORY) + 1  # the month stands before the story
    book.review.close()


def test_the_programs_notebook_has_the_whole_story_and_nothing_added(plain):
    book = book_of(plain.folder)
    chosen = [one.title for one in chosen_sections(report_notebook(plain.folder), book)]
    assert [one for one in chosen if one in TITLES] == [one.title for one in sections_of(book)]
    assert "added_sections" not in run_facts(plain.folder)["run"]
    book.review.close()


def test_parts_dropped_moved_and_added_are_so_on_page_and_paper(plain, own):
    book = book_of(own.folder)
    notebook = report_notebook(own.folder)
    chosen = [one.title for one in chosen_sections(notebook, book)]
    assert chosen[0] == "排名"
    assert "评价" not in chosen
    assert chosen[-1] == "最好的单位（分析人员增加的一节）"
    files = annual_files(book, Issue(simulated=False), notebook)
    book.review.close()
    page = files[PAGE].decode()
    assert page.index(">排名</h2>") < page.index(">名录和日程</h2>")
    assert "甲科得 95.15" in page
    assert "year.query" not in page
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert [one for one in ("http://", "https://") if f'src="{one}' in page or f'href="{one}' in page] == []
    assert files[REPORT].startswith(b"%PDF")


def test_the_manifest_and_the_report_name_the_added_part_and_the_seal_does_not_hang_on_it(plain, own):
    assert run_facts(own.folder)["run"]["added_sections"] == find_added(report_notebook(own.folder), STORED)
    (added,) = run_facts(own.folder)["run"]["added_sections"]
    assert (added["kind"], added["title"], len(added["sha256"])) == ("分析人员增加的一节", "最好的单位", 64)
    assert own.seal == plain.seal
    report = (own.folder / "report.html").read_text(encoding="utf-8")
    assert "分析人员增加的一节" in report
    assert "最好的单位" in report


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ('year.query("update totals set place = 1")', "只能查询"),
        ('year.query("select * from tally")', "小票数"),
        ('year.section("没有的")', "报告没有"),
        ('year.add_section("电话", "请打 13800138000")', "手机号"),
    ],
    ids=["writes", "votes", "unknown", "person"],
)
def test_a_cell_that_writes_or_names_a_person_is_refused(plain, source, why):
    book = book_of(plain.folder)
    year = Year(book.review, "small", str(plain.folder))
    with pytest.raises(PingyiError, match=why):
        exec(source, {"year": year})
    book.review.close()


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ('year.add_section("电话", "请打 13800138000")', "手机号"),
        (
            "from pathlib import Path\n(Path(run) / 'facts' / 'events.parquet').write_bytes(b'')\nprint(1)",
            "改动了这次运行的文件",
        ),
    ],
    ids=["person", "touches"],
)
def test_a_run_does_not_end_with_an_added_part_that_is_refused(project, source, why):
    copy = edited(project, source)
    try:
        with pytest.raises(StageFailed, match=why):
            Pipeline("small").run()
    finally:
        copy.unlink()
        for part in (project / "reports" / "small").glob("*.part"):
            shutil.rmtree(part)


def test_cells_without_a_part_are_listed_too(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[new_code_cell("print(1)")])
    path = tmp_path / "one.ipynb"
    nbformat.write(notebook, path)
    (one,) = find_added(path, STORED)
    assert one["title"] == "没有标题的单元格"
