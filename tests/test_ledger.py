"""The ledger: nothing is edited, everything is put down; a later edit shows; corrections count like edited facts."""

import json
import os
from datetime import date, datetime, timedelta
from pathlib import Path

import fastexcel
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from pingyi.amendments.correction_form import CorrectionFaults, Drafting, read_form
from pingyi.amendments.corrections import tell_corrected, tell_ledger
from pingyi.cli import app
from pingyi.common import paths
from pingyi.common.files import held
from pingyi.facts.intake import FactsRefused, read_facts
from pingyi.facts.intake.cell_values import type_columns
from pingyi.facts.intake.corrected import rows_as_text
from pingyi.facts.intake.issue_log import IssueLog
from pingyi.facts.intake.setting import Setting
from pingyi.facts.ledger import (
    FILE,
    Draft,
    Entry,
    Ledger,
    LedgerBroken,
    LedgerBusy,
    append_entries,
    corrections_frame,
    effective_entries,
    open_entries,
)
from pingyi.plan.reader import read_plan
from pingyi.runs.folder import whole_ledger
from pingyi.scoring.review import Review
from tests.small import project, write
from tests.support import ROOT
from tests.test_forms import filled

pytestmark = pytest.mark.slow

NOON = datetime(2020, 11, 20, 12)
HEAD = "表,记录,列,改为,状态,登记人,理由,依据文件"
WHO = "某甲,看错一行,某文1号"


def draft(table="events", record=None, values=None, state="confirmed", **more):
    return Draft(table, record or {"event": "e1"}, values or {}, state, "某甲", "看错一行", "某文1号", **more)


def chain(*drafts: Draft) -> Ledger:
    entries: list[Entry] = []
    for nth, one in enumerate(drafts, start=1):
        moment = NOON + timedelta(days=nth - 1)
        entries.append(Entry.sealed(nth, moment, one, entries[-1].hash if entries else ""))
    return Ledger(tuple(entries))


@pytest.fixture
def small(tmp_path, monkeypatch) -> Path:
    """The small project, as the place where commands run; returns its folder of facts."""
    folder = project(tmp_path)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(paths, "root", lambda: folder)
    return folder / "data" / "small"


def plan_of(facts: Path):
    return read_plan(facts.parent.parent / "parameters" / "small.yaml")


def facts_with(facts: Path, *drafts: Draft, known_on: date | None = None) -> dict[str, pl.DataFrame]:
    (facts / FILE).write_text(chain(*drafts).text, encoding="utf-8")
    return read_facts(facts, plan_of(facts), known_on=known_on).tables


# ---------------------------------------------------------------- the chain


def test_the_ledger_reads_back_as_it_was_put_down(tmp_path):
    path = tmp_path / FILE
    first = append_entries(path, [draft(), draft(state="objected")], NOON)
    both = append_entries(path, [draft(state="upheld")], NOON + timedelta(hours=1))
    assert Ledger.read(path) == both
    assert both.entries[:2] == first.entries
    assert [one.number for one in both.entries] == [1, 2, 3]
    assert both.goes_on_from(2, first.head)


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=8)
drafts = st.builds(
    Draft,
    st.sampled_from(["events", "marks", "ledger"]),
    st.dictionaries(texts, texts, max_size=2).map(lambda one: one | {"number": "1"}),
    st.dictionaries(texts, texts, max_size=2),
    st.sampled_from(["proposed", "confirmed", "objected", "upheld", "withdrawn"]),
    texts,
    texts,
    texts,
)


