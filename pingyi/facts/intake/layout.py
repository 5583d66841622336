"""The layout of a sheet → columns and rows of a table: its head, rows that are none, merged cells, what nobody sees.

Cells merged down a column say that the rows have the same value, and each gets it; of numbers this is not certain
(one for each, or one for all?), and cells merged across columns say nothing certain at all. Hidden rows are taken: what
somebody hid is still part of the table; but they are listed, since nobody sees them.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from pingyi.common.characters import INVISIBLE
from pingyi.common.codebook import Column, Table, codebook
from pingyi.common.faults import nearest
from pingyi.facts.intake.issue_log import IssueLog
from pingyi.facts.intake.sheet_grid import ONLY_HEAD, ROW, Box, Sheet, Spot, Structure, columns_in_use

ABOVE = 10
"""Rows in which a head is looked for that does not stand in the first."""

RULES, OPTIONS = "填写说明", "选项"
"""Sheets that the office's own forms bring along: how to fill them in, and the words of their drop-down lists."""

RETURNED = "退回单"
"""What stands first on the sheet of faults that goes back to a sender; when the file comes again it is passed over."""

Known = Mapping[str, Column]
"""Every accepted head, as it is compared → its column."""


def known_heads(table: Table) -> Known:
    """The heads of a table: names, Chinese heads, other words for them, and heads with their unit of measure."""
    known: dict[str, Column] = {}
    for column in table.columns:
        heads = (column.name, column.head, *column.also)
        known |= {plain_head(head): column for head in heads}
        known |= {plain_head(f"{head}({column.unit})"): column for head in heads if column.unit}
    return known


def plain_head(head: str) -> str:
    """A head as it is compared: in plain width, without spaces, line breaks, and the star of what must be filled."""
    text = unicodedata.normalize("NFKC", head)
    return "".join(one for one in text if not one.isspace() and one not in INVISIBLE).strip("*").casefold()


def is_of_table(sheet: Sheet, table: Table) -> bool:
    """Whether a sheet of a workbook holds rows of the table: it has a head of it, or is as wide as one.

    What is narrower than the columns that a row must have, under heads that nobody knows, is a note.
    """
    row, many = _find_head(sheet, known_heads(table))
    if plain_head(next(iter(sheet.heads.values()), "")) == RETURNED:
        return False
    return many > (row > sheet.log.head_row) or sheet.frame.width - 1 >= _required_columns(table)


def start_at_head(sheet: Sheet, table: Table) -> Sheet | None:
    """The sheet from its head down; titles above it are listed. Nothing where rows stand above the head: noted."""
    first, (row, _) = sheet.log.head_row, _find_head(sheet, known_heads(table))
    if row == first:
        return sheet
    above = sheet.frame.filter(pl.col(ROW) < row).select(_text_columns(sheet))
    filled = max(sum(map(bool, cells)) for cells in (sheet.heads.values(), *above.rows()))
    if filled >= _required_columns(table):
        sheet.log.note_whole(f"表头应在第 {first} 行，现在第 {row} 行，上面还有像数据的行；请把表头移到最上面")
        return None
    if filled:
        sheet.log.list_notice(f"表头在第 {row} 行，上面的标题没有导入")
    return _start_at_row(sheet, row)


def _find_head(sheet: Sheet, known: Known) -> tuple[int, int]:
    """The row that looks most like the head, and how many heads stand in it; the first where none does."""
    first = sheet.log.head_row
    best = (first, _count_heads(sheet.heads.values(), known))
    rows = sheet.frame.filter(pl.col(ROW) <= first + ABOVE)
    for row, *cells in rows.select(ROW, *_text_columns(sheet)).iter_rows():
        many = _count_heads((cell for cell in cells if cell), known)
        if many > max(best[1], 1):
            best = (int(row), many)
    return best


def _text_columns(sheet: Sheet) -> list[str]:
    return [name for name in sheet.heads if sheet.frame[name].dtype == pl.String]


def _count_heads(cells: Iterable[object], known: Known) -> int:
    return len({known[head].name for cell in cells if (head := plain_head(str(cell))) in known})


def _required_columns(table: Table) -> int:
    return sum(column.required for column in table.columns)


def _start_at_row(sheet: Sheet, row: int) -> Sheet:
    written = sheet.frame.filter(pl.col(ROW) == row).drop(ROW).row(0)
    frame = sheet.frame.filter(pl.col(ROW) > row)
    heads = {name: str(head or "").strip() for name, head in zip(sheet.heads, written, strict=True)}
    kept = columns_in_use(frame, heads)
    sheet.log.start_at(row, heads)
    if not frame.height + sheet.ragged:
        sheet.log.list_notice(ONLY_HEAD)
    return replace(sheet, heads=kept, frame=frame.select(*kept, ROW))


