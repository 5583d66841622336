"""The notice in Word after GB/T 9704-2012: its styles, its template with places to fill in, and how it is filled.

Offices copy and change the default template, which `python -m pingyi.office.red_head_word` writes: margins 37, 35, 28
and 26 mm, 22 lines of 28 pt, red head and red line, page numbers outside. The same notice gives the same bytes.
"""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docxtpl import DocxTemplate, Listing
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from pingyi.common.faults import Fault, Faults, nearest
from pingyi.office.paper_layout import (
    SHORT,
    SIZES,
    TEMPLATES,
    column_shares,
    count_lines,
    print_size,
    signs_in_line,
    title_lines,
)
from pingyi.office.word_documents import (
    FALLBACKS,
    FANG,
    FREE,
    HEI,
    KAI,
    KEEP,
    NEW_PAGE,
    SONG,
    Look,
    add_style,
    clean_text,
    field_xml,
    font_xml,
    pack_files,
    paragraph_xml,
    saved_files,
    set_defaults,
    set_only_paragraph,
    set_page,
    size_xml,
)
from pingyi.report.table import Table

if TYPE_CHECKING:
    from pingyi.office.results_notice import Annex, Notice

DEFAULT = TEMPLATES / "notice.docx"

LINE = 560
"""Body lines: 28 pt, in twentieths of a point."""
TITLE, HEAD, SUBHEAD, TEXT, MARK = "公文标题", "公文一级标题", "公文二级标题", "公文正文", "公文标注"
ANNEX, ANNEX_TITLE, CAPTION, NOTE = "公文附件", "公文附件标题", "公文表题", "公文表注"
CELL_HEAD, CELL, CELL_NUMBER = "公文表头", "公文表文", "公文表数"
LOOKS = [
    Look(TITLE, SONG, 22, 720, "center"),
    Look(HEAD, HEI, 16, LINE, "both", first=2, level=0, more=KEEP),
    Look(SUBHEAD, KAI, 16, LINE, "both", first=2, level=1, more=KEEP),
    Look(TEXT, FANG, 16, LINE, "both", first=2),
    Look(MARK, HEI, 14, 440),
    Look(ANNEX, HEI, 16, LINE, more=KEEP + NEW_PAGE),
    Look(ANNEX_TITLE, SONG, 22, 720, "center", level=0, more=KEEP),
    Look(CAPTION, HEI, 12, 480, "center", more=KEEP),
    Look(NOTE, FANG, 10.5, 340),
    Look(CELL_HEAD, HEI, 10.5, 300, "center", more=FREE),
    Look(CELL, FANG, 10.5, 300, more=FREE),
    Look(CELL_NUMBER, FANG, 10.5, 300, "right", more=FREE),
]
"""Every style that the texts of a notice use."""

Ids = Mapping[str, str]
"""Style ids of a document by the styles' names."""


def ensure_styles(document: Document) -> dict[str, str]:
    """The id of each style by its name; a style that the document lacks is added, one that it has stays as it is."""
    known = {style.name for style in document.styles if style.type == WD_STYLE_TYPE.PARAGRAPH}
    for place, look in enumerate(LOOKS, 1):
        if look.name not in known:
            add_style(document, f"Gongwen{place}", look)
    return {look.name: document.styles[look.name].style_id for look in LOOKS}


NEEDED = {
    "标注": "首页的警示（模拟数据、内部资料等）",
    "标题": "通报的标题",
    "正文": "通报的正文",
    "附件说明": "正文下面的附件目录",
    "署名": "发文机关署名",
    "日期": "成文日期",
    "附件": "全部附件",
    "页眉": "每页页眉的警示",
}
KNOWN = NEEDED | {"机关": "发文机关名称", "文号": "发文字号", "主送": "主送机关"}
"""The places of a template: those that it must have, and all."""
BLOCKS = ("标注", "正文", "附件说明", "附件")
"""Places that become whole paragraphs and tables."""
BRACES = "花括号的写法有误，占位符应写作 {{ 标题 }} 的样子"
PLACE = re.compile(r"\{\{(p\s)?\s*(\w+)\s*\}\}")


class TemplateFaults(Faults):
    """The office's template cannot be used."""

    exit_code = 11
    ending = "通报没有写，原有的文件没有改动"


def place_mark(name: str) -> str:
    """How a place is written in a template."""
    return f"{{{{p {name} }}}}" if name in BLOCKS else f"{{{{ {name} }}}}"


def _sandbox() -> SandboxedEnvironment:
    """What fills templates: names are escaped, and a template can run nothing."""
    return SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


