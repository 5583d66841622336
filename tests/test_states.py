"""Which state is this: what arrived when, what changed since the last run, and what a run or a paper stands on."""

import json
import os
import shutil
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from pingyi.cli import app
from pingyi.common.faults import PingyiError, StageFailed
from pingyi.facts.ledger import FILE, Draft, Ledger, append_entries
from pingyi.pipeline import pipeline
from pingyi.pipeline.pipeline import Pipeline
from pingyi.pipeline.verify import verify
from pingyi.plan.tree import differing
from pingyi.runs import arrivals
from pingyi.runs.changes import State, compare_rows, compare_states
from pingyi.runs.manifest import MANIFEST
from tests.quick import quick
from tests.small import dated, write

pytestmark = pytest.mark.slow

HEAD = "event,unit,item,happened_on,status,document"
SEPTEMBER, OCTOBER = "2020-09-28T09:00:00", "2020-10-08T09:00:00"


@pytest.fixture
def small(tmp_path, monkeypatch):
    """The small project, whose findings come in batches."""
    folder = dated(tmp_path / "project")
    facts = folder / "data" / "small"
    (facts / "events").mkdir()
    (facts / "events.csv").rename(facts / "events" / "03.csv")
    monkeypatch.chdir(folder)
    return folder


def pingyi(folder: Path, *words: str) -> tuple[int, str]:
    """The exit code of a verb, and everything that it says; runs have neither notebooks nor a report."""
    with quick(folder, bare=True):
        done = CliRunner().invoke(app, words)
    if isinstance(done.exception, PingyiError):
        return done.exception.exit_code, f"{done.output}{done.exception}"
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def said(folder: Path, *words: str) -> str:
    """What a verb says that ends well."""
    code, told = pingyi(folder, *words)
    assert code == 0, told
    return told


def refused(folder: Path, *words: str) -> tuple[int, str]:
    code, told = pingyi(folder, *words)
    assert code != 0, told
    return code, told


def run(folder: Path, *words: str) -> Path:
    """The folder of the run that a command makes."""
    before = set((folder / "reports" / "small").glob(f"*/{MANIFEST}"))
    said(folder, "run", "small", *words)
    (made,) = set((folder / "reports" / "small").glob(f"*/{MANIFEST}")) - before
    return made.parent


def batch(folder: Path, name: str, *rows: str) -> Path:
    path = folder / "data" / "small" / "events" / name
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return path


def plan(folder: Path, old: str, new: str) -> None:
    path = folder / "parameters" / "small.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def put_down(folder: Path, at: datetime = datetime(2020, 12, 1, 9)) -> None:
    """An entry of the ledger: the finding of March happened twice."""
    draft = Draft("events", {"event": "e1"}, {"times": "2"}, "confirmed", "某甲", "漏记一次", "某文3号")
    append_entries(folder / "data" / "small" / FILE, [draft], at)


def record(folder: Path) -> Path:
    return folder / "data" / "small" / "arrivals.jsonl"


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(one) for one in record(folder).read_text(encoding="utf-8").splitlines()]


def arrived(folder: Path, *moments: str) -> None:
    """Let the moments of the record be these, the last one for all that follow."""
    events = lines(folder)
    known = sorted({str(one["at"]) for one in events})
    at = {moment: moments[min(nth, len(moments) - 1)] for nth, moment in enumerate(known)}
    told = [json.dumps(one | {"at": at[str(one["at"])]}, ensure_ascii=False) for one in events]
    record(folder).write_text("\n".join(told) + "\n", encoding="utf-8")


# ---------------------------------------------------------------- what changed since the last run


def test_a_run_says_that_nothing_changed_and_a_first_one_nothing(small):
    first = said(small, "run", "small")
    assert "相比" not in first
    assert "没有变化。" in said(small, "check", "small")
    second = said(small, "run", "small")
    assert "没有变化。" in second
    seals = [[one for one in told.splitlines() if one.startswith("封签：")] for told in (first, second)]
    assert seals[0] == seals[1] != []


