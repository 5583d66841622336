"""Patterns planted into clean facts, to see which are found: what was planted is known, and a seed makes it again.

Each plant takes a campaign and a source of chance and gives facts with one pattern in them, or None where the campaign
has no room for it; the campaign's own facts stay as they are. Sizes are drawn from ranges, from what a careful look by
hand would just notice up to a clumsy campaign.
"""

from collections.abc import Callable

import numpy as np
import polars as pl

from pingyi.integrity import bursts, channels, digits, hands, repeats, runs, slates, spread, straight
from pingyi.integrity.bodies import with_body
from pingyi.integrity.life import ITEMS, MARKS, RATE, SHEET, WAYS, Lived
from pingyi.integrity.material import Material
from pingyi.integrity.planting import (
    Planted,
    a_morning,
    a_unit,
    forms_like,
    levels_of,
    one_of,
    planted,
    ratings_like,
    single_method,
    some,
    written_over,
)

Chance = np.random.Generator


def one_person_often(lived: Lived, rng: Chance) -> Planted:
    """Somebody rates one unit 8 to 15 times as often as people do in the mean."""
    method = single_method(lived, rng)
    unit, levels = a_unit(lived, rng, method), levels_of(lived, method)
    own = lived.facts["ratings"].filter(pl.col("method") == method)
    usual = own.height / own.n_unique(["unit", "respondent"])
    rows = ratings_like(lived, rng, method, unit, round(usual * int(rng.integers(8, 16))))
    who = rows["respondent"][0]
    mine = {"respondent": pl.lit(who), "device": pl.lit(f"n{who}"), "level": pl.lit(one_of(rng, [levels[0], levels[-1]]))}
    return planted(lived, rows.with_columns(**mine), repeats.ID, method, who)


def one_device_alike(lived: Lived, rng: Chance) -> Planted:
    """8 to 15 forms with equal, mixed answers come from one device under as many names."""
    rows = forms_like(lived, rng, ITEMS, int(rng.integers(8, 16)), a_unit(lived, rng, ITEMS))
    return planted(lived, _alike(lived, rng, rows).with_columns(device=pl.lit("n1")), repeats.ID, ITEMS, "n1")


def _alike(lived: Lived, rng: Chance, rows: pl.DataFrame) -> pl.DataFrame:
    """Forms that answer each item alike, not everything with the same level."""
    items, levels = rows["item"].unique().sort().to_list(), levels_of(lived, ITEMS)
    chosen = [levels[int(one)] for one in rng.integers(0, 2, len(items))]
    chosen[:2] = levels[:2]
    return rows.with_columns(level=pl.col("item").replace_strict(items, chosen, return_dtype=pl.String))


def within_the_hour(lived: Lived, rng: Chance) -> Planted:
    """15 to 40 ratings of a unit within 10 to 60 minutes, nine in ten of them the best."""
    method = single_method(lived, rng)
    unit, number = a_unit(lived, rng, method), int(rng.integers(15, 41))
    rows = ratings_like(lived, rng, method, unit, number)
    seconds = pl.Series(np.sort(rng.integers(0, int(rng.integers(10, 61)) * 60, number)))
    moment = a_morning(lived, rng, method) + pl.duration(seconds=seconds)
    praised = pl.when(pl.Series(rng.random(number) < 0.9)).then(pl.lit(levels_of(lived, method)[0])).otherwise("level")
    return planted(lived, rows.with_columns(rated_on=moment, level=praised), bursts.ID, method, unit)


def on_one_day(lived: Lived, rng: Chance) -> Planted:
    """30 to 60 ratings of a unit on one day, at the usual hours."""
    method = single_method(lived, rng)
    unit = a_unit(lived, rng, method)
    rows = ratings_like(lived, rng, method, unit, int(rng.integers(30, 61)))
    day = a_morning(lived, rng, method).dt.truncate("1d")
    since = pl.col("rated_on") - pl.col("rated_on").dt.truncate("1d")
    return planted(lived, rows.with_columns(rated_on=day + since), bursts.ID, method, unit)


def form_after_form(lived: Lived, rng: Chance) -> Planted:
    """8 to 15 forms about one unit with equal answers, one after the other every few minutes."""
    unit, number = a_unit(lived, rng, ITEMS), int(rng.integers(8, 16))
    rows = _alike(lived, rng, forms_like(lived, rng, ITEMS, number, unit))
    moment = a_morning(lived, rng, ITEMS) + pl.duration(minutes=3 * pl.col("nth"))
    return planted(lived, rows.with_columns(rated_on=moment), runs.ID, ITEMS, unit)


