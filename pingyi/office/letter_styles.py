"""Paragraph styles of a letter, by their Chinese names in Word: smaller than a notice's, so that a letter stays short."""

from pingyi.office.styles import FANG, HEI, KAI, KEEP, LATIN, SONG

TITLE_ABOVE, TITLE, NOTICE, HEADING, BODY = "LetterAbove", "LetterTitle", "LetterNotice", "LetterHeading", "LetterBody"
ITEM, NOTE, RIGHT, HEAD, CELL, NUMBER = (
    "LetterItem",
    "LetterNote",
    "LetterRight",
    "LetterHead",
    "LetterCell",
    "LetterNumber",
)
RUNNING = "LetterRunning"

_PLAIN = '<w:snapToGrid w:val="0"/>'
_SPACE = '<w:spacing w:before="{}" w:after="{}" w:line="{}" w:lineRule="{}"/>'
_BOX = "".join(
    f'<w:{edge} w:val="single" w:sz="6" w:space="3" w:color="52606D"/>' for edge in ("top", "left", "bottom", "right")
)

LOOKS = {
    TITLE_ABOVE: ("反馈活动名称", SONG, 14, f"{_PLAIN}{_SPACE.format(0, 60, 400, 'exact')}", "center"),
    TITLE: ("反馈标题", SONG, 22, f"{_PLAIN}{_SPACE.format(0, 200, 600, 'exact')}", "center"),
    NOTICE: ("反馈提示", HEI, 10.5, f"<w:pBdr>{_BOX}</w:pBdr>{_PLAIN}{_SPACE.format(0, 160, 320, 'exact')}", "center"),
    HEADING: ("反馈小标题", HEI, 13, f"{KEEP}{_PLAIN}{_SPACE.format(160, 80, 400, 'exact')}", "left"),
    BODY: (
        "反馈正文",
        FANG,
        12,
        f'{_PLAIN}{_SPACE.format(0, 40, 400, "exact")}<w:ind w:firstLineChars="200" w:firstLine="480"/>',
        "left",
    ),
    ITEM: (
        "反馈条目",
        FANG,
        12,
        f'{_PLAIN}{_SPACE.format(0, 20, 380, "exact")}<w:ind w:left="360" w:hanging="360"/>',
        "left",
    ),
    NOTE: ("反馈表注", KAI, 9, f"{_PLAIN}{_SPACE.format(20, 40, 260, 'exact')}", "left"),
    RIGHT: ("反馈落款", FANG, 12, f"{_PLAIN}{_SPACE.format(160, 0, 400, 'exact')}", "right"),
    HEAD: ("反馈表头", HEI, 9, f"{KEEP}{_PLAIN}{_SPACE.format(20, 20, 240, 'exact')}", "left"),
    CELL: ("反馈表文", FANG, 9, f"{_PLAIN}{_SPACE.format(20, 20, 240, 'exact')}", "left"),
    NUMBER: ("反馈表数", FANG, 9, f"{_PLAIN}{_SPACE.format(20, 20, 240, 'exact')}", "right"),
    RUNNING: ("反馈页眉页脚", FANG, 9, f"{_PLAIN}{_SPACE.format(0, 0, 260, 'exact')}", "left"),
}
"""Each style's id with its name, font, size (points), paragraph properties and alignment."""


def xml(id: str, namespaces: str) -> str:
    """A style as XML."""
    name, font, size, paragraph, align = LOOKS[id]
    faces = f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{font}" w:cs="{LATIN}" w:hint="eastAsia"/>'
    half = int(size * 2)
    return (
        f'<w:style {namespaces} w:type="paragraph" w:customStyle="1" w:styleId="{id}"><w:name w:val="{name}"/>'
        f'<w:qFormat/><w:pPr>{paragraph}<w:jc w:val="{align}"/></w:pPr>'
        f'<w:rPr>{faces}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:style>'
    )
