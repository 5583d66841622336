"""Whether the ballots among the facts are those of the last check, and no code was revoked since.

The facts alone cannot tell: a voter whose code was issued anew is another respondent (see `code_register`). So every
row of a result bears its name in the column for batches, and the register, where it is on this machine, says which name
stands.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from pingyi.facts.store import has_store, opened
from pingyi.fieldwork.code_register import RESULT_NAME, Check, CodesRefused, Register, key_and_register, read_key
from pingyi.plan import Plan

UNCOMPARED = "评价记录里有核验过的选票，这台电脑上没有这个活动的验证码登记簿，没有核对它们是不是最后一次核验的结果"
MANY = 20
"""Serial numbers that a line names."""


def ballots_in_force(
    plan: Plan,
    facts: Mapping[str, pl.DataFrame],
    *,
    key: Path | None = None,
    register: Path | None = None,
    stale: bool = False,
) -> list[str]:
    """What to know of the ballots among the ratings; nothing where there are none and nobody checked any.

    key, register: where they are not in their usual places. stale: go on though a code was revoked after the last
    check, for those who have no ballots any more to check again; then that is said.
    Raises: CodesRefused where rows are of a result that does not stand, or a code was revoked after the last check.
    """
    if "ratings" not in facts:
        return []
    key, register = key_and_register(plan, key, register)
    rows = _rows_by_result(facts, every=register.exists())
    checked = rows.filter(pl.col("batch") != "")
    if not register.exists():
        return [UNCOMPARED] if checked.height else []
    if not checked.height and not key.exists():
        return []
    book, titles = Register.read(register, read_key(key)), plan.component_titles
    wrong = list(_results_not_standing(titles, book, checked))
    revoked = list(_results_with_revoked(titles, book, checked, stale=stale))
    if wrong or (revoked and not stale):
        raise CodesRefused("\n  ".join(["选票的评价记录不能用，没有计入任何一行：", *wrong, *revoked]))
    notices = (line for check in book.standing.values() for line in _notices_of_check(titles, check, rows))
    return [*revoked, *notices]


def _rows_by_result(facts: Mapping[str, pl.DataFrame], *, every: bool) -> pl.DataFrame:
    """Rows by component, channel, result (empty where they bear none) and file.

    every: those of a store too that say of no batch.
    """
    columns = ("method", "channel", "batch", "source")
    found = facts["ratings"].group_by(columns).agg(rows=pl.len()).cast({"rows": pl.Int64})
    found = found.with_columns(pl.col(one).cast(pl.String) for one in columns)
    if has_store(facts):
        with opened(facts) as connection:
            stored = f"select {', '.join(columns)}, count(*) as rows from stored"
            asked = f"{stored}{'' if every else ' where batch is not null'} group by all"
            found = pl.concat([found, connection.sql(asked).pl()])
    found = found.with_columns(pl.col(columns).fill_null(""))
    own = pl.when(pl.col("batch").str.contains(f"^{RESULT_NAME}$")).then("batch").otherwise(pl.lit(""))
    return found.with_columns(own.alias("batch")).group_by(columns).agg(pl.col("rows").sum()).sort(columns)


def _results_not_standing(titles: dict[str, str], book: Register, checked: pl.DataFrame) -> Iterator[str]:
    """Results among the facts that another one has taken the place of, or that the register does not know."""
    known = {one.result: one for one in book.checks}
    for row in checked.iter_rows(named=True):
        check, stands = known.get(row["batch"]), book.standing.get((row["method"], row["channel"]))
        where = f"{row['source']} 有指标“{titles.get(row['method'], row['method'])}”的 {row['rows']} 行"
        if check is None:
            yield f"{where}，批次 {row['batch']} 不在登记簿里：不是用这本登记簿核验的，或登记簿是旧的；请重新核验"
        elif stands is None or stands.result != row["batch"]:
            now = f"已被{stands}取代；请取出，换成那个文件夹里的 ratings.csv" if stands else "不是这项指标的；请取出"
            yield f"{where}，是{check}的结果，{now}"


def _results_with_revoked(
    titles: dict[str, str], book: Register, checked: pl.DataFrame, *, stale: bool
) -> Iterator[str]:
    """Results that stand and are counted, though they may hold ballots of codes revoked since.

    stale: that is known, and said in documents: without serial numbers.
    """
    counted = set(checked["batch"])
    for check in book.standing.values():
        serials = book.revoked_since(check) if check.result in counted else []
        title = titles.get(check.component, check.component)
        what = f"指标“{title}”：{check.brief}以后作废了 {len(serials)} 个验证码"
        if serials and stale:
            yield f"{what}，没有重新核验，里面可能有用它们投的票"
        elif serials:
            yield (
                f"{what}（序号 {'、'.join(map(str, serials[:MANY]))}），里面可能有用它们投的票；请用全部选票文件"
                "重新核验（pingyi codes check），结果相同的，数据不用换；选票文件确实没有了，加 --stale-ballots"
            )


def _notices_of_check(titles: dict[str, str], check: Check, rows: pl.DataFrame) -> Iterator[str]:
    """What does not fit a result that stands, and may be meant."""
    own = rows.filter(pl.col("method") == check.component, pl.col("channel") == check.channel)
    there, others = (own.filter(one)["rows"].sum() for one in (pl.col("batch") == check.result, pl.col("batch") == ""))
    title = titles.get(check.component, check.component)
    if not there and check.rows:
        yield f"指标“{title}”：{check.brief}的结果还没有放进数据文件夹"
    elif there != check.rows:
        yield f"指标“{title}”：{check.brief}写出 {check.rows} 行评价，数据里有 {there} 行；没有更正过的，请重新放一次"
    if others:
        yield f"指标“{title}”有 {others} 行评价不是核验选票得来的；同一批选票另外录入过的，请取出，以免算两次"
