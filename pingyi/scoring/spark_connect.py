"""The count of a store on an engine that speaks Spark Connect: Apache Spark, or Sail, which needs no Java.

The same statements as at home, put into the engine's words by sqlglot, over the same parts, which both must see under
the same paths. Small tables go there, counted tables come home; what is divided is divided at home, since engines
differ in decimals. Nothing is counted unless every row of the store has come back, counted or set aside.
"""

import os
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pingyi.common.faults import PingyiError
from pingyi.facts.store import stored_paths
from pingyi.scoring import script
from pingyi.scoring.run import Run

if TYPE_CHECKING:
    import pyarrow

ENGINE = "PINGYI_ENGINE"
"""The variable of the environment that says where the engine is: sc://host:port."""

SMALL = (
    *("plan_ratings", "plan_levels", "plan_words", "scope", "days", "units", "ratings_left_out"),
    *("forms", "overpicked", "outside_life"),
)
"""Tables that the statements read beside the ratings; the last ones, of ballots and of the first share, go empty."""

EMPTY = ("forms", "overpicked", "outside_life")

VIEWS = ("store/ratings_on_engine", "tally/screened_ratings", "tally/replaced", "tally/adjudicated_ratings")
"""What the counted tables are selected from, each from those before it."""

PORT, PATIENCE, RETRIES = 15002, 10.0, 5
"""Where engines listen unless somebody says otherwise; seconds and attempts that one gets to answer: the client alone
would wait for ten minutes."""

NAMES = {"store/ratings_on_engine": "ratings"}

PLAIN = {"ENUM": "varchar", "HUGEINT": "decimal(38, 0)", "UHUGEINT": "varchar"}
"""What stands for types that only DuckDB has; numbers of respondents are texts there."""


class EngineFailed(PingyiError):
    """The engine is not there, or did not do its work; nothing was counted."""

    exit_code = 16


def engine_address() -> str:
    """Where the engine is; empty where the count is made at home."""
    return os.environ.get(ENGINE, "")


def count_on_engine(run: Run, address: str, tables: tuple[str, ...]) -> None:
    """Add to these tables what the ratings of the store come to. Raises: EngineFailed."""
    with _connected(address) as session:
        try:
            _send_tables(run, session)
            for name in VIEWS:
                view = NAMES.get(name, script.table_of(name))
                session.sql(translate(script.text(name))).createOrReplaceTempView(view)
            found = {name: session.sql(translate(script.text(f"tally/{name}"))).toArrow() for name in tables}
        except Exception as error:
            raise EngineFailed(_describe(error, address)) from error
    _refuse_lost_rows(run, found)
    for name, table in found.items():
        _take_home(run, name, table)


def translate(sql: str) -> str:
    """A statement of DuckDB in the words of Spark: types of its own are words there, shares come after the first."""
    import sqlglot
    from sqlglot import exp

    def plain(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Cast) and node.to.this == exp.DataType.Type.USERDEFINED:
            return exp.cast(node.this, "text")
        if isinstance(node, exp.Func) and node.sql().lower().startswith("getvariable("):
            return exp.true()
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
    try:
        socket.create_connection((parts.hostname, parts.port or PORT), timeout=PATIENCE).close()
        session = SparkSession.builder.remote(address).create()
        session.client.set_retry_policies([DefaultPolicy(max_retries=RETRIES)])
    except Exception as error:
        raise EngineFailed(_describe(error, address)) from error
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
    run.connection.execute("create or replace temp view known_until as select getvariable('known_until')::date as day")
    for name in (*SMALL, "known_until"):
        columns = {one: PLAIN.get(kind.partition("(")[0], kind) for one, kind in _columns(run, name)}
        cells = ", ".join(f'"{one}"::{kind} as "{one}"' for one, kind in columns.items())
        rows = run.connection.sql(f"select {cells} from {name}").to_arrow_table()
        nothing = ", ".join(f'cast(null as {kind}) as "{one}"' for one, kind in columns.items())
        empty = name in EMPTY or not rows.num_rows
        frame = session.sql(translate(f"select {nothing} where false")) if empty else session.createDataFrame(rows)
        frame.createOrReplaceTempView(name)
    session.read.parquet(*map(str, stored_paths(run.connection))).createOrReplaceTempView("stored")


def _columns(run: Run, name: str) -> list[tuple[str, str]]:
    return run.connection.sql(f"select column_name, column_type from (describe {name})").fetchall()


def _refuse_lost_rows(run: Run, found: "dict[str, pyarrow.Table]") -> None:
    """Whether as many ratings came back as there are. Raises: EngineFailed."""
    sums = {
        name: sum(found[name].column(column).to_pylist())
        for name, column in (("kept", "votes"), ("excluded_ratings", "ratings"), ("received", "ratings"))
    }
    stored = run.connection.sql(script.text("store/standing")).fetchall()[0][0]
    counted = sums["kept"] + sums["excluded_ratings"]
    if not counted == sums["received"] == stored:
        what = f"存档里有 {stored} 条，交回的有 {sums['received']} 条，计入和未计入共 {counted} 条"
        raise EngineFailed(f"计算引擎交回的条数不符：{what}；没有计入任何一票。")


def _take_home(run: Run, name: str, table: "pyarrow.Table") -> None:
    """Insert a counted table; a respondent's two halves become the number again."""
    run.connection.register("incoming", table)
    told = {one for one, _ in _columns(run, name)} & {"rater", "voter"}
    replaced = ", ".join(f"whole_text({one}) as {one}" for one in sorted(told))
    run.connection.execute(
        f"insert into {name} by name select *{f' replace ({replaced})' * bool(replaced)} from incoming"
    )
    run.connection.unregister("incoming")
