"""The default Word template of a notice, which offices copy and change: `python -m pingyi.office.notice.red_head`.

Layout after GB/T 9704-2012: margins 37, 35, 28 and 26 mm, 22 lines of 28 pt, red head and red line, page numbers
outside.
"""

from datetime import date
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm

from pingyi.office import styles
from pingyi.office.notice.placeholders import DEFAULT
from pingyi.office.notice.red_letter import steady

RED = "FF0000"
MADE = date(2012, 7, 1)
"""In the file's properties: since when the standard holds."""


def main(target: Path = DEFAULT) -> None:
    """Write the template."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(built())


def built() -> bytes:
    """The template as a file."""
    document = docx.Document()
    styles.defaults(document)
    ids = styles.ensured(document)
    _stand_ins(document)
    _page(document)
    _heads(document)
    body: Any = document.element.body
    for xml in _places(ids):
        body.insert(len(body) - 1, parse_xml(xml))
    return steady(document, "{{ 标题 }}", "{{ 署名 }}", MADE)


def _page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(20), Mm(25)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is not None:
        section._sectPr.remove(grid)
    section._sectPr.append(parse_xml(f'<w:docGrid {nsdecls("w")} w:type="lines" w:linePitch="{styles.LINE}"/>'))


def _heads(document: Document) -> None:
    """Running head, and page numbers to the right on odd and to the left on even pages."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for head in (section.header, section.even_page_header):
        _only(head, _line("{{ 页眉 }}", "center", _letters(styles.HEI, 10.5)))
    _only(section.footer, _number("right"))
    _only(section.even_page_footer, _number("left"))


def _only(place: Any, xml: str) -> None:
    """Make a paragraph the only one of a head or foot."""
    place.is_linked_to_previous = False
    for old in list(place._element):
        place._element.remove(old)
    place._element.append(parse_xml(xml))


def _letters(font: str, size: float, colour: str = "000000") -> str:
    return (
        f'<w:rPr>{styles.fonts(font)}<w:color w:val="{colour}"/><w:sz w:val="{int(size * 2)}"/>'
        f'<w:szCs w:val="{int(size * 2)}"/></w:rPr>'
    )


def _line(text: str, align: str, letters: str, more: str = "", end: str = "") -> str:
    """A paragraph that says all of its look itself. more, end: properties before and after those of spacing."""
    return (
        f'<w:p {nsdecls("w")}><w:pPr>{more}<w:jc w:val="{align}"/>{end}</w:pPr>'
        f'<w:r>{letters}<w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
    )


def _number(side: str) -> str:
    """— 1 — in 4号宋体, a sign away from the edge of the text."""
    letters = _letters("宋体", 14)
    indent = f'<w:ind w:{side}Chars="100" w:{side}="280"/>'
    field = "".join(
        f"<w:r>{letters}{part}</w:r>"
        for part in (
            '<w:t xml:space="preserve">— </w:t>',
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
            '<w:t xml:space="preserve"> —</w:t>',
        )
    )
    return f'<w:p {nsdecls("w")}><w:pPr>{indent}<w:jc w:val="{side}"/></w:pPr>{field}</w:p>'


def _spacing(before: int, line: int = styles.LINE, rule: str = "exact") -> str:
    return f'<w:spacing w:before="{before}" w:after="0" w:line="{line}" w:lineRule="{rule}"/>'


RULE = f'<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="8" w:color="{RED}"/></w:pBdr>'
"""The red line between head and text."""
HALF = '<w:ind w:leftChars="1200" w:left="3840"/>'
"""Office and date are centred on each other in the right half."""


def _places(ids: dict[str, str]) -> list[str]:
    """The paragraphs of the template, in order."""
    blank, kept = _styled("", ids[styles.TEXT]), _styled("", ids[styles.TEXT], "<w:keepNext/>")
    body = _letters(styles.FANG, 16)
    return [
        _styled("{{p 标注 }}", ids[styles.MARK]),
        _line("{{ 机关 }}文件", "center", _letters(styles.SONG, 42, RED), _spacing(560, 240, "auto")),
        _line("{{ 文号 }}", "center", body, RULE + _spacing(560)),
        blank,
        blank,
        _styled("{{ 标题 }}", ids[styles.TITLE]),
        blank,
        _styled("{{ 主送 }}", ids[styles.TEXT], '<w:ind w:firstLineChars="0" w:firstLine="0"/>'),
        _styled("{{p 正文 }}", ids[styles.TEXT]),
        _styled("{{p 附件说明 }}", ids[styles.TEXT]),
        kept,
        kept,
        _line("{{ 署名 }}", "center", body, f"<w:keepNext/>{_spacing(0)}{HALF}"),
        _line("{{ 日期 }}", "center", body, f"{_spacing(0)}{HALF}"),
        _styled("{{p 附件 }}", ids[styles.TEXT]),
    ]


def _styled(text: str, style: str, more: str = "") -> str:
    run = f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>' if text else ""
    return f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{run}</w:p>'


def _stand_ins(document: Document) -> None:
    """Name in the font table what Word takes where a font is not installed."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in styles.FALLBACKS.items()
    )
    part: Any = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    part._blob = f"<?xml version='1.0' encoding='UTF-8'?><w:fonts {nsdecls('w')}>{fonts}</w:fonts>".encode()


if __name__ == "__main__":
    main()
