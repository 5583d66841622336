"""The folder of facts: which files hold which table, whether they have come whole, and what senders say that they sent.

A text that was cut between two lines, and a digit that became another one on the way, look like any other text; only
the sender can say what it was, in a list (清单) beside the files: a CSV with their bytes, SHA-256 and rows, and whether
a file replaces an earlier one or adds to it. Without a list nothing is asked.
"""

import csv
import re
import time
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from pingyi.common.codebook import Table
from pingyi.common.faults import Fault, nearest
from pingyi.facts.intake.file_formats import decode_text, read_bytes, refuse_other
from pingyi.facts.intake.issue_log import Notice
from pingyi.facts.intake.layout import plain_head
from pingyi.facts.intake.sheet_grid import Unreadable
from pingyi.facts.ledger import FILE

UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".downloading", ".filepart",
              ".opdownload", ".xltd", ".td")  # fmt: skip
"""How programs name a file that they have not finished writing."""

LOCKS = ("~${}", ".~{}", ".~lock.{}#")
"""What Excel, WPS and LibreOffice leave beside a file that somebody has open."""

READ = (".csv", ".xlsx", ".xls", ".parquet")
ARRIVALS = "arrivals.jsonl"
PASSED_OVER = ("truth.csv", FILE, ARRIVALS)
"""Files beside the facts that hold no table: the truth of simulated facts, the ledger, the record of arrivals."""

SYSTEM = ("__macosx", ".ds_store", "._", "thumbs.db", "desktop.ini", "ehthumbs.db", "$recycle.bin", "@eadir",
          "#recycle")  # fmt: skip
"""How the names begin of what systems and programs leave beside the files; the rest of dotted names is passed over."""

LISTS = ("清单", "manifest")
"""How the names begin of the lists that senders send along: file, bytes, SHA-256, rows."""

FORMATS_WANTED = "应为 .csv、.xlsx、.xls 或 .parquet 文件；说明文字可存为 .md"
OUTSIDE = "链接指到了数据文件夹以外（或指向不存在的文件），请把文件本身放进来"
COMING = "还没有传完或没有写完；请等写完再导入，不要的请删去"
OPEN = "正被人打开（旁边有 {}），可能还没有保存；请保存并关闭后再导入，其实没有人打开的，删去那个文件"


@dataclass
class Folder:
    """The files of each table, in the order of their names, and what is wrong.

    named: tables that have an entry. lists: what senders say that they sent. notices: what was passed over.
    """

    path: Path
    named: set[str] = field(default_factory=set)
    files: dict[str, list[Path]] = field(default_factory=dict)
    lists: list[Path] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def name_of(self, path: Path) -> str:
        """A file as its rows name it: relative to this folder."""
        return path.relative_to(self.path).as_posix()

    def without(self, names: Collection[str]) -> "Folder":
        """This folder as if files of these names had not come; a table that has no other file is not there."""
        for table, paths in list(self.files.items()) if names else ():
            self.files[table] = [path for path in paths if self.name_of(path) not in names]
            if paths and not self.files[table]:
                self.named.discard(table)
        return self

    def add_fault(self, path: Path, found: str, wanted: str, near: str = "", where: str = "整个文件") -> None:
        """Note that a file is not what it should be."""
        self.faults.append(Fault(path.as_posix(), where, found, wanted, near))


def look(path: Path, tables: Iterable[Table]) -> Folder:
    """Every file of the folder under its table; what belongs to no table, or to one that has a file, is a fault."""
    folder = Folder(path)
    if not path.is_dir():
        folder.add_fault(path, "", "没有这个文件夹", where="文件夹")
        return folder
    stems = {_plain_name(name): table.name for table in tables for name in (table.name, table.title)}
    for entry in _list_entries(folder, path):
        _place_entry(folder, entry, stems)
    return folder


