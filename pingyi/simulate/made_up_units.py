"""The units for which facts are simulated: those of a folder, or made-up ones where it has none.

Systems that review themselves and hand in names and marks get made-up units beside the roster.
"""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from pingyi.common.codebook import codebook
from pingyi.facts.intake import FactsRefused, read_facts
from pingyi.plan import Plan
from pingyi.rules.base import Traits

SYSTEMS = "systems.csv"
"""File of the made-up units of systems, in the folder of the roster."""

EACH = 12
"""Made-up units of a category where the plan publishes no numbers."""

OF_ORGAN = 5
"""Made-up units of an organ, likewise."""

WITHOUT_QUOTA = 3
"""Half of the units of a system for which no shortlist has a quota."""


def roster_of(plan: Plan, folder: Path) -> pl.DataFrame:
    """The units that a folder of facts names, earlier made-up ones left out; made-up units where it names none.

    Raises: FactsRefused where the roster has faults.
    """
    entries = roster_entries(folder)
    if not roster_files(entries):
        return made_up_roster(plan)
    with TemporaryDirectory() as copy:
        for entry in entries:
            _copy_roster(entry, Path(copy) / entry.name)
        try:
            return read_facts(Path(copy), plan, complete=False).tables["units"]
        except FactsRefused as refused:
            shown = [
                replace(one, file=one.file.replace(Path(copy).as_posix(), folder.as_posix())) for one in refused.faults
            ]
            raise FactsRefused(shown, refused.receipts) from None


def roster_entries(folder: Path) -> list[Path]:
    """What bears the roster's name in a folder of facts: a file, or a folder of files."""
    table = codebook().facts["units"]
    return [entry for entry in sorted(folder.glob("*")) if entry.stem in (table.name, table.title)]


def roster_files(entries: list[Path]) -> list[Path]:
    """The files with units, made-up ones left out."""
    files = [file for entry in entries for file in (entry.glob("*") if entry.is_dir() else [entry])]
    return [file for file in files if file.suffix != ".md" and file.name != SYSTEMS]


def _copy_roster(entry: Path, to: Path) -> None:
    """Copy a roster; the file of made-up units is told by the truth that lies beside its folder."""
    if not entry.is_dir():
        shutil.copy(entry, to)
        return
    made_up = [SYSTEMS] if (entry.parent / "truth.csv").exists() else []
    shutil.copytree(entry, to, ignore=shutil.ignore_patterns(*made_up))


def made_up_roster(plan: Plan) -> pl.DataFrame:
    """As many units and organs as the plan publishes; townships and kinds of management in turn."""
    categories = [category for category in plan.units.categories for _ in range(_units_in_category(plan, category))]
    pairs = zip(categories, _organs_of_units(plan, categories), strict=True)
    rows = [_make_unit(plan, *pair, nth) for nth, pair in enumerate(pairs)]
    names = [*codebook().facts["units"].names, *plan.units.columns]
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String))


def _published_number(plan: Plan, of: str, category: str | None) -> int | None:
    """The number that the plan publishes for a category, or for all."""
    wanted = [category] if category else []
    counts = (one.count for one in plan.units.published if one.of == of and one.units.get("category", []) == wanted)
    return next(counts, None)


def _units_in_category(plan: Plan, category: str) -> int:
    """Units of a category: as published, else an equal part of what is published for all."""
    known = {
        one: number for one in plan.units.categories if (number := _published_number(plan, "units", one)) is not None
    }
    if category in known:
        return known[category]
    whole, open_ = _published_number(plan, "units", None), [one for one in plan.units.categories if one not in known]
    if whole is None:
        return EACH
    part, over = divmod(whole - sum(known.values()), len(open_))
    return part + (open_.index(category) < over)


def _organs_of_units(plan: Plan, categories: list[str]) -> list[str]:
    """The organ of each unit: as many as the plan publishes, for each category or in all."""
    names, members = [], Counter(categories)
    for nth, category in enumerate(categories):
        number = _published_number(plan, "organs", category)
        prefix, place, units = category, nth - categories.index(category), members[category]
        if number is None:
            prefix, place, units = "", nth, len(categories)
            number = _published_number(plan, "organs", None) or -(-units // OF_ORGAN)
        names.append(f"模拟{prefix}主管部门{place * number // units + 1}")
    return names


def _make_unit(plan: Plan, category: str, organ: str, nth: int) -> dict[str, str | None]:
    kinds = plan.units.management
    kind = nth % len(kinds) if kinds else 0
    unit = {
        "unit": f"{nth + 1:04d}",
        "name": f"模拟单位{nth + 1}",
        "category": category,
        "organ": organ,
        "township": f"模拟乡镇{nth // OF_ORGAN + 1}" if kind else None,
        "management": kinds[kind] if kinds else None,
    }
    return unit | {column: _column_value(plan, column, nth) for column in plan.units.columns}


def _column_value(plan: Plan, column: str, nth: int) -> str:
    """A value that the plan asks for in this column, in turn; else a small number."""
    values = [value for traits in _wanted_traits(plan) for value in traits.get(column, [])]
    return values[nth % len(values)] if values else str(1 + nth % 9)


def _wanted_traits(plan: Plan) -> Iterator[Traits]:
    """Roster columns and values that rules of the plan name."""
    for component in plan.components:
        yield from (component.units, component.imported)
        yield from (channel.units for channel in (component.ratings.channels if component.ratings else []))
    yield from (rule.when.units for rule in plan.every_list)
    yield from (outcome.when.units for outcome in plan.outcomes)
    yield from ({rule.quota.by: [*rule.quota.take]} for rule in plan.every_list if rule.quota)


def hand_in_units(plan: Plan, roster: pl.DataFrame) -> pl.DataFrame:
    """Made-up units for every system of the plan that the roster has none of: twice as many as a shortlist takes.

    What the plan wants to know of them beside is taken from the units of the roster in turn.
    """
    here = roster["system"].to_list() if "system" in roster.columns else []
    own = [column for column in plan.units.columns if column in roster.columns]
    quotas = [rule.quota.take for rule in plan.shortlists if rule.quota and rule.quota.by == "system"]
    rows = []
    for place, system in enumerate(one for one in plan.units.systems if one not in here):
        number = 2 * max((take[system] for take in quotas if system in take), default=WITHOUT_QUOTA)
        about = {"organ": f"{plan.units.systems[system]}（模拟）", "system": system}
        for nth, id in enumerate(_unused_ids(roster, place, number)):
            copied = {column: roster[column][nth % roster.height] for column in own}
            rows.append({"unit": id, "name": f"模拟{system}单位{nth + 1}"} | about | copied)
    columns = [name for name in roster.columns if name not in ("source", "sheet", "row", "system")]
    return pl.DataFrame(rows, schema=dict.fromkeys([*columns, "system"], pl.String))


def _unused_ids(roster: pl.DataFrame, place: int, number: int) -> list[str]:
    """Ids that the roster does not use: a letter for the system, and a number."""
    taken = roster["unit"].to_list()
    letter = chr(ord("A") + place % 26)
    while f"{letter}01" in taken:
        letter += "X"
    return [f"{letter}{nth + 1:02d}" for nth in range(number)]
