"""The facts as the detectors see them: text columns, optional ones filled with nothing, rows in the order of the files.

Facts come as intake delivers them (`source`, `sheet` and `row` say where a row stands); frames without these are
numbered as they are. Nothing here writes to them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from pingyi.common import wording
from pingyi.integrity.finding import CAMPAIGN, PLACE, QUESTIONS, placed
from pingyi.plan import Component, Plan

Row = dict[str, Any]
"""A row of a frame by column name."""

HANDS = ("interviewer", "batch")
"""Who or what ratings passed through, where the facts say."""

SOURCES = ("respondent", "device")
"""Where ratings come from."""

COLUMNS = {
    "ratings": ("form", "method", "unit", "level", "respondent", "group", "channel", "item", *HANDS, "device"),
    "counts": ("method", "unit", "level", "cycle", "group", "channel", "item"),
    "marks": ("method", "unit", "marker", "cycle", "band"),
    "measures": ("method", "unit", "cycle"),
    "units": ("unit", "name", "organ", "township"),
}
"""The text columns that detectors read."""

NUMBERS: dict[str, dict[str, pl.DataType]] = {
    "ratings": {"rated_on": pl.Datetime("us")},
    "counts": {"votes": pl.Int64()},
    "marks": {"mark": pl.Float64()},
    "measures": {"numerator": pl.Float64(), "denominator": pl.Float64()},
    "units": {},
}

BREAK, STOP = "\x1f", "\x1e"
"""Between the parts of an answer, and between the answers of a form."""


@dataclass(frozen=True)
class Material:
    """Plan and facts of one campaign, for all detectors."""

    plan: Plan
    facts: Mapping[str, pl.DataFrame]

    @cached_property
    def ratings(self) -> pl.DataFrame:
        """One row a level given; `paper` is the form, or the row itself where forms have no number."""
        rows = _read(self.facts, "ratings")
        own = pl.concat_str([pl.col("source"), pl.col("sheet").fill_null(""), pl.col("row")], separator=BREAK)
        return rows.with_columns(
            paper=pl.when(pl.col("form").is_null()).then(pl.lit(BREAK) + own).otherwise(pl.col("form"))
        )

    @cached_property
    def counts(self) -> pl.DataFrame:
        """Ready counts."""
        return _read(self.facts, "counts")

    @cached_property
    def marks(self) -> pl.DataFrame:
        """Marks given."""
        return _read(self.facts, "marks")

    @cached_property
    def measures(self) -> pl.DataFrame:
        """Measured numbers."""
        return _read(self.facts, "measures")

    @cached_property
    def units(self) -> pl.DataFrame:
        """The roster: unit, name, organ, township."""
        return _read(self.facts, "units").unique("unit", keep="first", maintain_order=True)

    @cached_property
    def names(self) -> dict[str, str]:
        """What units are called."""
        return wording.units_apart(self.units.select("unit", "name", "organ").iter_rows())

    @cached_property
    def papers(self) -> pl.DataFrame:
        """One row a form: who, when, how many units and answers, and all its answers in one text.

        `pattern` names units, items and levels; `answers` items and levels alone. `place` is its first row.
        """
        answer = pl.concat_str([pl.col("item").fill_null(""), pl.col("level")], separator=BREAK)
        ordered = self.ratings.with_columns(place=pl.int_range(pl.len()), answer=answer).sort(
            "unit", "item", "level", "place"
        )
        pattern = pl.concat_str(["unit", "answer"], separator=BREAK)
        return (
            ordered.group_by("method", "paper")
            .agg(
                pl.col("place").min(),
                pl.col("rated_on").min(),
                *(pl.col(name).min() for name in ("form", "group", "channel", *SOURCES, *HANDS)),
                pl.col("unit").min(),
                units=pl.col("unit").n_unique(),
                size=pl.len(),
                pattern=pattern.str.join(STOP),
                answers=pl.col("answer").str.join(STOP),
            )
            .sort("place")
        )

    @cached_property
    def threshold(self) -> float:
        """What the chance of a finding must be below, so that it holds for the whole campaign.

        All questions count that detectors may ask of the campaign's methods, whichever detectors are asked.
        """
        asked = sum(sum(each.values()) * len(self.methods(table)) for table, each in QUESTIONS.items())
        return CAMPAIGN / max(asked, 1)

    def rows(self, method: str, papers: pl.DataFrame) -> pl.DataFrame:
        """Where the rows of some forms of a method stand."""
        own = self.ratings.filter(pl.col("method") == method)
        return placed(own.join(papers.select("paper"), on="paper", how="semi"), "ratings")

    def methods(self, of: str = "ratings") -> list[str]:
        """The methods that a table of facts holds, in alphabetical order."""
        frame: pl.DataFrame = getattr(self, of)
        return frame["method"].drop_nulls().unique().sort().to_list()

    def component(self, method: str) -> Component | None:
        """The component that facts of a method are for."""
        return next((one for one in self.plan.components if one.id == method), None)

    def title(self, method: str) -> str:
        """What people call a method."""
        found = self.component(method)
        return f"“{found.title if found else method}”"

    def name(self, unit: str) -> str:
        """What people call a unit."""
        return self.names.get(unit, unit)

    @staticmethod
    def readable(subject: str) -> str:
        """A subject without the signs that part it: a form that has no number is named by its place."""
        return " ".join(part for part in subject.split(BREAK) if part)

    def levels(self, method: str) -> list[str]:
        """Levels of a method from best to worst, those without a value last; as found where the plan has none."""
        found = self.component(method)
        rule = found.ratings if found else None
        if rule is None:
            return self.ratings.filter(method=method)["level"].unique().sort().to_list()
        return sorted(rule.levels, key=lambda level: (rule.levels[level] is None, -(rule.levels[level] or 0)))


def identified(facts: Mapping[str, pl.DataFrame], table: str) -> pl.DataFrame:
    """A table of the facts with `source`, `sheet` and `row`, made up from its own order where it has none."""
    frame = facts[table]
    if "row" not in frame.columns:
        frame = frame.with_columns(row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))
    missing = {"source": pl.lit(table), "sheet": pl.lit(None)}
    frame = frame.with_columns(**{name: value for name, value in missing.items() if name not in frame.columns})
    return frame.with_columns(pl.col("source", "sheet").cast(pl.String), pl.col("row").cast(pl.Int64))


def _read(facts: Mapping[str, pl.DataFrame], table: str) -> pl.DataFrame:
    """The columns that detectors read, in the order of the files."""
    types: dict[str, pl.DataType] = dict.fromkeys(COLUMNS[table], pl.String()) | NUMBERS[table]
    if table not in facts:
        return pl.DataFrame(schema=types | {"source": pl.String, "sheet": pl.String, "row": pl.Int64})
    frame = identified(facts, table)
    columns = [
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name) for name, kind in types.items()
    ]
    return frame.select(*columns, *PLACE[1:]).sort(PLACE[1:], maintain_order=True)
