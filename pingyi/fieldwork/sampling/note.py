"""The note beside a draw: what was drawn from what, and how anyone can compute it again."""

import polars as pl

from pingyi.common.characters import describe_seed
from pingyi.fieldwork.sampling.draw import Draw, split
from pingyi.fieldwork.sampling.frame import BETWEEN, WHY, head, label
from pingyi.fieldwork.sampling.tickets import DIGITS, first_number, shown
from pingyi.plan.work import Sampling

EXAMPLE = "示例-001"
"""An id that belongs to nobody, for the worked example."""

BOUNDS = {"start": "不少于", "below": "少于", "above": "多于", "up_to": "不超过"}
OUTSIDE = {"unit": "不属规则范围内的单位", "left_out": "规则规定不问", "no_share": "人员类别没有填或没有份额"}
NAMED = 5
"""Strata that a message names; the workbook has all."""


def told(result: Draw) -> list[str]:
    """What the draw did, in sentences; whatever fell short is said."""
    clause = f"（{result.rule.clause}）" if result.rule.clause else ""
    strata, drawn = result.strata.height, result.drawn.height
    sentences = [
        f"“{result.rule.title}”{clause}：名册 {result.rows.height} 行，参加抽签 {result.asked.height} 行，"
        f"分 {strata} 层，抽中 {drawn} 行。"
    ]
    outside = dict(result.rows.group_by(WHY).len().iter_rows())
    sentences += [f"{words}，不参加抽签：{outside[why]} 行。" for why, words in OUTSIDE.items() if why in outside]
    if again := outside.get("again"):
        sentences.append(f"同一人在同一层出现不止一次，只抽一次：多出的 {again} 行不再抽。")
    return [*sentences, *_told_of_strata(result)]


def _told_of_strata(result: Draw) -> list[str]:
    sentences = []
    if result.short.height:
        missing, short = result.short["shortfall"].sum(), result.short.height
        sentences.append(f"有 {short} 层人数不足，已全部抽取，合计缺 {missing} 人：{_few(_short(result))}。")
    size = "" if result.rule.take == "all" else "不在抽取的规模内，"
    for why, words in (("all", "全部列入"), ("none", "不列入")):
        if number := result.strata.filter(pl.col(WHY) == why).height:
            sentences.append(f"有 {number} 层{size}按规则{words}。")
    if result.absent:
        names = "；".join(result.absent)
        sentences.append(f"有 {len(result.absent)} 个单位在名册中没有可抽的人：{names}。")
    return sentences


def _short(result: Draw) -> list[str]:
    named = pl.concat_str(*(result.by or ["stratum"]), separator=" ")
    rows = result.short.select(named.alias("stratum"), "wanted", "drawn").iter_rows()
    return [f"{stratum} 应抽 {wanted}、只有 {drawn}" for stratum, wanted, drawn in rows]


def _few(names: list[str]) -> str:
    rest = f"；等 {len(names)} 个，详见“分层情况”" if len(names) > NAMED else ""
    return "；".join(names[:NAMED]) + rest


def note(result: Draw) -> str:
    """The whole note."""
    strata = "、".join(head(name) for name in result.by) or "不分层"
    return "\n".join(
        [
            "抽签说明",
            "",
            *told(result),
            "",
            f"种子：{describe_seed(result.seed)}",
            f"分层：{strata}",
            f"规则：{_rule(result.rule)}",
            "",
            *_formula(result.seed),
        ]
    )


def _rule(rule: Sampling) -> str:
    """The numbers that decided, as the plan has them."""
    if rule.take == "all":
        return "每层全部列入，不抽签。"
    parts = split(rule.number, rule.quota)
    shares = "，其中 " + "、".join(f"{label(name)} {part} 人" for name, part in parts.items()) if parts else ""
    bounds = rule.cases.model_dump(exclude_none=True) if rule.cases else {}
    sizes = "、".join(f"{BOUNDS[name]} {limit.normalize():f}" for name, limit in bounds.items())
    others = "全部列入" if rule.otherwise == "all" else "不列入"
    return f"每层抽 {rule.number} 人{shares}。" + (f"只在行数{sizes} 的层抽取，其他层{others}。" if sizes else "")


def _formula(seed: str) -> list[str]:
    number = first_number(seed, EXAMPLE)
    return [
        "怎样核对",
        f"1. 每行的编号是办件编号；没有办件编号的，是“服务对象代号{BETWEEN}单位编号”。",
        "2. 对种子（UTF-8）求 SHA-256，写成 64 位小写十六进制；后面接上编号，再求一次 SHA-256。",
        "3. 把结果看作一个整数，写成十进制，不足 64 位的前面补 0；各位数字倒过来写，前面加“0.”，就是抽签号。",
        f"   公示的抽签号截取小数点后 {DIGITS} 位（开头连续的 9 不计），不四舍五入。",
        "4. 每一层里按抽签号从小到大抽取；同一人在一层里只抽一次，按他最小的号；全部列入的层每一行都列入。",
        "5. 抽签号只由种子和编号决定，与名册的排列先后无关；名册增减，其他人的号也不变。",
        "",
        f"示例（编号为虚构）：编号“{EXAMPLE}”的抽签号是 {shown(number)}，可用 Python 验算：",
        "",
        "from hashlib import sha256",
        f"seed, number = {seed!r}, {EXAMPLE!r}",
        "text = sha256(seed.encode()).hexdigest() + number",
        'print("0." + f"{int(sha256(text.encode()).hexdigest(), 16):064d}"[::-1])',
        "",
        f"结果：{number}",
        "",
    ]
