"""No telephone or identity number gets in by a text, and none gets out by a file."""

import json
import time

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from pingyi.common import paths
from pingyi.common.faults import FactFaults
from pingyi.disclosure.scan import PersonsFound, refuse_in_text, refuse_persons, scan
from pingyi.facts.intake import read_facts
from pingyi.facts.intake.persons import person_number, private_suspects
from pingyi.office.paper_layout import render_pdf
from pingyi.pipeline.pipeline import Pipeline
from pingyi.plan.reader import read_plan
from tests.quick import quick
from tests.reliability.leaks import KINDS, PLAIN
from tests.small import UNITS, project, write

pytestmark = pytest.mark.slow

NUMBER, PERSON = "13857712345", "330326198001011234"

UNIT = "unit,name,category,organ,management"
PROBLEM = "problem,unit,found_on,due,state,text"
TEXTS = {
    "name": ("units", UNIT, f"甲,甲科 {NUMBER},机关,某局,单独"),
    "organ": ("units", UNIT, f"甲,甲科,机关,某局（{PERSON}）,单独"),
    "document": ("events", "event,unit,item,happened_on,status,document", f"e,甲,found,2020-03-01,确认,来电{NUMBER}"),
    "text": ("problems", PROBLEM, f"p1,甲,2020-03-01,2020-04-01,整改中,回复 +86 {NUMBER}"),
    "原话": ("opinions", "opinion,unit,received_on,原话", "o1,甲,2020-03-01,请打 138-5771-2345 给我"),
    "channel": ("opinions", "opinion,unit,received_on,channel,text", "o1,甲,2020-03-01,１３８５７７１２３４５,好"),
}
"""Columns of free text: the table, its heads, and a row with a number in that column."""


@given(st.text("0123456789abcdefABCDEF", min_size=25, max_size=64))
@example(f"{NUMBER:0>32}")
@example(f"a{PERSON}b{NUMBER}")
@example("8" * 25)
def test_a_long_hash_is_nobodys_number(text):
    """The bare hashes of other systems are not looked at one by one: none of them can be a number."""
    assert private_suspects(pl.Series([text])) == []
    assert person_number(text) == ""


@pytest.mark.parametrize("head", TEXTS)
def test_intake_takes_no_number_in_a_free_text(head, tmp_path, monkeypatch):
    folder = project(tmp_path)
    table, heads, row = TEXTS[head]
    others = [f"{one},{one}科,机关,某局,单独" for one in UNITS[1:]] if table == "units" else []
    write(folder, table, [heads, row, *others])
    plan = read_plan(folder / "parameters" / "small.yaml")
    with pytest.raises(FactFaults) as refused:
        read_facts(folder / "data" / "small", plan)
    told = str(refused.value)
    assert f"第 2 行“{head}”" in told
    assert "个人号码不得导入" in told
    assert "5771" not in told
    assert "19800101" not in told


def test_a_run_with_a_number_in_it_gets_no_final_name(tmp_path):
    """An id and the plan's own words are no free text of the facts: the scan finds them, the run is not finished."""
    folder = project(tmp_path)
    write(folder, "events", ["event,unit,item,happened_on,status,document", f"{NUMBER},辛,found,2020-03-01,确认,某文"])
    plan = folder / "parameters" / "small.yaml"
    tree = YAML().load(plan.read_text(encoding="utf-8"))
    tree["campaign"]["office"] = f"评议办（联系人 {NUMBER[:3]} {NUMBER[3:7]} {NUMBER[7:]}）"
    with plan.open("wb") as file:
        YAML().dump(tree, file)
    with quick(folder), pytest.raises(PersonsFound) as found:
        Pipeline("small").run()
    said = str(found.value)
    assert "处电话号码或身份证号，这一次的结果没有完成" in said
    for place in (
        "facts/events.parquet 列 event 第 1 行：手机号 138＊＊＊＊",
        "small.yaml 第",
        "campaign.duckdb 表 events",
    ):
        assert place in said
    assert "5771" not in said
    runs = [path for path in (folder / "reports" / "small").glob("2*") if path.suffix != ".part"]
    assert runs == []


@pytest.mark.parametrize("file", KINDS)
def test_a_number_is_found_in_every_kind_of_file(file, tmp_path):
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    KINDS[file]([*PLAIN, f"电话{NUMBER}", PERSON, *PLAIN], path)
    told = {(one.file, one.kind, one.said) for one in scan(tmp_path)}
    assert told == {(file, "手机号", "138＊＊＊＊"), (file, "身份证号", "330＊＊＊＊")}
    with pytest.raises(PersonsFound, match="有 2 处"):
        refuse_persons(tmp_path)


def test_a_number_in_the_name_of_a_file_is_found(tmp_path):
    (tmp_path / f"{NUMBER}.png").write_bytes(b"")
    assert [one.where for one in scan(tmp_path)] == ["文件名"]


def test_no_paper_is_printed_with_a_number():
    with pytest.raises(PersonsFound, match="没有写出"):
        render_pdf("letter.typ", {"notices": [f"电话 {NUMBER}"]})
    for text in PLAIN:
        refuse_in_text(text, "x")


def test_where_a_line_of_a_drawing_goes_is_no_number():
    """An annual report was refused for it: 137 1530 2214 are places on the paper."""
    path = '<svg><path d="M1 1L 137 1530 2214L138.5 12" transform="translate(137 1530 2214)"></path></svg>'
    refuse_in_text(path, "x")
    refuse_in_text(json.dumps({"svg": path}), "x")
    with pytest.raises(PersonsFound):
        refuse_in_text(json.dumps({"svg": path.replace("</path>", f"</path><text>{NUMBER}</text>")}), "x")
    with pytest.raises(PersonsFound):
        refuse_in_text("电话 137 1530 2214", "x")


def test_facts_of_the_samples_are_scanned_in_no_time_and_without_a_false_alarm(tmp_path):
    for campaign in paths.campaigns():
        start = time.perf_counter()
        assert scan(paths.facts_folder(campaign)) == []
        assert scan(paths.root() / "notebooks") == []
        assert time.perf_counter() - start < 5