@settings(max_examples=25, deadline=None)
@given(st.lists(drafts, min_size=2, max_size=6), st.data())
def test_whatever_is_done_to_the_file_shows(tmp_path_factory, listed, data):
    path = tmp_path_factory.mktemp("ledger") / FILE
    whole = append_entries(path, listed, NOON)
    assert Ledger.read(path) == whole
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    nth = data.draw(st.integers(0, len(lines) - 1))
    other = data.draw(st.integers(0, len(lines) - 1))
    tampered = {
        "dropped": lines[:nth] + lines[nth + 1 :],
        "doubled": [*lines[:nth], lines[nth], *lines[nth:]],
        "swapped": [lines[other] if at == nth else lines[nth] if at == other else one for at, one in enumerate(lines)],
        "rewritten": [one.replace('"why":"', '"why":"x') if at == nth else one for at, one in enumerate(lines)],
        "respaced": [one.replace('":', '": ', 1) if at == nth else one for at, one in enumerate(lines)],
    }
    for what, changed in tampered.items():
        if changed == lines:
            continue
        path.write_text("".join(f"{one}\n" for one in changed), encoding="utf-8")
        if what == "dropped" and nth == len(lines) - 1:
            cut = Ledger.read(path)
            assert not cut.goes_on_from(len(whole.entries), whole.head)
            continue
        with pytest.raises(LedgerBroken, match=r"第 \d+ 条"):
            Ledger.read(path)


def test_a_rewritten_chain_shows_against_a_head_that_was_printed():
    honest, forged = chain(draft(), draft(state="objected")), chain(draft(state="withdrawn"), draft(state="objected"))
    assert not forged.goes_on_from(2, honest.head)
    assert not forged.goes_on_from(1, honest.entries[0].hash)


def test_a_line_that_was_not_written_to_its_end_is_told(tmp_path):
    path = tmp_path / FILE
    append_entries(path, [draft(), draft()], NOON)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(LedgerBroken, match="最后一条不完整"):
        Ledger.read(path)


def test_a_clock_set_back_puts_nothing_down(tmp_path):
    path = tmp_path / FILE
    append_entries(path, [draft()], NOON)
    before = path.read_bytes()
    with pytest.raises(LedgerBusy, match="校准时间"):
        append_entries(path, [draft()], NOON - timedelta(minutes=1))
    assert path.read_bytes() == before


def test_two_writers_do_not_meet(tmp_path):
    path = tmp_path / FILE
    lock = tmp_path / f".{FILE}.lock"
    with held(lock, LedgerBusy), pytest.raises(LedgerBusy, match=f"编号 {os.getpid()}"):
        append_entries(path, [draft()], NOON)
    assert not path.exists()
    lock.write_text("1")
    assert len(append_entries(path, [draft()], NOON).entries) == 1, "a process that died holds no lock"


# ---------------------------------------------------------------- what counts


@pytest.mark.parametrize(
    ("states", "counts"),
    [
        (["confirmed"], True),
        (["proposed"], False),
        (["proposed", "confirmed"], True),
        (["proposed", "withdrawn"], False),
        (["confirmed", "objected"], True),
        (["proposed", "objected"], False),
        (["confirmed", "objected", "upheld"], True),
        (["confirmed", "objected", "withdrawn"], False),
    ],
)
def test_values_hold_from_confirmation_to_withdrawal(states, counts):
    later = [draft("ledger", {"number": "1"}, state=state) for state in states[1:]]
    ledger = chain(draft(values={"times": "2"}, state=states[0]), *later)
    assert [one.number for one in effective_entries(ledger.entries)] == ([1] if counts else [])


def test_what_is_open_is_told_until_it_is_settled():
    opened = [draft(state="objected"), draft("counts", {"unit": "甲"}, {"votes": "3"}, "proposed")]
    settled = [draft(state="upheld"), draft("ledger", {"number": "2"}, state="withdrawn")]
    assert [one.number for one in open_entries(chain(*opened))] == [1, 2]
    assert open_entries(chain(*opened, *settled)) == []
    setting = Setting(read_plan(ROOT / "parameters" / "pingyang-2020.yaml"), {})
    frame = corrections_frame(chain(*opened, *settled), setting)
    assert frame["state_now"].to_list() == ["维持", "撤销", "维持", "撤销"]


# ---------------------------------------------------------------- over the facts


