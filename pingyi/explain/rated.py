"""Which of the ratings handed in one by one count, and why the others do not.

The same choice as `sql/tally/` makes in its one pass over the votes; that pass keeps no rows, this one does.
"""

from collections.abc import Sequence

import polars as pl

from pingyi.plan import Component
from pingyi.plan.components import Cycle
from pingyi.plan.ratings import FormRule, Ratings

KEYS = ("form", "unit", "level", "rated_on", "respondent", "group", "channel", "item", "own", "source", "sheet", "row")
"""Columns of ratings that the choice looks at."""

MOMENT = ("moment", "digits", "number", "form")
"""Which of a person's forms is the earlier one: by moment, then by number, 9 before 10."""


def judged(one: Component, cycles: Sequence[Cycle], ratings: pl.DataFrame) -> pl.DataFrame:
    """The ratings of a component with `cycle` and `reason`: a word of `words.SET_ASIDE`, null where one counts.

    ratings: all of the component where it judges forms as a whole, else at least all of the units looked at. A rating
    in two cycles is two rows.
    """
    rule = one.ratings
    assert rule is not None
    placed = _placed(ratings, cycles)
    return _by_form(rule.form, rule, placed) if rule.form else _one_by_one(rule, placed)


def counts_placed(counts: pl.DataFrame, cycles: Sequence[Cycle]) -> pl.DataFrame:
    """Ready counts with the `cycle` that they belong to: named, of their date, or the only one."""
    day, dated = pl.col("counted_on").cast(pl.Date), pl.lit(cycles[0].id if len(cycles) == 1 else None, pl.String)
    for one in cycles:
        dated = pl.when(day.is_between(one.start, one.end)).then(pl.lit(one.id)).otherwise(dated)
    return counts.with_columns(cycle=pl.coalesce("cycle", dated))


def _placed(ratings: pl.DataFrame, cycles: Sequence[Cycle]) -> pl.DataFrame:
    """Each rating with each cycle that its day belongs to; null where none."""
    day = pl.col("rated_on").cast(pl.Date)
    inside = [ratings.filter(day.is_between(one.start, one.end)).with_columns(cycle=pl.lit(one.id)) for one in cycles]
    within = pl.any_horizontal([day.is_between(one.start, one.end) for one in cycles]).fill_null(False)
    return pl.concat([*inside, ratings.filter(~within).with_columns(cycle=pl.lit(None, pl.String))])


def _one_by_one(rule: Ratings, placed: pl.DataFrame) -> pl.DataFrame:
    reason = pl.when(pl.col("cycle").is_null()).then(pl.lit("outside_window")).when(_own(rule)).then(pl.lit("own_unit"))
    found = placed.with_columns(reason=reason.otherwise(pl.lit(None, pl.String)))
    if rule.each is None:
        return found
    numbered = _numbered(found.with_row_index("nth").with_columns(turn=_turn(rule)))
    chosen = _chosen(rule, numbered.filter(pl.col("reason").is_null() & pl.col("respondent").is_not_null()))
    again = pl.col("reason").is_null() & pl.col("respondent").is_not_null() & ~pl.col("nth").is_in(chosen)
    replaced = pl.when(again).then(pl.lit("replaced")).otherwise("reason")
    return found.with_row_index("nth").with_columns(reason=replaced).drop("nth")


def _own(rule: Ratings) -> pl.Expr:
    return pl.lit(not rule.own_unit) & (pl.col("own").cast(pl.String) == "true").fill_null(False)


def _turn(rule: Ratings) -> pl.Expr:
    """Within what a person counts once: the cycle, or the year where its votes are pooled."""
    return pl.when(pl.col("cycle").is_not_null()).then(pl.lit("")) if rule.score_per == "year" else pl.col("cycle")


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with what tells the order of its forms."""
    form = pl.col("form").cast(pl.String).fill_null("")
    number = form.str.strip_chars_start("0")
    return frame.with_columns(form=form, number=number, digits=number.str.len_chars())


def _chosen(rule: Ratings, rows: pl.DataFrame) -> list[int]:
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


def _by_form(form: FormRule, rule: Ratings, placed: pl.DataFrame) -> pl.DataFrame:
    forms = _forms(form, rule, placed)
    rows = placed.drop("cycle", "group", "channel").unique(
        subset=["source", "sheet", "row", "form", "unit", "level", "item"]
    )
    voided = rows.with_columns(picked=pl.len().over("form", "level")).join(forms, on="form", how="left")
    over = pl.lit(False)
    if form.otherwise == "drop_level":
        most = form.exactly | form.at_most
        limit = pl.col("level").replace_strict(most, default=None, return_dtype=pl.Int64)
        over = (pl.col("picked") > limit).fill_null(False)
    reason = pl.when(pl.col("reason").is_not_null()).then("reason").when(over).then(pl.lit("level_overpicked"))
    return voided.with_columns(
        reason=reason.when(_own(rule)).then(pl.lit("own_unit")).otherwise(pl.lit(None, pl.String))
    )


def _forms(form: FormRule, rule: Ratings, placed: pl.DataFrame) -> pl.DataFrame:
    """Every form: the cycle of its earliest moment, its group and channel, and why it is void as it was cast."""
    least = [pl.col(name).min() for name in ("group", "channel", "respondent")]
    rows = placed.unique(subset=["source", "sheet", "row", "form", "unit", "level", "item"])
    cycle = pl.col("cycle").sort_by("rated_on").first()
    cast = rows.group_by("form").agg(
        *least, cycle, pl.col("rated_on").min().alias("moment"), _ill_picked(form).alias("ill")
    )
    void = pl.col("ill") & pl.lit(form.otherwise != "drop_level")
    reason = pl.when(pl.col("cycle").is_null()).then(pl.lit("outside_window")).when(void).then(pl.lit("wrong_picks"))
    found = cast.with_columns(reason=reason.otherwise(pl.lit(None, pl.String)), turn=_turn(rule))
    if rule.each is None:
        return found.select("form", "cycle", "group", "channel", "reason")
    nobody = pl.when(pl.col("respondent").is_null()).then("form")
    waits = pl.col("cycle").is_not_null() if rule.each.void_counts else pl.col("reason").is_null()
    ordered = _numbered(found.with_columns(nobody=nobody, waits=waits)).sort(MOMENT)
    again = _nth(["respondent", "nobody", "turn", "waits"], rule.each.keep) > 0
    replaced = pl.when(pl.col("reason").is_null() & again).then(pl.lit("replaced")).otherwise("reason")
    return ordered.with_columns(reason=replaced).select("form", "cycle", "group", "channel", "reason")


def _nth(keys: list[str], keep: str) -> pl.Expr:
    """How many of the same keys stand before (or, where the last one counts, after) a row."""
    nth = pl.int_range(pl.len())
    return (nth if keep == "first" else pl.len() - 1 - nth).over(keys)


def _ill_picked(form: FormRule) -> pl.Expr:
    """Whether the rows of a form mark a level more or less often than the plan says."""
    exact = [(pl.col("level") == level).sum() != number for level, number in form.exactly.items()]
    most = [
        (pl.col("level") == level).sum() > number for level, number in form.at_most.items() if level not in form.exactly
    ]
    return pl.any_horizontal([*exact, *most]) if exact or most else pl.lit(False)
