"""Which edges a case came to: so that a generator that never comes to one is seen."""

from collections import Counter
from itertools import combinations
from typing import Any

from tests.reference.agreement import Answer, Refused
from tests.reference.campaign import Stopped
from tests.reference.numbers import day, key, moment
from tests.reference.plans import Case

EXPECTED = [
    "first_day",
    "last_day",
    "day_beyond",
    "votes=0",
    "votes=29",
    "votes=30",
    "same_moment_9_10",
    "equal_marks_of_two_raters",
    "only_levels_without_value",
    "tied_by_different_fractions",
    "stopped",
    "refused",
    "as_of",
    "decided_list",
    "list_empty",
    "direct",
    "place_of_a_decided_list",
    "flag.veto",
    "flag.veto_zero",
    "flag.few",
    "flag.few_flagged",
    "flag.not_scored",
    "flag.none_mean",
    "flag.none_zero",
    "flag.no_mean",
    "flag.group_missing",
    "flag.marker_missing",
    "flag.cycle_missing",
    "flag.not_due",
    "flag.unmeasured",
    "flag.below_steps",
    "flag.not_ranked",
    "flag.spread",
    "flag.zero",
    "flag.mean_of_group",
    "flag.missing",
    "reason.few_votes",
    "reason.veto",
    "decided_by.tie_keys",
    "decided_by.lot",
    "decided_by.open",
    "decided_by.shared",
    "aside.outside_life",
    "aside.not_reviewed",
    "aside.imported",
    "aside.outside_window",
    "aside.own_unit",
    "aside.wrong_picks",
    "aside.level_overpicked",
    "aside.replaced",
    "excluded.outside_life",
    "inherited",
    "ended",
    "founded",
    "moved",
    "excluded.not_reviewed",
    "excluded.imported",
    "excluded.outside_window",
    "excluded.means_nothing",
    "excluded.not_listed",
]
"""Edges that thousands of cases must come to."""


def edges(made: Case, answer: Answer | Refused | Stopped) -> Counter[str]:
    """The edges of one case, each as often as it occurs."""
    found = Counter(_of_facts(made))
    if made.fault:
        found[f"fault.{made.fault}"] += 1
    if made.as_of:
        found["as_of"] += 1
    if isinstance(answer, Answer):
        found += Counter(_of_answer(made, answer))
    else:
        found["stopped" if isinstance(answer, Stopped) else "refused"] += 1
    return found


def _of_facts(made: Case) -> Any:
    cycles = [cycle for several in made.tree["cycles"].values() for cycle in several]
    ends = {"first_day": {day(one["from"]) for one in cycles}, "last_day": {day(one["to"]) for one in cycles}}
    for table, column in (
        ("ratings", "rated_on"),
        ("counts", "counted_on"),
        ("marks", "given_on"),
        ("events", "happened_on"),
        ("measures", "measured_on"),
    ):
        for row in made.facts[table]:
            when = day(row.get(column))
            yield from (name for name, days in ends.items() if when in days)
            if when and when.year != 2020:
                yield "day_beyond"
    yield from ("ended" for row in made.facts["units"] if row.get("abolished_on"))
    yield from ("founded" for row in made.facts["units"] if row.get("founded_on"))
    yield from ("moved" for row in made.facts["units"] if row.get("changed_on"))
    codes = {row["unit"] for row in made.facts["units"]}
    yield from ("inherited" for row in made.facts["history"] if row["unit"] not in codes)
    yield from (f"votes={row['votes']}" for row in made.facts["counts"] if row["votes"] in (0, 29, 30))
    yield from _of_ratings(made)
    raters = Counter(
        (row["method"], row["unit"], row.get("cycle"), row.get("group"), row["mark"]) for row in made.facts["marks"]
    )
    yield from ("equal_marks_of_two_raters" for many in raters.values() if many > 1)


def _of_ratings(made: Case) -> Any:
    forms: dict[Any, set[str]] = {}
    for row in made.facts["ratings"]:
        forms.setdefault((row["method"], row["respondent"], moment(row["rated_on"])), set()).add(str(row["form"]))
    yield from ("same_moment_9_10" for (_, who, _), names in forms.items() if who and {"9", "10"} <= names)
    valueless = {
        (one["id"], level)
        for one in made.tree["components"]
        for level, value in (one.get("ratings") or {}).get("levels", {}).items()
        if value is None
    }
    heard: dict[Any, set[bool]] = {}
    for row in [*made.facts["ratings"], *made.facts["counts"]]:
        heard.setdefault((row["method"], row["unit"]), set()).add((row["method"], row["level"]) in valueless)
    yield from ("only_levels_without_value" for seen in heard.values() if seen == {True})


def _of_answer(made: Case, answer: Answer) -> Any:
    yield from (f"flag.{one}" for flag in answer.flags.values() for one in (flag or "").split("+") if one)
    yield from (f"reason.{reason}" for reason in answer.reasons.values())
    yield from (f"decided_by.{said}" for *_, said in answer.totals.values() if said)
    yield from (f"aside.{reason}" for _, reason in answer.set_aside)
    yield from (f"excluded.{reason}" for *_, reason in answer.excluded)
    yield from ("decided_list" for _ in answer.decided)
    yield from ("place_of_a_decided_list" for name, _ in answer.entries if name in answer.decided)
    yield from ("direct" for _, direct, _ in answer.entries.values() if direct)
    named = {name for name, _ in answer.entries}
    yield from ("list_empty" for part in ("shortlists", "lists") for one in made.tree[part] if one["id"] not in named)
    for one in made.tree["standings"]:
        values = [value for (id, _), value in answer.marks.items() if id == one["of"] and value is not None]
        yield from (
            "tied_by_different_fractions" for a, b in combinations(values, 2) if key(a) == key(b) and a.denominator > 1
        )
