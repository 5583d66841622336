"""Fact files → checked, typed frames, or every fault of every file at once.

folder, arrival, sent_lists    which files hold which table; whether they have come whole, and as they were sent
files, content, text, decoded    a file → sheets of cells not yet understood; what it is, told by its bytes
workbook, grid    … of Excel files: within bounds, with what they show and say beside values
number_formats, format_codes, shown_numbers    what a cell shows of what it stores
package, xml_stream, xlsx; compound, biff, xls    … new and old ones
heads, merges, strays    the head of a sheet → columns of the table (`pingyi.common.codebook`); rows that are none
spelling, persons, mending, parsing, cells    cells → values of their kind; no number of a person gets in
choices, setting, rule, rules, *_rules    what the plan and the roster ask of each row
gathering, whole, repeats, alike, zeros, quotas, nobody, twice_counted    what can be said only of a table as a whole
unit_changes    units that change, and whose earlier entries are whose
corrected, written    the ledger's rows in place of those that it corrects
notepad, facts    where a fault stands, and what became of the rows
cache    parts that were read before
campaign    the facts of a campaign, as the office's commands read them
return_sheets    a refusal → sheets that go back to the senders
"""

from collections.abc import Collection
from datetime import date
from pathlib import Path

import polars as pl

from pingyi.common.codebook import codebook
from pingyi.facts.intake.alike import note_alike, note_lost_zeros, note_namesakes
from pingyi.facts.intake.arrival import rest
from pingyi.facts.intake.cache import Cache
from pingyi.facts.intake.decision_rules import one_decision_a_list
from pingyi.facts.intake.delivered import delivered
from pingyi.facts.intake.facts import Facts, FactsRefused
from pingyi.facts.intake.folder import look
from pingyi.facts.intake.gathering import Gathering
from pingyi.facts.intake.mending import PSEUDONYMS
from pingyi.facts.intake.missing import note_missing
from pingyi.facts.intake.notepad import Finding, Mended, Notice, Receipt
from pingyi.facts.intake.number_rules import numbers_as_text
from pingyi.facts.intake.quotas import within_quotas
from pingyi.facts.intake.return_sheets import write_return_sheets
from pingyi.facts.intake.sent_lists import compare_lists, listed_files
from pingyi.facts.intake.setting import Setting, Unit
from pingyi.facts.intake.twice_counted import refuse_both
from pingyi.facts.intake.unit_changes import check_changes, check_names
from pingyi.facts.intake.whole import Whole
from pingyi.facts.intake.work_rules import refer_to_problems
from pingyi.facts.keys import mark
from pingyi.facts.ledger import FILE, Ledger
from pingyi.plan import Plan

__all__ = [
    "Facts",
    "FactsRefused",
    "Finding",
    "Mended",
    "Notice",
    "Receipt",
    "read_facts",
    "write_return_sheets",
]


def read_facts(
    folder: Path,
    plan: Plan,
    *,
    key: bytes | None = None,
    cache: Path | None = None,
    quiet: float = 0,
    as_of: date | None = None,
    known_on: date | None = None,
    without: Collection[str] = (),
    ledger: Ledger | None = None,
    complete: bool = True,
) -> Facts:
    """All facts of a folder, checked against the plan.

    folder: holds for each table `<table>.csv`, `.xlsx`, `.xls` or `.parquet`, or a folder `<table>/` of such files; the
    name may be the table's Chinese title. `units` and the tables that the plan's leaves need must be there, with
    their heads alone where nothing happened; other tables without a file are empty.
    key: turns telephone and identity numbers in columns of pseudonyms into pseudonyms; without it they are faults.
    cache: a folder for parts that were read and accepted; it may be deleted at any time. quiet: seconds for which
    every file must have lain unchanged. as_of: leaves whose first cycle begins after this day need no table. known_on:
    corrections put down after this day are not known yet. without: names of files that are passed over, as if they had
    not come. ledger: what was corrected; the folder's own unless given. complete: whether tables that leaves need must
    be there; work before the review (forms, draws of samples) does not ask for them.
    Raises: FactsRefused (a FactFaults) with all faults of all files, LedgerBroken.
    """
    found = look(folder, codebook().facts.values()).without(without)
    if quiet > 0:
        rest((path for paths in found.files.values() for path in paths), quiet)
    known = (Ledger.read(folder / FILE) if ledger is None else ledger).until(known_on)
    listed = [one for one in listed_files(found) if one.name not in without]
    gathering = Gathering(found, Setting(plan, {}, key), Cache.of(cache, plan, {}, key), known, listed=listed)
    wholes = _gathered(gathering, plan, key, cache)
    note_missing(found, gathering.setting, as_of, complete=complete)
    _refuse(gathering)
    if gathering.cache:
        gathering.cache.tidy()
    return _facts(gathering, wholes)


