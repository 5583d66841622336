"""What a detector proposes for a look by people: never a verdict, and nothing is deleted.

A finding says what was seen, how unlikely it is where nothing is wrong, and which rows of which files it came from.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

CAMPAIGN = 0.05
"""The chance that a campaign in which nothing is wrong gets any finding at all.

It is dealt out evenly to all questions that detectors ask of it (Bonferroni); see `Material.threshold`. With one in a
hundred the trial missed an eighth of what was planted into channels.
"""

QUESTIONS = {
    "ratings": {"repeats": 4, "bursts": 1, "runs": 2, "straight": 2, "hands": 2, "channels": 1, "slates": 1},
    "counts": {"channels": 1, "digits": 1},
    "marks": {"digits": 1, "spread": 1},
    "measures": {"digits": 1},
}
"""Questions that a detector asks at most of each method in a table; the answer to each is corrected for all subjects.

Where many are compared with each other it is the share of false findings that is small (Benjamini and Hochberg): were
nothing wrong at all, that is the chance of any finding too (Simes 1986, Biometrika 73).
"""

KINDS = {
    "unit": "单位",
    "respondent": "评价人",
    "device": "设备",
    "interviewer": "访问员",
    "batch": "批次",
    "form": "表单",
    "forms": "一组选票",
    "marker": "评分人",
    "method": "指标",
}
"""What a finding can be about."""

PLACE = ["table", "source", "sheet", "row"]
"""What tells one row of the facts from all others."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One pattern that deserves a look.

    detector: its id. method: component in whose facts it was seen. kind, subject: what it is about (`KINDS`).
    unit: the unit concerned, where there is one. statistic: the number that sticks out; p: the chance of one like it
    anywhere this detector looked in the method, were nothing wrong, or the share of false findings; threshold:
    findings have a smaller p, so that all of them together are right (`CAMPAIGN`).
    sentence: Chinese, for the office. rows: columns `PLACE`.
    """

    detector: str
    method: str
    kind: str
    subject: str
    unit: str | None
    statistic: float
    p: float
    threshold: float
    sentence: str
    rows: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Looked:
    """What one detector found, and how many subjects (units, respondents, interviewers …) it looked at."""

    findings: tuple[Finding, ...] = ()
    tested: int = 0

    @property
    def flagged(self) -> int:
        """How many subjects are in a finding."""
        return len(self.subjects)

    @property
    def subjects(self) -> list[tuple[str, str, str]]:
        """The subjects in a finding: method, kind and subject."""
        return sorted({(one.method, one.kind, one.subject) for one in self.findings})


def together(parts: Sequence[Looked]) -> Looked:
    """Several looks as one, the least likely findings first; equal ones by what they are about."""
    findings = [one for part in parts for one in part.findings]
    findings.sort(key=lambda one: (one.p, -one.statistic, one.method, one.kind, one.subject, one.sentence))
    return Looked(tuple(findings), sum(part.tested for part in parts))


def placed(rows: pl.DataFrame, table: str) -> pl.DataFrame:
    """Where rows of a table stand, in the order of the files."""
    return rows.select(pl.lit(table).alias("table"), *PLACE[1:]).unique().sort(PLACE)


def chance(p: float) -> str:
    """A p-value as people say it."""
    if p < 1e-6:
        return "不到百万分之一"
    if p < 1e-4:
        return "不到万分之一"
    return "不到千分之一" if p < 1e-3 else f"约千分之{max(1, round(p * 1000))}"


def doubt(p: float) -> str:
    """A share of false findings as people say it."""
    return f"误报的可能性{chance(p)}"


def times(number: float) -> str:
    """A mean number in a sentence: 12, 1.3, 0.05."""
    if number >= 10:
        return str(round(number))
    return f"{number:.1f}" if number >= 1 else f"{number:.2g}"


def share(part: float) -> str:
    """A share in a sentence: 96%, or 0.4% below one in a hundred."""
    return f"{part:.0%}" if part >= 0.01 or not part else f"{part:.1%}"
