"""What one more point would take: how many places it gains, and what it means in votes or in events of a leaf."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil

from pingyi.common import wording
from pingyi.disclosure import is_small
from pingyi.explain import Explanation, Placing
from pingyi.explain.node_scores import UnitNode, year_formula
from pingyi.explain.rating_scores import Rated, units_in_mean
from pingyi.office.letters import Block, Line, fit_grid, table_columns
from pingyi.office.letters.comparison import event_rule, events_of_units, rating_rule
from pingyi.office.letters.vote_breakdown import Voices, valued_votes, voices_of
from pingyi.plan import Component
from pingyi.plan.events import Events
from pingyi.results.result_tables import ResultTables, Row, group_rows
from pingyi.rules.formulas import Formula, NotInOneRow, in_cell, number, plan_number, product, quotient
from pingyi.rules.leaves import AS_THEY_ARE, cap_sum, floor_sum, rate_of, share_with_mean
from pingyi.rules.transformation import OneRow, convert_in_row

MOST = 6
"""So many leaves are told, those first in which most is to be gained."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What it takes in one leaf. open: how much can be gained, in points of what is ranked."""

    leaf: str
    texts: tuple[str, ...]
    open: Fraction


def gains_table(source: ResultTables, told: Explanation) -> list[Block]:
    """The places that one more point gains, and what it takes in the leaves that are ranked."""
    ranked = [one for one in told.placings if one.place is not None]
    advice = _best_advice(source, told, ranked)
    return [
        *(Line(_describe_places(source, told.unit, one), "item") for one in ranked),
        *fit_grid(ADVICE, [(one.leaf, "".join(one.texts)) for one in advice]),
        *([Line(NOTE, "note")] if advice else []),
    ]


ADVICE = table_columns({"指标": 44, "要增加 1 分": 116})
NOTE = "以上按本年度的票数和事项推算，其他各项和其他单位的得分不变；每票、每件的影响是准确数，所需票数、件数向上取整。"


def _describe_places(source: ResultTables, unit: str, placing: Placing) -> str:
    """How many units one more point passes: those less than a point ahead."""
    own = source.totals[placing.standing, unit]
    if own["place"] == 1:
        return f"{placing.name}：已是第 1 名。"
    others = source.ranked[placing.standing, own["grp"]]
    passed = sum(row["place"] < own["place"] and row["total"] < own["total"] + 1 for row in others)
    if not passed:
        nearest = min(row["total"] for row in others if row["place"] < own["place"])
        return f"{placing.name}：前一个单位高 {wording.shown(nearest - own['total'])} 分，再得 1 分名次不变。"
    return f"{placing.name}：再得 1 分，其他单位得分不变，可前进 {passed} 名，到第 {own['place'] - passed} 名。"


def _best_advice(source: ResultTables, told: Explanation, ranked: list[Placing]) -> list[Advice]:
    """The leaves in which most can be gained, in the order of what that is."""
    targets = {one.id: one.of for one in source.plan.standings}
    roots = [targets[one.standing] for one in reversed(ranked)]
    found = [advice for part in told.parts if (advice := _leaf_advice(source, told.unit, part.component, roots))]
    return sorted(found, key=lambda one: -one.open)[:MOST]


def _leaf_advice(source: ResultTables, unit: str, id: str, roots: list[str]) -> Advice | None:
    """What it takes in a leaf that one of the ranked components counts; the last standing comes first."""
    leaf = source.plan.component(id)
    root = next((root for root in roots if root in components_above(source, id)), None)
    row = source.marks[id, unit]
    if root is None or leaf.of or row["marks"] is None or row["flag"] == "unmeasured":
        return None
    if source.scope[id, unit]["imported"]:
        return None
    texts = [*(vote_advice(source, unit, leaf) if leaf.ratings else ())]
    texts += event_advice(source, unit, leaf) if leaf.events else ()
    each = marks_worth(source, unit, id, root)
    if texts and each is not None and each != 1:
        title = source.plan.component(root).title
        texts.append(f"本项 1 分折合{title} {wording.plain(wording.rounded(each, 4))} 分。")
    lost = (row["full_marks"] - row["marks"]) if row["full_marks"] is not None else Fraction(1)
    return Advice(leaf.title, tuple(texts), Fraction(lost) * (1 if each is None else each)) if texts else None


