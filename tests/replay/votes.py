"""Marks from levels: ratings counted one by one, ready counts added, then the plan's values and weights."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl

from pingyi.plan import Component
from pingyi.plan.base import of_category
from pingyi.plan.ratings import Ratings
from tests.replay.kept import Kept

Votes = dict[tuple[str, str, str, str], dict[str, int]]
"""How often each level was given, by cycle, group, item and rater."""


class NotWhole(AssertionError):
    """A form that its named rows leave incomplete."""


def counted(plan: Any, one: Component, kept: Kept) -> dict[str, Votes]:
    """The votes of every unit that the kept rows speak of."""
    rule = one.ratings
    assert rule is not None
    found: dict[str, Votes] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    single = _on_forms(plan, one, rule, kept) if rule.form else _singly(plan, one, rule, kept)
    for unit, cycle, group, item, rater, level, votes in (*single, *_ready(plan, one, kept)):
        found[unit][cycle, group or "", item or "", rater or ""][level] += votes
    return found


def _cycle(plan: Any, one: Component) -> pl.Expr:
    day, expr = pl.col("rated_on").cast(pl.Date), pl.lit(None, pl.String)
    for cycle in plan.cycles[one.per]:
        expr = pl.when(day.is_between(cycle.start, cycle.end)).then(pl.lit(cycle.id)).otherwise(expr)
    return expr


def _singly(plan: Any, one: Component, rule: Ratings, kept: Kept) -> Iterator[tuple[Any, ...]]:
    frame = kept.frame("ratings")
    if frame.is_empty():
        return
    rater = pl.coalesce("respondent", pl.concat_str("source", "row")) if rule.mean_first else pl.lit("")
    placed = frame.with_columns(cycle=_cycle(plan, one), rater=rater)
    assert placed["cycle"].null_count() == 0, "a counted rating lies outside every cycle"
    keys = ("unit", "cycle", "group", "item", "rater", "level")
    yield from placed.group_by(keys).agg(pl.len()).rows()


def _on_forms(plan: Any, one: Component, rule: Ratings, kept: Kept) -> Iterator[tuple[Any, ...]]:
    """Marks on whole forms; a unit that a form leaves unmarked gets the level that the plan gives for it."""
    frame, form = kept.frame("ratings"), rule.form
    assert form is not None
    if frame.is_empty():
        return
    forms = frame.group_by("form").agg(
        pl.col("rated_on", "group").min(), *((pl.col("level") == level).sum().alias(level) for level in rule.levels)
    )
    dropped = set()
    for level, number in (form.at_most | form.exactly).items():
        exactly = level in form.exactly and form.otherwise == "whole_form_void"
        wrong = forms.filter(pl.col(level) != number if exactly else pl.col(level) > number)
        dropped |= {(name, level) for name in wrong["form"]}
    if dropped and form.otherwise == "whole_form_void":
        raise NotWhole(f"{len(dropped)} forms are not whole")
    placed = forms.with_columns(cycle=_cycle(plan, one))
    everywhere = placed.group_by("cycle", "group").agg(pl.len()).rows()
    rows = frame.select("unit", "form", "level").join(placed.select("form", "cycle", "group"), on="form")
    gone = pl.DataFrame(sorted(dropped), schema={"form": pl.String, "level": pl.String}, orient="row")
    left = rows.join(gone, on=["form", "level"], how="anti")
    for unit, cycle, group, level, number in left.group_by("unit", "cycle", "group", "level").agg(pl.len()).rows():
        yield unit, cycle, group, None, None, level, number
    if form.unmarked != "not_counted":
        marked = {row[:3]: row[3] for row in rows.group_by("unit", "cycle", "group").agg(pl.len()).rows()}
        for unit in kept.units:
            for cycle, group, number in everywhere:
                yield unit, cycle, group, None, None, form.unmarked, number - marked.get((unit, cycle, group), 0)


def _ready(plan: Any, one: Component, kept: Kept) -> Iterator[tuple[Any, ...]]:
    cycles = plan.cycles[one.per]
    for row in kept.rows("counts"):
        day = row.get("counted_on")
        dated = [cycle.id for cycle in cycles if day and cycle.start <= day <= cycle.end] if day else [cycles[0].id]
        yield row["unit"], row["cycle"] or dated[0], row["group"], row["item"], None, row["level"], row["votes"]


@dataclass(frozen=True)
class Own:
    """A unit's own marks in a window. people: the respondents whose votes count."""

    marks: Fraction | None
    people: int


def marks(plan: Any, one: Component, kept: Kept, wanted: Iterable[str]) -> dict[str, dict[str, Fraction | None]]:
    """Marks of some units in each cycle, before conversions."""
    rule, votes = one.ratings, counted(plan, one, kept)
    assert rule is not None
    windows = [""] if rule.score_per == "year" else [cycle.id for cycle in plan.cycles[one.per]]
    own = {
        (unit, w): _own(one, rule, row, votes.get(unit, {}), w, _people(plan, one, kept, row, votes.get(unit, {}), w))
        for unit, row in kept.units.items()
        for w in windows
    }
    return {unit: {w: _ruled(rule, kept, own, unit, w, windows) for w in windows} for unit in wanted}


