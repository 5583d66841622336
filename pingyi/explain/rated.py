"""Which of the ratings handed in one by one count, and why the others do not.

The same choice as `sql/tally/` makes in its one pass over the votes; that pass keeps no rows, this one does.
"""

from collections.abc import Sequence

import polars as pl

from pingyi.plan import Component
from pingyi.plan.ratings import FormRule, Ratings
from pingyi.plan.time import Cycle

KEYS = ("form", "unit", "level", "rated_on", "respondent", "group", "channel", "item", "own", "source", "sheet", "row")
"""Columns of ratings that the choice looks at."""

ORDER = ("rated_on", "form", "level", "group", "channel")
"""Which of a person's ratings is the earlier one."""


def judged(one: Component, cycles: Sequence[Cycle], ratings: pl.DataFrame) -> pl.DataFrame:
    """The ratings of a component with `cycle` and `reason`: a word of `words.SET_ASIDE`, null where one counts.

    ratings: all of the component where it judges forms as a whole, else at least all of the units looked at. A rating
    in two cycles is two rows.
    """
    rule = one.ratings
    assert rule is not None
    placed = _placed(ratings, cycles)
    return _by_form(rule.form, rule, placed) if rule.form else _one_by_one(rule, placed)


def _placed(ratings: pl.DataFrame, cycles: Sequence[Cycle]) -> pl.DataFrame:
    """Each rating with each cycle that its day belongs to; null where none."""
    day = pl.col("rated_on").cast(pl.Date)
    inside = [ratings.filter(day.is_between(one.start, one.end)).with_columns(cycle=pl.lit(one.id)) for one in cycles]
    within = pl.any_horizontal([day.is_between(one.start, one.end) for one in cycles]).fill_null(False)
    return pl.concat([*inside, ratings.filter(~within).with_columns(cycle=pl.lit(None, pl.String))])


def _one_by_one(rule: Ratings, placed: pl.DataFrame) -> pl.DataFrame:
    own = pl.lit(not rule.own_unit) & (pl.col("own").cast(pl.String) == "true").fill_null(False)
    reason = pl.when(pl.col("cycle").is_null()).then(pl.lit("outside_window")).when(own).then(pl.lit("own_unit"))
    found = placed.with_columns(reason=reason.otherwise(pl.lit(None, pl.String)))
    if rule.each is None:
        return found
    nobody = pl.concat_str("source", "row")
    named = found.with_columns(nobody=pl.when(pl.col("respondent").is_null()).then(nobody))
    kept = ["cycle", "unit", "item", "respondent", "nobody", "reason"]
    nth = _nth(kept, rule.each.keep)
    again = pl.col("reason").is_null() & (nth > 0)
    ordered = named.sort(ORDER, nulls_last=True, maintain_order=True)
    return ordered.with_columns(reason=pl.when(again).then(pl.lit("replaced")).otherwise("reason")).drop("nobody")


def _nth(keys: list[str], keep: str) -> pl.Expr:
    """How many of the same keys stand before (or, where the last one counts, after) a row."""
    nth = pl.int_range(pl.len())
    return (nth if keep == "first" else pl.len() - 1 - nth).over(keys)


def _by_form(form: FormRule, rule: Ratings, placed: pl.DataFrame) -> pl.DataFrame:
    forms = _forms(rule, placed)
    rows = placed.drop("cycle", "group", "channel").unique(subset=["source", "sheet", "row", "form", "unit", "level"])
    picked = pl.len().over("form", "level")
    voided = rows.with_columns(picked=picked).join(forms, on="form", how="left")
    if form.otherwise == "drop_level":
        most = form.exactly | form.at_most
        limit = pl.col("level").replace_strict(most, default=None, return_dtype=pl.Int64)
        over = (pl.col("picked") > limit).fill_null(False)
        dropped = pl.col("reason").is_null() & over
        return voided.with_columns(reason=pl.when(dropped).then(pl.lit("level_overpicked")).otherwise("reason"))
    ill = voided.group_by("form").agg(_ill_picked(form).alias("ill"))
    wrong = pl.col("reason").is_null() & pl.col("ill")
    joined = voided.join(ill, on="form", how="left")
    return joined.with_columns(reason=pl.when(wrong).then(pl.lit("wrong_picks")).otherwise("reason"))


def _forms(rule: Ratings, placed: pl.DataFrame) -> pl.DataFrame:
    """Every form: its cycle, group and channel, and why it is void as far as its day and its rater tell."""
    least = [pl.col(name).min() for name in ("cycle", "group", "channel", "respondent", "rated_on")]
    forms = placed.group_by("form").agg(least).sort("rated_on", "form")
    nobody = pl.when(pl.col("respondent").is_null()).then("form")
    again = _nth(["respondent", "nobody", "cycle"], rule.each.keep) > 0 if rule.each else pl.lit(False)
    outside = pl.when(pl.col("cycle").is_null()).then(pl.lit("outside_window"))
    reason = outside.when(again).then(pl.lit("replaced")).otherwise(pl.lit(None, pl.String))
    named = forms.with_columns(nobody=nobody).with_columns(reason=reason)
    return named.select("form", "cycle", "group", "channel", "reason")


def _ill_picked(form: FormRule) -> pl.Expr:
    """Whether the rows of a form mark a level more or less often than the plan says."""
    exact = [(pl.col("level") == level).sum() != number for level, number in form.exactly.items()]
    most = [
        (pl.col("level") == level).sum() > number for level, number in form.at_most.items() if level not in form.exactly
    ]
    return pl.any_horizontal([*exact, *most]) if exact or most else pl.lit(False)