@dataclass(frozen=True, slots=True)
class Pool:
    """Votes whose levels count alike. per_vote: marks of the leaf for one more unit of value in one vote."""

    name: str
    levels: dict[str, Decimal]
    counts: dict[str, int]
    per_vote: Fraction

    @property
    def votes(self) -> int:
        """All votes of the pool."""
        return sum(self.counts.values())

    @property
    def best(self) -> str:
        """The level worth most."""
        return max(self.levels, key=lambda level: self.levels[level])

    @property
    def worst(self) -> str:
        """The level worth least."""
        return min(self.levels, key=lambda level: self.levels[level])

    @property
    def steps(self) -> list[tuple[str, Fraction]]:
        """Each vote below the best, the worst first: its level, and the marks it gains if it becomes the best."""
        top, below = self.levels[self.best], sorted(self.levels.items(), key=lambda one: one[1])
        gains = [(level, Fraction(top - value) * self.per_vote) for level, value in below if value < top]
        return [(level, gain) for level, gain in gains for _ in range(self.counts.get(level, 0))]


def vote_advice(source: ResultTables, unit: str, leaf: Component) -> Iterator[str]:
    """What it takes in each pool of the leaf's votes that the letter shows."""
    voices = voices_of(source, leaf, unit)
    for pool in vote_pools(source, unit, leaf):
        steps = pool.steps
        if steps and voices is not None:
            yield _describe_pool(pool, steps, spelt=pool.name in voices.spelt or "" in voices.spelt)


def _describe_pool(pool: Pool, steps: list[tuple[str, Fraction]], *, spelt: bool) -> str:
    """What it takes; how many votes must change only where that does not tell how a handful of people rated."""
    each = pool.per_vote * Fraction(pool.levels[pool.best] - pool.levels[pool.worst])
    swap = f"每多1票“{pool.best}”、少1票“{pool.worst}”，增加 {fine_marks(each)} 分"
    start = f"{pool.name}{wording.counted(pool.votes)}票，票数不变时{swap}"
    if not spelt or any(map(is_small, pool.counts.values())):
        return f"{start}。"
    number = votes_for(steps, Fraction(1))
    if number is None:
        most = sum((gain for _, gain in steps), Fraction(0))
        return f"{start}；全部为“{pool.best}”，也只增加 {fine_marks(most)} 分。"
    return f"{start}；从最低的等次变起，至少 {number} 票变为“{pool.best}”，就增加 1 分。"


def fine_marks(value: Fraction) -> str:
    """Marks with two places; small ones with as many as it takes to show two figures."""
    places = 2
    while 0 < abs(value) * 10**places < 10 and places < 6:
        places += 1
    return wording.plain(wording.rounded(value, places)) if places > 2 else wording.shown(value)


def votes_for(steps: list[tuple[str, Fraction]], points: Fraction) -> int | None:
    """How many votes must become the best, the worst first, to gain so many points; None: all of them are too few."""
    gained = Fraction(0)
    for taken, (_, gain) in enumerate(steps, 1):
        gained += gain
        if gained >= points:
            return taken
    return None


def vote_pools(source: ResultTables, unit: str, leaf: Component) -> list[Pool]:
    """The votes apart as the marks take them apart; none where a pool is not shown, or the rule is no straight line."""
    rule, voices = rating_rule(leaf), voices_of(source, leaf, unit)
    if voices is None or voices.votes is None or not voices.rated or rule.mean_first is not None:
        return []
    if any(weight is not None for weight in rule.items.values()):
        return []
    rows = source.rating_marks.get((leaf.id, unit), [])
    if not any(weight is not None for weight in rule.groups.values()):
        return [pool for row in rows if (pool := _cycle_pool(source, unit, leaf, voices, row, len(rows)))]
    return _group_pools(source, unit, leaf, voices, rows[0]) if len(rows) == 1 else []


def _cycle_pool(source: ResultTables, unit: str, leaf: Component, voices: Voices, row: Row, cycles: int) -> Pool | None:
    """The votes of one cycle, or of all of them."""
    cycle = row["cycle"] if cycles > 1 else ""
    votes = [vote for vote in valued_votes(source)[leaf.id, unit] if cycle in ("", vote["cycle"])]
    if not votes or (cycle and not voices.shows("cycle", cycle)):
        return None
    worth = _rate_worth(Rated(source, leaf, unit), row, cycles, _vary_earned(leaf, votes))
    return None if worth is None else _pool_of(leaf, cycle, votes, worth)


