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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import polars as pl

from pingyi.common.database import connect_in_memory
from pingyi.common.faults import PingyiError
from pingyi.common.files import hash_file, replacing

PARTS, LEFT_OUT = "rating_parts", "ratings_left_out"
"""The tables of facts that stand for a store."""

SUFFIX = ".parquet"

COUNTS_SUFFIX = ".counts"
"""Folders with what the ratings of a store came to (`pingyi.scoring.running_counts`)."""

PARTS_SCHEMA: dict[str, Any] = {
    **{"path": pl.String, "sha256": pl.String, "rows": pl.Int64},
    **{"first": pl.Date, "last": pl.Date, "until": pl.Date},
}
"""Columns of `rating_parts`: days of the first and last rating; `until`: later ratings are not known yet."""

LEFT_OUT_SCHEMA: dict[str, Any] = {"source": pl.String, "sheet": pl.String, "row": pl.Int64}

NUMBERED = ("respondent", "device", "interviewer")
"""Columns that a part holds as numbers."""

MEMORY = "2GB"
"""What a question to a store may take; beyond it DuckDB works on the disk."""

ROWS_OF_A_GROUP = 20_480
"""Ratings that are read or passed over together: a share of units reads a few groups of each part."""


class PartsDamaged(PingyiError):
    """A part of the store is missing, is there twice, or is not what was written; nothing was counted."""

    exit_code = 12


def write_part(connection: duckdb.DuckDBPyConnection, block: pl.DataFrame, path: Path) -> dict[str, Any]:
    """Write a block of checked ratings as a part; its row of `PARTS_SCHEMA`.

    block: columns of the fact table, source, sheet and row. The part is sorted by unit, so that a share of units is
    read without the rest, and has its name only once it is whole.
    Raises: OSError, duckdb.Error, where the disk is full.
    """
    told = block.sort("unit", maintain_order=True)
    connection.register("incoming", told.select(NUMBERED))
    try:
        numbers = connection.sql(text("numbers")).pl()
    finally:
        connection.unregister("incoming")
    return _write(told.drop(NUMBERED).hstack(numbers), path)


def _write(part: pl.DataFrame, path: Path) -> dict[str, Any]:
    from pyarrow import parquet

    words = [name for name, kind in part.schema.items() if kind in (pl.String, pl.Enum)]
    with replacing(path) as fresh:  # words are written once, as words: other engines know no other program's types
        parquet.write_table(
            part.to_arrow(),
            fresh,
            compression="lz4",
            row_group_size=ROWS_OF_A_GROUP,
            use_dictionary=words,
            store_schema=False,
        )
    digest = hash_file(path)
    days = part.select(first=pl.col("rated_on").min().dt.date(), last=pl.col("rated_on").max().dt.date()).row(0)
    return dict(zip(PARTS_SCHEMA, (str(path), digest, part.height, *days, None), strict=True))


WORDS = ("method", "unit", "level", "group", "channel", "item")
"""Columns of a rating that hold words of the plan or the roster."""


def count_kinds(facts: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """How many ratings stand (`ratings`) of each kind: `WORDS`, and whether they have a form and a respondent ('1')."""
    with opened(facts) as connection:
        found: pl.DataFrame = connection.sql(text("kinds")).pl()
    return found


def only_kinds(facts: Mapping[str, pl.DataFrame], kinds: pl.DataFrame, folder: Path) -> dict[str, pl.DataFrame]:
    """A store, in this folder, with the ratings of these kinds alone. Raises: OSError.

    kinds: as `count_kinds` gives them, and the words that their ratings are to have: `method_now` and so on.
    """
    now = {f"{name}_now": name for name in WORDS}
    rows = []
    for nth, row in enumerate(facts[PARTS].iter_rows(named=True)):
        part = pl.read_parquet(row["path"])
        has = {"has_form": part["form"].is_not_null(), "has_respondent": part["respondent_high"].is_not_null()}
        kind = kinds.select(
            *WORDS, *now, has_form=pl.col("form").is_not_null(), has_respondent=pl.col("respondent").is_not_null()
        )
        kept = part.with_columns(**has).join(
            kind, on=[*WORDS, *has], how="inner", nulls_equal=True, maintain_order="left"
        )
        if kept.height:
            words = kept.drop(WORDS).rename(now).select(part.columns)
            rows.append({**_write(words, folder / f"{nth:05d}{SUFFIX}"), "until": row["until"]})
    return {PARTS: pl.DataFrame(rows, schema=PARTS_SCHEMA)}


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


@contextmanager
def opened(facts: Mapping[str, pl.DataFrame], spill: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection for questions to the store of these facts, whose ratings that stand are the view `stored`.

    spill: where DuckDB may work on the disk; without it, among temporary files.
    """
    parts = facts.get(PARTS, pl.DataFrame())
    with TemporaryDirectory(prefix="pingyi-") as beside, closing(connect_in_memory()) as connection:
        connection.execute(f"set memory_limit = '{MEMORY}'")
        connection.execute("set temp_directory = ?", [str(spill or beside)])
        look_at(connection, parts, facts.get(LEFT_OUT, pl.DataFrame(schema=LEFT_OUT_SCHEMA)))
        yield connection


def look_at(connection: duckdb.DuckDBPyConnection, parts: pl.DataFrame, gone: pl.DataFrame) -> bool:
    """Let `stored` be what stands in these parts, the rows that are gone left out; whether there are any parts."""
    if parts.height:
        connection.register(LEFT_OUT, gone)
        connect_parts(connection, list(map(Path, parts["path"])), parts.row(0, named=True)["until"])
    return parts.height > 0


def connect_parts(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path], until: date | None = None) -> None:
    """Let statements see the ratings of these parts that were known until a day, as the view `stored`.

    Which of them do not stand is asked of `ratings_left_out`, a table that must be there.
    """
    connection.execute(text("macros"))
    connection.execute("set enable_external_file_cache = false")  # parts are read once,
    connection.execute("set parquet_metadata_cache = true")  # their ends once for each share
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
