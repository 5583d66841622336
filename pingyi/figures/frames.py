"""Result tables as figures need them: the count alone, names in place of ids, plain numbers, places of dots."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from pingyi.common import wording

PLACES = 4
"""Decimal places that a drawn number keeps; the exact ones are in the tables."""


def counted_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows that were counted; resampled draws are left out."""
    return frame.filter(pl.col("draw") == 0).drop("draw") if "draw" in frame.columns else frame


def drawn_rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows as a figure carries them: decimals as numbers of four places, dates as text."""
    exact = [name for name, kind in frame.schema.items() if kind.is_decimal() or kind.is_float()]
    days = [name for name, kind in frame.schema.items() if kind.is_temporal()]
    plain = frame.with_columns(pl.col(exact).cast(pl.Float64).round(PLACES), pl.col(days).cast(pl.String))
    return plain.to_dicts()


def filled_text(column: str) -> pl.Expr:
    """A text column in which an empty cell is null."""
    return pl.col(column).cast(pl.String).replace("", None)


def named_units(roster: pl.DataFrame) -> pl.DataFrame:
    """One row for each unit: unit, name (the organ, then the id added where names repeat), organ, group.

    group: the category, or the system of a unit that has none.
    """
    system = filled_text("system") if "system" in roster.columns else pl.lit(None, pl.String)
    units = roster.select(
        "unit",
        "name",
        organ=filled_text("organ").fill_null(""),
        group=pl.coalesce(filled_text("category"), system, pl.lit(wording.NO_CATEGORY)),
    )
    apart = wording.units_apart(units.select("unit", "name", "organ").iter_rows())
    return units.with_columns(name=pl.col("unit").replace_strict(apart, return_dtype=pl.String))


def unit_groups(roster: pl.DataFrame) -> list[str]:
    """Groups of units, the largest first; equally large ones by name."""
    sizes = named_units(roster).group_by("group").len()
    return sizes.sort(["len", "group"], descending=[True, False])["group"].to_list()


def values_in_order(found: Sequence[str], order: Sequence[str]) -> list[str]:
    """The values found, in the given order; those it does not name follow, sorted."""
    values = set(found)
    return [one for one in dict.fromkeys(order) if one in values] + sorted(values - set(order))


def month_label(months: pl.Series) -> pl.Series:
    """Months (2018-09) as heads of columns: 9月; with the year (18年9月) where there are several."""
    label = pl.format("{}月", pl.col("month").str.slice(5, 2).cast(pl.Int64))
    years = pl.col("month").str.slice(2, 2)
    several = months.str.slice(0, 4).n_unique() > 1
    return months.to_frame("month").select(pl.format("{}年{}", years, label) if several else label).to_series()


def swarm_offsets(frame: pl.DataFrame, value: str, *, within: str, bins: int = 110) -> pl.DataFrame:
    """The frame with `offset` (0, 1, −1, 2 …): dots of nearly equal value beside each other, always the same way."""
    low, high = float(frame[value].min()), float(frame[value].max())  # type: ignore[arg-type]
    step = max((high - low) / bins, 1e-9)
    placed = frame.with_columns(bin=((pl.col(value).cast(pl.Float64) - low) / step).floor())
    placed = placed.sort(within, "bin", value, "unit")
    nth = pl.int_range(pl.len()).over(within, "bin")
    side = pl.when(nth % 2 == 1).then(1).otherwise(-1) * ((nth + 1) // 2)
    return placed.with_columns(offset=side).drop("bin")


MOST_PARTS = 8
"""Parts of a total that a figure can show apart: as many as components have colours."""


def parts_of(marks: pl.DataFrame, components: pl.DataFrame, root: str, most: int = MOST_PARTS) -> list[str]:
    """The components that make up `root`, in their order: as far down as there are not more than `most` of them.

    A node that is scaled or weighed, so that its children do not sum to it, stands for itself.
    """
    parts = _children_of(components, root)
    at = 0
    while at < len(parts):
        deeper = _children_of(components, parts[at])
        fits = deeper and len(parts) - 1 + len(deeper) <= most and _sums_up(marks, parts[at], deeper)
        parts[at : at + 1] = deeper if fits else parts[at : at + 1]
        at += not fits
    return parts


def _children_of(components: pl.DataFrame, node: str) -> list[str]:
    ordered = components.sort("position") if "position" in components.columns else components
    return ordered.filter(pl.col("parent") == node)["component"].to_list()


def _sums_up(marks: pl.DataFrame, node: str, children: list[str]) -> bool:
    """Whether the children's marks sum to the node's for more than half of its units."""
    rows = marks.select("unit", "component", "marks").drop_nulls("marks")
    own = rows.filter(pl.col("component") == node)
    sums = rows.filter(pl.col("component").is_in(children)).group_by("unit").agg(pl.col("marks").sum().alias("sum"))
    return 2 * own.join(sums, on="unit").filter(pl.col("marks") == pl.col("sum")).height > own.height


def adding_up(marks: pl.DataFrame, components: pl.DataFrame, root: str, most: int = MOST_PARTS) -> pl.DataFrame:
    """The marks that add up to `root`, unit by unit: unit, component, marks.

    The parts are those of `parts_of`; a node stands for itself where a unit's parts do not sum to it.
    """
    rows = marks.select("unit", "component", "marks").drop_nulls("marks")
    parts = parts_of(marks, components, root, most)
    below = [_opened_parts(rows, components, child, parts) for child in _children_of(components, root)]
    return pl.concat(below) if below else rows.filter(pl.col("component") == root)


def _opened_parts(rows: pl.DataFrame, components: pl.DataFrame, node: str, parts: list[str]) -> pl.DataFrame:
    own = rows.filter(pl.col("component") == node)
    if node in parts:
        return own
    under = pl.concat([_opened_parts(rows, components, child, parts) for child in _children_of(components, node)])
    sums = under.group_by("unit").agg(pl.col("marks").sum().alias("sum"))
    fitting = own.join(sums, on="unit").filter(pl.col("marks") == pl.col("sum")).select("unit")
    return pl.concat([own.join(fitting, on="unit", how="anti"), under.join(fitting, on="unit", how="semi")])


def waiting_marks(marks: pl.DataFrame, components: pl.DataFrame, node: str) -> pl.DataFrame:
    """unit, waiting (分): how much of a component's marks stands there for leaves that nobody has assessed so far.

    marks: `component_marks` with its flags; without them nothing waits.
    """
    flag = pl.col("flag") if "flag" in marks.columns else pl.lit(None, pl.String)
    own = marks.filter(pl.col("component") == node).drop_nulls("marks").select("unit", "marks", flag=flag)
    kids = _children_of(components, node)
    if not kids:
        return own.filter(pl.col("flag") == "unmeasured").select("unit", waiting="marks")
    sums = marks.filter(pl.col("component").is_in(kids)).group_by("unit").agg(sum=pl.col("marks").sum())
    fitting = own.join(sums, on="unit").filter(pl.col("marks") == pl.col("sum")).select("unit")
    under = pl.concat([waiting_marks(marks, components, child) for child in kids])
    return under.group_by("unit").agg(pl.col("waiting").sum()).join(fitting, on="unit", how="semi").sort("unit")


def all_waiting_marks(marks: pl.DataFrame, components: pl.DataFrame, nodes: Sequence[str]) -> pl.DataFrame:
    """unit, component, waiting (分) of several components."""
    found = [waiting_marks(marks, components, one).with_columns(component=pl.lit(one)) for one in nodes]
    schema = pl.Schema({"unit": pl.String(), "component": pl.String(), "waiting": marks.schema["marks"]})
    return pl.concat([pl.DataFrame(schema=schema), *(one.select(schema.names()).cast(schema) for one in found)])
