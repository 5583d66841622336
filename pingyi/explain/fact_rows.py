"""The rows of facts that a leaf's published marks rest on, and the part that each of them plays.

Whoever keeps the rows named here and throws all others away can work out the leaf again to the last digit.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import polars as pl

from pingyi.common import wording
from pingyi.common.faults import spans
from pingyi.explain.rating_scores import Rated, units_in_mean
from pingyi.facts.lineage import is_outside
from pingyi.plan import Component
from pingyi.plan.components import Cycle
from pingyi.plan.ratings import FormRule, Ratings
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

PLACE = ("source", "sheet", "row")
SCHEMA: dict[str, type[pl.String] | type[pl.Int64]] = {
    **dict.fromkeys(("table", *PLACE, "part", "unit", "kind", "number", "says", "reason"), pl.String),
    **dict.fromkeys(("row", "number"), pl.Int64),
}
"""Columns of `FactRows.behind`. kind: what rows of a sort share (周期·等次). number: the votes or cases it stands for.
"""

NONE = pl.DataFrame(schema=SCHEMA)
NO_TEXT, ONE = pl.lit(None, pl.String), pl.lit(1, pl.Int64)

RATINGS = ("form", "unit", "level", "rated_on", "respondent", "group", "channel", "item", "own", *PLACE)
COUNTS = ("unit", "level", "votes", "cycle", "group", "channel", "item", "counted_on", *PLACE)
EVENTS = ("event", "unit", "item", "happened_on", "times", "status", "document", *PLACE)
MARKS = ("unit", "marker", "mark", "cycle", "band", *PLACE)
MEASURES = ("unit", "cycle", "numerator", "denominator", *PLACE)
"""Columns of the fact tables that are looked at here."""

PICKED = ("level_overpicked", "own_unit")
"""Why a row of a valid form does not count, though its unit is not left unmarked for that."""


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
        return _name_once(pl.concat([own, forms, others, self.roster_rows([unit])]))

    def roster_rows(self, units: Iterable[str], part: str = "roster") -> pl.DataFrame:
        """The rows of the roster about some units."""
        mine = self._roster.filter(pl.col("unit").is_in(list(units)))
        cells = [pl.col(name).cast(pl.String) for name in mine.columns if name not in PLACE]
        return _name_rows(mine, "units", part=pl.lit(part), says=_join_columns(*cells))

    @cached_property
    def _roster(self) -> pl.DataFrame:
        frame = self.facts["units"]
        return _select_columns(frame, dict.fromkeys([*frame.columns, *PLACE]))

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
        return _select_columns(mine.filter(pl.col("method").cast(pl.String) == leaf) if leaf else mine, columns)

    def _event_rows(self, leaf: Component, unit: str) -> pl.DataFrame:
        reasons = {row["event"]: row["not_counted"] for row in self.tables.events.get((leaf.id, unit), [])}
        if not reasons or leaf.events is None:
            return NONE
        found = self._facts_about("events", [unit], EVENTS).filter(pl.col("event").is_in(list(reasons)))
        items = found.select("event", "item").rows()
        parts = {event: _part_of_event(leaf, reasons[event], item) for event, item in items}
        kind = pl.col("item").replace({id: item.name for id, item in leaf.events.items.items()})
        day, times = pl.col("happened_on").cast(pl.String), pl.format("{} 件", "times")
        return _name_rows(
            found,
            "events",
            part=pl.col("event").replace_strict(parts, return_dtype=pl.String),
            kind=kind,
            number=pl.col("times"),
            says=_join_columns(day, kind, times, "document"),
            reason=pl.col("event").replace_strict(reasons, return_dtype=pl.String).replace(wording.NOT_COUNTED),
        )

    def _mark_rows(self, leaf: Component, unit: str) -> pl.DataFrame:
        found = self._give_reasons("marks", leaf, self._facts_about("marks", [unit], MARKS, leaf.id))
        says = _join_columns("cycle", "marker", pl.format("{} 分", _plain_number("mark")), "band")
        kind = _join_columns("cycle", "marker", separator="·")
        return _name_rows(found, "marks", part=_counted_as(), kind=kind, says=says, reason=pl.col("reason"))

    def _measure_rows(self, leaf: Component, unit: str) -> pl.DataFrame:
        assert leaf.measures is not None
        found = self._give_reasons("measures", leaf, self._facts_about("measures", [unit], MEASURES, leaf.id))
        above = pl.format(f"{leaf.measures.numerator} {{}}", _plain_number("numerator"))
        below = pl.format(f"{leaf.measures.denominator or '分母'} {{}}", _plain_number("denominator"))
        says, kind = _join_columns("cycle", above, below), pl.col("cycle")
        return _name_rows(found, "measures", part=_counted_as(), kind=kind, says=says, reason=pl.col("reason"))

    def _count_rows(self, leaf: Component, units: Sequence[str], part: str, cycles: Sequence[str] = ()) -> pl.DataFrame:
        """Ready counts of some units, of some cycles (none given: of all), those that do not count among them."""
        found = _place_counts(self._facts_about("counts", units, COUNTS, leaf.id), self.plan.cycles[leaf.per])
        found = self._give_reasons("counts", leaf, found)
        if cycles:
            found = found.filter(pl.col("cycle").is_in(cycles))
        votes = pl.coalesce(pl.format("{} 票", "votes"), pl.lit("票数被隐去"))
        # A hidden number is no vote, but leaves the unit without marks: such a row may not be thrown away.
        reason = pl.when(pl.col("reason") != wording.SET_ASIDE["suppressed"]).then("reason")
        return _name_rows(
            found,
            "counts",
            part=_counted_as(part, reason),
            kind=_join_columns("cycle", "level", separator="·"),
            number=pl.col("votes"),
            says=_join_columns("cycle", "level", votes, "group", "channel", "item"),
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
        mine = self._judged_ratings(leaf, unit).filter(pl.col("unit") == unit)
        assert leaf.ratings is not None
        picked = pl.col("reason").is_in(PICKED) & pl.lit(leaf.ratings.form is not None)
        part = pl.when(pl.col("reason").is_null()).then(pl.lit("counted")).when(picked).then(pl.lit("beside"))
        cycles, levels = [cycle.id for cycle in self.plan.cycles[leaf.per]], [*leaf.ratings.levels]
        order = [_order_in_plan("cycle", cycles), _order_in_plan("level", levels), pl.col(*PLACE)]
        ordered = mine.sort(order, nulls_last=True, maintain_order=True)
        return _name_ratings(ordered, part.otherwise(pl.lit("aside")))

    def _judged_ratings(self, leaf: Component, unit: str = "") -> pl.DataFrame:
        """Ratings with what became of them: of one unit where that is enough, else of all."""
        if not unit or (leaf.ratings and leaf.ratings.form) or ("judged", leaf.id, "") in self._known:
            unit = ""
        key = ("judged", leaf.id, unit)
        if key not in self._known:
            frame = self.facts.get("ratings", pl.DataFrame(schema=dict.fromkeys(("method", *RATINGS), pl.String)))
            mine = frame.filter(pl.col("method").cast(pl.String) == leaf.id)
            mine = mine.filter(pl.col("unit").cast(pl.String) == unit) if unit else mine
            beyond = is_outside("ratings", mine, self.facts["units"], self.plan)
            found = _judge_ratings(leaf, self.plan.cycles[leaf.per], _select_columns(mine.filter(~beyond), RATINGS))
            aside = _select_columns(mine.filter(beyond), RATINGS).with_columns(reason=pl.lit("outside_life"))
            self._known[key] = pl.concat([found, aside], how="diagonal_relaxed") if aside.height else found
        return self._known[key]

    def _form_rows(self, leaf: Component, unit: str) -> pl.DataFrame:
        """All rows of the valid forms that say something of the unit: each of them where unmarked units count too.

        And the roster rows of the units that these forms name.
        """
        valid = self._judged_ratings(leaf).filter(pl.col("reason").is_null() | pl.col("reason").is_in(PICKED))
        form = leaf.ratings.form if leaf.ratings else None
        if form and form.unmarked == "not_counted":
            mine = valid.filter(pl.col("unit") == unit).select("form").unique()
            valid = valid.join(mine, on="form", how="semi")
        others = valid.filter(pl.col("unit") != unit)
        named = self.roster_rows(others["unit"].unique().to_list(), "form")
        return pl.concat([_name_ratings(others, pl.lit("form")), named])

    # ------------------------------------------------------------ rows of other units

    def _rows_of_others(self, leaf: Component, unit: str) -> pl.DataFrame:
        """The rows of other units that this unit's marks are compared with."""
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
            self._known[key] = _name_once(named)
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
            rows = self._judged_ratings(leaf).filter(pl.col("reason").is_null())
            rows = rows if leaf.ratings.form else rows.filter(pl.col("unit").is_in(units))
            rows = rows.filter(pl.col("cycle").is_in(cycles)) if cycles else rows
            counts = self._count_rows(leaf, units, "others", cycles)
            named = self.roster_rows(units, "others")
            self._known[key] = pl.concat([_name_ratings(rows, pl.lit("others")), counts, named])
        return self._known[key]


