"""Ratings that are too many for the memory: kept as files of Parquet, the parts of the store, beside the other facts.

A campaign with few ratings has them in a frame, as all other facts, and never notices that there is a store. Where the
files of ratings are large together (`pingyi.facts.intake.streaming`), intake reads them block by block, and each block
that has been checked becomes a part. The facts hold two tables instead: `rating_parts`, the parts with their hashes,
and `ratings_left_out`, rows of them that do not stand (repeated, or corrected). Ballots, which are judged as a whole
over all units, stay in the frame.

A part is read by words, not by codes: Parquet keeps each word once and DuckDB casts it once, so that counting compares
small integers all the same, and no table of codes can be lost.
"""

import os
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pingyi.common.faults import PingyiError
from pingyi.common.files import hash_file, replacing

PARTS, LEFT_OUT = "rating_parts", "ratings_left_out"
"""The tables of facts that stand for a store."""

SUFFIX = ".parquet"

PARTS_SCHEMA: dict[str, Any] = {
    **{"path": pl.String, "sha256": pl.String, "rows": pl.Int64},
    **{"first": pl.Date, "last": pl.Date, "until": pl.Date},
}
"""Columns of `rating_parts`: days of the first and last rating; `until`: later ratings are not known yet."""

LEFT_OUT_SCHEMA: dict[str, Any] = {"source": pl.String, "sheet": pl.String, "row": pl.Int64}

ROWS_OF_A_GROUP = 122_880
"""Ratings that are read or passed over together: a share of units reads a few groups of each part."""


class PartsDamaged(PingyiError):
    """A part of the store is missing, is there twice, or is not what was written; nothing was counted."""

    exit_code = 12


def write_part(connection: duckdb.DuckDBPyConnection, block: pl.DataFrame, path: Path) -> dict[str, Any]:
    """Write a block of checked ratings as a part; its row of `PARTS_SCHEMA`.

    block: columns of the fact table, source, sheet and row. The part has its name only once it is whole.
    Raises: duckdb.Error, OSError, where the disk is full.
    """
    connection.register("incoming", block)
    try:
        with replacing(path) as fresh:
            connection.sql(text("part")).write_parquet(str(fresh), compression="zstd", row_group_size=ROWS_OF_A_GROUP)
    finally:
        connection.unregister("incoming")
    digest = hash_file(path)
    days = block.select(first=pl.col("rated_on").min().dt.date(), last=pl.col("rated_on").max().dt.date()).row(0)
    return dict(zip(PARTS_SCHEMA, (str(path), digest, block.height, *days, None), strict=True))


def has_store(facts: Mapping[str, pl.DataFrame]) -> bool:
    """Whether some ratings are in a store."""
    return PARTS in facts and facts[PARTS].height > 0


def check_parts(parts: Sequence[Path], hashes: Sequence[str]) -> None:
    """Whether every part is there, once, and as it was written. Raises: PartsDamaged with all that is not."""
    wrong = []
    for path, digest in zip(parts, hashes, strict=True):
        try:
            said = "" if hash_file(path) == digest else "与写下时的校验码不符，已经损坏或被改动"
        except OSError as error:
            said = f"读不出来（{error.strerror or error}）"
        wrong += [f"{path.name}：{said}"] if said else []
    times = Counter(hashes)
    if again := [path.name for path, digest in zip(parts, hashes, strict=True) if times[digest] > 1]:
        wrong.append(f"{'、'.join(again)}：内容相同，同一批评价在里面有两次")
    if wrong:
        what = "评价记录的存档不完整，没有计票：\n  " + "\n  ".join(wrong)
        raise PartsDamaged(f"{what}\n  请重新运行（不带 --resume），程序会从原始文件重新读取。")


def connect_parts(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path], until: date | None = None) -> None:
    """Let statements see the ratings of these parts that were known until a day, as the view `stored`.

    Which of them do not stand is asked of `ratings_left_out`, a table that must be there.
    """
    connection.execute(text("macros"))
    connection.execute("set enable_external_file_cache = false")  # parts are read once
    connection.execute("set variable rating_parts = ?", [[_escape(path) for path in paths]])
    connection.execute("set variable rating_paths = ?", [[str(path.resolve()) for path in paths]])
    connection.execute("set variable known_until = ?", [until])
    connection.execute("create or replace temp view stored as " + text("stored"))


def stored_paths(connection: duckdb.DuckDBPyConnection) -> list[Path]:
    """Where the parts lie that statements read."""
    return [Path(path) for (path,) in connection.sql("select unnest(getvariable('rating_paths'))").fetchall()]


def _escape(path: Path) -> str:
    """A path whose characters stand for themselves where DuckDB would look for a pattern."""
    return "".join(f"[{one}]" if one in "[*?" else one for one in str(path))


def text(name: str) -> str:
    """A statement of this folder."""
    return Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")


def link_parts(parts: pl.DataFrame, folder: Path) -> pl.DataFrame:
    """The parts in another folder: linked where the disk allows it, else copied; their paths lie there.

    Raises: OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for nth, path in enumerate(map(Path, parts["path"])):
        paths.append(folder / f"{nth:05d}{SUFFIX}")
        _copy_once(path, paths[-1])
    return parts.with_columns(path=pl.Series([str(path) for path in paths], dtype=pl.String))


def with_paths_from(parts: pl.DataFrame, folder: Path) -> pl.DataFrame:
    """The parts with their paths from a folder on; those that are whole already stay as they are."""
    return parts.with_columns(path=pl.Series([str(folder / path) for path in parts["path"]], dtype=pl.String))


def _copy_once(source: Path, target: Path) -> None:
    if target.exists():
        target.unlink()
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
