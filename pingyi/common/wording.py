"""Numbers and names as an office writes them, and the sentences of a report.

Values or frames in, Chinese text out: no file and no database is touched here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Any

import polars as pl

Numeric = Decimal | Fraction | int
"""Exact numbers only: a float has already lost what a half is rounded by."""

NOTHING = "—"
"""What stands where there is no value."""

WIDE = Context(prec=60)

FLAGS = {
    "few": "票数不足，与平均分折算",
    "none_mean": "没有票，按平均分计",
    "none_zero": "没有票，计0分",
    "not_scored": "票数不够，本项不计分",
    "spread": "缺项，由其余各项按比例补足",
    "zero": "缺项，计0分",
    "mean_of_group": "缺项，按同类别平均分计",
    "not_ranked": "缺项，不参加排名",
    "missing": "没有数据，不计分",
    "suppressed": "票数被隐去，得分不明，不参加排名",
    "veto": "一票否决，不参加排名",
    "few_votes": "票数不够，不参加排名",
    "few_flagged": "票数很少，按实得分计",
    "group_missing": "有一类人员没有评价",
    "no_mean": "没有可以取平均的单位，本项不计分",
    "unmeasured": "尚未评价",
    "marker_missing": "应当评分的有一方没有评",
    "cycle_missing": "有的周期没有得分",
    "below_steps": "低于最低一档，没有得分",
    "not_due": "还没有到评价的时间",
    "veto_zero": "一票否决，本项按最低分计",
}
"""What was done about missing or few facts: flags of marks and reasons for not being ranked."""

SET_ASIDE = {
    "outside_life": "单位设立之前或撤销之后",
    "not_reviewed": "单位免评或不参加本项评价",
    "suppressed": "票数被隐去",
    "outside_window": "不在评价时间内",
    "replaced": "同一人重复评价，只计一次",
    "wrong_picks": "选票没有按规定的数目选",
    "level_overpicked": "该等次选得过多",
    "own_unit": "评价人属于被评价单位",
    "imported": "单位直接报来本项成绩",
    "not_listed": "单位不在本项所限的名单上",
    "means_nothing": "这个分值不计",
}
"""Why a rating, a form or another fact does not count."""

ABSENT = {"exempt": "免评", "ended": "已撤销", "not_founded": "尚未设立"}
"""Why a unit takes no part."""

NOT_COUNTED = {
    "not_confirmed": "未经确认，不计",
    "outside_window": "不在计分时间内，不计",
    "same_deed": "同一件事只计最重的一条，本条不计",
    "not_signed": "单位主要领导还没有签字，暂不计",
    "in_time": "按期办结，不计",
    "not_due": "还没有到办理期限，暂不计",
}
"""Why an event does not count."""

DECIDED = {
    "tie_keys": "总分相同，按规定的次序比较分项得分定先后",
    "lot": "总分和比较项都相同，由公开抽签定先后",
    "open": "总分和比较项都相同，有待公开抽签",
    "shared": "总分相同，名次并列",
}
"""What separates units of equal totals."""

SPARED = "名次在范围内，但不符合条件"
"""Why a unit is not on a list although its place would put it there."""

TASKS = {"done": "按期完成", "late": "逾期完成", "overdue": "逾期未完成", "running": "进行中", "waiting": "未开始"}
PROBLEMS = {"in_time": "按期整改", "late": "逾期整改", "open": "整改中", "overdue": "逾期未改", "refused": "拒不整改"}
RECHECKS = {
    "passed": "按期合格",
    "passed_late": "逾期合格",
    "failed": "不合格",
    "overdue": "逾期未复评",
    "waiting": "待复评",
}
"""How far tasks, problems and re-evaluations are."""

UNSETTLED = ("open", "overdue", "refused")
"""States of problems that are not rectified."""

NO_CATEGORY = "其他"
"""What units are like that have neither a category nor a system."""

STATES = {"proposed": "提出", "confirmed": "确认", "objected": "异议", "upheld": "维持", "withdrawn": "撤销"}
SUBJECTS = {
    "unit": "单位",
    "unit_head": "单位主要负责人",
    "unit_deputies": "单位副职",
    "unit_staff": "单位工作人员",
    "organ": "主管部门",
    "organ_head": "主管部门主要负责人",
    "organ_leader": "主管部门分管领导",
    "organ_leaders": "主管部门领导班子及成员",
    "township": "乡镇",
    "township_head": "乡镇主要负责人",
    "township_leader": "乡镇分管领导",
}
METHODS = {
    "ratings": "等次评价",
    "marks": "评分",
    "events": "事项台账",
    "measures": "实测数据",
    "node": "由下级指标合成",
}


def shown(value: Numeric | None, places: int = 2) -> str:
    """The number with two places, half up: 22.865 → 22.87; a minus is a real one."""
    if value is None:
        return NOTHING
    return _minus(format(rounded(value, places), "f"))


def of_full(value: Numeric | None, full: Numeric | None) -> str:
    """Marks out of how many, where that is known: 78.10/85."""
    return shown(value) + (f"/{plain(full)}" if full is not None else "")


def rounded(value: Numeric, places: int) -> Decimal:
    """The number rounded half away from zero (四舍五入), exactly."""
    if isinstance(value, Decimal):
        return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, WIDE)
    number = Fraction(value) * 10**places
    whole = (abs(number.numerator) * 2 + number.denominator) // (2 * number.denominator)
    return Decimal(-whole if number < 0 else whole).scaleb(-places, WIDE)


def plain(value: Numeric) -> str:
    """A number of the plan as the plan writes it: 0.6, 25."""
    number = rounded(value, 10)
    text = format(number, "f")
    return _minus(text.rstrip("0").rstrip(".") if "." in text else text)


def signed(value: Numeric | None) -> str:
    """A gain or a loss: +5, −2.5."""
    if value is None:
        return ""
    return ("+" if value > 0 else "") + plain(value)


def percent(value: Numeric | None, places: int = 0) -> str:
    """A share as per cent: 0.7 → 70%."""
    return NOTHING if value is None else f"{shown(Fraction(value) * 100, places)}%"


def counted(value: int) -> str:
    """A count; from five digits on grouped: 12,345."""
    return f"{value:,}" if abs(value) >= 10_000 else str(value)


def _minus(text: str) -> str:
    negative = text.startswith("-") and text.strip("-0.") != ""
    return ("−" if negative else "") + text.removeprefix("-")


def exact(value: Decimal) -> str:
    """All places of a number, for whoever checks it: sorting and titles use this text."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def named(word: str | None, names: Mapping[str, str]) -> str:
    """The name of a word of the tables; a word without one stands for itself, none is empty."""
    return names.get(word or "", word or "")


