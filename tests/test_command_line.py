"""The command line as the office uses it, on a small project in a folder of its own."""

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from pingyi.cli import app, main
from pingyi.cli.chinese import ORDER
from pingyi.common import paths
from pingyi.common.database import connect, save
from pingyi.common.faults import UnknownCampaign
from pingyi.pipeline.pipeline import Pipeline
from tests.quick import quick
from tests.reliability.kills import killed
from tests.small import project, write
from tests.test_locales import PLAIN

pytestmark = pytest.mark.slow


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


PICKS = (("甲", "满意"), ("乙", "不满意"))


def runs(folder):
    found = (folder / "reports" / "small").glob("2*")
    return sorted(path for path in found if path.suffix != ".part")


def content(folder):
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A project whose only run was killed on its way, and gone on with."""
    folder = project(tmp_path_factory.mktemp("finished") / "project")
    killed(folder, 4)
    assert runs(folder) == []
    done = pingyi(folder, "run", "small", "--resume")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def ran(finished, tmp_path):
    return shutil.copytree(finished, tmp_path / "ran")


def test_a_run_makes_a_report_and_a_second_one_the_same_tables(ran):
    (one,) = runs(ran)
    before = content(one)
    names = {str(path) for path in before}
    assert {"report.html", "manifest.json", "campaign.duckdb", "tables/totals.csv", "tables/codebook.csv"} <= names
    assert {f"notebooks/{name}.ipynb" for name in ("1_roster", "4_shortlist", "7_report")} <= names
    second = pingyi(ran, "run", "small")
    assert second.returncode == 0, second.stderr
    assert "report.html" in second.stdout
    one, two = runs(ran)
    assert content(one) == before
    assert content(one / "tables") == content(two / "tables")
    assert content(one / "facts") == content(two / "facts")
    manifest = json.loads((two / "manifest.json").read_text(encoding="utf-8"))
    files = {"units.csv", "counts.csv", "events.csv", "ratings.csv", "clients.csv"}
    assert {one["file"] for one in manifest["inputs"]} == files
    effects = (two / "tables" / "reading_effects.csv").read_text(encoding="utf-8-sig")
    assert "候选：退出 丁科、丙科" in effects
    assert "合起来看" in effects
    assert all(len(one["sha256"]) == 64 for one in manifest["inputs"])
    assert f"封签：{manifest['seal']}" in second.stdout
    assert manifest["seal"] in (two / "report.html").read_text(encoding="utf-8")


def test_a_run_is_verified_wherever_it_lies(ran, tmp_path):
    (one,) = runs(ran)
    copy = shutil.copytree(one, tmp_path / "elsewhere" / "run")
    same = pingyi(tmp_path, "verify", str(copy))
    assert same.returncode == 0, same.stdout
    assert "totals 排名：一致" in same.stdout
    assert "结论：一致" in same.stdout
    (copy / "tables" / "totals.csv").write_text("1", encoding="utf-8")
    other = pingyi(tmp_path, "verify", str(copy))
    assert other.returncode == 12
    assert "× 文件被改动过：tables/totals.csv" in other.stdout
    assert "核对不一致：共 2 处" in other.stderr


def broken(folder, name, source):
    """Plant a cell in a notebook; returns what undoes it."""
    path = folder / "notebooks" / f"{name}.ipynb"
    kept = path.read_bytes()
    notebook = nbformat.reads(kept.decode(), as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(source))
    nbformat.write(notebook, path)
    return lambda: path.write_bytes(kept)


def test_a_failed_run_says_where_keeps_what_was_and_is_resumed(small):
    mend = broken(small, "2_tally", "raise ValueError('某处出错')")
    failed = pingyi(small, "run", "small")
    assert failed.returncode == 5
    assert "“清点评价”没有完成" in failed.stderr
    assert "某处出错" in failed.stderr
    assert runs(small) == []
    mend()
    passed_over = []
    with quick(small):
        Pipeline("small", progress=lambda *told: passed_over.append(told)).run(resume=True)
    assert ("skipped", "核对名录") in passed_over
    assert len(runs(small)) == 1


def test_a_notebook_that_lies_is_found_out_on_a_kernel_of_its_own(small):
    broken(small, "1_roster", "import threading\nthreading.Thread(target=lambda: 1 / 0).start()")
    failed = pingyi(small, "run", "small", "--isolated")
    assert failed.returncode == 5, failed.stdout
    assert "“核对名录”没有完成" in failed.stderr
    assert "ZeroDivisionError" in failed.stderr
    assert runs(small) == []


def test_a_check_that_does_not_hold_stops_the_run(small):
    path = small / "parameters" / "small.yaml"
    text = path.read_text(encoding="utf-8").replace("units:\n", "units:\n  published:\n  - {count: 9, clause: 二}\n", 1)
    path.write_text(text, encoding="utf-8")
    failed = pingyi(small, "run", "small")
    assert failed.returncode == 5
    for told in (failed, pingyi(small, "check", "small")):
        assert "名录与方案公布的数字相符" in told.stderr
        assert "公布 9、名录 8" in told.stderr
    assert told.returncode == 6
    assert "合在一起试算时，“核对名录”这一环节不成立" in told.stderr


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
    after = content(small)
    arrived = after.pop(Path("data/small/arrivals.jsonl"))
    assert after == before
    assert b"counts.csv" not in arrived, "what is wrong has not arrived"


def test_a_bad_plan_is_refused_with_line_and_path(small):
    path = small / "parameters" / "small.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("full: '80'", "full: '81'"), encoding="utf-8")
    failed = pingyi(small, "check", "small")
    assert failed.returncode == 3
    assert "components.daily.full：读到“81”，应等于各下级满分之和 80" in failed.stderr


def test_a_table_that_is_not_there_is_missing_and_not_empty(small):
    """M13."""
    (small / "data" / "small" / "events.csv").unlink()
    for verb in ("check", "run"):
        failed = pingyi(small, verb, "small")
        assert failed.returncode == 4
        assert "缺少事项台账（events）：监督检查要用" in failed.stderr
    write(small, "events", ["event,unit,item,happened_on,status,document"])
    assert "试算通过" in pingyi(small, "check", "small").stdout


def test_an_unknown_campaign_names_the_nearest(small):
    failed = pingyi(small, "run", "smal")
    assert (failed.returncode, "相近的有 small" in failed.stderr) == (2, True)


LOCALES = {"ascii": PLAIN | {"LC_ALL": "C"}, "gbk": {"PYTHONIOENCODING": "gbk"}}


@pytest.mark.parametrize("locale", LOCALES)
def test_no_letter_ends_a_command(ran, locale):
    """A name that GBK does not have, under locales that lack it."""
    path = ran / "data" / "small" / "units.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("甲科", "甲\U0001f600科"), encoding="utf-8")
    environment = os.environ | LOCALES[locale]
    for words in (["list"], ["check", "small"], ["explain", "small", "乙"], ["run"], ["check", "没有"]):
        command = [sys.executable, "-m", "pingyi.cli", *words]
        done = subprocess.run(command, cwd=ran, capture_output=True, env=environment, check=False)
        assert b"Traceback" not in done.stdout + done.stderr, done.stderr
        assert done.returncode == (2 if words[-1] in ("run", "没有") else 0), done.stderr
        assert done.stdout + done.stderr


def test_a_database_may_lie_in_a_folder_whose_name_is_not_utf8(tmp_path):
    """As under a locale of GBK: what is saved is there when it is opened again."""
    folder = tmp_path / os.fsdecode("评议".encode("gbk"))
    folder.mkdir()
    with connect(folder / "a.duckdb") as connection:
        connection.execute("create table t as select 1 as one")
        save(connection)
    with connect(folder / "a.duckdb", read_only=True) as connection:
        assert connection.execute("from t").fetchall() == [(1,)]


def test_list_says_where_it_looked(tmp_path, monkeypatch):
    """Outside of any project; in a project without plans."""
    monkeypatch.chdir(tmp_path)
    paths.root.cache_clear()
    try:
        for words in (["list"], ["run", "x"]):
            with pytest.raises(paths.NoProject, match="这里不是评议项目") as refused:
                app(words, standalone_mode=False)
            assert (tmp_path.as_posix() in str(refused.value), refused.value.exit_code) == (True, 2)
        (tmp_path / "parameters").mkdir()
        paths.root.cache_clear()
        with pytest.raises(UnknownCampaign, match="里没有方案"):
            app(["list"], standalone_mode=False)
    finally:
        paths.root.cache_clear()


def test_a_run_may_lie_in_any_folder(tmp_path):
    """Brackets and question marks are patterns elsewhere: what a neighbour holds is never shown."""
    neighbour, own = project(tmp_path / "a1?x"), project(tmp_path / "a[1]?x")
    write(neighbour, "events", ["event,unit,item,happened_on,status,document", "e1,辛,found,2020-03-01,确认,邻居文"])
    for folder in (neighbour, own):
        with quick(folder):
            Pipeline("small").run()
    told = pingyi(own, "explain", "small", "辛")
    assert told.returncode == 0, told.stderr
    assert "某文1号" in told.stdout
    assert "邻居文" not in told.stdout
    (run,) = runs(own)
    assert pingyi(own, "verify", str(run)).returncode == 0


def test_list_and_check_say_what_there_is(small):
    assert "small  小活动（有数据，已运行 0 次）" in pingyi(small, "list").stdout
    said = pingyi(small, "check", "small").stdout
    assert "counts.csv：收到 48 行 = 采用 48 + 退回 0 + 重复 0" in said
    assert "数据可用" in said
    assert "试算通过" in said


def test_a_day_of_the_year_is_looked_at_as_it_was_then(small):
    with quick(small):
        run = Pipeline("small", as_of=date(2020, 2, 29)).run().folder
    assert run.name.endswith("截至2020-02-29")
    assert json.loads((run / "manifest.json").read_text(encoding="utf-8"))["run"]["as_of"] == "2020-02-29"
    events = (run / "tables" / "event_points.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(events) == 1, "the finding of 1 March was not known"
    assert pingyi(small, "run", "small", "--as-of", "2020-02-30").returncode == 2
    for verb in ("run", "check"):
        outside = pingyi(small, verb, "small", "--as-of", "2019-12-31")
        assert (outside.returncode, "不在活动期内" in outside.stderr) == (2, True)


def test_readings_and_whatifs_say_who_moves_and_leave_the_plan_alone(small):
    before = content(small / "parameters")
    said = pingyi(small, "readings", "small").stdout
    assert "如果改为：两个" in said
    assert "候选：退出 丁科、丙科。" in said
    moved = pingyi(small, "whatif", "small", "--set", "lists.末位.take=2")
    assert moved.returncode == 0, moved.stderr
    assert "末位：列入" in moved.stdout
    assert pingyi(small, "whatif", "small", "--set", "lists.末名.take=2").returncode == 3
    assert content(small / "parameters") == before


def test_draws_are_the_same_whoever_draws_and_never_overwrite(small):
    first = pingyi(small, "draw", "small", "--seed", "6 2 5", "--out", "甲")
    assert (first.returncode, "抽中 16 行" in first.stdout) == (0, True), first.stderr
    assert pingyi(small, "draw", "small", "--rule", "电话回访", "--seed", "6 2 5", "--out", "乙").returncode == 0
    assert content(small / "甲")[Path("抽签公示.csv")] == content(small / "乙")[Path("抽签公示.csv")]
    assert pingyi(small, "draw", "small", "--seed", "7", "--out", "甲").returncode == 1
    unknown = pingyi(small, "draw", "small", "--rule", "电话访问", "--seed", "7", "--out", "丙")
    assert (unknown.returncode, "电话回访" in unknown.stderr) == (8, True)


def test_codes_are_made_and_checked(small, tmp_path):
    kept = ("--key", str(tmp_path / "key"), "--register", str(tmp_path / "register.csv"))
    handout = tmp_path / "handout.csv"
    made = pingyi(small, "codes", "make", "small", "ballot", "--number", "2", "--handout", str(handout), *kept)
    assert made.returncode == 0, made.stderr
    words = handout.read_text(encoding="utf-8-sig").replace(",", " ").split()
    code = next(word for word in words if word.count("-") > 2)
    assert code not in (tmp_path / "register.csv").read_text(encoding="utf-8-sig")
    rows = ["验证码,投票时间,单位,等次", f"{code},2020-11-20,甲,满意", f"{code},2020-11-20,乙,不满意"]
    (tmp_path / "ballots.csv").write_text("\n".join([*rows, "AAAA,2020-11-20,甲,满意"]) + "\n", encoding="utf-8")
    checked = pingyi(small, "codes", "check", "small", "ballot", str(tmp_path / "ballots.csv"), "--out", "核验", *kept)
    assert checked.returncode == 0, checked.stderr
    assert code not in "".join(path.read_text(encoding="utf-8-sig") for path in (small / "核验").iterdir())


def test_no_vote_counts_twice_when_a_code_is_issued_anew_between_two_batches(small, tmp_path, monkeypatch):
    """Two windows of an office: a batch checked and put among the facts, a code issued anew, a later batch."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    facts, batches = small / "data" / "small" / "ratings.csv", tmp_path / "选票"
    batches.mkdir()
    handout = tmp_path / "发放.csv"
    assert pingyi(small, "codes", "make", "small", "ballot", "--number", "3", "--handout", str(handout)).returncode == 0
    codes = [line.rpartition(",")[2] for line in handout.read_text(encoding="utf-8-sig").splitlines()[1:]]

    def batch(name, *cast):
        rows = [f"{code},2020-11-20,{unit},{level}" for code in cast for unit, level in PICKS]
        (batches / name).write_text("\n".join(["验证码,投票时间,单位,等次", *rows]) + "\n", encoding="utf-8")

    def checked(*files, out):
        return pingyi(small, "codes", "check", "small", "ballot", *map(str, files), "--out", str(tmp_path / out))

    batch("1.csv", *codes[:2])
    assert checked(batches, out="核验1").returncode == 0
    shutil.copy(tmp_path / "核验1" / "ratings.csv", facts)
    assert pingyi(small, "check", "small").returncode == 0
    anew = pingyi(small, "codes", "reissue", "small", "2", "--handout", str(tmp_path / "换发.csv"))
    assert "第 1 次核验" in anew.stdout
    for verb in ("check", "run"):
        refused = pingyi(small, verb, "small")
        assert (refused.returncode, "作废了 1 个验证码（序号 2）" in refused.stderr) == (9, True), refused.stderr
    batch("2.csv", codes[2], (tmp_path / "换发.csv").read_text(encoding="utf-8-sig").split(",")[-1].strip())
    forgotten = checked(batches / "2.csv", out="核验2")
    assert (forgotten.returncode, "1.csv（校验码" in forgotten.stderr) == (9, True), forgotten.stderr
    done = checked(batches / "2.csv", batches / "1.csv", out="核验2")
    assert "计入 3 张（6 行）" in done.stdout, done.stderr
    refused = pingyi(small, "check", "small")
    assert (refused.returncode, "已被第 2 次核验" in refused.stderr) == (9, True), refused.stderr
    shutil.copy(tmp_path / "核验2" / "ratings.csv", facts)
    told = pingyi(small, "check", "small")
    assert (told.returncode, "ratings.csv：收到 6 行" in told.stdout) == (0, True), told.stderr


