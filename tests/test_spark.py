"""The count of a store on engines that speak Spark Connect, each as a cluster of two workers on this machine.

Sail needs no Java and is asked always; Apache Spark is asked by name (`-m spark`), after `.ci/run` has installed it.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import polars as pl
import psutil
import pytest

from pingyi.common import paths
from pingyi.common.files import hash_file
from pingyi.facts.intake import read_facts, streaming
from pingyi.facts.store import PARTS
from pingyi.plan.reader import read_plan
from pingyi.scoring import count, script
from pingyi.scoring.review import Review
from pingyi.scoring.spark_connect import ENGINE, READ, EngineFailed, translate
from tests import tiny
from tests.support import PARAMETERS
from tests.test_store import RATED, assert_same, folder_with, rows, tables_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning", "ignore::UserWarning"),
]

PATIENCE = 120
"""Seconds that an engine gets to begin, or to give out work, on a machine that does much else."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def listens(port: int) -> bool:
    """Whether somebody answers there."""
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


class Engine:
    """A server of its own process, and its address. The processes that it starts are of its group, and end with it."""

    def __init__(self, folder: Path) -> None:
        port, said = free_port(), folder / "said.log"
        self.address = f"sc://127.0.0.1:{port}"
        command, variables = self.begin_with(port, folder)
        with said.open("wb") as log:
            own = {"cwd": folder, "env": os.environ | variables, "start_new_session": True}
            self.process = subprocess.Popen(command, stdout=log, stderr=log, **own)
        until = time.monotonic() + PATIENCE
        while not (listens(port) and self.is_ready()):
            if self.process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise AssertionError(f"the engine did not begin: {said.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)

    def begin_with(self, port: int, folder: Path) -> tuple[list[str], dict[str, str]]:
        """The command that begins it on a port, and variables of the environment."""
        raise NotImplementedError

    def is_ready(self) -> bool:
        """Whether its workers are there."""
        return True

    def kill(self) -> None:
        """End it at once, with its workers."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Sail(Engine):
    """Sail; its workers are threads of the server."""

    def begin_with(self, port: int, folder: Path) -> tuple[list[str], dict[str, str]]:
        sail = Path(sys.executable).with_name("sail")
        workers = {"SAIL_CLUSTER__WORKER_INITIAL_COUNT": "2", "SAIL_CLUSTER__WORKER_MAX_COUNT": "2"}
        command = [str(sail), "spark", "server", "--ip", "127.0.0.1", "--port", str(port)]
        return command, {"SAIL_MODE": "local-cluster", **workers}


class Spark(Engine):
    """Apache Spark; its workers are processes."""

    def begin_with(self, port: int, folder: Path) -> tuple[list[str], dict[str, str]]:
        installed = Path(sys.prefix) / "spark" / "pyspark"
        for name in ("bin", "jars"):  # a home in this folder, as workers write below it
            (folder / name).symlink_to(installed / name)
        page = free_port()
        self.page = f"http://127.0.0.1:{page}/api/v1/applications"
        settings = {
            "spark.connect.grpc.binding.address": "127.0.0.1",
            "spark.connect.grpc.binding.port": port,
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.sql.shuffle.partitions": 2,
            "spark.ui.liveUpdate.period": 0,  # the page knows at once who works
            "spark.ui.port": page,
        }
        command = [str(folder / "bin" / "spark-submit"), "--master", "local-cluster[2,1,1024]"]
        for name, value in settings.items():
            command += ["--conf", f"{name}={value}"]
        server = ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal"]
        here = dict.fromkeys(("SPARK_HOME", "SPARK_CONF_DIR", "SPARK_LOCAL_DIRS"), str(folder))
        return command + server, here | {"SPARK_LOCAL_IP": "127.0.0.1"}

    def workers(self) -> dict[str, psutil.Process]:
        """Its workers, by their names; not what the server starts for a moment beside them."""
        found = {}
        for one in psutil.Process(self.process.pid).children():
            with suppress(psutil.Error, ValueError):
                said = one.cmdline()
                found[said[said.index("--executor-id") + 1]] = one
        return found

    def is_ready(self) -> bool:
        return len(self.told("executors")) == 3  # and the server itself

    def working(self, since: str) -> set[str]:
        """The names of workers that have work in hand which they were given after a moment."""
        stages = self.told("stages?status=active&details=true")
        tasks = [task for stage in stages for task in stage["tasks"].values()]
        return {one["executorId"] for one in tasks if one["status"] == "RUNNING" and one["launchTime"] > since}

    def told(self, what: str) -> list[dict]:
        """What the page of the server says."""
        with urlopen(self.page) as page:
            [application] = json.load(page)
        with urlopen(f"{self.page}/{application['id']}/{what}") as page:
            return json.load(page)


ENGINES = {"sail": Sail, "spark": Spark}
ON_SPARK = pytest.param("spark", marks=[pytest.mark.spark, pytest.mark.timeout(600)])


@pytest.fixture(scope="module", params=["sail", ON_SPARK])
def engine(request, tmp_path_factory):
    """One engine for all tests that do it no harm."""
    if request.param == "spark":
        if not (Path(sys.prefix) / "spark" / "pyspark" / "jars").is_dir():
            pytest.skip("no Apache Spark beside the packages; .ci/run puts it there")
        if not shutil.which("java"):
            pytest.skip("no Java, which Apache Spark needs")
    found = ENGINES[request.param](tmp_path_factory.mktemp(request.param))
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


HALVES = {"cycle_full": {"上半年": "50", "下半年": "50"}}
LEVELS = {"levels": {"满意": "1", "一般": "0.6", "不满意": "0"}, "channels": [{"id": "电话"}, {"id": "短信"}]}
RULES = {
    "the last of a cycle": HALVES | {"ratings": LEVELS | {"each": {"by": "respondent", "keep": "last"}}},
    "the first of the year": {"ratings": LEVELS | {"each": {"by": "respondent", "keep": "first"}, "score_per": "year"}},
    "the mean of everybody": HALVES | {"ratings": LEVELS | {"mean_first": "respondent"}},
}
"""How a plan takes ratings of the same person: by this the engine puts them together, or leaves them apart."""


@pytest.mark.parametrize("rule", RULES)
def test_the_engine_counts_what_is_counted_at_home(rule, store, engine, monkeypatch):
    plan = tiny.plan({"id": "sat", "full": "100", "per": "half"} | RULES[rule])
    home = tables_of(plan, store)
    monkeypatch.setenv(ENGINE, engine.address)
    there = tables_of(plan, store)
    assert [name for name in home if not home[name].equals(there[name])] == []


@pytest.mark.parametrize("campaign", ["pingyang-2020", "yinchuan-2018"])
def test_a_campaign_comes_to_the_same_on_the_engine(campaign, engine, monkeypatch):
    monkeypatch.setattr(streaming, "LARGE", 0)
    plan = read_plan(PARAMETERS / f"{campaign}.yaml")
    facts = read_facts(paths.facts_folder(campaign), plan).tables
    home = Review.begin(plan, facts, draws=2).through("tally")
    monkeypatch.setenv(ENGINE, engine.address)
    there = Review.begin(plan, facts, draws=2).through("tally")
    for table in (*count.COUNTED, "tally", "respondents", "monthly_rates"):
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


def test_an_engine_that_dies_in_the_middle_leaves_nothing_half_counted(store, tmp_path, monkeypatch):
    dying, translated = Sail(tmp_path), translate

    def kill_before_the_ratings(sql: str, **variables: str) -> str:
        if "known_until" in sql:
            dying.kill()
        return translated(sql, **variables)

    monkeypatch.setattr("pingyi.scoring.spark_connect.translate", kill_before_the_ratings)
    monkeypatch.setenv(ENGINE, dying.address)
    review = Review.begin(RATED, store)
    with pytest.raises(EngineFailed, match="没有计入任何一票"):
        review.through("tally")
    assert nothing_counted(review)
    monkeypatch.delenv(ENGINE)
    assert_same(RATED, store, store)


@pytest.mark.parametrize("engine", [ON_SPARK], indirect=True)
def test_a_worker_killed_in_the_middle_changes_nothing(store, engine, monkeypatch):
    """The workers are stopped before they are asked, so the one killed has work in hand that nobody has done yet."""
    from pyspark.sql.connect.dataframe import DataFrame

    home, ask, killed = tables_of(RATED, store), DataFrame.toArrow, []

    def kill_one_that_works(workers: dict[str, psutil.Process], since: str) -> str:
        until = time.monotonic() + PATIENCE
        try:
            while not (working := engine.working(since)):
                assert time.monotonic() < until, "nobody was given work"
                time.sleep(0.05)
            workers.pop(min(working)).kill()
        finally:
            for worker in workers.values():
                worker.resume()
        return min(working)

    def ask_stopped_workers(frame):
        workers = engine.workers()
        for worker in workers.values():
            worker.suspend()
        stopped = datetime.now(UTC).isoformat(timespec="milliseconds")
        with ThreadPoolExecutor() as others:
            killing = others.submit(kill_one_that_works, workers, stopped)
            found = ask(frame)
            killed.append(killing.result())
        return found

    monkeypatch.setattr(DataFrame, "toArrow", ask_stopped_workers)
    monkeypatch.setenv(ENGINE, engine.address)
    there = tables_of(RATED, store)
    assert [name for name in home if not home[name].equals(there[name])] == []
    assert killed
    assert not {*killed} & {*engine.workers()}


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
        "pingyi.scoring.spark_connect.translate",
        lambda sql, **variables: translate(sql.replace("gone.row is null", half), **variables),
    )
    monkeypatch.setenv(ENGINE, engine.address)
    review = Review.begin(RATED, store)
    with pytest.raises(EngineFailed, match="交回的条数不符：存档里有 303 条"):
        review.through("tally")
    assert nothing_counted(review)


def test_the_statement_is_put_into_the_words_of_the_engine():
    said = translate(script.text(READ), first_unit="甲", last_unit="丙")
    assert "BETWEEN '甲' AND '丙'" in said
    assert "leaf_id" not in said
    assert "getvariable" not in said.lower()