def test_a_run_and_the_check_before_it_say_all_that_changed_what_is_grave_first(small):
    batch(small, "04.csv", "e2,甲,found,2020-04-01,确认,某文2号")
    first = run(small)
    (small / "data" / "small" / "events" / "04.csv").unlink()
    batch(small, "05.csv", "e3,乙,found,2020-05-01,确认,某文3号", "e4,乙,found,2020-05-02,确认,某文3号")
    counts = (small / "data" / "small" / "counts.csv").read_text(encoding="utf-8").splitlines()
    write(
        small,
        "counts",
        [*counts[:1], counts[1].replace(",20,", ",19,"), *counts[3:], counts[-1].replace("电话", "短信")],
    )
    plan(small, "take: '4'", "take: '3'")
    put_down(small)
    for verb in ("check", "run"):
        told = said(small, verb, "small").splitlines()
        start = next(nth for nth, one in enumerate(told) if one.startswith(f"与上一次运行 {first.name}（"))
        assert told[start + 1 : start + 8] == [
            "  注意：文件 events/04.csv 不在了（原有 1 行）。",
            "  文件 counts.csv 换了内容（48 行，现在 48 行）。",
            "  新增文件 events/05.csv（2 行）。",
            "  票数汇总（counts）48 行变成 48 行：新增 1，少了 1，改动 1，相同 46。",
            "  事项台账（events）2 行变成 3 行：新增 2，少了 1，改动 1。",
            "  登记簿第 1 条 2020-12-01 事项台账，确认：漏记一次（某文3号）。",
            "  方案 shortlists.候选.take：“4”改为“3”。",
        ]
    last = sorted((small / "reports" / "small").glob("2*"))[-1]
    rows = pl.read_csv(last / "log" / "changes.csv")
    assert rows.select("kind", "before", "after", "same", "new", "gone", "changed").row(4) == ("数据", 2, 3, 0, 2, 1, 1)
    assert rows["grave"].to_list() == [True, *[False] * 6]


def test_a_table_that_lost_most_of_its_rows_is_told_first(small):
    run(small)
    counts = (small / "data" / "small" / "counts.csv").read_text(encoding="utf-8").splitlines()
    write(small, "counts", counts[:20])
    told = said(small, "check", "small").splitlines()
    start = next(nth for nth, one in enumerate(told) if one.startswith("与上一次运行 "))
    assert told[start + 1] == "  注意：票数汇总（counts）48 行变成 19 行：少了 29，相同 19。"


def test_a_batch_cut_in_two_or_renamed_changes_no_row(small):
    batch(small, "03.csv", *(f"e{n},辛,found,2020-03-0{n},确认,某文{n}号" for n in (1, 2)))
    run(small)
    batch(small, "03.csv", "e1,辛,found,2020-03-01,确认,某文1号")
    batch(small, "03b.csv", "e2,辛,found,2020-03-02,确认,某文2号")
    (small / "data" / "small" / "ratings.csv").rename(small / "data" / "small" / "评价记录.csv")
    told = said(small, "check", "small")
    assert "新增文件 events/03b.csv（1 行）" in told
    assert "文件 ratings.csv 改名为 评价记录.csv，内容没有变" in told
    assert "行变成" not in told
    assert "注意" not in told