def test_lists_are_carried_into_the_next_year(ran):
    small = ran
    following = small / "parameters" / "small-2.yaml"
    text = (small / "parameters" / "small.yaml").read_text(encoding="utf-8")
    following.write_text(text.replace("id: tiny", "id: small-2").replace("2020", "2021"), encoding="utf-8")
    for _ in range(2):
        carried = pingyi(small, "carry", "small", "small-2")
        assert carried.returncode == 0, carried.stderr
    (path,) = (small / "data" / "small-2").rglob("*.csv")
    heads, *rows = path.read_text(encoding="utf-8-sig").splitlines()
    assert heads == "年度,单位,名单,单位名称,列入时单位"
    assert sorted(rows) == ["2020,丁,末位,丁科,", "2020,甲,先进,甲科,"]


def test_documents_need_a_run(small):
    assert "还没有完成的运行" in pingyi(small, "report", "small").stderr


def test_documents_are_written_from_the_latest_run_and_templates_are_checked(ran):
    small = ran
    (one,) = runs(small)
    run_before = content(one)
    done = pingyi(small, "report", "small")
    assert done.returncode == 0, done.stderr
    (run,) = runs(small)[:1]
    assert content(run) == run_before, "a finished run is not touched again"
    papers = small / "reports" / "small" / "文件" / run.name
    names = {path.name for path in papers.iterdir()}
    assert names == {"通报.docx", "通报.pdf", "年度报告.pdf", "年度报告.html", "工作簿.xlsx", "一单位一报告"}
    assert len(list((papers / "一单位一报告").iterdir())) == 16
    before = content(papers)
    (small / "红头.docx").write_text("不是 Word 文件", encoding="utf-8")
    failed = pingyi(small, "report", "small", "--template", "红头.docx")
    assert failed.returncode == 11, failed.stderr
    assert content(papers) == before