def _part_of_event(leaf: Component, not_counted: str | None, item: str) -> str:
    """Its part: some events that do not count still veto, or show that a leaf was judged."""
    assert leaf.events is not None
    if not_counted is None:
        return "counted"
    vetoes = not_counted == "same_deed" and leaf.events.items[item].veto is not None
    shows = leaf.unmeasured is not None and not_counted in ("in_time", "not_due", "same_deed")
    return "beside" if vetoes or shows else "aside"


def _cycles_of(rule: Ratings, row: Row) -> list[str]:
    """The cycle whose rows a mean needs; none: all of them, where votes are pooled or counted over the year."""
    pooled = rule.score_per == "year" or (rule.few is not None and rule.few.counted_per == "year")
    return [] if pooled or not row["cycle"] else [row["cycle"]]


# ---------------------------------------------------------------- rows in the form of `SCHEMA`


def _name_rows(
    found: pl.DataFrame,
    table: str,
    *,
    part: pl.Expr,
    says: pl.Expr,
    kind: pl.Expr = NO_TEXT,
    number: pl.Expr = ONE,
    reason: pl.Expr = NO_TEXT,
) -> pl.DataFrame:
    """Rows of a fact table in the form of `SCHEMA`."""
    if not found.height:
        return NONE
    cells = {name: pl.col(name) for name in ("unit", *PLACE)} | {"table": pl.lit(table), "part": part, "kind": kind}
    cells |= {"number": number, "says": says, "reason": reason}
    return found.select(cells[name].cast(dtype).alias(name) for name, dtype in SCHEMA.items())


