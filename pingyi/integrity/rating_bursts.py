"""More ratings of a unit within a short time than its own rhythm explains.

Within a day. Statistic: the ratings that fall into a window of 10, 30 or 120 minutes which begins with a rating. Null:
given how many the unit got on that day, their hours are spread like those of the method (no unit's day weighs more than
the day in the middle, or five ratings) or like those that other units got on the same day, whichever makes the window
likelier (binomial). This is
a scan statistic, conditional on the day: Naus (1965), JASA 60; Kulldorff (1997), Communications in Statistics 26. The
chance is multiplied by the number of windows and of units looked at (a union bound: exact or too careful).

Of a day. Statistic: the ratings of one day. Null: the unit's own number, spread over days like those of other units,
half of it evenly; days vary more than Poisson's law says by as much as they do for nine tenths of the units (negative
binomial).

Where clusters are the rule (lists of calls, meetings), `inflation` takes as usual what the unit in the middle shows.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from pingyi.integrity.detector import (
    Finding,
    Material,
    Row,
    Screening,
    describe_chance,
    describe_mean,
    merge_screenings,
)
from pingyi.integrity.significance import Floats, Ints, add_up, binomial_tail, inflation, negative_binomial_tail

WINDOWS = (10 * 60, 30 * 60, 120 * 60)
"""Seconds: a link passed round in a group chat, a call round, a meeting."""

WITHIN, ON_A_DAY = 5, 10
"""Ratings in a window, and on a day, that deserve a look, at least: fewer move no unit."""

TIMES_USUAL = 3
"""A conspicuous day has so many times the usual number, at least: a small excess of a large unit is no campaign."""

OTHERS, EVENLY = 20, 0.05
"""Ratings that the usual hours are worth beside the others' hours of the day; share of hours spread over the clock."""

DAY, BIN = 86_400, 1_800
"""Seconds of a day, and of a step of the profile of hours."""


@dataclass(frozen=True)
class Events:
    """Forms of one method in order of subject and time: codes of subjects, days from the first, seconds of the day."""

    frame: pl.DataFrame
    subject: Ints
    day: Ints
    second: Ints

    @property
    def days(self) -> int:
        """Days from the first to the last."""
        return int(self.day.max()) + 1

    @property
    def cell(self) -> Ints:
        """A number for each subject's day."""
        return self.subject * self.days + self.day


def find_bursts(material: Material) -> Screening:
    """Both scales, in each method: by unit, or by the method as a whole where a form rates many units."""
    return merge_screenings([_bursts_in(material, method) for method in material.methods_in("ratings")])


def _bursts_in(material: Material, method: str) -> Screening:
    papers = material.papers.filter(pl.col("method") == method, pl.col("rated_on").is_not_null())
    if not papers.height:
        return Screening()
    whole = bool((papers["units"] > 1).any())
    events = _events_of(papers.with_columns(subject="method" if whole else "unit"))
    timed = float((events.second == 0).mean()) < 0.5
    scales = ([_bursts_within_days] if timed else []) + ([] if whole else [_busy_days])
    found = _tell_once([row for scale in scales for row in scale(events, len(scales), material.threshold)])
    findings = tuple(_burst_finding(material, method, whole, row) for row in found)
    return Screening(findings, int(events.subject.max()) + 1)


def _tell_once(found: list[Row]) -> list[Row]:
    """Findings without the days of which a window with half of their ratings tells already."""
    windows = [row for row in found if "minutes" in row]
    days = [row for row in found if "minutes" not in row]
    inside = [set(row["rows"]["place"]) for row in windows]
    return windows + [
        row for row in days if all(2 * len(one & set(row["rows"]["place"])) < row["rows"].height for one in inside)
    ]


def _events_of(papers: pl.DataFrame) -> Events:
    frame = papers.sort("subject", "rated_on", "place")
    seconds = frame["rated_on"].dt.epoch("s").to_numpy().astype(np.int64)
    days = seconds // DAY
    codes = frame["subject"].rle_id().to_numpy().astype(np.int64)
    return Events(frame, codes, days - days.min(), seconds % DAY)


def _bursts_within_days(events: Events, scales: int, threshold: float) -> list[Row]:
    """The window of each subject's day that is least likely, where it is a finding."""
    line, size = events.cell * DAY + events.second, len(events.cell)
    counts = np.bincount(events.cell)[events.cell]
    best, width, length, expected = np.ones(size), np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size)
    for window in WINDOWS:
        end = np.minimum(events.second + window, DAY)
        inside = np.searchsorted(line, events.cell * DAY + end, "left") - np.arange(size)
        asked = np.flatnonzero(inside >= WITHIN)
        share = _window_shares(events, inside, counts, end, asked)
        p = binomial_tail(inside[asked] - 1, counts[asked] - 1, share)
        less = p < best[asked]
        better = asked[less]
        expected[better], best[better] = (counts[asked] * share)[less], p[less]
        width[better], length[better] = inside[better], window
    looked = np.bincount(events.subject)[events.subject] * len(WINDOWS)
    chances = np.minimum(1, best * looked)
    firsts = _least_likely(chances, events.cell)
    kept = _correct_for_clusters(chances[firsts], events.subject[firsts], scales)
    return [
        {
            "rows": events.frame[int(at) : int(at + width[at])],
            "expected": float(expected[at]),
            "p": p,
            "minutes": int(length[at]) // 60,
        }
        for at, p in zip(firsts, kept, strict=True)
        if p < threshold
    ]