def flags(text: str | None) -> str:
    """The flags of a component's marks in words: `few+none_mean` → two phrases."""
    return "；".join(named(word, FLAGS) for word in text.split("+")) if text else ""


def day(value: date) -> str:
    """A day as it is said: 9月5日."""
    return f"{value.month}月{value.day}日"


def month(text: str) -> str:
    """A month as it is said: 2018-09 → 2018年9月."""
    year, number = text.split("-")
    return f"{year}年{int(number)}月"


def joined(words: Iterable[str], most: int = 8) -> str:
    """Words in a row, the rest counted: 甲、乙等 9 个."""
    listed = list(words)
    rest = f"等 {len(listed)} 个" if len(listed) > most else ""
    return "、".join(listed[:most]) + rest


def units_apart(units: Iterable[tuple[str, str | None, str | None]]) -> dict[str, str]:
    """What each unit is called where no table stands around it: its name, with the organ where others share the name,
    and with its id where they share the organ too.

    units: id, name, organ.
    """
    rows = [(unit, name or unit, organ or "") for unit, name, organ in units]
    names = {unit: name for unit, name, _ in rows}
    for more in ({unit: organ for unit, _, organ in rows}, {unit: unit for unit, _, _ in rows}):
        times = Counter(names.values())
        names = {
            unit: f"{name}（{more[unit]}）" if times[name] > 1 and more[unit] else name for unit, name in names.items()
        }
    return names


def absence(row: Mapping[str, Any]) -> str:
    """Why a unit takes no part, from its row of the roster: 于 2020-07-01 撤销，并入 2001; empty where it does."""
    if row["absent"] == "ended":
        into = f"，并入 {row['merged_into']}" if row["merged_into"] else ""
        return f"于 {row['abolished_on']} 撤销{into}"
    return f"{row['founded_on']} 才设立" if row["absent"] == "not_founded" else ABSENT.get(row["absent"] or "", "")


def as_former(former: str | None) -> str:
    """Under which other code and name a unit was listed; empty where it was its own."""
    return f"以前身 {former} 的名义" if former else ""


def who_took_part(roster: pl.DataFrame) -> str:
    """How many units of how many organs, how many are exempt, and how many did not exist to the end."""
    organs, absent = roster["organ"].n_unique(), roster["absent"].drop_nulls().to_list()
    exempt = absent.count("exempt")
    spared = f"，其中 {exempt} 个免评" if exempt else "，没有免评单位"
    changed = {"ended": "评议期内撤销", "not_founded": "尚未设立"}
    spared += "".join(f"，{absent.count(why)} 个{said}" for why, said in changed.items() if why in absent)
    whose = f"{organs} 个主管部门的 " if 1 < organs < roster.height else ""
    return f"名录共有 {whose}{roster.height} 个单位{spared}。"


def what_counted(what: str, votes: int | None, set_aside: pl.DataFrame) -> str:
    """How many votes count (None where that is withheld), and how many ratings were set aside and why.

    what: whose votes they are.
    """
    aside = int(set_aside["ratings"].sum() or 0)
    start = f"{what}计入的票数不单列" if votes is None else f"{what}计入 {counted(votes)} 票"
    if not aside:
        return f"{start}，没有不予计入的评价。"
    by_reason = set_aside.group_by("reason").agg(pl.col("ratings").sum()).sort("ratings", "reason", descending=True)
    reasons = joined(f"{named(reason, SET_ASIDE)} {counted(number)} 条" for reason, number in by_reason.rows())
    return f"{start}；另有 {counted(aside)} 条评价没有计入：{reasons}。"


SATISFACTION = "满意率是各票按等次分值折算后的平均，占最高分值的份额；它不是“满意”一个等次的占比"
"""The one meaning of the word, in every paper."""


def first_and_last(totals: pl.DataFrame, names: Mapping[str, str], what: str) -> str:
    """Who is first and who is last of a standing. totals: its rows, counted, of one group."""
    if not totals.height:
        return f"{what}没有单位。"
    ordered = totals.sort("overall", "unit")
    first, last = (_with_total(ordered.row(at, named=True), names) for at in (0, -1))
    return f"{what}共 {totals.height} 个单位，最高的是{first}，最低的是{last}。"


def _with_total(row: Mapping[str, object], names: Mapping[str, str]) -> str:
    total = row["total"]
    assert isinstance(total, Decimal)
    return f"{names[str(row['unit'])]}（{shown(total)} 分）"


DIGITS = "零一二三四五六七八九"


def chinese_number(place: int) -> str:
    """A number up to 99 as documents write it: 一 … 十九, 二十."""
    tens, ones = divmod(place, 10)
    if not tens:
        return DIGITS[ones]
    return f"{DIGITS[tens] if tens > 1 else ''}十{DIGITS[ones] if ones else ''}"
