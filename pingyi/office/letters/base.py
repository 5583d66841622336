"""The Word package that every letter is a copy of: page, styles, head and foot, and marks for a letter's own text."""

from functools import cache
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm

from pingyi.office.letters.styles import LOOKS, RUNNING, xml
from pingyi.office.styles import defaults
from pingyi.office.word import paragraph

CORE = "docProps/core.xml"
TEXT = "<w:p><w:r><w:t>@@TEXT@@</w:t></w:r></w:p>"


@cache
def base() -> dict[str, bytes]:
    """The package's files by name."""
    document = Document()
    _page(document)
    defaults(document)
    for id in LOOKS:
        document.styles.element.append(parse_xml(xml(id, nsdecls("w"))))
    _running(document)
    document.add_paragraph("@@TEXT@@")
    _without_picture(document)
    buffer = BytesIO()
    document.save(buffer)
    with ZipFile(buffer) as package:
        files = {name: package.read(name) for name in sorted(package.namelist(), key=_order)}
    files["word/document.xml"] = files["word/document.xml"].replace(TEXT.encode(), b"@@TEXT@@")
    return files | {CORE: _CORE.encode()}


def _order(name: str) -> tuple[bool, str]:
    """The list of content types comes first, as readers expect it."""
    return name != "[Content_Types].xml", name


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin, section.bottom_margin = Mm(24), Mm(22)
    section.header_distance, section.footer_distance = Mm(14), Mm(12)


def _running(document: Any) -> None:
    """Head and foot of every page: the campaign and the notices, the unit and the page."""
    section = document.sections[0]
    _instead(section.header._element, paragraph("@@HEAD@@", RUNNING))
    tab = f'<w:tabs><w:tab w:val="right" w:pos="{round(160 * 1440 / 25.4)}"/></w:tabs>'
    pages = f"{_run('<w:tab/>')}{_said('第 ')}{_field('PAGE')}{_said(' 页，共 ')}{_field('NUMPAGES')}{_said(' 页')}"
    foot = paragraph("@@FOOT@@", RUNNING, tab).replace("</w:p>", f"{pages}</w:p>")
    _instead(section.footer._element, foot)


def _instead(element: Any, text: str) -> None:
    for old in list(element):
        element.remove(old)
    element.append(parse_xml(text.replace("<w:p>", f"<w:p {nsdecls('w')}>", 1)))


def _run(inside: str) -> str:
    return f"<w:r>{inside}</w:r>"


def _said(text: str) -> str:
    return _run(f'<w:t xml:space="preserve">{text}</w:t>')


def _field(name: str) -> str:
    parts = [f'<w:fldChar w:fldCharType="{kind}"/>' for kind in ("begin", "separate", "end")]
    return "".join(map(_run, [parts[0], f"<w:instrText>{name}</w:instrText>", parts[1], "<w:t>1</w:t>", parts[2]]))


def _without_picture(document: Any) -> None:
    """The preview picture of python-docx's own template shows another document."""
    package = document.part.package
    pictures = [id for id, one in package.rels.items() if one.reltype == RELATIONSHIP_TYPE.THUMBNAIL]
    for id in pictures:
        del package.rels[id]


_CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<dc:title>@@TITLE@@</dc:title><dc:creator>@@OFFICE@@</dc:creator><dc:language>zh-CN</dc:language>"
    "</cp:coreProperties>"
)
