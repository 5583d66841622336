"""Questions to the result tables in SQL, read only, and the answers in the words of people.

Questions are asked of the published tables (`pingyi/scoring/published.py`), handed to a database in memory that
reaches no file and no other table: whatever is asked, nothing of a review can be changed by it.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import duckdb
import polars as pl

from pingyi.common import wording
from pingyi.common.codebook import Column, Table, codebook
from pingyi.common.faults import PingyiError, hint_nearest
from pingyi.desk.display import readable_table, tell_apart
from pingyi.results.result_tables import ResultTables
from pingyi.scoring.published import published_names

VOTES = frozenset(
    {"tally", "rating_marks", "response_rates", "monthly_rates", "opinions", "set_aside", "excluded_facts"}
)
"""Tables that tell small numbers of votes, or what somebody wrote: never handed out without being looked through."""

CLOSED: dict[str, Any] = {"enable_external_access": "false", "python_enable_replacements": "false"}
"""What keeps a question from files and from the variables of a notebook."""

NO_SELECT = "not implemented"
"""What DuckDB's parser says of statements that are no SELECT."""

MARKS, PLACES = 2, 4
"""Decimal places of marks, and of other numbers, as they are shown."""

SHOWN_ROWS = 20
"""Rows of an answer that are shown where nothing can be paged."""

PAGING = {
    "lengthMenu": "每页 _MENU_ 行",
    "search": "查找：",
    "info": "第 _START_ 至 _END_ 行，共 _TOTAL_ 行",
    "infoEmpty": "没有数据",
    "infoFiltered": "（从 _MAX_ 行中找到）",
    "emptyTable": "没有数据",
    "zeroRecords": "没有找到",
    "loadingRecords": "正在读取…",
    "processing": "正在处理…",
    "paginate": {"first": "首页", "last": "末页", "next": "下一页", "previous": "上一页"},
    "aria": {
        "orderable": "：点一下按这一列排序",
        "orderableReverse": "：点一下反过来排",
        "orderableRemove": "：点一下不再排序",
    },
}
"""What stands around a table that pages."""


SEVERITIES = {"decision": "要决定", "notice": "须知"}
LIST_STATES = {"decided": "已决定", "proposed": "拟定"}

Source = tuple[str, Column]
"""The table and the column of the glossary that a column found comes from."""


class QueryRefused(PingyiError):
    """The question cannot be asked of the result tables, or is no question."""


