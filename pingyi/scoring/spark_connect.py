"""The count of a store on an engine that speaks Spark Connect: Apache Spark, or Sail, which needs no Java.

The engine does what is large: it reads the parts, which both must see under the same paths, and puts into one row the
ratings that nothing tells apart. What is left, a few per cent of them, comes home share after share and is counted by
the same statements as always; what is divided is divided at home, since engines differ in decimals. Nothing is counted
unless every rating of the store has come back.
"""

import os
import socket
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from pingyi.common.faults import PingyiError
from pingyi.facts.store import stored_paths
from pingyi.scoring import script
from pingyi.scoring.run import Run

ENGINE = "PINGYI_ENGINE"
"""The variable of the environment that says where the engine is: sc://host:port."""

SMALL = ("plan_ratings", "plan_words", "turn_days", "units", "ratings_left_out")
"""Tables that the statement of the engine reads beside the ratings."""

READ = "store/ratings_on_engine"
"""The statement that the engine runs."""

PORT, PATIENCE, RETRIES = 15002, 10.0, 5
"""Where engines listen unless somebody says otherwise; seconds and attempts that one gets to answer: the client alone
would wait for ten minutes."""

PLAIN = {"ENUM": "varchar", "HUGEINT": "decimal(38, 0)"}
"""What stands for types that only DuckDB has."""

Fetch = Callable[[str, str], None]
"""Told the first and the last unit of a share."""


class EngineFailed(PingyiError):
    """The engine is not there, or did not do its work; nothing was counted."""

    exit_code = 16


def engine_address() -> str:
    """Where the engine is; empty where the count is made at home."""
    return os.environ.get(ENGINE, "")


@contextmanager
def reading_on_engine(run: Run, address: str) -> Iterator[Fetch]:
    """A way to fill `ratings`, a table apart, with those of some units of the store, read by an engine.

    Raises: EngineFailed; also at the end, where not every rating of the store has come.
    """
    fetched = 0
    with _connected(address) as session:

        def fetch(first: str, last: str) -> None:
            nonlocal fetched
            with _told(address):
                table = session.sql(translate(script.text(READ), first_unit=first, last_unit=last)).toArrow()
            fetched += sum(table.column("times").to_pylist())
            run.connection.register("incoming", table)
            run.create_share("store/ratings_from_engine", "ratings")
            run.connection.unregister("incoming")

        with _told(address):
            _send_tables(run, session)
        yield fetch
    stored = run.connection.sql(script.text("store/standing")).fetchall()[0][0]
    if fetched != stored:
        what = f"存档里有 {stored} 条，交回的有 {fetched} 条"
        raise EngineFailed(f"计算引擎交回的条数不符：{what}；没有计入任何一票。")


@contextmanager
def _told(address: str) -> Iterator[None]:
    """Say what happens on the engine in one sentence. Raises: EngineFailed."""
    try:
        yield
    except Exception as error:
        raise EngineFailed(_describe(error, address)) from error


def translate(sql: str, **variables: str) -> str:
    """A statement of DuckDB in the words of Spark. variables: what stands for those that it asks for."""
    import sqlglot
    from sqlglot import exp

    def plain(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Func) and node.sql().lower().startswith("getvariable("):
            asked = node.find(exp.Literal)
            assert asked is not None, "a variable has a name"
            return exp.Literal.string(variables[asked.this])
        return node

    found: str = sqlglot.parse_one(sql, read="duckdb").transform(plain).sql(dialect="spark")
    return found


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of pandas, which is not used
            from pyspark.sql import SparkSession
            from pyspark.sql.connect.client.retries import DefaultPolicy
    except ImportError:
        raise EngineFailed("没有装连接计算引擎要用的程序包；请执行 pip install 'pingyi[spark]'，再重新运行。") from None
    parts = urlsplit(address)
    if parts.scheme != "sc" or not parts.hostname:
        raise EngineFailed(f"计算引擎的地址写作 {address}，应为 sc://主机:端口，如 sc://localhost:15002。")
    with _told(address):
        socket.create_connection((parts.hostname, parts.port or PORT), timeout=PATIENCE).close()
        session = SparkSession.builder.remote(address).create()
        session.client.set_retry_policies([DefaultPolicy(max_retries=RETRIES)])
    try:
        yield session
    finally:
        with suppress(Exception):  # an engine that is gone cannot be told that nobody needs it any more
            session.stop()


def _describe(error: Exception, address: str) -> str:
    """What happened on the engine, in one line of its own words."""
    said = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return (
        f"计算引擎 {address} 没有完成计票，没有计入任何一票：{said[:200]}\n"
        "  请核对地址、引擎是否在运行、引擎能不能读到评价记录的存档文件；也可以不写 --engine，在本机计票。"
    )


def _send_tables(run: Run, session: Any) -> None:
    """The small tables, and the parts, by name."""
    run.create_share("store/turn_days")
    run.connection.execute("create or replace temp view known_until as select getvariable('known_until')::date as day")
    for name in (*SMALL, "known_until"):
        columns = run.connection.sql(f"select column_name, column_type from (describe {name})").fetchall()
        plain = {one: PLAIN.get(kind.partition("(")[0], kind) for one, kind in columns}
        cells = ", ".join(f'"{one}"::{kind} as "{one}"' for one, kind in plain.items())
        rows = run.connection.sql(f"select {cells} from {name}").to_arrow_table()
        nothing = ", ".join(f'cast(null as {kind}) as "{one}"' for one, kind in plain.items())
        empty = translate(f"select {nothing} where false")
        frame = session.createDataFrame(rows) if rows.num_rows else session.sql(empty)
        frame.createOrReplaceTempView(name)
    session.read.parquet(*map(str, stored_paths(run.connection))).createOrReplaceTempView("stored")