def checked_template(path: Path) -> bytes:
    """A template that can be filled, as bytes. Raises: TemplateFaults with everything that is wrong with it."""
    content, document = _open_template(path)
    faults = [*_place_faults(path, document), *_head_faults(path, document), *_name_faults(path, content)]
    if faults:
        raise TemplateFaults(faults)
    return content


def _open_template(path: Path) -> tuple[bytes, Document]:
    try:
        content = path.read_bytes()
        return content, docx.Document(io.BytesIO(content))
    except FileNotFoundError:
        wanted = "没有这个文件"
    except OSError as error:
        wanted = f"读不了：没有读取权限，或正在别的程序里打开（系统提示 {error.strerror}）"
    except (BadZipFile, PackageNotFoundError, KeyError, ValueError):
        wanted = "不是 Word 的 .docx 文件；.doc、.wps 请另存为 .docx"
    raise TemplateFaults([Fault(str(path), "文件", "", wanted)]) from None


def _place_faults(path: Path, document: Document) -> Iterator[Fault]:
    """Whole paragraphs must stand alone and outside tables; other places are parts of a line."""
    for paragraph in document.element.body.iter(qn("w:p")):
        text = _own_text(paragraph)
        for mark in PLACE.finditer(text):
            whole, name = bool(mark[1]), mark[2]
            alone = text.strip() == mark[0] and next(paragraph.iterancestors(qn("w:tc")), None) is None
            if name in KNOWN and (name in BLOCKS) != whole:
                yield Fault(str(path), "占位符", mark[0], f"应写作 {place_mark(name)}")
            elif name in BLOCKS and not alone:
                yield Fault(str(path), "占位符", mark[0], "应单独占一段，不放在表格里")


def _own_text(paragraph: Any) -> str:
    """The text of a paragraph without that of text boxes in it."""
    mine = (one for one in paragraph.iter(qn("w:t")) if next(one.iterancestors(qn("w:p"))) is paragraph)
    return "".join(one.text or "" for one in mine)


def _head_faults(path: Path, document: Document) -> Iterator[Fault]:
    """Every page must carry the warning at its top."""
    paired = document.settings.odd_and_even_pages_header_footer
    section = document.sections[0]
    heads = {"页眉": section.header} | ({"偶数页的页眉": section.even_page_header} if paired else {})
    for what, one in heads.items():
        texts = [] if one.is_linked_to_previous else [_own_text(p) for p in one._element.iter(qn("w:p"))]
        if not any("页眉" in (mark[2] for mark in PLACE.finditer(text)) for text in texts):
            yield Fault(str(path), what, "", f"应有 {place_mark('页眉')}，每页才有警示")


def _name_faults(path: Path, content: bytes) -> Iterator[Fault]:
    """Places that nothing fills, and those that are missing."""
    try:
        found = DocxTemplate(io.BytesIO(content)).get_undeclared_template_variables(_sandbox())
    except TemplateError as error:
        yield Fault(str(path), "花括号", "", f"{BRACES}（{error}）")
        return
    for name in sorted(found - set(KNOWN)):
        yield Fault(str(path), "占位符", name, "没有这个占位符", near=nearest(name, KNOWN, KNOWN))
    for name in NEEDED:
        if name not in found:
            yield Fault(str(path), "占位符", "", f"缺少 {place_mark(name)}：{NEEDED[name]}")


class Blocks:
    """Paragraphs and tables for a place of a template that stands for a whole paragraph (`{{p …}}`)."""

    def __init__(self, xml: Iterable[str]) -> None:
        self.xml = "".join(xml)

    def __html__(self) -> str:
        """The XML as it is, where other values are escaped."""
        return self.xml

    def __str__(self) -> str:
        return self.xml


def fill_template(template: Path, made: "Notice", day: date) -> bytes:
    """A template with a notice in its places. day: goes into the file's properties. Raises: TemplateFaults."""
    letter = DocxTemplate(io.BytesIO(checked_template(template)))
    letter.init_docx()
    document: Any = letter.docx
    try:
        letter.render(_contents_of_places(made, ensure_styles(document)), _sandbox())
    except TemplateError as error:
        raise TemplateFaults([Fault(str(template), "花括号", "", f"{BRACES}（{error}）")]) from None
    return _steady_bytes(document, made.title, made.office, day)


