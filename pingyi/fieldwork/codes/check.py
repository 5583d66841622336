"""Returned ballots → ratings for the plan to count, and a receipt for every ballot and every row.

All files of ballots are judged together: one result, however the rows were cut into files and in whatever order they
come. A check goes into the register with the files that it read, so that a later one cannot forget them.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from pathlib import Path

import polars as pl

from pingyi.common.codebook import codebook
from pingyi.common.files import new_folder, refuse_taken
from pingyi.common.spreadsheet_safe import write_csv
from pingyi.fieldwork.codes.batches import Batches, read_batches
from pingyi.fieldwork.codes.issue import ballot, places_of
from pingyi.fieldwork.codes.key import FORM, REGISTER, RESPONDENT, CodesRefused, keyed, pseudonym, read_key
from pingyi.fieldwork.codes.receipts import RATINGS, RECEIPT, SUMMARY, Outcomes, receipt, summary, told
from pingyi.fieldwork.codes.register import BallotFile, Check, Register, held
from pingyi.fieldwork.codes.results import file_mark, last_check, left_out, result_name
from pingyi.fieldwork.codes.verdicts import HANDED_ON, Ballot, Judge, ballots_of
from pingyi.plan import Component, Plan
from pingyi.plan.ratings import Ratings


def check_ballots(
    plan: Plan,
    component_id: str,
    ballots: Sequence[Path],
    *,
    units: pl.DataFrame,
    folder: Path,
    at: datetime,
    key: Path | None = None,
    register: Path | None = None,
    channel: str | None = None,
    without: Sequence[str] = (),
) -> list[str]:
    """Check returned ballots against the register, and write what counts into a new folder; what there is to say.

    ballots: every CSV or XLSX that came so far (see `returned`), or folders of them. units: the roster. at: the moment
    of the check. channel: of the ballots, where the component has several. without: names or marks of files of the
    check before that are left out on purpose.
    In the folder: ratings.csv, a fact file of accepted ballots; each ballot with its reason; the reasons with counts.
    Ballots with wrong picks are reported and handed on: the plan's own rule judges them.
    Raises: CodesRefused, also where a file of the check before is missing; BallotFaults, PlaceTaken.
    """
    refuse_taken(folder)
    component = ballot(plan, component_id)
    channel = _channel(component, channel)
    key, register = places_of(plan, key, register)
    with held(register):
        book = _opened(register, read_key(key))
        batches = read_batches(ballots, _rules(component), units)
        files = tuple(BallotFile(one.name, file_mark(book.key, one.sha256)) for one in batches.files)
        before = last_check(book, component.id, channel)
        out = left_out(before, files, without)
        outcomes = judged(plan, component, batches, book)
        ratings = _ratings(outcomes, component, book, channel)
        result = result_name(book.key, component.id, channel, ratings)
        place = folder.resolve().as_posix()
        number = len(book.checks) + 1
        check = Check(number, result, component.id, channel or "", at, place, ratings.height, files, out)
        _write(folder, ratings, outcomes, check, book)
    return told(outcomes, batches, book, check, before)


def _write(folder: Path, ratings: pl.DataFrame, outcomes: Outcomes, check: Check, book: Register) -> None:
    """The folder, and the row of the register: whatever breaks, no folder is there that the register does not know."""
    with new_folder(folder) as part:
        write_csv(_fact_file(ratings, check.result), part / RATINGS, datetime_format="%Y-%m-%d")
        write_csv(receipt(outcomes), part / RECEIPT)
        write_csv(summary(outcomes, check.without), part / SUMMARY)
        book.append([check])


def _opened(path: Path, key: bytes) -> Register:
    book = Register.read(path, key)
    if not book.entries:
        raise CodesRefused(f"登记簿 {path.as_posix()} 里没有一个验证码")
    return book


def _channel(component: Component, channel: str | None) -> str | None:
    """The channel of the ballots. Raises: CodesRefused where it is none of the component's."""
    known = [one.id for one in _rules(component).channels]
    if channel is None and len(known) == 1:
        return known[0]
    if channel in known or (channel is None and not known):
        return channel
    raise CodesRefused(f"渠道应为 {'、'.join(known)} 之一" if known else "该指标不分渠道")


def _rules(component: Component) -> Ratings:
    """The component's rules of ratings; `ballot` gives none without."""
    if component.ratings is None:
        raise CodesRefused(f"“{component.title}”不是按等次评价的指标")
    return component.ratings


def judged(plan: Plan, component: Component, batches: Batches, book: Register) -> Outcomes:
    """Every ballot of all files with what becomes of it."""
    latest, rules = book.latest, _rules(component)
    judge = Judge(
        entered=lambda code: latest.get(keyed(book.key, REGISTER, code)),
        windows=[(cycle.start, cycle.end) for cycle in plan.cycles[component.per]],
        form=rules.form,
        each=rules.each,
    )
    return judge.outcomes(ballots_of(batches.marks))


def _ratings(outcomes: Outcomes, component: Component, book: Register, channel: str | None) -> pl.DataFrame:
    """Rows of the fact table, sorted by forms, whose ids say nothing of the order in which ballots or codes came."""
    latest = book.latest
    handed_on = [ballot for ballot, outcome in outcomes if outcome in HANDED_ON]
    groups = {ballot.code: latest[keyed(book.key, REGISTER, ballot.code)].group or None for ballot in handed_on}
    rows = [row for ballot in handed_on for row in _rows(ballot, component.id, book.key, groups[ballot.code], channel)]
    columns = codebook().facts["ratings"].columns
    schema = {column.name: pl.Datetime("us") if column.kind == "moment" else pl.String for column in columns}
    return pl.DataFrame(rows, schema=schema).sort("form", "unit", "item")


def _fact_file(rows: pl.DataFrame, result: str) -> pl.DataFrame:
    """The rows under the heads of the codebook, each with the name of the result; without columns that hold nothing."""
    marked = rows.with_columns(batch=pl.lit(result, pl.String))
    columns = codebook().facts["ratings"].columns
    used = [column for column in columns if rows.is_empty() or marked[column.name].null_count() < rows.height]
    return marked.select(pl.col(column.name).alias(column.head) for column in used)


def _rows(
    ballot: Ballot, component: str, key: bytes, group: str | None, channel: str | None
) -> Iterable[dict[str, object]]:
    """The ballot's rows, with the day alone: by the minute somebody who saw a voter vote would find the ballot.

    Form and respondent cannot be joined to the register.
    """
    of_ballot = {
        "form": pseudonym(key, FORM, ballot.code, ballot.number, ballot.at.isoformat()),
        "respondent": pseudonym(key, RESPONDENT, ballot.code),
        "method": component,
        "rated_on": datetime.combine(ballot.at, time.min),
        "group": group,
        "channel": channel,
    }
    return [{**of_ballot, "unit": mark.unit, "level": mark.level, "item": mark.item or None} for mark in ballot.marks]
