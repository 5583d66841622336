"""A step of the scoring as a notebook shows it: its SQL folded, what it reads, what it made, what it must satisfy."""

import difflib
import html
import re
from dataclasses import dataclass

import polars as pl

from pingyi.desk.display import Bundle, readable_table
from pingyi.desk.step_words import table_title
from pingyi.figures.theme import BAD, GOOD, SOFT

TRIAL = "试算"
"""The word on whatever does not follow from the plan and the package alone."""

ROWS = 6
"""Rows of a step's table that are shown."""

TIMES = ((10, "不到 10 秒"), (60, "不到 1 分钟"))
"""Seconds, and how they are said: in words, so that a stored notebook reads the same on another machine."""

PARAGRAPH = f'<p style="margin:4px 0;font-size:13px;color:{SOFT}">'


@dataclass(frozen=True)
class ShownTable:
    """A table to show: texts under their heads, which of them are numbers, and how many rows there are in all."""

    id: str
    texts: pl.DataFrame
    numeric: list[str]
    height: int

    @property
    def html(self) -> str:
        """The first rows; a sentence where there are none."""
        if not self.texts.width or not self.height:
            return f"{PARAGRAPH}没有行：方案或资料没有这样的内容。</p>"
        made = readable_table(self.texts, id=self.id, numeric=self.numeric, rows=self.texts.height)
        more = f"共 {self.height:,} 行，这里是前 {self.texts.height} 行。" if self.height > self.texts.height else ""
        return str(made.as_raw_html()) + (f"{PARAGRAPH}{more}</p>" if more else "")


def show_step(
    title: str, row: str, text: str, made: ShownTable, *, reads: list[str], checks: list[tuple[str, int]], time: str
) -> str:
    """A step as HTML. text: its SQL. reads: tables that it reads. checks: sentences, and rows that speak against each.

    time: how long it took, in words; empty where that is not known.
    """
    facts = [f"读：{'、'.join(reads)}" if reads else "", f"得到 {made.height:,} 行", f"用时{time}" if time else ""]
    parts = [
        f"<h4 style='margin:6px 0'>{html.escape(title)}</h4>{PARAGRAPH}{html.escape(row)}</p>",
        fold_sql(text),
        f"{PARAGRAPH}{'；'.join(one for one in facts if one)}。</p>",
        made.html,
        *(_show_check(*one) for one in checks),
    ]
    return "".join(parts)


def _show_check(sentence: str, found: int) -> str:
    colour, mark = (GOOD, "✓ 成立") if not found else (BAD, f"✗ 不成立（{found:,} 行）")
    return f'{PARAGRAPH}核对：{html.escape(sentence)}　<span style="color:{colour}">{mark}</span></p>'


def fold_sql(text: str) -> str:
    """A statement, highlighted and folded."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import SqlLexer

    lines = len(text.strip().splitlines())
    drawn = highlight(text, SqlLexer(), HtmlFormatter(noclasses=True, style="default"))
    return f"<details><summary>看这一步的 SQL（{lines} 行）</summary>{drawn}</details>"


def show_change(before: str, after: str) -> str:
    """What was changed in a statement, line by line."""
    lines = difflib.unified_diff(before.strip().splitlines(), after.strip().splitlines(), lineterm="", n=1)
    kept = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
    colours = {"-": BAD, "+": GOOD}
    drawn = [f'<span style="color:{colours.get(line[:1], SOFT)}">{html.escape(line)}</span>' for line in kept]
    return "<pre style='line-height:1.4'>" + "\n".join(drawn) + "</pre>" if drawn else ""


def mark_trial(body: str) -> str:
    """HTML that says that it shows a trial."""
    head = f"{TRIAL}：改动只在这里算，不是结果，不能公布"
    return f'<div style="border-left:4px solid {BAD};padding-left:10px"><b style="color:{BAD}">{head}</b>{body}</div>'


def html_bundle(body: str, plain: str) -> Bundle:
    """HTML with what stands for it where there is none."""
    return Bundle({"text/html": body, "text/plain": plain})


def words_of_time(seconds: float | None) -> str:
    """How long something took, in words; empty where that is not known."""
    if seconds is None:
        return ""
    return next((said for limit, said in TIMES if seconds < limit), f"约 {round(seconds / 60)} 分钟")


def tables_read(text: str, known: set[str]) -> list[str]:
    """Names of the tables that a statement reads, in its order; those that it makes on its way are left out."""
    plain = re.sub(r"--.*", "", text)
    own = set(re.findall(r"(\w+) as (?:materialized )?\(", plain))
    found = re.findall(r"\b(?:from|join)\s+(\w+)", plain)
    return [one for one in dict.fromkeys(found) if one in known - own]


def titles_of(tables: list[str]) -> list[str]:
    """What people call these tables, each once; those without a name are left out."""
    return [one for one in dict.fromkeys(table_title(name) for name in tables) if one]
