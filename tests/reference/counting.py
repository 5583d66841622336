"""Which facts count, and why the others do not: every row once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.reference.campaign import Campaign, Cycle, Row, Tree, grouped, listed, once, true
from tests.reference.numbers import day, moment, nth, number


@dataclass(frozen=True)
class Vote:
    """Votes that count. person: whose, as far as respondents are counted; rater: whose mean comes first."""

    unit: str
    cycle: str
    level: str
    group: str
    channel: str
    item: str
    person: Any
    rater: Any
    votes: int
    ready: bool = False


@dataclass
class Judged:
    """A row with its cycle, or the reason why it does not count. void: why its form as a whole does not."""

    row: Row
    cycle: str | None = None
    reason: str | None = None
    void: str | None = None


def cycle_of(cycles: list[Cycle], when: date | None) -> str | None:
    """The cycle that holds a day."""
    return next((cycle.id for cycle in cycles if cycle.holds(when)), None)


def placed(known: Campaign, id: str, row: Row, column: str) -> str | None:
    """The cycle of a fact that may name it, or be dated, or neither where there is one cycle only; none: outside."""
    cycles, when = known.cycles(id), day(row.get(column))
    if row.get("cycle"):
        own = next((cycle for cycle in cycles if cycle.id == row["cycle"]), None)
        return own.id if own and (when is None or own.holds(when)) else None
    return cycle_of(cycles, when) if when else cycles[0].id


@once
def out_of_scope(known: Campaign, id: str, unit: str) -> str | None:
    """Why a fact of a component cannot be about a unit."""
    if not known.lies_in_scope(id, unit):
        return "not_reviewed"
    return "imported" if known.brings(id, unit) else None


# ---------------------------------------------------------------- ratings


@once
def ratings(known: Campaign, id: str) -> list[Judged]:
    """Every rating of a leaf, judged."""
    rule = known.components[id]["ratings"]
    rows = known.of("ratings", id)
    return _on_forms(known, id, rule, rows) if rule.get("form") else _one_by_one(known, id, rule, rows)


def _one_by_one(known: Campaign, id: str, rule: Tree, rows: list[Row]) -> list[Judged]:
    found = []
    for row in rows:
        cycle = cycle_of(known.cycles(id), day(row["rated_on"]))
        reason = out_of_scope(known, id, row["unit"]) or (None if cycle else "outside_window")
        if not reason and rule.get("own_unit") is not None and not true(rule["own_unit"]) and true(row.get("own")):
            reason = "own_unit"
        found.append(Judged(row, cycle, reason))
    if rule.get("each"):
        _one_form_each(known, id, rule, [one for one in found if one.reason is None])
    return found


def _one_form_each(known: Campaign, id: str, rule: Tree, counting: list[Judged]) -> None:
    """One form for each respondent, unit and cycle (the year, where its votes are pooled); items of two never mix."""
    pooled = rule.get("score_per") == "year"
    named = [one for one in counting if one.row.get("respondent")]
    for same in grouped(named, lambda j: (j.row["respondent"], j.row["unit"], "" if pooled else j.cycle)).values():
        forms = grouped(same, lambda j: j.row.get("form") or ("", str(moment(j.row["rated_on"]))))
        order = sorted(forms.values(), key=_when)
        chosen = order[0] if rule["each"]["keep"] == "first" else order[-1]
        for form in order:
            if form is not chosen:
                for one in form:
                    one.reason = "replaced"
        for again in grouped(chosen, lambda j: j.row.get("item") or "").values():
            for one in sorted(again, key=lambda j: _answer(rule, j.row))[1:]:
                one.reason = "replaced"


def _when(form: list[Judged]) -> tuple[Any, ...]:
    return min(moment(one.row["rated_on"]) for one in form), nth(form[0].row.get("form"))


def _answer(rule: Tree, row: Row) -> tuple[Any, ...]:
    return [*rule["levels"]].index(row["level"]), row.get("group") or "", row.get("channel") or ""


def _on_forms(known: Campaign, id: str, rule: Tree, rows: list[Row]) -> list[Judged]:
    """Forms are judged as they were cast, on all their rows; a void one does not use up its voter's turn."""
    forms = grouped(rows, lambda row: row["form"])
    cast = {form: min(moment(row["rated_on"]) for row in same) for form, same in forms.items()}
    cycles = {form: cycle_of(known.cycles(id), when.date()) for form, when in cast.items()}
    void: dict[Any, str] = {form: "outside_window" for form in forms if cycles[form] is None}
    drops = rule["form"].get("else") == "drop_level"
    wrong = {} if drops else {form: "wrong_picks" for form, same in forms.items() if _ill_picked(rule, same)}
    each = rule.get("each") or {}
    outside = set(void)
    if not true(each.get("void_counts")):
        void = wrong | void
    if each:
        valid = [form for form in forms if form not in void]
        pooled = rule.get("score_per") == "year"  # one form a year where the votes of the year are pooled (E2)
        turns = {form: "" if pooled else cycles[form] for form in valid}
        voters = grouped(valid, lambda form: (_voter(forms[form]) or ("form", form), turns[form]))
        for same in voters.values():
            order = sorted(same, key=lambda form: (cast[form], nth(form)))
            chosen = order[0] if each["keep"] == "first" else order[-1]
            void |= {form: "replaced" for form in same if form != chosen}
    void |= {form: said for form, said in wrong.items() if form not in outside}
    found = []
    for form, same in forms.items():
        over = _overpicked(rule, same) if drops else set()
        for row in same:
            reason = out_of_scope(known, id, row["unit"]) or void.get(form)
            reason = reason or ("level_overpicked" if row["level"] in over else None)
            if not reason and rule.get("own_unit") is not None and not true(rule["own_unit"]) and true(row.get("own")):
                reason = "own_unit"
            found.append(Judged(row, cycles[form], reason, void.get(form)))
    return found