def test_a_corrected_number_counts_and_its_source_is_the_entry(small):
    where = {"method": "client", "unit": "甲", "level": "满意", "cycle": "上半年", "channel": "电话"}
    before = read_facts(small, plan_of(small)).tables["counts"]
    after = facts_with(small, draft("counts", where, {"votes": "25"}))["counts"]
    row = after.filter(pl.col("source") == "登记簿").row(0, named=True)
    assert (row["votes"], row["row"], after.height) == (25, 1, before.height)
    assert after["votes"].sum() == before["votes"].sum() + 5


def test_corrections_are_the_same_as_edited_files(small):
    """What the ledger makes of the facts is what they would be, had the files been right from the start."""
    listed = [
        draft("counts", {"unit": "乙", "level": "满意", "cycle": "下半年"}, {"votes": "7"}),
        draft("counts", {"unit": "丙", "level": "满意", "cycle": "下半年"}, state="withdrawn"),
        draft("units", {"unit": "辛"}, {"name": "辛局", "organ": "某委"}),
        draft("events", {"event": "e1"}, {"unit": "庚", "times": "2"}),
        draft("events", {"event": "e1"}, {"times": "3"}),
        draft("ratings", {"form": "f0", "level": "满意"}, {"unit": "丙"}),
        draft("events", {"event": "e2"}, new("e2", "甲"), new=True),
    ]
    corrected = facts_with(small, *listed)
    (small / FILE).unlink()
    rewrite(small, "units", "辛,辛科,机关,某局", "辛,辛局,机关,某委")
    rewrite(small, "counts", "client,乙,满意,19,下半年", "client,乙,满意,7,下半年")
    rewrite(small, "counts", "client,丙,满意,18,下半年,电话\n", "")
    rewrite(small, "ratings", "f0,ballot,甲,满意", "f0,ballot,丙,满意")
    events = ["event,unit,item,happened_on,times,status,document", "e1,庚,found,2020-03-01,3,确认,某文1号"]
    write(small.parent.parent, "events", [*events, "e2,甲,found,2020-04-01,1,确认,某文2号"])
    edited = read_facts(small, plan_of(small)).tables
    for name, frame in edited.items():
        names = [one for one in frame.columns if one not in ("source", "sheet", "row")]
        assert sorted(map(str, corrected[name].select(names).rows())) == sorted(map(str, frame.select(names).rows()))


def new(event: str, unit: str) -> dict[str, str]:
    given = {"item": "found", "happened_on": "2020-04-01", "status": "confirmed", "document": "某文2号"}
    return {"event": event, "unit": unit, **given}


def rewrite(facts: Path, table: str, before: str, after: str) -> None:
    path = facts / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), encoding="utf-8")


@pytest.mark.parametrize("campaign", paths.campaigns())
def test_every_kind_of_value_reads_back_as_it_was(campaign):
    """The text that stands for a row in the ledger makes the same row again, whatever the column holds."""
    plan = read_plan(ROOT / "parameters" / f"{campaign}.yaml")
    facts = read_facts(ROOT / "data" / campaign, plan).tables
    roster = {row["unit"]: row for row in facts["units"].iter_rows(named=True)}
    setting = Setting(plan, roster)
    for name, frame in facts.items():
        rows, table = frame.head(60), setting.table(name)
        notepad = IssueLog("", "")
        raw = rows_as_text(rows, table).with_columns(pl.int_range(1, rows.height + 1, dtype=pl.UInt32).alias("row"))
        again = rows_as_text(type_columns(raw, table, setting, notepad), table)
        assert notepad.findings == []
        assert again.rows() == rows_as_text(rows, table).rows()


