"""What a notice of results says of single units: lists, consequences, and what is to be put right by when.

Nothing of this may stand in a notice of a campaign whose results are not published.
"""

import polars as pl

from pingyi.common import wording
from pingyi.office.issue import BLANK_DAY, chinese
from pingyi.plan import ListRule
from pingyi.report import table as cells
from pingyi.report.book import Book, full_below
from pingyi.report.table import Table

NAMES = 40
"""Units that a sentence names; more are counted."""
OUTCOMES, PROBLEMS = "结果运用明细", "没有整改到位的问题"
"""Titles of the annexes that the text refers to."""
MEND = "整改"
"""What the name of a consequence says that asks for something to be put right."""


def candidates(book: Book) -> list[str]:
    """Who was exempt, and how many were on shortlists."""
    entered = "；".join(_entered(book, rule) for rule in book.plan.shortlists)
    return [*_exempt(book), *([f"入围候选名单的单位：{entered}。"] if entered else [])]


def _exempt(book: Book) -> list[str]:
    units = book.frame("roster").filter(pl.col("absent") == "exempt")["unit"].to_list()
    return [f"免评单位{len(units)}个：{named(book, units)}。"] if units else []


def named(book: Book, units: list[str]) -> str:
    """The units by name, in the order given."""
    return wording.joined((book.names.get(unit, unit) for unit in units), NAMES)


def _entered(book: Book, rule: ListRule) -> str:
    entries = book.entries(rule)
    direct = entries.filter("direct").height
    return f"{book.titled(rule)}{entries.height}个" + (f"，其中因往年名单直接列入{direct}个" if direct else "")


def listed(book: Book, rule: ListRule) -> tuple[str, list[Table]]:
    """A final list: how many, in which order; and its table."""
    frame = book.entries(rule).with_columns(name=_plain_name(book))
    if not frame.height:
        return "没有单位列入。", []
    columns = [
        cells.count("place", "名次" if rule.good else "从低起"),
        cells.text("name", "单位", wide=True),
        *book.organ_columns,
        *([cells.text("group", "组别", book.groups)] if frame["group"].fill_null("").n_unique() > 1 else []),
        cells.marks("total", "总分（分）", full_below(book.ranked(rule.by))),
        *([cells.yes("direct", "直接列入")] if frame["direct"].any() else []),
    ]
    order = "从高到低" if rule.good else "从低到高"
    said = f"，按总分{order}排列" if frame.height > 1 else ""
    return f"列入{frame.height}个{said}。", [cells.table(f"list-{rule.id}", "", frame, columns)]


def _plain_name(book: Book) -> pl.Expr:
    """The name of a unit; the one that tells it from others of that name, where its organ has no column."""
    return pl.col("name") if book.organs_tell else pl.col("unit").replace_strict(book.names, default=pl.col("name"))


def consequences(book: Book) -> list[str]:
    """What follows from the lists, effect by effect, and for whom."""
    frame = book.frame("outcomes")
    told = [(effect, frame.filter(pl.col("effect") == effect)) for effect in book.plan.effects]
    found = [_effect(book, effect, rows) for effect, rows in told if rows.height]
    return [f"{place}．{said}" for place, said in enumerate(found, 1)]


def _effect(book: Book, effect: str, rows: pl.DataFrame) -> str:
    lists = [title for id, title in book.stated.items() if id in rows["list"].to_list()]
    kinds = [word for kind, word in wording.SUBJECTS.items() if kind in rows["subject_kind"].to_list()]
    summed = f"，合计见附件“{OUTCOMES}”" if rows["amount"].is_not_null().any() else ""
    return (
        f"{_name(book, effect)}（{_clauses(rows)}）：因列入{'、'.join(lists)}，"
        f"对象为{'、'.join(kinds)}，共{rows.height}条{summed}。"
    )


def _name(book: Book, effect: str) -> str:
    return book.plan.effects[effect].name or effect


def _clauses(rows: pl.DataFrame) -> str:
    return "、".join(rows["clause"].drop_nulls().unique(maintain_order=True).to_list())


def rectified(book: Book) -> list[str]:
    """What must be put right and by when: by lists, by re-evaluation, and problems that are still open."""
    return [*_by_lists(book), *_rechecks(book), *_problems(book)]


def _by_lists(book: Book) -> list[str]:
    """Consequences that ask for rectification or last until a day, told once for the same units."""
    frame = book.frame("outcomes").with_columns(pl.col("until").fill_null(""))
    timed = frame.filter((pl.col("until") != "") | pl.col("effect_name").str.contains(MEND))
    told: dict[tuple[str, ...], list[str]] = {}
    for effect in book.plan.effects:
        rows = timed.filter(pl.col("effect") == effect).sort("place", "unit")
        if rows.height:
            told.setdefault(tuple(rows["unit"].unique(maintain_order=True)), []).append(_due(book, effect, rows))
    return [f"{named(book, [*units])}：{'；'.join(said)}。" for units, said in told.items()]


def _due(book: Book, effect: str, rows: pl.DataFrame) -> str:
    """What is asked for, and until when; where the plan has no day the office fills it in."""
    ends = "、".join(end for end in rows["until"].unique(maintain_order=True).to_list() if end)
    until = f"至{ends}" if ends else f"时限为{BLANK_DAY}前"
    return f"{_name(book, effect)}（{_clauses(rows)}），{until}"


def _rechecks(book: Book) -> list[str]:
    """How far the re-evaluation of earlier lists is, rule by rule."""
    frame = book.frame("recheck_states") if book.knows("recheck_states") else pl.DataFrame()
    return [_recheck(book, rows) for _, rows in frame.group_by("recheck", maintain_order=True)] if frame.height else []


def _recheck(book: Book, rows: pl.DataFrame) -> str:
    first = rows.row(0, named=True)
    counts = dict(rows.group_by("state").len().rows())
    told = "、".join(f"{word}{counts[state]}个" for state, word in wording.RECHECKS.items() if state in counts)
    left = rows.filter(~pl.col("state").is_in(["passed", "passed_late"]))["unit"].to_list()
    rest = f"还没有合格的是{named(book, left)}。" if left else ""
    who = f"{first['year']}年度{book.lists.get(first['list'], first['list'])}{rows.height}个"
    return f"{first['recheck_name']}（{first['clause']}）：{who}，应于{chinese(first['due'])}前完成，{told}。{rest}"


OPEN = ("open", "overdue", "refused")
"""States of problems that are not put right yet."""


def open_problems(book: Book) -> pl.DataFrame:
    """Problems that are not put right yet, by the day they are due."""
    if not book.knows("problem_states"):
        return pl.DataFrame()
    every = book.frame("problem_states")
    return every.filter(pl.col("status").is_in(OPEN)).sort("due", "problem", nulls_last=True)


def _problems(book: Book) -> list[str]:
    left = open_problems(book)
    if not left.height:
        return []
    every = book.frame("problem_states").height
    counts = dict(left.group_by("status").len().rows())
    told = "、".join(f"{word}{counts[state]}个" for state, word in wording.PROBLEMS.items() if state in counts)
    return [
        f"交办的问题{every}个，已整改{every - left.height}个，还有{left.height}个没有整改到位（{told}），"
        f"明细和期限见附件“{PROBLEMS}”，由有关单位抓紧整改并反馈。"
    ]