def _name_ratings(found: pl.DataFrame, part: pl.Expr) -> pl.DataFrame:
    day = pl.col("rated_on").cast(pl.Date).cast(pl.String)
    says = _join_columns(day, "level", "group", "channel", "item")
    reason = pl.col("reason").replace(wording.SET_ASIDE)
    kind = _join_columns("cycle", "level", separator="·")
    return _name_rows(found, "ratings", part=part, kind=kind, says=says, reason=reason)


def _name_once(named: pl.DataFrame) -> pl.DataFrame:
    """Each row of a file once, in the part that is named first."""
    return named.unique(subset=["table", *PLACE], keep="first", maintain_order=True)


def _select_columns(frame: pl.DataFrame, columns: Iterable[str]) -> pl.DataFrame:
    """Some columns of facts, words as text; a column that the facts lack is empty."""
    there = [pl.col(name) if name in frame.columns else NO_TEXT.alias(name) for name in columns]
    return frame.select(there).with_columns(pl.col(pl.Enum, pl.Categorical).cast(pl.String))


def _join_columns(*columns: pl.Expr | str, separator: str = " ") -> pl.Expr:
    return pl.concat_str(list(columns), separator=separator, ignore_nulls=True)


def _counted_as(part: str = "counted", reason: pl.Expr | None = None) -> pl.Expr:
    """This part where there is no reason why a row does not count."""
    why = pl.col("reason") if reason is None else reason
    return pl.when(why.is_null()).then(pl.lit(part)).otherwise(pl.lit("aside"))


