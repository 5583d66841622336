"""The rows of facts that a leaf's published marks rest on, and the part that each of them plays.

Whoever keeps the rows named here and throws all others away can work out the leaf again to the last digit.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import polars as pl

from pingyi.common import wording
from pingyi.common.faults import spans
from pingyi.explain.named_rows import (
    NONE,
    PLACE,
    counted_as,
    join_columns,
    name_once,
    name_ratings,
    name_rows,
    order_in_plan,
    plain_number,
    select_columns,
)
from pingyi.explain.rating_scores import Rated, units_in_mean
from pingyi.plan import Component
from pingyi.plan.ratings import Ratings
from pingyi.results.result_tables import ResultTables, Row

PARTS = {
    "counted": "计入",
    "beside": "本身不计分，但照样否决、算作选过，或说明已经评过",
    "form": "同一张选票，决定选票是否有效、没有选的怎样计",
    "others": "其他单位，用来取平均或比较",
    "roster": "名录",
    "aside": "不计",
}
"""What part a row plays. Only `aside` may be thrown away without changing the marks."""

EVENTS = ("event", "unit", "item", "happened_on", "times", "document", *PLACE)
MARKS = ("unit", "marker", "mark", "cycle", "band", *PLACE)
MEASURES = ("unit", "cycle", "numerator", "denominator", *PLACE)
"""Columns of the fact tables that are looked at here."""


class FactRows:
    """The rows behind the leaves of one review.

    FactRows(explainer.tables, facts).behind("client", "0101")
    """

    def __init__(self, tables: ResultTables, facts: Mapping[str, pl.DataFrame]) -> None:
        """facts: the checked frames that the review was begun with."""
        self.tables, self.facts, self.plan = tables, facts, tables.plan
        self._known: dict[tuple[str, ...], pl.DataFrame] = {}

    def behind(self, component: str, unit: str) -> pl.DataFrame:
        """The rows behind a leaf's marks of a unit, each named once. Inner nodes have none: see their children.

        Raises: KeyError where the plan has no such component, or the component does not exist for the unit.
        """
        leaf, marks = self.plan.component(component), self.tables.marks[component, unit]
        imported = self._is_imported(leaf, unit)
        if leaf.of and not imported:
            return NONE
        own = self._own_rows(leaf, unit)
        forms = self._form_rows(leaf, unit) if leaf.ratings and leaf.ratings.form and not imported else NONE
        others = NONE if imported or marks["flag"] == "unmeasured" else self._rows_of_others(leaf, unit)
        return name_once(pl.concat([own, forms, others, self.roster_rows([unit])]))

    def roster_rows(self, units: Iterable[str], part: str = "roster") -> pl.DataFrame:
        """The rows of the roster about some units."""
        mine = self._roster.filter(pl.col("unit").is_in(list(units)))
        cells = [pl.col(name).cast(pl.String) for name in mine.columns if name not in PLACE]
        return name_rows(mine, "units", part=pl.lit(part), says=join_columns(*cells))

    @cached_property
    def _roster(self) -> pl.DataFrame:
        frame = self.facts["units"]
        return select_columns(frame, dict.fromkeys([*frame.columns, *PLACE]))

    def _is_imported(self, leaf: Component, unit: str) -> bool:
        return bool(self.tables.scope[leaf.id, unit]["imported"])

    # ------------------------------------------------------------ the unit's own rows

    def _own_rows(self, leaf: Component, unit: str) -> pl.DataFrame:
        """The unit's own rows, counted or not."""
        if self._is_imported(leaf, unit) or leaf.marks:
            return self._mark_rows(leaf, unit)
        if leaf.events:
            return self._event_rows(leaf, unit)
        if leaf.measures:
            return self._measure_rows(leaf, unit)
        return pl.concat([self._rating_rows(leaf, unit), self._count_rows(leaf, [unit], "counted")])

    def _facts_about(self, table: str, units: Sequence[str], columns: Sequence[str], leaf: str = "") -> pl.DataFrame:
        """Some columns of the rows of a fact table about units, and a leaf where the table says of which they are."""
        frame = self.facts.get(table)
        if frame is None:
            return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
        mine = frame.filter(pl.col("unit").cast(pl.String).is_in(units))
        return select_columns(mine.filter(pl.col("method").cast(pl.String) == leaf) if leaf else mine, columns)

    def _event_rows(self, leaf: Component, unit: str) -> pl.DataFrame:
        events = self.tables.events.get((leaf.id, unit), [])
        if not events or leaf.events is None:
            return NONE
        parts = {event["event"]: _part_of_event(leaf, event) for event in events}
        reasons = {event["event"]: event["not_counted"] for event in events}
        found = self._facts_about("events", [unit], EVENTS).filter(pl.col("event").is_in(list(parts)))
        kind = pl.col("item").replace({id: item.name for id, item in leaf.events.items.items()})
        day, times = pl.col("happened_on").cast(pl.String), pl.format("{} 件", "times")
        return name_rows(
            found,
            "events",
            part=pl.col("event").replace_strict(parts, return_dtype=pl.String),
            kind=kind,
            number=pl.col("times"),
            says=join_columns(day, kind, times, "document"),
            reason=pl.col("event").replace_strict(reasons, return_dtype=pl.String).replace(wording.NOT_COUNTED),
        )

    def _mark_rows(self, leaf: Component, unit: str) -> pl.DataFrame:
        found = self._give_reasons("marks", leaf, self._facts_about("marks", [unit], MARKS, leaf.id))
        says = join_columns("cycle", "marker", pl.format("{} 分", plain_number("mark")), "band")
        kind = join_columns("cycle", "marker", separator="·")
        return name_rows(found, "marks", part=counted_as(), kind=kind, says=says, reason=pl.col("reason"))

    def _measure_rows(self, leaf: Component, unit: str) -> pl.DataFrame:
        assert leaf.measures is not None
        found = self._give_reasons("measures", leaf, self._facts_about("measures", [unit], MEASURES, leaf.id))
        above = pl.format(f"{leaf.measures.numerator} {{}}", plain_number("numerator"))
        below = pl.format(f"{leaf.measures.denominator or '分母'} {{}}", plain_number("denominator"))
        says, kind = join_columns("cycle", above, below), pl.col("cycle")
        return name_rows(found, "measures", part=counted_as(), kind=kind, says=says, reason=pl.col("reason"))

    def _count_rows(self, leaf: Component, units: Sequence[str], part: str, cycles: Sequence[str] = ()) -> pl.DataFrame:
        """Ready counts of some units, of some cycles (none given: of all), those that do not count among them."""
        found = self.tables.adjudicated("adjudicated_counts", leaf.id).filter(pl.col("unit").is_in(units))
        if cycles:
            found = found.filter(pl.col("cycle").is_in(cycles))
        votes = pl.coalesce(pl.format("{} 票", "votes"), pl.lit("票数被隐去"))
        # A hidden number is no vote, but leaves the unit without marks: such a row may not be thrown away.
        reason = pl.when(pl.col("reason") != "suppressed").then("reason").replace(wording.SET_ASIDE)
        return name_rows(
            found,
            "counts",
            part=counted_as(part, reason),
            kind=join_columns("cycle", "level", separator="·"),
            number=pl.col("votes"),
            says=join_columns("cycle", "level", votes, "grp", "channel", "item"),
            reason=reason,
        )

    def _give_reasons(self, table: str, leaf: Component, found: pl.DataFrame) -> pl.DataFrame:
        """The rows of a fact table with `reason`, in words, as the scoring excluded them; null where they count."""
        places = found.select("unit", *PLACE).iter_rows()
        words = (self.tables.excluded.get((table, leaf.id, unit), {}).get(tuple(place), "") for unit, *place in places)
        reasons = [wording.SET_ASIDE.get(word) for word in words]
        return found.with_columns(reason=pl.Series(reasons, dtype=pl.String))

    # ------------------------------------------------------------ ratings

    def _rating_rows(self, leaf: Component, unit: str) -> pl.DataFrame:
        assert leaf.ratings is not None
        mine = self.tables.ratings_of(leaf.id, unit)
        counted = pl.when(pl.col("reason").is_null()).then(pl.lit("counted"))
        part = counted.when(pl.col("form_valid")).then(pl.lit("beside")).otherwise(pl.lit("aside"))
        cycles, levels = [cycle.id for cycle in self.plan.cycles[leaf.per]], [*leaf.ratings.levels]
        order = [order_in_plan("cycle", cycles), order_in_plan("level", levels), pl.col(*PLACE)]
        return name_ratings(mine.sort(order, nulls_last=True, maintain_order=True), part)

    def _adjudicated_ratings(self, leaf: Component) -> pl.DataFrame:
        return self.tables.adjudicated("adjudicated_ratings", leaf.id)

    def _form_rows(self, leaf: Component, unit: str) -> pl.DataFrame:
        """All rows of the valid forms that say something of the unit: each of them where unmarked units count too.

        And the roster rows of the units that these forms name.
        """
        valid = self._adjudicated_ratings(leaf).filter(pl.col("form_valid"))
        form = leaf.ratings.form if leaf.ratings else None
        if form and form.unmarked == "not_counted":
            mine = valid.filter(pl.col("unit") == unit).select("form").unique()
            valid = valid.join(mine, on="form", how="semi", maintain_order="left")
        others = valid.filter(pl.col("unit") != unit)
        named = self.roster_rows(others["unit"].unique().to_list(), "form")
        return pl.concat([name_ratings(others, pl.lit("form")), named])

    # ------------------------------------------------------------ rows of other units

    def _rows_of_others(self, leaf: Component, unit: str) -> pl.DataFrame:
        """The rows of other units that this unit's marks are compared with; of a store nobody lists them all."""
        if self.tables.has_store and leaf.ratings and not leaf.ratings.form:
            return NONE
        if any(step.rule and step.rule.compares_units for step in (*leaf.each_cycle, *leaf.convert)):
            return self._rows_of_everyone(leaf).filter(pl.col("unit") != unit)
        return pl.concat([NONE, *self._rows_in_means(leaf, unit)]).filter(pl.col("unit") != unit)

    def _rows_of_everyone(self, leaf: Component) -> pl.DataFrame:
        key = ("everyone", leaf.id)
        if key not in self._known:
            units = [str(unit) for component, unit in self.tables.marks if component == leaf.id]
            own = pl.concat([NONE, *(self._own_rows(leaf, unit) for unit in units)]).filter(pl.col("part") != "aside")
            means = [rows for unit in units for rows in self._rows_in_means(leaf, unit)]
            named = pl.concat([own, *means, self.roster_rows(units)]).with_columns(part=pl.lit("others"))
            self._known[key] = name_once(named)
        return self._known[key]

    def _rows_in_means(self, leaf: Component, unit: str) -> list[pl.DataFrame]:
        """For each cycle in which a mean makes up for few votes, the rows of all units that it is taken over."""
        rows = self.tables.rating_marks.get((leaf.id, unit), [])
        return [self._rows_in_mean(leaf, row) for row in rows if row["rule"] in ("few", "none_mean")]

    def _rows_in_mean(self, leaf: Component, row: Row) -> pl.DataFrame:
        assert leaf.ratings is not None
        key = ("mean", leaf.id, row["cycle"], self.tables.roster[row["unit"]]["category"] or "")
        if key not in self._known:
            units, cycles = units_in_mean(Rated(self.tables, leaf, row["unit"]), row), _cycles_of(leaf.ratings, row)
            own = pl.col("reason").is_null() & pl.col("unit").is_in(units)
            rows = self._adjudicated_ratings(leaf).filter(pl.col("form_valid") if leaf.ratings.form else own)
            rows = rows.filter(pl.col("cycle").is_in(cycles)) if cycles else rows
            counts = self._count_rows(leaf, units, "others", cycles)
            named = self.roster_rows(units, "others")
            self._known[key] = pl.concat([name_ratings(rows, pl.lit("others")), counts, named])
        return self._known[key]


