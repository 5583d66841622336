"""All detectors over one campaign: findings as objects, as frames for a report, and as sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from pingyi.integrity import bursts, channels, digits, hands, repeats, runs, slates, spread, straight
from pingyi.integrity.finding import KINDS, PLACE, Finding, Looked
from pingyi.integrity.material import Material
from pingyi.plan import Plan


class Detector(Protocol):
    """A module of this package that looks for one kind of pattern."""

    ID: str
    TITLE: str

    def look(self, material: Material) -> Looked:
        """What it finds."""


DETECTORS: dict[str, Detector] = {
    one.ID: one for one in (repeats, bursts, runs, straight, hands, digits, channels, slates, spread)
}
"""All detectors by id, in the order of a report."""

FINDINGS = {
    "number": pl.Int64,
    "detector": pl.String,
    "what": pl.String,
    "component": pl.String,
    "kind": pl.String,
    "subject": pl.String,
    "unit": pl.String,
    "name": pl.String,
    "statistic": pl.Float64,
    "p": pl.Float64,
    "threshold": pl.Float64,
    "rows": pl.Int64,
    "sentence": pl.String,
}
"""Columns of the frame of findings; p and statistic with six significant digits."""

NOTHING = "没有发现需要核对的异常。"
CAUTION = "线索只供核对，不是结论；任何一条记录都没有删除，也不影响计分。"


@dataclass(frozen=True)
class Found:
    """What all detectors saw, by detector."""

    looks: dict[str, Looked]
    material: Material

    @property
    def findings(self) -> list[Finding]:
        """All findings, the least likely first; of equally likely ones those of the first detectors."""
        return sorted((finding for look in self.looks.values() for finding in look.findings), key=lambda one: one.p)

    def top(self, most: int) -> list[Finding]:
        """The least likely findings."""
        return self.findings[:most]

    @property
    def frame(self) -> pl.DataFrame:
        """One row a finding, numbered."""
        rows = [self._row(nth, one) for nth, one in enumerate(self.findings, start=1)]
        return pl.DataFrame(rows, schema=FINDINGS, orient="row").with_columns(
            pl.col("p", "statistic").round_sig_figs(6)
        )

    @property
    def rows(self) -> pl.DataFrame:
        """One row for each row of the facts that a finding came from, under the number of the finding."""
        parts = [one.rows.select(pl.lit(nth).alias("number"), *PLACE) for nth, one in enumerate(self.findings, start=1)]
        schema = {"number": pl.Int64, "table": pl.String, "source": pl.String, "sheet": pl.String, "row": pl.Int64}
        return pl.concat([pl.DataFrame(schema=schema), *(part.cast(schema) for part in parts)])  # type: ignore[arg-type]

    @property
    def looked_at(self) -> pl.DataFrame:
        """One row a detector: subjects looked at, subjects in findings, findings."""
        rows = [
            (id, DETECTORS[id].TITLE, look.tested, look.flagged, len(look.findings)) for id, look in self.looks.items()
        ]
        return pl.DataFrame(rows, schema=["detector", "what", "looked_at", "flagged", "findings"], orient="row")

    @property
    def sentences(self) -> list[str]:
        """For a report: a word of caution, then a sentence for each finding, or that there is none."""
        return [CAUTION, *([one.sentence for one in self.findings] or [NOTHING])]

    def _row(self, nth: int, one: Finding) -> tuple[object, ...]:
        name = self.material.name(one.unit) if one.unit else None
        about = (one.method, KINDS[one.kind], self.material.readable(one.subject), one.unit, name)
        told = (one.statistic, one.p, one.threshold, one.rows.height, one.sentence)
        return (nth, one.detector, DETECTORS[one.detector].TITLE, *about, *told)


def find(plan: Plan, facts: Mapping[str, pl.DataFrame], detectors: Sequence[str] = tuple(DETECTORS)) -> Found:
    """Patterns in checked facts that people should look at. The facts stay as they are.

    facts: frames by table as intake delivers them; `device`, `interviewer` and `batch` of ratings are used where they
    are there. Equal facts give equal findings, in whatever order their rows come.
    """
    material = Material(plan, facts)
    return Found({id: DETECTORS[id].look(material) for id in detectors}, material)
