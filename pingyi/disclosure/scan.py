"""The files of a folder, searched for telephone and identity numbers: a run with one in it gets no final name.

Intake lets no such number in; this looks at what came out, whatever way it went: pages, notebooks, tables and plans as
text, Excel and Word files as the XML inside, Parquet and DuckDB by their columns of text. Paper is set from texts,
which are searched before (`refuse_in_text`).
"""

import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import polars as pl

from pingyi.common.faults import PingyiError
from pingyi.facts.intake.persons import find_numbers, mask_numbers

TEXT = {".html", ".ipynb", ".csv", ".json", ".jsonl", ".md", ".txt", ".yaml", ".svg", ".log", ".typ"}
PACKED = {".xlsx", ".docx"}
SHOWN = 20
"""Places that a message lists."""

APART = r"[ .\-－–—‐·　]?"
BEFORE, BEHIND = r"(?:^|[^0-9A-Za-z._])", r"(?:$|[^0-9A-Za-z_])"
MOBILE = rf"[(（]?1[3-9]\d[)）]?{APART}\d{{4}}{APART}\d{{4}}|1-[3-9]\d\d-\d{{3}}-\d{{4}}"
IDENTITY = rf"[1-8]\d{{5}}{APART}(?:(?:18|19|20)\d{{6}}{APART}\d{{3}}[0-9Xx]|\d{{9}})"
NUMBER = rf"(?:(?:\+|00)?86{APART})?0?(?:{MOBILE})|{IDENTITY}"
SUSPECT = rf"{BEFORE}(?:{NUMBER}){BEHIND}|[０-９]{{3}}".replace(r"\d", "[0-9]")
"""What must be looked at closely; hashes, pictures and decimals have letters, digits or a point beside."""

DRAWN = re.compile(r' (?:d|points|transform|viewBox)=\\?"[-0-9A-Za-z.,() ]*\\?"')
"""Where a line of a drawing goes: coordinates that nobody reads, which may look like a number of somebody."""

AROUND = 24
"""Characters beside a number that decide what it is."""

KINDS = {"mobile": "手机号", "identity": "身份证号"}