def _people(plan: Any, one: Component, kept: Kept, row: Any, votes: Votes, window: str) -> int:
    """Votes that count; forms (a row without: its respondent, or itself) where the rows come with items."""
    rule, category = one.ratings, row["category"] or ""
    assert rule is not None

    def counts(level: str, group: str, item: str) -> bool:
        weights = [_group_weight(rule, group, category)] if _weighed(rule) else []
        weights += [rule.items.get(item)] if any(weight is not None for weight in rule.items.values()) else []
        return rule.levels[level] is not None and all(weight is not None and weight > 0 for weight in weights)

    found = 0
    for (cycle, group, item, _), levels in votes.items():
        if window in ("", cycle):
            found += sum(number for level, number in levels.items() if counts(level, group, item))
    if not rule.items or kept.frame("ratings").is_empty():
        return found
    rows = kept.frame("ratings").with_columns(cycle=_cycle(plan, one)).filter(pl.col("unit") == row["unit"]).to_dicts()
    mine = [each for each in rows if window in ("", each["cycle"])]
    mine = [each for each in mine if counts(each["level"], each["group"] or "", each["item"] or "")]
    voters = {(each["cycle"], each["form"] or each["respondent"] or (each["source"], each["row"])) for each in mine}
    return found - len(mine) + len(voters)


def _own(one: Component, rule: Ratings, row: Any, votes: Votes, window: str, people: int) -> Own:
    category = row["category"] or ""
    several = one.over_cycles == "sum" and window and len(one.cycle_full) > 1
    full = one.cycle_full.get(window) if several else None
    full = Fraction(of_category(one.full, category) if full is None else full)
    items: dict[tuple[str, str], dict[str, Fraction]] = defaultdict(dict)
    for (_, group, item, rater), levels in _raters(rule, votes, window, category).items():
        given = sum(number for level, number in levels.items() if rule.levels[level] is not None)
        earned = sum(Fraction(rule.levels[level] or 0) * number for level, number in levels.items())
        weighs = (_group_weight(rule, group, category) if group else 1) and (rule.items[item] if item else 1)
        if given and weighs:
            items[group, rater][item] = earned / (Fraction(rule.out_of) * given)
    by_group: dict[str, dict[str, Fraction]] = defaultdict(dict)
    for (group, rater), rates_ in items.items():
        by_group[group][rater] = _over_items(rule, rates_)
    if not by_group:
        return Own(None, 0)
    rates = {group: sum(raters.values(), Fraction(0)) / len(raters) for group, raters in by_group.items()}
    weights = {group: Fraction(_group_weight(rule, group, category) or 0) if group else 1 for group in rates}
    whole = sum(weights.values())
    if rule.group_missing == "zero" and _weighed(rule):
        whole = sum(Fraction(_group_weight(rule, group, category) or 0) for group in rule.groups)
    rate = sum(rates[group] * weights[group] for group in rates) / Fraction(whole)
    return Own(rate * full, people)


def _raters(rule: Ratings, votes: Votes, window: str, category: str) -> Votes:
    """The votes of a window put together as the plan keeps groups, items and raters apart."""
    found: Votes = defaultdict(lambda: defaultdict(int))
    for (cycle, group, item, rater), levels in votes.items():
        if window in ("", cycle):
            apart = group if group and _group_weight(rule, group, category) is not None else ""
            weighed = item if rule.items.get(item) is not None else ""
            for level, number in levels.items():
                found["", apart, weighed, rater if rule.mean_first else ""][level] += number
    return found


def _over_items(rule: Ratings, items: dict[str, Fraction]) -> Fraction:
    weights = {item: Fraction(rule.items[item] or 0) if item else Fraction(1) for item in items}
    return sum((items[item] * weights[item] for item in items), Fraction(0)) / sum(weights.values())


def _weighed(rule: Ratings) -> bool:
    return any(weight is not None for weight in rule.groups.values())


def _group_weight(rule: Ratings, group: str, category: str) -> Any:
    return of_category(rule.groups.get(group), category)


def _ruled(
    rule: Ratings, kept: Kept, own: dict[tuple[str, str], Own], unit: str, window: str, windows: list[str]
) -> Fraction | None:
    mine, few = own[unit, window], rule.few
    whole_year = few is not None and few.counted_per == "year"

    def votes(other: str) -> int:
        return sum(own[other, one].people for one in (windows if whole_year else [window]))

    def mean() -> Fraction | None:
        category = kept.units[unit]["category"]
        rated = [other for other in kept.units if own[other, window].marks is not None]
        if few and few.mean_of == "same_category":
            rated = [other for other in rated if kept.units[other]["category"] == category]
        if few and few.mean_of == "enough_votes":
            rated = [other for other in rated if votes(other) >= few.below]
        every = [own[other, window].marks or Fraction(0) for other in rated]
        return sum(every, Fraction(0)) / len(every) if every else None

    if mine.marks is None:
        return {"mean": mean(), "zero": Fraction(0), "not_scored": None}[rule.none.then]
    if few is None or votes(unit) >= few.below or few.then == "flag":
        return mine.marks
    drawn = mean()
    if few.own_share is None or mine.marks is None or drawn is None:
        return None
    return mine.marks * Fraction(few.own_share) + drawn * (1 - Fraction(few.own_share))