def _part_of_event(leaf: Component, event: Row) -> str:
    """Its part: some events that do not count still veto, or show that a leaf was judged."""
    if event["not_counted"] is None:
        return "counted"
    vetoes = event["not_counted"] == "same_deed" and event["veto"] is not None
    shows = leaf.unmeasured is not None and event["not_counted"] in ("in_time", "not_due", "same_deed")
    return "beside" if vetoes or shows else "aside"


def _cycles_of(rule: Ratings, row: Row) -> list[str]:
    """The cycle whose rows a mean needs; none: all of them, where votes are pooled or counted over the year."""
    pooled = rule.score_per == "year" or (rule.few is not None and rule.few.counted_per == "year")
    return [] if pooled or not row["cycle"] else [row["cycle"]]


# ---------------------------------------------------------------- where rows stand, in a few words


def describe_rows(source: str | None, sheet: str | None, rows: Iterable[int | None], most: int | None = None) -> str:
    """Where rows of one sheet stand: ratings.csv 第 3—9、12 行.

    most: so many stretches, the rest is counted; None: all.
    """
    listed = list(rows)
    stretches = spans(listed)
    named = stretches[:most]
    start = f"{source or '来源未写明'}{f'“{sheet}”' if sheet else ''}"
    if not named:
        return start
    rest = f"等 {wording.counted(len(listed))} 行" if len(named) < len(stretches) else "行"
    return f"{start} 第 {'、'.join(named)} {rest}"


def describe_rows_by_file(rows: pl.DataFrame, most: int | None = None) -> str:
    """Where rows of several files stand."""
    by_file = rows.group_by("source", "sheet", maintain_order=True)
    return "；".join(describe_rows(source, sheet, same["row"].to_list(), most) for (source, sheet), same in by_file)