def _facts(gathering: Gathering, wholes: dict[str, Whole]) -> Facts:
    """What was read, with its receipts and all that was noted on the way."""
    notepads, key = gathering.notepads, gathering.setting.key
    mended = [one for notepad in notepads for one in notepad.mended]
    return Facts(
        tables={name: delivered(whole, gathering.setting) for name, whole in wholes.items()},
        receipts=[one for file in gathering.files for one in file.receipts()],
        mended=mended,
        notices=gathering.folder.notices + [one for notepad in notepads for one in notepad.notices],
        ledger=gathering.ledger,
        key=mark(key) if key and any(one.after == PSEUDONYMS for one in mended) else "",
    )


def _gathered(gathering: Gathering, plan: Plan, key: bytes | None, cache: Path | None) -> dict[str, Whole]:
    """Every table, with all that is wrong noted: the roster first, since the others are asked by it."""
    units = gathering.whole("units")
    units.frame = numbers_as_text(units.frame, plan)
    _note_nobody(units)
    note_alike(units)
    note_lost_zeros(units)
    note_namesakes(units)
    check_changes(units)
    roster = {} if _lost(units) else _roster(units.frame)
    gathering.setting, gathering.cache = Setting(plan, roster, key), Cache.of(cache, plan, roster, key)
    wholes = {name: units if name == "units" else gathering.whole(name) for name in codebook().facts}
    if roster:
        check_names(wholes["history"], units.frame)
    within_quotas(wholes["marks"], wholes["history"].frame, gathering.setting, units.frame)
    refer_to_problems(wholes)
    one_decision_a_list(wholes["decisions"])
    refuse_both(wholes["ratings"], wholes["counts"], gathering.setting)
    gathering.close()
    compare_lists(gathering)
    return wholes


def _refuse(gathering: Gathering) -> None:
    """Raises: FactsRefused where anything is wrong anywhere."""
    findings = [one for notepad in gathering.notepads for one in notepad.findings]
    faults = [*gathering.folder.faults, *(one.fault for one in findings)]
    if faults:
        receipts = [one for file in gathering.files for one in file.receipts()]
        raise FactsRefused(faults, receipts, findings)


def _note_nobody(units: Whole) -> None:
    """A roster without a single unit: nobody could be reviewed."""
    sound = not any(part.notepad.findings for part in units.parts)
    if units.parts and units.frame.is_empty() and sound:
        units.notepad(0).whole("名录里没有一个单位，没有可以评议的")


def _lost(units: Whole) -> bool:
    """Whether rows of the roster do not say which unit they are of; then no other file is blamed for naming one."""
    findings = [one for part in units.parts for one in part.notepad.findings]
    return units.frame["unit"].null_count() > 0 or any(one.row and one.place is None for one in findings)


def _roster(units: pl.DataFrame) -> dict[str, Unit]:
    """Unit → its columns; rows with faults included, so that other files are not blamed for them."""
    known = units.filter(pl.col("unit").is_not_null()).unique("unit", keep="first", maintain_order=True)
    return {row["unit"]: row for row in known.iter_rows(named=True)}
