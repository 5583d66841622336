"""Random small campaigns for the laws that hold for every campaign.

`campaigns()` draws a few knobs and a seed; `build` makes the campaign from them, always the same one. Coarse
campaigns use few values: exact ties happen at every cut, and every tie-breaker has to decide some of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from .pingyang_2020 import (
    ALONE,
    ANSWERS,
    BAD,
    BEST,
    BONUS_ITEMS,
    CONDUCT_ITEMS,
    DUAL,
    FAIR,
    GOOD,
    HANDLING_ITEMS,
    INSPECTION_ITEMS,
    LOWEST,
    ONLINE_ITEMS,
    TOWNSHIP,
    WORST,
    Facts,
    Rules,
    judge,
    members,
)

Row = dict[str, Any]
Campaign = tuple[Facts, Rules, dict[str, int]]

ENFORCEMENT = "管理执法类"
CATEGORIES = ("机关中层科室", "审批服务类", ENFORCEMENT)
ORGANS = ("县发改局", "县公安局", "县司法局", "县水利局")
TOWNSHIPS = ("昆阳镇", "鳌江镇", "水头镇")
SYSTEM_ORGANS = {"卫健": "县卫生健康局", "金融": "县金融工作服务中心"}
MARKERS = {ALONE: ("主管部门",), DUAL: ("主管部门", "乡镇"), TOWNSHIP: ("乡镇",)}
CLIENT_DAYS = {
    "半年度": (date(2020, 4, 20), date(2020, 6, 30)),
    "年终": (date(2020, 7, 1), date(2020, 11, 10)),
}
OTHER_CLIENT_DAYS = (date(2019, 6, 1), date(2020, 4, 19), date(2020, 11, 11), date(2021, 1, 1))
BALLOT_DAYS = (date(2020, 11, 11), date(2020, 11, 20), date(2020, 11, 30))
OTHER_BALLOT_DAYS = (date(2020, 11, 10), date(2020, 12, 1))
EVENT_EDGES = (
    date(2019, 11, 30),
    date(2019, 12, 1),
    date(2019, 12, 31),
    date(2020, 1, 1),
    date(2020, 3, 31),
    date(2020, 4, 1),
    date(2020, 6, 30),
    date(2020, 7, 1),
    date(2020, 9, 30),
    date(2020, 10, 1),
    date(2020, 11, 10),
    date(2020, 11, 11),
    date(2020, 11, 30),
    date(2020, 12, 1),
)
RANGED_ITEMS = ("conduct", "undone")
ITEM_FAMILIES = (CONDUCT_ITEMS, HANDLING_ITEMS, ONLINE_ITEMS, INSPECTION_ITEMS, BONUS_ITEMS)
COARSE_ITEMS = (
    "old_unit_case",
    "deputy_case",
    "county",
    "county",
    "valid",
    "valid",
    "award_nation",
    "covid_centre",
)
FACTORS = {
    **dict.fromkeys(CONDUCT_ITEMS + HANDLING_ITEMS, "cohandler"),
    **dict.fromkeys(("county", "city", "complaint"), "aggravated"),
}
VOTE_NUMBERS = (0, 0, 1, 2, 7, 14, 15, 16, 29, 30, 31, 47)
OTHER_ANSWERS = [(reading, index) for reading, number in ANSWERS.items() for index in range(1, number)]


@dataclass(frozen=True)
class Knobs:
    """What a campaign is built from; smaller numbers make a simpler campaign.

    own: units scored here; systems: units of 卫健 and 金融 together; forms: ballots; events: at most so many
    for each unit; coarse: few different values; lots: whether lots were drawn for some standing.
    """

    seed: int = 0
    own: int = 6
    systems: int = 0
    forms: int = 0
    events: int = 0
    coarse: bool = False
    lots: bool = False


def knobs() -> st.SearchStrategy[Knobs]:
    """Knobs of campaigns of 6 to 24 units."""
    return st.builds(
        Knobs,
        seed=st.integers(0, 2**32 - 1),
        own=st.integers(6, 18),
        systems=st.integers(0, 6),
        forms=st.integers(0, 14),
        events=st.integers(0, 4),
        coarse=st.booleans(),
        lots=st.booleans(),
    )


def readings() -> st.SearchStrategy[dict[str, int]]:
    """Answers to the readings: all official, or a few of them otherwise."""
    official: st.SearchStrategy[dict[str, int]] = st.just({})
    some = st.lists(st.sampled_from(OTHER_ANSWERS), max_size=4, unique_by=lambda answer: answer[0])
    return st.one_of(official, some.map(dict))


def campaigns() -> st.SearchStrategy[Campaign]:
    """Facts, rules and answers of a random small campaign."""
    return st.builds(build, knobs(), readings())


def build(knob: Knobs, answers: dict[str, int]) -> Campaign:
    """The campaign of these knobs; ballots come last, because the candidates must be known."""
    rng = Random(knob.seed)
    rules = small_rules(rng)
    facts = Facts(units=units(rng, knob), lots=lots(rng) if knob.lots else {})
    facts.history = history(rng, facts.units)
    for unit in facts.units:
        add_unit_facts(rng, knob, facts, unit)
    number_ratings_and_events(rng, facts)
    facts.ratings += network_ratings(rng, knob, facts, rules, answers)
    shuffle(rng, facts)
    return facts, rules, dict(answers)


def small_rules(rng: Random) -> Rules:
    """The plan with smaller quotas, finals and picks."""
    lowest = rng.randint(1, 4)
    picks = rng.choice([(1, 1), (1, 1), (2, 2), (2, 2), (3, 3), (2, 1)])
    return Rules(
        picks={GOOD: picks[0], BAD: picks[1]},
        system_quotas={"卫健": rng.randint(1, 2), "金融": rng.randint(1, 2)},
        rest_quota=rng.randint(1, 7),
        finals={BEST: rng.randint(1, 4), LOWEST: lowest, WORST: rng.randint(1, lowest)},
    )


def lots(rng: Random) -> dict[str, str]:
    """Recorded seeds, for one standing or for both."""
    drawn = {standing: f"{rng.randrange(10**6):06d}" for standing in ("daily", "total")}
    return {standing: drawn[standing] for standing in rng.choice([("daily", "total"), ("daily",), ("total",)])}


def shuffle(rng: Random, facts: Facts) -> None:
    """Put the rows of every table in random order."""
    for rows in (facts.units, facts.ratings, facts.counts, facts.marks, facts.events, facts.history):
        rng.shuffle(rows)


# ---------------------------------------------------------------- units and history


def units(rng: Random, knob: Knobs) -> list[Row]:
    """Units scored here, then units of the systems; ids like 0101."""
    categories = CATEGORIES[: rng.randint(1, 3)]
    own = [own_unit(rng, number, rng.choice(categories)) for number in range(knob.own)]
    return own + [system_unit(rng, number) for number in range(knob.systems)]


def own_unit(rng: Random, number: int, category: str) -> Row:
    """A unit under an organ, under organ and township, or under a township."""
    place = rng.randrange(len(ORGANS))
    management = rng.choices((ALONE, DUAL, TOWNSHIP), weights=(5, 3, 2))[0]
    return {
        "unit": f"{place + 1:02d}{number + 1:02d}",
        "category": category,
        "organ": ORGANS[place],
        "township": None if management == ALONE else rng.choice(TOWNSHIPS),
        "management": management,
        "system": None,
    }


def system_unit(rng: Random, number: int) -> Row:
    """A unit of 卫健 or 金融."""
    system = rng.choice(tuple(SYSTEM_ORGANS))
    return {
        "unit": f"{90 if system == '卫健' else 91}{number + 1:02d}",
        "category": rng.choice(CATEGORIES),
        "organ": SYSTEM_ORGANS[system],
        "township": None,
        "management": ALONE,
        "system": system,
    }


PASTS: tuple[tuple[tuple[int, str], ...], ...] = (
    (),
    ((2019, BEST), (2018, BEST)),
    ((2019, BEST),),
    ((2018, BEST),),
    ((2019, LOWEST),),
    ((2019, LOWEST), (2019, WORST)),
    ((2018, LOWEST),),
    ((2018, BEST), (2019, LOWEST)),
)


def history(rng: Random, rows: Sequence[Row]) -> list[Row]:
    """What lists the units were on in the last two years: mostly none."""
    weights = (36, 2, 1, 1, 3, 1, 1, 1)
    return [
        {"year": year, "unit": row["unit"], "list": name}
        for row in rows
        for year, name in rng.choices(PASTS, weights)[0]
    ]


# ---------------------------------------------------------------- facts of the daily stage


def add_unit_facts(rng: Random, knob: Knobs, facts: Facts, unit: Row) -> None:
    """What the daily stage knows of a unit; a system hands in its marks, and ratings it has do not count."""
    if unit["system"] is not None:
        facts.marks += system_marks(rng, knob, unit)
        if rng.random() < 0.2:
            facts.ratings += client_ratings(rng, unit, "年终", [GOOD, BAD])
    else:
        facts.marks += supervisor_marks(rng, knob, unit)
        add_client_votes(rng, knob, facts, unit)
    for _ in range(rng.randint(0, knob.events)):
        facts.events.append(event(rng, knob, unit))


def system_marks(rng: Random, knob: Knobs, unit: Row) -> list[Row]:
    """The daily marks a system hands in; now and then it forgets a unit."""
    if rng.random() < 0.1:
        return []
    mark = rng.choice(("84", "80", "64")) if knob.coarse else f"{rng.randint(0, 8500) / 100:.2f}"
    return [{"method": "daily", "unit": unit["unit"], "marker": unit["system"], "mark": mark}]


def supervisor_marks(rng: Random, knob: Knobs, unit: Row) -> list[Row]:
    """A mark of each manager; now and then one is missing."""
    values = ("4.0", "4.0", "3.0") if knob.coarse else tuple(f"{tenth / 10:.1f}" for tenth in range(51))
    return [
        {"method": "supervisor", "unit": unit["unit"], "marker": marker, "mark": rng.choice(values)}
        for marker in MARKERS[unit["management"]]
        if rng.random() < 0.94
    ]


def add_client_votes(rng: Random, knob: Knobs, facts: Facts, unit: Row) -> None:
    """Votes of both halves: a few as single ratings, the rest as ready counts; some on days outside."""
    for cycle in CLIENT_DAYS:
        given = coarse_votes(rng) if knob.coarse else fine_votes(rng)
        single = rng.randint(0, min(4, len(given)))
        facts.ratings += client_ratings(rng, unit, cycle, given[:single])
        facts.counts += client_counts(rng, unit, cycle, given[single:])
    if rng.random() < 0.3:
        facts.ratings.append(client_rating(rng, unit, rng.choice(OTHER_CLIENT_DAYS), BAD))


def coarse_votes(rng: Random) -> list[str]:
    """Levels that all agree, so that units come out equal."""
    level = rng.choices((GOOD, FAIR, BAD), weights=(6, 3, 1))[0]
    return [level] * rng.choices((30, 10, 0), weights=(30, 1, 1))[0]


def fine_votes(rng: Random) -> list[str]:
    """Levels of a unit that most people like more or less; the numbers lie round the limit for few votes."""
    weights = (rng.randint(1, 9), rng.randint(0, 5), rng.randint(0, 3))
    return rng.choices((GOOD, FAIR, BAD), weights, k=rng.choice(VOTE_NUMBERS))


def client_ratings(rng: Random, unit: Row, cycle: str, levels: Sequence[str]) -> list[Row]:
    """Single ratings inside a half, its first and last day among them."""
    first, last = CLIENT_DAYS[cycle]
    between = first + timedelta(days=rng.randint(0, (last - first).days))
    return [client_rating(rng, unit, rng.choice((first, last, between)), level) for level in levels]


def client_rating(rng: Random, unit: Row, day: date, level: str) -> Row:
    """A rating by one client."""
    channels = ("电话", "短信", "案卷") if unit["category"] == ENFORCEMENT else ("电话", "短信")
    return {
        "form": None,
        "method": "client",
        "unit": unit["unit"],
        "level": level,
        "rated_on": day,
        "respondent": rng.choice((None, f"c{rng.randrange(40):02d}")),
        "group": None,
        "channel": rng.choice(channels),
    }


def client_counts(rng: Random, unit: Row, cycle: str, levels: Sequence[str]) -> list[Row]:
    """Ready counts of the SMS survey; a level nobody gave is left out, or stands there with 0."""
    counted = {level: levels.count(level) for level in (GOOD, FAIR, BAD)}
    row = {"method": "client", "unit": unit["unit"], "cycle": cycle, "channel": "短信"}
    return [
        {**row, "level": level, "votes": votes} for level, votes in counted.items() if votes > 0 or rng.random() < 0.1
    ]


def event(rng: Random, knob: Knobs, unit: Row) -> Row:
    """Something that happened to a unit, inside or outside the windows, confirmed or not."""
    item = rng.choice(COARSE_ITEMS) if knob.coarse else rng.choice(rng.choice(ITEM_FAMILIES))
    return {
        "event": None,
        "unit": unit["unit"],
        "item": item,
        "happened_on": event_day(rng),
        "times": rng.choices((1, 2, 3, 40), weights=(8, 2, 1, 0 if knob.coarse else 1))[0],
        "points": rng.choice(("3", "3.5", "4", "5")) if item in RANGED_ITEMS else None,
        "factors": factors(rng, item),
        "deed": rng.choice((None, "D1", "D1", "D2")) if item in BONUS_ITEMS else None,
        "status": rng.choices(("confirmed", "disputed", "rejected"), weights=(8, 1, 1))[0],
    }


def event_day(rng: Random) -> date:
    """A day inside most windows, or one at their edges."""
    inside = date(2020, 1, 1) + timedelta(days=rng.randint(0, 300))
    return rng.choice((inside, inside, rng.choice(EVENT_EDGES)))


def factors(rng: Random, item: str) -> tuple[str, ...]:
    """The factor an item may carry, one time in three."""
    return (FACTORS[item],) if item in FACTORS and rng.random() < 1 / 3 else ()


def number_ratings_and_events(rng: Random, facts: Facts) -> None:
    """Unique ids that say nothing about the order of rows; some single ratings have no form."""
    for row, number in zip(facts.events, rng.sample(range(1000), len(facts.events)), strict=True):
        row["event"] = f"e{number:03d}"
    for row, number in zip(facts.ratings, rng.sample(range(1000), len(facts.ratings)), strict=True):
        row["form"] = rng.choice((None, f"c{number:03d}", f"c{number:03d}"))


# ---------------------------------------------------------------- ballots


def network_ratings(rng: Random, knob: Knobs, facts: Facts, rules: Rules, answers: dict[str, int]) -> list[Row]:
    """The rows of all ballots, written after the candidates are known."""
    candidates = sorted(members(judge(facts, rules, answers).lists))
    others = sorted({unit["unit"] for unit in facts.units} - set(candidates))
    voters = [f"v{number:02d}" for number in range(max(1, knob.forms - 2))]
    rows: list[Row] = []
    for number in rng.sample(range(1000), knob.forms):
        levels = ballot(rng, rules, candidates, others)
        rows += ballot_rows(rng, f"n{number:03d}", levels, voter(rng, voters))
    return rows


def voter(rng: Random, voters: Sequence[str]) -> str | None:
    """A voter, perhaps one who has voted before; now and then one who is not known."""
    return rng.choice(voters) if rng.random() < 0.95 else None


def ballot(rng: Random, rules: Rules, candidates: Sequence[str], others: Sequence[str]) -> dict[str, str]:
    """What a voter marks: mostly the right number of picks, mostly candidates."""
    good, bad = (number + wrong_by(rng) for number in (rules.picks[GOOD], rules.picks[BAD]))
    strangers = rng.sample(others, min(len(others), rng.choice((0, 0, 1, 2))))
    named = [*rng.sample(candidates, len(candidates))]
    for stranger in strangers:
        named.insert(rng.randint(0, len(named)), stranger)
    fair = rng.randint(0, 2)
    wanted = [GOOD] * good + [BAD] * bad + [FAIR] * fair
    return dict(zip(named, wanted, strict=False))


def wrong_by(rng: Random) -> int:
    """By how many picks a voter misses the number."""
    return rng.choices((0, 1, -1), weights=(8, 1, 1))[0]


def ballot_rows(rng: Random, form: str, levels: dict[str, str], respondent: str | None) -> list[Row]:
    """A ballot as rows; some ballots come too early or too late."""
    day = rng.choice(BALLOT_DAYS) if rng.random() < 0.9 else rng.choice(OTHER_BALLOT_DAYS)
    row = {
        "form": form,
        "method": "network",
        "rated_on": day,
        "respondent": respondent,
        "group": rng.choice(("服务对象", "代表干部企业家")),
        "channel": None,
    }
    return [{**row, "unit": unit, "level": level} for unit, level in levels.items()]