def _voter(rows: list[Row]) -> Any:
    return min((str(row["respondent"]) for row in rows if row.get("respondent")), default=None)


def _picks(rule: Tree) -> Iterator[tuple[str, int, int]]:
    form = rule["form"]
    for level, times in form.get("at_most", {}).items():
        if level not in form.get("exactly", {}):
            yield level, 0, int(times)
    for level, times in form.get("exactly", {}).items():
        yield level, int(times), int(times)


def _ill_picked(rule: Tree, rows: list[Row]) -> bool:
    levels = [row["level"] for row in rows]
    return any(not least <= levels.count(level) <= most for level, least, most in _picks(rule))


def _overpicked(rule: Tree, rows: list[Row]) -> set[str]:
    levels = [row["level"] for row in rows]
    return {level for level, _, most in _picks(rule) if levels.count(level) > most}


@once
def votes(known: Campaign, id: str) -> list[Vote]:
    """Every vote that counts in a leaf: ratings, candidates that a valid form leaves unmarked, ready counts."""
    rule = known.components[id]["ratings"]
    judged = ratings(known, id)
    found = [_vote(one) for one in judged if one.reason is None]
    if rule.get("form") and rule["form"].get("unmarked", "not_counted") != "not_counted":
        found += _unmarked(known, id, rule["form"]["unmarked"], judged)
    for row in known.of("counts", id):
        cycle = placed(known, id, row, "counted_on")
        if cycle and int(row["votes"]) and not out_of_scope(known, id, row["unit"]):
            group, item, channel = (row.get(name) or "" for name in ("group", "item", "channel"))
            found.append(
                Vote(row["unit"], cycle, row["level"], group, channel, item, None, "ready", int(row["votes"]), True)
            )
    return found


def _vote(one: Judged) -> Vote:
    row = one.row
    own = ("row", id(row))
    person = row.get("form") or row.get("respondent") or own
    rater = row.get("respondent") or row.get("form") or own
    group, item, channel = (row.get(name) or "" for name in ("group", "item", "channel"))
    return Vote(row["unit"], one.cycle or "", row["level"], group, channel, item, person, rater, 1)


