"""Paragraph styles of official documents (GB/T 9704-2012), by their Chinese names, so that offices can change them.

Fonts are named, never shipped; `FALLBACKS` says what stands in where one is not installed.
"""

from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.styles.style import BaseStyle

SONG, FANG, HEI, KAI = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
LATIN = "Times New Roman"
FALLBACKS = {SONG: "宋体", FANG: "仿宋", KAI: "楷体"}
"""What Word takes where a font is not there."""

LINE = 560
"""Body lines: 28 pt, in twentieths of a point."""


@dataclass(frozen=True, slots=True)
class Look:
    """A style. size: points. line: exact line height (twentieths of a point). first: first-line indent in signs.

    level: of the document's outline, 0 the highest; None: body text. more: further paragraph properties as XML.
    """

    font: str
    size: float
    align: str = "both"
    line: int = LINE
    first: int = 0
    level: int | None = None
    more: str = ""


KEEP = "<w:keepNext/>"
FREE = '<w:snapToGrid w:val="0"/>'
NEW_PAGE = "<w:pageBreakBefore/>"

TITLE, HEAD, SUBHEAD, TEXT, MARK = "公文标题", "公文一级标题", "公文二级标题", "公文正文", "公文标注"
ANNEX, ANNEX_TITLE, CAPTION, NOTE = "公文附件", "公文附件标题", "公文表题", "公文表注"
CELL_HEAD, CELL, CELL_NUMBER = "公文表头", "公文表文", "公文表数"

LOOKS = {
    TITLE: Look(SONG, 22, "center", 720),
    HEAD: Look(HEI, 16, first=2, level=0, more=KEEP),
    SUBHEAD: Look(KAI, 16, first=2, level=1, more=KEEP),
    TEXT: Look(FANG, 16, first=2),
    MARK: Look(HEI, 14, "left", 440),
    ANNEX: Look(HEI, 16, "left", more=KEEP + NEW_PAGE),
    ANNEX_TITLE: Look(SONG, 22, "center", 720, level=0, more=KEEP),
    CAPTION: Look(HEI, 12, "center", 480, more=KEEP),
    NOTE: Look(FANG, 10.5, "left", 340),
    CELL_HEAD: Look(HEI, 10.5, "center", 300, more=FREE),
    CELL: Look(FANG, 10.5, "left", 300, more=FREE),
    CELL_NUMBER: Look(FANG, 10.5, "right", 300, more=FREE),
}
"""Every style that the texts of a document use."""


def ensured(document: Document) -> dict[str, str]:
    """The id of each style by its name; a style that the document lacks is added, one that it has stays as it is."""
    known = {style.name: style for style in document.styles if style.type == WD_STYLE_TYPE.PARAGRAPH}
    return {name: (known.get(name) or _added(document, name, look)).style_id for name, look in LOOKS.items()}


def _added(document: Document, name: str, look: Look) -> BaseStyle:
    place = list(LOOKS).index(name) + 1
    document.styles.element.append(parse_xml(_xml(name, f"Gongwen{place}", look)))
    return document.styles[name]


def _xml(name: str, id: str, look: Look) -> str:
    indent = f'<w:ind w:firstLineChars="{look.first * 100}" w:firstLine="{int(look.first * look.size * 20)}"/>'
    level = "" if look.level is None else f'<w:outlineLvl w:val="{look.level}"/>'
    keep = "".join(one for one in (KEEP, NEW_PAGE) if one in look.more)
    return (
        f'<w:style {nsdecls("w")} w:type="paragraph" w:customStyle="1" w:styleId="{id}"><w:name w:val="{name}"/>'
        f"<w:qFormat/><w:pPr>{keep}{FREE if FREE in look.more else ''}"
        f'<w:spacing w:before="0" w:after="0" w:line="{look.line}" w:lineRule="exact"/>'
        f'{indent if look.first else ""}<w:jc w:val="{look.align}"/>{level}</w:pPr>'
        f'<w:rPr>{fonts(look.font)}<w:sz w:val="{int(look.size * 2)}"/><w:szCs w:val="{int(look.size * 2)}"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:style>'
    )


def fonts(east: str) -> str:
    """A font for Chinese, with the usual one for figures and letters."""
    return f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{east}" w:cs="{LATIN}" w:hint="eastAsia"/>'


def defaults(document: Document) -> None:
    """What holds where no style says otherwise: Chinese text, no space between paragraphs, fonts with stand-ins."""
    element: Any = document.styles.element
    old = element.find("{*}docDefaults")
    new = parse_xml(
        f"<w:docDefaults {nsdecls('w')}><w:rPrDefault><w:rPr>{fonts(FANG)}"
        '<w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr>'
        "</w:rPrDefault><w:pPrDefault/></w:docDefaults>"
    )
    element.replace(old, new)
    language = document.settings.element.find("{*}themeFontLang")
    if language is not None:
        language.set(f"{{{language.nsmap['w']}}}eastAsia", "zh-CN")