def name_columns(sheet: Sheet, table: Table) -> pl.DataFrame:
    """The sheet's frame with the columns of the table that it has, and `row`; what does not fit is noted.

    Unknown and repeated heads are faults. Columns must be there if every row needs them, or if the plan itself adds
    them to the table.
    """
    log, known = sheet.log, known_heads(table)
    names: dict[str, str] = {}
    first: dict[str, str] = {}
    for place, head in sheet.heads.items():
        column = known.get(plain_head(head))
        if not head:
            log.note_head("", f"第 {int(place) + 1} 列有内容而没有表头", column=place)
        elif column is None:
            log.note_head(head, "这张表没有这一列", nearest(plain_head(head), known), column=place)
        elif column.name in first:
            log.note_head(head, f"与“{first[column.name]}”是同一列，只能有一列", column=place)
        else:
            first[column.name] = head
            names[place] = column.name
    common = codebook().facts.get(table.name, table).names
    for column in table.columns:
        if (column.required or column.name not in common) and column.name not in first:
            log.note_absent_column(column.name, column.head, "")
    log.heads = {column: sheet.heads[place] for place, column in names.items()}
    log.places = {column: int(place) for place, column in names.items()}
    log.bad = {(row, names.get(place, place)) for row, place in log.bad}
    return sheet.frame.select(ROW, *names).rename(names)


def read_rows(sheet: Sheet, table: Table) -> pl.DataFrame:
    """The rows below the head that can be rows of the table, its columns named, as people see them."""
    raw, found, log = name_columns(sheet, table), sheet.structure, sheet.log
    raw = _as_shown(raw, found, table, log)
    _note_empty_formulas(raw, found, table, log)
    raw = _spread_merged(raw, found, table, log)
    raw = without_strays(raw, table, log)
    _list_hidden(raw, found, log)
    return raw


# ---------------------------------------------------------------- rows that are none

SUMS = (
    r"^[\s\u3000]*(?:[合总小共累][\s\u3000]*计|总[\s\u3000]*数|平[\s\u3000]*均[值数分]?)[\s\u3000]*[:：]?[\s\u3000]*$"
)
WORDS = ("id", "choice", "text")

HEAD_AGAIN = "又是一遍表头，像是拼接文件时带进来的；请删去这一行"
SUM_ROW = "是合计行，不是数据；请删去这一行"
NOTE_ROW = "只有一格有内容，像是标题或脚注，不是数据；请删去这一行"

FEW = 3
"""Columns that every row must have, from which on a row with one filled cell is no row."""


def without_strays(raw: pl.DataFrame, table: Table, log: IssueLog) -> pl.DataFrame:
    """The rows that can be rows of the table; the head once more, sums and notes are one fault each, not one a cell.

    Typed columns have none.
    """
    names = [name for name in raw.columns if name != ROW]
    if not names or any(raw[name].dtype != pl.String for name in names):
        return raw
    again = [pl.col(name).is_in([log.heads[name], plain_head(log.heads[name])]) for name in names]
    words = [name for name in names if table.column(name).kind in WORDS]
    filled = pl.sum_horizontal(pl.col(names).is_not_null().cast(pl.UInt8))
    never = pl.lit(False)
    kind = (
        pl.when(pl.all_horizontal(again) if len(names) > 1 else never)
        .then(pl.lit(HEAD_AGAIN))
        .when(pl.any_horizontal(pl.col(words).str.contains(SUMS)) if words else never)
        .then(pl.lit(SUM_ROW))
        .when(filled == 1 if min(_required_columns(table), len(names)) >= FEW else never)
        .then(pl.lit(NOTE_ROW))
    )
    strays = raw.select(kind.alias("kind"), ROW, *names).filter(pl.col("kind").is_not_null())
    for said, row, *cells in strays.iter_rows():
        log.note_row(row, next((cell for cell in cells if cell), ""), said)
    return raw.filter(kind.is_null()) if strays.height else raw


# ---------------------------------------------------------------- merged cells, and what is shown otherwise

NUMBERS = ("integer", "decimal")
DAYS = ("date", "moment")
DEFAULTED = (*NUMBERS, "yes_no", "choice")
"""Kinds of columns that may say something where they are left empty."""

LISTED = 10
"""Rows that a notice names; the rest is counted."""

MERGED_HEAD = "表头有合并单元格，应拆开：表头只占一行，每列一格"
ACROSS = "横向合并的单元格应拆开，每格各填各的"
MERGED_NUMBERS = "几行的数合并在一格，不知道是每行都有还是合计；应拆开，每行各填各的"
DAY_AS_TEXT = "这一格存的是日期，应为文字；应把这一格设为文本格式，照纸面重新填写"
EMPTY = "公式的结果是空的；不填的应删去公式，要填的应写明"
BELOW = "合并单元格下面还藏着别的值，应拆开核对"


def _named_places(log: IssueLog) -> dict[int, str]:
    return {place: name for name, place in log.places.items()}


