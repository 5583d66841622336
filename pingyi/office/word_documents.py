"""What all Word documents are made of: styles, fonts, paragraphs as XML, pages, and packages with the same bytes.

Fonts are named, never shipped; `FALLBACKS` says what stands in where one is not installed.
"""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm

SONG, FANG, HEI, KAI = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
LATIN = "Times New Roman"
FALLBACKS = {SONG: "宋体", FANG: "仿宋", KAI: "楷体"}
"""What Word takes where a font is not there."""

KEEP = "<w:keepNext/>"
"""Keeps a paragraph with the one that follows."""
FREE = '<w:snapToGrid w:val="0"/>'
"""Sets lines free from the grid of the page."""
NEW_PAGE = "<w:pageBreakBefore/>"
BOX = "".join(
    f'<w:{edge} w:val="single" w:sz="6" w:space="3" w:color="52606D"/>' for edge in ("top", "left", "bottom", "right")
)
BOXED = f"<w:pBdr>{BOX}</w:pBdr>"


@dataclass(frozen=True, slots=True)
class Look:
    """A paragraph style by the name that offices see and may change. size: points.

    line, before, after, hanging: exact line height, space around, and how far further lines are set in, all in
    twentieths of a point. first: first-line indent in signs. more: further paragraph properties as XML, in the order
    KEEP, NEW_PAGE or BOXED, FREE. level: of the document's outline, 0 the highest; None: body text.
    """

    name: str
    font: str
    size: float
    line: int
    align: str = "left"
    before: int = 0
    after: int = 0
    first: int = 0
    hanging: int = 0
    more: str = ""
    level: int | None = None


def add_style(document: Document, id: str, look: Look) -> None:
    """Add a paragraph style to a document."""
    indent = f'<w:ind w:left="{look.hanging}" w:hanging="{look.hanging}"/>' if look.hanging else ""
    if look.first:
        indent = f'<w:ind w:firstLineChars="{look.first * 100}" w:firstLine="{int(look.first * look.size * 20)}"/>'
    level = "" if look.level is None else f'<w:outlineLvl w:val="{look.level}"/>'
    style = (
        f'<w:style {nsdecls("w")} w:type="paragraph" w:customStyle="1" w:styleId="{id}"><w:name w:val="{look.name}"/>'
        f"<w:qFormat/><w:pPr>{look.more}"
        f'<w:spacing w:before="{look.before}" w:after="{look.after}" w:line="{look.line}" w:lineRule="exact"/>'
        f'{indent}<w:jc w:val="{look.align}"/>{level}</w:pPr>'
        f"<w:rPr>{font_xml(look.font)}{size_xml(look.size)}"
        '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:style>'
    )
    document.styles.element.append(parse_xml(style))


def font_xml(east: str) -> str:
    """A font for Chinese, with the usual one for figures and letters."""
    return f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{east}" w:cs="{LATIN}" w:hint="eastAsia"/>'


def size_xml(size: float) -> str:
    """A size of print (pt)."""
    return f'<w:sz w:val="{int(size * 2)}"/><w:szCs w:val="{int(size * 2)}"/>'


def set_defaults(document: Document) -> None:
    """What holds where no style says otherwise: Chinese text, no space between paragraphs, fonts with stand-ins."""
    element: Any = document.styles.element
    old = element.find("{*}docDefaults")
    new = parse_xml(
        f"<w:docDefaults {nsdecls('w')}><w:rPrDefault><w:rPr>{font_xml(FANG)}{size_xml(16)}"
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
    )
    element.replace(old, new)
    language = document.settings.element.find("{*}themeFontLang")
    if language is not None:
        language.set(f"{{{language.nsmap['w']}}}eastAsia", "zh-CN")


def set_page(document: Document, **margins: float) -> None:
    """A4 with these margins in millimetres: top, bottom, left, right, header, footer."""
    section: Any = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for side, width in margins.items():
        setattr(section, f"{side}_distance" if side in ("header", "footer") else f"{side}_margin", Mm(width))


def set_only_paragraph(place: Any, xml: str) -> None:
    """Make a paragraph all that a head or foot holds."""
    place.is_linked_to_previous = False
    for old in list(place._element):
        place._element.remove(old)
    place._element.append(parse_xml(xml))


def clean_text(text: str) -> str:
    """Text without the signs that XML cannot hold."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]", "", text)


def paragraph_xml(text: str, style: str, more: str = "", letters: str = "") -> str:
    """A paragraph in a style (its id). more: further paragraph properties; letters: properties of its run."""
    parts = clean_text(text).split("\n") if text else []
    told = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in parts)
    run = f"<w:r>{letters}{told}</w:r>" if told else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{run}</w:p>'


def field_xml(instruction: str, letters: str = "") -> str:
    """A field that Word fills in, such as a page number. instruction: its XML; letters: properties of its runs."""
    begin, separate, end = (f'<w:fldChar w:fldCharType="{kind}"/>' for kind in ("begin", "separate", "end"))
    parts = (begin, instruction, separate, "<w:t>1</w:t>", end)
    return "".join(f"<w:r>{letters}{part}</w:r>" for part in parts)


def pack_files(files: Iterable[tuple[str, bytes]], permissions: int = 0) -> bytes:
    """A package of these files in their order; the same files give the same bytes."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as package:
        for name, content in files:
            info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type, info.create_system, info.external_attr = ZIP_DEFLATED, 3, permissions << 16
            package.writestr(info, content)
    return buffer.getvalue()


def saved_files(document: Document) -> list[tuple[str, bytes]]:
    """The files of a document's package by name, in their order."""
    buffer = io.BytesIO()
    document.save(buffer)
    with ZipFile(buffer) as package:
        return [(name, package.read(name)) for name in package.namelist()]
