"""Patterns planted into clean facts, to see which are found: what was planted is known, and a seed makes it again.

Each plant takes a campaign and a source of chance and gives facts with one pattern in them, or None where the campaign
has no room for it; the campaign's own facts stay as they are. Sizes are drawn from ranges, from what a careful look by
hand would just notice up to a clumsy campaign. Nothing here knows how detectors look: plants share no code with them.
"""

from collections.abc import Callable

import numpy as np
import polars as pl

from tests.canvassing.clean_campaign import ITEMS, MARKS, RATE, SHEET, WAYS, Lived
from tests.canvassing.planting import (
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
    mine = {
        "respondent": pl.lit(who),
        "device": pl.lit(f"n{who}"),
        "level": pl.lit(one_of(rng, [levels[0], levels[-1]])),
    }
    return planted(lived, rows.with_columns(**mine), "repeats", method, who)


def one_device_alike(lived: Lived, rng: Chance) -> Planted:
    """8 to 15 forms with equal, mixed answers come from one device under as many names."""
    rows = forms_like(lived, rng, ITEMS, int(rng.integers(8, 16)), a_unit(lived, rng, ITEMS))
    return planted(lived, _alike(lived, rng, rows).with_columns(device=pl.lit("n1")), "repeats", ITEMS, "n1")


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
    seconds = pl.lit(pl.Series(np.sort(rng.integers(0, int(rng.integers(10, 61)) * 60, number))))
    moment = a_morning(lived, rng, method) + pl.duration(seconds=seconds)
    praised = pl.when(pl.Series(rng.random(number) < 0.9)).then(pl.lit(levels_of(lived, method)[0])).otherwise("level")
    return planted(lived, rows.with_columns(rated_on=moment, level=praised), "bursts", method, unit)


def on_one_day(lived: Lived, rng: Chance) -> Planted:
    """30 to 60 ratings of a unit on one day, at the usual hours."""
    method = single_method(lived, rng)
    unit = a_unit(lived, rng, method)
    rows = ratings_like(lived, rng, method, unit, int(rng.integers(30, 61)))
    day = a_morning(lived, rng, method).dt.truncate("1d")
    since = pl.col("rated_on") - pl.col("rated_on").dt.truncate("1d")
    return planted(lived, rows.with_columns(rated_on=day + since), "bursts", method, unit)


def form_after_form(lived: Lived, rng: Chance) -> Planted:
    """8 to 15 forms about one unit with equal answers, one after the other every few minutes."""
    unit, number = a_unit(lived, rng, ITEMS), int(rng.integers(8, 16))
    rows = _alike(lived, rng, forms_like(lived, rng, ITEMS, number, unit))
    moment = a_morning(lived, rng, ITEMS) + pl.duration(minutes=3 * pl.col("nth"))
    return planted(lived, rows.with_columns(rated_on=moment), "runs", ITEMS, unit)


def level_after_level(lived: Lived, rng: Chance) -> Planted:
    """12 to 25 ratings of a unit, one every half minute, with the level that it gets least."""
    method = single_method(lived, rng)
    unit, number = a_unit(lived, rng, method), int(rng.integers(12, 26))
    rows = ratings_like(lived, rng, method, unit, number)
    moment = a_morning(lived, rng, method) + pl.duration(seconds=30 * pl.col("nth"))
    level = pl.lit(levels_of(lived, method)[-1])
    return planted(lived, rows.with_columns(rated_on=moment, level=level), "runs", method, unit)


def one_level_sheet(lived: Lived, rng: Chance) -> Planted | None:
    """A sheet on which every unit, twenty or more, gets the same level, but not the usual one."""
    if lived.facts["units"].height < 20:
        return None
    rows = forms_like(lived, rng, SHEET, 1)
    level = pl.lit(one_of(rng, levels_of(lived, SHEET)[1:]))
    return planted(lived, rows.with_columns(level=level), "straight", SHEET, rows["form"][0])


def straight_interviewer(lived: Lived, rng: Chance) -> Planted:
    """An interviewer brings 40 to 60 forms, each with the best level throughout."""
    rows = forms_like(lived, rng, ITEMS, int(rng.integers(40, 61)))
    rows = rows.with_columns(interviewer=pl.lit("n1"), level=pl.lit(levels_of(lived, ITEMS)[0]))
    return planted(lived, rows, "straight", ITEMS, "n1")


def careless_interviewer(lived: Lived, rng: Chance) -> Planted | None:
    """An interviewer with 120 answers or more writes down any level in six of ten."""
    method, rows = _of_hand(lived, rng, "interviewer", 120)
    if rows is None:
        return None
    changed = some(rng, rows, 0.6)
    levels = levels_of(lived, method)
    level = pl.Series([levels[one] for one in rng.integers(0, len(levels), changed.height).tolist()])
    who = rows["interviewer"][0]
    return written_over(lived, "ratings", changed.with_columns(level=level), "hands", method, who)


def kind_batch(lived: Lived, rng: Chance) -> Planted | None:
    """A batch with 200 answers or more in which all is best."""
    method, rows = _of_hand(lived, rng, "batch", 200)
    if rows is None:
        return None
    best = rows.with_columns(level=pl.lit(levels_of(lived, method)[0]))
    return written_over(lived, "ratings", best, "hands", method, rows["batch"][0])


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


def bought_channel(lived: Lived, rng: Chance) -> Planted | None:
    """By one channel, of 50 ratings at least, three in four of the best ratings of a unit are the worst instead."""
    own = lived.facts["ratings"].filter(pl.col("method") == WAYS)
    best, *_, worst = levels_of(lived, WAYS)
    sizes = own.group_by("unit", "channel").len().filter(pl.col("len") >= 50).sort("unit", "channel")
    if not sizes.height:
        return None
    unit, channel, _ = sizes.row(int(rng.integers(sizes.height)))
    praised = own.filter(pl.col("unit") == unit, pl.col("channel") == channel, pl.col("level") == best)
    rows = praised.head(-(-praised.height * 3 // 4)).with_columns(level=pl.lit(worst))
    return written_over(lived, "ratings", rows, "channels", WAYS, unit)


def same_picks(lived: Lived, rng: Chance) -> Planted | None:
    """12 to 30 ballots with equal picks of the best level."""
    return _slate(lived, rng, slips=0)


def same_picks_with_slips(lived: Lived, rng: Chance) -> Planted | None:
    """15 to 30 ballots that follow one list of at least five, most of them with one slip."""
    return _slate(lived, rng, slips=0.7)


def _slate(lived: Lived, rng: Chance, slips: float) -> Planted | None:
    """Copies of ballots whose picks of the best level are those of a list; each slips once with a chance."""
    sizes = _sizes(lived, least=5 if slips else 3)
    if not sizes:
        return None
    method = one_of(rng, [*sizes])
    level, size = levels_of(lived, method)[0], sizes[method]
    rows = forms_like(lived, rng, method, int(rng.integers(15 if slips else 12, 31)))
    candidates = lived.facts["ratings"].filter(pl.col("method") == method)["unit"].unique().sort().to_list()
    order = [candidates[nth] for nth in rng.permutation(len(candidates)).tolist()]
    picked = {nth: _with_slip(rng, order, size, slips) for nth in range(rows["nth"].n_unique())}
    return planted(lived, _repicked(rows, level, picked), "slates", method, None, pl.col("level") == level)


def _sizes(lived: Lived, least: int) -> dict[str, int]:
    """How many best levels a ballot has, by method; of those that leave candidates enough to choose from."""
    sizes = {}
    for one in lived.plan.components:
        picks = one.ratings.form.exactly if one.ratings and one.ratings.form else {}
        candidates = lived.facts["ratings"].filter(pl.col("method") == one.id)["unit"].n_unique()
        size = picks.get(levels_of(lived, one.id)[0], 0) if picks else 0
        if size >= least and candidates >= 4 * size:
            sizes[one.id] = int(size)
    return sizes


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


def round_rates(lived: Lived, rng: Chance) -> Planted | None:
    """Seven in ten rates are brought to the nearest multiple of five per cent."""
    if lived.facts["measures"].height < 24:
        return None
    rows = some(rng, lived.facts["measures"].filter(pl.col("method") == RATE), 0.7)
    number, cases = (pl.col(name).cast(pl.Float64) for name in ("numerator", "denominator"))
    twentieths = (number * 20 / cases).round().clip(1, 19)
    near = (twentieths * cases / 20).round().cast(pl.Int64).cast(pl.String)
    return written_over(lived, "measures", rows.with_columns(numerator=near), "digits", RATE, RATE)


def round_marks(lived: Lived, rng: Chance) -> Planted | None:
    """Seven in ten marks end in 0 or 5."""
    if lived.facts["marks"].filter(pl.col("method") == MARKS).height < 24:
        return None
    rows = some(rng, lived.facts["marks"].filter(pl.col("method") == MARKS), 0.7)
    near = ((pl.col("mark").cast(pl.Float64) * 2).round() / 2).round(1).cast(pl.String)
    return written_over(lived, "marks", rows.with_columns(mark=near), "digits", MARKS, MARKS)


def equal_marks(lived: Lived, rng: Chance) -> Planted | None:
    """A body gives all of its units, five or more, one mark."""
    return _flat(lived, rng, 5, equal=True)


def one_band(lived: Lived, rng: Chance) -> Planted | None:
    """A body gives all of its units, twenty or more, marks of one band."""
    return _flat(lived, rng, 20, equal=False)


def _flat(lived: Lived, rng: Chance, least: int, equal: bool) -> Planted | None:
    ruled = [one.id for one in lived.plan.components if one.marks and (equal or one.id == MARKS)]
    bodies = pl.concat([_bodies(lived, method) for method in ruled])
    sizes = bodies.group_by("method", "body").len().filter(pl.col("len") >= least).sort("method", "body")
    if not sizes.height:
        return None
    method, body, number = sizes.row(int(rng.integers(sizes.height)))
    rows = bodies.filter(pl.col("method") == method, pl.col("body") == body)
    inside = [f"{one:.1f}" for one in rng.uniform(71, 84, number).tolist()]
    marks = pl.lit(rows["mark"][0]) if equal else pl.Series(inside)
    return written_over(lived, "marks", rows.with_columns(mark=marks, band=None), "spread", method, body)


def _bodies(lived: Lived, method: str) -> pl.DataFrame:
    """Marks of a method with whoever gave them: the organs where the plan names them first, or somebody unnamed."""
    rule = lived.plan.component(method).marks
    assert rule is not None
    own = lived.facts["marks"].filter(pl.col("method") == method)
    if not rule.markers:
        return own.with_columns(body=pl.lit(method))
    organs = lived.facts["units"].select("unit", body="organ")
    return own.filter(pl.col("marker") == next(iter(rule.markers))).join(organs, on="unit", maintain_order="left")


PLANTS: dict[str, Callable[[Lived, Chance], Planted | None]] = {
    one.__name__: one
    for one in (
        *(one_person_often, one_device_alike, within_the_hour, on_one_day, form_after_form, level_after_level),
        *(one_level_sheet, straight_interviewer, careless_interviewer, kind_batch, round_rates, round_marks),
        *(bought_channel, same_picks, same_picks_with_slips, equal_marks, one_band),
    )
}
"""All plants by name."""

SAYS = {
    "one_person_often": "一人给一个单位评的次数是平常的 8 至 15 倍",
    "one_device_alike": "一台设备以不同的人交 8 至 15 份答案相同的表",
    "within_the_hour": "一个单位在 10 至 60 分钟里多 15 至 40 条评价，九成最好",
    "on_one_day": "一个单位在一天里多 30 至 60 条评价",
    "form_after_form": "一个单位连续 8 至 15 份表答案相同",
    "level_after_level": "一个单位连续 12 至 25 条最差等次",
    "one_level_sheet": "一份表给二十个以上单位填同一个不常见的等次",
    "straight_interviewer": "一个访问员交 40 至 60 份全填最好等次的表",
    "careless_interviewer": "一个有 120 条以上的访问员六成随手填",
    "kind_batch": "一个有 200 条以上的批次全是最好等次",
    "round_rates": "七成比率凑成 5% 的倍数",
    "round_marks": "七成评分末位凑成 0 或 5",
    "bought_channel": "一个有 50 条以上的渠道里，最好的四分之三改成最差",
    "same_picks": "12 至 30 张选票选的最好等次完全相同",
    "same_picks_with_slips": "15 至 30 张选票照一份名单选，七成有一处不同",
    "equal_marks": "一个评分人给五个以上单位打同一个分",
    "one_band": "一个评分人给二十个以上单位的分都在一档",
}
"""What each plant is, for the table of a trial."""