def _spread_merged(raw: pl.DataFrame, found: Structure, table: Table, log: IssueLog) -> pl.DataFrame:
    """The rows with every value that is merged down its column; what is not certain is noted, the rest is listed."""
    columns = _named_places(log)
    values: dict[str, dict[int, Any]] = {}
    for box in sorted(found.merged):
        touched = [columns[place] for place in range(box.left, min(box.right, max(columns, default=0)) + 1)
                   if place in columns]  # fmt: skip
        if box.bottom < log.head_row or not touched:
            continue
        if box.top <= log.head_row:
            log.note_head(str(box), MERGED_HEAD)
        elif len(touched) > 1 or box.left != box.right:
            log.note_row(box.top, str(box), ACROSS)
        elif table.column(touched[0]).kind in NUMBERS:
            log.note_cell(box.top, touched[0], str(box), MERGED_NUMBERS)
        else:
            values.setdefault(touched[0], {}).update(_one_for_all(raw, box, touched[0], log))
    for name, rows in values.items():
        if rows:
            given = _by_row(raw, rows, raw[name].dtype)
            raw = raw.with_columns(pl.coalesce(pl.col(name), given).alias(name))
            log.list_notice(f"“{log.heads[name]}”有合并单元格，{len(rows)} 行按合并的值导入")
    return raw


def _one_for_all(raw: pl.DataFrame, box: Box, name: str, log: IssueLog) -> dict[int, Any]:
    """Row → value, of the rows below the first of merged cells."""
    held = raw.filter(pl.col(ROW).is_between(box.top, box.bottom)).select(ROW, name).rows()
    value = next((cell for row, cell in held if row == box.top), None)
    for row, cell in held:
        if row > box.top and cell is not None and cell != value:
            log.note_cell(row, name, str(cell), BELOW)
    return {row: value for row, cell in held if row > box.top and cell is None and value is not None}


def _by_row(raw: pl.DataFrame, given: Mapping[int, Any], kind: Any) -> pl.Series:
    return raw[ROW].replace_strict(list(given), list(given.values()), default=None, return_dtype=kind)


def _list_hidden(raw: pl.DataFrame, found: Structure, log: IssueLog) -> None:
    if found.concealed:
        log.list_notice("这张工作表是隐藏的，照常导入；不该算的请删去")
    for marked, said in ((found.hidden_rows, "是隐藏的"), (found.struck, "有划去的字")):
        rows = raw[ROW].filter(raw[ROW].is_in(list(marked))).to_list()
        if rows:
            more = f" 等 {len(rows)}" if len(rows) > LISTED else ""
            named = "、".join(map(str, rows[:LISTED])) + more
            log.list_notice(f"第 {named} 行{said}，照常导入；不该算的请删去")
    hidden = [log.heads[name] for name, place in log.places.items() if place in found.hidden_columns]
    if hidden:
        log.list_notice(f"“{'、'.join(hidden)}”一列是隐藏的，照常导入；请核对")


def _as_shown(raw: pl.DataFrame, found: Structure, table: Table, log: IssueLog) -> pl.DataFrame:
    """The rows with texts as people see them: 00094 and not 94. What cannot be told so is noted at its cell.

    Numbers are kept as they are stored, if what is shown is the same number; days are kept as days.
    """
    columns = _named_places(log)
    rows = set(raw[ROW].to_list()) if found.otherwise else set()
    texts: dict[str, dict[int, str]] = {}
    for row, place, shown, same in found.otherwise:
        name = columns.get(place)
        if name is None or row not in rows:
            continue
        counts = table.column(name).kind in (*NUMBERS, *DAYS)
        if same and counts:
            continue
        if counts or shown is None:
            _note_otherwise(raw, row, name, shown, log, is_day=same and shown is None)
        else:
            texts.setdefault(name, {})[row] = shown
    for name, given in texts.items():  # what shows nothing is empty
        shown_texts = pl.coalesce(_by_row(raw, given, pl.String), pl.col(name)).replace("", None)
        raw = raw.with_columns(shown_texts.alias(name))
    return raw


def _note_otherwise(raw: pl.DataFrame, row: int, name: str, shown: str | None, log: IssueLog, *, is_day: bool) -> None:
    """Note a cell that shows other than it stores. is_day: whether it stores a day where a text should be."""
    stored = str(raw.filter(pl.col(ROW) == row)[name].item())
    if is_day:
        log.note_cell(row, name, stored, DAY_AS_TEXT)
        return
    percent = shown is not None and "%" in shown
    seen = "百分数" if percent else "别的写法" if shown is None else f"“{shown}”" if shown else "空白"
    log.note_cell(row, name, stored, f"存的是这个数，这一格却显示成{seen}；应设为常规格式，填要用的数")


def _note_empty_formulas(raw: pl.DataFrame, found: Structure, table: Table, log: IssueLog) -> None:
    """Note formulas without a result in columns where nothing written means something, such as one case."""
    columns = _named_places(log)
    rows = set(raw[ROW].to_list()) if found.empty else set()
    for row, place in sorted(found.empty):
        if row in rows and place in columns and table.column(columns[place]).kind in DEFAULTED:
            log.note_cell(row, columns[place], str(Spot(row, place)), EMPTY)
