"""Findings in the words of an office: what each detector looks at, what was found, what would change without it."""

from collections.abc import Iterator, Sequence

from pingyi.common import wording
from pingyi.integrity.finding import CAMPAIGN, Finding
from pingyi.integrity.search import CAUTION, DETECTORS, NOTHING, Found
from pingyi.integrity.without import Without

SHOWN = 10
"""Findings told on the command line; the workbook has all of them."""

ASKED = {
    "repeats": ("同一评价人、同一设备对同一单位评了几次，交的表有几份答案相同", "次数或份数"),
    "bursts": ("一个单位在 10、30、120 分钟或一天里收到的评价，是否比它平常的节奏多得多", "评价份数"),
    "runs": ("按时间或表单编号，是否一连许多份完全相同", "连续份数"),
    "straight": ("一份表、一个评价人是否全填同一等次；单位、访问员、批次、设备是否有太多这样的表", "答案数或份数"),
    "hands": ("访问员、批次经手的等次分布，与他人就同样这些单位得到的是否不同", "卡方"),
    "digits": ("比率和评分是否太多落在整五整十", "个数"),
    "channels": ("一个单位各渠道的等次分布是否不一致，超出各单位通常的渠道差别", "卡方"),
    "slates": ("是否有太多选票选的单位相同，或只差一两个", "票数"),
    "spread": ("一个评分人给出的分是否全部相同，或全在一档", "评分个数"),
}
"""By detector: what it asks, and what its statistic counts."""


def subject(found: Found, one: Finding) -> str:
    """What a finding is about, by name where it has one."""
    if one.kind == "unit":
        return found.material.name(one.subject)
    if one.kind == "forms":
        return f"{found.material.readable(one.subject)} 等 {one.statistic:.0f} 张"
    if one.kind == "method":
        return found.material.title(one.subject).strip("“”")
    return found.material.readable(one.subject)


def bound(found: Found) -> str:
    """What keeps chance findings down, in a sentence."""
    questions = round(CAMPAIGN / found.material.threshold)
    return (
        f"本活动共有 {questions} 项检验，每项的界限是 {CAMPAIGN:.0%} 的 {questions} 分之一，并已按查过的对象数校正："
        f"照检验的假定，没有异常的活动出现任何一条线索的可能性不超过 {CAMPAIGN:.0%}。"
    )


def summary(found: Found, tried: Sequence[Without]) -> Iterator[str]:
    """Lines for the command line: what was looked at, how many findings, the least likely with what hangs on them.

    tried: the first findings as `without` tried them.
    """
    yield "查了什么："
    for name, look in found.looks.items():
        about = f"查了 {look.tested} 个，线索 {len(look.findings)} 条" if look.tested else "没有可查的数据"
        yield f"  {DETECTORS[name].TITLE}：{about}"
    yield bound(found)
    yield CAUTION
    findings = found.findings
    yield f"共有 {len(findings)} 条线索{_how_many(len(findings))}" if findings else NOTHING
    results = {id(one.finding): one.sentence for one in tried}
    for nth, one in enumerate(findings[:SHOWN], start=1):
        yield f"{nth}. {one.sentence}"
        if id(one) in results:
            yield f"   {results[id(one)]}"


def _how_many(findings: int) -> str:
    return f"，最不可能出于偶然的 {SHOWN} 条是：" if findings > SHOWN else "："


def lists(one: Without) -> str:
    """Who would enter and leave which list without the rows of a finding; nothing where no list changes."""
    if one.difference is None:
        return ""
    names = one.difference.names
    sides = [
        f"{names.lists[change.list]}：{'，'.join(_sides(change.entered, change.left, names.units))}"
        for change in one.difference.lists
    ]
    return "；".join(sides)


def _sides(entered: Sequence[str], left: Sequence[str], names: dict[str, str]) -> list[str]:
    both = ((entered, "列入"), (left, "退出"))
    return [f"{what} {wording.joined((names[unit] for unit in units), len(units))}" for units, what in both if units]
