"""The count of a store on an engine that speaks Spark Connect: Sail as a cluster of two workers, on this machine."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from pingyi.common import paths
from pingyi.common.files import hash_file
from pingyi.facts.intake import read_facts, streaming
from pingyi.facts.store import PARTS
from pingyi.plan.reader import read_plan
from pingyi.scoring import count, script
from pingyi.scoring.review import Review
from pingyi.scoring.spark_connect import ENGINE, VIEWS, EngineFailed, translate
from tests.support import PARAMETERS
from tests.test_store import RATED, assert_same, folder_with, rows, tables_of

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning", "ignore::UserWarning")

CLUSTER = {
    "SAIL_MODE": "local-cluster",
    "SAIL_CLUSTER__WORKER_INITIAL_COUNT": "2",
    "SAIL_CLUSTER__WORKER_MAX_COUNT": "2",
}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Engine:
    """A server of its own process, and its address."""

    def __init__(self) -> None:
        port = free_port()
        self.address = f"sc://127.0.0.1:{port}"
        sail = Path(sys.executable).with_name("sail")
        command = [str(sail), "spark", "server", "--ip", "127.0.0.1", "--port", str(port)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, env=os.environ | CLUSTER, **quiet)
        for _ in range(300):
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        raise AssertionError("the engine did not begin")

    def kill(self) -> None:
        """End it at once."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@pytest.fixture(scope="module")
def engine():
    """One engine for all tests that do it no harm."""
    found = Engine()
    yield found
    found.kill()


@pytest.fixture(autouse=True)
def main_module(monkeypatch):
    """The client takes a main program without a file, such as a worker of pytest, for its own doctests, and ends it."""
    monkeypatch.setattr(sys.modules["__main__"], "__file__", __file__, raising=False)


@pytest.fixture
def store(tmp_path, monkeypatch):
    """Ratings of a store, some of them repeated, out of the window, of the same moment, of nobody's."""
    monkeypatch.setattr(streaming, "LARGE", 0)
    monkeypatch.setattr(streaming, "BLOCK", 40)
    same = [f",sat,甲,{level},2020-05-05 10:00:00,x,电话," for level in ("满意", "不满意", "一般")]
    return read_facts(folder_with(tmp_path / "facts", ratings=[*rows(300), *same]), RATED).tables


def test_the_engine_counts_what_is_counted_at_home(store, engine, monkeypatch):
    home = tables_of(RATED, store)
    monkeypatch.setenv(ENGINE, engine.address)
    there = tables_of(RATED, store)
    assert [name for name in home if not home[name].equals(there[name])] == []


@pytest.mark.parametrize("campaign", ["pingyang-2020", "jizhou-2012"])
def test_a_campaign_comes_to_the_same_on_the_engine(campaign, engine, monkeypatch):
    monkeypatch.setattr(streaming, "LARGE", 0)
    plan = read_plan(PARAMETERS / f"{campaign}.yaml")
    facts = read_facts(paths.facts_folder(campaign), plan).tables
    home = Review.begin(plan, facts, draws=2).through("tally")
    monkeypatch.setenv(ENGINE, engine.address)
    there = Review.begin(plan, facts, draws=2).through("tally")
    for table in (*count.OF_UNITS, "tally", "respondents", "monthly_rates"):
        assert there.table(table).equals(home.table(table)), table


def nothing_counted(review: Review) -> bool:
    """Whether the stage left nothing behind."""
    return (
        review.done == ["roster"]
        and not review.run.connection.sql("select 1 from duckdb_tables() where table_name = 'kept'").fetchall()
    )


@pytest.mark.parametrize(
    ("address", "said"),
    [("spark://here:1", "应为 sc://主机:端口"), ("sc://127.0.0.1:9", "没有完成计票，没有计入任何一票")],
    ids=["a wrong address", "nobody there"],
)
def test_an_engine_that_is_not_there_is_told(store, address, said, monkeypatch):
    monkeypatch.setenv(ENGINE, address)
    review = Review.begin(RATED, store)
    with pytest.raises(EngineFailed, match=said):
        review.through("tally")
    assert nothing_counted(review)


def test_an_engine_that_dies_in_the_middle_leaves_nothing_half_counted(store, monkeypatch):
    dying, translated = Engine(), translate

    def kill_before_the_third(sql: str) -> str:
        if "excluded_ratings" in sql:
            dying.kill()
        return translated(sql)

    monkeypatch.setattr("pingyi.scoring.spark_connect.translate", kill_before_the_third)
    monkeypatch.setenv(ENGINE, dying.address)
    review = Review.begin(RATED, store)
    with pytest.raises(EngineFailed, match="没有计入任何一票"):
        review.through("tally")
    assert nothing_counted(review)
    monkeypatch.delenv(ENGINE)
    assert_same(RATED, store, store)


def test_a_part_that_lacks_a_column_is_told(store, engine, monkeypatch):
    for place, path in enumerate(store[PARTS]["path"]):
        pl.read_parquet(path).drop("channel").write_parquet(path)
        store[PARTS][place, "sha256"] = hash_file(Path(path))
    monkeypatch.setenv(ENGINE, engine.address)
    review = Review.begin(RATED, store)
    with pytest.raises(EngineFailed, match="channel"):
        review.through("tally")
    assert nothing_counted(review)


def test_rows_that_do_not_come_back_are_told(store, engine, monkeypatch):
    half = "gone.row is null and stored.row % 2 = 0"
    monkeypatch.setattr(
        "pingyi.scoring.spark_connect.translate", lambda sql: translate(sql.replace("gone.row is null", half))
    )
    monkeypatch.setenv(ENGINE, engine.address)
    review = Review.begin(RATED, store)
    with pytest.raises(EngineFailed, match="交回的条数不符：存档里有 303 条"):
        review.through("tally")
    assert nothing_counted(review)


def test_statements_are_put_into_the_words_of_the_engine():
    for name in (*VIEWS, *(f"tally/{one}" for one in count.OF_UNITS)):
        said = translate(script.text(name))
        assert "leaf_id" not in said, name
        assert "getvariable" not in said.lower(), name
