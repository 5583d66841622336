"""Returned ballots → ratings for the plan to count, and a receipt for every ballot and every row.

    check_ballots(plan, "ballot", [Path("选票")], units=facts.tables["units"], folder=Path("核验"), at=datetime.now())

All files of ballots are judged together: one result, however the rows were cut into files and in whatever order they
come. A check goes into the register with the files that it read, so that a later one cannot forget them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path

import polars as pl

from pingyi.common.codebook import codebook
from pingyi.common.files import new_folder, refuse_taken
from pingyi.common.spreadsheet_safe import write_csv
from pingyi.facts.keys import keyed, pseudonym
from pingyi.fieldwork.ballot_codes import ballot_component
from pingyi.fieldwork.ballot_verdicts import HANDED_ON, OUTCOMES, REPEATED, Judge, Outcomes, ballots_of
from pingyi.fieldwork.code_register import (
    FORM,
    REGISTER,
    RESPONDENT,
    BallotFile,
    Check,
    CodesRefused,
    Register,
    hold_register,
    key_and_register,
    read_key,
)
from pingyi.fieldwork.returned_ballots import Batches, read_ballots
from pingyi.plan import Plan
from pingyi.plan.ratings import Ratings

RATINGS, RECEIPT, SUMMARY = "ratings.csv", "选票核验.csv", "核验汇总.csv"

GIVE_ALL = (
    "  一次核验要给出到现在为止的全部选票文件，分几个都行：重复的行只计一次，后来导出的已经包含它，也一起给出；",
    "  要原来导出的那一份，打开存过盘的，校验码会变。",
    "  确实不再计入的，写明 --without 文件名或校验码，会写进核验汇总。",
)
"""What to do where files of the check before were not given."""


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

    ballots: every CSV or XLSX that came so far (see `returned_ballots`), or folders of them. units: the roster. at: the
    moment of the check. channel: of the ballots, where the component has several. without: names or marks of files of
    the check before that are left out on purpose.
    In the folder: ratings.csv, a fact file of accepted ballots; each ballot with its reason; the reasons with counts.
    Ballots with wrong picks are reported and handed on: the plan's own rule judges them.
    Raises: CodesRefused, also where a file of the check before is missing; BallotFaults, PlaceTaken.
    """
    refuse_taken(folder)
    component, rules = ballot_component(plan, component_id)
    channel = _channel_of_ballots(rules, channel)
    key, register = key_and_register(plan, key, register)
    with hold_register(register):
        book = Register.read(register, read_key(key))
        if not book.entries:
            raise CodesRefused(f"登记簿 {register.as_posix()} 里没有一个验证码")
        batches = read_ballots(ballots, rules, units)
        files = tuple(BallotFile(one.name, book.file_mark(one.sha256)) for one in batches.files)
        before = book.standing.get((component.id, channel))
        out = _files_left_out(before, files, without)
        windows = [(cycle.start, cycle.end) for cycle in plan.cycles[component.per]]
        outcomes = _judge_ballots(batches, rules, windows, book)
        ratings = _ratings_frame(outcomes, component.id, book, channel)
        result = book.result_name(component.id, channel, ratings)
        number, place = len(book.checks) + 1, folder.resolve().as_posix()
        check = Check(number, result, component.id, channel, at, place, ratings.height, files, out)
        with new_folder(folder) as part:
            write_csv(_fact_file(ratings, check.result), part / RATINGS, datetime_format="%Y-%m-%d")
            write_csv(_receipt_frame(outcomes), part / RECEIPT)
            write_csv(_summary_frame(outcomes, check.without), part / SUMMARY)
            book.append([check])  # whatever breaks, no folder is there that the register does not know
    return _describe_check(outcomes, batches, book, check, before)


