"""What the analyst asks of a campaign: the answers are things that a notebook shows."""

from collections.abc import Sequence
from functools import cache, cached_property
from typing import Any

import polars as pl

from pingyi import figures
from pingyi.common import paths
from pingyi.common.codebook import codebook
from pingyi.common.faults import PingyiError, nearest
from pingyi.desk.explore import sentences
from pingyi.desk.explore.moving import Moving
from pingyi.desk.shown import Bundle, Display, markdown
from pingyi.explain import Explainer, Explanation
from pingyi.facts.intake.setting import Setting
from pingyi.figures.pictures import MIME, chart_spec, fixed_width
from pingyi.figures.theme import Figure
from pingyi.report.book import Book
from pingyi.scenarios import Laboratory, laboratory
from pingyi.scoring.review import Review

NEAR = 5
"""Neighbours above and below a unit."""


class NotThere(PingyiError):
    """The analyst asked for something that the campaign has not."""


@cache
def explore(campaign: str) -> "Look":
    """A campaign to look at; the same object however often it is asked for."""
    return Look(campaign, laboratory(campaign))


def live(chart: Any) -> Bundle:
    """A chart that JupyterLab draws itself, at once: no picture is made of it."""
    made = fixed_width(chart_spec(chart))
    return Bundle({MIME: made, "text/plain": made.get("description", "图")})


