"""Who is asked: a pure function of a public seed, the plan's rule and the frame, so that anyone can check it.

The frame is the facts `clients`: people who were served by units, and people of a library who belong to none.

Whoever knows the seed and an id can compute the ticket number that decides whether the id is drawn. After Rivest's
consistent sampler (PyPI `consistent-sampler` 1.0.10, MIT): an id's number is a fraction between 0 and 1 taken from
SHA-256 of the seed and the id; the smallest numbers are drawn. It depends on no other id, so the order of a frame never
matters, and who is drawn of a part is found from the whole.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import Any

import polars as pl

from pingyi.common.codebook import codebook
from pingyi.common.faults import FactFaults, Fault, PingyiError, nearest
from pingyi.plan.ranking import Bounds
from pingyi.plan.work import Sampling
from pingyi.rules.base import ELSE

STRATUM, QUOTA, WHY = "stratum", "quota", "why"
"""Columns added to the frame: its stratum in words, the group whose share it counts for, and what became of it."""

WHOLE, OTHERS, JOINT = "全部", "其余各类", "｜"
BETWEEN = "|"
"""What stands between pseudonym and unit in the identity of a row without a case id."""

ORIGIN = ("source", "sheet", "row")
PRIVATE = ("case", "client", *ORIGIN)
"""Columns that make no strata: they would name people in what is published, or they belong to the file."""

HEADS = {"day": "日期", "month": "月份", "quarter": "季度", QUOTA: "配额类别"}
"""Heads of what is added to the frame."""

DATES = {
    "day": pl.col("served_on").dt.strftime("%Y-%m-%d"),
    "month": pl.col("served_on").dt.strftime("%Y-%m"),
    "quarter": pl.format("{}年第{}季度", pl.col("served_on").dt.year(), pl.col("served_on").dt.quarter()),
}
"""Strata that are read off the day of service."""

DIGITS = 18
"""Digits of a ticket number that are shown, after its leading nines."""


class DrawRefused(PingyiError):
    """The rule cannot be drawn, or there is nobody to draw from."""

    exit_code = 8


class FrameFaults(FactFaults):
    """Rows lack what the rule draws by."""

    ending = "未抽取"


@dataclass(frozen=True)
class Sample:
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


def draw_sample(rule: Sampling, clients: pl.DataFrame, units: pl.DataFrame, seed: str) -> Sample:
    """Draw from the frame by the rule. The order of the frame's rows changes nothing.

    Within a stratum, rows are drawn by rising ticket number; a person who has several takes part with the smallest.
    A stratum that gives all it has gives every row: a person's second case is asked about too.
    Raises: DrawRefused, FrameFaults.
    """
    keys = [STRATUM, *rule.per]
    rows = _number_rows(_frame_rows(rule, clients, units), keys, seed)
    asked = rows.filter(pl.col(WHY).is_null())
    strata = _count_strata(rule, asked, keys)
    absent = sorted(set(_fitting_units(rule.units, units)) - set(asked["unit"])) if "unit" in rule.per else []
    added = [STRATUM, *(name for name in rule.per if name in DATES), QUOTA, "ticket", "drawn", WHY]
    return Sample(
        rule=rule,
        seed=seed,
        by=[*rule.per, QUOTA] if rule.quota else rule.per,
        rows=_settle_rows(rows, strata, [*keys, QUOTA]).select(*clients.columns, *added),
        strata=strata,
        absent=absent,
    )


def ticket_numbers(seed: str, ids: Iterable[str]) -> list[str]:
    """The ticket number of each id, `0.` and 64 to 78 digits."""
    hashed = sha256(seed.encode()).hexdigest()
    return ["0." + hashed_digits(hashed + id) for id in ids]


def hashed_digits(text: str) -> str:
    """SHA-256 as a whole number, last digit first: the leading digits of a 256-bit number are not evenly spread."""
    return f"{int(sha256(text.encode()).hexdigest(), 16):064d}"[::-1]


def leading_nines(number: str) -> str:
    """The number up to the last of its leading nines: `0.99` of 0.9912."""
    found = re.match(r"0\.9*", number)
    return found[0] if found else ""


def cut_number(number: str, digits: int = DIGITS) -> str:
    """A ticket number cut (never rounded) after so many digits, its leading nines not counted."""
    return number[: len(leading_nines(number)) + digits]


def split_by_shares(total: int, shares: Mapping[str, Decimal]) -> dict[str, int]:
    """The total by shares, largest remainder first; of equal remainders the larger share, then the earlier, gains."""
    whole = sum(map(Fraction, shares.values()), Fraction())
    exact = {name: total * Fraction(share) / whole for name, share in shares.items()} if whole else {}
    parts = {name: int(exact.get(name, 0)) for name in shares}
    by_remainder = sorted(exact, key=lambda name: (parts[name] - exact[name], -exact[name]))
    for name in by_remainder[: total - sum(parts.values())]:
        parts[name] += 1
    return parts


def column_head(name: str) -> str:
    """The Chinese head of a column of the frame."""
    known = {column.name: column.head for column in codebook().facts["clients"].columns}
    return {**HEADS, **known}.get(name, name)


def group_title(group: str) -> str:
    """A group with a share, as people read it."""
    return OTHERS if group == ELSE else group


# The frame: its rows with what the draw goes by, and why some of them are not asked.


def _frame_rows(rule: Sampling, clients: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """The frame as text, with strata, identity and person; `why` says of rows outside the rule why they are.

    identity: what the ticket is drawn for, the case id or else pseudonym and unit. person: who is drawn but once.
    Raises: DrawRefused, FrameFaults.
    """
    _refuse_unfit(rule, clients)
    choices = [name for name, kind in clients.schema.items() if isinstance(kind, pl.Enum | pl.Categorical)]
    rows = clients.with_columns(pl.col(choices).cast(pl.String)).with_columns(**DATES)
    rows = rows.with_columns(
        _reason_outside(rule, units).alias(WHY),
        _share_owner(rule.quota).alias(QUOTA),
        pl.concat_str(pl.col(rule.per) if rule.per else pl.lit(WHOLE), separator=JOINT).alias(STRATUM),
        pl.coalesce("case", pl.concat_str("client", pl.col("unit").fill_null(""), separator=BETWEEN)).alias("identity"),
        pl.coalesce("client", "case").alias("person"),
    )
    _refuse_gaps(rows.filter(pl.col(WHY).is_null()), rule)
    return rows


def _refuse_unfit(rule: Sampling, clients: pl.DataFrame) -> None:
    """Raises: DrawRefused where the rule has no number, or goes by columns that the frame lacks or must not show."""
    if rule.take is None:
        raise DrawRefused(f"“{rule.title}”只定了比例，没有定数量（take），不用抽取")
    if clients.is_empty():
        raise DrawRefused("服务对象名册（clients）里没有一行，无人可抽")
    known = [*(name for name in clients.columns if name not in PRIVATE), *DATES]
    for name in rule.per:
        if name not in known:
            raise DrawRefused(f"“{rule.title}”不能按“{name}”分层{_near_hint(name, known)}；可用 {'、'.join(known)}")
    for name in rule.leave_out:
        if name not in clients.columns:
            near = _near_hint(name, clients.columns)
            raise DrawRefused(f"“{rule.title}”的 leave_out：名册没有“{name}”一列{near}")
    if rule.quota and "group" in rule.per:
        raise DrawRefused(f"“{rule.title}”已按人员类别（group）分层，不能再按类别定比例（quota）")


def _near_hint(found: str, known: Iterable[str]) -> str:
    near = nearest(found, known)
    return f"，相近的有 {near}" if near else ""


def _reason_outside(rule: Sampling, units: pl.DataFrame) -> pl.Expr:
    """Why a row is not asked; nothing where it is.

    Who belongs to no unit takes no part in a draw by units, who belongs to no group none in a draw by shares.
    """
    by_units = pl.lit(bool(rule.units) or "unit" in rule.per)
    fits = pl.col("unit").is_in(_fitting_units(rule.units, units)).fill_null(False)
    left_out = pl.any_horizontal(pl.lit(False), *(_is_among(name, values) for name, values in rule.leave_out.items()))
    shared = pl.col("group").is_not_null() & (pl.lit(ELSE in rule.quota) | _is_among("group", list(rule.quota)))
    reasons = {"unit": by_units & ~fits, "left_out": left_out, "no_share": pl.lit(bool(rule.quota)) & ~shared}
    return pl.coalesce(pl.when(holds).then(pl.lit(reason)) for reason, holds in reasons.items())


def _is_among(name: str, values: list[str]) -> pl.Expr:
    """Whether a cell holds one of the values; "" stands for an empty cell."""
    return pl.col(name).cast(pl.String).fill_null("").is_in(values)


def _fitting_units(traits: Mapping[str, list[str]], units: pl.DataFrame) -> list[str]:
    """Units of the roster that have one of the values wanted in each column. Raises: DrawRefused."""
    for name in traits:
        if name not in units.columns:
            raise DrawRefused(f"名录没有“{name}”一列{_near_hint(name, units.columns)}")
    fit = units.filter([pl.lit(True), *(_is_among(name, values) for name, values in traits.items())])
    return fit["unit"].cast(pl.String).to_list()


def _share_owner(quota: Mapping[str, Any]) -> pl.Expr:
    """Whose share a row counts for; nothing is said where there are no shares."""
    if not quota:
        return pl.lit("")
    own = pl.col("group")
    return pl.when(own.is_in([name for name in quota if name != ELSE])).then(own).otherwise(pl.lit(OTHERS))


def _refuse_gaps(rows: pl.DataFrame, rule: Sampling) -> None:
    """Raises: FrameFaults for every row that names nobody or belongs to no stratum."""
    needed = {name: "served_on" if name in DATES else name for name in rule.per}
    faults = [
        _gap_fault(row, column, f"不能为空，“{rule.title}”按{column_head(name)}抽取")
        for name, column in needed.items()
        for row in rows.filter(pl.col(column).is_null()).iter_rows(named=True)
    ]
    nameless = rows.filter(pl.col("identity").is_null() | pl.col("person").is_null())
    faults += [_gap_fault(row, "client", "代号和办件编号不能都为空") for row in nameless.iter_rows(named=True)]
    if faults:
        raise FrameFaults(faults)


def _gap_fault(row: Mapping[str, Any], column: str, wanted: str) -> Fault:
    sheet = f"工作表“{row['sheet']}” " if row.get("sheet") else ""
    number, source = row.get("row") or 0, str(row.get("source") or "clients")
    return Fault(source, f"{sheet}第 {number} 行“{column_head(column)}”", "", wanted, order=(number,))


# The draw.


def _number_rows(rows: pl.DataFrame, keys: list[str], seed: str) -> pl.DataFrame:
    """The rows in order with ticket number, whether the person came before, and the turn of the person.

    Equal tickets are settled by all columns, what the row says before where it stands: never by their order.
    """
    identities = rows["identity"].unique()
    numbers = ticket_numbers(seed, identities.fill_null(""))
    rows = rows.with_columns(pl.col("identity").replace_strict(identities, numbers, default=None).alias("number"))
    content = sorted(rows.columns, key=lambda name: (name in ORIGIN, name))
    ordered = rows.sort(pl.col(WHY).is_not_null(), *keys, "number", *content, nulls_last=True)
    inside = pl.col(WHY).is_null()
    return ordered.with_columns(
        (inside & ~pl.col("person").is_first_distinct().over(inside, *keys)).alias("again")
    ).with_columns((inside & ~pl.col("again")).cum_sum().over(*keys, QUOTA).alias("turn"))


def _count_strata(rule: Sampling, asked: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """How many each stratum has, should give and gives; groups with a share that nobody is in are there too."""
    sizes = asked.group_by(*keys, QUOTA).agg(pl.len().alias("size"), (~pl.col("again")).sum().alias("people"))
    wholes = asked.group_by(keys).agg(pl.len().alias("cases"))
    if not rule.per and wholes.is_empty():
        wholes = pl.DataFrame({STRATUM: [WHOLE], "cases": [0]})
    counted = wholes.join(_parts_of_stratum(rule), how="cross").join(sizes, on=[*keys, QUOTA], how="left")
    counted = counted.with_columns(pl.col("cases", "size", "people").fill_null(0).cast(pl.Int64))
    fits = pl.lit(False) if rule.take == "all" else _is_of_size(rule.cases)
    others = pl.col("size") if rule.otherwise == "all" else pl.lit(0)
    wanted = counted.with_columns(fits.alias("fits"), pl.when(fits).then("part").otherwise(others).alias("wanted"))
    there = pl.when("fits").then("people").otherwise("size")
    given = wanted.with_columns(pl.min_horizontal("wanted", there).alias("drawn"))
    short = given.with_columns((pl.col("wanted") - pl.col("drawn")).alias("shortfall"))
    few = pl.when(pl.col("shortfall") > 0).then(pl.lit("too_few")).otherwise(pl.lit("drawn"))
    why = pl.when("fits").then(few).otherwise(pl.lit(rule.otherwise)).alias(WHY)
    numbers = ["cases", "size", "people", "wanted", "drawn", "shortfall"]
    return short.sort(*keys, "nth").select(*keys, QUOTA, *numbers, why)


def _parts_of_stratum(rule: Sampling) -> pl.DataFrame:
    """How many of a stratum each group is to give, in the order of the plan."""
    parts = split_by_shares(rule.number, rule.quota) if rule.quota else {"": rule.number}
    named = {group_title(group): part for group, part in parts.items()}
    return pl.DataFrame({QUOTA: list(named), "part": list(named.values())}).with_row_index("nth")


def _is_of_size(bounds: Bounds | None) -> pl.Expr:
    """Whether the draw is made in a stratum of this size."""
    if bounds is None:
        return pl.lit(True)
    size = pl.col("cases")
    compared = [(size.ge, bounds.start), (size.lt, bounds.below), (size.gt, bounds.above), (size.le, bounds.up_to)]
    return pl.all_horizontal(pl.lit(True), *(holds(float(limit)) for holds, limit in compared if limit is not None))


def _settle_rows(rows: pl.DataFrame, strata: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Every row with its ticket as shown, whether it is drawn, and why or why not."""
    given = strata.select(*keys, pl.col("drawn").alias("given"), (pl.col(WHY) == "all").alias("whole"))
    rows = rows.join(given, on=keys, how="left", maintain_order="left")
    chosen = pl.col("whole") | (~pl.col("again") & (pl.col("turn") <= pl.col("given")))
    drawn = pl.col(WHY).is_null() & chosen.fill_null(False)
    fate = pl.when("drawn").then(pl.lit("drawn")).when("again").then(pl.lit("again")).otherwise(pl.lit("not_drawn"))
    return rows.with_columns(
        pl.col("number").map_elements(cut_number, return_dtype=pl.String).alias("ticket"), drawn.alias("drawn")
    ).with_columns(pl.coalesce(WHY, fate).alias(WHY))
