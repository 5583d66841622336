"""A file of any format → its bytes, read once → sheets of cells that are not yet understood.

What a file is, its bytes tell: a suffix is only what somebody called it. A text has one encoding for the whole file, or
is a fault; nothing is guessed for a cell, nothing is sniffed, and nothing that does not fit is dropped.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from itertools import chain, islice
from pathlib import Path
from typing import Any

import polars as pl

from pingyi.facts.intake.issue_log import IssueLog
from pingyi.facts.intake.sheet_grid import (
    ROW,
    Grid,
    Sheet,
    Stamp,
    Unreadable,
    heads_by_place,
    sheet_without_blanks,
    stamp_of,
)
from pingyi.facts.intake.xls import read_xls
from pingyi.facts.intake.xlsx import read_xlsx

MB = 1 << 20
LARGEST = {".csv": 1024 * MB, ".xlsx": 256 * MB, ".xls": 128 * MB, ".parquet": 4096 * MB}
"""Bytes of a file that is still read; a year's ratings of a large city stay below when they come by the day."""

CHANGING = "读的时候这个文件还在变，可能还没有写完；请等写完再导入"


Mark = tuple[int, int, int]
"""What changes when somebody writes to a file: its bytes, its time, its number on the disk."""


def mark_of(path: Path) -> Mark:
    """The mark of a file as it is now. Raises: OSError."""
    state = path.stat()
    return (state.st_size, state.st_mtime_ns, state.st_ino)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file's bytes, read once: what is hashed is what is read. mark: as it was just before."""

    path: Path
    data: bytes
    stamp: Stamp
    mark: Mark


def read_bytes(path: Path) -> Arrived:
    """A file with its bytes. Raises: Unreadable where it is too large or was written to meanwhile, OSError."""
    mark = mark_of(path)
    size, most = mark[0], LARGEST[path.suffix.lower()]
    if size > most:
        raise Unreadable(f"文件有 {size // MB} MB，超过 {most // MB} MB，请按日或按单位分成几个文件")
    data = path.read_bytes()
    if len(data) != size or mark_of(path) != mark:
        raise Unreadable(CHANGING)
    return Arrived(path, data, stamp_of(data), mark)


def is_unchanged(path: Path, mark: Mark) -> bool:
    """Whether nobody wrote to a file since."""
    try:
        return mark_of(path) == mark
    except OSError:
        return False


# ---------------------------------------------------------------- what a file is

TEXT, XLSX, XLS, PARQUET = "文本（CSV）", "XLSX", "旧式 Excel（.xls）", "Parquet"
EXPECTED = {".csv": TEXT, ".xlsx": XLSX, ".xls": XLS, ".parquet": PARQUET}
NAMED = {TEXT: "请改回 .csv", XLSX: "请改回 .xlsx", XLS: "请改回 .xls", PARQUET: "请改回 .parquet"}
LOCKED, PAGE, SHEETML, OTHER = "加了密码的 Excel", "网页（HTML）", "XML 表格", "不认识的"
RESAVE_AS_XLSX = "请在 Excel 或 WPS 中打开，另存为 .xlsx"
FOREIGN = {
    LOCKED: "请去掉密码再送",
    PAGE: RESAVE_AS_XLSX,
    SHEETML: RESAVE_AS_XLSX,
    "PDF": "请送原来的表格",
    "Word": "请把表格另存为 .xlsx",
    "压缩": "请先解压",
}

STARTS = {b"%PDF": "PDF", b"\x1f\x8b": "压缩", b"Rar!": "压缩", b"7z\xbc\xaf": "压缩", b"PAR1": PARQUET}
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
OLE = b"\xd0\xcf\x11\xe0"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
TEXT_HEAD, PAGE_HEAD = 4096, 1 << 16
"""Bytes in which a text says that it is none, and in which a page or an XML table says what it is."""

