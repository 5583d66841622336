"""A campaign of one mark for each unit and one standing, for the chapters on what scores become."""

from pingyi.scoring import script
from tests.tiny import plan, review, table, units

UNITS = {"categories": ["机关", "站所"], "management": ["单独", "双重"], "grades": ["优秀", "合格"]}
UNITS |= {"systems": {"卫健": "卫健系统"}}


def component(id="score", **more):
    """A component that somebody marks from 0 to 100."""
    return {"id": id, "full": "100", "marks": {"range": ["0", "100"]}} | more


def marked(marks, method="score"):
    """Rows of marks: one for each unit."""
    return [{"method": method, "unit": unit, "mark": str(mark)} for unit, mark in marks.items()]


def second(marks):
    """A second component and its marks, for `campaign`."""
    return {"more": [component("second")], "facts": {"marks": marked(marks, "second")}}


def campaign(marks, *, names=None, lists=None, standing=None, more=(), facts=None, traits=None, **sections):
    """A review through its outcomes: one mark for each unit, one standing, the lists under test."""
    names = names or " ".join(marks)
    made = plan(
        component(),
        *more,
        standings=[{"id": "rank", "of": "score", "ties": ["share"]} | (standing or {})],
        lists=[
            {"id": "先进", "from": "units", "by": "rank", "side": "top", "take": "2"} | one for one in lists or [{}]
        ],
        **({"units": UNITS} | sections),
    )
    facts = dict(facts or {})
    facts["marks"] = marked(marks) + facts.get("marks", [])
    return review(made, {"units": units(names, **(traits or {}))} | facts)


def listed(found, name="先进"):
    """Units of a list in order, units of equal place in order of their ids."""
    entries = found.table("list_entries").to_dicts()
    return [one["unit"] for one in sorted(entries, key=lambda one: (one["place"], one["unit"])) if one["list"] == name]


def list_places(found, name="先进"):
    """Place on a list and what decided it, by unit."""
    rows = found.table("list_entries").to_dicts()
    return {one["unit"]: (one["place"], one["decided_by"]) for one in rows if one["list"] == name}


def places(found):
    """Place in the standing and what decided it, by unit."""
    return {one["unit"]: (one["place"], one["decided_by"]) for one in found.table("totals").to_dicts()}


def told(found, *kinds):
    """Notices of these kinds: severity, kind, where, unit, what was found. Each says what is wanted, too."""
    notices = found.table("notices")
    assert notices["wanted"].null_count() == 0
    rows = notices.select("severity", "kind", "where", "unit", "found").rows()
    return [row for row in rows if row[1] in kinds]


def history(text):
    """Earlier years' lists from a small table."""
    return {"history": [{**row, "year": int(row["year"])} for row in table(text)]}


def asked(found, check):
    """What a check finds now."""
    return found.run.connection.execute(script.text(f"checks/{check}")).fetchall()


def tampered(found, statement, check):
    """What a check finds once somebody has changed a table; before, it found nothing."""
    assert asked(found, check) == []
    found.run.connection.execute(statement)
    return asked(found, check)


FOUR = {"甲": 90, "乙": 80, "丙": 70, "丁": 60}
TIED = {"甲": 90, "乙": 80, "丙": 80, "丁": 60}
LOWEST = {"id": "末位", "side": "bottom", "take": "2", "good": False}
EXEMPT_ONE = UNITS | {"exempt": {"listed": "先进", "years": "1"}}
