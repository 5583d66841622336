"""One row of each table as an example: made from the plan, so that intake would take it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from pingyi.common import wording
from pingyi.facts.intake.setting import Setting
from pingyi.office.forms.words import choices
from pingyi.plan import Component
from pingyi.plan.converts import number_columns
from pingyi.plan.events import Item

UNIT = "0101"
"""The unit of examples where no roster is known."""

PLAIN: dict[str, str] = {
    "name": "某某科",
    "organ": "某某局",
    "township": "某某镇",
    "form": "B0001",
    "respondent": "r0001",
    "client": "r0001",
    "marker": "",
    "event": "S001",
    "times": "1",
    "deed": "D01",
    "document": "某办〔2020〕1号",
    "case": "A0001",
    "contact": "L001",
    "problem": "P001",
    "supervised": "0",
    "opinion": "Y001",
    "votes": "36",
    "numerator": "95",
    "denominator": "100",
    "seed": "3 1 4 1 5",
    "text": "如实写明",
    "post": "科员",
}
"""Cells that no plan has a say in."""


def example(setting: Setting, table: str) -> dict[str, str]:
    """Column → cell of a row of the table; columns that stay empty are left out."""
    row = {column.name: _cell(setting, table, column.name) for column in setting.table(table).columns}
    return {name: text for name, text in (row | SPECIAL.get(table, _nothing)(setting)).items() if text}


def unit(setting: Setting) -> str:
    """The unit that examples are about."""
    return next(iter(setting.roster), UNIT)


def _nothing(setting: Setting) -> dict[str, str]:
    return {}


def _cell(setting: Setting, table: str, name: str) -> str:
    column = setting.table(table).column(name)
    if name == "unit":
        return unit(setting)
    if name in PLAIN and not choices(setting, table, column):
        return PLAIN[name]
    if column.kind == "date":
        return str(day(setting))
    found = choices(setting, table, column)
    return found[0] if found and column.required else ""


def day(setting: Setting, component: Component | None = None, later: int = 0) -> date:
    """A day on which something of the component may happen."""
    cycle = setting.cycles(component)[0] if component else next(iter(setting.plan.cycles.values()))[0]
    return cycle.start + timedelta(days=later)


def _units(setting: Setting) -> dict[str, str]:
    """A unit that belongs to no system, and was there all the time."""
    known = setting.plan.units
    management = known.management[0] if known.management else ""
    row = {"category": known.categories[0], "management": management, "system": ""}
    row |= dict.fromkeys(("founded_on", "abolished_on", "changed_on", "former_category", "former_organ"), "")
    numbers = number_columns(setting.plan)
    return row | {column: "12" if column in numbers else "是" for column in known.columns}


def _votes(setting: Setting, table: str) -> dict[str, str]:
    """A level of the first component that is scored from levels, with all that it asks for."""
    one = setting.scored_by(table)[0]
    rule = one.ratings
    assert rule is not None
    open_to_all = [channel.id for channel in rule.channels if not channel.units]
    row = {"method": one.title, "level": next(iter(rule.levels)), "item": next(iter(rule.items), "")}
    row |= {"group": next(iter(rule.groups), ""), "channel": next(iter(open_to_all), "")}
    return row | {"rated_on": str(day(setting, one)), "cycle": setting.cycles(one)[0].id, "counted_on": ""}


def _marks(setting: Setting) -> dict[str, str]:
    """A mark by the first marker, or a result that a system hands in."""
    given = [one for one in setting.scored_by("marks") if one.marks]
    one = (given or setting.scored_by("marks"))[0]
    rule = one.marks
    mark = wording.plain(rule.range[1]) if rule else "80"
    row = {"method": one.title, "mark": mark, "marker": next(iter(rule.markers), "") if rule else "", "band": ""}
    return row | {"cycle": setting.cycles(one)[0].id, "given_on": "", "group": ""}


def _decisions(setting: Setting) -> dict[str, str]:
    """A unit that was proposed for the first list, and decided."""
    rule = setting.plan.every_list[0]
    by = rule.decided.by if rule.decided else "评议领导小组"
    return {"list": rule.title, "proposed": "是", "decided": "是", "decided_by": by, "why": ""}


def _events(setting: Setting) -> dict[str, str]:
    """The first entry of the catalogue, confirmed, with points where the plan leaves them open."""
    one, item = next(iter(setting.items.values()))
    found = str(day(setting, one))
    row = {"item": item.name, "happened_on": found, "points": _points(item), "status": _word(setting, "confirmed")}
    row |= {"signed_on": "", "opened_on": "", "closed_on": "", "extended": "", "deed": "", "factors": ""}
    return row | ({"opened_on": found} if item.within else {})


def _word(setting: Setting, status: str) -> str:
    return setting.words("events", "status").get(status, status)


def _points(item: Item) -> str:
    """How many points an entry says where the catalogue leaves them open: the least that it may."""
    if item.ladder or item.fixed is not None:
        return ""
    low, high = item.points or (None, None)
    ends = [end for end in (high, low) if end]
    return wording.plain(ends[0]).replace("−", "-") if ends else "-1"


def _measures(setting: Setting) -> dict[str, str]:
    one = setting.scored_by("measures")[0]
    rate = one.measures is not None and one.measures.of == "rate"
    row = {"method": one.title, "cycle": setting.cycles(one)[0].id, "measured_on": ""}
    return row | ({} if rate else {"denominator": ""})


def _problems(setting: Setting) -> dict[str, str]:
    """A problem that was rectified and fed back."""
    found = {name: str(day(setting, later=later)) for name, later in FOLLOWED.items()}
    return found | {"state": setting.words("problems", "state")["rectified"]}


FOLLOWED = {"found_on": 0, "due": 30, "rectified_on": 14, "fed_back_on": 20}
"""Days after which a problem is due, rectified and fed back."""


def _earlier(setting: Setting) -> dict[str, str]:
    return {"year": str(setting.plan.campaign.year - 1), "name": ""}


SPECIAL: dict[str, Callable[[Setting], dict[str, Any]]] = {
    "units": _units,
    "ratings": lambda setting: _votes(setting, "ratings"),
    "counts": lambda setting: _votes(setting, "counts"),
    "marks": _marks,
    "events": _events,
    "measures": _measures,
    "decisions": _decisions,
    "problems": _problems,
    "history": _earlier,
    "rechecks": _earlier,
    "clients": lambda setting: {"channel": "", "group": "", "post": ""},
    "opinions": lambda setting: {"channel": "座谈会"},
    "grades": lambda setting: {} if setting.roster else {"organ": PLAIN["organ"]},
}
"""Cells that depend on the plan, by table."""
