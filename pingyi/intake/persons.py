"""Numbers and names of persons: telling them, masking them in messages, and putting a keyed pseudonym in their place.

A mainland mobile number may be written with +86, spaces or hyphens; an identity number is believed only with a day on
which somebody may have been born, so that long numbers of forms are not taken for one.
"""

import re
from datetime import date

import polars as pl

from pingyi.keys import pseudonym

MOBILE = r"1(?:3\d|4[5-9]|5[0-35-9]|6[2567]|7[0-8]|8\d|9[0-35-9])[ -]?\d{4}[ -]?\d{4}"
IDENTITY = r"[1-8]\d{5}[ -]?(?:18|19|20)\d{6}[ -]?\d{3}[0-9Xx]"
LANDLINE = r"0(?:10|2\d|[3-9]\d{2})[ -]\d{7,8}"
SUSPECT = rf"{MOBILE}|{IDENTITY}|[０-９]{{3}}|1\d{{2}}[－–—‐·.　]\d{{4}}"
"""What must be looked at one by one; what stands around it decides."""

WIDE = str.maketrans("０１２３４５６７８９＋－Ｘｘ　–—‐·", "0123456789+-Xx ----")
"""Other ways to write the same characters, each in one place."""

NUMBER = re.compile(rf"(?<![\dA-Fa-f])(?:(?:\+|00)?86[ -]?)?(?P<mobile>{MOBILE})(?![\dA-Fa-f])")
PERSON = re.compile(rf"(?<![\dA-Za-z])(?P<identity>{IDENTITY})(?![\dA-Za-z])")
CALLED = re.compile(rf"^(?P<landline>{LANDLINE})$")
NUMBERED = re.compile(r"(?:编号|工单|单号|文号|档号|流水号|案号|第|№)\s*[:：]?\s*[A-Za-z]*$")
"""What stands before a number that belongs to a paper and to no person."""

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡蒋余于杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
NAMED = re.compile(rf"(?:[{SURNAMES}]|欧阳|司马|上官|诸葛)[\u4e00-\u9fff]{{1,2}}(?:先生|女士|同志|小姐)?")

OLDEST = 1900
"""The year in which nobody was born who is still asked."""

STARS = "＊＊＊＊"
SHOWN = 3
"""Digits of a number that messages repeat."""


def found(text: str) -> list[re.Match[str]]:
    """Every telephone and identity number in a text, in order; places are those of the text."""
    text = re.sub(r"(?<=\d)\.(?=\d{4})", "-", text.translate(WIDE))
    people = [one for one in PERSON.finditer(text) if _is_identity(_digits(one["identity"]))]
    mobiles = [one for one in NUMBER.finditer(text) if not NUMBERED.search(text[: one.start()])]
    apart = [one for one in mobiles if not any(one.start() < two.end() and two.start() < one.end() for two in people)]
    return sorted([*people, *apart], key=re.Match.start)


def masked(text: str) -> str:
    """The text with the numbers of persons cut down to their first digits."""
    whole = CALLED.match(text.translate(WIDE))
    for one in reversed([whole] if whole else found(text)):
        kept = one[one.lastgroup or 0][:SHOWN]
        text = text[: one.start()] + kept + STARS + text[one.end() :]
    return text


def number(text: str) -> str:
    """The number of a person that a pseudonym's cell holds, in plain digits; nothing where it holds none."""
    whole = CALLED.match(text.translate(WIDE))
    for one in [whole] if whole else found(text):
        return _digits(one[one.lastgroup or 0])
    return ""


def is_name(text: str) -> bool:
    """Whether a pseudonym's cell seems to hold a person's name."""
    return NAMED.fullmatch(text) is not None


def suspects(texts: pl.Series) -> list[str]:
    """The different texts in which a number of a person may stand."""
    return texts.filter(texts.str.contains(SUSPECT)).unique(maintain_order=True).to_list()


def private_suspects(texts: pl.Series) -> list[str]:
    """The different cells of a column of pseudonyms that may be none."""
    wanted = rf"{SUSPECT}|^{LANDLINE}$|^[\u4e00-\u9fff]{{2,6}}$"
    return texts.filter(texts.str.contains(wanted)).unique(maintain_order=True).to_list()


def veiled(texts: pl.Series) -> list[str]:
    """The different cells of a column of pseudonyms in which something was crossed out: 138**** stands for many."""
    return texts.filter(texts.str.contains("[*＊]")).unique(maintain_order=True).to_list()


def replacement(key: bytes, column: str, plain: str) -> str:
    """The pseudonym of a number: the same number gives the same one in a column, and another in another column."""
    return pseudonym(key, f"intake.{column}", plain)


def _digits(text: str) -> str:
    return re.sub("[ -]", "", text).upper()


def _is_identity(digits: str) -> bool:
    """Whether 18 digits hold a day on which somebody may have been born; a wrong check digit is only a slip."""
    try:
        born = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    return born.year >= OLDEST
