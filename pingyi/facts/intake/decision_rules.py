"""What is asked of decided lists: one decision a list, on a day of the campaign, with a reason for each difference."""

import polars as pl

from pingyi.facts.as_of_date import first_day, last_day
from pingyi.facts.intake.rule import Row, Rule, Said, Wrong
from pingyi.facts.intake.setting import Setting
from pingyi.facts.intake.sheet import ROW, SHEET
from pingyi.facts.intake.whole import Whole
from pingyi.plan import Plan


def days_of(plan: Plan) -> str:
    """The days on which something of the campaign may be decided, as a message says them."""
    said = "方案安排的第一天到最后一天；决定晚于方案日程的，先把日期写进方案的 calendar 或名单的 decided.due"
    return f"应在 {first_day(plan)} 到 {last_day(plan)} 之间（{said}）"


def _within_the_campaign(setting: Setting, table: str, row: Row) -> Said:
    day = row["decided_on"]
    if day is not None and not first_day(setting.plan) <= day <= last_day(setting.plan):
        yield Wrong("decided_on", days_of(setting.plan))


def _proposed_or_decided(setting: Setting, table: str, row: Row) -> Said:
    if row["proposed"] is False and row["decided"] is False:
        yield Wrong("decided", "提出列入和决定列入至少有一个是“是”；两个都不是的单位不用写")


def _differs_with_a_reason(setting: Setting, table: str, row: Row) -> Said:
    proposed, decided = row["proposed"], row["decided"]
    if None not in (proposed, decided) and proposed != decided and not row["why"]:
        yield Wrong("why", f"决定与提出不同（{'调出' if proposed else '调入'}），要写明理由")


DECISIONS = [
    Rule(_within_the_campaign, ("decided_on",)),
    Rule(_proposed_or_decided, ("proposed", "decided")),
    Rule(_differs_with_a_reason, ("proposed", "decided"), filled=("why",)),
]

SAME = ("decided_on", "decided_by", "document")
"""What a decision says once for all its rows."""


def one_decision_a_list(decisions: Whole) -> None:
    """Note every row that says something else of its list's decision than the list's first row does."""
    firsts: dict[str, dict[str, object]] = {}
    for row in decisions.frame.filter(pl.col("list").is_not_null()).iter_rows(named=True):
        first = firsts.setdefault(row["list"], row)
        for name in SAME:
            if None not in (row[name], first[name]) and row[name] != first[name]:
                wanted = f"与第 {first[ROW]} 行不同（{first[name]}）；一份名单只有一个决定"
                decisions.notepad(row[SHEET]).cell(row[ROW], name, str(row[name]), wanted)