def test_a_day_is_looked_at_with_what_was_put_down_by_then(small):
    listed = (draft(state="objected"), draft(state="withdrawn"))
    seen = {
        day: facts_with(small, *listed, known_on=day)["events"].row(0, named=True)
        for day in (date(2020, 11, 19), date(2020, 11, 20), date(2020, 11, 21))
    }
    assert [row["status"] for row in seen.values()] == ["confirmed", "objected", "withdrawn"]
    assert [row["source"] for row in seen.values()] == ["events.csv", "登记簿", "登记簿"]


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (draft(record={"event": "e9"}, values={"times": "2"}), "第 1 行：读到“记录编号=e9”，数据里已经没有这一条"),
        (draft("counts", {"unit": "甲"}, {"votes": "3"}), "有 6 行符合，应只有一行"),
        (draft("counts", {"unit": "甲", "level": "满意", "cycle": "上半年"}, {"votes": "-3"}), "应为不小于 0 的整数"),
        (draft(values=new("e1", "甲"), new=True), "登记为新增，而数据里已有这一条"),
        (draft(values={"unit": "丑"}), "名录中没有"),
    ],
)
def test_an_entry_that_the_facts_speak_against_stops_the_import(small, one, said):
    with pytest.raises(FactsRefused) as refused:
        facts_with(small, one)
    assert said in str(refused.value)
    assert "登记簿" in str(refused.value)


def test_rows_in_are_rows_accepted_with_a_ledger_too(small):
    (small / FILE).write_text(chain(draft(state="objected")).text, encoding="utf-8")
    receipts = read_facts(small, plan_of(small)).receipts
    assert all(one.rows_in == one.accepted + one.rejected + one.duplicates for one in receipts)
    assert [(one.file, one.rows_in) for one in receipts if one.file == "登记簿"] == [("登记簿", 1)]


# ---------------------------------------------------------------- the form


def form(facts: Path, *lines: str) -> Path:
    path = facts.parent.parent / "更正.csv"
    path.write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    return path


def told(facts: Path, *lines: str, yes: bool = False) -> str:
    return "\n".join(tell_corrected("small", form(facts, *lines), lambda: yes))


def drafted(facts: Path, *lines: str) -> list[Draft]:
    """What the lines of a form come to, without a look at what they move."""
    tables = read_facts(facts, plan_of(facts)).tables
    roster = {row["unit"]: row for row in tables["units"].iter_rows(named=True)}
    drafting = Drafting(Setting(plan_of(facts), roster), tables, ())
    for one in read_form(form(facts, *lines), drafting.setting):
        drafting.take_form(one)
    return drafting.drafts


@pytest.mark.parametrize(
    "record",
    [
        "counts.csv 第 2 行",
        "counts.csv:2",
        "单位=甲；等次=满意；周期=上半年",
        "单位=甲；满意度=x；等次=满意",
        "指标=服务对象评价;单位=甲;等次=满意;周期=上半年;渠道=电话",
    ],
)
def test_a_row_is_named_in_several_ways(small, record):
    if "满意度" in record:
        with pytest.raises(CorrectionFaults, match="“满意度=x”读不懂"):
            told(small, f"票数汇总,{record},票数,25,确认,{WHO}")
        return
    (one,) = drafted(small, f"票数汇总,{record},票数,25,确认,{WHO}")
    assert (one.record["unit"], one.record["cycle"]) == ("甲", "上半年")
    assert (one.values, one.place) == ({"votes": "25"}, "counts.csv 第 2 行")


@pytest.mark.parametrize(
    ("line", "cell", "said"),
    [
        ("事项台帐,e1,,,异议", "表", "相近的有 事项台账"),
        ("事项台账,e9,,,撤销", "记录", "数据里没有这一条；相近的有 e1"),
        ("事项台账,e1,,,维持", "状态", "现在是“确认”，只能改为 异议、撤销"),
        ("事项台账,e1,,,同意", "状态", "应为 提出、确认、异议、维持、撤销 之一"),
        ("事项台账,e1,件数,2,异议", "状态", "更正只能是 提出 或 确认"),
        ("事项台账,e1,件,2,确认", "列", "事项台账没有这一列；相近的有 件数"),
        ("事项台账,e1,件数,两,确认", "改为", "应为整数"),
        ("事项台账,e1,,2,确认", "列", "就要写明是哪一列"),
        ("事项台账,e1,单位,丑,确认", "改为", "名录中没有"),
        ("票数汇总,单位=甲；等次=满意,票数,2,确认", "记录", "有 2 行符合，应只有一行；请再写明 周期"),
        ("票数汇总,甲,票数,2,确认", "记录", "应写明是哪一条：指标=…；单位=…"),
        ("登记簿,3,,,确认", "记录", "应为登记簿中一条更正的序号"),
        ("评价人,3,,,确认", "表", "没有这张表"),
    ],
)
def test_what_is_wrong_with_a_form_is_said_at_its_cell(small, line, cell, said):
    with pytest.raises(CorrectionFaults) as refused:
        told(small, f"{line},{WHO}", yes=True)
    text = str(refused.value)
    assert f"第 2 行“{cell}”" in text
    assert said in text
    assert "一条也没有登记" in text
    assert not (small / FILE).exists()


