"""How a cell is spelled: what is mended without a word being lost, and what cannot be text at all."""

import re
import unicodedata

import polars as pl

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
SPOILED = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]"
ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")

DOUBTFUL_KEY = r"^[ #='’‘]|[^ -~]| $"
"""A key worth a second look: anything but printable ASCII, spaces at its ends, what programs put before a number."""

DOUBTFUL_TEXT = rf"^#|^[\s{INVISIBLE}]|[\s{INVISIBLE}]$|{SPOILED}"

GUARDED = re.compile(r"""="([^"]*)"|['’‘]([^'’‘]+)""")
"""How programs write a number so that a spreadsheet takes it for text: ="0101" or '0101."""

TURNED = {
    r"^\d(?:\.\d+)?[Ee]\+\d{1,3}$": "编号被存成了科学计数，后面的位数已经丢失；应从原系统重新导出，这一列设为文本",
    r"^\d{4}-\d{2}-\d{2} 00:00:00$|^\d{1,2}月\d{1,2}日$": "编号被 Excel 改成了日期；应把这一列设为文本，重新填写",
}
"""What a spreadsheet makes of an id that looks like a number or a day."""


def doubtful(texts: pl.Series, key: bool) -> list[str]:
    """The different texts of a column that must be looked at one by one."""
    return texts.filter(texts.str.contains(DOUBTFUL_KEY if key else DOUBTFUL_TEXT)).unique().to_list()


def tidy(text: str, key: bool) -> str:
    """The text without spaces and invisible characters at its ends; keys in plain width and form (NFKC) as well, and
    without the guard that kept a spreadsheet from taking them for numbers.
    """
    if key:
        text = unicodedata.normalize("NFKC", text)
    text = re.sub(rf"^[\s{INVISIBLE}]+|[\s{INVISIBLE}]+$", "", text)
    guarded = GUARDED.fullmatch(text) if key else None
    return (guarded[1] or guarded[2] or "").strip() if guarded else text


def broken(text: str) -> str:
    """What an earlier program did to a text so that it is none; empty where it did nothing."""
    if text in ERRORS:
        return "单元格里是出错的公式"
    return "含有乱码或不可见的控制字符" if re.search(SPOILED, text) else ""


def turned(texts: pl.Series) -> dict[str, str]:
    """Ids that a spreadsheet made numbers or days of → what to say of them."""
    return {
        text: said
        for pattern, said in TURNED.items()
        for text in texts.filter(texts.str.contains(pattern)).unique().to_list()
    }