def _group_pools(source: ResultTables, unit: str, leaf: Component, voices: Voices, row: Row) -> list[Pool]:
    """The votes of each group, which the marks weigh."""
    rated, by_group = Rated(source, leaf, unit), group_rows(valued_votes(source)[leaf.id, unit], "group")
    votes = {str(group): rows for (group,), rows in by_group.items()}
    if any(len(votes) > 1 and not voices.shows("group", group) for group in votes):
        return []
    found = []
    for group in filter(rated.group_weight, rated.rule.groups):
        if group in votes:
            rates = {other: number(0, "") for other in votes} | {group: _vary_earned(leaf, votes[group])}
            worth = _rate_worth(rated, row, 1, rated.weigh_groups(rates))
            found += [] if worth is None else [_pool_of(leaf, group, votes[group], worth)]
    return found


def _vary_earned(leaf: Component, votes: list[Row]) -> Formula:
    """The rate of votes of which what they are worth varies, and not how many they are."""
    return rate_of(in_cell("x", 0), number(sum(vote["votes"] for vote in votes), ""), rating_rule(leaf).out_of)


def _pool_of(leaf: Component, name: str, votes: list[Row], per_vote: Fraction) -> Pool:
    rule, counts = rating_rule(leaf), dict[str, int]()
    for vote in votes:
        counts[vote["level"]] = counts.get(vote["level"], 0) + vote["votes"]
    return Pool(name, {level: value for level, value in rule.levels.items() if value is not None}, counts, per_vote)


def _rate_worth(rated: Rated, row: Row, cycles: int, rate: Formula) -> Fraction | None:
    """Marks of the leaf for one more of what varies in the rate of a cycle, one of so many."""
    if row["rule"] not in (*AS_THEY_ARE, "few"):
        return None
    rows = rated.tables.rating_marks[rated.component.id, rated.unit]
    marked = sum(one["exact"] is not None for one in rows) if cycles > 1 else 1
    through = cycle_worth(rated.tables, rated.unit, rated.component, row["cycle"], marked)
    slope = _rule_few(rated, row, product(rate, plan_number(row["full_marks"]))).slope
    return None if through is None or slope is None else slope * through


def _rule_few(rated: Rated, row: Row, own: Formula) -> Formula:
    """What the rule for few votes makes of a unit's own marks; they have a part in the mean that makes up the rest."""
    if row["rule"] in AS_THEY_ARE:
        return own
    alike = units_in_mean(rated, row)
    mean = quotient(own, number(len(alike), "")) if rated.unit in alike else number(0, "")
    return share_with_mean(own, mean, plan_number(row["own_share"]))


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


def event_advice(source: ResultTables, unit: str, leaf: Component) -> Iterator[str]:
    """What it takes to lose less; where nothing is lost, to earn more."""
    rule = event_rule(leaf)
    found = event_accounts(source, unit, leaf)
    losing = [one for one in found if one.lost]
    if losing:
        yield _describe_losing_less(rule, losing, several=len(found) > 1)
    elif len(found) == 1 and not any(row["veto"] for row in found[0].rows):
        yield from _describe_earning_more(rule, found[0])


def event_accounts(source: ResultTables, unit: str, leaf: Component) -> list[Account]:
    """The cycles of the leaf; none where a veto rules, or where its marks are no straight line of the points."""
    cycles = [cycle.id for cycle in source.plan.cycles[leaf.per]]
    rows = [
        row
        for row in events_of_units(source).get((unit,), [])
        if row["component"] == leaf.id and row["not_counted"] is None
    ]
    rows = [row | {"veto": event_rule(leaf).items[row["item"]].veto} for row in rows]
    factors = {cycle: cycle_worth(source, unit, leaf, cycle, len(cycles)) for cycle in cycles}
    by_cycle = group_rows(rows, "cycle")
    return [
        _account_of(event_rule(leaf), cycle, by_cycle.get((cycle,), []), factor)
        for cycle, factor in factors.items()
        if factor and not any(row["veto"] for row in rows)
    ]


