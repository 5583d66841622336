"""For the analyst in JupyterLab: one unit, units side by side, rules to move, rows to brush, questions in SQL.

    look = explore("pingyang-2020")
    look.choose_unit()
    look.sql("select unit, total, place from totals")

What `choose_…` shows has pickers (`pingyi.desk.pickers`); the methods without it are what a picker shows, by id.
"""

from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from typing import Any

import polars as pl

from pingyi import figures
from pingyi.common import paths
from pingyi.common.codebook import codebook
from pingyi.common.faults import PingyiError, hint_nearest
from pingyi.desk import pickers
from pingyi.desk.display import Bundle, Display, draw_live, markdown
from pingyi.desk.movable_rules import MovableRule, find_rules
from pingyi.desk.result_query import Answer, PublishedTables
from pingyi.desk.rule_trial import RuleTrial
from pingyi.desk.unit_view import unit_texts
from pingyi.explain import Explainer
from pingyi.facts.intake.setting import Setting
from pingyi.results.result_tables import ResultTables
from pingyi.scenarios.campaign_scenarios import open_laboratory
from pingyi.scenarios.laboratory import Laboratory
from pingyi.scoring.review import Review

OFFICIAL = "公布的答案"


class NotThere(PingyiError):
    """The analyst asked for something that the campaign has not."""


@cache
def open_campaign(campaign: str) -> "OpenCampaign":
    """A campaign to look at; the same object however often it is asked for."""
    return OpenCampaign(campaign, open_laboratory(campaign))


def explore(campaign: str) -> "Look":
    """Begin to look at a campaign; another one can be chosen later."""
    return Look(open_campaign(campaign))


class OpenCampaign:
    """One campaign: its official result, and a laboratory for other rules."""

    def __init__(self, campaign: str, lab: Laboratory) -> None:
        """lab: the campaign's plan and facts."""
        self.campaign, self.lab, self.plan = campaign, lab, lab.plan
        self.review = Review.begin(lab.plan, lab.facts, running=paths.cache_folder(campaign)).through("outcomes")
        self.book = ResultTables(self.review)

    @cached_property
    def explainer(self) -> Explainer:
        """Explains any unit."""
        return Explainer(self.book)

    @cached_property
    def tables(self) -> PublishedTables:
        """The result tables, to be asked."""
        return PublishedTables(self.book)

    @cached_property
    def rules(self) -> list[MovableRule]:
        """The numbers of the plan that can be moved."""
        return find_rules(self.plan, self.lab.tree)

    @cached_property
    def trial(self) -> RuleTrial:
        """Other numbers, tried on the same facts."""
        return RuleTrial(self.lab, self.book.unit_names)

    @cached_property
    def rates(self) -> pl.DataFrame:
        """unit, category, item, marks, rate: leaves with full marks."""
        leaves = {one.id: one.title for one in self.plan.components if not one.of}
        frame = self.book.published("component_marks").filter(pl.col("component").is_in(list(leaves)))
        marked = frame.filter((pl.col("full_marks") > 0) & pl.col("marks").is_not_null())
        item = pl.col("component").replace_strict(leaves, return_dtype=pl.String)
        rate = pl.col("marks").cast(pl.Float64) / pl.col("full_marks").cast(pl.Float64)
        rated = marked.with_columns(item=item, rate=rate)
        return rated.join(self.book.published("roster").select("unit", "category"), on="unit")


