"""How a cell is spelled: what is mended without a word being lost, and what cannot be text at all."""

import re
import unicodedata

import polars as pl

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
SPOILED = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]"
ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")

DOUBTFUL_KEY = r"^#|[^!-~]"
"""A key worth a second look: anything but printable ASCII without spaces."""

DOUBTFUL_TEXT = rf"^#|^[\s{INVISIBLE}]|[\s{INVISIBLE}]$|{SPOILED}"

PERSONAL = r"^(?:\+?(?:00)?86[ -]?)?1\d{2}[ -]?\d{4}[ -]?\d{4}$|^\d{6}[ -]?\d{8}[ -]?\d{3}[0-9Xx]$"
"""A mainland telephone number, or an 18-digit identity number, with or without separators."""


def doubtful(texts: pl.Series, key: bool) -> list[str]:
    """The different texts of a column that must be looked at one by one."""
    return texts.filter(texts.str.contains(DOUBTFUL_KEY if key else DOUBTFUL_TEXT)).unique().to_list()


def tidy(text: str, key: bool) -> str:
    """The text without spaces and invisible characters at its ends; keys in plain width and form (NFKC) as well."""
    if key:
        text = unicodedata.normalize("NFKC", text)
    return re.sub(rf"^[\s{INVISIBLE}]+|[\s{INVISIBLE}]+$", "", text)


def broken(text: str) -> str:
    """What an earlier program did to a text so that it is none; empty where it did nothing."""
    if text in ERRORS:
        return "单元格里是出错的公式"
    return "含有乱码或不可见的控制字符" if re.search(SPOILED, text) else ""


def personal(texts: pl.Series) -> pl.Series:
    """Whether each text looks like a telephone or identity number."""
    return texts.str.contains(PERSONAL).fill_null(False)