def test_a_comment_in_the_plan_and_another_program_are_told_as_what_they_are(small, monkeypatch):
    run(small)
    path = small / "parameters" / "small.yaml"
    path.write_text("# 说明\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr("pingyi.runs.changes.code_sha256", lambda: "0" * 64)
    told = said(small, "check", "small")
    assert "方案文件改过，规则没有变（只改了注释或排版）" in told
    assert "，代码不同（校验码 " in told
    assert "、00000000）" in told


def test_another_key_and_a_ledger_that_lost_its_end_are_grave(small):
    put_down(small)
    ledger = Ledger.read(small / "data" / "small" / FILE)
    path = small / "parameters" / "small.yaml"
    one, other = State(path, {}, ledger, key="a"), State(path, {}, Ledger(), key="b")
    told = {change.told: change.grave for change in compare_states(one, other)}
    assert told == {"登记簿只到第 0 条，那时有 1 条": True, "密钥换了一把，代号全部与以前不同": True}
    assert compare_states(one, State(path, {}, ledger)) == []


def test_a_run_is_compared_with_the_last_one_of_the_same_day(small):
    whole, early = run(small), run(small, "--as-of", "2020-07-31")
    assert f"与上一次运行 {whole.name}（" in said(small, "check", "small")
    told = said(small, "check", "small", "--as-of", "2020-07-31")
    assert f"与上一次运行 {early.name}（" in told
    assert "没有变化" in told
    batch(small, "03.csv", "e1,壬,found,2020-03-01,确认,某文1号".replace("壬", "庚"))
    told = said(small, "check", "small", "--as-of", "2020-08-31")
    assert "上一次运行看的是截至 2020-07-31 的情况，这一次看的是截至 2020-08-31 的情况" in told
    assert "事项台账（events）1 行变成 1 行：改动 1。" in told
    assert "counts" not in told.split("相比：")[1].split("units.csv")[0], "days alone are no change"


def test_a_run_that_cannot_be_read_is_said_and_stops_nothing(small):
    first = run(small)
    (first / "facts" / "events.parquet").write_bytes(b"x")
    batch(small, "03.csv")
    told = said(small, "check", "small")
    assert f"运行 {first.name} 的文件夹里有文件读不出来，没有与它比较" in told
    assert "没有变化" not in told


ROWS = {
    "nothing": ([], [], (0, 0, 0, 0)),
    "same": (["a1", "b2"], ["b2", "a1"], (2, 0, 0, 0)),
    "changed": (["a1", "b2"], ["a1", "b3"], (1, 1, 0, 0)),
    "new and gone": (["a1"], ["b1"], (0, 0, 1, 1)),
    "twice": (["a1", "a1"], ["a1"], (1, 0, 0, 1)),
}


@pytest.mark.parametrize("case", ROWS)
def test_rows_before_are_those_that_stayed_changed_and_went(case):
    one, other, wanted = ROWS[case]
    before, after = ({"grades": _grades(rows)} for rows in (one, other))
    found = list(compare_rows(before, after))
    assert [(row.same, row.changed, row.new, row.gone) for row in found] == ([wanted] if one or other else [])
    assert [row.moved for row in found] == ([wanted != (len(one), 0, 0, 0)] if one or other else [])


def _grades(rows):
    frame = pl.DataFrame({"organ": [row[0] for row in rows], "grade": [row[1] for row in rows]}, schema_overrides={})
    kind = pl.Enum(sorted(set(frame["organ"]))) if rows else pl.String
    return frame.with_columns(pl.col("organ").cast(kind), source=pl.lit("x"), row=pl.int_range(pl.len()))


def test_where_plans_differ_is_said_by_their_ids():
    one = {"a": "1", "lists": [{"id": "甲", "take": "1"}, {"id": "乙", "take": "2"}], "days": ["1", "2"]}
    other = {"b": "1", "lists": [{"id": "乙", "take": "3"}, {"id": "甲", "take": "1"}], "days": ["1", "3"]}
    found = {path: (before, now) for path, before, now in differing(one, other)}
    assert found == {
        "a": ("1", None),
        "b": (None, "1"),
        "lists": (one["lists"], other["lists"]),
        "lists.乙.take": ("2", "3"),
        "days": (["1", "2"], ["1", "3"]),
    }
    assert list(differing(one, json.loads(json.dumps(one)))) == []


# ---------------------------------------------------------------- unfinished runs


def stopped(folder: Path, *words: str) -> Path:
    """An unfinished run."""

    def stop(*_, **__):
        raise StageFailed("停")

    with quick(folder, bare=True):
        pipeline.run_notebook = stop
        with pytest.raises(StageFailed, match="停"):
            Pipeline("small").run()
    (part,) = (folder / "reports" / "small").glob("*.part")
    return part


MEANWHILE = {
    "方案 shortlists.候选.take 改动": (
        "方案 shortlists.候选.take：“4”改为“3”。",
        lambda folder: plan(folder, "take: '4'", "take: '3'"),
    ),
    "文件 events/05.csv 新增": (
        "新增文件 events/05.csv",
        lambda folder: batch(folder, "05.csv", "e3,乙,found,2020-05-01,确认,某文3号"),
    ),
    "文件 clients.csv 不在了": (
        "注意：文件 clients.csv 不在了（原有 32 行）",
        lambda folder: (folder / "data" / "small" / "clients.csv").unlink(),
    ),
    "登记簿 第 1 条 新登记": ("登记簿第 1 条 ", put_down),
}


@pytest.mark.parametrize("noted", MEANWHILE)
def test_a_run_is_not_gone_on_with_in_silence_once_its_sources_changed(small, noted):
    part, (what, happen) = stopped(small), MEANWHILE[noted]
    happen(small)
    code, told = refused(small, "run", "small", "--resume")
    assert code == 5
    for one in (what, part.name, "不带 --resume 运行", "--resume --as-begun"):
        assert one in told
    assert part.exists()
    note = f"开始以后变了，没有算在内：{noted}"
    assert f"提示：{note}。" in said(small, "run", "small", "--resume", "--as-begun")
    assert not part.exists()
    done = part.with_suffix("")
    assert json.loads((done / MANIFEST).read_text(encoding="utf-8"))["run"]["notes"] == [note]
    assert "take: '4'" in (done / "small.yaml").read_text(encoding="utf-8")
    assert what in said(small, "check", "small"), "the next one says it again"


def test_a_run_whose_sources_are_as_they_were_is_gone_on_with(small):
    stopped(small)
    assert "开始以后" not in said(small, "run", "small", "--resume")
    assert refused(small, "run", "small", "--as-begun") == (
        2,
        "--as-begun 要和 --resume 一起用：照没做完的那一次开始时读到的做完。",
    )


def test_a_run_is_not_finished_for_another_day_or_by_another_program(small, monkeypatch):
    part = stopped(small)
    code, told = refused(small, "run", "small", "--resume", "--as-of", "2020-09-30")
    assert (code, "开始时没有写 --as-of，这次写的是 2020-09-30" in told) == (5, True)
    monkeypatch.setattr("pingyi.runs.changes.code_sha256", lambda: "0" * 64)
    for words in ((), ("--as-begun",)):
        code, told = refused(small, "run", "small", "--resume", *words)
        assert (code, "程序换了，不能再接着做" in told, "--as-begun" in told) == (5, True, False)
    assert part.exists()


def test_a_run_that_an_earlier_version_began_is_not_finished_by_this_one(small):
    part = stopped(small)
    known = json.loads((part / "inputs.json").read_text(encoding="utf-8"))
    kept = {name: known[name] for name in ("number", "inputs", "files", "key")}
    (part / "inputs.json").write_text(json.dumps(kept), encoding="utf-8")
    code, told = refused(small, "run", "small", "--resume", "--as-begun")
    assert (code, "程序 pingyi 更早的版本 换成 0." in told) == (5, True)


# ---------------------------------------------------------------- papers of a run


def test_lists_of_a_day_in_the_year_do_not_become_its_history(small):
    run(small)
    (small / "parameters" / "small-2.yaml").write_bytes((small / "parameters" / "small.yaml").read_bytes())
    run(small, "--as-of", "2020-11-30")
    code, told = refused(small, "carry", "small", "small-2")
    assert (code, "看的是截至 2020-11-30 的情况，不是最后结果（活动到 2020-12-31 止）；没有结转" in told) == (2, True)
    assert not (small / "data" / "small-2").exists()
    assert "已写入" in said(small, "carry", "small", "small-2", "--early")
    shutil.rmtree(small / "data" / "small-2")
    run(small)
    assert "注意：结转" not in said(small, "carry", "small", "small-2")
    plan(small, "take: '4'", "take: '3'")
    told = said(small, "carry", "small", "small-2")
    assert "注意：结转的是运行 " in told
    assert "此后有变化：\n  方案 shortlists.候选.take：“4”改为“3”。" in told


VERBS = {
    "report": (("report", "small", "--no-letters"), "注意：这些文件依据运行 "),
    "explain": (("explain", "small", "甲"), "注意：以上依据运行 "),
    "readings": (("readings", "small"), "注意：下面按现在的方案和数据计算，与运行 "),
    "whatif": (("whatif", "small", "--set", "lists.末位.take=2"), "注意：下面按现在的方案和数据计算，与运行 "),
}


@pytest.mark.parametrize("verb", VERBS)
def test_whoever_speaks_of_the_latest_run_says_what_it_does_not_know(small, verb):
    words, start = VERBS[verb]
    run(small)
    assert "此后有变化" not in said(small, *words)
    batch(small, "05.csv", "e3,乙,found,2020-05-01,确认,某文3号")
    told = said(small, *words)
    assert start in told
    assert "完成）" in told
    assert "  新增文件 events/05.csv。" in told
    (small / "data" / "small" / FILE).write_text("x", encoding="utf-8")
    if verb == "explain":
        assert "读不出来；此后有没有变化，没有比较" in said(small, *words)


# ---------------------------------------------------------------- arrivals


def test_each_batch_arrives_once_and_what_is_written_stays(small):
    first = said(small, "check", "small")
    assert "新到：clients.csv（32 行）、counts.csv（48 行）、events/03.csv（1 行）" in first
    kept = record(small).read_bytes()
    assert "新到" not in said(small, "check", "small")
    assert record(small).read_bytes() == kept
    batch(small, "03.csv", "e1,庚,found,2020-03-01,确认,某文1号")
    (small / "data" / "small" / "clients.csv").unlink()
    told = said(small, "check", "small")
    assert "新到：events/03.csv（1 行）" in told
    assert "不在了：clients.csv" in told
    assert record(small).read_bytes().startswith(kept)
    assert [(one["file"], one["rows"], bool(one["sha256"])) for one in lines(small)[-2:]] == [
        ("events/03.csv", 1, True),
        ("clients.csv", 0, False),
    ]


def test_of_a_folder_that_is_refused_what_is_sound_has_arrived(small):
    batch(small, "04.csv", "e2,壬,found,2020-04-01,确认,某文2号")
    assert refused(small, "check", "small")[0] == 4
    assert {one["file"] for one in lines(small)} == {
        "clients.csv",
        "counts.csv",
        "events/03.csv",
        "ratings.csv",
        "units.csv",
    }
    batch(small, "04.csv", "e2,甲,found,2020-04-01,确认,某文2号")
    assert "新到：events/04.csv（1 行）" in said(small, "check", "small")


def test_a_record_that_is_lost_begins_with_what_runs_know(small):
    first = run(small)
    done = json.loads((first / MANIFEST).read_text(encoding="utf-8"))["run"]["finished"]
    record(small).unlink()
    batch(small, "05.csv", "e3,乙,found,2020-05-01,确认,某文3号")
    assert "新到：events/05.csv（1 行）\n" in said(small, "check", "small")
    known = {one["file"]: one["at"] for one in lines(small)}
    assert set(known) == {"clients.csv", "counts.csv", "events/03.csv", "events/05.csv", "ratings.csv", "units.csv"}
    assert known["units.csv"] == done


def test_a_record_that_is_damaged_or_cannot_be_written_stops_nothing(small, monkeypatch):
    run(small)
    kept = record(small).read_bytes()
    record(small).write_bytes(kept[:-20])
    batch(small, "05.csv", "e3,乙,found,2020-05-01,确认,某文3号")
    assert "到件记录 data/small/arrivals.jsonl 第 5 行读不出来，没有算；可从备份恢复" in said(small, "check", "small")
    assert record(small).read_bytes().startswith(kept[:-20] + b"\n")
    assert "读不出来，说不准那一天手里有什么" in refused(small, "check", "small", "--known-on", "2020-12-31")[1]
    record(small).unlink()
    record(small).mkdir()
    assert "没有记下到件日期，写不进 data/small/arrivals.jsonl" in said(small, "run", "small")
    record(small).rmdir()
    monkeypatch.setattr(arrivals, "PATIENCE", 1)
    with arrivals._hold_record(record(small)):
        assert f"另一个程序（编号 {os.getpid()}）正在写" in said(small, "check", "small")
    assert not record(small).exists()


def test_a_clock_set_back_is_told(small):
    said(small, "check", "small")
    arrived(small, "2999-01-01T00:00:00")
    batch(small, "05.csv", "e3,乙,found,2020-05-01,确认,某文3号")
    assert "早于到件记录最后一条（2999-01-01 00:00）；请校准" in said(small, "check", "small")


# ---------------------------------------------------------------- as it stood, and as it was known


@pytest.fixture
def late(small):
    """What had come by 28 September was run that day; a batch of September, and an entry, came in October."""
    before = run(small, "--as-of", "2020-09-30")
    batch(small, "09.csv", "e2,甲,found,2020-09-20,确认,某文2号")
    put_down(small, datetime(2020, 10, 8, 10))
    said(small, "check", "small")
    arrived(small, SEPTEMBER, OCTOBER)
    return small, before


def tables(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "tables").iterdir() if path.name != "codebook.csv"}