class Look:
    """What an analyst looks at: one campaign at a time."""

    def __init__(self, opened: OpenCampaign) -> None:
        """opened: the campaign to begin with."""
        self.opened = opened
        self.panels = pickers.Panels()

    @property
    def book(self) -> ResultTables:
        """The campaign's result."""
        return self.opened.book

    @property
    def banner(self) -> Bundle:
        """Which campaign this is, and whether its facts are simulated."""
        simulated = "　**模拟数据**，不代表任何真实单位。" if paths.is_simulated(self.opened.campaign) else ""
        return markdown(f"> {self.opened.plan.campaign.title}{simulated}")

    # ------------------------------------------------------------ what is shown, by id

    def unit(self, unit: str) -> Display:
        """A unit: its places, its score tree with formulas, the rows behind, and its neighbours. Raises: NotThere."""
        explained = self.opened.explainer.unit(self._find_unit(unit))
        return Display([markdown(text) for text in unit_texts(self.book, explained)])

    def _find_unit(self, word: str) -> str:
        """The id of a unit named by its id, or by its name where only one unit has it. Raises: NotThere."""
        ids = {name: id for id, name in self.book.unit_names.items()}
        if word in self.book.unit_names or word in ids:
            return ids.get(word, word)
        raise NotThere(f"名录中没有“{word}”{hint_nearest(word, [*self.book.unit_names, *ids])}")

    def compare(self, *units: str) -> Bundle:
        """Units side by side, leaf by leaf. Raises: NotThere."""
        chosen = {unit: self.book.unit_names[unit] for unit in map(self._find_unit, units)}
        rates = self.opened.rates.filter(pl.col("unit").is_in(list(chosen)))
        named = rates.with_columns(who=pl.col("unit").replace_strict(chosen, return_dtype=pl.String))
        return self._draw_side_by_side(named, list(chosen.values()), "、".join(chosen.values()) + " 各项得分率")

    def categories(self) -> Bundle:
        """Categories side by side: the mean rate of each leaf."""
        means = self.opened.rates.group_by("item", "category", maintain_order=True).agg(pl.col("rate", "marks").mean())
        names = [one for one in self.opened.plan.units.categories if one in set(means["category"])]
        return self._draw_side_by_side(means.rename({"category": "who"}), names, "各类单位的平均得分率")

    def _draw_side_by_side(self, rates: pl.DataFrame, names: Sequence[str], title: str) -> Bundle:
        order = [one.title for one in self.opened.plan.components if one.title in set(rates["item"])]
        frame = rates.select("item", "who", pl.col("rate", "marks").cast(pl.Float64))
        return draw_live(figures.side_by_side(frame, order=order, names=names, title=title), "图")

    def brush(self, x: str, y: str) -> Bundle:
        """Units by the marks of two components, to brush: the brushed units are listed. Raises: NotThere."""
        titles = [self._title_of_component(one) for one in (x, y)]
        marks = self.book.published("component_marks").select("unit", "component", pl.col("marks").cast(pl.Float64))
        pair = [
            marks.filter(pl.col("component") == id).select("unit", pl.col("marks").alias(axis))
            for id, axis in ((x, "x"), (y, "y"))
        ]
        place = pl.col("y").rank("min", descending=True).cast(pl.Int64)
        units = pair[0].join(pair[1], on="unit").drop_nulls().with_columns(place=place)
        roster = self.book.published("roster").select(
            "unit", "name", "organ", pl.col("category").fill_null("其他").alias("group")
        )
        chart = figures.brushed(units.join(roster, on="unit").drop("unit"), x=titles[0], y=titles[1], title="框选单位")
        return draw_live(chart, "框选单位")

    def _title_of_component(self, id: str) -> str:
        if id not in self.book.plan.component_titles:
            raise NotThere(f"方案没有这个指标{hint_nearest(id, self.book.plan.component_titles)}")
        return self.book.plan.component_titles[id]

    def facts(self, table: str) -> Bundle:
        """A raw fact table at a glance: a small figure for each column. Raises: NotThere."""
        frame = self.opened.lab.facts.get(table, pl.DataFrame())
        if not frame.height:
            raise NotThere(f"没有这样的数据；有数据的是 {'、'.join(self._fact_tables())}")
        known = codebook().facts[table]
        drawable = [one for one in known.columns if one.kind not in ("id", "text", "list")]
        heads = {one.name: one.head for one in drawable if one.name in frame.columns}
        chart = figures.columns_at_a_glance(self._put_into_words(table, frame.select(*heads)), heads)
        return draw_live(chart, f"{known.title}各列")

    def _fact_tables(self) -> dict[str, str]:
        """The fact tables that have rows, by what people call them."""
        return {codebook().facts[name].title: name for name, one in self.opened.lab.facts.items() if one.height}

    def _put_into_words(self, table: str, frame: pl.DataFrame) -> pl.DataFrame:
        """A fact table with the words that people write for what is stored."""
        setting = Setting(self.opened.plan, {})
        choices = {name: choice for name in frame.columns if (choice := setting.choice(table, name))}
        words = {
            name: dict(one.names) | {value: word for word, value in one.also.items()} for name, one in choices.items()
        }
        words |= {"unit": self.book.unit_names} if "unit" in frame.columns else {}
        return frame.with_columns(pl.col(name).cast(pl.String).replace(said) for name, said in words.items() if said)

    def sql(self, question: str) -> Answer:
        """What a SELECT over the result tables finds, under Chinese heads and with names. Raises: QueryRefused."""
        return Answer(self.opened.tables.ask_in_words(question))

    @property
    def tables(self) -> Answer:
        """The result tables that can be asked, with what a row of each is and how their columns are called."""
        results = {name: codebook().results[name] for name in self.opened.tables.names}
        return Answer(
            pl.DataFrame(
                {
                    "查询时写": list(results),
                    "表": [one.title for one in results.values()],
                    "内容": [one.row for one in results.values()],
                    "列": [
                        "、".join(f"{column.name} {column.head}" for column in one.columns) for one in results.values()
                    ],
                }
            )
        )

    # ------------------------------------------------------------ chosen from pickers

    def choose_campaign(self) -> Any:
        """Another campaign: every panel below follows."""

        def open_other(campaign: str) -> list[Bundle]:
            if campaign != self.opened.campaign:
                self.opened = open_campaign(campaign)
                self.panels.redraw()
            return [self.banner]

        return pickers.choose_one("活动", pickers.campaign_titles(), open_other, now=self.opened.campaign)

    def choose_unit(self) -> Any:
        """One unit, found by its department: all that `unit` shows of it."""
        return self.panels.add(
            lambda: pickers.choose_unit(
                self._units_by_organ(), lambda unit: self.unit(unit).things, self._first_units(1)[0]
            )
        )

    def choose_units(self) -> Any:
        """Some units side by side."""
        return self.panels.add(
            lambda: pickers.choose_several(
                "单位（按住 Ctrl 选几个）",
                {name: unit for unit, name in self.book.unit_names.items()},
                lambda units: [self.compare(*units)],
                now=self._first_units(3),
            )
        )

    def choose_rules(self) -> Any:
        """Some numbers of the plan, moved together."""
        return self.panels.add(lambda: pickers.choose_rules(self.opened.rules, self.opened.trial.show))

    def choose_reading(self) -> Any:
        """One of the open questions of the plan, and another answer to it."""
        return self.panels.add(lambda: pickers.choose_answer(self._answers(), self.opened.trial.show))

    def choose_axes(self) -> Any:
        """Two components, whose marks place the units of a figure to brush."""
        return self.panels.add(
            lambda: pickers.choose_pair(("横轴", "纵轴"), self._marked_components(), lambda x, y: [self.brush(x, y)])
        )

    def choose_facts(self) -> Any:
        """One of the tables of facts."""
        return self.panels.add(
            lambda: pickers.choose_one("数据表", self._fact_tables(), lambda table: [self.facts(table)])
        )

    def _units_by_organ(self) -> Mapping[str, Mapping[str, str]]:
        """Units that take part, by department and name."""
        found: dict[str, dict[str, str]] = {}
        for unit, name in self.book.unit_names.items():
            found.setdefault(self.book.unit_organs[unit] or "（没有主管部门）", {})[name] = unit
        return found

    def _first_units(self, many: int) -> list[str]:
        """The first units of the first standing that ranks any; without one the first of the roster."""
        totals = self.book.published("totals")
        ranked = [row for one in self.opened.plan.standings for row in totals.filter(standing=one.id)["unit"].to_list()]
        return list(dict.fromkeys([*ranked, *self.book.unit_names]))[:many]

    def _marked_components(self) -> dict[str, str]:
        """Components with marks that differ, by their titles, in the order of the plan."""
        marks = self.book.published("component_marks").group_by("component").agg(pl.col("marks").n_unique())
        differ = set(marks.filter(pl.col("marks") > 1)["component"])
        return {title: id for id, title in self.book.plan.component_titles.items() if id in differ}

    def _answers(self) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
        """The answers to each open question, with the patch of the plan that each stands for."""
        return {
            f"{one.question}（{one.clause}）": {
                f"{OFFICIAL}：{one.official}": {},
                **{other.answer: other.patch for other in one.otherwise},
            }
            for one in self.opened.plan.readings
        }
