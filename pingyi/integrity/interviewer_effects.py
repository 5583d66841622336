"""Levels that hang on how ratings came: through whose hands (`find_interviewer_effects`), by which channel
(`find_channel_effects`).

Interviewers and batches. Statistic: the generalised Cochran–Mantel–Haenszel chi-square over units and items
(`significance.compare_strata`): whom somebody was sent to explains nothing away and nothing up. Answers on one form, or
of one person, resemble each other (`significance.fit_leniency`), so many answers of few people count for less: the
chi-square is divided by 1 + (m − 1) ρ, m answers a form (Rao and Scott 1981, JASA 76). Interviewers always differ a
little; `inflation` takes the one in the middle as usual. Findings: share of false ones over all interviewers of a
method (Benjamini and Hochberg 1995); each is taken out before the rest is compared again. Source of the idea:
statistical control of interviewers, Bredl, Storfinger and Menold (2013), in: Interviewers' Deviations in Surveys;
AAPOR, Interviewer Falsification in Survey Research (2003).

Channels of a unit. Statistic: chi-square of one channel against the others of a unit by level, the largest of its
channels (corrected for their number). Null: channels differ as they do for the other units (people say less on the
telephone): the unit's table has its own margins and the others' association, fitted by raking (no three-way
interaction; Deming and Stephan 1940, Bartlett 1935). Then `inflation`, and the share of false findings over the units
of a method. Ready counts are looked at like ratings.
"""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from pingyi.integrity.detector import (
    CELL,
    HANDS,
    Finding,
    Material,
    Screening,
    describe_false_share,
    describe_share,
    located_rows,
    merge_screenings,
)
from pingyi.integrity.significance import (
    LEAST,
    Floats,
    StratifiedTest,
    add_up,
    chi_square_tail,
    codes_of,
    compare_strata,
    deflate,
    false_share,
    fit_leniency,
    join_rare_levels,
)

ANSWERS = 20
"""Answers of an interviewer or a batch, at least."""

FORMS = 8
"""Forms (or people) of an interviewer or a batch, at least: of few, some are strict by nature."""

MOST = 20
"""Findings of a method at most; each is taken out before the rest is compared again, lest it makes others look odd."""

VOTES = 10
"""Answers of a unit by one channel, at least."""

LEAST_CELL = 3.0
"""Expected answers of a level by either way, at least; rarer levels are joined with the next."""

ROUNDS = 30
"""Rounds of raking: a table of a few channels and levels is settled long before."""


def find_interviewer_effects(material: Material) -> Screening:
    """Interviewers and batches of each method whose levels differ from what others heard about the same units."""
    return merge_screenings(
        [_effects_in(material, method, kind) for method in material.methods_in("ratings") for kind in HANDS]
    )


def _effects_in(material: Material, method: str, kind: str) -> Screening:
    names = material.levels_of(method)
    own = material.ratings.filter(pl.col("method") == method, pl.col(kind).is_not_null(), pl.col("level").is_in(names))
    if not own.height:
        return Screening()
    cells = own.group_by(kind, "unit", "item", "level").len().sort(kind, "unit", "item", "level")
    effects, findings, tested = _design_effects(own, kind), list[Finding](), 0
    while len(findings) < MOST:
        asked = {part: test for part, test in _test_parts(cells, kind, names).items() if part in effects}
        tested = max(tested, len(asked))
        chances = [chi_square_tail(test.statistic / effects[part], test.freedom) for part, test in asked.items()]
        shares = false_share(deflate(chances))
        if not asked or shares.min() >= material.threshold:
            break
        part, test = [*asked.items()][int(shares.argmin())]
        rows = own.filter(pl.col(kind) == part)
        findings.append(_effect_finding(material, method, kind, part, test, float(shares.min()), rows))
        cells = cells.filter(pl.col(kind) != part)
    return Screening(tuple(findings), tested)