def level_after_level(lived: Lived, rng: Chance) -> Planted:
    """12 to 25 ratings of a unit, one every half minute, with the level that it gets least."""
    method = single_method(lived, rng)
    unit, number = a_unit(lived, rng, method), int(rng.integers(12, 26))
    rows = ratings_like(lived, rng, method, unit, number)
    moment = a_morning(lived, rng, method) + pl.duration(seconds=30 * pl.col("nth"))
    level = pl.lit(levels_of(lived, method)[-1])
    return planted(lived, rows.with_columns(rated_on=moment, level=level), runs.ID, method, unit)


def one_level_sheet(lived: Lived, rng: Chance) -> Planted | None:
    """A sheet on which every unit, twenty or more, gets the same level, but not the usual one."""
    if lived.facts["units"].height < 20:
        return None
    rows = forms_like(lived, rng, SHEET, 1)
    level = pl.lit(one_of(rng, levels_of(lived, SHEET)[1:]))
    return planted(lived, rows.with_columns(level=level), straight.ID, SHEET, rows["form"][0])


def straight_interviewer(lived: Lived, rng: Chance) -> Planted:
    """An interviewer brings 40 to 60 forms, each with the best level throughout."""
    rows = forms_like(lived, rng, ITEMS, int(rng.integers(40, 61)))
    rows = rows.with_columns(interviewer=pl.lit("n1"), level=pl.lit(levels_of(lived, ITEMS)[0]))
    return planted(lived, rows, straight.ID, ITEMS, "n1")


def careless_interviewer(lived: Lived, rng: Chance) -> Planted | None:
    """An interviewer with 100 answers or more writes down any level in six of ten."""
    method, rows = _of_hand(lived, rng, "interviewer", 100)
    if rows is None:
        return None
    changed = some(rng, rows, 0.6)
    levels = levels_of(lived, method)
    level = pl.Series([levels[one] for one in rng.integers(0, len(levels), changed.height).tolist()])
    who = rows["interviewer"][0]
    return written_over(lived, "ratings", changed.with_columns(level=level), hands.ID, method, who)


def kind_batch(lived: Lived, rng: Chance) -> Planted | None:
    """A batch with 150 answers or more in which all is best."""
    method, rows = _of_hand(lived, rng, "batch", 150)
    if rows is None:
        return None
    best = rows.with_columns(level=pl.lit(levels_of(lived, method)[0]))
    return written_over(lived, "ratings", best, hands.ID, method, rows["batch"][0])


def _of_hand(lived: Lived, rng: Chance, kind: str, least: int) -> tuple[str, pl.DataFrame | None]:
    """The ratings of one interviewer or batch of a method whose ratings come one by one, where one has enough.

    Not of one that has more than three in ten of them: of two halves nobody can tell which is odd.
    """
    ratings = lived.facts["ratings"].filter(pl.col("form").is_null())
    sizes = ratings.group_by("method", kind).len().with_columns(part=pl.col("len") / pl.col("len").sum().over("method"))
    sizes = sizes.filter(pl.col("len") >= least, pl.col("part") <= 0.3).drop("part").sort("method", kind)
    if not sizes.height:
        return "", None
    method, who, _ = sizes.row(int(rng.integers(sizes.height)))
    return method, ratings.filter(pl.col("method") == method, pl.col(kind) == who)


def round_rates(lived: Lived, rng: Chance) -> Planted | None:
    """Seven in ten rates are brought to the nearest multiple of five per cent."""
    if lived.facts["measures"].height < 24:
        return None
    rows = some(rng, lived.facts["measures"].filter(pl.col("method") == RATE), 0.7)
    number, cases = (pl.col(name).cast(pl.Float64) for name in ("numerator", "denominator"))
    twentieths = (number * 20 / cases).round().clip(1, 19)
    near = (twentieths * cases / 20).round().cast(pl.Int64).cast(pl.String)
    return written_over(lived, "measures", rows.with_columns(numerator=near), digits.ID, RATE, RATE)


def round_marks(lived: Lived, rng: Chance) -> Planted | None:
    """Seven in ten marks end in 0 or 5."""
    if lived.facts["marks"].filter(pl.col("method") == MARKS).height < 24:
        return None
    rows = some(rng, lived.facts["marks"].filter(pl.col("method") == MARKS), 0.7)
    near = ((pl.col("mark").cast(pl.Float64) * 2).round() / 2).round(1).cast(pl.String)
    return written_over(lived, "marks", rows.with_columns(mark=near), digits.ID, MARKS, MARKS)


