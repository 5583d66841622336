"""Columns as they were read → columns of their kind; what cannot be read so is noted at its cell.

Only distinct texts are looked at one by one: a column of a million cells costs what its different values cost.
"""

from typing import Any

import polars as pl

from pingyi.common.codebook import Column, Table
from pingyi.facts.intake.choices import Choice
from pingyi.facts.intake.mending import KEPT, Cells, mended, without_persons
from pingyi.facts.intake.notepad import Notepad
from pingyi.facts.intake.parsing import FIRST, LAST, PARSERS, as_list
from pingyi.facts.intake.setting import Setting
from pingyi.facts.intake.sheet import ROW
from pingyi.plan.base import PLACES

DTYPES: dict[str, Any] = {
    "id": pl.String,
    "text": pl.String,
    "list": pl.String,
    "date": pl.Date,
    "moment": pl.Datetime("us"),
    "integer": pl.Int64,
    "decimal": pl.Decimal(18, PLACES),
    "yes_no": pl.Boolean,
}
"""How each kind is kept; lists are joined by + until they are delivered. Choices are an Enum of their values."""

SUPPRESSIBLE = "votes"
SUPPRESSED = r"^(?:[*＊]{1,3}|[<＜≤]\s*\d{1,3}|小于\s*\d{1,3}|少于\s*\d{1,3}|隐去|保密|不公开|[cCsS])$"
"""The column whose numbers may be hidden so that nobody is told by them, and how it is written."""

UNREADABLE = (pl.Struct, pl.Binary, pl.Object, pl.Array, pl.Time, pl.Duration)


def dtype(column: Column, choice: Choice | None) -> Any:
    """How a column is delivered."""
    if column.kind == "choice":
        return pl.Enum(choice.valid) if choice else pl.String
    return DTYPES[column.kind]


def typed(raw: pl.DataFrame, table: Table, setting: Setting, notepad: Notepad) -> pl.DataFrame:
    """All columns of the table in order, then `row`. A choice that is not among its values stays as what was found."""
    rows = raw[ROW]
    series = []
    for column in table.columns:
        cells = Cells(column, setting.choice(table.name, column.name), notepad, rows, setting.key)
        if column.name in raw.columns:
            series.append(_converted(raw[column.name], cells).alias(column.name))
        else:
            series.append(_empty(cells))
    return pl.DataFrame([*series, rows])


def _empty(cells: Cells) -> pl.Series:
    wanted = dtype(cells.column, cells.choice)
    return pl.Series(cells.column.name, [], dtype=wanted).extend_constant(None, len(cells.rows))


def _converted(raw: pl.Series, cells: Cells) -> pl.Series:
    if raw.dtype in UNREADABLE or getattr(raw.dtype, "time_zone", None) or _is_nested_list(raw):
        zone = isinstance(raw.dtype, pl.Datetime)
        cells.notepad.head(raw.name, "应为不带时区的当地时间" if zone else "这一列的类型读不懂，应为文字、数或日期")
        return _empty(cells)
    if raw.dtype.is_float() and cells.column.kind in ("id", "choice"):
        _note_cut_digits(raw, cells)
    whole = _as_it_is(raw, cells)
    if whole is None:
        texts = mended(_as_text(raw), cells)
        missing = texts.is_null()
        whole = _parsed(without_persons(texts, cells), cells)
    else:
        missing = whole.is_null()
    if cells.column.required and missing.any():
        cells.notepad.cells(cells.rows.filter(missing), cells.column.name, "", "不能为空")
    return whole


def _note_cut_digits(raw: pl.Series, cells: Cells) -> None:
    """An id kept as a number with a point has lost what stood after its fifteenth digit."""
    long = (raw.abs() >= 10**KEPT).fill_null(False)
    for row, number in zip(cells.rows.filter(long), raw.filter(long), strict=True):
        cells.notepad.cell(row, cells.column.name, str(number), f"编号应存为文字；存为数只保留 {KEPT} 位")


def _is_nested_list(raw: pl.Series) -> bool:
    return isinstance(raw.dtype, pl.List) and raw.dtype.inner != pl.String


