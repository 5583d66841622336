"""Facts of which nothing is left but some named rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

Row = dict[str, Any]
PLACE = ["source", "sheet", "row"]


class Store:
    """All facts of a campaign, to be asked for rows by file, sheet and row alone."""

    def __init__(self, facts: Mapping[str, pl.DataFrame]) -> None:
        self.facts = {name: _plain(name, frame) for name, frame in facts.items() if "row" in frame.columns}

    def only(self, named: pl.DataFrame) -> "Kept":
        """The named rows; a row that is named and not there is an error."""
        tables: dict[str, pl.DataFrame] = {}
        for table, same in named.group_by("table"):
            wanted = same.select(*PLACE, "part")
            found = self.facts[str(table[0])].join(wanted, on=PLACE, how="inner", nulls_equal=True)
            assert found.height == same.height, f"{table[0]}: {same.height} rows named, {found.height} found"
            tables[str(table[0])] = found.filter(pl.col("part") != "aside")
        return Kept(tables)


COLUMNS = {
    "ratings": ("respondent", "group", "item"),
    "counts": ("cycle", "group", "item"),
    "events": ("points", "factors"),
    "marks": ("cycle", "marker"),
    "measures": ("cycle", "denominator"),
}
"""Columns that small facts may leave out."""


def _plain(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Words as text, whatever they were kept as."""
    left_out = [pl.lit(None, pl.String).alias(one) for one in COLUMNS.get(name, ()) if one not in frame.columns]
    texts = frame.with_columns(*left_out, pl.col(pl.Enum, pl.Categorical).cast(pl.String), pl.col("row").cast(pl.Int64))
    return texts.with_columns(pl.col("source", "sheet").cast(pl.String))


@dataclass
class Kept:
    """The rows that were kept, by table; those that are not to count are thrown away."""

    tables: dict[str, pl.DataFrame]
    listed: dict[str, list[Row]] = field(default_factory=dict)

    def frame(self, table: str) -> pl.DataFrame:
        return self.tables.get(table, pl.DataFrame())

    def rows(self, table: str) -> list[Row]:
        if table not in self.listed:
            self.listed[table] = self.frame(table).to_dicts()
        return self.listed[table]

    @property
    def units(self) -> dict[str, Row]:
        return {row["unit"]: row for row in self.rows("units")}