def test_a_new_campaign_gets_a_plan_and_forms(small):
    made = pingyi(small, "new", "small-2021", "--from", "small")
    assert made.returncode == 0, made.stderr
    assert (small / "parameters" / "small-2021.yaml").exists()
    assert len(list((small / "reports" / "small-2021" / "模板").glob("*.xlsx"))) > 3
    assert pingyi(small, "new", "small-2021", "--from", "small").returncode == 2
    assert pingyi(small, "forms", "small", "--out", "模板").returncode == 0


VERBS = sorted(str(one.name or one.callback.__name__) for one in app.registered_commands if one.callback)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example(verb):
    assert f"例：pingyi {verb}" in CliRunner().invoke(app, [verb, "--help"]).output


def test_verbs_are_listed_in_the_order_of_the_work():
    """U14: not by where they stand in the program."""
    help_ = CliRunner().invoke(app, ["--help"]).output
    listed = re.findall(r"│ ([a-z]+) ", help_)
    assert listed == list(ORDER)
    assert listed[:5] == ["list", "new", "forms", "check", "run"]
    assert {*VERBS, "codes"} == {*ORDER}


ENGLISH = re.compile(
    r"Usage|Options|Arguments|Commands|Error|Missing|Invalid|No such|Try |Show this|default|required|<[a-z]+>"
)
"""What typer says of itself."""


