"""What a check says of the ballots: a row for each, the reasons with their counts, and lines for the screen."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import time

import polars as pl

from pingyi.fieldwork.codes.batches import Batches
from pingyi.fieldwork.codes.register import BallotFile, Check, Register
from pingyi.fieldwork.codes.results import shown
from pingyi.fieldwork.codes.verdicts import OUTCOMES, REPEATED, Ballot

RATINGS, RECEIPT, SUMMARY = "ratings.csv", "选票核验.csv", "核验汇总.csv"

Outcomes = list[tuple[Ballot, str]]


def receipt(outcomes: Outcomes) -> pl.DataFrame:
    """One row for each ballot, by where it begins; neither code nor form is in it."""
    rows = [
        (*ballot.begins, ballot.number, len(ballot.marks), ballot.repeated, OUTCOMES[outcome])
        for ballot, outcome in outcomes
    ]
    heads = ["文件", "工作表", "首行", "选票编号", "行数", REPEATED, "结果"]
    kinds = [pl.String, pl.String, pl.Int64, pl.String, pl.Int64, pl.Int64, pl.String]
    frame = pl.DataFrame(rows, schema=dict(zip(heads, kinds, strict=True)), orient="row")
    return frame.sort("文件", "工作表", "首行", "选票编号")


def summary(outcomes: Outcomes, without: Sequence[BallotFile] = ()) -> pl.DataFrame:
    """Every reason with its ballots and rows; their sum is what came in. without: files that were left out."""
    *reasons, whole = _counts(outcomes)
    out = [(f"不计入的选票文件：{shown(one)}", 0, 0) for one in without]
    schema = {"结果": pl.String, "选票数": pl.Int64, "行数": pl.Int64}
    return pl.DataFrame([*reasons, *out, whole], schema=schema, orient="row")


def _counts(outcomes: Outcomes) -> list[tuple[str, int, int]]:
    ballots = Counter(outcome for _, outcome in outcomes)
    rows = Counter(outcome for ballot, outcome in outcomes for _ in ballot.marks)
    lines = [(words, ballots[outcome], rows[outcome]) for outcome, words in OUTCOMES.items()]
    lines += [(REPEATED, 0, sum(ballot.repeated for ballot, _ in outcomes))]
    return [*lines, ("收到合计", sum(line[1] for line in lines), sum(line[2] for line in lines))]


def told(outcomes: Outcomes, batches: Batches, book: Register, check: Check, before: Check | None) -> list[str]:
    """The lines of a finished check. before: the one of the same ballots that it takes the place of."""
    return [
        _sum(outcomes),
        *(f"  {shown(file)}：{one.rows} 行" for file, one in zip(check.files, batches.files, strict=True)),
        *(f"  {note}。" for note in batches.notes),
        *(f"  按要求不计入：{shown(one)}。" for one in check.without),
        *_day_alone(outcomes),
        *_in_place_of(check, before),
        f"登记簿共 {len(book.rows)} 行，末行封印 {book.seal}；请与工作日志核对，并记下新的。",
        f"已写入 {check.folder}；{RATINGS} 是评价记录，放入数据文件夹的 ratings/ 即可导入。",
        "结果定下以前请留着选票文件：再核验时，要连同新来的一起给出。",
    ]


def _sum(outcomes: Outcomes) -> str:
    *reasons, (_, ballots, rows) = _counts(outcomes)
    parts = [f"{words} {votes} 张（{lines} 行）" for words, votes, lines in reasons[:-1] if votes]
    repeated = [f"{REPEATED} {lines} 行" for _, _, lines in reasons[-1:] if lines]
    return f"收到选票 {ballots} 张、{rows} 行 = {' + '.join([*parts, *repeated])}。"


def _day_alone(outcomes: Outcomes) -> Iterator[str]:
    """That ballots without number and time of day cannot be told apart on one day."""
    many = sum(1 for ballot, _ in outcomes if not ballot.number and ballot.at.time() == time.min)
    if many:
        yield f"  {many} 张选票没有编号，投票时间只有日期：同一验证码同一天的各行当作一张；请让平台导出编号或时刻。"


def _in_place_of(check: Check, before: Check | None) -> Iterator[str]:
    if before is None:
        yield f"这是第 {check.number} 次核验。"
    elif before.result == check.result:
        yield f"这是第 {check.number} 次核验，评价记录与{before}的完全相同：数据文件夹里已经放了的，不用换。"
    else:
        yield (
            f"这是第 {check.number} 次核验，取代{before}：请把那次的 {RATINGS} 从数据文件夹里取出，换成这次的；"
            "那次的文件夹请删去（两次相比，看得出多了哪几张选票）。"
        )