def test_a_late_batch_belongs_to_its_day_and_not_to_what_was_known_then(late):
    small, before = late
    told = said(small, "check", "small", "--as-of", "2020-09-30")
    assert "--as-of 2020-09-30 看的是那一天为止发生的事；那一天以后才到的文件也在内：events/09.csv。" in told
    assert "那一天以后登记的 1 条也在内" in told
    assert "要看那一天手里有的，加 --known-on 2020-09-30" in told
    stood, known = (run(small, option, "2020-09-30") for option in ("--as-of", "--known-on"))
    assert len(pl.read_csv(stood / "tables" / "event_points.csv")) == 2
    assert tables(known) == tables(before) != tables(stood)
    assert (known / FILE).read_bytes() == b""
    assert known.name.endswith("-截至2020-09-30-所知2020-09-30")
    both = run(small, "--as-of", "2020-09-30", "--known-on", "2020-10-31")
    assert tables(both) == tables(stood)


def test_what_was_known_at_the_end_is_looked_at_as_over(late):
    small, _ = late
    assert "截至" not in run(small, "--known-on", "2020-12-31").name


def test_content_that_is_gone_is_not_made_up(late):
    small, before = late
    batch(small, "03.csv", "e1,庚,found,2020-03-01,确认,某文1号")
    (small / "data" / "small" / "clients.csv").unlink()
    code, told = refused(small, "run", "small", "--known-on", "2020-09-30")
    assert (code, told.count("\n") >= 3) == (2, True)
    assert f"  clients.csv：后来撤下了；运行 {before.name} 读的是当时的内容" in told
    assert f"  events/03.csv：后来换了内容；运行 {before.name} 读的是当时的内容" in told