def _place_entry(folder: Folder, entry: Path, stems: dict[str, str]) -> None:
    if not _is_here(folder, entry):
        return
    stem = _plain_name(entry.name if entry.is_dir() else entry.stem)
    table = stems.get(stem)
    if is_list(entry):
        folder.lists.append(entry)
    elif table is None:
        titles = {stem: name for stem, name in stems.items() if stem != name}
        folder.add_fault(entry, stem, "不是任何一张表的名字", nearest(stem, stems, titles))
    elif table in folder.named:
        folder.add_fault(entry, "", "一张表只能有一个文件或一个文件夹，这张表已有一个")
    else:
        folder.named.add(table)
        folder.files[table] = list(readable_files(folder, entry))


def readable_files(folder: Folder, entry: Path) -> Iterator[Path]:
    """The file, or the files of the folder, that can be read; what is wrong with the others is noted."""
    files = _list_entries(folder, entry) if entry.is_dir() else [entry]
    if not files:
        folder.add_fault(entry, "", "文件夹是空的")
    for file in files:
        if entry is not file and not _is_here(folder, file):
            continue
        if not (file.is_file() and file.suffix.lower() in READ):
            folder.add_fault(file, file.suffix, FORMATS_WANTED)
        elif lock := lock_of(file):
            folder.add_fault(file, "", OPEN.format(lock.name))
        elif is_list(file):
            folder.lists.append(file)
        else:
            yield file


def _is_here(folder: Folder, path: Path) -> bool:
    """Whether a file or folder lies here and has come whole; if not, that is noted."""
    if not path.resolve().is_relative_to(folder.path.resolve()) or not path.exists():
        folder.add_fault(path, "", OUTSIDE)
    elif path.name.lower().endswith(UNFINISHED):
        folder.add_fault(path, path.suffix, COMING)
    else:
        return True
    return False


def is_list(path: Path) -> bool:
    """Whether a file is a sender's list of what was sent."""
    return path.suffix.lower() == ".csv" and path.is_file() and _plain_name(path.stem).startswith(LISTS)


def _list_entries(folder: Folder, path: Path) -> list[Path]:
    """What lies in a folder, in the order of its names, without what is no fact; what systems left is listed."""
    entries = sorted(path.iterdir(), key=lambda one: one.name)
    left = [one.name for one in entries if one.name.lower().startswith((*SYSTEM, "~$"))]
    if left:
        place = folder.name_of(path) if path != folder.path else path.name
        folder.notices.append(Notice(place, None, f"{'、'.join(left)}是系统或程序留下的，没有导入"))
    names = {one: one.name.lower() for one in entries if one.name.lower() not in PASSED_OVER}
    return [
        one for one, name in names.items() if not name.startswith((".", "~$", *SYSTEM)) and not name.endswith(".md")
    ]


