"""What one more point takes in votes: full marks × difference of the levels' values ÷ votes, vote by vote."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pingyi.common import wording
from pingyi.disclosure import is_small
from pingyi.office.letters.chain import of_cycle
from pingyi.office.letters.source import Row, Source
from pingyi.office.letters.votes import Polls, Voices, rules, weighs
from pingyi.plan import Component
from pingyi.plan.base import of_category
from pingyi.plan.ratings import Ratings

OWN = ("own", "few_flagged")
"""Rules that leave a unit its own marks."""


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


def texts(source: Source, polls: Polls, unit: str, leaf: Component) -> Iterator[str]:
    """What it takes in each pool of the leaf's votes that the letter shows."""
    voices = polls.voices(leaf, unit)
    for pool in pools(source, polls, unit, leaf):
        steps = pool.steps
        if steps and voices is not None:
            yield _told(pool, steps, spelt=pool.name in voices.spelt or "" in voices.spelt)


def _told(pool: Pool, steps: list[tuple[str, Fraction]], *, spelt: bool) -> str:
    """What it takes; how many votes must change only where that does not tell how a handful of people rated."""
    each = pool.per_vote * Fraction(pool.levels[pool.best] - pool.levels[pool.worst])
    swap = f"每多1票“{pool.best}”、少1票“{pool.worst}”，增加 {fine(each)} 分"
    start = f"{pool.name}{wording.counted(pool.votes)}票，票数不变时{swap}"
    if not spelt or any(map(is_small, pool.counts.values())):
        return f"{start}。"
    number = votes_for(steps, Fraction(1))
    if number is None:
        return f"{start}；全部为“{pool.best}”，也只增加 {fine(sum((gain for _, gain in steps), Fraction(0)))} 分。"
    return f"{start}；从最低的等次变起，至少 {number} 票变为“{pool.best}”，就增加 1 分。"


def fine(value: Fraction) -> str:
    """Marks with two places; small ones with as many as it takes to show two figures."""
    places = 2
    while 0 < abs(value) * 10**places < 10 and places < 6:
        places += 1
    return wording.plain(wording.rounded(value, places)) if places > 2 else wording.shown(value)


def votes_for(steps: list[tuple[str, Fraction]], points: Fraction) -> int | None:
    """How many votes must become the best, the worst first, to gain so many points; None: all of them are too few."""
    gained = Fraction(0)
    for number, (_, gain) in enumerate(steps, 1):
        gained += gain
        if gained >= points:
            return number
    return None


def pools(source: Source, polls: Polls, unit: str, leaf: Component) -> list[Pool]:
    """The votes apart as the marks take them apart; none where a pool is not shown, or the rule is no straight line."""
    voices = polls.voices(leaf, unit)
    if voices is None or voices.votes is None or not voices.rated or _crooked(leaf):
        return []
    rows = source.rating_marks.get((leaf.id, unit), [])
    if not any(weight is not None for weight in rules(leaf).groups.values()):
        return [pool for row in rows if (pool := _of_cycle(source, unit, leaf, voices, row, len(rows)))]
    return _of_groups(source, unit, leaf, voices, rows[0]) if len(rows) == 1 else []


def _crooked(leaf: Component) -> bool:
    return rules(leaf).mean_first is not None or weighs(leaf, "item")


def _of_cycle(source: Source, unit: str, leaf: Component, voices: Voices, row: Row, cycles: int) -> Pool | None:
    """The votes of one cycle, or of all of them."""
    cycle = row["cycle"] if cycles > 1 else ""
    votes = [vote for vote in source.votes[leaf.id, unit] if cycle in ("", vote["cycle"])]
    factor = _factor(source, unit, leaf, row, cycles)
    if factor is None or not votes or (cycle and not voices.shown("cycle", cycle)):
        return None
    return _pool(leaf, cycle, votes, factor)


def _of_groups(source: Source, unit: str, leaf: Component, voices: Voices, row: Row) -> list[Pool]:
    """The votes of each group, which the marks weigh."""
    rule, votes = rules(leaf), source.votes[leaf.id, unit]
    factor = _factor(source, unit, leaf, row, 1)
    heard = list(dict.fromkeys(vote["group"] for vote in votes))
    if factor is None or any(len(heard) > 1 and not voices.shown("group", group) for group in heard):
        return []
    weights = _weights(source, unit, rule, heard)
    return [
        _pool(leaf, group, [vote for vote in votes if vote["group"] == group], factor * weight)
        for group, weight in weights.items()
        if weight
    ]


def _weights(source: Source, unit: str, rule: Ratings, heard: list[str]) -> dict[str, Fraction]:
    """What each group counts of the whole: spread over those that answered, or over all."""
    category = source.category(unit)
    plan = {group: Fraction(of_category(weights, category) or 0) for group, weights in rule.groups.items()}
    whole = sum(plan.values()) if rule.group_missing == "zero" else sum(plan.get(group, 1) for group in heard)
    return {group: plan.get(group, Fraction(1)) / whole for group in plan if group in heard and whole}


def _pool(leaf: Component, name: str, votes: list[Row], factor: Fraction) -> Pool:
    rule, counts = rules(leaf), dict[str, int]()
    for vote in votes:
        counts[vote["level"]] = counts.get(vote["level"], 0) + vote["votes"]
    levels = {level: value for level, value in rule.levels.items() if value is not None}
    return Pool(name, levels, counts, factor / (Fraction(rule.out_of) * sum(counts.values())))


def _factor(source: Source, unit: str, leaf: Component, row: Row, cycles: int) -> Fraction | None:
    """Marks of the leaf for a whole rate of this cycle: its full marks, and what few votes leave of them."""
    marked = sum(one["marks"] is not None for one in source.rating_marks[leaf.id, unit])
    through = of_cycle(source, unit, leaf, row["cycle"], marked if cycles > 1 else 1)
    kept = Fraction(1) if row["rule"] in OWN else _kept(source, unit, leaf, row) if row["rule"] == "few" else None
    return None if through is None or kept is None else Fraction(row["full_marks"]) * through * kept


def _kept(source: Source, unit: str, leaf: Component, row: Row) -> Fraction:
    """What a unit with few votes keeps of a gain: its own share, and its part in the mean that makes up the rest."""
    few, own = rules(leaf).few, Fraction(row["own_share"])
    if few is None or few.mean_of == "enough_votes":
        return own
    rated = source.rated_units(leaf.id, row["cycle"])
    category = source.category(unit)
    alike = [one for one in rated if few.mean_of == "rated_units" or source.category(one) == category]
    return own + (1 - own) / len(alike)
