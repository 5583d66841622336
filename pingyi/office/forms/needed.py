"""Which tables and columns of the glossary a plan has a use for."""

from collections.abc import Callable, Iterator

from pingyi.common.codebook import Column, codebook
from pingyi.facts.intake.setting import Setting
from pingyi.plan import Plan
from pingyi.plan.events import Item
from pingyi.plan.marks import Marks
from pingyi.plan.ratings import Ratings

Asks = Callable[[Plan], bool]


def needed_tables(plan: Plan) -> list[str]:
    """Tables that this plan takes facts from, in the order of the glossary."""
    return [name for name in codebook().facts if TABLES.get(name, _always)(plan)]


def needed_columns(setting: Setting, name: str) -> tuple[Column, ...]:
    """Columns of a table that mean something under this plan, its own columns of units included."""
    return tuple(column for column in setting.table(name).columns if _has_use(setting, name, column))


def _has_use(setting: Setting, name: str, column: Column) -> bool:
    if column.name == "cycle":
        return any(len(setting.cycles(one)) > 1 for one in setting.scored_by(name))
    asks = COLUMNS.get((name, column.name)) or COLUMNS.get(("", column.name))
    return column.required or asks is None or asks(setting.plan)


def ratings(plan: Plan) -> list[Ratings]:
    """The rules of all leaves scored from levels."""
    return [one.ratings for one in plan.components if one.ratings]


def marks(plan: Plan) -> list[Marks]:
    """The rules of all leaves scored from marks that somebody gives."""
    return [one.marks for one in plan.components if one.marks]


def items(plan: Plan) -> Iterator[Item]:
    """The entries of all catalogues."""
    for one in plan.components:
        yield from one.events.items.values() if one.events else ()


def _always(plan: Plan) -> bool:
    return True


def _looks_back(plan: Plan) -> bool:
    """Whether earlier years' lists have a say."""
    running = any(one.when.running or (one.unless and one.unless.running) for one in plan.outcomes)
    direct = any(rule.also for rule in plan.every_list)
    return bool(plan.units.exempt or plan.rechecks) or running or direct


def _graded(plan: Plan) -> bool:
    conditions = [one.when for one in plan.outcomes] + [one.unless for one in plan.outcomes if one.unless]
    return bool(plan.units.grades) and any(one.grade for one in conditions)


def _sampled_by(column: str) -> Asks:
    return lambda plan: any(column in one.per or column in one.leave_out for one in plan.sampling)


TABLES: dict[str, Asks] = {
    "ratings": lambda plan: bool(ratings(plan)),
    "counts": lambda plan: bool(ratings(plan)),
    "marks": lambda plan: any(one.marks or one.imported for one in plan.components),
    "events": lambda plan: any(one.events for one in plan.components),
    "measures": lambda plan: any(one.measures for one in plan.components),
    "history": _looks_back,
    "grades": _graded,
    "decisions": lambda plan: bool(plan.every_list),
    "lots": lambda plan: any(one.by_lot for one in plan.standings),
    "clients": lambda plan: any(one.take for one in plan.sampling),
    "contacts": lambda plan: any(one.take for one in plan.sampling) and bool(ratings(plan)),
    "rechecks": lambda plan: bool(plan.rechecks),
    "finished": lambda plan: bool(plan.tasks),
}
"""What a plan must have for a table to be of use; tables that are not named here always are."""

COLUMNS: dict[tuple[str, str], Asks] = {
    ("units", "management"): lambda plan: bool(plan.units.management),
    ("units", "system"): lambda plan: bool(plan.units.systems),
    ("units", "township"): lambda plan: any(one.to.startswith("township") for one in plan.outcomes),
    ("ratings", "respondent"): lambda plan: any(rule.form or rule.each or rule.mean_first for rule in ratings(plan)),
    ("ratings", "own"): lambda plan: any(not rule.own_unit for rule in ratings(plan)),
    ("clients", "channel"): _sampled_by("channel"),
    ("clients", "group"): lambda plan: any(one.quota or "group" in one.per for one in plan.sampling),
    ("clients", "post"): _sampled_by("post"),
    ("opinions", "channel"): _always,
    ("", "group"): lambda plan: any(rule.groups for rule in ratings(plan)),
    ("", "channel"): lambda plan: any(rule.channels for rule in ratings(plan)),
    ("", "item"): lambda plan: any(rule.items for rule in ratings(plan)),
    ("marks", "marker"): lambda plan: any(rule.markers for rule in marks(plan)),
    ("marks", "group"): lambda plan: any(rule.markers for rule in marks(plan)),
    ("marks", "band"): lambda plan: any(rule.bands for rule in marks(plan)),
    ("measures", "denominator"): lambda plan: any(one.measures.of == "rate" for one in plan.components if one.measures),
    ("events", "points"): lambda plan: any(item.fixed is None and not item.ladder for item in items(plan)),
    ("history", "listed_as"): lambda plan: False,  # written by `pingyi carry` alone
    ("events", "factors"): lambda plan: any(item.factors for item in items(plan)),
    ("events", "deed"): lambda plan: any(one.events and one.events.same_deed for one in plan.components),
    ("events", "signed_on"): lambda plan: any(one.events and one.events.needs for one in plan.components),
    ("events", "opened_on"): lambda plan: any(item.within for item in items(plan)),
    ("events", "closed_on"): lambda plan: any(item.within for item in items(plan)),
    ("events", "extended"): lambda plan: any(item.extended for item in items(plan)),
}
"""What a plan must have for a column to be of use, by table (or in every table) and column."""