def _channel_of_ballots(rules: Ratings, channel: str | None) -> str:
    """The channel of the ballots, empty where there are none. Raises: CodesRefused for none of the component's."""
    known = [one.id for one in rules.channels]
    if channel is None and len(known) <= 1:
        return known[0] if known else ""
    if channel is not None and channel in known:
        return channel
    raise CodesRefused(f"渠道应为 {'、'.join(known)} 之一" if known else "该指标不分渠道")


def _files_left_out(
    previous: Check | None, given: Iterable[BallotFile], without: Sequence[str]
) -> tuple[BallotFile, ...]:
    """Files of earlier checks that are left out on purpose, this time or before.

    given: the files of this check. without: names or marks of files that the user wants left out.
    Raises: CodesRefused where an earlier file is missing that nobody said to leave out, or one is named for nothing.
    """
    marks = {one.mark for one in given}
    missing = [one for one in previous.files if one.mark not in marks] if previous else []
    stray = [word for word in without if not any(word in one for one in missing)]
    if stray:
        there = "、".join(map(str, missing)) or "前一次核验读过的文件这次都给了，没有要排除的"
        raise CodesRefused(f"--without 写的 {'、'.join(stray)} 不是漏给的选票文件；漏给的有：{there}")
    unsaid = [one for one in missing if not set(one) & set(without)]
    if unsaid:
        said = f"{previous}读过的 {len(unsaid)} 个选票文件这次没有给，没有核验任何一张选票："
        raise CodesRefused("\n".join([said, *(f"  {one}" for one in unsaid), *GIVE_ALL]))
    before = [one for one in previous.without if one.mark not in marks] if previous else []
    return (*before, *missing)


def _judge_ballots(batches: Batches, rules: Ratings, windows: Sequence[tuple[date, date]], book: Register) -> Outcomes:
    """Every ballot of all files with what becomes of it."""
    latest = book.latest
    judge = Judge(lambda code: latest.get(keyed(book.key, REGISTER, code)), windows, rules.form, rules.each)
    return judge.outcomes(ballots_of(batches.marks))


def _ratings_frame(outcomes: Outcomes, component: str, book: Register, channel: str) -> pl.DataFrame:
    """Rows of the fact table, sorted by forms, whose ids say nothing of the order in which ballots or codes came.

    They have the day alone: by the minute somebody who saw a voter vote would find the ballot. Form and respondent
    cannot be joined to the register.
    """
    latest, rows = book.latest, list[dict[str, object]]()
    for ballot in (ballot for ballot, outcome in outcomes if outcome in HANDED_ON):
        of_ballot = {
            "form": pseudonym(book.key, FORM, ballot.code, ballot.number, ballot.at.isoformat()),
            "respondent": pseudonym(book.key, RESPONDENT, ballot.code),
            "method": component,
            "rated_on": datetime.combine(ballot.at, time.min),
            "group": latest[keyed(book.key, REGISTER, ballot.code)].group or None,
            "channel": channel or None,
        }
        rows += [{**of_ballot, "unit": one.unit, "level": one.level, "item": one.item or None} for one in ballot.marks]
    columns = codebook().facts["ratings"].columns
    schema = {column.name: pl.Datetime("us") if column.kind == "moment" else pl.String for column in columns}
    return pl.DataFrame(rows, schema=schema).sort("form", "unit", "item")


def _fact_file(rows: pl.DataFrame, result: str) -> pl.DataFrame:
    """The rows under the heads of the codebook, each with the name of the result; without columns that hold nothing."""
    marked = rows.with_columns(batch=pl.lit(result, pl.String))
    columns = codebook().facts["ratings"].columns
    used = [column for column in columns if rows.is_empty() or marked[column.name].null_count() < rows.height]
    return marked.select(pl.col(column.name).alias(column.head) for column in used)