def _contents_of_places(made: "Notice", ids: Ids) -> dict[str, Any]:
    several = len(made.annexes) > 1
    return {
        "机关": clean_text(made.office),
        "文号": clean_text(made.number),
        "标题": Listing("\n".join(title_lines(clean_text(made.title)))),
        "主送": clean_text(made.to),
        "署名": clean_text(made.office),
        "日期": clean_text(made.day),
        "页眉": clean_text(made.running),
        "标注": Blocks(paragraph_xml(mark, ids[MARK]) for mark in made.marks),
        "正文": Blocks(_body_xml(made, ids)),
        "附件说明": Blocks(_annex_list_xml(made, ids)),
        "附件": Blocks(
            _annex_xml(f"附件{place if several else ''}", one, ids) for place, one in enumerate(made.annexes, 1)
        ),
    }


LEVELS = {0: TEXT, 1: HEAD, 2: SUBHEAD}
GAP = '<w:spacing w:line="160" w:lineRule="exact"/>'
"""A line that only keeps a table apart from what follows."""
FURTHER = '<w:ind w:firstLineChars="500" w:firstLine="1600"/>'
"""Where further annexes stand below the first."""


def _body_xml(made: "Notice", ids: Ids) -> Iterator[str]:
    for part in made.parts:
        yield paragraph_xml(part.text, ids[LEVELS[part.level]], KEEP if part.tables else "")
        yield from (_titled_table_xml(one, ids) for one in part.tables)


def _annex_list_xml(made: "Notice", ids: Ids) -> list[str]:
    first, *rest = made.annex_lines or [""]
    further = (paragraph_xml(one, ids[TEXT], KEEP + FURTHER) for one in rest)
    return [paragraph_xml("", ids[TEXT], KEEP), paragraph_xml(first, ids[TEXT], KEEP), *further]


def _annex_xml(head: str, one: "Annex", ids: Ids) -> str:
    paragraphs = ((head, ANNEX), (one.title, ANNEX_TITLE), (one.note, NOTE))
    start = "".join(paragraph_xml(text, ids[style]) for text, style in paragraphs)
    return start + "".join(_titled_table_xml(each, ids) for each in one.tables)


def _titled_table_xml(one: Table, ids: Ids) -> str:
    """A table with its title above and, below, its note or a little room."""
    title = paragraph_xml(one.title, ids[CAPTION]) if one.title else ""
    return title + _table_xml(one, ids) + paragraph_xml(one.note, ids[NOTE], "" if one.note else GAP)


