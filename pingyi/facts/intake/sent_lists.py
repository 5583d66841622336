"""What senders say that they sent (清单): a CSV beside the files with their bytes, SHA-256 and rows, and whether a file
replaces an earlier one or adds to it.

A text that was cut between two lines, and a digit that became another one on the way, look like any other text; only
the sender can say what it was. A list is compared with what came; without one nothing is asked.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from pingyi.common.faults import nearest
from pingyi.facts.intake.arrival import arrived
from pingyi.facts.intake.content import refuse_other
from pingyi.facts.intake.decoded import decoded
from pingyi.facts.intake.folder import Folder
from pingyi.facts.intake.heads import plain
from pingyi.facts.intake.sheet import Unreadable

if TYPE_CHECKING:
    from pingyi.facts.intake.gathering import File, Gathering

HEADS = {
    "file": ("文件", "文件名", "file", "name"),
    "bytes": ("字节", "字节数", "大小", "bytes", "size"),
    "sha256": ("sha256", "sha-256", "校验值"),
    "rows": ("行数", "数据行数", "rows"),
    "relation": ("与前批关系", "与前一批关系", "关系", "relation"),
    "earlier": ("前批文件", "前一批文件", "前批", "earlier"),
}
"""What a list says of a file, and the heads under which it does. Rows: those below the head with anything in them."""

WANTED = "清单的表头应有“文件”，和“字节”“SHA-256”“行数”“与前批关系”中的至少一个"
DIGITS = (r"\d{1,15}", "应为整数")
REPLACES, ADDS = "替代", "补充"
KINDS = {
    "bytes": DIGITS,
    "rows": DIGITS,
    "sha256": (r"[0-9a-f]{64}", "应为 64 位十六进制数"),
    "relation": (f"{REPLACES}|{ADDS}", f"应为 {REPLACES}、{ADDS} 之一"),
    "earlier": ("(?s).+", ""),
}
AGAIN = "可能没有传完，或在路上改动了；请让送的人重新传送"


@dataclass(frozen=True)
class Sent:
    """What a list says of one file; what it leaves open is empty. name: relative to the folder of the list."""

    row: int
    name: str
    said: dict[str, str]


@dataclass(frozen=True)
class Listed:
    """A row of a list.

    list: its file. name: of the file that it speaks of, relative to the folder of facts. earlier: of the one that it
    replaces or adds to; empty where it names none.
    """

    list: Path
    sent: Sent
    name: str
    earlier: str = ""

    @property
    def relation(self) -> str:
        """Whether the file replaces an earlier one, or adds to it; empty where nothing is said."""
        return self.sent.said.get("relation", "")


def listed_files(folder: Folder) -> list[Listed]:
    """Every row of every list of the folder; what is wrong with a list is noted."""
    found = []
    for path in folder.lists:
        beside = path.parent.relative_to(folder.path)
        for sent in _sent(path, folder):
            earlier = sent.said.get("earlier", "")
            before = (beside / earlier).as_posix() if earlier else ""
            found.append(Listed(path, sent, (beside / sent.name).as_posix(), before))
            if sent.said.get("relation") == REPLACES and not earlier:
                folder.add(path, sent.name, "写了替代，应在“前批文件”一列写明替代哪个文件", where=f"第 {sent.row} 行")
    return found


def compare_lists(gathering: "Gathering") -> None:
    """Note every file that is not as a list of the folder says, and every one that a list misses."""
    folder = gathering.folder
    files = {file.notepad.file: file for file in gathering.files}
    compared: set[str] = set()
    for one in gathering.listed:
        if one.name in files:
            compared.add(one.name)
            _compare(files[one.name], one.sent, one.list.name)
        else:
            wanted = "清单里有这个文件，这里没有：漏送了，或改了名字"
            folder.add(one.list, one.sent.name, wanted, nearest(one.name, files), where=f"第 {one.sent.row} 行")
    for name, file in files.items():
        beside = [path.name for path in folder.lists if path.parent == (folder.path / name).parent]
        if beside and name not in compared:
            file.notepad.notice(f"不在 {'、'.join(beside)} 里，没有核对")


def _compare(file: "File", sent: Sent, list_name: str) -> None:
    """Note the first thing in which a file is not what was sent; one that could not be read is noted already."""
    if not file.stamp.sha256:
        return
    rows = sum(part.rows_in for part in file.parts)
    came = {"bytes": (file.stamp.bytes, "字节"), "sha256": (file.stamp.sha256, ""), "rows": (rows, "行")}
    for kind, (value, unit) in came.items():
        wanted = sent.said.get(kind)
        if not wanted or wanted == str(value):
            continue
        if unit:
            file.notepad.whole(f"{list_name} 第 {sent.row} 行写的是 {wanted} {unit}，收到的有 {value} {unit}；{AGAIN}")
        else:
            file.notepad.whole(f"内容与 {list_name} 第 {sent.row} 行的 SHA-256 不符；{AGAIN}")
        return


def _sent(path: Path, folder: Folder) -> Iterator[Sent]:
    """The rows of a list; what is wrong with it is noted."""
    try:
        data = arrived(path).data
        refuse_other(data, ".csv")
        text = decoded(data)
        rows = list(csv.reader(StringIO(text, newline=""), strict=True))
        places = _places(rows[0] if rows else [])
    except (Unreadable, OSError, csv.Error) as error:
        folder.add(path, "", str(error) if isinstance(error, Unreadable) else f"读不出来（{error}）")
        return
    if not text.endswith(("\n", "\r")):
        folder.add(path, "", "最后一行末尾没有换行，清单可能被截断；请重新传送")
    if not any(map(any, rows[1:])):
        folder.add(path, "", "清单是空的")
    for number, cells in enumerate(rows[1:], 2):
        said = {kind: cells[place].strip() for kind, place in places.items() if place < len(cells)}
        if any(said.values()):
            yield from _row(path, folder, number, said)


def _places(heads: list[str]) -> dict[str, int]:
    """What the list says → its column. Raises: Unreadable."""
    known = {plain(head): kind for kind, words in HEADS.items() for head in words}
    places = {known[plain(head)]: nth for nth, head in enumerate(heads) if plain(head) in known}
    if "file" not in places or len(places) < 2:
        raise Unreadable(WANTED)
    return places


def _row(path: Path, folder: Folder, number: int, said: dict[str, str]) -> Iterator[Sent]:
    """What a row says; nothing where it cannot be understood, which is noted."""
    name = said.pop("file", "").replace("\\", "/")
    plain_names = ("relation", "earlier")
    said = {kind: text if kind in plain_names else text.lower().replace(",", "") for kind, text in said.items() if text}
    if "earlier" in said:
        said["earlier"] = said["earlier"].replace("\\", "/")
    wrong = next((kind for kind, text in said.items() if not re.fullmatch(KINDS[kind][0], text)), None)
    if wrong:
        folder.add(path, said[wrong], KINDS[wrong][1], where=f"第 {number} 行“{HEADS[wrong][0]}”")
    elif not name or not said:
        folder.add(path, name, "应写明文件，和它的字节、SHA-256、行数或与前批关系", where=f"第 {number} 行")
    else:
        yield Sent(number, name, said)
