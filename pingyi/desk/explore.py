"""For the analyst in JupyterLab: one unit, units side by side, rules to move, rows to brush.

look = explore("pingyang-2020")
look.unit("0611")
look.rule("components.client.ratings.few.below", 10, 60, 5)
"""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from typing import Any

import polars as pl
from pydantic import BaseModel

from pingyi import figures
from pingyi.common import paths, wording
from pingyi.common.codebook import codebook
from pingyi.common.faults import PingyiError, hint_nearest, nearest
from pingyi.desk.display import Bundle, Display, markdown
from pingyi.explain import Explainer, Explanation, Part
from pingyi.facts.intake.setting import Setting
from pingyi.figures.exploring import moved_places
from pingyi.figures.pictures import MIME, chart_spec, fixed_width
from pingyi.figures.theme import Figure
from pingyi.plan import Plan, Reading
from pingyi.plan.language_reference import explanations
from pingyi.plan.tree import NoSuchPath
from pingyi.results.result_tables import ResultTables
from pingyi.scenarios.campaign_scenarios import open_laboratory, value_at
from pingyi.scenarios.difference import Difference
from pingyi.scenarios.difference_report import describe_difference
from pingyi.scenarios.laboratory import Laboratory
from pingyi.scoring.review import Review

NEAR = 5
"""Neighbours above and below a unit."""

MOST_ROWS = 12
"""Rows of facts that are shown of each table; the report has all of them."""

MOST_MOVED, MOST_SENTENCES = 18, 6
"""Units that the figure of a moved rule shows: those that move most; sentences about it."""

OFFICIAL = "公布的答案"


class NotThere(PingyiError):
    """The analyst asked for something that the campaign has not."""


class NotANumber(PingyiError):
    """The rule cannot be moved that way."""


@cache
def explore(campaign: str) -> "Look":
    """A campaign to look at; the same object however often it is asked for."""
    return Look(campaign, open_laboratory(campaign))


