"""Which units are on which list, and where the cut lies, as figures need it."""

import altair as alt
import polars as pl

from pingyi.figures.build import shown_column
from pingyi.figures.theme import BAD, GOOD, listed_scale

NEITHER = "未列入"


def listing(entries: pl.DataFrame, lists: pl.DataFrame) -> pl.DataFrame:
    """unit, state (name of the list), good, direct: one row for each listed unit.

    entries: list, unit and, where known, direct. lists: `plan_lists`, of which the later one speaks for a unit on
    several.
    """
    direct = "direct" if "direct" in entries.columns else pl.lit(False).alias("direct")
    named = lists.select("list", "good", "position", state="name")
    joined = entries.select("list", "unit", direct).join(named, on="list").sort("unit", "position")
    return joined.unique("unit", keep="last", maintain_order=True).select("unit", "state", "good", "direct")


def listing_scale(lists: pl.DataFrame) -> alt.Scale:
    """Names of the lists and the word for none, in their colours."""
    ordered = lists.sort("position", descending=True)
    names = {kind: ordered.filter(pl.col("good") == kind)["name"].to_list() for kind in (True, False)}
    return listed_scale(names[True], names[False], NEITHER)


def decided_by_place(margins: pl.DataFrame) -> pl.DataFrame:
    """The rows without units that are not listed although their place would put them there: a condition spared them."""
    return margins.filter(pl.col("listed") | pl.col("direct") | (pl.col("nth") > pl.col("seats")).fill_null(False))


def cuts(margins: pl.DataFrame, lists: pl.DataFrame) -> pl.DataFrame:
    """One row for each list and quota group with units on both sides of its cut.

    list, grp, name, good, bottom, taken, left_out, cut, label, colour.
    cut (分): halfway between the last unit taken and the first left out; direct entries do not count. A list that is
    decided (a column that `lists` may have) has no cut: who is on it hangs on no marks.
    """
    open_ = lists.filter(~pl.col("decided")) if "decided" in lists.columns else lists
    own = open_.select("list", "name", "good", "bottom")
    sides = decided_by_place(margins).filter(pl.col("total").is_not_null()).join(own, on="list")
    strength = pl.when("bottom").then(-pl.col("total")).otherwise("total")
    ends = sides.group_by("list", "grp", "name", "good", "bottom").agg(
        taken=strength.filter(pl.col("listed") & ~pl.col("direct")).min(),
        left_out=strength.filter(~pl.col("listed")).max(),
    )
    sign = pl.when("bottom").then(-1).otherwise(1)
    exact = ends.drop_nulls(["taken", "left_out"]).with_columns((pl.col("taken", "left_out") * sign).cast(pl.Float64))
    return exact.with_columns(
        cut=(pl.col("taken") + pl.col("left_out")) / 2,
        label=pl.format("{}线 {} ┊ {}", "name", shown_column("taken"), shown_column("left_out")),
        colour=pl.when("good").then(pl.lit(GOOD)).otherwise(pl.lit(BAD)),
    ).sort("list", "grp")


def main_group(margins: pl.DataFrame) -> str:
    """The quota group with most units; of equally large ones the first by name."""
    sizes = margins.group_by("grp").len().sort(["len", "grp"], descending=[True, False])
    return str(sizes["grp"][0])