def test_a_rule_of_the_plan_is_asked_of_a_correction_too(small):
    with pytest.raises(CorrectionFaults, match="第 3 行“票数”：读到“-3”，应为不小于 0 的整数"):
        told(small, f"事项台账,e1,,,异议,{WHO}", f"票数汇总,counts.csv 第 2 行,票数,-3,确认,{WHO}", yes=True)
    assert not (small / FILE).exists()


def test_what_a_correction_moves_is_said_before_anything_is_put_down(small):
    before = sorted(one.name for one in small.iterdir())
    votes = f"票数汇总,单位=乙；等次=满意；周期=下半年,票数,3,提出,{WHO}"
    said = told(small, f"事项台账,e1,,,撤销,{WHO}", votes)
    assert "只看第 1 条：\n  有 1 个单位的名单、名次或得分变动" in said
    assert "监督检查 1 个单位有变（最多的是辛科 +1.00 分）" in said
    assert "乙科，从第 2 名到第 4 名（下降 2 名" in said
    assert "没有登记" in said
    assert sorted(one.name for one in small.iterdir()) == before


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (f"事项台账,e1,件数,2,确认,{WHO}", f"事项台账,e1,件数,3,确认,{WHO}"),
        (f"事项台账,e1,,,撤销,{WHO}", f"事项台账,e1,件数,3,确认,{WHO}"),
    ],
)
def test_of_two_who_correct_a_row_at_once_the_second_looks_again(small, first, second):
    """While one looks at what an entry moves, another puts one down: nothing is locked, nothing is put down unseen."""
    path = form(small, second)
    path = path.rename(path.with_name("另一份.csv"))

    def meanwhile():
        told(small, first, yes=True)
        return True

    with pytest.raises(LedgerBusy, match="您核对时登记簿有 0 条，现在有 1 条"):
        list(tell_corrected("small", path, meanwhile))
    assert len(Ledger.read(small / FILE).entries) == 1
    read_facts(small, plan_of(small))


def test_a_file_that_goes_while_somebody_looks_is_seen_before_anything_is_put_down(small):
    def meanwhile():
        without_the_event(small)
        return True

    with pytest.raises(CorrectionFaults, match="数据里已经没有这一条"):
        list(tell_corrected("small", form(small, f"事项台账,e1,件数,2,确认,{WHO}"), meanwhile))
    assert not (small / FILE).exists()


def without_the_event(small):
    """The file of events as it comes again, without the row that somebody spoke of."""
    path = small / "events.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")


def test_an_entry_that_fits_no_more_can_always_be_settled(small):
    """Its row is gone: the import stops and says what to do; doing it is taken, and lets everybody go on."""
    told(small, f"事项台账,e1,件数,2,确认,{WHO}", yes=True)
    without_the_event(small)
    with pytest.raises(FactsRefused, match="请把数据补回来，或者用 pingyi correct 撤销这一条"):
        read_facts(small, plan_of(small))
    said = told(small, f"登记簿,1,,,撤销,{WHO}", yes=True)
    assert "登记簿第 1 条对不上现在的数据：" in said
    assert "已登记 1 条" in said
    assert read_facts(small, plan_of(small)).tables["events"].height == 0


