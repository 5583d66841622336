"""What an analyst does with a stage notebook: look at a step, ask in SQL, try another rule, go back."""

import os
import re
from unittest.mock import patch
from urllib.parse import quote

import nbformat
import polars as pl
import pytest

from pingyi import figures
from pingyi.common import paths
from pingyi.common.faults import PlanFaults
from pingyi.desk import magics, pickers, start, working_copies
from pingyi.desk.lab import lab_command, refuse_stored
from pingyi.desk.step_view import TRIAL, tables_read, words_of_time
from pingyi.desk.step_words import INNER, head_of, step_texts
from pingyi.desk.workbench import NotTried, Workbench
from pingyi.report.page import write_page
from pingyi.results.result_tables import ResultTables
from pingyi.runs.folder import write_tables
from pingyi.scoring import script
from pingyi.scoring.review import NotPublished, Review
from pingyi.scoring.stages import STAGES, statements_of
from tests import small

pytestmark = pytest.mark.slow

WITHOUT = f"select * from ({script.text('tally/kept_counts')}) where unit <> '甲' or level <> '满意'"
"""A step changed: the first unit loses its best votes."""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    here, folder = os.getcwd(), small.project(tmp_path_factory.mktemp("workbench") / "project")
    os.chdir(folder)
    paths.root.cache_clear()
    yield folder
    os.chdir(here)
    paths.root.cache_clear()


@pytest.fixture(scope="module")
def opened(project):
    return Workbench("small")


@pytest.fixture
def bench(opened):
    yield opened
    opened.reset()
    opened.at = ""


def html(shown):
    return shown.data["text/html"]


