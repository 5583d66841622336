"""Differences in sentences of an office: for the command line and the report.

Results in, Chinese text out; numbers are shown with two places, the exact ones are in the tables.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from pingyi.common import wording
from pingyi.common.codebook import codebook
from pingyi.scenarios.difference import Difference, MarksChange, Move, SumChange
from pingyi.scenarios.readings import Trial
from pingyi.scenarios.result import Names
from pingyi.scenarios.search import Combination
from pingyi.scenarios.years import Years

NOTHING = "名单、名次、得分和结果运用都与公布的结果相同。"
MOST = 6
"""So many units or subjects are named in one sentence; the rest is counted."""


def told(found: Difference) -> list[str]:
    """All that differs, a sentence for each standing, each list, the marks and the consequences."""
    if found.nothing:
        return [NOTHING, *_held(found)]
    lists = (*_lists(found), *_held(found))
    sentences = [_touched(found), *_standings(found), *lists, _marks(found), _sums(found), _consequences(found)]
    return [one for one in sentences if one]


def brief(found: Difference) -> str:
    """What differs, in one line: units touched, the largest move, lists, amounts."""
    if found.nothing:
        return NOTHING
    most = found.largest()
    move = f"名次变动最大的是{_move(most, found.names)}" if most else ""
    lists = "".join(_lists(found)).rstrip("。")
    sums = f"{len(found.sums)} 项合计数额有变" if found.sums else ""
    return "；".join(one for one in (_touched(found).rstrip("。"), move, lists, sums) if one) + "。"


def _touched(found: Difference) -> str:
    units = len(found.touched)
    return f"有 {units} 个单位的名单、名次或得分变动。" if units else "没有单位的名单、名次或得分变动。"


def _standings(found: Difference) -> Iterator[str]:
    for standing, title in found.names.standings.items():
        moves = [move for move in found.moves if move.standing == standing]
        if moves:
            yield f"{title}：{'；'.join(_standing(found, standing, moves))}。"


def _standing(found: Difference, standing: str, moves: list[Move]) -> Iterator[str]:
    placed, most = found.placed(standing), found.largest(standing)
    if most:
        yield f"{len(placed)} 个单位名次变动，最大的是{_move(most, found.names)}"
    still = sum(move.by == 0 for move in moves)
    if still:
        yield f"{still} 个单位得分有变、名次不变"
    for moved, what in ((found.came(standing), "改为参加排名"), (found.went(standing), "不再参加排名")):
        if moved:
            yield f"{_units((move.unit for move in moved), found.names)}{what}"


def _move(move: Move, names: Names) -> str:
    way = "上升" if (move.by or 0) > 0 else "下降"
    change = f"，得分 {gain(move.by_total)}" if move.by_total else ""
    unit = names.units[move.unit]
    return f"{unit}，从第 {move.place} 名到第 {move.new_place} 名（{way} {abs(move.by or 0)} 名{change}）"


def _lists(found: Difference) -> Iterator[str]:
    for one in found.lists:
        sides = ((one.entered, "列入"), (one.left, "退出"))
        told = [f"{what} {_units(units, found.names)}" for units, what in sides if units]
        yield f"{found.names.lists[one.list]}：{'，'.join(told)}。"


def _held(found: Difference) -> Iterator[str]:
    """Which decided lists stand although facts alone would have changed them."""
    for one in found.held:
        sides = ((one.entered, "会列入"), (one.left, "会退出"))
        told = [f"{what} {_units(units, found.names)}" for units, what in sides if units]
        yield f"{found.names.lists[one.list]}已经决定，名单不变；没有决定的话，{'，'.join(told)}。"


def _units(units: Iterable[str], names: Names) -> str:
    return wording.joined((names.units[unit] for unit in units), MOST)


def _marks(found: Difference) -> str:
    leaves = [one for one in found.marks if one.component in found.names.leaves]
    told = [_component(one, found.names) for one in leaves or found.marks]
    return f"分项得分：{'；'.join(told)}。" if told else ""


def _component(one: MarksChange, names: Names) -> str:
    start = f"{names.components[one.component]} {one.units} 个单位有变"
    if one.marks is None or one.new_marks is None:
        return start
    return f"{start}（最多的是{names.units[one.unit]} {gain(one.new_marks - one.marks)}）"


def gain(change: Decimal | None) -> str:
    """分 gained or lost, with two places: +0.35 分; less than shows is said in words."""
    if change is None:
        return wording.NOTHING
    size = wording.shown(abs(change))
    sign = "+" if change > 0 else "−"
    return f"{sign}{size} 分" if Decimal(size) or not change else f"{sign}不足 0.01 分"


def _sums(found: Difference) -> str:
    told = [_sum(one, found.names) for one in found.sums if (one.amount or 0) != (one.new_amount or 0)]
    return f"合计数额：{wording.joined(told, MOST)}。" if told else ""


def _sum(one: SumChange, names: Names) -> str:
    subject = names.units.get(one.subject, one.subject)
    before, after = (wording.signed(amount or Decimal(0)) for amount in (one.amount, one.new_amount))
    return f"{subject}“{names.effects[one.effect]}”{before} 变为 {after} {names.measures[one.effect]}".rstrip()


def _consequences(found: Difference) -> str:
    new = sum(one.new for one in found.consequences)
    gone = len(found.consequences) - new
    told = [f"{what} {number} 条" for what, number in (("增加", new), ("取消", gone)) if number]
    return f"结果运用：{'，'.join(told)}。" if told else ""


def tried(trial: Trial) -> list[str]:
    """What one answer does, or why it was not tried."""
    if trial.difference is None:
        return [f"没有试算：{trial.why}。" if trial.answer else f"{trial.why}。"]
    return [*told(trial.difference), *([f"注意：{trial.why}。"] if trial.why else [])]


def combined(found: Combination) -> list[str]:
    """What the combination that moves most does, and how it was looked for."""
    if not found.possible:
        return ["没有可以合起来试算的答案。"]
    how = f"共有 {found.possible} 种组合，全部试算过" if found.exhaustive else _searched(found)
    if found.difference is None:
        return [f"{how}，没有一种使名单、名次或得分变动。"]
    most = "名单变动最多的是" if found.difference.memberships else "名单都不变，牵动单位最多的是"
    chosen = [f"  {one.reading.question}　{one.answer.answer}" for one in found.taken if one.answer]
    return [f"{how}，{most}{'同时' if len(chosen) > 1 else ''}改为：", *chosen, *told(found.difference)]


def _searched(found: Combination) -> str:
    how = "从单独试算变动最大的答案起，逐个加入、逐个替换"
    start = f"共有 {wording.counted(found.possible)} 种组合，{how}，试算了其中 {found.evaluated} 种"
    return f"{start}（没有试算的组合里，也许有变动更大的）；试算过的组合中"


def years_told(found: Years) -> list[str]:
    """This year beside the year before: each standing, who is new and gone, and what could not be compared."""
    head = f"{found.now.campaign.year} 年与 {found.before.campaign.year} 年比较。得分变化分成两部分："
    how = "规则部分，是今年的数据按今年的规则与按上年的规则得分之差；其余是数据部分。两部分相加正好是全部变化。"
    sentences = [head + how, *_standings_of(found)]
    for units, what in ((found.new, "今年新参评"), (found.gone, "今年不再参评")):
        if units:
            sentences.append(f"{what}的单位 {len(units)} 个：{wording.joined(units.values(), MOST)}。")
    if found.changed:
        how = "；".join(list(found.changed.values())[:MOST]) + ("；等等" if len(found.changed) > MOST else "")
        sentences.append(f"合并、分设而不能逐一比较的 {len(found.changed)} 起：{how}。")
    return sentences + list(_uncompared(found))


def _standings_of(found: Years) -> Iterator[str]:
    for standing in found.totals["standing"].unique(maintain_order=True):
        rows = found.totals.filter(standing=standing)
        split = rows.drop_nulls(["change", "from_rules"])
        up, down = (split.filter(split["change"] > 0).height, split.filter(split["change"] < 0).height)
        text = f"{found.names.standings[standing]}：两年都有得分的单位 {split.height} 个，{up} 个上升，{down} 个下降"
        if up or down:
            most = split.sort(split["change"].abs(), descending=True, maintain_order=True).row(0, named=True)
            parts = f"规则 {gain(most['from_rules'])}，数据 {gain(most['from_facts'])}"
            text += f"；变化最大的是{most['name']}，{gain(most['change'])}（{parts}）"
        yield text + "。"


def _uncompared(found: Years) -> Iterator[str]:
    tables = codebook().facts
    told = [f"{tables[one.table].title} {one.rows} 行（{one.column}）" for one in found.left_out]
    if told:
        yield f"今年的数据中，上年的规则不认得的没有参与按上年规则的计算：{'、'.join(told)}。"
    if found.missing:
        yield f"今年的名录没有上年规则要用的列：{'、'.join(found.missing)}；用到它们的指标不能比较。"