def test_a_code_that_an_old_ledger_changed_is_one_fault_and_can_be_taken_back(small):
    """Every fact names the unit by its code: eighty faults for one cause, before."""
    recoded = draft("units", {"unit": "甲"}, {"unit": "子"})
    (small / FILE).write_text(chain(recoded).text, encoding="utf-8")
    with pytest.raises(FactsRefused, match="单位编号不能用更正来改") as refused:
        read_facts(small, plan_of(small))
    assert len(refused.value.faults) == 1
    told(small, f"登记簿,1,,,撤销,{WHO}", yes=True)
    assert read_facts(small, plan_of(small)).tables["units"]["unit"][0] == "甲"


def test_a_new_fault_of_a_form_is_told_beside_an_entry_that_fits_no_more(small):
    told(small, f"事项台账,e1,件数,2,确认,{WHO}", yes=True)
    without_the_event(small)
    with pytest.raises(CorrectionFaults, match="名录中没有"):
        told(small, f"票数汇总,单位=甲；等次=满意；周期=上半年,单位,丑,确认,{WHO}")


def test_an_objection_to_a_row_that_is_gone_stops_nothing_and_stays_open(small):
    told(small, f"事项台账,e1,,,异议,{WHO}", yes=True)
    without_the_event(small)
    assert any(
        "第 1 条说的 记录编号=e1 已经不在数据里" in str(one) for one in read_facts(small, plan_of(small)).notices
    )
    assert "等待决定的 1 条" in "\n".join(tell_ledger("small"))


@pytest.mark.parametrize("state", ["异议", "撤销"])
def test_a_change_of_state_can_be_taken_back_by_its_number(small, state):
    told(small, f"事项台账,e1,,,{state},{WHO}", yes=True)
    told(small, f"登记簿,1,,,撤销,{WHO}", yes=True)
    (event,) = read_facts(small, plan_of(small)).tables["events"].to_dicts()
    assert (event["status"], event["source"]) == ("confirmed", "events.csv")
    assert "没有等待决定的" in "\n".join(tell_ledger("small"))
    for again, wanted in (("维持", "只能填 撤销"), ("撤销", "已经撤销，不能再改")):
        with pytest.raises(CorrectionFaults, match=wanted):
            told(small, f"登记簿,1,,,{again},{WHO}")


def events(small) -> list[dict]:
    return read_facts(small, plan_of(small)).tables["events"].sort("event").to_dicts()


def test_a_proposal_on_a_row_survives_every_other_correction_of_it(small):
    """Its unit, its number, its key itself are corrected meanwhile: the proposal still means the same row."""
    told(small, f"事项台账,e1,件数,3,提出,{WHO}", yes=True)
    said = told(small, f"事项台账,e1,单位,庚,确认,{WHO}", f"事项台账,e1,记录编号,e5,确认,{WHO}", yes=True)
    assert "注意" not in said, "other columns of the row"
    assert "还没有决定，说的是同一行数据" in told(small, f"事项台账,e5,件数,4,确认,{WHO}")
    said = told(small, f"登记簿,1,,,确认,{WHO}", yes=True)
    assert "登记簿 第 1 条（事项台账 e1，件数由 1 改为 3）：确认" in said
    (event,) = events(small)
    assert (event["event"], event["unit"], event["times"]) == ("e5", "庚", 3)
    told(small, f"登记簿,2,,,撤销,{WHO}", yes=True)
    (event,) = events(small)
    assert (event["event"], event["unit"], event["times"]) == ("e1", "辛", 3)


def test_a_row_is_meant_where_it_stood_after_it_was_corrected_too(small):
    """Ratings are named by file and row: two hands correct two columns of one row, whatever the first one changed."""
    place = "ratings.csv 第 2 行"
    (before,) = read_facts(small, plan_of(small)).tables["ratings"].filter(row=2).to_dicts()
    told(small, f"评价记录,{place},评价时间,2020-11-19,提出,{WHO}", yes=True)
    told(small, f"评价记录,{place},单位,丙,确认,{WHO}", f"评价记录,{place},评价人代号,某代号,确认,{WHO}", yes=True)
    told(small, f"登记簿,1,,,确认,{WHO}", yes=True)
    assert "由 丙 丙科 改为" in told(small, f"评价记录,{place},单位,{before['unit']},提出,{WHO}")
    rows = read_facts(small, plan_of(small)).tables["ratings"].filter(source="登记簿")
    assert rows.select("unit", "respondent", pl.col("rated_on").cast(pl.Date)).rows() == [
        ("丙", "某代号", date(2020, 11, 19))
    ]


