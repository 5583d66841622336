"""What may stand in a column of a form, and the rules for it in words."""

from collections.abc import Iterator
from decimal import Decimal

from pingyi.common import wording
from pingyi.common.codebook import Column
from pingyi.facts.intake.row_rules import given_rules
from pingyi.facts.intake.setting import ON_ROSTER, Choice, Setting, channel_ids
from pingyi.plan import Component
from pingyi.plan.events import Item

FEW = 12
"""So many words a rule lists; more stand in the drop-down list alone."""


def choices(setting: Setting, table: str, column: Column) -> tuple[str, ...]:
    """The words of a drop-down list as people write them: names where they are nobody else's, ids of units."""
    if column.kind == "yes_no":
        return ("是", "否")
    choice = setting.choice(table, column.name) if column.kind in ("choice", "list") else None
    if choice is None:
        return ()
    return tuple(_word(choice, value, word) for value, word in zip(choice.valid, choice.words, strict=True))


def _word(choice: Choice, value: str, word: str) -> str:
    """How a value is best written: intake takes names of plan things, and nothing but ids of units."""
    names = list(choice.names.values())
    name = choice.names.get(value, "")
    return name if choice.missing != ON_ROSTER and names.count(name) == 1 else word


def rules(setting: Setting, table: str, column: Column) -> list[str]:
    """What to know before writing in a column: what the glossary says, then what this plan says."""
    return [line for line in (column.says, KINDS.get(column.kind, ""), *_own(setting, table, column)) if line]


KINDS = {
    "id": "单元格是文本格式，前面的 0 会保留。",
    "date": "日期，如 2020-05-06。",
    "moment": "日期或时刻，如 2020-05-06 或 2020-05-06 09:30。",
    "integer": "整数。",
    "decimal": "数，不带单位和千分号，至多 6 位小数。",
    "list": "几个之间用顿号隔开。",
    "yes_no": "填 是 或 否。",
}
"""How a cell of each kind is written."""


def _own(setting: Setting, table: str, column: Column) -> Iterator[str]:
    """What this plan says of a column."""
    if column.private:
        yield "只填代号，不得填姓名、电话号码和身份证号；填了号码整份数据会退回。"
    if (table, column.name) == ("marks", "group"):
        yield from (f"{one.title}：{'、'.join(rule.markers) or '不填'}。" for one, rule in given_rules(setting))
    elif column.name in ("level", "group", "channel", "item") and table in ("ratings", "counts"):
        yield from _by_component(setting, table, column.name)
    elif column.name == "cycle":
        yield from (f"{one.title}：{_cycles(setting, one)}。" for one in setting.scored_by(table))
    elif (table, column.name) == ("marks", "mark"):
        yield from _ranges(setting)
    elif (table, column.name) == ("events", "item"):
        yield from (_priced(component, item) for component, item in setting.items.values())
    elif (table, column.name) == ("events", "factors"):
        yield from _factors(setting)
    elif column.name == "unit" and setting.roster and column.kind == "choice":
        yield "填名录中的单位编号。"
    else:
        yield from _listed(choices(setting, table, column))


def _listed(found: tuple[str, ...]) -> Iterator[str]:
    if 2 < len(found) <= FEW or (found and "是" not in found and len(found) <= FEW):
        yield f"可填：{'、'.join(found)}。"
    elif len(found) > FEW:
        yield "从下拉列表中选。"


def _by_component(setting: Setting, table: str, name: str) -> Iterator[str]:
    """The words of each component; said once where all have the same."""
    by_component = {one.title: _words(one, name) for one in setting.scored_by(table)}
    if len(set(by_component.values())) == 1:
        yield f"可填：{next(iter(by_component.values()))}。"
    else:
        yield from (f"{title}：{said or '不填'}。" for title, said in by_component.items())


def _words(one: Component, name: str) -> str:
    rule = one.ratings
    assert rule is not None
    found = {"level": [*rule.levels], "group": [*rule.groups], "channel": channel_ids(rule), "item": [*rule.items]}
    return "、".join(found[name])


def _cycles(setting: Setting, one: Component) -> str:
    return "、".join(f"{cycle.id}（{cycle.start} 至 {cycle.end}）" for cycle in setting.cycles(one))


def _ranges(setting: Setting) -> Iterator[str]:
    """The range of each component's marks, with bands and what is not counted."""
    for one in setting.scored_by("marks"):
        rule = one.marks
        if rule is None:
            yield f"{one.title}：系统报送的成绩。"
            continue
        low, high = (wording.plain(end) for end in rule.range)
        bands = "、".join(
            f"{band} {wording.plain(ends[0])}—{wording.plain(ends[1])}" for band, ends in rule.bands.items()
        )
        told = [f"{low} 到 {high} 分", f"至多 {rule.decimals} 位小数" if rule.decimals else "整数", bands]
        void = "、".join(wording.plain(mark) for mark in rule.means_nothing)
        told.append(f"填 {void} 表示不计" if void else "")
        yield f"{one.title}：{'；'.join(text for text in told if text)}。"


def _factors(setting: Setting) -> Iterator[str]:
    """Which circumstances each item knows."""
    names = setting.words("events", "factors")
    for _, item in setting.items.values():
        if item.factors:
            known = "、".join(f"{names.get(id, id)}（{wording.plain(times)} 倍）" for id, times in item.factors.items())
            yield f"{item.name}：{known}。"


def _priced(one: Component, item: Item) -> str:
    """An entry of the catalogue with what it costs or earns: 投诉查实（监督检查）：扣 3 到 5 分，分值必填."""
    clause = f"，{item.clause}" if item.clause else ""
    return f"{item.name}（{one.title}{clause}）：{_price(item)}。"


def _price(item: Item) -> str:
    if item.ladder:
        return "按次数递进计分，分值不填"
    if item.points is None:
        return "方案未定分值，分值必填，并写明正负"
    low, high = item.points
    if item.fixed is not None:
        return f"{_verb(item.fixed)}，分值可不填" if item.fixed else "不影响得分"
    if item.deducts:
        least, most = (None if end is None else -end for end in (high, low))
        return f"扣 {_span(least, most)}，分值必填"
    return f"加 {_span(low, high)}，分值必填"


def _verb(points: Decimal) -> str:
    return f"{'扣' if points < 0 else '加'} {wording.plain(abs(points))} 分"


def _span(low: Decimal | None, high: Decimal | None) -> str:
    if low is None or high is None:
        end = high if low is None else low
        return f"{'至多' if low is None else '至少'} {wording.plain(end)} 分" if end else "若干分"
    return f"{wording.plain(low)} 到 {wording.plain(high)} 分"