def _unmarked(known: Campaign, id: str, level: str, judged: list[Judged]) -> Iterator[Vote]:
    """A candidate that a valid form does not mark; one whose mark was dropped, or is an own one, is not filled."""
    forms = grouped(judged, lambda one: one.row["form"])
    for form, same in forms.items():
        if same[0].void:
            continue
        marked = {one.row["unit"] for one in same}
        group, channel = (min(one.row.get(name) or "" for one in same) for name in ("group", "channel"))
        rater = _voter([one.row for one in same]) or form
        for unit in known.units:
            founded = day(known.units[unit].get("founded_on"))
            cast = min(moment(one.row["rated_on"]) for one in same).date()
            late = founded is not None and cast < founded
            if unit not in marked and not late and not out_of_scope(known, id, unit):
                yield Vote(unit, same[0].cycle or "", level, group, channel, "", form, rater, 1)


# ---------------------------------------------------------------- marks, measures, events


def marks(known: Campaign, id: str) -> list[tuple[Judged, str]]:
    """Every mark of a leaf, judged, with the class of its rater."""
    rule = known.components[id]["marks"]
    classes = {name: one if isinstance(one, dict) else {"weight": one} for name, one in rule.get("markers", {}).items()}
    nothing = [number(one) for one in listed(rule.get("means_nothing"))]
    found = []
    for row in known.of("marks", id):
        kind = _class(classes, row)
        cycle = placed(known, id, row, "given_on")
        reason = out_of_scope(known, id, row["unit"])
        if classes and reason != "imported" and not known.fits(row["unit"], classes[kind].get("for")):
            reason = "not_reviewed"
        reason = reason or (None if cycle else "outside_window")
        reason = reason or ("means_nothing" if number(row["mark"]) in nothing else None)
        found.append((Judged(row, cycle, reason), kind))
    return found


def _class(classes: dict[str, Tree], row: Row) -> str:
    """The class that a row names, or that its rater's name is, or the only one there is."""
    if not classes:
        return ""
    return next(name for name in (row.get("group"), row.get("marker"), *classes) if name in classes)


def of_no_marks(known: Campaign, id: str) -> list[Judged]:
    """Every mark that names a component which is not scored from marks: an import, or a fact of no unit in scope."""
    return [Judged(row, None, out_of_scope(known, id, row["unit"])) for row in known.of("marks", id)]


def imports(known: Campaign, id: str) -> dict[str, Any]:
    """The marks that units bring with them."""
    rows = [row for row in known.of("marks", id) if row["unit"] in known.units and known.brings(id, row["unit"])]
    return {row["unit"]: number(row["mark"]) for row in rows if known.lies_in_scope(id, row["unit"])}


def measures(known: Campaign, id: str) -> list[Judged]:
    """Every measured number of a leaf, judged."""
    found = []
    for row in known.of("measures", id):
        cycle = placed(known, id, row, "measured_on")
        found.append(Judged(row, cycle, out_of_scope(known, id, row["unit"]) or (None if cycle else "outside_window")))
    return found


def excluded_counts(known: Campaign, id: str) -> list[Judged]:
    """Every row of ready counts of a leaf, judged."""
    found = []
    for row in known.of("counts", id):
        cycle = placed(known, id, row, "counted_on")
        found.append(Judged(row, cycle, out_of_scope(known, id, row["unit"]) or (None if cycle else "outside_window")))
    return found


def events(known: Campaign, id: str) -> list[Judged]:
    """Every entry of a leaf's items, judged by its unit alone; entries keep their own reasons beside."""
    items = known.components[id]["events"]["items"]
    rows = [row for row in known.rows("events") if row["item"] in items]
    return [Judged(row, None, out_of_scope(known, id, row["unit"])) for row in rows]
