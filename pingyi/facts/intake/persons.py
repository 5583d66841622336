"""Numbers and names of persons: telling them, and masking them in messages; and raters who are nobody.

What is a telephone or identity number, two libraries say (phonenumbers, python-stdnum), after everything that people
write between, before and around digits is taken off: spaces, hyphens, brackets, wide figures, +86, 0086, a 0 before a
mobile number. One person is one number, however it is spelled: plain digits of the mobile number, the landline with its
area code, the identity number of 18 digits (one of 15 is given its century and check digit).

In texts, landlines are those of offices that people speak of, and stay; in a column of pseudonyms they are persons'.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from pingyi.facts.keys import PSEUDONYM

WIDE = str.maketrans(
    dict(zip("０１２３４５６７８９＋Ｘｘ（）［］【】．。·・／＿\t", "0123456789+Xx()[][]..../_ ", strict=True))
    | dict.fromkeys("－–—―‐‑‒−˗", "-")
    | dict.fromkeys("\u3000\u00a0\u2002\u2003\u2007\u2009\u202f", " ")
)
"""Other ways to write the same characters, each in one place."""

APART = 5
"""Signs that may stand between two digits of a number."""

BETWEEN = r"[ ()\[\].\-/_]"
LONGEST, FEWEST = 24, 7
"""Digits of a number as written, prefixes included; fewer than the fewest are no person's."""

RUN = re.compile(rf"(?<![\dA-Fa-f])[+(\[]*\d(?:{BETWEEN}{{0,{APART}}}\d){{{FEWEST - 1},}}[Xx]?(?![\dA-Fa-f])")
GROUP = re.compile(r"\d+[Xx]?")
DECIMAL = re.compile(r"\d\.\d*$")
SIGNS = "０-９"
SUSPECT = rf"[\d{SIGNS}](?:[^\p{{L}}\d{SIGNS}]{{0,3}}[\d{SIGNS}]){{{FEWEST - 1}}}"
"""What must be looked at one by one: so many digits with no more than signs between them."""

VEILED = "[*＊]"
"""What crosses a number or name out: 138**** stands for many."""

NUMBERED = re.compile(r"(?:编号|工单|单号|文号|档号|流水号|案号|第|№)\s*[:：]?\s*[A-Za-z]*$")
"""What stands before a number that belongs to a paper and to no person."""

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡蒋余于杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
NAMED = re.compile(rf"(?:[{SURNAMES}]|欧阳|司马|上官|诸葛)[\u4e00-\u9fff]{{1,2}}(?:先生|女士|同志|小姐)?")
HOME = "CN"
OLDEST = 1900
"""The year in which nobody was born who is still asked."""

STARS = "＊＊＊＊"
SHOWN = 3
"""Digits of a number that messages repeat."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a person in a text: from where to where, of which kind, and the same however it is spelled."""

    start: int
    end: int
    kind: str
    digits: str


def find_numbers(text: str, *, landlines: bool = False) -> list[Number]:
    """Every telephone and identity number in a text, in order; places are those of the text.

    landlines: whether landlines are asked for too. Numbers of papers and decimals are none.
    """
    plain = text.translate(WIDE)
    return [
        one
        for run in RUN.finditer(plain)
        for one in _numbers_in_run(plain, run.start(), run.end(), landlines)
        if not _is_of_paper(plain, one)
    ]


def mask_numbers(text: str) -> str:
    """The text with the numbers of persons cut down to their first digits."""
    for one in reversed(find_numbers(text, landlines=bool(_whole_number(text)))):
        text = text[: one.start] + text[one.start : one.end][:SHOWN] + STARS + text[one.end :]
    return text


def person_number(text: str) -> str:
    """The number of a person that a pseudonym's cell holds, in one spelling; nothing where it holds none."""
    return _whole_number(text) or next((one.digits for one in find_numbers(text, landlines=True)), "")


def digits_of(text: str) -> str:
    """The digits of a cell in which some number may be, in one spelling; nothing where they are few."""
    plain = text.translate(WIDE)
    run = RUN.search(plain)
    return "".join(GROUP.findall(run[0])).upper().lstrip("0") if run else ""


def is_name(text: str) -> bool:
    """Whether a pseudonym's cell seems to hold a person's name."""
    return NAMED.fullmatch(text) is not None


def different_texts(texts: pl.Series, pattern: str) -> list[str]:
    """The different texts of a column that fit a pattern, in the order in which they first stand there."""
    return texts.filter(texts.str.contains(pattern)).unique(maintain_order=True).to_list()


def without_hashes(texts: pl.Series) -> pl.Series:
    """The texts that are no hashes of others.

    Hashes hold digits in a row, too; but a number of a person stands between other signs than letters of a hash, and
    none is as long; nor does anybody type one, or a spreadsheet turn one into something else.
    """
    return texts.filter(~texts.str.contains(f"^[0-9a-fA-F]{{{LONGEST + 1},}}$"))


def private_suspects(texts: pl.Series) -> list[str]:
    """The different cells of a column of pseudonyms that may be none."""
    others = without_hashes(texts)
    return different_texts(
        others.filter(~others.str.contains(f"^{PSEUDONYM}$")), rf"{SUSPECT}|^[\u4e00-\u9fff]{{2,6}}$"
    )


# ---------------------------------------------------------------- what digits are


def _whole_number(text: str) -> str:
    """The number that a text is, signs apart."""
    plain = text.translate(WIDE).strip()
    match = RUN.fullmatch(plain)
    return _read_digits("".join(GROUP.findall(plain)), plus="+" in plain)[1] if match else ""