def test_a_file_that_was_renamed_since_is_the_same_file(late):
    small, before = late
    folder = small / "data" / "small" / "events"
    (folder / "03.csv").rename(folder / "三月.csv")
    said(small, "check", "small")
    again = run(small, "--known-on", "2020-09-30")
    assert tables(again)["totals.csv"] == tables(before)["totals.csv"]


WRONG_DAYS = {
    "到件记录从 2020-09-28 才开始，2020-09-27 那天手里有什么没有记下来": ("--known-on", "2020-09-27"),
    "--known-on 2999-01-01 还没有到": ("--known-on", "2999-01-01"),
    "--known-on 2020-10-01 早于 --as-of 2020-10-31": ("--known-on", "2020-10-01", "--as-of", "2020-10-31"),
}


def test_a_day_of_which_nothing_is_known_is_refused(late):
    small, _ = late
    for wanted, words in WRONG_DAYS.items():
        for verb in ("check", "run"):
            code, told = refused(small, verb, "small", *words)
            assert (code, wanted in told) == (2, True), told


def test_what_was_known_on_a_day_is_not_carried(late):
    small, _ = late
    run(small, "--known-on", "2020-12-31")
    assert "按 2020-12-31 手里有的数据的结果" in refused(small, "carry", "small", "small-2")[1]


