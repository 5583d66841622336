"""Questions in SQL: a single SELECT, whose columns of atoms come in 分; whatever else is refused in Chinese."""

from typing import Any

import duckdb

from pingyi.common.faults import PingyiError
from pingyi.desk.step_words import ATOMS


class NotTried(PingyiError):
    """What was to be asked or tried cannot be."""

    exit_code = 2


def counted_in_marks(rows: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """The count alone, marks in 分 in place of atoms."""
    counted = rows.filter("draw = 0") if "draw" in rows.columns else rows
    return counted.project(", ".join(_column_in_marks(*one) for one in zip(rows.columns, rows.types, strict=True)))


def count_filled(rows: duckdb.DuckDBPyRelation) -> tuple[int, list[str]]:
    """How many rows there are, and which columns say something in at least one of them."""
    said = (f"count(*) filter (where coalesce(\"{one}\"::varchar, '') not in ('', 'false'))" for one in rows.columns)
    height, *counts = rows.aggregate(", ".join(["count(*)", *said])).fetchall()[0]
    return int(height), [name for name, found in zip(rows.columns, counts, strict=True) if found]


def _column_in_marks(name: str, kind: Any) -> str:
    return f'to_marks("{name}") as "{name}"' if str(kind) == "HUGEINT" and name in ATOMS else f'"{name}"'


def in_marks(rows: duckdb.DuckDBPyRelation, select: str) -> str:
    """The query with its columns of atoms in 分. rows: what it finds."""
    columns = ", ".join(_column_in_marks(*one) for one in zip(rows.columns, rows.types, strict=True))
    return f"select {columns} from ({select})"


def only_select(text: str) -> str:
    """The text of a single SELECT, without what ends it. Raises: NotTried for anything else."""
    plain = text.strip().rstrip(";").strip()
    try:
        statements = duckdb.extract_statements(plain)
    except duckdb.Error as error:
        raise NotTried(explain_refusal(error)) from None
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise NotTried("这里只能查询：写一条 SELECT。要改动什么，用 %%step 试算；数据的更正请登记到更正表")
    return plain


def explain_refusal(error: duckdb.Error) -> str:
    """What DuckDB says of a statement, with what to do in front."""
    return f"这条语句不能用，请对照表名、列名和写法：\n{str(error).strip()}"
