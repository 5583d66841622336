"""What one more point takes in events: so many points fewer lost, or so many more earned."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from pingyi.common import wording
from pingyi.office.letters.chain import of_cycle
from pingyi.office.letters.source import Row, Source, grouped
from pingyi.plan import Component
from pingyi.plan.events import Events


@dataclass(frozen=True, slots=True)
class Account:
    """A cycle of a leaf scored from events. lost: points that events cost (positive). over: of these, beyond the floor.

    open: marks of the leaf that come back if nothing is lost. factor: marks of the leaf for a point of the cycle.
    """

    cycle: str
    rows: tuple[Row, ...]
    lost: Fraction
    over: Fraction
    open: Fraction
    factor: Fraction


def texts(source: Source, unit: str, leaf: Component) -> Iterator[str]:
    """What it takes to lose less; where nothing is lost, to earn more."""
    rule = _of(leaf)
    found = accounts(source, unit, leaf)
    losing = [one for one in found if one.lost]
    if losing:
        yield _less(rule, losing, several=len(found) > 1)
    elif len(found) == 1 and not any(row["veto"] for row in found[0].rows):
        yield from _more(rule, found[0])


def accounts(source: Source, unit: str, leaf: Component) -> list[Account]:
    """The cycles of the leaf; none where a veto rules, or where its marks are no straight line of the points."""
    cycles = [cycle.id for cycle in source.plan.cycles[leaf.per]]
    rows = [row for row in source.events.get((unit,), []) if row["component"] == leaf.id and row["not_counted"] is None]
    rows = [row | {"veto": _of(leaf).items[row["item"]].veto} for row in rows]
    factors = {cycle: of_cycle(source, unit, leaf, cycle, len(cycles)) for cycle in cycles}
    by_cycle = grouped(rows, "cycle")
    return [
        _account(_of(leaf), cycle, by_cycle.get((cycle,), []), factor)
        for cycle, factor in factors.items()
        if factor and not any(row["veto"] for row in rows)
    ]


def _account(rule: Events, cycle: str, rows: list[Row], factor: Fraction) -> Account:
    points = [Fraction(row["points"]) for row in rows]
    reached, lost = Fraction(rule.base) + sum(points), -sum(min(point, Fraction(0)) for point in points)
    over = max(Fraction(rule.floor) - reached, Fraction(0)) if rule.floor is not None else Fraction(0)
    back = (_within(rule, reached + lost) - _within(rule, reached)) * factor
    return Account(cycle, tuple(rows), Fraction(lost), over, back, factor)


def _within(rule: Events, value: Fraction) -> Fraction:
    capped = value if rule.cap is None else min(value, Fraction(rule.cap))
    return capped if rule.floor is None else max(capped, Fraction(rule.floor))


def _less(rule: Events, losing: list[Account], *, several: bool) -> str:
    whole = sum((one.open for one in losing), Fraction(0))
    start = f"事项共失 {wording.shown(sum((one.lost for one in losing), Fraction(0)))} 分"
    most = max(losing, key=lambda one: one.open)
    if several:
        each = "、".join(dict.fromkeys(wording.plain(wording.rounded(one.factor, 4)) for one in losing))
        return f"{start}；一个周期内少失 1 分，本项增加 {each} 分；没有失分的事项时，共增加 {wording.shown(whole)} 分。"
    over = f"，其中超出本项分数的 {wording.shown(most.over)} 分没有计" if most.over else ""
    if most.open < 1:
        return f"{start}{over}；没有失分的事项时，增加 {wording.shown(most.open)} 分。"
    points = points_for(most)
    such = _such_as(rule, most, points)
    return f"{start}{over}；少失 {wording.plain(wording.rounded(points, 4))} 分{such}，就增加 1 分。"


def points_for(account: Account) -> Fraction:
    """Points of events that a cycle must lose less for the leaf to gain one."""
    return account.over + 1 / account.factor


def _such_as(rule: Events, account: Account, points: Fraction) -> str:
    """The item that cost most, where so many cases of it are enough: 如“未按期反馈”少 2 件."""
    sums = {item: rows for (item,), rows in grouped(account.rows, "item").items()}
    for item, rows in sorted(sums.items(), key=lambda one: sum(row["points"] for row in one[1])):
        each = {Fraction(-row["points"]) / row["times"] for row in rows}
        if len(each) == 1 and min(each) > 0:
            number = ceil(points / min(each))
            if number <= sum(row["times"] for row in rows):
                return f"，如“{rule.items[str(item)].name}”少 {number} 件"
    return ""


def _more(rule: Events, account: Account) -> Iterator[str]:
    """What earns one more point below the cap."""
    earning = [item for item in rule.items.values() if item.points and (item.points[1] is None or item.points[1] > 0)]
    reached = _within(rule, Fraction(rule.base) + sum(Fraction(row["points"]) for row in account.rows))
    room = None if rule.cap is None else (Fraction(rule.cap) - reached) * account.factor
    if not earning or room == 0:
        return
    if room is not None and room < 1:
        yield f"离最高限只差 {wording.shown(room)} 分。"
        return
    points = 1 / account.factor
    enough = [(item.fixed, item.name) for item in earning if item.fixed is not None and item.fixed >= points]
    if not enough:
        yield f"再得 {wording.plain(wording.rounded(points, 4))} 分的事项，就增加 1 分。"
        return
    least, name = min(enough)
    gain = Fraction(least) * account.factor
    gain = gain if room is None else min(gain, room)
    yield f"再有 1 件“{name}”（{wording.plain(least)} 分），增加 {wording.plain(wording.rounded(gain, 4))} 分。"


def _of(leaf: Component) -> Events:
    assert leaf.events is not None
    return leaf.events
