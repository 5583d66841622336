"""Which files of a folder hold which table."""

import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pingyi.common.codebook import Table
from pingyi.common.faults import Fault, nearest
from pingyi.facts.intake.arrival import is_unfinished, lock_of, strays
from pingyi.facts.intake.notepad import Notice
from pingyi.facts.ledger import FILE

READ = (".csv", ".xlsx", ".xls", ".parquet")
ARRIVALS = "arrivals.jsonl"
PASSED_OVER = ("truth.csv", FILE, ARRIVALS)
"""Files beside the facts that hold no table: the truth of simulated facts, the ledger, the record of arrivals."""

SYSTEM = (
    "__macosx",
    ".ds_store",
    "._",
    "thumbs.db",
    "desktop.ini",
    "ehthumbs.db",
    "$recycle.bin",
    "@eadir",
    "#recycle",
)
"""How the names begin of what systems and programs leave beside the files; the rest of dotted names is passed over."""

LEFT = "{}是系统或程序留下的，没有导入"

LISTS = ("清单", "manifest")
"""How the names begin of the lists that senders send along: file, bytes, SHA-256, rows."""

WANTED = "应为 .csv、.xlsx、.xls 或 .parquet 文件；说明文字可存为 .md"
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

    def shown(self, path: Path) -> str:
        """A file as messages name it."""
        return path.as_posix()

    def name(self, path: Path) -> str:
        """A file as its rows name it: relative to this folder."""
        return path.relative_to(self.path).as_posix()

    def without(self, names: Collection[str]) -> "Folder":
        """This folder as if files of these names had not come; a table that has no other file is not there."""
        for table, paths in list(self.files.items()) if names else ():
            self.files[table] = [path for path in paths if self.name(path) not in names]
            if paths and not self.files[table]:
                self.named.discard(table)
        return self

    def add(self, path: Path, found: str, wanted: str, near: str = "", where: str = "整个文件") -> None:
        """Note that a file is not what it should be."""
        self.faults.append(Fault(self.shown(path), where, found, wanted, near))


def look(path: Path, tables: Iterable[Table]) -> Folder:
    """Every file of the folder under its table; what belongs to no table, or to one that has a file, is a fault."""
    folder = Folder(path)
    if not path.is_dir():
        folder.add(path, "", "没有这个文件夹", where="文件夹")
        return folder
    stems = {_plain(name): table.name for table in tables for name in (table.name, table.title)}
    for entry in _entries(folder, path):
        _place(folder, entry, stems)
    return folder


def _place(folder: Folder, entry: Path, stems: dict[str, str]) -> None:
    if not _is_here(folder, entry):
        return
    stem = _plain(entry.name if entry.is_dir() else entry.stem)
    table = stems.get(stem)
    if is_list(entry):
        folder.lists.append(entry)
    elif table is None:
        titles = {stem: name for stem, name in stems.items() if stem != name}
        folder.add(entry, stem, "不是任何一张表的名字", nearest(stem, stems, titles))
    elif table in folder.named:
        folder.add(entry, "", "一张表只能有一个文件或一个文件夹，这张表已有一个")
    else:
        folder.named.add(table)
        folder.files[table] = list(readable(folder, entry))


def readable(folder: Folder, entry: Path) -> Iterator[Path]:
    """The file, or the files of the folder, that can be read; what is wrong with the others is noted."""
    files = _entries(folder, entry) if entry.is_dir() else [entry]
    if not files:
        folder.add(entry, "", "文件夹是空的")
    for file in files:
        if entry is not file and not _is_here(folder, file):
            continue
        if not (file.is_file() and file.suffix.lower() in READ):
            folder.add(file, file.suffix, WANTED)
        elif lock := lock_of(file):
            folder.add(file, "", OPEN.format(lock.name))
        elif is_list(file):
            folder.lists.append(file)
        else:
            yield file


def _is_here(folder: Folder, path: Path) -> bool:
    """Whether a file or folder lies here and has come whole; if not, that is noted."""
    if strays(path, folder.path):
        folder.add(path, "", OUTSIDE)
    elif is_unfinished(path):
        folder.add(path, path.suffix, COMING)
    else:
        return True
    return False


def is_list(path: Path) -> bool:
    """Whether a file is a sender's list of what was sent."""
    return path.suffix.lower() == ".csv" and path.is_file() and _plain(path.stem).startswith(LISTS)


def _entries(folder: Folder, path: Path) -> list[Path]:
    """What lies in a folder, in the order of its names, without what is no fact; what systems left is listed."""
    entries = sorted(path.iterdir(), key=lambda one: one.name)
    left = [one.name for one in entries if one.name.lower().startswith((*SYSTEM, "~$"))]
    if left:
        folder.notices.append(
            Notice(folder.name(path) if path != folder.path else path.name, None, LEFT.format("、".join(left)))
        )
    return [one for one in entries if not _passed_over(one)]


def _passed_over(path: Path) -> bool:
    name = path.name.lower()
    return name.startswith((".", "~$", *SYSTEM)) or name.endswith(".md") or name in PASSED_OVER


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()