class Look:
    """One campaign: its official result, and a laboratory for other rules."""

    def __init__(self, campaign: str, lab: Laboratory) -> None:
        """lab: the campaign's plan and facts."""
        self.campaign, self.lab, self.plan = campaign, lab, lab.plan
        self.review = Review.begin(lab.plan, lab.facts).through("outcomes")
        self.book = ResultTables(self.review)

    @property
    def banner(self) -> Bundle:
        """Which campaign this is, and whether its facts are simulated."""
        simulated = "　**模拟数据**，不代表任何真实单位。" if paths.is_simulated(self.campaign) else ""
        return markdown(f"> {self.plan.campaign.title}{simulated}")

    @cached_property
    def explainer(self) -> Explainer:
        """Explains any unit."""
        return Explainer(self.book)

    def _find_unit(self, word: str) -> str:
        """The id of a unit named by its id, or by its name where only one unit has it. Raises: NotThere."""
        ids = {name: id for id, name in self.book.unit_names.items()}
        if word in self.book.unit_names or word in ids:
            return ids.get(word, word)
        raise NotThere(f"名录中没有“{word}”{hint_nearest(word, [*self.book.unit_names, *ids])}")

    def unit(self, unit: str) -> Display:
        """A unit: its places, its score tree with formulas, the rows behind, and its neighbours. Raises: NotThere."""
        explained = self.explainer.unit(self._find_unit(unit))
        totals = self.book.published("totals")
        mine = totals.filter(pl.col("unit") == explained.unit)
        neighbours = [self._format_neighbours(totals, row) for row in mine.iter_rows(named=True)]
        texts = (_format_places(explained), _format_tree(explained), _format_rows(explained), "\n\n".join(neighbours))
        return Display([markdown(text) for text in texts])

    def _format_neighbours(self, totals: pl.DataFrame, row: Mapping[str, Any]) -> str:
        """The units just above and below in a standing that ranks a unit. row: of the unit in it."""
        same = totals.filter((pl.col("standing") == row["standing"]) & (pl.col("group").eq_missing(row["group"])))
        ordered = same.sort("place", "unit").with_row_index("at")
        place = int(ordered.filter(pl.col("unit") == row["unit"])["at"][0])
        title = self.book.plan.standing_titles[row["standing"]]
        lines = [f"**{title}：前后各几名**", "", "| 名次 | 单位 | 得分 |", "|--:|:--|--:|"]
        for near in ordered.slice(max(place - NEAR, 0), 2 * NEAR + 1).iter_rows(named=True):
            name = self.book.unit_names[near["unit"]]
            marked = f"**{name}**" if near["unit"] == row["unit"] else name
            lines.append(f"| {near['place']} | {marked} | {wording.shown(near['total'])} |")
        return "\n".join(lines)

    def compare(self, *units: str) -> Bundle:
        """Units side by side, leaf by leaf. Raises: NotThere."""
        chosen = {unit: self.book.unit_names[unit] for unit in map(self._find_unit, units)}
        rates = self._rates.filter(pl.col("unit").is_in(list(chosen)))
        named = rates.with_columns(who=pl.col("unit").replace_strict(chosen, return_dtype=pl.String))
        return self._draw_side_by_side(named, list(chosen.values()), "、".join(chosen.values()) + " 各项得分率")

    def categories(self) -> Bundle:
        """Categories side by side: the mean rate of each leaf."""
        means = self._rates.group_by("item", "category").agg(pl.col("rate", "marks").mean())
        names = [one for one in self.plan.units.categories if one in set(means["category"])]
        return self._draw_side_by_side(means.rename({"category": "who"}), names, "各类单位的平均得分率")

    def _draw_side_by_side(self, rates: pl.DataFrame, names: Sequence[str], title: str) -> Bundle:
        order = [one.title for one in self.plan.components if one.title in set(rates["item"])]
        frame = rates.select("item", "who", pl.col("rate", "marks").cast(pl.Float64))
        return draw_live(figures.side_by_side(frame, order=order, names=names, title=title), "图")

    @cached_property
    def _rates(self) -> pl.DataFrame:
        """unit, category, item, marks, rate: leaves with full marks."""
        leaves = {one.id: one.title for one in self.plan.components if not one.of}
        frame = self.book.published("component_marks").filter(pl.col("component").is_in(list(leaves)))
        marked = frame.filter((pl.col("full_marks") > 0) & pl.col("marks").is_not_null())
        item = pl.col("component").replace_strict(leaves, return_dtype=pl.String)
        rate = pl.col("marks").cast(pl.Float64) / pl.col("full_marks").cast(pl.Float64)
        rated = marked.with_columns(item=item, rate=rate)
        return rated.join(self.book.published("roster").select("unit", "category"), on="unit")

    def brush(self, x: str, y: str) -> Bundle:
        """Units by the marks of two components, to brush: the brushed units are listed. Raises: NotThere."""
        titles = [self._find_component(one) for one in (x, y)]
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
        return Bundle({MIME: chart.to_dict(validate=False), "text/plain": "框选单位"})

    def _find_component(self, id: str) -> str:
        titles = self.plan.component_titles
        if id not in titles:
            raise NotThere(f"方案没有指标“{id}”；相近的有 {nearest(id, titles, titles)}")
        return titles[id]

    def facts(self, table: str) -> Bundle:
        """A raw fact table at a glance: a small figure for each column. Raises: NotThere."""
        frame = self.lab.facts.get(table, pl.DataFrame())
        if not frame.height:
            there = "、".join(name for name, one in self.lab.facts.items() if one.height)
            raise NotThere(f"没有“{table}”的数据；有数据的是 {there}")
        known = codebook().facts[table]
        drawable = [one for one in known.columns if one.kind not in ("id", "text", "list")]
        heads = {one.name: one.head for one in drawable if one.name in frame.columns}
        chart = figures.columns_at_a_glance(self._put_into_words(table, frame.select(*heads)), heads)
        return Bundle({MIME: chart.to_dict(validate=False), "text/plain": f"{known.title}各列"})

    def _put_into_words(self, table: str, frame: pl.DataFrame) -> pl.DataFrame:
        """A fact table with the words that people write for what is stored."""
        setting = Setting(self.plan, {})
        choices = {name: choice for name in frame.columns if (choice := setting.choice(table, name))}
        words = {
            name: dict(one.names) | {value: word for word, value in one.also.items()} for name, one in choices.items()
        }
        words |= {"unit": self.book.unit_names} if "unit" in frame.columns else {}
        return frame.with_columns(pl.col(name).cast(pl.String).replace(said) for name, said in words.items() if said)

    def rule(self, path: str, low: float, high: float, step: float = 1.0) -> Any:
        """A slider on a number of the plan: who moves is drawn anew as soon as it is let go. Raises: NotANumber."""
        from ipywidgets import FloatSlider

        now = _number_at(self.lab, path)
        slider = FloatSlider(
            value=now,
            min=min(low, now),
            max=max(high, now),
            step=step,
            continuous_update=False,
            readout_format="g",
            layout={"width": "640px"},
        )
        head = f"{named_path(self.plan, path)}　现为 {now:g}"
        return self._redraw_on(slider, lambda value: {path: format(value, "g")}, head)

    def reading(self, id: str) -> Any:
        """A choice among the answers to an open question of the plan. Raises: NotThere."""
        from ipywidgets import Dropdown

        found: dict[str, Reading] = {one.id: one for one in self.plan.readings}
        if id not in found:
            raise NotThere(f"方案没有存疑“{id}”；有 {'、'.join(found)}")
        reading = found[id]
        patches: dict[str, dict[str, Any]] = {f"{OFFICIAL}：{reading.official}": {}}
        patches |= {one.answer: one.patch for one in reading.otherwise}
        choice = Dropdown(options=list(patches), description="答案", layout={"width": "640px"})
        return self._redraw_on(choice, lambda answer: dict(patches[answer]), f"{reading.clause}　{reading.question}")

    def _redraw_on(self, control: Any, patch: Callable[[Any], dict[str, Any]], head: str) -> Any:
        """A control with what the patch of its value moves below it."""
        from ipywidgets import HTML, Output, VBox

        output = Output()

        def redraw(change: Mapping[str, Any]) -> None:
            bundles = show_moves(self.lab, self.book.unit_names, patch(change["new"]))
            output.outputs = tuple({"output_type": "display_data", "data": one, "metadata": {}} for one in bundles)

        control.observe(redraw, names="value")
        redraw({"new": control.value})
        return VBox([HTML(f"<b>{head}</b>"), control, output])