class Look:
    """One campaign: its official result, and a laboratory for other rules."""

    def __init__(self, campaign: str, lab: Laboratory) -> None:
        """lab: the campaign's plan and facts."""
        self.campaign, self.lab, self.plan = campaign, lab, lab.plan
        self.review = Review.begin(lab.plan, lab.facts).through("outcomes")
        self.book = Book(self.review, {})

    @property
    def banner(self) -> Bundle:
        """Which campaign this is, and whether its facts are simulated."""
        simulated = "　**模拟数据**，不代表任何真实单位。" if paths.is_simulated(self.campaign) else ""
        return markdown(f"> {self.plan.campaign.title}{simulated}")

    @cached_property
    def explainer(self) -> Explainer:
        """Explains any unit."""
        return Explainer(self.review)

    def told(self, unit: str) -> Explanation:
        """A unit explained; by its id, or by its name where only one unit has it. Raises: NotThere."""
        return self.explainer.unit(self._id(unit))

    def _id(self, unit: str) -> str:
        ids = {name: id for id, name in self.book.names.items()}
        if unit in self.book.names or unit in ids:
            return ids.get(unit, unit)
        near = nearest(unit, [*self.book.names, *ids])
        raise NotThere(f"名录中没有“{unit}”" + (f"；相近的有 {near}" if near else ""))

    def unit(self, unit: str) -> Display:
        """A unit: its places, its score tree with formulas, the rows behind, and its neighbours."""
        told = self.told(unit)
        return Display(
            [markdown(text) for text in (sentences.places(told), sentences.tree(told), sentences.rows(told))]
            + [markdown(self.neighbours(told.unit))]
        )

    def neighbours(self, unit: str) -> str:
        """The units just above and below in every standing that ranks it."""
        totals = self.book.frame("totals")
        mine = totals.filter(pl.col("unit") == unit)
        return "\n\n".join(self._neighbours(totals, row) for row in mine.iter_rows(named=True))

    def _neighbours(self, totals: pl.DataFrame, row: dict[str, Any]) -> str:
        same = totals.filter((pl.col("standing") == row["standing"]) & (pl.col("group").eq_missing(row["group"])))
        ordered = same.sort("place", "unit").with_row_index("at")
        at = int(ordered.filter(pl.col("unit") == row["unit"])["at"][0])
        near = ordered.slice(max(at - NEAR, 0), 2 * NEAR + 1)
        return sentences.standing(self.book.standings[row["standing"]], near, row["unit"], self.book.names)

    def compare(self, *units: str) -> Bundle:
        """Units side by side, leaf by leaf."""
        chosen = {self._id(unit): self.book.names[self._id(unit)] for unit in units}
        rates = self._rates.filter(pl.col("unit").is_in(list(chosen)))
        named = rates.with_columns(who=pl.col("unit").replace_strict(chosen, return_dtype=pl.String))
        return live(self._beside(named, list(chosen.values()), "、".join(chosen.values()) + " 各项得分率"))

    def categories(self) -> Bundle:
        """Categories side by side: the mean rate of each leaf."""
        means = self._rates.group_by("item", "category").agg(pl.col("rate", "marks").mean())
        names = [one for one in self.plan.units.categories if one in set(means["category"])]
        return live(self._beside(means.rename({"category": "who"}), names, "各类单位的平均得分率"))

    def _beside(self, rates: pl.DataFrame, names: Sequence[str], title: str) -> Figure:
        order = [one.title for one in self.plan.components if one.title in set(rates["item"])]
        shown = rates.select("item", "who", pl.col("rate", "marks").cast(pl.Float64))
        return figures.side_by_side(shown, order=order, names=names, title=title)

    @cached_property
    def _rates(self) -> pl.DataFrame:
        """unit, category, item, marks, rate: leaves with full marks."""
        leaves = {one.id: one.title for one in self.plan.components if not one.of}
        frame = self.book.frame("component_marks").filter(pl.col("component").is_in(list(leaves)))
        kept = frame.filter((pl.col("full_marks") > 0) & pl.col("marks").is_not_null())
        item = pl.col("component").replace_strict(leaves, return_dtype=pl.String)
        rated = kept.with_columns(
            item=item, rate=pl.col("marks").cast(pl.Float64) / pl.col("full_marks").cast(pl.Float64)
        )
        return rated.join(self.book.frame("roster").select("unit", "category"), on="unit")

    def brush(self, x: str, y: str) -> Bundle:
        """Units by the marks of two components, to brush: the brushed units are listed. Raises: NotThere."""
        titles = [self._component(one) for one in (x, y)]
        marks = self.book.frame("component_marks").select("unit", "component", pl.col("marks").cast(pl.Float64))
        pair = [
            marks.filter(pl.col("component") == id).select("unit", pl.col("marks").alias(axis))
            for id, axis in ((x, "x"), (y, "y"))
        ]
        place = pl.col("y").rank("min", descending=True).cast(pl.Int64)
        units = pair[0].join(pair[1], on="unit").drop_nulls().with_columns(place=place)
        roster = self.book.frame("roster").select(
            "unit", "name", "organ", pl.col("category").fill_null("其他").alias("group")
        )
        chart = figures.brushed(units.join(roster, on="unit").drop("unit"), x=titles[0], y=titles[1], title="框选单位")
        return Bundle({MIME: chart.to_dict(validate=False), "text/plain": "框选单位"})

    def _component(self, id: str) -> str:
        if id not in self.book.components:
            raise NotThere(f"方案没有指标“{id}”；相近的有 {nearest(id, self.book.components, self.book.components)}")
        return self.book.components[id]

    def facts(self, table: str) -> Bundle:
        """A raw fact table at a glance: a small figure for each column. Raises: NotThere."""
        frame = self.lab.facts.get(table, pl.DataFrame())
        if not frame.height:
            there = "、".join(name for name, one in self.lab.facts.items() if one.height)
            raise NotThere(f"没有“{table}”的数据；有数据的是 {there}")
        known = {
            one.name: one.head for one in codebook().facts[table].columns if one.kind not in ("id", "text", "list")
        }
        heads = {name: head for name, head in known.items() if name in frame.columns}
        chart = figures.columns_at_a_glance(self._spoken(table, frame.select(*heads)), heads)
        return Bundle({MIME: chart.to_dict(validate=False), "text/plain": f"{codebook().facts[table].title}各列"})

    def _spoken(self, table: str, frame: pl.DataFrame) -> pl.DataFrame:
        """A fact table with the words that people write for what is stored."""
        setting = Setting(self.plan, {})
        choices = {name: setting.choice(table, name) for name in frame.columns}
        said = {
            name: dict(one.names) | {value: word for word, value in one.also.items()}
            for name, one in choices.items()
            if one
        }
        said |= {"unit": self.book.names} if "unit" in frame.columns else {}
        return frame.with_columns(pl.col(name).cast(pl.String).replace(words) for name, words in said.items() if words)

    def rule(self, path: str, low: float, high: float, step: float = 1.0) -> Any:
        """A slider on a number of the plan: who moves is drawn anew as soon as it is let go."""
        return Moving(self.lab, self.book.names).number(path, low, high, step)

    def reading(self, id: str) -> Any:
        """A choice among the answers to an open question of the plan. Raises: NotThere."""
        found = {one.id: one for one in self.plan.readings}
        if id not in found:
            raise NotThere(f"方案没有存疑“{id}”；有 {'、'.join(found)}")
        return Moving(self.lab, self.book.names).answers(found[id])
