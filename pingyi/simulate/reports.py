"""How units report on the problems that they have to rectify: once a month, but for a few silent months."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from pingyi.simulate.world import Schema, World

REPORTED = 0.82
"""Share of months for which a unit reports."""

DONE, REFUSES = "已整改到位，请予核实。", "认为不属本单位职责，未作整改。"
WORDS = [
    "已列入台账，明确了责任人和完成时限。",
    "开会作了专题研究，制定了整改措施。",
    "正在修订有关制度，征求各方意见。",
    "已完成大部分，剩余事项正在协调。",
    "组织了培训和自查，现场还在改进。",
]
"""What the first report says, the second …; the last one goes on."""

COLUMNS: Schema = {"problem": pl.String, "reported_on": pl.Date, "text": pl.String, "document": pl.String}


def progress(world: World, problems: pl.DataFrame, last: date) -> pl.DataFrame:
    """Reports on each problem until it is put right, or until the last day."""
    rng = world.apart("progress")
    rows = [
        {"problem": problem, "reported_on": day, "text": text, "document": "模拟整改报告"}
        for problem, state, found, rectified in problems.select("problem", "state", "found_on", "rectified_on").rows()
        for day, text in _reports(rng, state, found, rectified, last)
    ]
    return pl.DataFrame(rows, schema=COLUMNS).sort("reported_on", "problem", maintain_order=True)


def _reports(
    rng: np.random.Generator, state: str, found: date, rectified: date | None, last: date
) -> list[tuple[date, str]]:
    """Day and words of each report on one problem."""
    end = rectified or last
    days = [first + timedelta(days=int(rng.integers(19, 27))) for first in _firsts(found, end)]
    kept = [day for day in days if found < day < end and rng.random() < REPORTED]
    words = [REFUSES] * len(kept) if state == "refused" else WORDS + WORDS[-1:] * len(kept)
    return [*zip(kept, words, strict=False), *([(end, DONE)] if rectified else [])]


def _firsts(start: date, end: date) -> list[date]:
    """The first day of every month from one day to another."""
    months = range(start.year * 12 + start.month - 1, end.year * 12 + end.month)
    return [date(month // 12, month % 12 + 1, 1) for month in months]
