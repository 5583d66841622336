"""The package of an XLSX file → its parts, within bounds, found by what they are to each other.

A package of a few kilobytes can unpack to gigabytes, and one list of sizes can say other than the data. So sizes are
bounded before anything is unpacked, and every part is unpacked here, with its checksum. What a part is called says
nothing: the relationships of a package say which part is the workbook, and which are its sheets, texts and styles.
"""

import posixpath
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import NamedTuple
from urllib.parse import unquote
from zipfile import BadZipFile, ZipFile, ZipInfo

from lxml import etree

from pingyi.facts.intake.sheet import Unreadable

DAMAGED = (BadZipFile, zlib.error, etree.XMLSyntaxError, LookupError, ValueError, OSError, EOFError, RuntimeError)
"""What reading a package that is not whole, or not a workbook, may raise."""

MB = 1 << 20
UNPACKED = 2048 * MB
RATIO, FREE = 150, 32 * MB
"""Bytes that a package may unpack to; how many times its size, where it unpacks to more than FREE."""

PARTS = 10_000

BROKEN = "不是完整的 XLSX 文件（可能损坏或被截断）"
DECLARED = "XLSX 文件里有不该有的声明（DOCTYPE），不读"
FROM_1904 = "工作簿的日期从 1904 年算起，会差四年；请在选项中改为 1900 年，核对日期后再送"

DECLARATION = re.compile(rb"<\0?!\0?(?:D\0?O\0?C\0?T|E\0?N\0?T\0?I)")
"""The beginning of a declaration, also in UTF-16."""

TRUE = ("1", "true", "on")


def unpacked(data: bytes) -> dict[str, bytes]:
    """Every part by its name, as relationships name it: with slashes, in small letters. Raises: Unreadable."""
    try:
        with ZipFile(BytesIO(data)) as package:
            infos = [one for one in package.infolist() if not one.filename.endswith(("/", "\\"))]
            _refuse_bombs(infos)
            parts = {_plain(one.filename): package.read(one) for one in infos}
    except DAMAGED:
        raise Unreadable(BROKEN) from None
    if len(parts) < len(infos):
        raise Unreadable(f"{BROKEN[:-1]}，有两个同名的部分）")
    return parts


def _plain(name: str) -> str:
    """The name of a part as it is compared."""
    return posixpath.normpath("/" + name.replace("\\", "/")).lstrip("/").casefold()


def _refuse_bombs(infos: Iterable[ZipInfo]) -> None:
    """Raises: Unreadable for a package that is far larger inside than outside."""
    infos = list(infos)
    inside, outside = sum(one.file_size for one in infos), sum(one.compress_size for one in infos)
    if len(infos) > PARTS or inside > UNPACKED:
        raise Unreadable(f"XLSX 文件解开后有 {inside // MB} MB、{len(infos)} 个部分，太大，不读；请分成几个文件")
    if inside > max(FREE, RATIO * outside):
        raise Unreadable(f"XLSX 文件解开后是原来的 {inside // max(outside, 1)} 倍，像是压缩炸弹，不读")


class Related(NamedTuple):
    """A relationship. kind: the last word of its type. target: the name of the part."""

    id: str
    kind: str
    target: str


class SheetPart(NamedTuple):
    """A sheet of cells: its name, the name of its part, whether it is hidden."""

    name: str
    part: str
    concealed: bool


@dataclass(frozen=True)
class Package:
    """The parts of an XLSX file. book: the name of the workbook's part. related: what the workbook is made of."""

    parts: Mapping[str, bytes]
    book: str
    related: tuple[Related, ...]

    @classmethod
    def of(cls, data: bytes) -> "Package":
        """The package. Raises: Unreadable."""
        parts = unpacked(data)
        try:
            books = [one.target for one in _relationships(parts, "") if one.kind == "officedocument"]
            if len(set(books)) != 1:
                raise ValueError(books)
            return cls(parts, books[0], tuple(_relationships(parts, books[0])))
        except DAMAGED:
            raise Unreadable(BROKEN) from None

    def sheets(self) -> list[SheetPart]:
        """The sheets of cells in their order; charts and the like are none. Raises: Unreadable."""
        try:
            book = tree(self.parts[self.book])
            if any(one.get("date1904") in TRUE for one in book.iterfind("{*}workbookPr")):
                raise Unreadable(FROM_1904)
            known = {one.id: one for one in self.related}
            listed = [(sheet, known[_id(sheet)]) for sheet in book.iterfind("{*}sheets/{*}sheet")]
        except DAMAGED:
            raise Unreadable(BROKEN) from None
        return [
            SheetPart(sheet.get("name", ""), one.target, sheet.get("state", "visible") != "visible")
            for sheet, one in listed
            if one.kind == "worksheet"
        ]

    def found(self, kind: str) -> bytes | None:
        """The part that is of this kind to the workbook; none where it has none. Raises: Unreadable."""
        try:
            return next((self.parts[one.target] for one in self.related if one.kind == kind), None)
        except KeyError:
            raise Unreadable(BROKEN) from None


def tree(part: bytes) -> etree._Element:
    """The XML of a small part. Raises: Unreadable for one with declarations, XMLSyntaxError."""
    refuse_declarations(part)
    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True))


def refuse_declarations(part: bytes) -> None:
    """Raises: Unreadable for XML that declares anything: entities can make much of little."""
    if DECLARATION.search(part):
        raise Unreadable(DECLARED)


def _relationships(parts: Mapping[str, bytes], of: str) -> Iterator[Related]:
    """What a part is related to within the package."""
    folder, name = posixpath.split(of)
    for one in tree(parts[posixpath.join(folder, "_rels", f"{name}.rels")]).iterfind("{*}Relationship"):
        if one.get("TargetMode", "Internal") == "Internal":
            target = unquote(one.get("Target", "")).replace("\\", "/")
            kind = one.get("Type", "").rpartition("/")[2].casefold()
            yield Related(one.get("Id", ""), kind, _plain(posixpath.join("/" + folder, target)))


def _id(sheet: etree._Element) -> str:
    """The relationship of a sheet: its attribute id of any namespace."""
    return next(str(value) for key, value in sheet.items() if key.endswith("}id"))