def seen(shown):
    """What a reader sees with the SQL folded."""
    things = [one.data for one in getattr(shown, "things", [shown])]
    texts = [one.get("text/html") or one.get("text/markdown") or one["text/plain"] for one in things]
    folded = re.sub(r"<details>.*?</details>|<style.*?</style>", " ", " ".join(texts), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", folded))


def best(bench):
    return bench.query("select unit as 单位 from list_entries where list = '先进' and draw = 0")["单位"].to_list()


def mark(bench, unit="甲科"):
    found = bench.query(
        "select unit as 单位, marks as 得分 from component_marks where component = 'client' and draw = 0"
    )
    return found.filter(pl.col("单位") == unit)["得分"][0]


def test_a_step_shows_its_statement_what_it_read_what_it_made_and_what_it_must_satisfy(bench):
    bench.stage("tally")
    shown = bench.step("kept")
    assert "<details><summary>看这一步的 SQL（" in html(shown)
    assert "adjudicated_ratings" in re.search(r"<details>.*?</details>", html(shown), re.DOTALL)[0]
    text = seen(shown)
    assert "计入的评价" in text
    assert "读：方案、逐条认定" in text
    assert "得到 4 行；用时不到 10 秒" in text
    assert "✓ 成立" in text
    assert "甲科" in text


@pytest.mark.parametrize("stage", STAGES)
def test_no_code_is_seen_where_people_read(bench, stage):
    bench.stage(stage)
    there = bench._tables()
    steps = [one.rsplit("/", 1)[-1] for one in statements_of(stage)]
    texts = [seen(bench.step(one)) for one in steps if one in step_texts() and script.table_of(one) in there]
    texts += [seen(bench.checks()), seen(bench.next_stage()), seen(bench.steps())]
    codes = r"\b(client|check|ballot|found|node|ratings|few|none_mean|plus|organ)\b"
    assert [found for text in texts if (found := re.findall(codes, text))] == []


def test_the_next_stage_is_one_that_the_plan_has_something_for(bench):
    """A plan without shortlists goes from marks to standings at once."""
    bench.stage("marks")
    assert "下一个环节是 确定候选名单" in seen(bench.next_stage())
    without = bench.review.plan.model_copy(update={"shortlists": []})
    with patch.object(bench.review, "plan", without):
        assert "下一个环节是 综合排名与名单" in seen(bench.next_stage())


def test_every_step_and_column_has_a_name(bench):
    bench.stage("outcomes")
    connection = bench.review.run.connection
    names = {one.rsplit("/", 1)[-1] for stage in STAGES for one in statements_of(stage)} - {"carried_as_listed"}
    names -= {"carried_entries", *script.names("outcomes/notices")}
    assert names <= set(step_texts())
    tables = [one for one in names & bench._tables() if one not in ("steps", "times", "round")]
    columns = {column for one in tables for column in connection.table(one).columns}
    assert sorted(one for one in columns if head_of(one) == one and one not in INNER) == []


def test_a_clause_has_the_numbers_of_the_plan(bench):
    bench.stage("marks")
    keys = ("full", "ratings.levels", "ratings.few")
    assert "少于多少人 5，自身得分占多少 0.3" in seen(bench.clause("ratings", *keys))
    bench.with_plan({"components.client.ratings.few.below": 9, "components.client.ratings.levels.基本满意": "0.5"})
    text = seen(bench.clause("ratings", *keys))
    assert "少于多少人 9" in text
    assert "基本满意 0.5" in text
    assert seen(bench.clause("measures")).endswith("方案没有这样的规定。")
    with pytest.raises(NotTried, match="shortlists"):
        bench.clause("shortlist")


def test_a_query_finds_words_and_marks(bench):
    bench.stage("marks")
    frame = bench.query(
        "select unit as 单位, component as 指标, exact, rule as 计分办法 from rating_marks where draw = 0"
    )
    assert frame["单位"][0].endswith("科")
    assert "服务对象评价" in set(frame["指标"])
    assert 0 < frame["exact"].max() <= 30, "分, not atoms"
    assert set(frame["计分办法"]) == {"按自身得分"}
    said = bench.say(frame.head(1), "{单位}得 {exact} 分", lead="看：")
    assert re.fullmatch(r"看：.科得 [\d.]+ 分。", seen(said))
    assert seen(bench.say(frame.clear(), "{单位}", none="没有。")) == "没有。"


@pytest.mark.parametrize(
    "text",
    [
        "insert into draws values (9)",
        "drop table roster",
        "update roster set name = 'x'",
        "create table mine as select 1",
        "select 1; delete from roster",
        "copy roster to 'out.csv'",
        "with gone as (delete from roster returning *) select * from gone",
        "set threads = 1",
    ],
)
def test_a_query_that_writes_is_refused(bench, text, project):
    bench.stage("roster")
    with pytest.raises(NotTried, match=r"这里只能查询|这条语句不能用"):
        bench.query(text)
    assert bench.query("select count(*) as 单位数 from roster")["单位数"].to_list() == [8]
    assert not (project / "out.csv").exists()


def test_what_there_is_not_is_said_with_what_is_near(bench):
    bench.stage("tally")
    with pytest.raises(NotTried, match="没有步骤“kep”；相近的有 kept"):
        bench.step("kep")
    with pytest.raises(NotTried, match="没有环节“marked”；相近的有 marks"):
        bench.stage("marked")
    with pytest.raises(NotTried, match="naem"):
        bench.query("select naem from roster")


def test_a_changed_statement_moves_a_mark_and_a_final_list(bench):
    bench.stage("standing")
    before, first = mark(bench), best(bench)
    assert first == ["甲科"]
    bench.stage("tally")
    shown = bench.try_step("kept_counts", WITHOUT)
    text = seen(shown)
    assert TRIAL in text
    assert "先进：" in text
    assert "where unit &lt;&gt; " in text
    assert bench.tried
    bench.stage("standing")
    assert mark(bench) < before
    assert best(bench) != first
    every = (bench.stage("standing"), bench.step("totals"), bench.checks(), bench.clause("standings"), bench.changes())
    assert all(TRIAL in seen(one) for one in every)
    frame = bench.query("select list as 名单, count(*) as 单位数 from list_entries group by all")
    drawn = bench.draw(figures.bars(frame, rows="名单", number="单位数", title="名单"))
    assert drawn.things[0].data["text/plain"]
    assert drawn.things[0].data["application/vnd.vegalite.v5+json"]["title"]["text"].startswith(TRIAL)


def test_going_back_leaves_nothing_of_a_trial(bench):
    bench.stage("standing")
    before, rows = (mark(bench), best(bench)), bench.official.table("component_marks")
    bench.stage("tally")
    bench.try_step("kept_counts", WITHOUT)
    assert bench.official.table("component_marks").equals(rows), "the review itself is untouched"
    bench.reset()
    assert not bench.tried
    bench.stage("standing")
    assert (mark(bench), best(bench)) == before
    assert TRIAL not in seen(bench.step("totals"))
    assert "没有改动" in seen(bench.changes())


def test_a_trial_says_which_checks_it_breaks(bench):
    bench.stage("tally")
    bench.try_step("kept_counts", WITHOUT)
    assert "不成立" in seen(bench.checks())


def test_a_trial_that_cannot_be_leaves_the_one_before(bench):
    bench.stage("tally")
    bench.try_step("kept_counts", WITHOUT)
    with pytest.raises(NotTried, match="这条语句不能用"):
        bench.try_step("kept_counts", "select nothing from nowhere")
    with pytest.raises(NotTried, match="这里只能查询"):
        bench.try_step("kept_counts", "delete from roster")
    with pytest.raises(PlanFaults, match="方案里没有这条路径"):
        bench.with_plan({"components.cliant.full": 1})
    assert list(bench.texts) == ["tally/kept_counts"]
    assert not bench.patch


def test_another_number_of_the_plan_moves_a_list_and_is_listed(bench):
    bench.stage("shortlist")
    text = seen(bench.with_plan({"shortlists.候选.take": 2}))
    assert "shortlists.候选.take 改为 2" in re.sub(r"\s+", " ", text)
    assert "候选：" in text
    assert bench.query("select count(*) as 单位数 from list_entries where list = '候选'")["单位数"].to_list() == [2]


def test_nothing_of_a_trial_is_published(bench, tmp_path):
    bench.stage("outcomes")
    bench.with_plan({"shortlists.候选.take": 2})
    with pytest.raises(NotPublished, match="试算"):
        write_tables(bench.review, tmp_path / "tables")
    with pytest.raises(NotPublished, match="封签"):
        write_page(ResultTables(bench.review, {"id": "1"}), tmp_path / "report.html", simulated=False)
    with pytest.raises(AssertionError):
        Review.begin(bench.plan, {}, database=tmp_path / "x.duckdb", tried={})
    assert list(tmp_path.iterdir()) == []


def test_cells_ask_and_try(bench, project):
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    try:
        bench.stage("tally")
        magics.offer_magics(bench)
        shell.run_cell(
            "%%sql by_level\nselect level as 等次, sum(votes) as 票数 from tally where draw = 0 group by all"
        )
        assert dict(shell.user_ns["by_level"].iter_rows())["满意"] > 0
        shell.run_cell(f"%%step kept_counts\n{WITHOUT}")
        assert bench.tried
        failed = shell.run_cell("%%sql\nselect 1").error_in_exec
        assert str(failed) == "请在 %%sql 后面写一个名字，例如 %%sql by_level"
        assert failed._render_traceback_() == [str(failed)]
    finally:
        InteractiveShell.clear_instance()


def test_tables_that_a_statement_reads():
    text = "-- from nobody\nwith own as (select 1 from roster) select * from own join tally using (unit)"
    assert tables_read(text, {"roster", "tally", "days", "own", "nobody"}) == ["roster", "tally"]
    assert (words_of_time(0.2), words_of_time(30), words_of_time(600), words_of_time(None)) == (
        "不到 10 秒",
        "不到 1 分钟",
        "约 10 分钟",
        "",
    )


def test_the_start_page_tells_how_far_a_campaign_is(project):
    assert pickers.campaign_titles() == {"小活动（small）": "small"}
    told = "\n".join(start.describe_campaign("small"))
    assert "方案可用：5 项指标，3 份名单。" in told
    assert "参评单位名录" in told
    assert "还没有完成的运行。" in told


def test_what_is_worked_in_is_a_copy(project):
    copies = working_copies.copy_notebooks("small")
    stored = [path.read_bytes() for path in working_copies.stored_notebooks()]
    assert [path.name for path in copies] == [path.name for path in working_copies.stored_notebooks()]
    first = nbformat.read(copies[0], as_version=4)
    assert 'campaign = "small"' in next(cell.source for cell in first.cells if cell.cell_type == "code")
    assert not [cell for cell in first.cells if cell.get("outputs")]
    copies[0].write_text("mine", encoding="utf-8")
    assert working_copies.copy_notebooks("small")[0].read_text(encoding="utf-8") == "mine"
    assert [path.read_bytes() for path in working_copies.stored_notebooks()] == stored
    assert f"/lab/tree/reports/small/{quote(working_copies.FOLDER)}/3_marks.ipynb" in start.describe_links("small")


def test_a_stored_notebook_is_not_saved():
    from tornado.web import HTTPError

    with pytest.raises(HTTPError, match="不保存改动"):
        refuse_stored({"type": "notebook"}, "notebooks/3_marks.ipynb")
    refuse_stored({"type": "notebook"}, "reports/small/工作笔记本/3_marks.ipynb")
    assert "--ContentsManager.pre_save_hook=pingyi.desk.lab.refuse_stored" in lab_command(port=1, browser=False)
