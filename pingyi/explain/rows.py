"""The rows of facts that a leaf's published marks rest on, and the part that each of them plays.

Whoever keeps the rows named here and throws all others away can work out the leaf again to the last digit.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import polars as pl

from pingyi.common import wording
from pingyi.explain import happened, ratings
from pingyi.explain.named import NONE, rows_of, texts
from pingyi.explain.rated import KEYS, counts_placed, judged
from pingyi.explain.tables import Row, Tables
from pingyi.facts.lineage import is_outside
from pingyi.plan import Component
from pingyi.plan.ratings import Ratings
from pingyi.scoring.review import Review

PICKED = ("level_overpicked", "own_unit")
"""Why a row of a valid form does not count, though its unit is not left unmarked for that."""


class Rows:
    """The rows behind the leaves of one review.

    Rows(explainer.tables, facts).behind("client", "0101")
    """

    def __init__(self, tables: Tables, facts: Mapping[str, pl.DataFrame]) -> None:
        """facts: the checked frames that the review was begun with."""
        self.tables, self.facts, self.plan = tables, facts, tables.plan
        self._kept: dict[tuple[str, ...], pl.DataFrame] = {}

    def behind(self, component: str, unit: str) -> pl.DataFrame:
        """The rows behind a leaf's marks of a unit, each named once. Inner nodes have none: see their children.

        Raises: KeyError where the plan has no such component, or the component does not exist for the unit.
        """
        one, marks = self.plan.component(component), self.tables.marks[component, unit]
        imported = self._imported(one, unit)
        if one.of and not imported:
            return NONE
        own = self._own(one, unit)
        forms = self._forms(one, unit) if one.ratings and one.ratings.form and not imported else NONE
        others = NONE if marks["flag"] == "unmeasured" else self._others(one, unit)
        named = pl.concat([own, forms, others, self.roster([unit])])
        return named.unique(subset=["table", "source", "sheet", "row"], keep="first", maintain_order=True)

    def _imported(self, one: Component, unit: str) -> bool:
        return bool(self.tables.scope[one.id, unit]["imported"])

    def _own(self, one: Component, unit: str) -> pl.DataFrame:
        """The unit's own rows, counted or not."""
        if self._imported(one, unit) or one.marks:
            return happened.marks(self.tables, one, self._of("marks", unit, one.id))
        if one.events:
            return happened.events(self.tables, one, unit, self._of("events", unit))
        if one.measures:
            return happened.measures(self.tables, one, self._of("measures", unit, one.id))
        return pl.concat([self._ratings(one, unit), self._counts(one, [unit], "counted")])

    def _of(self, table: str, unit: str, component: str = "") -> pl.DataFrame:
        """The rows of a fact table about a unit, and a component."""
        frame = self.facts.get(table)
        if frame is None:
            return pl.DataFrame()
        mine = frame.filter(pl.col("unit").cast(pl.String) == unit)
        return mine.filter(pl.col("method").cast(pl.String) == component) if component else mine

    # -------------------------------------------------------------- ratings

    def _ratings(self, one: Component, unit: str) -> pl.DataFrame:
        mine = self._judged(one, unit).filter(pl.col("unit") == unit)
        assert one.ratings is not None
        picked = pl.col("reason").is_in(PICKED) & pl.lit(one.ratings.form is not None)
        marked = pl.when(picked).then(pl.lit("beside")).otherwise(pl.lit("aside"))
        part = pl.when(pl.col("reason").is_null()).then(pl.lit("counted")).otherwise(marked)
        cycles, levels = [cycle.id for cycle in self.plan.cycles[one.per]], [*one.ratings.levels]
        order = [_nth("cycle", cycles), _nth("level", levels), pl.col("source", "sheet", "row")]
        return _rating_rows(mine.with_columns(part=part).sort(order, nulls_last=True, maintain_order=True))

    def _judged(self, one: Component, unit: str = "") -> pl.DataFrame:
        """Ratings with what became of them: of one unit where that is enough, else of all."""
        whole = not unit or bool(one.ratings and one.ratings.form)
        key = ("judged", one.id, "" if whole else unit)
        if ("judged", one.id, "") in self._kept:
            key = ("judged", one.id, "")
        if key not in self._kept:
            frame = self.facts.get("ratings", pl.DataFrame(schema=dict.fromkeys(("method", *KEYS), pl.String)))
            mine = frame.filter(pl.col("method").cast(pl.String) == one.id)
            mine = mine if whole else mine.filter(pl.col("unit").cast(pl.String) == unit)
            beyond = is_outside("ratings", mine, self.facts["units"], self.plan)
            found = judged(one, self.plan.cycles[one.per], texts(mine.filter(~beyond), KEYS))
            aside = texts(mine.filter(beyond), KEYS).with_columns(reason=pl.lit("outside_life"))
            self._kept[key] = pl.concat([found, aside], how="diagonal_relaxed") if aside.height else found
        return self._kept[key]

    def _counts(self, one: Component, units: Iterable[str], part: str, cycles: Iterable[str] = ()) -> pl.DataFrame:
        """Ready counts of some units, of some cycles (none given: of all), those that do not count among them."""
        frame = self.facts.get("counts")
        if frame is None:
            return NONE
        found = texts(frame.filter(pl.col("method").cast(pl.String) == one.id), COUNTS)
        found = counts_placed(found.filter(pl.col("unit").is_in(list(units))), self.plan.cycles[one.per])
        found = happened.with_reason(self.tables, "counts", one, found)
        if cycles:
            found = found.filter(pl.col("cycle").is_in(list(cycles)))
        says = pl.concat_str(
            pl.col("cycle", "level"), pl.coalesce(pl.format("{} 票", "votes"), pl.lit("票数被隐去")),
            pl.col("group", "channel", "item"), separator=" ", ignore_nulls=True,
        )  # fmt: skip
        kind = pl.concat_str("cycle", "level", separator="·", ignore_nulls=True)
        # A hidden number is no vote, but leaves the unit without marks: such a row may not be thrown away.
        reason = pl.when(pl.col("reason") != wording.SET_ASIDE["suppressed"]).then("reason")
        plays = pl.when(reason.is_null()).then(pl.lit(part)).otherwise(pl.lit("aside"))
        return rows_of(found, "counts", part=plays, kind=kind, number=pl.col("votes"), says=says, reason=reason)

    def _forms(self, one: Component, unit: str) -> pl.DataFrame:
        """All rows of the valid forms that say something of the unit: each of them where unmarked units count too.

        And the roster rows of the units that these forms name.
        """
        judged_ = self._judged(one)
        valid = judged_.filter(pl.col("reason").is_null() | pl.col("reason").is_in(PICKED))
        form = one.ratings.form if one.ratings else None
        if form and form.unmarked == "not_counted":
            mine = valid.filter(pl.col("unit") == unit).select("form").unique()
            valid = valid.join(mine, on="form", how="semi")
        others = valid.filter(pl.col("unit") != unit)
        rows = _rating_rows(others.with_columns(part=pl.lit("form")))
        return pl.concat([rows, self.roster(others["unit"].unique().to_list(), "form")])

    # -------------------------------------------------------------- other units

    def _others(self, one: Component, unit: str) -> pl.DataFrame:
        """The rows of other units that this unit's marks are compared with."""
        if self._imported(one, unit):
            return NONE
        if any(step.rule and step.rule.compares_units for step in (*one.each_cycle, *one.convert)):
            return self._everyone(one).filter(pl.col("unit") != unit)
        if not one.ratings:
            return NONE
        found = [
            self._in_mean(one, row).filter(pl.col("unit") != unit)
            for row in self.tables.rating_marks.get((one.id, unit), [])
            if row["rule"] in ("few", "none_mean")
        ]
        return pl.concat([NONE, *found])

    def _everyone(self, one: Component) -> pl.DataFrame:
        key = ("everyone", one.id)
        if key not in self._kept:
            units = [str(unit) for component, unit in self.tables.marks if component == one.id]
            own = pl.concat([NONE, *(self._own(one, unit) for unit in units)]).filter(pl.col("part") != "aside")
            means = [self._in_mean(one, row) for unit in units for row in self._drawn(one, unit)]
            named = pl.concat([own, *means, self.roster(units)]).with_columns(part=pl.lit("others"))
            self._kept[key] = named.unique(subset=["table", "source", "sheet", "row"], maintain_order=True)
        return self._kept[key]

    def _drawn(self, one: Component, unit: str) -> list[Row]:
        found = self.tables.rating_marks.get((one.id, unit), [])
        return [row for row in found if row["rule"] in ("few", "none_mean")]

    def _in_mean(self, one: Component, row: Row) -> pl.DataFrame:
        """The rows of all units that a mean is taken over."""
        units = ratings.units_in_mean(self.tables, one, row)
        alike = self.tables.roster[row["unit"]]["category"] or ""
        key = ("mean", one.id, row["cycle"], alike)
        if key not in self._kept:
            cycles = _cycles(one.ratings, row["cycle"])
            rows = self._judged(one).filter(pl.col("reason").is_null())
            whole = bool(one.ratings and one.ratings.form)
            rows = rows if whole else rows.filter(pl.col("unit").is_in(units))
            rows = rows.filter(pl.col("cycle").is_in(cycles)) if cycles else rows
            votes = _rating_rows(rows.with_columns(part=pl.lit("others")))
            counted = self._counts(one, units, "others", cycles)
            self._kept[key] = pl.concat([votes, counted, self.roster(units, "others")])
        return self._kept[key]

    # -------------------------------------------------------------- roster

    @cached_property
    def _units(self) -> pl.DataFrame:
        frame = self.facts["units"]
        return texts(frame, [*dict.fromkeys([*frame.columns, "source", "sheet", "row"])])

    def roster(self, units: Iterable[str], part: str = "roster") -> pl.DataFrame:
        """The rows of the roster about some units."""
        mine = self._units.filter(pl.col("unit").is_in(list(units)))
        told = [name for name in mine.columns if name not in ("source", "sheet", "row")]
        says = pl.concat_str([pl.col(name).cast(pl.String) for name in told], separator=" ", ignore_nulls=True)
        return rows_of(mine, "units", part=pl.lit(part), says=says)


