"""Paragraph styles of a letter, named in Chinese in Word: smaller than a notice's, so that a letter stays short."""

from dataclasses import dataclass

from pingyi.office.styles import FANG, FREE, HEI, KAI, KEEP, SONG, fonts

TITLE_ABOVE, TITLE, NOTICE, HEADING, BODY = "LetterAbove", "LetterTitle", "LetterNotice", "LetterHeading", "LetterBody"
ITEM, NOTE, RIGHT, RUNNING = "LetterItem", "LetterNote", "LetterRight", "LetterRunning"
HEAD, CELL, NUMBER = "LetterHead", "LetterCell", "LetterNumber"


@dataclass(frozen=True, slots=True)
class Look:
    """A style. size: points. before, after, line: space around and height of a line, in twentieths of a point.

    keep: stays with what follows. boxed: in a frame. indent: the XML of one.
    """

    name: str
    font: str
    size: float
    before: int
    after: int
    line: int
    align: str = "left"
    keep: bool = False
    boxed: bool = False
    indent: str = ""


LOOKS = {
    TITLE_ABOVE: Look("反馈活动名称", SONG, 14, 0, 60, 400, "center"),
    TITLE: Look("反馈标题", SONG, 20, 0, 160, 540, "center"),
    NOTICE: Look("反馈提示", HEI, 10.5, 0, 140, 320, "center", boxed=True),
    HEADING: Look("反馈小标题", HEI, 12, 120, 60, 360, keep=True),
    BODY: Look("反馈正文", FANG, 11, 0, 20, 360, indent='<w:ind w:firstLineChars="200" w:firstLine="440"/>'),
    ITEM: Look("反馈条目", FANG, 11, 0, 0, 340, indent='<w:ind w:left="330" w:hanging="330"/>'),
    NOTE: Look("反馈表注", KAI, 9, 0, 20, 250),
    RIGHT: Look("反馈落款", FANG, 11, 120, 0, 360, "right"),
    RUNNING: Look("反馈页眉页脚", FANG, 9, 0, 0, 260),
    HEAD: Look("反馈表头", HEI, 9, 10, 10, 230),
    CELL: Look("反馈表文", FANG, 9, 10, 10, 230),
    NUMBER: Look("反馈表数", FANG, 9, 10, 10, 230, "right"),
}
"""Every style by its id."""

BOX = "".join(
    f'<w:{edge} w:val="single" w:sz="6" w:space="3" w:color="52606D"/>' for edge in ("top", "left", "bottom", "right")
)


def xml(id: str, namespaces: str) -> str:
    """A style as XML."""
    look = LOOKS[id]
    keep, box = KEEP if look.keep else "", f"<w:pBdr>{BOX}</w:pBdr>" if look.boxed else ""
    spacing = f'<w:spacing w:before="{look.before}" w:after="{look.after}" w:line="{look.line}" w:lineRule="exact"/>'
    size = int(look.size * 2)
    return (
        f'<w:style {namespaces} w:type="paragraph" w:customStyle="1" w:styleId="{id}"><w:name w:val="{look.name}"/>'
        f'<w:qFormat/><w:pPr>{keep}{box}{FREE}{spacing}{look.indent}<w:jc w:val="{look.align}"/></w:pPr>'
        f'<w:rPr>{fonts(look.font)}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:style>'
    )
