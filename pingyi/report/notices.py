"""Notices in words: what each kind is called, what it is about, and what was found."""

from typing import Any

from pingyi.common import wording
from pingyi.report.book import Book

SEVERITIES = {"decision": "待决定", "notice": "提示"}

NOTICES = {
    **wording.FLAGS,
    "tie_open": "截至目前同分，要公开抽签",
    "tie_lot": "同分，已按公开抽签定先后",
    "key_missing": "同分，比较的一项没有得分",
    "unranked": "没有名次",
    "veto": "一票否决",
    "veto_absent": "被一票否决的单位不在名单上",
    "exempt_absent": "免评单位没有直接列入",
    "absent": "评议期内不存在的单位没有参评",
    "inherited": "往年名单按前身计入",
    "reclassified": "年内换了类别或主管部门",
    "vacant_seats": "名额空着",
    "empty_list": "名单上没有单位",
    "below_bands": "得分低于最低一级",
    "no_township": "没有所属乡镇，对乡镇的结果没有对象",
    "decision_differs": "决定以后的数据会改变名单",
    "unused_value": "方案提到的取值没有单位是",
    "excluded": "交来而没有计入的数据",
    "pending_events": "事项还没有定论，暂不计分",
    "undeducted": "问题逾期或拒不整改而没有扣分",
    "correction_open": "更正或异议等待决定",
    "grade_missing": "缺主管部门考绩档次，有关结果无法确定",
    "voter_share": "参评人员的构成偏离规定比例",
}
"""Kinds of what somebody must decide or should know."""

OF_STANDINGS = ("tie_open", "tie_lot", "key_missing", "unranked")
"""Kinds that are about a standing; ties may be about a list too."""


def about(book: Book, kind: str, where: str) -> str:
    """The standing, list, component, set of bands, consequence or organ that a notice is about."""
    bands = {one.id: one.title for one in book.plan.bands}
    effects = {one.id: book.plan.effects[one.effect].name or one.effect for one in book.plan.outcomes}
    names = effects | bands | book.lists | book.components
    return wording.named(where, names | book.standings if kind in OF_STANDINGS else names)


def found(kind: str, rows: list[dict[str, Any]]) -> tuple[str, ...]:
    """What the notices of a kind and place found, each thing once."""
    told = list(dict.fromkeys(row["found"] for row in rows if row["found"]))
    if kind == "pending_events":
        return (f"记录编号 {wording.joined(told, 12)}",)
    if kind == "undeducted":
        return (f"问题编号 {wording.joined(told, 12)}",)
    if kind == "correction_open":
        return (f"登记簿第 {wording.joined(told, 12)} 条",)
    return tuple(wording.flags(one) if kind == "unranked" else one for one in told)
