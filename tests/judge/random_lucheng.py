"""Random small campaigns of 鹿城管理部 2018: a few knobs and a seed make a campaign, always the same one."""

from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from .lucheng_2018 import ANSWERS, DAILY_STAGE, ENTERED, LEVELS, NETWORK_STAGE, OVERALL, POINTS, RATED, Facts

STATUSES = ("proposed", "confirmed", "confirmed", "confirmed", "objected", "upheld", "withdrawn")
EDGES = [day + timedelta(days=step) for day in (*DAILY_STAGE, *NETWORK_STAGE) for step in (-1, 0, 1)]
DAYS = (date(2018, 7, 7), *EDGES)
ITEMS = ((*POINTS, *ENTERED), ("client.late.red_card", "daily.complaint.signed", "daily.onestop.not_in", *ENTERED))
AMOUNTS = ("0", "0.25", "1", "4.5", "5", "10.05", "15", "30")


def campaigns() -> st.SearchStrategy[tuple[Facts, dict[str, int]]]:
    """Facts and answers of a campaign of 3 to 16 windows; a coarse one has few different facts and many ties."""
    chosen = {reading: st.integers(0, number - 1) for reading, number in ANSWERS.items()}
    knobs = st.tuples(st.integers(0, 2**32 - 1), st.integers(3, 16), st.booleans())
    drawn = st.tuples(knobs, st.fixed_dictionaries(chosen))
    return drawn.map(lambda one: (build(*one[0], tuple(LEVELS[one[1]["levels"]])), one[1]))


def build(seed: int, size: int, coarse: bool, levels: tuple[str, ...]) -> Facts:
    """The campaign of these knobs; most windows lack some data, and a bare one has none at all."""
    rng = Random(seed)
    facts = Facts()
    for unit in rng.sample([f"w{number:02d}" for number in range(30)], size):
        facts.units.append({"unit": unit, "name": unit, "category": "窗口", "organ": "鹿城管理部"})
        share = 0 if rng.random() < 0.1 else rng.choice((0.3, 0.7, 1))
        for method in [method for method in RATED if rng.random() < share]:
            own = {"method": method, "unit": unit, "group": None}
            facts.ratings += [rating(rng, own, levels) for _ in range(rng.choice((0, 1, 1, 3)))]
            for level in levels[:1] if coarse else rng.sample(levels, rng.randint(0, 2)):
                facts.counts.append({**own, "level": level, "votes": rng.choice((0, 1, 2, 7)), "cycle": None})
        if rng.random() < share:
            marks = rng.choices(("2", "1") if coarse else ("0", "0.05", "1.33", "1.7", "2"), k=rng.randint(1, 3))
            facts.marks += [{"method": OVERALL, "unit": unit, "mark": mark} for mark in marks]
        number = int(share * rng.choice((0, 1, 4, 12)))
        facts.events += [event(rng, unit, rng.choice(ITEMS)) for _ in range(number)]
    for rows, name in ((facts.ratings, "form"), (facts.events, "event")):
        for row, drawn in zip(rows, rng.sample(range(1000), len(rows)), strict=True):
            row[name] = f"{name}{drawn:03d}"
    return facts


def rating(rng: Random, own: dict[str, Any], levels: tuple[str, ...]) -> dict[str, Any]:
    """A single rating, in the days of its leaf, on their first or last day, or a day outside."""
    rater = {"respondent": rng.choice((None, "p1", "p2")), "own": None, "rated_on": rng.choice(DAYS)}
    return {**own, "level": rng.choice(levels), **rater}


def event(rng: Random, unit: str, items: tuple[str, ...]) -> dict[str, Any]:
    """A finding, or a look that found nothing; the office enters the points where the standard has none."""
    row = {"unit": unit, "item": rng.choice(items), "happened_on": rng.choice(DAYS), "times": rng.randint(1, 3)}
    row |= {"points": rng.choice(AMOUNTS) if row["item"] in ENTERED else None, "status": rng.choice(STATUSES)}
    return {**row, "deed": None, "signed_on": None, "opened_on": None, "closed_on": None, "extended": None}