def _test_parts(cells: pl.DataFrame, kind: str, levels: list[str]) -> dict[str, StratifiedTest]:
    """The test of each interviewer or batch with enough answers that others' can be compared with."""
    parts = cells[kind].unique().sort().to_list()
    strata = cells.select(CELL.rank("dense").cast(pl.Int64) - 1).to_series().to_numpy()
    votes = cells["len"].to_numpy().astype(np.float64)
    tests = compare_strata(codes_of(cells[kind], parts), strata, codes_of(cells["level"], levels), votes)
    return {part: test for part, test in zip(parts, tests, strict=True) if test.answers >= ANSWERS}


def _design_effects(own: pl.DataFrame, kind: str) -> dict[str, float]:
    """By how much answers of the same hand, a form or a person, make the chi-square of each part too large.

    Parts with few hands are left out.
    """
    own = own.with_columns(hand=pl.coalesce("form", "respondent", "paper"))
    forms = own.group_by(kind, "hand").len().group_by(kind)
    sizes = forms.agg(size=(pl.col("len") ** 2).sum() / pl.col("len").sum(), forms=pl.len())
    several = bool((sizes["size"] > 1).any())
    lean = fit_leniency(own.select("hand", cell=CELL, level="level")).lean if several else 0.0
    enough = sizes.filter(pl.col("forms") >= FORMS).select(kind, "size")
    return {part: 1 + (size - 1) * lean for part, size in enough.iter_rows()}


def _effect_finding(
    material: Material, method: str, kind: str, part: str, test: StratifiedTest, p: float, own: pl.DataFrame
) -> Finding:
    most = int(np.argmax(np.abs(test.seen - test.expected)))
    level, answers = material.levels_of(method)[most], max(test.answers, 1)
    who = f"访问员 {part}" if kind == "interviewer" else f"批次 {part}"
    sentence = (
        f"{material.title_of(method)}中，{who} 经手 {test.answers} 条，"
        f"“{level}”占 {describe_share(test.seen[most] / answers)}，"
        f"同样这些单位由他人经手应占 {describe_share(test.expected[most] / answers)}，"
        f"{describe_false_share(p)}。请抽查原始记录。"
    )
    rows = located_rows(own, "ratings")
    return Finding("hands", method, kind, part, None, test.statistic, p, material.threshold, sentence, rows)


@dataclass(frozen=True, slots=True)
class ChannelTest:
    """The channel of a unit that is least like its other channels.

    channel: its position. seen, rest: levels by it and by the others. statistic: chi-square. p: chance, for all of the
    unit's channels.
    """

    channel: int
    seen: Floats
    rest: Floats
    statistic: float
    p: float


def find_channel_effects(material: Material) -> Screening:
    """Units of each method with several channels of which one is rated otherwise than the others."""
    methods = sorted({*material.methods_in("ratings"), *material.methods_in("counts")})
    return merge_screenings([_channels_in(material, method) for method in methods])


def _channels_in(material: Material, method: str) -> Screening:
    names, cells = material.levels_of(method), _votes_by_channel(material, method)
    channels, units = (cells[name].unique().sort().to_list() for name in ("channel", "unit"))
    if len(channels) < 2:
        return Screening()
    axes = {"unit": units, "channel": channels, "level": names}
    places = tuple(codes_of(cells[name], values) for name, values in axes.items())
    seen = add_up(cells["votes"].to_numpy(), places, tuple(len(values) for values in axes.values()))
    tests = [(unit, test) for unit, test in zip(units, _test_units(seen), strict=True) if test]
    shares = false_share(deflate([test.p for _, test in tests]))
    findings = [
        _channel_finding(material, method, unit, channels[test.channel], test, p)
        for (unit, test), p in zip(tests, shares.tolist(), strict=True)
        if p < material.threshold
    ]
    return Screening(tuple(findings), len(tests))


