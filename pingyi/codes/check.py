"""Returned ballots → ratings for the plan to count, and a receipt for every ballot and every row."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, time
from pathlib import Path

import polars as pl

from pingyi.codebook import codebook
from pingyi.codes.issue import ballot, places_of
from pingyi.codes.key import FORM, REGISTER, RESPONDENT, CodesRefused, keyed, pseudonym, read_key
from pingyi.codes.register import Entry, Register
from pingyi.codes.returned import read_ballots
from pingyi.codes.verdicts import HANDED_ON, OUTCOMES, REPEATED, Ballot, Judge, ballots_of
from pingyi.inert import write_csv
from pingyi.plan import Component, Plan
from pingyi.sampling.files import new_folder, refuse_taken

RATINGS, RECEIPT, SUMMARY = "ratings.csv", "选票核验.csv", "核验汇总.csv"

Outcomes = list[tuple[Ballot, str]]


def check_ballots(
    plan: Plan,
    component_id: str,
    ballots: Path,
    *,
    units: pl.DataFrame,
    folder: Path,
    key: Path | None = None,
    register: Path | None = None,
    channel: str | None = None,
) -> list[str]:
    """Check returned ballots against the register, and write what counts into a new folder; what there is to say.

    ballots: CSV or XLSX (see `returned`). units: the roster. channel: of the ballots, where the component has several.
    In the folder: ratings.csv, a fact file of accepted ballots; each ballot with its reason; the reasons with counts.
    Ballots with wrong picks are reported and handed on: the plan's own rule judges them.
    Raises: CodesRefused, BallotFaults, PlaceTaken.
    """
    refuse_taken(folder)
    component = ballot(plan, component_id)
    channel = _channel(component, channel)
    key, register = places_of(plan, key, register)
    book = _opened(register, read_key(key))
    outcomes = judged(plan, component, ballots, units, book)
    ratings = _ratings(outcomes, component, book, channel)
    with new_folder(folder) as part:
        write_csv(ratings, part / RATINGS, datetime_format="%Y-%m-%d")
        write_csv(_receipt(outcomes), part / RECEIPT)
        write_csv(_summary(outcomes), part / SUMMARY)
    return _told(outcomes, book, folder)


def _opened(path: Path, key: bytes) -> Register:
    book = Register.read(path, key)
    if not book.entries:
        raise CodesRefused(f"登记簿 {path.as_posix()} 里没有一个验证码")
    return book


def _channel(component: Component, channel: str | None) -> str | None:
    """The channel of the ballots. Raises: CodesRefused where it is none of the component's."""
    known = [one.id for one in component.ratings.channels] if component.ratings else []
    if channel is None and len(known) == 1:
        return known[0]
    if channel in known or (channel is None and not known):
        return channel
    raise CodesRefused(f"渠道应为 {'、'.join(known)} 之一" if known else "该指标不分渠道")


def judged(plan: Plan, component: Component, ballots: Path, units: pl.DataFrame, book: Register) -> Outcomes:
    """Every ballot of a file with what becomes of it. Raises: BallotFaults."""
    if component.ratings is None:
        return []
    latest = book.latest
    judge = Judge(
        entered=lambda code: latest.get(keyed(book.key, REGISTER, code)),
        windows=[(cycle.start, cycle.end) for cycle in plan.cycles[component.per]],
        form=component.ratings.form,
    )
    return judge.outcomes(ballots_of(read_ballots(ballots, component.ratings, units)))


def _ratings(outcomes: Outcomes, component: Component, book: Register, channel: str | None) -> pl.DataFrame:
    """A fact table: rows sorted by forms, whose ids say nothing of the order in which ballots or codes came."""
    latest = book.latest
    handed_on = [ballot for ballot, outcome in outcomes if outcome in HANDED_ON]
    groups = {ballot.code: _group(latest[keyed(book.key, REGISTER, ballot.code)]) for ballot in handed_on}
    rows = [row for ballot in handed_on for row in _rows(ballot, component.id, book.key, groups[ballot.code], channel)]
    columns = codebook().facts["ratings"].columns
    schema = {column.name: pl.Datetime("us") if column.kind == "moment" else pl.String for column in columns}
    frame = pl.DataFrame(rows, schema=schema).sort("form", "unit", "item")
    used = [column for column in columns if frame.is_empty() or frame[column.name].null_count() < frame.height]
    return frame.select(pl.col(column.name).alias(column.head) for column in used)


def _group(entry: Entry) -> str | None:
    return entry.group or None


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


def _receipt(outcomes: Outcomes) -> pl.DataFrame:
    """One row for each ballot, by where it begins in the file; neither code nor form is in it."""
    rows = [
        (*ballot.begins, ballot.number, len(ballot.marks), ballot.repeated, OUTCOMES[outcome])
        for ballot, outcome in outcomes
    ]
    heads = ["工作表", "首行", "选票编号", "行数", REPEATED, "结果"]
    kinds = [pl.String, pl.Int64, pl.String, pl.Int64, pl.Int64, pl.String]
    return pl.DataFrame(rows, schema=dict(zip(heads, kinds, strict=True)), orient="row").sort(
        "工作表", "首行", "选票编号"
    )


def _summary(outcomes: Outcomes) -> pl.DataFrame:
    """Every reason with its ballots and rows; their sum is what came in."""
    ballots = Counter(outcome for _, outcome in outcomes)
    rows = Counter(outcome for ballot, outcome in outcomes for _ in ballot.marks)
    lines = [(words, ballots[outcome], rows[outcome]) for outcome, words in OUTCOMES.items()]
    lines += [(REPEATED, 0, sum(ballot.repeated for ballot, _ in outcomes))]
    lines += [("收到合计", sum(line[1] for line in lines), sum(line[2] for line in lines))]
    return pl.DataFrame(lines, schema={"结果": pl.String, "选票数": pl.Int64, "行数": pl.Int64}, orient="row")


def _told(outcomes: Outcomes, book: Register, folder: Path) -> list[str]:
    *reasons, (_, ballots, rows) = _summary(outcomes).iter_rows()
    parts = [f"{words} {votes} 张（{lines} 行）" for words, votes, lines in reasons[:-1] if votes]
    repeated = [f"{REPEATED} {lines} 行" for _, _, lines in reasons[-1:] if lines]
    return [
        f"收到选票 {ballots} 张、{rows} 行 = {' + '.join([*parts, *repeated])}。",
        f"登记簿共 {len(book.entries)} 行，末行封印 {book.seal}；请与工作日志核对。",
        f"已写入 {folder.as_posix()}；{RATINGS} 是评价记录，放入数据文件夹的 ratings/ 即可导入。",
    ]