def _numbers_in_run(plain: str, start: int, end: int, landlines: bool) -> Iterator[Number]:
    """Numbers in digits that only signs part: the longest that begins with each group of them."""
    groups = [(one.start(), one.end()) for one in GROUP.finditer(plain, start, end)]
    at = 0
    while at < len(groups):
        for last in range(len(groups), at, -1):
            written = "".join(plain[first:behind] for first, behind in groups[at:last])
            kind, one = _read_digits(written, plus=plain[groups[at][0] - 1 : groups[at][0]] == "+")
            if one and (landlines or kind != "landline"):
                yield Number(groups[at][0], groups[last - 1][1], kind, one)
                at = last
                break
        else:
            at += 1


def _read_digits(written: str, *, plus: bool) -> tuple[str, str]:
    """Of which kind digits are, and how the number is spelled here; nothing where they are none."""
    if not FEWEST <= len(written) <= LONGEST:
        return "", ""
    identity = _identity_number(written.upper())
    if identity:
        return "identity", identity
    return ("", "") if written[-1] in "Xx" else _telephone_number(written, plus)


def _identity_number(written: str) -> str:
    """An identity number of 18 digits; a wrong check digit is only a slip, a day on which nobody was born is not."""
    from stdnum.cn import ric
    from stdnum.exceptions import ValidationError

    if len(written) == 15 and written.isdecimal() and _begins_with_county(written):
        written = f"{written[:6]}19{written[6:]}"
        written += ric.calc_check_digit(f"{written}0")
    if len(written) != 18 or not written[:17].isdecimal() or written[0] in "09":
        return ""
    try:
        born = ric.get_birth_date(written)
    except ValidationError:
        return ""
    return written if OLDEST <= born.year <= date.max.year else ""


def _begins_with_county(written: str) -> bool:
    """Whether a number of 15 digits, which nothing checks, begins with a county that there is or was."""
    from stdnum import numdb

    return any("county" in about for _, about in numdb.get("cn/loc").info(written[:6]))


MOBILE = re.compile(r"(?:0{0,2}86)?0?(1[3-9]\d{9})")
LANDLINE = re.compile(r"(?:10|2\d)[2-9]\d{7}|[3-9]\d{2}[2-9]\d{6,7}")
"""An area code and seven or eight digits: numbers that nobody has been given so far look like one, too."""


def _telephone_number(written: str, plus: bool) -> tuple[str, str]:
    """A telephone number: of a mobile its eleven digits, of a landline the area code and what follows."""
    import phonenumbers as book
    from phonenumbers import PhoneNumberType as Type

    mobile = MOBILE.fullmatch(written)
    if mobile and not plus:
        return "mobile", mobile[1]
    if not (plus or written[0] in "01" or written.startswith("86")):
        return "", ""
    try:
        one = book.parse(f"+{written}" if plus else written, HOME)
    except book.NumberParseException:
        return "", ""
    kind, national = book.number_type(one), book.national_significant_number(one)
    at_home = one.country_code == book.country_code_for_region(HOME)
    if kind in (Type.MOBILE, Type.FIXED_LINE_OR_MOBILE, Type.PAGER, Type.PERSONAL_NUMBER):
        return "mobile", f"{'' if at_home else f'+{one.country_code}'}{national}"
    known = kind == Type.FIXED_LINE or (at_home and LANDLINE.fullmatch(national))
    if known and (plus or written.startswith(("0", "86"))):
        return "landline", f"{'0' if at_home else f'+{one.country_code}'}{national}"
    return "", ""


def _is_of_paper(plain: str, one: Number) -> bool:
    """Whether a mobile number or landline is the number of a paper, or digits of a decimal."""
    before = plain[: one.start]
    if one.kind != "identity" and NUMBERED.search(before):
        return True
    part_of_decimal = DECIMAL.search(before) or re.match(r"\.\d", plain[one.end : one.end + 2])
    return plain[one.start : one.end].isdecimal() and bool(part_of_decimal)


# ---------------------------------------------------------------- raters who are nobody

WORDS = frozenset((
    "匿名", "匿名者", "匿名评价", "不记名", "无记名", "无名", "无名氏", "佚名", "无", "没有", "空",
    "空白", "未填", "未填写", "未知", "不详", "不知", "不明", "不便透露", "不愿透露", "保密",
    "隐私", "未登录", "未注册", "未实名", "某人", "某某", "本人", "路人",
    "null", "nil", "none", "na", "nan", "n/a", "unknown", "anonymous", "anon", "guest", "visitor", "xx", "xxx",
))  # fmt: skip
MANY = re.compile(
    "(?:匿名|微信|支付宝|手机|网络|网上|钉钉|平台|热心|办事|社会|普通)?"
    "(?:用户|网友|市民|群众|访客|游客|服务对象|填写人|评价人|居民|村民|老百姓)"
)
ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?:\(.*\))?|(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}")
NOTHING = re.compile(r"[\W_]+")
BRACKETS = re.compile(r"^[(\[{<【〔《]+|[)\]}>】〕》]+$")


def is_nobody(text: str) -> bool:
    """Whether a rater's code is what many are called."""
    plain = BRACKETS.sub("", text.casefold().strip())
    return bool(
        plain in WORDS or NOTHING.fullmatch(text) or MANY.fullmatch(plain) or ADDRESS.fullmatch(text.casefold())
    )
