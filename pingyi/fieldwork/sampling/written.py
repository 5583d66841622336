"""A draw as files: the list to work through, what may be published, and how anyone can check it."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from pingyi.common.codebook import codebook
from pingyi.common.files import new_folder
from pingyi.common.spreadsheet_safe import add_sheet, sheet_name, workbook, write_csv
from pingyi.fieldwork.sampling.draw import Draw
from pingyi.fieldwork.sampling.frame import STRATUM, WHY, head
from pingyi.fieldwork.sampling.note import note

CALLS, PUBLIC, NOTE = "联系名单.xlsx", "抽签公示.csv", "抽签说明.txt"
RESULT, REMARK, TICKET, STRATA = "联系结果", "备注", "抽签号", "分层情况"
ROWS_WHY = {"drawn": "抽中", "not_drawn": "未抽中", "again": "同一人已在本层"}
STRATA_WHY = {
    "drawn": "抽足",
    "too_few": "不足，全部抽取",
    "all": "不在抽取的规模内，全部列入",
    "none": "不在抽取的规模内，不列入",
}
COUNTS = {"size": "行数", "people": "人数", "wanted": "应抽", "drawn": "抽中", "shortfall": "缺额"}


def write_draw(
    result: Draw, folder: Path, *, names: Mapping[str, str] | None = None, sheet_per_channel: bool = False
) -> list[Path]:
    """Write the list of contacts, the public tickets and the note into a new folder; the files in it.

    names: of units by id. sheet_per_channel: one sheet for each channel instead of one for all.
    Raises: PlaceTaken.
    """
    with new_folder(folder) as part:
        _write_calls(result, part / CALLS, names or {}, sheet_per_channel)
        write_csv(_public(result), part / PUBLIC)
        (part / NOTE).write_text(note(result), encoding="utf-8-sig", newline="\r\n")
    return [folder / name for name in (CALLS, PUBLIC, NOTE)]


def _write_calls(result: Draw, path: Path, names: Mapping[str, str], sheet_per_channel: bool) -> None:
    calls = _calls(result, names)
    with workbook(path) as book:
        for name, frame in _sheets(calls, result.drawn, sheet_per_channel).items():
            sheet = add_sheet(book, name, frame, wide=(RESULT, REMARK))
            place = frame.columns.index(RESULT)
            choices = {"validate": "list", "source": _dispositions(), "error_message": "请从下拉列表中选择"}
            sheet.data_validation(1, place, max(frame.height, 1), place, choices)
        add_sheet(book, STRATA, _strata(result))


def _dispositions() -> list[str]:
    """What can become of a contact, in the words of the glossary."""
    return list(codebook().facts["contacts"].column("disposition").values)


def _calls(result: Draw, names: Mapping[str, str]) -> pl.DataFrame:
    """The rows drawn under Chinese heads, in the order of strata and tickets, with room for what came of each."""
    rows = result.drawn
    dates = [name for name, kind in rows.schema.items() if kind.is_temporal()]
    rows = rows.with_columns(
        pl.col(dates).cast(pl.String),
        pl.col("unit").cast(pl.String).replace_strict(dict(names), default=None, return_dtype=pl.String).alias("name"),
    )
    known = ("case", "client", "unit", "name", "served_on", "channel", "group", "post")
    others = [name for name in result.by if name not in known]
    heads = {name: "单位名称" if name == "name" else head(name) for name in (*known, *others) if name in rows.columns}
    empty = pl.lit("", pl.String)
    return rows.select(
        pl.int_range(1, pl.len() + 1).alias("序号"),
        pl.col("ticket").alias(TICKET),
        *(pl.col(name).alias(word) for name, word in heads.items()),
        empty.alias(RESULT),
        empty.alias(REMARK),
    )


def _sheets(calls: pl.DataFrame, drawn: pl.DataFrame, per_channel: bool) -> dict[str, pl.DataFrame]:
    if not per_channel or calls.is_empty():
        return {"联系名单": calls}
    channels = drawn["channel"].cast(pl.String).fill_null("未填渠道")
    return {one: calls.filter(channels == one) for one in channels.unique().sort()}


def _strata(result: Draw) -> pl.DataFrame:
    return result.strata.select(
        *_stratum(result),
        *(pl.col(name).alias(word) for name, word in COUNTS.items()),
        pl.col(WHY).replace_strict(STRATA_WHY, return_dtype=pl.String).alias("情况"),
    )


def _public(result: Draw) -> pl.DataFrame:
    """Strata, ticket numbers and who was drawn, without a pseudonym or a case id."""
    why = pl.col(WHY).replace_strict(ROWS_WHY, return_dtype=pl.String)
    return result.asked.select(*_stratum(result), pl.col("ticket").alias(TICKET), why.alias("结果"))


def _stratum(result: Draw) -> Iterable[pl.Expr]:
    return [pl.col(name).alias(head(name)) for name in result.by] or [pl.col(STRATUM).alias("层")]


def folder_name(id: str, taken: Iterable[str] = ()) -> str:
    """A rule's id as the name of a folder."""
    return sheet_name(id.replace(".", "_"), taken)