def _votes_by_channel(material: Material, method: str) -> pl.DataFrame:
    """Answers of each unit, channel and level, counted ones included."""
    one = material.ratings.select("method", "unit", "channel", "level", votes=pl.lit(1, pl.Int64))
    both = pl.concat([one, material.tables["counts"].select(one.columns)])
    known = both.filter(pl.col("method") == method, pl.col("level").is_in(material.levels_of(method))).drop_nulls()
    cells = known.group_by("unit", "channel", "level").agg(pl.col("votes").sum())
    return cells.sort("unit", "channel", "level")


def _test_units(seen: Floats) -> list[ChannelTest | None]:
    """A test of each unit against what the other units lead to expect."""
    channel, level = seen.sum(axis=2), seen.sum(axis=1)
    even = channel[:, :, None] * level[:, None, :] / np.maximum(level.sum(axis=1), 1)[:, None, None]
    rest, rest_even = seen.sum(axis=0) - seen, even.sum(axis=0) - even
    return [_test_unit(*one) for one in zip(seen, even * (rest + 1) / (rest_even + 1), rest, strict=True)]


def _test_unit(seen: Floats, start: Floats, others: Floats) -> ChannelTest | None:
    """The least likely channel of a unit, where two have enough answers.

    Two channels are equally unlikely, as each is compared with the other: then it is the one whose levels are further
    from those that other units got by it (`others`).
    """
    used = np.flatnonzero(seen.sum(axis=1) >= VOTES)
    if len(used) < 2:
        return None
    tests = [_test_channel(int(nth), seen[used], start[used], int(at)) for at, nth in enumerate(used)]
    least = min(tests, key=lambda one: (float(f"{one.p:.6g}"), -_distance(one.seen, others[one.channel]), one.channel))
    return replace(least, p=min(1.0, least.p * len(used)))


def _distance(own: Floats, others: Floats) -> float:
    """How far levels are from others': chi-square with the others' shares as known."""
    expected = (others + 1) / (others + 1).sum() * own.sum()
    return float(((own - expected) ** 2 / expected).sum())


def _test_channel(channel: int, seen: Floats, start: Floats, at: int) -> ChannelTest:
    """One channel against the others together."""
    two, usual = (np.array([one[at], one.sum(axis=0) - one[at]]) for one in (seen, start))
    fitted = _rake(usual, two)
    groups = join_rare_levels(fitted.min(axis=0) * LEAST / LEAST_CELL)
    own, even = two @ groups.T, fitted @ groups.T
    statistic = float(((own - even) ** 2 / np.maximum(even, 1e-9)).sum()) if len(groups) > 1 else 0.0
    return ChannelTest(channel, two[0], two[1], statistic, chi_square_tail(statistic, len(groups) - 1))


def _rake(start: Floats, seen: Floats) -> Floats:
    """The table that has the margins of `seen` and the association of `start`."""
    table = np.maximum(start, 1e-9)
    for _ in range(ROUNDS):
        table = table * (seen.sum(axis=0) / np.maximum(table.sum(axis=0), 1e-12))[None, :]
        table = table * (seen.sum(axis=1) / np.maximum(table.sum(axis=1), 1e-12))[:, None]
    return table


def _channel_finding(material: Material, method: str, unit: str, channel: str, test: ChannelTest, p: float) -> Finding:
    own, rest = test.seen / test.seen.sum(), test.rest / test.rest.sum()
    level = int(np.abs(own - rest).argmax())
    sentence = (
        f"{material.title_of(method)}中，{material.name_of(unit)}由“{channel}”渠道得到 {test.seen.sum():.0f} 票，"
        f"“{material.levels_of(method)[level]}”占 {describe_share(own[level])}，"
        f"其他渠道占 {describe_share(rest[level])}；"
        f"照各单位通常的渠道差别，{describe_false_share(p)}。请核对这一渠道的来源。"
    )
    mine = {"method": method, "unit": unit, "channel": channel}
    rows = pl.concat([located_rows(material.tables[name].filter(**mine), name) for name in ("ratings", "counts")])
    return Finding("channels", method, "unit", unit, unit, test.statistic, p, material.threshold, sentence, rows)