@pytest.mark.parametrize("verb", [[], *([one] for one in VERBS), ["codes"], ["codes", "make"]])
def test_help_is_in_chinese_and_whole(verb):
    """U14."""
    done = CliRunner().invoke(app, [*verb, "--help"])
    assert not ENGLISH.search(done.output)
    assert "用法：" in done.output
    assert "…" not in done.output, "nothing is cut"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("rnu", "没有“rnu”这个命令；相近的有 run"),
        ("codes mak", "没有“mak”这个命令；相近的有 make"),
        ("run", "缺少 活动：活动编号"),
        ("run a b c", "多写了“b c”"),
        ("check a --freh", "没有“--freh”这个选项；相近的有 --fresh"),
        ("check a --as-of 11月", "读到“11月”，应为年-月-日的日期，如 2020-11-05"),
        ("explain a b --rows -1", "读到“-1”，应为整数，不小于 0"),
        ("lab --port x", "读到“x”，应为整数"),
        ("draw a --seed", "选项 --seed 后面要写它的值"),
        ("run a --resume=1", "选项 --resume 后面不带值"),
        ("decide a b", "缺少 --on 年-月-日：作出决定的日期"),
    ],
)
def test_a_command_written_wrongly_is_refused_in_chinese(monkeypatch, capsys, words, said):
    """U14."""
    monkeypatch.setattr(sys, "argv", ["pingyi", *words.split()])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert said in told
    assert not ENGLISH.search(told)


@pytest.mark.parametrize(
    "words", ["list", "check x", "run x", "new a --from b", "schema", "refresh", "lab", "simulate x", "ledger x"]
)
def test_outside_of_a_project_nothing_is_done(tmp_path, words):
    """U15: the folder that the program lies in is no project."""
    told = pingyi(tmp_path, *words.split())
    assert told.returncode == 2
    assert f"从 {tmp_path.resolve().as_posix()} 起逐级向上，都没有放方案的文件夹 parameters" in told.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_within_a_project_belongs_to_it(small):
    """U15."""
    within = small / "data" / "small"
    assert "小活动" in pingyi(within, "list").stdout


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