WIDTH, TWIPS = 156.0, 8845
"""Width of the text in millimetres, and in twentieths of a point."""
_EDGES = "".join(
    f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_TABLE = (
    f'<w:tblPr><w:tblW w:w="{TWIPS}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{_EDGES}</w:tblBorders>'
    '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/>'
    "</w:tblCellMar></w:tblPr>"
)


def _table_xml(one: Table, ids: Ids) -> str:
    """A table over the whole width; its head stands on every page, no row is torn between two."""
    size = print_size(one, WIDTH)
    room = signs_in_line(WIDTH, size)
    widths = [round(share * TWIPS) for share in column_shares(one, room)]
    letters = "" if size == SIZES[0] else f"<w:rPr>{size_xml(size)}</w:rPr>"

    def row_xml(texts: list[str], looks: list[str], keep: str, more: str = "") -> str:
        cells = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
            f"{paragraph_xml(text, ids[look], keep, letters)}</w:tc>"
            for text, width, look in zip(texts, widths, looks, strict=True)
        )
        return f"<w:tr><w:trPr><w:cantSplit/>{more}</w:trPr>{cells}</w:tr>"

    heads = [column.head + (f"\n{column.below}" if column.below else "") for column in one.columns]
    looks = [CELL_NUMBER if column.numeric else CELL for column in one.columns]
    together = KEEP if count_lines(one, room) <= SHORT else ""
    rows = (
        row_xml([cell.text for cell in row], looks, together if place < len(one.rows) else "")
        for place, row in enumerate(one.rows, 1)
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = row_xml(heads, [CELL_HEAD] * len(heads), KEEP, "<w:tblHeader/>")
    return f"<w:tbl>{_TABLE}<w:tblGrid>{grid}</w:tblGrid>{head}{''.join(rows)}</w:tbl>"


def _steady_bytes(document: Document, title: str, author: str, day: date) -> bytes:
    """The document as bytes that say nothing of when and by whom the file was made."""
    known = document.core_properties
    known.title, known.author, known.last_modified_by, known.comments = title[:255], author[:255], author[:255], ""
    known.created = known.modified = datetime(day.year, day.month, day.day)
    known.revision = 1
    return pack_files(saved_files(document))


RED = "FF0000"
SINCE = date(2012, 7, 1)
"""In the template's properties: since when the standard holds."""
RED_LINE = f'<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="8" w:color="{RED}"/></w:pBdr>'
"""Between head and text."""
HALF = '<w:ind w:leftChars="1200" w:left="3840"/>'
"""Office and date are centred on each other in the right half."""


def build_template() -> bytes:
    """The default template as a file."""
    document = docx.Document()
    set_defaults(document)
    ids = ensure_styles(document)
    _name_fallbacks(document)
    set_page(document, top=37, bottom=35, left=28, right=26, header=20, footer=25)
    _set_grid(document)
    _set_heads(document)
    body: Any = document.element.body
    for xml in _template_paragraphs(ids):
        body.insert(len(body) - 1, parse_xml(xml))
    return _steady_bytes(document, "{{ 标题 }}", "{{ 署名 }}", SINCE)


def _name_fallbacks(document: Document) -> None:
    """Name in the font table what Word takes where a font is not installed."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in FALLBACKS.items()
    )
    part: Any = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    part._blob = f"<?xml version='1.0' encoding='UTF-8'?><w:fonts {nsdecls('w')}>{fonts}</w:fonts>".encode()


def _set_grid(document: Document) -> None:
    """Lines of the page as far apart as those of the text."""
    section: Any = document.sections[0]._sectPr
    old = section.find(qn("w:docGrid"))
    if old is not None:
        section.remove(old)
    section.append(parse_xml(f'<w:docGrid {nsdecls("w")} w:type="lines" w:linePitch="{LINE}"/>'))


def _set_heads(document: Document) -> None:
    """Running head, and page numbers to the right on odd and to the left on even pages."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for head in (section.header, section.even_page_header):
        set_only_paragraph(head, _line_xml("{{ 页眉 }}", _letters(HEI, 10.5)))
    set_only_paragraph(section.footer, _page_number_xml("right"))
    set_only_paragraph(section.even_page_footer, _page_number_xml("left"))


def _letters(font: str, size: float, colour: str = "000000") -> str:
    return f'<w:rPr>{font_xml(font)}<w:color w:val="{colour}"/>{size_xml(size)}</w:rPr>'


def _page_number_xml(side: str) -> str:
    """— 1 — in 4号宋体, a sign away from the edge of the text."""
    letters = _letters("宋体", 14)
    before, after = (f'<w:r>{letters}<w:t xml:space="preserve">{text}</w:t></w:r>' for text in ("— ", " —"))
    field = field_xml('<w:instrText xml:space="preserve"> PAGE </w:instrText>', letters)
    indent = f'<w:ind w:{side}Chars="100" w:{side}="280"/>'
    return f'<w:p {nsdecls("w")}><w:pPr>{indent}<w:jc w:val="{side}"/></w:pPr>{before}{field}{after}</w:p>'


def _template_paragraphs(ids: Ids) -> list[str]:
    """The paragraphs of the template, in order."""
    blank, kept, body = _styled_xml("", ids[TEXT]), _styled_xml("", ids[TEXT], KEEP), _letters(FANG, 16)
    return [
        _styled_xml("{{p 标注 }}", ids[MARK]),
        _line_xml("{{ 机关 }}文件", _letters(SONG, 42, RED), _spacing_xml(560, 240, "auto")),
        _line_xml("{{ 文号 }}", body, RED_LINE + _spacing_xml(560)),
        blank,
        blank,
        _styled_xml("{{ 标题 }}", ids[TITLE]),
        blank,
        _styled_xml("{{ 主送 }}", ids[TEXT], '<w:ind w:firstLineChars="0" w:firstLine="0"/>'),
        _styled_xml("{{p 正文 }}", ids[TEXT]),
        _styled_xml("{{p 附件说明 }}", ids[TEXT]),
        kept,
        kept,
        _line_xml("{{ 署名 }}", body, KEEP + _spacing_xml(0) + HALF),
        _line_xml("{{ 日期 }}", body, _spacing_xml(0) + HALF),
        _styled_xml("{{p 附件 }}", ids[TEXT]),
    ]


def _line_xml(text: str, letters: str, more: str = "") -> str:
    """A paragraph in the middle that says all of its look itself. more: further properties."""
    return (
        f'<w:p {nsdecls("w")}><w:pPr>{more}<w:jc w:val="center"/></w:pPr>'
        f'<w:r>{letters}<w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
    )


def _styled_xml(text: str, style: str, more: str = "") -> str:
    return paragraph_xml(text, style, more).replace("<w:p>", f"<w:p {nsdecls('w')}>", 1)


def _spacing_xml(before: int, line: int = LINE, rule: str = "exact") -> str:
    return f'<w:spacing w:before="{before}" w:after="0" w:line="{line}" w:lineRule="{rule}"/>'


if __name__ == "__main__":
    DEFAULT.parent.mkdir(parents=True, exist_ok=True)
    DEFAULT.write_bytes(build_template())