class PublishedTables:
    """The published tables of a review, to be asked."""

    def __init__(self, book: ResultTables, withheld: Collection[str] = ()) -> None:
        """withheld: tables that are not to be asked."""
        self.book = book
        self.names = [name for name in published_names() if name not in withheld]
        self.withheld = set(withheld)
        self.connection = duckdb.connect(":memory:", config=CLOSED)
        self.handed = set[str]()

    def ask(self, question: str) -> pl.DataFrame:
        """What a SELECT finds, columns as it names them. Raises: QueryRefused."""
        tables = self._asked_tables(question)
        for name in tables - self.handed:
            self.connection.register(name, self.book.published(name))
            self.handed.add(name)
        try:
            found: pl.DataFrame = self.connection.sql(question).pl()
        except duckdb.Error as error:
            raise _not_understood(str(error)) from None
        return found

    def ask_with_names(self, question: str) -> pl.DataFrame:
        """What a SELECT finds, columns as it names them, with names in place of ids. Raises: QueryRefused."""
        return self.words.say_values(self.ask(question), self._tables_of(question))

    def ask_in_words(self, question: str) -> pl.DataFrame:
        """What a SELECT finds, under Chinese heads, with names in place of ids. Raises: QueryRefused."""
        tables = self._tables_of(question)
        return put_heads(self.words.say_values(self.ask(question), tables), tables)

    def _tables_of(self, question: str) -> list[Table]:
        return [codebook().results[name] for name in self.names if name in self._asked_tables(question)]

    def put_heads(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A frame that was found, under the Chinese heads of the tables."""
        return put_heads(frame, [codebook().results[name] for name in self.names])

    @cached_property
    def words(self) -> "ResultWords":
        """What people say for what the tables hold."""
        return ResultWords(self.book)

    def _asked_tables(self, question: str) -> set[str]:
        """The tables that one SELECT reads. Raises: QueryRefused where it is something else, or reads others."""
        (parsed,) = self.connection.execute("select json_serialize_sql($asked)", {"asked": question}).fetchall()[0]
        tree = json.loads(parsed)
        if tree["error"] and tree["error_type"] != NO_SELECT:
            raise _not_understood(tree["error_message"])
        if tree["error"] or len(tree["statements"]) != 1:
            raise QueryRefused("这里只能查询：写一句 select。结果由程序按方案和数据算出，不能在这里改动。")
        tables = set(_tables_below(tree)) - set(_names_given_below(tree))
        if hidden := tables & self.withheld:
            titles = "、".join(codebook().results[name].title for name in sorted(hidden))
            raise QueryRefused(f"“{titles}”里有不能公开的小票数或原话，报告里不直接查它；遮盖过的见报告的有关各节。")
        if unknown := sorted(tables - set(self.names)):
            raise QueryRefused(f"没有结果表“{unknown[0]}”{hint_nearest(unknown[0], self.names)}")
        return tables


def _tables_below(node: Any) -> Iterator[str]:
    """Names of the tables that a parsed SELECT reads, those that it makes itself among them."""
    if isinstance(node, dict) and node.get("type") == "BASE_TABLE":
        yield str(node["table_name"])
    for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _tables_below(below)


def _names_given_below(node: Any) -> Iterator[str]:
    """Names that a parsed SELECT gives to parts of itself (`with … as`)."""
    if isinstance(node, dict) and "cte_map" in node:
        yield from (str(one["key"]) for one in node["cte_map"]["map"])
    for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _names_given_below(below)


def _not_understood(said: str) -> QueryRefused:
    return QueryRefused(f"这句查询写得不对，没有查。数据库说：{said.splitlines()[0]}")


class ResultWords:
    """What people say for the codes and ids of one campaign's result tables."""

    def __init__(self, book: ResultTables) -> None:
        """book: whose names are taken."""
        effects = {id: effect.name or id for id, effect in book.plan.effects.items()}
        self.known: Mapping[str, Mapping[str, str]] = {
            **{"unit": book.unit_names, "subject": book.unit_names, "subject_kind": wording.SUBJECTS},
            **{"component": book.plan.component_titles, "standing": book.plan.standing_titles},
            **{"list": book.plan.list_titles, "item": book.plan.item_names, "effect": effects},
            **{"absent": wording.ABSENT, "not_counted": wording.NOT_COUNTED, "group": book.group_names},
            **{"decided_by": wording.DECIDED, "status": wording.PROBLEMS, "severity": SEVERITIES},
            **{"task_states.state": wording.TASKS, "recheck_states.state": wording.RECHECKS},
            **{"list_states.state": LIST_STATES},
        }

    def say_values(self, frame: pl.DataFrame, tables: Iterable[Table]) -> pl.DataFrame:
        """The frame with ids and codes of the tables that it comes from in words, and numbers as numbers."""
        known = _sources_of(tables)
        return frame.with_columns(self._say_values(values, known.get(values.name)) for values in frame.get_columns())

    def _say_values(self, values: pl.Series, source: Source | None) -> pl.Series:
        if values.dtype.is_decimal():
            marks = source is not None and source[1].unit == "分"
            return values.cast(pl.Float64).round(MARKS if marks else PLACES)
        if values.dtype == pl.Boolean:
            return values.replace_strict({True: "是", False: "否"}, return_dtype=pl.String)
        if source is None or not isinstance(values.dtype, pl.String | pl.Enum | pl.Categorical):
            return values
        table, column = source
        texts = values.cast(pl.String)
        if column.name in ("flag", "reason"):
            return texts.map_elements(_say_reason, return_dtype=pl.String)
        stored = {value: word for word, value in column.values.items()}
        own = self.known.get(f"{table}.{column.name}", self.known.get(column.name, {}))
        return texts.replace({**stored, **own})


def put_heads(frame: pl.DataFrame, tables: Iterable[Table]) -> pl.DataFrame:
    """The frame under the heads of the tables that it comes from.

    A column that neither they nor the question names in Chinese goes by its place.
    """
    known = _sources_of(tables)
    heads = tell_apart([_head_of(name, nth, known) for nth, name in enumerate(frame.columns, start=1)])
    return frame.rename(dict(zip(frame.columns, heads, strict=True)))


def _sources_of(tables: Iterable[Table]) -> dict[str, Source]:
    """The columns of tables by name; of several of one name the last."""
    return {column.name: (table.name, column) for table in tables for column in table.columns}


def _say_reason(text: str) -> str:
    """Flags and reasons, of which a cell may hold several."""
    return "；".join(wording.SET_ASIDE.get(word, wording.flags(word)) for word in text.split("+") if word)


def _head_of(name: str, nth: int, known: Mapping[str, Source]) -> str:
    if name == "unit":
        return "单位"
    if name in known:
        return known[name][1].head
    return f"第 {nth} 列" if name.isascii() else name


@dataclass(frozen=True)
class Answer:
    """Rows found, to look at: in JupyterLab a table that pages, sorts and searches; elsewhere the first rows."""

    frame: pl.DataFrame
    title: str = ""

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.bundle(live=True), raw=True)

    def bundle(self, *, live: bool) -> dict[str, Any]:
        """The rows in the forms that a notebook chooses from. live: among them a table that needs a kernel."""
        said = f"{self.title or '查询结果'}（{self.frame.height} 行）"
        html = readable_table(
            as_texts(self.frame),
            id="answer",
            numeric=[name for name, kind in self.frame.schema.items() if kind.is_numeric()],
            title=self.title,
            rows=SHOWN_ROWS,
        )
        plain = {"text/html": html.as_raw_html(), "text/plain": said}
        return (_paging_table(self.frame, said) | plain) if live else plain


def as_texts(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame as it is read: every cell as text, nothing where there is no value."""
    return frame.with_columns(_as_text(one) for one in frame.get_columns())


def _as_text(values: pl.Series) -> pl.Series:
    if values.dtype.is_float():
        texts = values.map_elements(lambda one: f"{one:.{PLACES}f}".rstrip("0").rstrip("."), return_dtype=pl.String)
        return texts.fill_null("")
    return values.cast(pl.String, strict=False).fill_null("")


def _paging_table(frame: pl.DataFrame, title: str) -> dict[str, Any]:
    """A widget that pages, sorts and searches without a network."""
    from itables.widget import ITable

    make: Callable[..., Any] = ITable
    pages = {"language": PAGING, "lengthMenu": [12, 50, 200], "pageLength": 12, "maxBytes": 0}
    table = make(frame, caption=title, show_dtypes=False, style="width: auto; margin: 0", **pages)
    shown = table._repr_mimebundle_()
    return dict(shown[0] if isinstance(shown, tuple) else shown)
