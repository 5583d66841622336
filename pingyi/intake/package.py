"""The package of an XLSX file → its parts, within bounds; and a plain package of what was looked at.

A package of a few kilobytes can unpack to gigabytes, and one list of sizes can say other than the data. So sizes are
bounded before anything is unpacked, every part is unpacked here, with its checksum, and the reader is given a package
made of these parts: what was checked is what is read.
"""

import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError, fromstring
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from pingyi.intake.sheet import Unreadable

DAMAGED = (BadZipFile, zlib.error, ParseError, LookupError, ValueError, OSError, EOFError, RuntimeError)
"""What reading a package that is not whole, or not a workbook, may raise."""

MB = 1 << 20
UNPACKED = 2048 * MB
RATIO, FREE = 150, 32 * MB
"""Bytes that a package may unpack to; how many times its size, where it unpacks to more than FREE."""

PARTS = 10_000
KEPT = (".xml", ".rels")

BROKEN = "不是完整的 XLSX 文件（可能损坏或被截断）"


def unpacked(data: bytes) -> dict[str, bytes]:
    """Every part that says something of cells, by its name. Raises: Unreadable."""
    try:
        with ZipFile(BytesIO(data)) as package:
            _refuse_bombs(package.infolist())
            parts = {info.filename: package.read(info) for info in package.infolist()}
    except DAMAGED:
        raise Unreadable(BROKEN) from None
    kept = {name: part for name, part in parts.items() if name.endswith(KEPT)}
    if any(b"<!DOCTYPE" in part or b"<!ENTITY" in part for part in kept.values()):
        raise Unreadable("XLSX 文件里有不该有的声明（DOCTYPE），不读")
    return kept


def _refuse_bombs(infos: Iterable[ZipInfo]) -> None:
    """Raises: Unreadable for a package that is far larger inside than outside."""
    infos = list(infos)
    inside, outside = sum(one.file_size for one in infos), sum(one.compress_size for one in infos)
    if len(infos) > PARTS or inside > UNPACKED:
        raise Unreadable(f"XLSX 文件解开后有 {inside // MB} MB、{len(infos)} 个部分，太大，不读；请分成几个文件")
    if inside > max(FREE, RATIO * outside):
        raise Unreadable(f"XLSX 文件解开后是原来的 {inside // max(outside, 1)} 倍，像是压缩炸弹，不读")


def repacked(parts: dict[str, bytes]) -> bytes:
    """The parts as a package again, not compressed."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_STORED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return out.getvalue()


def sheets(parts: dict[str, bytes]) -> Iterator[tuple[str, bytes, bool]]:
    """Name, XML and whether it is hidden, of each sheet. Raises: Unreadable."""
    targets = {one.get("Id"): one.get("Target", "") for one in _xml(parts, "xl/_rels/workbook.xml.rels")}
    for sheet in _xml(parts, "xl/workbook.xml").iterfind("{*}sheets/{*}sheet"):
        target = next((targets.get(value, "") for key, value in sheet.attrib.items() if key.endswith("}id")), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        yield sheet.get("name", ""), parts.get(part, b""), sheet.get("state", "visible") != "visible"


def counts_from_1904(parts: dict[str, bytes]) -> bool:
    """Whether the workbook's dates count from 1904."""
    for book in _xml(parts, "xl/workbook.xml").iterfind("{*}workbookPr"):
        return book.get("date1904") in ("1", "true")
    return False


def percent_styles(parts: dict[str, bytes]) -> frozenset[str]:
    """The styles of cells that show a number as a percentage, by their place."""
    if "xl/styles.xml" not in parts:
        return frozenset()
    styles = _xml(parts, "xl/styles.xml")
    own = {one.get("numFmtId"): one.get("formatCode", "") for one in styles.iterfind("{*}numFmts/{*}numFmt")}
    percent = {"9", "10", *(id for id, code in own.items() if "%" in code)}
    cells = styles.iterfind("{*}cellXfs/{*}xf")
    return frozenset(str(nth) for nth, one in enumerate(cells) if one.get("numFmtId") in percent)


def _xml(parts: dict[str, bytes], part: str) -> Element:
    try:
        return fromstring(parts[part])
    except DAMAGED:
        raise Unreadable(BROKEN) from None
