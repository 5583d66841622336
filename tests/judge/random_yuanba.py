"""Random small campaigns of 元坝镇 2018: a few knobs and a seed make a campaign, always the same one."""

from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from .yuanba_2018 import ANSWERS, EVENTS, EXTERNAL, FORMS, INTERNAL, LEADERS, LEVELS, OPEN, STAFF, TOTAL, Facts

STATUSES = ("proposed", "confirmed", "confirmed", "confirmed", "objected", "upheld", "withdrawn")
TALLIES = ((2, 0, 0), (1, 0, 1), (0, 2, 0), (0, 4, 0), (1, 1, 1), (3, 2, 2))
GROUPS = ((OPEN, "服务对象"), (INTERNAL, LEADERS), (INTERNAL, STAFF), (EXTERNAL, "区主管单位"), (EXTERNAL, "服务对象"))
DAY = timedelta(days=1)


def campaigns() -> st.SearchStrategy[tuple[Facts, dict[str, int]]]:
    """Facts and answers of a campaign of 3 to 9 units; a coarse one has few different forms and many ties."""
    chosen = {reading: st.integers(0, number - 1) for reading, number in ANSWERS.items()}
    knobs = st.tuples(st.integers(0, 2**32 - 1), st.integers(3, 9), st.booleans())
    return st.tuples(knobs.map(lambda drawn: build(*drawn)), st.fixed_dictionaries(chosen))


def build(seed: int, size: int, coarse: bool) -> Facts:
    """The campaign of these knobs; now and then a group or a whole method returned no form."""
    rng = Random(seed)
    facts = Facts(lots={TOTAL: str(rng.randrange(100))} if rng.random() < 0.4 else {})
    for unit in rng.sample([f"u{number:02d}" for number in range(20)], size):
        facts.units.append({"unit": unit, "name": unit, "category": "内设机构", "organ": "元坝镇"})
        for method, group in GROUPS:
            own = {"method": method, "unit": unit, "group": group}
            given = rng.choice(TALLIES[:3] if coarse else TALLIES) if rng.random() < 0.85 else (0, 0, 0)
            facts.counts += [
                {**own, "level": level, "votes": votes, "cycle": None}
                for level, votes in zip(LEVELS, given, strict=True)
            ]
            facts.ratings += [rating(rng, own) for _ in range(0 if coarse else rng.choice((0, 0, 1, 3)))]
        facts.events += [event(rng, unit, coarse) for _ in range(rng.choice((0, 0, 0, 1, 2)))]
    for rows, name in ((facts.ratings, "form"), (facts.events, "event")):
        for row, number in zip(rows, rng.sample(range(1000), len(rows)), strict=True):
            row[name] = f"{name}{number:03d}"
    return facts


def rating(rng: Random, own: dict[str, str]) -> dict[str, Any]:
    """An unsigned form, inside the window or a day outside it, the department's own or not."""
    day = rng.choice((FORMS[0] - DAY, FORMS[0], date(2018, 10, 9), FORMS[1], FORMS[1] + DAY))
    rater = {"respondent": None, "own": rng.choice((None, False, True)), "rated_on": day}
    return {**own, "level": rng.choice(tuple(LEVELS)), **rater}


def event(rng: Random, unit: str, coarse: bool) -> dict[str, Any]:
    """A praise, or a breach with the points the office entered; a coarse breach can cancel a praise."""
    days = (EVENTS[0] - DAY, EVENTS[0], date(2018, 5, 4), date(2018, 9, 3), EVENTS[1], EVENTS[1] + DAY)
    item = rng.choice(("praise", "breach"))
    points = rng.choice(("5", "2", "4") if coarse else ("0", "0.5", "1.25", "3")) if item == "breach" else None
    row = {"unit": unit, "item": item, "happened_on": rng.choice(days), "times": rng.randint(1, 3), "points": points}
    none = {"deed": None, "signed_on": None, "opened_on": None, "closed_on": None, "extended": None}
    return {**row, **none, "status": rng.choice(STATUSES)}
