"""Random small campaigns of 吉州区 2012: a few knobs and a seed make a campaign, always the same one."""

from datetime import date
from random import Random
from typing import Any

from hypothesis import strategies as st

from .jizhou_2012 import ANSWERS, CATEGORIES, FULL, LEVELS, POINTS, TOTAL, YEAR, Facts

STATUSES = ("proposed", "confirmed", "confirmed", "confirmed", "objected", "upheld", "withdrawn")
DAYS = (date(2012, 6, 9), date(2012, 6, 9), date(2011, 12, 31), *YEAR, date(2013, 1, 1))
A, D = "优", "较差"
KNOWN = [((D, D, D, A), ("refused", 1)), ((A, A, A, D), ("supervised", 2)), ((A, A, D, D), ("late", 2))]
KNOWN += [((A, D, D, A), ("", 0)), ((D, A, D, A), ("", 0)), ((A, A, A, A), ("", 0))]
"""Levels of the four methods and an event: three ways to 70 exactly, two to 88 that differ in instant alone, 100."""


def campaigns() -> st.SearchStrategy[tuple[Facts, dict[str, int]]]:
    """Facts and answers of a campaign of 3 to 16 sections; most of a coarse one come to known totals."""
    chosen = {reading: st.integers(0, number - 1) for reading, number in ANSWERS.items()}
    knobs = st.tuples(st.integers(0, 2**32 - 1), st.integers(3, 16), st.booleans())
    return st.tuples(knobs.map(lambda drawn: build(*drawn)), st.fixed_dictionaries(chosen))


def build(seed: int, size: int, coarse: bool) -> Facts:
    """The campaign of these knobs; now and then a method has no form, and other sections have what comes."""
    rng = Random(seed)
    facts = Facts(lots={TOTAL: str(rng.randrange(100))} if rng.random() < 0.4 else {})
    groups = rng.choice((CATEGORIES, CATEGORIES[:1]))
    for unit in rng.sample([f"s{number:02d}" for number in range(30)], size):
        facts.units.append({"unit": unit, "name": unit, "category": rng.choice(groups), "organ": "区直单位"})
        levels, (item, times) = rng.choice(KNOWN)
        known, share = rng.random() < (0.8 if coarse else 0.2), rng.choice((0.5, 0.9, 1, 1))
        for method, level in zip(FULL, levels, strict=True):
            if rng.random() < (0.95 if known else share):
                add_forms(rng, facts, {"method": method, "unit": unit, "group": None}, level if known else None)
        if known and times:
            facts.events.append({**event(rng, unit, item), "times": times, "happened_on": DAYS[0], "status": "upheld"})
        facts.events += [event(rng, unit) for _ in range(rng.choice((0, 0, 0, 1) if known else (0, 1, 2, 4)))]
    for rows, name in ((facts.ratings, "form"), (facts.events, "event")):
        for row, drawn in zip(rows, rng.sample(range(1000), len(rows)), strict=True):
            row[name] = f"{name}{drawn:03d}"
    return facts


def add_forms(rng: Random, facts: Facts, own: dict[str, Any], level: str | None) -> None:
    """Single forms, some of the same monitoring point or outside the year, and ready counts."""
    for _ in range(rng.choice((0, 1, 2, 4))):
        rater = {"respondent": rng.choice((None, "m1", "m1", "m2")), "own": None, "rated_on": rng.choice(DAYS)}
        facts.ratings.append({**own, "level": level or rng.choice(tuple(LEVELS)), **rater})
    for counted in [level] if level else rng.sample(tuple(LEVELS), rng.randint(0, 2)):
        facts.counts.append({**own, "level": counted, "votes": rng.choice((0, 1, 3, 7)), "cycle": None})


def event(rng: Random, unit: str, item: str | None = None) -> dict[str, Any]:
    """A problem that was not rectified; some go through several steps."""
    row = {"unit": unit, "item": item or rng.choice(tuple(POINTS)), "happened_on": rng.choice(DAYS), "points": None}
    row |= {"times": rng.randint(1, 3), "deed": rng.choice((None, "d1", "d1", "d2")), "status": rng.choice(STATUSES)}
    return {**row, "signed_on": None, "opened_on": None, "closed_on": None, "extended": None}