def _as_it_is(raw: pl.Series, cells: Cells) -> pl.Series | None:
    """The column in its kind if it came so typed, or if every cell already is one of the choices; else nothing."""
    kind, found = cells.column.kind, raw.dtype
    wanted = dtype(cells.column, cells.choice)
    fits = {
        "choice": cells.choice is not None and found in (pl.String, pl.Categorical, pl.Enum),
        "date": found == pl.Date,
        "moment": found in (pl.Date, pl.Datetime),
        "integer": found.is_integer(),
        "decimal": found.is_integer() or (found.is_decimal() and getattr(found, "scale", 0) <= PLACES),
        "yes_no": found == pl.Boolean,
    }
    if not fits.get(kind, False):
        return None
    cast = raw.cast(wanted, strict=False)
    if cast.null_count() > raw.null_count() or (kind in ("date", "moment") and not _in_bounds(cast)):
        return None
    return cast


def _in_bounds(days: pl.Series) -> bool:
    known = days.drop_nulls().cast(pl.Date)
    return known.is_empty() or bool((known >= FIRST).all() and (known <= LAST).all())


def _as_text(raw: pl.Series) -> pl.Series:
    """Any column as text; whole numbers without a point, lists joined."""
    if raw.dtype == pl.String:
        return raw
    if isinstance(raw.dtype, pl.List):
        return raw.list.join("、")
    if raw.dtype.is_float():
        whole = (raw == raw.floor()) & (raw.abs() < 10**KEPT)
        integers = pl.when(whole).then(raw).otherwise(None).cast(pl.Int64).cast(pl.String)
        return pl.select(pl.coalesce(integers, raw.cast(pl.String))).to_series().alias(raw.name)
    return raw.cast(pl.String)


def _parsed(texts: pl.Series, cells: Cells) -> pl.Series:
    kind = cells.column.kind
    if kind == "choice" and cells.choice is not None:
        return _chosen(texts, cells.choice)
    if kind in ("id", "text", "choice"):
        return texts
    if cells.column.name == SUPPRESSIBLE:
        texts = _without_suppressed(texts, cells)
    parse = as_list(cells.choice or Choice(())) if kind == "list" else PARSERS[kind]
    quick = _quick_moments(texts) if kind == "moment" else None
    slow = texts if quick is None else texts.filter(quick.is_null())
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for text in slow.drop_nulls().unique():
        try:
            values[text] = parse(text)
        except ValueError as error:
            wrong[text] = str(error)
    cells.tell(texts, wrong)
    wanted = DTYPES[kind]
    typed_values = pl.Series(list(values.values()), dtype=wanted)
    found = texts.replace_strict(list(values), typed_values, default=None, return_dtype=wanted)
    return found if quick is None else quick.fill_null(found)


def _without_suppressed(texts: pl.Series, cells: Cells) -> pl.Series:
    """Votes that were told to be hidden become null, which is said: they are neither none nor missing."""
    hidden = texts.str.contains(SUPPRESSED).fill_null(False)
    if not hidden.any():
        return texts
    rows = cells.rows.filter(hidden).to_list()
    cells.notepad.notice(
        f"{len(rows)} 行的{cells.column.head}被隐去（第 {rows[0]} 行写作“{texts.filter(hidden)[0]}”）：不当作 0，"
        "也不当作漏报；有关单位这一项得分不明，不参加排名"
    )
    return pl.select(pl.when(~hidden).then(texts)).to_series().alias(texts.name)


def _quick_moments(texts: pl.Series) -> pl.Series:
    """The moments in the two commonest spellings, within the years that facts may name; null for all others."""
    text = pl.col("text")
    day = text.str.contains(r"^\d{4}-\d{2}-\d{2}$")
    moment = text.str.contains(r"^\d{4}-\d{2}-\d{2} [0-2]\d:[0-5]\d:[0-5]\d$")
    whole = pl.when(day).then(text + " 00:00:00").when(moment).then(text)
    read = whole.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us")
    found = pl.DataFrame([texts.alias("text")]).select(read.alias("read"))
    return found.select(pl.when(pl.col("read").dt.date().is_between(FIRST, LAST)).then(pl.col("read"))).to_series()


def _chosen(texts: pl.Series, choice: Choice) -> pl.Series:
    """The values that the texts spell; texts that spell none stay, behind the valid values of the Enum."""
    found = texts.drop_nulls().unique().to_list()
    spelled = {text: choice.spelled.get(text, text) for text in found}
    strangers = sorted(set(spelled.values()) - set(choice.valid))
    values = pl.Enum([*choice.valid, *strangers])
    return texts.replace_strict(list(spelled), list(spelled.values()), default=None, return_dtype=values)