def _plain_number(column: str) -> pl.Expr:
    """A decimal without the zeros at its end."""
    return pl.col(column).cast(pl.String).str.replace(r"(\.\d*?)0+$", "$1").str.strip_suffix(".")


def _order_in_plan(column: str, words: Sequence[str]) -> pl.Expr:
    """The place of a word in the order of the plan."""
    places = {word: place for place, word in enumerate(words)}
    return pl.col(column).replace_strict(places, default=None, return_dtype=pl.Int64)


# ---------------------------------------------------------------- which ratings count
#
# The same choice as `sql/tally/` makes in its one pass over the votes; that pass keeps no rows, this one does.

MOMENT = ("moment", "digits", "number", "form")
"""Which of a person's forms is the earlier one: by moment, then by number, 9 before 10."""


def _judge_ratings(leaf: Component, cycles: Sequence[Cycle], ratings: pl.DataFrame) -> pl.DataFrame:
    """The ratings of a leaf with `cycle` and `reason`: a word of `wording.SET_ASIDE`, null where one counts.

    ratings: all of the leaf where it judges forms as a whole, else at least all of the units looked at. A rating in
    two cycles is two rows.
    """
    rule, placed = leaf.ratings, _place_ratings(ratings, cycles)
    assert rule is not None
    return _judge_on_forms(rule.form, rule, placed) if rule.form else _judge_singly(rule, placed)


def _place_ratings(ratings: pl.DataFrame, cycles: Sequence[Cycle]) -> pl.DataFrame:
    """Each rating with each cycle that its day belongs to; null where none."""
    day = pl.col("rated_on").cast(pl.Date)
    inside = [ratings.filter(day.is_between(one.start, one.end)).with_columns(cycle=pl.lit(one.id)) for one in cycles]
    within = pl.any_horizontal([day.is_between(one.start, one.end) for one in cycles]).fill_null(False)
    return pl.concat([*inside, ratings.filter(~within).with_columns(cycle=NO_TEXT)])


def _place_counts(counts: pl.DataFrame, cycles: Sequence[Cycle]) -> pl.DataFrame:
    """Ready counts with the `cycle` that they belong to: named, of their date, or the only one."""
    day, dated = pl.col("counted_on").cast(pl.Date), pl.lit(cycles[0].id if len(cycles) == 1 else None, pl.String)
    for one in cycles:
        dated = pl.when(day.is_between(one.start, one.end)).then(pl.lit(one.id)).otherwise(dated)
    return counts.with_columns(cycle=pl.coalesce("cycle", dated))


def _judge_singly(rule: Ratings, placed: pl.DataFrame) -> pl.DataFrame:
    late = pl.when(pl.col("cycle").is_null()).then(pl.lit("outside_window"))
    reason = late.when(_is_of_own_unit(rule)).then(pl.lit("own_unit"))
    found = placed.with_columns(reason=reason.otherwise(NO_TEXT))
    if rule.each is None:
        return found
    found, waits = found.with_row_index("nth"), pl.col("reason").is_null() & pl.col("respondent").is_not_null()
    chosen = _choose_answers(rule, _number_forms(found.with_columns(turn=_turn_of(rule))).filter(waits))
    replaced = pl.when(waits & ~pl.col("nth").is_in(chosen)).then(pl.lit("replaced")).otherwise("reason")
    return found.with_columns(reason=replaced).drop("nth")


def _is_of_own_unit(rule: Ratings) -> pl.Expr:
    """Whether somebody says something of the own unit, where the plan leaves that out."""
    return pl.lit(not rule.own_unit) & (pl.col("own").cast(pl.String) == "true").fill_null(False)


def _turn_of(rule: Ratings) -> pl.Expr:
    """Within what a person counts once: the cycle, or the year where its votes are pooled."""
    return pl.when(pl.col("cycle").is_not_null()).then(pl.lit("")) if rule.score_per == "year" else pl.col("cycle")


