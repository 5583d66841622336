"""Random small campaigns of 银川市 2018: a few knobs and a seed make a campaign, always the same one."""

from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from .yinchuan_2018 import ANSWERS, DEDUCTIONS, LEVELS, STANDINGS, WINDOWS, Facts

ITEMS = ("investigated", "criticised", "interview", "slow", "slow", "slow", "ignored", "onair")
STATUSES = ("proposed", "confirmed", "confirmed", "confirmed", "objected", "upheld", "withdrawn")
TALLIES = ((18, 0, 12), (0, 30, 0), (24, 0, 6), (29, 0, 0), (30, 0, 0), (1, 0, 0), (10, 9, 10), (0, 0, 0))
OPENED = (date(2017, 12, 31), date(2018, 1, 31), date(2018, 2, 11), date(2018, 3, 12), date(2018, 9, 28))
DAY = timedelta(days=1)
SURE = {"happened_on": date(2018, 5, 4), "signed_on": date(2018, 5, 4), "status": "confirmed"}


def campaigns() -> st.SearchStrategy[tuple[Facts, dict[str, int]]]:
    """Facts and answers of a campaign of 3 to 9 units; a coarse one has ready counts alone, so it is full of ties."""
    chosen = {reading: st.integers(0, number - 1) for reading, number in ANSWERS.items()}
    knobs = st.tuples(st.integers(0, 2**32 - 1), st.integers(3, 9), st.booleans())
    return st.tuples(knobs, st.fixed_dictionaries(chosen)).map(lambda drawn: (build(*drawn[0], drawn[1]), drawn[1]))


def build(seed: int, size: int, coarse: bool, answers: dict[str, int]) -> Facts:
    """The campaign of these knobs; the answer to `levels` says which levels are on the forms."""
    rng, levels = Random(seed), [*LEVELS[answers["levels"]], "不了解"]
    facts = Facts(lots={standing: str(rng.randrange(100)) for standing in STANDINGS if rng.random() < 0.4})
    for unit in rng.sample([f"u{number:02d}" for number in range(20)], size):
        row = {"unit": unit, "name": unit, "category": rng.choice(("机关单位", "重点行业")), "organ": unit}
        facts.units.append({**row, "stationed": rng.choice("是是否")})
        for method, (first, last) in WINDOWS.items():
            own = {"method": method, "unit": unit, "group": None}
            given = dict(zip([*levels[:2], "不满意"], rng.choice(TALLIES), strict=True)) | {"不了解": rng.randint(0, 2)}
            facts.counts += [{**own, "level": level, "votes": votes, "cycle": None} for level, votes in given.items()]
            for _ in range(0 if coarse else rng.choice((0, 1, 2, 5))):
                day = rng.choice((first - DAY, first, first + 9 * DAY, last, last + DAY))
                rater = {"respondent": rng.choice((None, "r1", "r1", "r2")), "own": None, "rated_on": day}
                facts.ratings.append({**own, "level": rng.choice(levels), **rater})
        refusals = rng.choice((16, 17, 18)) if rng.random() < 0.06 else 0  # round the floor of part two
        facts.events += [event(rng, unit, "onair", 3) | SURE for _ in range(refusals)]
        facts.events += [
            event(rng, unit, rng.choice(ITEMS), rng.randint(1, 3)) for _ in range(rng.choice((0, 0, 1, 3)))
        ]
    for rows, name in ((facts.ratings, "form"), (facts.events, "event")):
        for row, number in zip(rows, rng.sample(range(1000), len(rows)), strict=True):
            row[name] = f"{name}{number:03d}"
    return facts


def event(rng: Random, unit: str, item: str, times: int) -> dict[str, Any]:
    """An event near an edge of the window, signed or not, answered round its deadline, late or never."""
    inside, opened = date(2018, 5, 4), rng.choice(OPENED)
    day = rng.choice((DEDUCTIONS[0] - DAY, DEDUCTIONS[0], inside, inside, DEDUCTIONS[1], DEDUCTIONS[1] + DAY))
    closed = rng.choice((None, *(opened + days * DAY for days in (0, 5, 7, 8, 9, 10, 12, 13, 14, 28, 29, 30, 31, 32))))
    dated = {"happened_on": day, "opened_on": opened, "closed_on": closed, "extended": rng.choice((None, False, True))}
    row = {"unit": unit, "item": item, "times": times, "points": None, "deed": None, "status": rng.choice(STATUSES)}
    return {**row, **dated, "signed_on": rng.choice((None, day, day))}