def bought_channel(lived: Lived, rng: Chance) -> Planted | None:
    """By one channel, of 40 ratings at least, three in four of the best ratings of a unit are the worst instead."""
    own = lived.facts["ratings"].filter(pl.col("method") == WAYS)
    best, *_, worst = levels_of(lived, WAYS)
    sizes = own.group_by("unit", "channel").len().filter(pl.col("len") >= 40).sort("unit", "channel")
    if not sizes.height:
        return None
    unit, channel, _ = sizes.row(int(rng.integers(sizes.height)))
    praised = own.filter(pl.col("unit") == unit, pl.col("channel") == channel, pl.col("level") == best)
    rows = praised.head(-(-praised.height * 3 // 4)).with_columns(level=pl.lit(worst))
    return written_over(lived, "ratings", rows, channels.ID, WAYS, unit)


def same_picks(lived: Lived, rng: Chance) -> Planted | None:
    """12 to 30 ballots with equal picks of the best level."""
    return _slate(lived, rng, slips=0)


def same_picks_with_slips(lived: Lived, rng: Chance) -> Planted | None:
    """15 to 30 ballots that follow one list of at least five, most of them with one slip."""
    return _slate(lived, rng, slips=0.7)


def _slate(lived: Lived, rng: Chance, slips: float) -> Planted | None:
    """Copies of ballots whose picks of the best level are those of a list; each slips once with a chance."""
    rules = [one for one in lived.plan.components if one.ratings and one.ratings.form and one.ratings.form.exactly]
    known = sorted(one.id for one in rules if one.id in lived.facts["ratings"]["method"])
    if not known:
        return None
    method = one_of(rng, known)
    level = levels_of(lived, method)[0]
    rows = forms_like(lived, rng, method, int(rng.integers(15 if slips else 12, 31)))
    candidates = lived.facts["ratings"].filter(pl.col("method") == method)["unit"].unique().sort().to_list()
    size = next(one.ratings.form.exactly[level] for one in rules if one.id == method and one.ratings and one.ratings.form)
    if size < (5 if slips else 3) or len(candidates) < 4 * size:
        return None
    order = [candidates[nth] for nth in rng.permutation(len(candidates)).tolist()]
    picked = {nth: _with_slip(rng, order, size, slips) for nth in range(rows["nth"].n_unique())}
    return planted(lived, _repicked(rows, level, picked), slates.ID, method, None, pl.col("level") == level)


def _with_slip(rng: Chance, order: list[str], size: int, slips: float) -> list[str]:
    """The first of a list, one of them replaced by a later one with this chance."""
    chosen = order[:size]
    if rng.random() < slips:
        chosen[int(rng.integers(size))] = order[int(rng.integers(size, len(order)))]
    return chosen


def _repicked(rows: pl.DataFrame, level: str, picked: dict[int, list[str]]) -> pl.DataFrame:
    """Ballots with other picks of a level; a unit that now has two keeps the picked one."""
    heads = rows.unique("nth", keep="first", maintain_order=True).sort("nth")
    wanted = pl.DataFrame({"nth": [*picked], "unit": [*picked.values()]}).explode("unit")
    mine = heads.drop("unit").join(wanted, on="nth").with_columns(level=pl.lit(level)).select(rows.columns)
    others = rows.filter(pl.col("level") != level).join(wanted, on=["nth", "unit"], how="anti")
    return pl.concat([mine, others]).sort("nth", "unit")


def equal_marks(lived: Lived, rng: Chance) -> Planted | None:
    """A body gives all of its units, five or more, one mark."""
    return _flat(lived, rng, 5, equal=True)


def one_band(lived: Lived, rng: Chance) -> Planted | None:
    """A body gives all of its units, twenty or more, marks of one band."""
    return _flat(lived, rng, 20, equal=False)


def _flat(lived: Lived, rng: Chance, least: int, equal: bool) -> Planted | None:
    material = Material(lived.plan, lived.facts)
    ruled = [one.id for one in lived.plan.components if one.marks and (equal or one.id == MARKS)]
    bodies = pl.concat([with_body(material, method).select("method", "body", "source", "sheet", "row") for method in ruled])
    sizes = bodies.group_by("method", "body").len().filter(pl.col("len") >= least).drop_nulls().sort("method", "body")
    if not sizes.height:
        return None
    method, body, number = sizes.row(int(rng.integers(sizes.height)))
    places = bodies.filter(pl.col("method") == method, pl.col("body") == body)
    rows = lived.facts["marks"].join(places, on=["source", "sheet", "row"], how="semi", nulls_equal=True)
    inside = [f"{one:.1f}" for one in rng.uniform(71, 84, number).tolist()]
    marks = pl.lit(rows["mark"][0]) if equal else pl.Series(inside)
    return written_over(lived, "marks", rows.with_columns(mark=marks, band=None), spread.ID, method, body)


PLANTS: dict[str, Callable[[Lived, Chance], Planted | None]] = {
    one.__name__: one
    for one in (
        *(one_person_often, one_device_alike, within_the_hour, on_one_day, form_after_form, level_after_level),
        *(one_level_sheet, straight_interviewer, careless_interviewer, kind_batch, round_rates, round_marks),
        *(bought_channel, same_picks, same_picks_with_slips, equal_marks, one_band),
    )
}
"""All plants by name."""