# ---------------------------------------------------------------- the campaign's life


def test_the_life_of_a_campaign_is_told_in_its_order(late):
    small, before = late
    decided = "list,unit,proposed,decided,decided_on,decided_by,document"
    write(small, "decisions", [decided, "候选,甲,是,是,2020-11-05,领导小组,某办5号"])
    code, told = pingyi(small, "ledger", "small", "--timeline")
    assert code == 0, told
    life = told.split("大事记：\n")[1].splitlines()
    assert "  2020-09-28 09:00  到件　收到，1 行（events/03.csv）" in life
    assert life[5:8] == [
        "  2020-10-08 09:00  到件　收到，1 行（events/09.csv）",
        "  2020-10-08 10:00  更正　事项台账 e1：件数改为 2，确认（某文3号）（登记簿第 1 条）",
        "  2020-11-05        决定　候选，领导小组（某办5号）（decisions.csv）",
    ]
    assert f"运行　完成一次运行，截至 2020-09-30（{before.name}）" in life[-1]
    write(small, "decisions", [decided, "无此,甲,是,是,2020-11-05,领导小组,某办5号"])
    assert "数据现在读不了，名单的决定没有列出" in said(small, "ledger", "small", "--timeline")


def test_a_report_tells_what_changed_and_what_happened_without_numbers_of_rows_and_is_verified(small):
    stopped(small)
    (small / "data" / "small" / "clients.csv").unlink()
    with quick(small):
        first = Pipeline("small").run(resume=True, as_begun=True)
        batch(small, "05.csv", "e3,乙,found,2020-05-01,确认,某文3号")
        put_down(small)
        done = Pipeline("small").run()
    told = (first.folder / "report.html").read_text(encoding="utf-8")
    assert "开始以后变了，没有算在内：文件 clients.csv 不在了。" in told
    page = (done.folder / "report.html").read_text(encoding="utf-8")
    for word in ("与上一次运行相比", "大事记", "events/05.csv", "新登记", "完成一次运行"):
        assert word in page
    assert "行变成" not in page
    assert "1 行）" not in page
    verdict = verify(done.folder)
    assert verdict.wrong == []
    for table in ("changes 与上一次运行相比", "timeline 大事记"):
        assert any(one.startswith(f"  {table}：一致") for one in verdict.lines)
    made = json.loads((done.folder / MANIFEST).read_text(encoding="utf-8"))
    assert {name for name in made["files"] if name.startswith("log/")} == {"log/changes.csv", "log/timeline.csv"}
    assert date.fromisoformat(made["run"]["past"]["runs"][0]["as_of"]) == date(2020, 12, 31)
