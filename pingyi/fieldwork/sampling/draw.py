"""A draw: a pure function of a public seed, the rule and the frame, so that anyone can check who was drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import polars as pl

from pingyi.fieldwork.sampling.frame import ORIGIN, QUOTA, STRATUM, WHOLE, WHY, fitting, framed, label
from pingyi.fieldwork.sampling.tickets import first_numbers, shown
from pingyi.plan.ranking import Bounds
from pingyi.plan.work import Sampling

NUMBER = "number"


@dataclass(frozen=True)
class Draw:
    """Who was drawn.

    rows: every row of the frame with stratum, quota, ticket (18 digits), drawn and why: drawn, not_drawn, again (the
        person takes part with another row of the stratum), or why it was not asked: unit, left_out, no_share. In the
        order of strata and tickets; rows that were not asked come last.
    strata: one row for each stratum and group with a share: cases (rows of the whole stratum), size (rows), people,
        wanted, drawn, shortfall and why: drawn, too_few, all or none (the stratum is not of the size that is drawn).
    by: the columns that make a stratum. absent: units of the rule without a single row, where strata go by units.
    """

    rule: Sampling
    seed: str
    by: list[str]
    rows: pl.DataFrame
    strata: pl.DataFrame
    absent: list[str]

    @property
    def asked(self) -> pl.DataFrame:
        """The rows that took part."""
        return self.rows.filter(pl.col(WHY).is_in(["drawn", "not_drawn", "again"]))

    @property
    def drawn(self) -> pl.DataFrame:
        """The rows that were drawn, in the order in which they are to be asked."""
        return self.rows.filter("drawn")

    @property
    def short(self) -> pl.DataFrame:
        """The strata that gave less than was wanted."""
        return self.strata.filter(pl.col("shortfall") > 0)


def draw(rule: Sampling, clients: pl.DataFrame, units: pl.DataFrame, seed: str) -> Draw:
    """Draw from the frame by the rule. The order of the frame's rows changes nothing.

    Within a stratum, rows are drawn by rising ticket number; a person who has several takes part with the smallest.
    A stratum that gives all it has gives every row: a person's second case is asked about too.
    Raises: DrawRefused, FrameFaults.
    """
    keys = [STRATUM, *rule.per]
    rows = _turns(framed(rule, clients, units), keys, seed)
    asked = rows.filter(pl.col(WHY).is_null())
    strata = _strata(rule, asked, keys)
    absent = sorted(set(fitting(rule.units, units)) - set(asked["unit"])) if "unit" in rule.per else []
    return Draw(
        rule=rule,
        seed=seed,
        by=[*rule.per, QUOTA] if rule.quota else rule.per,
        rows=_settled(rows, strata, [*keys, QUOTA]).select(*clients.columns, *_added(rule)),
        strata=strata,
        absent=absent,
    )


def _added(rule: Sampling) -> list[str]:
    dates = [name for name in rule.per if name in ("day", "month", "quarter")]
    return [STRATUM, *dates, QUOTA, "ticket", "drawn", WHY]


def _turns(rows: pl.DataFrame, keys: list[str], seed: str) -> pl.DataFrame:
    """The rows in order with ticket number, whether the person came before, and the turn of the person."""
    identities = rows["identity"].unique()
    numbers = first_numbers(seed, identities.fill_null(""))
    rows = rows.with_columns(pl.col("identity").replace_strict(identities, numbers, default=None).alias(NUMBER))
    ordered = rows.sort(pl.col(WHY).is_not_null(), *keys, NUMBER, *_content(rows), nulls_last=True)
    inside = pl.col(WHY).is_null()
    return ordered.with_columns(
        (inside & ~pl.col("person").is_first_distinct().over(inside, *keys)).alias("again")
    ).with_columns((inside & ~pl.col("again")).cum_sum().over(*keys, QUOTA).alias("turn"))


def _content(rows: pl.DataFrame) -> list[str]:
    """All columns, what the row says before where it stands: equal tickets are settled by it, never by their order."""
    return sorted(rows.columns, key=lambda name: (name in ORIGIN, name))


def _strata(rule: Sampling, asked: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """How many each stratum has, should give and gives; groups with a share that nobody is in are there too."""
    sizes = asked.group_by(*keys, QUOTA).agg(pl.len().alias("size"), (~pl.col("again")).sum().alias("people"))
    wholes = asked.group_by(keys).agg(pl.len().alias("cases"))
    if not rule.per and wholes.is_empty():
        wholes = pl.DataFrame({STRATUM: [WHOLE], "cases": [0]})
    counted = wholes.join(_parts(rule), how="cross").join(sizes, on=[*keys, QUOTA], how="left")
    counted = counted.with_columns(pl.col("cases", "size", "people").fill_null(0).cast(pl.Int64))
    fits = pl.lit(False) if rule.take == "all" else _fits(rule.cases)
    others = pl.col("size") if rule.otherwise == "all" else pl.lit(0)
    wanted = counted.with_columns(fits.alias("fits"), pl.when(fits).then("part").otherwise(others).alias("wanted"))
    there = pl.when("fits").then("people").otherwise("size")
    given = wanted.with_columns(pl.min_horizontal("wanted", there).alias("drawn"))
    short = given.with_columns((pl.col("wanted") - pl.col("drawn")).alias("shortfall"))
    few = pl.when(pl.col("shortfall") > 0).then(pl.lit("too_few")).otherwise(pl.lit("drawn"))
    why = pl.when("fits").then(few).otherwise(pl.lit(rule.otherwise)).alias(WHY)
    numbers = ["cases", "size", "people", "wanted", "drawn", "shortfall"]
    return short.sort(*keys, "nth").select(*keys, QUOTA, *numbers, why)


def _parts(rule: Sampling) -> pl.DataFrame:
    """How many of a stratum each group is to give, in the order of the plan."""
    parts = split(rule.number, rule.quota) if rule.quota else {"": rule.number}
    named = {label(group): part for group, part in parts.items()}
    return pl.DataFrame({QUOTA: list(named), "part": list(named.values())}).with_row_index("nth")


def split(total: int, shares: Mapping[str, Decimal]) -> dict[str, int]:
    """The total by shares, largest remainder first; of equal remainders the larger share, then the earlier, gains."""
    whole = sum(map(Fraction, shares.values()), Fraction())
    exact = {name: total * Fraction(share) / whole for name, share in shares.items()} if whole else {}
    parts = {name: int(exact.get(name, 0)) for name in shares}
    by_remainder = sorted(exact, key=lambda name: (parts[name] - exact[name], -exact[name]))
    for name in by_remainder[: total - sum(parts.values())]:
        parts[name] += 1
    return parts


def _fits(bounds: Bounds | None) -> pl.Expr:
    """Whether the draw is made in a stratum of this size."""
    if bounds is None:
        return pl.lit(True)
    size = pl.col("cases")
    compared = [(size.ge, bounds.start), (size.lt, bounds.below), (size.gt, bounds.above), (size.le, bounds.up_to)]
    return pl.all_horizontal(pl.lit(True), *(holds(float(limit)) for holds, limit in compared if limit is not None))


def _settled(rows: pl.DataFrame, strata: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Every row with its ticket as shown, whether it is drawn, and why or why not."""
    given = strata.select(*keys, pl.col("drawn").alias("given"), (pl.col(WHY) == "all").alias("whole"))
    rows = rows.join(given, on=keys, how="left", maintain_order="left")
    chosen = pl.col("whole") | (~pl.col("again") & (pl.col("turn") <= pl.col("given")))
    drawn = pl.col(WHY).is_null() & chosen.fill_null(False)
    fate = pl.when("drawn").then(pl.lit("drawn")).when("again").then(pl.lit("again")).otherwise(pl.lit("not_drawn"))
    return rows.with_columns(
        pl.col(NUMBER).map_elements(shown, return_dtype=pl.String).alias("ticket"), drawn.alias("drawn")
    ).with_columns(pl.coalesce(WHY, fate).alias(WHY))