COUNTS = ("unit", "level", "votes", "cycle", "group", "channel", "item", "counted_on", "source", "sheet", "row")


def _nth(column: str, words_: Sequence[str]) -> pl.Expr:
    """The place of a word in the order of the plan."""
    nth = {word: at for at, word in enumerate(words_)}
    return pl.col(column).replace_strict(nth, default=None, return_dtype=pl.Int64)


def _cycles(rule: Ratings | None, cycle: str) -> list[str]:
    """The cycle whose rows a mean needs; none: all of them, where votes are pooled or counted over the year."""
    pooled = rule is None or rule.score_per == "year" or (rule.few is not None and rule.few.counted_per == "year")
    return [] if pooled or not cycle else [cycle]


def _rating_rows(found: pl.DataFrame) -> pl.DataFrame:
    day = pl.col("rated_on").cast(pl.Date).cast(pl.String)
    says = pl.concat_str(day, pl.col("level", "group", "channel", "item"), separator=" ", ignore_nulls=True)
    reason = pl.col("reason").replace(wording.SET_ASIDE)
    kind = pl.concat_str("cycle", "level", separator="·", ignore_nulls=True)
    return rows_of(found, "ratings", part=pl.col("part"), kind=kind, says=says, reason=reason)


def rows_behind(review: Review, facts: Mapping[str, pl.DataFrame], component: str, unit: str) -> pl.DataFrame:
    """The rows behind one leaf of one unit; for many keep a `Rows`. Raises: KeyError."""
    return Rows(Tables(review), facts).behind(component, unit)