def _plain_name(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()


def wait_until_quiet(paths: Iterable[Path], quiet: float) -> None:
    """Wait until no file was written to for so many seconds; at most that long, since writing goes on or has ended."""
    ages = [time.time() - path.stat().st_mtime for path in paths if path.exists()]
    youngest = min((age for age in ages if age >= 0), default=quiet)
    if youngest < quiet:
        time.sleep(quiet - youngest)


def lock_of(path: Path) -> Path | None:
    """What a program left beside a file that somebody has open in it."""
    locks = (path.with_name(lock.format(path.name)) for lock in LOCKS)
    return next((lock for lock in locks if lock.exists()), None)


# ---------------------------------------------------------------- lists of senders

HEADS = {
    "file": ("文件", "文件名", "file", "name"),
    "bytes": ("字节", "字节数", "大小", "bytes", "size"),
    "sha256": ("sha256", "sha-256", "校验值"),
    "rows": ("行数", "数据行数", "rows"),
    "relation": ("与前批关系", "与前一批关系", "关系", "relation"),
    "earlier": ("前批文件", "前一批文件", "前批", "earlier"),
}
"""What a list says of a file, and the heads under which it does. Rows: those below the head with anything in them."""

DIGITS = (r"\d{1,15}", "应为整数")
REPLACES, ADDS = "替代", "补充"
KINDS = {
    "bytes": DIGITS,
    "rows": DIGITS,
    "sha256": (r"[0-9a-f]{64}", "应为 64 位十六进制数"),
    "relation": (f"{REPLACES}|{ADDS}", f"应为 {REPLACES}、{ADDS} 之一"),
    "earlier": ("(?s).+", ""),
}


@dataclass(frozen=True)
class Listed:
    """A row of a list, and what it says of one file; what it leaves open is empty.

    list: its file. row: from 1. name: of the file, as it is written. file: the same relative to the folder of facts.
    said: bytes, sha256, rows, relation, earlier. earlier: the file that it replaces or adds to, relative to the folder.
    """

    list: Path
    row: int
    name: str
    file: str
    said: dict[str, str]
    earlier: str = ""

    @property
    def relation(self) -> str:
        """Whether the file replaces an earlier one, or adds to it; empty where nothing is said."""
        return self.said.get("relation", "")


def listed_files(folder: Folder) -> list[Listed]:
    """Every row of every list of the folder; what is wrong with a list is noted."""
    return [one for path in folder.lists for one in _read_list(path, folder)]


def _read_list(path: Path, folder: Folder) -> Iterator[Listed]:
    try:
        data = read_bytes(path).data
        refuse_other(data, ".csv")
        text = decode_text(data)
        rows = list(csv.reader(StringIO(text, newline=""), strict=True))
        places = _list_columns(rows[0] if rows else [])
    except (Unreadable, OSError, csv.Error) as error:
        folder.add_fault(path, "", str(error) if isinstance(error, Unreadable) else f"读不出来（{error}）")
        return
    if not text.endswith(("\n", "\r")):
        folder.add_fault(path, "", "最后一行末尾没有换行，清单可能被截断；请重新传送")
    if not any(map(any, rows[1:])):
        folder.add_fault(path, "", "清单是空的")
    for number, cells in enumerate(rows[1:], 2):
        said = {kind: cells[place].strip() for kind, place in places.items() if place < len(cells)}
        if any(said.values()):
            yield from _read_row(path, folder, number, {kind: text for kind, text in said.items() if text})


def _list_columns(heads: list[str]) -> dict[str, int]:
    """What the list says → its column. Raises: Unreadable."""
    known = {plain_head(head): kind for kind, words in HEADS.items() for head in words}
    places = {known[plain_head(head)]: nth for nth, head in enumerate(heads) if plain_head(head) in known}
    if "file" not in places or len(places) < 2:
        raise Unreadable("清单的表头应有“文件”，和“字节”“SHA-256”“行数”“与前批关系”中的至少一个")
    return places


def _read_row(path: Path, folder: Folder, number: int, said: dict[str, str]) -> Iterator[Listed]:
    """What a row says; nothing where it cannot be understood, which is noted."""
    name = said.pop("file", "").replace("\\", "/")
    said |= {kind: said[kind].lower().replace(",", "") for kind in ("bytes", "sha256", "rows") if kind in said}
    earlier = said.get("earlier", "").replace("\\", "/")
    wrong = next((kind for kind, text in said.items() if not re.fullmatch(KINDS[kind][0], text)), None)
    if wrong:
        folder.add_fault(path, said[wrong], KINDS[wrong][1], where=f"第 {number} 行“{HEADS[wrong][0]}”")
    elif not name or not said:
        folder.add_fault(path, name, "应写明文件，和它的字节、SHA-256、行数或与前批关系", where=f"第 {number} 行")
    else:
        here = path.parent.relative_to(folder.path)
        yield Listed(path, number, name, (here / name).as_posix(), said, (here / earlier).as_posix() if earlier else "")
        if said.get("relation") == REPLACES and not earlier:
            folder.add_fault(path, name, "写了替代，应在“前批文件”一列写明替代哪个文件", where=f"第 {number} 行")