SKIPPED = re.compile(r"(?:\s+|<!--.*?-->|<\?.*?\?>)*", re.DOTALL)
WEB = re.compile(
    r"<(?:!doctype html|html|head|meta|table|thead|tbody|body|tr|td|div|span|p|br|style|script|title|link|center|font"
    r"|h\d|pre|form|section|main|article)\b|mime-version:"
)
TABLE = re.compile(r"<(?:html|table|tr|td)\b")
"""How pages begin, also those that are sent as letters, and what shows that a text with other tags is one."""


def refuse_other(data: bytes, suffix: str) -> None:
    """Raises: Unreadable where the bytes are nothing, or not what the suffix says."""
    if not data:
        raise Unreadable("文件是空的")
    if not data.strip(b"\0"):
        raise Unreadable("文件里全是零字节，没有传完或已损坏，请重新传送")
    kind = kind_of(data)
    if kind in (EXPECTED[suffix], OTHER):
        return
    if kind in FOREIGN:
        raise Unreadable(f"后缀是 {suffix}，内容却是{kind}文件，{FOREIGN[kind]}")
    raise Unreadable(f"这是改了后缀的 {kind} 文件，内容不是 {suffix}，{NAMED[kind]}")


def kind_of(data: bytes) -> str:
    """One of the kinds above. What begins like a package is one of Excel unless it says otherwise."""
    if data.startswith(ZIP):
        return _kind_of_package(data)
    if data.startswith(OLE):
        return LOCKED if "EncryptedPackage".encode("utf-16-le") in data else XLS
    return next((kind for start, kind in STARTS.items() if data.startswith(start)), None) or _kind_of_text(data)


def _kind_of_package(data: bytes) -> str:
    if b"xl/" in data:
        return XLSX
    return "Word" if b"word/" in data else "压缩" if b"[Content_Types].xml" not in data else XLSX


def _kind_of_text(data: bytes) -> str:
    """A page, an XML table or plain text; what holds control characters is none of them."""
    head = _text_start(data[:PAGE_HEAD])
    if "urn:schemas-microsoft-com:office:spreadsheet" in head:
        return SHEETML
    if WEB.match(head) or (head.startswith("<") and TABLE.search(head)):
        return PAGE
    binary = re.search(rb"[\x00-\x08\x0e-\x19\x1c-\x1f]", data[:TEXT_HEAD])
    return OTHER if binary and not data.startswith(UTF16) else TEXT


def _text_start(data: bytes) -> str:
    """The beginning of a text in small letters, without what says nothing: marks, spaces, comments."""
    encoding = "utf-16" if data.startswith(UTF16) else "latin-1"
    text = data.decode(encoding, errors="replace").removeprefix("\xef\xbb\xbf").lower()
    return SKIPPED.sub("", text, count=1)


# ---------------------------------------------------------------- texts

PRIVATE = re.compile("[\ue000-\uf8ff]")
"""Characters of private use: they come from another encoding (Big5), or from the fonts of a single machine."""

BYTES_OF_2022 = {
    "a6d9": "\ufe10", "a6da": "\ufe12", "a6db": "\ufe11", "a6dc": "\ufe13", "a6dd": "\ufe14", "a6de": "\ufe15",
    "a6df": "\ufe16", "a6ec": "\ufe17", "a6ed": "\ufe18", "a6f3": "\ufe19", "fe59": "\u9fb4", "fe61": "\u9fb5",
    "fe66": "\u9fb6", "fe67": "\u9fb7", "fe6d": "\u9fb8", "fe7e": "\u9fb9", "fe90": "\u9fba", "fea0": "\u9fbb",
}  # fmt: skip
"""Bytes that GB18030-2022 gives to characters of their own, and GB18030-2005 to characters of private use."""

NEWER = str.maketrans({bytes.fromhex(code).decode("gb18030"): one for code, one in BYTES_OF_2022.items()})
END_OF_FILE = "\x1a"
"""What old programs write behind the last line."""

