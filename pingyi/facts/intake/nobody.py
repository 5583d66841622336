"""Raters who are nobody: 匿名, 无, -, N/A, the address of a machine. Many are called so, and are not one person."""

import re
from typing import TYPE_CHECKING

import polars as pl

from pingyi.facts.intake.sheet import ROW, SHEET

if TYPE_CHECKING:
    from pingyi.facts.intake.whole import Whole

WORDS = frozenset(
    {
        *(
            "匿名",
            "匿名者",
            "匿名评价",
            "不记名",
            "无记名",
            "无名",
            "无名氏",
            "佚名",
            "无",
            "没有",
            "空",
            "空白",
            "未填",
        ),
        *(
            "未填写",
            "未知",
            "不详",
            "不知",
            "不明",
            "不便透露",
            "不愿透露",
            "保密",
            "隐私",
            "未登录",
            "未注册",
            "未实名",
        ),
        *("某人", "某某", "本人", "路人", "null", "nil", "none", "na", "nan", "n/a", "unknown", "anonymous", "anon"),
        *("guest", "visitor", "xx", "xxx"),
    }
)
MANY = re.compile(
    "(?:匿名|微信|支付宝|手机|网络|网上|钉钉|平台|热心|办事|社会|普通)?"
    "(?:用户|网友|市民|群众|访客|游客|服务对象|填写人|评价人|居民|村民|老百姓)"
)
ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?:\(.*\))?|(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}")
NOTHING = re.compile(r"[\W_]+")
BRACKETS = re.compile(r"^[(\[{<【〔《]+|[)\]}>】〕》]+$")

SUSPECT = r"^[^0-9A-Za-z]|[^ -~]|[.:]|^[A-Za-z/]{1,9}$"
"""What must be looked at one by one."""

RATER = "respondent"


def is_nobody(text: str) -> bool:
    """Whether a rater's code is what many are called."""
    plain = BRACKETS.sub("", text.casefold().strip())
    return bool(
        plain in WORDS or NOTHING.fullmatch(text) or MANY.fullmatch(plain) or ADDRESS.fullmatch(text.casefold())
    )


def tell_apart(ratings: "Whole") -> None:
    """Let nobody be a rater of their own in each form, or in each row that has none; said in a notice."""
    if ratings.frame.is_empty():
        return
    suspects = ratings.frame[RATER].filter(ratings.frame[RATER].str.contains(SUSPECT))
    found = [text for text in suspects.unique(maintain_order=True) if is_nobody(text)]
    if not found:
        return
    own = pl.col(RATER).is_in(found)
    for sheet, words in ratings.frame.filter(own).group_by(SHEET, maintain_order=True).agg(RATER).iter_rows():
        named = "、".join(f"“{one}”" for one in dict.fromkeys(words))
        ratings.notepad(sheet).notice(
            f"评价人写作 {named} 的 {len(words)} 行认不出是谁，不当作同一个人：每张表单各算一人，"
            "没有表单编号的每一行各算一人"
        )
    ratings.frame = ratings.frame.with_columns(pl.when(own).then(_apart(ratings)).otherwise(pl.col(RATER)).alias(RATER))


def _apart(ratings: "Whole") -> pl.Expr:
    """A rater for each form, or for each row of a file."""
    places = {nth: f"{part.notepad.file} {part.notepad.sheet or ''}" for nth, part in enumerate(ratings.parts)}
    place = pl.col(SHEET).replace_strict(list(places), list(places.values()), return_dtype=pl.String)
    by_row = pl.format("匿名（{} 第 {} 行）", place.str.strip_chars_end(), pl.col(ROW))
    return pl.coalesce(pl.format("匿名（表单 {}）", pl.col("form")), by_row)