def _account_of(rule: Events, cycle: str, rows: list[Row], factor: Fraction) -> Account:
    points = [Fraction(row["points"]) for row in rows]
    reached, lost = Fraction(rule.base) + sum(points), -sum(min(point, Fraction(0)) for point in points)
    over = max(Fraction(rule.floor) - reached, Fraction(0)) if rule.floor is not None else Fraction(0)
    back = (_within_bounds(rule, reached + lost) - _within_bounds(rule, reached)) * factor
    return Account(cycle, tuple(rows), Fraction(lost), over, back, factor)


def _within_bounds(rule: Events, value: Fraction) -> Fraction:
    return floor_sum(cap_sum(number(value, ""), rule.cap), rule.floor).value


def _describe_losing_less(rule: Events, losing: list[Account], *, several: bool) -> str:
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
    such = _costliest_item(rule, most, points)
    return f"{start}{over}；少失 {wording.plain(wording.rounded(points, 4))} 分{such}，就增加 1 分。"


def points_for(account: Account) -> Fraction:
    """Points of events that a cycle must lose less for the leaf to gain one."""
    return account.over + 1 / account.factor


def _costliest_item(rule: Events, account: Account, points: Fraction) -> str:
    """The item that cost most, where so many cases of it are enough: 如“未按期反馈”少 2 件."""
    sums = {item: rows for (item,), rows in group_rows(account.rows, "item").items()}
    for item, rows in sorted(sums.items(), key=lambda one: sum(row["points"] for row in one[1])):
        each = {Fraction(-row["points"]) / row["times"] for row in rows}
        if len(each) == 1 and min(each) > 0:
            number = ceil(points / min(each))
            if number <= sum(row["times"] for row in rows):
                return f"，如“{rule.items[str(item)].name}”少 {number} 件"
    return ""


def _describe_earning_more(rule: Events, account: Account) -> Iterator[str]:
    """What earns one more point below the cap."""
    earning = [item for item in rule.items.values() if item.points and (item.points[1] is None or item.points[1] > 0)]
    reached = _within_bounds(rule, Fraction(rule.base) + sum(Fraction(row["points"]) for row in account.rows))
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


def marks_worth(source: ResultTables, unit: str, leaf: str, target: str) -> Fraction | None:
    """Marks of `target` for one more mark of `leaf`; None where it is not below, or where no fixed number says so."""
    value, at = Fraction(1), leaf
    while at != target:
        parent = source.plan.parents.get(at)
        step = _worth_above(source, unit, at, parent) if parent else None
        if parent is None or step is None:
            return None
        value, at = value * step, parent.id
    return value


def components_above(source: ResultTables, leaf: str) -> list[str]:
    """The component and every one above it."""
    found = [leaf]
    while found[-1] in source.plan.parents:
        found.append(source.plan.parents[found[-1]].id)
    return found


def _worth_above(source: ResultTables, unit: str, child: str, parent: Component) -> Fraction | None:
    row, scope = source.marks.get((parent.id, unit)), source.scope
    if row is None or (child, unit) not in scope or row["flag"] or scope[parent.id, unit]["imported"]:
        return None
    node = UnitNode(source, parent, unit)
    if any(one.id == child for one, _ in node.children("cycle")):
        return None

    def show_child(one: Component, own: Fraction | None) -> Formula:
        return in_cell("x" if one.id == child else "", own)

    try:
        return year_formula(node, show_child, cycles=number(0, "")).slope
    except NotInOneRow:
        return None


def cycle_worth(tables: ResultTables, unit: str, leaf: Component, cycle: str, cycles: int) -> Fraction | None:
    """Marks of a leaf for one more mark of one of its `cycles` cycles that have marks."""
    row = OneRow(lambda column: Fraction(tables.traits[unit, column]))
    others = [(number(1, ""), Decimal(1))] * (cycles - 1)
    try:
        made = convert_in_row(in_cell("x", 1), (one.rule for one in leaf.each_cycle), row)
        made = leaf.aggregation.formula([(made, leaf.cycle_full.get(cycle, Decimal(1))), *others])
        return convert_in_row(made, (one.rule for one in leaf.convert), row).slope
    except NotInOneRow:
        return None