RESAVE_AS_UTF8 = "请另存为 UTF-8 编码的 CSV"


def decode_text(data: bytes) -> str:
    """The text of UTF-8 (with or without BOM), UTF-16 (with BOM) or GB18030 bytes, without a mark of its end.

    Raises: Unreadable, also for UTF-8 that was damaged or cut, and where two encodings are as likely.
    """
    text = _decode_utf16(data) if data.startswith(UTF16) else _decode_utf8(data)
    if text is None:
        text = _decode_gb18030(data)
    if "\0" in text:
        raise Unreadable(f"不是文本文件，{RESAVE_AS_UTF8}")
    return text.rstrip(END_OF_FILE)


def _decode_utf16(data: bytes) -> str:
    try:
        return data.decode("utf-16")
    except UnicodeDecodeError:
        raise Unreadable("UTF-16 编码不完整，文件可能被截断") from None


def _decode_utf8(data: bytes) -> str | None:
    """The text; None where it is another encoding. Raises: Unreadable."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if _mostly_utf8(data):
            line = data.count(b"\n", 0, error.start) + 1
            raise Unreadable(f"第 {line} 行附近的 UTF-8 编码不完整，文件可能损坏或被截断") from None
        return None
    if not data.startswith(codecs.BOM_UTF8) and may_be_gb18030(text, data):
        raise Unreadable(f"分不清是 UTF-8 还是 GB18030，{RESAVE_AS_UTF8}（带 BOM）")
    return text


def _mostly_utf8(data: bytes) -> bool:
    """Whether more characters beyond ASCII are whole in UTF-8 than broken: damaged UTF-8, no other encoding."""
    text = data.decode("utf-8-sig", errors="replace")
    broken = text.count("\ufffd")
    return len(re.findall(r"[^\x00-\x7f]", text)) > 2 * broken


def may_be_gb18030(text: str, data: bytes) -> bool:
    """Whether UTF-8 gives no Chinese, only letters of two bytes, where GB18030 would give Chinese."""
    if text.isascii() or re.search("[\u0800-\U0010ffff]", text):
        return False
    return re.search("[\u4e00-\u9fff]", _try_gb18030(data)) is not None


def _decode_gb18030(data: bytes) -> str:
    text = _try_gb18030(data)
    if not text:
        raise Unreadable(f"既不是 UTF-8 也不是 GB18030 编码，{RESAVE_AS_UTF8}")
    if strange := PRIVATE.search(text):
        line = text.count("\n", 0, strange.start()) + 1
        raise Unreadable(f"第 {line} 行有自造字或别的编码的字（会变成乱码），{RESAVE_AS_UTF8}")
    return text


def _try_gb18030(data: bytes) -> str:
    try:
        return data.decode("gb18030").translate(NEWER)
    except UnicodeDecodeError:
        return ""


FRAME_ROWS = 20_000
"""Rows of a CSV that are held as Python text at a time."""

TITLES = 10
"""Rows in which a title may stand above the head."""

COLUMNS = 1000
"""Columns that a table may have; more come from a separator that is none."""

CUT = "最后一行末尾没有换行，而别的行都有，文件可能被截断；核对后在 Excel 中打开另存，或在末尾加一个换行"
WRAPPED = "每一行整个被引号包住，成了一格；请去掉每行首尾的引号（成对的引号改回一个），或从原系统重新导出"
Record = list[str]


@dataclass
class Records:
    """The records of a file on their way into frames. ragged: number and width of those not as wide as the head."""

    width: int
    ragged: list[tuple[int, Record]] = field(default_factory=list)
    last: int = 1

    def to_frames(self, rows: Iterable[Record], size: int = FRAME_ROWS) -> Iterator[pl.DataFrame]:
        """Frames of so many rows, all as wide as the head; others are kept apart, unless they are blank."""
        rows = iter(rows)
        while block := list(islice(rows, size)):
            numbers = list(range(self.last + 1, self.last + 1 + len(block)))
            self.last += len(block)
            if set(map(len, block)) != {self.width}:
                pairs = list(zip(numbers, block, strict=True))
                self.ragged += [one for one in pairs if len(one[1]) != self.width and any(map(str.strip, one[1]))]
                numbers = [number for number, cells in pairs if len(cells) == self.width]
                block = [cells for cells in block if len(cells) == self.width]
            yield text_frame(numbers, block, self.width)


def read_csv(data: bytes, log: IssueLog, stamp: Stamp) -> Sheet:
    """A CSV file; row: the row that a spreadsheet shows. Raises: Unreadable."""
    text = decode_text(data)
    rows = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        heads, *above = level_titles(list(islice(rows, TITLES)))
        records = Records(len(heads))
        frames = list(records.to_frames(chain(above, rows)))
    except csv.Error as error:
        raise Unreadable(quote_fault(str(error), rows.line_num)) from None
    frame = pl.concat(frames) if frames else text_frame([], [], len(heads))
    refuse_one_column(heads)
    cut = 0 if text.endswith(("\n", "\r")) else records.last
    note_ragged(log, records, cut, frame)
    return sheet_without_blanks(log, stamp, heads_by_place(heads), frame, ragged=len(records.ragged))


def refuse_one_column(heads: Record) -> None:
    """Raises: Unreadable where a head of one column shows that its lines were not taken apart."""
    if len(heads) == 1 and "," in heads[0]:
        raise Unreadable(WRAPPED)
    if len(heads) == 1 and any(mark in heads[0] for mark in "\t;；，|"):
        raise Unreadable("各列之间应为半角逗号")


def level_titles(first: list[Record]) -> list[Record]:
    """The first records, titles above the head as wide as the head. Raises: Unreadable where there is none."""
    filled = [sum(map(bool, map(str.strip, cells))) for cells in first]
    if not any(filled):
        raise Unreadable("文件是空的" if len(first) < TITLES else "第 1 行应为表头")
    head = next((nth for nth, many in enumerate(filled) if many > 1), 0)
    width = len(first[head])
    if width > COLUMNS:
        raise Unreadable(f"有 {width} 列，太多；请核对分隔符")
    titles = [[*cells, *[""] * width][:width] for cells in first[:head]]
    return [*titles, *first[head:]]


def quote_fault(error: str, line: int) -> str:
    """What an error of the reader of CSV means."""
    if "field larger" in error:
        return f"第 {line} 行附近有一格超过 {csv.field_size_limit()} 字，应是引号没有配对"
    return f"第 {line} 行的引号没有配对" + "，文件可能被截断" * ("unexpected end" in error)


def note_ragged(log: IssueLog, records: Records, cut: int, frame: pl.DataFrame) -> None:
    """Note the rows that are not as wide as the head, and the last one where it has no end."""
    for number, cells in records.ragged:
        if number != cut:
            log.note_row(number, f"{len(cells)} 格", f"表头有 {records.width} 格，每行应一样多")
    last = frame.tail(1).filter(pl.col(ROW) == cut).drop(ROW).rows()
    filled = any(cell and cell.strip() for cells in last for cell in cells)
    if cut > 1 and (filled or (records.ragged and records.ragged[-1][0] == cut)):
        log.note_row(cut, "", CUT)


def text_frame(numbers: list[int], rows: list[Record], width: int) -> pl.DataFrame:
    """Records as a frame: columns named by their place, then their rows."""
    columns = zip(*rows, strict=True) if rows else [()] * width
    series = [pl.Series(str(place), column, dtype=pl.String) for place, column in enumerate(columns)]
    return pl.DataFrame([*series, pl.Series(ROW, numbers, dtype=pl.UInt32)])


# ---------------------------------------------------------------- sheets


def read_workbook(data: bytes, suffix: str, log: IssueLog, stamp: Stamp) -> list[Sheet]:
    """The sheets with anything in them, each with a log of its own. Raises: Unreadable."""
    sheets = []
    for number, grid in enumerate(open_workbook(data, suffix)):
        if grid.columns:
            own = IssueLog(log.file, log.shown, grid.name, number)
            sheets.append(_sheet_of(grid, own, stamp))
    if not sheets:
        raise Unreadable("文件是空的")
    return sheets


def open_workbook(data: bytes, suffix: str) -> Iterator[Grid]:
    """Every sheet of cells, as it is read. Raises: Unreadable."""
    return read_xls(data) if suffix == ".xls" else read_xlsx(data)


def _sheet_of(grid: Grid, log: IssueLog, stamp: Stamp) -> Sheet:
    """The sheet from the first row that holds anything down: that is taken for its head until more is known."""
    frame = grid.frame
    heads = dict(zip(frame.columns, frame.row(0), strict=True))
    log.head_row = heads.pop(ROW)
    log.heads = {place: (head or f"第 {int(place) + 1} 列").strip() for place, head in heads.items()}
    for row, place, value, wanted in sorted(grid.structure.spoiled):
        log.note_cell(row, str(place), value, wanted)
    return sheet_without_blanks(log, stamp, heads, frame.slice(1), structure=grid.structure)


def read_sheets(path: Path, log: IssueLog) -> list[Sheet]:
    """The sheets of a file; where it cannot be read there are none, and the log says why."""
    file = try_bytes(path, log)
    return sheets_of(file, log) if file else []


def try_bytes(path: Path, log: IssueLog) -> Arrived | None:
    """The bytes of a file; nothing where they cannot be had, and the log says why."""
    try:
        return read_bytes(path)
    except Unreadable as error:
        log.note_whole(str(error))
    except OSError as error:
        log.note_whole(f"读不出来：{error.strerror or error}")
    return None


def sheets_of(file: Arrived, log: IssueLog) -> list[Sheet]:
    """The sheets that the bytes hold; where they are none, the log says why."""
    suffix = file.path.suffix.lower()
    try:
        refuse_other(file.data, suffix)
        if suffix in (".xlsx", ".xls"):
            return read_workbook(file.data, suffix, log, file.stamp)
        read = read_csv if suffix == ".csv" else read_parquet
        return [read(file.data, log, file.stamp)]
    except Unreadable as error:
        log.note_whole(str(error))
    return []


@contextmanager
def whole_parquet() -> Iterator[None]:
    """While a file of Parquet is read. Raises: Unreadable where it is damaged."""
    import pyarrow

    damaged = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError, MemoryError)
    try:
        yield
    except (pyarrow.ArrowException, *damaged) as error:
        raise Unreadable(f"不是完整的 Parquet 文件（{(str(error).splitlines() or [''])[0][:80]}）") from None


def arrow_frame(table: Any) -> pl.DataFrame:
    """A table or batch of pyarrow as a frame, without metadata: hints of other programs, damaged or not."""
    import pyarrow

    bare = pyarrow.schema([one.remove_metadata() for one in table.schema])
    return pl.DataFrame(pyarrow.Table.from_arrays(table.columns, schema=bare))


def read_parquet(data: bytes, log: IssueLog, stamp: Stamp) -> Sheet:
    """A Parquet file, its columns as they are typed; row: the row of data, from 1. Raises: Unreadable.

    Read by pyarrow: a flipped bit can make polars ask for more memory than there is, which ends the whole program.
    """
    with whole_parquet():
        from pyarrow import parquet

        frame = arrow_frame(parquet.ParquetFile(BytesIO(data)).read(use_threads=False))
    heads, log.head_row = heads_by_place(frame.columns), 0
    frame.columns = list(heads)
    frame = frame.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias(ROW))
    return sheet_without_blanks(log, stamp, heads, frame)