def draw_live(chart: Figure, description: str) -> Bundle:
    """A chart that JupyterLab draws itself, at once: no picture is made of it. description: where it has none."""
    made = fixed_width(chart_spec(chart))
    return Bundle({MIME: made, "text/plain": made.get("description", description)})


# ---------------------------------------------------------------- a unit in Markdown


def _format_places(told: Explanation) -> str:
    """Where the unit stands, and towards every list why."""
    ranked = [f"- {one.name}：{_format_place(one.place, one.of, one.marks)}　{one.why}" for one in told.placings]
    listed = [f"- {one.titled}（{one.clause}）：{one.why}{one.inside and f'；{one.inside}'}" for one in told.verdicts]
    return "\n".join([f"### {told.name}（{told.unit}）", *ranked, *listed])


def _format_place(place: int | None, of: int, marks: str) -> str:
    return "没有名次" if place is None else f"第 {place} 名（共 {of} 个），{marks} 分"


def _format_tree(told: Explanation) -> str:
    """The score tree: marks, full marks, clause, and how the marks come about."""
    lines = ["| 指标 | 得分 | 满分 | 条款 | 怎样算出来 |", "|:--|--:|--:|:--|:--|"]
    for part in told.parts:
        full = wording.NOTHING if part.full is None else wording.plain(part.full)
        name = "　" * part.depth + part.name
        how = "；".join(one for one in (part.formula, part.flag) if one).replace("|", "｜").replace("*", "×")
        lines.append(f"| {name} | {wording.shown(part.marks)} | {full} | {part.clause} | {how} |")
    return "\n".join(lines)


def _format_rows(told: Explanation) -> str:
    """The facts behind the leaves, with file and row."""
    return "\n\n".join(_format_facts(part) for part in told.parts if part.facts) or "没有逐行的事实。"


def _format_facts(part: Part) -> str:
    blocks = []
    for table in part.facts:
        heads = f"| {' | '.join(table.heads)} |\n|{':--|' * len(table.heads)}"
        lines = [f"| {' | '.join(cell.replace('|', '｜') for cell in row)} |" for row in table.rows[:MOST_ROWS]]
        more = [f"\n（共 {len(table.rows)} 行）"] if len(table.rows) > MOST_ROWS else []
        blocks.append("\n".join([f"**{part.name}　{table.title}**\n", heads, *lines, *more]))
    return "\n\n".join(blocks)