def test_a_row_that_an_entry_brought_is_corrected_like_any_other(small):
    given = {"单位": "丙", "事项": "查实问题", "发生日期": "2020-05-06", "状态": "确认", "依据文件": "某文3号"}
    said = told(small, *(f"事项台账,e7,{head},{value},确认,{WHO}" for head, value in given.items()), yes=True)
    assert (
        "新增一条：记录编号=e7；单位=丙 丙科；事项=查实问题；发生日期=2020-05-06；状态=确认；依据文件=某文3号" in said
    )
    said = told(small, f"事项台账,登记簿 第 1 条,记录编号,e8,确认,{WHO}", f"事项台账,e7,件数,2,确认,{WHO}", yes=True)
    assert "记录编号由 e7 改为 e8；件数由 1 改为 2" in said
    told(small, f"事项台账,e8,件数,5,确认,{WHO}", yes=True)
    assert [(one["event"], one["times"]) for one in events(small)] == [("e1", 1), ("e8", 5)]
    with pytest.raises(CorrectionFaults, match=r"第 2 行.*数据里已经没有这一条.*\n.*第 3 行"):
        told(small, f"登记簿,1,,,撤销,{WHO}", yes=True)
    told(small, *(f"登记簿,{number},,,撤销,{WHO}" for number in (3, 2, 1)), yes=True)
    assert [one["event"] for one in events(small)] == ["e1"]


def test_an_objection_is_settled_by_a_decision_alone(small):
    """A correction of the points under objection leaves the objection open, and the event uncounted."""
    told(small, f"事项台账,e1,,,异议,{WHO}", yes=True)
    said = told(small, f"事项台账,e1,件数,2,确认,{WHO}", yes=True)
    assert "第 1 条" in said.split("注意：")[1]
    assert "等待决定的 1 条" in "\n".join(tell_ledger("small"))
    assert [(one["times"], one["status"]) for one in events(small)] == [(2, "objected")]
    told(small, f"事项台账,e1,,,维持,{WHO}", yes=True)
    assert "没有等待决定的" in "\n".join(tell_ledger("small"))
    assert [(one["times"], one["status"]) for one in events(small)] == [(2, "upheld")]


def test_a_value_that_stands_already_is_no_correction(small):
    with pytest.raises(CorrectionFaults, match="和现在的数据相同，不用改"):
        told(small, f"事项台账,e1,件数,1,确认,{WHO}")


def test_the_command_line_knows_the_heads_that_runs_printed(small):
    """A ledger that lost its last entry is whole in itself; `ledger` and `correct` say so, as a run does."""
    told(small, f"事项台账,e1,,,异议,{WHO}", yes=True)
    run = small.parent.parent / "reports" / "small" / "earlier"
    run.mkdir(parents=True)
    known = {"entries": 1, "head": Ledger.read(small / FILE).head}
    (run / "manifest.json").write_text(json.dumps({"run": {"number": 1, "ledger": known}}))
    (small / FILE).unlink()
    for reckon in (lambda: list(tell_ledger("small")), lambda: told(small, f"事项台账,e1,,,撤销,{WHO}", yes=True)):
        with pytest.raises(LedgerBroken, match=r"那时有 1 条.*现在有 0 条"):
            reckon()


def test_lines_on_one_row_are_one_entry_and_a_proposal_waits(small):
    lines = [f"事项台账,e1,件数,2,提出,{WHO}", f"事项台账,e1,发生日期,2020-03-02,提出,{WHO}"]
    told(small, *lines, yes=True)
    (entry,) = Ledger.read(small / FILE).entries
    assert entry.draft.values == {"times": "2", "happened_on": "2020-03-02"}
    assert read_facts(small, plan_of(small)).tables["events"]["times"].to_list() == [1]
    told(small, f"登记簿,1,,,确认,{WHO}", yes=True)
    assert read_facts(small, plan_of(small)).tables["events"]["times"].to_list() == [2]