def _receipt_frame(outcomes: Outcomes) -> pl.DataFrame:
    """One row for each ballot, by where it begins; neither code nor form is in it."""
    rows = [
        (*ballot.begins, ballot.number, len(ballot.marks), ballot.repeated, OUTCOMES[outcome])
        for ballot, outcome in outcomes
    ]
    heads = ["文件", "工作表", "首行", "选票编号", "行数", REPEATED, "结果"]
    kinds = [pl.String, pl.String, pl.Int64, pl.String, pl.Int64, pl.Int64, pl.String]
    frame = pl.DataFrame(rows, schema=dict(zip(heads, kinds, strict=True)), orient="row")
    return frame.sort("文件", "工作表", "首行", "选票编号")


def _summary_frame(outcomes: Outcomes, without: Sequence[BallotFile]) -> pl.DataFrame:
    """Every reason with its ballots and rows; their sum is what came in. without: files that were left out."""
    *reasons, whole = _count_outcomes(outcomes)
    out = [(f"不计入的选票文件：{one}", 0, 0) for one in without]
    schema = {"结果": pl.String, "选票数": pl.Int64, "行数": pl.Int64}
    return pl.DataFrame([*reasons, *out, whole], schema=schema, orient="row")


def _count_outcomes(outcomes: Outcomes) -> list[tuple[str, int, int]]:
    """Ballots and rows of every reason, then the rows that stood there again, then the sum."""
    ballots = Counter(outcome for _, outcome in outcomes)
    rows = Counter(outcome for ballot, outcome in outcomes for _ in ballot.marks)
    lines = [(words, ballots[outcome], rows[outcome]) for outcome, words in OUTCOMES.items()]
    lines += [(REPEATED, 0, sum(ballot.repeated for ballot, _ in outcomes))]
    return [*lines, ("收到合计", sum(line[1] for line in lines), sum(line[2] for line in lines))]


def _describe_check(
    outcomes: Outcomes, batches: Batches, book: Register, check: Check, before: Check | None
) -> list[str]:
    """The lines of a finished check. before: the one of the same ballots that it takes the place of."""
    return [
        _describe_sum(outcomes),
        *(f"  {file}：{one.rows} 行" for file, one in zip(check.files, batches.files, strict=True)),
        *(f"  {note}。" for note in batches.notes),
        *(f"  按要求不计入：{one}。" for one in check.without),
        *_warn_of_days_alone(outcomes),
        _describe_place(check, before),
        f"登记簿共 {len(book.rows)} 行，末行封印 {book.seal}；请与工作日志核对，并记下新的。",
        f"已写入 {check.folder}；{RATINGS} 是评价记录，放入数据文件夹的 ratings/ 即可导入。",
        "结果定下以前请留着选票文件：再核验时，要连同新来的一起给出。",
    ]


def _describe_sum(outcomes: Outcomes) -> str:
    *reasons, (_, _, again), (_, ballots, rows) = _count_outcomes(outcomes)
    parts = [f"{words} {votes} 张（{lines} 行）" for words, votes, lines in reasons if votes]
    repeated = [f"{REPEATED} {again} 行"] if again else []
    return f"收到选票 {ballots} 张、{rows} 行 = {' + '.join([*parts, *repeated])}。"


def _warn_of_days_alone(outcomes: Outcomes) -> Iterator[str]:
    """That ballots without number and time of day cannot be told apart on one day."""
    many = sum(1 for ballot, _ in outcomes if not ballot.number and ballot.at.time() == time.min)
    if many:
        yield f"  {many} 张选票没有编号，投票时间只有日期：同一验证码同一天的各行当作一张；请让平台导出编号或时刻。"


def _describe_place(check: Check, before: Check | None) -> str:
    this = f"这是第 {check.number} 次核验"
    if before is None:
        return f"{this}。"
    if before.result == check.result:
        return f"{this}，评价记录与{before}的完全相同：数据文件夹里已经放了的，不用换。"
    return (
        f"{this}，取代{before}：请把那次的 {RATINGS} 从数据文件夹里取出，换成这次的；"
        "那次的文件夹请删去（两次相比，看得出多了哪几张选票）。"
    )