def _window_shares(events: Events, inside: Ints, counts: Ints, end: Ints, asked: Ints) -> Floats:
    """How likely a rating of the day falls into each window, by the usual hours or by the others' of that day."""
    second, day, last = events.second[asked], events.day[asked], end[asked]
    edges, hours = _usual_hours(events.second, counts)
    usual = np.interp(last, edges, hours) - np.interp(second, edges, hours)
    everybody = np.sort(events.day * DAY + events.second)
    within = np.searchsorted(everybody, day * DAY + last, "left") - np.searchsorted(
        everybody, day * DAY + second, "left"
    )
    others = np.bincount(events.day)[day] - counts[asked]
    mixed = (within - inside[asked] + OTHERS * usual) / (others + OTHERS)
    share: Floats = np.maximum(usual, mixed)
    return share


def _usual_hours(second: Ints, counts: Ints) -> tuple[Ints, Floats]:
    """The usual hours: seconds of the day and the share of ratings before them, smoothed over three steps."""
    weights = np.minimum(1, max(WITHIN, float(np.median(counts))) / counts)
    bins = np.convolve(np.bincount(second // BIN, weights, DAY // BIN), np.ones(3) / 3, "same")
    steps = bins / bins.sum() * (1 - EVENLY) + EVENLY / len(bins)
    return np.arange(len(bins) + 1) * BIN, np.concatenate([[0.0], np.cumsum(steps)])


def _least_likely(chances: Floats, group: Ints) -> Ints:
    """The position of the least chance of each group; of equal ones the first."""
    order = np.lexsort((chances, group))
    firsts = order[np.flatnonzero(np.diff(group[order], prepend=-1))]
    return firsts.astype(np.int64)


def _correct_for_clusters(chances: Floats, subject: Ints, scales: int) -> Floats:
    """Chances of days corrected for how clustered the subject in the middle is, and for all subjects and scales."""
    lowest = np.ones(int(subject.max()) + 1)
    np.minimum.at(lowest, subject, chances)
    kept: Floats = np.minimum(1, chances ** (1 / inflation(lowest)) * len(lowest) * scales)
    return kept


def _busy_days(events: Events, scales: int, threshold: float) -> list[Row]:
    """The days on which a subject got far more than its own number and the others' days explain."""
    subjects = int(events.subject.max()) + 1
    if events.days < 2:
        return []
    given = add_up(1, (events.subject, events.day), (subjects, events.days))
    mean = _expected_by_day(given)
    p = negative_binomial_tail(given, mean, _overdispersion(given, mean))
    looked = np.minimum(1, p * (given > 0).sum(axis=1, keepdims=True))
    asked = (given >= ON_A_DAY) & (given >= TIMES_USUAL * mean)
    lines, days = np.nonzero(np.where(asked, looked, 1) < 1)
    kept = looked[lines, days] ** (1 / inflation(np.where(asked, looked, 1).min(axis=1))) * subjects * scales
    return [
        {
            "rows": events.frame.filter((events.subject == line) & (events.day == day)),
            "expected": mean[line, day],
            "p": p,
        }
        for line, day, p in zip(lines, days, kept.tolist(), strict=True)
        if p < threshold
    ]


def _expected_by_day(given: Floats) -> Floats:
    """What each subject's other days lead to expect: half like the others' days, half evenly over the days."""
    total, everybody = given.sum(axis=1, keepdims=True), given.sum(axis=0, keepdims=True)
    others = (everybody - given) / np.maximum(given.sum() - total, 1)
    part = 0.5 * others + 0.5 / given.shape[1]
    mean: Floats = (total - given) * part / (1 - np.minimum(part, 0.9))
    least: Floats = np.maximum(mean, part)
    return least


def _overdispersion(given: Floats, mean: Floats) -> float:
    """By how much days vary beyond Poisson's law: the moment estimate, without the tenth of subjects that vary most."""
    extra, squares = ((given - mean) ** 2 - mean).sum(axis=1), (mean**2).sum(axis=1)
    kept = np.argsort(extra / squares, kind="stable")[: len(extra) - max(1, len(extra) // 10)]
    return max(0.0, float(extra[kept].sum() / squares[kept].sum())) if len(kept) else 0.0


def _burst_finding(material: Material, method: str, whole: bool, row: Row) -> Finding:
    rows: pl.DataFrame = row["rows"]
    subject = rows["subject"][0]
    who = "" if whole else f"，{material.name_of(subject)}"
    sentence = (
        f"{material.title_of(method)}{who}在{_describe_span(rows, row.get('minutes'))} 收到 {rows.height} 份评价，"
        f"照平常的节奏约有 {describe_mean(row['expected'])} 份，可能性{describe_chance(row['p'])}。请核对是否有人组织。"
    )
    unit, kind = (None, "method") if whole else (subject, "unit")
    places = material.form_rows(method, rows)
    return Finding("bursts", method, kind, subject, unit, rows.height, row["p"], material.threshold, sentence, places)


def _describe_span(rows: pl.DataFrame, minutes: int | None) -> str:
    """When it was: a day, or a stretch of one."""
    moments: list[datetime] = rows["rated_on"].to_list()
    first, last = moments[0], max(moments)
    day = f" {first.month}月{first.day}日"
    if minutes is None:
        return f"{day}一天内"
    until = max(last, first + timedelta(minutes=1))
    return f"{day} {first:%H:%M} 至 {until:%H:%M}"