def test_a_new_event_is_put_down_line_by_line(small):
    given = {"单位": "丙", "事项": "查实问题", "发生日期": "2020-05-06", "状态": "确认", "依据文件": "某文3号"}
    told(small, *(f"事项台账,e7,{head},{value},确认,{WHO}" for head, value in given.items()), yes=True)
    (entry,) = Ledger.read(small / FILE).entries
    assert entry.draft.new
    events = read_facts(small, plan_of(small)).tables["events"].filter(pl.col("event") == "e7")
    assert events.select("unit", "item", "status").row(0) == ("丙", "found", "confirmed")


def test_the_blank_form_is_read_once_it_is_filled_in(small):
    runner = CliRunner()
    assert runner.invoke(app, ["ledger", "small", "--form", "更正登记表.xlsx"]).exit_code == 0
    filled(Path("更正登记表.xlsx"), [["事项台账", "e1", "", "", "异议", "某甲", "看错一行", "某文1号"]])
    done = runner.invoke(app, ["correct", "small", "更正登记表.xlsx", "--yes"])
    assert done.exit_code == 0, done.output
    assert "已登记 1 条" in done.output
    listed = runner.invoke(app, ["ledger", "small", "--out", "登记簿.xlsx"]).output
    assert "等待决定的 1 条" in listed
    (row,) = fastexcel.read_excel("登记簿.xlsx").load_sheet(0).to_polars().rows()
    assert row[2:9] == ("事项台账", "e1", "events.csv 第 2 行", "", "异议", "异议", "某甲")


def test_the_report_asks_for_a_decision_on_what_is_open(small):
    votes = draft("counts", {"unit": "甲", "level": "满意", "cycle": "上半年"}, {"votes": "3"}, "proposed")
    decided = draft("counts", {"unit": "甲", "level": "不满意", "cycle": "上半年"}, {"votes": "1"}, "confirmed")
    listed = chain(votes, draft(state="objected"), draft("units", {"unit": "甲"}, state="objected"), decided)
    facts = facts_with(small, *(one.draft for one in listed.entries))
    review = Review.begin(plan_of(small), facts)
    review.keep("corrections", corrections_frame(listed, Setting.of(plan_of(small), facts)))
    faults = review.through("outcomes").published("faults")
    asked = faults.filter(severity="decision").select("kind", "where", "found").rows()
    assert sorted(asked) == [
        ("correction_open", "参评单位名录", "3"),
        ("correction_open", "票数汇总", "1"),
        ("pending_events", "check", "e1"),
    ]


def test_a_run_does_not_begin_with_less_than_an_earlier_run_knew(small):
    told(small, f"事项台账,e1,,,异议,{WHO}", f"事项台账,e1,件数,2,提出,{WHO}", yes=True)
    known = Ledger.read(small / FILE)
    run = small.parent.parent / "reports" / "small" / "earlier"
    run.mkdir(parents=True)
    ledger = {"entries": 2, "head": known.head}
    (run / "manifest.json").write_text(json.dumps({"run": {"number": 1, "ledger": ledger}}))
    whole_ledger("small")
    (small / FILE).write_text(known.entries[0].line + "\n", encoding="utf-8")
    assert len(read_facts(small, plan_of(small)).ledger.entries) == 1, "a chain that was cut is whole in itself"
    with pytest.raises(LedgerBroken, match=r"那时有 2 条.*现在有 1 条"):
        whole_ledger("small")


def test_a_ledger_that_was_edited_stops_everything(small):
    told(small, f"事项台账,e1,,,异议,{WHO}", yes=True)
    path = small / FILE
    path.write_text(path.read_text(encoding="utf-8").replace("看错一行", "看错两行"), encoding="utf-8")
    for reckon in (lambda: read_facts(small, plan_of(small)), lambda: list(tell_ledger("small"))):
        with pytest.raises(LedgerBroken, match="第 1 条与登记时不符"):
            reckon()