def _number_forms(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with what tells the order of its forms."""
    form = pl.col("form").cast(pl.String).fill_null("")
    number = form.str.strip_chars_start("0")
    return frame.with_columns(form=form, number=number, digits=number.str.len_chars())


def _choose_answers(rule: Ratings, rows: pl.DataFrame) -> list[int]:
    """`nth` of the ratings that count: of each person, unit and turn one form, on it one answer to each item."""
    assert rule.each is not None
    person = ("turn", "unit", "respondent")
    apart = pl.when(pl.col("form") == "").then("rated_on")
    dated = rows.with_columns(moment=pl.col("rated_on").min().over([*person, "form", apart]))
    ordered = dated.sort(MOMENT)
    end = pl.struct(MOMENT).last() if rule.each.keep == "last" else pl.struct(MOMENT).first()
    kept = ordered.filter(pl.struct(MOMENT) == end.over(person))
    place = pl.col("level").replace_strict({level: at for at, level in enumerate(rule.levels)}, default=None)
    answers = kept.with_columns(place=place).sort("place", "group", "channel", nulls_last=False)
    return answers.unique([*person, "item"], keep="first", maintain_order=True)["nth"].to_list()


def _judge_on_forms(form: FormRule, rule: Ratings, placed: pl.DataFrame) -> pl.DataFrame:
    rows = _drop_repeats(placed.drop("cycle", "group", "channel"))
    voided = rows.with_columns(picked=pl.len().over("form", "level"))
    voided = voided.join(_judge_forms(form, rule, placed), on="form", how="left")
    over = pl.lit(False)
    if form.otherwise == "drop_level":
        limit = pl.col("level").replace_strict(form.exactly | form.at_most, default=None, return_dtype=pl.Int64)
        over = (pl.col("picked") > limit).fill_null(False)
    reason = pl.when(pl.col("reason").is_not_null()).then("reason").when(over).then(pl.lit("level_overpicked"))
    return voided.with_columns(reason=reason.when(_is_of_own_unit(rule)).then(pl.lit("own_unit")).otherwise(NO_TEXT))


def _drop_repeats(placed: pl.DataFrame) -> pl.DataFrame:
    """Each rating once, though it lies in several cycles."""
    return placed.unique(subset=[*PLACE, "form", "unit", "level", "item"])


def _judge_forms(form: FormRule, rule: Ratings, placed: pl.DataFrame) -> pl.DataFrame:
    """Every form: the cycle of its earliest moment, its group and channel, and why it is void as it was cast."""
    least = [pl.col(name).min() for name in ("group", "channel", "respondent")]
    cycle, moment = pl.col("cycle").sort_by("rated_on").first(), pl.col("rated_on").min().alias("moment")
    cast = _drop_repeats(placed).group_by("form").agg(*least, cycle, moment, _is_ill_picked(form).alias("ill"))
    void = pl.col("ill") & pl.lit(form.otherwise != "drop_level")
    reason = pl.when(pl.col("cycle").is_null()).then(pl.lit("outside_window")).when(void).then(pl.lit("wrong_picks"))
    found = cast.with_columns(reason=reason.otherwise(NO_TEXT), turn=_turn_of(rule))
    if rule.each is not None:
        nobody = pl.when(pl.col("respondent").is_null()).then("form")
        waits = pl.col("cycle").is_not_null() if rule.each.void_counts else pl.col("reason").is_null()
        found = _number_forms(found.with_columns(nobody=nobody, waits=waits)).sort(MOMENT)
        again = _count_before(["respondent", "nobody", "turn", "waits"], rule.each.keep) > 0
        replaced = pl.when(pl.col("reason").is_null() & again).then(pl.lit("replaced")).otherwise("reason")
        found = found.with_columns(reason=replaced)
    return found.select("form", "cycle", "group", "channel", "reason")


def _count_before(keys: list[str], keep: str) -> pl.Expr:
    """How many of the same keys stand before (or, where the last one counts, after) a row."""
    nth = pl.int_range(pl.len())
    return (nth if keep == "first" else pl.len() - 1 - nth).over(keys)


def _is_ill_picked(form: FormRule) -> pl.Expr:
    """Whether the rows of a form mark a level more or less often than the plan says."""
    exact = [(pl.col("level") == level).sum() != number for level, number in form.exactly.items()]
    most = [
        (pl.col("level") == level).sum() > number for level, number in form.at_most.items() if level not in form.exactly
    ]
    return pl.any_horizontal([*exact, *most]) if exact or most else pl.lit(False)


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