class PersonsFound(PingyiError):
    """A telephone or identity number stands in something that was about to be finished."""

    exit_code = 15


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number of a person stands. kind: of the number. said: its first digits, the others masked."""

    file: str
    where: str
    kind: str
    said: str

    def __str__(self) -> str:
        return f"{self.file} {self.where}：{self.kind} {self.said}"


def refuse_persons(folder: Path) -> None:
    """Raises: PersonsFound where a file of the folder holds a number of a person."""
    _refuse_places(scan(folder), "这一次的结果没有完成")


def refuse_in_text(text: str, what: str) -> None:
    """Raises: PersonsFound where a text that is about to be set holds a number of a person."""
    _refuse_places(list(_scan_texts(what, [text], "")), "这份文件没有写出")


def _refuse_places(places: list[Place], ending: str) -> None:
    if places:
        lines = [str(one) for one in places[:SHOWN]]
        rest = [f"……另有 {len(places) - SHOWN} 处"] if len(places) > SHOWN else []
        told = f"有 {len(places)} 处电话号码或身份证号，{ending}；以前的都还在。"
        end = "请在方案或数据里删去，或只留前三位，其余写成＊，再重新运行。"
        raise PersonsFound("\n  ".join([told, *lines, *rest, end]))


def scan(folder: Path) -> list[Place]:
    """Every place in the files of a folder, in the order of their names."""
    return [one for path in sorted(folder.rglob("*")) if path.is_file() for one in scan_file(path, folder)]


def scan_file(path: Path, folder: Path) -> Iterator[Place]:
    """Every place in one file; pictures, paper and what is not known are passed over."""
    name, kind = path.relative_to(folder).as_posix(), path.suffix.lower()
    yield from _scan_texts(name, [name], "文件名")
    if kind in TEXT:
        text = path.read_text(encoding="utf-8", errors="replace")
        yield from _scan_texts(name, text.split("\n"), "第 {} 行")
    elif kind in PACKED:
        yield from _scan_package(name, path)
    elif kind == ".parquet":
        yield from _scan_frame(name, pl.read_parquet(BytesIO(path.read_bytes()), hive_partitioning=False))
    elif kind == ".duckdb":
        yield from _scan_database(name, path)


def _scan_texts(file: str, texts: Iterable[str], where: str) -> Iterator[Place]:
    """where: with {} for the number of a text."""
    series = pl.Series(texts, dtype=pl.String)
    for at in series.str.contains(SUSPECT).fill_null(False).arg_true():
        for kind, said in _personal_numbers(series[at]):
            yield Place(file, where.replace("{}", str(at + 1)), kind, said)


def _personal_numbers(text: str) -> Iterator[tuple[str, str]]:
    """Kind and first digits of every number of a person in a text."""
    text = DRAWN.sub(" ", text)
    for one in re.finditer(SUSPECT, text):
        start, end = max(one.start() - AROUND, 0), one.end() + AROUND
        for number in find_numbers(text[start:end]):
            at, behind = start + number.start, start + number.end
            if one.start() <= at < one.end() and not _is_decimal(text, at, behind):
                yield KINDS[number.kind], mask_numbers(text[at:behind])


def _is_decimal(text: str, start: int, end: int) -> bool:
    return bool(re.match(r"\.\d", text[end : end + 2]) or re.search(r"\d\.$", text[max(start - 2, 0) : start]))


def _scan_package(name: str, path: Path) -> Iterator[Place]:
    """The texts inside an Excel or Word file: what stands in one paragraph or cell belongs together."""
    with zipfile.ZipFile(path) as package:
        for part in sorted(package.namelist()):
            if part.endswith((".xml", ".rels")):
                xml = package.read(part).decode("utf-8", errors="replace")
                plain = re.sub(r"<[^>]*>", "", re.sub(r"</(?:w:p|w:tc|si|c|is|comment|a:p)>", "\n", xml))
                yield from _scan_texts(name, plain.split("\n"), part)


def _scan_frame(name: str, frame: pl.DataFrame) -> Iterator[Place]:
    for column in frame.columns:
        kind = frame[column].dtype
        if kind in (pl.String, pl.Categorical, pl.Enum, pl.List(pl.String)):
            texts = frame[column].list.join("\n") if kind == pl.List else frame[column].cast(pl.String)
            yield from _scan_texts(name, texts, f"列 {column} 第 {{}} 行")


def _scan_database(name: str, path: Path) -> Iterator[Place]:
    """Rows of every table by their columns of text; resampled counts have no text that the count has not."""
    from pingyi.common.database import connect

    with connect(path, read_only=True) as connection:
        tables = connection.sql(FILLED).fetchall()
        texts = " union all ".join(_texts_of(*one) for one in tables)
        asked = f"select distinct * from ({texts}) where regexp_matches(text, '{SUSPECT}') order by all"
        told = connection.sql(asked).fetchall() if tables else []
    for table, rows in groupby(told, itemgetter(0)):
        yield from _scan_texts(name, [text for _, text in rows], f"表 {table}")


def _texts_of(table: str, columns: list[str], drawn: bool) -> str:
    """Selects the rows of a table as text, with its name."""
    quoted = ", ".join(f'"{column}"::varchar' for column in columns)
    counted = " where draw = 0" if drawn else ""
    return f"select '{table}' as name, concat_ws(chr(10), {quoted}) as text from \"{table}\"{counted}"


FILLED = """
select
    table_name,
    list(column_name order by column_index) filter (where data_type like 'VARCHAR%') as texts,
    bool_or(column_name = 'draw'),
from duckdb_columns()
join duckdb_tables() using (table_oid, table_name)
where not duckdb_columns.internal and estimated_size > 0
group by table_name
having texts is not null
order by table_name
"""
"""Tables with rows, and their columns of text."""