# ---------------------------------------------------------------- a rule moved


def _number_at(lab: Laboratory, path: str) -> float:
    """The number at a path of the plan file. Raises: NotANumber."""
    try:
        value = str(value_at(lab.tree, path))
        return float(value.rstrip("%")) / (100 if value.endswith("%") else 1)
    except (NoSuchPath, ValueError, KeyError, TypeError):
        raise NotANumber(f"方案的“{path}”不是一个数，不能用滑块调") from None


def show_moves(lab: Laboratory, names: Mapping[str, str], patch: dict[str, Any]) -> list[dict[str, Any]]:
    """What a patch of the plan moves, as the bundles that a notebook shows: sentences, then the figure.

    names: what people call the units.
    """
    start = time.perf_counter()
    try:
        found = _try_patch(lab, patch)
    except PingyiError as error:
        return [{"text/markdown": str(error), "text/plain": str(error)}]
    seconds = f"（用时 {time.perf_counter() - start:.2f} 秒）"
    said = "\n".join(f"- {line}" for line in describe_difference(found)[:MOST_SENTENCES]) + f"\n\n{seconds}"
    return [{"text/markdown": said, "text/plain": said}, *_draw_moves(found, names)]


def _try_patch(lab: Laboratory, patch: dict[str, Any]) -> Difference:
    """Raises: NotANumber, PlanFaults."""
    plan = lab.patched(patch) if patch else lab.plan
    if plan is None:
        raise NotANumber("这样改后的方案自相矛盾，没有试算")
    if why := lab.needs(plan):
        raise NotANumber(why)
    return lab.tried(plan)


def _draw_moves(found: Difference, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """A figure for the standing in which most moves."""
    standings = found.names.standings
    moves = {one: [move for move in found.moves if move.standing == one and move.by] for one in standings}
    most = max(moves, key=lambda one: len(moves[one]), default=None)
    if most is None or not moves[most]:
        return []
    chosen = sorted(moves[most], key=lambda move: (-abs(move.by or 0), move.new_place or 0))[:MOST_MOVED]
    frame = pl.DataFrame(
        [
            {"name": names.get(one.unit, one.unit), "place": one.place, "new_place": one.new_place}
            | {"total": _as_float(one.total), "new_total": _as_float(one.new_total)}
            for one in sorted(chosen, key=lambda move: move.new_place or 0)
        ]
    )
    title = f"{standings[most]}：{len(moves[most])} 个单位名次变动，变动最大的 {len(chosen)} 个"
    return [draw_live(moved_places(frame, title=title), title).data]


def _as_float(value: Any) -> float | None:
    return None if value is None else float(value)


# ---------------------------------------------------------------- a path of the plan in words


def named_path(plan: Plan, path: str) -> str:
    """A path such as `components.client.ratings.few.below` as people say it: whose rule it is, and what it says.

    A step that the glossary does not explain, such as a level, stands for itself.
    """
    section, id, *steps = path.split(".")
    things = getattr(plan, section, None)
    named = [one for one in things if hasattr(one, "id")] if isinstance(things, list | tuple) else []
    owner = next((one for one in named if one.id == id), None)
    return f"{owner.title}：{_describe_steps(owner, steps)}" if owner is not None and steps else path


def _describe_steps(thing: Any, steps: list[str]) -> str:
    """The last step that is explained, and what stands for itself behind it."""
    words: list[str] = []
    for step in steps:
        known = _explained_keys(thing)
        words = [known[step]] if known.get(step) else [*words, step]
        if isinstance(thing, dict):
            thing = thing.get(step)
        else:
            fields = type(thing).model_fields.items() if known else ()
            aliases = {field.alias or name: name for name, field in fields}
            thing = getattr(thing, aliases.get(step, step), None)
    return " ".join(words)


def _explained_keys(thing: Any) -> dict[str, str]:
    """The short explanation of every key of a thing; those that all named things have come last."""
    texts = explanations()
    names = [one.__name__ for one in type(thing).__mro__ if issubclass(one, BaseModel)]
    keys = {key: says for name in reversed(names) for key, says in texts.get(name, {}).get("keys", {}).items()}
    return {key: str(says).split("；")[0].split("，")[0] for key, says in keys.items()}
